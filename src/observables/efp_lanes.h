/* What both kinds of kernels are made of: vectors of doubles, tiles of sums kept in registers, distances. Included by
   the files that are compiled once per kind of CPU, and by nothing else. */
#ifndef NSYM_OBSERVABLES_EFP_LANES_H
#define NSYM_OBSERVABLES_EFP_LANES_H

#include "base/lanes.h"
#include "observables/efp_kernels.h"

#include <math.h>
#include <stdint.h>
#ifdef NSYM_X86
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
enum { LANES = 8, ROWS = 8, VECTORS = 3, TRIANGLE = 1 };
#elif defined(__AVX2__)
enum { LANES = 4, ROWS = 4, VECTORS = 3, TRIANGLE = 2 };
#else
enum { LANES = 2, ROWS = 4, VECTORS = 2, TRIANGLE = 2 };
#endif

typedef nsym_doubles lanes;
typedef lanes lanes_in_memory __attribute__((may_alias));
typedef int64_t masks __attribute__((vector_size(LANES * sizeof(int64_t))));

/* x y + z, in one rounding where there is an instruction for it. */
NSYM_INLINE lanes fused(lanes x, lanes y, lanes z) {
    return nsym_fused_doubles(x, y, z);
}

/* A number in every lane. */
NSYM_INLINE lanes all(double x) {
    return x - (lanes){0}; /* not +, which would make 0 of -0 */
}

NSYM_INLINE lanes load(const double *x) {
    return *(const lanes_in_memory *)x;
}

NSYM_INLINE void store(double *out, lanes x) {
    *(lanes_in_memory *)out = x;
}

/* x where the mask is set, y elsewhere. */
NSYM_INLINE lanes choose(masks mask, lanes x, lanes y) {
    return (lanes)((mask & (masks)x) | (~mask & (masks)y));
}

NSYM_INLINE bool any(masks mask) {
#if defined(__AVX512F__)
    return _mm512_movepi64_mask((__m512i)mask) != 0;
#elif defined(__AVX2__)
    return _mm256_movemask_pd((__m256d)mask) != 0;
#elif defined(NSYM_X86)
    return _mm_movemask_pd((__m128d)mask) != 0;
#else
    int64_t some = 0;
    for (size_t i = 0; i < LANES; i++) some |= mask[i];
    return some != 0;
#endif
}

NSYM_INLINE lanes root_of(lanes x) {
#if defined(__AVX512F__)
    return (lanes)_mm512_sqrt_pd((__m512d)x);
#elif defined(__AVX2__)
    return (lanes)_mm256_sqrt_pd((__m256d)x);
#elif defined(NSYM_X86)
    return (lanes)_mm_sqrt_pd((__m128d)x);
#else
    for (size_t i = 0; i < LANES; i++) x[i] = sqrt(x[i]);
    return x;
#endif
}

/* A tile of sum_k x_rk y_kj: `rows` x `vectors` vectors kept in registers, k below `depth`; result rows lie `apart`;
   x_rk, at x[r * down + k * along], is a number for all lanes where `single`, else a vector. */
