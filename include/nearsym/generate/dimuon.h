/* Generates leading-order dimuon events at the LHC: q qbar -> Z -> mu+ mu- and q qbar -> gamma* -> mu+ mu-, without
   interference. */
#ifndef NEARSYM_DIMUON_H
#define NEARSYM_DIMUON_H

#include <nearsym/events.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum nsym_dimuon_process { NSYM_DIMUON_Z, NSYM_DIMUON_PHOTON } nsym_dimuon_process;

/* What to generate. */
typedef struct nsym_dimuon_options {
    nsym_dimuon_process process;
    size_t events;
    uint64_t seed;
    double beam_energy_gev; /* of each beam; default 6500 */
    double mass_min_gev;    /* smallest mass of the muon pair; default 70 */
    double pt_min_gev;      /* smallest pT of a muon; default 10 */
    double eta_max;         /* largest |eta| of a muon; default 2.5 */
    double delta_r_min;     /* smallest distance of the muons in (eta, phi); default 0.4 */
    bool (*stop)(void);     /* called before every event; if it returns true, the work ends; NULL: never */
} nsym_dimuon_options;

NSYM_API nsym_dimuon_options nsym_dimuon_defaults(nsym_dimuon_process process);

/* New sample of unweighted events. Particles are those of the whole record (incoming quarks, the Z if the process has
   one, mu+, mu-) with the features of an LHE file: pdg, status, mother1, mother2, colour1, colour2, px, py, pz, energy,
   mass, lifetime, spin. Momenta are in GeV. Attributes are cross_section_pb and cross_section_error_pb. Event i depends
   only on the seed and on i, not on the number of events. Errors: cuts that no event passes; a number out of its
   range; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_dimuon_generate(nsym_events **out, const nsym_dimuon_options *options);

#ifdef __cplusplus
}
#endif
#endif
