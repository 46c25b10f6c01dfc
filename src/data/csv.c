/* Events of a table: names `x_0` ... `x_{n-1}`, for the n >= 2 that most x have, are feature x of up to n particles per
   event, as places at an event's end may be empty; `x[0]` ... `x[n-1]` one column of width n; every other name a
   column. */
#include "data/csv.h"

#include "base/fail.h"
#include "base/remark.h"
#include "data/events.h"
#include "data/formats.h"
#include "data/summary.h"
#include "data/wanted.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a column's name says: "px_1" is value 1 of the particles' px, "w[2]" value 2 of the event's w. */
typedef struct field {
    const char *name;              /* (length) of the name is the base; borrowed */
    size_t length, index, members; /* members: how many values the base has, 0 where they are not 0 ... n - 1 */
    char kind;                     /* '_', '[' or '\0' for a plain column */
    bool first;                    /* of its base */
} field;

static field plain(const char *name) {
    return (field){.name = name, .length = strlen(name), .first = true, .members = 1};
}

static field parse_name(const char *name) {
    size_t n = strlen(name), end = n;
    bool bracket = n > 0 && name[n - 1] == ']';
    if (bracket) end--;
    size_t start = end;
    while (start > 0 && isdigit((unsigned char)name[start - 1])) start--;
    if (start < 2 || start == end || end - start > 6 || name[start - 1] != (bracket ? '[' : '_')) return plain(name);
    if (name[start] == '0' && end - start > 1) return plain(name); /* x_01 */
    return (field){.name = name,
                   .length = start - 1,
                   .index = (size_t)strtoul(name + start, NULL, 10),
                   .kind = bracket ? '[' : '_'};
}

static bool same_base(const field *a, const field *b) {
    return a->kind == b->kind && a->length == b->length && memcmp(a->name, b->name, a->length) == 0;
}

/* Counts each base's values and turns those with gaps into plain columns. */
static void group(field *fields, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!fields[i].kind || fields[i].index != 0) continue;
        size_t members = 0, last = 0, first = i;
        for (size_t k = 0; k < n; k++) {
            if (!same_base(&fields[i], &fields[k])) continue;
            if (members++ == 0) first = k;
            if (fields[k].index > last) last = fields[k].index;
        }
        if (members < 2 || last + 1 != members) continue;
        fields[first].first = true;
        for (size_t k = 0; k < n; k++)
            if (same_base(&fields[i], &fields[k])) fields[k].members = members;
    }
    for (size_t i = 0; i < n; i++)
        if (fields[i].members == 0) fields[i] = plain(fields[i].name);
}

/* Particles per event: the number of values that most bases have, the smaller of two; 0 where there are none. */
static size_t particles_per_event(const field *fields, size_t n) {
    size_t best = 0, most = 0;
    for (size_t i = 0; i < n; i++) {
        if (fields[i].kind != '_' || !fields[i].first) continue;
        size_t same = 0;
        for (size_t k = 0; k < n; k++)
            same += fields[k].kind == '_' && fields[k].first && fields[k].members == fields[i].members;
        if (same > most || (same == most && fields[i].members < best)) best = fields[i].members, most = same;
    }
    return best;
}

/* A table that is open, and what becomes of its columns. */
typedef struct csv_file {
    char *path;
    nsym_unpack *packed;
    nsym_csv table;
    field *field;                   /* (table.columns) */
    size_t *at;                     /* (table.columns) where the column is in a row of values, where it is read */
    size_t width, per_event, empty; /* empty: places so far that hold no particle */
    size_t left;                    /* events that may still be read, where `limited` */
    bool limited, began;
} csv_file;

static void close_file(csv_file *f) {
    nsym_csv_close(&f->table);
    nsym_unpack_close(f->packed);
    free(f->field);
    free(f->at);
    free(f->path);
    *f = (csv_file){0};
}

/* New: the name that the events have for a column. */
static char *base_name(const field *f) {
    return strndup(f->name, f->length);
}

/* Columns that nobody wants are left out; names that there are not are refused. */
static nsym_status choose(csv_file *f, const nsym_read_options *options) {
    size_t n = f->table.columns, named = 0;
    if (!options->only && !options->drop) return NSYM_OK;
    char **names = calloc(n + 1, sizeof *names);
    if (!names) return nsym_fail(NSYM_ENOMEM, "no memory for names");
    nsym_status status = NSYM_OK;
    for (; named < n && status == NSYM_OK; named++)
        if (!(names[named] = base_name(&f->field[named]))) status = nsym_fail(NSYM_ENOMEM, "no memory for names");
    if (status == NSYM_OK) status = nsym_wanted_check(options, (const char *const *)names);
    for (size_t i = 0; i < n && status == NSYM_OK; i++)
        f->table.column[i].is_left_out = !nsym_wanted(options, names[i]);
    for (size_t i = 0; i < n; i++) free(names[i]);
    free(names);
    return status;
}

