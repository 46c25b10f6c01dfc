/* Figures of merit of a classifier, and comparisons of distributions. */
#ifndef NEARSYM_STATS_H
#define NEARSYM_STATS_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Mean and spread of a few numbers. */
typedef struct nsym_spread {
    double mean;
    double std;            /* of the numbers themselves (divisor n), as the published bands are drawn */
    double standard_error; /* of the mean: sample standard deviation / sqrt(n); 0 for one number */
} nsym_spread;

/* Shape: values (n), n > 0. */
NSYM_API nsym_spread nsym_spread_of(const double *values, size_t n);

/* Area under the ROC curve of scores (n) for labels (n) in {0, 1} with weights (n, or NULL for ones; negative weights
   count as they are), ties counted half; and its standard error for the finite sample (see nsym_auc_covariance), NaN
   where a class has fewer than two events of weight other than 0: then nothing is known of it. `error` may be NULL.
   Errors: a NaN score, a label other than 0 and 1, a weight that is not finite, each with its index; a class of no
   total weight, or classes of opposite signs; weights so large or small that their products overflow or vanish. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_auc(double *auc, double *error, const double *scores, const float *labels,
                                              const double *weights, size_t n);

/* Areas auc (m) of m classifiers of one sample, and their covariance (m, m) for the finite sample: what the classifiers
   share drops out of a difference of two, whose variance is covariance[a][a] + covariance[b][b] - 2 covariance[a][b].
   Shapes: scores (m, n), labels (n), weights (n) or NULL. Source: DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988)
   837, for events of a class with shares p_i of its weight, and v_a(i) the share of the other class's weight on the
   wrong side of event i for classifier a (ties half) by

     sum_i p_i^2 (v_a(i) - auc_a) (v_b(i) - auc_b) / C,   C = sum_i p_i^2 ((1 - p_i)^2 + sum_{k != i} p_k^2) / sum_k
   p_k^2,

   added for both classes. This holds for weights of any sign that depend on the scores; C is (n - 1) / n for equal
   weights, as published. All NaN where a class has fewer than two events of weight other than 0. Errors: as nsym_auc.
 */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_auc_covariance(double *auc, double *covariance, const double *scores,
                                                         const float *labels, const double *weights, size_t m,
                                                         size_t n);

/* True-positive rate at a false-positive rate, by linear interpolation of the ROC curve. Errors as nsym_auc; a rate
   outside [0, 1]. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_tpr_at_fpr(double *tpr, const double *scores, const float *labels,
                                                     const double *weights, size_t n, double fpr);

/* True-positive rates (m) at rising false-positive rates (m), as nsym_tpr_at_fpr gives them, from one sort. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_roc(double *tpr, const double *scores, const float *labels,
                                              const double *weights, size_t n, const double *fpr, size_t m);

/* These rates and their standard errors (m) for the finite sample: the signal's binomial one and, along the curve's
   slope, that of the background's rate, with the effective numbers (sum w)^2 / sum w^2 of either class. The slope is
   that between one standard deviation of the rate to either side. Errors as nsym_roc. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_roc_error(double *tpr, double *error, const double *scores,
                                                    const float *labels, const double *weights, size_t n,
                                                    const double *fpr, size_t m);

/* Kolmogorov-Smirnov distance: the largest difference of the two distribution functions. Shapes: a (n), b (m),
   unsorted. Errors: an empty sample, a NaN. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ks_distance(double *distance, const double *a, size_t n, const double *b,
                                                      size_t m);

#ifdef __cplusplus
}
#endif
#endif
