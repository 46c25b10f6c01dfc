/* Gaussian kernel density estimates, and weights that turn one sample's density into another's. */
#ifndef NEARSYM_KDE_H
#define NEARSYM_KDE_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NSYM_KDE_DIMENSIONS_MAX = 4 };

/* A kernel density estimate: sum_i w_i N(x; x_i, factor^2 C). C is the sample's covariance (weighted as numpy.cov with
   aweights), factor = n_eff^(-1/(d + 4)) (Scott, Multivariate Density Estimation, 1992), and n_eff = (sum w)^2 / sum
   w^2. This is what scipy.stats.gaussian_kde computes. */
typedef struct nsym_kde nsym_kde;

/* New estimate (free with nsym_kde_free) from points (n, d), d = 1 ... 4, with weights (n, at least 0) or NULL for
   ones; all are copied. factor 0: Scott's. Errors: fewer than 2 points of weight above 0; numbers that are not finite,
   with their index; a coordinate that does not vary (see nsym_kde_varies); points in a plane or on a line, whose
   covariance is singular. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_kde_new(nsym_kde **out, const double *points, const double *weights, size_t n,
                                                  size_t d, double factor);
NSYM_API void nsym_kde_free(nsym_kde *kde);

/* Does a coordinate of points (n, d) with weights (n) or NULL vary by more than the rounding of single precision? True
   if its standard deviation is above 2^-23 of its mean. `mean`, unless NULL, receives the mean. */
NSYM_API bool nsym_kde_varies(const double *points, const double *weights, size_t n, size_t d, size_t coordinate,
                              double *mean);

/* The bandwidth factor in use. */
NSYM_API double nsym_kde_factor(const nsym_kde *kde);

/* Densities (m) at points (m, d). cut 0: all kernels are summed. cut > 0: kernels farther away than `cut` bandwidths in
   the first whitened coordinate may be left out. This lowers a density by at most exp(-cut^2 / 2) of the kernel's
   height, 1 / sqrt(det(2 pi factor^2 C)). For 1,000 points or more in one or two dimensions, near points are summed
   together by the moments of their cell if that is faster. The relative error of a density is then below 1e-12, however
   small it is: densities below 4e-14 (d = 1) or 2e-7 (d = 2) of the kernel's height are summed kernel by kernel. cut
   infinite: all densities are. workers: threads; 0: one per CPU. A density depends neither on the threads nor on the
   other points of the call. Errors: points that are not finite, with their index; a negative cut. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_kde_evaluate(double *densities, const nsym_kde *kde, const double *points,
                                                       size_t m, double cut, size_t workers);

/* Largest amount by which a density is too low with that cut. */
NSYM_API double nsym_kde_cut_error(const nsym_kde *kde, double cut);

/* Weights (m) = target(x) / source(x) at points (m, d), from the densities of target points (n_target, d) and source
   points (n_source, d). As published in arXiv:2306.15737, both estimates use the target's bandwidth factor, each with
   its own covariance. own_factors not 0: each uses its own factor. Errors: as above; a point where the source has
   density 0. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_kde_ratio(double *weights, const double *points, size_t m,
                                                    const double *target, size_t n_target, const double *source,
                                                    size_t n_source, size_t d, int own_factors, size_t workers);

#ifdef __cplusplus
}
#endif
#endif
