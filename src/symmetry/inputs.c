#include "symmetry/inputs.h"

#include "base/fail.h"
#include "symmetry/lorentz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 4, KINDS = 5 };

/* One input: the particle features it is made of, none for one of event columns, its width for a model, and how an
   event's particles (n, features) become it; or how they are kept (as they are) until an event is asked for. */
typedef struct {
    const char *name;
    nsym_input_place place;
    const char *feature[FEATURES_MAX];
    size_t features;
    size_t (*width)(const nsym_model_spec *spec);
    void (*fill)(const double *particles, size_t n, float *out);
    nsym_expansion expansion;
    size_t unscaled;     /* leading columns that are never standardised */
    bool energy;         /* does the first column weigh a particle, as an energy-flow network asks? */
    const char *instead; /* what takes the last feature's place where that is not there, or NULL */
    size_t categories;   /* trailing columns that are never standardised: what a particle is */
    bool relative;       /* is the first feature divided by the muon's pT, the event column mu_pt? */
} definition;

static size_t four(const nsym_model_spec *spec) {
    (void)spec;
    return 4;
}

static size_t three(const nsym_model_spec *spec) {
    (void)spec;
    return 3;
}

static size_t three_and_kinds(const nsym_model_spec *spec) {
    (void)spec;
    return 3 + KINDS;
}

static size_t one(const nsym_model_spec *spec) {
    (void)spec;
    return 1;
}

static size_t two_per_pair(const nsym_model_spec *spec) {
    return spec->slots > 1 ? spec->slots * (spec->slots - 1) : 0;
}

static size_t three_per_cell(const nsym_model_spec *spec) {
    return 3 * spec->padded;
}

static size_t one_per_cell(const nsym_model_spec *spec) {
    return spec->padded;
}

static size_t one_per_column(const nsym_model_spec *spec) {
    size_t names = spec->columns[0] != 0;
    for (const char *c = spec->columns; *c; c++) names += *c == ',';
    return names;
}

static void copy_two(const double *particles, size_t n, float *out) {
    for (size_t i = 0; i < 2 * n; i++) out[i] = (float)particles[i];
}

static void copy_three(const double *particles, size_t n, float *out) {
    for (size_t i = 0; i < 3 * n; i++) out[i] = (float)particles[i];
}

static void copy_four(const double *particles, size_t n, float *out) {
    for (size_t i = 0; i < 4 * n; i++) out[i] = (float)particles[i];
}

/* A kind from 1 up becomes a one in its place among zeros. */
static void copy_three_and_kinds(const double *particles, size_t n, float *out) {
    for (size_t i = 0; i < n; i++, particles += 4, out += 3 + KINDS) {
        for (size_t k = 0; k < 3; k++) out[k] = (float)particles[k];
        for (size_t k = 0; k < KINDS; k++) out[3 + k] = particles[3] == (double)(k + 1);
    }
}

static void fill_pt(const double *p4, size_t n, float *out) {
    *out = n > 0 ? (float)hypot(p4[0], p4[1]) : 0;
}

