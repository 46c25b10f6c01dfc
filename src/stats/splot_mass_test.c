/* Whether a score depends on the mass, where the fit that says what is signal is uncertain itself and the slope does
   not run straight with its parameters theta. If the slope b is 0, some theta near the fitted one must say so:

     z^2 = min over theta of 2 (-log L(theta) + log L_max) + b(theta)^2 / var b(theta),

   which to first order in theta is b^2 / (var b + B H^-1 B'), B = db / dtheta. Found by Gauss and Newton's steps. */
#include "base/fail.h"
#include "stats/dense.h"
#include "stats/massfit_surface.h"
#include "stats/splot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, K = NSYM_MASS_TAU, MOST_STEPS = 12, MOST_HALVINGS = 6 };
static const double enough = 1e-3; /* of z^2 */

typedef struct {
    const double *scores;
    const nsym_mass_fit *fit;
    const nsym_mass_sample *sample;
    nsym_mass_box box;
    unsigned idle;                                 /* bits of the parameters that do not move */
    size_t species;                                /* which slope is tested */
    double scale;                                  /* of the rise: events of weights know theta less well */
    double inverse[P][P];                          /* H^-1 at the fit */
    double *influence, *odds, *signal, *pair, *by; /* (n, P), (n, P), (n), (n, 2), (n, 2, P) */
} test;

typedef struct {
    double at[P]; /* theta, with k = 1 / tau */
    double z2;
    double slope; /* in its own errors */
    nsym_mass_surface surface;
} point;

/* Slopes at theta; with what the fit does to them where `whole`. Shape: out (2). */
static nsym_status slopes_at(const test *t, const double *at, bool whole, nsym_splot_estimate *out) {
    const nsym_mass_sample *sample = t->sample;
    const nsym_splot_fitted fitted = {P, t->by, t->influence};
    nsym_mass_event_scores(t->influence, t->odds, t->signal, sample->mass, sample->n, t->fit->low, t->fit->high, at);
    nsym_mass_finish_probabilities(t->pair, t->by, t->influence, t->signal, t->odds, t->inverse, sample->weight,
                                   sample->n, t->idle);
    return nsym_splot_regress(out, t->scores, sample->mass, t->pair, sample->weight, whole ? &fitted : NULL, sample->n,
                              2);
}

static nsym_status slope_at(const test *t, const double *at, double *slope) {
    nsym_splot_estimate out[2];
    NSYM_TRY(slopes_at(t, at, false, out));
    const nsym_splot_estimate *s = &out[t->species];
    *slope = s->independent > 0 ? s->slope / sqrt(s->independent) : 0;
    return NSYM_OK;
}

/* Likelihood and slope at p->at; infinite z^2 where the species cannot be told apart there. */
static nsym_status look(const test *t, point *p) {
    nsym_mass_evaluate(&p->surface, t->sample, t->fit->low, t->fit->high, p->at);
    nsym_status status = slope_at(t, p->at, &p->slope);
    if (status == NSYM_ENOMEM) return status;
    p->z2 = 2 * (p->surface.value - t->fit->minimum) / t->scale + p->slope * p->slope;
    if (status != NSYM_OK || isnan(p->z2)) p->z2 = INFINITY;
    return NSYM_OK;
}

/* Into the box, a little off its walls. */
static double held(const test *t, int i, double to) {
    double margin = 1e-6 * (t->box.upper[i] - t->box.lower[i]);
    return fmin(fmax(to, t->box.lower[i] + margin), t->box.upper[i] - margin);
}

