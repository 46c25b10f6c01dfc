/* Whether a score depends on the control variable within a species: the least squares of

     score = sum_k P_k (a_k + b_k (x - mean_k)),

   estimating equations that are stacked on those of the fit that gave the P_k. To first order the estimates (a, b) are
   a sum over events of A^-1 (w z r + B d), with regressors z, residual r, A = sum w z z', the event's influence d on
   the fit's parameters theta, and B the derivative of sum w z r in theta; their variance is the sum of squares (Newey,
   Economics Letters 14 (1984) 201). */
#include "base/fail.h"
#include "stats/splot.h"

#include "stats/dense.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = NSYM_SPLOT_MOST_SPECIES };

typedef struct {
    const double *score, *control, *p, *weight; /* (n), (n), (n, species), (n) or NULL */
    const nsym_splot_fitted *fitted;            /* or NULL */
    size_t n, species, m;                       /* m = 2 species regressors: P_k, then P_k (x - mean_k) / width_k */
    double middle, mean[MOST], width[MOST];     /* of the scores; of the control variable */
    double inverse[MOST * MOST], value[MOST];   /* A^-1; a, then b */
} regression;

static double weight_of(const regression *g, size_t e) {
    return g->weight ? g->weight[e] : 1;
}

/* The regressors that go with probabilities p (or their derivatives, in steps of `stride`) at control variable x. */
static void regressors(const regression *g, double *z, const double *p, size_t stride, double x) {
    for (size_t k = 0; k < g->species; k++) {
        z[k] = p[k * stride];
        z[g->species + k] = p[k * stride] * (x - g->mean[k]) / g->width[k];
    }
}

