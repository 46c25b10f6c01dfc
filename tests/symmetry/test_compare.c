/* How well versions of events are told apart, where that is known. */
#include "symmetry/inputs.h"
#include "symmetry/nearest.h"
#include "symmetry/versions.h"

static nsym_symmetry_options options_of(uint64_t seed) {
    nsym_symmetry_options options = nsym_symmetry_defaults();
    options.seed = seed;
    options.jobs = 1;
    options.transform = "rotate";
    return options;
}

/* An isotropic point turned by any angle is as good as itself. The halves' areas are correlated by 0.64 or more, and
   the error takes them for fully correlated, so that pulls are 0.9 wide or a little more. 40 samples know a mean to
   0.16 and a width to 0.11: four of these to either side. */
static void isotropic_points_are_symmetric_within_the_error(void **state) {
    (void)state;
    enum { SEEDS = 40 };
    double pulls[SEEDS], mean, width;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        nsym_events *events = new_points(300, 1, 1, 0, seed);
        nsym_symmetry_options options = options_of(seed);
        nsym_symmetry_result *r = malloc(sizeof *r);
        assert_non_null(r);
        assert_ok(nsym_symmetry_of_events(r, events, NULL, &options));
        const nsym_distinguished *a = &r->answer[NSYM_SYMMETRY_MEASURED];
        assert_true(r->asked[NSYM_SYMMETRY_MEASURED] && !r->asked[NSYM_SYMMETRY_COMMUTATOR]);
        pulls[seed - 1] = (a->auc - 0.5) / a->auc_error;
        free(r);
        nsym_events_free(events);
    }
    pulls_of(&mean, &width, pulls, SEEDS);
    if (!(fabs(mean) < 0.64 && width > 0.45 && width < 1.35)) fail_msg("pulls are %.3f wide about %.3f", width, mean);
}

/* Gaussian points of width 1 and of width 2 about 0 in x: the best classifier reads |x|, and its area is
   2 / pi atan(2). Points that are shifted by s: the area is Phi(s / sqrt 2). */
static void known_breaking_comes_out(void **state) {
    (void)state;
    enum { N = 8000 };
    static const struct {
        double width, shift, best;
    } cases[] = {{2, 0, 0.70483276}, {1, 0.5, 0.63816320}, {1, 0.2, 0.55623145}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        nsym_events *a = new_points(N, 1, 1, 0, 100 + k);
        nsym_events *b = new_points(N, cases[k].width, 1, cases[k].shift, 200 + k);
        nsym_symmetry_options options = options_of(7);
        nsym_distinguished out;
        assert_ok(nsym_symmetry_compare(&out, a, b, &options));
        /* training loses at most 5 % of the distance from 0.5, and fluctuations are below 3.5 errors */
        double lost = 0.05 * (cases[k].best - 0.5);
        if (!(out.auc < cases[k].best + 3.5 * out.auc_error && out.auc > cases[k].best - lost - 3.5 * out.auc_error))
            fail_msg("case %zu: AUC %.4f ± %.4f, the best is %.4f", k, out.auc, out.auc_error, cases[k].best);
        assert_true(out.q > 3 * out.q_error && out.q < log(2));
        assert_true(out.accuracy > 0.5 + 2 * out.accuracy_error);
        nsym_events_free(a);
        nsym_events_free(b);
    }
}

