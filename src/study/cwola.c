#include "study/cwola.h"

#include "base/fail.h"
#include "study/source.h"
#include <nearsym/kde.h>
#include <nearsym/random.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double MUON_MASS_GEV = 0.1056583755; /* Particle Data Group */

/* Columns of both muons: mu_NAME and mu2_NAME. */
static nsym_status both(double *out[2], const nsym_events *events, const char *name) {
    static const char *const prefixes[] = {"mu_", "mu2_"};
    char text[32];
    for (size_t k = 0; k < 2; k++) {
        snprintf(text, sizeof text, "%s%s", prefixes[k], name);
        NSYM_TRY(nsym_column_values(&out[k], events, text));
    }
    return NSYM_OK;
}

static double mass_of(double *const pt[2], double *const eta[2], double *const phi[2], size_t i) {
    double sum[4] = {0};
    for (size_t k = 0; k < 2; k++) {
        double p[3] = {pt[k][i] * cos(phi[k][i]), pt[k][i] * sin(phi[k][i]), pt[k][i] * sinh(eta[k][i])};
        sum[0] += sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2] + MUON_MASS_GEV * MUON_MASS_GEV);
        for (size_t c = 0; c < 3; c++) sum[c + 1] += p[c];
    }
    return sqrt(fmax(0, sum[0] * sum[0] - sum[1] * sum[1] - sum[2] * sum[2] - sum[3] * sum[3]));
}

static nsym_status add_mass(nsym_events *events) {
    double *pt[2], *eta[2], *phi[2], *mass;
    if (nsym_events_column(events, "mass")) return NSYM_OK;
    nsym_status status = both(pt, events, "pt");
    if (status == NSYM_OK) status = both(eta, events, "eta");
    if (status == NSYM_OK) status = both(phi, events, "phi");
    if (status != NSYM_OK) return nsym_fail_in(status, "no column 'mass', which the muons would give: ");
    NSYM_TRY(nsym_events_add_column(events, "mass", "GeV", "mass of the two muons", 1, &mass));
    for (size_t i = 0; i < events->count; i++) mass[i] = mass_of(pt, eta, phi, i);
    return NSYM_OK;
}

/* Is the event selected? A value that is no number is an error, not an event that fails. */
static nsym_status passes(bool *out, double mass, double *const pt[2], double *const eta[2], size_t i,
                          const nsym_mixture_card *card) {
    *out = mass > card->window[0] && mass < card->window[1];
    if (!isfinite(mass)) return nsym_fail(NSYM_ENUMERIC, "row %zu: the mass is %g", i + 1, mass);
    for (size_t k = 0; k < 2; k++) {
        if (!isfinite(pt[k][i]) || !isfinite(eta[k][i]))
            return nsym_fail(NSYM_ENUMERIC, "row %zu: the %s muon has pt %g and eta %g, must be numbers", i + 1,
                             k ? "second" : "first", pt[k][i], eta[k][i]);
        *out = *out && pt[k][i] > card->pt_min && fabs(eta[k][i]) < card->eta_max;
    }
    return NSYM_OK;
}

nsym_status nsym_cwola_select(nsym_events **events, const nsym_mixture_card *card) {
    double *pt[2], *eta[2], *mass;
    size_t n = 0, all = (*events)->count;
    nsym_events *kept = NULL;
    NSYM_TRY(add_mass(*events));
    NSYM_TRY(nsym_column_values(&mass, *events, "mass"));
    NSYM_TRY(both(pt, *events, "pt"));
    NSYM_TRY(both(eta, *events, "eta"));
    size_t *index = malloc((all + 1) * sizeof *index);
    if (!index) return nsym_fail(NSYM_ENOMEM, "no memory to select from %zu events", all);
    nsym_status status = NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && i < all; i++) {
        bool selected = false;
        status = passes(&selected, mass[i], pt, eta, i, card);
        if (selected) index[n++] = i;
    }
    if (status == NSYM_OK && n == 0)
        status = nsym_fail(NSYM_EINVAL,
                           "none of %zu events has a mass in %g..%g GeV and both muons above %g GeV within |eta| < %g "
                           "(section mixture)",
                           all, card->window[0], card->window[1], card->pt_min, card->eta_max);
    if (status == NSYM_OK) status = nsym_events_select(&kept, *events, index, n);
    free(index);
    if (status != NSYM_OK) return status;
    nsym_events_free(*events);
    *events = kept;
    return NSYM_OK;
}

