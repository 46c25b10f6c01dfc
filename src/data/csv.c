#include "data/csv.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "data/formats.h"
#include "data/number.h"
#include "data/summary.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_BUFFER = 1 << 18 };

/* What a column's name says: "px_1" is value 1 of the particles' px, "w[2]" value 2 of the event's w. */
typedef struct field {
    const char *name;              /* (length) of the name is the base; borrowed */
    size_t length, index, members; /* members: how many values the base has, 0 where they are not 0 ... n - 1 */
    char kind;                     /* '_', '[' or '\0' for a plain column */
    bool first;                    /* of its base */
} field;

static field parse_name(const char *name) {
    size_t n = strlen(name), end = n;
    field plain = {.name = name, .length = n, .first = true, .members = 1};
    bool bracket = n > 0 && name[n - 1] == ']';
    if (bracket) end--;
    size_t start = end;
    while (start > 0 && isdigit((unsigned char)name[start - 1])) start--;
    if (start < 2 || start == end || end - start > 6 || name[start - 1] != (bracket ? '[' : '_')) return plain;
    if (name[start] == '0' && end - start > 1) return plain; /* x_01 */
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
        if (fields[i].members == 0) fields[i] = (field){fields[i].name, strlen(fields[i].name), 0, 1, '\0', true};
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

static nsym_status add_particles(nsym_events *events, const nsym_csv_table *table, const field *fields,
                                 size_t per_event) {
    size_t features = 0, columns = table->columns;
    char **names = calloc(columns, sizeof *names);
    size_t *feature = calloc(columns, sizeof *feature); /* of each of the table's columns */
    uint64_t *offsets = calloc(table->rows + 1, sizeof *offsets);
    nsym_status status = names && feature && offsets ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the particles");
    for (size_t i = 0; i < columns && status == NSYM_OK; i++) {
        if (fields[i].kind != '_' || !fields[i].first) continue;
        for (size_t k = 0; k < columns; k++)
            if (same_base(&fields[i], &fields[k])) feature[k] = features;
        names[features] = strndup(fields[i].name, fields[i].length);
        if (!names[features++]) status = nsym_fail(NSYM_ENOMEM, "no memory for the particles");
    }
    for (size_t i = 0; i < table->rows && status == NSYM_OK; i++) offsets[i + 1] = offsets[i] + per_event;
    if (status == NSYM_OK)
        status = nsym_events_set_particles(events, features, (const char *const *)names, NULL, offsets);
    for (size_t i = 0; i < table->rows && status == NSYM_OK; i++)
        for (size_t k = 0; k < columns; k++)
            if (fields[k].kind == '_')
                events->particles[(i * per_event + fields[k].index) * features + feature[k]] =
                    table->values[i * columns + k];
    for (size_t i = 0; names && i < features; i++) free(names[i]);
    free(names);
    free(feature);
    free(offsets);
    return status;
}

static nsym_status add_column(nsym_events *events, const nsym_csv_table *table, const field *fields, size_t first) {
    char *name = strndup(fields[first].name, fields[first].length);
    if (!name) return nsym_fail(NSYM_ENOMEM, "no memory");
    size_t width = fields[first].members, columns = table->columns;
    double *values;
    nsym_status status = nsym_events_add_column(events, name, "", "", width, &values);
    free(name);
    NSYM_TRY(status);
    for (size_t k = first; k < columns; k++)
        for (size_t i = 0; same_base(&fields[first], &fields[k]) && i < table->rows; i++)
            values[i * width + fields[k].index] = table->values[i * columns + k];
    return NSYM_OK;
}

static nsym_status build(nsym_events *events, const nsym_csv_table *table, field *fields) {
    size_t n = table->columns;
    for (size_t i = 0; i < n; i++) fields[i] = parse_name(table->names[i]);
    group(fields, n);
    size_t per_event = particles_per_event(fields, n);
    for (size_t i = 0; i < n; i++) /* values of another number are columns of their own */
        if (fields[i].kind == '_' && fields[i].members != per_event)
            fields[i] = (field){fields[i].name, strlen(fields[i].name), 0, 1, '\0', true};
    if (per_event > 0) NSYM_TRY(add_particles(events, table, fields, per_event));
    for (size_t i = 0; i < n; i++)
        if (fields[i].kind != '_' && fields[i].first) NSYM_TRY(add_column(events, table, fields, i));
    return NSYM_OK;
}

nsym_status nsym_csv_events(nsym_events **out, const nsym_csv_table *table) {
    *out = NULL;
    nsym_events *events;
    NSYM_TRY(nsym_events_new(&events, table->rows));
    field *fields = calloc(table->columns, sizeof *fields);
    nsym_status status = fields ? build(events, table, fields) : nsym_fail(NSYM_ENOMEM, "no memory");
    if (status == NSYM_OK && table->left_out)
        status = nsym_events_set_attribute(events, NSYM_CSV_LEFT_OUT, table->left_out);
    free(fields);
    if (status != NSYM_OK) {
        nsym_events_free(events);
        return status;
    }
    *out = events;
    return NSYM_OK;
}

static nsym_status read_table(nsym_csv_table *table, const char *path, const nsym_read_options *options,
                              size_t max_rows) {
    *table = (nsym_csv_table){0};
    nsym_unpack *file;
    NSYM_TRY(nsym_unpack_open(&file, path, options->max_unpacked));
    nsym_status status = nsym_csv_parse(table, (nsym_csv_source){.file = file}, max_rows);
    nsym_unpack_close(file);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", path);
}

nsym_status nsym_csv_read_events(nsym_events **out, const char *path, const nsym_read_options *options) {
    *out = NULL;
    nsym_csv_table table;
    nsym_status status = read_table(&table, path, options, options->max_events);
    if (status == NSYM_OK) status = nsym_csv_events(out, &table);
    nsym_csv_free(&table);
    return status;
}

nsym_status nsym_csv_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context) {
    nsym_csv_table table;
    nsym_status status = read_table(&table, path, options, 0);
    for (size_t i = 0; i < table.columns && status == NSYM_OK; i++) {
        nsym_array_info info = {
            .name = table.names[i], .type = "float64", .unit = "", .dimensions = 1, .shape = {table.rows}};
        nsym_summary_start(&info);
        nsym_summary_add(&info, table.values + i, table.rows, table.columns);
        nsym_summary_finish(&info, table.rows);
        visit(context, &info);
    }
    nsym_csv_free(&table);
    return status;
}

