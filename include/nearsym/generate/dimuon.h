/* Leading-order dimuon events at the LHC: q qbar -> Z -> mu+ mu- and q qbar -> gamma* -> mu+ mu-, without interference.
 */
#ifndef NEARSYM_DIMUON_H
#define NEARSYM_DIMUON_H

#include <nearsym/events.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum nsym_dimuon_process { NSYM_DIMUON_Z, NSYM_DIMUON_PHOTON } nsym_dimuon_process;

typedef struct nsym_dimuon_options {
    nsym_dimuon_process process;
    size_t events;
    uint64_t seed;
    double beam_energy_gev; /* each beam; 6500 */
    double mass_min_gev;    /* 70 */
    double pt_min_gev;      /* 10 */
    double eta_max;         /* 2.5 */
    double delta_r_min;     /* 0.4 */
} nsym_dimuon_options;

NSYM_API nsym_dimuon_options nsym_dimuon_defaults(nsym_dimuon_process process);

/* New unweighted events: particles of the whole record (incoming quarks, the Z where the process has one, mu+, mu-)
   with the features pdg, status, mother1, mother2, colour1, colour2, px, py, pz, energy, mass, lifetime, spin, as an
   LHE file read in has them; attributes cross_section_pb and cross_section_error_pb. The same events for a seed
   whatever their number: event i of a longer sample is event i of a shorter one. Errors: cuts that no event passes, a
   number out of its range. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_dimuon_generate(nsym_events **out, const nsym_dimuon_options *options);

#ifdef __cplusplus
}
#endif
#endif