static const definition definitions[] = {
    {.name = "p4",
     .place = NSYM_PER_PARTICLE,
     .feature = {"px", "py", "pz", "energy"},
     .features = 4,
     .width = four,
     .fill = copy_four},
    {.name = "lorentz",
     .place = NSYM_PER_EVENT,
     .feature = {"px", "py", "pz", "energy"},
     .features = 4,
     .width = two_per_pair,
     .fill = nsym_lorentz_pairs},
    {.name = "pt",
     .place = NSYM_PER_EVENT,
     .feature = {"px", "py", "pz", "energy"},
     .features = 4,
     .width = one,
     .fill = fill_pt},
    {.name = "cells",
     .place = NSYM_PER_PARTICLE,
     .feature = {"x", "y", "energy"},
     .features = 3,
     .width = three,
     .fill = copy_three,
     .unscaled = 2},
    {.name = "objects",
     .place = NSYM_PER_PARTICLE,
     .feature = {"pt", "d_eta", "d_phi"},
     .features = 3,
     .width = three,
     .fill = copy_three,
     .energy = true},
    {.name = "objects_kind",
     .place = NSYM_PER_PARTICLE,
     .feature = {"pt", "d_eta", "d_phi", "kind"},
     .features = 4,
     .width = four,
     .fill = copy_four,
     .energy = true,
     .categories = 1,
     .relative = true},
    {.name = "objects_onehot",
     .place = NSYM_PER_PARTICLE,
     .feature = {"pt", "d_eta", "d_phi", "kind"},
     .features = 4,
     .width = three_and_kinds,
     .fill = copy_three_and_kinds,
     .energy = true,
     .categories = KINDS,
     .relative = true},
    {.name = "list",
     .place = NSYM_PER_EVENT,
     .feature = {"x", "y", "energy"},
     .features = 3,
     .width = three_per_cell,
     .fill = copy_three,
     .expansion = NSYM_LIST_OF_CELLS},
    {.name = "image",
     .place = NSYM_PER_EVENT,
     .feature = {"cell", "energy"},
     .features = 2,
     .width = one_per_cell,
     .fill = copy_two,
     .expansion = NSYM_IMAGE_OF_CELLS,
     .instead = "pt"},
    {.name = "columns", .place = NSYM_PER_EVENT, .width = one_per_column},
};
enum { DEFINITIONS = sizeof definitions / sizeof *definitions };

static const definition *find(const char *name) {
    for (size_t i = 0; i < DEFINITIONS; i++)
        if (strcmp(definitions[i].name, name) == 0) return &definitions[i];
    return NULL;
}

nsym_status nsym_input_resolve(nsym_input *input, nsym_input_place place, const nsym_model_spec *spec) {
    static const char *const kinds[] = {"fcn", "pfn", "hybrid", "cnn, which reads 'image'", "efn"};
    input->width = 0;
    if (!input->name[0]) return NSYM_OK;
    const definition *d = find(input->name);
    if (!d)
        return nsym_fail(NSYM_EINVAL,
                         "no input is called '%s'; there are p4, cells, objects, objects_kind and objects_onehot (per "
                         "particle), lorentz, pt, list, image and columns (per event)",
                         input->name);
    if (d->place != place)
        return nsym_fail(NSYM_EINVAL, "input '%s' is made per %s, not per %s", input->name,
                         place == NSYM_PER_EVENT ? "particle" : "event",
                         place == NSYM_PER_EVENT ? "event" : "particle");
    bool image = d->expansion == NSYM_IMAGE_OF_CELLS;
    if (spec->kind == NSYM_CNN ? !image : d->expansion != NSYM_STORED && spec->kind != NSYM_FCN)
        return nsym_fail(NSYM_EINVAL, "input '%s' is not for models of kind %s", input->name, kinds[spec->kind]);
    if (spec->kind == NSYM_EFN && place == NSYM_PER_PARTICLE && !d->energy)
        return nsym_fail(NSYM_EINVAL, "input '%s' does not begin with an energy, which kind efn needs; 'objects' does",
                         input->name);
    input->width = d->width(spec);
    if (input->width == 0 && d->expansion != NSYM_STORED)
        return nsym_fail(NSYM_EINVAL, "input '%s' needs its number of cells ('padded')", input->name);
    if (input->width == 0 && d->features == 0)
        return nsym_fail(NSYM_EINVAL, "input '%s' needs the names of event columns ('columns')", input->name);
    if (input->width == 0)
        return nsym_fail(NSYM_EINVAL, "input '%s' needs a fixed number of particles, at least two ('slots')",
                         input->name);
    return NSYM_OK;
}

static bool among(const char *name, const char *const *names) {
    while (*names && strcmp(*names, name) != 0) names++;
    return *names != NULL;
}

const char *nsym_input_missing(const char *name, const char *const *features) {
    const definition *d = find(name);
    for (size_t k = 0; d && k < d->features; k++) {
        bool replaced = k + 1 == d->features && d->instead && among(d->instead, features);
        if (!replaced && !among(d->feature[k], features)) return d->feature[k];
    }
    return NULL;
}

