#include "stats/score_pool.h"

#include "base/fail.h"
#include "base/sort.h"
#include "stats/classes.h"
#include "stats/scored.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static nsym_status check(const double *scores, const float *labels, const double *weights, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (isnan(scores[i])) return nsym_fail(NSYM_ENUMERIC, "score %zu is NaN", i);
        if (labels[i] != 0 && labels[i] != 1)
            return nsym_fail(NSYM_EINVAL, "label %zu is %g, must be 0 or 1", i, (double)labels[i]);
        if (weights && !isfinite(weights[i]))
            return nsym_fail(NSYM_EINVAL, "weight %zu is %g, must be finite", i, weights[i]);
    }
    return NSYM_OK;
}

nsym_status nsym_scored_sort(nsym_scored *out, const double *scores, const float *labels, const double *weights,
                             size_t n) {
    if (n > UINT32_MAX) return nsym_fail(NSYM_EINVAL, "%zu scores are more than can be sorted (2^32)", n);
    NSYM_TRY(check(scores, labels, weights, n));
    nsym_ranked *ranked = malloc((n + 1) * sizeof *ranked);
    if (!ranked) return nsym_fail(NSYM_ENOMEM, "no memory to sort %zu scores", n);
    for (size_t i = 0; i < n; i++) ranked[i] = (nsym_ranked){scores[i], i};
    nsym_status status = nsym_sort(ranked, n);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        size_t place = ranked[i].place;
        out[i] = (nsym_scored){ranked[i].value, weights ? weights[place] : 1, labels[place] == 1, (uint32_t)place};
    }
    free(ranked);
    return status;
}

nsym_status nsym_scored_new(nsym_scored **out, const double *scores, const float *labels, const double *weights,
                            size_t n) {
    *out = calloc(n + 1, sizeof **out);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    nsym_status status = nsym_scored_sort(*out, scores, labels, weights, n);
    if (status != NSYM_OK) free(*out);
    return status;
}

nsym_status nsym_score_pool_new(nsym_score_pool *out, size_t capacity) {
    *out = (nsym_score_pool){.capacity = capacity, .sorted = calloc(capacity + 1, sizeof(nsym_scored))};
    if (out->sorted) return NSYM_OK;
    return nsym_fail(NSYM_ENOMEM, "no memory for a pool of %zu scores", capacity);
}

void nsym_score_pool_free(nsym_score_pool *pool) {
    free(pool->sorted);
    *pool = (nsym_score_pool){0};
}

/* The new scores, sorted apart, are merged in from the last to the first: of equal ones the new stand behind. */
nsym_status nsym_score_pool_add(nsym_score_pool *pool, const double *scores, const float *labels, const double *weights,
                                size_t n) {
    if (n > pool->capacity - pool->count)
        return nsym_fail(NSYM_EINVAL, "the pool of %zu scores has no room for %zu more", pool->capacity, n);
    nsym_scored *fresh;
    NSYM_TRY(nsym_scored_new(&fresh, scores, labels, weights, n));
    nsym_scored *sorted = pool->sorted;
    size_t old = pool->count, left = n;
    while (left > 0) {
        bool take_old = old > 0 && sorted[old - 1].score > fresh[left - 1].score;
        sorted[old + left - 1] = take_old ? sorted[old - 1] : fresh[left - 1];
        if (take_old)
            old--;
        else
            left--;
    }
    pool->count += n;
    free(fresh);
    return NSYM_OK;
}

nsym_status nsym_score_pool_auc(const nsym_score_pool *pool, double *auc) {
    double total[2] = {0}, area = 0;
    for (size_t i = 0; i < pool->count;) {
        double tied[2] = {0}, score = pool->sorted[i].score;
        for (; i < pool->count && pool->sorted[i].score == score; i++)
            tied[pool->sorted[i].signal] += pool->sorted[i].weight;
        area += tied[1] * (total[0] + 0.5 * tied[0]);
        for (int c = 0; c < 2; c++) total[c] += tied[c];
    }
    NSYM_TRY(nsym_classes_weigh(total, "an AUC"));
    *auc = area / (total[0] * total[1]);
    return NSYM_OK;
}