/* Gauss and Newton's step for z^2 / 2, the slope's derivatives by differences; 0 where there is none. */
static nsym_status step_of(const test *t, const point *p, double *step) {
    double h[P * P], packed[P], moving[P];
    size_t index[P], n = 0;
    memset(step, 0, P * sizeof *step);
    for (size_t i = 0; i < P; i++)
        if (!(t->idle >> i & 1)) index[n++] = i;
    for (size_t i = 0; i < n; i++) {
        double at[P], away = 0.1 * sqrt(t->inverse[index[i]][index[i]]), there;
        memcpy(at, p->at, sizeof at);
        at[index[i]] = held(t, (int)index[i], at[index[i]] + away);
        if (!(fabs(at[index[i]] - p->at[index[i]]) > 0.5 * away)) at[index[i]] = p->at[index[i]] - away;
        nsym_status status = slope_at(t, at, &there);
        if (status == NSYM_ENOMEM) return status;
        moving[i] = status == NSYM_OK ? (there - p->slope) / (at[index[i]] - p->at[index[i]]) : 0;
    }
    for (size_t i = 0; i < n; i++) {
        packed[i] = -p->surface.gradient[index[i]] / t->scale - p->slope * moving[i];
        for (size_t j = 0; j < n; j++)
            h[i * n + j] = p->surface.hessian[index[i]][index[j]] / t->scale + moving[i] * moving[j];
    }
    if (n == 0 || !nsym_cholesky(h, n)) return NSYM_OK;
    nsym_cholesky_solve(h, n, packed);
    for (size_t i = 0; i < n; i++) step[index[i]] = packed[i];
    return NSYM_OK;
}

/* Goes down from *p as far as it can. */
static nsym_status descend(const test *t, point *p) {
    double step[P];
    for (int steps = 0; steps < MOST_STEPS; steps++) {
        point next;
        double share = 1;
        int halvings = 0;
        NSYM_TRY(step_of(t, p, step));
        for (; halvings < MOST_HALVINGS; halvings++, share /= 2) {
            for (int i = 0; i < P; i++)
                next.at[i] = t->idle >> i & 1 ? p->at[i] : held(t, i, p->at[i] + share * step[i]);
            NSYM_TRY(look(t, &next));
            if (next.z2 < p->z2) break;
        }
        if (halvings == MOST_HALVINGS) break;
        double gain = p->z2 - next.z2;
        *p = next;
        if (gain < enough) break;
    }
    return NSYM_OK;
}

static nsym_status test_both(test *t, nsym_splot_slope slopes[2]) {
    point p;
    nsym_splot_estimate estimate[2];
    double at[P];
    memcpy(at, t->fit->value, sizeof at);
    at[K] = 1 / t->fit->value[K];
    if (!nsym_mass_inverse_hessian(t->inverse, t->fit, t->sample))
        return nsym_fail(NSYM_EINVAL, "the mass fit is not a minimum of the likelihood of these events");
    NSYM_TRY(slopes_at(t, at, true, estimate));
    for (size_t k = 0; k < 2; k++) {
        const nsym_splot_estimate *s = &estimate[k];
        slopes[k] = (nsym_splot_slope){s->slope, 0, s->correlation};
        if (!(s->independent > 0)) continue;
        double plain = 0;
        for (int i = 0; i < P; i++)
            for (int j = 0; j < P; j++) plain += s->moving[i] * t->inverse[i][j] * s->moving[j];
        t->species = k;
        t->scale = t->sample->weight && plain > 0 ? fmax((s->whole - s->own) / plain, 0.1 * t->sample->scale) : 1;
        memcpy(p.at, at, sizeof p.at);
        NSYM_TRY(look(t, &p));
        if (isinf(p.z2)) continue;
        NSYM_TRY(descend(t, &p));
        slopes[k].significance = copysign(sqrt(fmax(p.z2, 0)), s->slope);
    }
    return NSYM_OK;
}

nsym_status nsym_splot_test_mass(nsym_splot_slope slopes[2], const double *scores, const nsym_mass_fit *fit,
                                 const nsym_mass_options *options, const nsym_mass_sample *sample) {
    size_t n = sample->n;
    double *memory = malloc((n * (4 * P + 3) + 1) * sizeof *memory);
    if (!memory) return nsym_fail(NSYM_ENOMEM, "no memory for a test of %zu events", n);
    test t = {.scores = scores,
              .fit = fit,
              .sample = sample,
              .box = nsym_mass_box_of(options),
              .idle = fit->fixed | fit->at_bound,
              .scale = 1,
              .influence = memory,
              .odds = memory + n * P,
              .by = memory + 2 * n * P,
              .pair = memory + 4 * n * P,
              .signal = memory + n * (4 * P + 2)};
    nsym_status status = test_both(&t, slopes);
    free(memory);
    return status;
}
