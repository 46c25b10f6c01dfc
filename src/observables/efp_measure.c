#include "observables/efp_measure.h"

#include <math.h>

static const double PI = 3.14159265358979323846;

nsym_efp_place nsym_efp_place_of(nsym_efp_coordinates coordinates, const double *q, double pt) {
    if (coordinates == NSYM_EFP_PT_ETA_PHI) return (nsym_efp_place){q[1], q[2], 0};
    double p = hypot(pt, q[3]), m2 = (q[0] - p) * (q[0] + p);
    if (m2 < 0x1p-48 * q[0] * q[0]) m2 = 0;
    return (nsym_efp_place){asinh(q[3] / hypot(pt, sqrt(m2))), atan2(q[2], q[1]), m2 / pt / pt};
}

/* a - b in [-pi, pi]. Beyond, turns are taken off with 2 pi in three parts, the first of 33 bits, and with what the
   difference lost to rounding: two particles on either side of pi are as near as they were elsewhere. */
static inline double angle_between(double a, double b) {
    static const double two_pi[] = {0x1.921fb544p+2, 0x1.0b4611a6p-32, 0x1.3198a2e037073p-67};
    double phi = a - b;
    if (fabs(phi) <= PI) return phi;
    double part = phi - a, lost = (a - (phi - part)) - (b + part), turns = rint(phi / (2 * PI));
    return phi - turns * two_pi[0] - turns * two_pi[1] + (lost - turns * two_pi[2]);
}

/* sinh(x) / x at t = x^2, sin(x) / x at t = -x^2: the sum of t^k / (2 k + 1)!, whose rest is below 1e-17 for |t|
 * to 2.5. */
static inline double wave(double t) {
    static const double factor[] = {1. / 6,        1. / 120,        1. / 5040,          1. / 362880,
                                    1. / 39916800, 1. / 6227020800, 1. / 1307674368000, 1. / 355687428096000};
    double sum = 1. / 121645100408832000 + t * (1. / 51090942171709440000.);
#pragma GCC unroll 8
    for (int k = 7; k >= 0; k--) sum = factor[k] + t * sum;
    return 1 + t * sum;
}

double nsym_efp_square(nsym_efp_measure measure, const nsym_efp_place *a, const nsym_efp_place *b) {
    double y = a->rapidity - b->rapidity, phi = angle_between(a->phi, b->phi);
    if (measure == NSYM_EFP_HADR) return y * y + phi * phi;
    double y2 = 0.25 * y * y, phi2 = 0.25 * phi * phi, half = y2 < 2.5 ? wave(y2) : 0, across = wave(-phi2);
    double along = y2 < 2.5 ? y2 * half * half : sinh(0.5 * y) * sinh(0.5 * y);
    double square = 4 * (along + phi2 * across * across);
    double masses = a->mass2 + b->mass2 + a->mass2 * b->mass2;
    if (masses > 0) square += 2 * masses / (1 + sqrt(1 + masses)) * (1 + 2 * along);
    return square;
}
