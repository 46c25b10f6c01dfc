/* Compiled once per kind of CPU (CMakeLists.txt), each time into another table, NSYM_KERNELS. */
#include "observables/efp_kernels.h"

#include <math.h>
#include <string.h>
#ifdef NSYM_X86
#include <xmmintrin.h>
#endif

#ifndef NSYM_KERNELS
#define NSYM_KERNELS nsym_efp_kernels_plain
#endif

#if defined(__AVX512F__)
enum { LANES = 8, ROWS = 8, VECTORS = 3, TRIANGLE = 1 };
#elif defined(__AVX2__)
enum { LANES = 4, ROWS = 4, VECTORS = 3, TRIANGLE = 2 };
#else
enum { LANES = 2, ROWS = 4, VECTORS = 2, TRIANGLE = 2 };
#endif

typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(LANES * sizeof(double)), may_alias));

static inline lanes load(const double *x) {
    return *(const lanes *)x;
}

static inline void store(double *out, lanes x) {
    *(lanes *)out = x;
}

/* The sum of all lanes, by halves. */
static inline double total(lanes x) {
#if defined(__AVX512F__)
    x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3);
    x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5);
    x += __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6);
#elif defined(__AVX2__)
    x += __builtin_shufflevector(x, x, 2, 3, 0, 1);
    x += __builtin_shufflevector(x, x, 1, 0, 3, 2);
#else
    x += __builtin_shufflevector(x, x, 1, 0);
#endif
    return x[0];
}

static void times(double *out, const double *x, const double *y, size_t n) {
    for (size_t i = 0; i < n; i += LANES) store(out + i, load(x + i) * load(y + i));
}

static void root(double *out, const double *x, size_t n) {
#pragma omp simd aligned(out, x : 64)
    for (size_t i = 0; i < n; i++) out[i] = sqrt(x[i]);
}

static void scale(double *out, const double *x, const double *s, size_t m, size_t stride) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < stride; j += LANES) store(out + i * stride + j, s[i] * load(x + i * stride + j));
}

static void transpose(double *out, const double *x, size_t m, size_t stride) {
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < m; j++) out[i * stride + j] = x[j * stride + i];
        for (size_t j = m; j < stride; j++) out[i * stride + j] = 0;
    }
}

/* A tile of sum_k x_rk y_kj: `rows` x `vectors` lanes kept in registers, k below `depth`; result rows lie `apart`; x_rk
 * is x[r * down + k * along]. */
static inline __attribute__((always_inline)) void accumulate(double *out, size_t apart, size_t rows, size_t vectors,
                                                             const double *x, size_t down, size_t along,
                                                             const double *y, size_t stride, size_t depth) {
    lanes s[ROWS][VECTORS];
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
            for (size_t v = 0; v < vectors; v++) s[r][v] += x[r * down] * row[v];
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (size_t v = 0; v < vectors; v++) store(out + r * apart + v * LANES, s[r][v]);
}

/* The same for the tiles there are: their sizes are known where it is compiled. */
static inline __attribute__((always_inline)) void tile_of(double *out, size_t apart, size_t rows, size_t vectors,
                                                          const double *x, size_t down, size_t along, const double *y,
                                                          size_t stride, size_t depth) {
    if (vectors == 3 && VECTORS >= 3)
        accumulate(out, apart, rows, VECTORS, x, down, along, y, stride, depth);
    else if (vectors == 2)
        accumulate(out, apart, rows, 2, x, down, along, y, stride, depth);
    else
        accumulate(out, apart, rows, 1, x, down, along, y, stride, depth);
}

static void tile(double *out, size_t apart, size_t rows, size_t vectors, const double *x, size_t down, size_t along,
                 const double *y, size_t stride, size_t depth) {
    if (rows == ROWS)
        tile_of(out, apart, ROWS, vectors, x, down, along, y, stride, depth);
    else if (rows == 4)
        tile_of(out, apart, 4, vectors, x, down, along, y, stride, depth);
    else if (rows == 2)
        tile_of(out, apart, 2, vectors, x, down, along, y, stride, depth);
    else
        tile_of(out, apart, 1, vectors, x, down, along, y, stride, depth);
}

