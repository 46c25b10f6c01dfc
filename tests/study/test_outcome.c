/* Numbers gathered over members, published values beside them, and the file they go to. */
#include "study/card_text.h"
#include "study/outcome.h"

#include <jansson.h>

enum { MEMBERS = 3 };

static const nsym_point small_point = {.experiment = "first",
                                       .coordinates = 2,
                                       .coordinate = {{"size", "100", true}, {"model", "1e5", false}},
                                       .members = MEMBERS,
                                       .card.train.every_epoch = true};

static const char *const keys[MEMBERS] = {"a", "b", "c"};

static nsym_ledger *new_ledger(void) {
    nsym_ledger *ledger;
    empty_folder();
    if (nsym_ledger_open(&ledger, in_folder("ledger.sqlite")) != NSYM_OK) fail_msg("%s", nsym_message());
    return ledger;
}

static void record(nsym_ledger *ledger, const char *key, const nsym_measure *measures, size_t n) {
    if (nsym_ledger_record(ledger, key, "{}", 1.5, measures, n) != NSYM_OK) fail_msg("%s", nsym_message());
}

/* auc 0.7, 0.8, 0.9 after epoch 1 and 0.5 after epoch 2; auc_final 1, 2, 6. */
static nsym_outcome gathered(nsym_ledger *ledger) {
    for (size_t m = 0; m < MEMBERS; m++) {
        const nsym_measure measures[] = {{"auc", 1, 0.7 + 0.1 * (double)m, 0, 0, NULL, 0},
                                         {"auc", 2, 0.5, 0, 0, NULL, 0},
                                         {"auc_final", 0, (double[]){1, 2, 6}[m], 0, 0, NULL, 0}};
        record(ledger, keys[m], measures, 3);
    }
    nsym_outcome outcome = {0};
    if (nsym_outcome_gather(&outcome, ledger, &small_point, keys) != NSYM_OK) fail_msg("%s", nsym_message());
    return outcome;
}

static nsym_outcome outcome_of_small_point(void) {
    nsym_ledger *ledger = new_ledger();
    nsym_outcome outcome = gathered(ledger);
    nsym_ledger_close(ledger);
    return outcome;
}

static void a_points_numbers_are_gathered_over_its_members(void **state) {
    (void)state;
    nsym_outcome outcome = outcome_of_small_point();
    assert_int_equal(outcome.count, 3);
    static const char *const metrics[] = {"auc", "auc", "auc_final"};
    static const size_t epochs[] = {1, 2, 0};
    const double means[] = {0.8, 0.5, 3}, stds[] = {0.1 * sqrt(2. / 3), 0, sqrt(14. / 3)};
    for (size_t i = 0; i < 3; i++) {
        const nsym_outcome_row *row = &outcome.result[i];
        assert_ptr_equal(row->point, &small_point);
        assert_string_equal(row->metric, metrics[i]);
        assert_true(row->number == epochs[i] && row->members == MEMBERS && !row->has_reference);
        assert_true(fabs(row->mean - means[i]) < 1e-15 && fabs(row->std - stds[i]) < 1e-15);
        assert_true(fabs(row->standard_error - stds[i] / sqrt(MEMBERS - 1)) < 1e-15);
    }
    nsym_outcome_free(&outcome);
    assert_null(outcome.result);
}

/* Members 1, 2, 6 of one test sample, known to 0.3, 0.4 and 0.5, and of a fit, to 0.1 each. */
static void an_error_is_the_sum_of_its_parts(void **state) {
    (void)state;
    nsym_point point = {.experiment = "first", .members = MEMBERS, .card.train.sampling = NSYM_EACH};
    nsym_ledger *ledger = new_ledger();
    for (size_t m = 0; m < MEMBERS; m++) {
        const nsym_measure measure = {"auc_final", 0, (double[]){1, 2, 6}[m], 0.3 + 0.1 * (double)m, 0.1, NULL, 0};
        record(ledger, keys[m], &measure, 1);
    }
    for (int bootstraps = 0; bootstraps < 2; bootstraps++) {
        nsym_outcome outcome = {0};
        point.card.train.sampling = bootstraps ? NSYM_BOOTSTRAP : NSYM_EACH;
        assert_int_equal(nsym_outcome_gather(&outcome, ledger, &point, keys), NSYM_OK);
        const nsym_error_parts *error = &outcome.result[0].error;
        double test = (0.09 + 0.16 + 0.25) / 3; /* shared: the mean does not average it away */
        assert_true(fabs(error->trainings - sqrt(7. / 3)) < 1e-14);
        assert_true(fabs(error->training_sample - (bootstraps ? sqrt(14. / 3) : 0)) < 1e-14);
        assert_true(fabs(error->test_sample - sqrt(test)) < 1e-14 && fabs(error->fit - 0.1) < 1e-14);
        double squares = bootstraps ? 7 : 7. / 3; /* a bootstrap's variance is that of one sample and one start */
        assert_true(fabs(nsym_error_total(error) - sqrt(squares + test + 0.01)) < 1e-14);
        nsym_outcome_free(&outcome);
    }
    nsym_ledger_close(ledger);
}

