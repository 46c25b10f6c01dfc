#include <nearsym/reweight.h>

#include "base/fail.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Left edges (bins) by rising value, and the end of the last bin. */
typedef struct {
    size_t bins;
    double *left, end;
    double *signal, *background; /* (bins) sums of weights */
} histogram;

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void equal_edges(histogram *h, const nsym_reweight *how, const double *values, const double *labels, size_t n) {
    bool given = how->high > how->low;
    double low = given ? how->low : INFINITY, high = given ? how->high : -INFINITY;
    for (size_t i = 0; i < n && !given; i++)
        if (labels[i] == 0) {
            low = fmin(low, values[i]);
            high = fmax(high, values[i]);
        }
    for (size_t k = 0; k < h->bins; k++) h->left[k] = low + (high - low) * (double)k / (double)h->bins;
    h->end = high;
}

static nsym_status quantile_edges(histogram *h, const double *values, size_t n) {
    double *sorted = malloc(n * sizeof *sorted);
    if (!sorted) return nsym_fail(NSYM_ENOMEM, "no memory for %zu values", n);
    memcpy(sorted, values, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t k = 0; k < h->bins; k++) h->left[k] = k == 0 ? -INFINITY : sorted[n * k / h->bins];
    h->end = INFINITY;
    free(sorted);
    return NSYM_OK;
}

/* The last bin whose left edge is not above the value; below all of them, the last bin. */
static size_t bin_of(const histogram *h, double value) {
    size_t low = 0, high = h->bins;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (h->left[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? low - 1 : h->bins - 1;
}

static void apply(histogram *h, const double *values, const double *labels, size_t n, double *weights) {
    for (size_t i = 0; i < n; i++)
        if (values[i] >= h->left[0] && values[i] <= h->end)
            (labels[i] == 1 ? h->signal : h->background)[bin_of(h, values[i])] += weights[i];
    for (size_t i = 0; i < n; i++) {
        size_t bin = bin_of(h, values[i]);
        if (labels[i] == 1)
            weights[i] *= h->signal[bin] > 0 ? 1 : 0;
        else
            weights[i] *= h->background[bin] > 0 ? h->signal[bin] / h->background[bin] : 0;
    }
}

static nsym_status check(const nsym_reweight *how, const double *values, const double *labels, size_t n) {
    size_t signal = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i])) return nsym_fail(NSYM_ENUMERIC, "the value to reweight in is NaN in event %zu", i + 1);
        if (labels[i] != 0 && labels[i] != 1)
            return nsym_fail(NSYM_EINVAL, "event %zu: label is %g, must be 0 or 1", i + 1, labels[i]);
        signal += labels[i] == 1;
    }
    if (signal == 0 || signal == n)
        return nsym_fail(NSYM_EINVAL, "reweighting needs both classes, all %zu events are %s", n,
                         signal ? "signal" : "background");
    if (how->bins == 0 || how->bins > n)
        return nsym_fail(NSYM_EINVAL, "%zu bins for %zu events; choose between 1 and the number of events", how->bins,
                         n);
    return NSYM_OK;
}

nsym_status nsym_reweight_background(const nsym_reweight *how, const double *values, const double *labels, size_t n,
                                     double *weights) {
    if (how->binning == NSYM_BINS_NONE) return NSYM_OK;
    NSYM_TRY(check(how, values, labels, n));
    double *memory = calloc(3 * how->bins, sizeof *memory);
    if (!memory) return nsym_fail(NSYM_ENOMEM, "no memory for %zu bins", how->bins);
    histogram h = {how->bins, memory, 0, memory + how->bins, memory + 2 * how->bins};
    nsym_status status = NSYM_OK;
    if (how->binning == NSYM_BINS_EQUAL)
        equal_edges(&h, how, values, labels, n);
    else
        status = quantile_edges(&h, values, n);
    if (status == NSYM_OK) apply(&h, values, labels, n, weights);
    free(memory);
    return status;
}
