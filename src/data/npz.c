/* Events in numpy's .npz. Read: every member a column, one of three dimensions the particles, single values attributes.
   Our own files hold the ragged particles as `particles_values` (rows, features), `particles_offsets` (events + 1) and
   `particles_columns` (features) texts; a column of words as texts. What .npz loses of a sample: units, meanings, the
   labels of a column's values, the words of a feature, and the sample's attributes. */
#include "base/atomic_file.h"
#include "base/fail.h"
#include "data/categories.h"
#include "data/dense.h"
#include "data/formats.h"
#include "data/map.h"
#include "data/npy.h"
#include "data/texts.h"
#include "data/wanted.h"
#include "data/zip.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 4096 };

static const char own_prefix[] = "particles_";

/* New: a member's name without ".npy". */
static char *plain_name(const char *member) {
    size_t n = strlen(member);
    return strndup(member, n > 4 && strcmp(member + n - 4, ".npy") == 0 ? n - 4 : n);
}

/* A member taken out of the archive: `array` borrows from `bytes`, which is the caller's to free. */
static nsym_status take_out(const nsym_zip *zip, const nsym_zip_member *member, nsym_npy *array,
                            unsigned char **bytes) {
    *bytes = NULL;
    size_t n = strlen(member->name);
    if (n < 4 || strcmp(member->name + n - 4, ".npy") != 0)
        return nsym_fail(NSYM_EFORMAT, "this is a zip archive, and %s in it is not a .npy array; unpack it first",
                         member->name);
    NSYM_TRY(nsym_zip_extract(zip, member, bytes));
    nsym_status status = nsym_npy_parse(array, *bytes, (size_t)member->size);
    if (status == NSYM_OK) return NSYM_OK;
    free(*bytes);
    *bytes = NULL;
    return nsym_fail_in(status, "%s: ", member->name);
}

static const nsym_zip_member *find(const nsym_zip *zip, const char *name) {
    for (size_t i = 0; i < zip->count; i++)
        if (strcmp(zip->member[i].name, name) == 0) return &zip->member[i];
    return NULL;
}

/* The ragged particles of our own files, taken out. */
typedef struct ragged {
    nsym_npy values, offsets, columns;
    unsigned char *values_bytes, *offsets_bytes, *columns_bytes;
} ragged;

static void drop_ragged(ragged *particles) {
    free(particles->values_bytes);
    free(particles->offsets_bytes);
    free(particles->columns_bytes);
}

static nsym_status take_ragged(const nsym_zip *zip, ragged *particles, const nsym_zip_member *values) {
    const nsym_zip_member *offsets = find(zip, "particles_offsets.npy"), *columns = find(zip, "particles_columns.npy");
    if (!offsets || !columns)
        return nsym_fail(NSYM_EFORMAT, "%s: comes without particles_offsets and particles_columns", values->name);
    NSYM_TRY(take_out(zip, values, &particles->values, &particles->values_bytes));
    NSYM_TRY(take_out(zip, offsets, &particles->offsets, &particles->offsets_bytes));
    NSYM_TRY(take_out(zip, columns, &particles->columns, &particles->columns_bytes));
    const nsym_npy *v = &particles->values, *o = &particles->offsets, *c = &particles->columns;
    if (v->dimensions != 2 || !nsym_npy_is_number(v) || v->shape[1] == 0 || v->shape[1] > FEATURES_MAX)
        return nsym_fail(NSYM_EFORMAT, "particles_values must be (rows, features) numbers of 1 to %d features",
                         (int)FEATURES_MAX);
    if (o->dimensions != 1 || o->size == 0 || (o->kind != 'i' && o->kind != 'u'))
        return nsym_fail(NSYM_EFORMAT, "particles_offsets must be (events + 1) integers");
    if (c->dimensions != 1 || nsym_npy_is_number(c) || c->size != v->shape[1])
        return nsym_fail(NSYM_EFORMAT, "particles_columns must be one text for each of %llu features",
                         (unsigned long long)v->shape[1]);
    return NSYM_OK;
}

