/* The weights of a sample: spectra made alike or flat, the densities and the numbers of both labels made alike. */
#include "sources/weights.h"

#include "base/fail.h"
#include "data/role.h"
#include "sources/labels.h"
#include "sources/sample.h"
#include <nearsym/classes.h>
#include <nearsym/kde.h>
#include <nearsym/reweight.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where there are no weights, all are 1. Which signs serve is for the training to say, but where spectra are made flat.
 */
static nsym_status check_weights(nsym_events *events, bool flat) {
    const nsym_column *weight;
    double *ones;
    NSYM_TRY(nsym_role_column(&weight, events, "weight"));
    if (!weight) {
        NSYM_TRY(nsym_events_add_column(events, "weight", "", "relative probability to be drawn", 1, &ones));
        for (size_t i = 0; i < events->count; i++) ones[i] = 1;
        return NSYM_OK;
    }
    for (size_t i = 0; i < events->count; i++) {
        if (!isfinite(weight->values[i]))
            return nsym_fail(NSYM_EINVAL, "row %zu: weight is %g, must be finite", nsym_events_row(events, i),
                             weight->values[i]);
        if (flat && weight->values[i] < 0)
            return nsym_fail(NSYM_EINVAL,
                             "row %zu: weight is %g; weights.flatten divides by sums of weights, which negative ones "
                             "may bring near 0: set weights.flatten to 0, or leave events of negative weight out",
                             nsym_events_row(events, i), weight->values[i]);
    }
    return NSYM_OK;
}

/* The values of a column that weights are made of. */
static nsym_status spectrum(double **out, const nsym_events *events, const char *name, const char *key) {
    if (nsym_column_values(out, events, name) == NSYM_OK) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT,
                     "there is no column '%s' of one value, which %s needs; 0 or none leaves the weights as "
                     "they are",
                     name, key);
}

nsym_status nsym_weights_make(nsym_events *events, const nsym_weights_card *card) {
    double *labels, *weights, *pt, *eta;
    NSYM_TRY(check_weights(events, card->flatten > 0));
    NSYM_TRY(nsym_column_values(&labels, events, "label"));
    NSYM_TRY(nsym_column_values(&weights, events, "weight"));
    if (card->reweight.binning != NSYM_BINS_NONE) {
        NSYM_TRY(spectrum(&pt, events, "pt", "weights.reweight"));
        NSYM_TRY(nsym_reweight_background(&card->reweight, pt, labels, events->count, weights));
    }
    if (!card->flatten) return NSYM_OK;
    NSYM_TRY(spectrum(&pt, events, "mu_pt", "weights.flatten"));
    NSYM_TRY(spectrum(&eta, events, "mu_eta", "weights.flatten"));
    return nsym_flatten(pt, eta, labels, events->count, card->flatten, weights);
}

static void tell_classes(const nsym_class_tally *t, bool balance, char *note) {
    size_t used = strlen(note);
    for (size_t k = 0; k < NSYM_CLASSES_MAX; k++)
        if (t->count[k] && used < NSYM_NOTE_SIZE)
            used += (size_t)snprintf(note + used, NSYM_NOTE_SIZE - used, "%slabel %zu: %zu events, weights %.6g",
                                     k && note[used ? used - 1 : 0] != '\n' ? "; " : "", k, t->count[k], t->sum[k]);
    if (used < NSYM_NOTE_SIZE)
        snprintf(note + used, NSYM_NOTE_SIZE - used, "%s\n",
                 balance ? "; balanced, so that each class has the same sum" : "");
}

nsym_status nsym_weights_balance(nsym_events *events, bool balance, char *note, char *warning) {
    double *labels, *weights;
    nsym_class_tally t;
    NSYM_TRY(nsym_column_values(&labels, events, "label"));
    NSYM_TRY(nsym_column_values(&weights, events, "weight"));
    NSYM_TRY(nsym_class_tally_of(&t, labels, weights, events->count));
    bool positive = t.least > 0 && isfinite(t.total);
    tell_classes(&t, balance && positive, note);
    if (!balance && positive && t.most > 3 * t.least)
        snprintf(warning, NSYM_WARNING_SIZE,
                 "the weights of one class add up to %.3g times those of another and are used as they are; "
                 "weights.balance: true gives all classes the same sum",
                 t.most / t.least);
    if (!balance || !positive) return NSYM_OK;
    for (size_t i = 0; i < events->count; i++) weights[i] *= t.total / ((double)t.classes * t.sum[(size_t)labels[i]]);
    return NSYM_OK;
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
            return nsym_fail(NSYM_ENUMERIC,
                             "%s does not vary in one of the groups, so no weights can make the groups equal",
                             names[k]);
        *d -= !varies;
        if (varies) kept = k;
    }
    if (*d == 0) return nsym_fail(NSYM_ENUMERIC, "neither mu_eta nor mu_pt varies; choose weights.kde: none");
    if (*d == 2) return NSYM_OK;
    snprintf(warning, NSYM_WARNING_SIZE,
             "weights.kde: %s is the same in all events, so only %s is used for their weights", names[!kept],
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
    return nsym_fail_in(status, "kernel densities in (mu_eta, mu_pt) of %zu events for %zu (weights.kde): ", targets,
                        sources);
}

static nsym_status match_densities(double *weight, char *warning, const nsym_events *events, size_t first, size_t n,
                                   const nsym_weights_card *card, size_t workers) {
    double *eta, *pt, *label, *charge[2];
    NSYM_TRY(nsym_column_values(&eta, events, "mu_eta"));
    NSYM_TRY(nsym_column_values(&pt, events, "mu_pt"));
    NSYM_TRY(nsym_column_values(&label, events, "label"));
    if (card->kde == NSYM_KDE_DESCRIBED)
        return match(weight, warning, label + first, eta + first, pt + first, n, workers);
    NSYM_TRY(nsym_pair_values(charge, events, "charge"));
    double *opposite = malloc((n + 1) * sizeof *opposite);
    if (!opposite) return nsym_fail(NSYM_ENOMEM, "no memory for %zu signs", n);
    for (size_t i = 0; i < n; i++) opposite[i] = charge[0][first + i] * charge[1][first + i] < 0;
    nsym_status status = match(weight, warning, opposite, eta + first, pt + first, n, workers);
    free(opposite);
    return status;
}

nsym_status nsym_weights_match(char *warning, nsym_events *events, size_t first, size_t n,
                               const nsym_weights_card *card, size_t workers) {
    double *label, *weight, sum[2] = {0};
    NSYM_TRY(nsym_column_values(&label, events, "label"));
    NSYM_TRY(nsym_column_values(&weight, events, "weight"));
    for (size_t i = first; i < first + n; i++) sum[label[i] == 1] += weight[i];
    if (card->kde != NSYM_KDE_NONE) NSYM_TRY(match_densities(weight + first, warning, events, first, n, card, workers));
    if (!card->balance || !(sum[0] > 0 && sum[1] > 0)) return NSYM_OK;
    int rare = sum[1] < sum[0]; /* before the densities, as published */
    for (size_t i = first; i < first + n; i++)
        if ((label[i] == 1) == rare) weight[i] *= sum[!rare] / sum[rare];
    return NSYM_OK;
}
