/* Samples by name: where a study's events come from, and what is done to them before a network sees them. */
#ifndef NSYM_STUDY_SOURCE_H
#define NSYM_STUDY_SOURCE_H

#include "study/card.h"
#include <nearsym/events.h>

enum { NSYM_WARNING_SIZE = 256 };

/* A sample, ready to be trained on. Owned. */
typedef struct nsym_sample {
    nsym_events *events; /* particles and at least the columns label (1 signal) and weight (how probable to be drawn) */
    nsym_events *shown;  /* what figures show, where it is not the events themselves; or NULL */
    nsym_events *pictures;        /* display events, beside what figures show else; or NULL */
    size_t pool, copies;          /* the first pool x copies rows train; 0: the card divides the events */
    size_t test;                  /* rows after those that test */
    size_t probes, turns;         /* events after those, and rows of each: its rotations */
    struct nsym_splot_fits *fits; /* mixture: of the masses of those that test; else NULL */
    const char *identity; /* fields that tell events, commas between: those that no detector and no copy changes; NULL:
                             what the model reads. Lives for ever */
    char warning[NSYM_WARNING_SIZE]; /* what a user should know about it, a sentence; "" where there is nothing */
} nsym_sample;

/* New sample of a card, made by so many threads at most (0: one per CPU), whose number changes nothing. Errors: a file
   that cannot serve, with the event. */
nsym_status nsym_source_load(nsym_sample *out, const nsym_data_card *card, size_t workers) NSYM_MUST_CHECK;
void nsym_sample_free(nsym_sample *sample);

/* Events whose particles are cells say of which grid, in their attribute "grid" ("32x4", cells in x and in y); so do
   models trained on them. Sets it to the card's; refuses events of a file, or any, that name another. */
nsym_status nsym_grid_set(nsym_events *events, const nsym_data_card *card) NSYM_MUST_CHECK;
nsym_status nsym_grid_same(const nsym_events *events, const char *grid, const char *expected) NSYM_MUST_CHECK;

/* The sources.
   dimuon: Z and virtual photons to muon pairs, shuffled; particles px, py, pz, energy (GeV), columns also group (the
   physical event), pt and mass after smearing, pt_true and mass_true before.
   file: a file with a column label (0 or 1), optionally weight, and what the models read, particles px, py, pz, energy
   or others; the observables that the card names become columns; shuffled by the seed unless the card says otherwise.
   showers: toy calorimeter events or those of a file with a column label and particles x, y, energy: the cells of the
   events and of their copies, particles x, y, energy and cell (its number in the grid); for built-in events the columns
   log_ratio and log_ratio_energies, what the best possible classifier of positions, or of positions and energies,
   answers. Figures show events in stages (column stage: 0 deposits, 1 points, 2 cells, 3 cells of a copy made before
   the detector, 4 of one made after, 5 the average image of a class), with the columns label, angle, x_edges,
   y_edges.
   muons: muons with what surrounds them, built-in or of a file: particles pt, d_eta, d_phi and cell or kind, columns
   mu_pt, mu_eta; else as file. Weights make each class flat in mu_pt and mu_eta. Figures show the columns, and as
   pictures an event's cells and the average image of each class (stages 2 and 5).
   mixture: muon pairs, built-in or of a file, with columns mass and, of both muons, mu_pt, mu_eta, mu_charge, mu2_pt,
   mu2_eta, mu2_charge, and what surrounds the first; labelled as two mixtures (see study/cwola.h). Figures show the
   columns, and as pictures the average images by sWeights (stage 5). */
nsym_status nsym_source_dimuon(nsym_sample *out, const nsym_data_card *card, size_t workers) NSYM_MUST_CHECK;
nsym_status nsym_source_file(nsym_sample *out, const nsym_data_card *card, size_t workers) NSYM_MUST_CHECK;
nsym_status nsym_source_showers(nsym_sample *out, const nsym_data_card *card, size_t workers) NSYM_MUST_CHECK;
nsym_status nsym_source_muons(nsym_sample *out, const nsym_data_card *card, size_t workers) NSYM_MUST_CHECK;
nsym_status nsym_source_mixture(nsym_sample *out, const nsym_data_card *card, size_t workers) NSYM_MUST_CHECK;

/* For sources: the values (events) of a column, borrowed. Errors: there is none, or it has several an event. */
nsym_status nsym_column_values(double **out, const nsym_events *events, const char *name) NSYM_MUST_CHECK;

/* For sources: the labels of a file's events are there, 0 or 1. */
nsym_status nsym_labels_check(const nsym_events *events) NSYM_MUST_CHECK;

/* Keeps the particles of at least `threshold` GeV, in place. Errors: particles without pt; a pt that is none; nothing
   is left. */
nsym_status nsym_muons_cut(nsym_events *events, double threshold) NSYM_MUST_CHECK;

/* Numbers 0 ... n - 1 in an order drawn for a purpose: new (free with free), (n). Errors: n above 2^32. */
nsym_status nsym_order_draw(size_t **order, size_t n, uint64_t seed, const char *purpose) NSYM_MUST_CHECK;

/* Adds the observables of these names (commas between) that are not there yet as columns, computed on so many workers.
 */
nsym_status nsym_observe(nsym_events *events, const char *names, size_t workers) NSYM_MUST_CHECK;

/* For sources of labelled events: checks labels and weights (ones where there are none), makes spectra flat and adds
   observables as the card says, and puts the events in their order. */
nsym_status nsym_labelled_prepare(nsym_events **events, const nsym_data_card *card, size_t workers) NSYM_MUST_CHECK;

#endif
