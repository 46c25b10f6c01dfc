#include "generate/muon_events.h"

#include "base/fail.h"
#include "data/events.h"

#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS_MAX = 32 };

static nsym_status set_attributes(nsym_events *events, const nsym_muon_maker *m) {
    char text[64];
    snprintf(text, sizeof text, "nearsym %s", m->name);
    NSYM_TRY(nsym_events_set_attribute(events, "generator", text));
    snprintf(text, sizeof text, "%llu", (unsigned long long)m->activity->seed);
    NSYM_TRY(nsym_events_set_attribute(events, "seed", text));
    for (size_t i = 0; i < m->count; i++)
        NSYM_TRY(nsym_events_set_number(events, m->fields[i].key, nsym_field_number(m->options, &m->fields[i])));
    for (size_t i = 0; i < m->activity_count; i++) {
        const nsym_field *field = &nsym_activity_fields[i];
        NSYM_TRY(nsym_events_set_number(events, field->key, nsym_field_number(m->activity, field)));
    }
    for (size_t i = 0; m->jet && i < NSYM_JET_FIELDS; i++)
        NSYM_TRY(
            nsym_events_set_number(events, nsym_jet_fields[i].key, nsym_field_number(m->jet, &nsym_jet_fields[i])));
    return NSYM_OK;
}

/* Fills the events. Shape: offsets (events->count + 1), from 0. */
static nsym_status fill(nsym_events *events, const nsym_muon_maker *m, uint64_t first, nsym_activity *room,
                        nsym_rows *rows, uint64_t *offsets) {
    double *column[COLUMNS_MAX], values[COLUMNS_MAX];
    for (size_t c = 0; c < m->columns; c++)
        NSYM_TRY(
            nsym_events_add_column(events, m->column[c].name, m->column[c].unit, m->column[c].meaning, 1, &column[c]));
    for (size_t i = 0; i < events->count; i++) {
        if (m->stop && m->stop())
            return nsym_fail(NSYM_EINTERRUPTED, "stopped on request after %zu of %zu events", i, events->count);
        NSYM_TRY(m->simulate(m->context, m->options, first + i, values, room, rows));
        for (size_t c = 0; c < m->columns; c++) column[c][i] = values[c];
        offsets[i + 1] = rows->count;
    }
    NSYM_TRY(nsym_rows_give(rows, events, m->last, offsets));
    return set_attributes(events, m);
}

nsym_status nsym_muon_events_make(nsym_events **out, const nsym_muon_maker *m, uint64_t first, size_t count) {
    nsym_activity room = {0};
    nsym_rows rows = {0};
    nsym_events *events = NULL;
    uint64_t *offsets = count < PTRDIFF_MAX / sizeof *offsets - 1 ? calloc(count + 1, sizeof *offsets) : NULL;
    *out = NULL;
    nsym_status status = offsets ? nsym_events_new(&events, count)
                                 : nsym_fail(NSYM_ENOMEM, "%s: no memory for %zu events", m->name, count);
    if (status == NSYM_OK) status = fill(events, m, first, &room, &rows, offsets);
    nsym_activity_free(&room);
    nsym_rows_free(&rows);
    free(offsets);
    if (status == NSYM_OK)
        *out = events;
    else
        nsym_events_free(events);
    return status;
}
