/* Plain HDF5 files: our own (particles/values with attributes columns and units, particles/offsets, a dataset for each
   event column), and those of others whose datasets have one row for each event: numbers, texts, records, and particles
   in three dimensions or as records in two. */
#include "base/fail.h"
#include "base/remark.h"
#include "data/features.h"
#include "data/hdf5_events.h"
#include "data/layout.h"
#include "data/number.h"
#include "data/texts.h"
#include "data/wanted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 4096, IMAGE_SIDE = 4, IMAGE_FEATURES = 16 };

/* Our own particles. */

/* Names of features, or "f0", "f1", ... where the file has none. */
static nsym_status own_names(nsym_layout *l, const char *attribute, size_t n, const char *const **names) {
    char **texts;
    size_t found;
    NSYM_TRY(nsym_h5_get_texts(l->file, NSYM_HDF5_VALUES, attribute, &texts, &found));
    nsym_texts_free(texts, found);
    if (texts && found != n)
        return nsym_fail(NSYM_EFORMAT, "%s: attribute \"%s\" has %zu texts for %zu features", NSYM_HDF5_VALUES,
                         attribute, found, n);
    return nsym_layout_names(l, NSYM_HDF5_VALUES, attribute, n, names);
}

static nsym_status add_own_particles(nsym_layout *l) {
    nsym_h5_array offsets, values;
    NSYM_TRY(nsym_h5_describe(l->file, NSYM_HDF5_OFFSETS, &offsets));
    if (offsets.dimensions != 1 || offsets.size == 0 || !strstr(offsets.type, "int"))
        return nsym_fail(NSYM_EFORMAT, "%s: must be integers of shape (events + 1)", NSYM_HDF5_OFFSETS);
    NSYM_TRY(nsym_h5_describe(l->file, NSYM_HDF5_VALUES, &values));
    if (values.dimensions != 2 || !values.number || values.shape[1] == 0 || values.shape[1] > FEATURES_MAX)
        return nsym_fail(NSYM_EFORMAT, "%s: must be numbers of shape (rows, features), 1 to %d features",
                         NSYM_HDF5_VALUES, (int)FEATURES_MAX);
    size_t n = (size_t)values.shape[1], rows;
    const char *const *names, *const *units;
    NSYM_TRY(own_names(l, "columns", n, &names));
    NSYM_TRY(own_names(l, "units", n, &units));
    NSYM_TRY(nsym_layout_add_rows(l, NSYM_HDF5_OFFSETS, NULL, 0, &offsets, 1, &l->begins.rows));
    NSYM_TRY(nsym_layout_add_rows(l, NSYM_HDF5_VALUES, NULL, 0, &values, n, &rows));
    for (size_t k = 0; k < n; k++) {
        char number[24];
        snprintf(number, sizeof number, "f%zu", k);
        NSYM_TRY(nsym_layout_add_feature(l, names ? names[k] : number, units ? units[k] : "", rows, k, 1));
    }
    l->particles = NSYM_LAYOUT_RAGGED;
    l->particle_rows = values.shape[0];
    nsym_layout_set_events(l, offsets.size - 1);
    return NSYM_OK;
}

/* Particles (events, slots, features). */

nsym_status nsym_layout_add_padded(nsym_layout *l, const char *dataset, const nsym_h5_array *array,
                                   const char *const *names) {
    size_t slots = (size_t)array->shape[1], n = (size_t)array->shape[2], rows;
    NSYM_TRY(nsym_layout_add_rows(l, dataset, NULL, 0, array, slots * n, &rows));
    l->particles = NSYM_LAYOUT_PADDED;
    l->slots = slots;
    for (size_t k = 0; k < n; k++) {
        if (strcmp(names[k], "mask") != 0) {
            NSYM_TRY(nsym_layout_add_feature(l, names[k], "", rows, k, n));
            continue;
        }
        l->masked = true;
        l->mask = (nsym_place){rows, k};
    }
    return NSYM_OK;
}

