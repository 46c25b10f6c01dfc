/* How well a score tells the classes of unlabelled events apart, by sWeights of the dimuon mass. */
#ifndef NSYM_STUDY_UNLABELLED_H
#define NSYM_STUDY_UNLABELLED_H

#include <nearsym/splot.h>

typedef struct nsym_unlabelled {
    nsym_splot_score splot;           /* AUC and signal efficiency at half the background, and their uncertainties */
    double *sweights;                 /* (n, 2) of the events */
    nsym_splot_roc_point *bootstraps; /* the value of each; NaN where it failed */
} nsym_unlabelled;

/* Signal efficiencies tpr (m) of scores (n) at background efficiencies fpr (m), by the sWeights (n, 2) of the events'
   masses. */
nsym_status nsym_unlabelled_roc(const double *scores, const double *sweights, size_t n, const double *fpr, size_t m,
                                double *tpr) NSYM_MUST_CHECK;

/* Measures scores (n) of the events whose masses the fits, with so many bootstraps, are of. Free it whatever the
   status. Errors: those of nsym_splot_measure. */
nsym_status nsym_unlabelled_measure(nsym_unlabelled *out, const nsym_splot_fits *fits, const double *scores, size_t n,
                                    size_t bootstraps) NSYM_MUST_CHECK;
void nsym_unlabelled_free(nsym_unlabelled *unlabelled);

#endif
