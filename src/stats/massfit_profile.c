/* Profile-likelihood intervals: F. James and M. Roos, Comput. Phys. Commun. 10 (1975) 343 (MINOS). r(x) = sqrt(2 (rise
   of -log L at x, all else fitted)) / sigmas runs nearly straight from 0 at the minimum, and the interval ends where it
   is 1.
 */
#include "stats/massfit_surface.h"

#include "base/fail.h"

#include <math.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, K = NSYM_MASS_TAU, S = NSYM_MASS_FRACTION, MOST_POINTS = 60 };
static const double tolerance = 1e-4; /* of r */

/* What is profiled: a parameter, or a yield (of = P: signal, P + 1: background). */
typedef struct {
    nsym_mass_search search;
    const nsym_mass_fit *fit;
    double best[P]; /* the fit in (k, ...) */
    double minimum; /* of -log L */
    int of;
    double value, lower, upper; /* of what is profiled */
    double error;               /* by the second derivatives; 0: unknown */
    double along[P];            /* how the others go with it, by the second derivatives */
    double unit;                /* of the rise: sigmas^2 / 2, scaled where events are weighted */
} profile;

/* The share s that goes with a yield where the total is n. */
static double share_at(const profile *p, double yield) {
    double share = fmin(fmax(yield / p->search.sample->total, 1e-12), 1 - 1e-12);
    return p->of == P ? share : 1 - share;
}

/* The lowest -log L at x from `at`, which goes along; infinite where no minimum is found. */
static double lowest_from(const profile *p, double x, double *at) {
    nsym_mass_search search = p->search;
    nsym_mass_yield yield = {x, p->of == P + 1};
    nsym_mass_surface f;
    unsigned at_bound;
    size_t steps;
    if (p->of < P) {
        at[p->of] = x;
        search.box.fixed |= 1u << p->of;
    } else if (x > 0) {
        search.yield = &yield;
        at[S] = fmin(fmax(share_at(p, x), search.box.lower[S]), search.box.upper[S]);
    } else {
        at[S] = yield.background ? 1 : 0;
        search.box.fixed |= 1u << S;
    }
    return nsym_mass_descend(&search, at, &f, &at_bound, &steps) ? f.value : INFINITY;
}

/* r(x). `at`: the minimum at `from`, becomes that at x. Where the fit is at a bound the slope of the background may be
   anywhere once there is some, so several are tried. */
static double rise_at(const profile *p, double from, double x, double *at) {
    static const double falls[] = {0, 2, 10, 50};
    double best[P] = {0}, lowest = INFINITY, window = p->search.high - p->search.low;
    size_t starts = p->fit->at_bound ? 1 + sizeof falls / sizeof *falls : 1;
    const nsym_mass_box *b = &p->search.box;
    for (size_t start = 0; start < starts; start++) {
        double trial[P];
        for (int i = 0; i < P; i++) {
            double to = at[i] + p->along[i] * (x - from), margin = 1e-3 * (b->upper[i] - b->lower[i]);
            bool inside = to > b->lower[i] + margin && to < b->upper[i] - margin;
            trial[i] = inside && !(b->fixed >> i & 1) ? to : at[i];
        }
        if (start > 0 && !(b->fixed >> K & 1))
            trial[K] = fmin(fmax(falls[start - 1] / window, b->lower[K]), b->upper[K]);
        double value = lowest_from(p, x, trial);
        if (value < lowest) {
            lowest = value;
            memcpy(best, trial, sizeof best);
        }
    }
    if (isinf(lowest)) return NAN;
    memcpy(at, best, sizeof best);
    double rise = lowest - p->minimum;
    return rise > 0 ? sqrt(rise / p->unit) : 0;
}

/* What is known of r on one side: distances from the minimum. */
typedef struct {
    double inside, outside; /* where r < 1, and where r > 1 or no minimum is found; infinite: not yet */
    double last[2], r[2];   /* the last two distances with a number r */
} bracket;

/* The next distance to look at: by a straight line through the last two, kept between the ends. */
static double next_step(const bracket *b, int points) {
    double slope = (b->r[1] - b->r[0]) / (b->last[1] - b->last[0]), step = b->last[1] + (1 - b->r[1]) / slope;
    if (isinf(b->outside)) return slope > 0 ? fmin(fmax(step, 1.05 * b->inside), 4 * b->inside) : 4 * b->inside;
    bool good = slope > 0 && step > b->inside && step < b->outside && points % 6 != 5;
    return good ? step : (b->inside + b->outside) / 2;
}

