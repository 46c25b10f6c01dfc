#include "sources/labels.h"

#include "base/fail.h"
#include "data/expression.h"
#include "data/role.h"
#include "sources/sample.h"
#include "sources/source.h"
#include <nearsym/random.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double MUON_MASS_GEV = 0.1056583755; /* Particle Data Group */

nsym_status nsym_pair_values(double *out[2], const nsym_events *events, const char *name) {
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
    nsym_status status = nsym_pair_values(pt, events, "pt");
    if (status == NSYM_OK) status = nsym_pair_values(eta, events, "eta");
    if (status == NSYM_OK) status = nsym_pair_values(phi, events, "phi");
    if (status != NSYM_OK)
        return nsym_fail_in(status, "there is no column 'mass', and it cannot be computed from the muons: ");
    NSYM_TRY(nsym_events_add_column(events, "mass", "GeV", "mass of the two muons", 1, &mass));
    for (size_t i = 0; i < events->count; i++) mass[i] = mass_of(pt, eta, phi, i);
    return NSYM_OK;
}

/* Is the event selected? A value that is no number is an error, not an event that fails. */
static nsym_status passes(bool *out, double mass, double *const pt[2], double *const eta[2], size_t i,
                          const nsym_labels_card *card) {
    *out = mass > card->mass[0] && mass < card->mass[1];
    if (!isfinite(mass)) return nsym_fail(NSYM_ENUMERIC, "row %zu: the mass is %g", i + 1, mass);
    for (size_t k = 0; k < 2; k++) {
        if (!isfinite(pt[k][i]) || !isfinite(eta[k][i]))
            return nsym_fail(NSYM_ENUMERIC, "row %zu: the %s muon has pt %g and eta %g, must be numbers", i + 1,
                             k ? "second" : "first", pt[k][i], eta[k][i]);
        *out = *out && pt[k][i] > card->pt_min && fabs(eta[k][i]) < card->eta_max;
    }
    return NSYM_OK;
}

