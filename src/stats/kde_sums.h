/* Sums of Gaussian kernels one by one. */
#ifndef NSYM_STATS_KDE_SUMS_H
#define NSYM_STATS_KDE_SUMS_H

#include <stddef.h>

/* sum_i w_i exp(-|y - x_i|^2 / 2), in an order that no CPU's vectors change. Shapes: x (d) of (n), w (n), y (d). */
double nsym_kde_plain_sum(const double *const *x, const double *w, size_t n, size_t d, const double *y);

#endif
