/* Unbinned maximum likelihood by Newton's method with exact second derivatives, damped (Levenberg), in a box. The
   background's slope is fitted as k = 1 / tau, in which a flat background is nothing special. The extended likelihood's
   yields need no parameters of their own: its maximum has N_signal + N_background = n, and N_signal = s n. */
#include "stats/massfit_surface.h"

#include "base/fail.h"
#include "stats/dense.h"

#include <math.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, K = NSYM_MASS_TAU, MOST_STEPS = 300, STARTS = 4 };
typedef nsym_mass_surface surface;
typedef nsym_mass_box box;

box nsym_mass_box_of(const nsym_mass_options *o) {
    box b = {.fixed = o->fixed};
    memcpy(b.lower, o->lower, sizeof b.lower);
    memcpy(b.upper, o->upper, sizeof b.upper);
    b.lower[K] = 1 / o->upper[K];
    b.upper[K] = 1 / o->lower[K];
    return b;
}

/* The parameters that may move, into index; *at_bound: those that a bound holds back. Without signal its shape means
   nothing, without background tau does not: they stay too. */
static size_t free_ones(const box *b, const double *at, const double *gradient, size_t *index, unsigned *at_bound) {
    size_t n = 0;
    *at_bound = 0;
    for (size_t i = 0; i < P; i++) {
        if (b->fixed >> i & 1) continue;
        if ((at[i] <= b->lower[i] && gradient[i] > 0) || (at[i] >= b->upper[i] && gradient[i] < 0))
            *at_bound |= 1u << i;
        else
            index[n++] = i;
    }
    const unsigned signal = 1u << NSYM_MASS_SIGMA | 1u << NSYM_MASS_GAMMA | 1u << NSYM_MASS_CENTRE;
    unsigned idle = 0;
    if (*at_bound >> NSYM_MASS_FRACTION & 1) idle = at[NSYM_MASS_FRACTION] <= 0 ? signal : 1u << K;
    if (at[NSYM_MASS_FRACTION] > 0 && at[NSYM_MASS_FRACTION] < 1) idle = 0; /* at bounds of the caller's */
    *at_bound |= idle & ~b->fixed;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!(idle >> index[i] & 1)) index[kept++] = index[i];
    return kept;
}

/* -(hessian + damping diagonal)^-1 gradient of the free ones; false: not positive definite. *decrement: what a step
   without damping would gain, twice. */
static bool newton_step(const surface *f, const box *b, double events, const size_t *index, size_t n, double damping,
                        double *step, double *decrement) {
    double h[P * P], scale[P];
    for (size_t i = 0; i < n; i++) { /* where the likelihood is flat, by the box */
        double range = b->upper[index[i]] - b->lower[index[i]];
        scale[i] = 1 / sqrt(fmax(fabs(f->hessian[index[i]][index[i]]), 1e-6 * events / (range * range)));
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) h[i * n + j] = f->hessian[index[i]][index[j]] * scale[i] * scale[j];
        h[i * n + i] += damping;
        step[i] = -f->gradient[index[i]] * scale[i];
    }
    if (!nsym_cholesky(h, n)) return false;
    nsym_cholesky_solve(h, n, step);
    *decrement = 0;
    for (size_t i = 0; i < n; i++) {
        step[i] *= scale[i];
        *decrement -= step[i] * f->gradient[index[i]];
    }
    return true;
}

/* A step that stays in the box: at most nine tenths of the way to a bound, unless it is near. So a bound is reached
   only where steps keep asking for it. */
static double held(double at, double step, double lower, double upper) {
    double to = at + step, near = 1e-4 * (upper - lower);
    if (to <= lower) return at - lower > near ? lower + 0.1 * (at - lower) : lower;
    if (to >= upper) return upper - at > near ? upper - 0.1 * (upper - at) : upper;
    return to;
}

/* Adds the extended likelihood's term at a fixed yield: N - n log N, 0 where N is n. */
static void add_yield(surface *f, const nsym_mass_yield *yield, double total, double s) {
    double share = yield->background ? 1 - s : s, all = yield->events / share, sign = yield->background ? 1 : -1;
    f->value += all - total - total * log(all / total);
    f->gradient[NSYM_MASS_FRACTION] += sign * (all - total) / share;
    f->hessian[NSYM_MASS_FRACTION][NSYM_MASS_FRACTION] += (2 * all - total) / (share * share);
}

