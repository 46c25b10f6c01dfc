/* With zeta = x + i gamma, the profile is the real part of F(zeta) = w(zeta / (sigma sqrt 2)) / (sigma sqrt(2 pi)), w
   Faddeeva's function (Abramowitz & Stegun 7.1.3). F is analytic, so the derivatives in x and gamma are parts of
   F', F'', ...; and a Gaussian spreads like heat, dV/dsigma = sigma d2V/dx2.

   LANES values at once, in operations that round alike on every CPU: near 0 by the trapezoidal rule for w's integral
   with the residues of its poles (M. Al Azah & S. N. Chandler-Wilde, SIAM J. Numer. Anal. 59 (2021) 2346), to 1e-13 of
   |w|; far from it by the asymptotic series. */
#include "stats/voigt.h"

#include "base/cpu.h"
#include "base/exp.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LANES = 8, ORDERS = 5, NODES = 12, SERIES = 12 };

static const double inverse_sqrt_pi = 0.56418958354775628695, far_from = 120;

/* Parts of w and of its derivatives. */
typedef struct {
    double re[ORDERS][LANES], im[ORDERS][LANES];
} values;

/* The nearest integer of 0 <= x < 2^31, also as bits. */
static inline double nearest(double x, int64_t *bits) {
    double shifted = x + 0x1.8p52;
    memcpy(bits, &shifted, sizeof *bits);
    return shifted - 0x1.8p52;
}

static inline double flip(double x, uint64_t sign) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits ^= sign << 63;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Of an angle from 0 to 1000: the nearest quarter turn, and Taylor's polynomials of what remains. */
static inline void turn(double angle, double *cosine, double *sine) {
    int64_t bits;
    double n = nearest(angle * 0.63661977236758134308, &bits);
    double r = angle - n * 0x1.921fb54400000p+0 - n * 0x1.0b4611a626331p-34, z = r * r;
    double s = -1. / 1307674368000, c = 1. / 20922789888000;
    s = s * z + 1. / 6227020800;
    s = s * z - 1. / 39916800;
    s = s * z + 1. / 362880;
    s = s * z - 1. / 5040;
    s = s * z + 1. / 120;
    s = s * z - 1. / 6;
    s = s * z * r + r;
    c = c * z - 1. / 87178291200;
    c = c * z + 1. / 479001600;
    c = c * z - 1. / 3628800;
    c = c * z + 1. / 40320;
    c = c * z - 1. / 720;
    c = c * z + 1. / 24;
    c = c * z * z - 0.5 * z + 1;
    uint64_t quarter = (uint64_t)bits;
    bool swap = quarter & 1;
    *cosine = flip(swap ? s : c, ((quarter + 1) >> 1) & 1);
    *sine = flip(swap ? c : s, (quarter >> 1) & 1);
}

/* The rule's step h = sqrt(pi / NODES), and its points t^2 with exp(-t^2): at t = (k + 1/2) h, and at t = k h, the
   first by half. */
static const double per_step = 1.9544100476116796863, turns = 12.279920495357861862; /* 1 / h, 2 pi / h */
static const double half_square[] = {0.0654498469497873591, 0.589048622548086232, 1.63624617374468398,
                                     3.2070425005395806,    5.30143760293277609,  7.91943148092427046,
                                     11.0610241345140637,   14.7262155637021558,  18.9150057684885468,
                                     23.6273947488732366,   28.8633825048562254,  34.622969036437513};
static const double half_weight[] = {0.936646021236595906,    0.554854910159853409,    0.194709578085290299,
                                     0.0404761446038057424,   0.0049844231324685865,   0.00036360898638930447,
                                     1.57129690178004798e-5,  4.02240542156481385e-7,  6.09982491591215961e-9,
                                     5.47965023975752709e-11, 2.91603175517949939e-13, 9.19254152513437274e-16};
