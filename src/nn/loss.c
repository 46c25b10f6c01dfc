#include "nn/loss.h"

double nsym_bce_logits(const real *logits, const real *labels, const real *weights, size_t n, real *dlogits) {
    double loss = 0, total = 0;
    for (size_t i = 0; i < n; i++) total += weights ? (double)weights[i] : 1;
    for (size_t i = 0; i < n; i++) {
        double x = (double)logits[i], y = (double)labels[i], w = (weights ? (double)weights[i] : 1) / total;
        double small = exp(-fabs(x)); /* never overflows */
        loss += w * ((x > 0 ? x : 0) - x * y + log1p(small));
        if (dlogits) dlogits[i] = (real)(w * ((x > 0 ? 1 : small) / (1 + small) - y));
    }
    return loss;
}
