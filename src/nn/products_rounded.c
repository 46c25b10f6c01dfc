/* Products in bf16 on any CPU: the factors are rounded to it and multiplied in the networks' own precision. */
#include "nn/products.h"

#include "base/fail.h"
#include "nn/kernels.h"
#include <stdlib.h>
#include <string.h>

struct nsym_products {
    const nsym_kernels *kernels;
    nsym_products *single;   /* takes all products, and those of narrow layers as they are */
    nsym_dense_shape *layer; /* (count) */
    size_t count;
    bool *fresh;   /* (count) are its rounded weights those of its values? */
    real *weights; /* rounded, in the places that they have among the values */
    real *x, *dz;  /* of a layer, rounded */
};

static void release(nsym_products *p) {
    if (!p) return;
    nsym_products_single.release(p->single);
    void *blocks[] = {p->layer, p->fresh, p->weights, p->x, p->dz, p};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
}

static size_t largest(size_t a, size_t b) {
    return a > b ? a : b;
}

static nsym_status create(nsym_products **out, const nsym_dense_shape *layers, size_t count) {
    size_t weights = 1, x = 1, dz = 1;
    for (size_t i = 0; i < count; i++) {
        const nsym_dense_shape *l = &layers[i];
        if (!nsym_bf16_pays(l)) continue;
        weights = largest(weights, l->weight + l->inputs * l->outputs);
        x = largest(x, l->rows * l->inputs);
        dz = largest(dz, l->rows * l->outputs);
    }
    nsym_products *p = calloc(1, sizeof *p);
    if (!p) return nsym_fail(NSYM_ENOMEM, "no memory for a network's products");
    *p = (nsym_products){.kernels = nsym_kernels_in_use(),
                         .layer = malloc((count + 1) * sizeof *p->layer),
                         .count = count,
                         .fresh = calloc(count + 1, sizeof *p->fresh),
                         .weights = calloc(weights, sizeof *p->weights),
                         .x = calloc(x, sizeof *p->x),
                         .dz = calloc(dz, sizeof *p->dz)};
    nsym_status status = p->layer && p->fresh && p->weights && p->x && p->dz
                             ? nsym_products_single.create(&p->single, layers, count)
                             : nsym_fail(NSYM_ENOMEM, "no memory for a network's products");
    if (status != NSYM_OK) {
        release(p);
        return status;
    }
    memcpy(p->layer, layers, count * sizeof *layers);
    *out = p;
    return NSYM_OK;
}

static void renew(nsym_products *p) {
    memset(p->fresh, 0, p->count * sizeof *p->fresh);
}

static void round_weights(nsym_products *p, size_t layer, const real *values) {
    const nsym_dense_shape *l = &p->layer[layer];
    if (!p->fresh[layer]) p->kernels->round_bf16(p->weights + l->weight, values + l->weight, l->inputs * l->outputs);
    p->fresh[layer] = true;
}

static void forward(nsym_products *p, size_t layer, const real *values, const real *x, size_t rows, real *z) {
    const nsym_dense_shape *l = &p->layer[layer];
    if (nsym_bf16_pays(l)) {
        round_weights(p, layer, values);
        p->kernels->round_bf16(p->x, x, rows * l->inputs);
        values = p->weights;
        x = p->x;
    }
    nsym_products_single.forward(p->single, layer, values, x, rows, z);
}

static void backward(nsym_products *p, size_t layer, const real *values, const real *x, const real *dz, size_t rows,
                     bool add, real *dweight, real *dx) {
    const nsym_dense_shape *l = &p->layer[layer];
    if (nsym_bf16_pays(l)) {
        round_weights(p, layer, values);
        p->kernels->round_bf16(p->x, x, rows * l->inputs);
        p->kernels->round_bf16(p->dz, dz, rows * l->outputs);
        values = p->weights;
        x = p->x;
        dz = p->dz;
    }
    nsym_products_single.backward(p->single, layer, values, x, dz, rows, add, dweight, dx);
}

const nsym_product_engine nsym_products_rounded = {create, release, renew, forward, backward};