/* Feature k of an input, or what takes its place, among those of events; NSYM_NONE where there is neither. */
static size_t feature_of(const nsym_events *events, const definition *d, size_t k) {
    size_t feature = nsym_events_feature(events, d->feature[k]);
    bool replaced = feature == NSYM_NONE && k + 1 == d->features && d->instead;
    return replaced ? nsym_events_feature(events, d->instead) : feature;
}

void nsym_inputs_free(nsym_inputs *inputs) {
    void *blocks[] = {inputs->offsets, inputs->particles, inputs->event,  inputs->weight,
                      inputs->padding, inputs->zero,      inputs->inverse};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    for (size_t i = 0; i < NSYM_INPUT_PARTS; i++) free(inputs->scaling[i]);
    *inputs = (nsym_inputs){0};
}

/* A spec's inputs in the order of its parts. */
static const nsym_input *input_of(const nsym_model_spec *spec, size_t part) {
    const nsym_input *const inputs[NSYM_INPUT_PARTS] = {&spec->particle_input, &spec->event_input, &spec->weight_input};
    return inputs[part];
}

/* The features of event `i` that an input is made of, checked. Shape: out (n, d->features). */
static nsym_status gather(const nsym_events *events, const definition *d, const size_t *feature, size_t i,
                          double *out) {
    for (uint64_t row = events->offsets[i]; row < events->offsets[i + 1]; row++)
        for (size_t k = 0; k < d->features; k++) {
            double value = events->particles[row * events->features + feature[k]];
            if (!isfinite(value))
                return nsym_fail(NSYM_ENUMERIC, "event %zu: %s of particle %zu is %g", i + 1,
                                 events->feature_names[feature[k]], (size_t)(row - events->offsets[i]) + 1, value);
            *out++ = value;
        }
    return NSYM_OK;
}

/* Does an input of places for kinds have one for every particle of an event? Shape: particles (n, d->features). */
static nsym_status check_kinds(const definition *d, size_t event, const double *particles, size_t n) {
    for (size_t j = 0; d->categories == KINDS && j < n; j++) {
        double kind = particles[4 * j + 3];
        if (!(kind >= 1 && kind <= KINDS) || kind != floor(kind))
            return nsym_fail(
                NSYM_EINVAL,
                "event %zu: kind of particle %zu is %g, must be 1 to %d for the input '%s'; 'objects_kind' "
                "takes any number",
                event + 1, j + 1, kind, (int)KINDS, d->name);
    }
    return NSYM_OK;
}

/* Divides the first feature by the muon's pT, where the input asks for that. Shape: particles (n, d->features). */
static nsym_status divide(const nsym_events *events, const definition *d, size_t i, double *particles, size_t n) {
    if (!d->relative) return NSYM_OK;
    double pt = nsym_events_column(events, "mu_pt")->values[i];
    if (!(pt > 0) || isinf(pt))
        return nsym_fail(NSYM_EINVAL, "event %zu: mu_pt is %g, must be above 0, as the input '%s' divides by it", i + 1,
                         pt, d->name);
    for (size_t j = 0; j < n; j++) particles[d->features * j] /= pt;
    return NSYM_OK;
}

/* Are the cells of an event within the image? Shape: cells (n, d->features). */
static nsym_status check_cells(const definition *d, const nsym_model_spec *spec, size_t event, const double *cells,
                               size_t n) {
    for (size_t j = 0; d->expansion == NSYM_IMAGE_OF_CELLS && j < n; j++)
        if (!(cells[2 * j] >= 0 && cells[2 * j] < (double)spec->padded) || cells[2 * j] != floor(cells[2 * j]))
            return nsym_fail(NSYM_EINVAL,
                             "event %zu: cell %g is none of the image's %zu; set the model's 'padded' to the "
                             "detector's number of cells",
                             event + 1, cells[2 * j], spec->padded);
    return NSYM_OK;
}

static nsym_status check_count(const nsym_model_spec *spec, size_t event, size_t n) {
    if (spec->slots && n != spec->slots)
        return nsym_fail(NSYM_EINVAL, "event %zu has %zu particles, the model reads %zu", event + 1, n, spec->slots);
    return NSYM_OK;
}

