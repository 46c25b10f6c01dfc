/* Decision ordering (DO): do two classifiers f and g order a signal event s and a background event b in the same way?
   DO(f, g; s, b) = Theta[(f(s) - f(b)) (g(s) - g(b))]. Its average over pairs (ADO) is 1 if their decisions agree (up
   to any rising function), 1/2 if they are unrelated and 0 if they are opposite. Ties, a product of 0, count 1/2.
   Source: Faucett, Thaler & Whiteson, "Mapping machine-learned physics into a human-readable space", PRD 103, 036020
   (arXiv:2010.11998). */
#ifndef NEARSYM_ADO_H
#define NEARSYM_ADO_H

#include <nearsym/progress.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ADO of two classifiers f (n) and g (n) over all pairs of a signal (label 1) and a background event (label 0). A
   pair's weight is the product of the two event weights (n, or NULL for ones; negative weights enter as they are).
   Exact, in O(n log n). If g is the labels, the ADO is the AUC of f. Errors: a NaN score, a label other than 0 and 1 or
   a weight that is not finite, with its index; a class of no total weight. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado(double *ado, const double *f, const double *g, const float *labels,
                                              const double *weights, size_t n);

/* Pairs of events by their indices, sorted by `signal`. Free with nsym_ado_pairs_free. */
typedef struct nsym_ado_pairs {
    size_t count;
    uint32_t *signal, *background; /* (count) */
} nsym_ado_pairs;

/* Draws `count` pairs with replacement. Signal and background event are drawn separately, each in proportion to its
   weight in its class. Shapes: labels (n), weights (n, or NULL for ones). The result depends on the seed alone, not on
   the machine. Errors: as nsym_ado; a negative weight; more than 2^32 events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_pairs_draw(nsym_ado_pairs *out, const float *labels,
                                                         const double *weights, size_t n, size_t count, uint64_t seed);

/* All pairs of labels (n), for small samples. Errors: as nsym_ado_pairs_draw; not enough memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_pairs_all(nsym_ado_pairs *out, const float *labels, size_t n);

/* The pairs that f and g order differently: (f(s) - f(b)) (g(s) - g(b)) < 0. There may be none. The pairs' indices are
   those of the scores f and g. Errors: a NaN score, with its event. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_pairs_disordered(nsym_ado_pairs *out, const nsym_ado_pairs *pairs,
                                                               const double *f, const double *g);

NSYM_API void nsym_ado_pairs_free(nsym_ado_pairs *pairs);

/* ADO of f and g over these pairs, each of weight 1. Errors: a NaN score, with its event; no pairs. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_of_pairs(double *ado, const nsym_ado_pairs *pairs, const double *f,
                                                       const double *g);

/* How the scores `guide` order each pair: order (count) is 1 if the signal event has the larger score, -1 if the
   smaller, 0 for a tie. Errors: a NaN score, with its event. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_order(int8_t *order, const nsym_ado_pairs *pairs, const double *guide);

/* Ranks candidates, thousands of them, by their ADO with a guide on fixed pairs. */
typedef struct nsym_ado_ranking nsym_ado_ranking;

/* New ranking (free with nsym_ado_ranking_free, NULL is fine). Pairs and order (count) are copied and sorted anew. `n`
   is the number of events: indices are below it. Errors: no pairs; an index of n or more; an order other than -1, 0 and
   1. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_ranking_new(nsym_ado_ranking **out, const nsym_ado_pairs *pairs,
                                                          const int8_t *order, size_t n);
NSYM_API void nsym_ado_ranking_free(nsym_ado_ranking *ranking);

/* Computes the ADO (candidates) of values (candidates, n). It counts pairs exactly, so the result is the same for any
   number of `workers` (threads; 0: one per CPU). Each finished candidate is one unit of `progress` (may be NULL);
   `stop` (NULL: never) is called now and then. You may call it for one block of candidates after another. Errors: a NaN
   value of an event in a pair, with the candidate; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ado_ranking_run(double *ado, const nsym_ado_ranking *ranking,
                                                          const float *values, size_t candidates, size_t workers,
                                                          nsym_progress *progress, bool (*stop)(void));

#ifdef __cplusplus
}
#endif
#endif
