/* Weights that make the spectra of two classes equal, or flat, so that a network cannot learn from their difference. */
#ifndef NEARSYM_REWEIGHT_H
#define NEARSYM_REWEIGHT_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How the bins of a spectrum are chosen. */
typedef enum nsym_binning {
    NSYM_BINS_NONE,  /* weights are not changed */
    NSYM_BINS_EQUAL, /* equal widths between `low` and `high`. Values outside fall in the last bin, as in the published
                        code of PRD 111, 072002 (there, values below wrap around) */
    NSYM_BINS_QUANTILE /* equal numbers of events, both classes together; the first and the last bin are open */
} nsym_binning;

/* The bins of a spectrum. */
typedef struct nsym_reweight {
    nsym_binning binning;
    size_t bins;
    double low, high; /* range of NSYM_BINS_EQUAL; both 0: from the smallest to the largest background value, so that
                         the bin width depends on the hardest event */
} nsym_reweight;

/* Multiplies the weights (n) so that the background's spectrum of `values` (n) becomes the signal's. A background event
   gets the factor N_signal / N_background, the ratio of the sums of weights in its bin (0 if the bin has no
   background). A signal event gets the factor 1, or 0 if its bin has no signal within the range. Shapes: labels (n) 0
   or 1. Errors: a NaN value; a label that is neither; fewer events than bins; no bins; a class without events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_reweight_background(const nsym_reweight *how, const double *values,
                                                              const double *labels, size_t n, double *weights);

/* Multiplies the weights (n) so that each class is flat in two quantities a (n) and b (n). bins x bins cells span the
   range from the smallest to the largest value of each quantity, both classes together. All cells with events of a
   class get the same weight of that class; the total weight of a class does not change. Shapes: labels (n) 0 or 1.
   Errors: a value that is not finite; a label that is neither; bins not 1 to 10000; a class whose weights sum to 0. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_flatten(const double *a, const double *b, const double *labels, size_t n,
                                                  size_t bins, double *weights);

#ifdef __cplusplus
}
#endif
#endif
