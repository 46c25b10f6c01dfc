/* The two classes of a sample of events. */
#ifndef NSYM_STATS_CLASSES_H
#define NSYM_STATS_CLASSES_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

/* The total weights of background and signal for labels (n) and weights (n, or NULL for ones). Errors: a label other
   than 0 and 1, a weight that is not finite or, where events are `drawn` by their weights, negative, each with its
   index; totals that nsym_classes_weigh refuses. */
nsym_status nsym_classes_check(double total[2], const float *labels, const double *weights, size_t n,
                               bool drawn) NSYM_MUST_CHECK;

/* Can `what` be of classes with these total weights of background and signal? Errors: a class of no weight; totals of
   opposite signs; a product that a double does not hold. */
nsym_status nsym_classes_weigh(const double total[2], const char *what) NSYM_MUST_CHECK;

#endif