static void evaluate(surface *f, const nsym_mass_search *search, const double *at) {
    nsym_mass_evaluate(f, search->sample, search->low, search->high, at);
    if (search->yield) add_yield(f, search->yield, search->sample->total, at[NSYM_MASS_FRACTION]);
}

bool nsym_mass_stopped(bool (*stop)(void)) {
    return stop && stop();
}

bool nsym_mass_descend(const nsym_mass_search *search, double *at, surface *f, unsigned *at_bound, size_t *steps) {
    const box *b = &search->box;
    const double total = search->sample->total;
    double damping = 0, decrement = 0, step[P], trial[P];
    surface next;
    size_t index[P];
    f->value = INFINITY;
    if (!nsym_mass_stopped(search->stop)) evaluate(f, search, at);
    for (*steps = 0; *steps < MOST_STEPS && isfinite(f->value); ++*steps) {
        if (nsym_mass_stopped(search->stop)) return false;
        size_t n = free_ones(b, at, f->gradient, index, at_bound);
        while (!newton_step(f, b, total, index, n, damping, step, &decrement)) {
            damping = damping > 0 ? 10 * damping : 1e-3;
            if (damping > 1e12) return false;
        }
        if (damping <= 1 && decrement < search->enough * search->sample->scale) return true;
        memcpy(trial, at, sizeof trial);
        bool moved = false;
        for (size_t i = 0; i < n; i++) {
            size_t p = index[i];
            trial[p] = held(at[p], step[i], b->lower[p], b->upper[p]);
            moved = moved || trial[p] < at[p] || trial[p] > at[p];
        }
        evaluate(&next, search, trial);
        double rounding = 1e-13 * (fabs(f->value) + total);
        if (isfinite(next.value) && next.value <= f->value + rounding) {
            if (!moved && damping == 0 && decrement < rounding) return true;
            memcpy(at, trial, sizeof trial);
            *f = next;
            damping = damping > 1e-6 ? damping / 10 : 0;
        } else {
            damping = damping > 0 ? 10 * damping : 1e-3;
            if (damping > 1e12) return false;
        }
    }
    return false;
}

/* The inverse of the second derivatives of what is free, 0 elsewhere; false: they are not positive definite. */
static bool inverse_of(double inverse[P][P], const surface *f, unsigned without) {
    size_t index[P], n = 0;
    double packed[P * P];
    for (size_t i = 0; i < P; i++)
        if (!(without >> i & 1)) index[n++] = i;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) packed[i * n + j] = f->hessian[index[i]][index[j]];
    if (!nsym_positive_inverse(packed, n)) return false;
    memset(inverse, 0, sizeof(double[P][P]));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) inverse[index[i]][index[j]] = packed[i * n + j];
    return true;
}

bool nsym_mass_inverse_hessian(double inverse[P][P], const nsym_mass_fit *fit, const nsym_mass_sample *sample) {
    surface f;
    double at[P];
    memcpy(at, fit->value, sizeof at);
    at[K] = 1 / fit->value[K];
    nsym_mass_evaluate(&f, sample, fit->low, fit->high, at);
    return inverse_of(inverse, &f, fit->fixed | fit->at_bound);
}

/* inverse becomes inverse (sum w^2 g g') inverse; covariance with the sum of weights: inverse (sum w^2 g). */
static void sandwich(double inverse[P][P], double *with_weight, const nsym_mass_fit *fit,
                     const nsym_mass_sample *sample, const double *at) {
    double middle[P][P], with_total[P], half[P][P] = {{0}}, whole[P][P] = {{0}};
    nsym_mass_scatter(middle, with_total, sample, fit->low, fit->high, at);
    for (int i = 0; i < P; i++) {
        with_weight[i] = 0;
        for (int j = 0; j < P; j++) with_weight[i] += inverse[i][j] * with_total[j];
        for (int j = 0; j < P; j++)
            for (int k = 0; k < P; k++) half[i][j] += inverse[i][k] * middle[k][j];
    }
    for (int i = 0; i < P; i++)
        for (int j = 0; j < P; j++)
            for (int k = 0; k < P; k++) whole[i][j] += half[i][k] * inverse[k][j];
    for (int i = 0; i < P; i++)
        for (int j = 0; j < P; j++) inverse[i][j] = (whole[i][j] + whole[j][i]) / 2;
}

