/* Are scores probabilities? Reliability curves, the expected calibration error, a temperature that corrects it, and the
   mean score of several networks. */
#ifndef NEARSYM_CALIBRATION_H
#define NEARSYM_CALIBRATION_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NSYM_CALIBRATION_BINS = 100 }; /* largest number of bins */

/* A bin of events with similar probabilities. */
typedef struct nsym_calibration_bin {
    size_t events;
    double share;     /* fraction of the total weight */
    double low, high; /* smallest and largest probability */
    double predicted; /* weighted mean probability */
    double observed;  /* weighted fraction of events with label 1 (several classes: of events whose called class is
                         right) */
    double error;     /* error of `observed`: binomial; for weighted events sqrt(sum w^2 (y - observed)^2) / sum w */
} nsym_calibration_bin;

/* A reliability curve, by rising probability, and the expected calibration error (ECE): the mean of |observed -
   predicted| over the bins, weighted with their share (Guo, Pleiss, Sun & Weinberger, arXiv:1706.04599, equations 2 and
   3; Naeini, Cooper & Hauskrecht, AAAI 2015). Bins have equal numbers of events (Nguyen & O'Connor, arXiv:1508.05154).
   Equal probabilities are in the same bin, so that there may be fewer bins. */
typedef struct nsym_calibration {
    size_t bins;
    nsym_calibration_bin bin[NSYM_CALIBRATION_BINS];
    double ece, ece_error; /* ECE and its error from the finite sample, at fixed bins and signs of their differences */
    /* Mean and standard deviation of the ECE that chance gives to a perfect score, one whose probabilities are exact:
       in a finite sample it is not 0. The differences are taken as normal, with variance sum w^2 p (1 - p) / (sum w)^2
       in a bin. */
    double floor, floor_spread;
} nsym_calibration;

/* Calibration for two classes. Shapes: probabilities (n) of label 1, labels (n) 0 or 1, weights (n, or NULL for ones;
   negative weights enter as they are). `bins`: bins of equal counts, 1 to NSYM_CALIBRATION_BINS. Errors: no events; a
   probability outside 0 to 1, another label, a weight that is not finite, each with its index; a bin whose weights add
   up to 0 or less. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_calibration_of(nsym_calibration *out, const double *probabilities,
                                                         const float *labels, const double *weights, size_t n,
                                                         size_t bins);

/* Calibration for several classes, by confidence. An event's called class is the one with the largest probability; that
   probability is compared with how often the called class is the label, 0 to classes - 1. Shapes: probabilities (n,
   classes), labels (n), weights (n) or NULL. Errors: as above. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_class_calibration_of(nsym_calibration *out, const double *probabilities,
                                                               size_t classes, const float *labels,
                                                               const double *weights, size_t n, size_t bins);

/* Fits the temperature T, 0.01 to 100, that maximises the likelihood of logits / T. Shapes: logits (n, outputs), labels
   (n) 0 to classes - 1, weights (n, or NULL for ones). With one output it is the logit of label 1; with several they
   are the logits of a softmax. *error is the sandwich error, which holds for weighted events; NaN if T is at an end of
   its range, because the logits separate the labels perfectly or not at all. T > 1: the network is overconfident. A
   temperature does not change the order of scores and so no ROC curve. Source: Guo et al., section 4.2. Errors: no
   events; a logit or weight that is not finite, a label that is no class, each with its index; weights that add up to 0
   or less. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_temperature_fit(double *temperature, double *error, const double *logits,
                                                          size_t outputs, const float *labels, const double *weights,
                                                          size_t n);

/* Mean score of m networks from their logits (m, n, outputs); one output is the logit of label 1. Gives the mean of
   their probabilities (n, outputs) and its logits (n, outputs): the log odds of the mean, or with several classes its
   logarithm. The logits are precise also if all probabilities round to 0 or 1. Buffers are the caller's. Source:
   Lakshminarayanan, Pritzel & Blundell, arXiv:1612.01474, section 2.4. */
NSYM_API void nsym_mean_score(double *probabilities, double *mean_logits, const double *logits, size_t m, size_t n,
                              size_t outputs);

#ifdef __cplusplus
}
#endif
#endif
