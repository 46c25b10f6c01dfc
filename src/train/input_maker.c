#include "train/input_maker.h"

#include "base/fail.h"
#include "data/events.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Feature k of an input, or what takes its place, among those of events; NSYM_NONE where there is neither. */
static size_t feature_of(const nsym_events *events, const nsym_input_kind *d, size_t k) {
    size_t feature = nsym_events_feature(events, d->feature[k]);
    bool replaced = feature == NSYM_NONE && k + 1 == d->features && d->instead;
    return replaced ? nsym_events_feature(events, d->instead) : feature;
}

static nsym_status find_features(nsym_input_maker *m) {
    const nsym_input_kind *d = m->kind;
    for (size_t k = 0; k < m->features; k++) {
        m->feature[k] = m->events->offsets ? feature_of(m->events, d, k) : NSYM_NONE;
        if (m->feature[k] != NSYM_NONE) continue;
        const char *instead = k + 1 == d->features ? d->instead : NULL;
        return nsym_fail(NSYM_ENOTFOUND, "the events have no %sparticle feature '%s%s%s', which the input '%s' needs",
                         m->events->offsets ? "" : "particles, and so no ", d->feature[k], instead ? "' or '" : "",
                         instead ? instead : "", d->name);
    }
    const nsym_column *muon = d->relative ? nsym_events_column(m->events, "mu_pt") : NULL;
    if (d->relative && (!muon || muon->width != 1))
        return nsym_fail(NSYM_ENOTFOUND,
                         "the events have no column 'mu_pt' of one value, which the input '%s' divides pt by; "
                         "'objects' does not",
                         d->name);
    return NSYM_OK;
}

static nsym_status find_columns(nsym_input_maker *m) {
    m->column = calloc(m->names + 1, sizeof *m->column);
    m->stride = calloc(m->names + 1, sizeof *m->stride);
    if (!m->column || !m->stride) return nsym_fail(NSYM_ENOMEM, "no memory for %zu columns", m->names);
    for (size_t k = 0; k < m->names; k++) {
        m->column[k] = nsym_events_values(m->events, m->named[k].name, &m->stride[k]);
        if (m->column[k]) continue;
        return nsym_fail(
            NSYM_ENOTFOUND,
            "the events have no column '%s' of one value, which the model reads; a card's 'observables' and "
            "`nearsym observables` add what can be computed",
            m->named[k].name);
    }
    return NSYM_OK;
}

static nsym_status find_named_features(nsym_input_maker *m) {
    for (size_t k = 0; k < m->names; k++) {
        m->feature[k] = m->events->offsets ? nsym_events_feature(m->events, m->named[k].name) : NSYM_NONE;
        if (m->feature[k] != NSYM_NONE) continue;
        char has[256] = "";
        size_t used = 0;
        for (size_t f = 0; f < m->events->features && used < sizeof has; f++)
            used += (size_t)snprintf(has + used, sizeof has - used, "%s%s", f ? ", " : "", m->events->feature_names[f]);
        return nsym_fail(NSYM_ENOTFOUND, "the particles have no feature '%s', which the model reads; they have %s",
                         m->named[k].name, has[0] ? has : "none");
    }
    return NSYM_OK;
}

/* An input that an array gives: of a known name it is standardised as if it were made of events, any other in all its
   columns. */
static nsym_status open_array(nsym_input_maker *m, size_t part, size_t most) {
    static const char *const needs[] = {"particles", "an event input", "a weight input"};
    const nsym_model_inputs *arrays = m->material->arrays;
    const float *const values[] = {arrays->particles, arrays->event, arrays->gate};
    const nsym_input *input = nsym_input_of(m->spec, part);
    const nsym_input_kind *known = nsym_input_find(input->name);
    if (input->width == 0) return NSYM_OK;
    if (known) m->given = *known;
    m->given.name = input->name;
    m->given.expansion = NSYM_STORED;
    m->kind = &m->given;
    m->per_particle = part == 0;
    m->width = input->width;
    m->array = values[part];
    bool empty = m->material->count == 0 || (part == 0 && m->material->offsets && most == 0);
    if ((!m->array && !empty) || (part == 0 && !m->material->offsets))
        return nsym_fail(NSYM_EINVAL, "the model needs %s (%s)", needs[part], input->name);
    m->values = calloc((m->per_particle ? most : 1) * m->width + 1, sizeof *m->values);
    return m->values ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for one event");
}

/* The features or columns that the spec names. */
static nsym_status open_names(nsym_input_maker *m, size_t part) {
    const char *names, *transforms;
    nsym_features_of_spec(&names, &transforms, m->spec, part);
    return nsym_features_parse(&m->named, &m->names, names, transforms);
}

