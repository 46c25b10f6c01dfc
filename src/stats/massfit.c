#include <nearsym/massfit.h>

#include "base/fail.h"
#include "stats/massfit.h"
#include "stats/voigt.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, FEWEST_BINS = 6 };

static const char *const names[P] = {"tau", "sigma", "gamma", "s", "centre"};

const char *nsym_mass_parameter_name(nsym_mass_parameter parameter) {
    return (unsigned)parameter < P ? names[parameter] : "?";
}

nsym_mass_options nsym_mass_defaults(nsym_mass_method method, double low, double high) {
    double width = high - low;
    nsym_mass_options o = {.method = method, .low = low, .high = high, .fixed = 1u << NSYM_MASS_CENTRE};
    const double likelihood[2][P] = {{width / 50, width / 2000, 0, 0, low},
                                     {50 * width, width / 2, width / 2, 1, high}};
    const double published[2][P] = {{0, 0, 0, 0, low}, {50, 2, 2, 1, high}};
    bool squares = method == NSYM_MASS_PUBLISHED;
    memcpy(o.lower, squares ? published[0] : likelihood[0], sizeof o.lower);
    memcpy(o.upper, squares ? published[1] : likelihood[1], sizeof o.upper);
    for (int i = 0; i < P; i++) o.start[i] = NAN;
    o.start[NSYM_MASS_CENTRE] = 90.8;
    return o;
}

void nsym_mass_warn(nsym_mass_fit *fit, const char *format, ...) {
    size_t used = strlen(fit->warning), room = sizeof fit->warning - used;
    if (used > 0 && room > 1) {
        fit->warning[used++] = ' ';
        fit->warning[used] = '\0';
        room--;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fit->warning + used, room, format, arguments);
    va_end(arguments);
}

nsym_status nsym_mass_check_options(const nsym_mass_options *o) {
    if (!(o->low < o->high) || !isfinite(o->low) || !isfinite(o->high))
        return nsym_fail(NSYM_EINVAL, "the mass window is %g to %g, must rise", o->low, o->high);
    for (size_t i = 0; i < P; i++) {
        if (!(o->lower[i] < o->upper[i]) || !isfinite(o->lower[i]) || !isfinite(o->upper[i]))
            return nsym_fail(NSYM_EINVAL, "the bounds of %s are %g to %g, must rise", names[i], o->lower[i],
                             o->upper[i]);
        if (isinf(o->start[i]) || (isnan(o->start[i]) && o->fixed >> i & 1))
            return nsym_fail(NSYM_EINVAL, "the start of %s is %g, must be a number if it is fixed", names[i],
                             o->start[i]);
        if (o->start[i] < o->lower[i] || o->start[i] > o->upper[i])
            return nsym_fail(NSYM_EINVAL, "the start of %s is %g, not in its bounds %g to %g%s", names[i], o->start[i],
                             o->lower[i], o->upper[i], i == NSYM_MASS_CENTRE ? ": the peak is outside the window" : "");
    }
    double centre = o->start[NSYM_MASS_CENTRE];
    if (centre <= o->low || centre >= o->high)
        return nsym_fail(NSYM_EINVAL, "the peak's centre %g is not inside the mass window %g to %g", centre, o->low,
                         o->high);
    bool likelihood = o->method == NSYM_MASS_LIKELIHOOD;
    if (likelihood && (!(o->lower[NSYM_MASS_TAU] > 0) || !(o->lower[NSYM_MASS_SIGMA] > 0)))
        return nsym_fail(NSYM_EINVAL, "the lower bounds of tau and sigma are %g and %g, must be above 0",
                         o->lower[NSYM_MASS_TAU], o->lower[NSYM_MASS_SIGMA]);
    if (o->lower[NSYM_MASS_TAU] < 0 || o->lower[NSYM_MASS_SIGMA] < 0 || o->lower[NSYM_MASS_GAMMA] < 0 ||
        o->lower[NSYM_MASS_FRACTION] < 0 || o->upper[NSYM_MASS_FRACTION] > 1)
        return nsym_fail(NSYM_EINVAL, "tau, sigma and gamma cannot be negative, nor s be outside 0 to 1");
    if (!likelihood && o->fixed != 1u << NSYM_MASS_CENTRE)
        return nsym_fail(NSYM_EINVAL,
                         "the published mass fit can fix the centre and nothing else; use the likelihood fit");
    return NSYM_OK;
}

