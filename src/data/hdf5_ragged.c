/* Events read from flat arrays in HDF5: one-dimensional datasets NAME_offset (events + 1), NAME_a, NAME_b, ... beside
   one dataset per event column. A file may hold several such groups; one is read. */
#include "base/fail.h"
#include "data/formats.h"
#include "data/hdf5_events.h"
#include "data/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 4096, BLOCK_ROWS = 1 << 18, SHOWN = 200 };

/* The datasets of a file and what each belongs to. */
typedef struct layout {
    nsym_h5 *file;
    const char *ragged; /* the group that is read */
    char **names;       /* (n) */
    size_t n;
    const char *offsets; /* of the group; borrowed from names */
    uint64_t size;       /* of the offsets: events + 1 */
    size_t features;
    const char **feature; /* (features) datasets; borrowed */
    uint64_t rows;        /* of each */
} layout;

/* Length of NAME in "NAME_offset" or "NAME_offsets"; 0: it is no such name. */
static size_t stem(const char *name) {
    static const char *const endings[] = {"_offset", "_offsets"};
    size_t n = strlen(name);
    for (size_t i = 0; i < 2; i++) {
        size_t m = strlen(endings[i]);
        if (n > m && strcmp(name + n - m, endings[i]) == 0 && !strchr(name, '/')) return n - m;
    }
    return 0;
}

static bool are_offsets(const nsym_h5_array *array) {
    return array->dimensions == 1 && array->size > 0 && strstr(array->type, "int");
}

static nsym_status find_offsets(layout *l) {
    char others[SHOWN] = "none";
    size_t used = 0, length = strlen(l->ragged);
    for (size_t i = 0; i < l->n; i++) {
        size_t n = stem(l->names[i]);
        if (n == 0) continue;
        if (n == length && strncmp(l->names[i], l->ragged, n) == 0) {
            if (l->offsets)
                return nsym_fail(NSYM_EFORMAT, "has both %s and %s, must have one", l->offsets, l->names[i]);
            l->offsets = l->names[i];
        }
        if (used < SHOWN)
            used += (size_t)snprintf(others + used, SHOWN - used, "%s%.*s", used > 0 ? ", " : "", (int)n, l->names[i]);
    }
    if (!l->offsets)
        return nsym_fail(NSYM_ENOTFOUND, "has no dataset %s_offset or %s_offsets; its ragged arrays are %s", l->ragged,
                         l->ragged, others);
    nsym_h5_array array;
    NSYM_TRY(nsym_h5_describe(l->file, l->offsets, &array));
    if (!are_offsets(&array)) return nsym_fail(NSYM_EFORMAT, "%s: must be integers of shape (events + 1)", l->offsets);
    l->size = array.size;
    return NSYM_OK;
}

/* The group that a dataset belongs to, as one of the datasets of offsets: that of the longest name which it begins
   with. NULL: none. A dataset that is called so but has not one number more than there are events is an event column.
 */
static nsym_status find_owner(const layout *l, const char *name, const char **owner) {
    size_t longest = 0;
    *owner = NULL;
    for (size_t i = 0; i < l->n; i++) {
        size_t n = stem(l->names[i]);
        nsym_h5_array array;
        if (n <= longest || strncmp(name, l->names[i], n + 1) != 0) continue;
        NSYM_TRY(nsym_h5_describe(l->file, l->names[i], &array));
        if (!are_offsets(&array) || array.size != l->size) continue;
        longest = n;
        *owner = l->names[i];
    }
    return NSYM_OK;
}

static nsym_status add_feature(layout *l, const char *name) {
    nsym_h5_array array;
    NSYM_TRY(nsym_h5_describe(l->file, name, &array));
    if (array.dimensions != 1 || !array.number)
        return nsym_fail(NSYM_EFORMAT, "%s: %zu dimensions of %s, must be one of numbers", name, array.dimensions,
                         array.type);
    if (l->features == FEATURES_MAX)
        return nsym_fail(NSYM_EFORMAT, "%s: at most %d features of a particle are read", name, (int)FEATURES_MAX);
    if (l->features > 0 && array.size != l->rows)
        return nsym_fail(NSYM_EFORMAT, "%s: has %llu rows, but %s has %llu", name, (unsigned long long)array.size,
                         l->feature[0], (unsigned long long)l->rows);
    l->rows = array.size;
    l->feature[l->features++] = name;
    return NSYM_OK;
}

