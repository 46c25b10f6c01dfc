/* Small symmetric matrices, row by row. */
#ifndef NSYM_STATS_DENSE_H
#define NSYM_STATS_DENSE_H

#include <stdbool.h>
#include <stddef.h>

/* Replaces the lower triangle of a (n, n) by L with L L' = a; the upper one becomes 0. False: a is not positive
   definite, and is spoilt. */
bool nsym_cholesky(double *a, size_t n);

/* Solves L L' x = b in place. Shapes: l (n, n), x (n). */
void nsym_cholesky_solve(const double *l, size_t n, double *x);

/* Inverts a (n, n) in place, its rows and columns scaled first; false: not positive definite. n <= 16. */
bool nsym_positive_inverse(double *a, size_t n);

#endif
