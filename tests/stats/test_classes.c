/* Measures of several classes against scikit-learn, closed forms, brute force and their spread over samples. */
#include "stats/golden.h"
#include "stats/one_vs_rest.h"
#include "train/epoch_scores.h"
#include <nearsym/classes.h>
#include <nearsym/random.h>
#include <nearsym/stats.h>

enum { CLASSES = 3, N = 600 };

/* ---- scikit-learn ---- */

typedef struct {
    json_t *root;
    nsym_class_scores scores;
    double *logits, *labels, *weights;
    float *own;
} golden;

static golden load(void) {
    golden g = {.root = golden_load("classes.json")};
    size_t n;
    g.logits = golden_numbers(json_object_get(g.root, "logits"), &n);
    g.labels = golden_numbers(json_object_get(g.root, "labels"), &n);
    g.weights = golden_numbers(json_object_get(g.root, "weights"), &n);
    g.own = calloc(n, sizeof *g.own);
    for (size_t i = 0; i < n; i++) g.own[i] = (float)g.labels[i];
    g.scores = (nsym_class_scores){.n = n, .classes = 4, .logits = g.logits, .labels = g.own};
    return g;
}

static void unload(golden *g) {
    json_decref(g->root);
    free(g->logits), free(g->labels), free(g->weights), free(g->own);
}

static double number(const json_t *object, const char *name) {
    return json_number_value(json_object_get(object, name));
}

static void all_numbers_are_those_of_scikit_learn(void **state) {
    (void)state;
    golden g = load();
    for (int weighted = 0; weighted < 2; weighted++) {
        const json_t *expected = json_object_get(g.root, weighted ? "weighted" : "unweighted");
        size_t n;
        double *of = golden_numbers(json_object_get(expected, "auc_of"), &n),
               *pairs = golden_numbers(json_object_get(expected, "auc_of_pair"), &n),
               *confusion = golden_numbers(json_object_get(expected, "confusion"), &n);
        nsym_class_results r;
        nsym_known loss, accuracy;
        g.scores.weights = weighted ? g.weights : NULL;
        assert_int_equal(nsym_class_measure(&r, &g.scores), NSYM_OK);
        nsym_epoch_loss(&loss, &accuracy, &g.scores);
        assert_near(r.auc, number(expected, "auc"), 1e-13);
        assert_near(r.accuracy, number(expected, "accuracy"), 1e-13);
        assert_near(accuracy.value, r.accuracy, 1e-13);
        assert_near(loss.value, number(expected, "loss"), 1e-13);
        for (size_t i = 0; i < 4; i++) {
            assert_near(r.auc_of[i], of[i], 1e-13);
            for (size_t j = 0; j < 4; j++) {
                assert_near(r.confusion[i][j], confusion[4 * i + j], 1e-13);
                if (i != j) assert_near(r.auc_of_pair[i][j], pairs[4 * i + j], 1e-13);
                if (i == j) assert_true(isnan(r.auc_of_pair[i][j]));
            }
        }
        free(of), free(pairs), free(confusion);
    }
    unload(&g);
}

/* ---- Closed forms ---- */

static void log_odds_are_those_of_the_softmax(void **state) {
    (void)state;
    const double z[] = {0.3, -1.2, 2, 0.5};
    double p[4], sum = 0;
    nsym_class_probabilities(p, z, 4);
    for (size_t k = 0; k < 4; k++) {
        sum += p[k];
        assert_near(nsym_class_log_odds(z, 4, k), log(p[k] / (1 - p[k])), 1e-14);
    }
    assert_near(sum, 1, 1e-15);
    assert_int_equal(nsym_class_called(z, 4), 2);
    assert_int_equal(nsym_class_called((const double[]){1, 3, 3}, 3), 1); /* the first of equal ones */
}

/* All probabilities are 1 to a double, and the odds still tell the events apart. */
static void saturated_classes_keep_their_order(void **state) {
    (void)state;
    double logits[6 * CLASSES];
    const float labels[] = {0, 0, 0, 1, 2, 1};
    for (size_t i = 0; i < 6; i++) {
        double p[CLASSES], *z = logits + i * CLASSES;
        z[0] = 800, z[1] = (double)i, z[2] = -1000;
        nsym_class_probabilities(p, z, CLASSES);
        assert_true(p[0] == 1);
    }
    nsym_class_results r;
    assert_int_equal(nsym_class_measure(&r, &(nsym_class_scores){6, CLASSES, logits, labels, NULL}), NSYM_OK);
    assert_true(r.auc_of[0] == 1 && r.accuracy == 0.5);
}

