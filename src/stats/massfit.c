#include <nearsym/massfit.h>

#include "base/fail.h"
#include "stats/massfit.h"
#include "stats/voigt.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, FEWEST_EVENTS = 10, FEWEST_BINS = 6 };

static const char *const names[P] = {"tau", "sigma", "gamma", "s", "centre"};

const char *nsym_mass_parameter_name(nsym_mass_parameter parameter) {
    return (unsigned)parameter < P ? names[parameter] : "?";
}

nsym_mass_options nsym_mass_options_usual(nsym_mass_method method, double low, double high) {
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
            return nsym_fail(NSYM_EINVAL, "the start of %s is %g, must be a number where it is fixed", names[i],
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
        return nsym_fail(NSYM_EINVAL, "the published mass fit fixes the centre and nothing else; fit the likelihood");
    return NSYM_OK;
}

int nsym_mass_order(const void *a, const void *b) {
    const nsym_mass_entry *x = a, *y = b;
    if (x->mass != y->mass) return x->mass < y->mass ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static nsym_status enough(const nsym_mass_options *o, const nsym_mass_entry *in, size_t inside, size_t n) {
    double centre = o->start[NSYM_MASS_CENTRE];
    if (inside < FEWEST_EVENTS)
        return nsym_fail(NSYM_EINVAL, "%zu of %zu masses are in the window %g to %g, a fit needs %d", inside, n, o->low,
                         o->high, FEWEST_EVENTS);
    bool below = in[inside - 1].mass < centre;
    if (!isnan(centre) && (below || in[0].mass > centre))
        return nsym_fail(NSYM_EINVAL, "all %zu masses in the window %g to %g lie %s the centre %g", inside, o->low,
                         o->high, below ? "below" : "above", centre);
    return NSYM_OK;
}

nsym_status nsym_mass_select(const nsym_mass_options *o, const double *masses, size_t n, double **sorted,
                             size_t **place, size_t *inside) {
    nsym_mass_entry *in = malloc((n + 1) * sizeof *in);
    *sorted = malloc((n + 1) * sizeof **sorted);
    if (place) *place = malloc((n + 1) * sizeof **place);
    nsym_status status = NSYM_OK;
    if (!in || !*sorted || (place && !*place)) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu masses", n);
    *inside = 0;
    for (size_t i = 0; i < n && status == NSYM_OK; i++) {
        if (isnan(masses[i])) status = nsym_fail(NSYM_ENUMERIC, "mass %zu is NaN", i);
        if (masses[i] > o->low && masses[i] < o->high) in[(*inside)++] = (nsym_mass_entry){masses[i], i};
    }
    if (status == NSYM_OK) {
        qsort(in, *inside, sizeof *in, nsym_mass_order);
        status = enough(o, in, *inside, n);
    }
    for (size_t i = 0; i < *inside && status == NSYM_OK; i++) {
        (*sorted)[i] = in[i].mass;
        if (place) (*place)[i] = in[i].place;
    }
    free(in);
    if (status == NSYM_OK) return NSYM_OK;
    free(*sorted);
    *sorted = NULL;
    if (place) {
        free(*place);
        *place = NULL;
    }
    return status;
}

static double quantile(const nsym_mass_sample *sample, double q) {
    double at = q * (double)(sample->n - 1);
    size_t i = (size_t)at, next = i + 1 < sample->n ? i + 1 : i;
    return sample->mass[i] + (at - (double)i) * (sample->mass[next] - sample->mass[i]);
}

void nsym_mass_histogram_free(nsym_mass_histogram *h) {
    free(h->edges);
    free(h->density);
    *h = (nsym_mass_histogram){0};
}

/* As numpy.histogram(masses, bins, density=True): a value on an edge is in the bin above, the largest in the last. */
nsym_status nsym_mass_histogram_of(nsym_mass_histogram *out, const nsym_mass_options *o,
                                   const nsym_mass_sample *sample) {
    double low = sample->mass[0], high = sample->mass[sample->n - 1];
    double width = 2 * (quantile(sample, 0.75) - quantile(sample, 0.25)) / cbrt((double)sample->n);
    double most = 10 * (double)sample->n, wanted = o->bins ? (double)o->bins : (high - low) / width;
    if (!(high > low)) return nsym_fail(NSYM_EINVAL, "all %zu masses are %g: no spectrum", sample->n, low);
    size_t bins = (size_t)(wanted < most ? wanted : most);
    if (bins < 1) bins = 1;
    *out = (nsym_mass_histogram){bins, calloc(bins + 1, sizeof(double)), calloc(bins, sizeof(double))};
    if (!out->edges || !out->density) {
        nsym_mass_histogram_free(out);
        return nsym_fail(NSYM_ENOMEM, "no memory for a histogram of %zu bins", bins);
    }
    for (size_t k = 0; k <= bins; k++) out->edges[k] = low + (high - low) * (double)k / (double)bins;
    out->edges[bins] = high;
    for (size_t i = 0, k = 0; i < sample->n; i++) {
        while (k + 1 < bins && sample->mass[i] >= out->edges[k + 1]) k++;
        out->density[k]++;
    }
    for (size_t k = 0; k < bins; k++) out->density[k] /= (double)sample->n * (out->edges[k + 1] - out->edges[k]);
    return NSYM_OK;
}

static void begin(nsym_mass_fit *fit, const nsym_mass_options *o) {
    *fit = (nsym_mass_fit){.method = o->method, .low = o->low, .high = o->high, .fixed = o->fixed};
    fit->chi2 = fit->ks_distance = NAN;
}

/* What follows from the parameters: errors, yields and what is to be warned of. */
static void conclude(nsym_mass_fit *fit, double events) {
    static const char *const why[P] = {"the background cannot be told from a flat or a vanishing one",
                                       "the resolution cannot be told", "the natural width cannot be told",
                                       "there is only one component", "the peak lies at the window's edge"};
    double s = fit->value[NSYM_MASS_FRACTION], variance = fit->covariance[NSYM_MASS_FRACTION][NSYM_MASS_FRACTION];
    for (size_t i = 0; i < P; i++) {
        fit->error[i] = sqrt(fit->covariance[i][i]);
        if (fit->at_bound >> i & 1) nsym_mass_warn(fit, "%s = %g is at a bound: %s.", names[i], fit->value[i], why[i]);
    }
    fit->signal = s * events;
    fit->background = (1 - s) * events;
    double split = events * events * variance;
    fit->yield_covariance[0][0] = split + s * s * events;
    fit->yield_covariance[1][1] = split + (1 - s) * (1 - s) * events;
    fit->yield_covariance[0][1] = fit->yield_covariance[1][0] = s * (1 - s) * events - split;
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
    conclude(fit, sample->total);
    return status;
}

nsym_status nsym_mass_fit_events(nsym_mass_fit *fit, const nsym_mass_options *options, const double *masses, size_t n) {
    double *sorted;
    size_t inside;
    begin(fit, options);
    NSYM_TRY(nsym_mass_check_options(options));
    NSYM_TRY(nsym_mass_select(options, masses, n, &sorted, NULL, &inside));
    const nsym_mass_sample sample = {sorted, NULL, inside, (double)inside};
    nsym_status status = nsym_mass_fit_sample(fit, options, &sample, NULL);
    fit->events = inside;
    fit->outside = n - inside;
    if (status == NSYM_OK) status = nsym_mass_compare(fit, options, &sample);
    free(sorted);
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
    conclude(fit, 0);
    fit->bins = bins;
    return status;
}