static nsym_status check_features(const nsym_model_spec *spec, size_t part, const nsym_events *events) {
    const definition *d = find(input_of(spec, part)->name);
    for (size_t k = 0; d && k < d->features; k++)
        if (!events->offsets || feature_of(events, d, k) == NSYM_NONE) {
            const char *instead = k + 1 == d->features ? d->instead : NULL;
            return nsym_fail(NSYM_ENOTFOUND,
                             "the events have no particle feature '%s%s%s', which the input '%s' is made of",
                             d->feature[k], instead ? "' or '" : "", instead ? instead : "", d->name);
        }
    const nsym_column *muon = d && d->relative ? nsym_events_column(events, "mu_pt") : NULL;
    if (d && d->relative && (!muon || muon->width != 1))
        return nsym_fail(NSYM_ENOTFOUND,
                         "the events have no column 'mu_pt' of one value, which the input '%s' divides pt by; "
                         "'objects' does not",
                         d->name);
    return NSYM_OK;
}

/* Fills column k of the event input, of events of which `name` is a column. Shape: out (count, width). */
static nsym_status fill_column(float *out, size_t width, size_t k, const nsym_events *events, const char *name,
                               int length) {
    char text[NSYM_COLUMNS_SIZE];
    snprintf(text, sizeof text, "%.*s", length, name);
    const nsym_column *column = nsym_events_column(events, text);
    if (!column || column->width != 1)
        return nsym_fail(
            NSYM_ENOTFOUND,
            "the events have no column '%s' of one value, which the model reads; a card's 'observables' and "
            "`nearsym observables` add what can be computed",
            text);
    for (size_t i = 0; i < events->count; i++) {
        if (!isfinite(column->values[i]))
            return nsym_fail(NSYM_ENUMERIC, "event %zu: %s is %g", i + 1, text, column->values[i]);
        out[i * width + k] = (float)column->values[i];
    }
    return NSYM_OK;
}

static nsym_status fill_columns(float *out, const nsym_model_spec *spec, const nsym_events *events) {
    size_t k = 0, width = one_per_column(spec);
    for (const char *name = spec->columns; k < width; k++) {
        size_t length = strcspn(name, ",");
        NSYM_TRY(fill_column(out, width, k, events, name, (int)length));
        name += length + (name[length] == ',');
    }
    return NSYM_OK;
}

/* Fills one input of all events; `room` holds the largest event's features. */
static nsym_status fill(nsym_inputs *out, const nsym_model_spec *spec, size_t part, const nsym_events *events,
                        double *room) {
    const definition *d = find(input_of(spec, part)->name);
    if (!d) return NSYM_OK;
    if (d->features == 0) return fill_columns(part == 1 ? out->event : out->weight, spec, events);
    size_t feature[FEATURES_MAX], width = input_of(spec, part)->width;
    for (size_t k = 0; k < d->features; k++) feature[k] = feature_of(events, d, k);
    bool stored = d->expansion == NSYM_STORED, per_particle = d->place == NSYM_PER_PARTICLE || !stored;
    float *const blocks[NSYM_INPUT_PARTS] = {out->particles, stored ? out->event : out->particles, out->weight};
    if (!stored) out->expansion = d->expansion;
    if (per_particle && !stored) width = d->features;
    for (size_t i = 0; i < events->count; i++) {
        size_t first = out->offsets[i], n = out->offsets[i + 1] - first;
        NSYM_TRY(gather(events, d, feature, i, room));
        NSYM_TRY(check_cells(d, spec, i, room, n));
        NSYM_TRY(check_kinds(d, i, room, n));
        NSYM_TRY(divide(events, d, i, room, n));
        d->fill(room, n, blocks[part] + (per_particle ? first : i) * width);
    }
    return NSYM_OK;
}

