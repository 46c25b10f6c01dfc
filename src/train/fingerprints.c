#include "train/fingerprints.h"

#include "base/fail.h"
#include "nn/model.h"
#include "transform/lorentz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char attribute[] = "fingerprints_of";

const char *nsym_fingerprints_identity(const nsym_events *events) {
    bool pairs = nsym_events_column(events, "pt_true") && nsym_events_column(events, "mass_true");
    return pairs ? NSYM_PAIRS_IDENTITY : NULL;
}

/* The names of the particles' features with commas between; new. */
static nsym_status features_of(char **out, const nsym_events *events) {
    size_t size = 1;
    for (size_t k = 0; k < events->features; k++) size += strlen(events->feature_names[k]) + 1;
    *out = calloc(size, 1);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for the names of %zu features", events->features);
    for (size_t k = 0; k < events->features; k++) {
        if (k > 0) strcat(*out, ",");
        strcat(*out, events->feature_names[k]);
    }
    return NSYM_OK;
}

/* What tells the sample's events; new. */
static nsym_status fields_of(char **out, const nsym_model *model, const nsym_events *events, const char *identity) {
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    const char *named = identity;
    if (!named && spec->columns[0] && nsym_model_width(spec, NSYM_PARTICLE_INPUT) == 0) named = spec->columns;
    if (!named && events->features > 0) return features_of(out, events);
    *out = strdup(named ? named : "");
    return *out ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the names of fields");
}

static nsym_status keep(nsym_model *model, const nsym_events *events, const char *fields, const uint32_t *rows,
                        size_t n) {
    const nsym_column *group = nsym_events_column(events, "group");
    uint64_t *all = malloc((events->count + n + 1) * sizeof *all), *own = all + events->count;
    double *origin = malloc((n + 1) * sizeof *origin);
    nsym_status status = all && origin ? nsym_events_hash(all, events, fields)
                                       : nsym_fail(NSYM_ENOMEM, "no memory for the fingerprints of %zu events", n);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        own[i] = all[rows[i]];
        origin[i] = group && group->width == 1 ? group->values[rows[i]] : (double)rows[i];
    }
    if (status == NSYM_OK) status = nsym_fingerprints_take(&model->fingerprints, own, origin, n);
    free(all);
    free(origin);
    return status;
}

nsym_status nsym_fingerprints_keep(nsym_model *model, const nsym_events *events, const char *identity,
                                   const uint32_t *rows, size_t n) {
    char *fields;
    NSYM_TRY(fields_of(&fields, model, events, identity));
    nsym_status status = fields[0] ? keep(model, events, fields, rows, n) : NSYM_OK;
    if (status == NSYM_ENOTFOUND) status = NSYM_OK; /* a comma parts a name */
    if (status == NSYM_OK && model->fingerprints.count) status = nsym_model_set_attribute(model, attribute, fields);
    free(fields);
    return status;
}

/* Pairs of muons without the columns that a study's sample has: new events of these alone. */
static nsym_status true_columns(nsym_events **out, const nsym_events *pairs) {
    static const char *const names[] = {"px", "py", "pz", "energy"};
    double *pt, *mass, p4[8];
    NSYM_TRY(nsym_events_new(out, pairs->count));
    NSYM_TRY(nsym_events_add_column(*out, "pt_true", "GeV", "", 1, &pt));
    NSYM_TRY(nsym_events_add_column(*out, "mass_true", "GeV", "", 1, &mass));
    for (size_t i = 0; i < pairs->count; i++) {
        if (pairs->offsets[i + 1] - pairs->offsets[i] != 2) continue;
        for (size_t k = 0; k < 8; k++)
            p4[k] = pairs->particles[(pairs->offsets[i] + k / 4) * pairs->features +
                                     nsym_events_feature(pairs, names[k % 4])];
        pt[i] = hypot(p4[0], p4[1]);
        mass[i] = nsym_mass(p4, 2);
    }
    return NSYM_OK;
}

static bool are_pairs(const nsym_events *events) {
    return events->offsets && nsym_events_feature(events, "px") != NSYM_NONE &&
           nsym_events_feature(events, "py") != NSYM_NONE && nsym_events_feature(events, "pz") != NSYM_NONE &&
           nsym_events_feature(events, "energy") != NSYM_NONE && !nsym_events_column(events, "pt_true");
}

nsym_status nsym_fingerprints_add(nsym_fingerprint_tally *tally, const nsym_model *model, const nsym_events *events) {
    const char *fields = nsym_model_attribute(model, attribute);
    nsym_events *pairs = NULL;
    if (model->fingerprints.count == 0 || !fields) return NSYM_OK;
    uint64_t *hashes = malloc((events->count + 1) * sizeof *hashes);
    nsym_status status = hashes ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory to compare %zu events", events->count);
    bool made = strcmp(fields, NSYM_PAIRS_IDENTITY) == 0 && are_pairs(events);
    if (status == NSYM_OK && made) status = true_columns(&pairs, events);
    if (status == NSYM_OK) status = nsym_events_hash(hashes, made ? pairs : events, fields);
    if (status == NSYM_OK) nsym_fingerprints_look(tally, &model->fingerprints, hashes, events->count);
    nsym_events_free(pairs);
    free(hashes);
    return status == NSYM_ENOTFOUND ? NSYM_OK : status;
}

double nsym_fingerprints_told(const nsym_fingerprint_tally *tally) {
    double trained = nsym_fingerprints_estimate(tally);
    return trained < 0.01 * (double)tally->events ? 0 : trained;
}

nsym_status nsym_fingerprints_compare(double *trained, const nsym_model *model, const nsym_events *events) {
    nsym_fingerprint_tally tally = {0};
    *trained = 0;
    NSYM_TRY(nsym_fingerprints_add(&tally, model, events));
    *trained = nsym_fingerprints_told(&tally);
    return NSYM_OK;
}
