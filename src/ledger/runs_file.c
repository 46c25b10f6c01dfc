#include "ledger/runs.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "data/lines.h"
#include "data/unpack.h"
#include "ledger/inside.h"
#include "ledger/measures.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* ---- Writing ---- */

/* JSON has no infinity. */
static json_t *number(double x) {
    return isinf(x) ? json_string(x > 0 ? "inf" : "-inf") : json_real(x);
}

static json_t *measure_object(const nsym_measure *m) {
    json_t *object = json_object();
    json_object_set_new(object, "metric", json_string(m->metric));
    if (m->epoch) json_object_set_new(object, "epoch", json_integer((json_int_t)m->epoch));
    json_object_set_new(object, "value", number(m->value));
    if (m->test_error > 0) json_object_set_new(object, "test_error", number(m->test_error));
    if (m->fit_error > 0) json_object_set_new(object, "fit_error", number(m->fit_error));
    json_t *draws = m->draw_count ? json_array() : NULL;
    for (size_t i = 0; draws && i < m->draw_count; i++) json_array_append_new(draws, number(m->draws[i]));
    if (draws) json_object_set_new(object, "draws", draws);
    return object;
}

/* A run as a line, new (free with free); NULL: no memory. */
static char *line_of(const nsym_parcel_run *run) {
    json_t *object = json_object(), *measures = json_array();
    for (size_t i = 0; i < run->n; i++) json_array_append_new(measures, measure_object(&run->measures[i]));
    json_object_set_new(object, "label", json_string(run->coordinates));
    json_object_set_new(object, "key", json_string(run->key));
    if (run->cpu[0]) json_object_set_new(object, "cpu", json_string(run->cpu));
    json_object_set_new(object, "finished", json_string(run->finished_at));
    json_object_set_new(object, "seconds", json_real(run->seconds));
    json_object_set_new(object, "measures", measures);
    char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(object);
    return line;
}

typedef struct {
    gzFile file;
    const char *path;
    size_t runs;
} writer;

static nsym_status refused(const char *path) {
    return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, errno ? strerror(errno) : "zlib failed");
}

static nsym_status write_run(void *context, const nsym_parcel_run *run) {
    writer *w = context;
    char *line = line_of(run);
    if (!line) return nsym_fail(NSYM_ENOMEM, "%s: no memory for a run", w->path);
    errno = 0;
    bool fine = gzputs(w->file, line) >= 0 && gzputc(w->file, '\n') >= 0;
    free(line);
    w->runs++;
    return fine ? NSYM_OK : refused(w->path);
}

nsym_status nsym_runs_file_write(nsym_ledger *ledger, const char *path, size_t *runs) {
    nsym_atomic_file *atomic;
    *runs = 0;
    NSYM_TRY(nsym_atomic_file_new(&atomic, path));
    errno = 0;
    writer w = {gzopen(nsym_atomic_file_path(atomic), nsym_is_gzip_name(path) ? "wb9" : "wbT"), path, 0};
    nsym_status status = w.file ? nsym_ledger_each(ledger, write_run, &w) : refused(path);
    errno = 0;
    if (w.file && gzclose(w.file) != Z_OK && status == NSYM_OK) status = refused(path);
    *runs = w.runs;
    if (status == NSYM_OK) return nsym_atomic_file_commit(atomic);
    nsym_atomic_file_abandon(atomic);
    return status;
}

/* ---- Reading ---- */

