#include "data/events.h"

#include "base/fail.h"
#include "data/categories.h"
#include "data/notes.h"
#include "data/number.h"
#include "data/texts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *zeroed(size_t count, size_t size) {
    return calloc(count > 0 ? count : 1, size);
}

nsym_status nsym_events_new(nsym_events **out, size_t count) {
    *out = calloc(1, sizeof **out);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for a sample");
    (*out)->count = count;
    return NSYM_OK;
}

static void free_column(nsym_column *column) {
    free(column->name);
    free(column->unit);
    free(column->meaning);
    nsym_texts_free(column->labels, column->width);
    free(column->values);
}

void nsym_events_drop_particles(nsym_events *events) {
    nsym_texts_free(events->feature_names, events->features);
    nsym_texts_free(events->feature_units, events->features);
    free(events->particles);
    free(events->offsets);
    events->features = 0;
    events->feature_names = events->feature_units = NULL;
    events->particles = NULL;
    events->offsets = NULL;
    nsym_notes_free(events);
}

void nsym_events_drop_words(nsym_events *events, const char *name) {
    size_t before = strlen(NSYM_CATEGORIES);
    for (size_t i = events->attributes; i-- > 0;) {
        const char *attribute = events->attribute[i].name;
        if (strncmp(attribute, NSYM_CATEGORIES, before) == 0 && strcmp(attribute + before, name) == 0)
            nsym_events_drop_attribute(events, i);
    }
}

void nsym_events_drop_column(nsym_events *events, size_t at) {
    if (nsym_events_feature(events, events->column[at].name) == NSYM_NONE)
        nsym_events_drop_words(events, events->column[at].name);
    free_column(&events->column[at]);
    for (size_t i = at + 1; i < events->columns; i++) events->column[i - 1] = events->column[i];
    events->columns--;
}

void nsym_events_drop_attribute(nsym_events *events, size_t at) {
    free(events->attribute[at].name);
    free(events->attribute[at].value);
    for (size_t i = at + 1; i < events->attributes; i++) events->attribute[i - 1] = events->attribute[i];
    events->attributes--;
}

void nsym_events_swap_attributes(nsym_events *a, nsym_events *b) {
    nsym_attribute *attribute = a->attribute;
    size_t attributes = a->attributes;
    a->attribute = b->attribute;
    a->attributes = b->attributes;
    b->attribute = attribute;
    b->attributes = attributes;
}

void nsym_events_free(nsym_events *events) {
    if (!events) return;
    nsym_events_drop_particles(events);
    for (size_t i = 0; i < events->columns; i++) free_column(&events->column[i]);
    free(events->column);
    for (size_t i = 0; i < events->attributes; i++) {
        free(events->attribute[i].name);
        free(events->attribute[i].value);
    }
    free(events->attribute);
    free(events->origin);
    nsym_notes_free(events);
    free(events);
}

static nsym_status check_offsets(const uint64_t *offsets, size_t count) {
    if (offsets[0] != 0)
        return nsym_fail(NSYM_EINVAL, "the first particle offset is %llu, must be 0", (unsigned long long)offsets[0]);
    for (size_t i = 0; i < count; i++)
        if (offsets[i + 1] < offsets[i])
            return nsym_fail(NSYM_EINVAL, "particle offsets fall from %llu to %llu at event %zu, must rise",
                             (unsigned long long)offsets[i], (unsigned long long)offsets[i + 1], i);
    return NSYM_OK;
}

static nsym_status check_names(const char *const *names, size_t features) {
    for (size_t i = 0; i < features; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(names[i], names[k]) == 0)
                return nsym_fail(NSYM_EINVAL, "two particle features are named \"%s\"", names[i]);
    return NSYM_OK;
}

