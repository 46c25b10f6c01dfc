/* How well the points of a ROC curve are known from a finite sample. */
#include <nearsym/stats.h>

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>

/* The effective numbers (sum w)^2 / sum w^2 of background and signal. */
static void effective(double number[2], const float *labels, const double *weights, size_t n) {
    double sum[2] = {0}, squares[2] = {0};
    for (size_t i = 0; i < n; i++) {
        double w = weights ? weights[i] : 1;
        sum[labels[i] > 0.5f] += w;
        squares[labels[i] > 0.5f] += w * w;
    }
    for (size_t k = 0; k < 2; k++) number[k] = sum[k] * sum[k] / squares[k];
}

/* The variance of a rate among `number` events, which is not 0 where none or all of them were seen. */
static double binomial(double rate, double number) {
    return fmax(rate * (1 - rate), 0.25 / number) / number;
}

/* Shapes: low and high (m), one standard deviation of the false-positive rate to either side, inside [0, 1]. */
static void neighbours(double *low, double *high, const double *fpr, size_t m, double background) {
    for (size_t k = 0; k < m; k++) {
        double sigma = sqrt(binomial(fpr[k], background));
        low[k] = fmax(fpr[k] - sigma, 0);
        high[k] = fmin(fpr[k] + sigma, 1);
    }
}

nsym_status nsym_roc_error(double *error, const double *scores, const float *labels, const double *weights, size_t n,
                           const double *fpr, size_t m) {
    double *room = malloc((5 * m + 1) * sizeof *room), number[2];
    double *low = room, *high = room + m, *at = room + 2 * m, *below = room + 3 * m, *above = room + 4 * m;
    if (!room) return nsym_fail(NSYM_ENOMEM, "no memory for the errors of %zu points", m);
    nsym_status status = nsym_roc(scores, labels, weights, n, fpr, m, at);
    if (status == NSYM_OK) {
        effective(number, labels, weights, n);
        neighbours(low, high, fpr, m, number[0]);
        status = nsym_roc(scores, labels, weights, n, low, m, below);
    }
    if (status == NSYM_OK) status = nsym_roc(scores, labels, weights, n, high, m, above);
    for (size_t k = 0; status == NSYM_OK && k < m; k++) {
        double slope = (above[k] - below[k]) / (high[k] - low[k]);
        error[k] = sqrt(binomial(at[k], number[1]) + slope * slope * fpr[k] * (1 - fpr[k]) / number[0]);
    }
    free(room);
    return status;
}
