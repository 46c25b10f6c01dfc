/* Densities by Gaussian kernels, and weights that turn one sample's density into another's. */
#ifndef NEARSYM_KDE_H
#define NEARSYM_KDE_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NSYM_KDE_DIMENSIONS_MAX = 4 };

/* A kernel density estimate: sum_i w_i N(x; x_i, factor^2 C) with C the sample's own covariance (weighted, as numpy.cov
   has it with aweights) and factor = n_eff^(-1/(d + 4)) (Scott, Multivariate Density Estimation, 1992), n_eff = (sum
   w)^2 / sum w^2: what scipy.stats.gaussian_kde computes. */
typedef struct nsym_kde nsym_kde;

/* New from points (n, d), d = 1 ... 4, with weights (n, at least 0) or NULL for ones; all are copied. factor 0:
   Scott's. Errors: fewer than 2 points of weight; numbers that are none, with their index; a coordinate that does not
   vary (see nsym_kde_varies); points in a plane or a line, whose covariance is singular. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_kde_new(nsym_kde **out, const double *points, const double *weights, size_t n,
                                                  size_t d, double factor);
NSYM_API void nsym_kde_free(nsym_kde *kde);

/* Whether a coordinate of points (n, d) with weights (n) or NULL varies by more than single precision rounds: its
   standard deviation is above 2^-23 of its mean, which stands in *mean afterwards unless that is NULL. */
NSYM_API bool nsym_kde_varies(const double *points, const double *weights, size_t n, size_t d, size_t coordinate,
                              double *mean);

/* The bandwidth factor in use. */
NSYM_API double nsym_kde_factor(const nsym_kde *kde);

/* Densities (m) at points (m, d). cut 0: all kernels count. cut > 0: kernels farther than so many bandwidths in the
   first whitened coordinate may be left out, which lowers a density by at most exp(-cut^2 / 2) of the kernel's height,
   1 / sqrt(det(2 pi factor^2 C)). Of 1,000 points or more in one or two dimensions, near ones count together by the
   moments of their cell, where that is faster; a density is within 1e-12 of itself then, however small it is: those
   below 4e-14 (d = 1) or 2e-7 (d = 2) of the kernel's height are summed kernel by kernel. cut infinite: every density
   is. workers 0: one thread per CPU. A density depends neither on the threads nor on the other points that it is asked
   for with. Errors: points that are no numbers, with their index; a negative cut. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_kde_evaluate(double *densities, const nsym_kde *kde, const double *points,
                                                       size_t m, double cut, size_t workers);

/* The most by which a density is too low with that cut. */
NSYM_API double nsym_kde_cut_error(const nsym_kde *kde, double cut);

/* Weights (m) = target(x) / source(x) at points (m, d), the densities those of target points (n_target, d) and source
   points (n_source, d). As published in arXiv:2306.15737 both kernels have the target's bandwidth factor, each with its
   own covariance; with own_factors not 0 each has its own. Errors: as above; a point where the source has no
   density. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_kde_ratio(double *weights, const double *points, size_t m,
                                                    const double *target, size_t n_target, const double *source,
                                                    size_t n_source, size_t d, int own_factors, size_t workers);

#ifdef __cplusplus
}
#endif
#endif
