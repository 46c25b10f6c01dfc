/* What `nearsym fit` and `nearsym splot` share: the mass column, the fit's options and how a fit is told. */
#ifndef NEARSYM_CLI_FITTING_H
#define NEARSYM_CLI_FITTING_H

#include "options.h"

#include <nearsym/events.h>
#include <nearsym/massfit.h>

#include <jansson.h>

/* As given on the command line. */
typedef struct fitting_words {
    const char *mass, *weight, *window, *method, *centre; /* weight NULL: the column `weight` where there is one */
    size_t bins;
    bool average;
} fitting_words;

extern const fitting_words fitting_usual;

/* Options for a table: these take FITTING_OPTIONS places. */
enum { FITTING_OPTIONS = 7 };
void fitting_add_options(option *options, fitting_words *words);

/* The mass fit's options from the words. Gives OPTIONS_GO_ON, or the status to exit with. */
int fitting_read(const option_table *table, const fitting_words *words, nsym_mass_options *options);

/* Reads the columns that the words and the list `scores` (NULL: the usual ones) name, and no others. False after a
   message. */
bool fitting_events(nsym_events **events, const char *file, const fitting_words *words, const char *scores);

/* The values of a column of one value an event (borrowed); NULL after a message that names the nearest column. */
const double *fitting_column(const nsym_events *events, const char *file, const char *name);

/* The events' weights (borrowed), NULL where there are none or --weight is none. False after a message. */
bool fitting_weights(const nsym_events *events, const char *file, fitting_words *words, const double **weights);

/* A fit with its intervals: one standard deviation of the profile likelihood, and limits at 95 % for what is at a
   bound. Both are unknown for a published fit. */
typedef struct fitting_report {
    const nsym_mass_fit *fit;
    const char *weight; /* the column of weights; NULL: none */
    bool known;
    nsym_mass_intervals one, limit;
} fitting_report;

/* Errors go to standard error as a warning: the fit stands without intervals. False: the user stopped it. */
bool fitting_intervals(fitting_report *report, const nsym_mass_fit *fit, const fitting_words *words,
                       const nsym_mass_options *options, const double *masses, const double *weights, size_t n);

/* The fit on standard output, its warning on standard error. */
void fitting_print(const fitting_report *report);
void fitting_warn(const nsym_mass_fit *fit);

/* New JSON object of the fit. */
json_t *fitting_json(const fitting_report *report);

#endif
