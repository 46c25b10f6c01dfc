#include "nn/import.h"

#include "base/fail.h"
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 64 };

/* Where the next tensor of the list belongs. */
typedef struct cursor {
    char module[NAME]; /* of the last tensor */
    int layer;         /* the last layer opened in the module, -1: none */
    long index;        /* of that layer in the module, as PyTorch's Sequential counts */
} cursor;

static const char *part_of(const char *module) {
    static const char *const published[][2] = {{"p_map.stack", "particle_map"},
                                               {"general_p_map.stack", "particle_map"},
                                               {"invariant_p_map.stack", "event_map"},
                                               {"weight_network", "weight_map"},
                                               {"stack", "hidden"}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        if (strcmp(module, published[i][0]) == 0) return published[i][1];
    return module;
}

/* Our name of PyTorch's tensor `name` of `dimensions` dimensions; false where it follows no known pattern. */
static bool translate(char out[NAME], const char *name, size_t dimensions, cursor *at) {
    static const char *const kinds[][2] = {
        {"weight", "scale"}, {"bias", "shift"}, {"running_mean", "running_mean"}, {"running_var", "running_var"}};
    char module[NAME];
    if (strlen(name) >= NAME) return false;
    strcpy(module, name);
    char *kind = strrchr(module, '.');
    if (!kind) return false;
    *kind++ = 0;
    char *number = strrchr(module, '.'), *end;
    if (!number) return false;
    *number++ = 0;
    long index = strtol(number, &end, 10);
    if (end == number || *end) return false;

    if (strcmp(module, at->module) != 0) {
        strcpy(at->module, module);
        at->layer = -1;
    }
    bool linear = dimensions == 2 && strcmp(kind, "weight") == 0;
    if (linear) {
        at->layer++;
        at->index = index;
    }
    if (at->layer < 0) return false;
    const char *part = part_of(module);
    if (linear || (index == at->index && strcmp(kind, "bias") == 0))
        return snprintf(out, NAME, "%s.%d.%s", part, at->layer, kind) < NAME;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i][0]) == 0)
            return snprintf(out, NAME, "%s.%d.norm.%s", part, at->layer, kinds[i][1]) < NAME;
    return false;
}

static size_t find(const nsym_network *network, const char *name) {
    size_t tensors = nsym_network_tensors(network), i = 0;
    while (i < tensors && strcmp(nsym_network_tensor(network, i)->name, name) != 0) i++;
    return i;
}

static real float_at(const unsigned char *bytes) {
    uint32_t bits = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return (real)value;
}

/* Copies one entry of the list, turning (outputs, inputs) into (inputs, outputs). */
static nsym_status copy_tensor(nsym_network *network, size_t index, const json_t *shape, const unsigned char *bytes) {
    const nsym_tensor *tensor = nsym_network_tensor(network, index);
    size_t dimensions = json_array_size(shape), outputs = (size_t)json_integer_value(json_array_get(shape, 0));
    size_t inputs = dimensions == 2 ? (size_t)json_integer_value(json_array_get(shape, 1)) : 1;
    size_t rows = dimensions == 2 ? inputs : outputs, columns = dimensions == 2 ? outputs : 1;
    if (dimensions < 1 || dimensions > 2 || rows != tensor->shape[0] || columns != tensor->shape[1])
        return nsym_fail(NSYM_EFORMAT, "%s has shape (%zu, %zu), the network's is (%zu, %zu)", tensor->name, rows,
                         columns, tensor->shape[0], tensor->shape[1]);
    real *to = (tensor->running ? nsym_network_state(network) : nsym_network_values(network)) + tensor->offset;
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++) {
            real value = float_at(bytes + 4 * (k * rows + i));
            if (!isfinite(value)) return nsym_fail(NSYM_EFORMAT, "%s has a value that is not finite", tensor->name);
            to[i * columns + k] = value;
        }
    return NSYM_OK;
}

static nsym_status copy_all(nsym_network *network, const json_t *list, const unsigned char *bytes, size_t size) {
    size_t tensors = nsym_network_tensors(network), used = 0;
    if (json_array_size(list) != tensors)
        return nsym_fail(NSYM_EFORMAT, "the list has %zu tensors, the network has %zu", json_array_size(list), tensors);
    char *seen = calloc(tensors, 1);
    if (!seen) return nsym_fail(NSYM_ENOMEM, "no memory for a list of %zu tensors", tensors);
    cursor at = {.layer = -1};
    nsym_status status = NSYM_OK;
    for (size_t i = 0; i < tensors && status == NSYM_OK; i++) {
        const json_t *entry = json_array_get(list, i), *shape = json_object_get(entry, "shape");
        const json_t *place = json_object_get(entry, "offset_floats");
        const char *name = json_string_value(json_object_get(entry, "name"));
        char ours[NAME];
        if (!name || !json_is_integer(place) || json_integer_value(place) < 0 ||
            !translate(ours, name, json_array_size(shape), &at)) {
            status = nsym_fail(NSYM_EFORMAT, "entry %zu (%s) has no name, shape and offset_floats that are understood",
                               i, name ? name : "no name");
            break;
        }
        size_t index = find(network, ours), offset = (size_t)json_integer_value(place);
        if (index == tensors || seen[index]) {
            status = nsym_fail(NSYM_EFORMAT, "%s would be %s, which the network %s", name, ours,
                               index == tensors ? "does not have" : "has once only");
            break;
        }
        const nsym_tensor *tensor = nsym_network_tensor(network, index);
        size_t count = tensor->shape[0] * tensor->shape[1];
        if (offset > size / 4 || count > size / 4 - offset)
            status = nsym_fail(NSYM_EFORMAT, "%s ends at float %zu, the file has %zu", name, offset + count, size / 4);
        else
            status = copy_tensor(network, index, shape, bytes + 4 * offset);
        seen[index] = 1;
        used += count;
    }
    free(seen);
    if (status == NSYM_OK && 4 * used != size)
        return nsym_fail(NSYM_EFORMAT, "the tensors hold %zu floats, the file has %zu bytes", used, size);
    return status;
}

/* New: a whole file. */
static nsym_status read_file(unsigned char **out, size_t *size, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return nsym_fail(NSYM_EIO, "%s: %s", path, strerror(errno));
    long end = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    *out = end >= 0 && fseek(file, 0, SEEK_SET) == 0 ? malloc((size_t)end + 1) : NULL;
    *size = end >= 0 ? (size_t)end : 0;
    bool read = *out && fread(*out, 1, *size, file) == *size;
    fclose(file);
    if (read) return NSYM_OK;
    free(*out);
    return nsym_fail(NSYM_EIO, "%s: cannot be read", path);
}

nsym_status nsym_network_import_flat(nsym_network *network, const char *json_path, const char *f32_path) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    json_error_t error;
    json_t *list = json_load_file(json_path, JSON_REJECT_DUPLICATES, &error);
    if (!list) return nsym_fail(NSYM_EFORMAT, "%s:%d: %s", json_path, error.line, error.text);
    nsym_status status = read_file(&bytes, &size, f32_path);
    if (status == NSYM_OK) {
        status = copy_all(network, list, bytes, size);
        if (status != NSYM_OK) nsym_fail_in(status, "%s: ", json_path);
        free(bytes);
    }
    json_decref(list);
    return status;
}
