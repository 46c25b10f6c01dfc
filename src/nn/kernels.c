/* Compiled once per kind of CPU (CMakeLists.txt), each time into another table, NSYM_KERNELS. */
#include "nn/kernels.h"

#include "nn/bf16.h"
#include "nn/lanes.h"
#include <float.h>
#include <string.h>

#ifndef NSYM_KERNELS
#define NSYM_KERNELS nsym_kernels_plain
#endif

/* Rows whose sum is taken in `real` before it is added to the total in double precision. */
enum { BLOCK = 64 };

static real activate(real x, real leak) {
    real below = leak * x;
    return x > 0 ? x : below;
}

static real gated(real dy, real y, real leak) {
    real below = leak * dy;
    return y > 0 ? dy : below;
}

static size_t block_end(size_t row, size_t rows) {
    return rows - row < BLOCK ? rows : row + BLOCK;
}

static void add_to(double *sums, const real *work, size_t columns) {
#pragma omp simd
    for (size_t j = 0; j < columns; j++) sums[j] += (double)work[j];
}

static void bias(real *y, const real *b, real leak, size_t rows, size_t columns) {
    for (size_t i = 0; i < rows; i++, y += columns) {
#pragma omp simd
        for (size_t j = 0; j < columns; j++) y[j] = activate(y[j] + b[j], leak);
    }
}

static void sums(const real *z, size_t rows, size_t columns, double *total, real *work) {
    memset(total, 0, columns * sizeof *total);
    for (size_t i = 0; i < rows;) {
        memset(work, 0, columns * sizeof *work);
        for (size_t end = block_end(i, rows); i < end; i++, z += columns) {
#pragma omp simd
            for (size_t j = 0; j < columns; j++) work[j] += z[j];
        }
        add_to(total, work, columns);
    }
}

static void squares(const real *z, const real *centre, size_t rows, size_t columns, double *total, real *work) {
    memset(total, 0, columns * sizeof *total);
    for (size_t i = 0; i < rows;) {
        memset(work, 0, columns * sizeof *work);
        for (size_t end = block_end(i, rows); i < end; i++, z += columns) {
#pragma omp simd
            for (size_t j = 0; j < columns; j++) work[j] = fused(z[j] - centre[j], z[j] - centre[j], work[j]);
        }
        add_to(total, work, columns);
    }
}

static void affine(real *y, const real *z, const real *factor, const real *offset, real leak, size_t rows,
                   size_t columns) {
    for (size_t i = 0; i < rows; i++, y += columns, z += columns) {
#pragma omp simd
        for (size_t j = 0; j < columns; j++) y[j] = activate(fused(factor[j], z[j], offset[j]), leak);
    }
}

static void gate(real *dy, const real *y, real leak, size_t rows, size_t columns, double *total, real *work) {
    memset(total, 0, columns * sizeof *total);
    for (size_t i = 0; i < rows;) {
        memset(work, 0, columns * sizeof *work);
        for (size_t end = block_end(i, rows); i < end; i++, y += columns, dy += columns) {
#pragma omp simd
            for (size_t j = 0; j < columns; j++) {
                dy[j] = gated(dy[j], y[j], leak);
                work[j] += dy[j];
            }
        }
        add_to(total, work, columns);
    }
}

static void norm_sums(real *dy, const real *y, const real *z, const real *centre, real leak, size_t rows,
                      size_t columns, double *total, double *products, real *work) {
    real *work2 = work + columns;
    memset(total, 0, columns * sizeof *total);
    memset(products, 0, columns * sizeof *products);
    for (size_t i = 0; i < rows;) {
        memset(work, 0, 2 * columns * sizeof *work);
        for (size_t end = block_end(i, rows); i < end; i++, y += columns, z += columns, dy += columns) {
#pragma omp simd
            for (size_t j = 0; j < columns; j++) {
                real g = gated(dy[j], y[j], leak);
                dy[j] = g;
                work[j] += g;
                work2[j] = fused(g, z[j] - centre[j], work2[j]);
            }
        }
        add_to(total, work, columns);
        add_to(products, work2, columns);
    }
}

static void norm_gradient(real *dy, const real *z, const real *centre, const real *factor, const real *slope,
                          const real *offset, size_t rows, size_t columns, double *total, real *work) {
    memset(total, 0, columns * sizeof *total);
    for (size_t i = 0; i < rows;) {
        memset(work, 0, columns * sizeof *work);
        for (size_t end = block_end(i, rows); i < end; i++, z += columns, dy += columns) {
#pragma omp simd
            for (size_t j = 0; j < columns; j++) {
                real g = fused(factor[j], dy[j], fused(slope[j], z[j] - centre[j], offset[j]));
                dy[j] = g;
                work[j] += g;
            }
        }
        add_to(total, work, columns);
    }
}

