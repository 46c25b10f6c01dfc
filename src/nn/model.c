#include "nn/model.h"
#include "nn/models.h"

#include "base/fail.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Events in a batch, and the most particles, unless a single event has more. */
enum { BATCH = NSYM_MODEL_BATCH, RAGGED_ROWS = 4096 };

size_t nsym_model_width(const nsym_model_spec *spec, nsym_model_part part) {
    switch (part) {
    case NSYM_PARTICLE_INPUT:
        return nsym_spec_reads_particles(spec) ? spec->particle_input.width : 0;
    case NSYM_EVENT_INPUT:
        return nsym_spec_reads_event(spec) ? spec->event_input.width : 0;
    default:
        return spec->kind == NSYM_HYBRID ? spec->weight_input.width : 0;
    }
}

/* The padding row, where the model has one, follows an input's particles. */
static size_t with_padding(const nsym_model_spec *spec, size_t rows) {
    return spec->padded ? rows + 1 : rows;
}

static size_t blocks_of(const nsym_model_spec *spec, nsym_model_part part, size_t rows) {
    return nsym_model_width(spec, part) * (part == NSYM_PARTICLE_INPUT ? with_padding(spec, rows) : BATCH);
}

nsym_status nsym_model_new(nsym_model **out, const nsym_model_spec *spec) {
    nsym_model *model = calloc(1, sizeof *model);
    if (!model) return nsym_fail(NSYM_ENOMEM, "no memory for a model");
    model->rows = spec->slots && spec->slots < RAGGED_ROWS / BATCH ? BATCH * spec->slots : RAGGED_ROWS;
    nsym_status status = nsym_network_new(&model->network, spec, BATCH, with_padding(spec, model->rows));
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS && status == NSYM_OK; part++) {
        size_t width = nsym_model_width(spec, part);
        if (width == 0) continue;
        model->scaling[part] = calloc(2 * width, sizeof(double));
        model->input[part] = calloc(blocks_of(spec, part, model->rows), sizeof(float));
        if (!model->scaling[part] || !model->input[part]) status = nsym_fail(NSYM_ENOMEM, "no memory for a model");
        for (size_t i = 0; i < width && status == NSYM_OK; i++) model->scaling[part][width + i] = 1;
    }
    if (status == NSYM_OK)
        *out = model;
    else
        nsym_model_free(model);
    return status;
}

void nsym_model_free(nsym_model *model) {
    if (!model) return;
    nsym_network_free(model->network);
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        free(model->scaling[part]);
        free(model->input[part]);
    }
    for (size_t i = 0; i < model->attributes; i++) {
        free(model->attribute[i].name);
        free(model->attribute[i].value);
    }
    free(model->attribute);
    free(model);
}

static void copy_network(nsym_network *to, nsym_network *from) {
    memcpy(nsym_network_values(to), nsym_network_values(from), nsym_network_parameters(from) * sizeof(real));
    if (nsym_network_states(from))
        memcpy(nsym_network_state(to), nsym_network_state(from), nsym_network_states(from) * sizeof(real));
}

nsym_status nsym_model_from_network(nsym_model **out, nsym_network *network) {
    NSYM_TRY(nsym_model_new(out, nsym_network_spec(network)));
    copy_network((*out)->network, network);
    return NSYM_OK;
}

nsym_status nsym_model_standardise(nsym_model *model, nsym_model_part part, const double *mean, const double *scale) {
    static const char *const names[] = {"particle", "event", "weight"};
    size_t width = nsym_model_width(nsym_model_spec_of(model), part);
    for (size_t i = 0; i < width; i++) {
        if (!isfinite(mean[i]) || !isfinite(scale[i]) || scale[i] <= 0)
            return nsym_fail(NSYM_EINVAL,
                             "%s input, column %zu: mean %g and scale %g, must be finite and the scale above 0",
                             names[part], i, mean[i], scale[i]);
    }
    if (width == 0) return NSYM_OK;
    if (part == NSYM_PARTICLE_INPUT && nsym_model_spec_of(model)->kind == NSYM_EFN && mean[0] != 0)
        return nsym_fail(NSYM_EINVAL, "particle input, column 0: mean %g, must be 0: an energy is scaled, not shifted",
                         mean[0]);
    memmove(model->scaling[part], mean, width * sizeof *mean);
    memmove(model->scaling[part] + width, scale, width * sizeof *scale);
    return NSYM_OK;
}