/* Copies a dataset into column `at` of the particles, a block at a time. */
static nsym_status read_feature(const layout *l, nsym_events *events, size_t at, double *block) {
    uint64_t rows = events->offsets[events->count];
    for (uint64_t first = 0; first < rows; first += BLOCK_ROWS) {
        uint64_t count = rows - first < BLOCK_ROWS ? rows - first : BLOCK_ROWS;
        NSYM_TRY(nsym_h5_read(l->file, l->feature[at], NSYM_H5_DOUBLE, first, count, block));
        double *to = events->particles + first * events->features + at;
        for (uint64_t i = 0; i < count; i++) to[i * events->features] = block[i];
    }
    return NSYM_OK;
}

static nsym_status read_features(const layout *l, nsym_events *events) {
    double *block = malloc((size_t)BLOCK_ROWS * sizeof *block);
    nsym_status status = block ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %d rows", (int)BLOCK_ROWS);
    for (size_t i = 0; i < l->features && status == NSYM_OK; i++) {
        char *unit = NULL;
        status = read_feature(l, events, i, block);
        if (status == NSYM_OK) status = nsym_h5_get_text(l->file, l->feature[i], "unit", &unit);
        if (!unit) continue;
        free(events->feature_units[i]);
        events->feature_units[i] = unit;
    }
    free(block);
    return status;
}

static nsym_status read_particles(const layout *l, nsym_events *events) {
    if (l->features == 0)
        return nsym_fail(NSYM_EFORMAT, "has %s but no datasets %s_... of particles", l->offsets, l->ragged);
    const char **names = calloc(l->features, sizeof *names);
    uint64_t *rises = malloc((events->count + 1) * sizeof *rises);
    nsym_status status = names && rises ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "%s: no memory", l->offsets);
    for (size_t i = 0; i < l->features && status == NSYM_OK; i++) names[i] = l->feature[i] + strlen(l->ragged) + 1;
    if (status == NSYM_OK)
        status = nsym_hdf5_read_offsets(l->file, l->offsets, l->size, events->count, l->feature[0], l->rows, rises);
    if (status == NSYM_OK) status = nsym_events_set_particles(events, l->features, names, NULL, rises);
    free(names);
    free(rises);
    NSYM_TRY(status);
    return read_features(l, events);
}

/* A dataset of no group: numbers are an event column, anything else is left out. */
static nsym_status read_other(const layout *l, nsym_events *events, const char *name) {
    nsym_h5_array array;
    if (strchr(name, '/')) return NSYM_OK;
    NSYM_TRY(nsym_h5_describe(l->file, name, &array));
    return array.number && array.dimensions > 0 ? nsym_hdf5_read_column(l->file, events, name, l->size - 1) : NSYM_OK;
}

static nsym_status read_all(layout *l, nsym_events **out, size_t max_events) {
    NSYM_TRY(find_offsets(l));
    uint64_t events = l->size - 1;
    if (max_events > 0 && max_events < events) events = max_events;
    NSYM_TRY(nsym_events_new(out, (size_t)events));
    for (size_t i = 0; i < l->n; i++) {
        const char *name = l->names[i], *owner;
        NSYM_TRY(find_owner(l, name, &owner));
        if (!owner) NSYM_TRY(read_other(l, *out, name));
        if (owner == l->offsets && name != l->offsets) NSYM_TRY(add_feature(l, name));
    }
    NSYM_TRY(read_particles(l, *out));
    return nsym_hdf5_read_attributes(l->file, *out);
}

nsym_status nsym_hdf5_read_ragged(nsym_events **out, const char *path, const nsym_read_options *options) {
    layout l = {.ragged = options->ragged};
    *out = NULL;
    NSYM_TRY(nsym_h5_open(&l.file, path));
    nsym_status status = nsym_h5_list(l.file, &l.names, &l.n);
    if (status == NSYM_OK) {
        l.feature = calloc(l.n + 1, sizeof *l.feature);
        status = l.feature ? read_all(&l, out, options->max_events) : nsym_fail(NSYM_ENOMEM, "no memory");
        free(l.feature);
        nsym_texts_free(l.names, l.n);
    }
    nsym_h5_close(l.file);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return strncmp(nsym_message(), path, strlen(path)) == 0 ? status : nsym_fail_in(status, "%s: ", path);
}
