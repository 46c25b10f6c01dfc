#include "train/epoch_scores.h"

#include "base/fail.h"
#include "stats/one_vs_rest.h"
#include <nearsym/stats.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* A weighted mean and its standard error. */
typedef struct mean_sums {
    double weight, first, squares, second, mixed; /* sums of w, w x, w^2, w^2 x^2, w^2 x */
} mean_sums;

static void add_value(mean_sums *sums, double weight, double x) {
    double square = weight * weight;
    sums->weight += weight;
    sums->first += weight * x;
    sums->squares += square;
    sums->mixed += square * x;
    sums->second += square * x * x;
}

static double mean_error(const mean_sums *sums) {
    double mean = sums->first / sums->weight;
    double variance = sums->second - 2 * mean * sums->mixed + mean * mean * sums->squares;
    return sqrt(fmax(variance, 0)) / fabs(sums->weight);
}

/* The cross entropy of one event, and whether its class is called. */
static double loss_of(const nsym_class_scores *s, size_t i, bool *right) {
    if (s->classes > 2) {
        const double *z = s->logits + i * s->classes;
        size_t own = (size_t)s->labels[i];
        double odds = nsym_class_log_odds(z, s->classes, own); /* loss = ln(1 + e^-odds) */
        *right = nsym_class_called(z, s->classes) == own;
        return fmax(-odds, 0) + log1p(exp(-fabs(odds)));
    }
    double z = s->logits[i], wrong_side = s->labels[i] == 1 ? -z : z; /* loss = ln(1 + e^wrong_side) */
    *right = (z > 0) == (s->labels[i] == 1);
    return fmax(wrong_side, 0) + log1p(exp(-fabs(wrong_side)));
}

void nsym_epoch_loss(nsym_known *loss, nsym_known *accuracy, const nsym_class_scores *s) {
    mean_sums losses = {0}, rights = {0};
    for (size_t i = 0; i < s->n; i++) {
        double weight = s->weights ? s->weights[i] : 1;
        bool right;
        if (weight == 0) continue;
        add_value(&losses, weight, loss_of(s, i, &right));
        add_value(&rights, weight, right);
    }
    *loss = (nsym_known){losses.first / losses.weight, mean_error(&losses)};
    *accuracy = (nsym_known){rights.first / rights.weight, mean_error(&rights)};
}

nsym_status nsym_epoch_auc(double *auc, double *error, const nsym_class_scores *s) {
    if (s->classes <= 2) return nsym_auc(auc, error, s->logits, s->labels, s->weights, s->n);
    NSYM_TRY(nsym_class_check(s));
    return nsym_one_vs_rest_mean(auc, error, NULL, s);
}

nsym_status nsym_epoch_pools_new(nsym_score_pool *pools, size_t classes, size_t capacity) {
    for (size_t k = 0; k < (classes > 2 ? classes : 1); k++) NSYM_TRY(nsym_score_pool_new(&pools[k], capacity));
    return NSYM_OK;
}

static nsym_status add_classes(double *auc, nsym_score_pool *pools, const nsym_class_scores *s, double *scores,
                               float *labels) {
    *auc = 0;
    for (size_t k = 0; k < s->classes; k++) {
        double of_class;
        nsym_one_vs_rest_scores(scores, labels, s, k);
        NSYM_TRY(nsym_score_pool_add(&pools[k], scores, labels, s->weights, s->n));
        NSYM_TRY(nsym_score_pool_auc(&pools[k], &of_class));
        *auc += of_class / (double)s->classes;
    }
    return NSYM_OK;
}

nsym_status nsym_epoch_pools_add(double *auc, nsym_score_pool *pools, const nsym_class_scores *s) {
    if (s->classes <= 2) {
        NSYM_TRY(nsym_score_pool_add(&pools[0], s->logits, s->labels, s->weights, s->n));
        return nsym_score_pool_auc(&pools[0], auc);
    }
    double *scores = malloc((s->n + 1) * sizeof *scores);
    float *labels = malloc((s->n + 1) * sizeof *labels);
    nsym_status status = scores && labels ? add_classes(auc, pools, s, scores, labels)
                                          : nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu events", s->n);
    free(scores);
    free(labels);
    return status;
}

void nsym_epoch_pools_free(nsym_score_pool *pools) {
    for (size_t k = 0; k < NSYM_CLASSES_MAX; k++) nsym_score_pool_free(&pools[k]);
}
