/* JSON lines: an event a line, such as awkward's to_json(array, line_delimited=True) writes of records:

     {"label": 1, "weights": [0.5, 0.4], "particles": [{"pt": 20.1, "eta": 0.3}, {"pt": 11, "eta": -1.2}]}

   Numbers, true and false are columns, words too (data/categories.h), lists of them columns of several values, null is
   NaN; the one list of records, whatever its name, is the particles. */
#include "base/fail.h"
#include "base/remark.h"
#include "data/categories.h"
#include "data/events.h"
#include "data/formats.h"
#include "data/lines.h"
#include "data/number.h"
#include "data/wanted.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LOOK = 1000 }; /* events that tell whether a file can be read block by block */

typedef enum kind { UNKNOWN, NUMBERS, WORDS } kind;

/* A member of every event: a column, or one of the particles' features. */
typedef struct {
    char *name;
    size_t width; /* 0: it is left out */
    kind kind;    /* UNKNOWN as long as all are null */
    nsym_categories *words;
    bool is_crowded;              /* with so many words that they are no longer told apart */
    size_t inexact, inexact_line; /* whole numbers that no double is, and the first */
    long long inexact_number;
} member;

typedef struct {
    member *column, *feature;
    size_t columns, features, wide; /* wide: values of all columns */
    char *particles;                /* the list's name; NULL: there is none */
    size_t count, rows;             /* events, particles */
    double *values, *particle;      /* (room, wide), (space, features) */
    uint64_t *offsets;              /* (room + 1) */
    size_t room, space;
    size_t line;                      /* that is read */
    const nsym_read_options *options; /* borrowed */
} table;

static void free_members(member *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        free(list[i].name);
        nsym_categories_free(list[i].words);
    }
    free(list);
}

static void free_table(table *t) {
    free_members(t->column, t->columns);
    free_members(t->feature, t->features);
    free(t->particles);
    free(t->values);
    free(t->particle);
    free(t->offsets);
}

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for events");
}

static bool is_value(const json_t *j) {
    return json_is_number(j) || json_is_boolean(j) || json_is_null(j) || json_is_string(j);
}

static bool is_records(const json_t *j) {
    return json_is_array(j) && (json_array_size(j) == 0 || json_is_object(json_array_get(j, 0)));
}

static nsym_status add_member(member **list, size_t *n, const char *name, size_t width) {
    member *more = realloc(*list, (*n + 1) * sizeof *more);
    if (!more) return no_memory();
    *list = more;
    more[*n] = (member){.name = strdup(name), .width = width};
    return more[(*n)++].name ? NSYM_OK : no_memory();
}

/* The columns and the particles' list, from the first event. */
static nsym_status learn_columns(table *t, json_t *event) {
    const char *name;
    json_t *value;
    json_object_foreach(event, name, value) {
        bool dropped = t->options->drop && !nsym_wanted(t->options, name);
        if (is_records(value) && !dropped) {
            if (t->particles)
                return nsym_fail(NSYM_EFORMAT,
                                 "'%s' and '%s' are both lists of records, but only one list can hold the particles; "
                                 "--drop %s leaves one out",
                                 t->particles, name, name);
            if (!(t->particles = strdup(name))) return no_memory();
            continue;
        }
        size_t width = json_is_array(value) ? json_array_size(value) : is_value(value);
        if (!nsym_wanted(t->options, name))
            width = 0;
        else if (width == 0)
            return nsym_fail(
                NSYM_EFORMAT,
                "'%s' is neither a number or a word, nor a list of them or of records; --drop %s leaves it "
                "out",
                name, name);
        NSYM_TRY(add_member(&t->column, &t->columns, name, width));
        t->wide += width;
    }
    return NSYM_OK;
}

/* The number of a word; an empty one is NaN, and so are all where there are too many. */
static nsym_status take_word(double *out, const json_t *value, member *m) {
    size_t n = json_string_length(value);
    const char *word = json_string_value(value);
    *out = NAN;
    if (n == 0 || m->is_crowded) return NSYM_OK;
    if (strlen(word) != n) return nsym_fail(NSYM_EFORMAT, "'%s' is a text with a zero character", m->name);
    if (!m->words) NSYM_TRY(nsym_categories_new(&m->words));
    NSYM_TRY(nsym_categories_number(m->words, word, n, out));
    m->is_crowded = nsym_categories_count(m->words) > NSYM_CATEGORIES_MOST;
    return NSYM_OK;
}

