#include "generate/draw.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { DRAWS = 200000 };

/* Five standard errors, of the mean and of the variance (from the fourth moment). */
static void assert_moments(const double *x, size_t n, double mean, double variance) {
    double sum = 0, square = 0, fourth = 0;
    for (size_t i = 0; i < n; i++) {
        double d = x[i] - mean;
        sum += d, square += d * d, fourth += d * d * d * d;
    }
    double count = (double)n;
    if (fabs(sum / count) > 5 * sqrt(variance / count)) fail_msg("mean %g, not %g", mean + sum / count, mean);
    if (fabs(square / count - variance) > 5 * sqrt((fourth / count - variance * variance) / count))
        fail_msg("variance %g, not %g", square / count, variance);
}

static void counts_are_poisson(void **state) {
    (void)state;
    static double x[DRAWS];
    const double means[] = {0.3, 4, 60, 499, 1234.5};
    nsym_random random = nsym_random_stream(1, "test", 0);
    for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
        size_t n = means[m] > 100 ? DRAWS / 20 : DRAWS, none = 0;
        for (size_t i = 0; i < n; i++) {
            x[i] = (double)nsym_draw_poisson(&random, means[m]);
            none += x[i] == 0;
        }
        assert_moments(x, n, means[m], means[m]);
        double empty = exp(-means[m]), error = sqrt(empty * (1 - empty) / (double)n);
        assert_true(fabs((double)none / (double)n - empty) <= 5 * error + 1e-9);
    }
    for (size_t i = 0; i < 100; i++) assert_int_equal(nsym_draw_poisson(&random, 0), 0);
}

static void gammas_have_their_shape(void **state) {
    (void)state;
    static double x[DRAWS], roots[DRAWS];
    const double shapes[] = {0.2, 0.6, 1, 1.29, 30};
    nsym_random random = nsym_random_stream(2, "test", 0);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        for (size_t i = 0; i < DRAWS; i++) {
            x[i] = nsym_draw_gamma(&random, shapes[s]);
            roots[i] = pow(x[i], 0.25);
            assert_true(x[i] >= 0);
        }
        assert_moments(x, DRAWS, shapes[s], shapes[s]);
        double quarter = tgamma(shapes[s] + 0.25) / tgamma(shapes[s]); /* of x^(1/4), which looks near 0 */
        double half = tgamma(shapes[s] + 0.5) / tgamma(shapes[s]);
        assert_moments(roots, DRAWS, quarter, half - quarter * quarter);
    }
    assert_true(nsym_draw_gamma(&random, 0) == 0);
}

/* ln(scale + x) - ln(scale + low) is exponential with the rate `power`. */
static void powers_begin_at_their_lowest(void **state) {
    (void)state;
    static double x[DRAWS];
    nsym_random random = nsym_random_stream(3, "test", 0);
    for (int c = 0; c < 2; c++) {
        double scale = c ? 2.4 : 0.95, power = c ? 6.2 : 4.8, low = c ? 0.3 : 0;
        for (size_t i = 0; i < DRAWS; i++) {
            double pt = nsym_draw_power(&random, scale, power, low);
            assert_true(pt >= low);
            x[i] = power * log((scale + pt) / (scale + low));
        }
        assert_moments(x, DRAWS, 1, 1);
    }
}

static void exponentials_are_above_0(void **state) {
    (void)state;
    static double x[DRAWS];
    nsym_random random = nsym_random_stream(4, "test", 0);
    for (size_t i = 0; i < DRAWS; i++) {
        x[i] = nsym_draw_exponential(&random);
        assert_true(x[i] > 0);
    }
    assert_moments(x, DRAWS, 1, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_poisson),
        cmocka_unit_test(gammas_have_their_shape),
        cmocka_unit_test(powers_begin_at_their_lowest),
        cmocka_unit_test(exponentials_are_above_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
