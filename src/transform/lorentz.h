/* Lorentz invariants of an event's four-momenta. */
#ifndef NSYM_TRANSFORM_LORENTZ_H
#define NSYM_TRANSFORM_LORENTZ_H

#include <stddef.h>

/* Product of two four-momenta (px, py, pz, E), signature (+, -, -, -) with E first: GeV^2. */
double nsym_minkowski(const double *p, const double *q);

/* Invariant mass of n four-momenta (n, 4); 0 where rounding makes its square negative. */
double nsym_mass(const double *p4, size_t n);

/* sign(t) ln(1 + |t|). */
double nsym_signed_log(double t);

/* For every pair i < j of n four-momenta (n, 4): p_i . p_j and (p_j - p_i)^2, each as sign(t) ln(1 + |t|), as PRD 111,
   072002 feeds them to its invariant network. Shape: out (n (n - 1)). */
void nsym_lorentz_pairs(const double *p4, size_t n, double *out);

#endif
