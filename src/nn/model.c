#include "nn/model.h"
#include "nn/models.h"

#include "base/fail.h"
#include "data/number.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Events in a batch, and the most particles, unless a single event has more. */
enum { BATCH = NSYM_MODEL_BATCH, RAGGED_ROWS = NSYM_MODEL_ROWS };

size_t nsym_model_width(const nsym_model_spec *spec, nsym_model_part part) {
    switch (part) {
    case NSYM_PARTICLE_INPUT:
        return nsym_spec_reads_particles(spec) ? spec->particle_input.width : 0;
    case NSYM_EVENT_INPUT:
        return nsym_spec_reads_event(spec) ? spec->event_input.width : 0;
    default:
        return nsym_spec_reads_gate(spec) ? spec->gate_input.width : 0;
    }
}

/* The padding row, where the model has one, follows an input's particles. */
static size_t with_padding(const nsym_model_spec *spec, size_t rows) {
    return spec->padded ? rows + 1 : rows;
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
        if (!model->scaling[part]) status = nsym_fail(NSYM_ENOMEM, "no memory for a model");
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
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) free(model->scaling[part]);
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

void nsym_model_weights(nsym_network *to, const nsym_model *from) {
    copy_network(to, from->network);
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

nsym_status nsym_model_set_precision(nsym_model *model, nsym_precision precision) {
    return nsym_network_set_precision(model->network, precision);
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

double nsym_model_temperature(const nsym_model *model) {
    const char *text = nsym_model_attribute(model, "temperature");
    double temperature;
    if (!text || !nsym_number_parse(text, strlen(text), &temperature)) return 1;
    return isfinite(temperature) && temperature > 0 ? temperature : 1;
}

nsym_status nsym_model_network(nsym_network **out, nsym_model *model, size_t rows) {
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    *out = model->network;
    if (rows <= model->rows) return NSYM_OK;
    nsym_network *wider;
    NSYM_TRY(nsym_network_new(&wider, spec, BATCH, with_padding(spec, rows)));
    nsym_status status = nsym_network_set_precision(wider, nsym_network_precision(model->network));
    if (status != NSYM_OK) {
        nsym_network_free(wider);
        return status;
    }
    copy_network(wider, model->network);
    nsym_network_free(model->network);
    *out = wider;
    model->network = *out;
    model->rows = rows;
    return NSYM_OK;
}
