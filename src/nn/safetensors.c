#include "nn/named.h"

#include "base/fail.h"
#include "data/npy.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH = 8, BF16_ITEM = 2, HEADER_MAX = 100000000 /* the format's own limit */ };

/* A type as numpy knows it; bfloat16 it does not know. */
typedef struct {
    const char *word;
    char kind;
    size_t item;
} number_type;

static const number_type types[] = {{"F64", 'f', 8},       {"F32", 'f', 4}, {"F16", 'f', 2}, {"I64", 'i', 8},
                                    {"I32", 'i', 4},       {"I16", 'i', 2}, {"I8", 'i', 1},  {"U64", 'u', 8},
                                    {"U32", 'u', 4},       {"U16", 'u', 2}, {"U8", 'u', 1},  {"BOOL", 'b', 1},
                                    {"BF16", 0, BF16_ITEM}};

static const number_type *type_of(const json_t *entry) {
    const char *word = json_string_value(json_object_get(entry, "dtype"));
    for (size_t i = 0; word && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].word, word) == 0) return &types[i];
    return NULL;
}

static nsym_status read_shape(uint64_t shape[NSYM_NAMED_DIMENSIONS], size_t *dimensions, const json_t *list,
                              const char *name) {
    *dimensions = json_array_size(list);
    if (!json_is_array(list) || *dimensions > NSYM_NAMED_DIMENSIONS)
        return nsym_fail(NSYM_EFORMAT, "%s has no shape, or one of more than %d dimensions", name,
                         (int)NSYM_NAMED_DIMENSIONS);
    for (size_t i = 0; i < *dimensions; i++) {
        const json_t *extent = json_array_get(list, i);
        if (!json_is_integer(extent) || json_integer_value(extent) < 0)
            return nsym_fail(NSYM_EFORMAT, "%s: its shape is not a list of whole numbers", name);
        shape[i] = (uint64_t)json_integer_value(extent);
    }
    return NSYM_OK;
}

/* The numbers of an array at `bytes`. */
static void read_values(nsym_named *out, const number_type *type, const unsigned char *bytes) {
    const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    const nsym_npy array = {
        .kind = type->kind, .item = type->item, .swapped = big_endian, .size = out->size, .data = bytes};
    if (type->kind) {
        nsym_npy_values(&array, 0, out->size, out->values);
        return;
    }
    for (uint64_t i = 0; i < out->size; i++) { /* the upper half of a single-precision number */
        uint32_t bits = (uint32_t)bytes[2 * i] << 16 | (uint32_t)bytes[2 * i + 1] << 24;
        float value;
        memcpy(&value, &bits, sizeof value);
        out->values[i] = (double)value;
    }
}

/* An array whose bytes are some of `data` (n). */
static nsym_status add_entry(nsym_named_list *out, const char *name, const json_t *entry, const unsigned char *data,
                             size_t n) {
    uint64_t shape[NSYM_NAMED_DIMENSIONS], needed = 1;
    size_t dimensions;
    const json_t *offsets = json_object_get(entry, "data_offsets");
    const json_t *from = json_array_get(offsets, 0), *to = json_array_get(offsets, 1);
    const number_type *type = type_of(entry);
    const char *word = json_string_value(json_object_get(entry, "dtype"));
    if (!type)
        return nsym_fail(NSYM_EFORMAT, "%s has type %s, must be F64, F32, F16 or BF16", name, word ? word : "none");
    NSYM_TRY(read_shape(shape, &dimensions, json_object_get(entry, "shape"), name));
    if (!json_is_integer(from) || !json_is_integer(to) || json_array_size(offsets) != 2 || json_integer_value(from) < 0)
        return nsym_fail(NSYM_EFORMAT,
                         "%s has no data_offsets, the position of its first byte and of the byte after its last", name);
    uint64_t first = (uint64_t)json_integer_value(from), end = (uint64_t)json_integer_value(to);
    bool fits = first <= end && end <= n;
    for (size_t i = 0; i < dimensions; i++) fits = fits && !__builtin_mul_overflow(needed, shape[i], &needed);
    fits = fits && !__builtin_mul_overflow(needed, type->item, &needed);
    if (!fits || needed != end - first)
        return nsym_fail(NSYM_EFORMAT, "%s: its bytes, %llu to %llu of %zu, do not fit its shape", name,
                         (unsigned long long)first, (unsigned long long)end, n);
    NSYM_TRY(nsym_named_add(out, name, dimensions, shape, type->item <= sizeof(float)));
    read_values(&out->entry[out->count - 1], type, data + first);
    return NSYM_OK;
}

nsym_status nsym_named_from_safetensors(nsym_named_list *out, const unsigned char *bytes, size_t n) {
    uint64_t header = 0;
    *out = (nsym_named_list){0};
    for (size_t i = 0; i < LENGTH && n >= LENGTH; i++) header |= (uint64_t)bytes[i] << 8 * i;
    if (n < LENGTH + 2 || header > n - LENGTH || header > HEADER_MAX || bytes[LENGTH] != '{')
        return nsym_fail(NSYM_EFORMAT, "is neither .npz nor .safetensors; docs/onnx.md shows how PyTorch writes them");
    json_error_t error;
    json_t *list = json_loadb((const char *)bytes + LENGTH, (size_t)header, JSON_REJECT_DUPLICATES, &error), *entry;
    if (!list) return nsym_fail(NSYM_EFORMAT, "the safetensors header is damaged: %s", error.text);
    const char *name;
    nsym_status status = NSYM_OK;
    json_object_foreach(list, name, entry) {
        if (strcmp(name, "__metadata__") == 0) continue;
        status = add_entry(out, name, entry, bytes + LENGTH + header, n - LENGTH - (size_t)header);
        if (status != NSYM_OK) break;
    }
    json_decref(list);
    if (status != NSYM_OK) nsym_named_free(out);
    return status;
}

/* New: the header's JSON. */
static char *header_of(const nsym_named_list *list) {
    json_t *all = json_object();
    uint64_t at = 0;
    for (size_t i = 0; i < list->count; i++) {
        const nsym_named *array = &list->entry[i];
        uint64_t end = at + array->size * (array->single ? sizeof(float) : sizeof(double));
        json_t *shape = json_array();
        for (size_t k = 0; k < array->dimensions; k++)
            json_array_append_new(shape, json_integer((json_int_t)array->shape[k]));
        json_object_set_new(all, array->name,
                            json_pack("{s:s, s:o, s:[I, I]}", "dtype", array->single ? "F32" : "F64", "shape", shape,
                                      "data_offsets", (json_int_t)at, (json_int_t)end));
        at = end;
    }
    char *text = json_dumps(all, JSON_COMPACT);
    json_decref(all);
    return text;
}

static bool put_header(const char *text, FILE *file) {
    size_t n = strlen(text), padded = (n + LENGTH - 1) / LENGTH * LENGTH;
    for (size_t i = 0; i < LENGTH; i++) putc((int)((uint64_t)padded >> 8 * i & 0xFF), file);
    return fprintf(file, "%s%*s", text, (int)(padded - n), "") >= 0;
}

nsym_status nsym_named_write_safetensors(const nsym_named_list *list, FILE *file) {
    char *text = header_of(list);
    bool fine = text && put_header(text, file);
    for (size_t i = 0; i < list->count && fine; i++) {
        size_t size;
        unsigned char *bytes = nsym_named_bytes(&list->entry[i], &size);
        fine = bytes && fwrite(bytes, 1, size, file) == size;
        free(bytes);
    }
    free(text);
    return fine ? NSYM_OK : nsym_fail(NSYM_EIO, "cannot be written: no memory, or the disk refuses");
}
