/* Particles of many events one after the other, while it is not known how many there will be. */
#ifndef NSYM_GENERATE_ROWS_H
#define NSYM_GENERATE_ROWS_H

#include <nearsym/events.h>
#include <nearsym/generate/activity.h>

enum { NSYM_ROW_FEATURES = 4 };

/* Begin with zeros. Single precision is finer than any detector, and packs into half the file. */
typedef struct nsym_rows {
    size_t count, capacity;
    float *row; /* (count, NSYM_ROW_FEATURES): pt, d_eta, d_phi and what the particle is */
} nsym_rows;

void nsym_rows_free(nsym_rows *rows);

/* Makes room for `more` rows. */
NSYM_MUST_CHECK nsym_status nsym_rows_reserve(nsym_rows *rows, size_t more);

/* A row, for which there is room. */
void nsym_rows_put(nsym_rows *rows, double pt, double d_eta, double d_phi, double last);

/* Those within `radius` at the vertex and with a pt above `pt_min`, with their kind. */
NSYM_MUST_CHECK nsym_status nsym_rows_put_neighbours(nsym_rows *rows, const nsym_activity *activity, double radius,
                                                     double pt_min);

/* The rows become the particles of events. Shape: offsets (events->count + 1). */
NSYM_MUST_CHECK nsym_status nsym_rows_give(const nsym_rows *rows, nsym_events *events, const char *last,
                                           const uint64_t *offsets);

#endif
