/* A card's experiments as a list of trainings: every combination of their axes, times the members. */
#ifndef NSYM_STUDY_GRID_H
#define NSYM_STUDY_GRID_H

#include "study/card.h"

enum { NSYM_AXES_MAX = 8, NSYM_COORDINATES_MAX = NSYM_AXES_MAX + 1 };

/* The room for a metric's name, and the letters of a model that is part of one, ado_NAME. */
enum { NSYM_METRIC_SIZE = 32, NSYM_MODEL_LETTERS = NSYM_METRIC_SIZE - 1 - 4 };

/* Where a point stands on an axis: `name` is the last part of the axis's path ("size" of data.size). */
typedef struct nsym_coordinate {
    const char *name, *value; /* borrowed from the card */
    bool number;              /* the value is a number, not a name that looks like one */
} nsym_coordinate;

/* What an experiment says, and its search. */
typedef struct nsym_experiment_card {
    size_t members, restarts;
    bool keep; /* models and scores are kept as files */
    bool ado;  /* decision ordering with the experiment's other models is measured */
    bool skip;
} nsym_experiment_card;

typedef struct nsym_tries_card {
    size_t tries;
    unsigned metric;
} nsym_tries_card;

/* One point of an experiment's grid. */
typedef struct nsym_point {
    const char *experiment; /* NULL: of several */
    size_t coordinates;
    nsym_coordinate coordinate[NSYM_COORDINATES_MAX];
    const char *model;
    const nsym_node *search;      /* the experiment's `search`, or NULL */
    size_t choice[NSYM_AXES_MAX]; /* what a point of a search tries: places in the lists of search.space */
    nsym_tree *tree;              /* the card at this point, owned */
    nsym_run_card card;
    char *key, *data_key; /* owned */
    size_t members;
    size_t restarts;  /* members, the first ones, that are trained once more on their bootstrap from another start */
    bool keep;        /* models and scores are kept as files */
    bool ado;         /* decision ordering with the experiment's other models is measured */
    const char *note; /* what a reader should know of its settings, a sentence; NULL: nothing */
    nsym_coordinate compare; /* results are also given less those of this place on an axis; name NULL: not */
} nsym_point;

/* The settings that a point of a search tries, path by path: those of search.space, (n) in the card's order. */
size_t nsym_point_settings(const nsym_point *point, const nsym_node *path[NSYM_AXES_MAX],
                           const nsym_node *value[NSYM_AXES_MAX]);

/* Do members have bootstraps of the training events of their own? */
bool nsym_point_bootstraps(const nsym_point *point);

/* Where the point stands on the axis of that name, or NULL. Borrowed. */
const char *nsym_point_value(const nsym_point *point, const char *name);

typedef struct nsym_grid {
    size_t points;
    nsym_point *point; /* (points), owned */
} nsym_grid;

/* New grid of a card, which must outlive it. Every point is read, so that a fault anywhere in the card is found before
   anything runs. Errors: unknown keys at the card's top level or in an experiment, unknown recipes and models, an axis
   without values, two axes of one name. */
nsym_status nsym_grid_new(nsym_grid *out, const nsym_tree *card) NSYM_MUST_CHECK;
void nsym_grid_free(nsym_grid *grid);

#endif
