/* An aligned event has no direction left: whatever it is turned by before, it comes out the same. */
#include "transform/align.h"
#include "transform/symmetry.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 12, WIDTH = 3 };
static const size_t pair[NSYM_SYMMETRY_FEATURES] = {1, 2, NSYM_NONE, NSYM_NONE};

static void fill(double *particles, uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "align", 0);
    for (size_t i = 0; i < N * WIDTH; i++)
        particles[i] = i % WIDTH ? nsym_random_normal(&random) : nsym_random_uniform(&random);
}

static void align(double *particles) {
    double matrix[4];
    nsym_align_matrix(particles, N, WIDTH, pair, 0, matrix);
    assert_true(fabs(matrix[0] * matrix[3] - matrix[1] * matrix[2] - 1) < 1e-12); /* a rotation */
    nsym_linear_apply(matrix, particles, N, WIDTH, pair);
}

static void a_rotation_before_changes_nothing(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        double a[N * WIDTH], b[N * WIDTH];
        fill(a, seed);
        memcpy(b, a, sizeof b);
        const nsym_element g = nsym_symmetry_element(7.3 * (double)seed);
        nsym_symmetry_apply(&nsym_rotate, &g, b, N, WIDTH, pair);
        align(a);
        align(b);
        for (size_t i = 0; i < N * WIDTH; i++) assert_true(fabs(a[i] - b[i]) < 1e-9);
    }
}

static void the_principal_axis_is_upright_and_the_heavier_side_up(void **state) {
    (void)state;
    double p[N * WIDTH], xx = 0, xy = 0, yy = 0, up = 0;
    fill(p, 3);
    align(p);
    for (size_t i = 0; i < N; i++) {
        double w = p[3 * i], x = p[3 * i + 1], y = p[3 * i + 2];
        xx += w * x * x, xy += w * x * y, yy += w * y * y, up += w * y;
    }
    assert_true(yy > xx && fabs(xy) < 1e-12 && up > 0);
}

static void without_a_direction_nothing_turns(void **state) {
    (void)state;
    const double square[] = {1, 1, 0, 1, 0, 1, 1, -1, 0, 1, 0, -1};
    double matrix[4];
    nsym_align_matrix(square, 4, WIDTH, pair, 0, matrix);
    assert_true(matrix[0] == 1 && matrix[1] == 0 && matrix[2] == 0 && matrix[3] == 1);
    nsym_align_matrix(square, 0, WIDTH, pair, 0, matrix);
    assert_true(matrix[0] == 1 && matrix[3] == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rotation_before_changes_nothing),
        cmocka_unit_test(the_principal_axis_is_upright_and_the_heavier_side_up),
        cmocka_unit_test(without_a_direction_nothing_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
