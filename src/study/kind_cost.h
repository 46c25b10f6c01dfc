/* What one kind of run takes, measured on a small part of its sample and told of the whole. */
#ifndef NSYM_STUDY_KIND_COST_H
#define NSYM_STUDY_KIND_COST_H

#include "study/run.h"
#include "study/shrink.h"

/* A sample's small part and what it took. Sizes are of the small part; `ratio` times as much is the whole. */
typedef struct nsym_small_sample {
    nsym_sample sample;
    double ratio, seconds, bytes;
    double file_bytes; /* of the whole's file that figures show; 0: it is not kept */
    size_t columns;
} nsym_small_sample;

/* Runs that take as long, but for how many events and epochs they have. Of the small part: */
typedef struct nsym_kind_cost {
    double once;  /* seconds for what is done once, most of it measuring the test sample */
    double epoch; /* seconds of an epoch */
    double trains, checks, tests, events;
    double memory_bytes;                       /* beside the sample */
    double scores_bytes, model_bytes;          /* of the files that are kept */
    double ledger_bytes, ledger_bytes_a_epoch; /* of what is recorded */
} nsym_kind_cost;

/* The same of one run of the whole sample. */
typedef struct nsym_run_cost {
    double seconds, memory_bytes, disk_bytes;
} nsym_run_cost;

/* Where the measuring is done. */
typedef struct nsym_kind_context {
    const char *folder; /* with folders scores and models in it */
    nsym_shrunk_file *file;
    size_t target; /* rows of the small part */
    bool (*stop)(void);
} nsym_kind_context;

/* Makes the small part of a point's sample on `threads` threads. `keeps`: its file is measured too. Free its sample
   whatever the status. */
nsym_status nsym_small_sample_load(nsym_small_sample *out, const nsym_point *point, bool keeps, size_t threads,
                                   const nsym_kind_context *context) NSYM_MUST_CHECK;

/* Trains the point's network for a few epochs on it. `keeps`: with its files. */
nsym_status nsym_kind_measure(nsym_kind_cost *out, const nsym_point *point, bool keeps, const nsym_small_sample *small,
                              const nsym_kind_context *context) NSYM_MUST_CHECK;

/* What a run of the point takes, which is of that kind. */
nsym_run_cost nsym_kind_tell(const nsym_kind_cost *kind, const nsym_point *point, bool keeps,
                             const nsym_small_sample *small);

#endif
