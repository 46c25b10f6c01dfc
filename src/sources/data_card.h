/* What a card says about a sample: where its events come from and what is done to them, in the order in which it is
   done. Validated values, nothing left to look up; texts are borrowed from the card. */
#ifndef NSYM_SOURCES_DATA_CARD_H
#define NSYM_SOURCES_DATA_CARD_H

#include "base/file_mark.h"
#include "detector/smear.h"
#include "train/settings.h"
#include "transform/symmetry.h"
#include <nearsym/classes.h>
#include <nearsym/copies.h>
#include <nearsym/massfit.h>
#include <nearsym/model.h>
#include <nearsym/reweight.h>

#include <stdint.h>

enum {
    NSYM_COPIES_MAX = 256,
    NSYM_EDGES_MAX = NSYM_CELLS_MAX + 1,
    NSYM_SOURCE_OPTIONS_SIZE = 256,
    NSYM_CLASS_NAMES = NSYM_CLASSES_MAX * NSYM_CLASS_NAME
};

/* Where the copies of an event come from. */
typedef enum nsym_copying { NSYM_COPIES_NONE, NSYM_COPIES_BEFORE, NSYM_COPIES_AFTER } nsym_copying;
typedef enum nsym_spacing { NSYM_SPACED_EVENLY, NSYM_SPACED_RANDOMLY, NSYM_SPACING_LISTED } nsym_spacing;

/* An event's copies: itself first, then transformed ones; with `reflect` as many mirrored ones again. Or rows of the
   sample that are one event's. */
typedef struct nsym_copies_card {
    const char *group; /* the column by which rows are one event's copies; "": none */
    nsym_copying where;
    const nsym_symmetry *symmetry;
    unsigned transform; /* its place in the table */
    nsym_spacing spacing;
    size_t count; /* values, the first being 0 */
    size_t listed;
    double value[NSYM_COPIES_MAX];      /* (count) where listed, in the symmetry's unit */
    double range;                       /* of values that are even or random, where the symmetry has no period */
    bool reflect;                       /* each copy once more, mirrored (y changes sign before the transformation) */
    size_t numbers;                     /* in matrix */
    size_t matrices;                    /* 0: the symmetry; else a copy for each of these */
    double matrix[4 * NSYM_COPIES_MAX]; /* (matrices, 2, 2) on (x, y) */
    nsym_image_style style;             /* of images, after the detector */
    bool fresh;                         /* training events have others in every epoch, drawn anew */
    bool test_all;                      /* the test measures all copies, not the event itself alone */
} nsym_copies_card;

/* A grid of cells, and how the card says it: equal cells over a range, or edges. */
typedef struct nsym_cells_card {
    size_t nx, ny;                               /* 0: there is none */
    double x[NSYM_EDGES_MAX], y[NSYM_EDGES_MAX]; /* edges (nx + 1), (ny + 1) */
    size_t sides, side[2], ends, edges[2];
    double range[2];
} nsym_cells_card;

typedef struct nsym_detector_card {
    nsym_smear smear;
    nsym_cells_card cells;
    double threshold; /* of a particle's or a cell's pT, or energy: what is less is left out */
} nsym_detector_card;

typedef enum nsym_labels_from { NSYM_LABELS_COLUMN, NSYM_LABELS_MIXTURES, NSYM_LABELS_TRUTH } nsym_labels_from;

/* What the labels are: a column, or two mixtures of muon pairs of unknown classes (CWoLa). */
typedef struct nsym_labels_card {
    nsym_labels_from from;
    const char *column;               /* the classes: a column, or an expression */
    size_t ends[2];                   /* numbers in the next two */
    double mass[2], signal_region[2]; /* GeV: of the pairs taken; of those of label 1, also of opposite charges */
    double pt_min, eta_max;           /* of both muons: GeV, |eta|; what is not beyond */
    size_t fractions;                 /* 0, or 2: the mixtures are made by drawing, with */
    double fraction[2];               /* true fractions of signal in labels 1 and 0 */
    char classes[NSYM_CLASS_NAMES];   /* names of the classes 0, 1, ... of a column, commas between; "": not named */
} nsym_labels_card;

