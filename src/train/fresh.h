/* Copies of events that are made anew for every epoch of a training: none is seen twice. */
#ifndef NSYM_TRAIN_FRESH_H
#define NSYM_TRAIN_FRESH_H

#include <nearsym/events.h>
#include <nearsym/status.h>
#include <nearsym/train.h>
#include <stddef.h>
#include <stdint.h>

struct nsym_fresh {
    /* New events (free with nsym_events_free): the rows of n events, each itself and as many copies as it has in the
       sample. `rows` (n) is where each begins in the sample, and the copies are drawn by `seeds` (n). */
    nsym_status (*make)(nsym_events **out, void *context, const uint32_t *rows, const uint64_t *seeds, size_t n);
    void *context;
    size_t particles;      /* of a row, at the most */
    size_t events, copies; /* of the sample: events, and rows of each */
};

#endif
