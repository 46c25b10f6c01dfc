/* Simulates muon pairs as a collider records them, over a range of masses: Z decays with two prompt muons, and other
   pairs, whose first muon comes from a heavy flavour. The particles around the first muon are simulated, too. This is a
   toy with known truth, to test methods that learn from data without labels. */
#ifndef NEARSYM_GENERATE_MUON_PAIRS_H
#define NEARSYM_GENERATE_MUON_PAIRS_H

#include <nearsym/events.h>
#include <nearsym/generate/jet.h>
#include <nearsym/progress.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_MUON_PAIRS_RADIUS 0.45 /* particles farther from the muon are left out */

/* What to simulate, and how. */
typedef struct nsym_muon_pairs_options {
    /* Surroundings of any muon, and the seed. Defaults: nsym_activity_defaults with the 21 pile-up interactions of
       2012. The radius must be at least 0.45. The jet options in it are not used. */
    nsym_activity_options activity;
    /* Jet around a muon from a heavy flavour. Defaults: nsym_jet_defaults, but softer, as for muons above 25 GeV that
       passed a trigger: share 0.3, shape 0.7, tail 1. */
    nsym_jet_options jet;
    double stray;  /* fraction of interactions without a vertex of their own, whose charged particles are taken for the
                      muon's (kind 1); default 0.35 */
    double signal; /* fraction of prompt pairs; default 0.956 */
    double same_sign; /* fraction of pairs of equal charge among the others; default 0.098 */

    /* The mass: a Voigt profile for prompt pairs and dN/dm ~ e^(-m / tau) for the others, both cut to the window. */
    double mass_gev;                   /* centre of the Voigt profile; default 90.8 */
    double sigma_gev;                  /* standard deviation of its resolution; default 0.865 */
    double gamma_gev;                  /* its half width at half maximum; default 1.7135 */
    double tau_gev;                    /* tau of the other pairs; default 14.97 */
    double mass_min_gev, mass_max_gev; /* the window; default 70, 110 */

    double mu_pt_min_gev;   /* smallest pT of both muons; default 25 */
    double mu_eta_max;      /* largest |eta| of both muons; default 2.1 */
    double pair_pt_gev;     /* mean transverse momentum of a Z; default 15 */
    double pair_rapidity;   /* the rapidity of a Z is uniform within +- this value; default 2.4 */
    double nonprompt_power; /* power of dN/dpT ~ pT^-power; default 4.2 */
    double nonprompt_bow;   /* bow of dN/deta ~ 1 - bow (eta / mu_eta_max)^2; default 0.4 */

    size_t events;           /* number of events; default 1078726 */
    size_t workers;          /* threads; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void);      /* called before every event; if it returns true, the work ends; NULL: never */
} nsym_muon_pairs_options;

/* Default options: numbers of events, window and fitted mass spectrum are those of CMS data (arXiv:2306.15737). */
NSYM_API nsym_muon_pairs_options nsym_muon_pairs_defaults(void);

/* New sample of events `first` ... `first` + `count` - 1 of the seed. Event i is prompt if floor((i + 1) signal) is
   above floor(i signal). Within a species, the first muon and its surroundings do not depend on the mass. The second
   muon is chosen so that the pair has the mass (muons count as massless). `events`, `workers` and `progress` are not
   used.

   Particles: those within 0.45 of the first muon at the vertex with pT above activity.pt_min_gev; features pt (GeV),
   d_eta, d_phi (relative to the muon), kind (nsym_neighbour_kind).

   Columns: truth (1: both muons are prompt; 0: not), mass (GeV), mu_pt (GeV), mu_eta, mu_phi, mu_charge of the first
   muon, mu2_pt (GeV), mu2_eta, mu2_phi, mu2_charge of the second, npu (pile-up interactions). Attributes hold the
   options of the simulation.

   Errors: an option out of its range, with its name; a window that holds too little of the Voigt profile; a Z whose
   muons hardly ever pass the cuts (not once in 100000 tries); no memory; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_muon_pairs_generate(nsym_events **out, const nsym_muon_pairs_options *options,
                                                              uint64_t first, size_t count);

/* Writes events 0 ... events - 1 block by block, as nsym_events_writer does. For an HDF5 file at most one block per
   thread is in memory. Errors: as nsym_muon_pairs_generate; no events; as the writer. On failure nothing
   is left behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_muon_pairs_write(const nsym_muon_pairs_options *options, const char *path);

#ifdef __cplusplus
}
#endif
#endif
