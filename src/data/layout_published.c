/* Published samples that are plain arrays: JetNet (R. Kansal et al., NeurIPS 2021, arXiv:2106.11535) and EnergyFlow's
   MOD files of CMS Open Data (P. T. Komiske et al., Phys. Rev. D 101 (2020) 034009, arXiv:1908.08542). */
#include "base/fail.h"
#include "data/layout.h"

#include <stdio.h>
#include <string.h>

static bool has_shape(const nsym_layout *l, const char *dataset, size_t dimensions, nsym_h5_array *array) {
    return nsym_layout_has(l, dataset) && nsym_h5_outline(l->file, dataset, array) == NSYM_OK && array->number &&
           array->dimensions == dimensions;
}

/* Every dataset but these. */
static nsym_status add_others(nsym_layout *l, const char *const *known) {
    for (size_t i = 0; i < l->n; i++) {
        bool is_known = false;
        for (const char *const *name = known; *name; name++) is_known |= strcmp(*name, l->names[i]) == 0;
        if (is_known) continue;
        nsym_h5_array array;
        bool event = nsym_h5_outline(l->file, l->names[i], &array) == NSYM_OK && array.dimensions > 0 &&
                     array.shape[0] == l->events && !strchr(l->names[i], '/');
        if (event || array.dimensions == 0)
            NSYM_TRY(nsym_layout_add_dataset(l, l->names[i], l->names[i]));
        else
            nsym_layout_leave_out(l, l->names[i], "not one for each event");
    }
    return nsym_layout_add_attributes(l);
}

/* JetNet. */

static const char jets[] = "jet_features", particles[] = "particle_features";

bool nsym_layout_is_jetnet(const nsym_layout *l) {
    nsym_h5_array array;
    return has_shape(l, particles, 3, &array) && array.shape[2] >= 3 && array.shape[2] <= 4 &&
           has_shape(l, jets, 2, &array);
}

nsym_status nsym_layout_plan_jetnet(nsym_layout *l) {
    static const char *const features[] = {"eta_rel", "phi_rel", "pt_rel", "mask"};
    static const char *const columns[] = {"jet_pt", "jet_eta", "jet_mass", "num_particles"};
    static const char *const known[] = {jets, particles, NULL};
    nsym_h5_array array;
    const char *const *names = features;
    NSYM_TRY(nsym_h5_describe(l->file, particles, &array));
    size_t n = (size_t)array.shape[2];
    if (l->options->features) NSYM_TRY(nsym_layout_feature_names(l, n, &names));
    uint64_t events = array.shape[0];
    NSYM_TRY(nsym_layout_add_padded(l, particles, &array, names));
    NSYM_TRY(nsym_h5_describe(l->file, jets, &array));
    if (array.shape[0] != events)
        return nsym_fail(NSYM_EFORMAT, "%s: has %llu rows for %llu jets", jets, (unsigned long long)array.shape[0],
                         (unsigned long long)events);
    l->events = events;
    NSYM_TRY(array.shape[1] == 4 ? nsym_layout_add_table(l, jets, &array, columns)
                                 : nsym_layout_add_dataset(l, jets, jets));
    NSYM_TRY(add_others(l, known));
    nsym_layout_set_events(l, events);
    return NSYM_OK;
}

/* MOD. */

static const char mod_whole[] = "jets_i", mod_floats[] = "jets_f", mod_particles[] = "pfcs", mod_index[] = "pfcs_index";

bool nsym_layout_is_mod(const nsym_layout *l) {
    nsym_h5_array array;
    return has_shape(l, mod_whole, 2, &array) && has_shape(l, mod_floats, 2, &array);
}

/* Names from the attribute cols of a table, or that of the file (NAME_cols). */
static nsym_status mod_names(nsym_layout *l, const char *dataset, const nsym_h5_array *array,
                             const char *const **names) {
    size_t n = (size_t)array->shape[1];
    char of_file[32];
    snprintf(of_file, sizeof of_file, "%s_cols", dataset);
    NSYM_TRY(nsym_layout_names(l, dataset, "cols", n, names));
    if (!*names) NSYM_TRY(nsym_layout_names(l, "/", of_file, n, names));
    if (*names) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s: has no attribute cols with the names of its %zu columns", dataset, n);
}

static nsym_status add_mod_particles(nsym_layout *l, uint64_t events) {
    nsym_h5_array array, index;
    const char *const *names;
    size_t rows;
    NSYM_TRY(nsym_h5_describe(l->file, mod_particles, &array));
    NSYM_TRY(nsym_h5_describe(l->file, mod_index, &index));
    if (array.dimensions != 2 || !array.number || index.dimensions != 1 || index.size != events + 1)
        return nsym_fail(NSYM_EFORMAT, "%s and %s: must be (particles, columns) and (jets + 1) for %llu jets",
                         mod_particles, mod_index, (unsigned long long)events);
    NSYM_TRY(mod_names(l, mod_particles, &array, &names));
    NSYM_TRY(nsym_layout_add_rows(l, mod_index, NULL, 0, &index, 1, &l->begins.rows));
    NSYM_TRY(nsym_layout_add_rows(l, mod_particles, NULL, 0, &array, (size_t)array.shape[1], &rows));
    for (size_t k = 0; k < array.shape[1]; k++) NSYM_TRY(nsym_layout_add_feature(l, names[k], "", rows, k, 1));
    l->particles = NSYM_LAYOUT_RAGGED;
    l->particle_rows = array.shape[0];
    return NSYM_OK;
}

nsym_status nsym_layout_plan_mod(nsym_layout *l) {
    static const char *const known[] = {mod_whole, mod_floats, mod_particles, mod_index, NULL};
    nsym_h5_array array;
    uint64_t events = 0;
    for (size_t i = 0; i < 2; i++) {
        const char *const *names;
        NSYM_TRY(nsym_h5_describe(l->file, known[i], &array));
        if (i > 0 && array.shape[0] != events)
            return nsym_fail(NSYM_EFORMAT, "%s: has %llu rows, but %s has %llu", known[i],
                             (unsigned long long)array.shape[0], known[0], (unsigned long long)events);
        events = array.shape[0];
        NSYM_TRY(mod_names(l, known[i], &array, &names));
        NSYM_TRY(nsym_layout_add_table(l, known[i], &array, names));
    }
    l->events = events;
    if (nsym_layout_has(l, mod_particles)) NSYM_TRY(add_mod_particles(l, events));
    NSYM_TRY(add_others(l, known));
    nsym_layout_set_events(l, events);
    return NSYM_OK;
}