/* What an array's particles have: the user's names, those of the file, or those that numpy files are given. */
static nsym_status features_of(nsym_layout *l, const char *dataset, size_t n, const char *const **names) {
    static const char *const attributes[] = {"columns", "features", "names", "properties"};
    *names = NULL;
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes && !*names && !l->options->features; i++)
        NSYM_TRY(nsym_layout_names(l, dataset, attributes[i], n, names));
    if (*names) return NSYM_OK;
    bool wanted = false;
    NSYM_TRY(nsym_layout_feature_names(l, n, names));
    for (size_t k = 0; k < n; k++) wanted |= nsym_wanted(l->options, (*names)[k]);
    if (wanted && !l->options->features)
        nsym_remark(NSYM_NOTE,
                    "%s: %s: its %zu features have no names and are taken for %s; --columns NAME,... names them",
                    l->path, dataset, n,
                    n == 3   ? "pt, eta, phi"
                    : n == 4 ? "pt, eta, phi, pid"
                             : "f0, f1, ...");
    return NSYM_OK;
}

nsym_status nsym_layout_feature_names(nsym_layout *l, size_t n, const char *const **names) {
    char **given;
    NSYM_TRY(nsym_features_name(&given, n, l->options));
    const char **kept = nsym_arena_alloc(l->arena, n + 1, sizeof *kept);
    bool fine = kept != NULL;
    for (size_t k = 0; k < n && fine; k++) fine = (kept[k] = nsym_arena_strdup(l->arena, given[k])) != NULL;
    nsym_texts_free(given, n);
    *names = kept;
    return fine ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for names");
}

static nsym_status add_particles(nsym_layout *l, const char *dataset, const nsym_h5_array *array) {
    size_t slots = (size_t)array->shape[1], n = (size_t)array->shape[2];
    const char *const *names;
    if (slots == 0 || n == 0 || n > FEATURES_MAX) {
        nsym_layout_leave_out(l, dataset, "no particles");
        return NSYM_OK;
    }
    bool images = n > IMAGE_FEATURES || (n == slots && n > IMAGE_SIDE);
    if (l->options->arrays == NSYM_ARRAYS_IMAGES || (l->options->arrays == NSYM_ARRAYS_ASK && images))
        return nsym_fail(NSYM_EFORMAT,
                         "%s: shape (%llu, %zu, %zu): images are read only from .npz and .npy; --arrays particles "
                         "reads it as %zu particles with %zu features each",
                         dataset, (unsigned long long)array->shape[0], slots, n, slots, n);
    NSYM_TRY(features_of(l, dataset, n, &names));
    return nsym_layout_add_padded(l, dataset, array, names);
}

/* Records. */

/* Fields that are read together: numbers whose doubles are exact, or that are no whole numbers. */
typedef struct field_group {
    const char **name; /* (n) */
    size_t n, width;   /* numbers of a record */
} field_group;

/* Whether a field can be read with others, and has so many dimensions. */
static bool is_plain_field(const nsym_h5_array *a, size_t least, size_t most) {
    return a->number && !a->whole64 && !a->bits && strcmp(a->type, "enum") != 0 && a->dimensions >= least &&
           a->dimensions <= most && a->size > 0;
}

/* The columns of records and their names: a field's own, or DATASET_FIELD where that is taken; NULL: not wanted. */
static nsym_status name_columns(nsym_layout *l, const char *dataset, const nsym_h5_field *fields, size_t n,
                                const char **called) {
    size_t before = l->n_offered;
    for (size_t i = 0; i < n; i++) {
        bool taken = false, wanted;
        for (size_t k = 0; k < before; k++) taken |= strcmp(l->offered[k], fields[i].name) == 0;
        called[i] = taken ? nsym_arena_printf(l->arena, "%s_%s", dataset, fields[i].name) : fields[i].name;
        if (!called[i]) return nsym_fail(NSYM_ENOMEM, "%s: no memory", dataset);
        NSYM_TRY(nsym_layout_offer(l, called[i], &wanted));
        if (!wanted) called[i] = NULL;
    }
    return NSYM_OK;
}

