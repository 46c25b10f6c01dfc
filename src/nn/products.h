/* The matrix products of dense layers: all that a layer knows of the precision in which they are taken. One engine for
   each, chosen when a network is made. */
#ifndef NSYM_NN_PRODUCTS_H
#define NSYM_NN_PRODUCTS_H

#include "nn/real.h"
#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

/* A dense layer, as its products see it. */
typedef struct nsym_dense_shape {
    size_t inputs, outputs;
    size_t weight; /* offset in values of (inputs, outputs) */
    size_t rows;   /* the most there are */
} nsym_dense_shape;

typedef struct nsym_products nsym_products;

/* Layers are named by their place among those that an engine was made for. */
typedef struct nsym_product_engine {
    /* New, for `count` layers, copied. */
    nsym_status (*create)(nsym_products **out, const nsym_dense_shape *layers, size_t count);
    void (*release)(nsym_products *products);
    /* To be called where the values may have changed since they were last read. */
    void (*renew)(nsym_products *products);
    /* z (rows, outputs) = x (rows, inputs) weight. z and dx have room for nsym_product_room(rows) rows; what is behind
       `rows` is anything. */
    void (*forward)(nsym_products *products, size_t layer, const real *values, const real *x, size_t rows, real *z);
    /* dweight (inputs, outputs) = x^T dz with dz (rows, outputs), or, with `add`, so much more than it was; and, unless
       dx is NULL, dx (rows, inputs) = dz weight^T. It follows a forward pass on the same x. */
    void (*backward)(nsym_products *products, size_t layer, const real *values, const real *x, const real *dz,
                     size_t rows, bool add, real *dweight, real *dx);
} nsym_product_engine;

/* In the networks' own precision; and with factors rounded to bf16 in layers where that pays. */
extern const nsym_product_engine nsym_products_single, nsym_products_rounded;

#ifndef NSYM_NN_DOUBLE
/* By the CPU's instructions for bf16, through oneDNN; and, for tests on any CPU, the same code with factors in single
   precision. */
extern const nsym_product_engine nsym_products_onednn, nsym_products_onednn_unrounded;
#endif

/* The engine for bf16 by the path in use (base/cpu.h): its instructions, where it has some, or nsym_products_rounded.
 */
const nsym_product_engine *nsym_products_bf16(void);

/* Rows that a product of `rows` rows may write: a few more, so that few sizes serve batches of any. */
size_t nsym_product_room(size_t rows);

/* Layers with fewer inputs or outputs stay in single precision: their products are little work, and they are mostly the
   first, which reads what was measured, and the last, which gives the answer. The shape alone decides, so that every
   engine agrees. */
enum { NSYM_BF16_WIDTH = 16 };
static inline bool nsym_bf16_pays(const nsym_dense_shape *layer) {
    return layer->inputs >= NSYM_BF16_WIDTH && layer->outputs >= NSYM_BF16_WIDTH;
}

#endif
