/* A study's results.json in memory: measured numbers and per-event files, found by their coordinates in the grid. */
#ifndef NSYM_REPORT_RESULTS_H
#define NSYM_REPORT_RESULTS_H

#include "base/arena.h"
#include "options/tree.h"
#include "study/placeholder.h"
#include "study/published.h"
#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

/* Decimals of a number with this error, by the Particle Data Group's rule: of the error's three highest digits 100 to
   354 keep two, 355 to 949 one, and 950 to 999 become 1000 with two. 0 to 6; `error` > 0. */
int nsym_error_decimals(double error);

/* The word `error` of a table or figure; missing: *out is left as it is. */
nsym_status nsym_error_read(nsym_reader reader, nsym_error *out) NSYM_MUST_CHECK;

/* One row of results.json; NaN where it has no such number. */
typedef struct nsym_result {
    nsym_place place; /* the epoch is a coordinate as any other */
    const char *metric;
    double mean, error[NSYM_ERRORS], reference, reference_error[NSYM_ERRORS], pull, tolerance;
    const char *minus_name, *minus_value; /* a difference: what was subtracted stands there; else NULL */
    bool within;                          /* its tolerance, or better */
    bool better;                          /* than the reference by more than the tolerance */
    size_t members;
} nsym_result;

/* The error that a reference tells, of this kind or, where it has none of it, its standard error or its std; NaN. */
double nsym_reference_error(const nsym_result *result, nsym_error error);

typedef struct nsym_result_file {
    nsym_place place;
    const char *path; /* from the folder */
} nsym_result_file;

/* A file that the results were made of. */
typedef struct nsym_source_file {
    const char *role, *path, *crc32; /* role: "card", "reference", "data" */
    double bytes;
} nsym_source_file;

/* Where the results come from; nothing where the file does not say. */
typedef struct nsym_origin {
    const char *folder, *cpu; /* where the study was started, and the paths its runs were computed by; "" */
    size_t sources;
    nsym_source_file *source; /* (sources) */
    size_t settings;
    const char **setting; /* (settings) "train.epochs=10" */
    double runs, elapsed; /* elapsed: seconds from the first run's start to the last's end; NaN */
} nsym_origin;

/* Everything in it is borrowed from it and freed by nsym_results_free. */
typedef struct nsym_results {
    const char *folder, *study, *preset, *version, *rerun; /* "" where the file does not say; rerun: a command */
    const char *path;                                      /* of the file itself */
    nsym_origin origin;
    double seconds;           /* NaN where the file does not say */
    nsym_texts notes;         /* sentences that a reader should see first */
    nsym_published published; /* curves of the paper, from FOLDER/reference.yaml */
    size_t count, files;
    nsym_result *result;    /* (count) */
    nsym_result_file *file; /* (files) */
    nsym_tree *reference;   /* NULL: none */
    nsym_arena *arena;
} nsym_results;

/* New from FOLDER/results.partial.json, where that is there, or FOLDER/results.json. Errors: no file; not JSON (line
 * and column), or not of the expected shape (which row).
 */
nsym_status nsym_results_read(nsym_results **out, const char *folder) NSYM_MUST_CHECK;
/* Adds the paper's curves, where the card has a reference and its copy is in the folder. */
nsym_status nsym_results_add_published(nsym_results *results, const nsym_tree *card) NSYM_MUST_CHECK;
void nsym_results_free(nsym_results *results);

/* The filter with `first` and `last` replaced by the smallest and the largest number, or the first and the last word,
   of that coordinate among the rows of a metric, or among the files (metric NULL), that pass the rest; one after the
   other. */
nsym_status nsym_filter_resolve(nsym_filter *out, nsym_arena *arena, const nsym_filter *filter,
                                const nsym_results *results, const char *metric) NSYM_MUST_CHECK;

/* The rows of a metric that pass the resolved filter, (n) in *rows from the arena, in the file's order. */
nsym_status nsym_results_select(const nsym_results *results, nsym_arena *arena, const char *metric,
                                const nsym_filter *filter, const nsym_result ***rows, size_t *n) NSYM_MUST_CHECK;

/* The one row that passes, or NULL where there is none. Errors: several do; what they differ in is named. */
nsym_status nsym_results_one(const nsym_results *results, nsym_arena *arena, const char *metric,
                             const nsym_filter *filter, const nsym_result **row) NSYM_MUST_CHECK;

/* Fails with NSYM_ENOTFOUND and says why no row of a metric passes a filter and has the coordinates `needs`
   (NULL-terminated, or NULL; "metric" counts as one): which metric, coordinate or value does not exist, and which do.
   The second: of the files, scores or samples. */
nsym_status nsym_results_missing(const nsym_results *results, nsym_arena *arena, const char *metric,
                                 const nsym_filter *filter, const char *const *needs) NSYM_MUST_CHECK;
nsym_status nsym_files_missing(const nsym_results *results, nsym_arena *arena, bool scores, const nsym_filter *filter,
                               const char *const *needs) NSYM_MUST_CHECK;

/* The card's `names` entry of a value; where there is none, `value` itself. */
const char *nsym_card_label(const nsym_tree *card, const char *value);

#endif
