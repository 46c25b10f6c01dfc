/* A card after preset and settings, and what it says about one training: validated values, nothing left to look up. */
#ifndef NSYM_STUDY_CARD_H
#define NSYM_STUDY_CARD_H

#include "detector/smear.h"
#include "options/fields.h"
#include "stats/reweight.h"
#include "train/settings.h"
#include <nearsym/copies.h>
#include <nearsym/massfit.h>
#include <nearsym/model.h>
#include <nearsym/shower.h>
#include <nearsym/study.h>

enum { NSYM_MARK_SIZE = 40 };

/* Where the copies of an event come from. */
typedef enum nsym_copying { NSYM_COPIES_NONE, NSYM_COPIES_BEFORE, NSYM_COPIES_AFTER } nsym_copying;
typedef enum nsym_angles { NSYM_ANGLES_EVEN, NSYM_ANGLES_RANDOM, NSYM_ANGLES_LISTED } nsym_angles;

enum { NSYM_COPIES_MAX = 64, NSYM_EDGES_MAX = 257 };

/* An event's copies: itself first, then rotated ones; with `reflect` as many mirrored ones again. */
typedef struct nsym_copies_card {
    nsym_copying where;
    nsym_angles angles;
    size_t count; /* angles, the first being 0 */
    size_t listed;
    double angle[NSYM_COPIES_MAX];      /* (count) degrees, where listed */
    bool reflect;                       /* each angle's copy once more, mirrored (y changes sign before the rotation) */
    size_t numbers;                     /* in matrix */
    size_t matrices;                    /* 0: rotations; else a copy for each of these, before the detector only */
    double matrix[4 * NSYM_COPIES_MAX]; /* (matrices, 2, 2) on (x, y) */
    nsym_image_style style;             /* after the detector */
} nsym_copies_card;

/* The grid of cells that a calorimeter has, and how the card says it: equal cells over a range, or edges. */
typedef struct nsym_cells_card {
    size_t nx, ny;
    double x[NSYM_EDGES_MAX], y[NSYM_EDGES_MAX]; /* edges (nx + 1), (ny + 1) */
    size_t sides, side[2], ends, edges[2];
    double range[2];
} nsym_cells_card;

/* Weights of the training events of two mixtures. */
typedef enum nsym_cwola_weights {
    NSYM_CWOLA_PLAIN,     /* 1 */
    NSYM_CWOLA_PUBLISHED, /* kernel densities give the same-sign events the (eta, pT) of the opposite-sign ones */
    NSYM_CWOLA_DESCRIBED  /* they give the events of label 0 that of label 1 */
} nsym_cwola_weights;

/* Events of unknown classes, in two mixtures (CWoLa), and how their classes are told apart on average (sPlot). */
typedef struct nsym_mixture_card {
    bool used;                     /* by the source mixture alone */
    bool truth;                    /* the labels are the true classes: full supervision */
    size_t ends[2];                /* numbers in the next two */
    double window[2], abundant[2]; /* GeV: of the dimuon mass; of label 1, which is also of opposite sign */
    double pt_min, eta_max;        /* of both muons: GeV, |eta|; what is not beyond */
    double signal;                 /* fraction of the built-in events */
    size_t fractions;              /* 0, or 2: the mixtures are made by drawing, with */
    double fraction[2];            /* true fractions of signal in labels 1 and 0 */
    nsym_cwola_weights weights;
    bool balance;            /* both labels weigh the same together */
    double test, validation; /* fractions, as the training has them */
    bool test_first;
    nsym_mass_method method;
    size_t bootstraps, toys;
} nsym_mixture_card;

