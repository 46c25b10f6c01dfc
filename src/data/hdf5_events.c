/* Events read from HDF5 (the layout: hdf5_events.h). Integers beyond 2^53 are rounded. */
#include "data/hdf5_events.h"

#include "base/fail.h"
#include "data/formats.h"
#include "data/summary.h"
#include "data/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 4096, BLOCK_VALUES = 1 << 20 };

static const char values_name[] = NSYM_HDF5_VALUES, offsets_name[] = NSYM_HDF5_OFFSETS;

static uint64_t at_most(uint64_t count, size_t limit) {
    return limit > 0 && limit < count ? limit : count;
}

nsym_status nsym_hdf5_read_offsets(nsym_h5 *file, const char *name, uint64_t size, uint64_t count,
                                   const char *rows_name, uint64_t rows, uint64_t *values) {
    NSYM_TRY(nsym_h5_read(file, name, NSYM_H5_INT64, 0, count + 1, values));
    if (values[0] != 0) return nsym_fail(NSYM_EFORMAT, "%s: begins with %lld, must be 0", name, (long long)values[0]);
    for (uint64_t i = 0; i < count; i++)
        if (values[i + 1] < values[i] || values[i + 1] > rows)
            return nsym_fail(NSYM_EFORMAT, "%s: goes from %lld to %lld at event %llu; must rise, and end at %llu rows",
                             name, (long long)values[i], (long long)values[i + 1], (unsigned long long)i,
                             (unsigned long long)rows);
    if (count + 1 == size && values[count] != rows)
        return nsym_fail(NSYM_EFORMAT, "%s: ends at %lld, but %s has %llu rows", name, (long long)values[count],
                         rows_name, (unsigned long long)rows);
    return NSYM_OK;
}

/* New (features): an attribute's texts, or `fallback` ("f%zu") where the file has none. */
static nsym_status read_texts(nsym_h5 *file, const char *attribute, size_t features, const char *fallback,
                              char ***out) {
    size_t n;
    NSYM_TRY(nsym_h5_get_texts(file, values_name, attribute, out, &n));
    if (*out && n == features) return NSYM_OK;
    if (*out) {
        nsym_texts_free(*out, n);
        *out = NULL;
        return nsym_fail(NSYM_EFORMAT, "%s: attribute \"%s\" has %zu texts for %zu features", values_name, attribute, n,
                         features);
    }
    *out = nsym_texts_copy(NULL, features);
    for (size_t i = 0; *fallback && *out && i < features; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s%zu", fallback, i);
        free((*out)[i]);
        (*out)[i] = strdup(name);
    }
    return *out ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "%s: no memory", values_name);
}

static nsym_status read_particles(nsym_h5 *file, nsym_events *events, const nsym_h5_array *offsets) {
    nsym_h5_array values;
    NSYM_TRY(nsym_h5_describe(file, values_name, &values));
    if (values.dimensions != 2 || !values.number || values.shape[1] == 0 || values.shape[1] > FEATURES_MAX)
        return nsym_fail(NSYM_EFORMAT, "%s: must be numbers of shape (rows, features), 1 to %d features", values_name,
                         (int)FEATURES_MAX);
    size_t features = (size_t)values.shape[1];
    char **names = NULL, **units = NULL;
    uint64_t *rises = malloc((events->count + 1) * sizeof *rises);
    nsym_status status = rises ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "%s: no memory", offsets_name);
    if (status == NSYM_OK)
        status = nsym_hdf5_read_offsets(file, offsets_name, offsets->size, events->count, values_name, values.shape[0],
                                        rises);
    if (status == NSYM_OK) status = read_texts(file, "columns", features, "f", &names);
    if (status == NSYM_OK) status = read_texts(file, "units", features, "", &units);
    if (status == NSYM_OK)
        status =
            nsym_events_set_particles(events, features, (const char *const *)names, (const char *const *)units, rises);
    if (status == NSYM_OK)
        status = nsym_h5_read(file, values_name, NSYM_H5_DOUBLE, 0, rises[events->count], events->particles);
    nsym_texts_free(names, features);
    nsym_texts_free(units, features);
    free(rises);
    return status;
}

static nsym_status read_labels(nsym_h5 *file, nsym_column *column) {
    size_t n;
    NSYM_TRY(nsym_h5_get_texts(file, column->name, "labels", &column->labels, &n));
    if (!column->labels || n == column->width) return NSYM_OK;
    nsym_texts_free(column->labels, n);
    column->labels = NULL;
    return nsym_fail(NSYM_EFORMAT, "%s: attribute \"labels\" has %zu texts for %zu values per event", column->name, n,
                     column->width);
}

