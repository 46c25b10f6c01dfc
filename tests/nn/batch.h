/* Specs and batches of random events, for the tests of the networks. */
#ifndef TESTS_NN_BATCH_H
#define TESTS_NN_BATCH_H

#include "nn/network.h"
#include <nearsym/random.h>

#include <stdlib.h>

enum { PARTICLE_WIDTH = 4, EVENT_WIDTH = 3, WEIGHT_WIDTH = 2 };

/* A batch and everything it borrows, with labels and weights. */
typedef struct sample {
    nsym_batch batch;
    uint32_t *offsets;
    real *particles, *event, *weight, *labels, *weights;
} sample;

static inline real *normals(nsym_random *random, size_t n) {
    real *values = malloc((n ? n : 1) * sizeof *values);
    for (size_t i = 0; i < n; i++) values[i] = (real)nsym_random_normal(random);
    return values;
}

/* `count` events of `slots` particles each, or of 0 to 4 where slots is 0, and a padding row behind them. */
static inline sample sample_new(size_t count, size_t slots, uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "events", 0);
    sample e = {.offsets = calloc(count + 1, sizeof *e.offsets)};
    for (size_t i = 0; i < count; i++)
        e.offsets[i + 1] = e.offsets[i] + (slots ? (uint32_t)slots : nsym_random_below(&random, 5));
    e.particles = normals(&random, (e.offsets[count] + 1) * PARTICLE_WIDTH);
    e.event = normals(&random, count * EVENT_WIDTH);
    e.weight = normals(&random, count * WEIGHT_WIDTH);
    e.labels = normals(&random, count);
    e.weights = normals(&random, count);
    for (size_t i = 0; i < count; i++) {
        e.labels[i] = e.labels[i] > 0 ? 1 : 0;
        e.weights[i] = e.weights[i] * e.weights[i];
    }
    e.batch = (nsym_batch){
        .events = count, .offsets = e.offsets, .particles = e.particles, .event = e.event, .gate = e.weight};
    return e;
}

static inline void sample_free(sample *e) {
    free(e->offsets);
    free(e->particles);
    free(e->event);
    free(e->weight);
    free(e->labels);
    free(e->weights);
}

/* A small network of a kind for such events. */
static inline nsym_model_spec small_spec(nsym_model_kind kind, nsym_norm norm) {
    bool set = kind == NSYM_PFN || kind == NSYM_EFN;
    return (nsym_model_spec){
        .kind = kind,
        .particle_input = {"p4", PARTICLE_WIDTH},
        .event_input = {"invariants", set ? 0 : EVENT_WIDTH},
        .gate_input = {"pt", WEIGHT_WIDTH},
        .slots = norm == NSYM_NORM_SLOT ? 2 : 0,
        .particle_map = {2, {7, 6}},
        .event_map = {1, {5}},
        .gate_map = {2, {4, 4}},
        .latent = 3,
        .hidden = {2, {9, 5}},
        .norm = norm,
    };
}

#endif
