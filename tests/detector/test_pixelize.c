#include <nearsym/generate/shower.h>
#include <nearsym/pixels.h>
#include <nearsym/random.h>

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PI 3.14159265358979323846

static nsym_pixels *equal_grid(size_t nx, size_t ny) {
    nsym_pixels *pixels = NULL;
    assert_int_equal(nsym_pixels_new_equal(&pixels, nx, ny, -1, 1), NSYM_OK);
    return pixels;
}

static void refused(size_t nx, const double *x, size_t ny, const double *y, const char *word) {
    nsym_pixels *pixels = NULL;
    assert_int_equal(nsym_pixels_new(&pixels, nx, x, ny, y), NSYM_EINVAL);
    assert_null(pixels);
    assert_non_null(strstr(nsym_message(), word));
}

static void impossible_grids_are_refused(void **state) {
    (void)state;
    const double good[] = {0, 1, 2}, flat[] = {0, 1, 1}, falls[] = {0, 2, 1}, infinite[] = {0, 1, INFINITY},
                 nan_first[] = {NAN, 1, 2};
    refused(0, good, 2, good, "0 cells in x");
    refused(2, good, 0, good, "0 cells in y");
    refused(4097, good, 2, good, "4097 cells in x");
    refused(2, good, SIZE_MAX, good, "cells in y");
    refused(2, flat, 2, good, "must rise");
    refused(2, good, 2, falls, "in y");
    refused(2, infinite, 2, good, "edge 2 in x is inf");
    refused(2, good, 2, nan_first, "edge 0 in y is nan");
    nsym_pixels *pixels = NULL;
    assert_int_equal(nsym_pixels_new_equal(&pixels, 0, 4, -1, 1), NSYM_EINVAL);
    assert_int_equal(nsym_pixels_new_equal(&pixels, 4, SIZE_MAX, -1, 1), NSYM_EINVAL);
    assert_int_equal(nsym_pixels_new_equal(&pixels, 4, 4, 1, -1), NSYM_EINVAL);
    assert_int_equal(nsym_pixels_new_equal(&pixels, 4, 4, 1, 1), NSYM_EINVAL);
    assert_int_equal(nsym_pixels_new_equal(&pixels, 4, 4, -1, NAN), NSYM_EINVAL);
    assert_int_equal(nsym_pixels_new_equal(&pixels, 4, 4, -1e308, 1e308), NSYM_EINVAL);
    assert_int_equal(nsym_pixels_new_equal(&pixels, 4, 4, 1, 1 + 2e-16), NSYM_EINVAL); /* no room for four */
    assert_null(pixels);
    nsym_pixels_free(NULL);
}

static void a_grid_tells_its_cells(void **state) {
    (void)state;
    nsym_pixels *pixels = equal_grid(32, 4);
    assert_int_equal(nsym_pixels_nx(pixels), 32);
    assert_int_equal(nsym_pixels_ny(pixels), 4);
    for (size_t i = 0; i <= 32; i++) assert_true(nsym_pixels_x(pixels)[i] == -1 + (double)i / 16);
    for (size_t i = 0; i <= 4; i++) assert_true(nsym_pixels_y(pixels)[i] == -1 + (double)i / 2);
    assert_true(nsym_pixels_equal(pixels));
    nsym_pixels_free(pixels);
    const double equal[] = {0, 1, 2, 3}, unequal[] = {0, 1, 2.001, 3};
    assert_int_equal(nsym_pixels_new(&pixels, 3, equal, 2, equal), NSYM_OK);
    assert_true(nsym_pixels_equal(pixels));
    nsym_pixels_free(pixels);
    assert_int_equal(nsym_pixels_new(&pixels, 3, equal, 3, unequal), NSYM_OK);
    assert_false(nsym_pixels_equal(pixels));
    nsym_pixels_free(pixels);
}

/* By the definition: the last edge not above the value, and the last cell holds its upper edge. */
static size_t slow_cell(const double *edges, size_t n, double value) {
    if (!(value >= edges[0] && value <= edges[n])) return NSYM_NO_CELL;
    size_t cell = 0;
    while (cell + 1 < n && value >= edges[cell + 1]) cell++;
    return cell;
}

