/* Figures: a card's entry becomes FOLDER/figures/NAME.csv (the plotted numbers) and NAME.gp (a complete gnuplot
 * script). */
#ifndef NSYM_REPORT_FIGURE_H
#define NSYM_REPORT_FIGURE_H

#include "report/results.h"
#include <nearsym/events.h>
#include <stdio.h>

/* An entry of the card's `figures`. Everything is borrowed from the card, the results and the arena. */
typedef struct nsym_figure {
    const nsym_tree *card;
    nsym_reader reader; /* of the entry */
    const nsym_results *results;
    nsym_arena *arena;
    const char *kind, *name, *title, *caption, *paper, *xlabel, *ylabel; /* "" where not given */
    nsym_texts panel;   /* coordinates with one panel for each combination of their values; none: one panel */
    const char *panels; /* their names, "binning, model", or NULL */
    nsym_filter filter;
    const char *note; /* why nothing is drawn, or NULL */
} nsym_figure;

/* Reads the entry and writes csv and gp. Where the study has not what the figure needs, nothing is written, *figure has
   a note and the status is good. Errors: what is wrong with the card; files that cannot be written. */
nsym_status nsym_figure_write(nsym_figure *figure, nsym_arena *arena, const nsym_tree *card, const nsym_node *node,
                              const char *where, const nsym_results *results) NSYM_MUST_CHECK;

/* The kinds. Each writes the numbers to `csv` and the script to `gp`; NSYM_ENOTFOUND: the study has not what it needs.
 */
nsym_status nsym_draw_roc(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_curves(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_histogram(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_sculpting(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_reliability(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_confusion(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_profile(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_image(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_density(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_graphs(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_mass_fit(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_shifts(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;
nsym_status nsym_draw_matrix(nsym_figure *figure, FILE *csv, FILE *gp) NSYM_MUST_CHECK;

/* For the kinds. */

/* A value as text for gnuplot's enhanced mode: the card's `labels` entry as it stands, else `value` with nothing
 * special. */
const char *nsym_figure_label(const nsym_figure *figure, const char *value);

/* Reads the coordinates of the panels. */
nsym_status nsym_figure_read_panels(nsym_figure *figure) NSYM_MUST_CHECK;

/* The panel of a place: its value, several joined ("uniform, fcn"), "" without panels, NULL where a coordinate lacks.
 */
const char *nsym_figure_panel(const nsym_figure *figure, const nsym_place *place);

/* Panels by number, or in the order of their coming, the last coordinate's fastest. *columns: how many stand side by
   side, so that a table of them comes out where there are all combinations. */
nsym_status nsym_figure_sort_panels(const nsym_figure *figure, nsym_texts *panels, size_t *columns) NSYM_MUST_CHECK;

/* The title of a panel: labels, or "size 20000"; a model's name stands alone. */
const char *nsym_figure_panel_label(const nsym_figure *figure, const char *panel);

/* The line type of a coordinate's value, from 1: a model keeps its colour in all figures of a study. */
size_t nsym_figure_colour(const nsym_figure *figure, const char *coordinate, const char *value);

/* Two numbers, low < high, from a card's list; missing: *given is false. */
nsym_status nsym_figure_range(const nsym_figure *figure, const char *key, double range[2], bool *given) NSYM_MUST_CHECK;
/* The same of a node that is there; `key` says where. */
nsym_status nsym_figure_range_of(const nsym_figure *figure, const char *key, const nsym_node *node,
                                 double range[2]) NSYM_MUST_CHECK;

/* Texts of a card's list or scalar; missing: none. */
nsym_status nsym_figure_texts(const nsym_figure *figure, const char *key, nsym_texts *texts) NSYM_MUST_CHECK;

/* The files that pass the figure's filter, of the samples (not their `pictures`) or of the scores (which have a model),
   (n) in *files, and the values of `panels` among them ("" alone without panels). Fails with NSYM_ENOTFOUND where there
   is none. */
nsym_status nsym_figure_files(const nsym_figure *figure, bool scores, const nsym_result_file ***files, size_t *n,
                              nsym_texts *panels) NSYM_MUST_CHECK;

/* New events of a file. Whatever is wrong with the file, it is NSYM_ENOTFOUND: the figure is left out with a note. */
nsym_status nsym_figure_read(const nsym_figure *figure, const nsym_result_file *file,
                             nsym_events **out) NSYM_MUST_CHECK;

/* An event column of one value. NSYM_ENOTFOUND: the file has none of that name. */
nsym_status nsym_figure_column(const nsym_events *events, const char *path, const char *name,
                               const nsym_column **out) NSYM_MUST_CHECK;

/* A card's number of bins, 1 ... 10000; a list of two of them, for a map. */
nsym_status nsym_figure_bins(const nsym_figure *figure, size_t *bins) NSYM_MUST_CHECK;
nsym_status nsym_figure_bin_pair(const nsym_figure *figure, size_t bins[2]) NSYM_MUST_CHECK;

#endif
