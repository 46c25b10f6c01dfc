/* The area under the ROC curve, its standard error, and points of the curve. */
#include <nearsym/random.h>
#include <nearsym/stats.h>

#include "stats/golden.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* `n` events whose scores take few values, so that many are tied; signal scores higher. */
static void draw(double *scores, float *labels, double *weights, size_t n, uint64_t index) {
    nsym_random random = nsym_random_stream(5, "scores", index);
    for (size_t i = 0; i < n; i++) {
        labels[i] = nsym_random_below(&random, 3) == 0 ? 1 : 0;
        scores[i] = (double)nsym_random_below(&random, 12) / 4 + (double)labels[i] - 1;
        weights[i] = (double)nsym_random_below(&random, 9) / 4; /* exact in float, some of them 0 */
    }
}

/* The share of pairs of a signal and a background event that stand in the right order. */
static double counted(const double *scores, const float *labels, const double *weights, size_t n) {
    double right = 0, all = 0;
    for (size_t s = 0; s < n; s++)
        for (size_t b = 0; b < n; b++) {
            if (labels[s] != 1 || labels[b] != 0) continue;
            double weight = weights ? weights[s] * weights[b] : 1;
            right += weight * (scores[s] > scores[b] ? 1 : scores[s] == scores[b] ? 0.5 : 0);
            all += weight;
        }
    return right / all;
}

static void the_auc_is_the_share_of_pairs_in_order(void **state) {
    (void)state;
    enum { N = 300 };
    float labels[N];
    double scores[N], weights[N], auc;
    for (uint64_t k = 0; k < 20; k++) {
        draw(scores, labels, weights, N, k);
        assert_int_equal(nsym_auc(&auc, NULL, scores, labels, NULL, N), NSYM_OK);
        assert_true(fabs(auc - counted(scores, labels, NULL, N)) < 1e-13);
        assert_int_equal(nsym_auc(&auc, NULL, scores, labels, weights, N), NSYM_OK);
        assert_true(fabs(auc - counted(scores, labels, weights, N)) < 1e-13);
    }
}

/* Ties, and weights that single precision does not hold; both sums are of a few hundred numbers. */
static void the_auc_is_scikit_learns(void **state) {
    (void)state;
    enum { N = 400 };
    FILE *file = fopen(NSYM_TEST_DATA "/auc.golden", "r");
    assert_non_null(file);
    float labels[N];
    double scores[N], weights[N], plain, weighted, auc;
    char comment[128];
    assert_non_null(fgets(comment, sizeof comment, file));
    assert_int_equal(fscanf(file, "%lf %lf", &plain, &weighted), 2);
    for (size_t i = 0; i < N; i++) assert_int_equal(fscanf(file, "%lf %f %lf", &scores[i], &labels[i], &weights[i]), 3);
    fclose(file);
    assert_int_equal(nsym_auc(&auc, NULL, scores, labels, NULL, N), NSYM_OK);
    assert_true(fabs(auc - plain) < 1e-12);
    assert_int_equal(nsym_auc(&auc, NULL, scores, labels, weights, N), NSYM_OK);
    assert_true(fabs(auc - weighted) < 1e-12);
}

static void extreme_scores_give_0_and_half_and_1(void **state) {
    (void)state;
    const float labels[] = {0, 0, 1, 1};
    const double right[] = {-INFINITY, -1, 2, INFINITY}, wrong[] = {3, 3, 2, 1}, same[4] = {0};
    double auc, error;
    assert_int_equal(nsym_auc(&auc, &error, right, labels, NULL, 4), NSYM_OK);
    assert_true(auc == 1 && error == 0);
    assert_int_equal(nsym_auc(&auc, &error, wrong, labels, NULL, 4), NSYM_OK);
    assert_true(auc == 0 && error == 0);
    assert_int_equal(nsym_auc(&auc, &error, same, labels, NULL, 4), NSYM_OK);
    assert_true(auc == 0.5 && error == 0);
}

