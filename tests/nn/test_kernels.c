/* Every table of loops against the plain one, and the matrix product against plain loops, on sizes around the widths
   of vectors and blocks. */
#include "nn/gemm.h"
#include "nn/kernels.h"
#include "nn/onednn.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 131, COLUMNS = 37, SIZE = ROWS * COLUMNS, EVENTS = 6 };

static const uint32_t offsets[EVENTS + 1] = {0, 3, 3, 50, 51, 130, ROWS};

/* What one call of every loop leaves behind. */
enum {
    BIAS,
    AFFINE,
    GATE,
    NORM,
    NORM_GRADIENT,
    POOL,
    POOL_GRADIENT,
    WEIGHTED,
    WEIGHTED_GRADIENT,
    ADD,
    VALUES,
    FIRST,
    SECOND,
    ARRAYS,
    SUMS = 7
};
typedef struct outcome {
    real array[ARRAYS][SIZE];
    double sums[SUMS][COLUMNS];
} outcome;

static void fill(real *values, size_t n, uint64_t index) {
    nsym_random random = nsym_random_stream(1, "kernels", index);
    for (size_t i = 0; i < n; i++) values[i] = (real)nsym_random_normal(&random);
}

static void run(const nsym_kernels *k, outcome *o) {
    static real x[SIZE], z[SIZE], row[4][COLUMNS];
    real work[2 * COLUMNS];
    memset(o, 0, sizeof *o);
    fill(x, SIZE, 0);
    fill(z, SIZE, 1);
    for (size_t i = 0; i < 4; i++) fill(row[i], COLUMNS, 2 + i);
    real *const copies[] = {o->array[BIAS],          o->array[GATE],   o->array[NORM],
                            o->array[NORM_GRADIENT], o->array[VALUES], o->array[FIRST]};
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) memcpy(copies[i], x, sizeof x);
    for (size_t i = 0; i < SIZE; i++) o->array[SECOND][i] = z[i] * z[i];

    k->bias(o->array[BIAS], row[0], 0, ROWS, COLUMNS);
    k->sums(z, ROWS, COLUMNS, o->sums[0], work);
    k->squares(z, row[0], ROWS, COLUMNS, o->sums[1], work);
    k->affine(o->array[AFFINE], z, row[0], row[1], 0.01f, ROWS, COLUMNS);
    k->gate(o->array[GATE], z, 0.01f, ROWS, COLUMNS, o->sums[2], work);
    k->norm_sums(o->array[NORM], x, z, row[0], 0, ROWS, COLUMNS, o->sums[3], o->sums[4], work);
    k->norm_gradient(o->array[NORM_GRADIENT], z, row[0], row[1], row[2], row[3], ROWS, COLUMNS, o->sums[5], work);
    k->pool(o->array[POOL], z, offsets, EVENTS, COLUMNS, 1);
    k->pool_gradient(o->array[POOL_GRADIENT], z, offsets, EVENTS, COLUMNS, 1);
    k->weighted_pool(o->array[WEIGHTED], z, x, COLUMNS, offsets, EVENTS, COLUMNS);
    k->weighted_pool_gradient(o->array[WEIGHTED_GRADIENT], z, x, COLUMNS, offsets, EVENTS, COLUMNS);
    k->add(o->array[ADD], row[0], x, ROWS, COLUMNS);
    k->add_gradient(o->sums[6], z, x, ROWS, COLUMNS, work);
    nsym_adamw_factors factors = {0.99f, 0.9f, 0.999f, 0.1f, 0.001f, 0.01f, 3, 1e-8f};
    k->adamw(o->array[VALUES], z, o->array[FIRST], o->array[SECOND], SIZE, &factors);
}

/* Fused multiplications round once where the plain loops round twice: a few units in the last place of terms of size 1
   to 10, and of sums of 131 of them. */
static void compare(const nsym_kernels *kernels) {
    static outcome expected, found;
    run(&nsym_kernels_plain, &expected);
    run(kernels, &found);
    for (size_t i = 0; i < ARRAYS; i++) {
        for (size_t j = 0; j < SIZE; j++) {
            double a = (double)expected.array[i][j], b = (double)found.array[i][j];
            assert_true(fabs(a - b) < 5e-6 * (1 + fabs(a)));
        }
    }
    for (size_t i = 0; i < SUMS; i++) {
        for (size_t j = 0; j < COLUMNS; j++) assert_true(fabs(expected.sums[i][j] - found.sums[i][j]) < 1e-3);
    }
}

