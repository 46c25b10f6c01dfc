/* What a card says of several classes, what they cannot be together with, and results that stand at classes. */
#include "study/card_text.h"
#include "study/coordinates.h"
#include "study/outcome.h"
#include "study/searches.h"

#include <jansson.h>

static const char several[] = "data: {file: jets.h5}\n"
                              "labels: {classes: [light, c, b]}\n"
                              "split: {validation: 0.2, order: last}\n"
                              "models:\n"
                              "  f: {kind: fcn, event: columns, columns: [a, b], hidden: [4]}\n"
                              "  p: {kind: pfn, particles: objects, latent: 4}\n"
                              "experiments:\n"
                              "  e: {keep: true, grid: {model: [f, p]}}\n";

static nsym_run_card read_as(nsym_tree **tree, const char *set) {
    nsym_run_card card;
    *tree = opened(several, NULL, (const char *const[]){set, NULL});
    if (nsym_card_read(&card, *tree, "p") != NSYM_OK) fail_msg("%s", nsym_message());
    return card;
}

static char *key_of(const nsym_run_card *card, bool data_only) {
    char *key;
    assert_int_equal(nsym_card_key(&key, card, data_only), NSYM_OK);
    return key;
}

static void names_say_how_many_classes_there_are(void **state) {
    (void)state;
    static const struct {
        const char *set;
        size_t classes, outputs;
    } cases[] = {{NULL, 3, 3}, {"labels.classes=[background, signal]", 2, 1}, {"labels={}", 2, 1}};
    for (size_t i = 0; i < 3; i++) {
        nsym_tree *tree;
        nsym_run_card card = read_as(&tree, cases[i].set);
        assert_int_equal(nsym_classes_of(&card.data), cases[i].classes);
        assert_int_equal(nsym_model_outputs(&card.spec), cases[i].outputs);
        assert_int_equal(card.data.split.classes, cases[i].outputs == 1 ? 0 : 3);
        nsym_tree_free(tree);
    }
}

/* Names are the report's; two of them leave the keys of two classes as they are. */
static void a_key_has_the_number_of_classes_not_their_names(void **state) {
    (void)state;
    static const char *const sets[] = {"labels={}", "labels.classes=[background, signal]", NULL,
                                       "labels.classes=[u, c, b]", "labels.classes=[u, c, b, t]"};
    for (int data_only = 0; data_only < 2; data_only++) {
        char *key[5];
        for (size_t i = 0; i < 5; i++) {
            nsym_tree *tree;
            nsym_run_card card = read_as(&tree, sets[i]);
            key[i] = key_of(&card, data_only);
            nsym_tree_free(tree);
        }
        assert_string_equal(key[0], key[1]);
        assert_string_equal(key[2], key[3]);
        assert_string_not_equal(key[0], key[2]);
        assert_string_not_equal(key[3], key[4]);
        assert_null(strstr(key[0], "classes"));
        for (size_t i = 0; i < 5; i++) free(key[i]);
    }
}

static void refused(const char *set, const char *words) {
    nsym_run_card card;
    nsym_tree *tree = opened(several, NULL, (const char *const[]){set, NULL});
    if (nsym_card_read(&card, tree, "p") == NSYM_OK) fail_msg("%s is taken", set);
    assert_says(words);
    nsym_tree_free(tree);
}

static void what_several_classes_cannot_be_is_refused(void **state) {
    (void)state;
    refused("labels.classes=[light]", "labels.classes has 1 names, must have 2 to 16");
    refused("labels.classes=[a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q]", "labels.classes has 17 names, must have 2 to 16");
    refused("labels.classes=[a, b, a]", "labels.classes names 'a' twice, classes 0 and 2");
    refused("labels.classes=[a, b, a_name_of_more_than_thirty_letters]", "must have 1 to 30 letters");
    refused("labels.from=mixtures", "labels.from makes labels of two classes itself");
    refused("labels.from=truth", "labels.from makes labels of two classes itself");
    refused("splot.mass=[70, 110]",
            "names 3 classes, and splot.mass is for scores of signal against background; keep one");
    refused("weights.reweight.binning=equal", "weights.reweight is for signal and background");
    refused("weights.flatten=4", "weights.flatten is for two classes");
    refused("weights.kde=described", "weights.kde is for two classes");
    refused("data={generate: showers}", "names 3 classes, and built-in events have two classes");
    refused("models.p={kind: column, column: a}",
            "a model of kind column gives one score per event, but labels.classes names 3 classes");
}

static void grid_refused(const char *set, const char *words) {
    nsym_grid grid;
    nsym_tree *tree = opened(several, NULL, (const char *const[]){set, NULL});
    if (nsym_grid_new(&grid, tree) == NSYM_OK) fail_msg("%s is taken", set);
    assert_says(words);
    nsym_tree_free(tree);
}

