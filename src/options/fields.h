/* Field tables: a section of a card as a table that says of each key what it is called, where its value goes, what it
   may be, who reads it, and what it is for. The table reads the section, says why a key has no effect, prints the
   ledger's key, and prints itself for readers and editors. */
#ifndef NSYM_OPTIONS_FIELDS_H
#define NSYM_OPTIONS_FIELDS_H

#include "options/tree.h"

typedef enum nsym_field_kind {
    NSYM_FIELD_ANY,    /* maps and lists of maps, read by other means */
    NSYM_FIELD_NODE,   /* const char *: whatever stands there as canonical one-line YAML, borrowed from the tree; in the
                          ledger's key by the text at `beside` where there is one */
    NSYM_FIELD_BOOL,   /* bool */
    NSYM_FIELD_SIZE,   /* size_t */
    NSYM_FIELD_NUMBER, /* double */
    NSYM_FIELD_TEXT,   /* const char *, borrowed from the tree */
    NSYM_FIELD_FILE,   /* the same; what marks its content, a text, stands at `beside` */
    NSYM_FIELD_WORD,   /* an enum: which of `words` */
    NSYM_FIELD_EITHER, /* a bool: the second of two words? */
    NSYM_FIELD_SIZES,  /* size_t [room], their number at `beside` */
    NSYM_FIELD_NUMBERS, /* double [room], their number at `beside` */
    NSYM_FIELD_TURNS,   /* an enum at `word`: which of `words`; or numbers, and the enum is the number of words */
    NSYM_FIELD_NAMES    /* char [room]: names with commas between */
} nsym_field_kind;

typedef struct nsym_field {
    const char *key;
    nsym_field_kind kind;
    size_t at, beside, word; /* places in the struct that the section fills */
    double low, high;        /* of numbers; both 0: any */
    size_t room;
    const char *const *words; /* NULL-terminated */
    unsigned scope;           /* bits of the sources, or kinds of model, that read it; 0: all */
    unsigned group;           /* whose key has it: see nsym_section_print */
    bool quiet;               /* a number that a key leaves out where it has its default */
    const char *standard;     /* its default, where the struct does not say it */
    const char *help;
    const char *(*idle)(const void *card); /* why it has no effect in that struct; NULL: it has. NULL: it always has */
} nsym_field;

typedef struct nsym_section {
    const char *name; /* "train"; "models.NAME" for a map of them; "" for the top level */
    const nsym_field *field;
    size_t fields;
    const char *of;            /* what the scopes are: "source" */
    const char *const *scopes; /* their names, bit by bit, NULL-terminated; NULL: there are none */
    unsigned scope;            /* as a field's */
    size_t size;               /* of the struct */
    void (*defaults)(void *out, unsigned scope);
    const char *(*idle)(const void *card); /* as a field's, of all of them */
} nsym_section;

enum { NSYM_WHY_SIZE = 400 };

/* Reads a section at r.node (NULL: everything keeps its value) for one scope, or for all (0), or checks its keys alone.
   Errors: unknown keys, keys of another scope, values out of range. */
nsym_status nsym_section_check(const nsym_section *section, nsym_reader r, unsigned scope) NSYM_MUST_CHECK;
nsym_status nsym_section_read(void *out, const nsym_section *section, nsym_reader r, unsigned scope) NSYM_MUST_CHECK;

/* The row of a key for a scope; NULL: there is none. A key may have a row for each scope. */
const nsym_field *nsym_section_find(const nsym_section *section, const char *key, unsigned scope);

/* Does a key that stands in the card have an effect? If not, `why` says why. */
bool nsym_section_reads(char why[NSYM_WHY_SIZE], const nsym_section *section, const char *key, const void *card,
                        unsigned scope);

/* The number of a field of kind NUMBER in a struct, and whether those of n fields are in their ranges. Errors: the
   first that is not, NaN among them, as "WHAT: KEY is VALUE, must be LOW to HIGH". */
double nsym_field_number(const void *options, const nsym_field *field);
nsym_status nsym_fields_check(const char *what, const void *options, const nsym_field *fields,
                              size_t n) NSYM_MUST_CHECK;

/* Writes " section.key=value" for every key of a group that has an effect: equal texts, equal values. A section with
   quiet fields has a struct of at most NSYM_QUIET_SIZE bytes. */
enum { NSYM_QUIET_SIZE = 256 };
void nsym_section_print(FILE *out, const nsym_section *section, const void *card, unsigned scope, unsigned group);

/* Writes the section's keys for readers, as a Markdown table or as lines. */
void nsym_section_table(FILE *out, const nsym_section *section, bool markdown);

/* Writes a JSON Schema (draft 2020-12) of a card: the section "" is the top level, and a key that is a section of its
   own, or a map of such, has that section's keys. It tells names, kinds and ranges, not what has an effect where. */
void nsym_sections_schema(FILE *out, const nsym_section *const *sections, size_t n);

#endif
