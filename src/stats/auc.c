#include <nearsym/stats.h>

#include "base/fail.h"
#include "stats/scored.h"

#include <math.h>
#include <stdlib.h>

nsym_spread nsym_spread_of(const double *values, size_t n) {
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++) mean += values[i] / (double)n;
    for (size_t i = 0; i < n; i++) squares += (values[i] - mean) * (values[i] - mean);
    double sample_variance = n > 1 ? squares / (double)(n - 1) : 0;
    return (nsym_spread){mean, sqrt(squares / (double)n), sqrt(sample_variance / (double)n)};
}

nsym_status nsym_auc(double *auc, double *error, const double *scores, const float *labels, const double *weights,
                     size_t n) {
    if (error) {
        NSYM_TRY(nsym_auc_covariance(auc, error, scores, labels, weights, 1, n));
        *error = sqrt(*error);
        return NSYM_OK;
    }
    nsym_scored *all = NULL;
    NSYM_TRY(nsym_scored_new(&all, scores, labels, weights, n));
    nsym_score_pool pool = {.count = n, .capacity = n, .sorted = all};
    nsym_status status = nsym_score_pool_auc(&pool, auc);
    free(all);
    return status;
}
