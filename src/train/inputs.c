#include "train/inputs.h"

#include "base/fail.h"
#include "train/input_maker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void nsym_inputs_free(nsym_inputs *inputs) {
    void *blocks[] = {inputs->offsets, inputs->particles, inputs->event, inputs->gate, inputs->padding, inputs->zero};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    for (size_t i = 0; i < NSYM_INPUT_PARTS; i++) free(inputs->scaling[i]);
    *inputs = (nsym_inputs){0};
}

/* New (rows, width), or NULL in *out where the width is 0. */
static nsym_status block(float **out, size_t rows, size_t width) {
    if (width == 0) return NSYM_OK;
    *out = calloc(rows * width + 1, sizeof **out);
    return *out ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for inputs of %zu x %zu numbers", rows, width);
}

/* Particles of an event that its model reads: a list, or what is padded, ends there. */
static size_t longest_of(const nsym_model_spec *spec) {
    const nsym_input_kind *event = nsym_input_find(spec->event_input.name);
    bool list = event && event->expansion == NSYM_LIST_OF_CELLS;
    return list || (spec->kind == NSYM_PFN && spec->padded) ? spec->padded : SIZE_MAX;
}

/* Is any input made of particles? */
static bool reads_particles(const nsym_model_spec *spec) {
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        const nsym_input_kind *d = nsym_input_find(nsym_input_of(spec, part)->name);
        if (d && nsym_input_of_particles(d)) return true;
    }
    return false;
}

/* Are there particles, and are they read? */
static bool takes_particles(const nsym_model_spec *spec, const nsym_material *m) {
    return m->offsets && (m->arrays ? spec->particle_input.width > 0 : reads_particles(spec));
}

/* A spec that came from a file may name inputs that are none, or claim another width. */
static nsym_status check_inputs(const nsym_model_spec *spec, const nsym_material *m) {
    nsym_model_spec resolved = *spec;
    nsym_input *const inputs[] = {&resolved.particle_input, &resolved.event_input, &resolved.gate_input};
    for (size_t part = 0; !m->arrays && part < NSYM_INPUT_PARTS; part++) {
        NSYM_TRY(nsym_input_resolve(inputs[part], part == 0 ? NSYM_PER_PARTICLE : NSYM_PER_EVENT, &resolved));
        if (inputs[part]->width != nsym_input_of(spec, part)->width)
            return nsym_fail(NSYM_EINVAL, "input '%s' has %zu values for %zu particles, the model reads %zu",
                             inputs[part]->name, inputs[part]->width, spec->slots, nsym_input_of(spec, part)->width);
    }
    return NSYM_OK;
}

/* Particles of the largest event, all of which may be read. */
static size_t most_particles(const nsym_model_spec *spec, const nsym_material *m) {
    size_t most = 0;
    for (size_t i = 0; takes_particles(spec, m) && i < m->count; i++) {
        size_t n = nsym_material_particles(m, i);
        if (n > most) most = n;
    }
    return most;
}

static nsym_status check_counts(const nsym_model_spec *spec, const nsym_material *m) {
    for (size_t i = 0; takes_particles(spec, m) && i < m->count; i++) {
        size_t n = nsym_material_particles(m, i);
        if (m->arrays && spec->padded && n > spec->padded)
            return nsym_fail(NSYM_EINVAL, "event %zu has %zu particles, the model takes %zu at the most",
                             m->first + nsym_material_event(m, i), n, spec->padded);
        if (!spec->slots || n == spec->slots) continue;
        if (m->arrays)
            return nsym_fail(NSYM_EINVAL, "event %zu has %zu particles, the model wants %zu",
                             m->first + nsym_material_event(m, i), n, spec->slots);
        return nsym_fail(NSYM_EINVAL, "row %zu has %zu particles, the model reads %zu",
                         nsym_events_row(m->events, nsym_material_event(m, i)), n, spec->slots);
    }
    return NSYM_OK;
}

