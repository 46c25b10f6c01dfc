#include "transform/lorentz.h"

#include <math.h>

double nsym_minkowski(const double *p, const double *q) {
    return p[3] * q[3] - p[0] * q[0] - p[1] * q[1] - p[2] * q[2];
}

double nsym_mass(const double *p4, size_t n) {
    double sum[4] = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 4; k++) sum[k] += p4[4 * i + k];
    double square = nsym_minkowski(sum, sum);
    return square > 0 ? sqrt(square) : 0;
}

double nsym_signed_log(double t) {
    return copysign(log1p(fabs(t)), t);
}

void nsym_lorentz_pairs(const double *p4, size_t n, double *out) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            const double *p = p4 + 4 * i, *q = p4 + 4 * j;
            double difference[4] = {q[0] - p[0], q[1] - p[1], q[2] - p[2], q[3] - p[3]};
            *out++ = nsym_signed_log(nsym_minkowski(p, q));
            *out++ = nsym_signed_log(nsym_minkowski(difference, difference));
        }
}