const double *nsym_model_scaling(const nsym_model *model, nsym_model_part part) {
    return model->scaling[part];
}

const nsym_model_spec *nsym_model_spec_of(const nsym_model *model) {
    return nsym_network_spec(model->network);
}

static nsym_attribute *find_attribute(const nsym_model *model, const char *name) {
    for (size_t i = 0; i < model->attributes; i++)
        if (strcmp(model->attribute[i].name, name) == 0) return &model->attribute[i];
    return NULL;
}

const char *nsym_model_attribute(const nsym_model *model, const char *name) {
    const nsym_attribute *found = find_attribute(model, name);
    return found ? found->value : NULL;
}

nsym_status nsym_model_set_attribute(nsym_model *model, const char *name, const char *value) {
    nsym_attribute *found = find_attribute(model, name), *grown = NULL;
    nsym_attribute added = {found ? NULL : strdup(name), strdup(value)};
    if (!found) grown = realloc(model->attribute, (model->attributes + 1) * sizeof *grown);
    if (grown) model->attribute = grown;
    if (!added.value || (!found && (!added.name || !grown))) {
        free(added.name);
        free(added.value);
        return nsym_fail(NSYM_ENOMEM, "no memory for attribute %s", name);
    }
    if (found) {
        free(found->value);
        found->value = added.value;
    } else {
        model->attribute[model->attributes++] = added;
    }
    return NSYM_OK;
}

/* Makes room for events of so many particles together. */
static nsym_status grow(nsym_model *model, size_t rows) {
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    nsym_network *network;
    float *input =
        realloc(model->input[NSYM_PARTICLE_INPUT], blocks_of(spec, NSYM_PARTICLE_INPUT, rows) * sizeof *input);
    if (!input) return nsym_fail(NSYM_ENOMEM, "no memory for an event of %zu particles", rows);
    model->input[NSYM_PARTICLE_INPUT] = input;
    NSYM_TRY(nsym_network_new(&network, spec, BATCH, with_padding(spec, rows)));
    copy_network(network, model->network);
    nsym_network_free(model->network);
    model->network = network;
    model->rows = rows;
    return NSYM_OK;
}

/* Checks what can be checked before any arithmetic. */
static nsym_status check(const nsym_model_spec *spec, const nsym_model_inputs *in, bool mixing) {
    if (nsym_model_width(spec, NSYM_PARTICLE_INPUT)) {
        if (!in->offsets || in->offsets[0] != 0 || (!in->particles && in->offsets[in->events] > 0))
            return nsym_fail(NSYM_EINVAL, "the model needs particles (%s)", spec->particle_input.name);
        for (size_t i = 0; i < in->events; i++) {
            uint64_t count = in->offsets[i + 1] - in->offsets[i];
            if (in->offsets[i + 1] < in->offsets[i])
                return nsym_fail(NSYM_EINVAL, "the offset after event %zu is smaller than the one before it", i);
            if (spec->slots && count != spec->slots)
                return nsym_fail(NSYM_EINVAL, "event %zu has %llu particles, the model wants %zu", i,
                                 (unsigned long long)count, spec->slots);
            if (spec->padded && count > spec->padded)
                return nsym_fail(NSYM_EINVAL, "event %zu has %llu particles, the model takes %zu at the most", i,
                                 (unsigned long long)count, spec->padded);
        }
    }
    if (in->events && nsym_model_width(spec, NSYM_EVENT_INPUT) && !in->event)
        return nsym_fail(NSYM_EINVAL, "the model needs an event input (%s)", spec->event_input.name);
    if (in->events && nsym_model_width(spec, NSYM_WEIGHT_INPUT) && !in->weight)
        return nsym_fail(NSYM_EINVAL, "the model needs a weight input (%s)", spec->weight_input.name);
    if (mixing && !nsym_spec_mixes(spec))
        return nsym_fail(NSYM_EINVAL, "only a hybrid that learns its mixing weights has them");
    return NSYM_OK;
}

/* Fills the model's own input with rows first ... of `from`, standardised unless they are; gives the row that is not
   finite, or `rows`. */