/* Two classes with logits (0, z) are one logit z. */
static void two_classes_are_one_logit(void **state) {
    (void)state;
    enum { M = 50 };
    double z[M], pairs[2 * M], auc, error;
    float labels[M];
    nsym_random random = nsym_random_stream(2, "two", 0);
    for (size_t i = 0; i < M; i++) {
        labels[i] = (float)(i % 2);
        z[i] = nsym_random_normal(&random) + (double)labels[i];
        pairs[2 * i] = 0, pairs[2 * i + 1] = z[i];
    }
    nsym_class_results r;
    assert_int_equal(nsym_class_measure(&r, &(nsym_class_scores){M, 2, pairs, labels, NULL}), NSYM_OK);
    assert_int_equal(nsym_auc(&auc, &error, z, labels, NULL, M), NSYM_OK);
    assert_near(r.auc, auc, 1e-15);
    assert_near(r.auc_error, error, 1e-15);
    assert_near(r.auc_of[0], auc, 1e-15);
    assert_near(r.auc_of_pair[1][0], auc, 1e-15);
    assert_int_equal(r.events[0], M / 2);
}

/* ---- Errors ---- */

static void draw(double *logits, float *labels, double *weights, uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "classes", 0);
    for (size_t i = 0; i < N; i++) {
        labels[i] = (float)(i % CLASSES);
        for (size_t k = 0; k < CLASSES; k++)
            logits[i * CLASSES + k] = nsym_random_normal(&random) + (k == i % CLASSES ? 1 + 0.3 * (double)k : 0);
        weights[i] = 0.5 + nsym_random_uniform(&random);
    }
}

/* One of the measures. */
static nsym_status measure(int which, double *value, double *error, double *influence, const nsym_class_scores *s) {
    switch (which) {
    case 0:
        return nsym_one_vs_rest_mean(value, error, influence, s);
    case 1:
        return nsym_one_vs_rest(value, error, influence, s, 1);
    case 2:
        return nsym_one_vs_one(value, error, influence, s, 2, 0);
    case 3:
        return nsym_confusion(value, error, influence, s, 1, 2);
    case 4:
        return nsym_class_accuracy(value, error, influence, s);
    default:
        return nsym_class_brier(value, error, influence, s);
    }
}
enum { MEASURES = 6 };

static void an_error_is_that_of_the_influences(void **state) {
    (void)state;
    static double logits[N * CLASSES], weights[N], influence[N];
    static float labels[N];
    draw(logits, labels, weights, 1);
    for (int which = 0; which < MEASURES; which++)
        for (int weighted = 0; weighted < 2; weighted++) {
            const nsym_class_scores s = {N, CLASSES, logits, labels, weighted ? weights : NULL};
            double value, alone, error, squares = 0;
            assert_int_equal(measure(which, &value, &error, influence, &s), NSYM_OK);
            assert_int_equal(measure(which, &alone, NULL, NULL, &s), NSYM_OK);
            for (size_t i = 0; i < N; i++) squares += influence[i] * influence[i];
            assert_near(alone, value, 1e-15);
            assert_near(sqrt(squares) / error, 1, 1e-12);
        }
}

static void an_error_is_the_spread_over_samples(void **state) {
    (void)state;
    enum { SAMPLES = 200 };
    static double logits[N * CLASSES], weights[N];
    static float labels[N];
    double sum[MEASURES] = {0}, squares[MEASURES] = {0}, errors[MEASURES] = {0};
    for (uint64_t i = 0; i < SAMPLES; i++) {
        draw(logits, labels, weights, 10 + i);
        const nsym_class_scores s = {N, CLASSES, logits, labels, NULL};
        for (int which = 0; which < MEASURES; which++) {
            double value, error;
            assert_int_equal(measure(which, &value, &error, NULL, &s), NSYM_OK);
            sum[which] += value, squares[which] += value * value, errors[which] += error * error;
        }
    }
    for (int which = 0; which < MEASURES; which++) {
        double spread = sqrt((squares[which] - sum[which] * sum[which] / SAMPLES) / (SAMPLES - 1));
        double ratio = sqrt(errors[which] / SAMPLES) / spread; /* known to 1 / sqrt(2 x 200) = 5 % */
        if (!(fabs(ratio - 1) < 0.2)) fail_msg("measure %d: error / spread is %g", which, ratio);
    }
}

