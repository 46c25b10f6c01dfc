/* The networks' loops that are not matrix products, one table of them per kind of CPU. The plain table runs anywhere
   and is what the tests hold the others against. All arrays are row-major; none may overlap, except that y may be z. */
#ifndef NSYM_NN_KERNELS_H
#define NSYM_NN_KERNELS_H

#include "nn/hits.h"

/* What a step of AdamW multiplies with. */
typedef struct nsym_adamw_factors {
    real keep;         /* 1 - learning rate x weight decay */
    real beta1, beta2; /* what the moments keep */
    real new1, new2;   /* 1 - beta1, 1 - beta2 */
    real rate;         /* learning rate / (1 - beta1^steps) */
    real root;         /* 1 / sqrt(1 - beta2^steps) */
    real epsilon;
} nsym_adamw_factors;

/* The activation f(x) = x above 0, leak x below: leak 0 is ReLU, leak 1 the identity. With leak >= 0 its slope can be
   read off its output. Sums over rows run in blocks whose totals are kept in double precision; `work` is scratch. */
typedef struct nsym_kernels {
    /* y (rows, columns) becomes f(y + bias), bias (columns). */
    void (*bias)(real *y, const real *bias, real leak, size_t rows, size_t columns);

    /* sums (columns) of z (rows, columns); work (columns). */
    void (*sums)(const real *z, size_t rows, size_t columns, double *sums, real *work);

    /* sums (columns) of (z - centre)^2; centre (columns), work (columns). */
    void (*squares)(const real *z, const real *centre, size_t rows, size_t columns, double *sums, real *work);

    /* y = f(factor z + offset); factor, offset (columns). */
    void (*affine)(real *y, const real *z, const real *factor, const real *offset, real leak, size_t rows,
                   size_t columns);

    /* dy (rows, columns), the gradient behind f with output y, becomes the one before f; sums (columns) of it. */
    void (*gate)(real *dy, const real *y, real leak, size_t rows, size_t columns, double *sums, real *work);

    /* The same, and products (columns): the sums of dy (z - centre). work (2, columns). */
    void (*norm_sums)(real *dy, const real *y, const real *z, const real *centre, real leak, size_t rows,
                      size_t columns, double *sums, double *products, real *work);

    /* dy becomes factor dy + slope (z - centre) + offset, all four (columns); sums (columns) of it. */
    void (*norm_gradient)(real *dy, const real *z, const real *centre, const real *factor, const real *slope,
                          const real *offset, size_t rows, size_t columns, double *sums, real *work);

    /* y (events, width): the sum of each event's rows of x (offsets[events], width), or their mean; 0 without rows. */
    void (*pool)(real *y, const real *x, const uint32_t *offsets, size_t events, size_t width, int mean);

    /* Its gradient: dx from dy. */
    void (*pool_gradient)(real *dx, const real *dy, const uint32_t *offsets, size_t events, size_t width, int mean);

    /* y (events, width): the sum of each event's rows of x (offsets[events], width), row i times weights[i * stride].
     */
    void (*weighted_pool)(real *y, const real *x, const real *weights, size_t stride, const uint32_t *offsets,
                          size_t events, size_t width);

    /* Its gradient: dx from dy. */
    void (*weighted_pool_gradient)(real *dx, const real *dy, const real *weights, size_t stride,
                                   const uint32_t *offsets, size_t events, size_t width);

    /* y (rows, columns) += factor row, with a factor (rows) for each row of y; row (columns). */
    void (*add)(real *y, const real *row, const real *factors, size_t rows, size_t columns);

    /* Its gradient: sums (columns) of factor dy; work (columns). */
    void (*add_gradient)(double *sums, const real *dy, const real *factors, size_t rows, size_t columns, real *work);

    /* Lists what is not 0 in x (rows, inputs) in lists->hits; nothing where that is more than `most`. */
    void (*list)(nsym_hit_lists *lists, const real *x, size_t rows, size_t inputs, size_t most);

    /* y (rows, outputs) = x weight with a listed x (rows, inputs) and weight (inputs, outputs). */
    void (*sparse)(real *y, const nsym_hits *hits, const real *weight, size_t rows, size_t outputs);

    /* Its gradient: dweight (inputs, outputs) = x^T dy, of lists->hits, which are sorted by column. */
    void (*sparse_gradient)(real *dweight, nsym_hit_lists *lists, const real *dy, size_t rows, size_t inputs,
                            size_t outputs);

    /* y (n): x rounded to bfloat16, to nearest even; NaN stays NaN. */
    void (*round_bf16)(real *y, const real *x, size_t n);

    /* The same as bfloat16 numbers. */
    void (*to_bf16)(uint16_t *y, const real *x, size_t n);

    /* One step of AdamW on n parameters and their two moments. */
    void (*adamw)(real *values, const real *gradients, real *first, real *second, size_t n,
                  const nsym_adamw_factors *factors);
} nsym_kernels;

extern const nsym_kernels nsym_kernels_plain, nsym_kernels_avx2, nsym_kernels_avx512;

/* The table of the path in use (base/cpu.h). */
const nsym_kernels *nsym_kernels_in_use(void);

#endif
