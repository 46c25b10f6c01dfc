#include "stats/kde_sums.h"

#include "base/cpu.h"
#include "base/exp.h"

#include <nearsym/kde.h>

enum { D = NSYM_KDE_DIMENSIONS_MAX, BLOCK = 256, LANES = 8 };

/* *sum over a block of kernels, in an order that no CPU's vectors change: LANES sums, then theirs. Shapes: at (d) of
   (n), w (n), y (d). */
NSYM_LOOP block_sum_loop(const double *const *at, const double *w, size_t n, size_t d, const double *y, double *sum) {
    double term[BLOCK] = {0}, lane[LANES] = {0}, total = 0;
    size_t whole = (n + LANES - 1) / LANES * LANES;
    for (size_t k = 0; k < d; k++) {
        const double *x = at[k], to = y[k];
#pragma omp simd
        for (size_t i = 0; i < n; i++) term[i] += (x[i] - to) * (x[i] - to);
    }
#pragma omp simd
    for (size_t i = 0; i < n; i++) term[i] = w[i] * nsym_exp_minus(0.5 * term[i]);
    for (size_t i = 0; i < whole; i += LANES)
        for (size_t k = 0; k < LANES; k++) lane[k] += term[i + k];
    for (size_t k = 0; k < LANES; k++) total += lane[k];
    *sum = total;
}

NSYM_THREE_PATHS(block_sum,
                 (const double *const *at, const double *w, size_t n, size_t d, const double *y, double *sum),
                 (at, w, n, d, y, sum))

double nsym_kde_plain_sum(const double *const *x, const double *w, size_t n, size_t d, const double *y) {
    double sum = 0;
    for (size_t i = 0; i < n; i += BLOCK) {
        const double *at[D];
        double part;
        for (size_t k = 0; k < d; k++) at[k] = x[k] + i;
        block_sum(at, w + i, n - i < BLOCK ? n - i : BLOCK, d, y, &part);
        sum += part;
    }
    return sum;
}
