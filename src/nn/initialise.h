/* The weights a network begins with. */
#ifndef NSYM_NN_INITIALISE_H
#define NSYM_NN_INITIALISE_H

#include "nn/real.h"
#include <nearsym/model.h>
#include <nearsym/random.h>

/* Weights (inputs, outputs) by a spec's initialisation, drawn from the stream; `places` is what a filter covers of each
   of a convolution's inputs (then `inputs` counts them all), and 1 for dense layers. Scratch (inputs x outputs). */
void nsym_initial_weights(nsym_initialisation how, nsym_random *random, real *weights, size_t inputs, size_t outputs,
                          size_t places, real *scratch);

/* The biases (n) that belong to them. */
void nsym_initial_biases(nsym_initialisation how, nsym_random *random, real *biases, size_t inputs, size_t n);

#endif