NSYM_INLINE void accumulate(double *out, size_t apart, size_t rows, size_t vectors, const double *x, size_t down,
                            size_t along, bool single, const double *y, size_t stride, size_t depth) {
    lanes s[8][VECTORS];
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (size_t v = 0; v < vectors; v++) s[r][v] = (lanes){0};
    for (size_t k = 0; k < depth; k++, y += stride, x += along) {
        lanes row[VECTORS];
#pragma GCC unroll 3
        for (size_t v = 0; v < vectors; v++) row[v] = load(y + v * LANES);
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 3
            for (size_t v = 0; v < vectors; v++)
                s[r][v] = fused(single ? all(x[r * down]) : load(x + r * down), row[v], s[r][v]);
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (size_t v = 0; v < vectors; v++) store(out + r * apart + v * LANES, s[r][v]);
}

/* The same for the tiles there are: their sizes are known where it is compiled. */
NSYM_INLINE void tile_of(double *out, size_t apart, size_t rows, size_t vectors, const double *x, size_t down,
                         size_t along, bool single, const double *y, size_t stride, size_t depth) {
    if (vectors == 3 && VECTORS >= 3)
        accumulate(out, apart, rows, VECTORS, x, down, along, single, y, stride, depth);
    else if (vectors == 2)
        accumulate(out, apart, rows, 2, x, down, along, single, y, stride, depth);
    else
        accumulate(out, apart, rows, 1, x, down, along, single, y, stride, depth);
}

NSYM_INLINE void any_tile(double *out, size_t apart, size_t rows, size_t vectors, const double *x, size_t down,
                          size_t along, bool single, const double *y, size_t stride, size_t depth) {
    if (rows == ROWS)
        tile_of(out, apart, ROWS, vectors, x, down, along, single, y, stride, depth);
    else if (rows == 4)
        tile_of(out, apart, 4, vectors, x, down, along, single, y, stride, depth);
    else if (rows == 2)
        tile_of(out, apart, 2, vectors, x, down, along, single, y, stride, depth);
    else
        tile_of(out, apart, 1, vectors, x, down, along, single, y, stride, depth);
}

/* The rows of the next tile where `left` are left. */
NSYM_INLINE size_t rows_of(size_t left) {
    return left >= ROWS ? ROWS : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

/* a - b in [-pi, pi]. Beyond, turns are taken off with 2 pi in three parts, the first of 33 bits, and with what the
   difference lost to rounding: two particles on either side of pi are as near as they were elsewhere. */
NSYM_INLINE lanes angle_between(lanes a, lanes b) {
    static const double pi = 3.14159265358979323846, whole = 0x1.8p52, /* adding it rounds to a whole number */
        two_pi[] = {0x1.921fb544p+2, 0x1.0b4611a6p-32, 0x1.3198a2e037073p-67};
    lanes phi = a - b;
    masks beyond = (masks)(phi > pi) | (masks)(phi < -pi);
    if (!any(beyond)) return phi;
    lanes part = phi - a, lost = (a - (phi - part)) - (b + part), turns = fused(phi, all(0.5 / pi), all(whole)) - whole;
    lanes rest = fused(-turns, all(two_pi[1]), fused(-turns, all(two_pi[0]), phi));
    return choose(beyond, rest + fused(-turns, all(two_pi[2]), lost), phi);
}

/* sinh(x) / x at t = x^2, sin(x) / x at t = -x^2: the sum of t^k / (2 k + 1)!, whose rest is below 1e-17 for |t|
   to 2.5. */
NSYM_INLINE lanes wave(lanes t) {
    static const double factor[] = {1. / 6,        1. / 120,        1. / 5040,          1. / 362880,
                                    1. / 39916800, 1. / 6227020800, 1. / 1307674368000, 1. / 355687428096000};
    lanes sum = fused(t, all(1. / 51090942171709440000.), all(1. / 121645100408832000));
#pragma GCC unroll 8
    for (int k = 7; k >= 0; k--) sum = fused(t, sum, all(factor[k]));
    return fused(t, sum, all(1));
}

/* sinh(y / 2)^2 at y2 = y^2 / 4. */
NSYM_INLINE lanes along_of(lanes y, lanes y2) {
    lanes half = wave(y2), along = y2 * half * half;
    for (size_t i = 0; i < LANES; i++)
        if (!(y2[i] < 2.5)) along[i] = sinh(0.5 * y[i]) * sinh(0.5 * y[i]);
    return along;
}

/* theta^2 of two constituents at beta = 2, from rapidity, phi and (m / pt)^2. No digits are lost however near they are:
   2 p_i.p_j / (pt_i pt_j) is 4 (sinh^2(dy / 2) + sin^2(dphi / 2)) + 2 (mt_i mt_j / (pt_i pt_j) - 1) cosh(dy). */
NSYM_INLINE lanes square_of(nsym_efp_measure measure, const lanes a[3], const lanes b[3]) {
    lanes y = a[0] - b[0], phi = angle_between(a[1], b[1]);
    if (measure == NSYM_EFP_HADR) return fused(y, y, phi * phi);
    lanes y2 = 0.25 * y * y, phi2 = 0.25 * phi * phi, across = wave(-phi2), along = along_of(y, y2);
    lanes square = 4 * fused(phi2 * across, across, along), masses = fused(a[2], b[2], a[2] + b[2]);
    masks massive = (masks)(masses > 0);
    if (!any(massive)) return square;
    lanes heavier = fused(2 * masses / (1 + root_of(1 + masses)), 1 + 2 * along, square);
    return choose(massive, heavier, square);
}

/* theta where `rooted` (beta = 1), else its square. */
NSYM_INLINE lanes distance_of(nsym_efp_measure measure, bool rooted, const lanes a[3], const lanes b[3]) {
    lanes square = measure == NSYM_EFP_HADR ? square_of(NSYM_EFP_HADR, a, b) : square_of(NSYM_EFP_HADRDOT, a, b);
    return rooted ? root_of(square) : square;
}

#endif
