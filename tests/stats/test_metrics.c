/* The metrics by name: their errors are those of their influences, and what is known of each. */
#include "stats/metric.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 400 };

static void draw(double *scores, float *labels, double *weights, uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "metric", 0);
    for (size_t i = 0; i < N; i++) {
        labels[i] = (float)(i % 2);
        scores[i] = nsym_random_normal(&random) + (double)labels[i];
        weights[i] = 0.5 + nsym_random_uniform(&random);
    }
}

static void an_error_is_that_of_the_influences(void **state) {
    (void)state;
    for (const nsym_metric *const *m = nsym_metrics; *m; m++)
        for (int weighted = 0; weighted < 2; weighted++) {
            double scores[N], weights[N], influence[N], value, error, squares = 0, sum = 0;
            float labels[N];
            draw(scores, labels, weights, 3);
            assert_int_equal((*m)->measure(&value, &error, influence, scores, labels, weighted ? weights : NULL, N),
                             NSYM_OK);
            for (size_t i = 0; i < N; i++) sum += influence[i], squares += influence[i] * influence[i];
            assert_true(value > 0 && value < 1 && error > 0);
            assert_true(fabs(sqrt(squares) / error - 1) < 0.05); /* DeLong's divides by n - 1 */
            assert_true(fabs(sum) < 1e-10 || (*m) != &nsym_metric_brier);
        }
}

static void an_error_is_the_spread_over_samples(void **state) {
    (void)state;
    enum { SAMPLES = 300 };
    for (const nsym_metric *const *m = nsym_metrics; *m; m++) {
        double sum = 0, squares = 0, errors = 0;
        for (uint64_t s = 0; s < SAMPLES; s++) {
            double scores[N], weights[N], influence[N], value, error;
            float labels[N];
            draw(scores, labels, weights, 10 + s);
            assert_int_equal((*m)->measure(&value, &error, influence, scores, labels, NULL, N), NSYM_OK);
            sum += value, squares += value * value, errors += error * error;
        }
        double spread = sqrt((squares - sum * sum / SAMPLES) / (SAMPLES - 1));
        double ratio = sqrt(errors / SAMPLES) / spread; /* known to 1 / sqrt(2 x 300) = 4 % */
        if (!(fabs(ratio - 1) < 0.2)) fail_msg("%s: error / spread is %g", (*m)->name, ratio);
    }
}

static void the_brier_score_is_a_mean_of_squares(void **state) {
    (void)state;
    const double logits[] = {0, log(3), -log(4)}, weights[] = {1, 2, 1};
    const float labels[] = {1, 1, 0};
    double value, error, influence[3];
    assert_int_equal(nsym_metric_brier.measure(&value, &error, influence, logits, labels, weights, 3), NSYM_OK);
    assert_true(fabs(value - (0.25 + 2 * 0.0625 + 0.04) / 4) < 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_error_is_that_of_the_influences),
                                       cmocka_unit_test(an_error_is_the_spread_over_samples),
                                       cmocka_unit_test(the_brier_score_is_a_mean_of_squares)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
