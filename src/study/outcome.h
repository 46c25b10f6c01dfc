/* What a study measured, gathered over the members of every point, beside the published values. */
#ifndef NSYM_STUDY_OUTCOME_H
#define NSYM_STUDY_OUTCOME_H

#include "base/arena.h"
#include "ledger/ledger.h"
#include "study/grid.h"
#include "study/provenance.h"

/* What a number's error is made of: standard errors, which add up in quadrature. 0: not known, or none. */
typedef struct nsym_error_parts {
    double trainings;       /* of the mean over members, whose draws and first weights differ */
    double training_sample; /* by the finite training sample, where every member has its own bootstrap of it; without
                               restarts the start's part is in it */
    double test_sample;     /* by the finite test sample */
    double fit;             /* by what was fitted to it, such as the mass spectrum */
} nsym_error_parts;

/* One number of one point. */
typedef struct nsym_outcome_row {
    const nsym_point *point;
    char metric[NSYM_METRIC_SIZE];
    size_t number; /* the metric's own coordinate as the ledger has it, such as the epoch; 0: none */
    double mean, std, standard_error;
    nsym_error_parts error;
    size_t members;
    const double *values; /* (members, then restarts of the point), or NULL */
    const double *draws;  /* (draw_count) as nsym_measure's, the mean over members; NULL: not known */
    size_t draw_count;
    const nsym_coordinate *minus; /* of the result that was subtracted; NULL: none was */
    bool has_reference;
    double reference, reference_error; /* the latter a standard deviation over members, or of their mean: */
    bool of_mean;
    double pull;      /* (mean - reference) / sqrt(ours^2 + reference_error^2 + 2 error^2), ours of the same kind as
                         the reference's, error as the reference has it; NaN where all are 0 */
    double tolerance; /* NaN where the reference has none */
    bool within;      /* no further from the reference than the tolerance, or better: */
    bool better;      /* further, on the side that the reference calls better */
} nsym_outcome_row;

/* All parts in quadrature. */
double nsym_error_total(const nsym_error_parts *parts);

typedef struct nsym_outcome {
    size_t count, capacity;
    nsym_outcome_row *result; /* (count), owned */
    nsym_arena *arena;        /* of values and draws; NULL: none yet */
} nsym_outcome;

/* The parts of the error of a mean over the point's members, by values (members, then restarts) or their differences.
 */
nsym_error_parts nsym_error_of_members(const nsym_point *point, const double *values);

/* The metric of a try of a search whose training diverged, 1; nothing was measured of it. */
extern const char nsym_diverged[];

/* Is a metric one of how a training went, of which a member that stops early has less? */
bool nsym_is_course(const char *metric);

/* Adds every number that a point asks for, over its members' recorded runs: keys (point->members, then
   point->restarts). Where a member of a try diverged the point has one number, nsym_diverged, the share of such
   members. Errors: a run that is not in the ledger; members that did not measure the same. */
nsym_status nsym_outcome_gather(nsym_outcome *results, nsym_ledger *ledger, const nsym_point *point,
                                const char *const *keys) NSYM_MUST_CHECK;

/* Adds `inputs`: how many numbers the point's network reads, of an event and of each particle. */
nsym_status nsym_outcome_add_inputs(nsym_outcome *results, const nsym_point *point) NSYM_MUST_CHECK;

/* Adds `rejection`, 1 / ε of the mean background efficiency, at every signal efficiency of the point where that is
   above 0; the point is the last that was gathered. */
nsym_status nsym_outcome_add_rejection(nsym_outcome *results, const nsym_point *point) NSYM_MUST_CHECK;

/* Adds one number, of that metric. Errors: its name is longer than the row has room for. */
nsym_status nsym_outcome_add(nsym_outcome *results, const nsym_outcome_row *row, const char *metric) NSYM_MUST_CHECK;
void nsym_outcome_free(nsym_outcome *results);

/* Adds, for every result that has draws and whose point has `compare`, the difference from the same result at the place
   that it names, as metric METRIC_difference, and between any two other places along that axis, the later less the
   earlier, as METRIC_pair. Members of one number are trained on one sample of events where their cards say so, and all
   are tested on one, so the errors are those of the pairs: of the members' differences, and of the draws' (where a
   result has none, both errors in quadrature). */
nsym_status nsym_outcome_subtract(nsym_outcome *results) NSYM_MUST_CHECK;

/* Puts published values beside the results. A reference is a YAML tree: a list `values` of maps with `metric`, `where`
   (coordinates and experiment that must agree, and the classes of a metric that has some: study/coordinates.h), the
   metric's own number (`epoch`; `background` for roc), `mean`,
   and optionally `std` or `standard_error` (of the mean), `error` (what one finite test sample leaves open, theirs and
   ours alike), `tolerance` (of |mean - reference|) and `better` (higher or lower: such a result is within it however
   far). One coordinate may be a list; the numbers are then lists beside it, or one for all. Errors: unknown keys, lists
   of different lengths or over two coordinates, texts in place of numbers. */
nsym_status nsym_outcome_compare(nsym_outcome *results, const nsym_tree *reference) NSYM_MUST_CHECK;

/* A file that a point left in the output folder. */
typedef struct nsym_kept_file {
    const nsym_point *point;
    size_t member;    /* NSYM_NONE: a sample, of all members */
    const char *path; /* relative to the output folder, borrowed */
    bool pictures;    /* display events */
} nsym_kept_file;

/* What results.json says beside results and files. */
typedef struct nsym_outcome_about {
    const char *study, *preset;
    const char *citation;     /* what the card says to cite; "": nothing */
    const char *rerun;        /* the command that does it again */
    const char *cpu;          /* path that the runs were computed by, or several: "avx2, avx512" */
    double seconds;           /* of all runs */
    const char *const *notes; /* (note_count) sentences for the reader */
    size_t note_count;
    const char *card;                  /* hash of the resolved card that the results are of */
    const nsym_study_cost *missing;    /* runs, done and left; NULL: nothing is missing */
    const nsym_provenance *provenance; /* NULL: not known */
} nsym_outcome_about;

/* Writes results.json: {"study", "citation", "preset", "rerun", "cpu", "seconds", "provenance": {...}, "notes": [...],
   "results":
   [...], "files": [...]}; a file of pictures has "pictures": true. Where runs are missing there is "partial": {"runs",
   "done", "cpu_seconds_left", "experiments": [...]}. A metric's own coordinates stand under their names: "epoch": 3,
   "background": 0.01 for roc, or the name of a "class". The file appears whole or not at all. */
nsym_status nsym_outcome_write(const nsym_outcome *results, const nsym_kept_file *files, size_t n_files,
                               nsym_outcome_about about, const char *path) NSYM_MUST_CHECK;

#endif
