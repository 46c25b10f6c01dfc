/* Simulates the jet around a muon from a heavy flavour: the core, which is the rest of the hadron that decayed and
   divides into hadrons close together, and wide fragments. This is a toy whose shape is tuned to Pythia's. */
#ifndef NEARSYM_GENERATE_JET_H
#define NEARSYM_GENERATE_JET_H

#include <nearsym/generate/activity.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Options of the jet. A momentum across an axis is Gaussian; its number is the standard deviation of each of the two
   coordinates. The angle is that momentum divided by pT. */
typedef struct nsym_jet_options {
    double share;      /* mean pT of the core, in units of the muon's pT; default 0.83 */
    double shape;      /* shape parameter of the gamma distribution of the core's pT; default 2.06 */
    double kt_gev;     /* momentum of core and muon across their sum; default 1.02 */
    double hadrons;    /* the number of hadrons in the core is 1 + Poisson(hadrons ln(1 + pT / scale)); default 2.54 */
    double scale_gev;  /* default 1.34 */
    double spread_gev; /* momentum of such a hadron across the core's axis; default 0.31 */
    double tail;       /* mean number of wide fragments, at any pT; default 2 */
    double tail_gev;   /* scale of their spectrum dN/dpT ~ (1 + pT / tail_gev)^-(tail_power + 1); default 3.4 */
    double tail_power; /* default 4 */
    double tail_width; /* their spread about the sum of core and muon, standard deviation of each coordinate; default
                          0.22 */
    double charged;    /* fraction of charged hadrons among all particles; default 0.59 */
    double pions;      /* fraction of neutral pions, each of which becomes two photons; default 0.26 */
    double leptons;    /* fraction of electrons; the rest are neutral hadrons; default 0.015 */
} nsym_jet_options;

NSYM_API nsym_jet_options nsym_jet_defaults(void);

/* Checks options. Errors: a number out of its range, with its name. The function below needs options that passed. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_jet_check(const nsym_jet_options *options);

/* Adds the jet of muon number `index` to *out, which holds the muon's surroundings. `around` has the seed and the
   calorimeter. Errors: a muon that the field turns back before the calorimeter; no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_jet_draw(nsym_activity *out, const nsym_jet_options *options,
                                                   const nsym_activity_options *around, uint64_t index,
                                                   const nsym_muon *muon);

#ifdef __cplusplus
}
#endif
#endif
