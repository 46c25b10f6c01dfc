#include "train/inputs.h"

#include "base/fail.h"
#include "train/input_maker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void nsym_inputs_free(nsym_inputs *inputs) {
    void *blocks[] = {inputs->offsets, inputs->particles, inputs->event,      inputs->gate,     inputs->padding,
                      inputs->zero,    inputs->hit_first, inputs->hit_column, inputs->hit_value};
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

/* Room for the hits of all cells. */
static nsym_status allocate_hits(nsym_inputs *out, size_t cells) {
    out->hit_first = calloc(out->count + 1, sizeof *out->hit_first);
    out->hit_column = calloc(cells + 1, sizeof *out->hit_column);
    out->hit_value = calloc(cells + 1, sizeof *out->hit_value);
    if (out->hit_first && out->hit_column && out->hit_value) return NSYM_OK;
    return nsym_fail(NSYM_ENOMEM, "no memory for images of %zu cells", cells);
}

/* Rows of an event's particles; those of arrays are there as they are. */
static size_t rows_of(const nsym_model_spec *spec, const nsym_material *m, size_t place) {
    size_t n = nsym_material_particles(m, place);
    return m->arrays ? n : nsym_input_rows(spec, n);
}

static nsym_status allocate(nsym_inputs *out, const nsym_model_spec *spec, const nsym_material *m) {
    bool particles = takes_particles(spec, m);
    uint64_t rows = 0;
    for (size_t i = 0; particles && i < m->count; i++) rows += rows_of(spec, m, i);
    const nsym_input_kind *event = m->arrays ? NULL : nsym_input_find(spec->event_input.name);
    bool expanded = event && event->expansion != NSYM_STORED;
    if (rows > UINT32_MAX)
        return nsym_fail(NSYM_EINVAL, "%llu rows of particles are more than a sample holds (2^32)",
                         (unsigned long long)rows);
    out->count = m->count;
    out->expansion = expanded ? event->expansion : NSYM_STORED;
    out->offsets = calloc(m->count + 1, sizeof *out->offsets);
    if (!out->offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", m->count);
    size_t longest = m->arrays ? SIZE_MAX : longest_of(spec);
    for (size_t i = 0; particles && i < m->count; i++) {
        size_t n = rows_of(spec, m, i);
        out->offsets[i + 1] = out->offsets[i] + (uint32_t)(n < longest ? n : longest);
    }
    if (out->expansion == NSYM_IMAGE_OF_CELLS)
        NSYM_TRY(allocate_hits(out, rows));
    else
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

/* Room to sort the cells of an image: its values, and a bit for each that an event has. */
typedef struct {
    size_t cells;
    float *pairs, *value; /* (most, 2) the event's cells and values, (cells) */
    uint64_t *hit;        /* (cells / 64 + 1) */
} image;

static nsym_status open_image(image *room, size_t cells, size_t most) {
    *room = (image){.cells = cells,
                    .pairs = calloc(2 * most + 1, sizeof *room->pairs),
                    .value = calloc(cells, sizeof *room->value),
                    .hit = calloc(cells / 64 + 1, sizeof *room->hit)};
    if (room->pairs && room->value && room->hit) return NSYM_OK;
    return nsym_fail(NSYM_ENOMEM, "no memory for an image of %zu cells", cells);
}

static void close_image(image *room) {
    free(room->pairs);
    free(room->value);
    free(room->hit);
}

/* Adds the hits of event i, of room->pairs (n). */
static void add_hits(nsym_inputs *out, image *room, size_t i, size_t n) {
    uint32_t at = out->hit_first[i];
    for (size_t j = 0; j < n; j++) {
        size_t cell = (size_t)room->pairs[2 * j];
        room->value[cell] = room->pairs[2 * j + 1];
        room->hit[cell / 64] |= (uint64_t)1 << cell % 64;
    }
    for (size_t word = 0; word <= room->cells / 64; word++) {
        for (uint64_t hit = room->hit[word]; hit; hit &= hit - 1) {
            size_t cell = 64 * word + (size_t)__builtin_ctzll(hit);
            if (room->value[cell] == (out->zero ? out->zero[cell] : 0)) continue;
            out->hit_column[at] = (uint32_t)cell;
            out->hit_value[at++] = room->value[cell];
        }
        room->hit[word] = 0;
    }
    out->hit_first[i + 1] = at;
}

static nsym_status fill_images(nsym_inputs *out, nsym_input_maker *m, image *room, const double *scaling) {
    for (size_t i = 0; i < out->count; i++) {
        size_t n = out->offsets[i + 1] - out->offsets[i];
        NSYM_TRY(nsym_maker_make(m, i, n));
        NSYM_TRY(store(room->pairs, m, 1, i, n, scaling));
        add_hits(out, room, i, n);
    }
    return NSYM_OK;
}

static nsym_status fill_rows(nsym_inputs *out, nsym_input_maker *m, size_t part, const double *scaling) {
    float *const blocks[NSYM_INPUT_PARTS] = {out->particles, out->event ? out->event : out->particles, out->gate};
    for (size_t i = 0; m->kind && i < out->count; i++) {
        size_t first = out->offsets[i], n = out->offsets[i + 1] - first;
        NSYM_TRY(nsym_maker_make(m, i, nsym_maker_particles(m, i, n)));
        float *to = blocks[part] + (m->per_particle ? first : i) * m->width;
        NSYM_TRY(store(to, m, part, i, m->per_particle ? n : 1, scaling));
    }
    return NSYM_OK;
}

static nsym_status fill_part(nsym_inputs *out, nsym_input_maker *m, size_t part, const double *scaling, size_t most) {
    size_t width = nsym_input_of(m->spec, part)->width;
    float *zeros = part == 0 ? out->padding : part == 1 ? out->zero : NULL;
    if (part != 1 || out->expansion != NSYM_IMAGE_OF_CELLS) {
        NSYM_TRY(fill_rows(out, m, part, scaling));
        return store_zeros(zeros, width, scaling);
    }
    image room;
    NSYM_TRY(store_zeros(zeros, width, scaling));
    nsym_status status = open_image(&room, width, most);
    if (status == NSYM_OK) status = fill_images(out, m, &room, scaling);
    close_image(&room);
    return status;
}

nsym_status nsym_inputs_fill(nsym_inputs *out, const nsym_model_spec *spec, const nsym_material *material,
                             const double *const scaling[NSYM_INPUT_PARTS]) {
    size_t most = most_particles(spec, material);
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        nsym_input_maker maker;
        nsym_status status = nsym_maker_open(&maker, spec, part, material, most);
        if (status == NSYM_OK) status = fill_part(out, &maker, part, scaling ? scaling[part] : NULL, most);
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
    if (in->expansion == NSYM_LIST_OF_CELLS) {
        size_t first = in->offsets[event], n = in->offsets[event + 1] - first;
        memcpy(out, in->particles + 3 * first, 3 * n * sizeof *out);
        return;
    }
    for (uint32_t k = in->hit_first[event]; k < in->hit_first[event + 1]; k++)
        out[in->hit_column[k]] = in->hit_value[k];
}

/* The row that holds number i of those that offsets (count + 1) divide: the last that begins there or before. */
static size_t row_of(const uint32_t *offsets, size_t count, size_t i) {
    size_t low = 0, high = count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (offsets[middle] <= i)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Values of a block, and where number i stands. */
typedef struct {
    const float *value;
    size_t part, width; /* of the spec's inputs; of a row */
    size_t count;
    const uint32_t *offsets; /* (inputs->count + 1) of each event's values, or rows; NULL: a row each */
    const uint32_t *column;  /* (count), or NULL: */
    bool list;               /* columns go on from row to row */
} values;

static size_t event_of(const nsym_inputs *in, const values *v, size_t i) {
    size_t row = v->column ? i : i / v->width;
    return v->offsets ? row_of(v->offsets, in->count, row) : row;
}

static size_t column_of(const values *v, size_t event, size_t i) {
    if (v->column) return v->column[i];
    return v->list ? i - v->width * v->offsets[event] : i % v->width;
}

/* What the network reads of a part, as it is kept. */
static values values_of(const nsym_inputs *in, const nsym_model_spec *spec, size_t part) {
    const float *const blocks[NSYM_INPUT_PARTS] = {in->particles, in->event, in->gate};
    bool list = in->expansion == NSYM_LIST_OF_CELLS;
    if (part == 1 && in->hit_first)
        return (values){in->hit_value, 1, 1, in->hit_first[in->count], in->hit_first, in->hit_column, false};
    if (part == 0 && list) return (values){NULL};
    if (part == 1 && list)
        return (values){in->particles, 1, 3, 3 * (size_t)in->offsets[in->count], in->offsets, NULL, true};
    size_t width = nsym_input_of(spec, part)->width, rows = part > 0 ? in->count : in->offsets[in->count];
    return (values){blocks[part], part, width, rows * width, part > 0 ? NULL : in->offsets, NULL, false};
}

/* Is a value larger than the largest so far? NaN is. */
static bool is_larger(double value, double than) {
    return !isnan(than) && (isnan(value) || fabs(value) > fabs(than));
}

size_t nsym_inputs_largest(const nsym_inputs *in, const nsym_model_spec *spec, double *value, char *name, size_t size) {
    size_t where = NSYM_NONE;
    *value = 0;
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        const values v = values_of(in, spec, part);
        for (size_t i = 0; v.value && i < v.count; i++) {
            if (!is_larger((double)v.value[i], *value)) continue;
            *value = (double)v.value[i];
            where = event_of(in, &v, i);
            nsym_input_value_name(name, size, spec, part, column_of(&v, where, i));
        }
    }
    return where;
}
