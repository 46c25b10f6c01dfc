#include "nn/named.h"

#include "base/fail.h"
#include "data/map.h"
#include "data/npy.h"
#include "data/zip.h"

#include <stdlib.h>
#include <string.h>

nsym_status nsym_named_add(nsym_named_list *list, const char *name, size_t dimensions, const uint64_t *shape,
                           bool single) {
    nsym_named added = {.dimensions = dimensions, .size = 1, .single = single};
    for (size_t i = 0; i < dimensions; i++) {
        added.shape[i] = shape[i];
        if (__builtin_mul_overflow(added.size, shape[i], &added.size) || added.size > SIZE_MAX / sizeof(double) - 1)
            return nsym_fail(NSYM_EFORMAT, "%s: its shape's product overflows", name);
    }
    nsym_named *grown = realloc(list->entry, (list->count + 1) * sizeof *grown);
    if (grown) list->entry = grown;
    added.name = strdup(name);
    added.values = calloc(added.size + 1, sizeof *added.values);
    if (!grown || !added.name || !added.values) {
        free(added.name);
        free(added.values);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory for %llu numbers", name, (unsigned long long)added.size);
    }
    list->entry[list->count++] = added;
    return NSYM_OK;
}

void nsym_named_free(nsym_named_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->entry[i].name);
        free(list->entry[i].values);
    }
    free(list->entry);
    *list = (nsym_named_list){0};
}

unsigned char *nsym_named_bytes(const nsym_named *array, size_t *size) {
    size_t item = array->single ? sizeof(float) : sizeof(double);
    unsigned char *bytes = malloc(array->size * item + 1), *to = bytes;
    *size = array->size * item;
    for (uint64_t i = 0; bytes && i < array->size; i++) {
        float small = (float)array->values[i];
        uint64_t bits = 0;
        uint32_t small_bits;
        memcpy(&bits, &array->values[i], sizeof bits);
        memcpy(&small_bits, &small, sizeof small_bits);
        if (array->single) bits = small_bits;
        for (size_t k = 0; k < item; k++, bits >>= 8) *to++ = (unsigned char)(bits & 0xFF);
    }
    return bytes;
}

static nsym_status add_npy(nsym_named_list *out, const char *name, const unsigned char *bytes, size_t n) {
    nsym_npy array;
    NSYM_TRY(nsym_npy_parse(&array, bytes, n));
    if (!nsym_npy_is_number(&array)) return nsym_fail(NSYM_EFORMAT, "holds texts, must be numbers");
    NSYM_TRY(
        nsym_named_add(out, name, array.dimensions, array.shape, array.kind == 'f' && array.item <= sizeof(float)));
    nsym_npy_values(&array, 0, array.size, out->entry[out->count - 1].values);
    return NSYM_OK;
}

static nsym_status add_member(nsym_named_list *out, const nsym_zip *zip, const nsym_zip_member *member) {
    unsigned char *bytes;
    size_t n = strlen(member->name);
    if (n < 5 || strcmp(member->name + n - 4, ".npy") != 0)
        return nsym_fail(NSYM_EFORMAT,
                         "%s in this zip archive is not a numpy array; if this is a .pt file of PyTorch, save its "
                         "state_dict as .npz or .safetensors (docs/onnx.md shows how)",
                         member->name);
    char *name = strndup(member->name, n - 4);
    if (!name) return nsym_fail(NSYM_ENOMEM, "no memory");
    nsym_status status = nsym_zip_extract(zip, member, &bytes);
    if (status == NSYM_OK) {
        status = add_npy(out, name, bytes, (size_t)member->size);
        if (status != NSYM_OK) nsym_fail_in(status, "%s: ", member->name);
        free(bytes);
    }
    free(name);
    return status;
}

static nsym_status read_npz(nsym_named_list *out, const nsym_map *map) {
    nsym_zip zip;
    NSYM_TRY(nsym_zip_open(&zip, map->bytes, map->size, 0));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; i < zip.count && status == NSYM_OK; i++) status = add_member(out, &zip, &zip.member[i]);
    nsym_zip_close(&zip);
    return status;
}

nsym_status nsym_named_read(nsym_named_list *out, const char *path) {
    nsym_map map;
    *out = (nsym_named_list){0};
    NSYM_TRY(nsym_map_open(&map, path));
    bool zipped = map.size >= 2 && memcmp(map.bytes, "PK", 2) == 0;
    nsym_status status = zipped ? read_npz(out, &map) : nsym_named_from_safetensors(out, map.bytes, map.size);
    nsym_map_close(&map);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_named_free(out);
    return nsym_fail_in(status, "%s: ", path);
}

static nsym_status put_npy(nsym_zip_writer *writer, const nsym_named *array) {
    char header[NSYM_NPY_HEADER], *member = malloc(strlen(array->name) + 5);
    size_t size;
    unsigned char *bytes = nsym_named_bytes(array, &size);
    nsym_status status = NSYM_OK;
    if (!member || !bytes) status = nsym_fail(NSYM_ENOMEM, "no memory for %s", array->name);
    if (status == NSYM_OK) {
        strcpy(stpcpy(member, array->name), ".npy");
        size_t n = nsym_npy_header(header, array->single ? "f4" : "f8", array->dimensions, array->shape);
        char *order = memchr(header + 10, '>', n - 10);
        if (order) *order = '<'; /* the bytes are little endian on any machine */
        status = nsym_zip_add(writer, member, (const nsym_bytes[]){{header, n}, {bytes, size}}, 2);
    }
    free(member);
    free(bytes);
    return status;
}

nsym_status nsym_named_write_npz(const nsym_named_list *list, FILE *file) {
    nsym_zip_writer writer = {.file = file};
    nsym_status status = NSYM_OK;
    for (size_t i = 0; i < list->count && status == NSYM_OK; i++) status = put_npy(&writer, &list->entry[i]);
    if (status == NSYM_OK) status = nsym_zip_finish(&writer);
    nsym_zip_release(&writer);
    return status;
}
