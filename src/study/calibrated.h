/* Are a run's probabilities what they say? */
#ifndef NSYM_STUDY_CALIBRATED_H
#define NSYM_STUDY_CALIBRATED_H

#include "ledger/measures.h"
#include "study/test_part.h"

/* Adds `ece`, `ece_floor`, `ece_floor_spread` and, of every bin, numbered from 1 by rising probability, `reliability`,
   the share that came true, and `reliability_predicted`, the mean probability, of logits (tests, outputs) that were
   divided by the temperature (nearsym/calibration.h); of several classes by confidence. A bin that fell to another's
   equal probabilities has that one's numbers. Where copies test, their events are not independent: there is no floor.
   Errors: those of nsym_calibration_of; memory. */
nsym_status nsym_calibrated_measure(nsym_measures *f, const nsym_test_part *r, const double *logits, size_t outputs,
                                    size_t bins, uint64_t seed) NSYM_MUST_CHECK;

#endif