static nsym_status check_offsets(const nsym_npy *array, uint64_t *offsets, size_t count, uint64_t rows) {
    double last = 0, value = 0;
    for (size_t i = 0; i <= count; i++, last = value) {
        nsym_npy_values(array, i, 1, &value);
        if (value < last || value > (double)rows || (i == 0 && value != 0))
            return nsym_fail(NSYM_EFORMAT,
                             "particles_offsets goes from %.0f to %.0f at event %zu; must rise from 0 to %llu", last,
                             value, i, (unsigned long long)rows);
        offsets[i] = (uint64_t)value;
    }
    if (count + 1 == array->size && offsets[count] != rows)
        return nsym_fail(NSYM_EFORMAT, "particles_offsets ends at %llu, but particles_values has %llu rows",
                         (unsigned long long)offsets[count], (unsigned long long)rows);
    return NSYM_OK;
}

static nsym_status add_ragged(nsym_events *events, const ragged *particles) {
    size_t features = (size_t)particles->values.shape[1];
    char **names = calloc(features, sizeof *names);
    uint64_t *offsets = malloc((events->count + 1) * sizeof *offsets);
    nsym_status status = NSYM_OK;
    for (size_t i = 0; names && i < features; i++) {
        names[i] = nsym_npy_text(&particles->columns, i);
        if (!names[i]) status = nsym_fail(NSYM_ENOMEM, "no memory for particles_columns");
    }
    if (!names || !offsets) status = nsym_fail(NSYM_ENOMEM, "no memory for particles_offsets");
    if (status == NSYM_OK)
        status = check_offsets(&particles->offsets, offsets, events->count, particles->values.shape[0]);
    if (status == NSYM_OK)
        status = nsym_events_set_particles(events, features, (const char *const *)names, NULL, offsets);
    if (status == NSYM_OK) nsym_npy_values(&particles->values, 0, offsets[events->count] * features, events->particles);
    nsym_texts_free(names, features);
    free(offsets);
    return status;
}

/* An archive while it is read. */
typedef struct {
    const nsym_zip *zip;
    nsym_events **out;
    const char *path;
    const nsym_read_options *options;
    char **left_out; /* (left_out_count) names of members that nobody wants */
    size_t left_out_count;
} reading;

/* Adds a member; its rows fix the number of events where `*rows` is not known yet (UINT64_MAX). */
static nsym_status add_member(reading *r, const char *name, const nsym_npy *array, uint64_t *rows) {
    nsym_events **events = r->out;
    size_t max_events = r->options->max_events;
    if (array->dimensions > 0) {
        if (array->size == 0 && array->shape[0] > 0) return nsym_fail(NSYM_EFORMAT, "has rows without values");
        if (*rows == UINT64_MAX) {
            *rows = array->shape[0];
            (*events)->count = (size_t)(max_events > 0 && max_events < *rows ? max_events : *rows);
        }
        if (array->shape[0] != *rows)
            return nsym_fail(NSYM_EFORMAT, "has %llu rows where others have %llu; not a file of events",
                             (unsigned long long)array->shape[0], (unsigned long long)*rows);
    }
    return nsym_npy_add(*events, r->path, name, array, r->options);
}

/* Remembers the name of a member that nobody wants, and takes it over. */
static nsym_status leave_out(reading *r, char *name) {
    char **more = realloc(r->left_out, (r->left_out_count + 1) * sizeof *more);
    if (more) r->left_out = more;
    if (more) more[r->left_out_count++] = name;
    if (!more) free(name);
    return more ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory");
}

/* A member that is not wanted is left out, whatever it holds; but features of particles go by names of their own. */
static nsym_status read_member(reading *r, const nsym_zip_member *member, uint64_t *rows) {
    nsym_npy array;
    unsigned char *bytes = NULL;
    char *name = plain_name(member->name);
    if (!name) return nsym_fail(NSYM_ENOMEM, "no memory");
    bool wanted = nsym_wanted(r->options, name);
    nsym_status status = take_out(r->zip, member, &array, &bytes);
    if (!wanted && (status != NSYM_OK || array.dimensions < 3)) {
        free(bytes);
        return leave_out(r, name);
    }
    if (status == NSYM_OK) {
        status = add_member(r, name, &array, rows);
        if (status != NSYM_OK) status = nsym_fail_in(status, "%s: ", member->name);
    }
    free(name);
    free(bytes);
    return status;
}