static const double whole_square[] = {0,
                                      0.261799387799149437,
                                      1.04719755119659775,
                                      2.35619449019234493,
                                      4.18879020478639098,
                                      6.54498469497873591,
                                      9.42477796076937972,
                                      12.8281700021583224,
                                      16.7551608191455639,
                                      21.2057504117311044,
                                      26.1799387799149437,
                                      31.6777259236970818};
static const double whole_weight[] = {0.5,
                                      0.769665412493239808,
                                      0.350919807178410968,
                                      0.0947802248421548528,
                                      0.01516461986454657,
                                      0.00143730608040753177,
                                      8.06995175703045992e-5,
                                      2.68408679309674335e-6,
                                      5.28842211694415733e-8,
                                      6.17247886522430957e-10,
                                      4.26773113545522469e-12,
                                      1.74798794056550129e-14};

/* w at x + i y; x is at least a quarter of a step from the points that are taken. Above a line y = pi / h no pole has a
   residue to add. `grown` is exp(y^2), `damped` exp(2 pi y / h). Shape: x (LANES), x >= 0. */
NSYM_LOOP near_loop(values *w, const double *x, double y, double grown, double damped) {
    bool residues = 2 * y < turns;
#pragma omp simd
    for (size_t l = 0; l < LANES; l++) {
        int64_t bits;
        double phase = x[l] * per_step, off = phase - nearest(phase, &bits);
        bool half = !residues || fabs(off) < 0.25;
        double re = x[l] * x[l] - y * y, im = 2 * x[l] * y, sum_re = 0, sum_im = 0;
        for (int k = 0; k < NODES; k++) {
            double a = re - (half ? half_square[k] : whole_square[k]), c = half ? half_weight[k] : whole_weight[k];
            double part = c / (a * a + im * im);
            sum_re += a * part;
            sum_im -= im * part;
        }
        double c, s, cosine, sine;
        turn(im, &c, &s);
        turn(fabs(off) * 6.28318530717958647692, &cosine, &sine);
        sine = off < 0 ? -sine : sine; /* exp(-2 pi i z / h) is damped (cosine - i sine) */
        double sign = half ? damped : -damped, below_re = 1 + sign * cosine, below_im = -sign * sine;
        double size = 2 * grown * nsym_exp_minus(x[l] * x[l]) / (below_re * below_re + below_im * below_im);
        size = residues ? size : 0;
        double scale = 0.32573500793527994772; /* 2 h / pi */
        w->re[0][l] = size * (c * below_re - s * below_im) - scale * (x[l] * sum_im + y * sum_re);
        w->im[0][l] = scale * (x[l] * sum_re - y * sum_im) - size * (c * below_im + s * below_re);
    }
}

NSYM_THREE_PATHS(near, (values * w, const double *x, double y, double grown, double damped), (w, x, y, grown, damped))

/* w' = -2 z w + 2 i / sqrt(pi), and from there w(k+1) = -2 k w(k-1) - 2 z w(k). */
NSYM_LOOP derive_loop(values *w, const double *x, double y) {
    for (int k = 0; k + 1 < ORDERS; k++) {
        const double *last_re = w->re[k > 0 ? k - 1 : 0], *last_im = w->im[k > 0 ? k - 1 : 0];
        double constant = k > 0 ? 0 : 2 * inverse_sqrt_pi;
#pragma omp simd
        for (size_t l = 0; l < LANES; l++) {
            double re = w->re[k][l], im = w->im[k][l];
            w->re[k + 1][l] = -2 * k * last_re[l] - 2 * (x[l] * re - y * im);
            w->im[k + 1][l] = -2 * k * last_im[l] - 2 * (x[l] * im + y * re) + constant;
        }
    }
}

NSYM_THREE_PATHS(derive, (values * w, const double *x, double y), (w, x, y))