nsym_status nsym_events_set_particles(nsym_events *events, size_t features, const char *const *names,
                                      const char *const *units, const uint64_t *offsets) {
    if (events->offsets) return nsym_fail(NSYM_EINVAL, "the sample has particles already");
    if (features == 0) return nsym_fail(NSYM_EINVAL, "particles need at least one feature");
    NSYM_TRY(check_names(names, features));
    NSYM_TRY(check_offsets(offsets, events->count));
    uint64_t rows = offsets[events->count];
    if (rows > SIZE_MAX / sizeof(double) / features)
        return nsym_fail(NSYM_ENOMEM, "no memory for %llu particles", (unsigned long long)rows);

    char **own_names = nsym_texts_copy(names, features), **own_units = nsym_texts_copy(units, features);
    double *particles = zeroed((size_t)rows * features, sizeof *particles);
    uint64_t *own_offsets = zeroed(events->count + 1, sizeof *own_offsets);
    if (!own_names || !own_units || !particles || !own_offsets) {
        nsym_texts_free(own_names, features);
        nsym_texts_free(own_units, features);
        free(particles);
        free(own_offsets);
        return nsym_fail(NSYM_ENOMEM, "no memory for %llu particles", (unsigned long long)rows);
    }
    memcpy(own_offsets, offsets, (events->count + 1) * sizeof *offsets);
    events->features = features;
    events->feature_names = own_names;
    events->feature_units = own_units;
    events->particles = particles;
    events->offsets = own_offsets;
    return NSYM_OK;
}

/* Room for one more thing of `size` bytes in `array`, which holds `count` of them. */
static void *grown(void *array, size_t count, size_t size) {
    return realloc(array, (count + 1) * size);
}

nsym_status nsym_events_add_column(nsym_events *events, const char *name, const char *unit, const char *meaning,
                                   size_t width, double **values) {
    if (nsym_events_column(events, name)) return nsym_fail(NSYM_EINVAL, "the sample has a column \"%s\" already", name);
    return nsym_events_append_column(events, name, unit, meaning, width, values);
}

nsym_status nsym_events_append_column(nsym_events *events, const char *name, const char *unit, const char *meaning,
                                      size_t width, double **values) {
    if (width == 0) return nsym_fail(NSYM_EINVAL, "column \"%s\" has width 0, must be at least 1", name);
    nsym_column *columns = grown(events->column, events->columns, sizeof *columns);
    if (!columns) return nsym_fail(NSYM_ENOMEM, "no memory for column \"%s\"", name);
    events->column = columns;

    int fits = events->count <= SIZE_MAX / sizeof(double) / width;
    nsym_column column = {.name = strdup(name),
                          .unit = strdup(unit ? unit : ""),
                          .meaning = strdup(meaning ? meaning : ""),
                          .width = width,
                          .values = fits ? zeroed(events->count * width, sizeof(double)) : NULL};
    if (!column.name || !column.unit || !column.meaning || !column.values) {
        free_column(&column);
        return nsym_fail(NSYM_ENOMEM, "no memory for column \"%s\" of %zu events", name, events->count);
    }
    columns[events->columns++] = column;
    if (values) *values = column.values;
    return NSYM_OK;
}

/* New (n + m): copies of the texts of both. NULL: no memory. */
static char **join_texts(char *const *a, size_t n, const char *const *b, size_t m) {
    const char **both = zeroed(n + m, sizeof *both);
    for (size_t i = 0; both && i < n + m; i++) both[i] = i < n ? a[i] : b ? b[i - n] : "";
    char **copy = both ? nsym_texts_copy(both, n + m) : NULL;
    free(both);
    return copy;
}