/* Members 1, 2, 6 on bootstraps of their own; the first two once more, 0.5 off: the start's variance is 0.125 of 7. */
static void restarts_tell_the_start_from_the_sample(void **state) {
    (void)state;
    static const char *const runs[] = {"a", "b", "c", "d", "e"};
    const double values[] = {1, 2, 6, 1.5, 1.5};
    nsym_point point = {
        .experiment = "first", .members = MEMBERS, .restarts = 2, .card.train.sampling = NSYM_BOOTSTRAP};
    nsym_ledger *ledger = new_ledger();
    for (size_t m = 0; m < 5; m++) {
        const nsym_measure measure = {"auc_final", 0, values[m], m < MEMBERS ? 0.5 : 100, 0, NULL, 0};
        record(ledger, runs[m], &measure, 1);
    }
    nsym_outcome outcome = {0};
    assert_int_equal(nsym_outcome_gather(&outcome, ledger, &point, runs), NSYM_OK);
    const nsym_outcome_row *row = outcome.result;
    assert_true(row->mean == 3 && row->members == MEMBERS && fabs(row->error.test_sample - 0.5) < 1e-14);
    assert_true(fabs(row->error.trainings - sqrt(0.125 / 3)) < 1e-14);
    assert_true(fabs(row->error.training_sample - sqrt(6.875)) < 1e-14);
    nsym_outcome_free(&outcome);
    nsym_ledger_close(ledger);
}

/* Two models whose members and draws go along: the difference is known better than either. Members differ by 1, 1.5 and
   2, draws by (0.01, 0.02); at another place of the grid there is nothing to compare with. */
static void a_difference_has_the_error_of_its_pairs(void **state) {
    (void)state;
    static const char *const others[MEMBERS] = {"d", "e", "f"};
    const nsym_coordinate compare = {"model", "plain", false};
    const nsym_point plain = {.experiment = "first",
                              .coordinates = 2,
                              .coordinate = {{"size", "100", true}, {"model", "plain", false}},
                              .members = MEMBERS,
                              .compare = compare,
                              .card.train = {.sampling = NSYM_BOOTSTRAP, .every_epoch = true}};
    nsym_point better = plain, best = plain, elsewhere = plain;
    better.coordinate[1].value = "better";
    best.coordinate[1].value = "best";
    elsewhere.coordinate[0].value = "200";
    nsym_ledger *ledger = new_ledger();
    for (size_t m = 0; m < MEMBERS; m++) {
        const double draws[] = {0.3, 0.4}, shifted[] = {0.31, 0.42}, values[] = {1, 2, 6}, shift[] = {1, 1.5, 2};
        const nsym_measure measures[] = {{"auc_final", 0, values[m], 0.5, 0, draws, 2}, {"loss", 0, 1, 0, 0, NULL, 0}},
                           more[] = {{"auc_final", 0, values[m] + shift[m], 0.5, 0, shifted, 2},
                                     {"loss", 0, 2, 0, 0, NULL, 0}};
        record(ledger, keys[m], measures, 2);
        record(ledger, others[m], more, 2);
    }
    nsym_outcome outcome = {0};
    assert_int_equal(nsym_outcome_gather(&outcome, ledger, &plain, keys), NSYM_OK);
    assert_int_equal(nsym_outcome_gather(&outcome, ledger, &better, others), NSYM_OK);
    assert_int_equal(nsym_outcome_gather(&outcome, ledger, &elsewhere, others), NSYM_OK);
    assert_int_equal(nsym_outcome_subtract(&outcome), NSYM_OK);
    assert_int_equal(outcome.count, 7); /* one difference: no draws of the loss, no base elsewhere, none of the base */
    const nsym_outcome_row *d = &outcome.result[6];
    assert_string_equal(d->metric, "auc_final_difference");
    assert_true(d->point == &better && d->members == MEMBERS && strcmp(d->minus->name, "model") == 0 &&
                strcmp(d->minus->value, "plain") == 0);
    assert_true(fabs(d->mean - 1.5) < 1e-14);
    assert_true(fabs(d->error.trainings - 0.5 / sqrt(3)) < 1e-14);
    assert_true(fabs(d->error.training_sample - 0.5 * sqrt(2. / 3)) < 1e-14);
    assert_true(fabs(d->error.test_sample - sqrt(5e-4)) < 1e-14 && d->error.fit == 0);
    nsym_outcome_free(&outcome);

    /* Two places that are not the one named: their difference is a pair's too. */
    assert_int_equal(nsym_outcome_gather(&outcome, ledger, &better, others), NSYM_OK);
    assert_int_equal(nsym_outcome_gather(&outcome, ledger, &best, keys), NSYM_OK);
    assert_int_equal(nsym_outcome_subtract(&outcome), NSYM_OK);
    assert_int_equal(outcome.count, 5);
    d = &outcome.result[4];
    assert_string_equal(d->metric, "auc_final_pair");
    assert_true(d->point == &best && strcmp(d->minus->value, "better") == 0 && fabs(d->mean + 1.5) < 1e-14);
    assert_true(fabs(d->error.test_sample - sqrt(5e-4)) < 1e-14);
    nsym_outcome_free(&outcome);
    nsym_ledger_close(ledger);
}

