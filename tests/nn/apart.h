/* How far two lists of floats are apart. In single precision: gcc 12 for arm64 has an internal error on the same loops
   with doubles. */
#ifndef TESTS_NN_APART_H
#define TESTS_NN_APART_H

#include <math.h>
#include <stddef.h>

/* The largest |a - b|; b NULL: the largest |a|. Shapes: a and b (n). */
static inline double apart(const float *a, const float *b, size_t n) {
    float largest = 0;
    for (size_t i = 0; i < n; i++) largest = fmaxf(largest, fabsf(b ? a[i] - b[i] : a[i]));
    return (double)largest;
}

#endif
