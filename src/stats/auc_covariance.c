/* Standard errors of areas under ROC curves of one sample, and their covariance (DeLong, DeLong & Clarke-Pearson,
   Biometrics 44 (1988) 837). An event's placement is the share of the other class on the wrong side of it; the mean
   placement of either class is the AUC, and the covariance of AUCs is that of these means, class by class. */
#include <nearsym/stats.h>

#include "base/fail.h"
#include "stats/influence.h"
#include "stats/scored.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* One class of the sample: what its weights amount to. */
typedef struct {
    size_t counted;  /* events of weight other than 0 */
    double total;    /* sum w */
    double squares;  /* sum (w / total)^2 */
    double unbiased; /* what sum (w / total)^2 (v - mean v)^2 falls short by, for values v of one distribution */
} class_weights;

/* Both classes. E[(v_i - m)^2] = var(v) ((1 - w_i)^2 + sum_{k != i} w_k^2) for w that add up to 1; equal weights give
   the usual (n - 1) / n. Shapes: labels (n), weights (n) or NULL. */
static void weigh(class_weights classes[2], const float *labels, const double *weights, size_t n) {
    classes[0] = classes[1] = (class_weights){0};
    for (size_t i = 0; i < n; i++) {
        class_weights *c = &classes[labels[i] == 1];
        double w = weights ? weights[i] : 1;
        c->counted += w != 0;
        c->total += w;
    }
    for (size_t i = 0; i < n; i++) {
        class_weights *c = &classes[labels[i] == 1];
        double w = (weights ? weights[i] : 1) / c->total;
        c->squares += w * w;
    }
    for (size_t i = 0; i < n; i++) {
        class_weights *c = &classes[labels[i] == 1];
        double w = (weights ? weights[i] : 1) / c->total;
        c->unbiased += w * w * ((1 - w) * (1 - w) + (c->squares - w * w)) / c->squares;
    }
}

/* Placements of all events of a sorted sample, less the mean of their class. Shape: placed (n), by the events' places.
 */
static void place(double *placed, const nsym_scored *sorted, const class_weights classes[2], size_t n) {
    double lower[2] = {0}, mean[2] = {0};
    for (size_t i = 0, end; i < n; i = end) {
        double tied[2] = {0};
        for (end = i; end < n && sorted[end].score == sorted[i].score; end++)
            tied[sorted[end].signal] += sorted[end].weight;
        double below = (lower[0] + 0.5 * tied[0]) / classes[0].total;
        double above = 1 - (lower[1] + 0.5 * tied[1]) / classes[1].total;
        for (size_t k = i; k < end; k++) {
            unsigned c = sorted[k].signal;
            placed[sorted[k].place] = c ? below : above;
            mean[c] += sorted[k].weight / classes[c].total * (c ? below : above);
        }
        for (int c = 0; c < 2; c++) lower[c] += tied[c];
    }
    for (size_t i = 0; i < n; i++) placed[sorted[i].place] -= mean[sorted[i].signal];
}

/* The covariance of two classifiers: their placements a and b (n) less the means, in the order of the sample. */
static double covary(const double *a, const double *b, const float *labels, const double *weights,
                     const class_weights classes[2], size_t n) {
    double sum[2] = {0};
    for (size_t i = 0; i < n; i++) {
        int c = labels[i] == 1;
        double w = (weights ? weights[i] : 1) / classes[c].total;
        sum[c] += w * w * a[i] * b[i];
    }
    return sum[0] / classes[0].unbiased + sum[1] / classes[1].unbiased;
}

nsym_status nsym_auc_covariance(double *auc, double *covariance, const double *scores, const float *labels,
                                const double *weights, size_t m, size_t n) {
    nsym_scored *sorted = calloc(n + 1, sizeof *sorted);
    double *placed = calloc(m * n + 1, sizeof *placed);
    class_weights classes[2] = {0};
    nsym_status status =
        sorted && placed ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu classifiers of %zu events", m, n);
    for (size_t k = 0; status == NSYM_OK && k < m; k++) {
        nsym_score_pool pool = {.count = n, .capacity = n, .sorted = sorted};
        status = nsym_scored_sort(sorted, scores + k * n, labels, weights, n);
        if (status == NSYM_OK) status = nsym_score_pool_auc(&pool, &auc[k]);
        if (status == NSYM_OK && k == 0) weigh(classes, labels, weights, n);
        if (status == NSYM_OK) place(placed + k * n, sorted, classes, n);
    }
    bool known = classes[0].counted > 1 && classes[1].counted > 1; /* one event has no spread */
    for (size_t a = 0; status == NSYM_OK && a < m; a++)
        for (size_t b = 0; b <= a; b++)
            covariance[a * m + b] = covariance[b * m + a] =
                known ? covary(placed + a * n, placed + b * n, labels, weights, classes, n) : NAN;
    free(sorted);
    free(placed);
    return status;
}

nsym_status nsym_auc_influence(double *influence, const double *scores, const float *labels, const double *weights,
                               size_t n) {
    nsym_scored *sorted;
    class_weights classes[2];
    NSYM_TRY(nsym_scored_new(&sorted, scores, labels, weights, n));
    weigh(classes, labels, weights, n);
    place(influence, sorted, classes, n);
    for (size_t i = 0; i < n; i++) {
        const class_weights *c = &classes[labels[i] == 1];
        influence[i] *= (weights ? weights[i] : 1) / c->total / sqrt(c->unbiased);
    }
    free(sorted);
    return NSYM_OK;
}