static void cells_hold_their_lower_edges_and_the_last_its_upper(void **state) {
    (void)state;
    nsym_random random = nsym_random_stream(5, "grids", 0);
    for (int trial = 0; trial < 300; trial++) {
        size_t n = 1 + nsym_random_below(&random, trial % 10 ? 50 : 4096);
        double low = 20 * nsym_random_uniform(&random) - 10, high = low + exp(4 * nsym_random_normal(&random));
        nsym_pixels *pixels = NULL;
        if (trial % 2) {
            assert_int_equal(nsym_pixels_new_equal(&pixels, n, 1, low, high), NSYM_OK);
            assert_true(nsym_pixels_equal(pixels));
        } else {
            double *edges = malloc((n + 1) * sizeof *edges), y[] = {low, high};
            assert_non_null(edges);
            edges[0] = low;
            for (size_t i = 1; i <= n; i++) edges[i] = edges[i - 1] + 0.01 + nsym_random_uniform(&random);
            assert_int_equal(nsym_pixels_new(&pixels, n, edges, 1, y), NSYM_OK);
            free(edges);
        }
        const double *edges = nsym_pixels_x(pixels);
        double y = low;
        for (size_t k = 0; k < 200; k++) {
            double edge = edges[nsym_random_below(&random, (uint32_t)n + 1)];
            double values[] = {edge, nextafter(edge, -INFINITY), nextafter(edge, INFINITY),
                               low + 1.1 * nsym_random_uniform(&random) * (edges[n] - low)};
            for (size_t v = 0; v < 4; v++) {
                size_t cell = slow_cell(edges, n, values[v]);
                assert_int_equal(nsym_pixels_find(pixels, values[v], y), cell);
            }
        }
        nsym_pixels_free(pixels);
    }
}

static void points_outside_the_grid_have_no_cell(void **state) {
    (void)state;
    nsym_pixels *pixels = equal_grid(8, 8);
    const double points[] = {-1.1, 0,        1, 1.1, 0,         1, 0,         -1.1, 1, 0, 1.1, 1,    NAN,   0, 1,
                             0,    INFINITY, 1, 0,   -INFINITY, 1, -INFINITY, 0,    1, 0, NAN, 1e99, 1e300, 0, 1};
    double image[64];
    size_t n = sizeof points / sizeof *points / 3;
    for (size_t i = 0; i < n; i++)
        assert_true(nsym_pixels_find(pixels, points[3 * i], points[3 * i + 1]) == NSYM_NO_CELL);
    for (size_t i = 0; i < 64; i++) image[i] = 7; /* what stood there is overwritten */
    nsym_pixels_fill(pixels, points, n, image);
    for (size_t i = 0; i < 64; i++) assert_true(image[i] == 0);
    nsym_pixels_fill_rotated(pixels, cos(1), sin(1), points, n, image);
    nsym_pixels_fill(pixels, NULL, 0, image);
    for (size_t i = 0; i < 64; i++) assert_true(image[i] == 0);
    nsym_pixels_free(pixels);
}

/* New (free) numbers of a JSON array of rows of three. */
static double *rows_of(const json_t *array, size_t *n) {
    *n = json_array_size(array);
    double *rows = malloc((3 * *n + 1) * sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < *n; i++)
        for (size_t c = 0; c < 3; c++) rows[3 * i + c] = json_number_value(json_array_get(json_array_get(array, i), c));
    return rows;
}

/* The image of a JSON array of [ix, iy, energy] is that one. */
static void assert_image(const nsym_pixels *pixels, const double *image, const json_t *cells, double tolerance) {
    size_t n, ny = nsym_pixels_ny(pixels), size = nsym_pixels_nx(pixels) * ny;
    double *rows = rows_of(cells, &n), *expected = calloc(size, sizeof *expected);
    assert_non_null(expected);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) expected[(size_t)rows[3 * i] * ny + (size_t)rows[3 * i + 1]] = rows[3 * i + 2];
    for (size_t i = 0; i < size; i++) {
        if (fabs(image[i] - expected[i]) > tolerance) fail_msg("cell %zu holds %g, not %g", i, image[i], expected[i]);
    }
    free(rows);
    free(expected);
}

static json_t *load(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    json_t *root = json_load_file(path, 0, NULL);
    if (!root) fail_msg("cannot read %s", path);
    return root;
}

static double *edges_of(const json_t *array) {
    size_t n = json_array_size(array);
    double *edges = malloc(n * sizeof *edges);
    assert_non_null(edges);
    for (size_t i = 0; i < n; i++) edges[i] = json_number_value(json_array_get(array, i));
    return edges;
}