/* Draws labels so that label 1 has the first fraction of signal, label 0 the second. */
static nsym_status draw_labels(double *label, const double *truth, size_t n, const double fraction[2], uint64_t seed) {
    double signal = 0;
    for (size_t i = 0; i < n; i++) signal += truth[i] == 1;
    double ones = (signal - fraction[1] * (double)n) / (fraction[0] - fraction[1]);
    double of_signal = fraction[0] * ones / signal, of_background = (1 - fraction[0]) * ones / ((double)n - signal);
    if (!(of_signal >= 0 && of_signal <= 1 && of_background >= 0 && of_background <= 1))
        return nsym_fail(NSYM_EINVAL,
                         "mixture.fractions are [%g, %g] and the events have %.4g of signal, which must lie between",
                         fraction[0], fraction[1], signal / (double)n);
    nsym_random random = nsym_random_stream(seed, "mixture label", 0);
    for (size_t i = 0; i < n; i++)
        label[i] = nsym_random_uniform(&random) < (truth[i] == 1 ? of_signal : of_background);
    return NSYM_OK;
}

static nsym_status check_charges(double *const charge[2], const nsym_events *events) {
    for (size_t i = 0; i < events->count; i++)
        for (size_t k = 0; k < 2; k++)
            if (charge[k][i] == 0 || !isfinite(charge[k][i]))
                return nsym_fail(NSYM_EFORMAT, "row %zu: %s is %g, must be a charge, positive or negative",
                                 nsym_events_row(events, i), k ? "mu2_charge" : "mu_charge", charge[k][i]);
    return NSYM_OK;
}

/* The true classes, where the events have them. */
static nsym_status truth_of(const double **out, const nsym_events *events, bool needed) {
    double *truth = NULL;
    *out = NULL;
    if (!needed && !nsym_events_column(events, "truth")) return NSYM_OK;
    NSYM_TRY(nsym_column_values(&truth, events, "truth"));
    for (size_t i = 0; i < events->count; i++)
        if (truth[i] != 0 && truth[i] != 1)
            return nsym_fail(NSYM_EFORMAT, "row %zu: truth is %g, must be 0 or 1", nsym_events_row(events, i),
                             truth[i]);
    *out = truth;
    return NSYM_OK;
}

static nsym_status label_by_charge(double *label, const nsym_events *events, const nsym_mixture_card *card) {
    double *charge[2], *mass;
    NSYM_TRY(nsym_column_values(&mass, events, "mass"));
    NSYM_TRY(both(charge, events, "charge"));
    NSYM_TRY(check_charges(charge, events));
    for (size_t i = 0; i < events->count; i++)
        label[i] = charge[0][i] * charge[1][i] < 0 && mass[i] >= card->abundant[0] && mass[i] <= card->abundant[1];
    return NSYM_OK;
}

nsym_status nsym_cwola_label(nsym_events *events, const nsym_mixture_card *card, uint64_t seed) {
    double *label, ones = 0;
    const double *truth;
    size_t n = events->count;
    if (nsym_events_column(events, "label"))
        return nsym_fail(NSYM_EINVAL, "there is a column 'label' already; what it says is hidden from a mixture's "
                                      "training, so call it truth (nearsym data convert --rename label=truth)");
    NSYM_TRY(truth_of(&truth, events, card->truth || card->fractions));
    NSYM_TRY(nsym_events_add_column(events, "label", "", "1: the mixture with more signal", 1, &label));
    if (card->truth && truth)
        for (size_t i = 0; i < n; i++) label[i] = truth[i];
    else if (card->fractions && truth)
        NSYM_TRY(draw_labels(label, truth, n, card->fraction, seed));
    else
        NSYM_TRY(label_by_charge(label, events, card));
    for (size_t i = 0; i < n; i++) ones += label[i];
    if (ones > 0 && ones < (double)n) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%g of %zu events have label 1; two mixtures are needed", ones, n);
}

/* Points (eta, pT) of the events for which `take` is 1. New, (*count, 2). */
static nsym_status points_of(double **out, size_t *count, const double *eta, const double *pt, const double *take,
                             double wanted, size_t n) {
    *out = calloc(2 * n + 1, sizeof **out);
    *count = 0;
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for %zu points", n);
    for (size_t i = 0; i < n; i++) {
        if (take[i] != wanted) continue;
        (*out)[2 * *count] = eta[i];
        (*out)[2 * *count + 1] = pt[i];
        ++*count;
    }
    return NSYM_OK;
}

static void keep_coordinate(double *points, size_t n, size_t k) {
    for (size_t i = 0; i < n; i++) points[i] = points[2 * i + k];
}

/* Leaves out the coordinate that is the same number in all events, which would have no density, and says so in
   `warning`; *d is how many are left. Shapes: target (targets, 2), source (sources, 2), afterwards (, *d). Errors: the
   groups have different numbers, or none of the coordinates varies. */