static double take_number(const table *t, const json_t *value, member *m) {
    if (!json_is_integer(value)) return json_is_real(value) ? json_real_value(value) : json_is_true(value);
    long long number = json_integer_value(value);
    uint64_t size = number < 0 ? -(uint64_t)number : (uint64_t)number;
    if (!nsym_integer_is_exact(size) && m->inexact++ == 0) {
        m->inexact_line = t->line;
        m->inexact_number = number;
    }
    return (double)number;
}

static nsym_status take_value(const table *t, double *out, const json_t *value, const char *what, member *m) {
    if (!value || !is_value(value)) return nsym_fail(NSYM_EFORMAT, "'%s' of %s is not a number", m->name, what);
    *out = NAN;
    if (json_is_null(value)) return NSYM_OK;
    kind is = json_is_string(value) ? WORDS : NUMBERS;
    if (m->kind == UNKNOWN && !(is == WORDS && strcmp(m->name, "weight") == 0)) m->kind = is;
    if (m->kind != is)
        return nsym_fail(NSYM_EFORMAT, "'%s' of %s is a %s, must be a %s as in other events; --drop %s leaves it out",
                         m->name, what, is == WORDS ? "word" : "number", is == WORDS ? "number" : "word", m->name);
    if (is == WORDS) return take_word(out, value, m);
    *out = take_number(t, value, m);
    return NSYM_OK;
}

/* The values (width) of a member, which must be there. */
static nsym_status take_values(const table *t, double *out, const json_t *of, const char *what, member *m) {
    const json_t *value = json_object_get(of, m->name);
    if (m->width == 0) return NSYM_OK;
    if (!value) return nsym_fail(NSYM_EFORMAT, "%s has no '%s', but the first one has", what, m->name);
    bool list = json_is_array(value);
    if (list ? json_array_size(value) != m->width : m->width != 1)
        return nsym_fail(
            NSYM_EFORMAT,
            "'%s' has %zu values and %zu in the first event; only particles, a list of records, may differ in number",
            m->name, list ? json_array_size(value) : 1, m->width);
    for (size_t k = 0; k < m->width; k++)
        NSYM_TRY(take_value(t, out + k, list ? json_array_get(value, k) : value, what, m));
    return NSYM_OK;
}

