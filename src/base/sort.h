/* Doubles in rising order, each with its place, faster than qsort and the same whatever the C library. */
#ifndef NSYM_BASE_SORT_H
#define NSYM_BASE_SORT_H

#include <nearsym/status.h>
#include <stddef.h>

/* A value, and its place among those that it came with. */
typedef struct nsym_ranked {
    double value;
    size_t place;
} nsym_ranked;

/* Sorts `ranked` (n) by rising value; equal values, as -0 and 0 are, by their places. Before, places rise, and no value
   is NaN; afterwards -0 is 0. Errors: NSYM_ENOMEM. */
NSYM_MUST_CHECK nsym_status nsym_sort(nsym_ranked *ranked, size_t n);

#endif
