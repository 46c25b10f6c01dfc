/* Unbinned maximum likelihood by Newton's method with exact second derivatives, damped (Levenberg), in a box. The
   background's slope is fitted as k = 1 / tau, in which a flat background is nothing special. The extended likelihood's
   yields need no parameters of their own: its maximum has N_signal + N_background = n, and N_signal = s n. */
#include "stats/massfit.h"

#include "base/fail.h"
#include "stats/dense.h"
#include "stats/voigt.h"

#include <math.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, K = NSYM_MASS_TAU, CHUNK = 512, MOST_STEPS = 300, STARTS = 4 };

/* -log likelihood with its derivatives in (k, sigma, gamma, s, centre). */
typedef struct {
    double value, gradient[P], hessian[P][P];
} surface;

typedef struct {
    double value, k, kk; /* a density and its derivatives in k */
} falling;

/* log(2 sinh(k h) / k) and its derivatives, the normalisation of exp(-k t) for |t| < h. */
static falling log_norm(double k, double h) {
    double a = fabs(k) * h;
    if (a < 1e-3) return (falling){log(2 * h) + a * a / 6, k * h * h / 3, h * h / 3 * (1 - a * a / 5)};
    double e = exp(-2 * a), coth = (1 + e) / (1 - e);
    return (falling){a + log1p(-e) - log(fabs(k)), copysign(h * coth, k) - 1 / k,
                     1 / (k * k) - 4 * h * h * e / ((1 - e) * (1 - e))};
}

/* What does not change from event to event. */
typedef struct {
    double low, high, middle;
    const double *at; /* (P) */
    falling norm;
    double norms[NSYM_VOIGT_TERMS]; /* the profile's integral, then its derivatives by it */
} model;

static model model_at(const double *at, double low, double high) {
    model m = {.low = low, .high = high, .middle = (low + high) / 2, .at = at};
    m.norm = log_norm(at[K], (high - low) / 2);
    double centre = at[NSYM_MASS_CENTRE];
    nsym_voigt_integrals(low - centre, high - centre, at[NSYM_MASS_SIGMA], at[NSYM_MASS_GAMMA], m.norms);
    for (int t = 1; t < NSYM_VOIGT_TERMS; t++) m.norms[t] /= m.norms[NSYM_VOIGT_VALUE];
    return m;
}

/* Voigt's terms become those of the profile normalised in the window. */
static void normalise(const double *norms, double *v) {
    static const int first[6] = {NSYM_VOIGT_S, NSYM_VOIGT_S, NSYM_VOIGT_S, NSYM_VOIGT_G, NSYM_VOIGT_G, NSYM_VOIGT_C};
    static const int second[6] = {NSYM_VOIGT_S, NSYM_VOIGT_G, NSYM_VOIGT_C, NSYM_VOIGT_G, NSYM_VOIGT_C, NSYM_VOIGT_C};
    double inverse = 1 / norms[NSYM_VOIGT_VALUE];
    for (int t = 0; t < NSYM_VOIGT_TERMS; t++) v[t] *= inverse;
    for (int t = NSYM_VOIGT_S; t <= NSYM_VOIGT_C; t++) v[t] -= v[0] * norms[t];
    for (int t = 0; t < 6; t++)
        v[NSYM_VOIGT_SS + t] -=
            v[first[t]] * norms[second[t]] + v[second[t]] * norms[first[t]] + v[0] * norms[NSYM_VOIGT_SS + t];
}

/* Adds an event of that mass, `count` times. */
static void add(const model *m, double mass, double count, surface *sum) {
    double v[NSYM_VOIGT_TERMS], s = m->at[NSYM_MASS_FRACTION], t = mass - m->middle;
    nsym_voigt(mass - m->at[NSYM_MASS_CENTRE], m->at[NSYM_MASS_SIGMA], m->at[NSYM_MASS_GAMMA], v);
    normalise(m->norms, v);
    double e = exp(-m->at[K] * t - m->norm.value), slope = -t - m->norm.k;
    double p = fmax(s * v[0] + (1 - s) * e, 1e-300), inverse = 1 / p;
    const double first[P] = {(1 - s) * e * slope, s * v[NSYM_VOIGT_S], s * v[NSYM_VOIGT_G], v[0] - e,
                             s * v[NSYM_VOIGT_C]};
    const double second[P][P] = {
        /* the lower triangle */
        {(1 - s) * e * (slope * slope - m->norm.kk)},
        {0, s * v[NSYM_VOIGT_SS]},
        {0, s * v[NSYM_VOIGT_SG], s * v[NSYM_VOIGT_GG]},
        {-e * slope, v[NSYM_VOIGT_S], v[NSYM_VOIGT_G], 0},
        {0, s * v[NSYM_VOIGT_SC], s * v[NSYM_VOIGT_GC], v[NSYM_VOIGT_C], s * v[NSYM_VOIGT_CC]}};
    sum->value -= count * log(p);
    for (int i = 0; i < P; i++) {
        double relative = first[i] * inverse;
        sum->gradient[i] -= count * relative;
        for (int j = 0; j <= i; j++)
            sum->hessian[i][j] += count * (relative * first[j] * inverse - second[i][j] * inverse);
    }
}

