/* Compiled once per kind of CPU (CMakeLists.txt), each time into another table, NSYM_TRUNK_KERNELS. */
#include "nn/trunk_kernels.h"

#include "nn/lanes.h"
#include <string.h>

#ifndef NSYM_TRUNK_KERNELS
#define NSYM_TRUNK_KERNELS nsym_trunk_kernels_plain
#endif

/* The part of a product whose sums stay in registers: rows, and vectors of each. */
#if defined __AVX512F__
enum { ROWS = 8, VECTORS = 3 };
#else
enum { ROWS = 6, VECTORS = 2 };
#endif
enum { TILE = NSYM_TILE, INPUTS = NSYM_TILE_INPUTS, TAPS = 3 };

NSYM_INLINE lanes load(const real *from) {
    lanes to;
    memcpy(&to, from, sizeof to);
    return to;
}

NSYM_INLINE void store(real *to, lanes from) {
    memcpy(to, &from, sizeof from);
}

typedef __typeof__((lanes){0} > (lanes){0}) mask;

NSYM_INLINE lanes pick(mask where, lanes yes, lanes no) {
    return (lanes)((where & (mask)yes) | (~where & (mask)no));
}

NSYM_INLINE lanes activate(lanes x, real leak) {
    return pick(x > (lanes){0}, x, leak * x);
}

/* The one-dimensional transforms; from and to stand `step` apart. */
NSYM_INLINE void spread_line(lanes *to, size_t step, const lanes *d) {
    lanes even = fused_lanes(-4, d[2], d[4]), odd = fused_lanes(-4, d[1], d[3]), even2 = d[4] - d[2],
          half = d[3] - d[1];
    to[0] = fused_lanes(4, d[0], -5 * d[2]) + d[4];
    to[step] = even + odd;
    to[2 * step] = even - odd;
    to[3 * step] = fused_lanes(2, half, even2);
    to[4 * step] = fused_lanes(-2, half, even2);
    to[5 * step] = fused_lanes(4, d[1], -5 * d[3]) + d[5];
}

NSYM_INLINE void gather_line(lanes *to, size_t step, const lanes *m) {
    lanes sum = m[1] + m[2], difference = m[1] - m[2], sum2 = m[3] + m[4], difference2 = m[3] - m[4];
    to[0] = m[0] + sum + sum2;
    to[step] = fused_lanes(2, difference2, difference);
    to[2 * step] = fused_lanes(4, sum2, sum);
    to[3 * step] = fused_lanes(8, difference2, difference) + m[5];
}

NSYM_INLINE void gather_gradient_line(lanes *to, size_t step, const lanes *d) {
    lanes even = d[0] + d[2], odd = d[1] + d[3], even2 = fused_lanes(4, d[2], d[0]), half = fused_lanes(4, d[3], d[1]);
    to[0] = d[0];
    to[step] = even + odd;
    to[2 * step] = even - odd;
    to[3 * step] = fused_lanes(2, half, even2);
    to[4 * step] = fused_lanes(-2, half, even2);
    to[5 * step] = d[3];
}

NSYM_INLINE void filter_line(lanes *to, size_t step, const lanes *g) {
    const real sixth = (real)1 / 6;
    lanes even = g[0] + g[2], odd = sixth * g[1], even2 = fused_lanes((real)0.25, g[0], g[2]), odd2 = (real)0.5 * odd;
    to[0] = (real)0.25 * g[0];
    to[step] = fused_lanes(-sixth, even, -odd);
    to[2 * step] = fused_lanes(-sixth, even, odd);
    to[3 * step] = fused_lanes(sixth, even2, odd2);
    to[4 * step] = fused_lanes(sixth, even2, -odd2);
    to[5 * step] = g[2];
}

NSYM_INLINE void filter_gradient_line(lanes *to, size_t step, const lanes *u) {
    const real sixth = (real)1 / 6;
    lanes sum = u[1] + u[2], difference = u[2] - u[1], sum2 = u[3] + u[4], difference2 = u[3] - u[4];
    to[0] = fused_lanes((real)0.25, u[0], sixth * fused_lanes((real)0.25, sum2, -sum));
    to[step] = sixth * fused_lanes((real)0.5, difference2, difference);
    to[2 * step] = fused_lanes(sixth, sum2 - sum, u[5]);
}