nsym_status nsym_hdf5_read_column(nsym_h5 *file, nsym_events *events, const char *name, uint64_t rows) {
    nsym_h5_array array;
    NSYM_TRY(nsym_h5_describe(file, name, &array));
    if (strchr(name, '/'))
        return nsym_fail(NSYM_EFORMAT, "%s: is in a group, but event columns are not; not a file of events", name);
    if (!array.number || array.dimensions < 1 || array.dimensions > 2 || (array.dimensions == 2 && !array.shape[1]))
        return nsym_fail(NSYM_EFORMAT,
                         "%s: %zu dimensions of %s; an event column is (events) or (events, width) numbers", name,
                         array.dimensions, array.type);
    if (array.shape[0] != rows)
        return nsym_fail(NSYM_EFORMAT,
                         "%s: has %llu rows for %llu events; not a file of events (one of flat arrays NAME_offset, "
                         "NAME_a, NAME_b is read with --ragged NAME)",
                         name, (unsigned long long)array.shape[0], (unsigned long long)rows);
    size_t width = array.dimensions == 2 ? (size_t)array.shape[1] : 1;
    char *unit = NULL, *meaning = NULL;
    double *values;
    nsym_status status = nsym_h5_get_text(file, name, "unit", &unit);
    if (status == NSYM_OK) status = nsym_h5_get_text(file, name, "meaning", &meaning);
    if (status == NSYM_OK) status = nsym_events_add_column(events, name, unit, meaning, width, &values);
    free(unit);
    free(meaning);
    NSYM_TRY(status);
    NSYM_TRY(read_labels(file, &events->column[events->columns - 1]));
    return nsym_h5_read(file, name, NSYM_H5_DOUBLE, 0, events->count, values);
}

nsym_status nsym_hdf5_read_attributes(nsym_h5 *file, nsym_events *events) {
    char **names;
    size_t n;
    NSYM_TRY(nsym_h5_attributes(file, "/", &names, &n));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; i < n && status == NSYM_OK; i++) {
        char *text = NULL;
        if (nsym_h5_get_text(file, "/", names[i], &text) == NSYM_OK && text)
            status = nsym_events_set_attribute(events, names[i], text);
        free(text);
    }
    nsym_texts_free(names, n);
    return status;
}

static nsym_status read_all(nsym_h5 *file, nsym_events **out, char *const *names, size_t n, size_t max_events) {
    nsym_h5_array first;
    bool particles = nsym_h5_has(file, offsets_name) || nsym_h5_has(file, values_name);
    if (!particles && n == 0) return nsym_fail(NSYM_EFORMAT, "holds no datasets");
    NSYM_TRY(nsym_h5_describe(file, particles ? offsets_name : names[0], &first));
    if (particles && (first.dimensions != 1 || first.size == 0 || !strstr(first.type, "int")))
        return nsym_fail(NSYM_EFORMAT, "%s: must be integers of shape (events + 1)", offsets_name);
    if (first.dimensions == 0) return nsym_fail(NSYM_EFORMAT, "%s: is a single value, must be one per event", names[0]);
    uint64_t rows = particles ? first.size - 1 : first.shape[0];
    NSYM_TRY(nsym_events_new(out, (size_t)at_most(rows, max_events)));
    if (particles) NSYM_TRY(read_particles(file, *out, &first));
    for (size_t i = 0; i < n; i++) {
        if (particles && (strcmp(names[i], values_name) == 0 || strcmp(names[i], offsets_name) == 0)) continue;
        NSYM_TRY(nsym_hdf5_read_column(file, *out, names[i], rows));
    }
    return nsym_hdf5_read_attributes(file, *out);
}

nsym_status nsym_hdf5_read_events(nsym_events **out, const char *path, const nsym_read_options *options) {
    *out = NULL;
    nsym_h5 *file;
    char **names;
    size_t n;
    NSYM_TRY(nsym_h5_open(&file, path));
    nsym_status status = nsym_h5_list(file, &names, &n);
    if (status == NSYM_OK) {
        status = read_all(file, out, names, n, options->max_events);
        nsym_texts_free(names, n);
    }
    nsym_h5_close(file);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return strncmp(nsym_message(), path, strlen(path)) == 0 ? status : nsym_fail_in(status, "%s: ", path);
}