static void an_error_that_cannot_be_known_is_nan(void **state) {
    (void)state;
    const double logits[] = {1, 0, 0, 0, 1, 0, 0, 0.5, 0, 0, 0, 1, 2, 0, 0};
    const float labels[] = {0, 1, 1, 2, 0};
    nsym_class_results r;
    assert_int_equal(nsym_class_measure(&r, &(nsym_class_scores){5, CLASSES, logits, labels, NULL}), NSYM_OK);
    assert_true(r.auc == 1 && isnan(r.auc_error)); /* one event of class 2 */
    assert_true(isnan(r.auc_of_error[2]) && isfinite(r.auc_of_error[0]) && isnan(r.auc_of_pair_error[2][1]));
    assert_true(isnan(r.confusion_error[2][2]) && r.confusion_error[0][0] > 0); /* no share is known for certain */
}

/* ---- Refusals ---- */

static void refused(const nsym_class_scores *s, const char *words) {
    nsym_class_results r;
    assert_true(nsym_class_measure(&r, s) != NSYM_OK);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void scores_that_do_not_serve_are_refused(void **state) {
    (void)state;
    double logits[4 * CLASSES] = {0}, weights[] = {1, 1, 1, 1};
    float labels[] = {0, 1, 2, 1};
    refused(&(nsym_class_scores){4, 1, logits, labels, NULL}, "there are 1 classes, must be 2 to 16");
    refused(&(nsym_class_scores){4, 17, logits, labels, NULL}, "there are 17 classes");
    refused(&(nsym_class_scores){4, 2, logits, labels, NULL}, "label 2 is 2, must be 0 to 1");
    labels[3] = 0.5f;
    refused(&(nsym_class_scores){4, 3, logits, labels, NULL}, "label 3 is 0.5, must be 0 to 2");
    labels[3] = 1;
    weights[1] = INFINITY;
    refused(&(nsym_class_scores){4, 3, logits, labels, weights}, "weight 1 is inf");
    weights[1] = 1, weights[2] = 0;
    refused(&(nsym_class_scores){4, 3, logits, labels, weights}, "the weights of class 2 add up to 0");
    logits[3 * CLASSES + 1] = NAN;
    refused(&(nsym_class_scores){4, 3, logits, labels, NULL}, "the logit of class 1 of event 3 is NaN");
}

/* A pool of one epoch is that epoch; a pool of two is both samples together. */
static void pooled_epochs_are_one_sample(void **state) {
    (void)state;
    static double logits[2 * N * CLASSES], weights[2 * N];
    static float labels[2 * N];
    nsym_score_pool pools[NSYM_CLASSES_MAX] = {0};
    double first, both, alone, together;
    draw(logits, labels, weights, 3);
    draw(logits + N * CLASSES, labels + N, weights + N, 4);
    const nsym_class_scores a = {N, CLASSES, logits, labels, weights},
                            b = {N, CLASSES, logits + N * CLASSES, labels + N, weights + N},
                            all = {2 * N, CLASSES, logits, labels, weights};
    assert_int_equal(nsym_epoch_pools_new(pools, CLASSES, 2 * N), NSYM_OK);
    assert_int_equal(nsym_epoch_pools_add(&first, pools, &a), NSYM_OK);
    assert_int_equal(nsym_epoch_pools_add(&both, pools, &b), NSYM_OK);
    assert_int_equal(nsym_epoch_auc(&alone, NULL, &a), NSYM_OK);
    assert_int_equal(nsym_epoch_auc(&together, NULL, &all), NSYM_OK);
    assert_near(first, alone, 1e-14);
    assert_near(both, together, 1e-14);
    nsym_epoch_pools_free(pools);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_numbers_are_those_of_scikit_learn), cmocka_unit_test(log_odds_are_those_of_the_softmax),
        cmocka_unit_test(saturated_classes_keep_their_order),    cmocka_unit_test(two_classes_are_one_logit),
        cmocka_unit_test(an_error_is_that_of_the_influences),    cmocka_unit_test(an_error_is_the_spread_over_samples),
        cmocka_unit_test(an_error_that_cannot_be_known_is_nan),  cmocka_unit_test(scores_that_do_not_serve_are_refused),
        cmocka_unit_test(pooled_epochs_are_one_sample)};
    return cmocka_run_group_tests_name("several classes", tests, NULL, NULL);
}
