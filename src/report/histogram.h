/* Histograms of event columns, between reading (histogram.c) and drawing (histogram_draw.c). */
#ifndef NSYM_REPORT_HISTOGRAM_H
#define NSYM_REPORT_HISTOGRAM_H

#include "report/figure.h"

enum { NSYM_SPLITS = 8 };

/* The height of a bin: events; their fraction of all events of the slice, in the range or not; or a density, whose
   integral over the range is 1. */
typedef enum nsym_heights { NSYM_EVENTS, NSYM_FRACTION, NSYM_DENSITY } nsym_heights;

/* The paper's histogram, on the panel and the split that it is of. */
typedef struct nsym_histogram_paper {
    size_t at, split;
    const nsym_published_curve *curve;
} nsym_histogram_paper;

/* Which events count: those whose column is at least what lets a share of them pass, counted by a weight. */
typedef struct nsym_histogram_cut {
    const char *column, *weight; /* NULL: no cut; every event counts 1 */
    double pass;
} nsym_histogram_cut;

/* Four axes of panels: the values of a coordinate, columns, weights, slices. */
typedef struct nsym_histogram {
    nsym_figure *figure;
    bool scores, log, x_log, spread; /* spread: the standard deviation in the range stands in the panel */
    nsym_heights normalise;
    const char *relative_to;         /* what is shown is column / relative_to - 1; NULL: the column */
    const char *weight[NSYM_SPLITS]; /* (weights) columns; NULL: every event counts 1 */
    bool own_ranges;                 /* every column has an x axis of its own */
    bool own_y;                      /* every panel has a y axis of its own */
    bool errors;                     /* statistical ones are drawn */
    const char *ratio;               /* the split that all are divided by, below each panel; NULL: no such panes */
    size_t base;                     /* its place */
    bool overlaid;                   /* the weights' histograms lie in one panel, as splits do */
    const char *split, *slice_column, *slice_unit;
    nsym_texts slice_names; /* none: their edges */
    nsym_histogram_cut cut;
    nsym_texts panels, columns;
    size_t weights, slices, bins, splits;
    bool *automatic; /* (columns) the range is that of the values, but for the outer half per cent on each side */
    double (*range)[2], *edge; /* (columns); (slices + 1), or NULL without slices */
    const char **unit;         /* (columns) */
    double split_value[NSYM_SPLITS];
    const char *split_name[NSYM_SPLITS]; /* what a reader sees of it; NULL: the figure's label of its value */
    const char **remark;                 /* (panels, NSYM_SPLITS) in a panel's corner, or NULL; NULL: none */
    double *sum, *total; /* (panels, columns, weights, slices, NSYM_SPLITS, bins) and without the bins */
    double *squares;     /* as sum: of the squares of the weights */
    double *moment; /* (..., NSYM_SPLITS, 3) of what is in the range: sums of weights, of values, of their squares */
    size_t shown;
    nsym_histogram_paper *paper; /* (shown) */
} nsym_histogram;

/* The lower edge of a bin of a column; of bin `bins` the upper edge of the range. */
double nsym_histogram_edge(const nsym_histogram *h, size_t column, size_t bin);

/* The height of a bin of panel and split `at`, as the figure normalises it. */
double nsym_histogram_height(const nsym_histogram *h, size_t at, size_t bin);

/* Its statistical error, sqrt(sum w^2) in the same units; what the normalisation itself fluctuates by is not in it. */
double nsym_histogram_error(const nsym_histogram *h, size_t at, size_t bin);

/* The ratio to the bin of the base, and its error, both splits' in quadrature; NaN where the base is 0. The base's own
   is 1 with its own error. */
double nsym_histogram_ratio(const nsym_histogram *h, size_t at, size_t bin, double *error);

/* Writes the numbers and the script. */
nsym_status nsym_histogram_draw(nsym_histogram *h, FILE *csv, FILE *gp) NSYM_MUST_CHECK;

#endif
