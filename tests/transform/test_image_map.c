/* Rotations and mirrors of images: identities, and OpenCV's own results (make_image_goldens.py). */
#include <nearsym/copies.h>
#include <nearsym/random.h>

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), NSYM_OK)

enum { SIDE = 32, MOST = SIDE * SIDE };

static nsym_pixels *grid(size_t nx, size_t ny) {
    nsym_pixels *pixels;
    MUST(nsym_pixels_new_equal(&pixels, nx, ny, -1, 1));
    return pixels;
}

static nsym_image_map *rotation(const nsym_pixels *pixels, double degrees, nsym_image_style style) {
    nsym_image_map *map;
    MUST(nsym_image_rotation(&map, pixels, degrees, style));
    return map;
}

static nsym_image_map *reflection(const nsym_pixels *pixels, double degrees) {
    nsym_image_map *map;
    MUST(nsym_image_reflection(&map, pixels, degrees));
    return map;
}

static void fill(double *image, size_t n, uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "image", 0);
    for (size_t i = 0; i < n; i++) image[i] = nsym_random_uniform(&random) < 0.1 ? nsym_random_uniform(&random) : 0;
}

static double sum(const double *image, size_t n) {
    double total = 0;
    for (size_t i = 0; i < n; i++) total += image[i];
    return total;
}

static double distance(const double *a, const double *b, size_t n) {
    double most = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, fabs(a[i] - b[i]));
    return most;
}

static void the_map_at_0_degrees_is_the_identity(void **state) {
    (void)state;
    nsym_pixels *pixels = grid(32, 4);
    double from[32 * 4], to[32 * 4];
    fill(from, 32 * 4, 1);
    from[16 * 4 + 2] = 1; /* the origin's cell is not emptied */
    const double degrees[] = {0, 360, -720};
    for (size_t k = 0; k < 6; k++) {
        nsym_image_map *map = rotation(pixels, degrees[k / 2], k % 2 ? NSYM_IMAGE_PUBLISHED : NSYM_IMAGE_EXACT);
        nsym_image_map_apply(map, from, to);
        assert_memory_equal(from, to, sizeof from);
        nsym_image_map_free(map);
    }
    nsym_pixels_free(pixels);
}

static void an_exact_quarter_turn_is_counter_clockwise_and_loses_nothing(void **state) {
    (void)state;
    nsym_pixels *pixels = grid(SIDE, SIDE);
    nsym_image_map *map = rotation(pixels, 90, NSYM_IMAGE_EXACT);
    double images[5][MOST];
    fill(images[0], MOST, 2);
    for (size_t k = 0; k < 4; k++) nsym_image_map_apply(map, images[k], images[k + 1]);
    assert_memory_equal(images[0], images[4], sizeof images[0]);
    for (size_t i = 0; i < SIDE; i++) /* x, y -> -y, x */
        for (size_t j = 0; j < SIDE; j++) assert_true(images[1][(SIDE - 1 - j) * SIDE + i] == images[0][i * SIDE + j]);
    nsym_image_map_free(map);
    nsym_pixels_free(pixels);
}

/* By the definition, cell by cell: the copy's cell takes what is nearest to where it came from. */
static void the_nearest_cell_is_taken_whole(void **state) {
    (void)state;
    nsym_pixels *pixels = grid(SIDE, SIDE);
    static double from[MOST], to[MOST];
    fill(from, MOST, 5);
    const double angle = 30, c = cos(angle * acos(-1) / 180), s = sin(angle * acos(-1) / 180), middle = (SIDE - 1) / 2.;
    nsym_image_map *map = rotation(pixels, angle, NSYM_IMAGE_NEAREST);
    nsym_image_map_apply(map, from, to);
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            double x = middle + c * (i - middle) + s * (j - middle), y = middle - s * (i - middle) + c * (j - middle);
            int u = (int)floor(x + 0.5), v = (int)floor(y + 0.5);
            bool inside = u >= 0 && u < SIDE && v >= 0 && v < SIDE;
            assert_true(to[i * SIDE + j] == (inside ? from[u * SIDE + v] : 0));
        }
    nsym_image_map_free(map);
    assert_int_equal(nsym_image_rotation(&map, pixels, angle, NSYM_IMAGE_UNBINNED), NSYM_EINVAL);
    nsym_pixels_free(pixels);
}

static void a_map_is_linear(void **state) {
    (void)state;
    nsym_pixels *pixels = grid(32, 4);
    double a[32 * 4], b[32 * 4], both[32 * 4], of_a[32 * 4], of_b[32 * 4], of_both[32 * 4];
    fill(a, 32 * 4, 3);
    fill(b, 32 * 4, 4);
    for (size_t i = 0; i < 32 * 4; i++) both[i] = 3 * a[i] - 2 * b[i];
    for (nsym_image_style style = NSYM_IMAGE_EXACT; style <= NSYM_IMAGE_NEAREST; style++) {
        nsym_image_map *map = rotation(pixels, 33, style);
        nsym_image_map_apply(map, a, of_a);
        nsym_image_map_apply(map, b, of_b);
        nsym_image_map_apply(map, both, of_both);
        for (size_t i = 0; i < 32 * 4; i++) assert_true(fabs(of_both[i] - 3 * of_a[i] + 2 * of_b[i]) < 1e-12);
        nsym_image_map_free(map);
    }
    nsym_pixels_free(pixels);
}

