/* Flat arrays in HDF5: one-dimensional datasets NAME_offset (events + 1), NAME_a, NAME_b, ... beside one dataset per
   event column. A file may hold several such groups; one is read. */
#include "base/fail.h"
#include "data/layout.h"

#include <stdio.h>
#include <string.h>

enum { FEATURES_MAX = 4096, SHOWN = 200 };

/* The group that is read. */
typedef struct ragged {
    const char *offsets; /* borrowed from the layout's names */
    uint64_t size;       /* of the offsets: events + 1 */
} ragged;

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

static nsym_status find_offsets(nsym_layout *l, ragged *r) {
    char others[SHOWN] = "none";
    const char *wanted = l->options->ragged;
    size_t used = 0, length = strlen(wanted);
    nsym_h5_array array;
    for (size_t i = 0; i < l->n; i++) {
        size_t n = stem(l->names[i]);
        if (n == 0) continue;
        if (n == length && strncmp(l->names[i], wanted, n) == 0) {
            if (r->offsets)
                return nsym_fail(NSYM_EFORMAT, "has both %s and %s, must have one", r->offsets, l->names[i]);
            r->offsets = l->names[i];
        }
        if (used < SHOWN)
            used += (size_t)snprintf(others + used, SHOWN - used, "%s%.*s", used > 0 ? ", " : "", (int)n, l->names[i]);
    }
    if (!r->offsets)
        return nsym_fail(NSYM_ENOTFOUND, "has no dataset %s_offset or %s_offsets; its ragged arrays are %s", wanted,
                         wanted, others);
    NSYM_TRY(nsym_h5_describe(l->file, r->offsets, &array));
    if (!are_offsets(&array)) return nsym_fail(NSYM_EFORMAT, "%s: must be integers of shape (events + 1)", r->offsets);
    r->size = array.size;
    return nsym_layout_add_rows(l, r->offsets, NULL, 0, &array, 1, &l->begins.rows);
}

/* The group that a dataset belongs to, as one of the datasets of offsets: that of the longest name which it begins
   with. NULL: none. A dataset that is called so but has not one number more than there are events is an event column.
 */
static nsym_status find_owner(const nsym_layout *l, const ragged *r, const char *name, const char **owner) {
    size_t longest = 0;
    *owner = NULL;
    for (size_t i = 0; i < l->n; i++) {
        size_t n = stem(l->names[i]);
        nsym_h5_array array;
        if (n <= longest || strncmp(name, l->names[i], n + 1) != 0) continue;
        NSYM_TRY(nsym_h5_describe(l->file, l->names[i], &array));
        if (!are_offsets(&array) || array.size != r->size) continue;
        longest = n;
        *owner = l->names[i];
    }
    return NSYM_OK;
}

static nsym_status add_feature(nsym_layout *l, const char *name) {
    nsym_h5_array array;
    size_t rows;
    NSYM_TRY(nsym_h5_describe(l->file, name, &array));
    if (array.dimensions != 1 || !array.number)
        return nsym_fail(NSYM_EFORMAT, "%s: %zu dimensions of %s, must be one of numbers", name, array.dimensions,
                         array.type);
    if (l->n_features == FEATURES_MAX)
        return nsym_fail(NSYM_EFORMAT, "%s: at most %d features of a particle are read", name, (int)FEATURES_MAX);
    if (l->n_features > 0 && array.size != l->particle_rows)
        return nsym_fail(NSYM_EFORMAT, "%s: has %llu rows, but %s has %llu", name, (unsigned long long)array.size,
                         l->rows[l->feature[0].rows].dataset, (unsigned long long)l->particle_rows);
    l->particle_rows = array.size;
    NSYM_TRY(nsym_layout_add_rows(l, name, NULL, 0, &array, 1, &rows));
    return nsym_layout_add_feature(l, name + strlen(l->options->ragged) + 1, nsym_layout_text(l, name, "unit"), rows, 0,
                                   1);
}

/* A dataset of no group: numbers and texts are an event column, anything else is left out. */
static nsym_status add_other(nsym_layout *l, const ragged *r, const char *name) {
    nsym_h5_array array;
    if (strchr(name, '/')) return NSYM_OK;
    NSYM_TRY(nsym_h5_outline(l->file, name, &array));
    if (array.dimensions == 0 || array.dimensions > 2 || array.record || array.empty) return NSYM_OK;
    if (array.number && array.shape[0] != r->size - 1)
        return nsym_fail(NSYM_EFORMAT, "%s: has %llu rows for %llu events", name, (unsigned long long)array.shape[0],
                         (unsigned long long)(r->size - 1));
    return array.shape[0] == r->size - 1 ? nsym_layout_add_dataset(l, name, name) : NSYM_OK;
}

nsym_status nsym_layout_plan_ragged(nsym_layout *l) {
    ragged r = {0};
    NSYM_TRY(find_offsets(l, &r));
    nsym_layout_set_events(l, r.size - 1);
    for (size_t i = 0; i < l->n; i++) {
        const char *name = l->names[i], *owner;
        NSYM_TRY(find_owner(l, &r, name, &owner));
        if (!owner) NSYM_TRY(add_other(l, &r, name));
        if (owner == r.offsets && name != r.offsets) NSYM_TRY(add_feature(l, name));
    }
    if (l->n_features == 0)
        return nsym_fail(NSYM_EFORMAT, "has %s but no datasets %s_... of particles", r.offsets, l->options->ragged);
    l->particles = NSYM_LAYOUT_RAGGED;
    return nsym_layout_add_attributes(l);
}
