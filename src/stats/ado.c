/* The exact average decision ordering: events in rising order of f, and for each the weight of the other class that
 * stands lower or higher in g, kept in two binary indexed trees (Fenwick, Softw. Pract. Exp. 24 (1994) 327). */
#include <nearsym/ado.h>

#include "base/fail.h"
#include "base/sort.h"
#include "stats/classes.h"

#include <math.h>
#include <stdlib.h>

/* Fills out (n) with the values in rising order. */
static nsym_status sort_values(nsym_ranked *out, const double *values, size_t n) {
    for (size_t i = 0; i < n; i++) out[i] = (nsym_ranked){values[i], i};
    return nsym_sort(out, n);
}

/* Weights by rank: sum (ranks + 1), where sum[i] holds those of the ranks i - (i & -i) ... i - 1. */
typedef struct {
    size_t ranks;
    double total, *sum;
} tree;

static void add(tree *t, size_t rank, double weight) {
    t->total += weight;
    for (size_t i = rank + 1; i <= t->ranks; i += i & -i) t->sum[i] += weight;
}

/* The weight of all ranks below this one. */
static double below(const tree *t, size_t rank) {
    double sum = 0;
    for (size_t i = rank; i > 0; i -= i & -i) sum += t->sum[i];
    return sum;
}

/* Pairs in the same order less those in opposite order, by weight. Shapes: by_f (n), rank (n) in g. */
static double net_order(const nsym_ranked *by_f, const size_t *rank, const float *labels, const double *weights,
                        size_t n, tree of_class[2]) {
    double net = 0;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && by_f[end].value == by_f[i].value; end++) {
            size_t event = by_f[end].place;
            const tree *other = &of_class[labels[event] == 0];
            double lower = below(other, rank[event]), higher = other->total - below(other, rank[event] + 1);
            net += (weights ? weights[event] : 1) * (lower - higher);
        }
        for (size_t k = i; k < end; k++) {
            size_t event = by_f[k].place;
            add(&of_class[labels[event] == 1], rank[event], weights ? weights[event] : 1);
        }
    }
    return net;
}

static nsym_status check_scores(const double *scores, const char *which, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (isnan(scores[i])) return nsym_fail(NSYM_ENUMERIC, "score %zu of the %s classifier is NaN", i, which);
    return NSYM_OK;
}

nsym_status nsym_ado(double *ado, const double *f, const double *g, const float *labels, const double *weights,
                     size_t n) {
    double total[2];
    NSYM_TRY(nsym_classes_check(total, labels, weights, n, false));
    NSYM_TRY(check_scores(f, "first", n));
    NSYM_TRY(check_scores(g, "second", n));
    nsym_ranked *sorted = calloc(n, sizeof *sorted);
    size_t *rank = calloc(n, sizeof *rank), ranks = 0;
    double *sums = calloc(2 * (n + 1), sizeof *sums);
    nsym_status status = NSYM_OK;
    if (!sorted || !rank || !sums) status = nsym_fail(NSYM_ENOMEM, "no memory for the orders of %zu events", n);
    if (status == NSYM_OK) status = sort_values(sorted, g, n);
    for (size_t i = 0; i < n && status == NSYM_OK; i++) {
        ranks += i == 0 || sorted[i].value != sorted[i - 1].value;
        rank[sorted[i].place] = ranks - 1;
    }
    if (status == NSYM_OK) status = sort_values(sorted, f, n);
    if (status == NSYM_OK) {
        tree of_class[2] = {{ranks, 0, sums}, {ranks, 0, sums + n + 1}};
        double net = net_order(sorted, rank, labels, weights, n, of_class), all = total[0] * total[1];
        *ado = 0.5 * (all + net) / all;
    }
    free(sorted);
    free(rank);
    free(sums);
    return status;
}
