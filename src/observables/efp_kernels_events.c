/* Several small events beside each other, an event a lane: nothing is lost to rows that are shorter than a vector, to
   sums over lanes, or to calls. Compiled once per kind of CPU (CMakeLists.txt), each time into another table,
   NSYM_EVENTS. */
#include "observables/efp_lanes.h"

#include <string.h>

#ifndef NSYM_EVENTS
#define NSYM_EVENTS nsym_efp_events_plain
#endif

/* Where a cell is, of a symmetric matrix above its diagonal. */
NSYM_INLINE size_t cell(nsym_efp_shape shape, size_t i, size_t j, size_t m) {
    return LANES * (shape == NSYM_EFP_SYMMETRIC && j < i ? j * m + i : i * m + j);
}

/* The first column that a row of a symmetric matrix has. */
NSYM_INLINE size_t first_of(bool symmetric, size_t row) {
    return symmetric ? row : 0;
}

static void times(double *out, const double *x, const double *y, size_t n) {
    for (size_t i = 0; i < n; i += LANES) store(out + i, load(x + i) * load(y + i));
}

static void distances(double *out, nsym_efp_measure measure, bool rooted, const double *place, size_t m,
                      size_t stride) {
    size_t vector = stride * LANES;
    for (size_t i = 0; i < m; i++) {
        const double *p = place + i * LANES;
        const lanes a[] = {load(p), load(p + vector), load(p + 2 * vector)};
        store(out + cell(NSYM_EFP_UPRIGHT, i, i, m), (lanes){0});
        for (size_t j = i + 1; j < m; j++) {
            const double *q = place + j * LANES;
            const lanes b[] = {load(q), load(q + vector), load(q + 2 * vector)};
            store(out + cell(NSYM_EFP_UPRIGHT, i, j, m), distance_of(measure, rooted, a, b));
        }
    }
}

static void root(double *out, const double *x, size_t m, size_t stride) {
    (void)stride;
    for (size_t i = 0; i < m; i++)
        for (size_t at = cell(NSYM_EFP_UPRIGHT, i, i, m); at < (i + 1) * m * LANES; at += LANES)
            store(out + at, root_of(load(x + at)));
}

static void scale(double *out, const double *x, nsym_efp_shape shape, const double *s, size_t m, size_t stride) {
    (void)stride;
    for (size_t i = 0; i < m; i++) {
        lanes factor = load(s + i * LANES);
        for (size_t j = 0; j < m; j++)
            store(out + cell(NSYM_EFP_UPRIGHT, i, j, m), factor * load(x + cell(shape, i, j, m)));
    }
}

static void product(double *out, const double *x, nsym_efp_shape x_shape, const double *y, nsym_efp_shape y_shape,
                    size_t m, size_t stride) {
    bool symmetric = x_shape == NSYM_EFP_SYMMETRIC && y_shape == NSYM_EFP_SYMMETRIC;
    (void)stride;
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; !symmetric && j < i; j++)
            store(out + cell(NSYM_EFP_UPRIGHT, i, j, m),
                  load(x + cell(x_shape, i, j, m)) * load(y + cell(y_shape, i, j, m)));
        for (size_t at = cell(NSYM_EFP_UPRIGHT, i, i, m); at < (i + 1) * m * LANES; at += LANES)
            store(out + at, load(x + at) * load(y + at));
    }
}

/* Strides of tiles are those of cells here. */
static void tile(double *out, size_t apart, size_t rows, size_t vectors, const double *x, size_t down, size_t along,
                 const double *y, size_t stride, size_t depth) {
    any_tile(out, apart * LANES, rows, vectors, x, down * LANES, along * LANES, false, y, stride * LANES, depth);
}

static void make_whole(double *out, const double *x, size_t m) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = i; j < m; j++) {
            lanes value = load(x + cell(NSYM_EFP_UPRIGHT, i, j, m));
            store(out + cell(NSYM_EFP_UPRIGHT, i, j, m), value);
            store(out + cell(NSYM_EFP_UPRIGHT, j, i, m), value);
        }
}

static void series(double *out, const double *x, nsym_efp_shape shape, const double *y, bool symmetric, double *scratch,
                   size_t m, size_t stride) {
    bool turned = shape == NSYM_EFP_TURNED;
    size_t down = turned ? 1 : m, along = turned ? m : 1;
    (void)stride;
    if (shape == NSYM_EFP_SYMMETRIC) {
        make_whole(scratch, x, m);
        x = scratch;
    }
    for (size_t i = 0, rows; i < m; i += rows) {
        rows = rows_of(m - i);
        for (size_t j = first_of(symmetric, i), vectors; j < m; j += vectors) {
            vectors = m - j < VECTORS ? m - j : VECTORS;
            tile(out + cell(NSYM_EFP_UPRIGHT, i, j, m), m, rows, vectors, x + i * down * LANES, down, along,
                 y + j * LANES, m, m);
        }
    }
}