static real pool_factor(size_t rows, int mean) {
    return mean && rows ? 1 / (real)rows : 1;
}

static void pool(real *y, const real *x, const uint32_t *offsets, size_t events, size_t width, int mean) {
    for (size_t i = 0; i < events; i++, y += width) {
        memset(y, 0, width * sizeof *y);
        for (size_t r = offsets[i]; r < offsets[i + 1]; r++) {
#pragma omp simd
            for (size_t j = 0; j < width; j++) y[j] += x[r * width + j];
        }
        real factor = pool_factor(offsets[i + 1] - offsets[i], mean);
#pragma omp simd
        for (size_t j = 0; j < width; j++) y[j] *= factor;
    }
}

static void pool_gradient(real *dx, const real *dy, const uint32_t *offsets, size_t events, size_t width, int mean) {
    for (size_t i = 0; i < events; i++, dy += width) {
        real factor = pool_factor(offsets[i + 1] - offsets[i], mean);
        for (size_t r = offsets[i]; r < offsets[i + 1]; r++) {
#pragma omp simd
            for (size_t j = 0; j < width; j++) dx[r * width + j] = factor * dy[j];
        }
    }
}

static void weighted_pool(real *y, const real *x, const real *weights, size_t stride, const uint32_t *offsets,
                          size_t events, size_t width) {
    for (size_t i = 0; i < events; i++, y += width) {
        memset(y, 0, width * sizeof *y);
        for (size_t r = offsets[i]; r < offsets[i + 1]; r++) {
            real weight = weights[r * stride];
#pragma omp simd
            for (size_t j = 0; j < width; j++) y[j] = fused(weight, x[r * width + j], y[j]);
        }
    }
}

static void weighted_pool_gradient(real *dx, const real *dy, const real *weights, size_t stride,
                                   const uint32_t *offsets, size_t events, size_t width) {
    for (size_t i = 0; i < events; i++, dy += width) {
        for (size_t r = offsets[i]; r < offsets[i + 1]; r++) {
            real weight = weights[r * stride];
#pragma omp simd
            for (size_t j = 0; j < width; j++) dx[r * width + j] = weight * dy[j];
        }
    }
}

static void add(real *y, const real *row, const real *factors, size_t rows, size_t columns) {
    for (size_t i = 0; i < rows; i++, y += columns) {
#pragma omp simd
        for (size_t j = 0; j < columns; j++) y[j] = fused(factors[i], row[j], y[j]);
    }
}

static void add_gradient(double *total, const real *dy, const real *factors, size_t rows, size_t columns, real *work) {
    memset(total, 0, columns * sizeof *total);
    for (size_t i = 0; i < rows;) {
        memset(work, 0, columns * sizeof *work);
        for (size_t end = block_end(i, rows); i < end; i++, dy += columns) {
#pragma omp simd
            for (size_t j = 0; j < columns; j++) work[j] = fused(factors[i], dy[j], work[j]);
        }
        add_to(total, work, columns);
    }
}

/* Neighbouring values that are looked at together: most such runs of an image are empty. */
enum { RUN = NSYM_HITS_BEYOND };

/* Which of n <= RUN values are not 0, a bit each. */
static unsigned hits_of(const real *x, size_t n) {
    unsigned found = 0;
    if (n == RUN) {
#pragma omp simd reduction(| : found)
        for (unsigned k = 0; k < RUN; k++) found |= x[k] != 0 ? 1U << k : 0;
        return found;
    }
    for (unsigned k = 0; k < n; k++) found |= x[k] != 0 ? 1U << k : 0;
    return found;
}

static void list(nsym_hit_lists *h, const real *x, size_t rows, size_t inputs, size_t most) {
    uint32_t n = 0;
    h->hits = (nsym_hits){0};
    for (size_t i = 0; i < rows; i++, x += inputs) {
        h->first[i] = n;
        for (size_t c = 0; c < inputs; c += RUN) {
            for (unsigned found = hits_of(x + c, inputs - c < RUN ? inputs - c : RUN); found; found &= found - 1) {
                size_t column = c + (size_t)__builtin_ctz(found);
                h->column[n] = (uint32_t)column;
                h->value[n++] = x[column];
            }
            if (n > most) return;
        }
    }
    h->first[rows] = n;
    h->hits = (nsym_hits){h->first, h->column, h->value};
}

/* The registers that a sum may take. */
#if defined(__AVX512F__)
enum { REGISTERS = 4 };
#else
enum { REGISTERS = 8 };
#endif

