/* A sample that is ready to be trained on: labelled events with four-momenta, shuffled or in the order of their file.
 */
#include "study/source.h"

#include "base/fail.h"
#include "symmetry/lorentz.h"
#include <nearsym/io.h>
#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>

static nsym_status check_weights(nsym_events *events) {
    const nsym_column *weight = nsym_events_column(events, "weight");
    double *ones;
    if (!weight) {
        NSYM_TRY(nsym_events_add_column(events, "weight", "", "relative probability to be drawn", 1, &ones));
        for (size_t i = 0; i < events->count; i++) ones[i] = 1;
        return NSYM_OK;
    }
    for (size_t i = 0; i < events->count; i++)
        if (weight->width != 1 || !(weight->values[i] >= 0) || isinf(weight->values[i]))
            return nsym_fail(NSYM_EINVAL,
                             "event %zu: weight is %g; events are drawn in proportion to their weights, so a "
                             "weight must be a number >= 0",
                             i + 1, weight->values[i * weight->width]);
    return NSYM_OK;
}

/* The columns that figures show, where the file does not bring them: pT of the first particle and mass of all. */
static nsym_status add_kinematics(nsym_events *events) {
    static const char *const names[4] = {"px", "py", "pz", "energy"};
    double *pt = NULL, *mass = NULL, p4[4 * 64];
    size_t feature[4];
    for (size_t k = 0; k < 4; k++) {
        feature[k] = events->offsets ? nsym_events_feature(events, names[k]) : NSYM_NONE;
        if (feature[k] == NSYM_NONE) return nsym_fail(NSYM_EFORMAT, "the particles have no '%s' (GeV)", names[k]);
    }
    if (!nsym_events_column(events, "pt"))
        NSYM_TRY(nsym_events_add_column(events, "pt", "GeV", "pT of the first particle", 1, &pt));
    if (!nsym_events_column(events, "mass"))
        NSYM_TRY(nsym_events_add_column(events, "mass", "GeV", "mass of all particles", 1, &mass));
    for (size_t i = 0; i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        if (n > 64) return nsym_fail(NSYM_EINVAL, "event %zu has %zu particles, at most 64 are read", i + 1, n);
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < 4; k++)
                p4[4 * j + k] = events->particles[(events->offsets[i] + j) * events->features + feature[k]];
        if (pt) pt[i] = n > 0 ? hypot(p4[0], p4[1]) : 0;
        if (mass) mass[i] = nsym_mass(p4, n);
    }
    return NSYM_OK;
}

/* Puts the events in an order drawn from the seed. */
static nsym_status shuffle(nsym_events **events, uint64_t seed) {
    size_t n = (*events)->count;
    if (n > UINT32_MAX) return nsym_fail(NSYM_EINVAL, "%zu events are more than a sample holds (2^32)", n);
    uint32_t *drawn = malloc((n + 1) * sizeof *drawn);
    size_t *order = malloc((n + 1) * sizeof *order);
    nsym_status status = drawn && order ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory to shuffle %zu events", n);
    nsym_events *shuffled = NULL;
    if (status == NSYM_OK) {
        nsym_random random = nsym_random_stream(seed, "order", 0);
        for (size_t i = 0; i < n; i++) drawn[i] = (uint32_t)i;
        nsym_random_shuffle(&random, drawn, n);
        for (size_t i = 0; i < n; i++) order[i] = drawn[i];
        status = nsym_events_select(&shuffled, *events, order, n);
    }
    free(drawn);
    free(order);
    if (status != NSYM_OK) return status;
    nsym_events_free(*events);
    *events = shuffled;
    return NSYM_OK;
}

nsym_status nsym_source_file(nsym_sample *out, const nsym_data_card *card) {
    nsym_events *events = NULL;
    if (!card->file[0]) return nsym_fail(NSYM_EINVAL, "the source 'file' needs data.file, a file of labelled events");
    NSYM_TRY(nsym_events_read(&events, card->file, NULL));
    nsym_status status = nsym_labels_check(events);
    if (status == NSYM_OK) status = check_weights(events);
    if (status == NSYM_OK) status = add_kinematics(events);
    if (status == NSYM_OK && card->shuffle) status = shuffle(&events, card->seed);
    if (status == NSYM_OK) {
        out->events = events;
        return NSYM_OK;
    }
    nsym_events_free(events);
    return nsym_fail_in(status, "%s: ", card->file);
}
