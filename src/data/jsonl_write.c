/* JSON lines out: see data/jsonl.c. */
#include "base/atomic_file.h"
#include "base/fail.h"
#include "data/categories.h"
#include "data/formats.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* New: a number, or the word that it stands for. */
static json_t *value_of(double x, const nsym_words *words) {
    const char *word = nsym_categories_word_of(words, x);
    return word ? json_string(word) : isfinite(x) ? json_real(x) : json_null();
}

/* New record of an event. */
static json_t *record_of(const nsym_events *events, size_t event, const nsym_words *words) {
    json_t *record = json_object();
    for (size_t k = 0; k < events->columns; k++) {
        const nsym_column *c = &events->column[k];
        json_t *list = c->width > 1 ? json_array() : NULL;
        for (size_t i = 0; list && i < c->width; i++)
            json_array_append_new(list, value_of(c->values[event * c->width + i], &words[events->features + k]));
        json_object_set_new(record, c->name, list ? list : value_of(c->values[event], &words[events->features + k]));
    }
    if (!events->offsets) return record;
    json_t *particles = json_array();
    for (uint64_t p = events->offsets[event]; p < events->offsets[event + 1]; p++) {
        json_t *particle = json_object();
        for (size_t k = 0; k < events->features; k++)
            json_object_set_new(particle, events->feature_names[k],
                                value_of(events->particles[p * events->features + k], &words[k]));
        json_array_append_new(particles, particle);
    }
    json_object_set_new(record, "particles", particles);
    return record;
}

static nsym_status write_lines(const nsym_events *events, const char *path, bool packed) {
    nsym_words *words;
    NSYM_TRY(nsym_categories_read_all(&words, events));
    gzFile file = gzopen(path, packed ? "wb4" : "wbT");
    bool fine = file != NULL;
    for (size_t i = 0; i < events->count && fine; i++) {
        json_t *record = record_of(events, i, words);
        char *text = json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(17));
        fine = text && gzputs(file, text) >= 0 && gzputc(file, '\n') >= 0;
        free(text);
        json_decref(record);
    }
    if (file && gzclose(file) != Z_OK) fine = false;
    int problem = errno;
    nsym_categories_free_all(words, events);
    errno = problem;
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
