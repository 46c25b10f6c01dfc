/* The published sample of "Learning to Isolate Muons in Data" (arXiv:2306.15737; doi:10.5281/zenodo.8211425): muon
   pairs of CMS open data at 8 TeV with the objects around one of them, and a simulated sample in the same manner.

   Tables without a header are in FOLDER/cms_csvs (or sim_csvs), LMDB stores whose keys are the numbers of the events
   beside them: pfn (128 objects of pT, d_eta, d_phi, PID), iso (18 cones), cms_efp_kK_bB (467 polynomials) and
   pfn_sim_fixed or pfn_sim (512 objects of pT, d_eta, d_phi), all of float64. */
#ifndef NEARSYM_CMS_MUONS_H
#define NEARSYM_CMS_MUONS_H

#include <nearsym/events.h>
#include <nearsym/progress.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_CMS_POLYNOMIALS 467 /* of a store: EnergyFlow's connected graphs of at most 7 vertices and 7 edges */

/* A polynomial that becomes a column: number `graph`, from 0, of the store of `kappa` and `beta`. */
typedef struct nsym_cms_polynomial {
    const char *column;
    double kappa, beta;
    size_t graph;
} nsym_cms_polynomial;

/* What kind of object (nsym_neighbour_kind) a PID is. */
typedef struct nsym_cms_kind {
    double pid;
    int kind;
} nsym_cms_kind;

/* What to read: all zero but the folder means the data. Nothing is borrowed once the sample is open. */
typedef struct nsym_cms_muons_options {
    const char *folder; /* the one with cms_csvs (or sim_csvs), or one with data/cms_csvs or src/data/cms_csvs in it */
    bool simulation;    /* sim_csvs rather than cms_csvs */
    const char *store;  /* of the objects; NULL: pfn; of the simulation pfn_sim_fixed, else pfn_sim */
    size_t max_events;  /* 0: all */
    const nsym_cms_polynomial *polynomial; /* (polynomials), of the data */
    size_t polynomials;
    const nsym_cms_kind *kind; /* (kinds) gives the particles a feature `kind`, of the data; none: no such feature */
    size_t kinds;
} nsym_cms_muons_options;

typedef struct nsym_cms_muons nsym_cms_muons;

/* New, open (free with nsym_cms_muons_free, NULL is fine): the tables are read, 8 bytes a number, and every store's
   tree is checked. Errors: no such folder, table, store or polynomial; what in a table is no finite number, by its
   line; tables and stores of different numbers of events; a store that is cut short or damaged; a PID or a column named
   twice, a kind that is not 1 to 5. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_cms_muons_open(nsym_cms_muons **out, const nsym_cms_muons_options *options);
NSYM_API void nsym_cms_muons_free(nsym_cms_muons *muons);
NSYM_API size_t nsym_cms_muons_count(const nsym_cms_muons *muons); /* events */

/* New sample of events `first` ... `first` + `count` - 1; several threads may read at once.
   Particles: pt (GeV), d_eta, d_phi (from the muon), of the data pid as it is in the file (what its numbers mean is not
   published) and kind, where asked for. Rows of zeros, which fill up the 128 or 512, are left out.
   Columns: mass (GeV, of the pair); of the muon that the objects are around mu_pt (GeV), mu_eta, mu_phi, of the data
   mu_charge and, for the other muon, mu2_pt, mu2_eta, mu2_phi, mu2_charge; of the simulation label; where there is a
   store iso, its cones iso_pileup_0.025 ... iso_pileup_0.45; the polynomials.
   Errors: a range beyond the sample; by store and key, a value that is missing, of another length, damaged or not
   finite; a PID that is given no kind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_cms_muons_read(nsym_events **out, const nsym_cms_muons *muons, size_t first,
                                                         size_t count);

/* Writes all events block by block, as nsym_events_writer does, on `workers` threads (0: one per CPU): of an HDF5 file
   no more than a block a worker is in memory. `progress` may be NULL; `stop` is asked once a block, true ends the work
   (NULL: never). Errors: as nsym_cms_muons_read; NSYM_EINTERRUPTED; those of the writer. On failure nothing is left
   behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_cms_muons_write(const nsym_cms_muons *muons, size_t workers,
                                                          nsym_progress *progress, bool (*stop)(void),
                                                          const char *path);

#ifdef __cplusplus
}
#endif
#endif
