/* The published method (arXiv:2306.15737): unweighted least squares of a histogram's density. The bounds are kept by a
   smooth map, parameter = lower + (upper - lower) (1 + sin q) / 2, so that MINPACK's lmder may move q freely. */
#include "stats/massfit.h"

#include "base/fail.h"
#include "stats/dense.h"
#include "stats/voigt.h"

#include <cminpack.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { P = NSYM_MASS_CENTRE, MOST_EVALUATIONS = 5000, LAST_EVALUATIONS = 200 }; /* the centre is no parameter here */

/* The two parts of the model in every bin before they are normalised, with derivatives in sigma, gamma and in tau. */
typedef struct {
    const nsym_mass_histogram *histogram;
    const double *lower, *upper;
    double centre;
    bool average;
    double *norm;                        /* (bins) sum norm part = 1 for a normalised part */
    double *voigt, *by_sigma, *by_gamma; /* (bins) */
    double *falling, *by_tau;            /* (bins) */
} problem;

static void parameters(const problem *p, const double *q, double *value) {
    for (int i = 0; i < P; i++) value[i] = p->lower[i] + (p->upper[i] - p->lower[i]) * 0.5 * (1 + sin(q[i]));
}

/* exp(-x / tau) at the centre, or its mean over the bin, from the first edge or centre on. */
static void falling_part(problem *p, double tau) {
    const double *edge = p->histogram->edges;
    double origin = p->average ? edge[0] : (edge[0] + edge[1]) / 2;
    for (size_t i = 0; i < p->histogram->bins; i++) {
        double a = edge[i] - origin, b = edge[i + 1] - origin, width = b - a, x = (a + b) / 2;
        if (p->average) {
            double at_a = exp(-a / tau), at_b = exp(-b / tau);
            p->falling[i] = tau * (at_a - at_b) / width;
            p->by_tau[i] = (at_a * (1 + a / tau) - at_b * (1 + b / tau)) / width;
        } else {
            p->falling[i] = exp(-x / tau);
            p->by_tau[i] = p->falling[i] * x / (tau * tau);
        }
    }
}

static void parts(problem *p, const double *value) {
    double sigma = fmax(value[NSYM_MASS_SIGMA], 1e-6), gamma = value[NSYM_MASS_GAMMA], v[NSYM_VOIGT_TERMS];
    const double *edge = p->histogram->edges;
    falling_part(p, fmax(value[NSYM_MASS_TAU], 1e-6));
    for (size_t i = 0; i < p->histogram->bins; i++) {
        double width = edge[i + 1] - edge[i], scale = p->average ? 1 / width : 1;
        if (p->average)
            nsym_voigt_integrals(edge[i] - p->centre, edge[i + 1] - p->centre, sigma, gamma, v);
        else
            nsym_voigt((edge[i] + edge[i + 1]) / 2 - p->centre, sigma, gamma, v);
        p->voigt[i] = v[NSYM_VOIGT_VALUE] * scale;
        p->by_sigma[i] = v[NSYM_VOIGT_S] * scale;
        p->by_gamma[i] = v[NSYM_VOIGT_G] * scale;
    }
}

static double total(const problem *p, const double *part) {
    double sum = 0;
    for (size_t i = 0; i < p->histogram->bins; i++) sum += p->norm[i] * part[i];
    return sum;
}

/* Residuals (bins) and, where not NULL, their derivatives in the parameters (P, bins). */
static void residuals(problem *p, const double *value, double *residual, double *jacobian) {
    size_t bins = p->histogram->bins;
    parts(p, value);
    double s = value[NSYM_MASS_FRACTION], v = total(p, p->voigt), e = total(p, p->falling);
    double v_sigma = total(p, p->by_sigma), v_gamma = total(p, p->by_gamma), e_tau = total(p, p->by_tau);
    for (size_t i = 0; i < bins; i++) {
        double signal = p->voigt[i] / v, background = p->falling[i] / e;
        if (residual) residual[i] = s * signal + (1 - s) * background - p->histogram->density[i];
        if (!jacobian) continue;
        jacobian[NSYM_MASS_TAU * bins + i] = (1 - s) * (p->by_tau[i] - background * e_tau) / e;
        jacobian[NSYM_MASS_SIGMA * bins + i] = s * (p->by_sigma[i] - signal * v_sigma) / v;
        jacobian[NSYM_MASS_GAMMA * bins + i] = s * (p->by_gamma[i] - signal * v_gamma) / v;
        jacobian[NSYM_MASS_FRACTION * bins + i] = signal - background;
    }
}

/* For lmder: the residuals (flag 1) or their derivatives in q (2). */
static int of_q(void *context, int m, int n, const double *q, double *residual, double *jacobian, int leading,
                int flag) {
    problem *p = context;
    double value[P];
    (void)leading; /* is m */
    parameters(p, q, value);
    residuals(p, value, flag == 1 ? residual : NULL, flag == 2 ? jacobian : NULL);
    for (int k = 0; k < n && flag == 2; k++)
        for (int i = 0; i < m; i++) jacobian[k * m + i] *= (p->upper[k] - p->lower[k]) * 0.5 * cos(q[k]);
    return 0;
}

