/* Reliability curves, temperatures and mean scores of toys whose answers are known. */
#include "stats/calibration.h"
#include <nearsym/classes.h>
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 4000, BINS = 10 };

static double sigmoid(double z) {
    return 1 / (1 + exp(-z));
}

/* Logits as a network that is right has them: the label is 1 with its probability. */
static void draw(double *logits, float *labels, double *weights, uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "calibration", 0);
    for (size_t i = 0; i < N; i++) {
        logits[i] = 1.5 * nsym_random_normal(&random);
        labels[i] = nsym_random_uniform(&random) < sigmoid(logits[i]);
        weights[i] = 0.2 + 2 * nsym_random_uniform(&random);
    }
}

static void curve_of(nsym_calibration *out, double *influence, const double *logits, double scale, const float *labels,
                     const double *weights) {
    static double p[N];
    for (size_t i = 0; i < N; i++) p[i] = sigmoid(scale * logits[i]);
    assert_int_equal(nsym_calibration_measure(out, influence, p, labels, weights, N, BINS), NSYM_OK);
}

static void a_curve_of_a_few_events_is_that_by_hand(void **state) {
    (void)state;
    const double p[] = {0.9, 0.1, 0.2, 0.8}, w[] = {1, 3, 1, 1};
    const float y[] = {1, 0, 1, 1};
    nsym_calibration c;
    assert_int_equal(nsym_calibration_of(&c, p, y, NULL, 4, 2), NSYM_OK);
    assert_int_equal(c.bins, 2);
    assert_int_equal(c.bin[0].events, 2);
    assert_true(fabs(c.bin[0].predicted - 0.15) < 1e-15 && c.bin[0].observed == 0.5);
    assert_true(fabs(c.bin[0].error - sqrt(0.5 * 0.5 / 2)) < 1e-15);
    assert_true(fabs(c.bin[1].predicted - 0.85) < 1e-15 && c.bin[1].observed == 1);
    assert_true(fabs(c.ece - 0.5 * (0.35 + 0.15)) < 1e-15);
    assert_true(fabs(c.floor - 0.5 * sqrt(2 / M_PI) * (sqrt(0.25 / 4) + sqrt(0.25 / 4))) < 1e-15);
    assert_int_equal(nsym_calibration_of(&c, p, y, w, 4, 2), NSYM_OK);
    assert_true(fabs(c.bin[0].predicted - 0.125) < 1e-15 && c.bin[0].observed == 0.25);
    assert_true(fabs(c.bin[0].share - 4. / 6) < 1e-15);
    assert_true(fabs(c.ece - (4 * 0.125 + 2 * 0.15) / 6) < 1e-15);
}

static void equal_probabilities_share_a_bin(void **state) {
    (void)state;
    const double p[] = {0.5, 0.5, 0.5, 0.5, 0.9, 0.9};
    const float y[] = {1, 1, 0, 0, 1, 1};
    nsym_calibration c;
    assert_int_equal(nsym_calibration_of(&c, p, y, NULL, 6, 3), NSYM_OK);
    assert_int_equal(c.bins, 2);
    assert_int_equal(c.bin[0].events, 4);
    assert_true(nsym_calibration_at(&c, 0, 3) == &c.bin[0] && nsym_calibration_at(&c, 1, 3) == &c.bin[0] &&
                nsym_calibration_at(&c, 2, 3) == &c.bin[1]);
}

/* Over samples of a calibrated score the ECE has the floor's mean and spread; 300 samples know the mean to 6 % of the
   spread and the spread to 4 %. */
static void a_calibrated_score_stands_at_its_floor(void **state) {
    (void)state;
    enum { SAMPLES = 300 };
    static double logits[N], weights[N];
    static float labels[N];
    for (int weighted = 0; weighted < 2; weighted++) {
        double sum = 0, squares = 0, floors = 0, spreads = 0;
        for (uint64_t s = 0; s < SAMPLES; s++) {
            nsym_calibration c;
            draw(logits, labels, weights, 100 + s);
            curve_of(&c, NULL, logits, 1, labels, weighted ? weights : NULL);
            sum += c.ece, squares += c.ece * c.ece, floors += c.floor, spreads += c.floor_spread;
        }
        double mean = sum / SAMPLES, spread = sqrt(squares / SAMPLES - mean * mean);
        assert_true(fabs(mean - floors / SAMPLES) < 4 * spread / sqrt(SAMPLES));
        assert_true(fabs(spread / (spreads / SAMPLES) - 1) < 0.16);
    }
}

