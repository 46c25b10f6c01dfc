/* Voigt's profile with its derivatives, and its integrals. */
#ifndef NSYM_STATS_VOIGT_H
#define NSYM_STATS_VOIGT_H

#include <stddef.h>

/* A value and its first and second derivatives in sigma, gamma and the centre. */
enum {
    NSYM_VOIGT_VALUE,
    NSYM_VOIGT_S,
    NSYM_VOIGT_G,
    NSYM_VOIGT_C,
    NSYM_VOIGT_SS,
    NSYM_VOIGT_SG,
    NSYM_VOIGT_SC,
    NSYM_VOIGT_GG,
    NSYM_VOIGT_GC,
    NSYM_VOIGT_CC,
    NSYM_VOIGT_TERMS
};

/* The profile at a distance x = m - centre; sigma > 0, gamma >= 0. Shape: terms (NSYM_VOIGT_TERMS). */
void nsym_voigt(double x, double sigma, double gamma, double *terms);

/* The profile alone. */
double nsym_voigt_value(double x, double sigma, double gamma);

/* The same at many distances x (n), faster than one by one where neighbours are near each other: the terms, shape
   (n, NSYM_VOIGT_TERMS), or the profile alone, (n). */
void nsym_voigt_terms(const double *x, size_t n, double sigma, double gamma, double *terms);

/* The same with all masses of a term side by side: term t of x_i is terms[t * stride + i]; stride at least n. */
void nsym_voigt_rows(const double *x, size_t n, double sigma, double gamma, double *terms, size_t stride);
void nsym_voigt_values(const double *x, size_t n, double sigma, double gamma, double *out);

/* Integrals over low < x < high of all terms, and of the value alone; to about 1e-13. */
void nsym_voigt_integrals(double low, double high, double sigma, double gamma, double *terms);
double nsym_voigt_integral(double low, double high, double sigma, double gamma);

#endif