static void the_tables_of_this_cpu_agree_with_the_plain_loops(void **state) {
    (void)state;
    compare(nsym_kernels_in_use());
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) compare(&nsym_kernels_avx2);
#endif
}

/* The last numbers of a loop, fewer than a vector holds, go through other instructions than those before. */
static void a_number_gets_the_same_bits_wherever_its_loop_ends(void **state) {
    (void)state;
    const nsym_kernels *k = nsym_kernels_in_use();
    const nsym_adamw_factors factors = {0.99f, 0.9f, 0.999f, 0.1f, 0.001f, 0.01f, 3, 1e-8f};
    real row[5][COLUMNS], work[COLUMNS];
    double sums[COLUMNS];
    for (size_t i = 0; i < 5; i++) fill(row[i], COLUMNS, i);
    struct {
        real affine[COLUMNS], gradient[COLUMNS], sum[COLUMNS], values[COLUMNS], first[COLUMNS], second[COLUMNS];
    } whole, part;
    for (size_t n = COLUMNS; n > 0; n--) {
        memset(&part, 0, sizeof part);
        for (size_t j = 0; j < n; j++) {
            part.gradient[j] = part.values[j] = part.sum[j] = row[0][j], part.first[j] = row[1][j];
            part.second[j] = row[2][j] * row[2][j];
        }
        k->affine(part.affine, row[0], row[1], row[2], 0.1f, 1, n);
        k->norm_gradient(part.gradient, row[1], row[2], row[3], row[4], row[0], 1, n, sums, work);
        k->add(part.sum, row[1], row[2], 1, n);
        k->adamw(part.values, row[3], part.first, part.second, n, &factors);
        if (n == COLUMNS) whole = part;
        assert_memory_equal(part.affine, whole.affine, n * sizeof(real));
        assert_memory_equal(part.gradient, whole.gradient, n * sizeof(real));
        assert_memory_equal(part.sum, whole.sum, n * sizeof(real));
        assert_memory_equal(part.values, whole.values, n * sizeof(real));
        assert_memory_equal(part.first, whole.first, n * sizeof(real));
        assert_memory_equal(part.second, whole.second, n * sizeof(real));
    }
}

static void column_sums_and_squares_are_those_of_plain_loops(void **state) {
    (void)state;
    static real z[SIZE];
    real centre[COLUMNS], work[COLUMNS];
    double sums[COLUMNS], squares[COLUMNS];
    fill(z, SIZE, 1);
    fill(centre, COLUMNS, 2);
    nsym_kernels_in_use()->sums(z, ROWS, COLUMNS, sums, work);
    nsym_kernels_in_use()->squares(z, centre, ROWS, COLUMNS, squares, work);
    for (size_t j = 0; j < COLUMNS; j++) {
        double sum = 0, square = 0;
        for (size_t i = 0; i < ROWS; i++) {
            double value = (double)z[i * COLUMNS + j], distance = value - (double)centre[j];
            sum += value;
            square += distance * distance;
        }
        assert_true(fabs(sum - sums[j]) < 1e-4 && fabs(square - squares[j]) < 1e-3);
    }
}

static void pooling_sums_the_rows_of_an_event_and_of_none_gives_zero(void **state) {
    (void)state;
    const real x[6] = {1, 2, 3, 4, 5, 6};
    const uint32_t ends[4] = {0, 1, 1, 3};
    real y[6];
    nsym_kernels_in_use()->pool(y, x, ends, 3, 2, 0);
    const real sums[6] = {1, 2, 0, 0, 8, 10};
    assert_memory_equal(y, sums, sizeof y);
    nsym_kernels_in_use()->pool(y, x, ends, 3, 2, 1);
    const real means[6] = {1, 2, 0, 0, 4, 5};
    assert_memory_equal(y, means, sizeof y);
}