static void an_integer_weight_is_a_repeated_event_and_order_is_nothing(void **state) {
    (void)state;
    const float labels[] = {0, 0, 1, 1}, of_repeated[] = {1, 0, 1, 0, 0, 1, 0};
    const double scores[] = {0.1, 0.4, 0.35, 0.8}, weights[] = {1, 3, 2, 1};
    const double repeated[] = {0.8, 0.4, 0.35, 0.4, 0.1, 0.35, 0.4};
    double a, b;
    assert_int_equal(nsym_auc(&a, NULL, scores, labels, weights, 4), NSYM_OK);
    assert_int_equal(nsym_auc(&b, NULL, repeated, of_repeated, NULL, 7), NSYM_OK);
    assert_true(a == b && fabs(a - 0.5) < 1e-15); /* 2 of 8 pairs from the second, 4 of 4 from the first signal */
}

/* DeLong's variance written with the two sums over all pairs, unlike the library's running sums. */
static double delong(const double *scores, const float *labels, size_t n) {
    double auc = counted(scores, labels, NULL, n), variance = 0;
    for (int side = 0; side < 2; side++) {
        double squares = 0, own = 0, other = 0;
        for (size_t i = 0; i < n; i++) own += labels[i] == (float)side;
        other = (double)n - own;
        for (size_t i = 0; i < n; i++) {
            if (labels[i] != (float)side) continue;
            double placed = 0;
            for (size_t j = 0; j < n; j++)
                if (labels[j] != labels[i])
                    placed += scores[i] == scores[j] ? 0.5 : (scores[i] > scores[j]) == (side == 1);
            squares += (placed / other - auc) * (placed / other - auc);
        }
        variance += squares / (own - 1) / own;
    }
    return sqrt(variance);
}

static void the_error_is_delongs(void **state) {
    (void)state;
    enum { N = 200 };
    float labels[N];
    double scores[N], weights[N], ones[N], auc, error, weighted;
    for (size_t i = 0; i < N; i++) ones[i] = 3;
    for (uint64_t k = 0; k < 5; k++) {
        draw(scores, labels, weights, N, k);
        assert_int_equal(nsym_auc(&auc, &error, scores, labels, NULL, N), NSYM_OK);
        assert_true(fabs(error / delong(scores, labels, N) - 1) < 1e-10);
        assert_int_equal(nsym_auc(&auc, &weighted, scores, labels, ones, N), NSYM_OK);
        assert_true(fabs(weighted / error - 1) < 1e-10); /* a common factor says nothing */
    }
}

/* Weights of the test below, for a score. */
static double one(nsym_random *random, double score) {
    (void)random;
    (void)score;
    return 1;
}

static double blind(nsym_random *random, double score) {
    (void)score;
    return 2 * nsym_random_uniform(random);
}

static double tilted(nsym_random *random, double score) {
    (void)random;
    return exp(-score);
}

static double signed_unit(nsym_random *random, double score) {
    return score < 0 && nsym_random_uniform(random) < 0.4 ? -1 : 1;
}

/* Signal N(1, 1), background N(0, 1), weighted: the spread over samples of the AUC, and of its difference from that of
   a second score, which shares half of the first's noise, must be the mean of the errors. The AUC's expectation is
   Phi(1 / sqrt 2): weights of exp(-score) shift both normal distributions by -1 and leave it. */
static void the_error_is_the_spread_over_samples(void **state) {
    (void)state;
    enum { N = 400, SAMPLES = 400 };
    static double (*const weigh[])(nsym_random * random, double score) = {one, blind, tilted, signed_unit};
    float labels[N];
    double scores[2 * N], weights[N];
    for (int weighted = 0; weighted < 4; weighted++) {
        double sum = 0, squares = 0, variances = 0, apart = 0, apart2 = 0, paired = 0;
        for (uint64_t k = 0; k < SAMPLES; k++) {
            nsym_random random = nsym_random_stream(6, "gauss", k);
            for (size_t i = 0; i < N; i++) {
                labels[i] = (float)(i % 2);
                scores[i] = nsym_random_normal(&random) + (double)labels[i];
                weights[i] = weigh[weighted](&random, scores[i]);
                scores[N + i] = scores[i] + nsym_random_normal(&random);
            }
            double auc[2], c[4];
            assert_int_equal(nsym_auc_covariance(auc, c, scores, labels, weighted ? weights : NULL, 2, N), NSYM_OK);
            double difference = auc[0] - auc[1];
            sum += auc[0] / SAMPLES, squares += auc[0] * auc[0] / SAMPLES, variances += c[0] / SAMPLES;
            apart += difference / SAMPLES, apart2 += difference * difference / SAMPLES;
            paired += (c[0] + c[3] - 2 * c[1]) / SAMPLES;
        }
        double spread = sqrt(squares - sum * sum), apart_spread = sqrt(apart2 - apart * apart);
        if (weighted < 3) assert_true(fabs(sum - 0.5 * erfc(-0.5)) < 5 * spread / sqrt(SAMPLES));
        /* a spread of 400 samples is known to 1 / sqrt(800); five of those */
        assert_true(fabs(spread / sqrt(variances) - 1) < 5 / sqrt(2. * SAMPLES));
        assert_true(fabs(apart_spread / sqrt(paired) - 1) < 5 / sqrt(2. * SAMPLES));
    }
}

