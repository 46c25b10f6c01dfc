#include "ledger/parcel.h"

#include "base/fail.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Everything is a multiple of 8 bytes: a text is its size, then its letters and zeros, at least one. */
static size_t text_size(const char *text) {
    return sizeof(uint64_t) + (strlen(text) / 8 + 1) * 8;
}

static char *put(char *at, const void *value, size_t size) {
    if (size) memcpy(at, value, size);
    return at + size;
}

static char *put_text(char *at, const char *text) {
    uint64_t size = text_size(text) - sizeof size;
    at = put(at, &size, sizeof size);
    memset(at + size - 8, 0, 8);
    memcpy(at, text, strlen(text));
    return at + size;
}

/* What is left to be read. */
typedef struct rest {
    const char *at;
    size_t size;
} rest;

static bool take(rest *r, void *value, size_t size) {
    if (r->size < size) return false;
    memcpy(value, r->at, size);
    r->at += size;
    r->size -= size;
    return true;
}

static bool take_text(rest *r, const char **text) {
    uint64_t size;
    if (!take(r, &size, sizeof size) || size == 0 || size % 8 || size > r->size || r->at[size - 1]) return false;
    *text = r->at;
    r->at += size;
    r->size -= (size_t)size;
    return true;
}

/* The numbers of a measure. */
typedef struct numbers {
    uint64_t epoch, draws;
    double value, test_error, fit_error;
} numbers;

static size_t measure_size(const nsym_measure *m) {
    return text_size(m->metric) + sizeof(numbers) + m->draw_count * sizeof(double);
}

static size_t measures_size(const nsym_measure *measures, size_t n) {
    size_t size = 0;
    for (size_t i = 0; i < n; i++) size += measure_size(&measures[i]);
    return size;
}

static char *put_measures(char *at, const nsym_measure *measures, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const nsym_measure *m = &measures[i];
        const numbers of = {m->epoch, m->draw_count, m->value, m->test_error, m->fit_error};
        at = put_text(at, m->metric);
        at = put(at, &of, sizeof of);
        at = put(at, m->draws, m->draw_count * sizeof(double));
    }
    return at;
}

static bool take_measure(rest *r, nsym_measure *m) {
    numbers of;
    if (!take_text(r, &m->metric) || !take(r, &of, sizeof of) || of.draws > r->size / sizeof(double)) return false;
    m->epoch = (size_t)of.epoch;
    m->value = of.value;
    m->test_error = of.test_error;
    m->fit_error = of.fit_error;
    m->draw_count = (size_t)of.draws;
    m->draws = of.draws ? (const double *)(const void *)r->at : NULL;
    r->at += of.draws * sizeof(double);
    r->size -= (size_t)of.draws * sizeof(double);
    return true;
}

nsym_status nsym_parcel_pack(void **bytes, size_t *size, const nsym_measure *measures, size_t n) {
    *size = measures_size(measures, n);
    *bytes = malloc(*size + 1);
    if (!*bytes) return nsym_fail(NSYM_ENOMEM, "no memory for %zu measures", n);
    put_measures(*bytes, measures, n);
    return NSYM_OK;
}

nsym_status nsym_parcel_unpack(nsym_measure **measures, size_t *n, const void *bytes, size_t size) {
    rest r = {bytes, size};
    *n = 0;
    *measures = malloc((size / (sizeof(numbers) + 16) + 1) * sizeof **measures); /* the least that one takes */
    if (!*measures) return nsym_fail(NSYM_ENOMEM, "no memory for the measures of a run");
    while (r.size > 0 && take_measure(&r, &(*measures)[*n])) ++*n;
    if (r.size == 0) return NSYM_OK;
    free(*measures);
    *measures = NULL;
    return nsym_fail(NSYM_EFORMAT, "incomplete measures");
}

nsym_status nsym_parcel_pack_run(void **bytes, size_t *size, const nsym_parcel_run *run) {
    const char *const texts[] = {run->key, run->coordinates, run->cpu, run->finished_at};
    *size = sizeof run->seconds + measures_size(run->measures, run->n);
    for (size_t i = 0; i < 4; i++) *size += text_size(texts[i]);
    char *at = malloc(*size);
    *bytes = at;
    if (!at) return nsym_fail(NSYM_ENOMEM, "no memory for %zu measures", run->n);
    at = put(at, &run->seconds, sizeof run->seconds);
    for (size_t i = 0; i < 4; i++) at = put_text(at, texts[i]);
    put_measures(at, run->measures, run->n);
    return NSYM_OK;
}

nsym_status nsym_parcel_unpack_run(nsym_parcel_run *run, const void *bytes, size_t size) {
    rest r = {bytes, size};
    nsym_measure *measures;
    *run = (nsym_parcel_run){0};
    if (!take(&r, &run->seconds, sizeof run->seconds) || !take_text(&r, &run->key) ||
        !take_text(&r, &run->coordinates) || !take_text(&r, &run->cpu) || !take_text(&r, &run->finished_at))
        return nsym_fail(NSYM_EFORMAT, "an incomplete run");
    NSYM_TRY(nsym_parcel_unpack(&measures, &run->n, r.at, r.size));
    run->measures = measures;
    return NSYM_OK;
}