static void weighted_pooling_multiplies_each_row_by_its_weight(void **state) {
    (void)state;
    const real x[6] = {1, 2, 3, 4, 5, 6}, weights[6] = {2, 9, 0, 9, -1, 9}, dy[6] = {1, 2, 3, 4, 5, 6};
    const uint32_t ends[4] = {0, 1, 1, 3};
    real y[6], dx[6];
    nsym_kernels_in_use()->weighted_pool(y, x, weights, 2, ends, 3, 2);
    const real sums[6] = {2, 4, 0, 0, -5, -6};
    for (size_t i = 0; i < 6; i++) assert_true(y[i] == sums[i]);
    nsym_kernels_in_use()->weighted_pool_gradient(dx, dy, weights, 2, ends, 3, 2);
    const real gradient[6] = {2, 4, 0, 0, -5, -6};
    for (size_t i = 0; i < 6; i++) assert_true(dx[i] == gradient[i]);
}

static void a_row_is_added_by_factors(void **state) {
    (void)state;
    const real row[2] = {10, -1}, factors[3] = {2, 0, -1}, dy[6] = {1, 2, 3, 4, 5, 6};
    real y[6] = {1, 2, 3, 4, 5, 6}, work[2];
    double sums[2];
    nsym_kernels_in_use()->add(y, row, factors, 3, 2);
    const real added[6] = {21, 0, 3, 4, -5, 7};
    assert_memory_equal(y, added, sizeof y);
    nsym_kernels_in_use()->add_gradient(sums, dy, factors, 3, 2, work);
    assert_true(sums[0] == 2 * 1 - 5 && sums[1] == 2 * 2 - 6);
}

static void a_product_is_that_of_plain_loops_for_every_transposition(void **state) {
    (void)state;
    enum { LARGEST = 40 };
    static const size_t sizes[][3] = {{1, 1, 1},  {5, 3, 0},    {2, 33, 1}, {40, 1, 17},
                                      {7, 40, 2}, {33, 17, 40}, {40, 2, 8}};
    static real a[LARGEST * LARGEST], b[LARGEST * LARGEST], c[LARGEST * LARGEST], start[LARGEST * LARGEST];
    fill(a, LARGEST * LARGEST, 0);
    fill(b, LARGEST * LARGEST, 1);
    fill(start, LARGEST * LARGEST, 2);
    for (size_t shape = 0; shape < sizeof sizes / sizeof *sizes; shape++) {
        size_t m = sizes[shape][0], n = sizes[shape][1], k = sizes[shape][2];
        for (int turn = 0; turn < 8; turn++) {
            bool ta = turn & 1, tb = turn & 2;
            real beta = turn & 4 ? 1.0f : 0.0f;
            memcpy(c, start, sizeof c);
            nsym_gemm(ta, tb, m, n, k, a, LARGEST, b, LARGEST, beta, c, LARGEST);
            for (size_t i = 0; i < m; i++) {
                for (size_t j = 0; j < n; j++) {
                    double sum = (double)beta * (double)start[i * LARGEST + j];
                    for (size_t l = 0; l < k; l++)
                        sum += (double)(ta ? a[l * LARGEST + i] : a[i * LARGEST + l]) *
                               (double)(tb ? b[j * LARGEST + l] : b[l * LARGEST + j]);
                    assert_true(fabs(sum - (double)c[i * LARGEST + j]) < 1e-5);
                }
            }
        }
    }
}

static void an_outer_product_is_that_of_plain_loops_with_and_without_copies_and_what_it_is_added_to(void **state) {
    (void)state;
    enum { K = 300, M = 256, N = 128 };
    static const size_t sizes[][3] = {{M, N, K}, {M, N, 256}, {M, N, 1}, {37, 20, K}, {64, 64, 9}, {M, N, 0}};
    static real a[K * M], b[K * N], c[M * N], scratch[256 * (M + N + 32)];
    fill(a, K * M, 0);
    fill(b, K * N, 1);
    assert_int_equal(nsym_gemm_scratch(M, N), sizeof scratch / sizeof *scratch);
    assert_int_equal(nsym_gemm_scratch(37, 20), 0);
    for (size_t shape = 0; shape < 2 * sizeof sizes / sizeof *sizes; shape++) {
        size_t m = sizes[shape / 2][0], n = sizes[shape / 2][1], k = sizes[shape / 2][2];
        bool add = shape % 2;
        for (size_t i = 0; i < m * n; i++) c[i] = add ? (real)(i % 7) : (real)NAN;
        nsym_gemm_outer(m, n, k, a, b, add, c, scratch);
        for (size_t i = 0; i < m; i++) {
            for (size_t j = 0; j < n; j++) {
                double sum = add ? (double)((i * n + j) % 7) : 0;
                for (size_t l = 0; l < k; l++) sum += (double)a[l * m + i] * (double)b[l * n + j];
                assert_true(fabs(sum - (double)c[i * n + j]) < 1e-4);
            }
        }
    }
}

