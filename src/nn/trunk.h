/* The trunk of a CNN: convolutions with an activation each, same-padded, stride 1, and a 2 x 2 max pool after the last
   one of every block (an odd last row or column is left out, as PyTorch does). Three engines do the same arithmetic:
   plain loops, which the tests hold the others against, oneDNN, and Winograd's algorithm for 3 x 3 kernels. */
#ifndef NSYM_NN_TRUNK_H
#define NSYM_NN_TRUNK_H

#include "nn/real.h"
#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { NSYM_CONVOLUTIONS_MAX = 32 };

/* One convolution: images (inputs, rows, columns) become (outputs, rows, columns), pooled: of half the size. */
typedef struct nsym_convolution {
    size_t inputs, outputs, rows, columns;
    bool pooled;
    size_t weight, bias; /* offsets in values of (kernel, kernel, inputs, outputs) and (outputs) */
} nsym_convolution;

typedef struct nsym_trunk_plan {
    size_t count; /* 0: no trunk */
    size_t kernel;
    real leak; /* the activation's slope below 0 */
    nsym_convolution at[NSYM_CONVOLUTIONS_MAX];
} nsym_trunk_plan;

typedef struct nsym_trunk nsym_trunk;

/* Images are (channels, rows, columns) each. A backward pass follows a forward pass in training on the same images; it
   overwrites the gradients of the trunk's own parameters. */
typedef struct nsym_trunk_engine {
    /* New, for at most so many images at once; the plan is borrowed. */
    nsym_status (*create)(nsym_trunk **out, const nsym_trunk_plan *plan, size_t images);
    void (*release)(nsym_trunk *trunk);
    /* y (images, outputs) from x (images, inputs). */
    void (*forward)(nsym_trunk *trunk, const real *values, const real *x, size_t images, bool training, real *y);
    /* gradients from dy (images, outputs), which is overwritten; the images themselves have none. */
    void (*backward)(nsym_trunk *trunk, const real *values, const real *x, size_t images, real *dy, real *gradients);
} nsym_trunk_engine;

extern const nsym_trunk_engine nsym_trunk_plain, nsym_trunk_winograd;
#ifndef NSYM_NN_DOUBLE
extern const nsym_trunk_engine nsym_trunk_onednn;
#endif

/* The fastest: Winograd's algorithm for 3 x 3 kernels, at any number of channels and size of image, oneDNN for others.
   In double precision plain loops stand for oneDNN. */
const nsym_trunk_engine *nsym_trunk_engine_for(const nsym_trunk_plan *plan);

/* Places of an image that a convolution reads, and its weights, biases left out. */
size_t nsym_convolution_places(const nsym_convolution *convolution);
size_t nsym_convolution_weights(const nsym_trunk_plan *plan, const nsym_convolution *convolution);

/* Numbers of an image after the trunk. */
size_t nsym_trunk_outputs(const nsym_trunk_plan *plan);

/* Floating-point operations of an image, counted from the shapes. */
double nsym_trunk_flops(const nsym_trunk_plan *plan, bool training);

#endif