static nsym_status allocate(nsym_inputs *out, const nsym_model_spec *spec, const nsym_material *m) {
    bool particles = takes_particles(spec, m);
    uint64_t rows = 0;
    for (size_t i = 0; particles && i < m->count; i++) rows += nsym_material_particles(m, i);
    const nsym_input_kind *event = m->arrays ? NULL : nsym_input_find(spec->event_input.name);
    bool expanded = event && event->expansion != NSYM_STORED;
    if (rows > UINT32_MAX)
        return nsym_fail(NSYM_EINVAL, "%llu particles are more than a sample holds (2^32)", (unsigned long long)rows);
    out->count = m->count;
    out->expansion = expanded ? event->expansion : NSYM_STORED;
    out->offsets = calloc(m->count + 1, sizeof *out->offsets);
    if (!out->offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", m->count);
    size_t longest = m->arrays ? SIZE_MAX : longest_of(spec);
    for (size_t i = 0; particles && i < m->count; i++) {
        size_t n = nsym_material_particles(m, i);
        out->offsets[i + 1] = out->offsets[i] + (uint32_t)(n < longest ? n : longest);
    }
    NSYM_TRY(block(&out->particles, rows, expanded ? event->features : spec->particle_input.width));
    if (!expanded) NSYM_TRY(block(&out->event, m->count, spec->event_input.width));
    if (expanded) NSYM_TRY(block(&out->zero, 1, spec->event_input.width));
    if (spec->padded && spec->kind == NSYM_PFN) NSYM_TRY(block(&out->padding, 1, spec->particle_input.width));
    return block(&out->gate, m->count, spec->gate_input.width);
}

static nsym_status too_far(const nsym_input_maker *m, size_t part, size_t event, double value, size_t column,
                           const double *scaling) {
    char name[128];
    nsym_input_value_name(name, sizeof name, m->spec, part, column);
    return nsym_fail(NSYM_ENUMERIC,
                     "row %zu: %s is %g, too far from the mean %g of the training events, whose deviation is %g; "
                     "correct it or leave the row out",
                     nsym_maker_row(m, event), name, value, scaling[column],
                     scaling[nsym_input_of(m->spec, part)->width + column]);
}

/* Writes what was made of an event, (rows, m->width), standardised in double before it becomes float. */
static nsym_status store(float *to, const nsym_input_maker *m, size_t part, size_t event, size_t rows,
                         const double *scaling) {
    size_t width = nsym_input_of(m->spec, part)->width;
    for (size_t r = 0, i = 0; r < rows; r++)
        for (size_t k = 0; k < m->width; k++, i++) {
            size_t column = scaling ? nsym_maker_column(m, r, k) : NSYM_NONE;
            double value = m->values[i];
            if (column != NSYM_NONE) value = (value - scaling[column]) / scaling[width + column];
            to[i] = (float)value;
            if (column != NSYM_NONE && !isfinite(to[i])) return too_far(m, part, event, m->values[i], column, scaling);
        }
    return NSYM_OK;
}

/* What stands for zeros: (width). */
static nsym_status store_zeros(float *to, size_t width, const double *scaling) {
    for (size_t k = 0; to && k < width; k++) {
        to[k] = 0;
        if (!scaling) continue;
        to[k] = (float)((0 - scaling[k]) / scaling[width + k]);
        if (!isfinite(to[k]))
            return nsym_fail(NSYM_ENUMERIC, "the model's padding row is not finite: mean %g and scale %g in column %zu",
                             scaling[k], scaling[width + k], k);
    }
    return NSYM_OK;
}

static nsym_status fill_part(nsym_inputs *out, nsym_input_maker *m, size_t part, const double *scaling) {
    float *const blocks[NSYM_INPUT_PARTS] = {out->particles, out->event ? out->event : out->particles, out->gate};
    for (size_t i = 0; m->kind && i < out->count; i++) {
        size_t first = out->offsets[i], n = out->offsets[i + 1] - first;
        NSYM_TRY(nsym_maker_make(m, i, n));
        float *to = blocks[part] + (m->per_particle ? first : i) * m->width;
        NSYM_TRY(store(to, m, part, i, m->per_particle ? n : 1, scaling));
    }
    if (part >= 2) return NSYM_OK;
    return store_zeros(part == 0 ? out->padding : out->zero, nsym_input_of(m->spec, part)->width, scaling);
}

nsym_status nsym_inputs_fill(nsym_inputs *out, const nsym_model_spec *spec, const nsym_material *material,
                             const double *const scaling[NSYM_INPUT_PARTS]) {
    size_t most = most_particles(spec, material);
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        nsym_input_maker maker;
        nsym_status status = nsym_maker_open(&maker, spec, part, material, most);
        if (status == NSYM_OK) status = fill_part(out, &maker, part, scaling ? scaling[part] : NULL);
        nsym_maker_close(&maker);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

/* Are features and columns there, before anything is allocated by them? */
static nsym_status check_makers(const nsym_model_spec *spec, const nsym_material *material) {
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        nsym_input_maker maker;
        nsym_status status = nsym_maker_open(&maker, spec, part, material, 0);
        nsym_maker_close(&maker);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

nsym_material nsym_material_of_events(const nsym_events *events) {
    return (nsym_material){.count = events->count, .offsets = events->offsets, .events = events};
}

nsym_material nsym_material_of_arrays(const nsym_model_inputs *arrays) {
    return (nsym_material){.count = arrays->events, .offsets = arrays->offsets, .arrays = arrays};
}

nsym_status nsym_inputs_make(nsym_inputs *out, const nsym_model_spec *spec, const nsym_material *material,
                             const double *const scaling[NSYM_INPUT_PARTS]) {
    *out = (nsym_inputs){0};
    NSYM_TRY(check_inputs(spec, material));
    NSYM_TRY(check_makers(spec, material));
    NSYM_TRY(check_counts(spec, material));
    nsym_status status = allocate(out, spec, material);
    if (status == NSYM_OK) status = nsym_inputs_fill(out, spec, material, scaling);
    if (status != NSYM_OK) nsym_inputs_free(out);
    return status;
}

nsym_status nsym_inputs_new_scaled(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events,
                                   const double *const scaling[NSYM_INPUT_PARTS]) {
    const nsym_material material = nsym_material_of_events(events);
    return nsym_inputs_make(out, spec, &material, scaling);
}

nsym_status nsym_inputs_new(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events) {
    return nsym_inputs_new_scaled(out, spec, events, NULL);
}

void nsym_inputs_event(const nsym_inputs *in, const nsym_model_spec *spec, size_t event, float *out) {
    size_t width = spec->event_input.width;
    if (in->expansion == NSYM_STORED) {
        memcpy(out, in->event + event * width, width * sizeof *out);
        return;
    }
    if (in->zero)
        memcpy(out, in->zero, width * sizeof *out);
    else
        memset(out, 0, width * sizeof *out);
    size_t first = in->offsets[event], n = in->offsets[event + 1] - first;
    if (in->expansion == NSYM_LIST_OF_CELLS) {
        memcpy(out, in->particles + 3 * first, 3 * n * sizeof *out);
        return;
    }
    const float *cells = in->particles + 2 * first;
    for (size_t j = 0; j < n; j++) out[(size_t)cells[2 * j]] = cells[2 * j + 1];
}

/* Is a value larger than the largest so far? NaN is. */
static bool is_larger(double value, double than) {
    return !isnan(than) && (isnan(value) || fabs(value) > fabs(than));
}

/* The event of a particle: the last that begins at it or before. */
static size_t event_of(const nsym_inputs *in, size_t particle) {
    size_t low = 0, high = in->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (in->offsets[middle] <= particle)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The column of value i of a list or image, in the event input; NSYM_NONE: a cell's number. */
static size_t cell_column(const nsym_inputs *in, size_t event, size_t i) {
    if (in->expansion == NSYM_LIST_OF_CELLS) return i - 3 * (size_t)in->offsets[event];
    return i % 2 ? (size_t)in->particles[i - 1] : NSYM_NONE;
}

size_t nsym_inputs_largest(const nsym_inputs *in, const nsym_model_spec *spec, double *value, char *name, size_t size) {
    static const size_t features[] = {[NSYM_LIST_OF_CELLS] = 3, [NSYM_IMAGE_OF_CELLS] = 2};
    const float *const blocks[NSYM_INPUT_PARTS] = {in->particles, in->event, in->gate};
    size_t where = NSYM_NONE;
    *value = 0;
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        bool cells = part == 0 && in->expansion != NSYM_STORED;
        size_t width = cells ? features[in->expansion] : nsym_input_of(spec, part)->width;
        size_t rows = part > 0 ? in->count : in->particles ? in->offsets[in->count] : 0;
        for (size_t i = 0; blocks[part] && i < rows * width; i++) {
            if (!is_larger((double)blocks[part][i], *value)) continue;
            size_t event = part == 0 ? event_of(in, i / width) : i / width;
            size_t column = cells ? cell_column(in, event, i) : i % width;
            if (column == NSYM_NONE) continue;
            *value = (double)blocks[part][i];
            where = event;
            nsym_input_value_name(name, size, spec, cells ? 1 : part, column);
        }
    }
    return where;
}