/* Scores that differ in double precision only, ties, and weights of both signs. */
static void areas_and_their_covariance_are_those_of_all_pairs(void **state) {
    (void)state;
    static const char *const names[2][2] = {{"auc", "covariance"}, {"weighted_auc", "weighted_covariance"}};
    json_t *golden = golden_load("delong.json");
    size_t m, n;
    double *scores = golden_numbers(json_object_get(golden, "scores"), &m);
    double *label = golden_numbers(json_object_get(golden, "labels"), &n);
    double *weights = golden_numbers(json_object_get(golden, "weights"), &n);
    float *labels = calloc(n, sizeof *labels);
    assert_true(m == 3 && labels);
    for (size_t i = 0; i < n; i++) labels[i] = (float)label[i];
    for (int weighted = 0; weighted < 2; weighted++) {
        const double *w = weighted ? weights : NULL;
        double auc[3], covariance[9], alone, error, *expected, *expected_covariance;
        expected = golden_numbers(json_object_get(golden, names[weighted][0]), &m);
        expected_covariance = golden_numbers(json_object_get(golden, names[weighted][1]), &m);
        assert_int_equal(nsym_auc_covariance(auc, covariance, scores, labels, w, 3, n), NSYM_OK);
        for (size_t k = 0; k < 3; k++) {
            assert_int_equal(nsym_auc(&alone, &error, scores + k * n, labels, w, n), NSYM_OK);
            assert_true(alone == auc[k] && error == sqrt(covariance[4 * k]));
            assert_near(auc[k], expected[k], 1e-12);
        }
        for (size_t k = 0; k < 9; k++) assert_near(covariance[k] / expected_covariance[k], 1, 1e-12);
        free(expected);
        free(expected_covariance);
    }
    free(scores);
    free(label);
    free(weights);
    free(labels);
    json_decref(golden);
}

/* A score's last bits decide: float would see one value. */
static void scores_that_differ_in_double_only_have_an_order(void **state) {
    (void)state;
    const float labels[] = {0, 1, 0, 1};
    const double step = 1e-15, scores[] = {1 - 4 * step, 1 - 2 * step, 1 - 3 * step, 1 - step};
    double auc, tpr;
    assert_int_equal(nsym_auc(&auc, NULL, scores, labels, NULL, 4), NSYM_OK);
    assert_int_equal(nsym_tpr_at_fpr(&tpr, scores, labels, NULL, 4, 0), NSYM_OK);
    assert_true(auc == 1 && tpr == 1);
}

static void of_one_event_in_a_class_the_error_is_unknown(void **state) {
    (void)state;
    const double scores[] = {3, 0, 1, 2, 4, -1, 5, 6}, covered[] = {1, 1, 1, 1, 1, 1, 0, 0};
    const float signal[] = {1, 0, 0, 0, 0, 0, 1, 1}, background[] = {0, 1, 1, 1, 1, 1, 0, 0};
    double auc, error, areas[1], covariance[1];
    assert_int_equal(nsym_auc(&auc, &error, scores, signal, NULL, 6), NSYM_OK);
    assert_true(fabs(auc - 0.8) < 1e-15 && isnan(error));
    assert_int_equal(nsym_auc(&auc, &error, scores, background, NULL, 6), NSYM_OK);
    assert_true(fabs(auc - 0.2) < 1e-15 && isnan(error));
    assert_int_equal(nsym_auc(&auc, &error, scores, signal, covered, 8), NSYM_OK); /* events of weight 0 say nothing */
    assert_true(fabs(auc - 0.8) < 1e-15 && isnan(error));
    assert_int_equal(nsym_auc_covariance(areas, covariance, scores, signal, NULL, 1, 6), NSYM_OK);
    assert_true(areas[0] == auc && isnan(covariance[0]));
    assert_int_equal(nsym_auc(&auc, &error, scores, signal, NULL, 7), NSYM_OK);
    assert_true(error > 0 && error < 1);
}