/* The covariance in (tau, ...). */
static bool covariance_of(nsym_mass_fit *fit, const surface *f, const double *at, const nsym_mass_sample *sample) {
    double inverse[P][P], with_weight[P] = {0};
    if (!inverse_of(inverse, f, fit->fixed | fit->at_bound)) return false;
    if (sample->weight && !sample->repeated) sandwich(inverse, with_weight, fit, sample, at);
    fit->s_with_weight = with_weight[NSYM_MASS_FRACTION];
    for (size_t i = 0; i < P; i++)
        for (size_t j = 0; j < P; j++) {
            double tau = -1 / (at[K] * at[K]);
            if (fabs(inverse[i][j]) > 0)
                fit->covariance[i][j] = inverse[i][j] * (i == K ? tau : 1) * (j == K ? tau : 1);
        }
    return true;
}

/* Start number `which`: widths between a twelfth and a thousandth of the window. */
static void start_at(double *at, const nsym_mass_options *o, const box *b, size_t which) {
    static const double share[STARTS] = {1. / 40, 1. / 12, 1. / 160, 1. / 1000};
    double width = share[which] * (o->high - o->low);
    const double usual[P] = {2 / (o->high - o->low), width, width, 0.5, (o->low + o->high) / 2};
    for (int i = 0; i < P; i++) {
        double given = i == K ? 1 / o->start[i] : o->start[i];
        at[i] = fmin(fmax(isnan(given) || which > 0 ? usual[i] : given, b->lower[i]), b->upper[i]);
        if (b->fixed >> i & 1) at[i] = given;
    }
}

nsym_status nsym_mass_maximise(nsym_mass_fit *fit, const nsym_mass_options *options, const nsym_mass_sample *sample,
                               const double *start) {
    const nsym_mass_search search = {sample, fit->low, fit->high,    nsym_mass_box_of(options),
                                     NULL,   1e-20,    options->stop};
    const box *b = &search.box;
    double best[P] = {0};
    surface lowest = {.value = INFINITY};
    fit->converged = false;
    for (size_t which = 0; which < STARTS; which++) {
        double at[P];
        surface f;
        unsigned at_bound = 0;
        size_t steps = 0;
        start_at(at, options, b, which);
        if (start && which == 0)
            for (int i = 0; i < P; i++) at[i] = i == K ? 1 / start[i] : start[i];
        bool done = nsym_mass_descend(&search, at, &f, &at_bound, &steps);
        bool better = done && (!fit->converged || f.value < lowest.value - 1e-9 * fabs(lowest.value));
        if (better || (!fit->converged && f.value < lowest.value)) {
            lowest = f;
            memcpy(best, at, sizeof best);
            fit->at_bound = at_bound;
            fit->converged = done;
            fit->iterations = steps;
        }
        if (done && !at_bound) break; /* an inner minimum: further starts are for those that went astray */
    }
    if (nsym_mass_stopped(options->stop)) return nsym_fail(NSYM_EINTERRUPTED, "the mass fit was stopped on request");
    if (!isfinite(lowest.value)) return nsym_fail(NSYM_ENUMERIC, "the likelihood of the mass fit has no finite value");
    fit->minimum = lowest.value;
    memcpy(fit->value, best, sizeof best);
    fit->value[K] = 1 / best[K];
    if (fit->converged && !covariance_of(fit, &lowest, best, sample)) fit->converged = false;
    if (!fit->converged)
        return nsym_fail(NSYM_ENUMERIC,
                         "the mass fit did not converge in %zu steps: it stopped at tau %g, sigma %g, gamma %g, s %g, "
                         "centre %g; fix a parameter, set a start or take a wider window",
                         fit->iterations, fit->value[0], fit->value[1], fit->value[2], fit->value[3], fit->value[4]);
    return NSYM_OK;
}
