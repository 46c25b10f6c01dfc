/* With the core c known, n - 1 other deposits, of which k belong to it, and g_i the ratio of the Gaussian about c and
   the flat background at deposit i, an event's likelihood ratio is the mean, over all choices of k of the others, of
   the product of their g: the elementary symmetric polynomial e_k(g) over its number of terms. Without the energies, or
   with a core that they do not tell, it is the mean over all deposits as the core. */
#include <nearsym/generate/shower.h>

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define VARIANCE_MIN 1e-6

/* The Gaussian's integral over the disk, Z, is taken over x = sin(angle), where that over y is known:
   Z(r) = int dx N(x - r) erf(sqrt((1 - x^2) / (2 variance))), r the core's distance from the origin. */
struct nsym_shower_limit {
    nsym_shower_options options;
    size_t gaussian;  /* deposits around the core */
    size_t nodes;     /* of the integral */
    double *node;     /* (nodes): x */
    double *weight;   /* (nodes) */
    double log_terms; /* of the number of choices of `gaussian` out of deposits - 1 */
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
    set_nodes(limit);
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

/* The log of the Gaussian's integral over the disk, around a core. */
static double log_inside(const nsym_shower_limit *limit, const double *core) {
    double r = hypot(core[0], core[1]), sum = 0;
    for (size_t i = 0; i < limit->nodes; i++) {
        double x = limit->node[i] - r;
        sum += limit->weight[i] * exp(-x * x / (2 * limit->options.variance));
    }
    return log(sum);
}

/* In logs, as products of many ratios leave the range of numbers. */
static double log_ratio_of_core(const nsym_shower_limit *limit, const double *deposits, size_t core) {
    size_t k = limit->gaussian;
    double variance = limit->options.variance, polynomial[NSYM_SHOWER_DEPOSITS_MAX];
    const double *c = deposits + 3 * core;
    double offset = -log(2 * variance) - log_inside(limit, c);
    polynomial[0] = 0;
    for (size_t j = 1; j <= k; j++) polynomial[j] = -INFINITY;
    for (size_t i = 0, seen = 0; i < limit->options.deposits; i++) {
        if (i == core) continue;
        double x = deposits[3 * i] - c[0], y = deposits[3 * i + 1] - c[1];
        double log_g = offset - (x * x + y * y) / (2 * variance);
        seen++;
        for (size_t j = seen < k ? seen : k; j > 0; j--)
            polynomial[j] = log_add(polynomial[j], polynomial[j - 1] + log_g);
    }
    return polynomial[k] - limit->log_terms;
}

double nsym_shower_log_ratio(const nsym_shower_limit *limit, const double *deposits, bool energies) {
    size_t n = limit->options.deposits, hardest = 0;
    if (limit->gaussian == 0) return 0;
    if (energies && limit->options.hardest_core) {
        for (size_t i = 1; i < n; i++)
            if (deposits[3 * i + 2] > deposits[3 * hardest + 2]) hardest = i;
        return log_ratio_of_core(limit, deposits, hardest);
    }
    double sum = -INFINITY;
    for (size_t c = 0; c < n; c++) sum = log_add(sum, log_ratio_of_core(limit, deposits, c));
    return sum - log((double)n);
}