nsym_status nsym_events_add_features(nsym_events *events, size_t n, const char *const *names,
                                     const char *const *units) {
    if (!events->offsets) return nsym_fail(NSYM_EINVAL, "the sample has no particles, so they cannot have features");
    if (n == 0) return NSYM_OK;
    size_t before = events->features, width = before + n, rows = (size_t)events->offsets[events->count];
    for (size_t i = 0; i < n; i++)
        if (nsym_events_feature(events, names[i]) != NSYM_NONE)
            return nsym_fail(NSYM_EINVAL, "the particles have a feature \"%s\" already", names[i]);
    NSYM_TRY(check_names(names, n));
    char **all_names = join_texts(events->feature_names, before, names, n);
    char **all_units = join_texts(events->feature_units, before, units, n);
    int fits = width > n && rows <= SIZE_MAX / sizeof(double) / width;
    double *wider = fits ? zeroed(rows * width, sizeof *wider) : NULL;
    if (!all_names || !all_units || !wider) {
        nsym_texts_free(all_names, width);
        nsym_texts_free(all_units, width);
        free(wider);
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu particles", rows);
    }
    for (size_t i = 0; i < rows; i++) memcpy(wider + i * width, events->particles + i * before, before * sizeof *wider);
    nsym_texts_free(events->feature_names, before);
    nsym_texts_free(events->feature_units, before);
    free(events->particles);
    events->feature_names = all_names;
    events->feature_units = all_units;
    events->particles = wider;
    events->features = width;
    return NSYM_OK;
}

/* The list of a column's words goes along. False: no memory. */
static bool rename_words(nsym_events *events, const char *from, const char *to) {
    static const char prefix[] = NSYM_CATEGORIES;
    for (size_t i = 0; i < events->attributes; i++) {
        char **name = &events->attribute[i].name;
        if (strncmp(*name, prefix, sizeof prefix - 1) != 0 || strcmp(*name + sizeof prefix - 1, from) != 0) continue;
        char *renamed = malloc(sizeof prefix + strlen(to));
        if (!renamed) return false;
        strcat(strcpy(renamed, prefix), to);
        free(*name);
        *name = renamed;
    }
    return true;
}

nsym_status nsym_events_rename(nsym_events *events, const char *from, const char *to) {
    nsym_column *column = nsym_events_column(events, from);
    size_t feature = nsym_events_feature(events, from);
    if (!column && feature == NSYM_NONE)
        return nsym_fail(NSYM_ENOTFOUND, "there is no feature and no column \"%s\" to rename to \"%s\"", from, to);
    if (strcmp(from, to) == 0) return NSYM_OK;
    if (!*to || (column && nsym_events_column(events, to)) ||
        (feature != NSYM_NONE && nsym_events_feature(events, to) != NSYM_NONE))
        return nsym_fail(NSYM_EINVAL, "\"%s\" cannot be renamed to \"%s\": %s", from, to,
                         *to ? "the name is taken" : "a name must not be empty");
    char *names[2] = {strdup(to), strdup(to)};
    if (!names[0] || !names[1] || !rename_words(events, from, to)) {
        free(names[0]);
        free(names[1]);
        return nsym_fail(NSYM_ENOMEM, "no memory for the name \"%s\"", to);
    }
    char **places[] = {column ? &column->name : NULL, feature != NSYM_NONE ? &events->feature_names[feature] : NULL};
    for (size_t i = 0; i < 2; i++) {
        if (places[i]) free(*places[i]), *places[i] = names[i];
        if (!places[i]) free(names[i]);
    }
    return NSYM_OK;
}

nsym_status nsym_events_set_attribute(nsym_events *events, const char *name, const char *value) {
    for (size_t i = events->attributes; !value && i-- > 0;)
        if (strcmp(events->attribute[i].name, name) == 0) nsym_events_drop_attribute(events, i);
    if (!value) return NSYM_OK;
    char *copy = strdup(value);
    if (!copy) return nsym_fail(NSYM_ENOMEM, "no memory for attribute \"%s\"", name);
    for (size_t i = 0; i < events->attributes; i++) {
        if (strcmp(events->attribute[i].name, name) != 0) continue;
        free(events->attribute[i].value);
        events->attribute[i].value = copy;
        return NSYM_OK;
    }
    nsym_attribute *attributes = grown(events->attribute, events->attributes, sizeof *attributes);
    char *own_name = strdup(name);
    if (attributes) events->attribute = attributes;
    if (!attributes || !own_name) {
        free(own_name);
        free(copy);
        return nsym_fail(NSYM_ENOMEM, "no memory for attribute \"%s\"", name);
    }
    attributes[events->attributes++] = (nsym_attribute){own_name, copy};
    return NSYM_OK;
}

