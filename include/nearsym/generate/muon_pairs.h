/* Samples of two muons as a collider records them: decays of a Z, both muons prompt, and pairs of which the first muon
   comes from a heavy flavour, over a range of their mass; with what lies around the first. A toy, to try out on known
   truth what is learnt from data without labels. */
#ifndef NEARSYM_GENERATE_MUON_PAIRS_H
#define NEARSYM_GENERATE_MUON_PAIRS_H

#include <nearsym/events.h>
#include <nearsym/generate/jet.h>
#include <nearsym/progress.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_MUON_PAIRS_RADIUS 0.45 /* what is farther from the muon is left out */

typedef struct nsym_muon_pairs_options {
    /* What is flat around any muon, and the seed. As nsym_activity_defaults but for the 21 interactions of pile-up of
       2012. Its radius is at least 0.45; its own jet is not used. */
    nsym_activity_options activity;
    /* What lies around a muon of heavy flavour beside. As nsym_jet_defaults but softer, as muons of 25 GeV and more
       that passed a trigger have it: share 0.3, shape 0.7, tail 1. */
    nsym_jet_options jet;
    double stray;     /* the share of interactions without a vertex of their own: charged particles of theirs pass for
                         the muon's, kind 1; 0.35 */
    double signal;    /* the share of prompt pairs; 0.956 */
    double same_sign; /* the share of pairs of equal charge among the others; 0.098 */

    /* The mass: a Voigt profile of prompt pairs, and dN/dm ~ e^(-m / tau) of the others, cut to the window. */
    double mass_gev;                   /* 90.8 */
    double sigma_gev;                  /* 0.865 */
    double gamma_gev;                  /* half width at half maximum; 1.7135 */
    double tau_gev;                    /* 14.97 */
    double mass_min_gev, mass_max_gev; /* 70, 110 */

    double mu_pt_min_gev;   /* both muons are above it; 25 */
    double mu_eta_max;      /* both |eta| are below it; 2.1 */
    double pair_pt_gev;     /* mean transverse momentum of a Z; 15 */
    double pair_rapidity;   /* it is flat up to this; 2.4 */
    double nonprompt_power; /* dN/dpT ~ pT^-power; 4.2 */
    double nonprompt_bow;   /* dN/deta ~ 1 - bow (eta / mu_eta_max)^2; 0.4 */

    size_t events;           /* 1078726 */
    size_t workers;          /* threads; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void);      /* asked once a block; true ends the work; NULL: never */
} nsym_muon_pairs_options;

/* The counts, the window and the fit of the mass are those of CMS data (arXiv:2306.15737). */
NSYM_API nsym_muon_pairs_options nsym_muon_pairs_defaults(void);

/* New sample of events `first` ... `first` + `count` - 1 of the seed. Event i is prompt where floor((i + 1) signal) is
   above floor(i signal). Within a species neither the first muon nor what lies around it depends on the mass; the
   second muon is such that the two have that mass (of massless muons).
   Particles: what lies within 0.45 of the first muon at the vertex with pT above activity.pt_min_gev, with the
   features pt (GeV), d_eta, d_phi (from the muon), kind (nsym_neighbour_kind).
   Columns: truth (1 both muons prompt, 0 not), mass (GeV), mu_pt (GeV), mu_eta, mu_phi, mu_charge of the first muon,
   mu2_pt, mu2_eta, mu2_phi, mu2_charge of the second, npu (interactions of pile-up); what was simulated stands in the
   attributes. `events`, `workers`, `progress` and `stop` do not enter.
   Errors: an option out of its range, by name; a window with too little of the Voigt profile in it, or a Z whose muons
   hardly ever pass the cuts (not one in 100000 tries); no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_muon_pairs_generate(nsym_events **out, const nsym_muon_pairs_options *options,
                                                              uint64_t first, size_t count);

/* Writes events 0 ... events - 1, block by block, as nsym_events_writer does: of an HDF5 file no more than a block a
   worker is in memory. Errors: as nsym_muon_pairs_generate; no events; NSYM_EINTERRUPTED after `stop`; those of the
   writer. On failure nothing is left behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_muon_pairs_write(const nsym_muon_pairs_options *options, const char *path);

#ifdef __cplusplus
}
#endif
#endif
