/* A card after preset and settings, and what it says about one training: validated values, nothing left to look up. */
#ifndef NSYM_STUDY_CARD_H
#define NSYM_STUDY_CARD_H

#include "detector/smear.h"
#include "stats/reweight.h"
#include "study/tree.h"
#include <nearsym/model.h>
#include <nearsym/study.h>

typedef enum nsym_split { NSYM_SPLIT_LAST, NSYM_SPLIT_FIRST } nsym_split;

enum { NSYM_MARK_SIZE = 40 };

/* The sample: where its events come from and what is done to them. Texts are borrowed from the tree. */
typedef struct nsym_data_card {
    const char *source; /* "dimuon" or "file" */
    uint64_t seed;
    const char *signal, *background; /* files of one class each; "": the built-in generator */
    const char *file;                /* a sample ready to be trained on, in its own order; for the source "file" */
    char signal_mark[NSYM_MARK_SIZE], background_mark[NSYM_MARK_SIZE],
        file_mark[NSYM_MARK_SIZE]; /* see nsym_file_mark */
    size_t events, copies;         /* per class; times each event is taken */
    bool group;                    /* copies of an event stay together in the shuffled sample */
    bool shuffle;                  /* the sample, before it is split */
    nsym_smear smear;
    nsym_reweight reweight;
} nsym_data_card;

/* One training. */
typedef struct nsym_train_card {
    size_t sample; /* rows of the shuffled sample used, training and test; 0: all */
    nsym_split split;
    double test;          /* fraction */
    size_t size;          /* training rows used; 0: all */
    size_t epochs, batch; /* batch: events a step */
    double learning_rate, weight_decay;
    bool redraw_test;
} nsym_train_card;

typedef struct nsym_run_card {
    nsym_data_card data;
    nsym_train_card train;
    nsym_model_spec spec;
} nsym_run_card;

/* New tree: the card of options->card with its preset and settings applied. */
nsym_status nsym_card_open(nsym_tree **out, const nsym_study_options *options) NSYM_MUST_CHECK;

/* Reads the values that a run of `model` (a name below `models`) would use. Errors: unknown keys and values out of
   range, with file and line. */
nsym_status nsym_card_read(nsym_run_card *out, const nsym_tree *card, const char *model) NSYM_MUST_CHECK;

/* A file by its content, as "size:CRC-32"; "built-in" for no file (""). Errors: it cannot be read. */
nsym_status nsym_file_mark(char mark[NSYM_MARK_SIZE], const char *path) NSYM_MUST_CHECK;

/* New text (free with free) of everything in a card that decides what a run of `model` gives: the ledger's key is made
   of it. `data_only`: what decides its sample. Files count by their marks, which must be set. */
nsym_status nsym_card_key(char **out, const nsym_run_card *card, bool data_only) NSYM_MUST_CHECK;

#endif
