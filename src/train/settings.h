/* How a sample is divided and a network trained. */
#ifndef NSYM_TRAIN_SETTINGS_H
#define NSYM_TRAIN_SETTINGS_H

#include "nn/loss.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum nsym_split { NSYM_SPLIT_LAST, NSYM_SPLIT_FIRST } nsym_split;

/* The events of an epoch. */
typedef enum nsym_sampling {
    NSYM_BY_WEIGHT,      /* drawn anew, with replacement, in proportion to their weights */
    NSYM_BOOTSTRAP,      /* drawn once for a member, with replacement */
    NSYM_EACH,           /* every event once */
    NSYM_BOOTSTRAP_CLASS /* drawn once for a member, with replacement among those of the same label */
} nsym_sampling;

/* One training. */
typedef struct nsym_train_card {
    size_t sample; /* rows of the shuffled sample used, training and test; 0: all */
    nsym_split split;
    double test;          /* fraction */
    double validation;    /* fraction that validates; 0: none, or folds. The network has the weights of its best epoch,
                             the last whose validation loss improved */
    size_t size;          /* training events used; 0: all */
    size_t epochs, batch; /* batch: rows a step; copies of an event are rows and stay in one batch */
    double learning_rate, weight_decay;
    bool redraw_test;
    nsym_sampling sampling;
    bool shuffle;               /* another order in every epoch; by weight the order is always another */
    bool same_start;            /* all members begin with the same weights */
    bool scale;                 /* inputs are standardised on the training events */
    bool every_epoch;           /* the test sample is measured after every epoch, not only after the last */
    bool weighted;              /* an event counts in the loss by its weight */
    double classification;      /* factor of the cross entropy in the loss */
    nsym_invariance invariance; /* what is added for answering differently on the copies */
    size_t folds;               /* 0: none; else a member validates on its part of the pool and trains on the others */
    size_t patience;            /* with validation: epochs without improvement after which it stops; 0: never */
    double min_change;          /* what the loss must fall by to have improved */
} nsym_train_card;

#endif
