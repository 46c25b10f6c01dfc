/* Weights that make the spectra of a class flat. */
#ifndef NSYM_STATS_FLATTEN_H
#define NSYM_STATS_FLATTEN_H

#include <nearsym/status.h>
#include <stddef.h>

/* Multiplies the weights so that each class is flat in two quantities: all of the bins x bins cells between the
   smallest and the largest value of either (both classes together) that have events of a class get the same weight of
   it, and a class keeps its weight. Shapes: a, b, weights (n), labels (n) 0 or 1. Errors: a value that is not finite, a
   class whose weights sum to 0. */
nsym_status nsym_flatten(const double *a, const double *b, const double *labels, size_t n, size_t bins,
                         double *weights) NSYM_MUST_CHECK;

#endif
