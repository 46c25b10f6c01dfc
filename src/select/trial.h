/* One training on named columns of a table of events, as searches make many. */
#ifndef NSYM_SELECT_TRIAL_H
#define NSYM_SELECT_TRIAL_H

#include "train/settings.h"
#include <nearsym/events.h>

/* What is trained, and on what. Borrowed. */
typedef struct nsym_trial {
    const nsym_events *table;        /* columns label, weight and others; events in the order of the next three: */
    size_t trains, checks, measured; /* those that train, that stop the training, and that are answered */
    const nsym_model_spec *spec;     /* an FCN; what it reads is filled in */
    const nsym_train_card *train;
    uint64_t seed;
    bool (*stop)(void);
} nsym_trial;

/* Trains member `member` on `columns` (names, commas between), and writes the logits (measured). Errors: as nsym_train;
   a column is missing. */
nsym_status nsym_trial_run(const nsym_trial *trial, const char *columns, size_t member, double *logits) NSYM_MUST_CHECK;

#endif