/* New (rows, width), or NULL in *out where the width is 0. */
static nsym_status block(float **out, size_t rows, size_t width) {
    if (width == 0) return NSYM_OK;
    *out = calloc(rows * width + 1, sizeof **out);
    return *out ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for inputs of %zu x %zu numbers", rows, width);
}

/* Particles of an event that its model reads: a list, or what is padded, ends there. */
static size_t longest_of(const nsym_model_spec *spec) {
    const definition *event = find(spec->event_input.name);
    bool list = event && event->expansion == NSYM_LIST_OF_CELLS;
    return list || (spec->kind == NSYM_PFN && spec->padded) ? spec->padded : SIZE_MAX;
}

/* Is any input made of particles? */
static bool reads_particles(const nsym_model_spec *spec) {
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        const definition *d = find(input_of(spec, part)->name);
        if (d && d->features) return true;
    }
    return false;
}

static nsym_status allocate(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events) {
    bool particles = reads_particles(spec);
    uint64_t rows = particles ? events->offsets[events->count] : 0;
    const definition *event = find(spec->event_input.name);
    bool expanded = event && event->expansion != NSYM_STORED;
    if (rows > UINT32_MAX)
        return nsym_fail(NSYM_EINVAL, "%llu particles are more than a sample holds (2^32)", (unsigned long long)rows);
    out->count = events->count;
    out->offsets = calloc(events->count + 1, sizeof *out->offsets);
    if (!out->offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    size_t longest = longest_of(spec);
    for (size_t i = 0; particles && i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        out->offsets[i + 1] = out->offsets[i] + (uint32_t)(n < longest ? n : longest);
    }
    NSYM_TRY(block(&out->particles, rows, expanded ? event->features : spec->particle_input.width));
    if (!expanded) NSYM_TRY(block(&out->event, events->count, spec->event_input.width));
    if (spec->padded && spec->kind == NSYM_PFN) NSYM_TRY(block(&out->padding, 1, spec->particle_input.width));
    return block(&out->weight, events->count, spec->weight_input.width);
}

/* A spec that came from a file may name inputs that are none, or claim another width. */
static nsym_status check_inputs(const nsym_model_spec *spec) {
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        nsym_input resolved = *input_of(spec, part);
        NSYM_TRY(nsym_input_resolve(&resolved, part == 0 ? NSYM_PER_PARTICLE : NSYM_PER_EVENT, spec));
        if (resolved.width != input_of(spec, part)->width)
            return nsym_fail(NSYM_EINVAL, "input '%s' has %zu values for %zu particles, the model reads %zu",
                             resolved.name, resolved.width, spec->slots, input_of(spec, part)->width);
    }
    return NSYM_OK;
}

nsym_status nsym_inputs_new(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events) {
    size_t most = 0;
    *out = (nsym_inputs){0};
    NSYM_TRY(check_inputs(spec));
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) NSYM_TRY(check_features(spec, part, events));
    for (size_t i = 0; reads_particles(spec) && i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        NSYM_TRY(check_count(spec, i, n));
        if (n > most) most = n;
    }
    double *room = calloc(FEATURES_MAX * most + 1, sizeof *room);
    nsym_status status = room ? allocate(out, spec, events) : nsym_fail(NSYM_ENOMEM, "no memory for one event");
    for (size_t part = 0; status == NSYM_OK && part < NSYM_INPUT_PARTS; part++)
        status = fill(out, spec, part, events, room);
    free(room);
    if (status != NSYM_OK) nsym_inputs_free(out);
    return status;
}

/* Adds the values of an event's part to sums (2, width): of x and of x^2. Gives the rows that count. */
static double add_event(const nsym_inputs *in, const nsym_model_spec *spec, size_t part, size_t event, double *sums) {
    size_t width = input_of(spec, part)->width;
    size_t first = in->offsets[event], n = in->offsets[event + 1] - first;
    if (part == 1 && in->expansion == NSYM_IMAGE_OF_CELLS) {
        for (const float *cell = in->particles + 2 * first; cell < in->particles + 2 * (first + n); cell += 2) {
            sums[(size_t)cell[0]] += (double)cell[1];
            sums[width + (size_t)cell[0]] += (double)cell[1] * (double)cell[1];
        }
        return 1;
    }
    bool list = part == 1 && in->expansion == NSYM_LIST_OF_CELLS;
    size_t rows = part == 0 ? n : 1, columns = list ? 3 * n : width;
    const float *values = list        ? in->particles + 3 * first
                          : part == 0 ? in->particles + first * width
                          : part == 1 ? in->event + event * width
                                      : in->weight + event * width;
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < columns; k++, values++) {
            sums[k] += (double)*values;
            sums[width + k] += (double)*values * (double)*values;
        }
    return part > 0 ? 1 : in->padding ? (double)spec->padded : (double)n;
}

