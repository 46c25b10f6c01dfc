/* By what the events of a training count. */
#ifndef NSYM_TRAIN_WEIGHTS_H
#define NSYM_TRAIN_WEIGHTS_H

#include "train/training.h"

/* Can the weights do what the card asks of them? Errors: a weight that is not finite or, in a loss, beyond single
   precision, and weights that it takes for 0; a negative one where events are drawn by their weights; classes that
   train, validate or test with no weight together, or with sums of opposite signs. An event is named by its row in what
   was read. */
nsym_status nsym_weights_check(const nsym_training *training) NSYM_MUST_CHECK;

/* Copies to `kept` (n) those of `events` (n) that a training by weights learns from: all but those of weight 0, which
   would be in its batches and batch norms only. Gives their number; without weights, n. */
size_t nsym_weights_keep(uint32_t *kept, const nsym_training *training, const uint32_t *events, size_t n);

/* The mean weight of events (n), all copies, where some count negatively: then the sum of a batch may be anything, also
   0, and its loss is divided by its number of rows times this mean. 0: none is negative, and a batch has its own sum.
 */
double nsym_weights_mean(const nsym_training *training, const uint32_t *events, size_t n);

#endif