/* A number; NaN: there is none, or it is something else. */
static double number_of(const json_t *value) {
    const char *word = json_string_value(value);
    if (word && strcmp(word, "inf") == 0) return INFINITY;
    if (word && strcmp(word, "-inf") == 0) return -INFINITY;
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static double number_at(const json_t *object, const char *name) {
    return number_of(json_object_get(object, name));
}

/* An error that is left out is 0. */
static bool is_error(const json_t *object, const char *name) {
    return !json_object_get(object, name) || number_at(object, name) > 0;
}

static nsym_status read_draws(nsym_measures *to, size_t at, const json_t *list) {
    size_t n = json_array_size(list);
    double *draws = n ? nsym_measures_draw(to, at, n) : NULL;
    for (size_t i = 0; draws && i < n; i++) {
        draws[i] = number_of(json_array_get(list, i));
        if (isnan(draws[i]))
            return nsym_fail(NSYM_EFORMAT, "draw %zu of %s is not a number", i + 1, to->measure[at].metric);
    }
    return to->status;
}

static nsym_status read_measure(nsym_measures *to, const json_t *object) {
    const json_t *epoch = json_object_get(object, "epoch"), *draws = json_object_get(object, "draws");
    const char *metric = json_string_value(json_object_get(object, "metric"));
    double value = number_at(object, "value");
    if (!metric) return nsym_fail(NSYM_EFORMAT, "a measure has no \"metric\"");
    if (isnan(value)) return nsym_fail(NSYM_EFORMAT, "the \"value\" of %s is missing or not a number", metric);
    if (epoch && !(json_is_integer(epoch) && json_integer_value(epoch) >= 0))
        return nsym_fail(NSYM_EFORMAT, "the \"epoch\" of %s is not a whole number", metric);
    if (!is_error(object, "test_error") || !is_error(object, "fit_error"))
        return nsym_fail(NSYM_EFORMAT, "an error of %s is not a positive number", metric);
    if (draws && !json_is_array(draws)) return nsym_fail(NSYM_EFORMAT, "the \"draws\" of %s are not a list", metric);
    size_t at = nsym_measures_add_known(to, metric, (size_t)json_integer_value(epoch), value,
                                        number_at(object, "test_error"), number_at(object, "fit_error"));
    return to->status == NSYM_OK ? read_draws(to, at, draws) : to->status;
}

/* Adds the run of a line's object, from which it borrows. */
static nsym_status take_object(nsym_ledger *ledger, const json_t *object, nsym_measures *measures,
                               nsym_runs_taken *taken) {
    const json_t *list = json_object_get(object, "measures");
    const char *label = json_string_value(json_object_get(object, "label")),
               *key = json_string_value(json_object_get(object, "key")),
               *cpu = json_string_value(json_object_get(object, "cpu")),
               *finished = json_string_value(json_object_get(object, "finished"));
    double seconds = number_at(object, "seconds");
    if (!label || !key || !finished || !json_is_array(list) || !isfinite(seconds))
        return nsym_fail(NSYM_EFORMAT, "not a finished run: it needs \"label\", \"key\", \"finished\", \"seconds\" and "
                                       "\"measures\", as `nearsym study runs` writes them");
    for (size_t i = 0; i < json_array_size(list); i++) NSYM_TRY(read_measure(measures, json_array_get(list, i)));
    const nsym_parcel_run run = {key, label, cpu ? cpu : "", finished, seconds, measures->measure, measures->count};
    return nsym_runs_take_one(ledger, &run, taken);
}

static nsym_status take_line(nsym_ledger *ledger, const char *line, size_t length, nsym_runs_taken *taken) {
    json_error_t error;
    json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
    if (!object) return nsym_fail(NSYM_EFORMAT, "column %d: %s", error.column, error.text);
    nsym_measures measures;
    nsym_status status = nsym_measures_new(&measures);
    if (status == NSYM_OK) status = take_object(ledger, object, &measures, taken);
    nsym_measures_free(&measures);
    json_decref(object);
    return status;
}

nsym_status nsym_runs_file_read(nsym_ledger *ledger, const char *path, nsym_runs_taken *taken) {
    enum { LONGEST = 1 << 30 };
    nsym_lines lines;
    char *line;
    size_t length;
    NSYM_TRY(nsym_lines_open(&lines, path, 0));
    lines.longest = LONGEST;
    nsym_status status;
    while ((status = nsym_lines_next(&lines, &line, &length)) == NSYM_OK && line) {
        if (strspn(line, " \t\r") == length) continue;
        status = take_line(ledger, line, length, taken);
        if (status != NSYM_OK) break;
    }
    if (status != NSYM_OK) status = nsym_fail_in(status, "%s:%zu: ", path, lines.number);
    nsym_lines_close(&lines);
    return status;
}
