/* The loops of 3 x 3 convolutions by Winograd's F(4 x 4, 3 x 3) (Lavin & Gray, arXiv:1509.09308), one table of them per
   kind of CPU, as kernels.h. A tile of 4 x 4 outputs comes from 6 x 6 inputs by 36 multiplications for each pair of
   channels, a quarter of a direct convolution's. In single precision an output is within about 1e-6 of the direct one,
   a gradient within 1e-5, as parts of typical ones. */
#ifndef NSYM_NN_TRUNK_KERNELS_H
#define NSYM_NN_TRUNK_KERNELS_H

#include "nn/real.h"
#include <stdbool.h>
#include <stddef.h>

enum { NSYM_TILE = 4, NSYM_TILE_INPUTS = 6, NSYM_TILE_PLANES = NSYM_TILE_INPUTS * NSYM_TILE_INPUTS };

/* How images lie in memory: (4 tile_rows + 2, 4 tile_columns + 2, channels), an image of (rows, columns) from place
   (1, 1) on, and zeros around it. Channels are rounded up to whole vectors; the additional ones are zeros. */
typedef struct nsym_image_shape {
    size_t rows, columns, channels;
    size_t tile_rows, tile_columns;
} nsym_image_shape;

static inline size_t nsym_image_row(const nsym_image_shape *s) {
    return (NSYM_TILE * s->tile_columns + 2) * s->channels;
}

static inline size_t nsym_image_size(const nsym_image_shape *s) {
    return (NSYM_TILE * s->tile_rows + 2) * nsym_image_row(s);
}

static inline size_t nsym_image_tiles(const nsym_image_shape *s) {
    return s->tile_rows * s->tile_columns;
}

/* Where the first channel of a place of the image itself stands. */
static inline size_t nsym_image_place(const nsym_image_shape *s, size_t row, size_t column) {
    return (row + 1) * nsym_image_row(s) + (column + 1) * s->channels;
}

/* 36 matrices, one for each place of a tile, `plane` values apart. */
typedef struct nsym_planes {
    real *at;
    size_t plane;
} nsym_planes;

/* Tiles are counted through the images, row by row. The images' gradients have the images' shape. f is the activation
   of kernels.h. */
typedef struct nsym_trunk_kernels {
    size_t lanes; /* of a vector */

    /* u (inputs, outputs) from weights (3, 3, inputs, outputs): G w G^T; outputs are whole vectors. */
    void (*filters)(nsym_planes u, const real *weights, size_t inputs, size_t outputs);

    /* Its gradient: weights from u. */
    void (*filters_gradient)(real *weights, nsym_planes u, size_t inputs, size_t outputs);

    /* v (tiles, channels) from the tiles of images x that begin with `first`: B^T x B. */
    void (*spread)(nsym_planes v, const real *x, const nsym_image_shape *shape, size_t first, size_t tiles);

    /* The tiles of images y from m (tiles, channels): f(A^T m A + bias); bias (channels). */
    void (*gather)(real *y, nsym_planes m, const nsym_image_shape *shape, const real *bias, real leak, size_t first,
                   size_t tiles);

    /* Its gradient: m from dy, the gradient before f: A dy A^T. */
    void (*gather_gradient)(nsym_planes m, const real *dy, const nsym_image_shape *shape, size_t first, size_t tiles);

    /* c (rows, columns) = a b, or, to add, c + a b; a (rows, n), whose values stand a_row and a_step apart, b (n,
       columns). Columns are whole vectors. */
    void (*product)(real *c, const real *a, size_t a_row, size_t a_step, const real *b, size_t rows, size_t n,
                    size_t columns, bool add);

    /* The 2 x 2 max pool of an image: pooled from y. */
    void (*pool)(real *pooled, const nsym_image_shape *half, const real *y, const nsym_image_shape *shape);

    /* dz, an image's gradient before f with its border of zeros, from dy behind it and y; to sums (channels) its sum
       is added. */
    void (*gate)(real *dz, const real *dy, const real *y, const nsym_image_shape *shape, real leak, real *sums);

    /* The same with a pool behind f: from dpooled, which the first of the largest places gets. */
    void (*pool_gate)(real *dz, const real *dpooled, const nsym_image_shape *half, const real *y,
                      const nsym_image_shape *shape, real leak, real *sums);
} nsym_trunk_kernels;

extern const nsym_trunk_kernels nsym_trunk_kernels_plain, nsym_trunk_kernels_avx2, nsym_trunk_kernels_avx512;

#endif
