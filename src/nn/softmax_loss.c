/* Losses of several classes. */
#include "nn/loss.h"

#include "base/softmax.h"
#include <nearsym/classes.h>

/* The probabilities (classes) of logits in double, and the logarithm of what they are divided by. */
static double softmax(double *p, const real *logits, size_t classes) {
    for (size_t k = 0; k < classes; k++) p[k] = (double)logits[k];
    return nsym_softmax(p, classes);
}

double nsym_softmax_logits_over(const real *logits, const real *labels, const real *weights, size_t n, size_t classes,
                                double total, real *dlogits) {
    double loss = 0, p[NSYM_CLASSES_MAX] = {0};
    for (size_t i = 0; i < n; i++) {
        const real *z = logits + i * classes;
        size_t own = (size_t)labels[i];
        double w = (weights ? (double)weights[i] : 1) / total;
        if (w != 0) loss += w * (softmax(p, z, classes) - (double)z[own]);
        for (size_t k = 0; dlogits && k < classes; k++)
            dlogits[i * classes + k] = w == 0 ? 0 : (real)(w * (p[k] - (k == own)));
    }
    return loss;
}

double nsym_cross_entropy(const real *logits, const real *labels, const real *weights, size_t n, size_t outputs,
                          double total, real *dlogits) {
    if (total == 0) {
        for (size_t i = 0; i < n; i++) total += weights ? (double)weights[i] : 1;
        if (total == 0) total = 1; /* nothing counts */
    }
    if (outputs == 1) return nsym_bce_logits_over(logits, labels, weights, n, total, dlogits);
    return nsym_softmax_logits_over(logits, labels, weights, n, outputs, total, dlogits);
}

/* What the spread is taken of, outputs (classes) of a row. */
static void outputs_of(double *y, const real *logits, size_t classes, bool on_logits) {
    if (!on_logits) softmax(y, logits, classes);
    for (size_t k = 0; on_logits && k < classes; k++) y[k] = (double)logits[k];
}

/* One event's copies; `factor` is of a squared deviation. Shapes: x, dlogits (copies, classes). */
static double spread_of(const real *x, size_t copies, size_t classes, bool on_logits, double factor, real *dlogits) {
    double mean[NSYM_CLASSES_MAX] = {0}, y[NSYM_CLASSES_MAX] = {0}, away[NSYM_CLASSES_MAX], loss = 0;
    for (size_t c = 0; c < copies; c++) {
        outputs_of(y, x + c * classes, classes, on_logits);
        for (size_t k = 0; k < classes; k++) mean[k] += y[k] / (double)copies;
    }
    for (size_t c = 0; c < copies; c++) {
        double common = 0; /* the softmax's share of the slope, which all its logits have */
        outputs_of(y, x + c * classes, classes, on_logits);
        for (size_t k = 0; k < classes; k++) {
            away[k] = y[k] - mean[k];
            loss += factor * away[k] * away[k];
            common += away[k] * y[k];
        }
        /* the mean's own gradient drops out: deviations from it sum to 0 */
        for (size_t k = 0; dlogits && k < classes; k++)
            dlogits[c * classes + k] += (real)(2 * factor * (on_logits ? away[k] : y[k] * (away[k] - common)));
    }
    return loss;
}

double nsym_outputs_invariance(const real *logits, const uint32_t *offsets, size_t events, size_t outputs,
                               const nsym_invariance *how, real *dlogits) {
    if (outputs == 1) return nsym_invariance_loss(logits, offsets, events, how, dlogits);
    double loss = 0;
    for (size_t i = 0; i < events; i++) {
        size_t copies = offsets[i + 1] - offsets[i], first = offsets[i] * outputs;
        if (copies < 2) continue;
        double factor = how->weight / (double)events / (double)(how->population ? copies : copies - 1);
        loss += spread_of(logits + first, copies, outputs, how->on_logits, factor, dlogits ? dlogits + first : NULL);
    }
    return loss;
}
