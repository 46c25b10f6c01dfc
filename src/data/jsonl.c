/* JSON lines: an event a line, such as awkward's to_json(array, line_delimited=True) writes of records:

     {"label": 1, "weights": [0.5, 0.4], "particles": [{"pt": 20.1, "eta": 0.3}, {"pt": 11, "eta": -1.2}]}

   Numbers, true and false are columns, lists of numbers columns of several values, null is NaN; the one list of
   records, whatever its name, is the particles. */
#include "base/atomic_file.h"
#include "base/fail.h"
#include "data/formats.h"
#include "data/lines.h"
#include "data/number.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* A member of every event: a column, or one of the particles' features. */
typedef struct {
    char *name;
    size_t width;
} member;

typedef struct {
    member *column, *feature;
    size_t columns, features, wide; /* wide: values of all columns */
    char *particles;                /* the list's name; NULL: there is none */
    size_t count, rows;             /* events, particles */
    double *values, *particle;      /* (room, wide), (space, features) */
    uint64_t *offsets;              /* (room + 1) */
    size_t room, space;
} table;

static void free_table(table *t) {
    for (size_t i = 0; i < t->columns; i++) free(t->column[i].name);
    for (size_t i = 0; i < t->features; i++) free(t->feature[i].name);
    free(t->column);
    free(t->feature);
    free(t->particles);
    free(t->values);
    free(t->particle);
    free(t->offsets);
}

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for events");
}

static bool is_number(const json_t *j) {
    return json_is_number(j) || json_is_boolean(j) || json_is_null(j);
}

static double number_of(const json_t *j) {
    return json_is_number(j) ? json_number_value(j) : json_is_null(j) ? (double)NAN : json_is_true(j);
}

static bool is_records(const json_t *j) {
    return json_is_array(j) && (json_array_size(j) == 0 || json_is_object(json_array_get(j, 0)));
}

static nsym_status add_member(member **list, size_t *n, const char *name, size_t width) {
    member *more = realloc(*list, (*n + 1) * sizeof *more);
    if (!more) return no_memory();
    *list = more;
    more[*n] = (member){strdup(name), width};
    return more[(*n)++].name ? NSYM_OK : no_memory();
}

/* The columns and the particles' list, from the first event. */
static nsym_status learn_columns(table *t, json_t *event) {
    const char *name;
    json_t *value;
    json_object_foreach(event, name, value) {
        if (is_records(value)) {
            if (t->particles)
                return nsym_fail(NSYM_EFORMAT, "'%s' and '%s' are lists of records; one list holds the particles",
                                 t->particles, name);
            if (!(t->particles = strdup(name))) return no_memory();
            continue;
        }
        size_t width = json_is_array(value) ? json_array_size(value) : is_number(value);
        if (width == 0)
            return nsym_fail(NSYM_EFORMAT, "'%s' is neither a number, nor a list of numbers or of records", name);
        NSYM_TRY(add_member(&t->column, &t->columns, name, width));
        t->wide += width;
    }
    return NSYM_OK;
}

/* The values (width) of a member, which must be there. */
static nsym_status take_values(double *out, const json_t *of, const char *what, const member *m) {
    const json_t *value = json_object_get(of, m->name);
    if (!value) return nsym_fail(NSYM_EFORMAT, "%s has no '%s', as the first has", what, m->name);
    bool list = json_is_array(value);
    if (list ? json_array_size(value) != m->width : m->width != 1)
        return nsym_fail(NSYM_EFORMAT,
                         "'%s' has %zu values and %zu in the first event; only particles, a list of "
                         "records, may be of any number",
                         m->name, list ? json_array_size(value) : 1, m->width);
    for (size_t k = 0; k < m->width; k++) {
        const json_t *x = list ? json_array_get(value, k) : value;
        if (!is_number(x)) return nsym_fail(NSYM_EFORMAT, "'%s' of %s is no number", m->name, what);
        out[k] = number_of(x);
    }
    return NSYM_OK;
}

/* A record has no member that the first one lacks: a list of that name apart, it would be lost. */
static nsym_status check_members(const json_t *record, const member *list, size_t n, const char *apart,
                                 const char *what) {
    const char *name;
    json_t *value;
    if (json_object_size(record) == n + (apart != NULL)) return NSYM_OK;
    json_object_foreach((json_t *)record, name, value) {
        bool known = apart && strcmp(apart, name) == 0;
        for (size_t k = 0; k < n && !known; k++) known = strcmp(list[k].name, name) == 0;
        if (!known)
            return nsym_fail(NSYM_EFORMAT, "%s has '%s', which the first has not; the first must have all (null: NaN)",
                             what, name);
    }
    return NSYM_OK;
}