/* ln of an elliptic Gaussian's density over that of the same turned by any angle, at a point. */
static double log_ratio(double x, double y, double width) {
    enum { ANGLES = 360 };
    double r = hypot(x, y), mean = 0, own = x * x / 2 + y * y / (2 * width * width);
    for (size_t k = 0; k < ANGLES; k++) {
        double angle = 2 * acos(-1) * (double)k / ANGLES, u = r * cos(angle), v = r * sin(angle);
        mean += exp(own - u * u / 2 - v * v / (2 * width * width)) / ANGLES;
    }
    return -log(mean);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The area of the best classifier between points and the same turned, from points of its own: to 0.002. */
static double best_area(double width) {
    enum { N = 20000 };
    nsym_events *events = new_points(N, 1, width, 0, 99);
    double *a = malloc(2 * N * sizeof *a), *b = a + N, sum = 0;
    nsym_random random = nsym_random_stream(99, "turned", 0);
    assert_non_null(a);
    for (size_t i = 0; i < N; i++) {
        double x = events->particles[2 * i], y = events->particles[2 * i + 1], r = hypot(x, y);
        double angle = 2 * acos(-1) * nsym_random_uniform(&random);
        a[i] = log_ratio(x, y, width);
        b[i] = log_ratio(r * cos(angle), r * sin(angle), width);
    }
    qsort(a, N, sizeof *a, by_value);
    qsort(b, N, sizeof *b, by_value);
    for (size_t i = 0, below = 0; i < N; i++) {
        while (below < N && b[below] < a[i]) below++;
        sum += (double)below / N / N;
    }
    free(a);
    nsym_events_free(events);
    return sum;
}

/* A sample that is stretched in y, so that rotations are broken by a known amount. */
static void stretched_points_are_as_broken_as_can_be_known(void **state) {
    (void)state;
    const double widths[] = {1.5, 3};
    for (size_t k = 0; k < 2; k++) {
        double best = best_area(widths[k]);
        nsym_events *events = new_points(8000, 1, widths[k], 0, 31 + k);
        nsym_symmetry_options options = options_of(3);
        nsym_symmetry_result *r = malloc(sizeof *r);
        assert_non_null(r);
        assert_ok(nsym_symmetry_of_events(r, events, NULL, &options));
        const nsym_distinguished *a = &r->answer[NSYM_SYMMETRY_MEASURED];
        double lost = 0.08 * (best - 0.5), error = hypot(a->auc_error, 0.002);
        if (!(a->auc < best + 3.5 * error && a->auc > best - lost - 3.5 * error))
            fail_msg("width %g: AUC %.4f ± %.4f, the best is %.4f", widths[k], a->auc, a->auc_error, best);
        free(r);
        nsym_events_free(events);
    }
}

static void versions_that_are_the_same_are_said_to_be(void **state) {
    (void)state;
    nsym_events *a = new_points(200, 1, 1, 0, 1), *b = new_points(200, 1, 1, 0, 1);
    nsym_symmetry_options options = options_of(1);
    nsym_distinguished out;
    assert_ok(nsym_symmetry_compare(&out, a, b, &options));
    assert_true(out.same && out.auc == 0.5 && out.auc_error == 0 && out.q == 0);
    nsym_events_free(a);
    nsym_events_free(b);
}

/* The weights of events count: those that are shifted weigh nothing. */
static void events_without_weight_do_not_count(void **state) {
    (void)state;
    enum { N = 2000 };
    nsym_events *a = new_points(N, 1, 1, 0, 11), *b = new_points(N, 1, 1, 0, 12);
    nsym_symmetry_options options = options_of(2);
    nsym_distinguished all, weighted;
    double *weight;
    for (size_t i = 0; i < N; i += 2) b->particles[2 * i] += 2;
    assert_ok(nsym_symmetry_compare(&all, a, b, &options));
    assert_ok(nsym_events_add_column(a, "weight", "", "", 1, &weight));
    for (size_t i = 0; i < N; i++) weight[i] = (double)(i % 2);
    assert_ok(nsym_symmetry_compare(&weighted, a, b, &options));
    assert_true(all.auc > 0.5 + 10 * all.auc_error);
    assert_true(fabs(weighted.auc - 0.5) < 4 * weighted.auc_error);
    nsym_events_free(a);
    nsym_events_free(b);
}

static void numbers_do_not_depend_on_the_jobs(void **state) {
    (void)state;
    nsym_events *a = new_points(300, 1, 1, 0, 1), *b = new_points(300, 1, 1, 0.3, 2);
    nsym_symmetry_options options = options_of(1);
    nsym_distinguished one, two;
    assert_ok(nsym_symmetry_compare(&one, a, b, &options));
    options.jobs = 2;
    assert_ok(nsym_symmetry_compare(&two, a, b, &options));
    assert_true(one.auc == two.auc && one.auc_error == two.auc_error && one.q == two.q);
    nsym_events_free(a);
    nsym_events_free(b);
}

static void what_cannot_be_compared_is_refused(void **state) {
    (void)state;
    nsym_events *a = new_points(200, 1, 1, 0, 1), *b = new_points(200, 1, 1, 0, 2), *few = new_points(99, 1, 1, 0, 1);
    nsym_symmetry_options options = options_of(1);
    nsym_distinguished out;
    assert_fails(nsym_symmetry_compare(&out, a, few, &options), "must be the same events");
    assert_fails(nsym_symmetry_compare(&out, few, few, &options), "at least 100");
    options.columns = "mass";
    assert_fails(nsym_symmetry_compare(&out, a, b, &options), "no column 'mass'");
    options.columns = NULL;
    b->particles[7] = NAN;
    assert_fails(nsym_symmetry_compare(&out, a, b, &options), "row 4: a particle's y is nan");
    b->particles[7] = 0;
    free(b->feature_names[1]);
    b->feature_names[1] = strdup("z");
    assert_fails(nsym_symmetry_compare(&out, a, b, &options), "different features");
    nsym_events_free(a);
    nsym_events_free(b);
    nsym_events_free(few);
}

/* The nearest of each by looking at all. */
static void nearest_is_that_of_a_search_through_all(void **state) {
    (void)state;
    enum { N = 70 };
    nsym_spots spots = {0};
    assert_ok(nsym_spots_room(&spots, N));
    for (size_t turn = 0; turn < 40; turn++) {
        nsym_random random = nsym_random_stream(turn, "spots", 0);
        size_t n = 1 + nsym_random_below(&random, N);
        bool angle = turn % 2;
        for (size_t i = 0; i < n; i++)
            spots.spot[i] = (nsym_spot){.first = (double)nsym_random_below(&random, 9) / 9,
                                        .second = 6.2 * nsym_random_uniform(&random) - 3.1};
        nsym_spots_find(&spots, n, angle);
        for (size_t i = 0; i < n; i++) {
            double best = INFINITY;
            size_t nearest = i;
            for (size_t j = 0; j < n; j++) {
                double first = spots.spot[j].first - spots.spot[i].first;
                double second = nsym_spot_step(spots.spot[i].second, spots.spot[j].second, angle);
                double d = first * first + second * second;
                if (j != i && d < best) best = d, nearest = j;
            }
            assert_int_equal(spots.spot[i].nearest, nearest);
        }
    }
    nsym_spots_free(&spots);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(isotropic_points_are_symmetric_within_the_error),
        cmocka_unit_test(known_breaking_comes_out),
        cmocka_unit_test(stretched_points_are_as_broken_as_can_be_known),
        cmocka_unit_test(versions_that_are_the_same_are_said_to_be),
        cmocka_unit_test(events_without_weight_do_not_count),
        cmocka_unit_test(numbers_do_not_depend_on_the_jobs),
        cmocka_unit_test(what_cannot_be_compared_is_refused),
        cmocka_unit_test(nearest_is_that_of_a_search_through_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
