/* Are scores probabilities? Reliability curves, the expected calibration error, a temperature that mends it, and the
   mean score of several networks. */
#ifndef NEARSYM_CALIBRATION_H
#define NEARSYM_CALIBRATION_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NSYM_CALIBRATION_BINS = 100 }; /* the most there are */

/* Events whose probabilities lie together. */
typedef struct nsym_calibration_bin {
    size_t events;
    double share;     /* of the sum of weights */
    double low, high; /* the smallest and the largest probability */
    double predicted; /* the mean probability, by weight, so the next */
    double observed;  /* the share of events of which it came true */
    double error;     /* of that: binomial, of weighted events sqrt(sum w^2 (y - observed)^2) / sum w */
} nsym_calibration_bin;

/* A reliability curve, by rising probability, and the expected calibration error: the mean over bins, by their share,
   of |observed - predicted| (Guo, Pleiss, Sun & Weinberger, arXiv:1706.04599, equations 2 and 3; Naeini, Cooper &
   Hauskrecht, AAAI 2015). The bins have as many events each (Nguyen & O'Connor, arXiv:1508.05154), but that equal
   probabilities share a bin: there are fewer bins then. */
typedef struct nsym_calibration {
    size_t bins;
    nsym_calibration_bin bin[NSYM_CALIBRATION_BINS];
    double ece, ece_error; /* the latter by the finite sample, with the bins and the signs of their differences kept */
    /* What chance makes of the ECE where every event comes true with its probability, so that a perfect score has no
       ECE of 0: its mean and its standard deviation, with the differences taken as normal, of variance
       sum w^2 p (1 - p) / (sum w)^2 in a bin. */
    double floor, floor_spread;
} nsym_calibration;

/* Of two classes: probabilities (n) of label 1, labels (n) 0 or 1, weights (n, or NULL for ones; negative ones count as
   they are) in `bins` of equal counts, 1 to NSYM_CALIBRATION_BINS. Errors: no events; a probability outside 0 to 1,
   another label, a weight that is not finite, each with its index; a bin whose weights add up to 0 or less. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_calibration_of(nsym_calibration *out, const double *probabilities,
                                                         const float *labels, const double *weights, size_t n,
                                                         size_t bins);

/* Of several classes, by confidence: an event's probability is that of the class that is called, the largest of its
   probabilities (classes), and comes true where that is its label, 0 to classes - 1. Shape: probabilities (n, classes).
   Errors: as above. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_class_calibration_of(nsym_calibration *out, const double *probabilities,
                                                               size_t classes, const float *labels,
                                                               const double *weights, size_t n, size_t bins);

/* The temperature T, 0.01 to 100, of the largest likelihood of logits / T (n, outputs), and its error (sandwich, which
   holds for weighted events; NaN where T is at an end of its range: labels that the logits part perfectly, or do not
   tell at all). One output: the logit of label 1; several: those of a softmax. Shapes: labels (n) 0 to classes - 1,
   weights (n, or NULL for ones). T > 1: the network is too sure of itself. One number moves no threshold's order, so no
   ROC curve. Errors: no events; a logit or weight that is not finite, a label that is no class, each with its index;
   weights that add up to 0 or less. Source: Guo et al., section 4.2. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_temperature_fit(double *temperature, double *error, const double *logits,
                                                          size_t outputs, const float *labels, const double *weights,
                                                          size_t n);

/* The mean score of m networks: the mean of their probabilities (n, outputs), and its logits (n, outputs): the log odds
   of the mean, or of several classes its logarithm, also where all probabilities are as good as 0 or 1. Shape: logits
   (m, n, outputs), of which one output is that of label 1. Buffers are the caller's. Source: Lakshminarayanan, Pritzel
   & Blundell, arXiv:1612.01474, section 2.4. */
NSYM_API void nsym_mean_score(double *probabilities, double *mean_logits, const double *logits, size_t m, size_t n,
                              size_t outputs);

#ifdef __cplusplus
}
#endif
#endif