static nsym_status read_members(reading *r, uint64_t rows, bool own) {
    for (size_t i = 0; i < r->zip->count; i++) {
        const nsym_zip_member *member = &r->zip->member[i];
        if (own && strncmp(member->name, own_prefix, sizeof own_prefix - 1) == 0) continue;
        NSYM_TRY(read_member(r, member, &rows));
    }
    return rows == UINT64_MAX && r->left_out_count == 0 ? nsym_fail(NSYM_EFORMAT, "holds no arrays") : NSYM_OK;
}

static nsym_status read_all(reading *r) {
    size_t max_events = r->options->max_events;
    const nsym_zip_member *values = find(r->zip, "particles_values.npy");
    NSYM_TRY(nsym_events_new(r->out, 0));
    if (!values) return read_members(r, UINT64_MAX, false);

    ragged particles = {0};
    uint64_t rows = 0;
    nsym_status status = take_ragged(r->zip, &particles, values);
    if (status == NSYM_OK) {
        rows = particles.offsets.size - 1;
        (*r->out)->count = (size_t)(max_events > 0 && max_events < rows ? max_events : rows);
        status = add_ragged(*r->out, &particles);
    }
    drop_ragged(&particles);
    NSYM_TRY(status);
    return read_members(r, rows, true);
}

