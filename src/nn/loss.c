#include "nn/loss.h"

double nsym_bce_logits(const real *logits, const real *labels, const real *weights, size_t n, real *dlogits) {
    double total = 0;
    for (size_t i = 0; i < n; i++) total += weights ? (double)weights[i] : 1;
    return nsym_bce_logits_over(logits, labels, weights, n, total == 0 ? 1 : total, dlogits); /* 0: nothing counts */
}

double nsym_bce_logits_over(const real *logits, const real *labels, const real *weights, size_t n, double total,
                            real *dlogits) {
    double loss = 0;
    for (size_t i = 0; i < n; i++) {
        double x = (double)logits[i], y = (double)labels[i], w = (weights ? (double)weights[i] : 1) / total;
        if (w == 0) {
            if (dlogits) dlogits[i] = 0;
            continue;
        }
        double small = exp(-fabs(x)); /* never overflows */
        loss += w * ((x > 0 ? x : 0) - x * y + log1p(small));
        if (dlogits) dlogits[i] = (real)(w * ((x > 0 ? 1 : small) / (1 + small) - y));
    }
    return loss;
}

/* What the spread is taken of, and its slope. */
static double output_of(double logit, bool on_logits, double *slope) {
    double small = exp(-fabs(logit)); /* never overflows */
    *slope = on_logits ? 1 : small / ((1 + small) * (1 + small));
    return on_logits ? logit : (logit > 0 ? 1 : small) / (1 + small);
}

double nsym_invariance_loss(const real *logits, const uint32_t *offsets, size_t events, const nsym_invariance *how,
                            real *dlogits) {
    double loss = 0;
    for (size_t i = 0; i < events; i++) {
        const real *x = logits + offsets[i];
        size_t copies = offsets[i + 1] - offsets[i];
        if (copies < 2) continue;
        /* the mean's own gradient drops out: deviations from it sum to 0 */
        double factor = how->weight / (double)events / (double)(how->population ? copies : copies - 1), sum = 0, slope;
        for (size_t k = 0; k < copies; k++) sum += output_of((double)x[k], how->on_logits, &slope);
        for (size_t k = 0; k < copies; k++) {
            double deviation = output_of((double)x[k], how->on_logits, &slope) - sum / (double)copies;
            loss += factor * deviation * deviation;
            if (dlogits) dlogits[offsets[i] + k] += (real)(2 * factor * deviation * slope);
        }
    }
    return loss;
}

double nsym_scale_loss(double loss, double factor, real *dlogits, size_t n) {
    for (size_t i = 0; dlogits && i < n; i++) dlogits[i] = (real)(factor * (double)dlogits[i]);
    return factor * loss;
}
