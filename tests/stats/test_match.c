/* Events that a rival needs, of curves where the answer is known. */
#include <nearsym/matching.h>
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 7 };

static void sizes_of(double size[N]) {
    for (size_t i = 0; i < N; i++) size[i] = 100 * pow(10, (double)i / 2);
}

/* A rival that needs ten times the events of a power law, a - b n^-p: ten is two steps of these sizes. */
static void a_power_law_that_is_shifted_gives_the_shift(void **state) {
    (void)state;
    double size[N], rival[N];
    sizes_of(size);
    for (size_t i = 0; i < N; i++) rival[i] = 0.8 - 0.9 * pow(size[i] / 10, -0.4);
    for (size_t i = 0; i < N; i++) {
        nsym_match m;
        double target = 0.8 - 0.9 * pow(size[i], -0.4);
        assert_int_equal(nsym_match_events(&m, size, rival, NULL, N, target, 0), NSYM_OK);
        if (i + 2 < N) {
            assert_int_equal(m.place, NSYM_MATCH_WITHIN);
            assert_true(fabs(m.events / size[i] / 10 - 1) < 1e-9 && m.low == m.events && m.high == m.events);
        } else {
            assert_int_equal(m.place, NSYM_MATCH_MORE);
            assert_true(m.events == size[N - 1] && !m.level);
        }
    }
}

/* Straight lines in the logarithm are read exactly between the sizes too, and a target is reached below all of them. */
static void a_line_in_the_logarithm_is_read_exactly(void **state) {
    (void)state;
    double size[N], rival[N];
    nsym_match m;
    sizes_of(size);
    for (size_t i = 0; i < N; i++) rival[i] = 0.5 + 0.03 * log(size[i]);
    assert_int_equal(nsym_match_events(&m, size, rival, NULL, N, 0.5 + 0.03 * log(1234), 0), NSYM_OK);
    assert_true(m.place == NSYM_MATCH_WITHIN && fabs(m.events - 1234) < 1e-8);
    assert_int_equal(nsym_match_events(&m, size, rival, NULL, N, 0.5, 0), NSYM_OK);
    assert_true(m.place == NSYM_MATCH_FEWER && m.events == 100 && !m.level);
    assert_int_equal(nsym_match_events(&m, size, rival, NULL, N, rival[0], 0), NSYM_OK);
    assert_true(m.place == NSYM_MATCH_WITHIN && fabs(m.events - 100) < 1e-9);
}

/* Beyond the last size, but within two standard deviations of both errors together. */
static void a_rival_that_is_almost_there_is_level(void **state) {
    (void)state;
    const double size[] = {100, 1000}, value[] = {0.6, 0.7}, error[] = {0.01, 0.003};
    nsym_match m;
    assert_int_equal(nsym_match_events(&m, size, value, error, 2, 0.709, 0.004), NSYM_OK);
    assert_true(m.place == NSYM_MATCH_MORE && m.level);
    assert_int_equal(nsym_match_events(&m, size, value, error, 2, 0.711, 0.004), NSYM_OK);
    assert_true(m.place == NSYM_MATCH_MORE && !m.level);
}

/* Over 2000 draws of the values and the target the pull of the logarithm has width 1, to 2 % and what is not linear. */
static void the_error_is_the_spread_over_draws(void **state) {
    (void)state;
    enum { DRAWS = 2000 };
    const double size[] = {1000, 10000}, truth[] = {0.70, 0.80}, error[] = {0.004, 0.003}, target = 0.76;
    double sum = 0, squares = 0, at = log(1000) + 0.6 * log(10);
    nsym_random random = nsym_random_stream(3, "match", 0);
    for (size_t k = 0; k < DRAWS; k++) {
        double value[2];
        nsym_match m;
        for (size_t i = 0; i < 2; i++) value[i] = truth[i] + error[i] * nsym_random_normal(&random);
        assert_int_equal(
            nsym_match_events(&m, size, value, error, 2, target + 0.005 * nsym_random_normal(&random), 0.005), NSYM_OK);
        assert_int_equal(m.place, NSYM_MATCH_WITHIN);
        assert_true(fabs(log(m.high / m.events) - log(m.events / m.low)) < 1e-9);
        double pull = (log(m.events) - at) / log(m.high / m.events);
        sum += pull, squares += pull * pull;
    }
    double mean = sum / DRAWS, width = sqrt(squares / DRAWS - mean * mean);
    assert_true(fabs(mean) < 0.1 && fabs(width - 1) < 0.1);
}

static void curves_that_are_none_are_refused(void **state) {
    (void)state;
    const double falling[] = {1000, 100}, size[] = {100, 1000}, value[] = {0.6, 0.7}, nan[] = {0.6, NAN};
    nsym_match m;
    assert_int_equal(nsym_match_events(&m, size, value, NULL, 0, 0.7, 0), NSYM_EINVAL);
    assert_int_equal(nsym_match_events(&m, falling, value, NULL, 2, 0.7, 0), NSYM_EINVAL);
    assert_string_equal(nsym_message(), "size 1 is 100, must be above the one before, 1000");
    assert_int_equal(nsym_match_events(&m, size, nan, NULL, 2, 0.7, 0), NSYM_EINVAL);
    assert_int_equal(nsym_match_events(&m, size, value, NULL, 2, NAN, 0), NSYM_EINVAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_law_that_is_shifted_gives_the_shift),
        cmocka_unit_test(a_line_in_the_logarithm_is_read_exactly),
        cmocka_unit_test(a_rival_that_is_almost_there_is_level),
        cmocka_unit_test(the_error_is_the_spread_over_draws),
        cmocka_unit_test(curves_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
