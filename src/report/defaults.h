/* What a report shows where a card has no `tables` or no `figures`: entries as a card's own, made of the experiments,
   axes, metrics and files that the results have, and read and drawn as these are. */
#ifndef NSYM_REPORT_DEFAULTS_H
#define NSYM_REPORT_DEFAULTS_H

#include "report/results.h"

/* Adds `tables` and `figures` to a card that has none of them; one that has an empty list wants none. */
nsym_status nsym_defaults_lay(nsym_tree *card, const nsym_results *results, nsym_arena *arena) NSYM_MUST_CHECK;

/* For its parts. */

/* One experiment of the results. */
typedef struct nsym_default_place {
    FILE *yaml; /* entries of a list go there, each begun by nsym_default_begin */
    const nsym_results *results;
    nsym_arena *arena;
    const char *experiment;
    size_t number, of; /* which of how many experiments, from 0 */
    nsym_texts axes;   /* the coordinates of its results */
} nsym_default_place;

/* Begins an entry, up to its name and title; the further keys follow, each before a comma, and "},". */
void nsym_default_begin(const nsym_default_place *p, const char *name, const char *title);

/* Ends it, for all results of the experiment. */
void nsym_default_end(const nsym_default_place *p);

/* A text between quotes, and a list of such. */
void nsym_default_quote(FILE *yaml, const char *text);
void nsym_default_list(FILE *yaml, const nsym_texts *texts);

/* The values of an axis among the results. */
nsym_status nsym_default_values(const nsym_default_place *p, const char *axis, nsym_texts *values) NSYM_MUST_CHECK;

/* Does the experiment have a result of that metric? */
bool nsym_default_has(const nsym_default_place *p, const char *metric);

/* Writes "panels: [...]," of all axes with several values but `except` (NULL: none), as many as give at most `most`
   panels, and then "where: {experiment: ..., " with the first value of those that are left out; a "}," is to follow. */
nsym_status nsym_default_panels(const nsym_default_place *p, const char *except, size_t most) NSYM_MUST_CHECK;

/* Of more than two classes: tables of the AUC of each class and pair and of who is called what; ROC curves. */
nsym_status nsym_default_class_tables(const nsym_default_place *p) NSYM_MUST_CHECK;
nsym_status nsym_default_class_curves(const nsym_default_place *p) NSYM_MUST_CHECK;

/* Of variations: a table of all methods, and a figure. */
nsym_status nsym_default_variations_table(const nsym_default_place *p) NSYM_MUST_CHECK;
nsym_status nsym_default_variations_figure(const nsym_default_place *p, const char *series) NSYM_MUST_CHECK;

/* The figures that need events: scores of the first member and the columns of the test sample. */
nsym_status nsym_default_scores(const nsym_default_place *p) NSYM_MUST_CHECK;

#endif