static nsym_status make_room(table *t, size_t particles) {
    if (t->count == t->room) {
        size_t room = 2 * t->room + 64;
        double *values = realloc(t->values, (room * t->wide + 1) * sizeof *values);
        if (values) t->values = values;
        uint64_t *offsets = realloc(t->offsets, (room + 1) * sizeof *offsets);
        if (offsets) t->offsets = offsets;
        if (!values || !offsets) return no_memory();
        t->room = room;
        t->offsets[0] = 0;
    }
    if (t->rows + particles <= t->space) return NSYM_OK;
    size_t space = 2 * t->space + particles + 64;
    double *more = realloc(t->particle, space * (t->features + 1) * sizeof *more);
    if (!more) return no_memory();
    t->particle = more;
    t->space = space;
    return NSYM_OK;
}

static nsym_status take_particles(table *t, json_t *list) {
    const char *name;
    json_t *value;
    size_t n = json_array_size(list);
    if (n > 0 && t->features == 0)
        json_object_foreach(json_array_get(list, 0), name, value)
            NSYM_TRY(add_member(&t->feature, &t->features, name, 1));
    if (n > 0 && t->features == 0) return nsym_fail(NSYM_EFORMAT, "particle 1 has no features: {}");
    NSYM_TRY(make_room(t, n));
    for (size_t i = 0; i < n; i++, t->rows++) {
        const json_t *record = json_array_get(list, i);
        if (!json_is_object(record)) return nsym_fail(NSYM_EFORMAT, "particle %zu is no record", i + 1);
        NSYM_TRY(check_members(record, t->feature, t->features, NULL, "a particle"));
        for (size_t k = 0; k < t->features; k++)
            NSYM_TRY(take_values(t->particle + t->rows * t->features + k, record, "a particle", &t->feature[k]));
    }
    return NSYM_OK;
}

static nsym_status take_event(table *t, json_t *event) {
    if (!json_is_object(event)) return nsym_fail(NSYM_EFORMAT, "an event must be a record, {...}");
    if (t->count == 0) NSYM_TRY(learn_columns(t, event));
    NSYM_TRY(make_room(t, 0));
    double *to = t->values + t->count * t->wide;
    for (size_t k = 0; k < t->columns; to += t->column[k++].width)
        NSYM_TRY(take_values(to, event, "the event", &t->column[k]));
    json_t *list = t->particles ? json_object_get(event, t->particles) : NULL;
    if (t->particles && !is_records(list))
        return nsym_fail(NSYM_EFORMAT, "the event has no list of records '%s', as the first has", t->particles);
    NSYM_TRY(check_members(event, t->column, t->columns, t->particles, "the event"));
    if (list) NSYM_TRY(take_particles(t, list));
    t->offsets[++t->count] = t->rows;
    return NSYM_OK;
}

static nsym_status fill(nsym_events *events, const table *t) {
    double *values, *from = t->values;
    const char **names = calloc(t->features + 1, sizeof *names);
    if (!names) return no_memory();
    for (size_t k = 0; k < t->features; k++) names[k] = t->feature[k].name;
    nsym_status status =
        t->features ? nsym_events_set_particles(events, t->features, names, NULL, t->offsets) : NSYM_OK;
    free(names);
    if (status == NSYM_OK && t->rows && t->features)
        memcpy(events->particles, t->particle, t->rows * t->features * sizeof *values);
    for (size_t k = 0; status == NSYM_OK && k < t->columns; from += t->column[k++].width) {
        size_t width = t->column[k].width;
        status = nsym_events_add_column(events, t->column[k].name, "", "", width, &values);
        for (size_t i = 0; status == NSYM_OK && i < t->count; i++)
            memcpy(values + i * width, from + i * t->wide, width * sizeof *values);
    }
    return status;
}