/* Sums of chunks, then the sum of the sums, that rounding stays small. */
static void evaluate(const nsym_mass_sample *sample, double low, double high, const double *at, surface *out) {
    const model m = model_at(at, low, high);
    memset(out, 0, sizeof *out);
    for (size_t begin = 0; begin < sample->n; begin += CHUNK) {
        surface part = {0};
        size_t end = begin + CHUNK < sample->n ? begin + CHUNK : sample->n;
        for (size_t i = begin; i < end; i++)
            if (!sample->count || sample->count[i] > 0)
                add(&m, sample->mass[i], sample->count ? sample->count[i] : 1, &part);
        out->value += part.value;
        for (int i = 0; i < P; i++) {
            out->gradient[i] += part.gradient[i];
            for (int j = 0; j <= i; j++) out->hessian[i][j] += part.hessian[i][j];
        }
    }
    for (int i = 0; i < P; i++)
        for (int j = i + 1; j < P; j++) out->hessian[i][j] = out->hessian[j][i];
}

/* The box in (k, ...): 1 / tau turns its bounds round. */
typedef struct {
    double lower[P], upper[P];
    unsigned fixed;
} box;

static box box_of(const nsym_mass_options *o) {
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

/* One start: from `at` to a minimum in the box; false where it does not get there. */
static bool minimise(const nsym_mass_sample *sample, const nsym_mass_fit *fit, const box *b, double *at, surface *f,
                     unsigned *at_bound, size_t *steps) {
    double damping = 0, decrement = 0, step[P], trial[P];
    surface next;
    size_t index[P];
    evaluate(sample, fit->low, fit->high, at, f);
    for (*steps = 0; *steps < MOST_STEPS && isfinite(f->value); ++*steps) {
        size_t n = free_ones(b, at, f->gradient, index, at_bound);
        while (!newton_step(f, b, sample->total, index, n, damping, step, &decrement)) {
            damping = damping > 0 ? 10 * damping : 1e-3;
            if (damping > 1e12) return false;
        }
        if (damping <= 1 && decrement < 1e-20) return true;
        memcpy(trial, at, sizeof trial);
        bool moved = false;
        for (size_t i = 0; i < n; i++) {
            size_t p = index[i];
            trial[p] = held(at[p], step[i], b->lower[p], b->upper[p]);
            moved = moved || trial[p] < at[p] || trial[p] > at[p];
        }
        evaluate(sample, fit->low, fit->high, trial, &next);
        double rounding = 1e-13 * (fabs(f->value) + sample->total);
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

/* The covariance in (tau, ...) from the second derivatives of what is free; false: they are not positive definite. */
static bool covariance_of(nsym_mass_fit *fit, const surface *f, const double *at) {
    size_t index[P], n = 0;
    double inverse[P * P];
    for (size_t i = 0; i < P; i++)
        if (!((fit->fixed | fit->at_bound) >> i & 1)) index[n++] = i;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) inverse[i * n + j] = f->hessian[index[i]][index[j]];
    if (!nsym_positive_inverse(inverse, n)) return false;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double tau = -1 / (at[K] * at[K]);
            fit->covariance[index[i]][index[j]] =
                inverse[i * n + j] * (index[i] == K ? tau : 1) * (index[j] == K ? tau : 1);
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
    const box b = box_of(options);
    double best[P] = {0};
    surface lowest = {.value = INFINITY};
    fit->converged = false;
    for (size_t which = 0; which < STARTS; which++) {
        double at[P];
        surface f;
        unsigned at_bound = 0;
        size_t steps = 0;
        start_at(at, options, &b, which);
        if (start && which == 0)
            for (int i = 0; i < P; i++) at[i] = i == K ? 1 / start[i] : start[i];
        bool done = minimise(sample, fit, &b, at, &f, &at_bound, &steps);
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
    if (!isfinite(lowest.value)) return nsym_fail(NSYM_ENUMERIC, "the likelihood of the mass fit has no finite value");
    fit->minimum = lowest.value;
    memcpy(fit->value, best, sizeof best);
    fit->value[K] = 1 / best[K];
    if (fit->converged && !covariance_of(fit, &lowest, best)) fit->converged = false;
    if (!fit->converged)
        return nsym_fail(NSYM_ENUMERIC,
                         "the mass fit did not converge in %zu steps: it stands at tau %g, sigma %g, gamma %g, s %g, "
                         "centre %g; fix a parameter, set a start or take a wider window",
                         fit->iterations, fit->value[0], fit->value[1], fit->value[2], fit->value[3], fit->value[4]);
    return NSYM_OK;
}