static void begin(nsym_mass_fit *fit, const nsym_mass_options *o) {
    *fit = (nsym_mass_fit){.method = o->method, .low = o->low, .high = o->high, .fixed = o->fixed};
    fit->chi2 = fit->ks_distance = NAN;
}

/* A bound that lies where the physics ends (a share of 0 or 1, a width of 0, a background that is flat), in words that
   say what it means to be there; NULL: a bound that was chosen, beyond which the data may well lie. */
static const char *natural_bound(const nsym_mass_fit *fit, int i) {
    double value = fit->value[i], window = fit->high - fit->low, s = fit->value[NSYM_MASS_FRACTION];
    if (s <= 1e-6) return i == NSYM_MASS_FRACTION ? "no signal is found" : "without signal it cannot be measured";
    if (s >= 1 - 1e-6 && i == NSYM_MASS_FRACTION) return "no background is found";
    if (s >= 1 - 1e-6 && i == NSYM_MASS_TAU) return "without background it cannot be measured";
    if (i == NSYM_MASS_TAU && value >= 20 * window) return "the background cannot be told from a flat one";
    if (i == NSYM_MASS_SIGMA && value <= window / 1000) return "the resolution cannot be told from 0";
    if (i == NSYM_MASS_GAMMA && value <= window / 1000) return "the natural width cannot be told from 0";
    return NULL;
}

unsigned nsym_mass_chosen_bounds(const nsym_mass_fit *fit) {
    unsigned chosen = 0;
    for (int i = 0; i < P; i++)
        if (fit->at_bound >> i & 1 && !natural_bound(fit, i)) chosen |= 1u << i;
    return chosen;
}

static void warn_of_bounds(nsym_mass_fit *fit) {
    for (int i = 0; i < P; i++) {
        if (!(fit->at_bound >> i & 1)) continue;
        const char *why = natural_bound(fit, i);
        nsym_mass_warn(fit, "%s = %g is at a bound%s%s.", names[i], fit->value[i],
                       why ? ": " : " that was set; the data prefer a value beyond it", why ? why : "");
    }
    if (nsym_mass_chosen_bounds(fit))
        nsym_mass_warn(fit, "This shifts the other parameters too, so do not trust them: %s.",
                       fit->method == NSYM_MASS_PUBLISHED ? "fit the likelihood, whose bounds are wider"
                                                          : "set wider bounds");
}

/* What follows from the parameters: errors and yields. With N the sum of weights, var N = sum w^2. */
static void conclude(nsym_mass_fit *fit, double total, double squares) {
    double s = fit->value[NSYM_MASS_FRACTION], variance = fit->covariance[NSYM_MASS_FRACTION][NSYM_MASS_FRACTION];
    for (size_t i = 0; i < P; i++) fit->error[i] = sqrt(fit->covariance[i][i]);
    warn_of_bounds(fit);
    fit->signal = s * total;
    fit->background = (1 - s) * total;
    double split = total * total * variance, cross = total * fit->s_with_weight;
    fit->yield_covariance[0][0] = split + s * s * squares + 2 * s * cross;
    fit->yield_covariance[1][1] = split + (1 - s) * (1 - s) * squares - 2 * (1 - s) * cross;
    fit->yield_covariance[0][1] = fit->yield_covariance[1][0] = s * (1 - s) * squares - split + (1 - 2 * s) * cross;
}

