/* A model's inside, for those who make one. */
#ifndef NSYM_NN_MODEL_H
#define NSYM_NN_MODEL_H

#include "data/fingerprint.h"
#include "nn/network.h"
#include <nearsym/events.h>

typedef enum nsym_model_part {
    NSYM_PARTICLE_INPUT,
    NSYM_EVENT_INPUT,
    NSYM_GATE_INPUT,
    NSYM_MODEL_PARTS
} nsym_model_part;

/* Events that a model predicts at once, and their particles, unless a single event has more. */
enum { NSYM_MODEL_BATCH = 256, NSYM_MODEL_ROWS = 4096 };

struct nsym_model {
    nsym_network *network;
    size_t rows;                       /* particles that the network has room for, the padding row aside */
    double *scaling[NSYM_MODEL_PARTS]; /* (2, width) mean and scale of each column: x becomes (x - mean) / scale */
    size_t attributes;
    nsym_attribute *attribute;      /* (attributes) */
    nsym_fingerprints fingerprints; /* of the events that trained it, with the attribute fingerprints_of, the fields */
};

/* New model of a network's spec, parameters and running statistics, all copied; no standardisation (0 and 1), no
   attributes. */
nsym_status nsym_model_from_network(nsym_model **out, nsym_network *network) NSYM_MUST_CHECK;

/* Sets the standardisation of an input: mean and scale (width), copied. Errors: a number that is not finite, a scale
   that is not positive, an EFN's energy (its particles' first column) with a mean other than 0. */
nsym_status nsym_model_standardise(nsym_model *model, nsym_model_part part, const double *mean,
                                   const double *scale) NSYM_MUST_CHECK;

/* Mean and scale (2, width) of an input's columns; NULL where the model has no such input. Borrowed. */
const double *nsym_model_scaling(const nsym_model *model, nsym_model_part part);

/* The network, with room for NSYM_MODEL_BATCH events of so many particles together. Borrowed until the next call. */
nsym_status nsym_model_network(nsym_network **out, nsym_model *model, size_t rows) NSYM_MUST_CHECK;

/* Gives a network of the same spec the model's parameters and running statistics. */
void nsym_model_weights(nsym_network *to, const nsym_model *from);

/* Values per row of an input; 0 where the model has none. */
size_t nsym_model_width(const nsym_model_spec *spec, nsym_model_part part);

/* New model of a spec, with nothing trained. */
nsym_status nsym_model_new(nsym_model **out, const nsym_model_spec *spec) NSYM_MUST_CHECK;

#endif
