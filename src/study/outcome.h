/* What a study measured, gathered over the members of every point, beside the published values. */
#ifndef NSYM_STUDY_OUTCOME_H
#define NSYM_STUDY_OUTCOME_H

#include "study/grid.h"
#include "study/ledger.h"

/* One number of one point. */
typedef struct nsym_outcome_row {
    const nsym_point *point;
    char metric[32];
    size_t epoch; /* 0: not tied to an epoch */
    double mean, std;
    size_t members;
    bool has_reference;
    double reference, reference_std;
    double pull; /* (mean - reference) / sqrt(std^2 + reference_std^2 + 2 error^2), error as the reference has it */
} nsym_outcome_row;

typedef struct nsym_outcome {
    size_t count, capacity;
    nsym_outcome_row *result; /* (count), owned */
} nsym_outcome;

/* Adds every number of a point, over its members' recorded runs: keys (point->members). Errors: a run that is not in
   the ledger; members that did not measure the same. */
nsym_status nsym_outcome_gather(nsym_outcome *results, nsym_ledger *ledger, const nsym_point *point,
                                const char *const *keys) NSYM_MUST_CHECK;
void nsym_outcome_free(nsym_outcome *results);

/* Puts published values beside the results. A reference is a YAML tree: a list `values` of maps with `where`
   (coordinates and experiment that must agree), `metric`, optionally `epoch`, `mean`, `std`, and `error`: what one
   finite test sample leaves open, theirs and ours alike. Errors: unknown keys, lists of different lengths, numbers that
   are none. */
nsym_status nsym_outcome_compare(nsym_outcome *results, const nsym_tree *reference) NSYM_MUST_CHECK;

/* A file that a point left in the output folder. */
typedef struct nsym_kept_file {
    const nsym_point *point;
    size_t member;    /* NSYM_NONE: a sample, of all members */
    const char *path; /* relative to the output folder, borrowed */
} nsym_kept_file;

/* Writes results.json: {"study", "preset", "seconds", "results": [...], "files": [...]}. The file appears whole or not
 * at all. */
nsym_status nsym_outcome_write(const nsym_outcome *results, const nsym_kept_file *files, size_t n_files,
                               const char *study, const char *preset, double seconds, const char *path) NSYM_MUST_CHECK;

#endif