/* Sums a dataset of numbers up, BLOCK_VALUES (or one row) at a time, into one `info` or, for a table, into one for each
   of `parts` columns. */
static nsym_status sum_up(nsym_h5 *file, const char *name, const nsym_h5_array *array, nsym_array_info *info,
                          size_t parts) {
    if (!array->number || array->size == 0) return NSYM_OK;
    uint64_t rows = array->dimensions > 0 ? array->shape[0] : 1;
    uint64_t row = array->size / rows, step = row < BLOCK_VALUES ? BLOCK_VALUES / row : 1;
    if (step > rows) step = rows;
    double *block = malloc((size_t)(step * row) * sizeof *block);
    nsym_status status = block ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "%s: no memory for a row", name);
    for (uint64_t first = 0; first < rows && status == NSYM_OK; first += step) {
        uint64_t count = step < rows - first ? step : rows - first;
        status = nsym_h5_read(file, name, NSYM_H5_DOUBLE, first, count, block);
        for (size_t i = 0; i < parts && status == NSYM_OK; i++)
            nsym_summary_add(&info[i], block + i, (size_t)(count * row) / parts, parts);
    }
    free(block);
    return status;
}

/* An attribute's (n) texts, NULL where it has not so many. */
static char **texts_of(nsym_h5 *file, const char *name, const char *attribute, uint64_t n) {
    char **texts;
    size_t found;
    if (nsym_h5_get_texts(file, name, attribute, &texts, &found) != NSYM_OK || !texts) return NULL;
    if (found == n) return texts;
    nsym_texts_free(texts, found);
    return NULL;
}

/* A table whose columns have names: each is an array of its own, "particles/values: px". */
static nsym_status inspect_table(nsym_h5 *file, const char *name, const nsym_h5_array *array, char *const *columns,
                                 nsym_visit visit, void *context) {
    size_t n = (size_t)array->shape[1];
    char **units = texts_of(file, name, "units", n), title[256];
    nsym_array_info *info = calloc(n, sizeof *info);
    nsym_status status = info ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "%s: no memory", name);
    for (size_t i = 0; info && i < n; i++) {
        info[i] = (nsym_array_info){
            .type = array->type, .unit = units ? units[i] : "", .dimensions = 1, .shape = {array->shape[0]}};
        nsym_summary_start(&info[i]);
    }
    if (status == NSYM_OK) status = sum_up(file, name, array, info, n);
    for (size_t i = 0; i < n && status == NSYM_OK; i++) {
        snprintf(title, sizeof title, "%s: %s", name, columns[i]);
        info[i].name = title;
        nsym_summary_finish(&info[i], array->shape[0]);
        visit(context, &info[i]);
    }
    free(info);
    nsym_texts_free(units, n);
    return status;
}

static nsym_status inspect_dataset(nsym_h5 *file, const char *name, nsym_visit visit, void *context) {
    nsym_h5_array array;
    NSYM_TRY(nsym_h5_describe(file, name, &array));
    bool table = array.dimensions == 2 && array.number && array.shape[1] > 0;
    char **columns = table ? texts_of(file, name, "columns", array.shape[1]) : NULL;
    if (columns) {
        nsym_status status = inspect_table(file, name, &array, columns, visit, context);
        nsym_texts_free(columns, (size_t)array.shape[1]);
        return status;
    }
    nsym_array_info info = {.name = name, .type = array.type, .unit = "", .dimensions = array.dimensions};
    memcpy(info.shape, array.shape, sizeof info.shape);
    nsym_summary_start(&info);
    NSYM_TRY(sum_up(file, name, &array, &info, 1));
    nsym_summary_finish(&info, array.number ? array.size : 0);
    char *unit = NULL;
    if (nsym_h5_get_text(file, name, "unit", &unit) == NSYM_OK && unit) info.unit = unit;
    visit(context, &info);
    free(unit);
    return NSYM_OK;
}

nsym_status nsym_hdf5_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context) {
    (void)options;
    nsym_h5 *file;
    char **names;
    size_t n;
    NSYM_TRY(nsym_h5_open(&file, path));
    nsym_status status = nsym_h5_list(file, &names, &n);
    if (status == NSYM_OK) {
        for (size_t i = 0; i < n && status == NSYM_OK; i++) status = inspect_dataset(file, names[i], visit, context);
        nsym_texts_free(names, n);
    }
    nsym_h5_close(file);
    return status;
}