/* Columns of one name are of one kind: words where any is. */
static void join_kinds(csv_file *f) {
    for (size_t i = 0; i < f->table.columns; i++) {
        size_t first = f->field[i].kind == '\0' ? i : 0;
        while (!same_base(&f->field[first], &f->field[i])) first++;
        nsym_csv_column *group = &f->table.column[first];
        f->table.column[i].group = first;
        if (f->table.column[i].kind > group->kind) group->kind = f->table.column[i].kind;
    }
}

static nsym_status plan(csv_file *f, const nsym_read_options *options) {
    size_t n = f->table.columns;
    f->field = calloc(n + 1, sizeof *f->field);
    f->at = calloc(n + 1, sizeof *f->at);
    if (!f->field || !f->at) return nsym_fail(NSYM_ENOMEM, "no memory for %zu columns", n);
    for (size_t i = 0; i < n; i++) f->field[i] = parse_name(f->table.column[i].name);
    group(f->field, n);
    f->per_event = particles_per_event(f->field, n);
    for (size_t i = 0; i < n; i++) /* values of another number are columns of their own */
        if (f->field[i].kind == '_' && f->field[i].members != f->per_event) f->field[i] = plain(f->field[i].name);
    NSYM_TRY(choose(f, options));
    join_kinds(f);
    for (size_t i = 0; i < n; i++) {
        f->at[i] = f->width;
        f->width += !f->table.column[i].is_left_out;
    }
    f->limited = options->max_events > 0;
    f->left = options->max_events;
    return NSYM_OK;
}

/* Opens a file, or memory where `path` is NULL. Errors name the file; close_file ends it, also after a failure. */
static nsym_status open_file(csv_file *f, const char *path, nsym_csv_source source, const nsym_read_options *options) {
    *f = (csv_file){.path = strdup(path ? path : "memory")};
    if (!f->path) return nsym_fail(NSYM_ENOMEM, "no memory");
    if (path) NSYM_TRY(nsym_unpack_open(&f->packed, path, options->max_unpacked));
    source.file = f->packed;
    nsym_status status = nsym_csv_open(&f->table, source, options);
    if (status == NSYM_OK) status = plan(f, options);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", f->path);
}

/* The first column of a feature (kind '_') or of a column of the events, that is not left out. */
static bool begins(const csv_file *f, size_t i, bool feature) {
    return f->field[i].first && !f->table.column[i].is_left_out && (f->field[i].kind == '_') == feature;
}

/* Whether there is a feature whose 0 means that there is no particle: also E and PT, as top-tagging tables have them.
 */
static bool has_momentum(const csv_file *f) {
    static const char *const names[] = {"pt", "et", "e", "energy", "px"};
    for (size_t k = 0; k < f->table.columns; k++)
        for (size_t i = 0; begins(f, k, true) && i < sizeof names / sizeof *names; i++)
            if (strlen(names[i]) == f->field[k].length &&
                strncasecmp(f->field[k].name, names[i], f->field[k].length) == 0)
                return true;
    return false;
}

/* Places at the end of an event hold no particle where no feature has a value, or all are 0 and a momentum is. `full`
   (per_event) has room for which places are not so. */
static void count_particles(csv_file *f, uint64_t *offsets, const double *values, size_t events, bool *full) {
    bool zero_is_empty = has_momentum(f);
    for (size_t i = 0; i < events; i++) {
        size_t n = f->per_event;
        memset(full, 0, n);
        for (size_t k = 0; k < f->table.columns; k++) {
            if (f->field[k].kind != '_' || f->table.column[k].is_left_out) continue;
            double value = values[i * f->width + f->at[k]];
            full[f->field[k].index] |= !isnan(value) && !(zero_is_empty && value == 0);
        }
        while (n > 0 && !full[n - 1]) n--;
        f->empty += f->per_event - n;
        offsets[i + 1] = offsets[i] + n;
    }
}