/* w and its first `order` derivatives: i / sqrt(pi) sum_n (2n-1)!! / 2^n z^-(2n+1), term by term. */
NSYM_LOOP far_loop(values *w, const double *x, double y, int order) {
    static const double coefficient[SERIES] = {1,
                                               0.5,
                                               0.75,
                                               1.875,
                                               6.5625,
                                               29.53125,
                                               162.421875,
                                               1055.7421875,
                                               7918.06640625,
                                               67303.564453125,
                                               639383.8623046875,
                                               6713530.55419921875};
    double inverse_re[LANES], inverse_im[LANES], square_re[LANES], square_im[LANES], power_re[LANES], power_im[LANES];
#pragma omp simd
    for (size_t l = 0; l < LANES; l++) {
        double size = x[l] * x[l] + y * y, re = x[l] / size, im = -y / size;
        inverse_re[l] = re;
        inverse_im[l] = im;
        square_re[l] = re * re - im * im;
        square_im[l] = 2 * re * im;
        power_re[l] = -inverse_sqrt_pi * im;
        power_im[l] = inverse_sqrt_pi * re;
    }
    for (int k = 0; k <= order; k++) {
        double sum_re[LANES] = {0}, sum_im[LANES] = {0};
        for (int n = SERIES; n-- > 0;) {
            double factor = coefficient[n];
            for (int i = 1; i <= k; i++) factor *= -(2 * n + i);
#pragma omp simd
            for (size_t l = 0; l < LANES; l++) {
                double re = sum_re[l] * square_re[l] - sum_im[l] * square_im[l] + factor;
                sum_im[l] = sum_re[l] * square_im[l] + sum_im[l] * square_re[l];
                sum_re[l] = re;
            }
        }
#pragma omp simd
        for (size_t l = 0; l < LANES; l++) {
            w->re[k][l] = sum_re[l] * power_re[l] - sum_im[l] * power_im[l];
            w->im[k][l] = sum_re[l] * power_im[l] + sum_im[l] * power_re[l];
            double re = power_re[l] * inverse_re[l] - power_im[l] * inverse_im[l];
            power_im[l] = power_re[l] * inverse_im[l] + power_im[l] * inverse_re[l];
            power_re[l] = re;
        }
    }
}

NSYM_THREE_PATHS(far, (values * w, const double *x, double y, int order), (w, x, y, order))

/* F and its first `order` derivatives (0 or 4) at distances |x| of n <= LANES points. */
static void profile(values *f, const double *x, size_t n, double sigma, double gamma, int order) {
    double scale = 1 / (sigma * M_SQRT2), factor = inverse_sqrt_pi * scale, at[LANES] = {0}, y = gamma * scale;
    double close[LANES], distant[LANES];
    size_t any_far = 0;
    values outer;
    for (size_t l = 0; l < LANES; l++) {
        at[l] = fabs(x[l < n ? l : 0]) * scale;
        bool is_far = at[l] * at[l] + y * y > far_from;
        any_far += is_far;
        close[l] = is_far ? 0 : at[l];
        distant[l] = is_far ? at[l] : 16;
    }
    if (any_far < LANES) {
        double inside = fmin(y, 0.5 * turns);
        near(f, close, y, exp(inside * inside), exp(inside * turns));
        if (order > 0) derive(f, close, y);
    }
    if (any_far > 0) far(any_far < LANES ? &outer : f, distant, y, order);
    for (int k = 0; k <= order; k++, factor *= scale)
        for (size_t l = 0; l < LANES; l++) {
            bool is_outer = any_far > 0 && any_far < LANES && at[l] * at[l] + y * y > far_from;
            f->re[k][l] = factor * (is_outer ? outer.re[k][l] : f->re[k][l]);
            f->im[k][l] = factor * (is_outer ? outer.im[k][l] : f->im[k][l]);
        }
}

