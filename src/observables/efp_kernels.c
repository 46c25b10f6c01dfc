/* One event: lanes hold columns of its matrices. Compiled once per kind of CPU (CMakeLists.txt), each time into another
   table, NSYM_KERNELS. */
#include "observables/efp_lanes.h"

#include <string.h>

#ifndef NSYM_KERNELS
#define NSYM_KERNELS nsym_efp_kernels_plain
#define NSYM_EVENTS nsym_efp_events_plain
#endif

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

/* Swaps what lies across: odd lanes of one with even lanes of the other; pairs; halves. */
NSYM_INLINE void swap(lanes *a, lanes *b, size_t step) {
    lanes x = *a, y = *b;
#if defined(__AVX512F__)
    if (step == 1) {
        *a = __builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14);
        *b = __builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15);
    } else if (step == 2) {
        *a = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
        *b = __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
    } else {
        *a = __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11);
        *b = __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
    }
#elif defined(__AVX2__)
    if (step == 1) {
        *a = __builtin_shufflevector(x, y, 0, 4, 2, 6);
        *b = __builtin_shufflevector(x, y, 1, 5, 3, 7);
    } else {
        *a = __builtin_shufflevector(x, y, 0, 1, 4, 5);
        *b = __builtin_shufflevector(x, y, 2, 3, 6, 7);
    }
#else
    (void)step;
    *a = __builtin_shufflevector(x, y, 0, 2);
    *b = __builtin_shufflevector(x, y, 1, 3);
#endif
}

/* Turns a block of LANES x LANES numbers at x and stores it at `out`, but for rows from `rows` on, which are zero. */
NSYM_INLINE void turn_block(double *out, const double *x, size_t rows, size_t stride, bool diagonal) {
    lanes row[LANES], kept[LANES];
#pragma GCC unroll 8
    for (size_t r = 0; r < LANES; r++) row[r] = kept[r] = r < rows ? load(x + r * stride) : (lanes){0};
#pragma GCC unroll 3
    for (size_t step = 1; step < LANES; step *= 2)
#pragma GCC unroll 8
        for (size_t r = 0; r < LANES; r++)
            if (!(r & step)) swap(&row[r], &row[r + step], step);
#pragma GCC unroll 8
    for (size_t r = 0; r < LANES; r++) {
#pragma GCC unroll 8
        for (size_t c = r; diagonal && c < LANES; c++) row[r][c] = kept[r][c];
        store(out + r * stride, row[r]);
    }
}

/* Copies what lies above the diagonal to below it. */
static void mirror(double *x, size_t m, size_t stride) {
    for (size_t i = 0; i < m; i += LANES) {
        size_t rows = m - i < LANES ? m - i : LANES;
        turn_block(x + i * stride + i, x + i * stride + i, rows, stride, true);
        for (size_t j = i + LANES; j < m; j += LANES)
            turn_block(x + j * stride + i, x + i * stride + j, rows, stride, false);
    }
}

static void transpose(double *out, const double *x, size_t m, size_t stride) {
    for (size_t i = 0; i < stride; i += LANES)
        for (size_t j = 0; j < m; j += LANES)
            turn_block(out + j * stride + i, x + i * stride + j, i < m ? m - i : 0, stride, false);
}

static void distances(double *out, nsym_efp_measure measure, bool rooted, const double *place, size_t m,
                      size_t stride) {
    for (size_t i = 0; i < m; i++) {
        const lanes a[] = {all(place[i]), all(place[stride + i]), all(place[2 * stride + i])};
        for (size_t j = i / LANES * LANES; j < stride; j += LANES) {
            const lanes b[] = {load(place + j), load(place + stride + j), load(place + 2 * stride + j)};
            store(out + i * stride + j, distance_of(measure, rooted, a, b));
        }
        for (size_t j = m; j < stride; j++) out[i * stride + j] = 0;
        out[i * stride + i] = 0;
    }
    if (rooted) mirror(out, m, stride);
}

static void root(double *out, const double *x, size_t m, size_t stride) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = i / LANES * LANES; j < stride; j += LANES)
            store(out + i * stride + j, root_of(load(x + i * stride + j)));
    mirror(out, m, stride);
}

static void scale(double *out, const double *x, nsym_efp_shape shape, const double *s, size_t m, size_t stride) {
    (void)shape;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < stride; j += LANES) store(out + i * stride + j, s[i] * load(x + i * stride + j));
}

static void product(double *out, const double *x, nsym_efp_shape x_shape, const double *y, nsym_efp_shape y_shape,
                    size_t m, size_t stride) {
    (void)x_shape, (void)y_shape;
    times(out, x, y, m * stride);
}

static void tile(double *out, size_t apart, size_t rows, size_t vectors, const double *x, size_t down, size_t along,
                 const double *y, size_t stride, size_t depth) {
    any_tile(out, apart, rows, vectors, x, down, along, true, y, stride, depth);
}

static void series(double *out, const double *x, nsym_efp_shape shape, const double *y, bool symmetric, double *scratch,
                   size_t m, size_t stride) {
    bool turned = shape == NSYM_EFP_TURNED;
    size_t down = turned ? 1 : stride, along = turned ? stride : 1, all = stride / LANES;
    (void)scratch;
    for (size_t i = 0, rows; i < m; i += rows) {
        rows = rows_of(m - i);
        for (size_t j = symmetric ? i / LANES : 0, vectors; j < all; j += vectors) {
            vectors = all - j < VECTORS ? all - j : VECTORS;
            tile(out + i * stride + j * LANES, stride, rows, vectors, x + i * down, down, along, y + j * LANES, stride,
                 m);
        }
    }
    if (symmetric) mirror(out, m, stride);
}

