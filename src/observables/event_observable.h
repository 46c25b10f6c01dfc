/* Observables of one name each, of an event's particles alone. A new one is a file, and a row in the table of
   event_observables.c. */
#ifndef NSYM_OBSERVABLES_EVENT_OBSERVABLE_H
#define NSYM_OBSERVABLES_EVENT_OBSERVABLE_H

#include <stddef.h>

typedef struct nsym_event_observable {
    const char *name, *unit, *meaning;
    unsigned needs;                                     /* of observables/neighbours.h, beside pt */
    double (*value)(const double *particles, size_t n); /* of particles (n, 3): pt, eta, phi */
} nsym_event_observable;

extern const nsym_event_observable nsym_sum_pt, nsym_width;

/* The table, NULL-terminated. */
extern const nsym_event_observable *const nsym_event_observables[];

/* Of that name; NULL: there is none. */
const nsym_event_observable *nsym_event_observable_named(const char *name);

#endif
