/* Scores of two versions of the same events: how well they are told apart, with errors that know that the versions of
   an event belong together. */
#ifndef NSYM_SYMMETRY_PAIRS_H
#define NSYM_SYMMETRY_PAIRS_H

#include <nearsym/symmetry.h>

/* Logits a and b (n) of the versions of each event, and its weight (n), not below 0; NULL: ones. The area counts
   b > a, ties half; its error is at least 1 / n, which one event can add. Errors: no memory, no weight. */
nsym_status nsym_pairs_judge(nsym_distinguished *out, const double *a, const double *b, const double *weights,
                             size_t n) NSYM_MUST_CHECK;

/* The mean of two halves, each judged by what the other one trained. Under no breaking their areas are correlated: for
   one feature, where a network learns the sign of a difference d, they are sign(d1) d2 and sign(d2) d1, of correlation
   2 / pi, and of many features 1. So the error is the mean of both errors, that of correlation 1. */
nsym_distinguished nsym_pairs_combine(const nsym_distinguished *first, const nsym_distinguished *second);

#endif
