/* The particles around a muon (or of a jet), whatever a file calls their features: the one place that knows the names.

   pt: pt, et. Places: d_eta and d_phi, deta and dphi (differences from the muon), eta and phi, y and phi, rapidity and
   phi. Without pt, a calorimeter's energy, x and y take their places, for all that needs no muon. Distances from the
   muon: the first two, or eta and phi with the event columns mu_eta and mu_phi. Kind: kind, one of nsym_neighbour_kind.
   The muon's pt: the event column mu_pt. */
#ifndef NSYM_OBSERVABLES_NEIGHBOURS_H
#define NSYM_OBSERVABLES_NEIGHBOURS_H

#include <nearsym/events.h>
#include <nearsym/neighbours.h>

#include <stdbool.h>

/* What is asked of the particles beside their pt, and of the event. */
enum { NSYM_PLACES = 1, NSYM_DISTANCES = 2, NSYM_KINDS = 4, NSYM_MUON_PT = 8 };

/* Where a sample has them. */
typedef struct nsym_neighbours {
    const nsym_events *events;
    size_t pt, eta, phi, kind; /* features; NSYM_NONE: not asked for */
    bool positions;            /* they are energy, x and y */
    /* (count) columns, borrowed; NULL: not asked for, or, of mu_eta and mu_phi, eta and phi are differences already */
    const double *mu_pt, *mu_eta, *mu_phi;
} nsym_neighbours;

/* Finds pt and what `needs` asks for. Errors: no particles, no such feature or column, and what there is instead. */
NSYM_MUST_CHECK nsym_status nsym_neighbours_find(nsym_neighbours *out, const nsym_events *events, unsigned needs);

/* The particles (n, 3) of an event: pt, eta, phi as they are in the sample (0 where places were not asked for). Errors,
   by event and particle: pt negative or no number, y of positions beyond 1.57, another number asked for that is none, a
   kind that is none, a muon's pt that is not above 0. */
NSYM_MUST_CHECK nsym_status nsym_neighbours_take(const nsym_neighbours *neighbours, size_t event, double *particles);

static inline size_t nsym_neighbours_count(const nsym_neighbours *s, size_t event) {
    return (size_t)(s->events->offsets[event + 1] - s->events->offsets[event]);
}

/* The distance (d_eta^2 + d_phi^2)^(1/2) of a place from the event's muon, d_phi in [-pi, pi]. */
double nsym_neighbours_distance(const nsym_neighbours *neighbours, size_t event, double eta, double phi);

/* Kind of a particle of an event that was taken. */
static inline nsym_neighbour_kind nsym_neighbours_kind(const nsym_neighbours *s, size_t event, size_t particle) {
    return (nsym_neighbour_kind)
        s->events->particles[(s->events->offsets[event] + particle) * s->events->features + s->kind];
}

#endif