nsym_status nsym_events_set_number(nsym_events *events, const char *name, double value) {
    char text[NSYM_NUMBER_SIZE];
    nsym_number_format(text, value);
    return nsym_events_set_attribute(events, name, text);
}

nsym_status nsym_events_set_grid(nsym_events *events, size_t nx, size_t ny) {
    char grid[64];
    snprintf(grid, sizeof grid, "%zux%zu", nx, ny);
    return nsym_events_set_attribute(events, "grid", grid);
}

nsym_column *nsym_events_column(const nsym_events *events, const char *name) {
    for (size_t i = 0; i < events->columns; i++)
        if (strcmp(events->column[i].name, name) == 0) return &events->column[i];
    return NULL;
}

nsym_column *nsym_events_column_near(const nsym_events *events, const char *name, size_t at) {
    if (at < events->columns && strcmp(events->column[at].name, name) == 0) return &events->column[at];
    return nsym_events_column(events, name);
}

const double *nsym_events_values(const nsym_events *events, const char *name, size_t *stride) {
    const nsym_column *named = nsym_events_column(events, name);
    *stride = 1;
    if (named) return named->width == 1 ? named->values : NULL;
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = &events->column[i];
        *stride = column->width;
        for (size_t k = 0; column->labels && k < column->width; k++)
            if (strcmp(column->labels[k], name) == 0) return column->values + k;
    }
    return NULL;
}

size_t nsym_events_feature(const nsym_events *events, const char *name) {
    for (size_t i = 0; i < events->features; i++)
        if (strcmp(events->feature_names[i], name) == 0) return i;
    return NSYM_NONE;
}

const char *nsym_events_attribute(const nsym_events *events, const char *name) {
    for (size_t i = 0; i < events->attributes; i++)
        if (strcmp(events->attribute[i].name, name) == 0) return events->attribute[i].value;
    return NULL;
}

nsym_status nsym_events_copy_heads(nsym_events *to, const nsym_events *from) {
    for (size_t i = 0; i < from->columns; i++) {
        const nsym_column *column = &from->column[i];
        NSYM_TRY(nsym_events_append_column(to, column->name, column->unit, column->meaning, column->width, NULL));
        if (!column->labels) continue;
        to->column[i].labels = nsym_texts_copy((const char *const *)column->labels, column->width);
        if (!to->column[i].labels) return nsym_fail(NSYM_ENOMEM, "no memory for column \"%s\"", column->name);
    }
    for (size_t i = 0; i < from->attributes; i++)
        NSYM_TRY(nsym_events_set_attribute(to, from->attribute[i].name, from->attribute[i].value));
    return NSYM_OK;
}

/* Gives `to` particles of the features of `from` and frees `offsets`. */
static nsym_status take_particles(nsym_events *to, const nsym_events *from, uint64_t *offsets) {
    nsym_status status = nsym_events_set_particles(to, from->features, (const char *const *)from->feature_names,
                                                   (const char *const *)from->feature_units, offsets);
    free(offsets);
    return status;
}

/* Copies `n` doubles where there are any. */
static void copy_values(double *to, const double *from, size_t n) {
    if (n > 0) memcpy(to, from, n * sizeof *to);
}

size_t nsym_events_row(const nsym_events *events, size_t event) {
    return 1 + (events->origin ? events->origin[event] : event);
}

nsym_status nsym_events_set_origin(nsym_events *events, size_t first) {
    events->origin = zeroed(events->count, sizeof *events->origin);
    if (!events->origin) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    for (size_t i = 0; i < events->count; i++) events->origin[i] = first + i;
    return NSYM_OK;
}

nsym_status nsym_events_copy_origin(nsym_events *to, const nsym_events *from, const size_t *index, size_t first) {
    if (!index && !first && !from->origin) return NSYM_OK;
    to->origin = zeroed(to->count, sizeof *to->origin);
    if (!to->origin) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", to->count);
    for (size_t i = 0; i < to->count; i++) to->origin[i] = nsym_events_row(from, index ? index[i] : first + i) - 1;
    return NSYM_OK;
}

