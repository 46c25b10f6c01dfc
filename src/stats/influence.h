/* What every event of a sample adds to a measure on it. The sum of the squares is the measure's variance for the finite
   sample, the sum of the products of two measures their covariance. */
#ifndef NSYM_STATS_INFLUENCE_H
#define NSYM_STATS_INFLUENCE_H

#include <nearsym/status.h>
#include <stddef.h>
#include <stdint.h>

/* The AUC (DeLong): the sum of products over all events is what nsym_auc_covariance gives. Shapes: influence (n), by
   the events' places; the rest as in nsym_auc. Errors: as there. */
nsym_status nsym_auc_influence(double *influence, const double *scores, const float *labels, const double *weights,
                               size_t n) NSYM_MUST_CHECK;

/* The true-positive rate at a false-positive rate: the signal passes or not, and the background moves the threshold
   along the curve, whose slope is taken as nsym_roc_error does; the rate and its error are that function's. */
nsym_status nsym_roc_influence(double *influence, double *tpr, double *error, const double *scores, const float *labels,
                               const double *weights, size_t n, double fpr) NSYM_MUST_CHECK;

/* An influence (n) seen through random signs: draw k is the sum of influence x (+-1) / sqrt(draws), with signs that
   belong to the seed, the event's place and k. The sum over draws of two measures' products estimates their covariance
   without bias, each variance to sqrt(2 / draws). The signs of a multiplier bootstrap (Rademacher). */
enum { NSYM_INFLUENCE_DRAWS = 256 };
void nsym_influence_draw(double draws[NSYM_INFLUENCE_DRAWS], const double *influence, size_t n, uint64_t seed);

#endif
