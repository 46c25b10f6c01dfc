/* Events of a generator of muons with what surrounds them: columns, particles and attributes, made one event after the
   other. */
#ifndef NSYM_GENERATE_MUON_EVENTS_H
#define NSYM_GENERATE_MUON_EVENTS_H

#include "generate/activity.h"
#include "generate/jet.h"
#include "generate/rows.h"
#include "options/fields.h"

#include <stdbool.h>

typedef struct nsym_muon_column {
    const char *name, *unit, *meaning;
} nsym_muon_column;

/* A generator at work. Borrowed. */
typedef struct nsym_muon_maker {
    const char *name; /* "muons", for messages and the attribute generator, "nearsym muons" */
    const void *options;
    const nsym_activity_options *activity; /* of these options */
    size_t activity_count;                 /* how many of its numbers are kept, too */
    const nsym_jet_options *jet;           /* NULL: there is none of this kind */
    const nsym_field *fields;              /* (count) of the options' numbers, kept as attributes */
    size_t count;
    const nsym_muon_column *column; /* (columns) */
    size_t columns;
    const char *last; /* the particles' fourth feature: "kind" or "cell" */
    /* Event `index`: its values (columns), and its particles put in the rows; `room` is used again and again. */
    nsym_status (*simulate)(void *context, const void *options, uint64_t index, double *values, nsym_activity *room,
                            nsym_rows *rows);
    void *context;
    bool (*stop)(void); /* asked before every event; true ends the work; NULL: never */
} nsym_muon_maker;

/* New events first ... first + count - 1. Errors: those of simulate; no memory; NSYM_EINTERRUPTED after `stop`. */
nsym_status nsym_muon_events_make(nsym_events **out, const nsym_muon_maker *maker, uint64_t first,
                                  size_t count) NSYM_MUST_CHECK;

#endif
