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
   count as they are), ties counted half; and its standard error for the finite sample (DeLong, DeLong & Clarke-Pearson,
   Biometrics 44 (1988) 837; weights by the effective numbers (sum w)^2 / sum w^2). `error` may be NULL. Errors: a NaN
   score with its index, a label other than 0 and 1, a class of no total weight. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_auc(const float *scores, const float *labels, const double *weights, size_t n,
                                              double *auc, double *error);

/* True-positive rate at a false-positive rate, by linear interpolation of the ROC curve. Errors as nsym_auc; a rate
   outside [0, 1]. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_tpr_at_fpr(const float *scores, const float *labels, const double *weights,
                                                     size_t n, double fpr, double *tpr);

/* True-positive rates (m) at rising false-positive rates (m), as nsym_tpr_at_fpr gives them, from one sort. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_roc(const float *scores, const float *labels, const double *weights, size_t n,
                                              const double *fpr, size_t m, double *tpr);

/* Kolmogorov-Smirnov distance: the largest difference of the two distribution functions. Shapes: a (n), b (m),
   unsorted. Errors: an empty sample, a NaN. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_ks_distance(const double *a, size_t n, const double *b, size_t m,
                                                      double *distance);

#ifdef __cplusplus
}
#endif
#endif
