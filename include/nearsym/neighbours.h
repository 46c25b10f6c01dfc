/* Particles around a muon. */
#ifndef NEARSYM_NEIGHBOURS_H
#define NEARSYM_NEIGHBOURS_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a particle is, as a particle-flow list tells it. */
typedef enum nsym_neighbour_kind {
    NSYM_CHARGED_HADRON = 1, /* of the muon's own vertex */
    NSYM_NEUTRAL_HADRON = 2, /* of any vertex */
    NSYM_PHOTON = 3,         /* of any vertex */
    NSYM_LEPTON = 4,         /* an electron, or another muon */
    NSYM_PILE_UP = 5         /* charged hadron of another vertex */
} nsym_neighbour_kind;

/* A particle, seen from the muon: at the vertex, and where it hits the calorimeter. */
typedef struct nsym_neighbour {
    nsym_neighbour_kind kind;
    double pt; /* GeV */
    double d_eta, d_phi;
    double d_phi_calorimeter; /* from where the muon hits it; NaN where the field turns it back before */
} nsym_neighbour;

/* All that lies within the radius at the vertex or at the calorimeter, and the rest of a jet. Begin with zeros; use it
   again and again; its array grows (free with nsym_activity_free, NULL is fine). */
typedef struct nsym_activity {
    size_t count, capacity;
    nsym_neighbour *neighbour; /* (count) */
} nsym_activity;

NSYM_API void nsym_activity_free(nsym_activity *activity);

#ifdef __cplusplus
}
#endif
#endif