/* Of rows i to i + rows - 1 the cells of a symmetric matrix x, or x o y where there is y: each is of use to its row and
   to its column. */
NSYM_INLINE void symmetric_rows(double *out, size_t i, size_t rows, const double *x, const double *y, const double *s,
                                size_t m) {
    lanes row[4], weight[4];
#pragma GCC unroll 4
    for (size_t r = 0; r < rows; r++) {
        row[r] = load(out + (i + r) * LANES);
        weight[r] = load(s + (i + r) * LANES);
    }
#pragma GCC unroll 4
    for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (size_t c = r; c < rows; c++) {
            size_t at = cell(NSYM_EFP_UPRIGHT, i + r, i + c, m);
            lanes term = y ? load(x + at) * load(y + at) : load(x + at);
            row[r] = fused(term, weight[c], row[r]);
            if (c > r) row[c] = fused(term, weight[r], row[c]);
        }
    for (size_t j = i + rows; j < m; j++) {
        lanes column = load(out + j * LANES), beside = load(s + j * LANES);
#pragma GCC unroll 4
        for (size_t r = 0; r < rows; r++) {
            size_t at = cell(NSYM_EFP_UPRIGHT, i + r, j, m);
            lanes term = y ? load(x + at) * load(y + at) : load(x + at);
            row[r] = fused(term, beside, row[r]);
            column = fused(term, weight[r], column);
        }
        store(out + j * LANES, column);
    }
#pragma GCC unroll 4
    for (size_t r = 0; r < rows; r++) store(out + (i + r) * LANES, row[r]);
}

NSYM_INLINE void symmetric_sum(double *out, const double *x, const double *y, const double *s, size_t m) {
    size_t i = 0;
    memset(out, 0, m * LANES * sizeof *out);
    for (; i + 4 <= m; i += 4) symmetric_rows(out, i, 4, x, y, s, m);
    for (; i < m; i++) symmetric_rows(out, i, 1, x, y, s, m);
}

static void sum(double *out, const double *x, nsym_efp_shape shape, const double *s, size_t m, size_t stride) {
    bool turned = shape == NSYM_EFP_TURNED;
    size_t down = (turned ? 1 : m) * LANES, along = (turned ? m : 1) * LANES, i = 0;
    (void)stride;
    if (shape == NSYM_EFP_SYMMETRIC) {
        symmetric_sum(out, x, NULL, s, m);
        return;
    }
    for (; i + 8 <= m; i += 8) accumulate(out + i * LANES, LANES, 8, 1, x + i * down, down, along, false, s, LANES, m);
    for (; i + 4 <= m; i += 4) accumulate(out + i * LANES, LANES, 4, 1, x + i * down, down, along, false, s, LANES, m);
    for (; i < m; i++) accumulate(out + i * LANES, LANES, 1, 1, x + i * down, down, along, false, s, LANES, m);
}

static void sum2(double *out, const double *x, const double *y, const double *s, size_t m, size_t stride) {
    (void)stride;
    symmetric_sum(out, x, y, s, m);
}

static void transpose(double *out, const double *x, size_t m, size_t stride) {
    (void)stride;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++)
            store(out + cell(NSYM_EFP_UPRIGHT, i, j, m), load(x + cell(NSYM_EFP_UPRIGHT, j, i, m)));
}

/* f_k = z_k x_ik x_jk for a row i (`weighted` holds z_k x_ik) and each j from `first` on, and out_ij = 2 sum_{k<l} f_k
   x_kl f_l; `upper` holds x above its diagonal and zeros below. */
static void diamond_rows(double *out, const double *x, const double *weighted, const double *upper, double *f, size_t i,
                         size_t first, size_t rows, size_t m) {
    lanes whole[ROWS] = {{0}};
    _Alignas(64) double sum[ROWS][VECTORS * LANES];
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < m; k++)
            store(f + (r * m + k) * LANES,
                  load(weighted + k * LANES) * load(x + cell(NSYM_EFP_SYMMETRIC, first + r, k, m)));
    for (size_t l = 0, vectors; l < m; l += vectors) {
        vectors = m - l < VECTORS ? m - l : VECTORS;
        tile(sum[0], VECTORS, rows, vectors, f, m, 1, upper + l * LANES, m, l + vectors - 1);
        for (size_t r = 0; r < rows; r++)
            for (size_t v = 0; v < vectors; v++)
                whole[r] = fused(load(sum[r] + v * LANES), load(f + (r * m + l + v) * LANES), whole[r]);
    }
    for (size_t r = 0; r < rows; r++) store(out + cell(NSYM_EFP_UPRIGHT, i, first + r, m), 2 * whole[r]);
}

