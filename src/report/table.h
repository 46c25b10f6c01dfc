/* Tables: a card's entry as rows and columns of results, ours beside the paper's. */
#ifndef NSYM_REPORT_TABLE_H
#define NSYM_REPORT_TABLE_H

#include "report/results.h"
#include <stdio.h>

enum { NSYM_TABLE_DIGITS = 10 }; /* as many as the smallest spread needs */

typedef struct nsym_table_row {
    const char *metric;
    const char **value;            /* (coordinates) */
    const nsym_result **cell;      /* (columns), NULL where there is no result */
    bool reference;                /* some cell has one */
    struct nsym_match_cell *match; /* (columns) in place of the results (report/match.h), or NULL */
} nsym_table_row;

/* Everything is borrowed from the card, the results and the arena. */
typedef struct nsym_table {
    const char *name, *title, *caption, *paper; /* "" where not given */
    nsym_texts metrics, coordinates;            /* of the rows */
    nsym_texts over;                            /* coordinates of the columns, the outermost first; none: one column */
    bool by_metric;                             /* the last of them is "metric": a column for each */
    size_t columns;
    const char ***column; /* (columns, over.count) values */
    const nsym_tree *card;
    const nsym_node *labels; /* of the entry, before the card's `names` */
    nsym_error error;        /* the one that stands behind ± */
    bool differences; /* shown in place of pulls: the card says so, or some reference has a tolerance, by which it is
                         judged */
    size_t count, digits;                 /* rows; decimals, where a number has no error or the card says so: */
    bool by_error;                        /* else as many as a number's error allows */
    nsym_table_row *row;                  /* (count) */
    const char *limit_title, *limit_note; /* the latter: why `limit` is missing, or NULL */
    const nsym_result *limit;             /* one number beside the whole table, or NULL */
    const char *matched;                  /* whose results its rivals match, or NULL */
    const char *note;                     /* why it is empty, or NULL */
} nsym_table;

/* Reads the entry and looks up its cells. Errors: what is wrong with the card. */
nsym_status nsym_table_read(nsym_table *table, nsym_arena *arena, const nsym_tree *card, const nsym_node *node,
                            const char *where, const nsym_results *results) NSYM_MUST_CHECK;

/* One line per cell, as results.json has it. */
void nsym_table_csv(const nsym_table *table, FILE *csv);
void nsym_table_markdown(const nsym_table *table, FILE *markdown);
void nsym_table_text(const nsym_table *table, FILE *text);
void nsym_table_html(const nsym_table *table, FILE *html);

#endif
