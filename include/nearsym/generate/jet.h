/* A jet about a muon of heavy flavour: what is left of the hadron that decayed, its core, which falls apart into
   hadrons close together, and wide fragments beside it. A toy whose shape is tuned to Pythia's. */
#ifndef NEARSYM_GENERATE_JET_H
#define NEARSYM_GENERATE_JET_H

#include <nearsym/generate/activity.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Momenta across an axis are of each of the two coordinates, Gaussian; an angle is such a momentum over the pT. */
typedef struct nsym_jet_options {
    double share;      /* mean of the core's pT over the muon's; 0.83 */
    double shape;      /* of the gamma distribution of the core's pT; 2.06 */
    double kt_gev;     /* momentum of the core and of the muon across their sum; 1.02 */
    double hadrons;    /* the core has 1 + Poisson(hadrons ln(1 + pT / scale)) of them; 2.54 */
    double scale_gev;  /* 1.34 */
    double spread_gev; /* momentum of such a hadron across the core's axis; 0.31 */
    double tail;       /* mean number of wide fragments, of any pT; 2 */
    double tail_gev;   /* their spectrum is dN/dpT ~ (1 + pT / tail_gev)^-(tail_power + 1); 3.4 */
    double tail_power; /* 4 */
    double tail_width; /* their spread about the sum of core and muon, each coordinate; 0.22 */
    double charged;    /* share of charged hadrons among all; 0.59 */
    double pions;      /* of neutral pions, each of which is two photons; 0.26 */
    double leptons;    /* of electrons; neutral hadrons are the rest; 0.015 */
} nsym_jet_options;

NSYM_API nsym_jet_options nsym_jet_defaults(void);

/* Errors: a number out of its range, by name. The function below takes options that passed. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_jet_check(const nsym_jet_options *options);

/* Adds the jet of muon number `index` of the seed of `around` to what lies around it. Errors: a muon that the field
   turns back before the calorimeter; no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_jet_draw(nsym_activity *out, const nsym_jet_options *options,
                                                   const nsym_activity_options *around, uint64_t index,
                                                   const nsym_muon *muon);

#ifdef __cplusplus
}
#endif
#endif
