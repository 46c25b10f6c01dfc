/* How a sample is divided and a network trained. */
#ifndef NSYM_TRAIN_SETTINGS_H
#define NSYM_TRAIN_SETTINGS_H

#include "base/file_mark.h"
#include "nn/loss.h"
#include <nearsym/train.h>

#include <stdbool.h>
#include <stddef.h>

typedef enum nsym_split { NSYM_SPLIT_LAST, NSYM_SPLIT_FIRST } nsym_split;

/* What tests and validates where the caller has settled it: so many events of the ordered sample. */
typedef struct nsym_given {
    bool is;
    size_t test, checks;
} nsym_given;

/* Which events of a sample train, validate and test. */
typedef struct nsym_split_card {
    size_t size; /* events of the ordered sample used, training and test; 0: all */
    nsym_split order;
    double test;       /* fraction */
    double validation; /* fraction that validates; 0: none, or folds */
    size_t folds;      /* 0: none; else a member validates on its part of the training events, trains on the others */
    bool shuffle;      /* the sample is put in an order drawn from the seed */
    bool group;        /* an event that is repeated has its repeats side by side in that order */
    bool stratify;     /* all labels are spread evenly, so that every part has its share */
    size_t classes;    /* of the labels, each of which every part has; 0: two */
    size_t reserve;    /* events made ready for training, of which trainings take the first; 0: all that do not test */
    nsym_given given;  /* in place of the fractions */
    bool overlap;      /* the reserve is drawn from all events, those of the test included */
} nsym_split_card;

enum { NSYM_FROZEN_SIZE = 512 };

/* One training. */
typedef struct nsym_train_card {
    size_t size;          /* training events used; 0: all */
    size_t epochs, batch; /* batch: rows a step; copies of an event are rows and stay in one batch */
    double learning_rate, weight_decay;
    nsym_precision precision; /* of the network's products */
    bool redraw_test;
    nsym_sampling sampling;
    bool shuffle;               /* another order in every epoch; by weight the order is always another */
    bool same_start;            /* all members begin with the same weights */
    bool scale;                 /* inputs are standardised on the training events */
    bool every_epoch;           /* the test sample is measured after every epoch, not only after the last */
    bool weighted;              /* an event counts in the loss by its weight */
    double classification;      /* factor of the cross entropy in the loss */
    nsym_invariance invariance; /* what is added for answering differently on the copies */
    size_t patience;            /* with validation, after which a network has the weights of its best epoch, the last
                                   whose validation loss improved: epochs without improvement to stop after; 0: never */
    bool temperature;           /* is fitted after the training, on what validates */
    double min_change;          /* what the loss must fall by to have improved */
    const char *start_from;     /* a model's file, whose weights and standardisation a training begins with; NULL or "":
                                   it has its own */
    char start_mark[NSYM_MARK_SIZE]; /* its content */
    char frozen[NSYM_FROZEN_SIZE];   /* names of layers that keep the weights they begin with, commas between */
} nsym_train_card;

#endif
