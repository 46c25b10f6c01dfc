#include "sources/cuts.h"

#include "base/fail.h"
#include "data/events.h"
#include "data/expression.h"
#include "options/tree.h"
#include "sources/source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool nsym_cuts_are_made(const nsym_data_card *data) {
    return data->particles[0] || data->define[0] || data->select[0];
}

/* Keeps the particles for which the values are true, in place. */
static void keep_particles(nsym_events *events, const double *keep) {
    uint64_t kept = 0, row = 0;
    for (size_t i = 0; i < events->count; i++) {
        for (; row < events->offsets[i + 1]; row++) {
            if (keep[row] == 0 || isnan(keep[row])) continue;
            memmove(events->particles + kept++ * events->features, events->particles + row * events->features,
                    events->features * sizeof *events->particles);
        }
        events->offsets[i + 1] = kept;
    }
}

static nsym_status cut_particles(nsym_events *events, const char *text) {
    nsym_expression *cut;
    double *keep;
    if (!text[0]) return NSYM_OK;
    nsym_status status = nsym_expression_evaluate(&cut, &keep, text, events);
    if (status == NSYM_OK && !nsym_expression_per_particle(cut))
        status = nsym_fail(NSYM_EINVAL, "\"%s\" names no particle feature; use data.select to cut on events", text);
    if (status == NSYM_OK) keep_particles(events, keep);
    nsym_expression_free(cut);
    free(keep);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "data.particles: ");
}

static nsym_status set_feature(nsym_events *events, const char *name, const double *values) {
    size_t feature = nsym_events_feature(events, name), n = (size_t)events->offsets[events->count];
    if (feature == NSYM_NONE) {
        NSYM_TRY(nsym_events_add_features(events, 1, &name, NULL));
        feature = events->features - 1;
    }
    nsym_events_drop_words(events, name);
    for (size_t i = 0; i < n; i++) events->particles[i * events->features + feature] = values[i];
    return NSYM_OK;
}

static nsym_status set_column(nsym_events *events, const char *name, const char *text, const double *values) {
    double *to;
    NSYM_TRY(nsym_column_set(&to, events, name, text));
    memcpy(to, values, events->count * sizeof *to);
    return NSYM_OK;
}

static nsym_status define(nsym_events *events, const nsym_node *node) {
    nsym_expression *expression;
    double *values;
    if (node->kind != NSYM_SCALAR) return nsym_fail(NSYM_EINVAL, "must be an expression, such as pt / mu_pt");
    NSYM_TRY(nsym_expression_evaluate(&expression, &values, node->text, events));
    nsym_status status = nsym_expression_per_particle(expression) ? set_feature(events, node->key, values)
                                                                  : set_column(events, node->key, node->text, values);
    nsym_expression_free(expression);
    free(values);
    return status;
}

nsym_status nsym_cuts_define(nsym_events *events, const nsym_data_card *data) {
    nsym_tree *tree;
    NSYM_TRY(cut_particles(events, data->particles));
    if (!data->define[0]) return NSYM_OK;
    NSYM_TRY(nsym_tree_parse(&tree, data->define, strlen(data->define), "data.define"));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && i < tree->root->count; i++) {
        status = define(events, tree->root->child[i]);
        if (status != NSYM_OK) status = nsym_fail_in(status, "data.define.%s: ", tree->root->child[i]->key);
    }
    nsym_tree_free(tree);
    return status;
}

/* Keeps the events for which an expression is true. */
static nsym_status keep_events(nsym_events **events, char *note, const nsym_expression *cut, const double *holds) {
    nsym_events *kept;
    size_t n = 0, nan = 0, count = (*events)->count, *index = malloc((count + 1) * sizeof *index);
    char of_nan[96] = "";
    if (!index) return nsym_fail(NSYM_ENOMEM, "no memory to select from %zu events", count);
    for (size_t i = 0; i < count; i++) {
        if (holds[i] != 0 && !isnan(holds[i]))
            index[n++] = i;
        else
            nan += isnan(holds[i]) || nsym_expression_reads_nan(cut, i);
    }
    if (nan) snprintf(of_nan, sizeof of_nan, "; %zu of the dropped events have NaN in a quantity that it reads", nan);
    nsym_status status = n > 0 ? nsym_events_select(&kept, *events, index, n)
                               : nsym_fail(NSYM_EINVAL, "is true for none of %zu events%s", count, of_nan);
    free(index);
    if (status != NSYM_OK) return status;
    size_t used = strlen(note);
    snprintf(note + used, NSYM_CUTS_NOTE - used, "data.select keeps %zu of %zu events%s\n", n, count, of_nan);
    nsym_events_free(*events);
    *events = kept;
    return NSYM_OK;
}

static nsym_status select_events(nsym_events **events, char *note, const char *text) {
    nsym_expression *cut;
    double *holds;
    nsym_status status = nsym_expression_evaluate(&cut, &holds, text, *events);
    if (status == NSYM_OK && nsym_expression_per_particle(cut))
        status = nsym_fail(NSYM_EINVAL,
                           "\"%s\" is a condition on particles, not on the event: write count(...) > 0, or use "
                           "data.particles to cut on particles",
                           text);
    if (status == NSYM_OK) status = keep_events(events, note, cut, holds);
    nsym_expression_free(cut);
    free(holds);
    return status;
}

static size_t particles_of(const nsym_events *events) {
    return events->offsets ? (size_t)events->offsets[events->count] : 0;
}

nsym_status nsym_cuts_make(nsym_events **events, char *note, const nsym_data_card *data) {
    note[0] = '\0';
    size_t all = particles_of(*events);
    NSYM_TRY(nsym_cuts_define(*events, data));
    if (data->particles[0])
        snprintf(note, NSYM_CUTS_NOTE, "data.particles keeps %zu of %zu particles\n", particles_of(*events), all);
    if (!data->select[0]) return NSYM_OK;
    nsym_status status = select_events(events, note, data->select);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "data.select: ");
}
