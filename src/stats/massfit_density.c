/* What a fit says of masses: densities, shares of bins, and how well it agrees with the events. */
#include "stats/massfit.h"

#include "base/fail.h"
#include "base/sort.h"
#include "stats/voigt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double voigt_share(const nsym_mass_fit *fit, double from, double to) {
    double centre = fit->value[NSYM_MASS_CENTRE];
    return nsym_voigt_integral(from - centre, to - centre, fmax(fit->value[NSYM_MASS_SIGMA], 1e-6),
                               fit->value[NSYM_MASS_GAMMA]);
}

/* The integral of exp(-(m - low) / tau). */
static double falling_share(const nsym_mass_fit *fit, double from, double to) {
    double tau = fmax(fit->value[NSYM_MASS_TAU], 1e-6);
    return -tau * exp(-(from - fit->low) / tau) * expm1(-(to - from) / tau);
}

nsym_status nsym_mass_shares(double *signal, double *background, const nsym_mass_fit *fit, const double *edges,
                             size_t bins) {
    double all = voigt_share(fit, fit->low, fit->high), falling = falling_share(fit, fit->low, fit->high);
    for (size_t i = 0; i < bins; i++) {
        if (!(edges[i] <= edges[i + 1]))
            return nsym_fail(NSYM_EINVAL, "bin %zu is %g to %g: edges must rise", i, edges[i], edges[i + 1]);
        signal[i] = voigt_share(fit, edges[i], edges[i + 1]) / all;
        background[i] = falling_share(fit, edges[i], edges[i + 1]) / falling;
    }
    return NSYM_OK;
}

/* Divides by the trapezoid over the sorted masses. */
static nsym_status trapezoid(const double *masses, size_t n, double *signal, double *background) {
    nsym_ranked *order = malloc((n + 1) * sizeof *order);
    if (!order) return nsym_fail(NSYM_ENOMEM, "no memory for %zu masses", n);
    for (size_t i = 0; i < n; i++) order[i] = (nsym_ranked){masses[i], i};
    nsym_status status = nsym_sort(order, n);
    double of_signal = 0, of_background = 0;
    for (size_t i = 1; i < n && status == NSYM_OK; i++) {
        double half = (order[i].value - order[i - 1].value) / 2;
        of_signal += half * (signal[order[i].place] + signal[order[i - 1].place]);
        of_background += half * (background[order[i].place] + background[order[i - 1].place]);
    }
    free(order);
    NSYM_TRY(status);
    if (!(of_signal > 0) || !(of_background > 0))
        return nsym_fail(NSYM_ENUMERIC, "the fit's signal and background have integrals %g and %g over the masses",
                         of_signal, of_background);
    for (size_t i = 0; i < n; i++) {
        signal[i] /= of_signal;
        background[i] /= of_background;
    }
    return NSYM_OK;
}

nsym_status nsym_mass_densities(double *signal, double *background, const nsym_mass_fit *fit, const double *masses,
                                size_t n) {
    double sigma = fmax(fit->value[NSYM_MASS_SIGMA], 1e-6), tau = fmax(fit->value[NSYM_MASS_TAU], 1e-6);
    double all = voigt_share(fit, fit->low, fit->high), falling = falling_share(fit, fit->low, fit->high);
    for (size_t i = 0; i < n; i++) {
        if (!(masses[i] > fit->low && masses[i] < fit->high))
            return nsym_fail(NSYM_EINVAL, "mass %zu is %g, not in the window %g to %g", i, masses[i], fit->low,
                             fit->high);
        background[i] = masses[i] - fit->value[NSYM_MASS_CENTRE];
    }
    nsym_voigt_values(background, n, sigma, fit->value[NSYM_MASS_GAMMA], signal);
    for (size_t i = 0; i < n; i++) {
        signal[i] /= all;
        background[i] = exp(-(masses[i] - fit->low) / tau) / falling;
    }
    if (fit->method == NSYM_MASS_PUBLISHED) NSYM_TRY(trapezoid(masses, n, signal, background));
    return NSYM_OK;
}

/* What a bin has seen and what it expects, events. Of weighted events w it sees sum w, with variance sum w^2. */
typedef struct {
    double seen, expected;
    double squares, sizes; /* sum w^2, sum |w| */
} bin;

static void join(bin *to, const bin *from) {
    to->seen += from->seen;
    to->expected += from->expected;
    to->squares += from->squares;
    to->sizes += from->sizes;
}

/* The variance of what the bin expects: that many times the mean of w^2 over the mean of w, which the bin's own events
   tell but for the balance of signs, which all of them do. */
static double variance(const bin *b, const nsym_mass_sample *sample, double sizes) {
    if (!sample->weight) return b->expected;
    double scale = b->sizes > 0 ? b->squares / b->sizes * (sizes / sample->total) : sample->squares / sample->total;
    return b->expected * scale;
}

static double pearson(const bin *b, double of_expected) {
    return (b->seen - b->expected) * (b->seen - b->expected) / of_expected;
}

