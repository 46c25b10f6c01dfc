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
    double std;            /* standard deviation of the numbers (divisor n), as in the published bands */
    double standard_error; /* error of the mean: sample standard deviation / sqrt(n); 0 for one number */
} nsym_spread;

/* Mean and spread of values (n), n > 0. */
NSYM_API nsym_spread nsym_spread_of(const double *values, size_t n);

/* Area under the ROC curve, with ties counted half. Shapes: scores (n), labels (n) 0 or 1, weights (n, or NULL for
   ones; negative weights enter as they are). *error is its standard error for the finite sample (see
   nsym_auc_covariance), NaN if a class has fewer than two events of weight other than 0; `error` may be NULL. Errors: a
   NaN score, a label other than 0 and 1, a weight that is not finite, each with its index; a class of no total weight,
   or classes of opposite signs; weights so large or small that their products overflow or vanish. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_auc(double *auc, double *error, const double *scores, const float *labels,
                                              const double *weights, size_t n);

/* Areas auc (m) under the ROC curves of m classifiers of the same sample, and their covariance (m, m) for the finite
   sample. Fluctuations that two classifiers share cancel in their difference, whose variance is covariance[a][a] +
   covariance[b][b] - 2 covariance[a][b]. Shapes: scores (m, n), labels (n), weights (n) or NULL. Source: DeLong, DeLong
   & Clarke-Pearson, Biometrics 44 (1988) 837. For the events of one class with shares p_i of its weight, let v_a(i) be
   the share of the other class's weight on the wrong side of event i for classifier a (ties half). The covariance is
   the sum over both classes of

   sum_i p_i^2 (v_a(i) - auc_a) (v_b(i) - auc_b) / C,
   with C = sum_i p_i^2 ((1 - p_i)^2 + sum_{k != i} p_k^2) / sum_k p_k^2.

   This holds for weights of any sign that depend on the scores. For equal weights C is (n - 1) / n, as published. The
   covariance is NaN if a class has fewer than two events of weight other than 0. Errors: as nsym_auc. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_auc_covariance(double *auc, double *covariance, const double *scores,
                                                         const float *labels, const double *weights, size_t m,
                                                         size_t n);

/* True-positive rate at a false-positive rate, by linear interpolation of the ROC curve. Shapes: as nsym_auc. Errors:
   as nsym_auc; a rate outside [0, 1]. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_tpr_at_fpr(double *tpr, const double *scores, const float *labels,
                                                     const double *weights, size_t n, double fpr);

/* True-positive rates (m) at rising false-positive rates (m), as nsym_tpr_at_fpr gives them, with a single sort. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_roc(double *tpr, const double *scores, const float *labels,
                                              const double *weights, size_t n, const double *fpr, size_t m);

/* The same rates (m) and their standard errors (m) for the finite sample. An error combines the binomial error of the
   signal and, multiplied by the slope of the curve, that of the background's rate. The effective number of events of a
   class is (sum w)^2 / sum w^2. The slope is taken between one standard deviation of the rate to either side. Errors:
   as nsym_roc. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_roc_error(double *tpr, double *error, const double *scores,
                                                    const float *labels, const double *weights, size_t n,
                                                    const double *fpr, size_t m);

/* Kolmogorov-Smirnov distance: the largest difference of the two distribution functions. Shapes: a (n), b (m),
   unsorted. Errors: an empty sample; a NaN. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ks_distance(double *distance, const double *a, size_t n, const double *b,
                                                      size_t m);

#ifdef __cplusplus
}
#endif
#endif
