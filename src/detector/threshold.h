/* A threshold of what is measured: particles and cells below it are not seen. */
#ifndef NSYM_DETECTOR_THRESHOLD_H
#define NSYM_DETECTOR_THRESHOLD_H

#include <nearsym/events.h>

/* The feature that it cuts on: pt, or else energy; NSYM_NONE where there is neither. */
size_t nsym_threshold_feature(const nsym_events *events);

/* Keeps the particles of at least `threshold` GeV of that, in place. Errors: particles without it; a value that is NaN,
   infinite or below 0, with its event; nothing is left. */
nsym_status nsym_threshold_cut(nsym_events *events, double threshold) NSYM_MUST_CHECK;

#endif
