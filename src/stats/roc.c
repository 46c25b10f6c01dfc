/* ROC curves of a finite sample: rates, how well they are known, and what every event adds to them. */
#include <nearsym/stats.h>

#include "base/fail.h"
#include "stats/classes.h"
#include "stats/influence.h"
#include "stats/scored.h"

#include <math.h>
#include <stdlib.h>

/* Scores in rising order, and what the weights of background and signal amount to. */
typedef struct {
    size_t n;
    nsym_scored *sorted; /* (n), owned */
    double total[2];     /* sum w */
    double number[2];    /* effective numbers, (sum w)^2 / sum w^2 */
} curve;

static nsym_status curve_new(curve *c, const double *scores, const float *labels, const double *weights, size_t n) {
    double sum[2] = {0}, squares[2] = {0};
    *c = (curve){.n = n};
    NSYM_TRY(nsym_scored_new(&c->sorted, scores, labels, weights, n));
    for (size_t i = 0; i < n; i++) {
        double w = weights ? weights[i] : 1;
        sum[labels[i] == 1] += w;
        squares[labels[i] == 1] += w * w;
        c->total[c->sorted[i].signal] += c->sorted[i].weight;
    }
    for (size_t k = 0; k < 2; k++) c->number[k] = sum[k] * sum[k] / squares[k];
    nsym_status status = nsym_classes_weigh(c->total, "a ROC curve");
    if (status != NSYM_OK) free(c->sorted);
    return status;
}

/* Shapes: fpr (m) rising, tpr (m). */
static void walk(double *tpr, const curve *c, const double *fpr, size_t m) {
    double last_fpr = 0, last_tpr = 0;
    size_t k = 0;
    for (size_t left = c->n; k < m && left > 0;) { /* from the highest score down */
        double next_fpr = last_fpr, next_tpr = last_tpr;
        double score = c->sorted[left - 1].score;
        for (; left > 0 && c->sorted[left - 1].score == score; left--) {
            double share = c->sorted[left - 1].weight / c->total[c->sorted[left - 1].signal];
            if (c->sorted[left - 1].signal)
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
}

static nsym_status check_rates(const double *fpr, size_t m) {
    for (size_t k = 0; k < m; k++)
        if (!(fpr[k] >= (k ? fpr[k - 1] : 0) && fpr[k] <= 1))
            return nsym_fail(NSYM_EINVAL, "false-positive rate %g is not in [0, 1], or below the one before it",
                             fpr[k]);
    return NSYM_OK;
}

nsym_status nsym_roc(double *tpr, const double *scores, const float *labels, const double *weights, size_t n,
                     const double *fpr, size_t m) {
    curve c;
    NSYM_TRY(check_rates(fpr, m));
    NSYM_TRY(curve_new(&c, scores, labels, weights, n));
    walk(tpr, &c, fpr, m);
    free(c.sorted);
    return NSYM_OK;
}

nsym_status nsym_tpr_at_fpr(double *tpr, const double *scores, const float *labels, const double *weights, size_t n,
                            double fpr) {
    return nsym_roc(tpr, scores, labels, weights, n, &fpr, 1);
}

/* The variance of a rate among `number` events, which is not 0 where none or all of them were seen. */
static double binomial(double rate, double number) {
    return fmax(rate * (1 - rate), 0.25 / number) / number;
}

/* The curve's slopes (m) between one standard deviation of the false-positive rate to either side, inside [0, 1].
   Shape: room (4, m). */
static void slopes(double *slope, double *room, const curve *c, const double *fpr, size_t m) {
    double *low = room, *high = room + m, *below = room + 2 * m, *above = room + 3 * m;
    for (size_t k = 0; k < m; k++) {
        double sigma = sqrt(binomial(fpr[k], c->number[0]));
        low[k] = fmax(fpr[k] - sigma, 0);
        high[k] = fmin(fpr[k] + sigma, 1);
    }
    walk(below, c, low, m);
    walk(above, c, high, m);
    for (size_t k = 0; k < m; k++) slope[k] = (above[k] - below[k]) / (high[k] - low[k]);
}

/* Rates and errors (m) of a curve. Shapes: slope (m), room (4, m). */
static void rates_of(double *tpr, double *error, double *slope, double *room, const curve *c, const double *fpr,
                     size_t m) {
    walk(tpr, c, fpr, m);
    slopes(slope, room, c, fpr, m);
    for (size_t k = 0; k < m; k++)
        error[k] = sqrt(binomial(tpr[k], c->number[1]) + slope[k] * slope[k] * fpr[k] * (1 - fpr[k]) / c->number[0]);
}

nsym_status nsym_roc_error(double *tpr, double *error, const double *scores, const float *labels, const double *weights,
                           size_t n, const double *fpr, size_t m) {
    double *slope = calloc(5 * m + 1, sizeof *slope);
    curve c;
    if (!slope) return nsym_fail(NSYM_ENOMEM, "no memory for the errors of %zu points", m);
    nsym_status status = check_rates(fpr, m);
    if (status == NSYM_OK) status = curve_new(&c, scores, labels, weights, n);
    if (status == NSYM_OK) {
        rates_of(tpr, error, slope, slope + m, &c, fpr, m);
        free(c.sorted);
    }
    free(slope);
    return status;
}

/* Where the curve passes a false-positive rate: events above `score` pass, of those at it the share `tied`. */
static void threshold(double *score, double *tied, const curve *c, double fpr) {
    double passed = 0;
    *score = -INFINITY;
    *tied = 1;
    for (size_t left = c->n, end; left > 0; left = end) {
        double at = 0;
        for (end = left; end > 0 && c->sorted[end - 1].score == c->sorted[left - 1].score; end--)
            if (!c->sorted[end - 1].signal) at += c->sorted[end - 1].weight / c->total[0];
        if (passed + at > fpr) {
            *score = c->sorted[left - 1].score;
            *tied = (fpr - passed) / at;
            return;
        }
        passed += at;
    }
}

nsym_status nsym_roc_influence(double *influence, double *tpr, double *error, const double *scores, const float *labels,
                               const double *weights, size_t n, double fpr) {
    double slope, room[4], score, tied;
    curve c;
    NSYM_TRY(check_rates(&fpr, 1));
    NSYM_TRY(curve_new(&c, scores, labels, weights, n));
    rates_of(tpr, error, &slope, room, &c, &fpr, 1);
    threshold(&score, &tied, &c, fpr);
    for (size_t i = 0; i < n; i++) {
        const nsym_scored *event = &c.sorted[i];
        double passes = event->score > score ? 1 : event->score == score ? tied : 0;
        double share = event->weight / c.total[event->signal];
        influence[event->place] = share * (event->signal ? passes - *tpr : slope * (fpr - passes));
    }
    free(c.sorted);
    return NSYM_OK;
}
