/* A reliability curve, with what every event adds to its expected calibration error. */
#ifndef NSYM_STATS_CALIBRATION_H
#define NSYM_STATS_CALIBRATION_H

#include <nearsym/calibration.h>

/* As nsym_calibration_of; `influence` (n, or NULL): what every event adds to the ECE, whose squares add up to the
   square of its error. */
nsym_status nsym_calibration_measure(nsym_calibration *out, double *influence, const double *probabilities,
                                     const float *labels, const double *weights, size_t n, size_t bins) NSYM_MUST_CHECK;

/* Confidences (n) and whether the class that is called is the label (n), 1 or 0, of probabilities (n, classes). */
void nsym_confidences(double *confidence, float *right, const double *probabilities, size_t classes,
                      const float *labels, size_t n);

/* The bin in which the share (place + 1/2) / places of the events, by rising probability, lies. */
const nsym_calibration_bin *nsym_calibration_at(const nsym_calibration *curve, size_t place, size_t places);

#endif
