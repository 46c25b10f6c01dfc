/* Products in the networks' own precision. */
#include "nn/products.h"

#include "base/fail.h"
#include "nn/gemm.h"
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

struct nsym_products {
    nsym_dense_shape *layer; /* (count) */
    real *scratch;           /* of nsym_gemm_outer, for every layer */
};

static void release(nsym_products *p) {
    if (!p) return;
    free(p->layer);
    free(p->scratch);
    free(p);
}

static nsym_status create(nsym_products **out, const nsym_dense_shape *layers, size_t count) {
    nsym_products *p = calloc(1, sizeof *p);
    if (!p) return nsym_fail(NSYM_ENOMEM, "no memory for a network's products");
    size_t size = ALIGNMENT / sizeof(real);
    for (size_t i = 0; i < count; i++) {
        size_t needed = nsym_gemm_scratch(layers[i].inputs, layers[i].outputs);
        if (needed > size) size = needed;
    }
    p->layer = malloc((count + 1) * sizeof *p->layer);
    p->scratch = aligned_alloc(ALIGNMENT, (size * sizeof(real) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    if (!p->layer || !p->scratch) {
        release(p);
        return nsym_fail(NSYM_ENOMEM, "no memory for a network's products");
    }
    memcpy(p->layer, layers, count * sizeof *layers);
    *out = p;
    return NSYM_OK;
}

static void renew(nsym_products *p) {
    (void)p; /* nothing is kept */
}

static void forward(nsym_products *p, size_t layer, const real *values, const real *x, size_t rows, real *z) {
    const nsym_dense_shape *l = &p->layer[layer];
    nsym_gemm(false, false, rows, l->outputs, l->inputs, x, l->inputs, values + l->weight, l->outputs, 0, z,
              l->outputs);
}

static void backward(nsym_products *p, size_t layer, const real *values, const real *x, const real *dz, size_t rows,
                     bool add, real *dweight, real *dx) {
    const nsym_dense_shape *l = &p->layer[layer];
    nsym_gemm_outer(l->inputs, l->outputs, rows, x, dz, add, dweight, p->scratch);
    if (dx)
        nsym_gemm(false, true, rows, l->inputs, l->outputs, dz, l->outputs, values + l->weight, l->outputs, 0, dx,
                  l->inputs);
}

const nsym_product_engine nsym_products_single = {create, release, renew, forward, backward};
