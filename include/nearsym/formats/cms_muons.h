/* The published sample of "Learning to Isolate Muons in Data" (arXiv:2306.15737; doi:10.5281/zenodo.8211425): muon
   pairs of CMS open data at 8 TeV with the objects around one of the muons, and a simulated sample of the same kind.

   FOLDER/cms_csvs (or sim_csvs) has tables without a header. Next to it are LMDB stores, whose keys are the event
   numbers and whose values are float64: pfn (128 objects of pT, d_eta, d_phi, PID), iso (18 cones), cms_efp_kK_bB (467
   polynomials), and pfn_sim_fixed or pfn_sim (512 objects of pT, d_eta, d_phi). */
#ifndef NEARSYM_CMS_MUONS_H
#define NEARSYM_CMS_MUONS_H

#include <nearsym/events.h>
#include <nearsym/progress.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_CMS_POLYNOMIALS 467 /* per store: EnergyFlow's connected graphs of at most 7 vertices and 7 edges */

/* A polynomial that becomes a column: number `graph`, from 0, in the store of `kappa` and `beta`. */
typedef struct nsym_cms_polynomial {
    const char *column;
    double kappa, beta;
    size_t graph;
} nsym_cms_polynomial;

/* The kind of object (nsym_neighbour_kind) that a PID stands for. */
typedef struct nsym_cms_kind {
    double pid;
    int kind;
} nsym_cms_kind;

/* What to read. All zero except the folder: the data. Nothing is borrowed after the sample is open. */
typedef struct nsym_cms_muons_options {
    const char *folder; /* the folder with cms_csvs (or sim_csvs), or a folder with data/cms_csvs or src/data/cms_csvs
                           in it */
    bool simulation;    /* read sim_csvs in place of cms_csvs */
    const char *store;  /* store of the objects; NULL: pfn; for the simulation pfn_sim_fixed, else pfn_sim */
    size_t max_events;  /* 0: all */
    const nsym_cms_polynomial *polynomial; /* (polynomials) columns to add; data only */
    size_t polynomials;
    const nsym_cms_kind *kind; /* (kinds) kind of each PID, for a particle feature `kind`; data only. Without them there
                                  is no such feature */
    size_t kinds;
} nsym_cms_muons_options;

/* An open sample. */
typedef struct nsym_cms_muons nsym_cms_muons;

/* New open sample (free with nsym_cms_muons_free, NULL is fine). The tables are read into memory, 8 bytes per number,
   and the tree of every store is checked. Errors: a missing folder, table, store or polynomial; an entry of a table
   that is no finite number, with its line; tables and stores with different numbers of events; a store that is cut off
   or damaged; a PID or a column named twice; a kind that is not 1 to 5. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_cms_muons_open(nsym_cms_muons **out, const nsym_cms_muons_options *options);
NSYM_API void nsym_cms_muons_free(nsym_cms_muons *muons);
NSYM_API size_t nsym_cms_muons_count(const nsym_cms_muons *muons); /* number of events */

/* New sample of events `first` ... `first` + `count` - 1; several threads may read at the same time.

   Particles: pt (GeV), d_eta, d_phi (relative to the muon); for the data also pid as in the file (the meaning of its
   numbers is not published) and, if asked for, kind. Rows of zeros, which fill up the 128 or 512 objects, are left out.

   Columns: mass (GeV, of the pair); mu_pt (GeV), mu_eta, mu_phi of the muon that the objects surround; for the data
   mu_charge and, for the other muon, mu2_pt, mu2_eta, mu2_phi, mu2_charge; for the simulation label; if there is a
   store iso, its cones iso_pileup_0.025 ... iso_pileup_0.45; the polynomials.

   Errors: a range beyond the sample; a value that is missing, of another length, damaged or not finite, with store and
   key; a PID without a kind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_cms_muons_read(nsym_events **out, const nsym_cms_muons *muons, size_t first,
                                                         size_t count);

/* Writes all events block by block, as nsym_events_writer does, on `workers` threads (0: one per CPU). For an HDF5 file
   at most one block per thread is in memory. `progress` may be NULL. `stop` is called once per block; if it returns
   true, the work ends (NULL: never). Errors: as nsym_cms_muons_read; NSYM_EINTERRUPTED; as the writer. On failure
   nothing is left behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_cms_muons_write(const nsym_cms_muons *muons, size_t workers,
                                                          nsym_progress *progress, bool (*stop)(void),
                                                          const char *path);

#ifdef __cplusplus
}
#endif
#endif