/* Far from its floor the ECE's error is its spread over samples, to 4 %. */
static void the_error_of_an_ece_is_its_spread_over_samples(void **state) {
    (void)state;
    enum { SAMPLES = 300 };
    static double logits[N], weights[N], influence[N];
    static float labels[N];
    double sum = 0, squares = 0, errors = 0;
    for (uint64_t s = 0; s < SAMPLES; s++) {
        nsym_calibration c;
        double of_influence = 0;
        draw(logits, labels, weights, 900 + s);
        curve_of(&c, influence, logits, 3, labels, weights);
        for (size_t i = 0; i < N; i++) of_influence += influence[i] * influence[i];
        assert_true(fabs(sqrt(of_influence) - c.ece_error) < 1e-15);
        assert_true(c.ece > 5 * c.floor);
        sum += c.ece, squares += c.ece * c.ece, errors += c.ece_error;
    }
    double mean = sum / SAMPLES, spread = sqrt(squares / SAMPLES - mean * mean);
    assert_true(fabs(errors / SAMPLES / spread - 1) < 0.16);
}

static void what_cannot_be_a_curve_is_refused(void **state) {
    (void)state;
    const double p[] = {0.5, 1.5}, fine[] = {0.5, 0.6}, w[] = {1, -1};
    const float y[] = {1, 0}, two[] = {1, 2};
    nsym_calibration c;
    assert_int_equal(nsym_calibration_of(&c, p, y, NULL, 2, 2), NSYM_EINVAL);
    assert_string_equal(nsym_message(), "probability 1 is 1.5, must be 0 to 1");
    assert_int_equal(nsym_calibration_of(&c, fine, two, NULL, 2, 2), NSYM_EINVAL);
    assert_string_equal(nsym_message(), "label 1 is 2, must be 0 or 1");
    assert_int_equal(nsym_calibration_of(&c, fine, y, NULL, 2, 0), NSYM_EINVAL);
    assert_int_equal(nsym_calibration_of(&c, fine, y, NULL, 0, 2), NSYM_EINVAL);
    assert_int_equal(nsym_calibration_of(&c, fine, y, w, 2, 2), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "add up to -1, must be > 0; take fewer bins"));
    assert_int_equal(nsym_calibration_of(&c, fine, y, NULL, 2, 50), NSYM_OK); /* more bins than events */
    assert_int_equal(c.bins, 2);
}

/* By confidence: the class of the largest probability, and whether it is right. */
static void several_classes_are_judged_by_the_one_that_is_called(void **state) {
    (void)state;
    const double p[] = {0.7, 0.2, 0.1, 0.3, 0.6, 0.1, 0.1, 0.1, 0.8};
    const float y[] = {0, 2, 2};
    nsym_calibration c;
    assert_int_equal(nsym_class_calibration_of(&c, p, 3, y, NULL, 3, 3), NSYM_OK);
    assert_int_equal(c.bins, 3);
    assert_true(c.bin[0].predicted == 0.6 && c.bin[0].observed == 0);
    assert_true(c.bin[2].predicted == 0.8 && c.bin[2].observed == 1);
    assert_true(fabs(c.ece - (0.6 + 0.3 + 0.2) / 3) < 1e-15);
    const float bad[] = {0, 3, 2};
    assert_int_equal(nsym_class_calibration_of(&c, p, 3, bad, NULL, 3, 3), NSYM_EINVAL);
    assert_string_equal(nsym_message(), "label 1 is 3, must be 0 to 2");
}

/* Logits that are too large by T0 give T0 back; the pull's mean and width over 200 fits are known to 7 % and 5 %. */
static void a_temperature_is_found_again_within_its_error(void **state) {
    (void)state;
    enum { FITS = 200 };
    static double logits[N], weights[N];
    static float labels[N];
    const double truth[] = {0.4, 1, 2.5};
    for (size_t k = 0; k < 3; k++)
        for (int weighted = 0; weighted < 2; weighted++) {
            double sum = 0, squares = 0;
            for (uint64_t s = 0; s < FITS; s++) {
                double t, error;
                draw(logits, labels, weights, 3000 + s);
                for (size_t i = 0; i < N; i++) logits[i] *= truth[k];
                assert_int_equal(nsym_temperature_fit(&t, &error, logits, 1, labels, weighted ? weights : NULL, N),
                                 NSYM_OK);
                double pull = (t - truth[k]) / error;
                sum += pull, squares += pull * pull;
            }
            double mean = sum / FITS, width = sqrt(squares / FITS - mean * mean);
            assert_true(fabs(mean) < 0.28 && fabs(width - 1) < 0.2);
        }
}

