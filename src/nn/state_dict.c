#include "nn/state_dict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const nsym_torch_parts[] = {"particles", "event", "gate"};
const char *const nsym_torch_rows[] = {"mean", "scale"};

/* A tensor's name taken apart: "hidden", 2, "norm.scale". */
typedef struct {
    char map[64];
    size_t layer;
    const char *what; /* borrowed from the tensor */
} parts;

static parts take_apart(const nsym_tensor *tensor) {
    parts p;
    char *end;
    const char *dot = strchr(tensor->name, '.');
    snprintf(p.map, sizeof p.map, "%.*s", (int)(dot - tensor->name), tensor->name);
    p.layer = strtoul(dot + 1, &end, 10);
    p.what = end + 1;
    return p;
}

static bool is_convolution(const parts *p) {
    return strcmp(p->map, "convolution") == 0;
}

/* Modules of a layer in its Sequential, up to the next layer. */
static size_t modules(const nsym_plan *plan, const parts *p, size_t layer) {
    const nsym_model_spec *spec = &plan->spec;
    if (is_convolution(p)) return plan->trunk.at[layer].pooled ? 3 : 2;
    bool hidden = strcmp(p->map, "hidden") == 0, particle = strcmp(p->map, "particle_map") == 0;
    bool bare = layer == 0 && spec->linear_first && (hidden || particle);
    return (bare ? 1 : spec->norm ? 3 : 2) + (hidden && spec->dropout > 0);
}

/* Is it the weight of a convolution? Of what PyTorch has as (outputs, inputs) and we as (inputs, outputs)? */
static bool is_filter(const parts *p) {
    return is_convolution(p) && strcmp(p->what, "weight") == 0;
}
static bool is_turned(const parts *p) {
    return strcmp(p->what, "weight") == 0 && strcmp(p->map, "energy") != 0 && strcmp(p->map, "distance") != 0;
}

nsym_torch_tensor nsym_torch_describe(const nsym_plan *plan, size_t tensor) {
    static const char *const kinds[][2] = {{"norm.scale", "weight"},
                                           {"norm.shift", "bias"},
                                           {"norm.running_mean", "running_mean"},
                                           {"norm.running_var", "running_var"}};
    const nsym_tensor *t = &plan->tensor[tensor];
    const parts p = take_apart(t);
    const char *what = p.what, *map = strcmp(p.map, "weight_map") == 0 ? "gate_map" : p.map;
    size_t index = 0;
    for (size_t i = 0; i < p.layer; i++) index += modules(plan, &p, i);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(p.what, kinds[i][0]) == 0) what = kinds[i][1], index++;
    nsym_torch_tensor out = {.dimensions = 1, .shape = {t->shape[0]}};
    snprintf(out.name, sizeof out.name, "%s.%zu.%s", map, index, what);
    if (strcmp(p.what, "weight") != 0) return out;
    out.dimensions = is_filter(&p) ? 4 : 2;
    out.shape[0] = t->shape[1];
    out.shape[1] = t->shape[0];
    if (is_filter(&p)) {
        out.shape[1] = plan->trunk.at[p.layer].inputs;
        out.shape[2] = out.shape[3] = plan->trunk.kernel;
    }
    return out;
}

size_t nsym_torch_place(const nsym_plan *plan, size_t tensor, size_t k) {
    const nsym_tensor *t = &plan->tensor[tensor];
    const parts p = take_apart(t);
    size_t rows = t->shape[0], columns = t->shape[1];
    if (!is_turned(&p)) return k;
    if (!is_filter(&p)) return k % rows * columns + k / rows;
    size_t places = plan->trunk.kernel * plan->trunk.kernel, inputs = rows / places;
    return (k % places * inputs + k / places % inputs) * columns + k / rows;
}