static void filters(nsym_planes u, const real *weights, size_t inputs, size_t outputs) {
    size_t tap = inputs * outputs;
    for (size_t at = 0; at < tap; at += LANES) {
        lanes half[INPUTS * TAPS], row[INPUTS], g[TAPS];
        for (size_t j = 0; j < TAPS; j++) {
            for (size_t i = 0; i < TAPS; i++) g[i] = load(weights + (TAPS * i + j) * tap + at);
            filter_line(half + j, TAPS, g);
        }
        for (size_t i = 0; i < INPUTS; i++) {
            filter_line(row, 1, half + TAPS * i);
            for (size_t j = 0; j < INPUTS; j++) store(u.at + (INPUTS * i + j) * u.plane + at, row[j]);
        }
    }
}

static void filters_gradient(real *weights, nsym_planes u, size_t inputs, size_t outputs) {
    size_t tap = inputs * outputs;
    for (size_t at = 0; at < tap; at += LANES) {
        lanes half[TAPS * INPUTS], row[TAPS], from[INPUTS];
        for (size_t j = 0; j < INPUTS; j++) {
            for (size_t i = 0; i < INPUTS; i++) from[i] = load(u.at + (INPUTS * i + j) * u.plane + at);
            filter_gradient_line(half + j, INPUTS, from);
        }
        for (size_t i = 0; i < TAPS; i++) {
            filter_gradient_line(row, 1, half + INPUTS * i);
            for (size_t j = 0; j < TAPS; j++) store(weights + (TAPS * i + j) * tap + at, row[j]);
        }
    }
}

/* A tile's first output, and how much of the tile lies within the image. */
typedef struct tile {
    size_t image, row, column, rows, columns;
} tile;

NSYM_INLINE size_t at_most(size_t n, size_t most) {
    return n < most ? n : most;
}

NSYM_INLINE tile find_tile(const nsym_image_shape *s, size_t index) {
    size_t in_image = index % nsym_image_tiles(s);
    tile t = {.image = index / nsym_image_tiles(s),
              .row = TILE * (in_image / s->tile_columns),
              .column = TILE * (in_image % s->tile_columns)};
    t.rows = at_most(s->rows - t.row, TILE);
    t.columns = at_most(s->columns - t.column, TILE);
    return t;
}

static void spread(nsym_planes v, const real *x, const nsym_image_shape *s, size_t first, size_t tiles) {
    size_t line = nsym_image_row(s);
    for (size_t k = 0; k < tiles; k++) {
        tile t = find_tile(s, first + k);
        const real *from = x + t.image * nsym_image_size(s) + t.row * line + t.column * s->channels;
        real *to = v.at + k * s->channels;
        for (size_t c = 0; c < s->channels; c += LANES) {
            lanes half[INPUTS * INPUTS], row[INPUTS], d[INPUTS];
            for (size_t j = 0; j < INPUTS; j++) {
                for (size_t i = 0; i < INPUTS; i++) d[i] = load(from + i * line + j * s->channels + c);
                spread_line(half + j, INPUTS, d);
            }
            for (size_t i = 0; i < INPUTS; i++) {
                spread_line(row, 1, half + INPUTS * i);
                for (size_t j = 0; j < INPUTS; j++) store(to + (INPUTS * i + j) * v.plane + c, row[j]);
            }
        }
    }
}

/* One tile, of which the image takes (rows, columns). */
NSYM_INLINE void gather_tile(real *to, nsym_planes m, const real *bias, real leak, size_t channels, size_t line,
                             size_t rows, size_t columns) {
    for (size_t c = 0; c < channels; c += LANES) {
        lanes half[TILE * INPUTS], row[TILE], from[INPUTS], b = load(bias + c);
        for (size_t j = 0; j < INPUTS; j++) {
            for (size_t i = 0; i < INPUTS; i++) from[i] = load(m.at + (INPUTS * i + j) * m.plane + c);
            gather_line(half + j, INPUTS, from);
        }
        for (size_t i = 0; i < rows; i++) {
            gather_line(row, 1, half + INPUTS * i);
            for (size_t j = 0; j < columns; j++) store(to + i * line + j * channels + c, activate(row[j] + b, leak));
        }
    }
}