nsym_status nsym_npz_from_memory(nsym_events **out, const char *path, const unsigned char *bytes, size_t n,
                                 const nsym_read_options *options) {
    *out = NULL;
    nsym_zip zip;
    NSYM_TRY(nsym_zip_open(&zip, bytes, n, options->max_unpacked));
    reading r = {.zip = &zip, .out = out, .path = path, .options = options};
    nsym_status status = read_all(&r);
    if (status == NSYM_OK) status = nsym_points_gather(*out);
    if (status == NSYM_OK) status = nsym_wanted_finish(*out, options, r.left_out, r.left_out_count);
    nsym_texts_free(r.left_out, r.left_out_count);
    nsym_zip_close(&zip);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

nsym_status nsym_npz_read_events(nsym_events **out, const char *path, const nsym_read_options *options) {
    *out = NULL;
    nsym_map map;
    NSYM_TRY(nsym_map_open(&map, path));
    nsym_status status = nsym_npz_from_memory(out, path, map.bytes, map.size, options);
    nsym_map_close(&map);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", path);
}

static nsym_status inspect_members(const nsym_zip *zip, nsym_visit visit, void *context) {
    for (size_t i = 0; i < zip->count; i++) {
        nsym_npy array;
        unsigned char *bytes;
        NSYM_TRY(take_out(zip, &zip->member[i], &array, &bytes));
        char *name = plain_name(zip->member[i].name);
        nsym_status status =
            name ? nsym_npy_describe(&array, name, visit, context) : nsym_fail(NSYM_ENOMEM, "no memory");
        free(name);
        free(bytes);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

nsym_status nsym_npz_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context) {
    nsym_map map;
    NSYM_TRY(nsym_map_open(&map, path));
    nsym_zip zip;
    nsym_status status = nsym_zip_open(&zip, map.bytes, map.size, options->max_unpacked);
    if (status == NSYM_OK) {
        status = inspect_members(&zip, visit, context);
        nsym_zip_close(&zip);
    }
    nsym_map_close(&map);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", path);
}

static nsym_status put_array(nsym_zip_writer *writer, const char *name, const char *type, size_t dimensions,
                             const uint64_t *shape, const void *data, size_t bytes) {
    char header[NSYM_NPY_HEADER], *member = malloc(strlen(name) + 5);
    if (!member) return nsym_fail(NSYM_ENOMEM, "no memory");
    strcpy(member, name);
    strcat(member, ".npy");
    nsym_bytes piece[] = {{header, nsym_npy_header(header, type, dimensions, shape)}, {data, bytes}};
    nsym_status status = nsym_zip_add(writer, member, piece, 2);
    free(member);
    return status;
}

/* The next character of UTF-8 text; a byte that begins none is taken for itself. */
static uint32_t next_character(const char **text) {
    const unsigned char *at = (const unsigned char *)*text;
    size_t more = *at >= 0xF0 ? 3 : *at >= 0xE0 ? 2 : *at >= 0xC0 ? 1 : 0, i = 1;
    uint32_t c = more > 0 ? *at & (0x3Fu >> more) : *at;
    for (; i <= more && (at[i] & 0xC0) == 0x80; i++) c = c << 6 | (at[i] & 0x3F);
    *text += i;
    return c;
}

/* Texts as numpy has them: UCS-4, all of one length. NULL stands for "". */
static nsym_status put_texts(nsym_zip_writer *writer, const char *member, const char *const *text, size_t count) {
    size_t longest = 1;
    for (size_t i = 0; i < count; i++) {
        size_t n = text[i] ? strlen(text[i]) : 0;
        if (n > longest) longest = n;
    }
    char type[32];
    uint32_t *all = calloc(count * longest + 1, sizeof *all);
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory for %zu texts", count);
    for (size_t i = 0; i < count; i++) {
        const char *at = text[i] ? text[i] : "";
        for (uint32_t *to = all + i * longest; *at; to++) *to = next_character(&at);
    }
    snprintf(type, sizeof type, "U%zu", longest);
    uint64_t shape = count;
    nsym_status status = put_array(writer, member, type, 1, &shape, all, count * longest * sizeof *all);
    free(all);
    return status;
}

/* A column of words as texts, "" where there is none; *done is false where a value is a plain number. */
static nsym_status put_words(nsym_zip_writer *writer, const nsym_column *column, const nsym_words *words, size_t count,
                             bool *done) {
    *done = false;
    if (words->n == 0 || column->width != 1) return NSYM_OK;
    const char **text = calloc(count + 1, sizeof *text);
    if (!text) return nsym_fail(NSYM_ENOMEM, "no memory for %zu words", count);
    size_t i = 0;
    for (; i < count; i++) {
        text[i] = nsym_categories_word_of(words, column->values[i]);
        if (!text[i] && !isnan(column->values[i])) break;
    }
    *done = i == count;
    nsym_status status = *done ? put_texts(writer, column->name, text, count) : NSYM_OK;
    free(text);
    return status;
}

static nsym_status put_column(nsym_zip_writer *writer, const nsym_column *column, const nsym_words *words,
                              size_t count) {
    bool done;
    if (strncmp(column->name, own_prefix, sizeof own_prefix - 1) == 0)
        return nsym_fail(NSYM_EINVAL, "a column named \"%s\" cannot be written to .npz, rename it", column->name);
    NSYM_TRY(put_words(writer, column, words, count, &done));
    if (done) return NSYM_OK;
    uint64_t shape[] = {count, column->width};
    return put_array(writer, column->name, "f8", column->width > 1 ? 2 : 1, shape, column->values,
                     count * column->width * sizeof(double));
}

static nsym_status put_all(nsym_zip_writer *writer, const nsym_events *events) {
    if (events->offsets) {
        uint64_t rows = events->offsets[events->count], shape[] = {rows, events->features}, rises = events->count + 1;
        NSYM_TRY(put_array(writer, "particles_values", "f8", 2, shape, events->particles,
                           (size_t)rows * events->features * sizeof(double)));
        NSYM_TRY(
            put_array(writer, "particles_offsets", "i8", 1, &rises, events->offsets, (size_t)rises * sizeof(uint64_t)));
        NSYM_TRY(put_texts(writer, "particles_columns", (const char *const *)events->feature_names, events->features));
    }
    nsym_words *words;
    NSYM_TRY(nsym_categories_read_all(&words, events));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && i < events->columns; i++)
        status = put_column(writer, &events->column[i], &words[events->features + i], events->count);
    nsym_categories_free_all(words, events);
    NSYM_TRY(status);
    return nsym_zip_finish(writer);
}

nsym_status nsym_npz_write_events(const nsym_events *events, const char *path) {
    nsym_atomic_file *atomic;
    NSYM_TRY(nsym_atomic_file_new(&atomic, path));
    FILE *file = fopen(nsym_atomic_file_path(atomic), "wb");
    nsym_status status = NSYM_OK;
    if (!file) status = nsym_fail(NSYM_EIO, "cannot be written: %s", strerror(errno));
    if (file) {
        nsym_zip_writer writer = {.file = file};
        status = put_all(&writer, events);
        nsym_zip_release(&writer);
        if (fclose(file) != 0 && status == NSYM_OK)
            status = nsym_fail(NSYM_EIO, "cannot be written: %s", strerror(errno));
    }
    if (status == NSYM_OK) return nsym_atomic_file_commit(atomic);
    nsym_atomic_file_abandon(atomic);
    return nsym_fail_in(status, "%s: ", path);
}
