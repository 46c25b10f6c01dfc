/* Areas of paired scores and their errors: by counting all pairs, and by how areas spread. */
#include "symmetry/pairs.h"
#include "symmetry/versions.h"
#include <nearsym/stats.h>

/* The area by its definition. */
static double counted(const double *a, const double *b, const double *w, size_t n) {
    double sum = 0, all = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double share = w ? w[i] * w[j] : 1;
            sum += share * ((b[j] > a[i]) + (b[j] == a[i]) / 2.);
            all += share;
        }
    return sum / all;
}

static void area_is_that_of_all_pairs_with_ties_and_weights(void **state) {
    (void)state;
    enum { N = 60 };
    double a[N], b[N], w[N];
    nsym_random random = nsym_random_stream(3, "pairs", 0);
    nsym_distinguished out;
    for (size_t i = 0; i < N; i++) {
        a[i] = (double)nsym_random_below(&random, 12) - 6; /* many ties */
        b[i] = (double)nsym_random_below(&random, 12) - 4;
        w[i] = (double)nsym_random_below(&random, 3);
    }
    assert_ok(nsym_pairs_judge(&out, a, b, NULL, N));
    assert_near(out.auc, counted(a, b, NULL, N), 1e-12);
    assert_ok(nsym_pairs_judge(&out, a, b, w, N));
    assert_near(out.auc, counted(a, b, w, N), 1e-12);
}

/* By hand: a = -1, 2, b = 1, 3: three of four pairs rise. Q: phi = 2, 1. */
static void accuracy_and_q_are_those_of_a_case_by_hand(void **state) {
    (void)state;
    const double a[] = {-1, 2}, b[] = {1, 3};
    double terms[] = {log(2) - log1p(exp(-2)), log(2) - log1p(exp(-1))};
    nsym_distinguished out;
    assert_ok(nsym_pairs_judge(&out, a, b, NULL, 2));
    assert_near(out.auc, 0.75, 1e-12);
    assert_near(out.accuracy, 0.75, 1e-12);
    assert_near(out.q, (terms[0] + terms[1]) / 2, 1e-12);
    assert_near(out.q_error, fabs(terms[0] - terms[1]) / 2, 1e-12); /* std / sqrt(2) of two */
    assert_fails(nsym_pairs_judge(&out, a, b, (const double[]){0, 0}, 2), "weights");
}

/* Scores of the two versions that are correlated by 0.8: areas of many samples spread as the error says, within 10 %
   (400 samples know a width to 3.5 %), and DeLong's error, which takes the versions for independent, is too large by
   1 / sqrt(1 - 0.8) = 2.2. */
static void error_knows_that_versions_share_their_event(void **state) {
    (void)state;
    enum { N = 200, SAMPLES = 400 };
    double a[N], b[N], both[2 * N], pulls[SAMPLES], mean, width, ratio = 0;
    float labels[2 * N];
    for (size_t s = 0; s < SAMPLES; s++) {
        nsym_random random = nsym_random_stream(5, "correlated pairs", s);
        nsym_distinguished out;
        double auc, error;
        for (size_t i = 0; i < N; i++) {
            double common = sqrt(0.8) * nsym_random_normal(&random);
            both[i] = a[i] = common + sqrt(0.2) * nsym_random_normal(&random);
            both[N + i] = b[i] = common + sqrt(0.2) * nsym_random_normal(&random);
            labels[i] = 0, labels[N + i] = 1;
        }
        assert_ok(nsym_pairs_judge(&out, a, b, NULL, N));
        assert_ok(nsym_auc(&auc, &error, both, labels, NULL, 2 * N));
        assert_near(auc, out.auc, 1e-12);
        pulls[s] = (out.auc - 0.5) / out.auc_error;
        ratio += error / out.auc_error / SAMPLES;
    }
    pulls_of(&mean, &width, pulls, SAMPLES);
    if (!(fabs(mean) < 0.15 && fabs(width - 1) < 0.1)) fail_msg("pulls are %.3f wide about %.3f", width, mean);
    if (!(ratio > 1.8 && ratio < 2.6)) fail_msg("DeLong's error is %.2f times as large", ratio);
}

/* All are told apart: the spread of what events add is 0, and yet another event might have been wrong. */
static void versions_that_are_all_told_apart_have_an_error(void **state) {
    (void)state;
    const double a[] = {-1, -2, -3, -4}, b[] = {1, 2, 3, 4};
    nsym_distinguished out;
    assert_ok(nsym_pairs_judge(&out, a, b, NULL, 4));
    assert_near(out.auc, 1, 1e-12);
    assert_near(out.auc_error, 0.25, 1e-12);
}

/* Halves whose judges are each other's events have the mean of both errors. */
static void halves_count_by_their_events(void **state) {
    (void)state;
    nsym_distinguished a = {.events = 100, .auc = 0.6, .auc_error = 0.03, .q = 0.1, .q_error = 0.02, .accuracy = 0.5};
    nsym_distinguished b = {.events = 300, .auc = 0.5, .auc_error = 0.01, .q = 0.2, .q_error = 0.04, .accuracy = 0.7};
    nsym_distinguished c = nsym_pairs_combine(&a, &b);
    assert_int_equal(c.events, 400);
    assert_near(c.auc, 0.525, 1e-12);
    assert_near(c.auc_error, 0.015, 1e-12);
    assert_near(c.q, 0.175, 1e-12);
    assert_near(c.accuracy, 0.65, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(area_is_that_of_all_pairs_with_ties_and_weights),
        cmocka_unit_test(accuracy_and_q_are_those_of_a_case_by_hand),
        cmocka_unit_test(error_knows_that_versions_share_their_event),
        cmocka_unit_test(versions_that_are_all_told_apart_have_an_error),
        cmocka_unit_test(halves_count_by_their_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
