/* One training: a network, a sample, and how it does on the test part after every epoch. */
#ifndef NSYM_STUDY_TRAINING_H
#define NSYM_STUDY_TRAINING_H

#include "nn/network.h"
#include "study/card.h"
#include "symmetry/inputs.h"
#include <nearsym/progress.h>
#include <stdatomic.h>

/* Events predicted at once: a network is made for at least so many. */
enum { NSYM_PREDICT_CHUNK = 512 };

/* The rows of a shuffled sample that train and that test. */
typedef struct nsym_parts {
    size_t train_first, train_count, test_first, test_count;
} nsym_parts;

/* Errors: a part would be empty, or has one class only; a sample smaller than asked for. Shape: labels (count). */
nsym_status nsym_parts_of(nsym_parts *out, const nsym_train_card *card, const double *labels,
                          size_t count) NSYM_MUST_CHECK;

/* What a training reads. Borrowed. Shapes: (inputs->count). */
typedef struct nsym_training {
    const nsym_train_card *card;
    const nsym_inputs *inputs;
    const double *labels, *weights;
    nsym_parts parts;
    uint64_t seed; /* of this member: first weights and draws */
    nsym_progress *progress;
    bool (*stop)(void);
} nsym_training;

/* How an epoch went. All but train_loss are of the test sample: redrawn by weight, or weighted. */
typedef struct nsym_epoch {
    double train_loss, loss, accuracy, auc;
    double auc_error;  /* of the finite test sample */
    double auc_pooled; /* of the scores of all epochs so far together */
} nsym_epoch;

/* Trains `network` (initialised here) for card->epochs and fills epochs (card->epochs). Errors: a training or test
   loss that is not finite, with epoch and learning rate; NSYM_EINTERRUPTED. */
nsym_status nsym_train(nsym_network *network, const nsym_training *training, nsym_epoch *epochs) NSYM_MUST_CHECK;

/* Logits (count) of rows first ... first + count - 1 of the inputs; mixing (count), if not NULL, receives a hybrid's
   weight of its general latent. `chunk` is at most the events the network was made for. */
void nsym_predict_rows(nsym_network *network, const nsym_inputs *inputs, size_t first, size_t count, size_t chunk,
                       float *logits, float *mixing);

/* The largest number of particles in an event. */
size_t nsym_most_particles(const nsym_inputs *inputs);

#endif