nsym_status nsym_maker_open(nsym_input_maker *out, const nsym_model_spec *spec, size_t part,
                            const nsym_material *material, size_t most) {
    const nsym_input_kind *d = nsym_input_find(nsym_input_of(spec, part)->name);
    *out = (nsym_input_maker){.spec = spec, .material = material, .events = material->events};
    if (material->arrays) return open_array(out, part, most);
    out->kind = d;
    if (!d) return NSYM_OK;
    if (d->named) NSYM_TRY(open_names(out, part));
    out->per_particle = d->place == NSYM_PER_PARTICLE || d->expansion != NSYM_STORED;
    out->width = d->expansion == NSYM_STORED ? nsym_input_of(spec, part)->width : d->features;
    out->of_pairs = nsym_input_of_pairs(spec->particle_input.name);
    if (d->referred) NSYM_TRY(nsym_references_parse(&out->references, spec->references));
    size_t rows = !out->per_particle ? 1 : d->pairs ? nsym_input_rows(spec, most) : most;
    out->features = d->features ? d->features : out->per_particle ? out->names : 0;
    out->feature = calloc(out->features + 1, sizeof *out->feature);
    out->particles = calloc(out->features * most + 1, sizeof *out->particles);
    out->values = calloc(rows * out->width + 1, sizeof *out->values);
    if (!out->feature || !out->particles || !out->values) return nsym_fail(NSYM_ENOMEM, "no memory for one event");
    if (!d->named) return find_features(out);
    return out->per_particle ? find_named_features(out) : find_columns(out);
}

bool nsym_maker_scales(const nsym_input_maker *m, size_t column) {
    if (m->kind->momenta && m->spec->lola) return false; /* the Lorentz layer reads momenta */
    size_t width = m->kind->expansion == NSYM_STORED ? m->width : nsym_input_of(m->spec, 1)->width;
    for (size_t k = 0, at = 0; k < m->names; at += nsym_feature_width(&m->named[k++]))
        if (column >= at && column < at + nsym_feature_width(&m->named[k])) return nsym_feature_is_scaled(&m->named[k]);
    return column >= m->kind->unscaled && column < width - m->kind->categories;
}

void nsym_maker_close(nsym_input_maker *maker) {
    free(maker->named);
    free(maker->feature);
    free(maker->column);
    free(maker->stride);
    free(maker->particles);
    free(maker->values);
    *maker = (nsym_input_maker){0};
}

/* Can a network read this value of a particle (from 1), or, for 0, of the event? */
static nsym_status check_value(const nsym_events *events, size_t event, const char *name, size_t particle,
                               double value) {
    char of_particle[48] = "";
    if (fabs(value) <= (double)FLT_MAX) return NSYM_OK;
    if (particle) snprintf(of_particle, sizeof of_particle, " of particle %zu", particle);
    if (!isfinite(value))
        return nsym_fail(NSYM_ENUMERIC,
                         "row %zu: %s%s is %g, must be finite for a network; correct it or leave the row out",
                         nsym_events_row(events, event), name, of_particle, value);
    return nsym_fail(NSYM_ENUMERIC,
                     "row %zu: %s%s is %g, but networks read numbers up to %.1e; correct it or leave the row out",
                     nsym_events_row(events, event), name, of_particle, value, (double)FLT_MAX);
}

/* The features of an event that the input is made of, in m->particles (all of the event, features). */
static nsym_status gather(nsym_input_maker *m, size_t event) {
    const nsym_events *events = m->events;
    double *to = m->particles;
    for (uint64_t row = events->offsets[event]; row < events->offsets[event + 1]; row++)
        for (size_t k = 0; k < m->features; k++, to++) {
            *to = events->particles[row * events->features + m->feature[k]];
            NSYM_TRY(check_value(events, event, events->feature_names[m->feature[k]],
                                 (size_t)(row - events->offsets[event]) + 1, *to));
        }
    return NSYM_OK;
}

/* Does an input of places for kinds have one for every particle of an event? */
static nsym_status check_kinds(const nsym_input_maker *m, size_t event, size_t n) {
    for (size_t j = 0; m->kind->categories == NSYM_KINDS && j < n; j++) {
        double kind = m->particles[4 * j + 3];
        if (!(kind >= 1 && kind <= NSYM_KINDS) || kind != floor(kind))
            return nsym_fail(NSYM_EINVAL,
                             "row %zu: kind of particle %zu is %g, must be 1 to %d for the input '%s'; 'objects_kind' "
                             "takes any number",
                             nsym_events_row(m->events, event), j + 1, kind, (int)NSYM_KINDS, m->kind->name);
    }
    return NSYM_OK;
}

/* Divides the first feature by the muon's pT, where the input asks for that. */
static nsym_status divide(const nsym_input_maker *m, size_t event, size_t n) {
    if (!m->kind->relative) return NSYM_OK;
    double pt = nsym_events_column(m->events, "mu_pt")->values[event];
    if (!(pt > 0) || isinf(pt))
        return nsym_fail(NSYM_EINVAL, "row %zu: mu_pt is %g, must be above 0, as the input '%s' divides by it",
                         nsym_events_row(m->events, event), pt, m->kind->name);
    for (size_t j = 0; j < n; j++) m->particles[m->kind->features * j] /= pt;
    return NSYM_OK;
}

