/* Weights that make spectra of two classes alike, or flat, so that a network cannot learn from what they differ in. */
#ifndef NEARSYM_REWEIGHT_H
#define NEARSYM_REWEIGHT_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum nsym_binning {
    NSYM_BINS_NONE,  /* leave the weights as they are */
    NSYM_BINS_EQUAL, /* equal widths between `low` and `high`; what lies outside falls in the last bin, as the published
                        code of PRD 111, 072002 has it (values below wrap around) */
    NSYM_BINS_QUANTILE /* equal numbers of events of both classes together; the outer bins are open */
} nsym_binning;

typedef struct nsym_reweight {
    nsym_binning binning;
    size_t bins;
    double low, high; /* of equal bins; both 0: the smallest and the largest background value, so that the width of the
                         bins depends on the hardest event */
} nsym_reweight;

/* Multiplies the weights so that the background's spectrum of `values` becomes the signal's: background by N_signal /
   N_background of its bin (0 where a bin has no background), signal by 1, or by 0 where its bin has no signal among the
   binned ones. Shapes: values, weights (n), labels (n) 0 or 1. Errors: a NaN value, a label that is neither, fewer
   events than bins, no bins, a class without events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_reweight_background(const nsym_reweight *how, const double *values,
                                                              const double *labels, size_t n, double *weights);

/* Multiplies the weights so that each class is flat in two quantities: all of the bins x bins cells between the
   smallest and the largest value of either (both classes together) that have events of a class get the same weight of
   it, and a class keeps its weight. Shapes: a, b, weights (n), labels (n) 0 or 1. Errors: a value that is not finite, a
   label that is neither, bins not 1 to 10000, a class whose weights sum to 0. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_flatten(const double *a, const double *b, const double *labels, size_t n,
                                                  size_t bins, double *weights);

#ifdef __cplusplus
}
#endif
#endif