/* The end on one side (sign), or the bound there with *open. NaN: not found. */
static double end_of(const profile *p, int sign, bool *open) {
    double bound = sign > 0 ? p->upper : p->lower, reach = fabs(bound - p->value);
    double usual = 1e-3 * fmin(reach, 10 * (p->search.high - p->search.low)), last = p->value, at[P];
    double step = p->error > 0 ? p->error * sqrt(2 * p->unit) : usual;
    bracket b = {.outside = INFINITY};
    memcpy(at, p->best, sizeof at);
    *open = !(reach > 0);
    for (int points = 0; points < MOST_POINTS && !*open; points++) {
        if (!(step < reach)) step = reach;
        double x = step < reach ? p->value + sign * step : bound, trial[P];
        memcpy(trial, at, sizeof trial);
        double r = rise_at(p, last, x, trial);
        if (fabs(r - 1) <= tolerance) return x;
        if (r < 1) {
            memcpy(at, trial, sizeof at);
            last = x;
            b.inside = step;
            *open = step >= reach;
        } else {
            b.outside = step;
        }
        if (!isnan(r)) {
            b.last[0] = b.last[1], b.r[0] = b.r[1];
            b.last[1] = step, b.r[1] = r;
        }
        if (b.outside - b.inside <= 1e-7 * b.inside) return isnan(r) ? NAN : x; /* a jump to another minimum */
        step = isnan(r) ? (b.inside + b.outside) / 2 : next_step(&b, points);
    }
    return *open ? bound : NAN;
}

/* The second derivatives' errors, and the scale that weights give the rise. */
static void prepare(profile *p, int of, double inverse[P][P], double sigmas) {
    const nsym_mass_sample *sample = p->search.sample;
    const nsym_mass_fit *fit = p->fit;
    double s = fit->value[S], n = sample->total, variance, plain, scale = sample->squares / sample->total;
    p->of = of;
    memset(p->along, 0, sizeof p->along);
    if (of < P) {
        double jacobian = of == K ? fit->value[K] * fit->value[K] : 1;
        plain = inverse[of][of];
        variance = fit->covariance[of][of] / (jacobian * jacobian);
        p->value = p->best[of];
        p->lower = p->search.box.lower[of];
        p->upper = p->search.box.upper[of];
        for (int i = 0; i < P && plain > 0; i++) p->along[i] = i == of ? 0 : inverse[i][of] / plain;
    } else {
        bool background = of == P + 1;
        double share = background ? 1 - s : s;
        p->value = share * n;
        p->lower = 0;
        p->upper = 10 * n;
        plain = n * n * inverse[S][S] + share * share * n;
        variance = fit->yield_covariance[background][background];
        if (fit->at_bound >> S & 1 && share <= 0) plain = 0;
        for (int i = 0; i < P && plain > 0; i++)
            p->along[i] = i == S ? 0 : (background ? -1 : 1) * inverse[i][S] * n / plain;
    }
    if (sample->weight && plain > 0 && variance > 0) scale = variance / plain;
    p->error = plain > 0 ? sqrt(plain) : 0;
    p->unit = sigmas * sigmas / 2 * (sample->weight ? scale : 1);
}

static nsym_mass_interval interval_of(const profile *p) {
    nsym_mass_interval out;
    out.low = end_of(p, -1, &out.open_low);
    out.high = end_of(p, 1, &out.open_high);
    if (p->of != K) return out;
    return (nsym_mass_interval){1 / out.high, 1 / out.low, out.open_high, out.open_low}; /* k = 1 / tau */
}

static nsym_status intervals_of(nsym_mass_intervals *out, const nsym_mass_options *options, const nsym_mass_fit *fit,
                                const nsym_mass_sample *sample, double sigmas) {
    double inverse[P][P];
    if (!nsym_mass_inverse_hessian(inverse, fit, sample))
        return nsym_fail(NSYM_EINVAL, "the mass fit is not a minimum of the likelihood of these events");
    profile p = {.search = {sample, options->low, options->high, nsym_mass_box_of(options), NULL, 1e-5, options->stop},
                 .fit = fit};
    memcpy(p.best, fit->value, sizeof p.best);
    p.best[K] = 1 / fit->value[K];
    p.minimum = fit->minimum;
    for (int i = 0; i < P; i++) {
        out->parameter[i] = (nsym_mass_interval){fit->value[i], fit->value[i], false, false};
        if (fit->fixed >> i & 1) continue;
        prepare(&p, i, inverse, sigmas);
        out->parameter[i] = interval_of(&p);
    }
    prepare(&p, P, inverse, sigmas);
    out->signal = interval_of(&p);
    prepare(&p, P + 1, inverse, sigmas);
    out->background = interval_of(&p);
    if (nsym_mass_stopped(options->stop))
        return nsym_fail(NSYM_EINTERRUPTED, "stopped on request before all intervals of the mass fit were found");
    return NSYM_OK;
}

nsym_status nsym_mass_find_intervals(nsym_mass_intervals *out, const nsym_mass_options *options,
                                     const nsym_mass_fit *fit, const double *masses, const double *weights, size_t n,
                                     double sigmas) {
    nsym_mass_selection in;
    NSYM_TRY(nsym_mass_check_options(options));
    if (fit->method != NSYM_MASS_LIKELIHOOD)
        return nsym_fail(NSYM_EINVAL, "the published mass fit has no likelihood, so it has no likelihood intervals");
    if (!fit->converged) return nsym_fail(NSYM_EINVAL, "the mass fit did not converge, so it has no intervals");
    if (!(sigmas > 0) || isinf(sigmas))
        return nsym_fail(NSYM_EINVAL, "an interval of %g sigmas, must be above 0", sigmas);
    NSYM_TRY(nsym_mass_select(&in, options, masses, weights, n));
    const nsym_mass_sample sample = nsym_mass_sample_of(&in);
    nsym_status status = intervals_of(out, options, fit, &sample, sigmas);
    nsym_mass_selection_free(&in);
    return status;
}
