/* Simulates muons with their surroundings, as lists of particles or as cells of a calorimeter. Prompt muons lie among
   pile-up; muons from a heavy flavour lie among pile-up and a jet. */
#ifndef NEARSYM_MUONS_H
#define NEARSYM_MUONS_H

#include <nearsym/events.h>
#include <nearsym/generate/activity.h>
#include <nearsym/progress.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_MUONS_RADIUS 0.45 /* particles farther from the muon are left out */
#define NSYM_MUONS_SIDE 32     /* cells per side, over [-0.45, 0.45] in d_eta and d_phi */

/* What an event consists of. */
typedef enum nsym_muons_level { NSYM_MUONS_PARTICLES, NSYM_MUONS_CELLS } nsym_muons_level;

/* What to simulate, and how. */
typedef struct nsym_muons_options {
    nsym_activity_options activity; /* surroundings, and the seed; the radius must be at least 0.47, which is 0.45 and
                                       half a cell's diagonal */
    nsym_muons_level level;         /* default NSYM_MUONS_CELLS */
    double threshold_gev;           /* cells above it are kept; default 0 */
    double signal;                  /* fraction of prompt muons; default 0.5 */

    /* The muons. */
    double mu_pt_min_gev, mu_pt_max_gev; /* default 10, 15 */
    double mu_eta_max;                   /* largest |eta|; default 2.53 */
    double prompt_slope;                 /* slope of dN/dpT ~ e^(-slope pT) of prompt muons, per GeV; default 0.33 */
    double nonprompt_power;              /* power of dN/dpT ~ pT^-power of non-prompt muons; default 4.2 */
    double nonprompt_bow; /* bow of dN/deta ~ 1 - bow (eta / mu_eta_max)^2 of non-prompt muons; default 0.4. Prompt
                             muons are flat in eta */

    /* Relative energy resolution at an energy E in GeV: stochastic / sqrt(E); for hadrons with a constant added in
       quadrature. */
    double photon_stochastic; /* photons and electrons; default 0.1 */
    double hadron_stochastic; /* default 0.52 */
    double hadron_constant;   /* default 0.03 */

    size_t events;           /* number of events; default 500000 */
    size_t workers;          /* threads; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void);      /* called before every event; if it returns true, the work ends; NULL: never */
} nsym_muons_options;

NSYM_API nsym_muons_options nsym_muons_defaults(void);

/* New sample of events `first` ... `first` + `count` - 1 of the seed. Event i is prompt if floor((i + 1) signal) is
   above floor(i signal). Both levels show the same event. `events`, `workers` and `progress` are not used.

   Level particles: the particles within 0.45 of the muon at the vertex with pT above activity.pt_min_gev; features pt
   (GeV), d_eta, d_phi (relative to the muon), kind (nsym_neighbour_kind).

   Level cells: the cells with their centre within 0.45 of the point where the muon hits the calorimeter and with
   transverse energy above the threshold; features pt (GeV, the transverse energy), d_eta, d_phi (of the centre), cell
   (32 x row in d_eta + column in d_phi), sorted by cell.

   Columns: label (1 prompt), weight (1), mu_pt (GeV), mu_eta, mu_phi, mu_charge, npu (pile-up interactions). Attributes
   hold the options of the simulation. Errors: an option out of its range, with its name; no memory;
   NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_muons_generate(nsym_events **out, const nsym_muons_options *options,
                                                         uint64_t first, size_t count);

/* Writes events 0 ... events - 1 block by block, as nsym_events_writer does. For an HDF5 file at most one block per
   thread is in memory. Errors: as nsym_muons_generate; no events; as the writer. On failure nothing is left
   behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_muons_write(const nsym_muons_options *options, const char *path);

#ifdef __cplusplus
}
#endif
#endif