/* Which group of events gets the kernel density of which other. */
typedef enum nsym_kde_weights {
    NSYM_KDE_NONE,
    NSYM_KDE_PUBLISHED, /* the same-sign events the (eta, pT) of the opposite-sign ones */
    NSYM_KDE_DESCRIBED  /* the events of label 0 that of label 1 */
} nsym_kde_weights;

typedef struct nsym_weights_card {
    nsym_reweight reweight; /* the background's pT to the signal's */
    size_t flatten;         /* bins of mu_pt and of mu_eta in which each class is made flat; 0: none */
    nsym_kde_weights kde;
    bool balance; /* all classes weigh the same together: in the whole sample, or, of two mixtures, in each part that
                     trains or validates */
} nsym_weights_card;

/* How the mass judges scores (sPlot). */
typedef struct nsym_judge_card {
    size_t ends;
    double mass[2]; /* GeV, of the fit */
    nsym_mass_method method;
    size_t bootstraps, toys;
} nsym_judge_card;

/* A file of data.files by its content. */
typedef struct nsym_listed_file {
    const char *path;
    char mark[NSYM_MARK_SIZE];
} nsym_listed_file;

typedef struct nsym_data_card {
    const struct nsym_source *source;
    unsigned generate;               /* which generator, from 1; 0: none */
    const char *file;                /* labelled events, or events whose labels are made; "": none */
    const char *signal, *background; /* files of one class each, for a generator that takes them; "": built-in */
    char signal_mark[NSYM_MARK_SIZE], background_mark[NSYM_MARK_SIZE],
        file_mark[NSYM_MARK_SIZE]; /* see nsym_file_mark */
    const char *files;             /* several files, with what each is, in place of `file`: YAML; "": none */
    const char *folder;            /* the card's, with a slash, where paths of the card begin; "": here */
    size_t listed_count;
    const nsym_listed_file *listed; /* (listed_count) all of them, as nsym_files_mark finds them */
    char files_mark[NSYM_MARK_SIZE];
    const char *particles, *define, *select; /* cuts on particles, new columns (YAML), cuts on events; "": none */
    uint64_t seed;
    size_t events;         /* built-in; 0: the generator's default */
    bool align;            /* every event is turned so that its principal axis lies along y */
    size_t repeat;         /* times each event is taken, with draws of its own */
    size_t sides, grid[2]; /* of particles that are cells already: cells in x and y; sides 0: not said */
    _Alignas(max_align_t) unsigned char options[NSYM_SOURCE_OPTIONS_SIZE]; /* the source's own struct */
    nsym_copies_card copies;
    nsym_detector_card detector;
    char observables[NSYM_COLUMNS_SIZE]; /* names of what is made columns of the sample, commas between */
    nsym_labels_card labels;
    nsym_weights_card weights;
    nsym_split_card split;
    nsym_judge_card judge;
    size_t measured, rotations; /* test events, and rotations of each, on which invariance is measured */
    size_t calibration;         /* bins of a reliability curve; 0: none */
    size_t importance;          /* permutations of each input, by which its importance is measured; 0: not */
    bool tests_only;            /* of the events that test, as the detector shows them and with their weights */
} nsym_data_card;

/* Makes it the card of the events that test alone, without copies unless these test, too, and, where weights are made
   of all events together, of these: no mass judges, nothing is drawn. */
void nsym_data_take_tests(nsym_data_card *data);

/* Most rows of a training event: its copies, itself included. */
size_t nsym_copies_of(const nsym_data_card *data);

/* Cells in x and in y that its events' particles are, made by the detector or given; false: none. */
bool nsym_grid_of(const nsym_data_card *data, size_t *nx, size_t *ny);

/* How many classes the labels have: those that the card names, else two. */
size_t nsym_classes_of(const nsym_data_card *data);

/* Do the events come from files, not from a generator? */
bool nsym_data_reads_files(const nsym_data_card *data);

/* Are weights made of all events together: of their spectra, or of their numbers? */
bool nsym_weights_are_made(const nsym_data_card *data);

/* Do classes weigh alike in the whole sample? */
bool nsym_classes_are_balanced(const nsym_data_card *data);

/* Does the mass judge scores of the sample? */
bool nsym_mass_judges(const nsym_data_card *data);

/* Do weights or a judge depend on which events train and test, so that these are the sample's? */
bool nsym_split_is_of_sample(const nsym_data_card *data);

#endif