static nsym_status add_particles(csv_file *f, nsym_events *events, const double *values) {
    size_t features = 0, columns = f->table.columns;
    char **names = calloc(columns + 1, sizeof *names);
    size_t *feature = calloc(columns + 1, sizeof *feature); /* of each of the table's columns */
    uint64_t *offsets = calloc(events->count + 1, sizeof *offsets);
    bool *full = calloc(f->per_event, sizeof *full);
    nsym_status status =
        names && feature && offsets && full ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the particles");
    for (size_t i = 0; i < columns && status == NSYM_OK; i++) {
        if (!begins(f, i, true)) continue;
        for (size_t k = 0; k < columns; k++)
            if (same_base(&f->field[i], &f->field[k])) feature[k] = features;
        names[features] = base_name(&f->field[i]);
        if (!names[features++]) status = nsym_fail(NSYM_ENOMEM, "no memory for the particles");
    }
    if (status == NSYM_OK && features > 0) count_particles(f, offsets, values, events->count, full);
    if (status == NSYM_OK && features > 0)
        status = nsym_events_set_particles(events, features, (const char *const *)names, NULL, offsets);
    for (size_t i = 0; i < events->count && status == NSYM_OK; i++)
        for (size_t k = 0; k < columns; k++)
            if (f->field[k].kind == '_' && !f->table.column[k].is_left_out &&
                f->field[k].index < offsets[i + 1] - offsets[i])
                events->particles[(offsets[i] + f->field[k].index) * features + feature[k]] =
                    values[i * f->width + f->at[k]];
    for (size_t i = 0; names && i < features; i++) free(names[i]);
    free(names);
    free(feature);
    free(offsets);
    free(full);
    return status;
}

static nsym_status add_column(const csv_file *f, nsym_events *events, const double *from, size_t first) {
    char *name = base_name(&f->field[first]);
    if (!name) return nsym_fail(NSYM_ENOMEM, "no memory");
    size_t width = f->field[first].members;
    double *values;
    nsym_status status = nsym_events_add_column(events, name, "", "", width, &values);
    free(name);
    NSYM_TRY(status);
    for (size_t k = first; k < f->table.columns; k++)
        for (size_t i = 0; f->table.column[k].group == first && i < events->count; i++)
            values[i * width + f->field[k].index] = from[i * f->width + f->at[k]];
    return NSYM_OK;
}

/* A column or feature of too many words is left out. */
static void leave_out_crowds(csv_file *f) {
    for (size_t i = 0; i < f->table.columns; i++) {
        nsym_csv_column *c = &f->table.column[i];
        if (!c->words ||
            !(c->is_crowded || nsym_categories_are_too_many(nsym_categories_count(c->words), f->table.rows)))
            continue;
        nsym_remark(NSYM_WARNING,
                    "%s: column \"%.*s\" is left out: %s%zu different words in %zu rows are too many for categories; "
                    "--drop %.*s leaves it out without this warning",
                    f->path, (int)f->field[i].length, c->name, c->is_crowded ? "over " : "",
                    nsym_categories_count(c->words) - c->is_crowded, f->table.rows, (int)f->field[i].length, c->name);
        for (size_t k = 0; k < f->table.columns; k++)
            if (f->table.column[k].group == i) f->table.column[k].is_left_out = true;
    }
}

/* Sorts the words of a column or feature, and keeps and tells them. */
static nsym_status keep_words(csv_file *f, nsym_events *events, size_t first) {
    nsym_categories *words = f->table.column[first].words;
    if (!words) return NSYM_OK;
    char *name = base_name(&f->field[first]);
    if (!name) return nsym_fail(NSYM_ENOMEM, "no memory");
    bool feature = f->field[first].kind == '_';
    const nsym_column *column = feature ? NULL : nsym_events_column(events, name);
    size_t features = events->features, at = feature ? nsym_events_feature(events, name) : 0;
    nsym_status status =
        feature ? nsym_categories_sort(words, events->particles + at, (size_t)events->offsets[events->count], features)
                : nsym_categories_sort(words, column->values, events->count * column->width, 1);
    if (status == NSYM_OK) status = nsym_categories_keep(words, events, name);
    if (status == NSYM_OK) nsym_categories_tell(words, f->path, name);
    free(name);
    return status;
}

static nsym_status build(csv_file *f, nsym_events *events, const double *values) {
    leave_out_crowds(f);
    if (f->per_event > 0) NSYM_TRY(add_particles(f, events, values));
    for (size_t i = 0; i < f->table.columns; i++)
        if (begins(f, i, false)) NSYM_TRY(add_column(f, events, values, i));
    for (size_t i = 0; i < f->table.columns; i++)
        if (begins(f, i, false) || begins(f, i, true)) NSYM_TRY(keep_words(f, events, i));
    return NSYM_OK;
}

