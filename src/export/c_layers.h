/* The layers of a network as C99. */
#ifndef NSYM_EXPORT_C_LAYERS_H
#define NSYM_EXPORT_C_LAYERS_H

#include "nn/models.h"

#include <stdio.h>

/* What is written; blocks are arrays of floats b0, b1, ... */
typedef struct nsym_c_network {
    FILE *out;
    const nsym_plan *plan;
    const float *values, *state; /* of the network */
} nsym_c_network;

/* Writes a constant array, of floats with a number behind its name. */
void nsym_c_floats(FILE *out, const char *name, size_t index, const float *values, size_t n);
void nsym_c_doubles(FILE *out, const char *name, const double *values, size_t n);

/* Writes the functions that layers call, and the layers' weights. Errors: no memory. */
void nsym_c_helpers(FILE *out, const nsym_plan *plan);
nsym_status nsym_c_weights(const nsym_c_network *network) NSYM_MUST_CHECK;

/* Writes the statements of a layer, on arrays that are declared. */
void nsym_c_layer(const nsym_c_network *network, size_t index);

#endif