/* Records (events): every field is a column. */
static nsym_status add_record_columns(nsym_layout *l, const char *dataset, const char *name,
                                      const nsym_h5_field *fields, size_t n) {
    const char **called = nsym_arena_alloc(l->arena, n + 1, sizeof *called);
    field_group group = {.name = nsym_arena_alloc(l->arena, n + 1, sizeof *group.name)};
    size_t rows = 0, at = 0;
    if (!called || !group.name) return nsym_fail(NSYM_ENOMEM, "%s: no memory", dataset);
    NSYM_TRY(name_columns(l, name, fields, n, called));
    for (size_t i = 0; i < n; i++) {
        const nsym_h5_array *a = &fields[i].array;
        if (!called[i] || !is_plain_field(a, 1, 2)) continue;
        group.name[group.n++] = fields[i].name;
        group.width += a->dimensions == 2 ? (size_t)a->shape[1] : 1;
    }
    for (size_t i = 0; i < n; i++) {
        const nsym_h5_array *a = &fields[i].array;
        size_t width = a->dimensions == 2 ? (size_t)a->shape[1] : 1, own;
        if (!called[i]) continue;
        if (is_plain_field(a, 1, 2)) {
            if (at == 0) NSYM_TRY(nsym_layout_add_rows(l, dataset, group.name, group.n, a, group.width, &rows));
            NSYM_TRY(nsym_layout_add_column(l, called[i], rows, at, width));
            at += width;
        } else if ((a->number && a->dimensions <= 2 && width > 0) || (a->text && a->dimensions == 1)) {
            NSYM_TRY(nsym_layout_add_rows(l, dataset, (const char *const[]){fields[i].name}, 1, a, width, &own));
            NSYM_TRY(nsym_layout_add_column(l, called[i], own, 0, width));
        } else {
            nsym_layout_leave_out(l, called[i], "%s in %zu dimensions", a->type, a->dimensions);
        }
    }
    return NSYM_OK;
}

/* Records (events, slots): particles, those whose field `valid` (or mask) is not 0. */
static nsym_status add_record_particles(nsym_layout *l, const char *dataset, const nsym_h5_field *fields, size_t n) {
    field_group group = {.name = nsym_arena_alloc(l->arena, n + 1, sizeof *group.name)};
    size_t rows = 0, slots = n > 0 ? (size_t)fields[0].array.shape[1] : 0;
    if (!group.name) return nsym_fail(NSYM_ENOMEM, "%s: no memory", dataset);
    for (size_t i = 0; i < n; i++)
        if (is_plain_field(&fields[i].array, 2, 2)) group.name[group.n++] = fields[i].name;
    if (group.n == 0) {
        nsym_layout_leave_out(l, dataset, "records without numbers");
        return NSYM_OK;
    }
    group.width = group.n * slots;
    for (size_t i = 0, k = 0; i < n; i++) {
        const nsym_h5_array *a = &fields[i].array;
        if (is_plain_field(a, 2, 2)) {
            if (k == 0) NSYM_TRY(nsym_layout_add_rows(l, dataset, group.name, group.n, a, group.width, &rows));
            if (strcmp(fields[i].name, "valid") == 0 || strcmp(fields[i].name, "mask") == 0)
                l->masked = true, l->mask = (nsym_place){rows, k};
            else
                NSYM_TRY(nsym_layout_add_feature(l, fields[i].name, "", rows, k, group.n));
            k++;
        } else if (a->number && a->dimensions == 2) { /* of its own: whether its numbers are exact is looked at */
            size_t own;
            NSYM_TRY(nsym_layout_add_rows(l, dataset, (const char *const[]){fields[i].name}, 1, a, slots, &own));
            NSYM_TRY(nsym_layout_add_feature(l, fields[i].name, "", own, 0, 1));
        } else {
            nsym_layout_leave_out(l, nsym_arena_printf(l->arena, "%s.%s", dataset, fields[i].name),
                                  "%s in %zu dimensions", a->type, a->dimensions);
        }
    }
    l->particles = NSYM_LAYOUT_PADDED;
    l->slots = slots;
    return NSYM_OK;
}

static nsym_status add_records(nsym_layout *l, const char *dataset, const char *name, const nsym_h5_array *array) {
    nsym_h5_field *fields;
    size_t n;
    NSYM_TRY(nsym_h5_fields(l->file, dataset, &fields, &n));
    nsym_status status = array->dimensions == 1 ? add_record_columns(l, dataset, name, fields, n)
                                                : add_record_particles(l, dataset, fields, n);
    nsym_h5_fields_free(fields, n);
    return status;
}

/* Other datasets. */

static nsym_status keep_text(void *context, const char *text, size_t n) {
    char **kept = context;
    *kept = strndup(text, n);
    return *kept ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a text");
}