/* Writes one cell of the header, quoted where it must be. `index` is put behind it in the manner of `kind`. */
static bool put_name(gzFile file, bool first, const char *name, char kind, size_t index) {
    bool quoted = strpbrk(name, ",;\t\"\r\n #") != NULL, fine = first || gzputc(file, ',') >= 0;
    if (quoted) fine = fine && gzputc(file, '"') >= 0;
    for (; *name && fine; name++) {
        if (*name == '"') fine = gzputc(file, '"') >= 0;
        fine = fine && gzputc(file, *name) >= 0;
    }
    if (kind == '_') fine = fine && gzprintf(file, "_%zu", index) > 0;
    if (kind == '[') fine = fine && gzprintf(file, "[%zu]", index) > 0;
    return quoted ? fine && gzputc(file, '"') >= 0 : fine;
}

static bool put_value(gzFile file, bool first, double value) {
    char text[NSYM_NUMBER_SIZE + 1] = ",";
    size_t n = nsym_number_format(text + 1, value) + 1;
    return gzwrite(file, first ? text + 1 : text, (unsigned)(first ? n - 1 : n)) > 0;
}

static bool put_header(gzFile file, const nsym_events *events, size_t per_event) {
    bool fine = true, first = true;
    for (size_t i = 0; i < per_event; i++)
        for (size_t k = 0; k < events->features && fine; k++, first = false)
            fine = put_name(file, first, events->feature_names[k], '_', i);
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = &events->column[i];
        for (size_t k = 0; k < column->width && fine; k++, first = false)
            fine = put_name(file, first, column->name, column->width > 1 ? '[' : '\0', k);
    }
    return fine && gzputc(file, '\n') >= 0;
}

static bool put_event(gzFile file, const nsym_events *events, size_t event, size_t per_event) {
    size_t values = per_event * events->features;
    bool fine = true, first = true;
    for (size_t k = 0; k < values && fine; k++, first = false)
        fine = put_value(file, first, events->particles[event * values + k]);
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = &events->column[i];
        for (size_t k = 0; k < column->width && fine; k++, first = false)
            fine = put_value(file, first, column->values[event * column->width + k]);
    }
    return fine && gzputc(file, '\n') >= 0;
}

static nsym_status check_fixed(const nsym_events *events, size_t *per_event) {
    *per_event = events->offsets && events->count > 0 ? (size_t)events->offsets[1] : 0;
    for (size_t i = 0; events->offsets && i < events->count; i++)
        if (events->offsets[i + 1] - events->offsets[i] != *per_event)
            return nsym_fail(NSYM_EINVAL,
                             "event %zu has %llu particles and event 1 has %zu: a csv table holds the same "
                             "number in every event; write .h5 instead",
                             i + 1, (unsigned long long)(events->offsets[i + 1] - events->offsets[i]), *per_event);
    if (*per_event * events->features + events->columns == 0)
        return nsym_fail(NSYM_EINVAL, "there is nothing to write: no particles and no columns");
    return NSYM_OK;
}

static nsym_status write_table(const nsym_events *events, const char *path, size_t per_event, bool packed) {
    gzFile file = gzopen(path, packed ? "wb4" : "wbT");
    if (!file) return nsym_fail(NSYM_EIO, "cannot be written: %s", strerror(errno));
    gzbuffer(file, GZIP_BUFFER);
    bool fine = put_header(file, events, per_event);
    for (size_t i = 0; i < events->count && fine; i++) fine = put_event(file, events, i, per_event);
    if (gzclose(file) != Z_OK) fine = false;
    return fine ? NSYM_OK : nsym_fail(NSYM_EIO, "cannot be written: %s", strerror(errno));
}

nsym_status nsym_csv_write_events(const nsym_events *events, const char *path) {
    size_t per_event, n = strlen(path);
    nsym_atomic_file *atomic;
    nsym_status status = check_fixed(events, &per_event);
    if (status != NSYM_OK) return nsym_fail_in(status, "%s: ", path);
    NSYM_TRY(nsym_atomic_file_new(&atomic, path));
    bool packed = n > 3 && strcmp(path + n - 3, ".gz") == 0;
    status = write_table(events, nsym_atomic_file_path(atomic), per_event, packed);
    if (status == NSYM_OK) return nsym_atomic_file_commit(atomic);
    nsym_atomic_file_abandon(atomic);
    return nsym_fail_in(status, "%s: ", path);
}
