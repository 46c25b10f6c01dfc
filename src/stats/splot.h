/* What the files of sPlot share. */
#ifndef NSYM_STATS_SPLOT_H
#define NSYM_STATS_SPLOT_H

#include "stats/massfit.h"
#include <nearsym/splot.h>

enum { NSYM_SPLOT_MOST_SPECIES = 16 };

/* Errors: densities (n, species) that are negative or no numbers, an event where all are 0; too many species. */
nsym_status nsym_splot_check_densities(const double *values, size_t n, size_t species) NSYM_MUST_CHECK;

/* Inverts a matrix (species, species) in place. Errors: it has no inverse. */
nsym_status nsym_splot_invert(double *matrix, size_t species) NSYM_MUST_CHECK;

/* The slope of a score within a species, in the control variable's unit. */
typedef struct nsym_splot_estimate {
    double slope, correlation;
    double own, whole;                      /* variances: at exact probabilities, and with the fit's part */
    double independent;                     /* variance at exact probabilities if there is no slope */
    double moving[NSYM_SPLOT_MOST_SPECIES]; /* its derivatives in the fit's parameters */
} nsym_splot_estimate;

/* What nsym_splot_independence is about, into out (species). */
nsym_status nsym_splot_regress(nsym_splot_estimate *out, const double *scores, const double *control,
                               const double *probabilities, const double *weights, const nsym_splot_fitted *fitted,
                               size_t n, size_t species) NSYM_MUST_CHECK;

/* The same for the two species of a likelihood fit to this sample, without the first order: the significance squared is
   the least of 2 (rise of -log L) + slope^2 / variance over the fit's parameters. */
nsym_status nsym_splot_test_mass(nsym_splot_slope slopes[2], const double *scores, const nsym_mass_fit *fit,
                                 const nsym_mass_options *options, const nsym_mass_sample *sample) NSYM_MUST_CHECK;

/* Places of scores (n) in falling order, equal ones as they came, into order (n). Errors: a NaN. */
nsym_status nsym_splot_order(size_t *order, const double *scores, size_t n) NSYM_MUST_CHECK;

/* The curves of scores in falling order; weights (n, 2): signal, background. counts (n): how often events were drawn,
   NULL: once. */
nsym_status nsym_splot_curve(nsym_splot_roc_point *out, const double *scores, const size_t *order,
                             const double *weights, size_t n, double fpr) NSYM_MUST_CHECK;
nsym_status nsym_splot_curve_published(nsym_splot_roc_point *out, const double *scores, const size_t *order,
                                       const double *weights, const double *counts, size_t n, double background_events,
                                       double fpr) NSYM_MUST_CHECK;

#endif