static void points_follow_each_other(void **state) {
    (void)state;
    static const char *const one[] = {"many"};
    const nsym_point other = {.experiment = "second", .members = 1, .card.train.every_epoch = true};
    nsym_measure measures[400];
    for (size_t i = 0; i < 400; i++) measures[i] = (nsym_measure){"loss", i + 1, 1 / (double)(i + 1), 0, 0, NULL, 0};
    nsym_ledger *ledger = new_ledger();
    nsym_outcome outcome = gathered(ledger);
    record(ledger, one[0], measures, 400);
    assert_int_equal(nsym_outcome_gather(&outcome, ledger, &other, one), NSYM_OK);
    assert_int_equal(outcome.count, 403);
    assert_true(outcome.result[2].mean == 3 && outcome.result[402].mean == 1 / 400. && outcome.result[402].std == 0);
    assert_true(outcome.result[402].standard_error == 0); /* one member */
    assert_string_equal(outcome.result[402].point->experiment, "second");
    nsym_outcome_free(&outcome);
    nsym_ledger_close(ledger);
}

static void members_that_differ_or_lack_are_told(void **state) {
    (void)state;
    const nsym_measure whole[] = {{"auc", 1, 0.5, 0, 0, NULL, 0}, {"auc", 2, 0.5, 0, 0, NULL, 0}},
                       more[] = {{"auc", 1, 0.5, 0, 0, NULL, 0},
                                 {"auc", 2, 0.5, 0, 0, NULL, 0},
                                 {"auc", 3, 0.5, 0, 0, NULL, 0}};
    const nsym_measure metric[] = {{"auc", 1, 0.5, 0, 0, NULL, 0}, {"loss", 2, 0.5, 0, 0, NULL, 0}},
                       epoch[] = {{"auc", 1, 0.5, 0, 0, NULL, 0}, {"auc", 3, 0.5, 0, 0, NULL, 0}};
    const struct {
        const nsym_measure *second;
        size_t n;
        const char *words;
    } cases[] = {{whole, 1, "member 2 of a point of first measured less"},
                 {more, 3, "member 2 of a point of first did not measure what member 1 did"},
                 {metric, 2, "member 2 of a point of first did not measure what member 1 did"},
                 {epoch, 2, "member 2 of a point of first did not measure what member 1 did"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_ledger *ledger = new_ledger();
        nsym_outcome outcome = {0};
        record(ledger, "a", whole, 2);
        record(ledger, "b", cases[i].second, cases[i].n);
        record(ledger, "c", whole, 2);
        assert_int_equal(nsym_outcome_gather(&outcome, ledger, &small_point, keys), NSYM_EFORMAT);
        assert_says(cases[i].words);
        nsym_outcome_free(&outcome);
        nsym_ledger_close(ledger);
    }
    nsym_ledger *ledger = new_ledger();
    nsym_outcome outcome = {0};
    record(ledger, "a", whole, 2);
    assert_int_not_equal(nsym_outcome_gather(&outcome, ledger, &small_point, keys), NSYM_OK);
    assert_says("b");
    nsym_outcome_free(&outcome);
    nsym_ledger_close(ledger);
}

static nsym_status compare(nsym_outcome *outcome, const char *text) {
    nsym_tree *tree;
    if (nsym_tree_parse(&tree, text, strlen(text), "reference.yaml") != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_status status = nsym_outcome_compare(outcome, tree);
    nsym_tree_free(tree);
    return status;
}

static void published_values_stand_where_metric_epoch_and_place_agree(void **state) {
    (void)state;
    static const struct {
        const char *where;
        bool agrees;
    } cases[] = {{"{}", true},
                 {"{experiment: first}", true},
                 {"{experiment: first, size: 100, model: 1e5}", true},
                 {"{size: '100'}", true},
                 {"{experiment: second}", false},
                 {"{size: 1000}", false},
                 {"{model: 100000}", false},
                 {"{recipe: plain}", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        nsym_outcome outcome = outcome_of_small_point();
        snprintf(text, sizeof text, "values:\n - {where: %s, metric: auc, epoch: [2, 7], mean: [0.4, 0.3], std: 0.1}\n",
                 cases[i].where);
        assert_int_equal(compare(&outcome, text), NSYM_OK);
        assert_true(!outcome.result[0].has_reference && !outcome.result[2].has_reference);
        assert_true(outcome.result[1].has_reference == cases[i].agrees);
        if (cases[i].agrees)
            assert_true(outcome.result[1].reference == 0.4 && outcome.result[1].reference_error == 0.1);
        nsym_outcome_free(&outcome);
    }
}

static void a_value_without_epoch_is_for_results_without(void **state) {
    (void)state;
    nsym_outcome outcome = outcome_of_small_point();
    assert_int_equal(compare(&outcome, "values: [{metric: auc_final, mean: 2}, {metric: auc, mean: 0.7}, "
                                       "{metric: auc, epoch: 1, mean: 0.6}]\n"),
                     NSYM_OK);
    assert_true(outcome.result[0].reference == 0.6 && !outcome.result[1].has_reference);
    assert_true(outcome.result[2].reference == 2 && outcome.result[2].reference_error == 0);
    nsym_outcome_free(&outcome);
}

static void a_pull_counts_both_spreads_and_the_error_twice(void **state) {
    (void)state;
    nsym_outcome outcome = outcome_of_small_point();
    assert_int_equal(compare(&outcome,
                             "citation: somebody\nvalues:\n"
                             " - {metric: auc, epoch: [1, 2], mean: [0.75, 0.5], std: [0.03, 0], error: [0.02, 0]}\n"
                             " - {metric: auc_final, mean: 2, source: a table}\n"),
                     NSYM_OK);
    double expected = (0.8 - 0.75) / sqrt(0.02 / 3 + 0.03 * 0.03 + 2 * 0.02 * 0.02);
    assert_true(fabs(outcome.result[0].pull - expected) < 1e-12);
    assert_true(outcome.result[1].has_reference && isnan(outcome.result[1].pull)); /* no spread at all: no measure */
    assert_true(fabs(outcome.result[2].pull - 1 / sqrt(14. / 3)) < 1e-12);
    nsym_outcome_free(&outcome);
}

static void lists_may_go_along_a_coordinate_of_the_grid(void **state) {
    (void)state;
    nsym_outcome outcome = outcome_of_small_point();
    assert_int_equal(compare(&outcome,
                             "values:\n"
                             " - {where: {size: [50, 100, 200]}, metric: auc_final, mean: [1, 2, 3], std: [4, 5, 6], "
                             "tolerance: 0.5}\n"
                             " - {where: {size: [50, 100]}, metric: auc, epoch: 2, mean: [0.1, 0.2]}\n"
                             " - {where: {size: [50, 200]}, metric: auc, epoch: 1, mean: 0.3}\n"),
                     NSYM_OK);
    const nsym_outcome_row *row = &outcome.result[2];
    assert_true(row->reference == 2 && row->reference_error == 5 && row->tolerance == 0.5 && !row->within);
    assert_true(outcome.result[1].reference == 0.2 && isnan(outcome.result[1].tolerance));
    assert_false(outcome.result[0].has_reference);
    nsym_outcome_free(&outcome);
}

/* Ours are a mean of 3, a standard deviation of sqrt(14/3) and a standard error of sqrt(7/3). */
static void a_standard_error_is_compared_with_ours(void **state) {
    (void)state;
    nsym_outcome outcome = outcome_of_small_point();
    assert_int_equal(compare(&outcome, "values: [{metric: auc_final, mean: 1, standard_error: 2}]\n"), NSYM_OK);
    assert_true(fabs(outcome.result[2].pull - 2 / sqrt(7. / 3 + 4)) < 1e-12);
    assert_true(outcome.result[2].of_mean && outcome.result[2].reference_error == 2);
    nsym_outcome_free(&outcome);
}

static void a_result_is_within_its_tolerance_or_better(void **state) {
    (void)state;
    static const struct {
        const char *words;
        bool within;
    } cases[] = {{"mean: 3.5, tolerance: 0.5", true},
                 {"mean: 2.5, tolerance: 0.5", true},
                 {"mean: 3.5, tolerance: 0.25", false},
                 {"mean: 3, tolerance: 0", true},
                 {"mean: 1, tolerance: 0.25, better: higher", true},
                 {"mean: 5, tolerance: 0.25, better: higher", false},
                 {"mean: 5, tolerance: 0.25, better: lower", true},
                 {"mean: 1, tolerance: 0.25, better: lower", false},
                 {"mean: 3.125, tolerance: 0.25, better: higher", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        nsym_outcome outcome = outcome_of_small_point();
        snprintf(text, sizeof text, "values: [{metric: auc_final, %s}]\n", cases[i].words);
        assert_int_equal(compare(&outcome, text), NSYM_OK);
        assert_true(outcome.result[2].within == cases[i].within);
        nsym_outcome_free(&outcome);
    }
}

/* 1 / x with the error over x squared, of the mean over members; where nothing passes there is no rejection. */
static void a_rejection_is_of_the_mean_background(void **state) {
    (void)state;
    nsym_ledger *ledger = new_ledger();
    for (size_t m = 0; m < MEMBERS; m++) {
        const nsym_measure measures[] = {{"background_efficiency", 500, (double[]){0.1, 0.2, 0.3}[m], 0.04, 0, NULL, 0},
                                         {"background_efficiency", 100, 0, 0, 0, NULL, 0},
                                         {"background_efficiency", 50, 2e-16, 0, 0, NULL, 0}}; /* 0, rounded */
        record(ledger, keys[m], measures, 3);
    }
    nsym_outcome outcome = {0};
    if (nsym_outcome_gather(&outcome, ledger, &small_point, keys) != NSYM_OK ||
        nsym_outcome_add_rejection(&outcome, &small_point) != NSYM_OK)
        fail_msg("%s", nsym_message());
    nsym_ledger_close(ledger);
    assert_int_equal(outcome.count, 4);
    const nsym_outcome_row *row = &outcome.result[3];
    assert_string_equal(row->metric, "rejection");
    assert_int_equal(row->number, 500);
    assert_true(fabs(row->mean - 5) < 1e-12);
    assert_true(fabs(row->error.test_sample - 0.04 * 25) < 1e-12);
    assert_true(fabs(row->error.trainings - 0.1 / sqrt(3) * 25) < 1e-12);
    nsym_outcome_free(&outcome);
}

/* Members that stop early have no say in what comes later; nothing else may be missing. */
static void a_training_that_stops_early_is_in_the_mean_as_long_as_it_went(void **state) {
    (void)state;
    nsym_ledger *ledger = new_ledger();
    for (size_t m = 0; m < MEMBERS; m++) { /* 2, 1 and 3 epochs */
        static const size_t epochs[] = {2, 1, 3};
        nsym_measure measures[4];
        size_t n = 0;
        for (size_t e = 1; e <= epochs[m]; e++)
            measures[n++] = (nsym_measure){.metric = "train_loss", .epoch = e, .value = (double)(m + 10 * e)};
        measures[n++] = (nsym_measure){.metric = "auc_final", .value = (double)m};
        record(ledger, keys[m], measures, n);
    }
    nsym_outcome outcome = {0};
    if (nsym_outcome_gather(&outcome, ledger, &small_point, keys) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_ledger_close(ledger);
    const double means[] = {11, 21, 1, 32}, errors[] = {1 / sqrt(3), 1, 1 / sqrt(3), 0};
    const size_t numbers[] = {1, 2, 0, 3}, members[] = {3, 2, 3, 1};
    assert_int_equal(outcome.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const nsym_outcome_row *row = &outcome.result[i];
        assert_string_equal(row->metric, i == 2 ? "auc_final" : "train_loss");
        assert_int_equal(row->number, numbers[i]);
        assert_int_equal(row->members, members[i]);
        assert_true(row->mean == means[i]);
        assert_true(fabs(row->error.trainings - errors[i]) < 1e-14);
    }
    nsym_outcome_free(&outcome);
}

static void a_curves_numbers_are_background_efficiencies(void **state) {
    (void)state;
    static const char *const one[] = {"many"};
    const nsym_point point = {.experiment = "second", .members = 1, .card.train.every_epoch = true};
    const nsym_measure measures[] = {
        {"roc", 10, 0.1, 0, 0, NULL, 0}, {"roc", 30, 0.25, 0, 0, NULL, 0}, {"roc", 500, 0.75, 0, 0, NULL, 0}};
    nsym_ledger *ledger = new_ledger();
    nsym_outcome outcome = {0};
    record(ledger, one[0], measures, 3);
    assert_int_equal(nsym_outcome_gather(&outcome, ledger, &point, one), NSYM_OK);
    nsym_ledger_close(ledger);
    assert_int_equal(compare(&outcome, "values: [{metric: roc, background: [0.03, 0.01, 0.3], mean: [0.3, 0.2, 0.4], "
                                       "standard_error: 0.1, tolerance: 0.0625}]\n"),
                     NSYM_OK);
    char *path = in_folder("results.json");
    assert_int_equal(
        nsym_outcome_write(&outcome, NULL, 0,
                           (nsym_outcome_about){.study = "small", .preset = "", .rerun = "", .cpu = "plain"}, path),
        NSYM_OK);
    json_t *root = json_load_file(path, 0, NULL), *rows = json_object_get(root, "results");
    const double backgrounds[] = {0.01, 0.03, 0.5}, references[] = {0.2, 0.3, 0};
    for (size_t i = 0; i < 3; i++) {
        const json_t *row = json_array_get(rows, i);
        assert_null(json_object_get(row, "epoch"));
        assert_true(json_number_value(json_object_get(row, "background")) == backgrounds[i]);
        assert_true(json_number_value(json_object_get(row, "reference")) == references[i]);
        assert_true((json_object_get(row, "reference_standard_error") != NULL) == (i < 2));
        assert_null(json_object_get(row, "reference_std"));
        assert_true((json_object_get(row, "within") != NULL) == (i < 2));
    }
    assert_true(json_is_false(json_object_get(json_array_get(rows, 0), "within")));
    assert_true(json_is_true(json_object_get(json_array_get(rows, 1), "within")));
    assert_true(json_number_value(json_object_get(json_array_get(rows, 1), "tolerance")) == 0.0625);
    json_decref(root);
    nsym_outcome_free(&outcome);
}

static void references_that_are_not_whole_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"values:\n - {metric: auc, epoch: [1, 2], mean: [0.7]}\n",
         "reference.yaml:2: mean has 1 entries, must have 2"},
        {"values:\n - {metric: auc, epoch: [1, 2], mean: [0.7, 0.7, 0.7]}\n", "mean has 3 entries, must have 2"},
        {"values:\n - {metric: auc, epoch: [1, 2], mean: [0.7, 0.7], std: [1]}\n", "std has 1 entries, must have 2"},
        {"values:\n - {metric: auc, epoch: [1, 2], mean: 0.7, error: []}\n", "error has 0 entries, must have 2"},
        {"values:\n - {metric: auc, mean: [0.7, 0.8]}\n", "mean has 2 entries, must have 1"},
        {"values:\n - {metric: elsewhere, epoch: [1, 2], mean: [0.7, x]}\n", "mean must be a number"},
        {"values:\n - {metric: auc, epoch: one, mean: 0.7}\n", "epoch must be a number"},
        {"values:\n - {metric: auc, mean: nan}\n", "mean must be a number"},
        {"values:\n - {metric: auc, mean: {a: 1}}\n", "mean must be a number"},
        {"values:\n - {metric: auc}\n", "needs 'metric' and 'mean'"},
        {"values:\n - {mean: 0.7}\n", "needs 'metric' and 'mean'"},
        {"values:\n - {metric: [auc], mean: 0.7}\n", "needs 'metric' and 'mean'"},
        {"values:\n - {metric: auc, mean: 0.7, wehre: {}}\n", "unknown key 'wehre' in values; did you mean 'where'?"},
        {"values:\n - {metric: auc, mean: 0.7, where: first}\n", "where must be a map"},
        {"values:\n - {metric: auc, mean: 0.7, where: [first]}\n", "where must be a map"},
        {"values:\n - {metric: auc, mean: 0.7, where: {size: {a: 1}}}\n", "where.size must be a value or a list"},
        {"values:\n - {metric: auc, mean: 0.7, where: {size: [[1]]}}\n", "where.size must be a value or a list"},
        {"values:\n - {metric: auc, mean: [0.7], where: {size: [1, 2]}}\n", "mean has 1 entries, must have 2, one for "
                                                                            "each size"},
        {"values:\n - {metric: auc, mean: 0.7, epoch: [1], where: {size: [1]}}\n", "epoch and size are both lists"},
        {"values:\n - {metric: auc, mean: 0.7, where: {size: [1], model: [a]}}\n", "size and model are both lists"},
        {"values:\n - {metric: auc, background: 0.1, mean: 0.7}\n", "auc has the coordinate 'epoch', not 'background'"},
        {"values:\n - {metric: roc, epoch: 1, mean: 0.7}\n", "roc has the coordinate 'background', not 'epoch'"},
        {"values:\n - {metric: auc, mean: 0.7, std: 1, standard_error: 1}\n", "only one of 'std' and 'standard_error'"},
        {"values:\n - {metric: auc, mean: 0.7, std: -1}\n", "std is -1, must be >= 0"},
        {"values:\n - {metric: auc, mean: 0.7, tolerance: -0.1}\n", "tolerance is -0.1, must be >= 0"},
        {"values:\n - {metric: auc, mean: 0.7, tolerance: inf}\n", "tolerance must be a number"},
        {"values:\n - {metric: auc, mean: 0.7, tolerance: 1, better: more}\n", "better"},
        {"values:\n - {metric: auc, mean: 0.7, tolerance: 1, better: [higher]}\n", "better"},
        {"values:\n - {metric: auc, mean: 0.7, better: higher}\n", "'better' needs a 'tolerance'"},
        {"values:\n - auc\n", "values"},
        {"values: 5\n", "needs a list 'values'"},
        {"citation: somebody\n", "needs a list 'values'"},
        {"valeus: []\n", "unknown key 'valeus'"},
    };
    nsym_outcome outcome = outcome_of_small_point();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_not_equal(compare(&outcome, cases[i].text), NSYM_OK);
        assert_says(cases[i].words);
    }
    nsym_outcome_free(&outcome);
}

static void results_are_written_with_their_places_and_types(void **state) {
    (void)state;
    nsym_outcome outcome = outcome_of_small_point();
    assert_int_equal(compare(&outcome, "values: [{metric: auc, epoch: [1, 2], mean: [0.75, 0.5]}]\n"), NSYM_OK);
    char sample_path[] = "samples/x.h5", scores_path[] = "scores/y.h5";
    const nsym_kept_file files[] = {{&small_point, NSYM_NONE, sample_path, false},
                                    {&small_point, 0, scores_path, false},
                                    {&small_point, NSYM_NONE, "samples/x.pictures.h5", true}};
    char *path = in_folder("results.json");
    const char *note = "size 3 uses the settings that were chosen for 2";
    const nsym_outcome_about about = {.study = "small",
                                      .preset = "quick",
                                      .rerun = "nearsym study run small",
                                      .cpu = "avx2, plain",
                                      .seconds = 12.5,
                                      .notes = &note,
                                      .note_count = 1};
    assert_int_equal(nsym_outcome_write(&outcome, files, 3, about, path), NSYM_OK);
    json_t *root = json_load_file(path, 0, NULL), *rows = json_object_get(root, "results"),
           *kept = json_object_get(root, "files");
    assert_string_equal(json_string_value(json_object_get(root, "study")), "small");
    assert_string_equal(json_string_value(json_array_get(json_object_get(root, "notes"), 0)), note);
    assert_string_equal(json_string_value(json_object_get(root, "preset")), "quick");
    assert_string_equal(json_string_value(json_object_get(root, "rerun")), "nearsym study run small");
    assert_string_equal(json_string_value(json_object_get(root, "cpu")), "avx2, plain");
    assert_true(json_number_value(json_object_get(root, "seconds")) == 12.5);
    assert_int_equal(json_array_size(rows), 3);
    for (size_t i = 0; i < 3; i++) {
        const json_t *row = json_array_get(rows, i);
        assert_string_equal(json_string_value(json_object_get(row, "experiment")), "first");
        assert_int_equal(json_integer_value(json_object_get(row, "size")), 100);
        assert_string_equal(json_string_value(json_object_get(row, "model")), "1e5"); /* a name, not a number */
        assert_int_equal(json_integer_value(json_object_get(row, "members")), MEMBERS);
        assert_true(json_real_value(json_object_get(row, "mean")) == outcome.result[i].mean); /* to the bit */
        assert_true(json_real_value(json_object_get(row, "std")) == outcome.result[i].std);
        assert_true(json_real_value(json_object_get(row, "standard_error")) == outcome.result[i].standard_error);
        assert_null(json_object_get(row, "tolerance"));
        assert_true((json_object_get(row, "epoch") != NULL) == (i < 2));
        assert_true((json_object_get(row, "reference") != NULL) == (i < 2));
        assert_true((json_object_get(row, "pull") != NULL) == (i == 0));
    }
    assert_int_equal(json_array_size(kept), 3);
    assert_null(json_object_get(json_array_get(kept, 0), "pictures"));
    assert_true(json_is_true(json_object_get(json_array_get(kept, 2), "pictures")));
    assert_null(json_object_get(json_array_get(kept, 0), "member"));
    assert_int_equal(json_integer_value(json_object_get(json_array_get(kept, 1), "member")), 0);
    assert_string_equal(json_string_value(json_object_get(json_array_get(kept, 1), "path")), scores_path);
    json_decref(root);
    assert_int_equal(
        nsym_outcome_write(&outcome, files, 2,
                           (nsym_outcome_about){.study = "small", .preset = "", .rerun = "", .cpu = "plain"},
                           in_folder("none/results.json")),
        NSYM_EIO);
    assert_says("none/results.json");
    nsym_outcome_free(&outcome);
}

static void the_published_studies_references_are_whole(void **state) {
    (void)state;
    static const char *const references[] = {NSYM_SOURCE_DIR "/studies/approximate-invariance/reference.yaml",
                                             NSYM_SOURCE_DIR "/studies/encouraged-invariance/reference.yaml"};
    for (size_t i = 0; i < 2; i++) {
        nsym_tree *tree;
        nsym_outcome outcome = {0};
        if (nsym_tree_read(&tree, references[i]) != NSYM_OK) fail_msg("%s", nsym_message());
        if (nsym_outcome_compare(&outcome, tree) != NSYM_OK) fail_msg("%s", nsym_message());
        nsym_tree_free(tree);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_points_numbers_are_gathered_over_its_members),
        cmocka_unit_test(an_error_is_the_sum_of_its_parts),
        cmocka_unit_test(restarts_tell_the_start_from_the_sample),
        cmocka_unit_test(a_difference_has_the_error_of_its_pairs),
        cmocka_unit_test(points_follow_each_other),
        cmocka_unit_test(members_that_differ_or_lack_are_told),
        cmocka_unit_test(published_values_stand_where_metric_epoch_and_place_agree),
        cmocka_unit_test(a_value_without_epoch_is_for_results_without),
        cmocka_unit_test(a_pull_counts_both_spreads_and_the_error_twice),
        cmocka_unit_test(lists_may_go_along_a_coordinate_of_the_grid),
        cmocka_unit_test(a_standard_error_is_compared_with_ours),
        cmocka_unit_test(a_result_is_within_its_tolerance_or_better),
        cmocka_unit_test(a_rejection_is_of_the_mean_background),
        cmocka_unit_test(a_training_that_stops_early_is_in_the_mean_as_long_as_it_went),
        cmocka_unit_test(a_curves_numbers_are_background_efficiencies),
        cmocka_unit_test(references_that_are_not_whole_are_refused),
        cmocka_unit_test(results_are_written_with_their_places_and_types),
        cmocka_unit_test(the_published_studies_references_are_whole),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
