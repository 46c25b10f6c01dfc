/* With the core c known, n - 1 other deposits, of which k belong to it, and g_i the ratio of the Gaussian about c and
   the flat background at deposit i, an event's likelihood ratio is the mean, over all choices of k of the others, of
   the product of their g: the elementary symmetric polynomial e_k(g) over its number of terms. Without the energies, or
   with a core that they do not tell, it is the mean over all deposits as the core. The polynomials of LANES cores are
   summed together, of Gaussians of height 1, and in logs where these are too small for that. */
#include <nearsym/generate/shower.h>

#include "base/cpu.h"
#include "base/exp.h"
#include "base/fail.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define VARIANCE_MIN 1e-6

enum { LANES = 8, SERIES_MAX = 512 };

/* The Gaussian's integral over the disk, Z, is taken over x = sin(angle), where that over y is known:
   Z(r) = int dx N(x - r) erf(sqrt((1 - x^2) / (2 variance))), r the core's distance from the origin; inside the disk by
   Chebyshev's series of it. */
struct nsym_shower_limit {
    nsym_shower_options options;
    size_t gaussian;           /* deposits around the core */
    size_t nodes;              /* of the integral */
    double *node;              /* (nodes): x */
    double *weight;            /* (nodes) */
    double log_terms;          /* of the number of choices of `gaussian` out of deposits - 1 */
    double enough;             /* polynomials below are summed in logs */
    size_t terms;              /* of the series */
    double series[SERIES_MAX]; /* (terms) */
};

/* The integrand is analytic and even about both ends of the range of angles, so the midpoint rule converges like
   exp(-2 pi^2 variance / step^2). */
static void set_nodes(nsym_shower_limit *limit) {
    double step = PI / (double)limit->nodes, variance = limit->options.variance;
    for (size_t i = 0; i < limit->nodes; i++) {
        double angle = ((double)i + 0.5) * step - PI / 2, half = cos(angle);
        limit->node[i] = sin(angle);
        limit->weight[i] = step * half * erf(half / sqrt(2 * variance)) / sqrt(2 * PI * variance);
    }
}

/* The Gaussian's integral over the disk, around a core at r. */
static double integrate(const nsym_shower_limit *limit, double r) {
    double sum = 0;
    for (size_t i = 0; i < limit->nodes; i++) {
        double x = limit->node[i] - r;
        sum += limit->weight[i] * exp(-x * x / (2 * limit->options.variance));
    }
    return sum;
}

/* cos(pi i / (2 n)), of the angle within one turn. */
static double cosine(size_t i, size_t n) {
    return cos(PI * (double)(i % (4 * n)) / (double)(2 * n));
}

/* The series of Z over 0 < r < 1 from its values in n Chebyshev points, without what is rounding. */
static void expand(nsym_shower_limit *limit, size_t n) {
    double value[SERIES_MAX], largest = 0;
    for (size_t m = 0; m < n; m++) value[m] = integrate(limit, 0.5 + 0.5 * cosine(2 * m + 1, n));
    for (size_t k = 0; k < n; k++) {
        double sum = 0;
        for (size_t m = 0; m < n; m++) sum += value[m] * cosine(k * (2 * m + 1), n);
        limit->series[k] = sum * (k > 0 ? 2 : 1) / (double)n;
        largest = fmax(largest, fabs(limit->series[k]));
    }
    for (limit->terms = n; limit->terms > 1 && fabs(limit->series[limit->terms - 1]) < 1e-15 * largest;) limit->terms--;
}

/* Z is entire, so that its coefficients fall faster than any power: those of n points are enough where the last
   quarter is rounding. */
static void set_series(nsym_shower_limit *limit) {
    size_t n = 16;
    do expand(limit, n *= 2);
    while (n < SERIES_MAX && limit->terms > n - n / 4);
}