static nsym_status read_lines(table *t, const char *path, const nsym_read_options *options) {
    size_t most = options->max_events;
    nsym_lines lines = {0};
    char *line;
    size_t length;
    NSYM_TRY(nsym_lines_open(&lines, path, options->max_unpacked));
    nsym_status status = NSYM_OK;
    while (status == NSYM_OK && (!most || t->count < most)) {
        json_error_t error;
        status = nsym_lines_next(&lines, &line, &length);
        if (status != NSYM_OK || !line) break;
        if (line[strspn(line, " \t\r")] == '\0') continue;
        json_t *event = json_loads(line, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
        status = event ? take_event(t, event)
                       : nsym_fail(NSYM_EFORMAT, "no JSON at column %d: %s", error.column, error.text);
        json_decref(event);
        if (status != NSYM_OK) status = nsym_fail_in(status, "line %zu: ", lines.number);
    }
    nsym_lines_close(&lines);
    return status == NSYM_OK && t->count == 0 ? nsym_fail(NSYM_EFORMAT, "there are no events") : status;
}

nsym_status nsym_jsonl_read_events(nsym_events **out, const char *path, const nsym_read_options *options) {
    table t = {0};
    nsym_events *events = NULL;
    nsym_status status = read_lines(&t, path, options);
    if (status == NSYM_OK) status = nsym_events_new(&events, t.count);
    if (status == NSYM_OK) status = fill(events, &t);
    free_table(&t);
    *out = status == NSYM_OK ? events : NULL;
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(events);
    return nsym_fail_in(status, "%s: ", path);
}

static json_t *number(double x) {
    return isfinite(x) ? json_real(x) : json_null();
}

/* New record of an event. */
static json_t *record_of(const nsym_events *events, size_t event) {
    json_t *record = json_object();
    for (size_t k = 0; k < events->columns; k++) {
        const nsym_column *c = &events->column[k];
        json_t *list = c->width > 1 ? json_array() : NULL;
        for (size_t i = 0; list && i < c->width; i++)
            json_array_append_new(list, number(c->values[event * c->width + i]));
        json_object_set_new(record, c->name, list ? list : number(c->values[event]));
    }
    if (!events->offsets) return record;
    json_t *particles = json_array();
    for (uint64_t p = events->offsets[event]; p < events->offsets[event + 1]; p++) {
        json_t *particle = json_object();
        for (size_t k = 0; k < events->features; k++)
            json_object_set_new(particle, events->feature_names[k],
                                number(events->particles[p * events->features + k]));
        json_array_append_new(particles, particle);
    }
    json_object_set_new(record, "particles", particles);
    return record;
}

static nsym_status write_lines(const nsym_events *events, const char *path, bool packed) {
    gzFile file = gzopen(path, packed ? "wb4" : "wbT");
    if (!file) return nsym_fail(NSYM_EIO, "cannot be written: %s", strerror(errno));
    bool fine = true;
    for (size_t i = 0; i < events->count && fine; i++) {
        json_t *record = record_of(events, i);
        char *text = json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(17));
        fine = text && gzputs(file, text) >= 0 && gzputc(file, '\n') >= 0;
        free(text);
        json_decref(record);
    }
    if (gzclose(file) != Z_OK) fine = false;
    return fine ? NSYM_OK : nsym_fail(NSYM_EIO, "cannot be written: %s", strerror(errno));
}

/* JSON has no infinity; null is NaN. */
static nsym_status check_finite(const nsym_events *events, const char *path) {
    size_t values = events->offsets ? (size_t)events->offsets[events->count] * events->features : 0;
    for (size_t i = 0; i < values; i++)
        if (isinf(events->particles[i]))
            return nsym_fail(NSYM_EINVAL, "%s: %s of particle %zu is infinite, which JSON cannot say", path,
                             events->feature_names[i % events->features], i / events->features + 1);
    for (size_t k = 0; k < events->columns; k++)
        for (size_t i = 0; i < events->count * events->column[k].width; i++)
            if (isinf(events->column[k].values[i]))
                return nsym_fail(NSYM_EINVAL, "%s: row %zu: %s is infinite, which JSON cannot say", path,
                                 nsym_events_row(events, i / events->column[k].width), events->column[k].name);
    return NSYM_OK;
}

nsym_status nsym_jsonl_write_events(const nsym_events *events, const char *path) {
    nsym_atomic_file *atomic;
    size_t n = strlen(path);
    if (events->offsets && nsym_events_column(events, "particles"))
        return nsym_fail(NSYM_EINVAL, "%s: a column is called 'particles', as the list of particles is; rename it",
                         path);
    NSYM_TRY(check_finite(events, path));
    NSYM_TRY(nsym_atomic_file_new(&atomic, path));
    bool packed = n > 3 && strcmp(path + n - 3, ".gz") == 0;
    nsym_status status = write_lines(events, nsym_atomic_file_path(atomic), packed);
    if (status == NSYM_OK) return nsym_atomic_file_commit(atomic);
    nsym_atomic_file_abandon(atomic);
    return nsym_fail_in(status, "%s: ", path);
}
