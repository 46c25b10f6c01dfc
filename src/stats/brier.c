/* The Brier score: the mean squared distance of the probability of signal from the label; small is good
   (Brier, Monthly Weather Review 78, 1). */
#include "stats/metric.h"

#include <math.h>

static nsym_status brier(double *value, double *error, double *influence, const double *logits, const float *labels,
                         const double *weights, size_t n) {
    double sum = 0, total = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        double w = weights ? weights[i] : 1, far = 1 / (1 + exp(-logits[i])) - (double)labels[i];
        influence[i] = far * far;
        sum += w * far * far;
        total += w;
    }
    *value = sum / total;
    for (size_t i = 0; i < n; i++) {
        influence[i] = (weights ? weights[i] : 1) * (influence[i] - *value) / total;
        squares += influence[i] * influence[i];
    }
    *error = n > 1 ? sqrt(squares) : (double)NAN;
    return NSYM_OK;
}

const nsym_metric nsym_metric_brier = {"brier", "true_brier", true, brier};