static void a_centred_disk_stays_under_exact_rotations(void **state) {
    (void)state;
    nsym_pixels *pixels = grid(SIDE, SIDE);
    double disk[MOST], turned[MOST];
    for (size_t i = 0; i < SIDE; i++) /* smooth, as bilinear shares blur what is not */
        for (size_t j = 0; j < SIDE; j++) {
            double radius = hypot((double)i - (SIDE - 1) / 2., (double)j - (SIDE - 1) / 2.);
            disk[i * SIDE + j] = radius < 15 ? 0.5 + 0.5 * cos(acos(-1) * radius / 15) : 0;
        }
    const double degrees[] = {17.5, 45, 90, 120, 180, 243, 315, -60};
    for (size_t k = 0; k < sizeof degrees / sizeof *degrees; k++) {
        nsym_image_map *map = rotation(pixels, degrees[k], NSYM_IMAGE_EXACT);
        nsym_image_map_apply(map, disk, turned);
        /* bilinear: at most 1/8 of the second derivatives of both axes, 2 (pi / 15)^2 / 2 / 8 */
        assert_true(distance(disk, turned, MOST) < 2 * pow(acos(-1) / 15, 2) / 16);
        assert_true(fabs(sum(turned, MOST) / sum(disk, MOST) - 1) < 1e-3);
        nsym_image_map_free(map);
    }
    nsym_pixels_free(pixels);
}

static void mirrors_twice_are_the_identity_and_move_what_they_should(void **state) {
    (void)state;
    const struct {
        double degrees, x, y; /* where the mirror puts (0.9, 0.3) */
    } mirrors[] = {{0, 0.9, -0.3},    {90, -0.9, 0.3},   {45, 0.3, 0.9},
                   {135, -0.3, -0.9}, {-45, -0.3, -0.9}, {180, 0.9, -0.3}};
    nsym_pixels *pixels = grid(SIDE, SIDE);
    double from[MOST], once[MOST], twice[MOST];
    for (size_t k = 0; k < sizeof mirrors / sizeof *mirrors; k++) {
        nsym_image_map *map = reflection(pixels, mirrors[k].degrees);
        fill(from, MOST, 5);
        size_t start = nsym_pixels_find(pixels, 0.9, 0.3), end = nsym_pixels_find(pixels, mirrors[k].x, mirrors[k].y);
        from[start] = 7;
        nsym_image_map_apply(map, from, once);
        nsym_image_map_apply(map, once, twice);
        assert_true(once[end] == 7);
        assert_memory_equal(from, twice, sizeof from);
        nsym_image_map_free(map);
    }
    nsym_pixels_free(pixels);
}

static void published_quarter_turns_move_by_a_cell_and_empty_the_origin(void **state) {
    (void)state;
    nsym_pixels *pixels = grid(SIDE, SIDE);
    nsym_image_map *map = rotation(pixels, 180, NSYM_IMAGE_PUBLISHED);
    double from[MOST] = {0}, to[MOST];
    from[3 * SIDE + 5] = 2, from[16 * SIDE + 16] = 4, from[0] = 8;
    nsym_image_map_apply(map, from, to);
    assert_true(to[29 * SIDE + 27] == 2);
    assert_true(sum(to, MOST) == 2); /* the first row and column fall off */
    nsym_image_map_free(map);
    nsym_pixels_free(pixels);
}

/* Reads an image of the golden file; false at its end. */
static bool read_image(FILE *file, double *image, size_t *nx, size_t *ny, double *degrees) {
    size_t cells, i, j;
    if (fscanf(file, "%zu %zu %lf %zu", nx, ny, degrees, &cells) != 4) return false;
    assert_true(*nx * *ny <= MOST);
    memset(image, 0, *nx * *ny * sizeof *image);
    while (cells-- > 0) {
        double value;
        assert_int_equal(fscanf(file, "%zu %zu %lf", &i, &j, &value), 3);
        assert_true(i < *nx && j < *ny);
        image[i * *ny + j] = value;
    }
    return true;
}