/* Pearson's chi2 over bins joined until each expects 5 events, or as much as 5 are worth. */
static void compare_bins(nsym_mass_fit *fit, const bin *bins, size_t n, const nsym_mass_sample *sample) {
    double sizes = 0, of_last = 0;
    bin now = {0}, last = {0};
    for (size_t i = 0; i < n; i++) sizes += bins[i].sizes;
    fit->bins = 0;
    fit->chi2 = 0;
    for (size_t i = 0; i < n; i++) {
        join(&now, bins + i);
        double spread = variance(&now, sample, sizes);
        if (now.expected * (now.expected / spread) < 5 || !(now.expected > 0)) continue;
        of_last = pearson(&now, spread);
        fit->chi2 += of_last;
        fit->bins++;
        last = now;
        now = (bin){0};
    }
    if (now.expected > 0 && last.expected > 0) { /* the rest joins the last bin */
        join(&last, &now);
        fit->chi2 += pearson(&last, variance(&last, sample, sizes)) - of_last;
    }
    size_t parameters = 0;
    for (int i = 0; i < NSYM_MASS_PARAMETERS; i++) parameters += !((fit->fixed | fit->at_bound) >> i & 1);
    fit->ndf = fit->bins > parameters + 1 ? fit->bins - parameters - 1 : 0; /* one more: the total is the events' own */
}

enum { GAPS = 256 };

/* The peak's integral over each gap between neighbours of from_to (n + 1), n at most GAPS. Over a gap far narrower than
   the peak, as all but a few are where events are many, Gauss and Legendre's 2 points do: to (gap / width)^4 / 1000. */
static void peak_shares(double *share, const nsym_mass_fit *fit, const double *from_to, size_t n) {
    static const double off = 0.57735026918962576451, narrow = 1. / 512; /* sqrt(1 / 3) */
    double sigma = fmax(fit->value[NSYM_MASS_SIGMA], 1e-6), gamma = fit->value[NSYM_MASS_GAMMA];
    double x[2 * GAPS], value[2 * GAPS];
    for (size_t i = 0; i < n; i++) {
        double half = (from_to[i + 1] - from_to[i]) / 2;
        double middle = from_to[i] + half - fit->value[NSYM_MASS_CENTRE];
        x[2 * i] = middle - off * half;
        x[2 * i + 1] = middle + off * half;
    }
    nsym_voigt_values(x, 2 * n, sigma, gamma, value);
    for (size_t i = 0; i < n; i++) {
        double gap = from_to[i + 1] - from_to[i];
        share[i] = gap / 2 * (value[2 * i] + value[2 * i + 1]);
        if (gap > narrow * (sigma + gamma)) share[i] = voigt_share(fit, from_to[i], from_to[i + 1]);
    }
}

static double ks_distance(const nsym_mass_fit *fit, const nsym_mass_sample *sample) {
    double all = voigt_share(fit, fit->low, fit->high), falling = falling_share(fit, fit->low, fit->high);
    double s = fit->value[NSYM_MASS_FRACTION], peak = 0, largest = 0, seen = 0, edge[GAPS + 1], share[GAPS];
    edge[0] = fit->low;
    for (size_t begin = 0; begin < sample->n; begin += GAPS) {
        size_t n = sample->n - begin < GAPS ? sample->n - begin : GAPS;
        memcpy(edge + 1, sample->mass + begin, n * sizeof *edge);
        peak_shares(share, fit, edge, n);
        for (size_t i = 0; i < n; i++) {
            double before = seen;
            seen += sample->weight ? sample->weight[begin + i] : 1;
            peak += share[i];
            double below = s * peak / all + (1 - s) * falling_share(fit, fit->low, edge[i + 1]) / falling;
            largest = fmax(largest, fmax(fabs(below - before / sample->total), fabs(below - seen / sample->total)));
        }
        edge[0] = edge[n];
    }
    return largest;
}

/* Fills bins from the histogram and the model's shares (2, bins). */
static void fill_bins(bin *bins, const nsym_mass_fit *fit, const nsym_mass_histogram *h, const double *shares,
                      const nsym_mass_sample *sample) {
    double s = fit->value[NSYM_MASS_FRACTION];
    for (size_t i = 0; i < h->bins; i++) {
        double seen = h->density[i] * (sample->total * (h->edges[i + 1] - h->edges[i]));
        bins[i] = (bin){.seen = seen, .expected = sample->total * (s * shares[i] + (1 - s) * shares[h->bins + i])};
    }
    for (size_t e = 0, i = 0; e < sample->n && sample->weight; e++) {
        while (i + 1 < h->bins && sample->mass[e] >= h->edges[i + 1]) i++;
        bins[i].squares += sample->weight[e] * sample->weight[e];
        bins[i].sizes += fabs(sample->weight[e]);
    }
}

nsym_status nsym_mass_compare(nsym_mass_fit *fit, const nsym_mass_options *options, const nsym_mass_sample *sample) {
    nsym_mass_histogram h;
    NSYM_TRY(nsym_mass_histogram_of(&h, options, sample));
    double *shares = calloc(2 * h.bins, sizeof *shares);
    bin *bins = calloc(h.bins, sizeof *bins);
    double first = h.edges[0], last = h.edges[h.bins];
    nsym_status status = NSYM_OK;
    if (!shares || !bins) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu bins", h.bins);
    h.edges[0] = fit->low; /* what lies beyond the last masses belongs to the outer bins */
    h.edges[h.bins] = fit->high;
    if (status == NSYM_OK) status = nsym_mass_shares(shares, shares + h.bins, fit, h.edges, h.bins);
    h.edges[0] = first;
    h.edges[h.bins] = last;
    if (status == NSYM_OK) {
        fill_bins(bins, fit, &h, shares, sample);
        compare_bins(fit, bins, h.bins, sample);
        fit->ks_distance = ks_distance(fit, sample);
    }
    free(shares);
    free(bins);
    nsym_mass_histogram_free(&h);
    return status;
}
