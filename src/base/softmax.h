/* The softmax in double precision, which losses and measures of several classes share. */
#ifndef NSYM_BASE_SOFTMAX_H
#define NSYM_BASE_SOFTMAX_H

#include <math.h>
#include <stddef.h>

/* Logits (n) become probabilities (n); gives the logarithm of the sum of the logits' exponentials. */
static inline double nsym_softmax(double *x, size_t n) {
    double largest = x[0], sum = 0;
    for (size_t k = 1; k < n; k++) largest = x[k] > largest ? x[k] : largest;
    for (size_t k = 0; k < n; k++) sum += x[k] = exp(x[k] - largest);
    for (size_t k = 0; k < n; k++) x[k] /= sum;
    return largest + log(sum);
}

#endif
