/* Distances of distributions. */
#include <nearsym/random.h>
#include <nearsym/stats.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static double distance(const double *a, size_t n, const double *b, size_t m) {
    double there = NAN, back = NAN;
    assert_int_equal(nsym_ks_distance(&there, a, n, b, m), NSYM_OK);
    assert_int_equal(nsym_ks_distance(&back, b, m, a, n), NSYM_OK);
    assert_true(there == back);
    return there;
}

static void small_samples_have_the_distances_of_a_hand_count(void **state) {
    (void)state;
    const double a[] = {3, 1, 2}, b[] = {2, 2, 5, 4}, above[] = {7, 8}, one[] = {2}, ends[] = {-INFINITY, INFINITY};
    assert_true(distance(a, 3, a, 3) == 0);
    assert_true(distance(a, 3, above, 2) == 1);
    /* at 1: 1/3 and 0; at 2: 2/3 and 1/2; at 3: 1 and 1/2 */
    assert_true(fabs(distance(a, 3, b, 4) - 0.5) < 1e-15);
    /* at 1: 1/3 and 0; at 2: 2/3 and 1; a tie is one step of both */
    assert_true(fabs(distance(a, 3, one, 1) - 1. / 3) < 1e-15);
    assert_true(distance(a, 3, ends, 2) == 0.5);
}

/* Grids of k = 0 ... n - 1: the distribution functions of [0, 1) and [s, 1 + s) differ by s. */
static void a_shifted_uniform_differs_by_its_shift(void **state) {
    (void)state;
    enum { N = 1000 };
    double a[N], b[N];
    for (int shift = 0; shift <= N; shift += 125) {
        for (int i = 0; i < N; i++) a[i] = i, b[i] = (i * 7) % N + shift;
        assert_true(fabs(distance(a, N, b, N) - shift / (double)N) < 1e-12);
    }
}

static void a_gaussian_and_its_shift_differ_by_the_closed_form(void **state) {
    (void)state;
    enum { N = 20000 };
    static double a[N], b[N];
    nsym_random random = nsym_random_stream(11, "ks", 0);
    for (int i = 0; i < N; i++) a[i] = nsym_random_normal(&random), b[i] = nsym_random_normal(&random) + 0.5;
    double expected = erf(0.25 / sqrt(2)); /* 2 Phi(shift / 2) - 1, at the midpoint */
    /* the largest difference of two empirical functions is off by at most their own deviations: 2 x 1.95 / sqrt(n) at
       probability 1e-3 each */
    assert_true(fabs(distance(a, N, b, N) - expected) < 2 * 1.95 / sqrt(N));
}

static void an_empty_sample_and_a_nan_are_refused(void **state) {
    (void)state;
    const double a[] = {1, 2}, nan[] = {1, NAN};
    double value;
    assert_int_equal(nsym_ks_distance(&value, a, 0, a, 2), NSYM_EINVAL);
    assert_int_equal(nsym_ks_distance(&value, a, 2, a, 0), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "needs at least one value"));
    assert_int_equal(nsym_ks_distance(&value, nan, 2, a, 2), NSYM_ENUMERIC);
    assert_int_equal(nsym_ks_distance(&value, a, 2, nan, 2), NSYM_ENUMERIC);
    assert_non_null(strstr(nsym_message(), "value 1 is NaN"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_samples_have_the_distances_of_a_hand_count),
        cmocka_unit_test(a_shifted_uniform_differs_by_its_shift),
        cmocka_unit_test(a_gaussian_and_its_shift_differ_by_the_closed_form),
        cmocka_unit_test(an_empty_sample_and_a_nan_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
