/* Decision ordering: whether two classifiers put a signal and a background event in the same order,
   DO(f, g; s, b) = Theta[(f(s) - f(b)) (g(s) - g(b))], and its average over pairs, ADO: 1 where they decide alike up to
   any rising function, 1/2 where one knows nothing of the other, 0 where they are opposite. Ties, a product of 0, count
   1/2. Source: Faucett, Thaler & Whiteson, "Mapping machine-learned physics into a human-readable space",
   PRD 103, 036020 (arXiv:2010.11998). */
#ifndef NEARSYM_ADO_H
#define NEARSYM_ADO_H

#include <nearsym/progress.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ADO of two classifiers f (n) and g (n) over all pairs of a signal (label 1) and a background event (label 0), each
   pair with the product of its two weights: exact, in O(n log n). `weights` (n), or NULL for ones. With the labels as g
   it is the AUC of f; negative weights count as they are. Errors: a NaN score, a label other than 0 and 1 or a weight
   that is not finite, with its index; a class of no total weight. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado(double *ado, const double *f, const double *g, const float *labels,
                                              const double *weights, size_t n);

/* Pairs of events by their indices, in rising order of `signal`. Owned: free with nsym_ado_pairs_free. */
typedef struct nsym_ado_pairs {
    size_t count;
    uint32_t *signal, *background; /* (count) */
} nsym_ado_pairs;

/* Draws `count` pairs with replacement: the signal event in proportion to its weight among the signal, the background
   event likewise. `weights` (n), or NULL for ones. The seed alone decides. Errors: as nsym_ado; a negative weight; more
   than 2^32 events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_pairs_draw(nsym_ado_pairs *out, const float *labels,
                                                         const double *weights, size_t n, size_t count, uint64_t seed);

/* All pairs of labels (n), for small samples. Errors: as nsym_ado_pairs_draw; no memory for so many. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_pairs_all(nsym_ado_pairs *out, const float *labels, size_t n);

/* Those of `pairs` that f and g order differently, (f(s) - f(b)) (g(s) - g(b)) < 0; there may be none. Scores f and g
   are indexed as the pairs are. Errors: a NaN score, with its event. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_pairs_disordered(nsym_ado_pairs *out, const nsym_ado_pairs *pairs,
                                                               const double *f, const double *g);

NSYM_API void nsym_ado_pairs_free(nsym_ado_pairs *pairs);

/* ADO of f and g over these pairs, each of weight 1. Errors: a NaN score, with its event; no pairs. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_of_pairs(double *ado, const nsym_ado_pairs *pairs, const double *f,
                                                       const double *g);

/* How a classifier orders each pair: order (count) is 1 where the signal event stands above, -1 below, 0 for a tie.
   Errors: a NaN score, with its event. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_order(int8_t *order, const nsym_ado_pairs *pairs, const double *guide);

/* Ranks candidates, thousands of them, by their ADO with a guide on fixed pairs. */
typedef struct nsym_ado_ranking nsym_ado_ranking;

/* New (free with nsym_ado_ranking_free, NULL is fine); pairs and order (count) are copied, in another order. Events are
   numbered below `n`. Errors: no pairs; an event beyond n; an order other than -1, 0 and 1. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_ranking_new(nsym_ado_ranking **out, const nsym_ado_pairs *pairs,
                                                          const int8_t *order, size_t n);
NSYM_API void nsym_ado_ranking_free(nsym_ado_ranking *ranking);

/* ado (candidates) of values (candidates, n), exact counts of pairs and so the same bits for any number of `workers`
   (0: one per CPU). Each candidate finished is one unit of `progress` (may be NULL); `stop` (NULL: never) is asked now
   and then. May be called for one block of candidates after the other. Errors: a NaN at an event of a pair, with the
   candidate; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_ranking_run(double *ado, const nsym_ado_ranking *ranking,
                                                          const float *values, size_t candidates, size_t workers,
                                                          nsym_progress *progress, bool (*stop)(void));

#ifdef __cplusplus
}
#endif
#endif