static void refused(const double *scores, const float *labels, const double *weights, nsym_status status,
                    const char *words) {
    double value;
    assert_int_equal(nsym_auc(&value, NULL, scores, labels, weights, 4), status);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_int_equal(nsym_tpr_at_fpr(&value, scores, labels, weights, 4, 0.5), status);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void what_has_no_roc_curve_is_refused(void **state) {
    (void)state;
    const double scores[] = {0, 1, 2, 3}, nan[] = {0, 1, NAN, 3};
    const float labels[] = {0, 1, 0, 1}, odd[] = {0, 1, 0, 2};
    const float signal[] = {1, 1, 1, 1}, background[4] = {0};
    const double weights[] = {1, 0, 1, 0}, cancel[] = {1, 1, -1, 1}, no_number[] = {1, NAN, 1, 1};
    const double infinite[] = {1, 1, 1, INFINITY}, huge[] = {1e200, 1e200, 1, 1}, tiny[] = {1e-200, 1e-200, 0, 0};
    refused(nan, labels, NULL, NSYM_ENUMERIC, "score 2 is NaN");
    refused(scores, odd, NULL, NSYM_EINVAL, "label 3 is 2");
    refused(scores, signal, NULL, NSYM_EINVAL, "of the background 0, of the signal 4");
    refused(scores, background, NULL, NSYM_EINVAL, "of the background 4, of the signal 0");
    refused(scores, labels, weights, NSYM_EINVAL, "of the signal 0");
    refused(scores, labels, cancel, NSYM_EINVAL, "of the background 0");
    refused(scores, labels, no_number, NSYM_EINVAL, "weight 1 is nan, must be finite");
    refused(scores, labels, infinite, NSYM_EINVAL, "weight 3 is inf, must be finite");
    refused(scores, labels, huge, NSYM_ENUMERIC, "too large or too small to be multiplied; scale them");
    refused(scores, labels, tiny, NSYM_ENUMERIC, "too large or too small to be multiplied; scale them");
}

static double tpr(const double *scores, const float *labels, const double *weights, size_t n, double fpr) {
    double at = NAN;
    assert_int_equal(nsym_tpr_at_fpr(&at, scores, labels, weights, n, fpr), NSYM_OK);
    return at;
}

static void points_of_the_curve_are_read_by_straight_lines(void **state) {
    (void)state;
    /* From above: signal, background, (signal, background tied), background: (0, 1/2), (1/3, 1/2), (2/3, 1), (1, 1). */
    const double scores[] = {5, 4, 3, 3, 1};
    const float labels[] = {1, 0, 1, 0, 0};
    const double at[][2] = {{0, 0.5}, {0.2, 0.5}, {1. / 3, 0.5}, {0.5, 0.75}, {2. / 3, 1}, {0.9, 1}, {1, 1}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        assert_true(fabs(tpr(scores, labels, NULL, 5, at[i][0]) - at[i][1]) < 1e-12);
    const double weights[] = {1, 2, 3, 1, 1}; /* (0, 1/4), (1/2, 1/4), (3/4, 1), (1, 1) */
    assert_true(fabs(tpr(scores, labels, weights, 5, 0.5) - 0.25) < 1e-12);
    assert_true(fabs(tpr(scores, labels, weights, 5, 0.625) - 0.625) < 1e-12);
    const double same[5] = {0}; /* the diagonal */
    for (double fpr = 0; fpr <= 1; fpr += 0.125) assert_true(fabs(tpr(same, labels, NULL, 5, fpr) - fpr) < 1e-12);
}

static void the_area_below_the_points_is_the_auc(void **state) {
    (void)state;
    enum { N = 300, STEPS = 2000 };
    float labels[N];
    double scores[N], weights[N], auc, area = 0;
    draw(scores, labels, weights, N, 1);
    assert_int_equal(nsym_auc(&auc, NULL, scores, labels, weights, N), NSYM_OK);
    for (int i = 0; i < STEPS; i++) area += tpr(scores, labels, weights, N, (i + 0.5) / STEPS) / STEPS;
    assert_true(fabs(area - auc) < 1e-3); /* midpoints miss at most one step of the rate at each corner */
}

static void a_rate_outside_0_to_1_is_refused(void **state) {
    (void)state;
    const float labels[] = {0, 1};
    const double scores[] = {0, 1}, bad[] = {-0.1, 1.1, NAN};
    double value;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(nsym_tpr_at_fpr(&value, scores, labels, NULL, 2, bad[i]), NSYM_EINVAL);
        assert_non_null(strstr(nsym_message(), "not in [0, 1]"));
    }
}

static void a_curve_is_its_points_one_by_one(void **state) {
    (void)state;
    enum { N = 300, M = 23 };
    float labels[N];
    double scores[N], weights[N], fpr[M], tpr[M];
    for (size_t k = 0; k < M; k++) fpr[k] = k < 2 ? 0 : (double)(k - 2) / (M - 3); /* 0 twice, 0, ..., 1 */
    for (uint64_t round = 0; round < 10; round++) {
        draw(scores, labels, weights, N, round);
        const double *used = round % 2 ? weights : NULL;
        assert_int_equal(nsym_roc(tpr, scores, labels, used, N, fpr, M), NSYM_OK);
        for (size_t k = 0; k < M; k++) {
            double alone;
            assert_int_equal(nsym_tpr_at_fpr(&alone, scores, labels, used, N, fpr[k]), NSYM_OK);
            assert_true(tpr[k] == alone && tpr[k] >= (k ? tpr[k - 1] : 0) && tpr[k] <= 1 + 1e-12);
        }
        assert_true(fabs(tpr[M - 1] - 1) < 1e-12);
    }
    assert_int_equal(nsym_roc(tpr, scores, labels, NULL, N, fpr, 0), NSYM_OK); /* no points, no curve */
}

static void falling_rates_are_refused(void **state) {
    (void)state;
    const float labels[] = {0, 1, 0, 1};
    const double scores[] = {0, 1, 2, 3}, cases[][3] = {{0.2, 0.1, 0.3}, {0.1, 0.2, 1.1}, {-0.1, 0, 1}, {0, NAN, 1}};
    double tpr[3];
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(nsym_roc(tpr, scores, labels, NULL, 4, cases[i], 3), NSYM_EINVAL);
        assert_non_null(strstr(nsym_message(), "is not in [0, 1], or below the one before it"));
    }
}

