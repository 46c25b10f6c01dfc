/* Momentum resolution: what breaks the Lorentz invariance of a pair of muons. */
#ifndef NSYM_DETECTOR_SMEAR_H
#define NSYM_DETECTOR_SMEAR_H

#include <nearsym/random.h>
#include <stdbool.h>
#include <stddef.h>

/* What stays as it is while the transverse momentum changes. */
typedef enum nsym_smear_keep { NSYM_KEEP_ETA, NSYM_KEEP_PZ } nsym_smear_keep;

typedef struct nsym_smear {
    double resolution; /* sigma(pT) / pT */
    bool shared;       /* one draw for all particles of an event, scaled by the first one's pT (as the published code of
                          PRD 111, 072002 does); else one draw each */
    nsym_smear_keep keep;
} nsym_smear;

/* Smears an event's four-momenta in place: pT by a Gaussian, phi and mass kept, pz scaled with pT (keep eta) or left as
   it is (keep pz). A draw that would turn pT around is drawn again; where a shared shift would turn another particle's
   around, its size is taken. Shape: p4 (n, 4) as px, py, pz, E in GeV. */
void nsym_smear_event(const nsym_smear *smear, nsym_random *random, double *p4, size_t n);

#endif
