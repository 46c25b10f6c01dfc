#include <nearsym/stats.h>

#include "base/fail.h"
#include "stats/classes.h"
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

/* New copy of the scores in rising order. */
static nsym_status sorted(nsym_scored **out, const double *scores, const float *labels, const double *weights,
                          size_t n) {
    nsym_scored *all = calloc(n + 1, sizeof *all);
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    nsym_status status = nsym_scored_sort(all, scores, labels, weights, n);
    if (status == NSYM_OK)
        *out = all;
    else
        free(all);
    return status;
}

nsym_status nsym_auc(const double *scores, const float *labels, const double *weights, size_t n, double *auc,
                     double *error) {
    if (error) {
        NSYM_TRY(nsym_auc_covariance(auc, error, scores, labels, weights, 1, n));
        *error = sqrt(*error);
        return NSYM_OK;
    }
    nsym_scored *all = NULL;
    NSYM_TRY(sorted(&all, scores, labels, weights, n));
    nsym_score_pool pool = {.count = n, .capacity = n, .sorted = all};
    nsym_status status = nsym_score_pool_auc(&pool, auc);
    free(all);
    return status;
}

nsym_status nsym_roc(const double *scores, const float *labels, const double *weights, size_t n, const double *fpr,
                     size_t m, double *tpr) {
    for (size_t k = 0; k < m; k++)
        if (!(fpr[k] >= (k ? fpr[k - 1] : 0) && fpr[k] <= 1))
            return nsym_fail(NSYM_EINVAL, "false-positive rate %g is not in [0, 1], or below the one before it",
                             fpr[k]);
    nsym_scored *all = NULL;
    NSYM_TRY(sorted(&all, scores, labels, weights, n));
    double total[2] = {0};
    for (size_t i = 0; i < n; i++) total[all[i].signal] += all[i].weight;
    nsym_status status = nsym_classes_weigh(total, "a ROC curve");
    if (status != NSYM_OK) {
        free(all);
        return status;
    }
    double last_fpr = 0, last_tpr = 0;
    size_t k = 0;
    for (size_t left = n; k < m && left > 0;) { /* from the highest score down */
        double next_fpr = last_fpr, next_tpr = last_tpr;
        double score = all[left - 1].score;
        for (; left > 0 && all[left - 1].score == score; left--) {
            double share = all[left - 1].weight / total[all[left - 1].signal];
            if (all[left - 1].signal)
                next_tpr += share;
            else
                next_fpr += share;
        }
        for (; k < m && fpr[k] < next_fpr; k++)
            tpr[k] = last_tpr + (next_tpr - last_tpr) * (fpr[k] - last_fpr) / (next_fpr - last_fpr);
        last_fpr = next_fpr;
        last_tpr = next_tpr;
    }
    for (; k < m; k++) tpr[k] = last_tpr;
    free(all);
    return NSYM_OK;
}

nsym_status nsym_tpr_at_fpr(const double *scores, const float *labels, const double *weights, size_t n, double fpr,
                            double *tpr) {
    return nsym_roc(scores, labels, weights, n, &fpr, 1, tpr);
}
