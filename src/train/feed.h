/* Batches for a network, gathered from inputs event by event. */
#ifndef NSYM_TRAIN_FEED_H
#define NSYM_TRAIN_FEED_H

#include "nn/network.h"
#include "train/inputs.h"

/* Room for a batch. The model's spec and the inputs are borrowed. */
typedef struct nsym_feed {
    const nsym_model_spec *spec;
    const nsym_inputs *inputs;
    size_t events, rows;             /* the most in a batch: events, and particles with the padding row */
    uint32_t *offsets;               /* (events + 1), owned */
    float *particles, *event, *gate; /* owned */
    bool lists;                      /* is the event input handed on as its hits, where a batch has few? Then, owned: */
    uint32_t *taken;                 /* (events) the event in each place */
    uint32_t *first, *column;        /* (events + 1) and of each hit */
    float *value;                    /* of each hit */
} nsym_feed;

/* For batches of so many events, and so many particles, the padding row included, at the most (0: whatever events
   have). */
nsym_status nsym_feed_new(nsym_feed *out, const nsym_model_spec *spec, const nsym_inputs *inputs, size_t events,
                          size_t rows) NSYM_MUST_CHECK;
void nsym_feed_free(nsym_feed *feed);

/* The most particle rows that a batch of so many events can need, the padding row included. */
size_t nsym_feed_rows(const nsym_inputs *inputs, size_t events);

/* Is there room for event `event` in place `i` of the batch, behind those before? */
bool nsym_feed_fits(const nsym_feed *feed, size_t i, size_t event);

/* Puts event `event` of the inputs in place `i` of the batch; places are filled in order. */
void nsym_feed_put(nsym_feed *feed, size_t i, size_t event);

/* The batch of the first n places. Borrowed. */
nsym_batch nsym_feed_batch(nsym_feed *feed, size_t n);

#endif
