#include "symmetry/pairs.h"

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>

/* A score with the share of all weight that it has. */
typedef struct {
    double score, share;
} entry;

static int by_score(const void *a, const void *b) {
    const entry *x = a, *y = b;
    return (x->score > y->score) - (x->score < y->score);
}

/* Sorts scores (n), and adds up: *below, (n + 1), is the share of those before each. */
static void sort(entry *sorted, double *below, const double *scores, const double *shares, size_t n) {
    for (size_t i = 0; i < n; i++) sorted[i] = (entry){scores[i], shares[i]};
    qsort(sorted, n, sizeof *sorted, by_score);
    below[0] = 0;
    for (size_t i = 0; i < n; i++) below[i + 1] = below[i] + sorted[i].share;
}

/* How many of the sorted scores lie below, or not above, a score. */
static size_t count_below(const entry *sorted, size_t n, double score, bool equal) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle].score < score || (equal && sorted[middle].score == score))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The share of the other version's scores below a score, ties half. */
static double share_below(const entry *sorted, const double *below, size_t n, double score) {
    return (below[count_below(sorted, n, score, false)] + below[count_below(sorted, n, score, true)]) / 2;
}

/* ln sigmoid(t), of any size of t. */
static double log_sigmoid(double t) {
    return t > 0 ? -log1p(exp(-t)) : t - log1p(exp(t));
}

/* The mean of values (n) by their shares, and its error: each is an event of its own. */
static void mean(double *out, double *error, const double *values, const double *shares, size_t n) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) sum += shares[i] * values[i];
    for (size_t i = 0; i < n; i++) squares += shares[i] * shares[i] * (values[i] - sum) * (values[i] - sum);
    *out = sum;
    *error = sqrt(squares * (double)n / (double)(n - 1));
}

/* The area, and its error from what each event adds as a and as b together. `sorted` and `below` have room for both. */
static void judge_area(nsym_distinguished *out, const double *a, const double *b, const double *shares, size_t n,
                       entry *sorted, double *below, double *added) {
    sort(sorted, below, a, shares, n);
    sort(sorted + n, below + n + 1, b, shares, n);
    for (size_t i = 0; i < n; i++)
        added[i] = share_below(sorted, below, n, b[i]) + (1 - share_below(sorted + n, below + n + 1, n, a[i]));
    mean(&out->auc, &out->auc_error, added, shares, n);
    out->auc /= 2;                                                      /* both terms have the area for their mean */
    if (out->auc_error < 1 / (double)n) out->auc_error = 1 / (double)n; /* of versions that all are told apart */
}

/* Shares (n) of weights. */
static nsym_status find_shares(double *shares, const double *weights, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += weights ? weights[i] : 1;
    if (!(sum > 0)) return nsym_fail(NSYM_EINVAL, "the weights of %zu events add up to %g, must be above 0", n, sum);
    for (size_t i = 0; i < n; i++) shares[i] = (weights ? weights[i] : 1) / sum;
    return NSYM_OK;
}

nsym_status nsym_pairs_judge(nsym_distinguished *out, const double *a, const double *b, const double *weights,
                             size_t n) {
    double *memory = malloc((4 * n + 3) * sizeof *memory), *shares = memory, *values = memory + n,
           *below = memory + 2 * n;
    entry *sorted = malloc((2 * n + 1) * sizeof *sorted);
    *out = (nsym_distinguished){.events = n};
    nsym_status status =
        memory && sorted ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu events", n);
    if (status == NSYM_OK) status = find_shares(shares, weights, n);
    if (status == NSYM_OK) {
        judge_area(out, a, b, shares, n, sorted, below, values);
        for (size_t i = 0; i < n; i++) values[i] = ((b[i] > 0) + (b[i] == 0) / 2. + (a[i] < 0) + (a[i] == 0) / 2.) / 2;
        mean(&out->accuracy, &out->accuracy_error, values, shares, n);
        for (size_t i = 0; i < n; i++) values[i] = log_sigmoid(b[i] - a[i]) + log(2);
        mean(&out->q, &out->q_error, values, shares, n);
    }
    free(memory);
    free(sorted);
    return status;
}

nsym_distinguished nsym_pairs_combine(const nsym_distinguished *first, const nsym_distinguished *second) {
    double n = (double)(first->events + second->events), p = (double)first->events / n, q = 1 - p;
    return (nsym_distinguished){.events = first->events + second->events,
                                .auc = p * first->auc + q * second->auc,
                                .auc_error = p * first->auc_error + q * second->auc_error,
                                .accuracy = p * first->accuracy + q * second->accuracy,
                                .accuracy_error = p * first->accuracy_error + q * second->accuracy_error,
                                .q = p * first->q + q * second->q,
                                .q_error = p * first->q_error + q * second->q_error};
}
