/* Compiled once per kind of CPU (CMakeLists.txt), each time into another table, NSYM_KERNELS. */
#include "nn/kernels.h"

#include <float.h>
#include <string.h>

#ifndef NSYM_KERNELS
#define NSYM_KERNELS nsym_kernels_baseline
#define NSYM_KERNELS_NAME "baseline"
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
            for (size_t j = 0; j < columns; j++) work[j] += (z[j] - centre[j]) * (z[j] - centre[j]);
        }
        add_to(total, work, columns);
    }
}

static void affine(real *y, const real *z, const real *factor, const real *offset, real leak, size_t rows,
                   size_t columns) {
    for (size_t i = 0; i < rows; i++, y += columns, z += columns) {
#pragma omp simd
        for (size_t j = 0; j < columns; j++) y[j] = activate(factor[j] * z[j] + offset[j], leak);
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
                work2[j] += g * (z[j] - centre[j]);
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
                real g = factor[j] * dy[j] + (slope[j] * (z[j] - centre[j]) + offset[j]);
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

static void add(real *y, const real *row, const real *factors, size_t rows, size_t columns) {
    for (size_t i = 0; i < rows; i++, y += columns) {
#pragma omp simd
        for (size_t j = 0; j < columns; j++) y[j] += factors[i] * row[j];
    }
}

static void add_gradient(double *total, const real *dy, const real *factors, size_t rows, size_t columns, real *work) {
    memset(total, 0, columns * sizeof *total);
    for (size_t i = 0; i < rows;) {
        memset(work, 0, columns * sizeof *work);
        for (size_t end = block_end(i, rows); i < end; i++, dy += columns) {
#pragma omp simd
            for (size_t j = 0; j < columns; j++) work[j] += factors[i] * dy[j];
        }
        add_to(total, work, columns);
    }
}

static size_t count(const real *x, size_t n) {
    size_t found = 0;
#pragma omp simd reduction(+ : found)
    for (size_t i = 0; i < n; i++) found += x[i] != 0;
    return found;
}

/* Neighbouring values that are looked at together: most such runs of an image are empty. */
enum { RUN = 16 };

/* Which of n <= RUN values are not 0, a bit each. */
static unsigned hits(const real *x, size_t n) {
    unsigned found = 0;
    if (n == RUN) {
#pragma omp simd reduction(| : found)
        for (unsigned k = 0; k < RUN; k++) found |= x[k] != 0 ? 1U << k : 0;
        return found;
    }
    for (unsigned k = 0; k < n; k++) found |= x[k] != 0 ? 1U << k : 0;
    return found;
}

static size_t run_at(size_t c, size_t n) {
    return n - c < RUN ? n - c : RUN;
}

static void sparse(real *y, const real *x, const real *weight, size_t rows, size_t inputs, size_t outputs) {
    for (size_t i = 0; i < rows; i++, x += inputs, y += outputs) {
        memset(y, 0, outputs * sizeof *y);
        for (size_t first = 0; first < inputs; first += RUN) {
            for (unsigned found = hits(x + first, run_at(first, inputs)); found; found &= found - 1) {
                size_t c = first + (size_t)__builtin_ctz(found);
                const real *row = weight + c * outputs, value = x[c];
#pragma omp simd
                for (size_t j = 0; j < outputs; j++) y[j] += value * row[j];
            }
        }
    }
}

static void sparse_gradient(real *dweight, const real *x, const real *dy, size_t rows, size_t inputs, size_t outputs) {
    memset(dweight, 0, inputs * outputs * sizeof *dweight);
    for (size_t i = 0; i < rows; i++, x += inputs, dy += outputs) {
        for (size_t first = 0; first < inputs; first += RUN) {
            for (unsigned found = hits(x + first, run_at(first, inputs)); found; found &= found - 1) {
                size_t c = first + (size_t)__builtin_ctz(found);
                real *row = dweight + c * outputs, value = x[c];
#pragma omp simd
                for (size_t j = 0; j < outputs; j++) row[j] += value * dy[j];
            }
        }
    }
}

/* Moments of weights that get no gradient decay until they are subnormal, and stay so: slow on many CPUs, and nothing
   beside epsilon. */
static real flushed(real x) {
    return x < FLT_MIN && x > -FLT_MIN ? 0 : x;
}

static void adamw(real *values, const real *gradients, real *first, real *second, size_t n,
                  const nsym_adamw_factors *factors) {
    const nsym_adamw_factors f = *factors;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        real g = gradients[i];
        real m = flushed(f.beta1 * first[i] + f.new1 * g);
        real s = flushed(f.beta2 * second[i] + f.new2 * g * g);
        first[i] = m;
        second[i] = s;
        values[i] = f.keep * values[i] - f.rate * m / (real_sqrt(s) * f.root + f.epsilon);
    }
}

const nsym_kernels NSYM_KERNELS = {
    .name = NSYM_KERNELS_NAME,
    .bias = bias,
    .sums = sums,
    .squares = squares,
    .affine = affine,
    .gate = gate,
    .norm_sums = norm_sums,
    .norm_gradient = norm_gradient,
    .pool = pool,
    .pool_gradient = pool_gradient,
    .add = add,
    .add_gradient = add_gradient,
    .count = count,
    .sparse = sparse,
    .sparse_gradient = sparse_gradient,
    .adamw = adamw,
};
