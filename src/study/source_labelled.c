/* What is done to labelled events of any file before they are divided: labels and weights checked, observables added,
   spectra made flat, the order drawn. */
#include "study/source.h"

#include "base/fail.h"
#include "stats/flatten.h"
#include <nearsym/observables.h>
#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>

/* Where there are no weights, all are 1. Which signs serve is for the training to say, but where spectra are made flat.
 */
static nsym_status check_weights(nsym_events *events, bool flat) {
    const nsym_column *weight = nsym_events_column(events, "weight");
    double *ones;
    if (!weight) {
        NSYM_TRY(nsym_events_add_column(events, "weight", "", "relative probability to be drawn", 1, &ones));
        for (size_t i = 0; i < events->count; i++) ones[i] = 1;
        return NSYM_OK;
    }
    if (weight->width != 1)
        return nsym_fail(NSYM_EFORMAT, "the column 'weight' has %zu values an event, must have one", weight->width);
    for (size_t i = 0; i < events->count; i++) {
        if (!isfinite(weight->values[i]))
            return nsym_fail(NSYM_EINVAL, "row %zu: weight is %g, must be finite", nsym_events_row(events, i),
                             weight->values[i]);
        if (flat && weight->values[i] < 0)
            return nsym_fail(NSYM_EINVAL,
                             "row %zu: weight is %g; data.flatten divides by sums of weights, which negative ones may "
                             "bring near 0: set data.flatten to 0, or leave events of negative weight out",
                             nsym_events_row(events, i), weight->values[i]);
    }
    return NSYM_OK;
}

/* Keeps the order within each class and spreads both evenly, so that every part of the sample has its share. */
static void spread_classes(size_t *order, const size_t *drawn, const double *labels, size_t n) {
    size_t count[2] = {0}, next[2] = {0}, taken[2] = {0};
    for (size_t i = 0; i < n; i++) count[labels[i] == 1]++;
    for (size_t k = 0; k < n; k++) {
        double at0 = ((double)taken[0] + 0.5) / (double)count[0], at1 = ((double)taken[1] + 0.5) / (double)count[1];
        int c = taken[0] == count[0] || (taken[1] < count[1] && at1 < at0);
        while ((labels[drawn[next[c]]] == 1) != c) next[c]++;
        order[k] = drawn[next[c]++];
        taken[c]++;
    }
}

nsym_status nsym_order_draw(size_t **order, size_t n, uint64_t seed, const char *purpose) {
    if (n > UINT32_MAX) return nsym_fail(NSYM_EINVAL, "%zu events are more than a sample holds (2^32)", n);
    uint32_t *drawn = malloc((n + 1) * sizeof *drawn);
    *order = calloc(n + 1, sizeof **order);
    if (drawn && *order) {
        nsym_random random = nsym_random_stream(seed, purpose, 0);
        for (size_t i = 0; i < n; i++) drawn[i] = (uint32_t)i;
        nsym_random_shuffle(&random, drawn, n);
        for (size_t i = 0; i < n; i++) (*order)[i] = drawn[i];
        free(drawn);
        return NSYM_OK;
    }
    free(drawn);
    free(*order);
    return nsym_fail(NSYM_ENOMEM, "no memory to shuffle %zu events", n);
}

/* Puts the events in an order drawn from the seed. */
static nsym_status shuffle(nsym_events **events, uint64_t seed, bool stratify) {
    size_t n = (*events)->count, *drawn, *spread = NULL;
    nsym_events *shuffled = NULL;
    NSYM_TRY(nsym_order_draw(&drawn, n, seed, "order"));
    if (stratify) spread = malloc((n + 1) * sizeof *spread);
    nsym_status status = spread || !stratify ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory to shuffle %zu events", n);
    if (status == NSYM_OK && stratify) spread_classes(spread, drawn, nsym_events_column(*events, "label")->values, n);
    if (status == NSYM_OK) status = nsym_events_select(&shuffled, *events, stratify ? spread : drawn, n);
    free(drawn);
    free(spread);
    if (status != NSYM_OK) return status;
    nsym_events_free(*events);
    *events = shuffled;
    return NSYM_OK;
}

/* Each class flat in the muons' pT and eta. */
static nsym_status flatten(nsym_events *events, size_t bins) {
    const nsym_column *pt = nsym_events_column(events, "mu_pt"), *eta = nsym_events_column(events, "mu_eta");
    if (!pt || !eta || pt->width != 1 || eta->width != 1)
        return nsym_fail(NSYM_EFORMAT,
                         "there is no column '%s' of one value, which data.flatten makes flat; 0 leaves "
                         "the weights as they are",
                         pt ? "mu_eta" : "mu_pt");
    return nsym_flatten(pt->values, eta->values, nsym_events_column(events, "label")->values, events->count, bins,
                        nsym_events_column(events, "weight")->values);
}

nsym_status nsym_observe(nsym_events *events, const char *names, size_t workers) {
    nsym_observables *observables;
    NSYM_TRY(nsym_observables_parse(&observables, names));
    size_t n = nsym_observables_count(observables);
    double *values = malloc((events->count * n + 1) * sizeof *values), *column;
    nsym_status status =
        values ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu observables of %zu events", n, events->count);
    if (status == NSYM_OK) status = nsym_observables_compute(observables, events, workers, NULL, NULL, values);
    for (size_t k = 0; status == NSYM_OK && k < n; k++) {
        const char *name = nsym_observables_name(observables, k);
        if (nsym_events_column(events, name)) continue;
        status = nsym_events_add_column(events, name, "", "", 1, &column);
        for (size_t i = 0; status == NSYM_OK && i < events->count; i++) column[i] = values[i * n + k];
    }
    nsym_observables_free(observables);
    free(values);
    return status;
}

nsym_status nsym_labelled_prepare(nsym_events **events, const nsym_data_card *card, size_t workers) {
    NSYM_TRY(nsym_labels_check(*events));
    NSYM_TRY(check_weights(*events, card->flatten > 0));
    if (card->flatten) NSYM_TRY(flatten(*events, card->flatten));
    if (card->observables[0]) NSYM_TRY(nsym_observe(*events, card->observables, workers));
    return card->shuffle ? shuffle(events, card->seed, card->stratify) : NSYM_OK;
}
