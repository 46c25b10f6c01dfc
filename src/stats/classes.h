/* The two classes of a sample of events. */
#ifndef NSYM_STATS_CLASSES_H
#define NSYM_STATS_CLASSES_H

#include <nearsym/status.h>
#include <stddef.h>

/* The total weights of background and signal for labels (n) and weights (n, or NULL for ones). Errors: a label other
   than 0 and 1, a weight that is negative or not finite, each with its index; a class of no weight, or of more than a
   double holds. */
nsym_status nsym_classes_check(double total[2], const float *labels, const double *weights, size_t n) NSYM_MUST_CHECK;

#endif