/* One value for all events is an attribute. */
static nsym_status add_scalar(nsym_layout *l, const char *dataset, const char *name, const nsym_h5_array *array) {
    char number[NSYM_NUMBER_SIZE], *text = NULL;
    double value;
    if (!array->number && !array->text) {
        nsym_layout_leave_out(l, dataset, "one value, %s", array->type);
        return NSYM_OK;
    }
    if (array->number) NSYM_TRY(nsym_h5_read(l->file, dataset, NSYM_H5_DOUBLE, 0, 1, &value));
    if (array->number) nsym_number_format(number, value);
    if (array->text) NSYM_TRY(nsym_h5_read_texts(l->file, dataset, NULL, 0, 1, keep_text, &text));
    nsym_status status = nsym_layout_add_attribute(l, name, text ? text : number);
    nsym_remark(NSYM_NOTE, "%s: %s is one value, %s, for all events: it becomes an attribute, not a column", l->path,
                dataset, text ? text : number);
    free(text);
    return status;
}

static nsym_status add_column(nsym_layout *l, const char *dataset, const char *name, const nsym_h5_array *array) {
    size_t width = array->dimensions == 2 ? (size_t)array->shape[1] : 1, rows, before = l->n_columns;
    NSYM_TRY(nsym_layout_add_rows(l, dataset, NULL, 0, array, width, &rows));
    NSYM_TRY(nsym_layout_add_column(l, name, rows, 0, width));
    if (l->n_columns == before) return NSYM_OK;
    nsym_layout_column *column = &l->column[before];
    const char *unit = nsym_layout_text(l, dataset, "unit"), *meaning = nsym_layout_text(l, dataset, "meaning");
    if (unit) column->unit = unit;
    if (meaning) column->meaning = meaning;
    char **texts;
    size_t n;
    NSYM_TRY(nsym_h5_get_texts(l->file, dataset, "labels", &texts, &n));
    nsym_texts_free(texts, n);
    if (texts && n != width)
        return nsym_fail(NSYM_EFORMAT, "%s: attribute \"labels\" has %zu texts for %zu values per event", dataset, n,
                         width);
    const char *const *labels;
    NSYM_TRY(nsym_layout_names(l, dataset, "labels", width, &labels));
    column->labels = (char **)labels;
    return NSYM_OK;
}

nsym_status nsym_layout_add_table(nsym_layout *l, const char *dataset, const nsym_h5_array *array,
                                  const char *const *names) {
    size_t width = (size_t)array->shape[1], rows;
    NSYM_TRY(nsym_layout_add_rows(l, dataset, NULL, 0, array, width, &rows));
    for (size_t k = 0; k < width; k++) NSYM_TRY(nsym_layout_add_column(l, names[k], rows, k, 1));
    return NSYM_OK;
}

nsym_status nsym_layout_add_dataset(nsym_layout *l, const char *dataset, const char *name) {
    nsym_h5_array array;
    bool wanted;
    size_t at = l->n_offered;
    NSYM_TRY(nsym_layout_offer(l, name, &wanted));
    nsym_status status = nsym_h5_describe(l->file, dataset, &array);
    if (status != NSYM_OK) return wanted ? status : NSYM_OK;
    bool many = array.record || (array.number && array.dimensions == 3); /* things with names of their own */
    if (!wanted && (!many || l->options->drop)) return NSYM_OK;
    if (many && l->options->only) l->n_offered = at; /* its fields are what can be named */
    if (many && l->particles != NSYM_LAYOUT_NONE && array.dimensions > 1) {
        nsym_layout_leave_out(l, dataset, "the particles are %s; leave that out with --drop to read these",
                              l->rows[l->feature[0].rows].dataset);
        return NSYM_OK;
    }
    if (array.empty) {
        nsym_layout_leave_out(l, dataset, "it is empty, a null dataspace");
        return NSYM_OK;
    }
    if (!many) l->n_offered = at; /* the column will be */
    if (array.dimensions == 0) {
        l->n_offered = at + 1;
        return add_scalar(l, dataset, name, &array);
    }
    if (array.record && array.dimensions <= 2) return add_records(l, dataset, name, &array);
    if (array.number && array.dimensions == 3) return add_particles(l, dataset, &array);
    bool empty_row = array.dimensions == 2 && array.shape[1] == 0;
    if ((array.number && array.dimensions <= 2 && !empty_row) || (array.text && array.dimensions == 1))
        return add_column(l, dataset, name, &array);
    l->n_offered = at + 1;
    if (strcmp(array.type, "lists") == 0)
        nsym_layout_leave_out(l, dataset, "lists of any length; write all values one after another, and NAME_offset");
    else
        nsym_layout_leave_out(l, dataset, "%s in %zu dimensions", array.type, array.dimensions);
    return NSYM_OK;
}