/* Sums become means and scales (2, width); a column that does not vary beyond rounding has scale 1. */
static void to_scaling(double *sums, size_t width, const definition *d, double count) {
    for (size_t k = 0; k < width; k++) {
        double mean = sums[k] / count, square = sums[width + k] / count, variance = square - mean * mean;
        bool scaled = k >= d->unscaled && k < width - d->categories && count > 0;
        sums[k] = scaled ? mean : 0;
        sums[width + k] = scaled && variance > 1e-13 * square ? sqrt(variance) : 1;
    }
}

/* An energy is divided by an event's, in the mean, and not shifted: a particle of none has none. */
static void scale_energy(double *scaling, size_t width, double energy) {
    scaling[0] = 0;
    scaling[width] = energy > 0 ? energy : 1;
}

static void scale_rows(float *values, size_t rows, size_t width, const double *scaling) {
    for (size_t i = 0; i < rows * width; i++)
        values[i] = (float)(((double)values[i] - scaling[i % width]) / scaling[width + i % width]);
}

/* What a list's or an image's values become is worked out when an event is asked for. */
static nsym_status prepare_expansion(nsym_inputs *in, size_t width) {
    const double *scaling = in->scaling[1];
    NSYM_TRY(block(&in->zero, 1, width));
    NSYM_TRY(block(&in->inverse, 1, width));
    for (size_t k = 0; k < width; k++) {
        in->inverse[k] = (float)(1 / scaling[width + k]);
        in->zero[k] = (float)(-scaling[k] / scaling[width + k]);
    }
    return NSYM_OK;
}

nsym_status nsym_inputs_standardise(nsym_inputs *inputs, const nsym_model_spec *spec, const uint32_t *rows, size_t n) {
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        size_t width = input_of(spec, part)->width;
        const definition *d = find(input_of(spec, part)->name);
        if (!d || width == 0) continue;
        double *sums = inputs->scaling[part] = calloc(2 * width, sizeof *sums), count = 0;
        if (!sums) return nsym_fail(NSYM_ENOMEM, "no memory to standardise %zu columns", width);
        for (size_t i = 0; i < n; i++) count += add_event(inputs, spec, part, rows[i], sums);
        const double energy = sums[0] / (double)(n ? n : 1);
        to_scaling(sums, width, d, count);
        if (part == 0 && spec->kind == NSYM_EFN) scale_energy(sums, width, energy);
        if (part == 0) scale_rows(inputs->particles, inputs->offsets[inputs->count], width, sums);
        if (part == 0 && inputs->padding) scale_rows(inputs->padding, 1, width, sums);
        if (part == 1 && inputs->event) scale_rows(inputs->event, inputs->count, width, sums);
        if (part == 1 && !inputs->event) NSYM_TRY(prepare_expansion(inputs, width));
        if (part == 2) scale_rows(inputs->weight, inputs->count, width, sums);
    }
    return NSYM_OK;
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
        const float *values = in->particles + 3 * first;
        for (size_t k = 0; k < 3 * n; k++) out[k] = in->zero ? values[k] * in->inverse[k] + in->zero[k] : values[k];
        return;
    }
    const float *cells = in->particles + 2 * first;
    for (size_t j = 0; j < n; j++) {
        size_t k = (size_t)cells[2 * j];
        out[k] = in->zero ? cells[2 * j + 1] * in->inverse[k] + in->zero[k] : cells[2 * j + 1];
    }
}
