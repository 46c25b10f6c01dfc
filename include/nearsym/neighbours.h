/* Particles around a muon. */
#ifndef NEARSYM_NEIGHBOURS_H
#define NEARSYM_NEIGHBOURS_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Kind of a particle, as in a particle-flow list. */
typedef enum nsym_neighbour_kind {
    NSYM_CHARGED_HADRON = 1, /* from the muon's vertex */
    NSYM_NEUTRAL_HADRON = 2, /* from any vertex */
    NSYM_PHOTON = 3,         /* from any vertex */
    NSYM_LEPTON = 4,         /* an electron, or another muon */
    NSYM_PILE_UP = 5         /* charged hadron from another vertex */
} nsym_neighbour_kind;

/* A particle relative to the muon: at the vertex, and at the surface of the calorimeter. */
typedef struct nsym_neighbour {
    nsym_neighbour_kind kind;
    double pt; /* GeV */
    double d_eta, d_phi;
    double d_phi_calorimeter; /* relative to the point where the muon hits the calorimeter; NaN if the field turns the
                                 particle back before */
} nsym_neighbour;

/* All particles within the radius at the vertex or at the calorimeter, and the rest of a jet. Start with zeros and
   reuse it: its array grows (free with nsym_activity_free, NULL is fine). */
typedef struct nsym_activity {
    size_t count, capacity;
    nsym_neighbour *neighbour; /* (count) */
} nsym_activity;

NSYM_API void nsym_activity_free(nsym_activity *activity);

#ifdef __cplusplus
}
#endif
#endif