static size_t take(nsym_model *model, nsym_model_part part, const float *from, size_t rows, bool standardised) {
    size_t width = nsym_model_width(nsym_model_spec_of(model), part);
    const double *mean = model->scaling[part], *scale = mean + width;
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < width; k++) {
            float x = from[i * width + k];
            if (!standardised) x = (float)(((double)x - mean[k]) / scale[k]);
            if (!isfinite(x)) return i;
            model->input[part][i * width + k] = x;
        }
    return rows;
}

/* Writes the padding row after `rows` rows of particles. */
static nsym_status pad(nsym_model *model, size_t rows) {
    size_t width = nsym_model_width(nsym_model_spec_of(model), NSYM_PARTICLE_INPUT);
    const double *mean = model->scaling[NSYM_PARTICLE_INPUT], *scale = mean + width;
    for (size_t k = 0; k < width; k++) {
        float x = (float)((0 - mean[k]) / scale[k]);
        if (!isfinite(x))
            return nsym_fail(NSYM_ENUMERIC, "the model's padding row is not finite: mean %g and scale %g in column %zu",
                             mean[k], scale[k], k);
        model->input[NSYM_PARTICLE_INPUT][rows * width + k] = x;
    }
    return NSYM_OK;
}

static nsym_status not_finite(const char *input, size_t event) {
    return nsym_fail(NSYM_ENUMERIC, "event %zu has a value in its %s input that is not finite", event, input);
}

/* The network's outputs for events first ... first + count - 1, which it has room for. */
static nsym_status run(nsym_model *model, const nsym_model_inputs *in, size_t first, size_t count, bool standardised,
                       float *logits, float *mixing) {
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    uint32_t offsets[BATCH + 1];
    nsym_batch batch = {.events = count};
    if (nsym_model_width(spec, NSYM_PARTICLE_INPUT)) {
        for (size_t i = 0; i <= count; i++) offsets[i] = (uint32_t)(in->offsets[first + i] - in->offsets[first]);
        const float *from = offsets[count] ? in->particles + in->offsets[first] * spec->particle_input.width : NULL;
        size_t row = take(model, NSYM_PARTICLE_INPUT, from, offsets[count], standardised), event = 0;
        if (row < offsets[count]) {
            while (offsets[event + 1] <= row) event++;
            return not_finite("particle", first + event);
        }
        if (spec->padded) NSYM_TRY(pad(model, offsets[count]));
        batch.offsets = offsets;
        batch.particles = model->input[NSYM_PARTICLE_INPUT];
    }
    for (nsym_model_part part = NSYM_EVENT_INPUT; part <= NSYM_WEIGHT_INPUT; part++) {
        const float *from = part == NSYM_EVENT_INPUT ? in->event : in->weight;
        size_t width = nsym_model_width(spec, part);
        if (width == 0) continue;
        size_t row = take(model, part, from + first * width, count, standardised);
        if (row < count) return not_finite(part == NSYM_EVENT_INPUT ? "event" : "weight", first + row);
    }
    batch.event = model->input[NSYM_EVENT_INPUT];
    batch.weight = model->input[NSYM_WEIGHT_INPUT];
    memcpy(logits + first, nsym_network_forward(model->network, &batch, false), count * sizeof *logits);
    if (mixing) memcpy(mixing + 2 * first, nsym_network_mixing(model->network), 2 * count * sizeof *mixing);
    return NSYM_OK;
}

static nsym_status compute(nsym_model *model, const nsym_model_inputs *in, bool standardised, float *logits,
                           float *mixing) {
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    NSYM_TRY(check(spec, in, mixing != NULL));
    bool particles = nsym_model_width(spec, NSYM_PARTICLE_INPUT) > 0;
    for (size_t first = 0, count; first < in->events; first += count) {
        count = in->events - first < BATCH ? in->events - first : BATCH;
        if (particles) {
            const uint64_t *offsets = in->offsets + first;
            while (count > 1 && offsets[count] - offsets[0] > model->rows) count--;
            if (offsets[count] - offsets[0] > model->rows) NSYM_TRY(grow(model, offsets[count] - offsets[0]));
        }
        NSYM_TRY(run(model, in, first, count, standardised, logits, mixing));
    }
    return NSYM_OK;
}

nsym_status nsym_model_logits(nsym_model *model, const nsym_model_inputs *in, float *logits, float *mixing) {
    return compute(model, in, false, logits, mixing);
}

nsym_status nsym_model_logits_standardised(nsym_model *model, const nsym_model_inputs *in, float *logits,
                                           float *mixing) {
    return compute(model, in, true, logits, mixing);
}
