/* Errors of ROC points against the spread over samples. */
#include <nearsym/random.h>
#include <nearsym/stats.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { N = 600, SAMPLES = 400, POINTS = 3 };
static const double fpr[POINTS] = {0.05, 0.3, 0.8};

/* Signal is a normal one standard deviation above background; weights, if wanted, are 1 or 3. */
static void draw(uint64_t index, double *scores, float *labels, double *weights) {
    nsym_random random = nsym_random_stream(5, "roc", index);
    for (size_t i = 0; i < N; i++) {
        labels[i] = (float)(i % 3 == 0);
        scores[i] = nsym_random_normal(&random) + (double)labels[i];
        weights[i] = nsym_random_uniform(&random) < 0.25 ? 3 : 1;
    }
}

/* Of 400 samples a variance is known to 7 %; three times that. */
static void compare_with_spread(int weighted) {
    static double scores[N], weights[N];
    static float labels[N];
    double sum[POINTS] = {0}, squares[POINTS] = {0}, told[POINTS] = {0};
    for (uint64_t s = 0; s < SAMPLES; s++) {
        double tpr[POINTS], error[POINTS];
        draw(s, scores, labels, weights);
        const double *w = weighted ? weights : NULL;
        assert_int_equal(nsym_roc_error(tpr, error, scores, labels, w, N, fpr, POINTS), NSYM_OK);
        for (size_t k = 0; k < POINTS; k++) {
            sum[k] += tpr[k];
            squares[k] += tpr[k] * tpr[k];
            told[k] += error[k] * error[k];
        }
    }
    for (size_t k = 0; k < POINTS; k++) {
        double variance = (squares[k] - sum[k] * sum[k] / SAMPLES) / (SAMPLES - 1),
               ratio = told[k] / SAMPLES / variance;
        if (!(ratio > 0.79 && ratio < 1.21)) fail_msg("at %g the squared error is %g of the variance", fpr[k], ratio);
    }
}

static void errors_are_the_spread_over_samples(void **state) {
    (void)state;
    compare_with_spread(0);
}

static void errors_of_weighted_events_are_too(void **state) {
    (void)state;
    compare_with_spread(1);
}

static void a_rate_of_nothing_seen_has_an_error(void **state) {
    (void)state;
    const double scores[] = {0, 1, 2, 3};
    const float labels[] = {1, 1, 0, 0};
    const double low = 0.01;
    double tpr, error;
    assert_int_equal(nsym_roc_error(&tpr, &error, scores, labels, NULL, 4, &low, 1), NSYM_OK);
    assert_true(tpr == 0 && error > 0.2 && isfinite(error));
}

static void what_has_no_curve_is_refused(void **state) {
    (void)state;
    const double scores[] = {0, 1}, half = 0.5;
    const float labels[] = {1, 1};
    double tpr, error;
    assert_int_equal(nsym_roc_error(&tpr, &error, scores, labels, NULL, 2, &half, 1), NSYM_EINVAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_the_spread_over_samples),
        cmocka_unit_test(errors_of_weighted_events_are_too),
        cmocka_unit_test(a_rate_of_nothing_seen_has_an_error),
        cmocka_unit_test(what_has_no_curve_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
