/* ROC curves of weights of both signs. */
#include "stats/splot.h"

#include "base/fail.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>

nsym_status nsym_splot_order(size_t *order, const double *scores, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (isnan(scores[i])) return nsym_fail(NSYM_ENUMERIC, "score %zu is NaN", i);
    nsym_ranked *all = malloc((n + 1) * sizeof *all);
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    for (size_t i = 0; i < n; i++) all[i] = (nsym_ranked){-scores[i], i}; /* falling */
    nsym_status status = nsym_sort(all, n);
    for (size_t i = 0; i < n && status == NSYM_OK; i++) order[i] = all[i].place;
    free(all);
    return status;
}

static nsym_status check(double fpr, double signal, double background) {
    if (!(fpr > 0 && fpr < 1)) return nsym_fail(NSYM_EINVAL, "false-positive rate %g is not between 0 and 1", fpr);
    if (!(signal > 0) || !(background > 0) || isinf(signal) || isinf(background))
        return nsym_fail(NSYM_EINVAL, "a ROC curve needs both classes: weight of the background %g, of the signal %g",
                         background, signal);
    return NSYM_OK;
}

nsym_status nsym_splot_curve(nsym_splot_roc_point *out, const double *scores, const size_t *order,
                             const double *weights, size_t n, double fpr) {
    double signal = 0, background = 0, f = 0, t = 0, area = 0, first = 0, last = 0;
    size_t crossings = 0;
    for (size_t i = 0; i < n; i++) {
        signal += weights[2 * i];
        background += weights[2 * i + 1];
    }
    NSYM_TRY(check(fpr, signal, background));
    for (size_t i = 0; i < n;) {
        double score = scores[order[i]], s = 0, b = 0;
        for (; i < n && !(scores[order[i]] < score); i++) {
            s += weights[2 * order[i]];
            b += weights[2 * order[i] + 1];
        }
        double next_f = f + b / background, next_t = t + s / signal;
        area += (next_f - f) * 0.5 * (t + next_t);
        if ((f < fpr) != (next_f < fpr)) {
            last = t + (next_t - t) * (fpr - f) / (next_f - f);
            if (crossings++ == 0) first = last;
        }
        f = next_f;
        t = next_t;
    }
    *out = (nsym_splot_roc_point){area, crossings ? 0.5 * (first + last) : t};
    return NSYM_OK;
}

/* numpy's quantile of the scores in falling order, each `count` times. */
static double quantile(const double *scores, const size_t *order, const double *counts, size_t n, double total,
                       double q) {
    double at = (1 - q) * (total - 1), seen = 0, below = floor(at), value = scores[order[n - 1]], share = at - below;
    for (size_t i = 0; i < n; i++) {
        double count = counts ? counts[order[i]] : 1;
        if (seen <= below && below < seen + count) value = (1 - share) * scores[order[i]];
        if (share > 0 && seen <= below + 1 && below + 1 < seen + count) return value + share * scores[order[i]];
        if (seen + count > below && share <= 0) return value;
        seen += count;
    }
    return value;
}

/* numpy's bin of a value among equal ones from low to high. */
static size_t bin_of(double value, double low, double high, size_t bins) {
    double step = (high - low) / (double)bins;
    size_t i = (size_t)((value - low) / (high - low) * (double)bins);
    if (i >= bins) return bins - 1;
    if (i > 0 && value < low + step * (double)i) return i - 1;
    return i + 1 < bins && value >= low + step * (double)(i + 1) ? i + 1 : i;
}

/* The curve of histograms (bins, 2) from above. */
static nsym_status sum_from_above(nsym_splot_roc_point *out, double *histogram, size_t bins, double fpr) {
    double signal = 0, background = 0, s = 0, b = 0, f = 0, t = 0, area = 0, tpr = 0;
    for (size_t i = 0; i < bins; i++) {
        signal += histogram[2 * i] = fmax(histogram[2 * i], 0);
        background += histogram[2 * i + 1] = fmax(histogram[2 * i + 1], 0);
    }
    NSYM_TRY(check(fpr, signal, background));
    for (size_t i = bins; i-- > 0;) {
        s += histogram[2 * i];
        b += histogram[2 * i + 1];
        double next_f = b / background, next_t = s / signal;
        if (!(next_f > f)) continue;
        area += (next_f - f) * 0.5 * (t + next_t);
        if (f <= fpr && fpr < next_f) tpr = t + (next_t - t) * (fpr - f) / (next_f - f);
        f = next_f;
        t = next_t;
    }
    *out = (nsym_splot_roc_point){area, tpr};
    return NSYM_OK;
}

nsym_status nsym_splot_curve_published(nsym_splot_roc_point *out, const double *scores, const size_t *order,
                                       const double *weights, const double *counts, size_t n, double background_events,
                                       double fpr) {
    double total = 0;
    for (size_t i = 0; i < n; i++) total += counts ? counts[i] : 1;
    if (n == 0) return nsym_fail(NSYM_EINVAL, "a ROC curve needs at least one score");
    double high = scores[order[0]], low = scores[order[n - 1]];
    double iqr = quantile(scores, order, counts, n, total, 0.75) - quantile(scores, order, counts, n, total, 0.25);
    double wanted = ceil((high - low) / (2 * iqr / cbrt(background_events)));
    if (!(wanted >= 1) || wanted > 1e7)
        return nsym_fail(NSYM_EINVAL,
                         "scores from %g to %g with quartiles %g apart and %g background events make %g bins; the "
                         "likelihood method needs none",
                         low, high, iqr, background_events, wanted);
    size_t bins = (size_t)wanted;
    double *histogram = calloc(2 * bins, sizeof *histogram);
    if (!histogram) return nsym_fail(NSYM_ENOMEM, "no memory for a histogram of %zu bins", bins);
    for (size_t i = 0; i < n; i++) {
        size_t bin = bin_of(scores[i], low, high, bins);
        histogram[2 * bin] += weights[2 * i];
        histogram[2 * bin + 1] += weights[2 * i + 1];
    }
    nsym_status status = sum_from_above(out, histogram, bins, fpr);
    free(histogram);
    return status;
}

/* Sorts, joins the weights to pairs and draws the curve, published where background_events > 0. */
static nsym_status whole(nsym_splot_roc_point *out, const double *scores, const double *signal,
                         const double *background, size_t n, double background_events, bool published, double fpr) {
    size_t *order = malloc((n + 1) * sizeof *order);
    double *weights = malloc((2 * n + 1) * sizeof *weights);
    nsym_status status = NSYM_OK;
    if (!order || !weights)
        status = nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    else
        status = nsym_splot_order(order, scores, n);
    for (size_t i = 0; i < n && status == NSYM_OK; i++) {
        weights[2 * i] = signal[i];
        weights[2 * i + 1] = background[i];
    }
    if (status == NSYM_OK)
        status = published ? nsym_splot_curve_published(out, scores, order, weights, NULL, n, background_events, fpr)
                           : nsym_splot_curve(out, scores, order, weights, n, fpr);
    free(order);
    free(weights);
    return status;
}

nsym_status nsym_splot_roc(nsym_splot_roc_point *out, const double *scores, const double *signal,
                           const double *background, size_t n, double fpr) {
    return whole(out, scores, signal, background, n, 0, false, fpr);
}

nsym_status nsym_splot_roc_published(nsym_splot_roc_point *out, const double *scores, const double *signal,
                                     const double *background, size_t n, double background_events, double fpr) {
    return whole(out, scores, signal, background, n, background_events, true, fpr);
}
