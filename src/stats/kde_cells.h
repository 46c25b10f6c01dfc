/* Sums of Gaussian kernels in one or two dimensions, by cells of points in place of points. */
#ifndef NSYM_STATS_KDE_CELLS_H
#define NSYM_STATS_KDE_CELLS_H

#include <nearsym/status.h>
#include <stddef.h>

typedef struct nsym_kde_cells nsym_kde_cells;

/* New, from points x (d) of (n) in bandwidths with weights w (n) that add up to 1; all are copied. *out is NULL where
   the plain sum takes no longer: few points, points far apart, d above 2. Errors: NSYM_ENOMEM. */
NSYM_MUST_CHECK nsym_status nsym_kde_cells_new(nsym_kde_cells **out, const double *const *x, const double *w, size_t n,
                                               size_t d);
void nsym_kde_cells_free(nsym_kde_cells *cells);

/* A number for each place y (d): places of like numbers need the same cells, so that it pays to ask for them in rising
   order. */
double nsym_kde_cells_order(const nsym_kde_cells *cells, const double *y);

/* sums (m) of w_i exp(-|y - x_i|^2 / 2) at places y (m, d). A sum does not depend on the other places. It is off by
   at most nsym_kde_cells_lost(cells), and by rounding. */
void nsym_kde_cells_sums(double *sums, const nsym_kde_cells *cells, const double *y, size_t m);
double nsym_kde_cells_lost(const nsym_kde_cells *cells);

#endif