static double product(const double *a, const double *b, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* Mean and spread of the control variable within each species, and the middle of the scores. */
static nsym_status spreads(regression *g) {
    double all = 0, scores = 0;
    for (size_t e = 0; e < g->n; e++) {
        if (!isfinite(g->score[e])) return nsym_fail(NSYM_ENUMERIC, "score %zu is %g", e, g->score[e]);
        all += weight_of(g, e);
        scores += weight_of(g, e) * g->score[e];
    }
    g->middle = scores / all;
    for (size_t k = 0; k < g->species; k++) {
        double sum = 0, first = 0, second = 0;
        for (size_t e = 0; e < g->n; e++) {
            double share = weight_of(g, e) * g->p[e * g->species + k];
            sum += share;
            first += share * g->control[e];
        }
        double mean = g->mean[k] = first / sum;
        for (size_t e = 0; e < g->n; e++)
            second += weight_of(g, e) * g->p[e * g->species + k] * (g->control[e] - mean) * (g->control[e] - mean);
        g->width[k] = sqrt(second / sum);
        if (!(g->width[k] > 0) || isinf(g->width[k]))
            return nsym_fail(NSYM_ENUMERIC, "the control variable has spread %g within species %zu", g->width[k], k);
    }
    return NSYM_OK;
}

static nsym_status solve(regression *g) {
    double right[MOST] = {0}, z[MOST];
    size_t m = g->m;
    for (size_t e = 0; e < g->n; e++) {
        double weight = weight_of(g, e), score = g->score[e] - g->middle;
        regressors(g, z, g->p + e * g->species, 1, g->control[e]);
        for (size_t i = 0; i < m; i++) {
            right[i] += weight * z[i] * score;
            for (size_t j = 0; j < m; j++) g->inverse[i * m + j] += weight * z[i] * z[j];
        }
    }
    NSYM_TRY(nsym_splot_invert(g->inverse, m));
    for (size_t i = 0; i < m; i++) g->value[i] = product(g->inverse + i * m, right, m);
    return NSYM_OK;
}

/* How the slope of species k goes with the parameters (q). */
static void movement(const regression *g, size_t k, double *moving) {
    size_t q = g->fitted->parameters, m = g->m;
    const double *row = g->inverse + (g->species + k) * m;
    double z[MOST], moved[MOST];
    memset(moving, 0, q * sizeof *moving);
    for (size_t e = 0; e < g->n; e++) {
        regressors(g, z, g->p + e * g->species, 1, g->control[e]);
        double weight = weight_of(g, e), residual = g->score[e] - g->middle - product(z, g->value, m);
        double along = product(row, z, m);
        for (size_t l = 0; l < q; l++) {
            regressors(g, moved, g->fitted->by + e * g->species * q + l, q, g->control[e]);
            moving[l] += weight * (product(row, moved, m) * residual - along * product(moved, g->value, m));
        }
    }
}

/* The variances of species k's slope. The one under independence has the residuals without that slope, so that one
   which chance has made large does not make its own error. */
static void variances(const regression *g, size_t k, nsym_splot_estimate *out) {
    size_t q = g->fitted ? g->fitted->parameters : 0, m = g->m, slope = g->species + k;
    const double *row = g->inverse + slope * m;
    double without[MOST], z[MOST];
    for (size_t i = 0; i < m; i++) without[i] = g->value[i] - row[i] * g->value[slope] / row[slope];
    for (size_t e = 0; e < g->n; e++) {
        regressors(g, z, g->p + e * g->species, 1, g->control[e]);
        double score = g->score[e] - g->middle, along = weight_of(g, e) * product(row, z, m);
        double independent = along * (score - product(z, without, m)), own = along * (score - product(z, g->value, m));
        double of_fit = q ? product(out->moving, g->fitted->influence + e * q, q) : 0;
        out->independent += independent * independent;
        out->own += own * own;
        out->whole += (own + of_fit) * (own + of_fit);
    }
}

/* The mean square of the scores about their mean and slope within a species. */
static double scatter_of(const regression *g, size_t k) {
    double squares = 0, sum = 0, z[MOST] = {0};
    for (size_t e = 0; e < g->n; e++) {
        regressors(g, z, g->p + e * g->species, 1, g->control[e]);
        double share = weight_of(g, e) * z[k], residual = g->score[e] - g->middle - product(z, g->value, g->m);
        squares += share * residual * residual;
        sum += share;
    }
    return fmax(squares / sum, 0);
}

/* A score that is the same for all events but for rounding depends on nothing. */
static bool constant(const double *scores, size_t n) {
    double low = INFINITY, high = -INFINITY;
    for (size_t e = 0; e < n; e++) {
        low = fmin(low, scores[e]);
        high = fmax(high, scores[e]);
    }
    return high - low <= 1e-12 * fmax(fabs(low), fabs(high));
}

nsym_status nsym_splot_regress(nsym_splot_estimate *out, const double *scores, const double *control,
                               const double *probabilities, const double *weights, const nsym_splot_fitted *fitted,
                               size_t n, size_t species) {
    regression g = {.score = scores,
                    .control = control,
                    .p = probabilities,
                    .weight = weights,
                    .fitted = fitted,
                    .n = n,
                    .species = species,
                    .m = 2 * species};
    if (g.m > MOST) return nsym_fail(NSYM_EINVAL, "%zu species, must be at most %d", species, MOST / 2);
    if (fitted && fitted->parameters > MOST)
        return nsym_fail(NSYM_EINVAL, "%zu fitted parameters, must be at most %d", fitted->parameters, MOST);
    NSYM_TRY(nsym_splot_check_densities(probabilities, n, species));
    NSYM_TRY(spreads(&g));
    memset(out, 0, species * sizeof *out);
    if (constant(scores, n)) return NSYM_OK;
    NSYM_TRY(solve(&g));
    for (size_t k = 0; k < species; k++) {
        double width = g.width[k], slope = g.value[species + k], spread = sqrt(scatter_of(&g, k) + slope * slope);
        if (fitted) movement(&g, k, out[k].moving);
        variances(&g, k, &out[k]);
        out[k].slope = slope / width;
        out[k].correlation = spread > 0 ? slope / spread : 0;
        out[k].independent /= width * width;
        out[k].own /= width * width;
        out[k].whole /= width * width;
        for (size_t l = 0; fitted && l < fitted->parameters; l++) out[k].moving[l] /= width;
    }
    return NSYM_OK;
}

nsym_status nsym_splot_independence(nsym_splot_slope *slopes, const double *scores, const double *control,
                                    const double *probabilities, const double *weights, const nsym_splot_fitted *fitted,
                                    size_t n, size_t species) {
    nsym_splot_estimate estimate[MOST];
    NSYM_TRY(nsym_splot_regress(estimate, scores, control, probabilities, weights, fitted, n, species));
    for (size_t k = 0; k < species; k++) {
        double slope = estimate[k].slope, error = sqrt(estimate[k].whole);
        slopes[k] = (nsym_splot_slope){slope, error > 0 ? slope / error : 0, estimate[k].correlation};
    }
    return NSYM_OK;
}
