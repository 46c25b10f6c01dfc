#include "stats/golden.h"

#include <nearsym/kde.h>
#include <nearsym/random.h>

static void says(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void densities_are_those_of_scipy(void **state) {
    (void)state;
    json_t *root = golden_load("kde.json"), *test;
    size_t c;
    json_array_foreach(json_object_get(root, "cases"), c, test) {
        size_t n, m, d = c + 1;
        double *points = golden_numbers(json_object_get(test, "points"), &n);
        double *weights = golden_numbers(json_object_get(test, "weights"), &n), density[100];
        double *at = golden_numbers(json_object_get(test, "at"), &m);
        for (int weighted = 0; weighted < 2; weighted++) {
            double *expected = golden_numbers(json_object_get(test, weighted ? "weighted" : "density"), &m);
            nsym_kde *kde;
            assert_int_equal(nsym_kde_new(&kde, points, weighted ? weights : NULL, n, d, 0), NSYM_OK);
            assert_int_equal(nsym_kde_evaluate(density, kde, at, m, 0, 1), NSYM_OK);
            for (size_t i = 0; i < m; i++) assert_near(density[i], expected[i], 1e-10 * expected[i]);
            if (!weighted) assert_near(nsym_kde_factor(kde), pow((double)n, -1 / ((double)d + 4)), 1e-14);
            nsym_kde_free(kde);
            free(expected);
        }
        free(points), free(weights), free(at);
    }
    assert_int_equal(c, 4);
    json_decref(root);
}

static void the_published_ratio_has_the_targets_bandwidth(void **state) {
    (void)state;
    json_t *root = golden_load("kde.json");
    size_t n, m;
    double *target = golden_numbers(json_object_get(root, "target"), &n);
    double *source = golden_numbers(json_object_get(root, "source"), &m);
    double *ratio = golden_numbers(json_object_get(root, "ratio"), &m), weights[100], own[100], mean = 0;
    assert_int_equal(nsym_kde_ratio(weights, source, m, target, n, source, m, 2, 0, 2), NSYM_OK);
    assert_int_equal(nsym_kde_ratio(own, source, m, target, n, source, m, 2, 1, 1), NSYM_OK);
    for (size_t i = 0; i < m; i++) {
        assert_near(weights[i], ratio[i], 1e-10 * ratio[i]);
        assert_true(own[i] != weights[i]);
        mean += weights[i] / (double)m;
    }
    assert_near(mean, 1, 0.2); /* weights of a density turn it into one */
    const double away[] = {1e6, 0};
    assert_int_equal(nsym_kde_ratio(weights, away, 1, target, n, source, m, 2, 0, 1), NSYM_ENUMERIC);
    says("density is 0 at point 0");
    free(target), free(source), free(ratio);
    json_decref(root);
}

enum { N = 900, M = 700, MANY = 12000 };

static void draw(double *points, size_t n, size_t d) {
    nsym_random random = nsym_random_stream(9, "points", d);
    for (size_t i = 0; i < n * d; i++) points[i] = nsym_random_normal(&random) * (double)(1 + i % d);
}

static void a_cut_costs_no_more_than_it_says_and_threads_change_nothing(void **state) {
    (void)state;
    static double points[3 * N], at[3 * M], exact[M], cut[M], again[M];
    for (size_t d = 1; d <= 3; d++) {
        draw(points, N, d);
        for (size_t i = 0; i < M * d; i++) at[i] = 1.7 * points[i];
        nsym_kde *kde;
        assert_int_equal(nsym_kde_new(&kde, points, NULL, N, d, 0), NSYM_OK);
        assert_int_equal(nsym_kde_evaluate(exact, kde, at, M, 0, 1), NSYM_OK);
        assert_int_equal(nsym_kde_evaluate(again, kde, at, M, 0, 3), NSYM_OK);
        assert_memory_equal(exact, again, sizeof exact);
        for (double bandwidths = 1; bandwidths <= 6; bandwidths++) {
            double worst = 0, bound = nsym_kde_cut_error(kde, bandwidths);
            assert_int_equal(nsym_kde_evaluate(cut, kde, at, M, bandwidths, 2), NSYM_OK);
            for (size_t i = 0; i < M; i++) worst = fmax(worst, exact[i] - cut[i]);
            assert_true(worst <= bound * (1 + 1e-12));
            if (bandwidths < 3) assert_true(worst > 0.01 * bound); /* something was left out */
        }
        nsym_kde_free(kde);
    }
}

/* Points in clumps, in a wide crowd and far outside it; weights from 0 over 1e-9 to 1. */
static void draw_many(double *points, double *weights, size_t d) {
    nsym_random random = nsym_random_stream(11, "many", d);
    for (size_t i = 0; i < MANY; i++) {
        double spread = i % 100 == 0 ? 4 : i % 2 ? 1e-3 : 1;
        for (size_t k = 0; k < d; k++)
            points[i * d + k] = 50 + nsym_random_normal(&random) * spread + (double)(i % 7 * k);
        weights[i] = i % 5 == 0 ? 0 : i % 100 == 1 ? 1e-9 : nsym_random_uniform(&random);
    }
}

/* Where densities are asked for: in the crowd and in its tails, where they fall to 0. */
static void draw_places(double *at, size_t d) {
    nsym_random random = nsym_random_stream(12, "places", d);
    for (size_t i = 0; i < M; i++)
        for (size_t k = 0; k < d; k++)
            at[i * d + k] = 50 + (double)(3 * k) + nsym_random_normal(&random) * (i % 3 ? 2 : 9);
}

static void cells_give_the_plain_sum(void **state) {
    (void)state;
    static double points[2 * MANY], weights[MANY], at[2 * M], plain[M], density[M], within[M];
    for (size_t d = 1; d <= 2; d++)
        for (int weighted = 0; weighted < 2; weighted++)
            for (int narrow = 0; narrow < 2; narrow++) {
                size_t differ = 0, small = 0;
                nsym_kde *kde;
                draw_many(points, weights, d);
                draw_places(at, d);
                assert_int_equal(nsym_kde_new(&kde, points, weighted ? weights : NULL, MANY, d, narrow ? 0.05 : 0),
                                 NSYM_OK);
                assert_int_equal(nsym_kde_evaluate(plain, kde, at, M, INFINITY, 0), NSYM_OK);
                assert_int_equal(nsym_kde_evaluate(density, kde, at, M, 0, 0), NSYM_OK);
                assert_int_equal(nsym_kde_evaluate(within, kde, at, M, 3, 0), NSYM_OK);
                for (size_t i = 0; i < M; i++) {
                    assert_near(density[i], plain[i], 1e-12 * plain[i]);
                    assert_true(within[i] <= plain[i] * (1 + 1e-12) &&
                                within[i] >= plain[i] * (1 - 1e-12) - nsym_kde_cut_error(kde, 3));
                    differ += density[i] < plain[i] || density[i] > plain[i];
                    small += plain[i] > 0 && plain[i] < 1e-30;
                }
                assert_true(differ > M / 10 && small > 10); /* cells were used, and tails were asked for */
                nsym_kde_free(kde);
            }
}

/* In every order and alone, by any number of threads. */
static void a_density_does_not_hang_on_what_else_is_asked(void **state) {
    (void)state;
    static double points[2 * MANY], weights[MANY], at[2 * M], other[2 * M], together[M], again[M];
    for (size_t d = 1; d <= 2; d++) {
        nsym_kde *kde;
        draw_many(points, weights, d);
        draw_places(at, d);
        assert_int_equal(nsym_kde_new(&kde, points, weights, MANY, d, 0), NSYM_OK);
        assert_int_equal(nsym_kde_evaluate(together, kde, at, M, 0, 1), NSYM_OK);
        assert_int_equal(nsym_kde_evaluate(again, kde, at, M, 0, 3), NSYM_OK);
        assert_memory_equal(together, again, sizeof together);
        for (size_t i = 0; i < M; i++) memcpy(other + i * d, at + (M - 1 - i) * d, d * sizeof *at);
        assert_int_equal(nsym_kde_evaluate(again, kde, other, M, 0, 2), NSYM_OK);
        for (size_t i = 0; i < M; i++) assert_memory_equal(&together[i], &again[M - 1 - i], sizeof *again);
        for (size_t i = 0; i < M; i++) {
            assert_int_equal(nsym_kde_evaluate(again, kde, at + i * d, 1, 0, 1), NSYM_OK);
            assert_memory_equal(&together[i], again, sizeof *again);
        }
        nsym_kde_free(kde);
    }
}

static void a_density_integrates_to_one_and_moves_with_its_points(void **state) {
    (void)state;
    static double points[N], moved[N], grid[4001], density[4001], there[4001];
    draw(points, N, 1);
    for (size_t i = 0; i < N; i++) moved[i] = 3 - 2 * points[i];
    nsym_kde *kde, *other;
    assert_int_equal(nsym_kde_new(&kde, points, NULL, N, 1, 0.05), NSYM_OK);
    assert_int_equal(nsym_kde_new(&other, moved, NULL, N, 1, 0.05), NSYM_OK);
    assert_near(nsym_kde_factor(kde), 0.05, 0);
    for (size_t i = 0; i < 4001; i++) grid[i] = -8 + 16 * (double)i / 4000;
    assert_int_equal(nsym_kde_evaluate(density, kde, grid, 4001, 0, 0), NSYM_OK);
    double area = 0;
    for (size_t i = 0; i < 4001; i++) area += density[i] * 16 / 4000;
    assert_near(area, 1, 1e-9);
    for (size_t i = 0; i < 4001; i++) grid[i] = 3 - 2 * grid[i];
    assert_int_equal(nsym_kde_evaluate(there, other, grid, 4001, 0, 0), NSYM_OK);
    for (size_t i = 0; i < 4001; i++) assert_near(2 * there[i], density[i], 1e-11);
    nsym_kde_free(kde);
    nsym_kde_free(other);
}

static void what_has_no_density_is_refused(void **state) {
    (void)state;
    double points[] = {0, 1, 2, 3, 5, 4}, line[] = {0, 0, 1, 2, 2, 4}, weights[] = {1, -1, 1}, one[] = {0, 1, 0}, at[1];
    nsym_kde *kde = NULL;
    assert_int_equal(nsym_kde_new(&kde, points, NULL, 3, 0, 0), NSYM_EINVAL);
    assert_int_equal(nsym_kde_new(&kde, points, NULL, 1, 5, 0), NSYM_EINVAL);
    says("in 5 dimensions, must be 1 to 4");
    assert_int_equal(nsym_kde_new(&kde, points, weights, 3, 2, 0), NSYM_EINVAL);
    says("weight 1 is -1");
    assert_int_equal(nsym_kde_new(&kde, points, one, 3, 2, 0), NSYM_EINVAL);
    says("1 points have weight");
    assert_int_equal(nsym_kde_new(&kde, line, NULL, 3, 2, 0), NSYM_ENUMERIC);
    says("is singular");
    assert_int_equal(nsym_kde_new(&kde, points, NULL, 3, 2, -1), NSYM_EINVAL);
    says("the bandwidth factor is -1");
    points[3] = NAN;
    assert_int_equal(nsym_kde_new(&kde, points, NULL, 3, 2, 0), NSYM_ENUMERIC);
    says("coordinate 1 of point 1 is nan");
    assert_null(kde);
    points[3] = 3;
    assert_int_equal(nsym_kde_new(&kde, points, NULL, 6, 1, 0), NSYM_OK);
    assert_int_equal(nsym_kde_evaluate(at, kde, points, 1, -1, 1), NSYM_EINVAL);
    points[0] = INFINITY;
    assert_int_equal(nsym_kde_evaluate(at, kde, points, 1, 0, 1), NSYM_ENUMERIC);
    nsym_kde_free(kde);
    nsym_kde_free(NULL);
}

/* A constant, and constants with what rounding of doubles and floats adds; whatever the numbers are multiplied with. */
static void a_coordinate_that_does_not_vary_is_refused_by_name(void **state) {
    (void)state;
    enum { SOME = 4000 };
    double *points = malloc(2 * SOME * sizeof *points), mean;
    for (int noise = 0; noise < 3; noise++)
        for (int power = -60; power <= 60; power += 30) {
            nsym_random random = nsym_random_stream(10, "noise", 0);
            nsym_kde *kde;
            for (size_t i = 0; i < SOME; i++) {
                double far = 2 * nsym_random_uniform(&random) - 1;
                const double same[] = {0.1, 0.1 + 3e-17 * far, (double)(float)(0.1 + 5e-9 * far)};
                points[2 * i] = nsym_random_normal(&random);
                points[2 * i + 1] = ldexp(same[noise], power);
            }
            assert_int_equal(nsym_kde_new(&kde, points, NULL, SOME, 2, 0), NSYM_ENUMERIC);
            says("coordinate 1 does not vary");
            assert_true(nsym_kde_varies(points, NULL, SOME, 2, 0, NULL));
            assert_false(nsym_kde_varies(points, NULL, SOME, 2, 1, &mean));
            assert_near(mean, ldexp(0.1, power), ldexp(1e-8, power));
            for (size_t i = 0; i < SOME; i++) points[2 * i + 1] = ldexp(3, power) * points[2 * i] * (1 + 1e-15);
            assert_int_equal(nsym_kde_new(&kde, points, NULL, SOME, 2, 0), NSYM_ENUMERIC);
            says("fewer than 2 dimensions");
        }
    free(points);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(densities_are_those_of_scipy),
        cmocka_unit_test(the_published_ratio_has_the_targets_bandwidth),
        cmocka_unit_test(a_cut_costs_no_more_than_it_says_and_threads_change_nothing),
        cmocka_unit_test(cells_give_the_plain_sum),
        cmocka_unit_test(a_density_does_not_hang_on_what_else_is_asked),
        cmocka_unit_test(a_density_integrates_to_one_and_moves_with_its_points),
        cmocka_unit_test(what_has_no_density_is_refused),
        cmocka_unit_test(a_coordinate_that_does_not_vary_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
