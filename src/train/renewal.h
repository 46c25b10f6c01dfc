/* What a training reads of a batch whose copies are made anew. */
#ifndef NSYM_TRAIN_RENEWAL_H
#define NSYM_TRAIN_RENEWAL_H

#include "train/training.h"

typedef struct nsym_renewal {
    uint32_t *times; /* (events of the parts) how often each was drawn in this epoch so far; owned */
    uint32_t *rows;  /* (room) of the batch's events: the first row of each; owned */
    uint64_t *seeds; /* (room) */
    size_t room, epoch;
    nsym_inputs inputs; /* of the batch, row after row; owned */
} nsym_renewal;

/* For batches of at most so many events. Free it whatever the status. */
nsym_status nsym_renewal_new(nsym_renewal *out, const nsym_training *training, size_t room) NSYM_MUST_CHECK;
void nsym_renewal_free(nsym_renewal *renewal);

/* Makes the inputs of events (n) of the parts for an epoch, standardised as the training's are. The draws depend on the
   training's seed, the epoch, the event, and on how often it came before in the epoch. Errors: as `fresh` has them, and
   as nsym_inputs_make. */
nsym_status nsym_renewal_make(nsym_renewal *renewal, const nsym_training *training, const nsym_model_spec *spec,
                              size_t epoch, const uint32_t *events, size_t n) NSYM_MUST_CHECK;

#endif