static void gather(real *y, nsym_planes m, const nsym_image_shape *s, const real *bias, real leak, size_t first,
                   size_t tiles) {
    size_t line = nsym_image_row(s);
    for (size_t k = 0; k < tiles; k++) {
        tile t = find_tile(s, first + k);
        real *to = y + t.image * nsym_image_size(s) + nsym_image_place(s, t.row, t.column);
        nsym_planes from = {m.at + k * s->channels, m.plane};
        if (t.rows == TILE && t.columns == TILE)
            gather_tile(to, from, bias, leak, s->channels, line, TILE, TILE);
        else
            gather_tile(to, from, bias, leak, s->channels, line, t.rows, t.columns);
    }
}

static void gather_gradient(nsym_planes m, const real *dy, const nsym_image_shape *s, size_t first, size_t tiles) {
    size_t line = nsym_image_row(s);
    for (size_t k = 0; k < tiles; k++) {
        tile t = find_tile(s, first + k);
        const real *from = dy + t.image * nsym_image_size(s) + nsym_image_place(s, t.row, t.column);
        real *to = m.at + k * s->channels;
        for (size_t c = 0; c < s->channels; c += LANES) {
            lanes half[INPUTS * TILE], row[INPUTS], d[TILE];
            for (size_t j = 0; j < TILE; j++) {
                for (size_t i = 0; i < TILE; i++) d[i] = load(from + i * line + j * s->channels + c);
                gather_gradient_line(half + j, TILE, d);
            }
            for (size_t i = 0; i < INPUTS; i++) {
                gather_gradient_line(row, 1, half + TILE * i);
                for (size_t j = 0; j < INPUTS; j++) store(to + (INPUTS * i + j) * m.plane + c, row[j]);
            }
        }
    }
}

/* The two matrices of a product as its parts see them. */
typedef struct factors {
    const real *a;
    size_t a_row, a_step;
    const real *b;
    size_t n, columns;
    bool add;
} factors;

/* A part of a product, of so many rows and vectors: constants where this is called. */
NSYM_INLINE void part(real *c, const factors *f, size_t rows, size_t vectors) {
    lanes sum[ROWS][VECTORS];
    const real *a = f->a, *b = f->b;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < vectors; j++) sum[i][j] = f->add ? load(c + i * f->columns + j * LANES) : (lanes){0};
    for (size_t k = 0; k < f->n; k++, a += f->a_step, b += f->columns) {
        lanes row[VECTORS];
        for (size_t j = 0; j < vectors; j++) row[j] = load(b + j * LANES);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < vectors; j++) sum[i][j] = fused_lanes(a[i * f->a_row], row[j], sum[i][j]);
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < vectors; j++) store(c + i * f->columns + j * LANES, sum[i][j]);
}

/* All rows of so many vectors, in parts of 8 or 6, then 4, 2 and 1. A row's sums are the same in any part. */
NSYM_INLINE void strip(real *c, factors f, size_t rows, size_t vectors) {
    size_t done;
    for (; rows > 0; rows -= done, c += done * f.columns, f.a += done * f.a_row) {
        done = rows >= ROWS ? ROWS : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
        switch (done) {
        case ROWS:
            part(c, &f, ROWS, vectors);
            break;
        case 4:
            part(c, &f, 4, vectors);
            break;
        case 2:
            part(c, &f, 2, vectors);
            break;
        default:
            part(c, &f, 1, vectors);
        }
    }
}

