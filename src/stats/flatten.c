#include <nearsym/reweight.h>

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>

enum { BINS_MAX = 10000 };

typedef struct range {
    double low, high;
} range;

static nsym_status range_of(range *out, const double *values, size_t n) {
    *out = (range){INFINITY, -INFINITY};
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i]))
            return nsym_fail(NSYM_ENUMERIC, "event %zu: the value to be made flat is %g", i + 1, values[i]);
        out->low = fmin(out->low, values[i]);
        out->high = fmax(out->high, values[i]);
    }
    return NSYM_OK;
}

/* The last bin has its upper end. */
static size_t bin_of(const range *r, double value, size_t bins) {
    double width = r->high - r->low;
    size_t bin = width > 0 ? (size_t)((value - r->low) / width * (double)bins) : 0;
    return bin < bins ? bin : bins - 1;
}

static nsym_status flatten_class(const size_t *cell, double *sums, size_t cells, const double *labels, double label,
                                 size_t n, double *weights) {
    double total = 0, filled = 0;
    for (size_t k = 0; k < cells; k++) sums[k] = 0;
    for (size_t i = 0; i < n; i++) {
        if (labels[i] != label) continue;
        sums[cell[i]] += weights[i];
        total += weights[i];
    }
    if (!(total > 0))
        return nsym_fail(NSYM_EINVAL, "the weights of the events with label %g sum to %g, must be above 0", label,
                         total);
    for (size_t k = 0; k < cells; k++) filled += sums[k] > 0;
    for (size_t i = 0; i < n; i++)
        if (labels[i] == label && sums[cell[i]] > 0) weights[i] *= total / filled / sums[cell[i]];
    return NSYM_OK;
}

nsym_status nsym_flatten(const double *a, const double *b, const double *labels, size_t n, size_t bins,
                         double *weights) {
    range of_a, of_b;
    if (bins < 1 || bins > BINS_MAX) return nsym_fail(NSYM_EINVAL, "bins is %zu, must be 1 to %d", bins, BINS_MAX);
    for (size_t i = 0; i < n; i++)
        if (labels[i] != 0 && labels[i] != 1)
            return nsym_fail(NSYM_EINVAL, "event %zu: label is %g, must be 0 or 1", i + 1, labels[i]);
    NSYM_TRY(range_of(&of_a, a, n));
    NSYM_TRY(range_of(&of_b, b, n));
    size_t cells = bins * bins, *cell = malloc((n + 1) * sizeof *cell);
    double *sums = malloc((cells + 1) * sizeof *sums);
    nsym_status status =
        cell && sums ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory to flatten %zu events in %zu cells", n, cells);
    for (size_t i = 0; status == NSYM_OK && i < n; i++)
        cell[i] = bin_of(&of_a, a[i], bins) * bins + bin_of(&of_b, b[i], bins);
    for (int label = 0; status == NSYM_OK && label < 2; label++)
        status = flatten_class(cell, sums, cells, labels, label, n, weights);
    free(cell);
    free(sums);
    return status;
}
