/* What the number beside a metric in the ledger stands for: an epoch, the background's rate of a ROC curve, classes, or
   an input of the network. */
#ifndef NSYM_STUDY_COORDINATES_H
#define NSYM_STUDY_COORDINATES_H

#include <nearsym/classes.h>
#include <stdbool.h>

/* Coordinates of a metric's own. A number, where there is one, is the ledger's over `divisor`; before it stand classes:
   the ledger has 1 + class + NSYM_CLASSES_MAX x (the second class, or the number). */
typedef struct nsym_own_coordinates {
    const char *metric;
    const char *number; /* "epoch", "background"; NULL: classes or an input alone */
    double divisor;
    const char *of_class[2]; /* names of the coordinates that are classes, NULL where there are fewer */
    const char *of_name;     /* "input" (study/importance.h) or "variation" (study/variations.h): what has the number
                                that the ledger has */
} nsym_own_coordinates;

/* Those of a metric, also of its differences; of any other the epoch, which is no coordinate where it is 0. Borrowed
   for ever. */
const nsym_own_coordinates *nsym_coordinates_of(const char *metric);

/* The i-th of all there are, for those who refuse the others; NULL behind the last. */
const nsym_own_coordinates *nsym_coordinates_at(size_t i);

/* The ledger's number of the classes, or the class and the number, of a metric. */
size_t nsym_class_number(size_t class, size_t other);

/* What a number of the ledger says: the coordinate that is a number, over its divisor (0: there is none), and the class
   of place 0 or 1. */
double nsym_coordinate_number(const nsym_own_coordinates *own, size_t number);
size_t nsym_coordinate_class(size_t number, size_t place);

#endif
