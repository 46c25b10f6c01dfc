/* Events read from HDF5, whole or block by block, as one of the layouts (layout.h) says; and what any file holds. */
#include "base/fail.h"
#include "base/remark.h"
#include "data/formats.h"
#include "data/layout.h"
#include "data/summary.h"
#include "data/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_VALUES = 1 << 20 };

nsym_status nsym_hdf5_read_events(nsym_events **out, const char *path, const nsym_read_options *options) {
    nsym_layout *layout;
    *out = NULL;
    NSYM_TRY(nsym_layout_open(&layout, path, options));
    nsym_status status = nsym_layout_read(out, layout, 0, layout->events);
    nsym_layout_free(layout);
    return status;
}

/* A file that is read block by block. */
typedef struct blocks {
    nsym_read_options options;
    nsym_layout *layout;
    uint64_t next;
    bool given; /* a block, even one of no events */
} blocks;

static nsym_status next_block(void *state, nsym_events **block, size_t most) {
    blocks *b = state;
    uint64_t left = b->layout->events - b->next, n = left < most ? left : most;
    *block = NULL;
    if (n == 0 && b->given) return NSYM_OK;
    NSYM_TRY(nsym_layout_read(block, b->layout, b->next, n));
    b->next += n;
    b->given = true;
    return NSYM_OK;
}

static void close_blocks(void *state) {
    blocks *b = state;
    nsym_layout_free(b->layout);
    free(b);
}

nsym_status nsym_hdf5_open_events(nsym_block_source *out, const char *path, const nsym_read_options *options) {
    blocks *b = calloc(1, sizeof *b);
    if (!b) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    b->options = *options;
    nsym_status status = nsym_layout_open(&b->layout, path, &b->options);
    if (status != NSYM_OK) {
        free(b);
        return status;
    }
    *out = (nsym_block_source){.state = b, .next = next_block, .close = close_blocks};
    return NSYM_OK;
}

/* Sums a dataset of numbers up, BLOCK_VALUES (or one row) at a time, into one `info` or, for a table, into one for each
   of `parts` columns. */
static nsym_status sum_up(nsym_h5 *file, const char *name, const char *field, const nsym_h5_array *array,
                          nsym_array_info *info, size_t parts) {
    if (!array->number || array->size == 0) return NSYM_OK;
    uint64_t rows = array->dimensions > 0 ? array->shape[0] : 1;
    uint64_t row = array->size / rows, step = row < BLOCK_VALUES ? BLOCK_VALUES / row : 1;
    if (step > rows) step = rows;
    double *block = malloc((size_t)(step * row) * sizeof *block);
    nsym_status status = block ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "%s: no memory for a row", name);
    for (uint64_t first = 0; first < rows && status == NSYM_OK; first += step) {
        uint64_t count = step < rows - first ? step : rows - first;
        status = nsym_h5_read_fields(file, name, &field, field ? 1 : 0, NSYM_H5_DOUBLE, first, count, block);
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
    if (status == NSYM_OK) status = sum_up(file, name, NULL, array, info, n);
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

/* Values that cannot be had here are told, and are no reason to say nothing of the others. */
static nsym_status tell_missing(nsym_status status) {
    if (status != NSYM_ENOTFOUND) return status;
    nsym_remark(NSYM_WARNING, "%s", nsym_message());
    return NSYM_OK;
}

/* One array, or one field of records. */
static nsym_status inspect_array(nsym_h5 *file, const char *name, const char *field, const nsym_h5_array *array,
                                 nsym_visit visit, void *context) {
    char title[256], *unit = NULL;
    snprintf(title, sizeof title, "%s%s%s", name, field ? ": " : "", field ? field : "");
    nsym_array_info info = {.name = title, .type = array->type, .unit = "", .dimensions = array->dimensions};
    memcpy(info.shape, array->shape, sizeof info.shape);
    nsym_summary_start(&info);
    nsym_status status = sum_up(file, name, field, array, &info, 1);
    nsym_summary_finish(&info, array->number && status == NSYM_OK ? array->size : 0);
    NSYM_TRY(tell_missing(status));
    if (!field && nsym_h5_get_text(file, name, "unit", &unit) == NSYM_OK && unit) info.unit = unit;
    visit(context, &info);
    free(unit);
    return NSYM_OK;
}

static nsym_status inspect_records(nsym_h5 *file, const char *name, nsym_visit visit, void *context) {
    nsym_h5_field *fields;
    size_t n;
    NSYM_TRY(nsym_h5_fields(file, name, &fields, &n));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; i < n && status == NSYM_OK; i++)
        status = inspect_array(file, name, fields[i].name, &fields[i].array, visit, context);
    nsym_h5_fields_free(fields, n);
    return status;
}

static nsym_status inspect_dataset(nsym_h5 *file, const char *name, nsym_visit visit, void *context) {
    nsym_h5_array array;
    nsym_status status = nsym_h5_outline(file, name, &array);
    if (status != NSYM_OK) return tell_missing(status);
    if (array.record && nsym_h5_describe(file, name, &array) == NSYM_OK)
        return inspect_records(file, name, visit, context);
    bool table = array.dimensions == 2 && array.number && array.shape[1] > 0;
    char **columns = table ? texts_of(file, name, "columns", array.shape[1]) : NULL;
    if (columns) {
        status = inspect_table(file, name, &array, columns, visit, context);
        nsym_texts_free(columns, (size_t)array.shape[1]);
        return status;
    }
    return inspect_array(file, name, NULL, &array, visit, context);
}

/* PyTables' index of a table is none of its values. */
static bool is_index(const char *name) {
    return strncmp(name, "_i_", 3) == 0 || strstr(name, "/_i_") != NULL;
}

nsym_status nsym_hdf5_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context) {
    (void)options;
    nsym_h5 *file;
    char **names;
    size_t n;
    NSYM_TRY(nsym_h5_open(&file, path));
    nsym_status status = nsym_h5_list(file, &names, &n);
    if (status == NSYM_OK) {
        for (size_t i = 0; i < n && status == NSYM_OK; i++)
            if (!is_index(names[i])) status = inspect_dataset(file, names[i], visit, context);
        nsym_texts_free(names, n);
    }
    nsym_h5_close(file);
    return status;
}
