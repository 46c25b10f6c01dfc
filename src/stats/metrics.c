#include "base/fail.h"
#include "stats/influence.h"
#include "stats/metric.h"
#include <nearsym/stats.h>

#include <math.h>

const nsym_metric *const nsym_metrics[] = {&nsym_metric_auc, &nsym_metric_efficiency, &nsym_metric_brier, NULL};

static nsym_status auc(double *value, double *error, double *influence, const double *scores, const float *labels,
                       const double *weights, size_t n) {
    NSYM_TRY(nsym_auc(value, error, scores, labels, weights, n));
    return isfinite(*error) ? nsym_auc_influence(influence, scores, labels, weights, n) : NSYM_OK;
}

const nsym_metric nsym_metric_auc = {"auc_final", "true_auc", false, auc};

/* The signal efficiency at half the background. */
static nsym_status efficiency(double *value, double *error, double *influence, const double *scores,
                              const float *labels, const double *weights, size_t n) {
    return nsym_roc_influence(influence, value, error, scores, labels, weights, n, 0.5);
}

const nsym_metric nsym_metric_efficiency = {"signal_efficiency", "true_efficiency", false, efficiency};
