/* Transformations by name, of which an event's copies are made. Each acts on two to four features of every particle; a
   new one is a file, and a row in the table of symmetries.c. */
#ifndef NSYM_TRANSFORM_SYMMETRY_H
#define NSYM_TRANSFORM_SYMMETRY_H

#include <nearsym/events.h>
#include <nearsym/random.h>
#include <stdbool.h>
#include <stddef.h>

enum { NSYM_SYMMETRY_FEATURES = 4 };

/* One of the transformations of a name. */
typedef struct nsym_element {
    double value;         /* how far, in the symmetry's unit; 0: nothing changes */
    double axis[3];       /* unit vector along or about which, where the symmetry has one */
    const double *matrix; /* (2, 2) of one out of a list (nsym_matrices, nsym_reflect), else NULL. Borrowed */
} nsym_element;

typedef struct nsym_symmetry {
    const char *name;
    const char *unit;                                      /* of its value */
    const char *const (*features)[NSYM_SYMMETRY_FEATURES]; /* what it acts on: the first of these sets that particles
                                                              have; a shorter set is filled with NULL, an empty one
                                                              ends the list */
    double period; /* even values divide it, random ones are drawn from it; 0: they lie within a range given by the user
                    */
    void (*matrix)(const nsym_element *g, double *matrix);    /* of a linear one, (n, n), n features; or NULL, and */
    void (*act)(double value, double *first, double *second); /* what it does to two features */
    void (*draw)(nsym_element *g, nsym_random *random, double range); /* a random one; NULL: its value alone is drawn */
    bool only_drawn;    /* it has too many parameters for even or listed values */
    const char *remark; /* what somebody should know who asks whether a sample has this symmetry; or NULL */
} nsym_symmetry;

extern const nsym_symmetry nsym_rotate, nsym_boost, nsym_shift_phi, nsym_boost_transverse, nsym_rotate_3d;

/* One out of a list of 2 x 2 matrices, and the mirror image (y changes sign). They are in no table: a card has them as
   copies.matrices and copies.reflect. */
extern const nsym_symmetry nsym_matrices, nsym_reflect;
extern const double nsym_mirror[4]; /* (2, 2), of the mirror image */

/* The names in the table's order, NULL-terminated, and the rows. */
extern const char *const nsym_symmetry_names[];
const nsym_symmetry *nsym_symmetry_at(size_t place);

/* The row of that name; NULL: there is none. */
const nsym_symmetry *nsym_symmetry_named(const char *name);

/* Names of nsym_image_style, in its order, NULL-terminated. */
extern const char *const nsym_image_styles[];

/* The places of the features that the symmetry acts on, in the order of its set; NSYM_NONE behind the last. False: the
   particles have none of its sets. */
bool nsym_symmetry_find(size_t place[NSYM_SYMMETRY_FEATURES], const nsym_events *events, const nsym_symmetry *symmetry);

/* What it acts on, for a message: "x and y, or px and py". */
void nsym_symmetry_needs(char *text, size_t size, const nsym_symmetry *symmetry);

/* That of a given value; of a symmetry with an axis along x. */
nsym_element nsym_symmetry_element(double value);

/* The value of number `k` of `count` that are spread evenly, 0 first: over the period; without one within -range ...
   range, alternating in sign. */
double nsym_symmetry_even(const nsym_symmetry *symmetry, size_t k, size_t count, double range);

/* A random one from the period, or the range. */
nsym_element nsym_symmetry_draw(const nsym_symmetry *symmetry, nsym_random *random, double range);

/* Transforms particles (n, width) in place: the features at `place`. */
void nsym_symmetry_apply(const nsym_symmetry *symmetry, const nsym_element *g, double *particles, size_t n,
                         size_t width, const size_t place[NSYM_SYMMETRY_FEATURES]);
void nsym_linear_apply(const double matrix[4], double *particles, size_t n, size_t width, const size_t pair[2]);

#endif
