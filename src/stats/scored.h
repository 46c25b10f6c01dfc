/* Scores sorted once, from which every figure of merit follows. */
#ifndef NSYM_STATS_SCORED_H
#define NSYM_STATS_SCORED_H

#include "stats/score_pool.h"

/* Fills out (n) with scores, labels (0 or 1) and weights (NULL: ones), sorted by rising score; equal scores in the
   order they came. Errors: a NaN score, another label, a weight that is not finite, each with its index; more than 2^32
   scores. */
nsym_status nsym_scored_sort(nsym_scored *out, const double *scores, const float *labels, const double *weights,
                             size_t n) NSYM_MUST_CHECK;

/* The same as a new list (n), free with free. */
nsym_status nsym_scored_new(nsym_scored **out, const double *scores, const float *labels, const double *weights,
                            size_t n) NSYM_MUST_CHECK;

#endif