static nsym_status select_into(nsym_events *to, const nsym_events *events, const size_t *index) {
    size_t n = to->count;
    NSYM_TRY(nsym_events_copy_heads(to, events));
    NSYM_TRY(nsym_events_copy_origin(to, events, index, 0));
    NSYM_TRY(nsym_notes_select(to, events, index));
    for (size_t k = 0; k < events->columns; k++) {
        size_t width = events->column[k].width;
        for (size_t i = 0; i < n; i++)
            copy_values(to->column[k].values + i * width, events->column[k].values + index[i] * width, width);
    }
    if (!events->offsets) return NSYM_OK;

    uint64_t *offsets = zeroed(n + 1, sizeof *offsets);
    if (!offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", n);
    for (size_t i = 0; i < n; i++)
        offsets[i + 1] = offsets[i] + (events->offsets[index[i] + 1] - events->offsets[index[i]]);
    NSYM_TRY(take_particles(to, events, offsets));
    for (size_t i = 0; i < n; i++)
        copy_values(to->particles + to->offsets[i] * to->features,
                    events->particles + events->offsets[index[i]] * events->features,
                    (size_t)(to->offsets[i + 1] - to->offsets[i]) * to->features);
    return NSYM_OK;
}

nsym_status nsym_events_select(nsym_events **out, const nsym_events *events, const size_t *index, size_t n) {
    *out = NULL;
    for (size_t i = 0; i < n; i++)
        if (index[i] >= events->count)
            return nsym_fail(NSYM_EINVAL, "event %zu is selected, but the sample has %zu events", index[i],
                             events->count);
    nsym_events *to;
    NSYM_TRY(nsym_events_new(&to, n));
    nsym_status status = select_into(to, events, index);
    if (status != NSYM_OK) {
        nsym_events_free(to);
        return status;
    }
    *out = to;
    return NSYM_OK;
}

nsym_status nsym_events_columns(nsym_events **out, const nsym_events *events, size_t first, size_t n) {
    *out = NULL;
    if (first > events->count || n > events->count - first)
        return nsym_fail(NSYM_EINVAL, "events %zu to %zu are selected, but the sample has %zu", first, first + n,
                         events->count);
    nsym_events *to;
    NSYM_TRY(nsym_events_new(&to, n));
    nsym_status status = nsym_events_copy_heads(to, events);
    if (status == NSYM_OK) status = nsym_events_copy_origin(to, events, NULL, first);
    for (size_t k = 0; status == NSYM_OK && k < events->columns; k++) {
        size_t width = events->column[k].width;
        copy_values(to->column[k].values, events->column[k].values + first * width, n * width);
    }
    if (status == NSYM_OK)
        *out = to;
    else
        nsym_events_free(to);
    return status;
}

nsym_status nsym_events_copy_particles(nsym_events *to, const nsym_events *from) {
    if (!from->offsets) return NSYM_OK;
    NSYM_TRY(nsym_events_set_particles(to, from->features, (const char *const *)from->feature_names,
                                       (const char *const *)from->feature_units, from->offsets));
    copy_values(to->particles, from->particles, (size_t)from->offsets[from->count] * from->features);
    return NSYM_OK;
}

void nsym_events_lend_particles(nsym_events *to, const nsym_events *from) {
    static const nsym_events none;
    if (!from) from = &none;
    to->features = from->features;
    to->feature_names = from->feature_names;
    to->feature_units = from->feature_units;
    to->particles = from->particles;
    to->offsets = from->offsets;
}

nsym_status nsym_events_copy(nsym_events **out, const nsym_events *events) {
    NSYM_TRY(nsym_events_columns(out, events, 0, events->count));
    nsym_status status = nsym_events_copy_particles(*out, events);
    if (status == NSYM_OK) status = nsym_notes_select(*out, events, NULL);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}