nsym_status nsym_shower_limit_new(nsym_shower_limit **out, const nsym_shower_options *options) {
    NSYM_TRY(nsym_shower_check(options));
    size_t gaussian = options->deposits - options->noise - 1, nodes = 0;
    if (gaussian > 0) {
        if (options->variance < VARIANCE_MIN)
            return nsym_fail(NSYM_EINVAL, "showers: variance is %g, must be at least %g for a likelihood",
                             options->variance, VARIANCE_MIN);
        nodes = (size_t)fmax(64, ceil(8 / sqrt(options->variance)));
    }
    nsym_shower_limit *limit = calloc(1, sizeof *limit);
    if (limit) {
        *limit = (nsym_shower_limit){.options = *options, .gaussian = gaussian, .nodes = nodes};
        limit->node = malloc((nodes + 1) * sizeof *limit->node); /* never 0 bytes */
        limit->weight = malloc((nodes + 1) * sizeof *limit->weight);
    }
    if (!limit || !limit->node || !limit->weight) {
        nsym_shower_limit_free(limit);
        return nsym_fail(NSYM_ENOMEM, "no memory for the likelihood of showers: %zu nodes", nodes);
    }
    double others = (double)(options->deposits - 1), chosen = (double)gaussian;
    limit->log_terms = lgamma(others + 1) - lgamma(chosen + 1) - lgamma(others - chosen + 1);
    limit->enough = 1e-200 * exp(limit->log_terms);
    set_nodes(limit);
    if (gaussian > 0) set_series(limit);
    *out = limit;
    return NSYM_OK;
}

void nsym_shower_limit_free(nsym_shower_limit *limit) {
    if (!limit) return;
    free(limit->node);
    free(limit->weight);
    free(limit);
}

/* log(e^a + e^b), also of logs of 0. */
static double log_add(double a, double b) {
    double most = fmax(a, b);
    return most == -INFINITY ? most : most + log1p(exp(-fabs(a - b)));
}

/* Clenshaw's sums of the series at distances r (LANES). */
NSYM_LOOP sum_series_loop(double *sum, const double *series, size_t terms, const double *r) {
    double b[LANES] = {0}, last[LANES] = {0};
    for (size_t k = terms; k-- > 1;) {
#pragma omp simd
        for (size_t l = 0; l < LANES; l++) {
            double next = series[k] + (4 * r[l] - 2) * b[l] - last[l];
            last[l] = b[l];
            b[l] = next;
        }
    }
    for (size_t l = 0; l < LANES; l++) sum[l] = series[0] + (2 * r[l] - 1) * b[l] - last[l];
}

NSYM_TWO_PATHS(sum_series, (double *sum, const double *series, size_t terms, const double *r), (sum, series, terms, r))

/* The logs of the Gaussian's height over that of the flat background, around cores (LANES). */
static void log_heights(double *height, const nsym_shower_limit *limit, const double *deposits, const size_t *core) {
    double r[LANES], inside[LANES];
    for (size_t l = 0; l < LANES; l++) r[l] = hypot(deposits[3 * core[l]], deposits[3 * core[l] + 1]);
    sum_series(inside, limit->series, limit->terms, r);
    for (size_t l = 0; l < LANES; l++) {
        if (!(r[l] <= 1)) inside[l] = integrate(limit, r[l]);
        height[l] = -log(2 * limit->options.variance * inside[l]);
    }
}

/* In logs, as products of many ratios leave the range of numbers. */
static double log_ratio_in_logs(const nsym_shower_limit *limit, const double *deposits, size_t core, double height) {
    size_t k = limit->gaussian;
    double variance = limit->options.variance, polynomial[NSYM_SHOWER_DEPOSITS_MAX];
    const double *c = deposits + 3 * core;
    polynomial[0] = 0;
    for (size_t j = 1; j <= k; j++) polynomial[j] = -INFINITY;
    for (size_t i = 0, seen = 0; i < limit->options.deposits; i++) {
        if (i == core) continue;
        double x = deposits[3 * i] - c[0], y = deposits[3 * i + 1] - c[1];
        double log_g = height - (x * x + y * y) / (2 * variance);
        seen++;
        for (size_t j = seen < k ? seen : k; j > 0; j--)
            polynomial[j] = log_add(polynomial[j], polynomial[j - 1] + log_g);
    }
    return polynomial[k] - limit->log_terms;
}

/* The polynomials e_0 ... e_k of Gaussians of height 1 around each of the cores, of all deposits but the core. Shapes:
   deposits (n, 3), core (LANES), polynomial (k + 1, LANES). */