static void rotations_are_those_of_opencv(void **state) {
    (void)state;
    FILE *file = fopen(NSYM_TEST_DATA "/image_rotations.txt", "r");
    assert_non_null(file);
    double before[MOST], after[MOST], ours[MOST], degrees;
    size_t nx, ny, compared = 0;
    while (read_image(file, before, &nx, &ny, &degrees)) {
        assert_true(read_image(file, after, &nx, &ny, &degrees));
        nsym_pixels *pixels = grid(nx, ny);
        nsym_image_map *map = rotation(pixels, degrees, NSYM_IMAGE_PUBLISHED);
        nsym_image_map_apply(map, before, ours);
        if (!(distance(after, ours, nx * ny) < 1e-6)) /* OpenCV's weights are in single precision */
            fail_msg("%zu x %zu at %g degrees: off by %g", nx, ny, degrees, distance(after, ours, nx * ny));
        nsym_image_map_free(map);
        nsym_pixels_free(pixels);
        compared++;
    }
    fclose(file);
    assert_int_equal(compared, 6 * 9);
}

static void listed(const json_t *images, const char *name, size_t ny, double *image) {
    memset(image, 0, MOST * sizeof *image);
    const json_t *list = json_object_get(images, name), *cell;
    assert_true(json_array_size(list) > 0);
    size_t k;
    json_array_foreach(list, k, cell) {
        size_t i = (size_t)json_integer_value(json_array_get(cell, 0));
        size_t j = (size_t)json_integer_value(json_array_get(cell, 1));
        assert_true(i < SIDE && j < ny);
        image[i * ny + j] = json_number_value(json_array_get(cell, 2));
    }
}

static void compare_published(const json_t *images, size_t ny) {
    nsym_pixels *pixels = grid(SIDE, ny);
    double before[MOST], after[MOST], ours[MOST];
    listed(images, "predet_0", ny, before);
    for (int degrees = 45; degrees < 360; degrees += 45) {
        char name[32];
        snprintf(name, sizeof name, "postdet_%d", degrees);
        listed(images, name, ny, after);
        nsym_image_map *map = rotation(pixels, degrees, NSYM_IMAGE_PUBLISHED);
        nsym_image_map_apply(map, before, ours);
        assert_true(distance(after, ours, SIDE * ny) < 1e-6);
        nsym_image_map_free(map);
    }
    nsym_pixels_free(pixels);
}

static void copies_of_the_published_event_are_reproduced(void **state) {
    (void)state;
    const char *folder = getenv("NSYM_DATA");
    if (!folder) {
        print_message("NSYM_DATA is unset: no published event to compare with\n");
        skip();
    }
    char path[1024];
    snprintf(path, sizeof path, "%s/showers/r1_event1_golden.json", folder);
    json_error_t error;
    json_t *golden = json_load_file(path, 0, &error);
    if (!golden) fail_msg("%s: %s", path, error.text);
    const json_t *images = json_object_get(golden, "images_nonzero");
    compare_published(json_object_get(images, "uniform"), 32);
    compare_published(json_object_get(images, "rect"), 4);
    json_decref(golden);
}

static void what_cannot_be_turned_is_refused(void **state) {
    (void)state;
    const double x[] = {-1, 0, 1}, y[] = {-1, -0.5, 1};
    nsym_pixels *unequal, *oblong = grid(32, 4);
    nsym_image_map *map = NULL;
    MUST(nsym_pixels_new(&unequal, 2, x, 2, y));
    assert_int_equal(nsym_image_rotation(&map, unequal, 45, NSYM_IMAGE_EXACT), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "equal cells"));
    assert_int_equal(nsym_image_reflection(&map, unequal, 0), NSYM_EINVAL);
    assert_int_equal(nsym_image_rotation(&map, oblong, NAN, NSYM_IMAGE_EXACT), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "nan"));
    assert_int_equal(nsym_image_rotation(&map, oblong, INFINITY, NSYM_IMAGE_PUBLISHED), NSYM_EINVAL);
    assert_int_equal(nsym_image_reflection(&map, oblong, NAN), NSYM_EINVAL);
    assert_int_equal(nsym_image_reflection(&map, oblong, 135), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "32 x 4"));
    assert_int_equal(nsym_image_reflection(&map, oblong, 30), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "30"));
    assert_null(map);
    nsym_image_map_free(map);
    nsym_pixels_free(unequal);
    nsym_pixels_free(oblong);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_map_at_0_degrees_is_the_identity),
        cmocka_unit_test(an_exact_quarter_turn_is_counter_clockwise_and_loses_nothing),
        cmocka_unit_test(the_nearest_cell_is_taken_whole),
        cmocka_unit_test(a_map_is_linear),
        cmocka_unit_test(a_centred_disk_stays_under_exact_rotations),
        cmocka_unit_test(mirrors_twice_are_the_identity_and_move_what_they_should),
        cmocka_unit_test(published_quarter_turns_move_by_a_cell_and_empty_the_origin),
        cmocka_unit_test(rotations_are_those_of_opencv),
        cmocka_unit_test(copies_of_the_published_event_are_reproduced),
        cmocka_unit_test(what_cannot_be_turned_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
