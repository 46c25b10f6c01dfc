/* A card's experiments as a list of trainings: every combination of their axes, times the members. */
#ifndef NSYM_STUDY_GRID_H
#define NSYM_STUDY_GRID_H

#include "study/card.h"
#include "study/space.h"

/* Of a point: its axes, and `candidate` and `rung` of a search. */
enum { NSYM_AXES_MAX = 8, NSYM_COORDINATES_MAX = NSYM_AXES_MAX + 2 };

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
    bool keep;    /* models and scores are kept as files */
    bool ado;     /* decision ordering with the experiment's other models is measured */
    bool average; /* the mean score of a point's members is measured too */
    bool skip;
} nsym_experiment_card;

typedef enum nsym_method { NSYM_RANDOM, NSYM_HALVING } nsym_method;

typedef struct nsym_tries_card {
    unsigned method; /* nsym_method */
    size_t tries, reduction, min_epochs;
    unsigned metric;
} nsym_tries_card;

/* One point of an experiment's grid. */
typedef struct nsym_point {
    const char *experiment; /* NULL: of several */
    size_t coordinates;
    nsym_coordinate coordinate[NSYM_COORDINATES_MAX];
    const char *model;
    const nsym_node *search;                     /* the experiment's `search`, or NULL */
    const nsym_node *tried[NSYM_DIMENSIONS_MAX]; /* what a point of a search tries, in the order of search.space */
    const char *settings;                        /* the same for a reader, "batch 64, width 128"; NULL: no search */
    size_t rung, rungs, reduction; /* of a search by halving: where the point stands, from 0, of so many, and what each
                                      divides the tries by; rungs 0: no such search */
    size_t epochs;                 /* of the highest rung */
    bool waits;                    /* nothing of it is run until the rung below lets it through */
    nsym_tree *tree;               /* the card at this point, owned by the point of rung 0 */
    const struct nsym_variation *variation; /* (variations) under which it is judged, too (study/variations.h) */
    size_t variations;
    nsym_run_card card;
    char *key, *data_key; /* owned */
    size_t members;
    size_t restarts;  /* members, the first ones, that are trained once more on their bootstrap from another start */
    bool keep;        /* models and scores are kept as files */
    bool ado;         /* decision ordering with the experiment's other models is measured */
    bool average;     /* the mean score of the members is measured too */
    const char *note; /* what a reader should know of its settings, a sentence; NULL: nothing */
    nsym_coordinate compare; /* results are also given less those of this place on an axis; name NULL: not */
} nsym_point;

/* The settings that a point of a search tries, path by path: those of search.space, (n) in the card's order. */
size_t nsym_point_settings(const nsym_point *point, const char *path[NSYM_DIMENSIONS_MAX],
                           const nsym_node *value[NSYM_DIMENSIONS_MAX]);

/* What a reader sees of path `k` of n: its last part, or all of it where another ends alike. */
const char *nsym_setting_name(const char *const *path, size_t n, size_t k);

/* Does a card leave one of its experiments out, by `only` or by its `skip`? */
bool nsym_grid_skips(const nsym_tree *card, const nsym_node *experiment);

/* Do two points of one experiment differ in nothing but the coordinate `except`? */
bool nsym_point_beside(const nsym_point *a, const nsym_point *b, const char *except);

/* Do two points of a search stand at the same place of the grid, whatever they try and on whatever rung? */
bool nsym_point_same_place(const nsym_point *a, const nsym_point *b);

/* Do members have bootstraps of the training events of their own? */
bool nsym_point_bootstraps(const nsym_point *point);

/* Where the point stands on the axis of that name, or NULL. Borrowed. */
const char *nsym_point_value(const nsym_point *point, const char *name);

typedef struct nsym_grid {
    size_t points;
    nsym_point *point; /* (points), owned */
    size_t room;
} nsym_grid;

/* New grid of a card, which must outlive it. Every point is read, so that a fault anywhere in the card is found before
   anything runs. Errors: unknown keys at the card's top level or in an experiment, unknown recipes and models, an axis
   without values, two axes of one name. */
nsym_status nsym_grid_new(nsym_grid *out, const nsym_tree *card) NSYM_MUST_CHECK;
void nsym_grid_free(nsym_grid *grid);

#endif