static void a_spread_has_three_numbers(void **state) {
    (void)state;
    const double values[] = {1, 2, 3, 6};
    nsym_spread s = nsym_spread_of(values, 4), one = nsym_spread_of(values, 1);
    assert_true(s.mean == 3 && fabs(s.std - sqrt(3.5)) < 1e-15 && fabs(s.standard_error - sqrt(14. / 3 / 4)) < 1e-15);
    assert_true(one.mean == 1 && one.std == 0 && one.standard_error == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_auc_is_the_share_of_pairs_in_order),
        cmocka_unit_test(the_auc_is_scikit_learns),
        cmocka_unit_test(extreme_scores_give_0_and_half_and_1),
        cmocka_unit_test(an_integer_weight_is_a_repeated_event_and_order_is_nothing),
        cmocka_unit_test(the_error_is_delongs),
        cmocka_unit_test(the_error_is_the_spread_over_samples),
        cmocka_unit_test(areas_and_their_covariance_are_those_of_all_pairs),
        cmocka_unit_test(scores_that_differ_in_double_only_have_an_order),
        cmocka_unit_test(of_one_event_in_a_class_the_error_is_unknown),
        cmocka_unit_test(what_has_no_roc_curve_is_refused),
        cmocka_unit_test(points_of_the_curve_are_read_by_straight_lines),
        cmocka_unit_test(the_area_below_the_points_is_the_auc),
        cmocka_unit_test(a_rate_outside_0_to_1_is_refused),
        cmocka_unit_test(a_curve_is_its_points_one_by_one),
        cmocka_unit_test(falling_rates_are_refused),
        cmocka_unit_test(a_spread_has_three_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
