/* Command-line options by table: `--name value`, `--name=value`, `-n value`; the values before parsing are the defaults
   that --help shows. */
#ifndef NEARSYM_CLI_OPTIONS_H
#define NEARSYM_CLI_OPTIONS_H

#include <stddef.h>

typedef enum option_kind {
    OPTION_FLAG,   /* bool: true where given */
    OPTION_WORD,   /* const char *: "" if given alone, else the text after "=" */
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

/* Reads the options in argv[1] ... and moves all other words to argv[0] ... argv[*words - 1]. Gives OPTIONS_GO_ON, or
   the status to exit with: 0 after --help (printed on standard output), 2 after a wrong option (printed on standard
   error). */
int options_parse(const option_table *table, int argc, char **argv, int *words);

/* Prints a message and the usage on standard error, and gives 2. */
int options_wrong(const option_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum { OPTION_ACTIONS_MAX = 16 };

/* The name of an action, such as "list", and the function that does it. */
typedef struct option_action {
    const char *name;
    int (*run)(int argc, char **argv);
} option_action;

/* Runs the action that argv[1] names, out of `n` (at most OPTION_ACTIONS_MAX); argv[0] is then its name. */
int options_choose(const option_table *table, const option_action *actions, size_t n, int argc, char **argv);

/* Called with a command ("data convert") and its `n` actions (0 if it has none). The arguments are valid until it
 * returns. */
typedef void options_listener(void *context, const char *command, const option_table *table,
                              const option_action *actions, size_t n);

/* Calls the listener with a command, then with its actions and their actions, in place of printing their --help. */
void options_walk(const char *command, int (*run)(int argc, char **argv), options_listener *listener, void *context);

/* " (default 10)" as --help shows it, "" where there is nothing to show. Gives text. Shape: text (size). */
const char *options_default(const option *o, char *text, size_t size);

/* The one of `n` names that is most similar to `word`; NULL if none is similar. */
const char *options_nearest(const char *word, const char *const *names, size_t n);

#endif
