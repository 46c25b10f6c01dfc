/* Command-line options by table: `--name value`, `--name=value`, `-n value`; the values before parsing are the defaults
   that --help shows. */
#ifndef NEARSYM_CLI_OPTIONS_H
#define NEARSYM_CLI_OPTIONS_H

#include <stddef.h>

typedef enum option_kind {
    OPTION_FLAG,   /* bool: true where given */
    OPTION_WORD,   /* const char *: "" where given alone, else what stands behind `=` */
    OPTION_TEXT,   /* const char *: borrowed from argv */
    OPTION_TEXTS,  /* option_texts: may be given several times */
    OPTION_COUNT,  /* size_t: 0, 1, 2, ... */
    OPTION_SEED,   /* uint64_t */
    OPTION_NUMBER, /* double: finite */
} option_kind;

enum { OPTION_TEXTS_MAX = 64 };

typedef struct option_texts {
    size_t count;
    const char *text[OPTION_TEXTS_MAX];
} option_texts;

typedef struct option {
    const char *name; /* without "--" */
    char letter;      /* for "-o", or 0 */
    option_kind kind;
    void *value;
    const char *argument; /* what --help calls the value: "FILE"; NULL for a flag */
    const char *help;     /* one line */
} option;

typedef struct option_table {
    const char *usage; /* "nearsym data inspect FILE... [--json]" */
    const char *about; /* what the command does; lines */
    size_t count;
    const option *options; /* (count) */
} option_table;

enum { OPTIONS_GO_ON = -1, EXIT_WRONG_USAGE = 2, EXIT_OUTSIDE = 3 };

/* Reads the options of argv[1] ... and moves the words that are none to argv[0] ... argv[*words - 1]. Gives
   OPTIONS_GO_ON, or the status to exit with: 0 after --help (on standard output), 2 after a wrong option (told on
   standard error). */
int options_parse(const option_table *table, int argc, char **argv, int *words);

/* Tells the usage on standard error after a message, and gives 2. */
int options_wrong(const option_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum { OPTION_ACTIONS_MAX = 16 };

/* A word that names what to do, and what does it. */
typedef struct option_action {
    const char *name;
    int (*run)(int argc, char **argv);
} option_action;

/* Runs that of `n` (at most OPTION_ACTIONS_MAX) actions which argv[1] names, with argv[0] as its name. */
int options_choose(const option_table *table, const option_action *actions, size_t n, int argc, char **argv);

/* Hears of a command ("data convert") and of its `n` actions, 0 where it has none. All is borrowed until it returns. */
typedef void options_listener(void *context, const char *command, const option_table *table,
                              const option_action *actions, size_t n);

/* Tells the listener of a command, then of its actions and of theirs: what their --help would print. */
void options_walk(const char *command, int (*run)(int argc, char **argv), options_listener *listener, void *context);

/* " (default 10)" as --help shows it, "" where there is nothing to show. Gives text. Shape: text (size). */
const char *options_default(const option *o, char *text, size_t size);

/* The one of `n` names that `word` was most likely meant to be; NULL where none is near. */
const char *options_nearest(const char *word, const char *const *names, size_t n);

#endif
