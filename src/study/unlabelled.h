/* How well a score tells the classes of unlabelled events apart: by sWeights of the dimuon mass, and, where the sample
   knows it, by the truth that training did not see. */
#ifndef NSYM_STUDY_UNLABELLED_H
#define NSYM_STUDY_UNLABELLED_H

#include "study/card.h"
#include <nearsym/events.h>
#include <nearsym/splot.h>

typedef struct nsym_unlabelled {
    nsym_splot_score splot;             /* AUC and signal efficiency at half the background, and their uncertainties */
    bool has_truth;                     /* of the sample: then */
    double auc, efficiency;             /* with the true classes */
    double auc_error, efficiency_error; /* of the finite sample */
    double *sweights;                   /* (n, 2) of the events: new, free with free */
} nsym_unlabelled;

/* Signal efficiencies tpr (m) of scores (n) at background efficiencies fpr (m), by the sWeights (n, 2) of the events'
   masses. */
nsym_status nsym_unlabelled_roc(const double *scores, const double *sweights, size_t n, const double *fpr, size_t m,
                                double *tpr) NSYM_MUST_CHECK;

/* Measures scores (n) of events first ... first + n - 1 of a mixture, which have columns mass and perhaps truth; fits
   the mass of these events. The seed is that of bootstraps and toys, on one thread. Errors: those of nsym_splot_run. */
nsym_status nsym_unlabelled_measure(nsym_unlabelled *out, const nsym_events *events, size_t first, size_t n,
                                    const double *scores, const nsym_mixture_card *card, uint64_t seed) NSYM_MUST_CHECK;

#endif
