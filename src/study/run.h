/* One run: a member of a point, trained, measured and recorded. */
#ifndef NSYM_STUDY_RUN_H
#define NSYM_STUDY_RUN_H

#include "ledger/ledger.h"
#include "sources/sample.h"
#include "study/grid.h"

/* A member of a point. Texts are owned by whoever planned the runs. */
typedef struct nsym_run {
    const nsym_point *point;
    size_t member;
    bool restart;      /* the member once more, from another start */
    bool keep;         /* its model and scores as files */
    const char *key;   /* the ledger's: everything that decides the result. Of a run that is done it may be that of a
                          fuller one (study/shown.h), which has more numbers */
    const char *label; /* a name for people and files: "epochs-published-20000-hybrid-1-9c1f22aa" */
} nsym_run;

/* What runs share. Borrowed. */
typedef struct nsym_run_context {
    const char *folder; /* the study's output folder */
    /* Takes what a run measured (n). */
    nsym_status (*record)(void *recorder, double seconds, const nsym_measure *measures, size_t n);
    void *recorder;
    nsym_progress *progress;
    bool (*stop)(void);
    /* The sample of the point's variation `variation`, from 0, until it is given back, whatever the status; NULL: the
       run is not judged under any. */
    nsym_status (*take_varied)(void *recorder, size_t variation, const nsym_sample **out);
    void (*give_back_varied)(void *recorder, size_t variation);
} nsym_run_context;

/* Trains and records a run on its sample. Where it is to be kept, the model and the scores of its test sample are
   written first (models/LABEL.h5, scores/LABEL.h5), so that a recorded run has its files. A try of a search that
   diverges is recorded as such (nsym_diverged). Errors: as nsym_train and `record`. */
nsym_status nsym_run_execute(const nsym_run *run, const nsym_sample *sample,
                             const nsym_run_context *context) NSYM_MUST_CHECK;

#endif
