#include "nn/products.h"

enum { STEP = 8, SIXTEENTHS = 16 };

/* A multiple of 8 rows up to 128, and of a sixteenth of the next lower power of two above. */
size_t nsym_product_room(size_t rows) {
    size_t step = STEP;
    while (rows > 2 * SIXTEENTHS * step) step *= 2;
    return (rows + step - 1) / step * step;
}

const nsym_product_engine *nsym_products_bf16(void) {
    return &nsym_products_rounded;
}
