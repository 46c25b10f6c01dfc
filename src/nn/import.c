#include "nn/import.h"

#include "base/fail.h"
#include "data/number.h"
#include "nn/state_dict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 64, SHAPE = 96, TOLD = 5 };

/* A tensor of the list by what its name says. */
typedef struct {
    const nsym_named *array;
    char module[NAME];
    long index;
    const char *kind; /* borrowed from the list */
} item;

static const char *part_of(const char *module) {
    static const char *const published[][2] = {{"p_map.stack", "particle_map"},
                                               {"general_p_map.stack", "particle_map"},
                                               {"invariant_p_map.stack", "event_map"},
                                               {"weight_network", "weight_map"},
                                               {"gate_map", "weight_map"} /* as cards */,
                                               {"stack", "hidden"},
                                               {"", "hidden"}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        if (strcmp(module, published[i][0]) == 0) return published[i][1];
    return module;
}

/* "module.index.kind"; false: it is not of this form. */
static bool read_name(item *out, const nsym_named *array) {
    const char *name = array->name, *kind = strrchr(name, '.'), *number = kind;
    char *end;
    if (!kind || kind == name) return false;
    while (number > name && number[-1] != '.') number--;
    out->index = strtol(number, &end, 10);
    size_t module = number > name ? (size_t)(number - 1 - name) : 0;
    if (number == kind || end != kind || out->index < 0 || module >= NAME) return false;
    snprintf(out->module, sizeof out->module, "%.*s", (int)module, name);
    out->array = array;
    out->kind = kind + 1;
    return true;
}

/* Does it open a layer? */
static bool is_linear(const item *i) {
    return i->array->dimensions > 1 && strcmp(i->kind, "weight") == 0;
}

static int in_order(const void *a, const void *b) {
    const item *x = a, *y = b;
    int modules = strcmp(x->module, y->module);
    if (modules) return modules;
    if (x->index != y->index) return x->index < y->index ? -1 : 1;
    return is_linear(y) - is_linear(x);
}

/* Our name of a tensor, of the layer that `layer` is; false: it is none of any. */
static bool translate(char out[NAME], const item *i, const item *layer, size_t number) {
    static const char *const kinds[][2] = {
        {"weight", "scale"}, {"bias", "shift"}, {"running_mean", "running_mean"}, {"running_var", "running_var"}};
    const char *part = part_of(i->module);
    if (!layer) return false;
    if (i == layer || (i->index == layer->index && strcmp(i->kind, "bias") == 0))
        return snprintf(out, NAME, "%s.%zu.%s", part, number, i->kind) < NAME;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (strcmp(i->kind, kinds[k][0]) == 0)
            return snprintf(out, NAME, "%s.%zu.norm.%s", part, number, kinds[k][1]) < NAME;
    return false;
}

static size_t find(const nsym_plan *plan, const char *name) {
    size_t i = 0;
    while (i < plan->tensors && strcmp(plan->tensor[i].name, name) != 0) i++;
    return i;
}

/* "(128, 4)" */
static const char *shape_text(char out[SHAPE], size_t dimensions, const uint64_t *shape) {
    size_t used = (size_t)snprintf(out, SHAPE, "(");
    for (size_t i = 0; i < dimensions && used < SHAPE; i++)
        used += (size_t)snprintf(out + used, SHAPE - used, "%s%llu", i ? ", " : "", (unsigned long long)shape[i]);
    if (used < SHAPE) snprintf(out + used, SHAPE - used, ")");
    return out;
}

static nsym_status check_shape(const nsym_named *array, const nsym_torch_tensor *wanted) {
    char given[SHAPE], ours[SHAPE];
    size_t bytes = wanted->dimensions * sizeof *wanted->shape;
    if (array->dimensions == wanted->dimensions && memcmp(array->shape, wanted->shape, bytes) == 0) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s has shape %s, but the network's %s has shape %s", array->name,
                     shape_text(given, array->dimensions, array->shape), wanted->name,
                     shape_text(ours, wanted->dimensions, wanted->shape));
}

