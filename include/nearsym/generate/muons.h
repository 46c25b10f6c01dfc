/* Samples of muons with their surroundings: prompt ones among pile-up, and those of heavy flavour with a jet; as lists
   of particles or as cells of a calorimeter. */
#ifndef NEARSYM_MUONS_H
#define NEARSYM_MUONS_H

#include <nearsym/events.h>
#include <nearsym/generate/activity.h>
#include <nearsym/progress.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_MUONS_RADIUS 0.45 /* what is farther from the muon is left out */
#define NSYM_MUONS_SIDE 32     /* cells a side, over [-0.45, 0.45] in d_eta and d_phi */

/* How far an event is taken. */
typedef enum nsym_muons_level { NSYM_MUONS_PARTICLES, NSYM_MUONS_CELLS } nsym_muons_level;

typedef struct nsym_muons_options {
    nsym_activity_options activity; /* and the seed; its radius is at least 0.47, half a cell's diagonal more */
    nsym_muons_level level;         /* NSYM_MUONS_CELLS */
    double threshold_gev;           /* cells above it; 0 */
    double signal;                  /* the share of prompt muons; 0.5 */

    /* The muons. */
    double mu_pt_min_gev, mu_pt_max_gev; /* 10, 15 */
    double mu_eta_max;                   /* of |eta|; 2.53 */
    double prompt_slope;                 /* dN/dpT ~ e^(-slope pT), per GeV; 0.33 */
    double nonprompt_power;              /* dN/dpT ~ pT^-power; 4.2 */
    double nonprompt_bow;                /* dN/deta ~ 1 - bow (eta / mu_eta_max)^2; prompt: flat; 0.4 */

    /* Relative resolution of an energy E in GeV: stochastic / sqrt(E), and of hadrons with a constant added in
       quadrature. */
    double photon_stochastic; /* 0.1, of electrons too */
    double hadron_stochastic; /* 0.52 */
    double hadron_constant;   /* 0.03 */

    size_t events;           /* 500000 */
    size_t workers;          /* threads; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void);      /* asked once a block; true ends the work; NULL: never */
} nsym_muons_options;

NSYM_API nsym_muons_options nsym_muons_defaults(void);

/* New sample of events `first` ... `first` + `count` - 1 of the seed. Event i is prompt where floor((i + 1) signal) is
   above floor(i signal). Both levels show the same event.
   Level particles: what lies within 0.45 of the muon at the vertex with pT above activity.pt_min_gev, with the
   features pt (GeV), d_eta, d_phi (from the muon), kind (nsym_neighbour_kind). Level cells: the cells whose centre lies
   within 0.45 of where the muon hits the calorimeter and whose transverse energy is above the threshold, with pt (GeV,
   the transverse energy), d_eta, d_phi (of the centre), cell (32 x row in d_eta + column in d_phi), by rising cell.
   Columns: label (1 prompt), weight (1), mu_pt (GeV), mu_eta, mu_phi, mu_charge, npu (interactions of pile-up); what
   was simulated stands in the attributes. `events`, `workers`, `progress` and `stop` do not enter.
   Errors: an option out of its range, by name; no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_muons_generate(nsym_events **out, const nsym_muons_options *options,
                                                         uint64_t first, size_t count);

/* Writes events 0 ... events - 1, block by block, as nsym_events_writer does: of an HDF5 file no more than a block a
   worker is in memory. Errors: as nsym_muons_generate; no events; NSYM_EINTERRUPTED after `stop`; those of the writer.
   On failure nothing is left behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_muons_write(const nsym_muons_options *options, const char *path);

#ifdef __cplusplus
}
#endif
#endif
