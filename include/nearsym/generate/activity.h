/* What lies around a muon: pile-up everywhere, and about a muon from a heavy flavour also its jet. A toy whose numbers
   of particles, spectra and profiles are tuned to Pythia's; no shower, no hadronisation, no decay is simulated. */
#ifndef NEARSYM_GENERATE_ACTIVITY_H
#define NEARSYM_GENERATE_ACTIVITY_H

#include <nearsym/neighbours.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Particles of pile-up of one species: their number per unit of area (eta, phi) and interaction, at any pT, and their
   spectrum dN/dpT ~ (1 + pT / scale)^-(power + 1). */
typedef struct nsym_soft_spectrum {
    double density, scale_gev, power;
} nsym_soft_spectrum;

typedef struct nsym_activity_options {
    uint64_t seed;
    const char *generator; /* names the random streams, so that samples of one seed by different generators are
                              independent; borrowed, up to 40 characters; "surroundings" */
    double radius;         /* of the cone that is filled, at the vertex and at the calorimeter; 0.47 */
    double pt_min_gev;     /* of charged particles of pile-up, where softer ones do not reach the calorimeter; 0.3 */
    double field_t;        /* of the solenoid; 2 */
    double depth_m;        /* the calorimeter's radius; 1.15 */
    double pile_up;        /* mean number of interactions beside the muon's; 50 */
    double underlying;     /* what the muon's own interaction adds, in pile-up interactions; 2.15 */
    double activity;       /* shape of the gamma distribution of an interaction's activity, whose mean is 1; 0.6 */
    nsym_soft_spectrum charged; /* 1.35, 2.4 GeV, 6.2 */
    nsym_soft_spectrum neutral; /* 0.21, 5.4 GeV, 9 */
    nsym_soft_spectrum photons; /* 1.18, 0.95 GeV, 4.8 */

    /* The jet of a non-prompt muon. */
    double core_share;      /* mean of the core's pT over the muon's; 0.8 */
    double core_shape;      /* of the gamma distribution of the core's pT; 3 */
    double core_kt_gev;     /* momentum of the core and of the muon across their sum, each coordinate; 1 */
    double core_hadrons;    /* mean number of particles of the core, one at least; 4.5 */
    double core_spread_gev; /* momentum of such a particle across the core's axis, each coordinate; 0.1 */
    double tail;            /* mean number of other particles, of any pT; 5 */
    double tail_scale_gev;  /* their spectrum, as those of pile-up; 3 */
    double tail_power;      /* 4 */
    double tail_width;      /* their spread about the sum of core and muon, each coordinate; 0.25 */
    double jet_charged, jet_photons, jet_leptons; /* shares; neutral hadrons are the rest; 0.52, 0.33, 0.015 */
} nsym_activity_options;

NSYM_API nsym_activity_options nsym_activity_defaults(void);

/* Errors: a number out of its range, by name; no generator's name, or a longer one. The functions below take options
 * that passed. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_activity_check(const nsym_activity_options *options);

typedef struct nsym_muon {
    bool prompt; /* else from a heavy flavour, with its jet */
    int charge;  /* +1 or -1 */
    double pt, eta, phi;
} nsym_muon;

/* Pile-up interactions of event `index`: Poisson. */
NSYM_API uint64_t nsym_activity_interactions(const nsym_activity_options *options, uint64_t index);

/* The surroundings of muon number `index` of a seed among `interactions` of pile-up. Those of a prompt muon and of a
   non-prompt one of the same charge and momentum differ by the jet alone, which comes last. Errors: a muon that the
   field turns back before the calorimeter; no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_activity_draw(nsym_activity *out, const nsym_activity_options *options,
                                                        uint64_t index, const nsym_muon *muon, uint64_t interactions);

#ifdef __cplusplus
}
#endif
#endif
