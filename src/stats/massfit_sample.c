/* The events of a mass fit, and their histogram. */
#include "stats/massfit.h"

#include "base/fail.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>

enum { FEWEST_EVENTS = 10 };

static nsym_status enough(const nsym_mass_options *o, const nsym_ranked *in, size_t inside, size_t n) {
    double centre = o->start[NSYM_MASS_CENTRE];
    if (inside < FEWEST_EVENTS)
        return nsym_fail(NSYM_EINVAL, "%zu of %zu masses are in the window %g to %g, a fit needs %d", inside, n, o->low,
                         o->high, FEWEST_EVENTS);
    bool below = in[inside - 1].value < centre;
    if (!isnan(centre) && (below || in[0].value > centre))
        return nsym_fail(NSYM_EINVAL, "all %zu masses in the window %g to %g lie %s the centre %g", inside, o->low,
                         o->high, below ? "below" : "above", centre);
    return NSYM_OK;
}

/* Picks the events of the window, in the order they came. */
static nsym_status pick(nsym_mass_selection *out, nsym_ranked *in, const nsym_mass_options *o, const double *masses,
                        const double *weights, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (isnan(masses[i]))
            return nsym_fail(NSYM_ENUMERIC, "the mass of event %zu is NaN; leave such events out", i + 1);
        if (isinf(masses[i])) return nsym_fail(NSYM_ENUMERIC, "the mass of event %zu is %g", i + 1, masses[i]);
        if (weights && !isfinite(weights[i]))
            return nsym_fail(NSYM_ENUMERIC, "the weight of event %zu is %g", i + 1, weights[i]);
        if (weights && weights[i] == 0)
            out->weightless++;
        else if (masses[i] > o->low && masses[i] < o->high)
            in[out->n++] = (nsym_ranked){masses[i], i};
        else
            out->outside++;
    }
    if (n > 0 && out->weightless == n) return nsym_fail(NSYM_EINVAL, "all %zu weights are 0: nothing can be fitted", n);
    return NSYM_OK;
}

/* Weights that are all 1 are no weights. */
static nsym_status weigh(nsym_mass_selection *out, const nsym_mass_options *o, const double *weights) {
    bool ones = true;
    out->total = out->squares = (double)out->n;
    for (size_t i = 0; i < out->n && ones; i++)
        ones = !weights || !(weights[out->place[i]] < 1 || weights[out->place[i]] > 1);
    if (ones) return NSYM_OK;
    out->weight = malloc((out->n + 1) * sizeof *out->weight);
    if (!out->weight) return nsym_fail(NSYM_ENOMEM, "no memory for %zu weights", out->n);
    out->total = out->squares = 0;
    for (size_t i = 0; i < out->n; i++) {
        double weight = out->weight[i] = weights[out->place[i]];
        out->total += weight;
        out->squares += weight * weight;
    }
    if (out->total > 0 && isfinite(out->squares)) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "the weights of the %zu events in the window %g to %g add up to %g, their squares to %g: a fit "
                     "needs a sum above 0",
                     out->n, o->low, o->high, out->total, out->squares);
}

nsym_status nsym_mass_select(nsym_mass_selection *out, const nsym_mass_options *o, const double *masses,
                             const double *weights, size_t n) {
    nsym_ranked *in = malloc((n + 1) * sizeof *in);
    *out = (nsym_mass_selection){.mass = malloc((n + 1) * sizeof *out->mass),
                                 .place = malloc((n + 1) * sizeof *out->place)};
    nsym_status status = NSYM_OK;
    if (!in || !out->mass || !out->place) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu masses", n);
    if (status == NSYM_OK) status = pick(out, in, o, masses, weights, n);
    if (status == NSYM_OK) status = nsym_sort(in, out->n);
    if (status == NSYM_OK) status = enough(o, in, out->n, n);
    for (size_t i = 0; i < out->n && status == NSYM_OK; i++) {
        out->mass[i] = in[i].value;
        out->place[i] = in[i].place;
    }
    free(in);
    if (status == NSYM_OK) status = weigh(out, o, weights);
    if (status != NSYM_OK) nsym_mass_selection_free(out);
    return status;
}

void nsym_mass_selection_free(nsym_mass_selection *selection) {
    free(selection->mass);
    free(selection->weight);
    free(selection->place);
    *selection = (nsym_mass_selection){0};
}

nsym_mass_sample nsym_mass_sample_of(const nsym_mass_selection *s) {
    return (nsym_mass_sample){s->mass, s->weight, s->n, s->total, s->squares, s->squares / s->total, false};
}

void nsym_mass_count(nsym_mass_fit *fit, const nsym_mass_selection *s) {
    fit->events = s->n;
    fit->outside = s->outside;
    fit->weightless = s->weightless;
    fit->weighted = s->weight != NULL;
    fit->weight = s->total;
    fit->effective = s->total * s->total / s->squares;
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

/* As numpy.histogram(masses, bins, weights=weights, density=True): a value on an edge is in the bin above, the largest
   in the last. The bins' width is that of the events' quartiles and of their effective number. */
nsym_status nsym_mass_histogram_of(nsym_mass_histogram *out, const nsym_mass_options *o,
                                   const nsym_mass_sample *sample) {
    double low = sample->mass[0], high = sample->mass[sample->n - 1];
    double effective = sample->weight ? sample->total * sample->total / sample->squares : (double)sample->n;
    double width = 2 * (quantile(sample, 0.75) - quantile(sample, 0.25)) / cbrt(effective);
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
        out->density[k] += sample->weight ? sample->weight[i] : 1;
    }
    for (size_t k = 0; k < bins; k++) out->density[k] /= sample->total * (out->edges[k + 1] - out->edges[k]);
    return NSYM_OK;
}