/* The sample: where its events come from and what is done to them. Texts are borrowed from the tree. */
typedef struct nsym_data_card {
    const char *source; /* "dimuon", "showers", "muons", "mixture" or "file" */
    uint64_t seed;
    const char *signal, *background; /* files of one class each; "": the built-in generator */
    const char *file;                /* a sample ready to be trained on, in its own order; for the source "file".
                                        showers: labelled points x, y, energy; "": the built-in generator */
    char signal_mark[NSYM_MARK_SIZE], background_mark[NSYM_MARK_SIZE],
        file_mark[NSYM_MARK_SIZE]; /* see nsym_file_mark */
    size_t events, copies;         /* per class; times each event is taken. showers: of both classes, one */
    bool group;                    /* copies of an event stay together in the shuffled sample */
    bool shuffle;                  /* the sample, before it is split */
    bool stratify;                 /* then both labels are spread evenly, so that every part has its share */
    nsym_smear smear;
    nsym_reweight reweight;
    double test_part; /* showers: fraction of the events that tests */
    size_t pool;      /* showers: events made ready for training */
    bool overlap;     /* showers: the pool is drawn from all events, those of the test included */
    nsym_shower_options shower;
    nsym_cells_card cells;
    nsym_copies_card copying;
    size_t probes, turns; /* showers: test events, and rotations of each, on which invariance is measured */
    char observables[NSYM_COLUMNS_SIZE]; /* file, muons: names of what is made columns of the sample, commas between */
    bool particle_level;                 /* muons: the built-in events are particles, not cells */
    double threshold;                    /* muons: cells and particles of less pT (GeV) are left out */
    nsym_mixture_card mixture;
    size_t flatten; /* muons: bins of pT, and of eta, in which weights make each class flat; 0: none */
} nsym_data_card;

/* What a card says of a model beside its spec. Borrowed from the tree. */
typedef struct nsym_model_card {
    unsigned kind;                          /* as the spec's, or the next: a column */
    const char *particles, *event, *weight; /* inputs by name; NULL: none */
    size_t width, padded;                   /* of all layers; particles that an event counts as. 0: as they are */
    bool masked;
} nsym_model_card;

/* The top level. Borrowed from the tree. */
typedef struct nsym_top_card {
    unsigned source;
    const char *study, *title, *citation, *reference;
    size_t members, restarts;
    bool resolved;
} nsym_top_card;

typedef struct nsym_run_card {
    nsym_top_card top;
    nsym_data_card data;
    nsym_train_card train;
    nsym_model_spec spec;
    nsym_model_card model;
    const char *column; /* a column of the sample that is the score: nothing is trained. NULL: a network */
    bool falling;       /* the smaller the column, the more like signal */
} nsym_run_card;

/* New tree: the card of options->card with its preset and settings applied. */
nsym_status nsym_card_open(nsym_tree **out, const nsym_study_options *options) NSYM_MUST_CHECK;

/* Reads the values that a run of `model` (a name below `models`) would use. Errors: unknown keys and values out of
   range, with file and line. */
nsym_status nsym_card_read(nsym_run_card *out, const nsym_tree *card, const char *model) NSYM_MUST_CHECK;

/* A file by its content, as "size:CRC-32"; "built-in" for no file (""). Errors: it cannot be read. */
nsym_status nsym_file_mark(char mark[NSYM_MARK_SIZE], const char *path) NSYM_MUST_CHECK;

/* Rows that a training event has: its symmetry copies, itself included. */
size_t nsym_copies_of(const nsym_data_card *data);

/* Of `count` calorimeter events, those that test. The check's errors: too few are left for the pool, or are there to be
   measured. */
size_t nsym_tests_of(const nsym_data_card *data, size_t count);
nsym_status nsym_division_check(const nsym_data_card *data, size_t count) NSYM_MUST_CHECK;

/* For the reader of cards: what follows from the sections shower, detector, copies and measure of calorimeter events;
   from the detector of muons; and from those of events in two mixtures. */
nsym_status nsym_calorimeter_check(nsym_data_card *data, const nsym_tree *card) NSYM_MUST_CHECK;
nsym_status nsym_muons_check(nsym_data_card *data, const nsym_tree *card) NSYM_MUST_CHECK;
nsym_status nsym_mixture_check(nsym_data_card *data, const nsym_train_card *train,
                               const nsym_tree *card) NSYM_MUST_CHECK;

/* New text (free with free) of everything in a card that decides what a run of `model` gives: the ledger's key is made
   of it. `data_only`: what decides its sample. Files count by their marks, which must be set. */
nsym_status nsym_card_key(char **out, const nsym_run_card *card, bool data_only) NSYM_MUST_CHECK;

#endif