static void images_are_those_of_histogram2d(void **state) {
    (void)state;
    json_t *root = load(NSYM_TEST_DATA, "histograms.json"), *test;
    size_t i;
    json_array_foreach(root, i, test) {
        const json_t *x = json_object_get(test, "x"), *y = json_object_get(test, "y");
        double *x_edges = edges_of(x), *y_edges = edges_of(y);
        nsym_pixels *pixels = NULL;
        assert_int_equal(nsym_pixels_new(&pixels, json_array_size(x) - 1, x_edges, json_array_size(y) - 1, y_edges),
                         NSYM_OK);
        size_t n;
        double *points = rows_of(json_object_get(test, "points"), &n);
        double *image = malloc(nsym_pixels_nx(pixels) * nsym_pixels_ny(pixels) * sizeof *image);
        assert_non_null(image);
        nsym_pixels_fill(pixels, points, n, image);
        assert_image(pixels, image, json_object_get(test, "cells"), 0);
        free(image);
        free(points);
        free(x_edges);
        free(y_edges);
        nsym_pixels_free(pixels);
    }
    json_decref(root);
}

static void the_published_event_has_its_images_at_all_angles(void **state) {
    (void)state;
    const char *folder = getenv("NSYM_DATA");
    if (!folder) {
        print_message("NSYM_DATA is unset: no published event to compare with\n");
        skip();
    }
    json_t *root = load(folder, "showers/r1_event1_golden.json");
    size_t n;
    double *points = rows_of(json_object_get(root, "spread_xyz"), &n), image[32 * 32];
    assert_int_equal(n, 512);
    static const struct {
        const char *name;
        size_t ny;
    } grids[] = {{"uniform", 32}, {"rect", 4}};
    for (size_t g = 0; g < 2; g++) {
        nsym_pixels *pixels = equal_grid(32, grids[g].ny);
        const json_t *images = json_object_get(json_object_get(root, "images_nonzero"), grids[g].name);
        for (int degrees = 0; degrees < 360; degrees += 45) {
            char key[32];
            snprintf(key, sizeof key, "predet_%d", degrees);
            nsym_pixels_fill_rotated(pixels, cos(degrees * PI / 180), sin(degrees * PI / 180), points, n, image);
            assert_image(pixels, image, json_object_get(images, key), 1e-6);
        }
        nsym_pixels_free(pixels);
    }
    free(points);
    json_decref(root);
}

/* Many points, so that blocks and rests of blocks both occur; grids equal and not. */
static void a_fill_is_the_sum_over_the_cells_found(void **state) {
    (void)state;
    enum { N = 3001 };
    static double points[3 * N], image[32 * 32], expected[32 * 32];
    nsym_random random = nsym_random_stream(6, "points", 0);
    for (size_t i = 0; i < N; i++) {
        for (size_t c = 0; c < 2; c++) points[3 * i + c] = 2.4 * nsym_random_uniform(&random) - 1.2;
        if (i % 7 == 0) points[3 * i] = -1 + (double)nsym_random_below(&random, 33) / 16; /* on an edge */
        points[3 * i + 2] = nsym_random_uniform(&random);
    }
    double bent[33];
    for (size_t i = 0; i <= 32; i++) bent[i] = sin(PI * ((double)i / 32 - 0.5));
    for (int grid = 0; grid < 3; grid++) {
        nsym_pixels *pixels = NULL;
        if (grid < 2)
            pixels = equal_grid(32, grid ? 4 : 32);
        else
            assert_int_equal(nsym_pixels_new(&pixels, 32, bent, 32, bent), NSYM_OK);
        for (int turn = 0; turn < 12; turn++) {
            size_t n = turn < 8 ? N : (size_t)turn - 8;
            double cosine = turn == 2 ? 0 : cos(turn * PI / 4), sine = turn == 2 ? 1 : sin(turn * PI / 4);
            memset(expected, 0, sizeof expected);
            for (size_t i = 0; i < n; i++) {
                double x = points[3 * i], y = points[3 * i + 1];
                size_t cell = nsym_pixels_find(pixels, x * cosine - y * sine, x * sine + y * cosine);
                if (cell != NSYM_NO_CELL) expected[cell] += points[3 * i + 2];
            }
            nsym_pixels_fill_rotated(pixels, cosine, sine, points, n, image);
            size_t size = nsym_pixels_nx(pixels) * nsym_pixels_ny(pixels);
            for (size_t i = 0; i < size; i++) /* the order of a sum may differ */
                assert_true(fabs(image[i] - expected[i]) <= 1e-13 * expected[i]);
        }
        nsym_pixels_free(pixels);
    }
}

