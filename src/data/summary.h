/* What nsym_inspect says of an array's values, gathered piece by piece. */
#ifndef NSYM_DATA_SUMMARY_H
#define NSYM_DATA_SUMMARY_H

#include <nearsym/io.h>

/* Sets `array` up for values to come. */
void nsym_summary_start(nsym_array_info *array);

/* Adds `n` values, `stride` apart. */
void nsym_summary_add(nsym_array_info *array, const double *values, size_t n, size_t stride);

/* Turns the sum gathered into the mean; NaN for min, max and mean where nothing finite was added. */
void nsym_summary_finish(nsym_array_info *array, uint64_t values);

#endif
