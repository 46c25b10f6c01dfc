/* Tables of numbers as text. */
#ifndef NSYM_DATA_CSV_H
#define NSYM_DATA_CSV_H

#include "data/unpack.h"

#include <nearsym/events.h>
#include <stdbool.h>

typedef struct nsym_csv_table {
    size_t rows, columns;
    char **names;   /* (columns) all different */
    double *values; /* (rows, columns) */
    char *left_out; /* names of columns of text, with commas between, which are not among these; NULL: there are none */
} nsym_csv_table;

/* The attribute of events that names such columns. */
#define NSYM_CSV_LEFT_OUT "left_out_text_columns"

/* Where text comes from: a file, or memory where `file` is NULL. */
typedef struct nsym_csv_source {
    nsym_unpack *file;
    const char *bytes;
    size_t left;
} nsym_csv_source;

/* Reads the columns of a table whose cells are numbers; a column whose first cell is a word is left out, where others
   are numbers (a word for a missing number, such as NA, is an error): RFC 4180's quotes, any of comma, semicolon, tab
   or blanks between cells (told by the first line), lines ended by LF or CRLF, empty lines and lines that begin with
   '#' left out. The first line names the columns; where it is all numbers they are c0, c1, ... An empty cell is NaN. At
   most `max_rows` rows (0: all). Errors name the line, the column and the cell. The table is to be freed with
   nsym_csv_free, also after a failure. */
NSYM_MUST_CHECK nsym_status nsym_csv_parse(nsym_csv_table *table, nsym_csv_source source, size_t max_rows);
void nsym_csv_free(nsym_csv_table *table);

/* New events: names `x_0` ... `x_{n-1}`, for the n >= 2 that most x have, become feature x of n particles per event;
   `x[0]` ... `x[n-1]` one column of width n; every other name a column. */
NSYM_MUST_CHECK nsym_status nsym_csv_events(nsym_events **out, const nsym_csv_table *table);

#endif
