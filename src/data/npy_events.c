/* Events in one numpy array: (events, particles, features), padded with rows of zeros as EnergyFlow does, or one
 * column. */
#include "base/atomic_file.h"
#include "base/fail.h"
#include "data/dense.h"
#include "data/features.h"
#include "data/formats.h"
#include "data/map.h"
#include "data/npy.h"
#include "data/number.h"
#include "data/summary.h"
#include "data/texts.h"
#include "data/unpack.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 4096, BLOCK_VALUES = 1 << 16 };

/* Particles of one padded event (slots, features): the rows up to the last that is not all zero. */
static size_t unpadded(const double *rows, size_t slots, size_t features) {
    size_t values = slots * features;
    while (values > 0 && rows[values - 1] == 0) values--;
    return (values + features - 1) / features;
}

static nsym_status set_particles(nsym_events *events, size_t features, const uint64_t *offsets,
                                 const nsym_read_options *options) {
    char **names;
    NSYM_TRY(nsym_features_name(&names, features, options));
    nsym_status status = nsym_events_set_particles(events, features, (const char *const *)names, NULL, offsets);
    nsym_texts_free(names, features);
    return status;
}

static nsym_status add_particles(nsym_events *events, const nsym_npy *array, const nsym_read_options *options) {
    size_t slots = (size_t)array->shape[1], features = (size_t)array->shape[2];
    if (features == 0 || features > FEATURES_MAX || slots == 0)
        return nsym_fail(NSYM_EFORMAT, "shape (%llu, %zu, %zu) must have particles and 1 to %d features",
                         (unsigned long long)array->shape[0], slots, features, (int)FEATURES_MAX);
    if (options->arrays == NSYM_ARRAYS_ASK && nsym_images_likely(array))
        return nsym_fail(
            NSYM_EFORMAT,
            "shape (%llu, %zu, %zu) may be %zu particles with %zu features each or, more likely, images of %zu x %zu "
            "cells; tell `nearsym data convert` which: --arrays particles, or --arrays images:R for cells of [-R, R]",
            (unsigned long long)array->shape[0], slots, features, slots, features, slots, features);
    size_t block = events->count > 0 ? slots * features : 1;
    double *rows = malloc(block * sizeof *rows);
    uint64_t *offsets = calloc(events->count + 1, sizeof *offsets);
    nsym_status status = NSYM_OK;
    if (!rows || !offsets) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    for (size_t i = 0; i < events->count && status == NSYM_OK; i++) {
        nsym_npy_values(array, i * block, block, rows);
        offsets[i + 1] = offsets[i] + unpadded(rows, slots, features);
    }
    if (status == NSYM_OK) status = set_particles(events, features, offsets, options);
    for (size_t i = 0; i < events->count && status == NSYM_OK; i++)
        nsym_npy_values(array, i * block, (offsets[i + 1] - offsets[i]) * features,
                        events->particles + offsets[i] * features);
    free(rows);
    free(offsets);
    return status;
}

static nsym_status add_attribute(nsym_events *events, const char *name, const nsym_npy *array) {
    char number[NSYM_NUMBER_SIZE], *text = NULL;
    if (nsym_npy_is_number(array)) {
        double value;
        nsym_npy_values(array, 0, 1, &value);
        nsym_number_format(number, value);
    } else {
        text = nsym_npy_text(array, 0);
        if (!text) return nsym_fail(NSYM_ENOMEM, "no memory for attribute \"%s\"", name);
    }
    nsym_status status = nsym_events_set_attribute(events, name, text ? text : number);
    free(text);
    return status;
}

nsym_status nsym_npy_add(nsym_events *events, const char *path, const char *name, const nsym_npy *array,
                         const nsym_read_options *options) {
    bool images = options->arrays == NSYM_ARRAYS_IMAGES && array->dimensions > 2;
    if (array->dimensions == 0) return add_attribute(events, name, array);
    if (array->dimensions > 2 && !nsym_npy_is_number(array))
        return nsym_fail(NSYM_EFORMAT, "particles must be numbers, not texts");
    if (array->dimensions > 3 && !images)
        return nsym_fail(NSYM_EFORMAT, "has %zu dimensions, events have 1 to 3", array->dimensions);
    if (array->shape[0] < events->count)
        return nsym_fail(NSYM_EFORMAT, "has %llu rows for %zu events", (unsigned long long)array->shape[0],
                         events->count);
    if (images) return nsym_images_add(events, array, options->images_half > 0 ? options->images_half : 1);
    return array->dimensions == 3 ? add_particles(events, array, options)
                                  : nsym_npy_add_column(events, path, name, array);
}

