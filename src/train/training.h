/* One training: a network, a sample, and how it does on the test part. */
#ifndef NSYM_TRAIN_TRAINING_H
#define NSYM_TRAIN_TRAINING_H

#include "nn/model.h"
#include "train/feed.h"
#include "train/fresh.h"
#include "train/parts.h"
#include <nearsym/events.h>
#include <nearsym/progress.h>
#include <stdatomic.h>

/* Events predicted at once: a network is made for at least so many. */
enum { NSYM_PREDICT_CHUNK = 512 };

/* What a training reads. Borrowed. Shapes: (inputs->count). */
typedef struct nsym_training {
    const nsym_train_card *card;
    const nsym_inputs *inputs;
    const double *labels, *weights;
    nsym_parts parts;
    const uint32_t *events; /* (event_count) those that train, of the parts' (see nsym_training_events) */
    size_t event_count;
    const uint32_t *checked; /* (checked_count) those that validate, NULL where there are none */
    size_t checked_count;
    uint64_t seed;           /* of this member: draws */
    uint64_t start;          /* of the first weights */
    const nsym_model *begin; /* its weights are the first, in place of drawn ones; NULL: drawn */
    const nsym_fresh *fresh; /* makes the copies of those that train anew in every epoch; NULL: they stay */
    nsym_progress *progress;
    bool (*stop)(void); /* asked before every batch, also of those that validate; NULL: never */
    bool (*watch)(void *context, const nsym_train_epoch *epoch); /* false stops there; NULL: nobody watches */
    void *context;
    const size_t *index;       /* the sample's row of each row, for messages; NULL: the same */
    const nsym_events *sample; /* for the rows that messages name; NULL: as they stand */
    const char *file;          /* where the sample was read, for messages; NULL or "": nowhere */
} nsym_training;

/* What a message calls a row of the sample: "muons.csv: row 10". Gives text. */
enum { NSYM_ROW_TEXT = 512 };
const char *nsym_training_row(char text[NSYM_ROW_TEXT], const nsym_training *training, size_t row);

/* The most particles of a batch, the padding row included, of those that train or are predicted, `events` at once. */
size_t nsym_training_rows(const nsym_training *training, size_t events);

/* The weights by which events train: in the loss, or by how often they are drawn; NULL where all train alike. */
const double *nsym_learning_weights(const nsym_train_card *card, const double *weights);

/* How an epoch went. All but train_loss are of the test sample: redrawn by weight, or weighted. */
typedef struct nsym_epoch {
    double train_loss, loss, accuracy, auc;
    double auc_error;  /* of the sample that was tested, NaN where it is unknown */
    double auc_pooled; /* of the scores of all epochs so far together */
    /* Standard errors for the finite test sample, also that which is redrawn from; auc_sample of both AUCs. */
    double loss_sample, accuracy_sample, auc_sample;
} nsym_epoch;

/* How a training went. */
typedef struct nsym_validation {
    size_t epoch;  /* where events validate: the last that improved, from 1: the network has its weights */
    size_t epochs; /* that were trained */
    double loss, auc;
} nsym_validation;

/* Trains `network` (initialised here, or with the weights of `begin`) for card->epochs, none of which may be, and fills
   epochs (card->epochs): all of them, or, where only the last is measured, its place alone but for the training losses;
   with events to check, the loss and AUC of these. It may then stop before, and goes back to the best epoch, into
   *validation. A batch's loss is the weighted mean of its events'; where some of those that train have negative weights
   it is their weighted sum over their number times the mean weight of all. Errors: weights that cannot train
   (nsym_weights_check); a training or test loss that is not finite, with epoch and learning rate and with the largest
   value that the network reads, where that is extreme; NSYM_EINTERRUPTED. */
nsym_status nsym_train(nsym_network *network, const nsym_training *training, nsym_epoch *epochs,
                       nsym_validation *validation) NSYM_MUST_CHECK;

/* Logits (count, outputs) of rows of the feed's inputs: of first ... first + count - 1, or of `rows` (count) where
   these are not NULL; gate (count), if not NULL, receives a hybrid's weight of its general latent. The network was made
   for the feed's events. */
void nsym_predict_rows(nsym_network *network, nsym_feed *feed, const uint32_t *rows, size_t first, size_t count,
                       double *logits, double *gate);

#endif
