#include "sources/dimuon_pairs.h"

#include "base/fail.h"
#include "data/role.h"
#include <nearsym/io.h>

#include <math.h>
#include <stdlib.h>

/* Where an event's record keeps what a pair needs. */
typedef struct {
    size_t pdg, status, momentum[4];
} layout;

static nsym_status find_layout(layout *out, const nsym_events *events) {
    static const char *const momentum[4] = {"px", "py", "pz", "energy"};
    if (!events->offsets)
        return nsym_fail(NSYM_EFORMAT, "there are no particles; give an LHE file, or columns px_0 ... energy_1");
    out->pdg = nsym_events_feature(events, "pdg");
    if (out->pdg == NSYM_NONE) out->pdg = nsym_events_feature(events, "id");
    if (out->pdg == NSYM_NONE)
        return nsym_fail(NSYM_EFORMAT, "the particles have no 'pdg' (or 'id'); muons are -13 and 13");
    out->status = nsym_events_feature(events, "status");
    for (size_t k = 0; k < 4; k++) {
        out->momentum[k] = nsym_events_feature(events, momentum[k]);
        if (out->momentum[k] == NSYM_NONE)
            return nsym_fail(NSYM_EFORMAT, "the particles have no '%s' (GeV)", momentum[k]);
    }
    return NSYM_OK;
}

/* Event i's final l+ and l- of one flavour (the size of their pdg) in p4 (2, 4), and how many there are of each. */
static nsym_status extract_flavour(size_t found[2], const nsym_events *events, const layout *at, size_t i,
                                   double flavour, double *p4) {
    found[0] = found[1] = 0;
    for (uint64_t row = events->offsets[i]; row < events->offsets[i + 1]; row++) {
        const double *particle = events->particles + row * events->features;
        if (fabs(particle[at->pdg]) != flavour || (at->status != NSYM_NONE && particle[at->status] != 1)) continue;
        size_t slot = particle[at->pdg] < 0 ? 0 : 1; /* mu+ is -13 */
        found[slot]++;
        for (size_t k = 0; k < 4; k++) {
            double value = particle[at->momentum[k]];
            if (!isfinite(value))
                return nsym_fail(NSYM_EFORMAT, "row %zu: %s of a lepton is %g", nsym_events_row(events, i),
                                 events->feature_names[at->momentum[k]], value);
            p4[4 * slot + k] = value;
        }
    }
    return NSYM_OK;
}

/* Its muons, or, where there are none, its electrons. */
static nsym_status extract(const nsym_events *events, const layout *at, size_t i, double *p4) {
    size_t muons[2], electrons[2] = {0};
    NSYM_TRY(extract_flavour(muons, events, at, i, 13, p4));
    if (muons[0] == 1 && muons[1] == 1) return NSYM_OK;
    if (muons[0] + muons[1] == 0) NSYM_TRY(extract_flavour(electrons, events, at, i, 11, p4));
    if (electrons[0] == 1 && electrons[1] == 1) return NSYM_OK;
    return nsym_fail(
        NSYM_EFORMAT,
        "row %zu has %zu final mu+ and %zu mu-, %zu e+ and %zu e-, must have one mu+ and one mu-, or one e+ "
        "and one e-",
        nsym_events_row(events, i), muons[0], muons[1], electrons[0], electrons[1]);
}

static nsym_status set_weights(nsym_pairs *pairs, const nsym_events *events) {
    const nsym_column *column;
    double sum = 0;
    NSYM_TRY(nsym_role_column(&column, events, "weight"));
    for (size_t i = 0; i < pairs->count; i++) {
        pairs->weight[i] = column ? column->values[i] : 1;
        if (!(pairs->weight[i] >= 0) || isinf(pairs->weight[i]))
            return nsym_fail(
                NSYM_EINVAL,
                "row %zu: weight is %g; the source 'dimuon' draws events in proportion to their weights, which must be "
                "numbers of at least 0: leave events of negative weight out, or take labelled events of the source "
                "'file', where they train with train.sampling: each and train.weighted: true",
                nsym_events_row(events, i), pairs->weight[i]);
        sum += pairs->weight[i];
    }
    if (!(sum > 0)) return nsym_fail(NSYM_EINVAL, "all event weights are zero");
    for (size_t i = 0; i < pairs->count; i++) pairs->weight[i] *= (double)pairs->count / sum;
    return NSYM_OK;
}

static nsym_status take(nsym_pairs *out, const nsym_events *events, size_t count) {
    layout at = {0};
    if (events->count < count)
        return nsym_fail(NSYM_EINVAL, "holds %zu events and data.events asks for %zu; set data.events to at most %zu",
                         events->count, count, events->count);
    NSYM_TRY(find_layout(&at, events));
    *out = (nsym_pairs){count, calloc(8 * count, sizeof(double)), calloc(count, sizeof(double))};
    if (!out->p4 || !out->weight) return nsym_fail(NSYM_ENOMEM, "no memory for %zu pairs", count);
    for (size_t i = 0; i < count; i++) NSYM_TRY(extract(events, &at, i, out->p4 + 8 * i));
    return set_weights(out, events);
}

nsym_status nsym_pairs_load(nsym_pairs *out, const char *path, nsym_dimuon_process process, size_t count, uint64_t seed,
                            bool (*stop)(void)) {
    nsym_events *events = NULL;
    *out = (nsym_pairs){0};
    if (path[0]) {
        NSYM_TRY(nsym_events_read(&events, path, &(nsym_read_options){.max_events = count}));
    } else {
        nsym_dimuon_options options = nsym_dimuon_defaults(process);
        options.events = count;
        options.seed = seed;
        options.stop = stop;
        NSYM_TRY(nsym_dimuon_generate(&events, &options));
    }
    nsym_status status = take(out, events, count);
    nsym_events_free(events);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_pairs_free(out);
    return nsym_fail_in(status, "%s: ", path[0] ? path : "built-in generator");
}

nsym_status nsym_pairs_set_particles(nsym_events *events) {
    static const char *const names[] = {"px", "py", "pz", "energy"}, *const units[] = {"GeV", "GeV", "GeV", "GeV"};
    uint64_t *offsets = malloc((events->count + 1) * sizeof *offsets);
    if (!offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    for (size_t i = 0; i <= events->count; i++) offsets[i] = 2 * i;
    nsym_status status = nsym_events_set_particles(events, 4, names, units, offsets);
    free(offsets);
    return status;
}

nsym_status nsym_pairs_select(nsym_events **out, const nsym_events *events) {
    layout at = {0};
    nsym_events *pairs = NULL;
    NSYM_TRY(find_layout(&at, events));
    nsym_status status = nsym_events_columns(&pairs, events, 0, events->count);
    if (status == NSYM_OK) status = nsym_pairs_set_particles(pairs);
    for (size_t i = 0; status == NSYM_OK && i < events->count; i++)
        status = extract(events, &at, i, pairs->particles + 8 * i);
    if (status == NSYM_OK)
        *out = pairs;
    else
        nsym_events_free(pairs);
    return status;
}

void nsym_pairs_free(nsym_pairs *pairs) {
    free(pairs->p4);
    free(pairs->weight);
    *pairs = (nsym_pairs){0};
}
