/* Tables of numbers and words as text. */
#ifndef NSYM_DATA_CSV_H
#define NSYM_DATA_CSV_H

#include "data/categories.h"
#include "data/csv_dialect.h"

#include <nearsym/events.h>

enum { NSYM_CSV_COLUMNS_MAX = 8192 }; /* of a table */

/* A column of a table that is open. */
typedef struct nsym_csv_column {
    char *name;                   /* UTF-8; all different */
    bool is_left_out, is_unnamed; /* unnamed: the header has an empty cell there, and the name is c0, c1, ... */
    size_t group; /* the first column of those that are one column or feature of the events, and have one kind */
    /* Of the group's first column: */
    nsym_csv_kind kind;
    nsym_categories *words; /* where there are some */
    bool is_crowded;        /* there were too many different words, which are no longer told apart */
    /* Whole numbers that no double is: how many, and the first. */
    size_t inexact, inexact_line;
    char inexact_text[32];
} nsym_csv_column;

typedef struct nsym_csv {
    nsym_csv_records records;
    nsym_csv_dialect dialect;
    const char *encoding; /* the option, borrowed; NULL: told by the first rows */
    size_t columns;
    nsym_csv_column *column;
    size_t rows;    /* read so far */
    size_t missing; /* words such as NA so far, and the first */
    size_t missing_line;
    char missing_text[32];
    size_t comments; /* lines between rows that are left out */
} nsym_csv;

/* Decides how the table is written and reads the names of its columns; nsym_csv_close ends it, also after a failure.
   All errors name the line, but not the file. */
NSYM_MUST_CHECK nsym_status nsym_csv_open(nsym_csv *table, nsym_csv_source source, const nsym_read_options *options);
void nsym_csv_close(nsym_csv *table);

/* Whether all columns that are not left out are numbers as far as the first rows tell, so that their rows can be given
   away before the last is read. */
bool nsym_csv_is_numeric(const nsym_csv *table);

/* Reads up to `most` further rows (0: all) into *values (rows, columns that are not left out), new, free with free. The
   words of a column are numbers of its nsym_categories, not yet sorted. An empty cell, and NA, null and the like, is
   NaN. */
NSYM_MUST_CHECK nsym_status nsym_csv_rows(nsym_csv *table, double **values, size_t *rows, size_t most);

/* Tells what was decided (a note), and, at the end, what of the numbers may not be what was meant. */
void nsym_csv_tell_dialect(const nsym_csv *table, const char *path);
void nsym_csv_tell_cells(const nsym_csv *table, const char *path);

/* New events of a whole table in memory (for errors and remarks, "memory"): see csv.c. */
NSYM_MUST_CHECK nsym_status nsym_csv_from_memory(nsym_events **out, const char *bytes, size_t n,
                                                 const nsym_read_options *options);

#endif
