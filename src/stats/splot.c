#include <nearsym/splot.h>

#include "base/fail.h"
#include "stats/dense.h"
#include "stats/splot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SPECIES = NSYM_SPLOT_MOST_SPECIES, CHUNK = 512 };

nsym_status nsym_splot_check_densities(const double *values, size_t n, size_t species) {
    if (species < 1 || species > MOST_SPECIES)
        return nsym_fail(NSYM_EINVAL, "%zu species, must be 1 to %d", species, MOST_SPECIES);
    for (size_t e = 0; e < n; e++) {
        double sum = 0;
        for (size_t k = 0; k < species; k++) {
            double f = values[e * species + k];
            if (!(f >= 0) || isinf(f))
                return nsym_fail(NSYM_ENUMERIC, "the density of species %zu is %g in event %zu", k, f, e);
            sum += f;
        }
        if (!(sum > 0)) return nsym_fail(NSYM_ENUMERIC, "event %zu has density 0 for every species", e);
    }
    return NSYM_OK;
}

/* sum_e count u_k u_j with u = f / D (D: 1 without yields) into matrix, sum_e count u_k into sums; by chunks, that
   rounding stays small. */
static void moments(double *matrix, double *sums, const double *f, const double *yields, const double *counts, size_t n,
                    size_t species) {
    memset(matrix, 0, species * species * sizeof *matrix);
    memset(sums, 0, species * sizeof *sums);
    for (size_t begin = 0; begin < n; begin += CHUNK) {
        double part[MOST_SPECIES * MOST_SPECIES] = {0}, part_sums[MOST_SPECIES] = {0};
        size_t end = begin + CHUNK < n ? begin + CHUNK : n;
        for (size_t e = begin; e < end; e++) {
            const double *at = f + e * species;
            double total = yields ? 0 : 1, count = counts ? counts[e] : 1;
            for (size_t k = 0; k < species && yields; k++) total += yields[k] * at[k];
            for (size_t k = 0; k < species; k++) {
                part_sums[k] += count * at[k] / total;
                for (size_t j = 0; j <= k; j++) part[k * species + j] += count * (at[k] / total) * (at[j] / total);
            }
        }
        for (size_t k = 0; k < species; k++) {
            sums[k] += part_sums[k];
            for (size_t j = 0; j <= k; j++) matrix[k * species + j] += part[k * species + j];
        }
    }
    for (size_t k = 0; k < species; k++)
        for (size_t j = k + 1; j < species; j++) matrix[k * species + j] = matrix[j * species + k];
}

nsym_status nsym_splot_invert(double *matrix, size_t species) {
    if (nsym_positive_inverse(matrix, species)) return NSYM_OK;
    return nsym_fail(NSYM_ENUMERIC,
                     "the %zu species cannot be told apart by their densities: two are alike, or one is "
                     "0 everywhere",
                     species);
}

/* Both sum rules. */
static nsym_status check_sums(const double *weights, const double *yields, const double *counts, size_t n,
                              size_t species, double tolerance) {
    double sums[MOST_SPECIES] = {0}, all = 0, worst = 0;
    for (size_t begin = 0; begin < n; begin += CHUNK) {
        double part[MOST_SPECIES] = {0};
        for (size_t e = begin; e < n && e < begin + CHUNK; e++) {
            double sum = 0, count = counts ? counts[e] : 1;
            for (size_t k = 0; k < species; k++) {
                part[k] += count * weights[e * species + k];
                sum += weights[e * species + k];
            }
            worst = fmax(worst, fabs(sum - 1));
        }
        for (size_t k = 0; k < species; k++) sums[k] += part[k];
    }
    for (size_t k = 0; k < species; k++) all += yields[k];
    for (size_t k = 0; k < species; k++)
        if (!(fabs(sums[k] - yields[k]) <= tolerance * all))
            return nsym_fail(NSYM_EINVAL,
                             "the sWeights of species %zu add up to %.12g, its yield is %.12g: the yields must come "
                             "from a maximum-likelihood fit to these events",
                             k, sums[k], yields[k]);
    if (!(worst <= tolerance))
        return nsym_fail(NSYM_EINVAL,
                         "the sWeights of an event add up to 1 only within %g: the yields must come from a "
                         "maximum-likelihood fit to these events",
                         worst);
    return NSYM_OK;
}

nsym_status nsym_splot_weights(double *weights, double *covariance, const double *densities, const double *yields,
                               const double *counts, size_t n, size_t species, double tolerance) {
    double v[MOST_SPECIES * MOST_SPECIES], sums[MOST_SPECIES], all = 0;
    NSYM_TRY(nsym_splot_check_densities(densities, n, species));
    for (size_t k = 0; k < species; k++) {
        if (!(yields[k] >= 0) || isinf(yields[k]))
            return nsym_fail(NSYM_EINVAL, "the yield of species %zu is %g, must be at least 0", k, yields[k]);
        all += yields[k];
    }
    if (!(all > 0)) return nsym_fail(NSYM_EINVAL, "all yields are 0");
    for (size_t e = 0; e < n; e++) {
        double total = 0;
        for (size_t k = 0; k < species; k++) total += yields[k] * densities[e * species + k];
        if (!(total > 0)) return nsym_fail(NSYM_ENUMERIC, "event %zu has density 0 for every species with a yield", e);
    }
    moments(v, sums, densities, yields, counts, n, species);
    NSYM_TRY(nsym_splot_invert(v, species));
    for (size_t e = 0; e < n; e++) {
        const double *f = densities + e * species;
        double total = 0;
        for (size_t k = 0; k < species; k++) total += yields[k] * f[k];
        for (size_t k = 0; k < species; k++) {
            double sum = 0;
            for (size_t j = 0; j < species; j++) sum += v[k * species + j] * f[j];
            weights[e * species + k] = sum / total;
        }
    }
    if (covariance) memcpy(covariance, v, species * species * sizeof *v);
    return check_sums(weights, yields, counts, n, species, tolerance);
}

nsym_status nsym_splot_weights_published(double *weights, const double *probabilities, const double *counts, size_t n,
                                         size_t species) {
    double inverse[MOST_SPECIES * MOST_SPECIES], sums[MOST_SPECIES];
    NSYM_TRY(nsym_splot_check_densities(probabilities, n, species));
    for (size_t e = 0; e < n; e++) {
        double sum = 0;
        for (size_t k = 0; k < species; k++) sum += probabilities[e * species + k];
        if (fabs(sum - 1) > 1e-9)
            return nsym_fail(NSYM_EINVAL, "the probabilities of event %zu add up to %.10g, must be 1", e, sum);
    }
    moments(inverse, sums, probabilities, NULL, counts, n, species);
    NSYM_TRY(nsym_splot_invert(inverse, species));
    for (size_t e = 0; e < n; e++)
        for (size_t k = 0; k < species; k++) {
            double sum = 0;
            for (size_t j = 0; j < species; j++) sum += probabilities[e * species + j] * inverse[j * species + k];
            weights[e * species + k] = sum * sums[k];
        }
    return NSYM_OK;
}