static void a_search_by_one_score_is_refused(void **state) {
    (void)state;
    char file[600];
    nsym_grid grid;
    nsym_searches searches;
    write_bytes(in_folder("jets.h5"), "file", 4);
    snprintf(file, sizeof file, "data.file=%s", in_folder("jets.h5"));
    nsym_tree *tree =
        opened(several, NULL,
               (const char *const[]){file, "searches={s: {kind: forward, experiment: e, start: f, candidates: [c, d]}}",
                                     NULL});
    if (nsym_grid_new(&grid, tree) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(nsym_searches_read(&searches, tree, &grid) != NSYM_OK);
    assert_says("searches.s needs networks with one score per event, but labels.classes names 3 classes");
    nsym_grid_free(&grid);
    nsym_tree_free(tree);
}

static void what_needs_one_score_is_refused(void **state) {
    (void)state;
    grid_refused("experiments.e.ado=true", "experiments.e.ado compares networks with one score per event");
    grid_refused("experiments.e={grid: {model: [f]}, set: {split.folds: 2, split.validation: 0}, search: {metric: "
                 "signal_efficiency, space: {train.batch: [16, 32]}}}",
                 "search.metric is signal_efficiency, which needs two classes, but labels.classes names 3");
}

/* ---- Results that stand at classes ---- */

static nsym_point point_of(void) {
    nsym_point point = {.experiment = "e", .coordinates = 1, .coordinate = {{"model", "p", false}}, .members = 1};
    strcpy(point.card.data.labels.classes, "light,c,b");
    return point;
}

static void add(nsym_outcome *outcome, const nsym_point *point, const char *metric, size_t number, double mean) {
    const nsym_outcome_row row = {.point = point, .number = number, .mean = mean, .members = 1, .tolerance = NAN};
    assert_int_equal(nsym_outcome_add(outcome, &row, metric), NSYM_OK);
}

/* One result of each metric that has classes, of class 2 (b) against or called 1 (c). */
static nsym_outcome outcome_of(const nsym_point *point) {
    nsym_outcome outcome = {0};
    add(&outcome, point, "auc_of_class", nsym_class_number(2, 0), 0.9);
    add(&outcome, point, "auc_between", nsym_class_number(2, 1), 0.8);
    add(&outcome, point, "confusion", nsym_class_number(2, 1), 0.7);
    add(&outcome, point, "roc_of_class", nsym_class_number(2, 50), 0.6);
    add(&outcome, point, "auc_of_class_difference", nsym_class_number(0, 0), 0.1);
    return outcome;
}

static const char *text_of(const json_t *rows, size_t row, const char *key) {
    return json_string_value(json_object_get(json_array_get(rows, row), key));
}

static void results_have_the_names_of_their_classes(void **state) {
    (void)state;
    const nsym_point point = point_of();
    nsym_outcome outcome = outcome_of(&point);
    const nsym_outcome_about about = {.study = "", .preset = "", .rerun = "", .cpu = ""};
    empty_folder();
    assert_int_equal(nsym_outcome_write(&outcome, NULL, 0, about, in_folder("results.json")), NSYM_OK);
    json_t *root = json_load_file(in_folder("results.json"), 0, NULL), *rows = json_object_get(root, "results");
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(text_of(rows, i, "class"), i == 4 ? "light" : "b");
        assert_null(json_object_get(json_array_get(rows, i), "epoch"));
    }
    assert_string_equal(text_of(rows, 1, "against"), "c");
    assert_string_equal(text_of(rows, 2, "called"), "c");
    assert_null(text_of(rows, 0, "against"));
    assert_true(json_number_value(json_object_get(json_array_get(rows, 3), "background")) == 0.05);
    json_decref(root);
    nsym_outcome_free(&outcome);
}

static void published_values_may_name_classes(void **state) {
    (void)state;
    static const char *const values[] = {"metric: auc_of_class, where: {model: p, class: b}",
                                         "metric: auc_between, where: {class: b, against: c}",
                                         "metric: confusion, where: {class: b, called: c}",
                                         "metric: roc_of_class, where: {class: b}, background: 0.05",
                                         "metric: auc_of_class, where: {class: c}",
                                         "metric: auc_of_class, where: {model: p}",
                                         "metric: auc_between, where: {class: b}",
                                         "metric: roc_of_class, where: {class: b}, background: 0.1"};
    const nsym_point point = point_of();
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        char text[256];
        nsym_tree *tree;
        nsym_outcome outcome = outcome_of(&point);
        snprintf(text, sizeof text, "values: [{%s, mean: 0.5, tolerance: 1}]\n", values[v]);
        assert_int_equal(nsym_tree_read(&tree, card_file(text)), NSYM_OK);
        if (nsym_outcome_compare(&outcome, tree) != NSYM_OK) fail_msg("%s", nsym_message());
        for (size_t i = 0; i < outcome.count; i++) assert_int_equal(outcome.result[i].has_reference, i == v && v < 4);
        nsym_outcome_free(&outcome);
        nsym_tree_free(tree);
    }
    nsym_tree *tree;
    nsym_outcome outcome = outcome_of(&point);
    assert_int_equal(nsym_tree_read(&tree, card_file("values: [{metric: confusion, epoch: 3, mean: 1}]\n")), NSYM_OK);
    assert_true(nsym_outcome_compare(&outcome, tree) != NSYM_OK);
    assert_says("confusion has the coordinate 'class', not 'epoch'");
    nsym_outcome_free(&outcome);
    nsym_tree_free(tree);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_say_how_many_classes_there_are),
                                       cmocka_unit_test(a_key_has_the_number_of_classes_not_their_names),
                                       cmocka_unit_test(what_several_classes_cannot_be_is_refused),
                                       cmocka_unit_test(what_needs_one_score_is_refused),
                                       cmocka_unit_test(a_search_by_one_score_is_refused),
                                       cmocka_unit_test(results_have_the_names_of_their_classes),
                                       cmocka_unit_test(published_values_may_name_classes)};
    return cmocka_run_group_tests_name("a card of several classes", tests, make_folder, remove_folder);
}