/* Columns j ... j + registers x LANES - 1 of combine's sum; the compiler sees the number of registers. */
static inline __attribute__((always_inline)) void combine_columns(real *out, const real *rows, const uint32_t *index,
                                                                  const real *value, size_t n, size_t width, size_t j,
                                                                  size_t registers) {
    lanes sum[REGISTERS] = {{0}};
    for (size_t k = 0; k < n; k++) {
        const real *from = rows + index[k] * width + j;
#pragma GCC unroll 8
        for (size_t q = 0; q < registers; q++) {
            lanes row;
            memcpy(&row, from + q * LANES, sizeof row);
            sum[q] = fused_lanes(value[k], row, sum[q]);
        }
    }
#pragma GCC unroll 8
    for (size_t q = 0; q < registers; q++) memcpy(out + j + q * LANES, &sum[q], sizeof sum[q]);
}

/* out (width) = the sum of value[k] times row index[k] of `rows`, each in registers over all k. */
static void combine(real *out, const real *rows, const uint32_t *index, const real *value, size_t n, size_t width) {
    size_t j = 0;
    for (; j + REGISTERS * LANES <= width; j += REGISTERS * LANES)
        combine_columns(out, rows, index, value, n, width, j, REGISTERS);
    for (; j + LANES <= width; j += LANES) combine_columns(out, rows, index, value, n, width, j, 1);
    for (; j < width; j++) {
        real sum = 0;
        for (size_t k = 0; k < n; k++) sum = fused(value[k], rows[index[k] * width + j], sum);
        out[j] = sum;
    }
}

static void sparse(real *y, const nsym_hits *h, const real *weight, size_t rows, size_t outputs) {
    for (size_t i = 0; i < rows; i++) {
        uint32_t first = h->first[i];
        combine(y + i * outputs, weight, h->column + first, h->value + first, h->first[i + 1] - first, outputs);
    }
}

/* Sorts the hits by column, rows rising in each; start[c] ... start[c + 1] are then those of column c. */
static void turn(nsym_hit_lists *h, size_t rows, size_t inputs) {
    const nsym_hits *hits = &h->hits;
    uint32_t *end = h->start + 1; /* end[c] moves from where column c begins to where it ends */
    memset(h->start, 0, (inputs + 2) * sizeof *h->start);
    for (uint32_t k = hits->first[0]; k < hits->first[rows]; k++) h->start[hits->column[k] + 2]++;
    for (size_t c = 2; c < inputs + 2; c++) h->start[c] += h->start[c - 1];
    for (size_t i = 0; i < rows; i++) {
        for (uint32_t k = hits->first[i]; k < hits->first[i + 1]; k++) {
            uint32_t to = end[hits->column[k]]++;
            h->row[to] = (uint32_t)i;
            h->value_by_column[to] = hits->value[k];
        }
    }
}

static void sparse_gradient(real *dweight, nsym_hit_lists *h, const real *dy, size_t rows, size_t inputs,
                            size_t outputs) {
    turn(h, rows, inputs);
    for (size_t c = 0; c < inputs; c++) {
        uint32_t first = h->start[c];
        combine(dweight + c * outputs, dy, h->row + first, h->value_by_column + first, h->start[c + 1] - first,
                outputs);
    }
}

/* Moments of weights that get no gradient decay until they are subnormal, and stay so: slow on many CPUs, and nothing
   beside epsilon. */
static real flushed(real x) {
    return x < FLT_MIN && x > -FLT_MIN ? 0 : x;
}

static void round_bf16(real *y, const real *x, size_t n) {
#pragma omp simd
    for (size_t i = 0; i < n; i++) y[i] = (real)nsym_bf16_rounded((float)x[i]);
}

static void to_bf16(uint16_t *y, const real *x, size_t n) {
#pragma omp simd
    for (size_t i = 0; i < n; i++) y[i] = (uint16_t)(nsym_bf16_bits((float)x[i]) >> 16);
}

static void adamw(real *values, const real *gradients, real *first, real *second, size_t n,
                  const nsym_adamw_factors *factors) {
    const nsym_adamw_factors f = *factors;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        real g = gradients[i];
        real m = flushed(fused(f.beta1, first[i], f.new1 * g));
        real s = flushed(fused(f.beta2, second[i], f.new2 * g * g));
        first[i] = m;
        second[i] = s;
        values[i] = fused(f.keep, values[i], -(f.rate * m / fused(real_sqrt(s), f.root, f.epsilon)));
    }
}

const nsym_kernels NSYM_KERNELS = {
    .bias = bias,
    .sums = sums,
    .squares = squares,
    .affine = affine,
    .gate = gate,
    .norm_sums = norm_sums,
    .norm_gradient = norm_gradient,
    .pool = pool,
    .pool_gradient = pool_gradient,
    .weighted_pool = weighted_pool,
    .weighted_pool_gradient = weighted_pool_gradient,
    .add = add,
    .add_gradient = add_gradient,
    .list = list,
    .sparse = sparse,
    .sparse_gradient = sparse_gradient,
    .round_bf16 = round_bf16,
    .to_bf16 = to_bf16,
    .adamw = adamw,
};