/* Against the dense product, with empty rows and columns; sums of up to 20 products of size 1. */
static void compare_sparse(const nsym_kernels *k) {
    enum { INPUTS = 203, OUTPUTS = 133, LINES = 50 };
    static real x[LINES * INPUTS], w[INPUTS * OUTPUTS], dy[LINES * OUTPUTS];
    static real y[LINES * OUTPUTS], z[LINES * OUTPUTS], dw[INPUTS * OUTPUTS], expected[INPUTS * OUTPUTS];
    fill(x, LINES * INPUTS, 0);
    fill(w, INPUTS * OUTPUTS, 1);
    fill(dy, LINES * OUTPUTS, 2);
    size_t hit = 0;
    for (size_t i = 0; i < LINES * INPUTS; i++) {
        if (i < INPUTS || i % INPUTS == 16 || (i * 7919) % 23 != 0) x[i] = 0;
        hit += x[i] != 0;
    }
    static uint32_t first[LINES + 1], column[LINES * INPUTS], start[INPUTS + 2], row[LINES * INPUTS];
    static real value[LINES * INPUTS], value_by_column[LINES * INPUTS];
    nsym_hit_lists lists = {{0}, first, column, start, row, value, value_by_column};
    k->list(&lists, x, LINES, INPUTS, hit);
    k->list(&lists, x, LINES, INPUTS, hit - 1);
    assert_null(lists.hits.first);
    k->list(&lists, x, LINES, INPUTS, hit);
    assert_ptr_equal(lists.hits.first, first);
    assert_int_equal(first[LINES], hit);
    k->sparse(y, &lists.hits, w, LINES, OUTPUTS);
    nsym_gemm(false, false, LINES, OUTPUTS, INPUTS, x, INPUTS, w, OUTPUTS, 0, z, OUTPUTS);
    for (size_t i = 0; i < LINES * OUTPUTS; i++) assert_true(fabs((double)(y[i] - z[i])) < 1e-5);
    for (size_t i = 0; i < INPUTS * OUTPUTS; i++) dw[i] = NAN;
    k->sparse_gradient(dw, &lists, dy, LINES, INPUTS, OUTPUTS);
    nsym_gemm(true, false, INPUTS, OUTPUTS, LINES, x, INPUTS, dy, OUTPUTS, 0, expected, OUTPUTS);
    for (size_t i = 0; i < INPUTS * OUTPUTS; i++) assert_true(fabs((double)(dw[i] - expected[i])) < 1e-5);
}

static void a_sparse_product_and_its_gradient_are_the_dense_ones(void **state) {
    (void)state;
    compare_sparse(&nsym_kernels_plain);
    compare_sparse(nsym_kernels_in_use());
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) compare_sparse(&nsym_kernels_avx2);
#endif
}

static int bind_path(void **state) {
    (void)state;
    return nsym_onednn_bind() == NSYM_OK ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_of_this_cpu_agree_with_the_plain_loops),
        cmocka_unit_test(a_number_gets_the_same_bits_wherever_its_loop_ends),
        cmocka_unit_test(column_sums_and_squares_are_those_of_plain_loops),
        cmocka_unit_test(pooling_sums_the_rows_of_an_event_and_of_none_gives_zero),
        cmocka_unit_test(weighted_pooling_multiplies_each_row_by_its_weight),
        cmocka_unit_test(a_row_is_added_by_factors),
        cmocka_unit_test(a_sparse_product_and_its_gradient_are_the_dense_ones),
        cmocka_unit_test(an_outer_product_is_that_of_plain_loops_with_and_without_copies_and_what_it_is_added_to),
        cmocka_unit_test(a_product_is_that_of_plain_loops_for_every_transposition),
    };
    return cmocka_run_group_tests(tests, bind_path, NULL);
}
