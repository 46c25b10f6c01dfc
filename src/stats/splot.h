/* What the files of sPlot share. */
#ifndef NSYM_STATS_SPLOT_H
#define NSYM_STATS_SPLOT_H

#include <nearsym/splot.h>

/* nsym_splot_weights and nsym_splot_weights_published of events that count `counts` (n) times, NULL: once. */
nsym_status nsym_splot_solve(double *weights, double *covariance, const double *densities, const double *yields,
                             const double *counts, size_t n, size_t species, double tolerance) NSYM_MUST_CHECK;
nsym_status nsym_splot_solve_published(double *weights, const double *probabilities, const double *counts, size_t n,
                                       size_t species) NSYM_MUST_CHECK;

/* Places of scores (n) in falling order, equal ones as they came, into order (n). Errors: a NaN. */
nsym_status nsym_splot_order(size_t *order, const double *scores, size_t n) NSYM_MUST_CHECK;

/* The curves of scores in falling order; weights (n, 2): signal, background. */
nsym_status nsym_splot_curve(nsym_splot_roc_point *out, const double *scores, const size_t *order,
                             const double *weights, size_t n, double fpr) NSYM_MUST_CHECK;
nsym_status nsym_splot_curve_published(nsym_splot_roc_point *out, const double *scores, const size_t *order,
                                       const double *weights, const double *counts, size_t n, double background_events,
                                       double fpr) NSYM_MUST_CHECK;

#endif
