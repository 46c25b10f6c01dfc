/* An AUC over a growing pool of scores: each addition merges into a sorted pool, so that the AUC after every epoch
   costs a linear pass and not a sort of everything. */
#ifndef NSYM_STATS_SCORE_POOL_H
#define NSYM_STATS_SCORE_POOL_H

#include <nearsym/status.h>
#include <stddef.h>
#include <stdint.h>

/* A score with its class, 0 for background or 1 for signal, the weight it brings, and its place among those it came
   with. */
typedef struct nsym_scored {
    double score, weight;
    uint32_t signal, place;
} nsym_scored;

typedef struct nsym_score_pool {
    size_t count, capacity;
    nsym_scored *sorted; /* (capacity), by rising score */
} nsym_score_pool;

nsym_status nsym_score_pool_new(nsym_score_pool *out, size_t capacity) NSYM_MUST_CHECK;
void nsym_score_pool_free(nsym_score_pool *pool);

/* Merges scores (n) in; `weights` may be NULL. Errors: those of nsym_scored_sort; more than the capacity. */
nsym_status nsym_score_pool_add(nsym_score_pool *pool, const double *scores, const float *labels, const double *weights,
                                size_t n) NSYM_MUST_CHECK;

/* The AUC of the pool. Errors: a class of no weight; weights whose products a double does not hold. */
nsym_status nsym_score_pool_auc(const nsym_score_pool *pool, double *auc) NSYM_MUST_CHECK;

#endif