static nsym_status copy_values(nsym_network *network, size_t tensor, const nsym_named *array) {
    const nsym_plan *plan = nsym_network_plan(network);
    const nsym_tensor *t = &plan->tensor[tensor];
    const nsym_torch_tensor wanted = nsym_torch_describe(plan, tensor);
    NSYM_TRY(check_shape(array, &wanted));
    bool variance = strstr(t->name, "running_var") != NULL;
    real *to = (t->running ? nsym_network_state(network) : nsym_network_values(network)) + t->offset;
    for (size_t k = 0; k < array->size; k++) {
        real value = (real)array->values[k];
        if (!isfinite(value) || (variance && value < 0))
            return nsym_fail(NSYM_EFORMAT, "%s has the value %g, must be finite%s", array->name, array->values[k],
                             variance ? " and not negative" : ", in single precision");
        to[nsym_torch_place(plan, tensor, k)] = value;
    }
    return NSYM_OK;
}

/* What the network has and the list does not. */
static nsym_status check_all_there(const nsym_plan *plan, const bool *seen) {
    char missing[512] = "", shape[SHAPE];
    size_t used = 0, n = 0;
    for (size_t i = 0; i < plan->tensors; i++) {
        const nsym_torch_tensor t = nsym_torch_describe(plan, i);
        if (seen[i] || n++ >= TOLD || used >= sizeof missing) continue;
        used += (size_t)snprintf(missing + used, sizeof missing - used, "%s%s %s", used ? ", " : "", t.name,
                                 shape_text(shape, t.dimensions, t.shape));
    }
    if (n == 0) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%zu of the network's %zu tensors are missing: %s%s", n, plan->tensors, missing,
                     n > TOLD ? ", ..." : "");
}

/* Does a tensor belong to this part? */
static bool is_of(const char *tensor, const char *part) {
    size_t n = strlen(part);
    return strncmp(tensor, part, n) == 0 && tensor[n] == '.';
}

/* Is there such a part of the network? */
static nsym_status check_part(const nsym_plan *plan, const item *i) {
    char parts[256] = "", last[NAME] = "";
    size_t used = 0;
    for (size_t k = 0; k < plan->tensors && used < sizeof parts; k++) {
        const nsym_torch_tensor torch = nsym_torch_describe(plan, k);
        const char *tensor = torch.name;
        if (is_of(plan->tensor[k].name, part_of(i->module))) return NSYM_OK;
        if (last[0] && is_of(tensor, last)) continue;
        snprintf(last, sizeof last, "%.*s", (int)strcspn(tensor, "."), tensor);
        used += (size_t)snprintf(parts + used, sizeof parts - used, "%s%s", used ? ", " : "", last);
    }
    return nsym_fail(NSYM_EFORMAT, "%s belongs to a part that the network does not have; its parts are %s",
                     i->array->name, parts);
}

/* All items in their order: to each its place. */
static nsym_status place_items(nsym_network *network, const item *items, size_t n, bool *seen) {
    const nsym_plan *plan = nsym_network_plan(network);
    const item *layer = NULL;
    size_t number = 0;
    for (size_t i = 0; i < n; i++) NSYM_TRY(check_part(plan, &items[i]));
    for (size_t i = 0; i < n; i++) {
        char ours[NAME];
        bool same = layer && strcmp(layer->module, items[i].module) == 0;
        if (!same) number = 0;
        if (is_linear(&items[i])) {
            number = same ? number + 1 : 0;
            layer = &items[i];
        } else if (!same) {
            layer = NULL;
        }
        const char *name = items[i].array->name;
        if (!translate(ours, &items[i], layer, number))
            return nsym_fail(NSYM_EFORMAT, "%s belongs neither to a linear layer nor to a batch norm after one", name);
        size_t tensor = find(plan, ours);
        if (tensor == plan->tensors || seen[tensor])
            return nsym_fail(NSYM_EFORMAT, "%s would be %s, which the network %s", name, ours,
                             tensor == plan->tensors ? "does not have" : "has only once");
        NSYM_TRY(copy_values(network, tensor, items[i].array));
        seen[tensor] = true;
    }
    return check_all_there(plan, seen);
}