/* Reflections, shears and singular matrices beside rotations; in one call and one by one. */
static void copies_at_once_are_the_copies_one_by_one(void **state) {
    (void)state;
    enum { N = 1200, COPIES = 5 };
    static double points[3 * N], images[COPIES * 32 * 4], moved[3 * N], image[32 * 4];
    const double m[4 * COPIES] = {0.6, -0.8, 0.8, 0.6, 0.6, 0.8, 0.8, -0.6, 1, 0.4, 0, 1, 0, 0, 0, 0, 1e6, 0, 0, 1e-6};
    nsym_random random = nsym_random_stream(7, "points", 0);
    for (size_t i = 0; i < 3 * N; i++) points[i] = 2.2 * nsym_random_uniform(&random) - (i % 3 < 2 ? 1.1 : 0);
    nsym_pixels *pixels = equal_grid(32, 4);
    nsym_pixels_fill_linear(pixels, m, COPIES, points, N, images);
    for (size_t c = 0; c < COPIES; c++) {
        for (size_t i = 0; i < N; i++) {
            const double *p = points + 3 * i;
            moved[3 * i] = m[4 * c] * p[0] + m[4 * c + 1] * p[1];
            moved[3 * i + 1] = m[4 * c + 2] * p[0] + m[4 * c + 3] * p[1];
            moved[3 * i + 2] = p[2];
        }
        nsym_pixels_fill(pixels, moved, N, image);
        for (size_t i = 0; i < 32 * 4; i++) /* the order of a sum may differ */
            assert_true(fabs(images[c * 32 * 4 + i] - image[i]) <= 1e-13 * image[i]);
    }
    nsym_pixels_free(pixels);
}

/* Of 2000 events, as numpy's histograms of independently made events have it: mean occupancy 39.0 and 24.7, and no
   event far above the 54 and 36 seen there. */
static void toy_showers_fill_as_many_cells_as_they_should(void **state) {
    (void)state;
    enum { EVENTS = 2000, POINTS = 512 };
    static double deposits[3 * 16], points[3 * POINTS], image[32 * 32], cells[4 * 32 * 32];
    nsym_shower_options options = nsym_shower_defaults();
    static const struct {
        size_t ny, most;
        double mean;
    } grids[] = {{32, 54, 39.0}, {4, 36, 24.7}};
    for (size_t g = 0; g < 2; g++) {
        nsym_pixels *pixels = equal_grid(32, grids[g].ny);
        size_t sum = 0, most = 0;
        for (uint64_t event = 0; event < EVENTS; event++) {
            nsym_shower_deposits(&options, event, deposits);
            nsym_shower_spread(&options, event, deposits, points);
            nsym_pixels_fill(pixels, points, POINTS, image);
            size_t n = nsym_pixels_cells(pixels, image, cells);
            sum += n;
            if (n > most) most = n;
        }
        assert_true(fabs((double)sum / EVENTS - grids[g].mean) < 0.5); /* 5 standard errors of about 4.5 / sqrt(2000) */
        assert_true(most >= grids[g].most - 5 && most <= grids[g].most + 5);
        nsym_pixels_free(pixels);
    }
}

static void rotations_are_counter_clockwise(void **state) {
    (void)state;
    nsym_pixels *pixels = equal_grid(32, 32);
    const double point[] = {0.5, 0.03, 2.5}; /* by 90 degrees: (-0.03, 0.5) */
    double image[32 * 32];
    nsym_pixels_fill_rotated(pixels, 0, 1, point, 1, image);
    assert_true(image[15 * 32 + 24] == 2.5);
    nsym_pixels_free(pixels);
}

static void cells_above_zero_come_in_the_images_order(void **state) {
    (void)state;
    const double x[] = {0, 1, 3}, y[] = {-1, 0, 2, 6}, image[] = {0, 0.5, 0, -1, 0, 4};
    nsym_pixels *pixels = NULL;
    assert_int_equal(nsym_pixels_new(&pixels, 2, x, 3, y), NSYM_OK);
    double cells[24];
    assert_int_equal(nsym_pixels_cells(pixels, image, cells), 2);
    const double expected[] = {0.5, 1, 0.5, 1, 2, 4, 4, 5};
    for (size_t i = 0; i < 8; i++) assert_true(cells[i] == expected[i]);
    nsym_pixels_free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impossible_grids_are_refused),
        cmocka_unit_test(a_grid_tells_its_cells),
        cmocka_unit_test(cells_hold_their_lower_edges_and_the_last_its_upper),
        cmocka_unit_test(points_outside_the_grid_have_no_cell),
        cmocka_unit_test(images_are_those_of_histogram2d),
        cmocka_unit_test(the_published_event_has_its_images_at_all_angles),
        cmocka_unit_test(a_fill_is_the_sum_over_the_cells_found),
        cmocka_unit_test(copies_at_once_are_the_copies_one_by_one),
        cmocka_unit_test(toy_showers_fill_as_many_cells_as_they_should),
        cmocka_unit_test(rotations_are_counter_clockwise),
        cmocka_unit_test(cells_above_zero_come_in_the_images_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