/* How many events there are. */

/* What counts: the rows of a dataset that may have one for each event; 0 in *counts: it is no such. */
static nsym_status rows_of(const nsym_layout *l, const char *dataset, bool *counts, uint64_t *rows) {
    nsym_h5_array array;
    *counts = false, *rows = 0;
    if (nsym_h5_outline(l->file, dataset, &array) != NSYM_OK) return NSYM_OK; /* told where it is read */
    *counts = array.dimensions > 0 && !array.empty;
    *rows = array.shape[0];
    return NSYM_OK;
}

/* The group that all datasets are in, with its slash; "" where some are in none. Errors: several groups. */
static nsym_status find_base(nsym_layout *l, const char **base) {
    const char *first = NULL;
    size_t n = 0;
    *base = "";
    for (size_t i = 0; i < l->n; i++) {
        const char *slash = strrchr(l->names[i], '/');
        if (!slash) return NSYM_OK;
        size_t length = (size_t)(slash - l->names[i]) + 1;
        if (first && (length != n || strncmp(first, l->names[i], n) != 0))
            return nsym_fail(NSYM_EFORMAT,
                             "its arrays are in several groups (%s, and others in %.*s): the arrays of a sample must "
                             "be in one group or in none; copy those of one sample to a new file with h5copy or h5py",
                             l->names[i], (int)n, first);
        first = l->names[i], n = length;
    }
    if (first) *base = nsym_arena_printf(l->arena, "%.*s", (int)n, first);
    return *base ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for names");
}

/* The datasets right in the base are looked at; `name` is what stands behind it. */
static bool is_in(const char *base, const char *dataset, const char **name) {
    size_t n = strlen(base);
    if (strncmp(dataset, base, n) != 0 || strchr(dataset + n, '/')) return false;
    *name = dataset + n;
    return true;
}

/* Rows that more than half of the datasets have, or the first has. */
static nsym_status count_events(nsym_layout *l, const char *base, uint64_t *events) {
    size_t n = 0, most = 0;
    uint64_t *all = nsym_arena_alloc(l->arena, l->n + 1, sizeof *all);
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory for names");
    for (size_t i = 0; i < l->n; i++) {
        bool counts = false;
        const char *name;
        if (!is_in(base, l->names[i], &name) || (l->options->drop && !nsym_wanted(l->options, name))) continue;
        NSYM_TRY(rows_of(l, l->names[i], &counts, &all[n]));
        if (counts && (!l->options->only || nsym_wanted(l->options, name))) n++;
    }
    for (size_t i = 0; i < l->n && n == 0 && l->options->only; i++) { /* wanted are fields of records */
        bool counts = false;
        const char *name;
        if (is_in(base, l->names[i], &name)) NSYM_TRY(rows_of(l, l->names[i], &counts, &all[n]));
        n += counts;
    }
    *events = n > 0 ? all[0] : 0;
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        for (size_t k = 0; k < n; k++) same += all[k] == all[i];
        if (2 * same > n && same > most) most = same, *events = all[i];
    }
    return NSYM_OK;
}

/* Length of NAME in NAME_offset or NAME_offsets, 0: it is no such name. */
static size_t ragged_stem(const char *name) {
    size_t n = strlen(name);
    for (const char *const *end = (const char *const[]){"_offsets", "_offset", NULL}; *end; end++)
        if (n > strlen(*end) && strcmp(name + n - strlen(*end), *end) == 0) return n - strlen(*end);
    return 0;
}

/* Whether NAME_offset holds integers, and a dataset NAME_... has other rows: particles that --ragged reads. */
static nsym_status is_ragged(const nsym_layout *l, const char *base, const char *offsets, const char *name,
                             bool *ragged) {
    nsym_h5_array array;
    size_t stem = ragged_stem(name);
    *ragged = false;
    if (stem == 0 || nsym_h5_outline(l->file, offsets, &array) != NSYM_OK) return NSYM_OK;
    if (array.dimensions != 1 || !array.number || !strstr(array.type, "int")) return NSYM_OK;
    for (size_t i = 0; i < l->n && !*ragged; i++) {
        const char *other;
        bool counts;
        uint64_t rows;
        if (!is_in(base, l->names[i], &other) || strncmp(other, name, stem + 1) != 0) continue;
        NSYM_TRY(rows_of(l, l->names[i], &counts, &rows));
        *ragged = counts && rows != array.shape[0];
    }
    return NSYM_OK;
}

