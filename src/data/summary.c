#include "data/summary.h"

#include <math.h>

void nsym_summary_start(nsym_array_info *array) {
    array->nan = array->infinite = 0;
    array->min = INFINITY;
    array->max = -INFINITY;
    array->mean = 0; /* the sum until the end */
}

void nsym_summary_add(nsym_array_info *array, const double *values, size_t n, size_t stride) {
    for (size_t i = 0; i < n; i++) {
        double value = values[i * stride];
        if (!isfinite(value)) {
            if (isnan(value))
                array->nan++;
            else
                array->infinite++;
            continue;
        }
        if (value < array->min) array->min = value;
        if (value > array->max) array->max = value;
        array->mean += value;
    }
}

void nsym_summary_finish(nsym_array_info *array, uint64_t values) {
    uint64_t finite = values - array->nan - array->infinite;
    if (finite == 0)
        array->min = array->max = array->mean = NAN;
    else
        array->mean /= (double)finite;
}