static nsym_status select_pairs(nsym_events **events, const nsym_labels_card *card) {
    double *pt[2], *eta[2], *mass;
    size_t n = 0, all = (*events)->count;
    nsym_events *kept = NULL;
    NSYM_TRY(add_mass(*events));
    NSYM_TRY(nsym_column_values(&mass, *events, "mass"));
    NSYM_TRY(nsym_pair_values(pt, *events, "pt"));
    NSYM_TRY(nsym_pair_values(eta, *events, "eta"));
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
                           "(section labels)",
                           all, card->mass[0], card->mass[1], card->pt_min, card->eta_max);
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
        return nsym_fail(
            NSYM_EINVAL,
            "labels.fractions are [%g, %g] and the signal fraction of the events is %.4g, which must lie between them",
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

static nsym_status label_by_charge(double *label, const nsym_events *events, const nsym_labels_card *card) {
    double *charge[2], *mass;
    NSYM_TRY(nsym_column_values(&mass, events, "mass"));
    NSYM_TRY(nsym_pair_values(charge, events, "charge"));
    NSYM_TRY(check_charges(charge, events));
    for (size_t i = 0; i < events->count; i++)
        label[i] =
            charge[0][i] * charge[1][i] < 0 && mass[i] >= card->signal_region[0] && mass[i] <= card->signal_region[1];
    return NSYM_OK;
}

/* For displays: 1 where both muons have the same charge. */
static nsym_status add_same_sign(nsym_events *events) {
    double *charge[2], *same;
    bool there = nsym_events_column(events, "mu_charge") && nsym_events_column(events, "mu2_charge");
    if (!there || nsym_events_column(events, "same_sign")) return NSYM_OK;
    NSYM_TRY(nsym_pair_values(charge, events, "charge"));
    NSYM_TRY(nsym_events_add_column(events, "same_sign", "", "1: both charges equal", 1, &same));
    for (size_t i = 0; i < events->count; i++) same[i] = charge[0][i] * charge[1][i] > 0;
    return NSYM_OK;
}

static nsym_status label_mixtures(nsym_events *events, const nsym_labels_card *card, uint64_t seed) {
    double *label, ones = 0;
    const double *truth;
    size_t n = events->count;
    if (nsym_events_column(events, "label"))
        return nsym_fail(NSYM_EINVAL,
                         "there is a column 'label' already, but labels.from makes the labels; if the column is the "
                         "true class, call it truth (nearsym data convert --rename label=truth)");
    NSYM_TRY(truth_of(&truth, events, card->from == NSYM_LABELS_TRUTH || card->fractions));
    NSYM_TRY(nsym_events_add_column(events, "label", "", "1: the mixture with more signal", 1, &label));
    if (card->from == NSYM_LABELS_TRUTH && truth)
        for (size_t i = 0; i < n; i++) label[i] = truth[i];
    else if (card->fractions && truth)
        NSYM_TRY(draw_labels(label, truth, n, card->fraction, seed));
    else
        NSYM_TRY(label_by_charge(label, events, card));
    NSYM_TRY(add_same_sign(events));
    for (size_t i = 0; i < n; i++) ones += label[i];
    if (ones > 0 && ones < (double)n) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%g of %zu events have label 1; both mixtures need events", ones, n);
}

/* Weights are those of mixtures, and sWeights those of counts: events that count for more have no place in either. */
static nsym_status check_ones(const nsym_events *events) {
    const nsym_column *weight;
    NSYM_TRY(nsym_role_column(&weight, events, "weight"));
    for (size_t i = 0; weight && i < events->count; i++)
        if (weight->values[i] != 1)
            return nsym_fail(NSYM_EINVAL,
                             "row %zu: weight is %g; events of two mixtures count once each, so leave the column "
                             "'weight' out or rename it (nearsym data convert --rename weight=other)",
                             nsym_events_row(events, i), weight->values[i]);
    return NSYM_OK;
}

nsym_status nsym_labels_check(const nsym_events *events, size_t classes, bool named) {
    const nsym_column *label;
    NSYM_TRY(nsym_role_column(&label, events, "label"));
    if (!label)
        return nsym_fail(
            NSYM_EFORMAT,
            "there is no column 'label' (1 signal, 0 background); add one with `nearsym data convert --label`, name "
            "another column or an expression with labels.column, or make two mixtures with labels.from");
    for (size_t i = 0; i < events->count; i++) {
        double value = label->values[i];
        size_t row = nsym_events_row(events, i);
        if (value >= 0 && value < (double)classes && value == floor(value)) continue;
        if (classes > 2)
            return nsym_fail(NSYM_EFORMAT, "row %zu: label is %g, must be 0 to %zu: labels.classes names %zu classes",
                             row, value, classes - 1, classes);
        return nsym_fail(
            NSYM_EFORMAT, "row %zu: label is %g, must be 0 or 1%s", row, value,
            named && value >= 2 ? "; for more than two classes name them, such as labels.classes: [light, c, b]" : "");
    }
    return NSYM_OK;
}

size_t nsym_class_names(char (*name)[NSYM_CLASS_NAME], const char *names) {
    size_t n = 0;
    for (const char *at = names; at && *at && n < NSYM_CLASSES_MAX; n++) {
        size_t length = strcspn(at, ","), kept = length < NSYM_CLASS_NAME ? length : NSYM_CLASS_NAME - 1;
        if (name) {
            memcpy(name[n], at, kept);
            name[n][kept] = '\0';
        }
        at += at[length] ? length + 1 : length;
    }
    return n;
}

nsym_status nsym_labels_evaluate(nsym_events *events, const char *text, size_t *nan) {
    nsym_expression *expression;
    double *values, *to = NULL;
    nsym_status status = nsym_expression_evaluate(&expression, &values, text, events);
    if (status == NSYM_OK && nsym_expression_per_particle(expression))
        status =
            nsym_fail(NSYM_EINVAL,
                      "\"%s\" is a condition on particles, but a label is for the event: write count(...) > 0", text);
    *nan = 0;
    for (size_t i = 0; status == NSYM_OK && i < events->count; i++) *nan += nsym_expression_reads_nan(expression, i);
    if (status == NSYM_OK) status = nsym_column_set(&to, events, "label", text);
    for (size_t i = 0; status == NSYM_OK && i < events->count; i++) to[i] = values[i];
    nsym_expression_free(expression);
    free(values);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "labels.column: ");
}

static void tell_nan(char *note, size_t nan, const char *text) {
    size_t used = strlen(note);
    if (nan && used < NSYM_NOTE_SIZE)
        snprintf(note + used, NSYM_NOTE_SIZE - used,
                 "warning: labels.column, \"%.100s\", reads NaN for %zu events, where a comparison is false; "
                 "data.select can leave these events out\n",
                 text, nan);
}

nsym_status nsym_labels_make(nsym_events **events, char *note, const nsym_labels_card *card, uint64_t seed) {
    if (card->from == NSYM_LABELS_COLUMN && card->column && strcmp(card->column, "label") != 0) {
        size_t nan;
        NSYM_TRY(nsym_labels_evaluate(*events, card->column, &nan));
        tell_nan(note, nan, card->column);
    }
    if (card->from == NSYM_LABELS_COLUMN)
        return nsym_labels_check(*events, card->classes[0] ? nsym_class_names(NULL, card->classes) : 2, true);
    NSYM_TRY(check_ones(*events));
    NSYM_TRY(select_pairs(events, card));
    return label_mixtures(*events, card, seed);
}