nsym_status nsym_mass_fit_sample(nsym_mass_fit *fit, const nsym_mass_options *o, const nsym_mass_sample *sample,
                                 const double *start) {
    begin(fit, o);
    nsym_status status;
    if (o->method == NSYM_MASS_LIKELIHOOD) {
        status = nsym_mass_maximise(fit, o, sample, start);
    } else {
        nsym_mass_histogram h;
        NSYM_TRY(nsym_mass_histogram_of(&h, o, sample));
        if (h.bins < FEWEST_BINS)
            status = nsym_fail(NSYM_EINVAL, "the histogram has %zu bins, the mass fit needs %d: give more bins", h.bins,
                               FEWEST_BINS);
        else
            status = nsym_mass_least_squares(fit, o, &h);
        nsym_mass_histogram_free(&h);
    }
    conclude(fit, sample->total, sample->squares);
    return status;
}

/* Where a published fit stands at bounds that were set: what the likelihood finds, which has them farther out. */
static nsym_status look_beyond(nsym_mass_fit *fit, const nsym_mass_sample *sample) {
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, fit->low, fit->high);
    nsym_mass_fit likely;
    o.start[NSYM_MASS_CENTRE] = fit->value[NSYM_MASS_CENTRE];
    nsym_status status = nsym_mass_fit_sample(&likely, &o, sample, NULL);
    if (status == NSYM_ENOMEM) return status;
    if (status == NSYM_OK)
        nsym_mass_warn(fit, "It finds tau %.2f +- %.2f, sigma %.3f +- %.3f, gamma %.3f +- %.3f, s %.4f +- %.4f.",
                       likely.value[0], likely.error[0], likely.value[1], likely.error[1], likely.value[2],
                       likely.error[2], likely.value[3], likely.error[3]);
    return NSYM_OK;
}

nsym_status nsym_mass_examine(nsym_mass_fit *fit, const nsym_mass_options *options, const nsym_mass_sample *sample) {
    if (fit->method == NSYM_MASS_PUBLISHED && nsym_mass_chosen_bounds(fit)) NSYM_TRY(look_beyond(fit, sample));
    return nsym_mass_compare(fit, options, sample);
}

nsym_status nsym_mass_fit_events(nsym_mass_fit *fit, const nsym_mass_options *options, const double *masses,
                                 const double *weights, size_t n) {
    nsym_mass_selection in;
    begin(fit, options);
    NSYM_TRY(nsym_mass_check_options(options));
    NSYM_TRY(nsym_mass_select(&in, options, masses, weights, n));
    const nsym_mass_sample sample = nsym_mass_sample_of(&in);
    nsym_status status = nsym_mass_fit_sample(fit, options, &sample, NULL);
    nsym_mass_count(fit, &in);
    if (status == NSYM_OK) status = nsym_mass_examine(fit, options, &sample);
    nsym_mass_selection_free(&in);
    return status;
}

nsym_status nsym_mass_fit_histogram(nsym_mass_fit *fit, const nsym_mass_options *options, const double *edges,
                                    const double *density, size_t bins) {
    nsym_mass_options o = *options;
    if (bins < FEWEST_BINS)
        return nsym_fail(NSYM_EINVAL, "the histogram has %zu bins, the mass fit needs %d", bins, FEWEST_BINS);
    for (size_t i = 0; i < bins; i++)
        if (!(edges[i] < edges[i + 1]) || !isfinite(density[i]))
            return nsym_fail(NSYM_EINVAL, "bin %zu is %g to %g with density %g: edges must rise, densities be finite",
                             i, edges[i], edges[i + 1], density[i]);
    o.method = NSYM_MASS_PUBLISHED;
    o.low = edges[0];
    o.high = edges[bins];
    begin(fit, &o);
    NSYM_TRY(nsym_mass_check_options(&o));
    nsym_mass_histogram h = {bins, malloc((bins + 1) * sizeof(double)), malloc(bins * sizeof(double))};
    nsym_status status = NSYM_OK;
    if (!h.edges || !h.density) {
        status = nsym_fail(NSYM_ENOMEM, "no memory for a histogram of %zu bins", bins);
    } else {
        memcpy(h.edges, edges, (bins + 1) * sizeof *edges);
        memcpy(h.density, density, bins * sizeof *density);
        status = nsym_mass_least_squares(fit, &o, &h);
    }
    nsym_mass_histogram_free(&h);
    conclude(fit, 0, 0);
    fit->bins = bins;
    return status;
}