/* Are the cells of an event within the image? */
static nsym_status check_cells(const nsym_input_maker *m, size_t event, size_t n) {
    const double *cell = m->particles;
    size_t cells = m->spec->padded;
    for (size_t j = 0; m->kind->expansion == NSYM_IMAGE_OF_CELLS && j < n; j++, cell += 2)
        if (!(*cell >= 0 && *cell < (double)cells) || *cell != floor(*cell))
            return nsym_fail(NSYM_EINVAL,
                             "row %zu: cell %g is not among the %zu cells of the image; set the model's 'padded' to "
                             "the detector's number of cells",
                             nsym_events_row(m->events, event), *cell, cells);
    return NSYM_OK;
}

size_t nsym_maker_row(const nsym_input_maker *m, size_t place) {
    size_t event = nsym_material_event(m->material, place);
    return m->events ? nsym_events_row(m->events, event) : m->material->first + event + 1;
}

/* Takes the rows of an event from an array. */
static nsym_status copy_array(nsym_input_maker *m, size_t event, size_t n) {
    static const char *const names[] = {"particle", "event", "weight"};
    size_t first = m->per_particle ? (size_t)(m->material->offsets[event] - m->material->offsets[0]) : event;
    size_t count = (m->per_particle ? n : 1) * m->width;
    for (size_t i = 0; i < count; i++) {
        m->values[i] = (double)m->array[first * m->width + i];
        if (!isfinite(m->values[i]))
            return nsym_fail(NSYM_ENUMERIC, "event %zu has a value in its %s input that is not finite",
                             m->material->first + event,
                             names[m->per_particle                          ? 0
                                   : m->array == m->material->arrays->event ? 1
                                                                            : 2]);
    }
    return NSYM_OK;
}

/* Writes what a value of a particle (from 1), or, for 0, of the event becomes. */
static nsym_status transform(double *to, const nsym_input_maker *m, size_t k, size_t event, size_t particle,
                             double value) {
    const nsym_feature *f = &m->named[k];
    char of_particle[48] = "";
    if (nsym_feature_fill(to, f, value)) return NSYM_OK;
    if (particle) snprintf(of_particle, sizeof of_particle, " of particle %zu", particle);
    return nsym_fail(NSYM_ENUMERIC, "row %zu: %s%s is %g, but its transformation needs %s",
                     nsym_events_row(m->events, event), f->name, of_particle, value, nsym_feature_domain(f));
}

static nsym_status make_columns(nsym_input_maker *m, size_t event) {
    double *to = m->values;
    for (size_t k = 0; k < m->names; to += nsym_feature_width(&m->named[k++])) {
        double value = m->column[k][event * m->stride[k]];
        NSYM_TRY(check_value(m->events, event, m->named[k].name, 0, value));
        NSYM_TRY(transform(to, m, k, event, 0, value));
    }
    return NSYM_OK;
}

/* The named features of n particles that were gathered. */
static nsym_status make_named(nsym_input_maker *m, size_t event, size_t n) {
    double *to = m->values;
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < m->names; to += nsym_feature_width(&m->named[k++]))
            NSYM_TRY(transform(to, m, k, event, j + 1, m->particles[j * m->names + k]));
    return NSYM_OK;
}

nsym_status nsym_maker_make(nsym_input_maker *m, size_t place, size_t n) {
    size_t event = nsym_material_event(m->material, place);
    if (m->material->arrays) return copy_array(m, event, n);
    if (m->column) return make_columns(m, event);
    NSYM_TRY(gather(m, event));
    if (m->named) return make_named(m, event, n);
    NSYM_TRY(check_cells(m, event, n));
    NSYM_TRY(check_kinds(m, event, n));
    NSYM_TRY(divide(m, event, n));
    m->kind->fill(m->particles, n, &m->references, m->values);
    return NSYM_OK;
}

/* The name of value k of an input that is named. */
static void name_of_value(char *text, size_t size, const nsym_model_spec *spec, size_t part, size_t k) {
    const char *names, *transforms;
    nsym_feature *all;
    size_t n;
    text[0] = '\0';
    nsym_features_of_spec(&names, &transforms, spec, part);
    if (nsym_features_parse(&all, &n, names, transforms) != NSYM_OK) return;
    for (size_t i = 0, at = 0; i < n; at += nsym_feature_width(&all[i++]))
        if (k >= at && k < at + nsym_feature_width(&all[i]))
            snprintf(text, size, "%s%s", all[i].name, part == 0 ? " of a particle" : "");
    free(all);
}

void nsym_input_value_name(char *text, size_t size, const nsym_model_spec *spec, size_t part, size_t k) {
    const nsym_input_kind *d = nsym_input_find(nsym_input_of(spec, part)->name);
    if (d && d->named)
        name_of_value(text, size, spec, part, k);
    else if (d && d->expansion == NSYM_LIST_OF_CELLS)
        snprintf(text, size, "%s of cell %zu", d->feature[k % d->features], k / d->features + 1);
    else if (d && d->expansion == NSYM_IMAGE_OF_CELLS)
        snprintf(text, size, "the value of cell %zu", k);
    else if (d && d->place == NSYM_PER_PARTICLE && !d->pairs && k < d->features)
        snprintf(text, size, "%s of a particle", d->feature[k]);
    else
        snprintf(text, size, "value %zu of the input '%s'", k + 1, nsym_input_of(spec, part)->name);
}
