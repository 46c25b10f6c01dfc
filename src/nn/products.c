#include "nn/products.h"

#ifndef NSYM_NN_DOUBLE
#include "nn/onednn.h"
#endif

enum { STEP = 8, SIXTEEN = 16 };

/* A multiple of 8 rows up to 256, and of a sixteenth of the next lower power of two above. */
size_t nsym_product_room(size_t rows) {
    size_t step = STEP;
    while (rows > 2 * SIXTEEN * step) step *= 2;
    return (rows + step - 1) / step * step;
}

const nsym_product_engine *nsym_products_bf16(void) {
#ifndef NSYM_NN_DOUBLE
    if (nsym_onednn_has_bf16()) return &nsym_products_onednn;
#endif
    return &nsym_products_rounded;
}