/* (J'J)^-1 times the residual variance, for all parameters but those in `without`. */
static bool covariance_without(nsym_mass_fit *fit, const problem *p, const double *jacobian, unsigned without) {
    size_t bins = p->histogram->bins, index[P], n = 0;
    double normal[P * P];
    for (size_t a = 0; a < P; a++)
        if (!(without >> a & 1)) index[n++] = a;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++) {
            double sum = 0;
            for (size_t i = 0; i < bins; i++) sum += jacobian[index[a] * bins + i] * jacobian[index[b] * bins + i];
            normal[a * n + b] = sum;
        }
    if (!nsym_positive_inverse(normal, n)) return false;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++)
            fit->covariance[index[a]][index[b]] = normal[a * n + b] * fit->minimum / ((double)bins - P);
    return true;
}

/* As curve_fit has it, bounds or not; where that cannot be, what is at a bound is left out. */
static bool covariance_of(nsym_mass_fit *fit, problem *p, double *jacobian) {
    residuals(p, fit->value, NULL, jacobian);
    return covariance_without(fit, p, jacobian, 0) ||
           (fit->at_bound && covariance_without(fit, p, jacobian, fit->at_bound));
}

static bool fit_histogram(nsym_mass_fit *fit, problem *p, const double *start, double *memory) {
    int m = (int)p->histogram->bins, order[P], evaluations, derivatives;
    double q[P], scale[P], qtf[P], a[P], b[P], c[P];
    double *residual = memory, *work = memory + m, *jacobian = memory + 2 * m;
    for (int i = 0; i < P; i++)
        q[i] = asin(fmin(fmax(2 * (start[i] - p->lower[i]) / (p->upper[i] - p->lower[i]) - 1, -1 + 1e-9), 1 - 1e-9));
    /* To a tolerance that a creep along a bound reaches too, then on to the bottom where that is soon done. */
    int info = lmder(of_q, p, m, P, q, residual, jacobian, m, 1e-10, 1e-10, 0, MOST_EVALUATIONS, scale, 1, 1, 0,
                     &evaluations, &derivatives, order, qtf, a, b, c, work);
    size_t steps = (size_t)derivatives;
    if (info >= 1 && info <= 3) {
        (void)lmder(of_q, p, m, P, q, residual, jacobian, m, 1e-15, 1e-13, 0, LAST_EVALUATIONS, scale, 1, 1, 0,
                    &evaluations, &derivatives, order, qtf, a, b, c, work);
        steps += (size_t)derivatives;
    }
    parameters(p, q, fit->value);
    fit->value[NSYM_MASS_CENTRE] = p->centre;
    fit->iterations = steps;
    fit->minimum = 0;
    for (int i = 0; i < m; i++) fit->minimum += residual[i] * residual[i];
    for (int i = 0; i < P; i++)
        if (fabs(sin(q[i])) > 1 - 1e-6) fit->at_bound |= 1u << i;
    if (fit->at_bound >> NSYM_MASS_FRACTION & 1) { /* what the missing part's shape is, nothing tells */
        const unsigned signal = 1u << NSYM_MASS_SIGMA | 1u << NSYM_MASS_GAMMA;
        if (fit->value[NSYM_MASS_FRACTION] < 1e-6) fit->at_bound |= signal;
        if (fit->value[NSYM_MASS_FRACTION] > 1 - 1e-6) fit->at_bound |= 1u << NSYM_MASS_TAU;
    }
    /* 1 ... 3: converged; 4: the residuals are at right angles to all derivatives; 6 ... 8: to the last bit */
    bool good = (info >= 1 && info <= 4) || (info >= 6 && info <= 8);
    return good && isfinite(fit->minimum) && covariance_of(fit, p, jacobian);
}

nsym_status nsym_mass_least_squares(nsym_mass_fit *fit, const nsym_mass_options *options,
                                    const nsym_mass_histogram *histogram) {
    static const double usual[P] = {15, 1.5, 1.1, 0.8};
    size_t bins = histogram->bins;
    double *memory = calloc(bins * (8 + P), sizeof *memory), start[P];
    if (!memory) return nsym_fail(NSYM_ENOMEM, "no memory for a histogram of %zu bins", bins);
    problem p = {histogram,         options->lower,
                 options->upper,    options->start[NSYM_MASS_CENTRE],
                 options->average,  memory,
                 memory + bins,     memory + 2 * bins,
                 memory + 3 * bins, memory + 4 * bins,
                 memory + 5 * bins};
    const double *edge = histogram->edges;
    for (size_t i = 0; i < bins; i++) {
        double before = i > 0 ? edge[i + 1] - edge[i - 1] : 0, after = i + 1 < bins ? edge[i + 2] - edge[i] : 0;
        p.norm[i] = options->average ? edge[i + 1] - edge[i] : (before + after) / 4; /* trapezoid over centres */
    }
    for (int i = 0; i < P; i++) start[i] = isnan(options->start[i]) ? usual[i] : options->start[i];
    fit->converged = fit_histogram(fit, &p, start, memory + 6 * bins);
    free(memory);
    if (fit->converged) return NSYM_OK;
    return nsym_fail(
        NSYM_ENUMERIC,
        "the least squares of the mass fit did not converge: tau %g, sigma %g, gamma %g, s %g; set another "
        "start, or fit the likelihood",
        fit->value[0], fit->value[1], fit->value[2], fit->value[3]);
}