static const nsym_named *named(const nsym_named_list *list, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entry[i].name, name) == 0) return &list->entry[i];
    return NULL;
}

/* The standardisation of one input, where the list has it. */
static nsym_status take_scaling(nsym_model *model, nsym_model_part part, const nsym_named_list *list) {
    const nsym_named *row[2];
    char name[NAME];
    size_t width = nsym_model_width(nsym_model_spec_of(model), part);
    for (size_t i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s.%s", nsym_torch_parts[part], nsym_torch_rows[i]);
        row[i] = named(list, name);
    }
    if (!row[0] && !row[1]) return NSYM_OK;
    if (!row[0] || !row[1])
        return nsym_fail(NSYM_EFORMAT, "%s.mean and %s.scale belong together, but one is missing",
                         nsym_torch_parts[part], nsym_torch_parts[part]);
    for (size_t i = 0; i < 2; i++)
        if (row[i]->dimensions != 1 || row[i]->size != width)
            return nsym_fail(NSYM_EFORMAT, "%s has %llu numbers, must be (%zu), one for each value of that input",
                             row[i]->name, (unsigned long long)row[i]->size, width);
    if (nsym_model_standardise(model, part, row[0]->values, row[1]->values) == NSYM_OK) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s", nsym_message());
}

static nsym_status take_temperature(nsym_model *model, const nsym_named_list *list) {
    const nsym_named *temperature = named(list, "temperature");
    char text[NSYM_NUMBER_SIZE];
    if (!temperature) return NSYM_OK;
    if (temperature->size != 1 || !(temperature->values[0] > 0) || !isfinite(temperature->values[0]))
        return nsym_fail(NSYM_EFORMAT, "temperature must be one number above 0");
    nsym_number_format(text, temperature->values[0]);
    return nsym_model_set_attribute(model, "temperature", text);
}

/* Is it taken by take_scaling or take_temperature, or of no use? */
static bool is_no_weight(const char *name) {
    char other[NAME];
    const char *kind = strrchr(name, '.');
    if (kind && strcmp(kind, ".num_batches_tracked") == 0) return true;
    for (size_t i = 0; i < 2 * NSYM_MODEL_PARTS; i++) {
        snprintf(other, sizeof other, "%s.%s", nsym_torch_parts[i / 2], nsym_torch_rows[i % 2]);
        if (strcmp(name, other) == 0) return true;
    }
    return strcmp(name, "temperature") == 0;
}

static nsym_status read_items(item *items, size_t *n, const nsym_named_list *list) {
    *n = 0;
    for (size_t i = 0; i < list->count; i++) {
        const nsym_named *array = &list->entry[i];
        if (is_no_weight(array->name)) continue;
        if (!read_name(&items[(*n)++], array))
            return nsym_fail(NSYM_EFORMAT,
                             "'%s' is not a known name; tensors are named as torch.nn.Sequential names them in each "
                             "part of the network, such as hidden.0.weight (docs/onnx.md)",
                             array->name);
    }
    qsort(items, *n, sizeof *items, in_order);
    return NSYM_OK;
}

nsym_status nsym_model_import(nsym_model *model, const nsym_named_list *list) {
    size_t n;
    item *items = calloc(list->count + 1, sizeof *items);
    bool *seen = calloc(NSYM_TENSORS_MAX, sizeof *seen);
    nsym_status status =
        items && seen ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a list of %zu tensors", list->count);
    if (status == NSYM_OK) status = read_items(items, &n, list);
    if (status == NSYM_OK) status = place_items(model->network, items, n, seen);
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS && status == NSYM_OK; part++)
        status = take_scaling(model, part, list);
    if (status == NSYM_OK) status = take_temperature(model, list);
    free(items);
    free(seen);
    return status;
}