NSYM_LOOP sum_polynomials_loop(double *polynomial, const double *deposits, size_t n, const size_t *core, size_t k,
                               double scale) {
    double x[LANES], y[LANES], g[LANES];
    for (size_t l = 0; l < LANES; l++) {
        x[l] = deposits[3 * core[l]];
        y[l] = deposits[3 * core[l] + 1];
        polynomial[l] = 1;
    }
    for (size_t j = LANES; j < (k + 1) * LANES; j++) polynomial[j] = 0;
    for (size_t i = 0; i < n; i++) {
        double to_x = deposits[3 * i], to_y = deposits[3 * i + 1];
#pragma omp simd
        for (size_t l = 0; l < LANES; l++)
            g[l] = nsym_exp_minus(scale * ((to_x - x[l]) * (to_x - x[l]) + (to_y - y[l]) * (to_y - y[l])));
        for (size_t l = 0; l < LANES; l++) g[l] = core[l] == i ? 0 : g[l];
        for (size_t j = i + 1 < k ? i + 1 : k; j > 0; j--) {
            double *to = polynomial + j * LANES;
#pragma omp simd
            for (size_t l = 0; l < LANES; l++) to[l] += to[(ptrdiff_t)l - LANES] * g[l];
        }
    }
}

NSYM_TWO_PATHS(sum_polynomials,
               (double *polynomial, const double *deposits, size_t n, const size_t *core, size_t k, double scale),
               (polynomial, deposits, n, core, k, scale))

/* The log ratios with each of `count` cores from `first` on, at most LANES. Shape: ratio (count). */
static void log_ratios_of_cores(double *ratio, const nsym_shower_limit *limit, const double *deposits, size_t first,
                                size_t count) {
    double polynomial[NSYM_SHOWER_DEPOSITS_MAX * LANES], height[LANES];
    size_t core[LANES], k = limit->gaussian;
    for (size_t l = 0; l < LANES; l++) core[l] = first + (l < count ? l : 0);
    log_heights(height, limit, deposits, core);
    sum_polynomials(polynomial, deposits, limit->options.deposits, core, k, 1 / (2 * limit->options.variance));
    for (size_t l = 0; l < count; l++) {
        double sum = polynomial[k * LANES + l];
        ratio[l] = sum > limit->enough ? log(sum) + (double)k * height[l] - limit->log_terms
                                       : log_ratio_in_logs(limit, deposits, core[l], height[l]);
    }
}

static size_t hardest_of(const double *deposits, size_t n) {
    size_t hardest = 0;
    for (size_t i = 1; i < n; i++)
        if (deposits[3 * i + 2] > deposits[3 * hardest + 2]) hardest = i;
    return hardest;
}

void nsym_shower_log_ratios(const nsym_shower_limit *limit, const double *deposits, double *positions, double *all) {
    double ratio[NSYM_SHOWER_DEPOSITS_MAX], largest = -INFINITY, sum = 0, known = 0;
    size_t n = limit->options.deposits;
    *positions = *all = 0;
    if (limit->gaussian == 0) return;
    for (size_t c = 0; c < n; c += LANES)
        log_ratios_of_cores(ratio + c, limit, deposits, c, n - c < LANES ? n - c : LANES);
    for (size_t c = 0; c < n; c++) largest = fmax(largest, ratio[c]);
    for (size_t c = 0, hardest = hardest_of(deposits, n); c < n; c++) {
        sum += exp(ratio[c] - largest);
        if (c == hardest) known = ratio[c];
    }
    *positions = largest + log(sum / (double)n);
    *all = limit->options.hardest_core ? known : *positions;
}

double nsym_shower_log_ratio(const nsym_shower_limit *limit, const double *deposits, bool energies) {
    double positions, all;
    if (energies && limit->options.hardest_core && limit->gaussian > 0) {
        log_ratios_of_cores(&all, limit, deposits, hardest_of(deposits, limit->options.deposits), 1);
        return all;
    }
    nsym_shower_log_ratios(limit, deposits, &positions, &all);
    return positions;
}
