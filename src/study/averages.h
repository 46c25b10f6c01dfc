/* The mean score of a point's members as a score of its own. */
#ifndef NSYM_STUDY_AVERAGES_H
#define NSYM_STUDY_AVERAGES_H

#include "study/outcome.h"

/* The attribute of kept scores that has their network's temperature, where that was fitted. */
#define NSYM_SCORES_TEMPERATURE "temperature"

/* Adds to the results, for a point of two members or more, what the mean of their probabilities measures on the test
   sample (nsym_mean_score, each member at its temperature): auc_final_average, signal_efficiency_average of two
   classes, brier_average, and with measure.calibration ece_average and ece_floor_average. The errors are those of the
   finite test sample alone, and not known where copies test. `scores` (members): files of the members' test scores,
   relative to `folder`. Errors: files that are missing or do not belong together. */
nsym_status nsym_averages_add(nsym_outcome *results, const nsym_point *point, const char *const *scores,
                              const char *folder) NSYM_MUST_CHECK;

#endif