/* New events of the next rows, at most `most` (0: all). */
static nsym_status read_events(csv_file *f, nsym_events **out, size_t most) {
    double *values;
    size_t rows;
    if (f->limited && (most == 0 || most > f->left)) most = f->left;
    nsym_status status = nsym_csv_rows(&f->table, &values, &rows, most);
    f->left -= rows;
    if (status == NSYM_OK) status = nsym_events_new(out, rows);
    if (status == NSYM_OK) status = build(f, *out, values);
    free(values);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", f->path);
}

static void tell_end(const csv_file *f) {
    nsym_csv_tell_cells(&f->table, f->path);
    if (f->empty > 0)
        nsym_remark(NSYM_NOTE, "%s: %zu of %zu particle slots are empty or hold zeros, and are left out", f->path,
                    f->empty, f->table.rows * f->per_event);
}

static nsym_status read_whole(nsym_events **out, const char *path, nsym_csv_source source,
                              const nsym_read_options *options) {
    csv_file f;
    *out = NULL;
    nsym_status status = open_file(&f, path, source, options);
    if (status == NSYM_OK) nsym_csv_tell_dialect(&f.table, f.path);
    if (status == NSYM_OK) status = read_events(&f, out, 0);
    if (status == NSYM_OK) tell_end(&f);
    close_file(&f);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

nsym_status nsym_csv_read_events(nsym_events **out, const char *path, const nsym_read_options *options) {
    return read_whole(out, path, (nsym_csv_source){0}, options);
}

nsym_status nsym_csv_from_memory(nsym_events **out, const char *bytes, size_t n, const nsym_read_options *options) {
    return read_whole(out, NULL, (nsym_csv_source){.bytes = bytes, .left = n}, options);
}

static nsym_status next_block(void *state, nsym_events **block, size_t most) {
    csv_file *f = state;
    *block = NULL;
    if (f->began && f->limited && f->left == 0) return NSYM_OK;
    NSYM_TRY(read_events(f, block, most));
    bool over = (*block)->count == 0;
    if ((*block)->count < most) tell_end(f);
    if (over && f->began) {
        nsym_events_free(*block);
        *block = NULL;
    }
    f->began = true;
    return NSYM_OK;
}

static void close_blocks(void *state) {
    close_file(state);
    free(state);
}

nsym_status nsym_csv_open_events(nsym_block_source *out, const char *path, const nsym_read_options *options) {
    *out = (nsym_block_source){0};
    csv_file *f = malloc(sizeof *f);
    if (!f) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    nsym_status status = open_file(f, path, (nsym_csv_source){0}, options);
    if (status == NSYM_OK && nsym_csv_is_numeric(&f->table)) {
        nsym_csv_tell_dialect(&f->table, f->path);
        *out = (nsym_block_source){f, next_block, close_blocks};
        return NSYM_OK;
    }
    close_blocks(f); /* words are sorted when all are known */
    return status;
}

static void inspect_column(const csv_file *f, size_t i, const double *values, nsym_visit visit, void *context) {
    const nsym_csv_column *c = &f->table.column[i];
    bool words = f->table.column[c->group].words != NULL;
    size_t rows = f->table.rows;
    nsym_array_info info = {
        .name = c->name, .type = words ? "words" : "float64", .unit = "", .dimensions = 1, .shape = {rows}};
    nsym_summary_start(&info);
    if (!words) nsym_summary_add(&info, values + f->at[i], rows, f->width);
    nsym_summary_finish(&info, words ? 0 : rows);
    for (size_t k = 0; words && k < rows; k++) info.nan += isnan(values[k * f->width + f->at[i]]) != 0;
    visit(context, &info);
}

nsym_status nsym_csv_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context) {
    csv_file f;
    double *values = NULL;
    size_t rows;
    nsym_status status = open_file(&f, path, (nsym_csv_source){0}, options);
    if (status == NSYM_OK) {
        nsym_csv_tell_dialect(&f.table, path);
        status = nsym_csv_rows(&f.table, &values, &rows, options->max_events);
        if (status != NSYM_OK) status = nsym_fail_in(status, "%s: ", path);
    }
    for (size_t i = 0; i < f.table.columns && status == NSYM_OK; i++)
        if (!f.table.column[i].is_left_out) inspect_column(&f, i, values, visit, context);
    free(values);
    close_file(&f);
    return status;
}