/* `vectors` lanes of sum_j s_j x_ji, or of s_j x_ji y_ji where there is y: even and odd j apart, as an addition has to
   wait for the one before. */
NSYM_INLINE void columns(double *out, size_t vectors, const double *x, const double *y, const double *s, size_t m,
                         size_t stride) {
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
                sum[half][v] = fused(all(s[j + half]), term, sum[half][v]);
            }
        }
    }
    for (size_t v = 0; m % 2 && v < vectors; v++) {
        lanes term = load(x + (m - 1) * stride + v * LANES);
        if (y) term *= load(y + (m - 1) * stride + v * LANES);
        sum[0][v] = fused(all(s[m - 1]), term, sum[0][v]);
    }
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; v++) store(out + v * LANES, sum[0][v] + sum[1][v]);
}

NSYM_INLINE void all_columns(double *out, const double *x, const double *y, const double *s, size_t m, size_t stride) {
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

/* Columns are summed faster than rows. */
static void sum(double *out, const double *x, nsym_efp_shape shape, const double *s, size_t m, size_t stride) {
    if (shape != NSYM_EFP_UPRIGHT) {
        all_columns(out, x, NULL, s, m, stride);
        return;
    }
    for (size_t i = 0; i < stride; i++) {
        lanes row = {0};
        for (size_t j = 0; i < m && j < stride; j += LANES) row = fused(load(x + i * stride + j), load(s + j), row);
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
                whole[r] = fused(load(sum[r] + v), load(f + r * stride + j + v), whole[r]);
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

/* With i < j < k: the sum over k of x_ik and z_k x_kj, which `lower` holds below its diagonal, is a tile of rows i and
   columns j whose depth begins behind its first column. */
static lanes triangle_rows(const double *x, const double *z, const double *lower, size_t i, size_t rows, size_t m,
                           size_t stride) {
    lanes whole = {0}, column;
    _Alignas(64) double sum[ROWS][VECTORS * LANES];
    for (size_t l = 0; l < LANES; l++) column[l] = (double)l;
    for (size_t j = i / LANES * LANES, vectors; j < stride; j += vectors * LANES) {
        vectors = (stride - j) / LANES < VECTORS ? (stride - j) / LANES : VECTORS;
        size_t first = j + 1 < m ? j + 1 : m;
        tile(sum[0], VECTORS * LANES, rows, vectors, x + i * stride + first, stride, 1, lower + first * stride + j,
             stride, m - first);
        for (size_t r = 0; r < rows; r++) {
            lanes row = {0};
            for (size_t v = 0; v < vectors * LANES; v += LANES) {
                lanes term = load(sum[r] + v) * load(z + j + v) * load(x + (i + r) * stride + j + v);
                row += choose((masks)(column + (double)(j + v) > (double)(i + r)), term, (lanes){0});
            }
            whole = fused(all(z[i + r]), row, whole);
        }
    }
    return whole;
}

static void triangle(double *out, const double *x, const double *z, double *lower, double *rows, size_t m,
                     size_t stride) {
    lanes whole = {0};
    (void)rows;
    for (size_t k = 0; k < m; k++) {
        for (size_t j = 0; j < stride; j += LANES)
            store(lower + k * stride + j, j < k ? z[k] * load(x + k * stride + j) : (lanes){0});
        for (size_t j = k; j < (k + LANES) / LANES * LANES; j++) lower[k * stride + j] = 0;
    }
    for (size_t i = 0, n; i < m; i += n) {
        n = rows_of(m - i);
        whole += triangle_rows(x, z, lower, i, n, m, stride);
    }
    *out = 6 * total(whole);
}

static void dot(double *out, const double *z, const double *x, const double *y, size_t stride) {
    const double *last = y ? y : x, *other = y ? x : NULL;
    lanes sum = {0};
    for (size_t i = 0; i < stride; i += LANES) {
        lanes term = other ? load(z + i) * load(other + i) : load(z + i);
        sum = last ? fused(term, load(last + i), sum) : sum + term;
    }
    *out = total(sum);
}

static double peak(size_t rounds, double *sink) {
    enum { CHAINS = 12 };
    lanes sum[CHAINS], a = all(0.999999), b = all(1e-9);
    for (size_t c = 0; c < CHAINS; c++) sum[c] = all((double)c);
    for (size_t i = 0; i < rounds; i++) {
        __asm__ volatile("" : "+x"(a), "+x"(b));
#pragma GCC unroll 12
        for (size_t c = 0; c < CHAINS; c++) sum[c] = fused(sum[c], a, b);
    }
    for (size_t c = 0; c < CHAINS; c++) *sink += total(sum[c]);
    return 2.0 * CHAINS * LANES * (double)rounds;
}

const nsym_efp_kernels NSYM_KERNELS = {
    .events = 1,
    .times = times,
    .distances = distances,
    .root = root,
    .scale = scale,
    .product = product,
    .series = series,
    .sum = sum,
    .sum2 = sum2,
    .transpose = transpose,
    .diamond = diamond,
    .triangle = triangle,
    .dot = dot,
    .several = &NSYM_EVENTS,
    .peak = peak,
};
