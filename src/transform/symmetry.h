/* Transformations by name, of which an event's copies are made. Each acts on two features of every particle; a new one
   is a file, and a row in the table of symmetries.c. */
#ifndef NSYM_TRANSFORM_SYMMETRY_H
#define NSYM_TRANSFORM_SYMMETRY_H

#include <stddef.h>

typedef struct nsym_symmetry {
    const char *name;
    const char *unit;              /* of its value */
    const char *const (*pairs)[2]; /* the features it acts on: the first of these pairs that particles have; ends with
                                      NULL */
    double
        period; /* even values divide it, random ones are drawn from it; 0: they lie within a range given by the user */
    void (*matrix)(double value, double matrix[4]);           /* (2, 2) of a linear one; or NULL, and */
    void (*act)(double value, double *first, double *second); /* what it does */
} nsym_symmetry;

extern const nsym_symmetry nsym_rotate, nsym_boost, nsym_shift_phi;

/* The names in the table's order, NULL-terminated, and the rows. */
extern const char *const nsym_symmetry_names[];
const nsym_symmetry *nsym_symmetry_at(size_t place);

/* The value of number `k` of `count` that are spread evenly, 0 first: over the period; without one within -range ...
   range, alternating in sign. And one for a uniform number u in [0, 1). */
double nsym_symmetry_even(const nsym_symmetry *symmetry, size_t k, size_t count, double range);
double nsym_symmetry_random(const nsym_symmetry *symmetry, double u, double range);

/* Transforms particles (n, width) in place: the features at pair[0] and pair[1]. */
void nsym_symmetry_apply(const nsym_symmetry *symmetry, double value, double *particles, size_t n, size_t width,
                         const size_t pair[2]);
void nsym_linear_apply(const double matrix[4], double *particles, size_t n, size_t width, const size_t pair[2]);

#endif