static nsym_status drop_constant(size_t *d, char *warning, double *target, size_t targets, double *source,
                                 size_t sources) {
    static const char *const names[] = {"mu_eta", "mu_pt"};
    size_t kept = 0;
    *d = 2;
    for (size_t k = 0; k < 2; k++) {
        double there, here;
        bool varies = nsym_kde_varies(target, NULL, targets, 2, k, &there);
        if (nsym_kde_varies(source, NULL, sources, 2, k, &here) != varies ||
            (!varies && fabs(there - here) > 1e-6 * fabs(here)))
            return nsym_fail(NSYM_ENUMERIC, "%s does not vary in one of the groups, so no weights make them alike",
                             names[k]);
        *d -= !varies;
        if (varies) kept = k;
    }
    if (*d == 0) return nsym_fail(NSYM_ENUMERIC, "neither varies; choose mixture.weights: none");
    if (*d == 2) return NSYM_OK;
    snprintf(warning, NSYM_WARNING_SIZE,
             "mixture.weights: %s is the same in all events, so they are weighted by their %s alone", names[!kept],
             names[kept]);
    keep_coordinate(target, targets, kept);
    keep_coordinate(source, sources, kept);
    return NSYM_OK;
}

/* Multiplies the weights of the events with group 0 by the ratio of densities, group 1 to group 0. */
static nsym_status match(double *weight, char *warning, const double *group, const double *eta, const double *pt,
                         size_t n, size_t workers) {
    double *target = NULL, *source = NULL, *ratio = NULL;
    size_t targets = 0, sources = 0, d = 2;
    nsym_status status = points_of(&target, &targets, eta, pt, group, 1, n);
    if (status == NSYM_OK) status = points_of(&source, &sources, eta, pt, group, 0, n);
    ratio = malloc((sources + 1) * sizeof *ratio);
    if (status == NSYM_OK && !ratio) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu weights", sources);
    if (status == NSYM_OK && targets > 1 && sources > 1)
        status = drop_constant(&d, warning, target, targets, source, sources);
    if (status == NSYM_OK)
        status = nsym_kde_ratio(ratio, source, sources, target, targets, source, sources, d, 0, workers);
    for (size_t i = 0, k = 0; status == NSYM_OK && i < n; i++)
        if (group[i] == 0) weight[i] *= ratio[k++];
    free(target);
    free(source);
    free(ratio);
    if (status == NSYM_OK) return NSYM_OK;
    return nsym_fail_in(
        status, "kernel densities in (mu_eta, mu_pt) of %zu events for %zu (mixture.weights): ", targets, sources);
}

static nsym_status match_densities(double *weight, char *warning, const nsym_events *events, size_t first, size_t n,
                                   const nsym_mixture_card *card, size_t workers) {
    double *eta, *pt, *label, *charge[2];
    NSYM_TRY(nsym_column_values(&eta, events, "mu_eta"));
    NSYM_TRY(nsym_column_values(&pt, events, "mu_pt"));
    NSYM_TRY(nsym_column_values(&label, events, "label"));
    if (card->weights == NSYM_CWOLA_DESCRIBED)
        return match(weight, warning, label + first, eta + first, pt + first, n, workers);
    NSYM_TRY(both(charge, events, "charge"));
    double *opposite = malloc((n + 1) * sizeof *opposite);
    if (!opposite) return nsym_fail(NSYM_ENOMEM, "no memory for %zu signs", n);
    for (size_t i = 0; i < n; i++) opposite[i] = charge[0][first + i] * charge[1][first + i] < 0;
    nsym_status status = match(weight, warning, opposite, eta + first, pt + first, n, workers);
    free(opposite);
    return status;
}

nsym_status nsym_cwola_weigh(char *warning, nsym_events *events, size_t first, size_t n, const nsym_mixture_card *card,
                             size_t workers) {
    double *label, *weight, count[2] = {0};
    NSYM_TRY(nsym_column_values(&label, events, "label"));
    NSYM_TRY(nsym_column_values(&weight, events, "weight"));
    for (size_t i = first; i < first + n; i++) {
        weight[i] = 1;
        count[label[i] == 1]++;
    }
    if (card->weights != NSYM_CWOLA_PLAIN && !card->truth)
        NSYM_TRY(match_densities(weight + first, warning, events, first, n, card, workers));
    if (!card->balance || !(count[0] > 0 && count[1] > 0)) return NSYM_OK;
    int rare = count[1] < count[0]; /* counts, not sums of weights, as published */
    for (size_t i = first; i < first + n; i++)
        if ((label[i] == 1) == rare) weight[i] *= count[!rare] / count[rare];
    return NSYM_OK;
}