static void diamond(double *out, const double *x, const double *z, double *upper, double *rows, size_t m,
                    size_t stride) {
    double *weighted = rows + NSYM_EFP_TILE_ROWS_MAX * stride * LANES;
    memset(upper, 0, m * m * LANES * sizeof *upper);
    for (size_t i = 0; i < m; i++)
        memcpy(upper + cell(NSYM_EFP_UPRIGHT, i, i, m), x + cell(NSYM_EFP_UPRIGHT, i, i, m),
               (m - i) * LANES * sizeof *upper);
    for (size_t i = 0; i < m; i++) {
        for (size_t k = 0; k < m; k++)
            store(weighted + k * LANES, load(z + k * LANES) * load(x + cell(NSYM_EFP_SYMMETRIC, i, k, m)));
        for (size_t j = i, n; j < m; j += n) { /* j = i too: what it is multiplied with may have a diagonal */
            n = rows_of(m - j);
            diamond_rows(out, x, weighted, upper, rows, i, j, n, m);
        }
    }
}

/* With i < j < k: z_i x_ij times the sum over k of x_ik and what `beyond` (m - first, VECTORS) has of each j of the
   block, z_k x_jk behind j and zeros before; k from `first` on. The sum over rows i and the block's columns j, each
   times z_j. */
NSYM_INLINE lanes triangle_block(const double *x, const double *z, const double *beyond, size_t i, size_t rows,
                                 size_t j, size_t columns, size_t first, size_t m) {
    _Alignas(64) double sum[ROWS][VECTORS * LANES];
    lanes whole = {0};
    any_tile(sum[0], VECTORS * LANES, rows, columns, x + cell(NSYM_EFP_UPRIGHT, i, first, m), m * LANES, LANES, false,
             beyond, VECTORS * LANES, m - first);
    for (size_t r = 0; r < rows; r++) {
        lanes row = {0};
        for (size_t c = 0; c < columns; c++)
            row = fused(load(sum[r] + c * LANES) * load(x + cell(NSYM_EFP_UPRIGHT, i + r, j + c, m)),
                        load(z + (j + c) * LANES), row);
        whole = fused(load(z + (i + r) * LANES), row, whole);
    }
    return whole;
}

static void triangle(double *out, const double *x, const double *z, double *scratch, double *beyond, size_t m,
                     size_t stride) {
    lanes whole = {0};
    (void)scratch, (void)stride;
    for (size_t j = 1, columns; j + 1 < m; j += columns) {
        columns = m - j < VECTORS ? m - j : VECTORS;
        for (size_t k = j + 1; k < m; k++)
            for (size_t c = 0; c < columns; c++)
                store(beyond + ((k - j - 1) * VECTORS + c) * LANES,
                      k > j + c ? load(z + k * LANES) * load(x + cell(NSYM_EFP_UPRIGHT, j + c, k, m)) : (lanes){0});
        for (size_t i = 0, rows; i < j; i += rows) {
            rows = rows_of(j - i);
            whole += triangle_block(x, z, beyond, i, rows, j, columns, j + 1, m);
        }
        for (size_t i = j; i + 1 < j + columns; i++) /* rows of the block itself */
            for (size_t c = i + 1 - j; c < columns && j + c + 1 < m; c++)
                whole += triangle_block(x, z, beyond + ((c * VECTORS) + c) * LANES, i, 1, j + c, 1, j + c + 1, m);
    }
    store(out, 6 * whole);
}

/* Even and odd constituents apart, as an addition has to wait for the one before. */
NSYM_INLINE void dot_of(double *out, const double *z, const double *x, const double *y, size_t n) {
    lanes sum[2] = {{0}, {0}};
    size_t i = 0;
    for (; i + 2 * LANES <= n; i += 2 * LANES)
#pragma GCC unroll 2
        for (size_t half = 0; half < 2; half++) {
            size_t at = i + half * LANES;
            lanes term = x ? load(z + at) * load(x + at) : load(z + at);
            sum[half] = y ? fused(term, load(y + at), sum[half]) : sum[half] + term;
        }
    if (i < n) {
        lanes term = x ? load(z + i) * load(x + i) : load(z + i);
        sum[0] = y ? fused(term, load(y + i), sum[0]) : sum[0] + term;
    }
    store(out, sum[0] + sum[1]);
}

static void dot(double *out, const double *z, const double *x, const double *y, size_t stride) {
    if (x && y)
        dot_of(out, z, x, y, stride * LANES);
    else if (x)
        dot_of(out, z, NULL, x, stride * LANES);
    else
        dot_of(out, z, NULL, y, stride * LANES);
}

const nsym_efp_kernels NSYM_EVENTS = {
    .events = LANES,
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
};
