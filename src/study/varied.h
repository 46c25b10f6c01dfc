/* How a trained network does on the test events of its run under the variations of its card. */
#ifndef NSYM_STUDY_VARIED_H
#define NSYM_STUDY_VARIED_H

#include "ledger/measures.h"
#include "study/run.h"
#include "study/test_part.h"
#include "train/fit.h"

/* What is judged: a network, or, `fit` NULL, a column of the sample. Borrowed. */
typedef struct nsym_judged {
    const nsym_run *run;
    const nsym_sample *sample;
    const nsym_test_part *part;
    const double *scores; /* (tests, outputs) on the sample as it is */
    size_t outputs;
    nsym_fit *fit;
} nsym_judged;

/* Before a training: do the same events test under every variation of the run's point? Reads run, sample and part.
   Errors: as nsym_sample_load; a variation under which other events test. */
nsym_status nsym_varied_check(const nsym_judged *judged, const nsym_run_context *context) NSYM_MUST_CHECK;

/* Adds, of every variation of the run's point by its number, `auc_varied`: the AUC on the same test events made anew
   under the variation, with weights that the card makes of them; and `auc_shift`: that less the AUC on the events as
   they are. Of several classes both are the mean AUC of each against all others. The error of the shift is for the
   finite test sample: that of the difference, event by event. Errors: as nsym_sample_load; a variation under which
   other events test. */
nsym_status nsym_varied_measure(nsym_measures *f, const nsym_judged *judged,
                                const nsym_run_context *context) NSYM_MUST_CHECK;

#endif