static nsym_status refuse_ragged(const nsym_layout *l, const char *base) {
    char all[200] = "", first[100] = "";
    size_t used = 0;
    if (l->options->only || l->options->drop) return NSYM_OK;
    for (size_t i = 0; i < l->n && used < sizeof all; i++) {
        const char *name;
        bool ragged = false;
        if (is_in(base, l->names[i], &name)) NSYM_TRY(is_ragged(l, base, l->names[i], name, &ragged));
        if (!ragged) continue;
        if (used == 0) snprintf(first, sizeof first, "%.*s", (int)ragged_stem(name), name);
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%.*s", used > 0 ? ", " : "", (int)ragged_stem(name),
                                 name);
    }
    if (used == 0) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT,
                     "has particles in flat arrays (%s, with offsets): --ragged %s reads those with the event columns",
                     all, first);
}

/* Refuses, or leaves out, a dataset of another number of rows; *skip: it is not read. */
static nsym_status check_rows(nsym_layout *l, const char *base, const char *dataset, const char *name, uint64_t events,
                              bool *skip) {
    bool counts, wanted;
    uint64_t rows;
    size_t fitting = 0;
    *skip = false;
    NSYM_TRY(rows_of(l, dataset, &counts, &rows));
    if (!counts || rows == events) return NSYM_OK;
    *skip = true;
    NSYM_TRY(nsym_layout_offer(l, name, &wanted));
    if (!wanted) return NSYM_OK;
    for (size_t i = 0; i < l->n; i++) {
        const char *of;
        if (!is_in(base, l->names[i], &of)) continue;
        NSYM_TRY(rows_of(l, l->names[i], &counts, &rows));
        fitting += counts && rows == events;
    }
    NSYM_TRY(rows_of(l, dataset, &counts, &rows));
    bool needed = strcmp(name, "label") == 0 || strcmp(name, "weight") == 0;
    if (fitting < 2 || needed)
        return nsym_fail(NSYM_EFORMAT, "%s: has %llu rows for %llu events; --drop %s leaves it out", dataset,
                         (unsigned long long)rows, (unsigned long long)events, name);
    nsym_layout_leave_out(l, dataset, "%llu rows for %llu events", (unsigned long long)rows,
                          (unsigned long long)events);
    return NSYM_OK;
}

/* Of several lists of particles the best known is the one that is read. */
static void put_particles_first(nsym_layout *l, const char *base) {
    static const char *const known[] = {"constituents", "tracks", "particles"};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        for (size_t i = 1; i < l->n; i++) {
            const char *name;
            if (!is_in(base, l->names[i], &name) || strcmp(name, known[k]) != 0) continue;
            char *first = l->names[i];
            memmove(l->names + 1, l->names, i * sizeof *l->names);
            l->names[0] = first;
        }
}

nsym_status nsym_layout_plan_plain(nsym_layout *l) {
    bool own = nsym_layout_has(l, NSYM_HDF5_VALUES) || nsym_layout_has(l, NSYM_HDF5_OFFSETS);
    const char *base = "";
    if (l->n == 0) return nsym_fail(NSYM_EFORMAT, "holds no datasets");
    if (own)
        NSYM_TRY(add_own_particles(l));
    else
        NSYM_TRY(find_base(l, &base));
    if (!own) NSYM_TRY(refuse_ragged(l, base));
    if (!own) put_particles_first(l, base);
    uint64_t events = own ? l->rows[l->begins.rows].array.shape[0] - 1 : 0;
    if (!own) NSYM_TRY(count_events(l, base, &events));
    nsym_layout_set_events(l, events);
    for (size_t i = 0; i < l->n; i++) {
        const char *dataset = l->names[i], *name;
        bool skip;
        if (own && (strcmp(dataset, NSYM_HDF5_VALUES) == 0 || strcmp(dataset, NSYM_HDF5_OFFSETS) == 0)) continue;
        if (!is_in(base, dataset, &name)) {
            nsym_layout_leave_out(l, dataset, "in a group");
            continue;
        }
        NSYM_TRY(check_rows(l, base, dataset, name, events, &skip));
        if (!skip) NSYM_TRY(nsym_layout_add_dataset(l, dataset, name));
    }
    return nsym_layout_add_attributes(l);
}