void nsym_voigt_values(const double *x, size_t n, double sigma, double gamma, double *out) {
    values f;
    for (size_t i = 0; i < n; i += LANES) {
        size_t count = n - i < LANES ? n - i : LANES;
        profile(&f, x + i, count, sigma, gamma, 0);
        memcpy(out + i, f.re[0], count * sizeof *out);
    }
}

double nsym_voigt_value(double x, double sigma, double gamma) {
    double value;
    nsym_voigt_values(&x, 1, sigma, gamma, &value);
    return value;
}

/* F(-x + i gamma) is the conjugate of F(x + i gamma). Row t of the terms begins at t * stride. */
NSYM_LOOP combine_loop(const values *f, const double *x, size_t n, double sigma, double *row, size_t stride) {
#pragma omp simd
    for (size_t l = 0; l < n; l++) {
        double side = copysign(1, x[l]);
        row[NSYM_VOIGT_VALUE * stride + l] = f->re[0][l];
        row[NSYM_VOIGT_S * stride + l] = sigma * f->re[2][l];
        row[NSYM_VOIGT_G * stride + l] = -f->im[1][l];
        row[NSYM_VOIGT_C * stride + l] = -side * f->re[1][l];
        row[NSYM_VOIGT_SS * stride + l] = f->re[2][l] + sigma * sigma * f->re[4][l];
        row[NSYM_VOIGT_SG * stride + l] = -sigma * f->im[3][l];
        row[NSYM_VOIGT_SC * stride + l] = -side * sigma * f->re[3][l];
        row[NSYM_VOIGT_GG * stride + l] = -f->re[2][l];
        row[NSYM_VOIGT_GC * stride + l] = side * f->im[2][l];
        row[NSYM_VOIGT_CC * stride + l] = f->re[2][l];
    }
}

NSYM_THREE_PATHS(combine, (const values *f, const double *x, size_t n, double sigma, double *row, size_t stride),
                 (f, x, n, sigma, row, stride))

void nsym_voigt_rows(const double *x, size_t n, double sigma, double gamma, double *terms, size_t stride) {
    values f;
    for (size_t i = 0; i < n; i += LANES) {
        size_t count = n - i < LANES ? n - i : LANES;
        profile(&f, x + i, count, sigma, gamma, 4);
        combine(&f, x + i, count, sigma, terms + i, stride);
    }
}

void nsym_voigt_terms(const double *x, size_t n, double sigma, double gamma, double *terms) {
    double row[NSYM_VOIGT_TERMS][LANES] = {{0}};
    for (size_t i = 0; i < n; i += LANES) {
        size_t count = n - i < LANES ? n - i : LANES;
        nsym_voigt_rows(x + i, count, sigma, gamma, row[0], LANES);
        for (size_t l = 0; l < count; l++)
            for (size_t t = 0; t < NSYM_VOIGT_TERMS; t++) terms[(i + l) * NSYM_VOIGT_TERMS + t] = row[t][l];
    }
}

void nsym_voigt(double x, double sigma, double gamma, double *terms) {
    nsym_voigt_terms(&x, 1, sigma, gamma, terms);
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
    double half = (to - from) / panels / 2, at[2 * POINTS * NSYM_VOIGT_TERMS], x[2 * POINTS], step[2 * POINTS];
    for (int t = 0; t < terms; t++) sums[t] = 0;
    for (int p = 0; p < panels; p++) {
        for (int i = 0; i < 2 * POINTS; i++) {
            double offset = i < POINTS ? -node[i] : node[i - POINTS], u = from + half * (2 * p + 1 + offset);
            x[i] = width * sinh(u);
            step[i] = half * part[i % POINTS] * width * cosh(u);
        }
        if (terms == 1)
            nsym_voigt_values(x, 2 * POINTS, sigma, gamma, at);
        else
            nsym_voigt_terms(x, 2 * POINTS, sigma, gamma, at);
        for (int i = 0; i < 2 * POINTS; i++)
            for (int t = 0; t < terms; t++) sums[t] += step[i] * at[i * terms + t];
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
