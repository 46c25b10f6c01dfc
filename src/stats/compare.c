#include <nearsym/stats.h>

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static nsym_status sorted_copy(double **out, const double *values, size_t n) {
    if (n == 0) return nsym_fail(NSYM_EINVAL, "a distribution needs at least one value");
    for (size_t i = 0; i < n; i++)
        if (isnan(values[i])) return nsym_fail(NSYM_ENUMERIC, "value %zu is NaN", i);
    *out = malloc(n * sizeof **out);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for %zu values", n);
    memcpy(*out, values, n * sizeof **out);
    qsort(*out, n, sizeof **out, by_value);
    return NSYM_OK;
}

nsym_status nsym_ks_distance(double *distance, const double *a, size_t n, const double *b, size_t m) {
    double *x = NULL, *y = NULL, largest = 0;
    nsym_status status = sorted_copy(&x, a, n);
    if (status == NSYM_OK) status = sorted_copy(&y, b, m);
    for (size_t i = 0, j = 0; status == NSYM_OK && i < n && j < m;) {
        double at = x[i] < y[j] ? x[i] : y[j];
        while (i < n && x[i] == at) i++;
        while (j < m && y[j] == at) j++;
        double difference = fabs((double)i / (double)n - (double)j / (double)m);
        if (difference > largest) largest = difference;
    }
    free(x);
    free(y);
    *distance = largest;
    return status;
}
