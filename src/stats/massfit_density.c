/* What a fit says of masses: densities, shares of bins, and how well it agrees with the events. */
#include "stats/massfit.h"

#include "base/fail.h"
#include "stats/voigt.h"

#include <math.h>
#include <stdlib.h>

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

nsym_status nsym_mass_shares(const nsym_mass_fit *fit, const double *edges, size_t bins, double *signal,
                             double *background) {
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
    nsym_mass_entry *order = malloc((n + 1) * sizeof *order);
    if (!order) return nsym_fail(NSYM_ENOMEM, "no memory for %zu masses", n);
    for (size_t i = 0; i < n; i++) order[i] = (nsym_mass_entry){masses[i], i};
    qsort(order, n, sizeof *order, nsym_mass_order);
    double of_signal = 0, of_background = 0;
    for (size_t i = 1; i < n; i++) {
        double half = (order[i].mass - order[i - 1].mass) / 2;
        of_signal += half * (signal[order[i].place] + signal[order[i - 1].place]);
        of_background += half * (background[order[i].place] + background[order[i - 1].place]);
    }
    free(order);
    if (!(of_signal > 0) || !(of_background > 0))
        return nsym_fail(NSYM_ENUMERIC, "the fit's signal and background have integrals %g and %g over the masses",
                         of_signal, of_background);
    for (size_t i = 0; i < n; i++) {
        signal[i] /= of_signal;
        background[i] /= of_background;
    }
    return NSYM_OK;
}

nsym_status nsym_mass_densities(const nsym_mass_fit *fit, const double *masses, size_t n, double *signal,
                                double *background) {
    double sigma = fmax(fit->value[NSYM_MASS_SIGMA], 1e-6), tau = fmax(fit->value[NSYM_MASS_TAU], 1e-6);
    double all = voigt_share(fit, fit->low, fit->high), falling = falling_share(fit, fit->low, fit->high);
    for (size_t i = 0; i < n; i++) {
        if (!(masses[i] > fit->low && masses[i] < fit->high))
            return nsym_fail(NSYM_EINVAL, "mass %zu is %g, not in the window %g to %g", i, masses[i], fit->low,
                             fit->high);
        signal[i] =
            nsym_voigt_value(masses[i] - fit->value[NSYM_MASS_CENTRE], sigma, fit->value[NSYM_MASS_GAMMA]) / all;
        background[i] = exp(-(masses[i] - fit->low) / tau) / falling;
    }
    if (fit->method == NSYM_MASS_PUBLISHED) NSYM_TRY(trapezoid(masses, n, signal, background));
    return NSYM_OK;
}

/* Pearson's chi2 over bins joined until each expects 5 events; the histogram's densities are counts here. */
static void compare_bins(nsym_mass_fit *fit, const nsym_mass_histogram *h, const double *signal,
                         const double *background, double events) {
    double s = fit->value[NSYM_MASS_FRACTION], expected = 0, seen = 0, last_expected = 0, last_seen = 0, of_last = 0;
    fit->bins = 0;
    fit->chi2 = 0;
    for (size_t i = 0; i < h->bins; i++) {
        expected += events * (s * signal[i] + (1 - s) * background[i]);
        seen += h->density[i];
        if (expected < 5) continue;
        of_last = (seen - expected) * (seen - expected) / expected;
        fit->chi2 += of_last;
        fit->bins++;
        last_expected = expected, last_seen = seen;
        expected = seen = 0;
    }
    if (expected > 0 && last_expected > 0) { /* the rest joins the last bin */
        double all = last_expected + expected, off = last_seen + seen - all;
        fit->chi2 += off * off / all - of_last;
    }
    size_t parameters = 0;
    for (int i = 0; i < NSYM_MASS_PARAMETERS; i++) parameters += !((fit->fixed | fit->at_bound) >> i & 1);
    fit->ndf = fit->bins > parameters + 1 ? fit->bins - parameters - 1 : 0; /* one more: the total is the events' own */
}

static double ks_distance(const nsym_mass_fit *fit, const nsym_mass_sample *sample) {
    double all = voigt_share(fit, fit->low, fit->high), falling = falling_share(fit, fit->low, fit->high);
    double s = fit->value[NSYM_MASS_FRACTION], below = 0, largest = 0, from = fit->low;
    for (size_t i = 0; i < sample->n; i++) {
        double to = sample->mass[i];
        if (to > from) below += s * voigt_share(fit, from, to) / all + (1 - s) * falling_share(fit, from, to) / falling;
        from = to;
        largest =
            fmax(largest, fmax(fabs(below - (double)i / sample->total), fabs(below - (double)(i + 1) / sample->total)));
    }
    return largest;
}

nsym_status nsym_mass_compare(nsym_mass_fit *fit, const nsym_mass_options *options, const nsym_mass_sample *sample) {
    nsym_mass_histogram h;
    NSYM_TRY(nsym_mass_histogram_of(&h, options, sample));
    for (size_t i = 0; i < h.bins; i++) h.density[i] *= sample->total * (h.edges[i + 1] - h.edges[i]);
    h.edges[0] = fit->low; /* what lies beyond the last masses belongs to the outer bins */
    h.edges[h.bins] = fit->high;
    double *shares = calloc(2 * h.bins, sizeof *shares);
    nsym_status status = NSYM_OK;
    if (!shares) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu bins", h.bins);
    if (status == NSYM_OK) status = nsym_mass_shares(fit, h.edges, h.bins, shares, shares + h.bins);
    if (status == NSYM_OK) compare_bins(fit, &h, shares, shares + h.bins, sample->total);
    if (status == NSYM_OK) fit->ks_distance = ks_distance(fit, sample);
    free(shares);
    nsym_mass_histogram_free(&h);
    return status;
}
