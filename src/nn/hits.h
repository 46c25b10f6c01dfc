/* Inputs most of which are 0, as lists of those that are not. */
#ifndef NSYM_NN_HITS_H
#define NSYM_NN_HITS_H

#include "nn/real.h"
#include <stddef.h>
#include <stdint.h>

/* What is not 0 in a matrix (rows, inputs), row by row; of some rows of a larger one the first need not begin at 0.
   Borrowed. */
typedef struct nsym_hits {
    const uint32_t *first, *column; /* (rows + 1) and of each hit, in rising order; first NULL: nothing is listed */
    const real *value;              /* of each hit */
} nsym_hits;

/* The hits of a batch, and room to look for them and to sort them for the gradient. */
typedef struct nsym_hit_lists {
    nsym_hits hits;
    uint32_t *first, *column;      /* what hits points at, where they were looked for */
    uint32_t *start, *row;         /* (inputs + 2) and of each hit, by column */
    real *value, *value_by_column; /* of each hit */
} nsym_hit_lists;

/* A dense layer of this many inputs or more multiplies by hits alone where no more than a tenth of the values are hits;
   with more the whole product is faster. A list needs room for a few more, which are written before that is known. */
enum { NSYM_SPARSE_INPUTS = 64, NSYM_SPARSE_SHARE = 10, NSYM_HITS_BEYOND = 16 };
static inline size_t nsym_hits_most(size_t rows, size_t inputs) {
    return rows * inputs / NSYM_SPARSE_SHARE;
}

#endif