/* A record has no member that the first one lacks: a list of that name apart, it would be lost. */
static nsym_status check_members(const table *t, const json_t *record, const member *list, size_t n, const char *apart,
                                 const char *what) {
    const char *name;
    json_t *value;
    if (json_object_size(record) == n + (apart != NULL)) return NSYM_OK;
    json_object_foreach((json_t *)record, name, value) {
        bool known = apart && strcmp(apart, name) == 0;
        for (size_t k = 0; k < n && !known; k++) known = strcmp(list[k].name, name) == 0;
        if (!known && nsym_wanted(t->options, name))
            return nsym_fail(NSYM_EFORMAT,
                             "%s has '%s', but the first one has not; the first must have all names (null for NaN)",
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
            NSYM_TRY(add_member(&t->feature, &t->features, name, nsym_wanted(t->options, name)));
    if (n > 0 && t->features == 0) return nsym_fail(NSYM_EFORMAT, "particle 1 has no features: {}");
    NSYM_TRY(make_room(t, n));
    for (size_t i = 0; i < n; i++, t->rows++) {
        const json_t *record = json_array_get(list, i);
        if (!json_is_object(record)) return nsym_fail(NSYM_EFORMAT, "particle %zu is not a record, {...}", i + 1);
        NSYM_TRY(check_members(t, record, t->feature, t->features, NULL, "a particle"));
        for (size_t k = 0; k < t->features; k++)
            NSYM_TRY(take_values(t, t->particle + t->rows * t->features + k, record, "a particle", &t->feature[k]));
    }
    return NSYM_OK;
}

static nsym_status take_event(table *t, json_t *event) {
    if (!json_is_object(event)) return nsym_fail(NSYM_EFORMAT, "an event must be a record, {...}");
    if (t->columns == 0 && !t->particles) NSYM_TRY(learn_columns(t, event));
    NSYM_TRY(make_room(t, 0));
    double *to = t->values + t->count * t->wide;
    for (size_t k = 0; k < t->columns; to += t->column[k++].width)
        NSYM_TRY(take_values(t, to, event, "the event", &t->column[k]));
    json_t *list = t->particles ? json_object_get(event, t->particles) : NULL;
    if (t->particles && !is_records(list))
        return nsym_fail(NSYM_EFORMAT, "the event has no list of records '%s', but the first one has", t->particles);
    NSYM_TRY(check_members(t, event, t->column, t->columns, t->particles, "the event"));
    if (list) NSYM_TRY(take_particles(t, list));
    t->offsets[++t->count] = t->rows;
    return NSYM_OK;
}

/* A member of too many words is left out, which is told. */
static bool is_left_out(const table *t, const char *path, const member *m) {
    bool crowded =
        m->words && (m->is_crowded || nsym_categories_are_too_many(nsym_categories_count(m->words), t->count));
    if (crowded)
        nsym_remark(NSYM_WARNING,
                    "%s: '%s' is left out: %zu different words or more in %zu events are too many for categories; "
                    "--drop %s leaves it out without this warning",
                    path, m->name, nsym_categories_count(m->words) - m->is_crowded, t->count, m->name);
    return crowded || m->width == 0;
}

/* Sorts, keeps and tells the words of a member. */
static nsym_status finish(nsym_events *events, const char *path, const member *m, double *values, size_t n,
                          size_t stride) {
    if (!m->words) return NSYM_OK;
    NSYM_TRY(nsym_categories_sort(m->words, values, n, stride));
    NSYM_TRY(nsym_categories_keep(m->words, events, m->name));
    nsym_categories_tell(m->words, path, m->name);
    return NSYM_OK;
}

static nsym_status fill_particles(nsym_events *events, const table *t, const char *path) {
    size_t kept = 0, *from = calloc(t->features + 1, sizeof *from);
    const char **names = calloc(t->features + 1, sizeof *names);
    if (!names || !from) {
        free(names);
        free(from);
        return no_memory();
    }
    for (size_t k = 0; k < t->features; k++) {
        if (is_left_out(t, path, &t->feature[k])) continue;
        from[kept] = k;
        names[kept++] = t->feature[k].name;
    }
    nsym_status status = kept > 0 ? nsym_events_set_particles(events, kept, names, NULL, t->offsets) : NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && i < t->rows; i++)
        for (size_t k = 0; k < kept; k++) events->particles[i * kept + k] = t->particle[i * t->features + from[k]];
    for (size_t k = 0; status == NSYM_OK && k < kept; k++)
        status = finish(events, path, &t->feature[from[k]], events->particles + k, t->rows, kept);
    free(names);
    free(from);
    return status;
}

static nsym_status fill(nsym_events *events, const table *t, const char *path) {
    double *values;
    size_t from = 0; /* the column's first value in an event's */
    NSYM_TRY(fill_particles(events, t, path));
    for (size_t k = 0; k < t->columns; from += t->column[k++].width) {
        const member *m = &t->column[k];
        if (is_left_out(t, path, m)) continue;
        NSYM_TRY(nsym_events_add_column(events, m->name, "", "", m->width, &values));
        for (size_t i = 0; i < t->count; i++)
            memcpy(values + i * m->width, t->values + i * t->wide + from, m->width * sizeof *values);
        NSYM_TRY(finish(events, path, m, values, t->count * m->width, 1));
    }
    return NSYM_OK;
}

/* Reads up to `most` events (0: all) behind those that the table has. */
static nsym_status read_lines(table *t, nsym_lines *lines, size_t most) {
    char *line;
    size_t length;
    nsym_status status = NSYM_OK;
    while (status == NSYM_OK && (!most || t->count < most)) {
        json_error_t error;
        status = nsym_lines_next(lines, &line, &length);
        t->line = lines->number + (status != NSYM_OK);
        if (status != NSYM_OK) return nsym_fail_in(status, "line %zu: ", t->line);
        if (!line) break;
        if (t->line == 1 && strncmp(line, "\xEF\xBB\xBF", 3) == 0) line += 3; /* a byte order mark */
        if (line[strspn(line, " \t\r")] == '\0') continue;
        json_t *event = json_loads(line, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
        status = event ? take_event(t, event)
                       : nsym_fail(NSYM_EFORMAT, "not JSON at column %d: %s", error.column, error.text);
        json_decref(event);
        if (status != NSYM_OK) status = nsym_fail_in(status, "line %zu: ", t->line);
    }
    return status;
}

/* Names that are wanted or not must be there. */
static nsym_status check_names(const table *t) {
    if (!t->options->only && !t->options->drop) return NSYM_OK;
    const char **names = calloc(t->columns + t->features + 1, sizeof *names);
    if (!names) return no_memory();
    for (size_t k = 0; k < t->columns; k++) names[k] = t->column[k].name;
    for (size_t k = 0; k < t->features; k++) names[t->columns + k] = t->feature[k].name;
    nsym_status status = nsym_wanted_check(t->options, names);
    free(names);
    return status;
}

static void tell_inexact(const member *list, size_t n, const char *path) {
    for (size_t i = 0; i < n; i++) {
        const member *m = &list[i];
        if (m->inexact == 0) continue;
        nsym_remark(
            NSYM_WARNING,
            "%s: '%s': %zu whole number%s beyond 2^53, the first %lld in line %zu, %s rounded to double precision",
            path, m->name, m->inexact, m->inexact > 1 ? "s" : "", m->inexact_number, m->inexact_line,
            m->inexact > 1 ? "are" : "is");
    }
}

/* At the end: whole numbers that are not what they were. */
static void tell_numbers(const table *t, const char *path) {
    tell_inexact(t->column, t->columns, path);
    tell_inexact(t->feature, t->features, path);
}

static nsym_status make_events(nsym_events **out, const table *t, const char *path) {
    nsym_status status = nsym_events_new(out, t->count);
    if (status == NSYM_OK) status = fill(*out, t, path);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

nsym_status nsym_jsonl_read_events(nsym_events **out, const char *path, const nsym_read_options *options) {
    table t = {.options = options};
    nsym_lines lines;
    *out = NULL;
    NSYM_TRY(nsym_lines_open(&lines, path, options->max_unpacked));
    nsym_status status = read_lines(&t, &lines, options->max_events);
    nsym_lines_close(&lines);
    if (status == NSYM_OK && t.count == 0) status = nsym_fail(NSYM_EFORMAT, "there are no events");
    if (status == NSYM_OK) status = check_names(&t);
    if (status == NSYM_OK) status = make_events(out, &t, path);
    if (status == NSYM_OK) tell_numbers(&t, path);
    free_table(&t);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", path);
}

/* A file that is read block by block. */
typedef struct blocks {
    table table;
    nsym_lines lines;
    nsym_read_options options;
    char *path;
    size_t done;
    bool over;
} blocks;

static void close_blocks(void *state) {
    blocks *b = state;
    free_table(&b->table);
    nsym_lines_close(&b->lines);
    free(b->path);
    free(b);
}

static nsym_status next_block(void *state, nsym_events **block, size_t most) {
    blocks *b = state;
    size_t left = b->options.max_events - b->done; /* where there is a limit */
    bool limited = b->options.max_events > 0;
    *block = NULL;
    if (b->over) return NSYM_OK;
    if (limited && left < most) most = left;
    b->table.count = b->table.rows = 0;
    nsym_status status = read_lines(&b->table, &b->lines, most);
    if (status != NSYM_OK) return nsym_fail_in(status, "%s: ", b->path);
    b->over = b->table.count < most || (limited && left == most);
    if (b->over) tell_numbers(&b->table, b->path);
    if (b->table.count == 0) return NSYM_OK;
    status = make_events(block, &b->table, b->path);
    if (status != NSYM_OK) return nsym_fail_in(status, "%s: ", b->path);
    b->done += b->table.count;
    return NSYM_OK;
}

/* Whether all members are known after some events, and are numbers: words are sorted when all are known. */
static bool is_numeric(const table *t) {
    bool fine = t->count > 0 && (!t->particles || t->features > 0);
    for (size_t k = 0; k < t->columns; k++) fine &= t->column[k].width == 0 || t->column[k].kind == NUMBERS;
    for (size_t k = 0; k < t->features; k++) fine &= t->feature[k].width == 0 || t->feature[k].kind == NUMBERS;
    return fine;
}

/* Reads the first events for what they tell, and opens the file anew. */
static nsym_status look(blocks *b, bool *numeric) {
    NSYM_TRY(nsym_lines_open(&b->lines, b->path, b->options.max_unpacked));
    nsym_status status = read_lines(&b->table, &b->lines, LOOK);
    nsym_lines_close(&b->lines);
    *numeric = status == NSYM_OK && is_numeric(&b->table); /* an error shows again, at its event */
    if (!*numeric) return NSYM_OK;
    for (size_t k = 0; k < b->table.columns; k++) b->table.column[k].inexact = 0;
    for (size_t k = 0; k < b->table.features; k++) b->table.feature[k].inexact = 0;
    NSYM_TRY(check_names(&b->table));
    return nsym_lines_open(&b->lines, b->path, b->options.max_unpacked);
}

nsym_status nsym_jsonl_open_events(nsym_block_source *out, const char *path, const nsym_read_options *options) {
    *out = (nsym_block_source){0};
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) return NSYM_OK; /* what is read once only */
    blocks *b = calloc(1, sizeof *b);
    if (!b || !(b->path = strdup(path))) {
        free(b);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    }
    bool numeric = false;
    b->options = *options;
    b->table.options = &b->options;
    nsym_status status = look(b, &numeric);
    if (status == NSYM_OK && numeric) {
        *out = (nsym_block_source){b, next_block, close_blocks};
        return NSYM_OK;
    }
    close_blocks(b);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", path);
}
