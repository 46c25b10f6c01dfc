/* Matching one class's spectrum to another's by weights in bins. */
#ifndef NSYM_STATS_REWEIGHT_H
#define NSYM_STATS_REWEIGHT_H

#include <nearsym/status.h>
#include <stddef.h>

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
                         bins hangs on the hardest event */
} nsym_reweight;

/* Multiplies the weights so that the background's spectrum of `values` becomes the signal's: background by N_signal /
   N_background of its bin (0 where a bin has no background), signal by 1, or by 0 where its bin has no signal among the
   binned ones. Shapes: values, weights (n), labels (n) 0 or 1. Errors: a NaN value, fewer events than bins, a class
   without events. */
nsym_status nsym_reweight_background(const nsym_reweight *how, const double *values, const double *labels, size_t n,
                                     double *weights) NSYM_MUST_CHECK;

#endif
