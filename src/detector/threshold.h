/* A threshold of what is measured: particles and cells below it are not seen. */
#ifndef NSYM_DETECTOR_THRESHOLD_H
#define NSYM_DETECTOR_THRESHOLD_H

#include <nearsym/events.h>

/* Keeps the particles of at least `threshold` GeV of pt, in place. Errors: particles without pt; a pt that is NaN,
   infinite or below 0, with its event; nothing is left. */
nsym_status nsym_threshold_cut(nsym_events *events, double threshold) NSYM_MUST_CHECK;

#endif