static void product(real *c, const real *a, size_t a_row, size_t a_step, const real *b, size_t rows, size_t n,
                    size_t columns, bool add) {
    size_t j = 0;
    for (; j + VECTORS * LANES <= columns; j += VECTORS * LANES)
        strip(c + j, (factors){a, a_row, a_step, b + j, n, columns, add}, rows, VECTORS);
    for (; j + 2 * LANES <= columns; j += 2 * LANES)
        strip(c + j, (factors){a, a_row, a_step, b + j, n, columns, add}, rows, 2);
    for (; j < columns; j += LANES) strip(c + j, (factors){a, a_row, a_step, b + j, n, columns, add}, rows, 1);
}

NSYM_INLINE lanes larger(lanes best, lanes other) {
    return pick(other > best, other, best);
}

static void pool(real *pooled, const nsym_image_shape *half, const real *y, const nsym_image_shape *s) {
    size_t line = nsym_image_row(s), next = s->channels;
    for (size_t r = 0; r < half->rows; r++)
        for (size_t q = 0; q < half->columns; q++) {
            const real *from = y + nsym_image_place(s, 2 * r, 2 * q);
            real *to = pooled + nsym_image_place(half, r, q);
            for (size_t c = 0; c < s->channels; c += LANES, from += LANES)
                store(to + c, larger(larger(larger(load(from), load(from + next)), load(from + line)),
                                     load(from + line + next)));
        }
}

/* Zeros around the first (rows, columns) of an image. */
static void clear_border(real *dz, const nsym_image_shape *s, size_t rows, size_t columns) {
    size_t line = nsym_image_row(s), end = (1 + columns) * s->channels;
    memset(dz, 0, line * sizeof *dz);
    for (size_t r = 1; r <= rows; r++) {
        memset(dz + r * line, 0, s->channels * sizeof *dz);
        memset(dz + r * line + end, 0, (line - end) * sizeof *dz);
    }
    memset(dz + (1 + rows) * line, 0, nsym_image_size(s) * sizeof *dz - (1 + rows) * line * sizeof *dz);
}

NSYM_INLINE lanes gated(lanes dy, lanes y, real leak) {
    return pick(y > (lanes){0}, dy, leak * dy);
}

static void gate(real *dz, const real *dy, const real *y, const nsym_image_shape *s, real leak, real *sums) {
    clear_border(dz, s, s->rows, s->columns);
    for (size_t r = 0; r < s->rows; r++)
        for (size_t q = 0; q < s->columns; q++) {
            size_t at = nsym_image_place(s, r, q);
            for (size_t c = 0; c < s->channels; c += LANES, at += LANES) {
                lanes z = gated(load(dy + at), load(y + at), leak);
                store(dz + at, z);
                store(sums + c, load(sums + c) + z);
            }
        }
}

static void pool_gate(real *dz, const real *dpooled, const nsym_image_shape *half, const real *y,
                      const nsym_image_shape *s, real leak, real *sums) {
    const size_t four[4] = {0, s->channels, nsym_image_row(s), nsym_image_row(s) + s->channels};
    clear_border(dz, s, 2 * half->rows, 2 * half->columns);
    for (size_t r = 0; r < half->rows; r++)
        for (size_t q = 0; q < half->columns; q++) {
            size_t at = nsym_image_place(s, 2 * r, 2 * q);
            const real *dy = dpooled + nsym_image_place(half, r, q);
            for (size_t c = 0; c < s->channels; c += LANES, at += LANES) {
                lanes best = load(y + at);
                for (size_t k = 1; k < 4; k++) best = larger(best, load(y + at + four[k]));
                lanes z = gated(load(dy + c), best, leak);
                store(sums + c, load(sums + c) + z);
                mask left = (lanes){0} == (lanes){0}; /* nobody has had it yet */
                for (size_t k = 0; k < 4; k++) {
                    mask here = left & (load(y + at + four[k]) == best);
                    store(dz + at + four[k], pick(here, z, (lanes){0}));
                    left &= ~here;
                }
            }
        }
}

const nsym_trunk_kernels NSYM_TRUNK_KERNELS = {
    LANES, filters, filters_gradient, spread, gather, gather_gradient, product, pool, gate, pool_gate};