/* The derivative of the mean loss by the inverse temperature, by difference, is 0 at the fit; of three classes too. */
static void a_temperature_is_where_the_loss_is_least(void **state) {
    (void)state;
    enum { CLASSES = 3 };
    static double logits[N * CLASSES];
    static float labels[N];
    nsym_random random = nsym_random_stream(5, "classes", 0);
    for (size_t i = 0; i < N; i++) {
        double p[CLASSES], u = nsym_random_uniform(&random);
        for (size_t k = 0; k < CLASSES; k++) logits[i * CLASSES + k] = nsym_random_normal(&random);
        nsym_class_probabilities(p, logits + i * CLASSES, CLASSES);
        labels[i] = u < p[0] ? 0 : u < p[0] + p[1] ? 1 : 2;
        for (size_t k = 0; k < CLASSES; k++) logits[i * CLASSES + k] *= 1.7;
    }
    double t, error, loss[2] = {0};
    assert_int_equal(nsym_temperature_fit(&t, &error, logits, CLASSES, labels, NULL, N), NSYM_OK);
    assert_true(fabs(t - 1.7) < 4 * error && error < 0.1);
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < N; i++) {
            double scaled[CLASSES], p[CLASSES];
            for (size_t k = 0; k < CLASSES; k++) scaled[k] = logits[i * CLASSES + k] * (1 / t + (side ? 1e-4 : -1e-4));
            nsym_class_probabilities(p, scaled, CLASSES);
            loss[side] -= log(p[(size_t)labels[i]]) / N;
        }
    assert_true(fabs(loss[1] - loss[0]) / 2e-4 < 1e-7);
}

static void a_temperature_stays_within_its_range(void **state) {
    (void)state;
    const double apart[] = {-1, 1, -2, 2}, wrong[] = {1, -1, 2, -2};
    const float y[] = {0, 1, 0, 1};
    double t, error;
    assert_int_equal(nsym_temperature_fit(&t, &error, apart, 1, y, NULL, 4), NSYM_OK);
    assert_true(t == 0.01 && isnan(error));
    assert_int_equal(nsym_temperature_fit(&t, &error, wrong, 1, y, NULL, 4), NSYM_OK);
    assert_true(t == 100 && isnan(error));
    const double far[] = {1e300, -1e300, 3, -4};
    assert_int_equal(nsym_temperature_fit(&t, &error, far, 1, y, NULL, 4), NSYM_OK);
    assert_true(t >= 0.01 && t <= 100);
    const double nan[] = {NAN, 0, 0, 0}, minus[] = {-1, -1, -1, -1};
    assert_int_equal(nsym_temperature_fit(&t, &error, nan, 1, y, NULL, 4), NSYM_EINVAL);
    assert_int_equal(nsym_temperature_fit(&t, &error, apart, 1, y, minus, 4), NSYM_EINVAL);
    assert_int_equal(nsym_temperature_fit(&t, &error, apart, 1, y, NULL, 0), NSYM_EINVAL);
}

static void a_mean_score_is_the_mean_of_probabilities(void **state) {
    (void)state;
    const double z[] = {1, -3, 800, /* the second network's */ -2, 0.5, 900};
    double p[3], mean[3];
    nsym_mean_score(p, mean, z, 2, 3, 1);
    for (size_t i = 0; i < 3; i++) {
        assert_true(p[i] == (sigmoid(z[i]) + sigmoid(z[3 + i])) / 2);
        if (i < 2) assert_true(fabs(mean[i] - log(p[i] / (1 - p[i]))) < 1e-14);
    }
    assert_true(fabs(mean[2] - (800 + log(2))) < 1e-9); /* the odds against are those of the less sure, halved */
    nsym_mean_score(p, mean, z, 1, 3, 1);
    assert_memory_equal(mean, z, sizeof mean);
}

static void a_mean_score_of_classes_adds_up_to_one(void **state) {
    (void)state;
    const double z[] = {1, 2, -1, 0.3, 0.1, 2};
    double p[3], mean[3], a[3], b[3], again[3], sum = 0;
    nsym_mean_score(p, mean, z, 2, 1, 3);
    nsym_class_probabilities(a, z, 3);
    nsym_class_probabilities(b, z + 3, 3);
    nsym_class_probabilities(again, mean, 3);
    for (size_t k = 0; k < 3; k++) {
        assert_true(fabs(p[k] - (a[k] + b[k]) / 2) < 1e-15);
        assert_true(fabs(again[k] - p[k]) < 1e-15);
        sum += p[k];
    }
    assert_true(fabs(sum - 1) < 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_curve_of_a_few_events_is_that_by_hand),
        cmocka_unit_test(equal_probabilities_share_a_bin),
        cmocka_unit_test(a_calibrated_score_stands_at_its_floor),
        cmocka_unit_test(the_error_of_an_ece_is_its_spread_over_samples),
        cmocka_unit_test(what_cannot_be_a_curve_is_refused),
        cmocka_unit_test(several_classes_are_judged_by_the_one_that_is_called),
        cmocka_unit_test(a_temperature_is_found_again_within_its_error),
        cmocka_unit_test(a_temperature_is_where_the_loss_is_least),
        cmocka_unit_test(a_temperature_stays_within_its_range),
        cmocka_unit_test(a_mean_score_is_the_mean_of_probabilities),
        cmocka_unit_test(a_mean_score_of_classes_adds_up_to_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
