/* The records of a table as text: lines of any ending, comments, cells in quotes. */
#ifndef NSYM_DATA_CSV_RECORDS_H
#define NSYM_DATA_CSV_RECORDS_H

#include "data/csv_text.h"
#include "data/unpack.h"
#include "data/utf8.h"

#include <stdbool.h>

/* Where text comes from: a file, or memory where `file` is NULL. */
typedef struct nsym_csv_source {
    nsym_unpack *file;
    const char *bytes;
    size_t left;
} nsym_csv_source;

typedef struct nsym_csv_cell {
    const char *text; /* (n) without its quotes; borrowed until the next record */
    size_t n;
    bool quoted;
} nsym_csv_cell;

enum { NSYM_CSV_LF, NSYM_CSV_CR, NSYM_CSV_QUOTE, NSYM_CSV_ZERO, NSYM_CSV_MARKS };

typedef struct nsym_csv_records {
    nsym_csv_source source;
    char *buffer; /* (room) what is read but not used yet: at ... filled - 1 */
    size_t room, at, filled;
    size_t begin, begin_line; /* where a look ahead begins: behind a byte order mark, or lines that are passed over */
    size_t place[NSYM_CSV_MARKS]; /* the next place of each of these characters, at least `at`, where it is known */
    bool ended;                   /* nothing more to be read */
    bool ahead;                   /* only looking: what is read stays, and no more is read than one record needs */
    nsym_utf16 utf16;
    char delimiter; /* ' ': any number of blanks */
    char comment;   /* what a comment begins with, '\0': there are none */
    size_t line;    /* lines that are done */

    char *text; /* (n) the present record, without the end of its line; the caller's to change */
    size_t n, first_line;
    bool is_comment;
    nsym_csv_cell *cell; /* (count) of nsym_csv_split */
    size_t count, cell_room;
} nsym_csv_records;

/* Begins, with everything else in `r` zero; nsym_csv_records_close ends it, also after a failure. Errors of all of
   these say the line. */
NSYM_MUST_CHECK nsym_status nsym_csv_records_open(nsym_csv_records *r, nsym_csv_source source);
void nsym_csv_records_close(nsym_csv_records *r);

/* The next record; *end where there is none (or, only looking, none that is there as a whole). A record is a line, or
   several where a quoted cell goes on; blank lines are passed over, and comments told. */
NSYM_MUST_CHECK nsym_status nsym_csv_next(nsym_csv_records *r, bool *end);

/* Passes over the next line, whatever it holds. */
NSYM_MUST_CHECK nsym_status nsym_csv_pass_line(nsym_csv_records *r, bool *end);

/* Back to the first record, after only looking. */
void nsym_csv_rewind(nsym_csv_records *r);

/* Splits the record, or `n` characters of any text (which are changed), into cells. */
NSYM_MUST_CHECK nsym_status nsym_csv_split(nsym_csv_records *r, char *text, size_t n);

#endif