/* New: the file's name without folder and endings. */
static char *stem_of(const char *path) {
    const char *slash = strrchr(path, '/'), *first = slash ? slash + 1 : path;
    char *stem = strndup(first, nsym_unpack_stem(first)), *dot = stem ? strrchr(stem, '.') : NULL;
    if (dot && dot > stem) *dot = '\0';
    return stem;
}

static nsym_status add_named(nsym_events *events, const char *path, const nsym_npy *array,
                             const nsym_read_options *options) {
    char *name = stem_of(path);
    nsym_status status = name ? nsym_npy_add(events, path, name, array, options) : nsym_fail(NSYM_ENOMEM, "no memory");
    free(name);
    return status;
}

nsym_status nsym_npy_from_memory(nsym_events **out, const char *path, const unsigned char *bytes, size_t n,
                                 const nsym_read_options *options) {
    size_t max_events = options->max_events;
    *out = NULL;
    nsym_npy array;
    NSYM_TRY(nsym_npy_parse(&array, bytes, n));
    if (array.dimensions == 0) return nsym_fail(NSYM_EFORMAT, "is a single value, events have at least one dimension");
    uint64_t rows = array.shape[0];
    if (array.size == 0 && rows > 0) return nsym_fail(NSYM_EFORMAT, "has rows without values");
    NSYM_TRY(nsym_events_new(out, (size_t)(max_events > 0 && max_events < rows ? max_events : rows)));
    nsym_status status = add_named(*out, path, &array, options);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

/* A file's bytes: mapped, or unpacked where they are packed. */
typedef struct content {
    nsym_map map;
    unsigned char *unpacked;
    const unsigned char *bytes; /* (n) those of either */
    size_t n;
} content;

static nsym_status open_content(content *c, const char *path, const nsym_read_options *options) {
    nsym_unpack *file;
    *c = (content){0};
    NSYM_TRY(nsym_unpack_open(&file, path, options->max_unpacked));
    bool packed = nsym_unpack_packer(file) != NULL;
    nsym_unpack_close(file);
    if (packed) {
        NSYM_TRY(nsym_unpack_all(&c->unpacked, &c->n, path, options->max_unpacked));
        c->bytes = c->unpacked;
        return NSYM_OK;
    }
    NSYM_TRY(nsym_map_open(&c->map, path));
    c->bytes = c->map.bytes;
    c->n = c->map.size;
    return NSYM_OK;
}

static void close_content(content *c) {
    if (!c->unpacked) nsym_map_close(&c->map);
    free(c->unpacked);
}

nsym_status nsym_npy_read_events(nsym_events **out, const char *path, const nsym_read_options *options) {
    *out = NULL;
    content c;
    NSYM_TRY(open_content(&c, path, options));
    nsym_status status = nsym_npy_from_memory(out, path, c.bytes, c.n, options);
    close_content(&c);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", path);
}

nsym_status nsym_npy_describe(const nsym_npy *array, const char *name,
                              void (*visit)(void *context, const nsym_array_info *), void *context) {
    char type[32];
    const char *kind = array->kind == 'f'   ? "float"
                       : array->kind == 'i' ? "int"
                       : array->kind == 'u' ? "uint"
                       : array->kind == 'b' ? "bool"
                                            : "string";
    bool number = nsym_npy_is_number(array);
    if (number && array->kind != 'b')
        snprintf(type, sizeof type, "%s%zu", kind, 8 * array->item);
    else
        snprintf(type, sizeof type, "%s", kind);
    nsym_array_info info = {.name = name, .type = type, .unit = "", .dimensions = array->dimensions};
    memcpy(info.shape, array->shape, sizeof info.shape);
    nsym_summary_start(&info);
    double *block = malloc(BLOCK_VALUES * sizeof *block);
    if (!block) return nsym_fail(NSYM_ENOMEM, "no memory");
    for (uint64_t first = 0; number && first < array->size; first += BLOCK_VALUES) {
        uint64_t count = array->size - first < BLOCK_VALUES ? array->size - first : BLOCK_VALUES;
        nsym_npy_values(array, first, count, block);
        nsym_summary_add(&info, block, (size_t)count, 1);
    }
    free(block);
    nsym_summary_finish(&info, number ? array->size : 0);
    visit(context, &info);
    return NSYM_OK;
}

nsym_status nsym_npy_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context) {
    content c;
    NSYM_TRY(open_content(&c, path, options));
    nsym_npy array;
    char *name = stem_of(path);
    nsym_status status = name ? nsym_npy_parse(&array, c.bytes, c.n) : nsym_fail(NSYM_ENOMEM, "no memory");
    if (status == NSYM_OK) status = nsym_npy_describe(&array, name, visit, context);
    free(name);
    close_content(&c);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", path);
}

