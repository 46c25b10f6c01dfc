/* With zeta = x + i gamma, the profile is the real part of F(zeta) = w(zeta / (sigma sqrt 2)) / (sigma sqrt(2 pi)), w
   Faddeeva's function (Abramowitz & Stegun 7.1.3). F is analytic, so the derivatives in x and gamma are parts of
   F', F'', ...; and a Gaussian spreads like heat, dV/dsigma = sigma d2V/dx2. */
#include "stats/voigt.h"

#include <cerf.h>
#include <complex.h>
#include <math.h>

static const double inverse_sqrt_pi = 0.56418958354775628695;

/* w and its first `order` derivatives far from 0: i / sqrt(pi) sum_n (2n-1)!! / 2^n z^-(2n+1), term by term. */
static void far(double complex z, int order, double complex *w) {
    double complex inverse = 1 / z, square = inverse * inverse, term = I * inverse_sqrt_pi * inverse;
    double first = cabs(term);
    for (int k = 0; k <= order; k++) w[k] = 0;
    for (int n = 0; n < 12; n++) {
        double complex derivative = term;
        for (int k = 0; k <= order; k++) {
            w[k] += derivative;
            derivative *= -(2 * n + 1 + k) * inverse;
        }
        if (cabs(term) < 1e-18 * first) break;
        term *= (n + 0.5) * square;
    }
}

/* w' = -2 z w + 2 i / sqrt(pi), and from there w(k+1) = -2 k w(k-1) - 2 z w(k). */
static void near(double complex z, int order, double complex *w) {
    w[0] = w_of_z(z);
    if (order > 0) w[1] = -2 * z * w[0] + 2 * I * inverse_sqrt_pi;
    for (int k = 1; k < order; k++) w[k + 1] = -2 * k * w[k - 1] - 2 * z * w[k];
}

/* F and its first `order` derivatives. Shape: f (order + 1). */
static void profile(double x, double sigma, double gamma, int order, double complex *f) {
    double scale = 1 / (sigma * M_SQRT2), factor = inverse_sqrt_pi * scale;
    double complex z = __builtin_complex(x * scale, gamma * scale);
    if (creal(z) * creal(z) + cimag(z) * cimag(z) > 120)
        far(z, order, f);
    else
        near(z, order, f);
    for (int k = 0; k <= order; k++, factor *= scale) f[k] *= factor;
}

double nsym_voigt_value(double x, double sigma, double gamma) {
    double complex f;
    profile(x, sigma, gamma, 0, &f);
    return creal(f);
}

void nsym_voigt(double x, double sigma, double gamma, double *terms) {
    double complex f[5];
    profile(x, sigma, gamma, 4, f);
    terms[NSYM_VOIGT_VALUE] = creal(f[0]);
    terms[NSYM_VOIGT_S] = sigma * creal(f[2]);
    terms[NSYM_VOIGT_G] = -cimag(f[1]);
    terms[NSYM_VOIGT_C] = -creal(f[1]);
    terms[NSYM_VOIGT_SS] = creal(f[2]) + sigma * sigma * creal(f[4]);
    terms[NSYM_VOIGT_SG] = -sigma * cimag(f[3]);
    terms[NSYM_VOIGT_SC] = -sigma * creal(f[3]);
    terms[NSYM_VOIGT_GG] = -creal(f[2]);
    terms[NSYM_VOIGT_GC] = cimag(f[2]);
    terms[NSYM_VOIGT_CC] = creal(f[2]);
}

/* Gauss and Legendre's 16 points: the positive half, and their parts. */
enum { POINTS = 8 };
static const double node[] = {0.09501250983763745, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438,
                              0.755404408355003,   0.8656312023878318, 0.9445750230732326,  0.9894009349916499};
static const double part[] = {0.18945061045506859, 0.1826034150449236,  0.16915651939500262,  0.14959598881657676,
                              0.12462897125553403, 0.09515851168249259, 0.062253523938647706, 0.027152459411754037};

/* Sums parts(x) dx with x = width sinh u, so that the peak and its tails are equally smooth; panels of at most half a
   unit of u. */
static void integrate(double low, double high, double sigma, double gamma, int terms, double *sums) {
    double width = sigma + gamma, from = asinh(low / width), to = asinh(high / width);
    int panels = (int)ceil(2 * (to - from)) + (to <= from);
    double half = (to - from) / panels / 2, at[NSYM_VOIGT_TERMS];
    for (int t = 0; t < terms; t++) sums[t] = 0;
    for (int p = 0; p < panels; p++)
        for (int i = 0; i < 2 * POINTS; i++) {
            double offset = i < POINTS ? -node[i] : node[i - POINTS];
            double u = from + half * (2 * p + 1 + offset), step = half * part[i % POINTS] * width * cosh(u);
            if (terms == 1)
                at[0] = nsym_voigt_value(width * sinh(u), sigma, gamma);
            else
                nsym_voigt(width * sinh(u), sigma, gamma, at);
            for (int t = 0; t < terms; t++) sums[t] += step * at[t];
        }
}

void nsym_voigt_integrals(double low, double high, double sigma, double gamma, double *terms) {
    integrate(low, high, sigma, gamma, NSYM_VOIGT_TERMS, terms);
}

double nsym_voigt_integral(double low, double high, double sigma, double gamma) {
    double sum;
    integrate(low, high, sigma, gamma, 1, &sum);
    return sum;
}
