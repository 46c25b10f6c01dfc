#include "stats/dense.h"

#include <math.h>
#include <string.h>

bool nsym_cholesky(double *a, size_t n) {
    for (size_t j = 0; j < n; j++) {
        double pivot = a[j * n + j];
        for (size_t k = 0; k < j; k++) pivot -= a[j * n + k] * a[j * n + k];
        /* a pivot of nothing but rounding is none */
        if (!(pivot > 1e-15 * fabs(a[j * n + j])) || !isfinite(pivot)) return false;
        pivot = sqrt(pivot);
        for (size_t i = j + 1; i < n; i++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = sum / pivot;
        }
        a[j * n + j] = pivot;
        for (size_t i = 0; i < j; i++) a[i * n + j] = 0;
    }
    return true;
}

void nsym_cholesky_solve(const double *l, size_t n, double *x) {
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
        x[i] /= l[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
        x[i] /= l[i * n + i];
    }
}

bool nsym_positive_inverse(double *a, size_t n) {
    double scale[16], l[16 * 16];
    for (size_t i = 0; i < n; i++) {
        if (!(a[i * n + i] > 0)) return false;
        scale[i] = 1 / sqrt(a[i * n + i]);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) l[i * n + k] = a[i * n + k] * scale[i] * scale[k];
    if (!nsym_cholesky(l, n)) return false;
    for (size_t k = 0; k < n; k++) {
        double column[16] = {0};
        column[k] = 1;
        nsym_cholesky_solve(l, n, column);
        for (size_t i = 0; i < n; i++) a[i * n + k] = column[i] * scale[i] * scale[k];
    }
    return true;
}
