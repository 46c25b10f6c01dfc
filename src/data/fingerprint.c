#include "data/fingerprint.h"

#include "base/fail.h"
#include "base/hash.h"
#include "data/events.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t x) {
    return nsym_hash_mix(x + UINT64_C(0x9e3779b97f4a7c15));
}

static uint64_t add_number(uint64_t hash, double value) {
    float rounded = (float)value;
    uint32_t bits;
    if (rounded == 0) rounded = 0; /* -0 too */
    if (isnan(rounded)) rounded = NAN;
    memcpy(&bits, &rounded, sizeof bits);
    return mix(hash ^ bits);
}

/* Values of an event: `width` from [event * stride] on. */
typedef struct {
    const double *values;
    size_t stride, width;
} place;

/* Where the fields are: features, and columns. */
typedef struct {
    size_t features, columns;
    size_t *feature; /* (fields) */
    place *column;   /* (fields) */
} layout;

static void free_layout(layout *at) {
    free(at->feature);
    free(at->column);
}

/* A whole column, or one value of a column that labels it so. */
static place find_column(const nsym_events *events, const char *name) {
    const nsym_column *column = nsym_events_column(events, name);
    if (column) return (place){column->values, column->width, column->width};
    place one = {.width = 1};
    one.values = nsym_events_values(events, name, &one.stride);
    return one;
}

static nsym_status find_field(layout *at, const nsym_events *events, const char *name) {
    size_t feature = events->offsets ? nsym_events_feature(events, name) : NSYM_NONE;
    const place column = feature == NSYM_NONE ? find_column(events, name) : (place){0};
    if (feature != NSYM_NONE)
        at->feature[at->features++] = feature;
    else if (column.values)
        at->column[at->columns++] = column;
    else
        return nsym_fail(NSYM_ENOTFOUND, "there is no '%s'", name);
    return NSYM_OK;
}

static nsym_status find_fields(layout *at, const nsym_events *events, const char *fields) {
    char *text = strdup(fields), *rest = NULL;
    size_t count = 1;
    for (const char *c = fields; *c; c++) count += *c == ',';
    *at = (layout){.feature = malloc(count * sizeof *at->feature), .column = malloc(count * sizeof *at->column)};
    nsym_status status =
        text && at->feature && at->column ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the names of fields");
    for (char *name = status == NSYM_OK ? strtok_r(text, ",", &rest) : NULL; status == NSYM_OK && name;
         name = strtok_r(NULL, ",", &rest))
        status = find_field(at, events, name);
    free(text);
    return status;
}

static uint64_t hash_of(const nsym_events *events, const layout *at, size_t i) {
    uint64_t hash = 0, particles = 0;
    for (size_t c = 0; c < at->columns; c++)
        for (size_t k = 0; k < at->column[c].width; k++)
            hash = add_number(hash, at->column[c].values[i * at->column[c].stride + k]);
    if (at->features == 0) return hash;
    uint64_t first = events->offsets[i], end = events->offsets[i + 1];
    if (first == end && at->columns == 0) return 0;
    for (uint64_t row = first; row < end; row++) {
        uint64_t particle = 1;
        for (size_t k = 0; k < at->features; k++)
            particle = add_number(particle, events->particles[row * events->features + at->feature[k]]);
        particles += particle; /* in any order */
    }
    return mix(hash ^ mix(particles + end - first));
}

nsym_status nsym_events_hash(uint64_t *hashes, const nsym_events *events, const char *fields) {
    layout at;
    nsym_status status = find_fields(&at, events, fields);
    for (size_t i = 0; status == NSYM_OK && i < events->count; i++) hashes[i] = hash_of(events, &at, i);
    free_layout(&at);
    return status;
}

typedef struct {
    uint64_t hash;
    double origin;
} entry;

static int by_hash(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->hash != y->hash) return x->hash > y->hash ? 1 : -1;
    return (x->origin > y->origin) - (x->origin < y->origin);
}

nsym_status nsym_fingerprints_take(nsym_fingerprints *out, const uint64_t *hashes, const double *origin, size_t n) {
    entry *all = malloc((n + 1) * sizeof *all);
    size_t used = 0, alone = 0, shared = 0;
    *out = (nsym_fingerprints){0};
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory for the fingerprints of %zu events", n);
    for (size_t i = 0; i < n; i++)
        if (hashes[i]) all[used++] = (entry){hashes[i], origin[i]};
    qsort(all, used, sizeof *all, by_hash);
    for (size_t i = 0, end; i < used; i = end) {
        size_t origins = 1;
        for (end = i + 1; end < used && all[end].hash == all[i].hash; end++)
            origins += all[end].origin != all[end - 1].origin;
        if (origins > 1)
            shared += origins;
        else if (alone++ < NSYM_FINGERPRINTS_MAX)
            out->hash[out->count++] = all[i].hash;
    }
    if (100 * shared > alone + shared) out->count = 0;
    free(all);
    return NSYM_OK;
}

static bool holds(const nsym_fingerprints *f, uint64_t hash) {
    size_t low = 0, high = f->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->hash[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < f->count && f->hash[low] == hash;
}

void nsym_fingerprints_look(nsym_fingerprint_tally *tally, const nsym_fingerprints *f, const uint64_t *hashes,
                            size_t n) {
    if (f->count == 0) return;
    uint64_t last = f->count < NSYM_FINGERPRINTS_MAX ? UINT64_MAX : f->hash[f->count - 1];
    tally->events += n;
    for (size_t i = 0; i < n; i++) {
        if (hashes[i] > last) continue;
        tally->looked++;
        tally->found += holds(f, hashes[i]);
    }
}

double nsym_fingerprints_estimate(const nsym_fingerprint_tally *t) {
    return t->looked ? (double)t->events * (double)t->found / (double)t->looked : 0;
}
