/* The options by which data convert and data inspect are told what a file does not say itself (nsym_read_options). */
#ifndef NEARSYM_CLI_READING_H
#define NEARSYM_CLI_READING_H

#include "options.h"

#include <nearsym/io.h>
#include <stdbool.h>

typedef struct reading {
    const char *arrays, *unpacked; /* as they are given; NULL: they are not */
    nsym_read_options options;     /* its texts are those of the command line */
} reading;

enum { READING_OPTIONS = 12 };

/* Puts the options' rows, for `r`, at rows[0 .. READING_OPTIONS - 1]. */
void reading_rows(option *rows, reading *r);

/* Whether any of the options is given but --layout and --trusted. */
bool reading_is_asked(const reading *r);

/* Reads what the rows hold as texts into r->options. OPTIONS_GO_ON, or 2 with what is wrong on standard error. */
int reading_check(const option_table *table, reading *r);

#endif
