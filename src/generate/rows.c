#include "generate/rows.h"

#include "base/fail.h"
#include "data/events.h"

#include <stdlib.h>
#include <string.h>

void nsym_rows_free(nsym_rows *rows) {
    free(rows->row);
    *rows = (nsym_rows){0};
}

nsym_status nsym_rows_reserve(nsym_rows *rows, size_t more) {
    if (rows->count + more <= rows->capacity) return NSYM_OK;
    size_t capacity = 2 * rows->capacity + more;
    float *grown = realloc(rows->row, capacity * NSYM_ROW_FEATURES * sizeof *grown);
    if (!grown) return nsym_fail(NSYM_ENOMEM, "muons: no memory for %zu particles", capacity);
    rows->row = grown;
    rows->capacity = capacity;
    return NSYM_OK;
}

void nsym_rows_put(nsym_rows *rows, double pt, double d_eta, double d_phi, double last) {
    const float row[NSYM_ROW_FEATURES] = {(float)pt, (float)d_eta, (float)d_phi, (float)last};
    memcpy(rows->row + NSYM_ROW_FEATURES * rows->count++, row, sizeof row);
}

nsym_status nsym_rows_put_neighbours(nsym_rows *rows, const nsym_activity *activity, double radius, double pt_min) {
    NSYM_TRY(nsym_rows_reserve(rows, activity->count));
    for (const nsym_neighbour *n = activity->neighbour; n < activity->neighbour + activity->count; n++)
        if (n->pt > pt_min && n->d_eta * n->d_eta + n->d_phi * n->d_phi < radius * radius)
            nsym_rows_put(rows, n->pt, n->d_eta, n->d_phi, n->kind);
    return NSYM_OK;
}

nsym_status nsym_rows_give(const nsym_rows *rows, nsym_events *events, const char *last, const uint64_t *offsets) {
    const char *names[NSYM_ROW_FEATURES] = {"pt", "d_eta", "d_phi", last};
    static const char *const units[NSYM_ROW_FEATURES] = {"GeV", "", "", ""};
    NSYM_TRY(nsym_events_set_particles(events, NSYM_ROW_FEATURES, names, units, offsets));
    for (size_t k = 0; k < NSYM_ROW_FEATURES * rows->count; k++) events->particles[k] = (double)rows->row[k];
    return NSYM_OK;
}
