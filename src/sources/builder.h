/* Events while they are made row by row: the columns of the event that a row is of, and particles of its own. */
#ifndef NSYM_SOURCES_BUILDER_H
#define NSYM_SOURCES_BUILDER_H

#include <nearsym/events.h>
#include <stdbool.h>

typedef struct nsym_builder {
    nsym_events *like; /* one event at most, with columns and attributes; owned */
    size_t features;
    char **names; /* (features) */
    char **units; /* (features) where the particles are as those of `like`; or NULL */
    size_t count, room;
    double **column;   /* (like->columns)(room, width) */
    size_t *origin;    /* (room) */
    uint64_t *offsets; /* (room + 1) */
    double *particles; /* (space, features) */
    size_t space;
} nsym_builder;

/* Empty, for events with the columns and attributes of `like` and such particles, which have its units where `names`
   are its own; features 0: none. Free it whatever the status. */
nsym_status nsym_builder_begin(nsym_builder *out, const nsym_events *like, const char *const *names,
                               size_t features) NSYM_MUST_CHECK;
void nsym_builder_free(nsym_builder *rows);

/* Appends a row of event `i` of `events`, which are as `like`, with particles (n, features). */
nsym_status nsym_builder_add(nsym_builder *rows, const nsym_events *events, size_t i, const double *particles,
                             size_t n) NSYM_MUST_CHECK;

/* New events of all rows. */
nsym_status nsym_builder_end(nsym_events **out, const nsym_builder *rows) NSYM_MUST_CHECK;

#endif
