#include "train/start.h"

#include "base/fail.h"
#include "nn/spec_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

nsym_status nsym_start_check(const nsym_model_spec *spec, const nsym_model *start) {
    if (nsym_spec_same(spec, nsym_model_spec_of(start)) == NSYM_OK) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "the network cannot start from the model's weights: %s; give it the same layers as the model, or "
                     "train it without that start",
                     nsym_message());
}

nsym_status nsym_start_scale(nsym_inputs *inputs, const nsym_material *material, const nsym_model *start) {
    const nsym_model_spec *spec = nsym_model_spec_of(start);
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        const double *scaling = nsym_model_scaling(start, part);
        size_t width = nsym_model_width(spec, part);
        if (!scaling || width == 0) continue;
        inputs->scaling[part] = malloc(2 * width * sizeof(double));
        if (!inputs->scaling[part]) return nsym_fail(NSYM_ENOMEM, "no memory to standardise %zu columns", width);
        memcpy(inputs->scaling[part], scaling, 2 * width * sizeof(double));
    }
    return nsym_inputs_fill(inputs, spec, material, (const double *const *)inputs->scaling);
}

struct nsym_kept {
    size_t offset, size;
    bool running; /* in the state */
};

/* Is a tensor one of a layer, or of a map, of this name (length n)? */
static bool belongs(const char *tensor, const char *name, size_t n) {
    static const char gate[] = "gate_map", weight[] = "weight_map"; /* as cards and as files call it */
    bool gates = n >= strlen(gate) && strncmp(name, gate, strlen(gate)) == 0;
    if (gates) {
        if (strncmp(tensor, weight, strlen(weight)) != 0) return false;
        tensor += strlen(weight);
        name += strlen(gate);
        n -= strlen(gate);
    }
    return strncmp(tensor, name, n) == 0 && (tensor[n] == '.' || tensor[n] == '\0');
}

/* The layers that there are, "hidden.0, hidden.1". */
static void list_layers(char *out, size_t size, const nsym_network *network) {
    char last[64] = "";
    size_t used = 0;
    for (size_t i = 0; i < nsym_network_tensors(network); i++) {
        char layer[64];
        snprintf(layer, sizeof layer, "%s", nsym_network_tensor(network, i)->name);
        char *dot = strchr(strchr(layer, '.') + 1, '.');
        if (dot) *dot = '\0';
        if (strcmp(layer, last) == 0 || used >= size) continue;
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", layer);
        strcpy(last, layer);
    }
}

/* Marks the tensors of one name (length n). */
static nsym_status mark(bool *frozen, const nsym_network *network, const char *name, size_t n) {
    bool found = false;
    for (size_t i = 0; i < nsym_network_tensors(network); i++) {
        if (!belongs(nsym_network_tensor(network, i)->name, name, n)) continue;
        frozen[i] = found = true;
    }
    if (found) return NSYM_OK;
    char layers[1024] = "";
    list_layers(layers, sizeof layers, network);
    return nsym_fail(NSYM_EINVAL,
                     "there is no layer '%.*s'; the layers are %s, and the name of a map means all its layers", (int)n,
                     name, layers);
}

static nsym_status mark_all(bool *frozen, const nsym_network *network, const char *names) {
    for (const char *name = names; *name;) {
        size_t n = strcspn(name, ",");
        NSYM_TRY(mark(frozen, network, name, n));
        name += n + (name[n] == ',');
    }
    return NSYM_OK;
}

/* The ranges of what is marked, and how many numbers they have. */
static nsym_status take_ranges(nsym_frozen *out, size_t *numbers, const bool *frozen, const nsym_network *network) {
    bool learns = false;
    *numbers = 0;
    for (size_t i = 0; i < nsym_network_tensors(network); i++) {
        const nsym_tensor *t = nsym_network_tensor(network, i);
        learns |= !frozen[i] && !t->running;
        if (!frozen[i]) continue;
        struct nsym_kept range = {t->offset, t->shape[0] * t->shape[1], t->running};
        out->range[out->count++] = range;
        *numbers += range.size;
    }
    if (learns) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "all layers are frozen, so nothing is left to train; leave some out");
}

/* Where a range stands in the network. */
static float *place_of(const struct nsym_kept *range, nsym_network *network) {
    return (range->running ? nsym_network_state(network) : nsym_network_values(network)) + range->offset;
}

nsym_status nsym_frozen_new(nsym_frozen *out, nsym_network *network, const char *names) {
    size_t tensors = nsym_network_tensors(network), numbers = 0;
    bool *frozen = calloc(tensors + 1, sizeof *frozen);
    *out = (nsym_frozen){.range = calloc(tensors + 1, sizeof *out->range)};
    nsym_status status =
        frozen && out->range ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a network's %zu layers", tensors);
    if (status == NSYM_OK) status = mark_all(frozen, network, names);
    if (status == NSYM_OK) status = take_ranges(out, &numbers, frozen, network);
    free(frozen);
    if (status != NSYM_OK) return status;
    float *to = out->kept = malloc((numbers + 1) * sizeof *out->kept);
    if (!to) return nsym_fail(NSYM_ENOMEM, "no memory for %zu frozen weights", numbers);
    for (size_t i = 0; i < out->count; to += out->range[i++].size)
        memcpy(to, place_of(&out->range[i], network), out->range[i].size * sizeof *to);
    return NSYM_OK;
}

void nsym_frozen_free(nsym_frozen *frozen) {
    free(frozen->range);
    free(frozen->kept);
    *frozen = (nsym_frozen){0};
}

void nsym_frozen_restore(const nsym_frozen *frozen, nsym_network *network) {
    const float *from = frozen->kept;
    for (size_t i = 0; i < frozen->count; from += frozen->range[i++].size)
        memcpy(place_of(&frozen->range[i], network), from, frozen->range[i].size * sizeof *from);
}

nsym_status nsym_frozen_check(const nsym_model_spec *spec, const char *names) {
    nsym_network *network;
    nsym_frozen frozen = {0};
    NSYM_TRY(nsym_network_new(&network, spec, 1, 1 + (spec->slots ? spec->slots : 1)));
    nsym_status status = nsym_frozen_new(&frozen, network, names);
    nsym_frozen_free(&frozen);
    nsym_network_free(network);
    return status;
}