/* The rows of the next tile where `left` are left. */
static size_t rows_of(size_t left) {
    return left >= ROWS ? ROWS : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

static void series(double *out, const double *x, bool turned, const double *y, bool symmetric, size_t m,
                   size_t stride) {
    size_t down = turned ? 1 : stride, along = turned ? stride : 1, all = stride / LANES;
    for (size_t i = 0, rows; i < m; i += rows) {
        rows = rows_of(m - i);
        for (size_t j = symmetric ? i / LANES : 0, vectors; j < all; j += vectors) {
            vectors = all - j < VECTORS ? all - j : VECTORS;
            tile(out + i * stride + j * LANES, stride, rows, vectors, x + i * down, down, along, y + j * LANES, stride,
                 m);
        }
    }
    for (size_t i = 1; symmetric && i < m; i++)
        for (size_t j = 0; j < i; j++) out[i * stride + j] = out[j * stride + i];
}

/* `vectors` lanes of sum_j s_j x_ji, or of s_j x_ji y_ji where there is y: even and odd j apart, as an addition has to
   wait for the one before. */
static inline __attribute__((always_inline)) void columns(double *out, size_t vectors, const double *x, const double *y,
                                                          const double *s, size_t m, size_t stride) {
    lanes sum[2][8];
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; v++) sum[0][v] = sum[1][v] = (lanes){0};
    for (size_t j = 0; j + 1 < m; j += 2) {
#pragma GCC unroll 2
        for (size_t half = 0; half < 2; half++) {
            size_t at = (j + half) * stride;
#pragma GCC unroll 8
            for (size_t v = 0; v < vectors; v++) {
                lanes term = load(x + at + v * LANES);
                if (y) term *= load(y + at + v * LANES);
                sum[half][v] += s[j + half] * term;
            }
        }
    }
    for (size_t v = 0; m % 2 && v < vectors; v++) {
        lanes term = load(x + (m - 1) * stride + v * LANES);
        if (y) term *= load(y + (m - 1) * stride + v * LANES);
        sum[0][v] += s[m - 1] * term;
    }
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; v++) store(out + v * LANES, sum[0][v] + sum[1][v]);
}

static inline __attribute__((always_inline)) void all_columns(double *out, const double *x, const double *y,
                                                              const double *s, size_t m, size_t stride) {
    for (size_t i = 0, n; i < stride; i += n) {
        const double *beside = y ? y + i : NULL;
        n = (stride - i) / LANES >= 8 ? 8 * LANES : (stride - i) / LANES >= 4 ? 4 * LANES : LANES;
        if (n == 8 * LANES)
            columns(out + i, 8, x + i, beside, s, m, stride);
        else if (n == 4 * LANES)
            columns(out + i, 4, x + i, beside, s, m, stride);
        else if (stride - i >= 3 * LANES) {
            n = 3 * LANES;
            columns(out + i, 3, x + i, beside, s, m, stride);
        } else
            columns(out + i, 1, x + i, beside, s, m, stride);
    }
}

static void sum(double *out, const double *x, bool turned, const double *s, size_t m, size_t stride) {
    if (turned) {
        all_columns(out, x, NULL, s, m, stride);
        return;
    }
    for (size_t i = 0; i < stride; i++) {
        lanes row = {0};
        for (size_t j = 0; i < m && j < stride; j += LANES) row += load(x + i * stride + j) * load(s + j);
        out[i] = total(row);
    }
}

static void sum2(double *out, const double *x, const double *y, const double *s, size_t m, size_t stride) {
    all_columns(out, x, y, s, m, stride);
}

