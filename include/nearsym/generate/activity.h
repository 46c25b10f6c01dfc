/* Simulates the surroundings of a muon: pile-up, and for a muon from a heavy flavour also its jet. This is a toy:
   numbers of particles, spectra and profiles are tuned to Pythia's, but it simulates no shower, hadronisation or
   decay. */
#ifndef NEARSYM_GENERATE_ACTIVITY_H
#define NEARSYM_GENERATE_ACTIVITY_H

#include <nearsym/neighbours.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Pile-up particles of one species: their number at any pT, per interaction and unit of area in (eta, phi), and their
   spectrum dN/dpT ~ (1 + pT / scale)^-(power + 1). */
typedef struct nsym_soft_spectrum {
    double density, scale_gev, power;
} nsym_soft_spectrum;

/* Options of the surroundings. */
typedef struct nsym_activity_options {
    uint64_t seed;
    const char *generator; /* name of the random streams: samples with the same seed but different generators are
                              independent. Borrowed, up to 40 characters; default "surroundings" */
    double radius;         /* radius of the cone that is filled, at the vertex and at the calorimeter; default 0.47 */
    double pt_min_gev; /* smallest pT of charged pile-up particles, which do not reach the calorimeter below it; default
                          0.3 */
    double field_t;    /* field of the solenoid; default 2 */
    double depth_m;    /* radius of the calorimeter; default 1.15 */
    double pile_up;    /* mean number of interactions in addition to the muon's; default 50 */
    double underlying; /* underlying event: what the muon's own interaction adds, in units of pile-up interactions;
                          default 2.15 */
    double activity;   /* shape parameter of the gamma distribution of an interaction's activity, which has mean 1;
                          default 0.6 */
    nsym_soft_spectrum charged; /* charged hadrons; default 1.35, 2.4 GeV, 6.2 */
    nsym_soft_spectrum neutral; /* neutral hadrons; default 0.21, 5.4 GeV, 9 */
    nsym_soft_spectrum photons; /* photons; default 1.18, 0.95 GeV, 4.8 */

    /* The jet of a non-prompt muon. */
    double core_share;   /* mean pT of the jet's core, in units of the muon's pT; default 0.8 */
    double core_shape;   /* shape parameter of the gamma distribution of the core's pT; default 3 */
    double core_kt_gev;  /* momentum of core and muon across their sum, standard deviation of each coordinate; default
                            1 */
    double core_hadrons; /* mean number of particles in the core, at least one; default 4.5 */
    double core_spread_gev; /* momentum of such a particle across the core's axis, standard deviation of each
                               coordinate; default 0.1 */
    double tail;            /* mean number of other particles, at any pT; default 5 */
    double tail_scale_gev;  /* scale of their spectrum, which has the form of pile-up's; default 3 */
    double tail_power;      /* power of their spectrum; default 4 */
    double tail_width; /* their spread about the sum of core and muon, standard deviation of each coordinate; default
                          0.25 */
    double jet_charged, jet_photons, jet_leptons; /* fractions of charged hadrons, photons and electrons; the rest are
                                                     neutral hadrons; default 0.52, 0.33, 0.015 */
} nsym_activity_options;

NSYM_API nsym_activity_options nsym_activity_defaults(void);

/* Checks options. Errors: a number out of its range, with its name; no name of the generator, or one that is too long.
   The functions below need options that passed. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_activity_check(const nsym_activity_options *options);

/* The muon; pt in GeV. */
typedef struct nsym_muon {
    bool prompt; /* true: prompt; false: from a heavy flavour, with its jet */
    int charge;  /* +1 or -1 */
    double pt, eta, phi;
} nsym_muon;

/* Number of pile-up interactions in event `index`, from a Poisson distribution. */
NSYM_API uint64_t nsym_activity_interactions(const nsym_activity_options *options, uint64_t index);

/* Fills *out with the surroundings of muon number `index` of a seed, with `interactions` of pile-up. For the same
   charge and momentum, the surroundings of a prompt and of a non-prompt muon differ only by the jet, which comes last.
   Errors: a muon that the field turns back before the calorimeter; no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_activity_draw(nsym_activity *out, const nsym_activity_options *options,
                                                        uint64_t index, const nsym_muon *muon, uint64_t interactions);

#ifdef __cplusplus
}
#endif
#endif