/* What a padded array would lose is refused. */
static nsym_status check_paddable(const nsym_events *events, const char *path) {
    if (events->columns > 0)
        return nsym_fail(NSYM_EINVAL, "%s: .npy holds particles or one column, not both; write .npz or .h5", path);
    for (size_t i = 0; i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        if (unpadded(events->particles + events->offsets[i] * events->features, n, events->features) != n)
            return nsym_fail(NSYM_EINVAL,
                             "%s: the last particle of event %zu is all zeros, as padding is; write .npz or .h5", path,
                             i);
    }
    return NSYM_OK;
}

static bool put(FILE *file, const void *data, size_t bytes) {
    return bytes == 0 || fwrite(data, 1, bytes, file) == bytes;
}

static nsym_status write_padded(const nsym_events *events, const char *path, FILE *file) {
    NSYM_TRY(check_paddable(events, path));
    size_t slots = 1, row = events->features * sizeof(double);
    for (size_t i = 0; i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        if (n > slots) slots = n;
    }
    char header[NSYM_NPY_HEADER];
    uint64_t shape[] = {events->count, slots, events->features};
    double *padding = calloc(slots, row);
    if (!padding) return nsym_fail(NSYM_ENOMEM, "%s: no memory for %zu particles", path, slots);
    bool fine = put(file, header, nsym_npy_header(header, "f8", 3, shape));
    for (size_t i = 0; i < events->count && fine; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        fine = put(file, events->particles + events->offsets[i] * events->features, n * row) &&
               put(file, padding, (slots - n) * row);
    }
    free(padding);
    return fine ? NSYM_OK : nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
}

static nsym_status write_column(const nsym_events *events, const char *path, FILE *file) {
    if (events->columns != 1)
        return nsym_fail(NSYM_EINVAL, "%s: .npy holds one column, the sample has %zu; write .npz or .h5", path,
                         events->columns);
    const nsym_column *column = &events->column[0];
    char header[NSYM_NPY_HEADER];
    uint64_t shape[] = {events->count, column->width};
    bool fine = put(file, header, nsym_npy_header(header, "f8", column->width > 1 ? 2 : 1, shape)) &&
                put(file, column->values, events->count * column->width * sizeof(double));
    return fine ? NSYM_OK : nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
}

nsym_status nsym_npy_write_events(const nsym_events *events, const char *path) {
    nsym_atomic_file *atomic;
    NSYM_TRY(nsym_atomic_file_new(&atomic, path));
    FILE *file = fopen(nsym_atomic_file_path(atomic), "wb");
    nsym_status status = NSYM_OK;
    if (!file) status = nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
    if (file) status = events->offsets ? write_padded(events, path, file) : write_column(events, path, file);
    if (file && fclose(file) != 0 && status == NSYM_OK)
        status = nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
    if (status == NSYM_OK) return nsym_atomic_file_commit(atomic);
    nsym_atomic_file_abandon(atomic);
    return status;
}