/* For a row i and each from it on, j: f_k = z_k x_ik x_jk, and out_ij = 2 sum_{k<l} f_k x_kl f_l, as x is symmetric and
   has no diagonal. `upper` holds x above its diagonal, so columns up to l need no more than the first l rows; tiles of
   few columns leave out the most of it. */
static void diamond_rows(double *out, const double *x, const double *z, const double *upper, double *f, size_t i,
                         size_t first, size_t rows, size_t m, size_t stride) {
    lanes whole[ROWS] = {{0}};
    _Alignas(64) double sum[ROWS][TRIANGLE * LANES];
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < stride; k += LANES)
            store(f + r * stride + k, load(z + k) * load(x + i * stride + k) * load(x + (first + r) * stride + k));
    for (size_t j = 0; j < stride; j += TRIANGLE * LANES) {
        size_t depth = j + TRIANGLE * LANES < m ? j + TRIANGLE * LANES : m;
        tile(sum[0], TRIANGLE * LANES, rows, TRIANGLE, f, stride, 1, upper + j, stride, depth);
        for (size_t r = 0; r < rows; r++)
            for (size_t v = 0; v < TRIANGLE * LANES; v += LANES)
                whole[r] += load(sum[r] + v) * load(f + r * stride + j + v);
    }
    for (size_t r = 0; r < rows; r++) out[i * stride + first + r] = out[(first + r) * stride + i] = 2 * total(whole[r]);
}

static void diamond(double *out, const double *x, const double *z, double *upper, double *f, size_t m, size_t stride) {
    memset(upper, 0, stride * stride * sizeof *upper);
    memset(out, 0, m * stride * sizeof *out);
    for (size_t k = 0; k < m; k++)
        for (size_t l = k + 1; l < m; l++) upper[k * stride + l] = x[k * stride + l];
    for (size_t i = 0; i < m; i++)
        for (size_t j = i, rows; j < m; j += rows) { /* j = i too: what it is multiplied with may have a diagonal */
            rows = rows_of(m - j);
            diamond_rows(out, x, z, upper, f, i, j, rows, m, stride);
        }
}

static double dot(const double *z, const double *x, const double *y, size_t stride) {
    lanes sum = {0};
    for (size_t i = 0; i < stride; i += LANES) {
        lanes term = load(z + i);
        if (x) term *= load(x + i);
        if (y) term *= load(y + i);
        sum += term;
    }
    return total(sum);
}

static double peak(size_t rounds, double *sink) {
    enum { CHAINS = 12 };
    lanes sum[CHAINS], a = (lanes){0} + 0.999999, b = (lanes){0} + 1e-9;
    for (size_t c = 0; c < CHAINS; c++) sum[c] = (lanes){0} + (double)c;
    for (size_t i = 0; i < rounds; i++) {
        __asm__ volatile("" : "+x"(a), "+x"(b));
#pragma GCC unroll 12
        for (size_t c = 0; c < CHAINS; c++) sum[c] = sum[c] * a + b;
    }
    for (size_t c = 0; c < CHAINS; c++) *sink += total(sum[c]);
    return 2.0 * CHAINS * LANES * (double)rounds;
}

static unsigned enter(void) {
#ifdef NSYM_X86
    unsigned state = _mm_getcsr();
    _mm_setcsr(state | 0x8040); /* results and arguments that are subnormal are zero */
    return state;
#else
    return 0;
#endif
}

static void leave(unsigned state) {
#ifdef NSYM_X86
    _mm_setcsr(state);
#else
    (void)state;
#endif
}

const nsym_efp_kernels NSYM_KERNELS = {
    .times = times,
    .root = root,
    .scale = scale,
    .series = series,
    .sum = sum,
    .sum2 = sum2,
    .transpose = transpose,
    .diamond = diamond,
    .dot = dot,
    .peak = peak,
    .enter = enter,
    .leave = leave,
};
