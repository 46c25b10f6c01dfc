/* Transformations of points before the detector, and the images they leave. */
#include <nearsym/copies.h>
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { POINTS = 200, SIDE = 32, CELLS = SIDE * SIDE };

static void draw(double *points) {
    nsym_random random = nsym_random_stream(1, "points", 0);
    for (size_t i = 0; i < POINTS; i++, points += 3) {
        points[0] = 2 * nsym_random_uniform(&random) - 1;
        points[1] = 2 * nsym_random_uniform(&random) - 1;
        points[2] = nsym_random_uniform(&random);
    }
}

static void multiply(const double *a, const double *b, double *out) {
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 2; j++) out[2 * i + j] = a[2 * i] * b[j] + a[2 * i + 1] * b[2 + j];
}

static void quarter_turns_and_mirrors_along_the_axes_are_exact(void **state) {
    (void)state;
    const double turns[][4] = {{1, 0, 0, 1}, {0, -1, 1, 0}, {-1, 0, 0, -1}, {0, 1, -1, 0}};
    const double mirrors[][4] = {{1, 0, 0, -1}, {0, 1, 1, 0}, {-1, 0, 0, 1}, {0, -1, -1, 0}};
    for (int k = -8; k < 8; k++)
        for (size_t e = 0; e < 4; e++) {
            assert_true(nsym_rotation(90 * k).matrix[e] == turns[k & 3][e]);
            assert_true(nsym_reflection(45 * k).matrix[e] == mirrors[k & 3][e]);
        }
}

static void rotations_add_their_angles_and_mirrors_undo_themselves(void **state) {
    (void)state;
    double product[4];
    for (double a = -400; a < 400; a += 37.3) {
        nsym_transform turn = nsym_rotation(a), more = nsym_rotation(51.1), both = nsym_rotation(a + 51.1);
        multiply(more.matrix, turn.matrix, product);
        for (size_t e = 0; e < 4; e++) assert_true(fabs(product[e] - both.matrix[e]) < 1e-14);
        nsym_transform mirror = nsym_reflection(a);
        multiply(mirror.matrix, mirror.matrix, product);
        for (size_t e = 0; e < 4; e++) assert_true(fabs(product[e] - (e % 3 == 0)) < 1e-14);
        double x = cos(a * acos(-1) / 180), y = sin(a * acos(-1) / 180); /* its axis stays */
        assert_true(fabs(mirror.matrix[0] * x + mirror.matrix[1] * y - x) < 1e-14);
        assert_true(fabs(mirror.matrix[2] * x + mirror.matrix[3] * y - y) < 1e-14);
    }
}

static double shares(const double *image) {
    double total = 0;
    for (size_t i = 0; i < CELLS; i++) total += image[i];
    return total;
}

/* The image of points moved by hand must be that of nsym_transform_fill. */
static void check_fill(const nsym_pixels *pixels, const nsym_transform *transform, const double *matrix) {
    double points[3 * POINTS], moved[3 * POINTS], work[3 * POINTS], ours[CELLS], expected[CELLS];
    draw(points);
    for (size_t i = 0; i < POINTS; i++) {
        const double *p = points + 3 * i;
        moved[3 * i] = matrix[0] * p[0] + matrix[1] * p[1];
        moved[3 * i + 1] = matrix[2] * p[0] + matrix[3] * p[1];
        moved[3 * i + 2] = p[2];
    }
    nsym_pixels_fill(pixels, moved, POINTS, expected);
    nsym_transform_fill(transform, pixels, points, POINTS, work, ours);
    assert_true(shares(ours) > 10);
    for (size_t i = 0; i < CELLS; i++) assert_true(fabs(ours[i] - expected[i]) < 1e-12);
}

typedef struct shear {
    double along_x;
} shear;

static void apply_shear(const void *context, const double *in, size_t n, double *out) {
    const shear *s = context;
    for (size_t i = 0; i < n; i++, in += 3, out += 3) {
        out[0] = in[0] + s->along_x * in[1];
        out[1] = in[1], out[2] = in[2];
    }
}

static void images_are_those_of_the_moved_points(void **state) {
    (void)state;
    nsym_pixels *pixels;
    assert_int_equal(nsym_pixels_new_equal(&pixels, SIDE, SIDE, -1, 1), NSYM_OK);
    for (double degrees = 0; degrees < 360; degrees += 22.5) {
        nsym_transform turn = nsym_rotation(degrees), mirror = nsym_reflection(degrees);
        check_fill(pixels, &turn, turn.matrix);
        check_fill(pixels, &mirror, mirror.matrix);
    }
    nsym_transform squeeze = {.matrix = {0.5, 0, 0, 0.9}};
    check_fill(pixels, &squeeze, squeeze.matrix);
    nsym_pixels_free(pixels);
}

static void a_users_own_transformation_is_applied_with_its_context(void **state) {
    (void)state;
    nsym_pixels *pixels;
    assert_int_equal(nsym_pixels_new_equal(&pixels, SIDE, SIDE, -1, 1), NSYM_OK);
    shear context = {0.25};
    nsym_transform transform = {.apply = apply_shear, .context = &context};
    check_fill(pixels, &transform, (const double[]){1, 0.25, 0, 1});
    nsym_pixels_free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quarter_turns_and_mirrors_along_the_axes_are_exact),
        cmocka_unit_test(rotations_add_their_angles_and_mirrors_undo_themselves),
        cmocka_unit_test(images_are_those_of_the_moved_points),
        cmocka_unit_test(a_users_own_transformation_is_applied_with_its_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
