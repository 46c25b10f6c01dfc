/* How a table is written: told by the options, else by its first rows. */
#ifndef NSYM_DATA_CSV_DIALECT_H
#define NSYM_DATA_CSV_DIALECT_H

#include "data/csv_records.h"

#include <nearsym/io.h>

/* What stands between a number's whole and broken part. */
typedef enum nsym_csv_point { NSYM_CSV_ANY_POINT, NSYM_CSV_POINT, NSYM_CSV_COMMA } nsym_csv_point;

typedef enum nsym_csv_kind { NSYM_CSV_UNKNOWN, NSYM_CSV_NUMBERS, NSYM_CSV_WORDS } nsym_csv_kind;

typedef struct nsym_csv_dialect {
    size_t header;  /* the line that names the columns; 0: none */
    size_t rows;    /* the line of the first row, or of the one behind the header */
    bool is_latin1; /* bytes that are no UTF-8 are Latin-1 */
    bool doubtful;  /* the names are numbers, which could be an event */
    nsym_csv_point point;
    size_t columns;
    nsym_csv_kind *kind; /* (columns) of the first rows' cells; UNKNOWN where all are missing; free with free */
} nsym_csv_dialect;

/* Looks at the first rows, and sets the delimiter and the comment of `r`, which then stands at its beginning, behind
   the lines before a header that the options name. Errors: an option that makes no sense; no rows and no header. */
NSYM_MUST_CHECK nsym_status nsym_csv_decide(nsym_csv_dialect *out, nsym_csv_records *r,
                                            const nsym_read_options *options);

/* A number with a decimal comma: 0 where the cell is none, 1 where it may be thousands ("1,500"), 2 where not; -1 where
   it is one with commas or points between its thousands ("1.500,25"). */
int nsym_csv_has_comma(const char *text, size_t n, double *value);

/* Takes the marks of a comment off the beginning of a line. */
void nsym_csv_uncomment(char comment, char **text, size_t *n);

#endif
