/* Successive halving: which tries go on, for how long, and that nothing hangs on who trained them when. */
#include "study/calorimeter_card.h"
#include "study/results_of.h"
#include "study/rungs.h"

#include <jansson.h>
#include <math.h>

static const char halving[] =
    "experiments={a: {members: 2, set: {split.folds: 3}, grid: {model: [fcn, pfn], train.size: 40}, search: {method: "
    "halving, tries: 9, space: {train.learning_rate: [0.1, 0.01, 0.001], train.batch: [12, 24, 48]}}}}";

static nsym_grid grid_of(const nsym_tree *card) {
    nsym_grid grid;
    if (nsym_grid_new(&grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
    return grid;
}

static void rungs_are_as_long_as_tries_and_epochs_allow(void **state) {
    (void)state;
    static const struct {
        size_t tries, reduction, min_epochs, epochs, rungs, rung_epochs[4];
    } cases[] = {{9, 3, 1, 9, 3, {1, 3, 9}},          {9, 3, 1, 40, 3, {5, 14, 40}}, {9, 3, 5, 40, 2, {14, 40}},
                 {9, 3, 4, 40, 3, {5, 14, 40}},       {3, 3, 1, 9, 2, {3, 9}},       {8, 3, 1, 9, 2, {3, 9}},
                 {9, 2, 1, 100, 4, {13, 25, 50, 100}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char setting[400];
        snprintf(
            setting, sizeof setting,
            "experiments={a: {set: {split.folds: 3, train.epochs: %zu}, grid: {model: fcn}, search: {method: "
            "halving, tries: %zu, reduction: %zu, min_epochs: %zu, space: {train.learning_rate: [0.1, 0.01, 0.001], "
            "train.batch: [12, 24, 48]}}}}",
            cases[i].epochs, cases[i].tries, cases[i].reduction, cases[i].min_epochs);
        nsym_tree *card = opened(calorimeter_card, NULL, (const char *const[]){setting, NULL});
        nsym_grid grid = grid_of(card);
        assert_int_equal(grid.points, cases[i].tries * cases[i].rungs);
        assert_int_equal(nsym_rungs_most(&grid), cases[i].rungs);
        for (size_t p = 0; p < grid.points; p++) {
            const nsym_point *point = &grid.point[p];
            size_t rung = p % cases[i].rungs;
            char name[24];
            snprintf(name, sizeof name, "%zu", rung + 1);
            assert_int_equal(point->rung, rung);
            assert_string_equal(nsym_point_value(point, "rung"), name);
            assert_int_equal(point->card.train.epochs, cases[i].rung_epochs[rung]);
            assert_true(point->waits == (rung > 0));
            assert_true(rung == 0 || strcmp(point->key, point[-1].key) != 0);
        }
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
}

/* Adds what a try of a model measured on a rung. */
static void measured(nsym_outcome *results, const nsym_grid *grid, const char *model, size_t candidate, size_t rung,
                     const char *metric, double mean) {
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_point *point = &grid->point[i];
        if (strcmp(point->model, model) != 0 || point->rung != rung ||
            strtoul(nsym_point_value(point, "candidate"), NULL, 10) != candidate)
            continue;
        nsym_outcome_row row = {.point = point, .mean = mean, .members = 2};
        assert_int_equal(nsym_outcome_add(results, &row, metric), NSYM_OK);
    }
}

/* The candidates of a model that are on a rung: "4 7 9". */
static const char *on_rung(const nsym_grid *grid, const char *model, size_t rung) {
    static char text[100];
    text[0] = '\0';
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_point *point = &grid->point[i];
        if (strcmp(point->model, model) != 0 || point->rung != rung || point->waits) continue;
        strcat(text, text[0] ? " " : "");
        strcat(text, nsym_point_value(point, "candidate"));
    }
    return text;
}

/* One in three, of equal ones the first, those that diverged never; every place of the grid for itself. */
static void the_best_go_on(void **state) {
    (void)state;
    static const double auc[] = {0.5, 0.7, 0.9, 0.6, 0.7, 0.8, 0.55, 0.7, 0.4};
    for (int by_loss = 0; by_loss < 2; by_loss++) {
        const char *metric = by_loss ? "validation_loss" : "validation_auc";
        nsym_tree *card = opened(calorimeter_card, NULL,
                                 (const char *const[]){halving, "train.epochs=9",
                                                       by_loss ? "experiments.a.search.metric=validation_loss"
                                                               : "experiments.a.search.metric=validation_auc",
                                                       NULL});
        nsym_grid grid = grid_of(card);
        nsym_outcome results = {0};
        size_t on, of;
        for (size_t c = 1; c <= 9; c++) {
            double value = by_loss ? 1 - auc[c - 1] : auc[c - 1];
            measured(&results, &grid, "fcn", c, 0, metric, value);
            measured(&results, &grid, "pfn", c, 0, c < 8 ? nsym_diverged : metric, value);
        }
        assert_int_equal(nsym_rungs_climb(&grid, &results, 0, &on, &of), NSYM_OK);
        assert_true(on == 5 && of == 11);
        assert_string_equal(on_rung(&grid, "fcn", 1), "2 3 6");
        assert_string_equal(on_rung(&grid, "pfn", 1), "8 9");
        measured(&results, &grid, "fcn", 2, 1, metric, by_loss ? 0.1 : 0.9);
        measured(&results, &grid, "fcn", 3, 1, metric, by_loss ? 0.2 : 0.8);
        measured(&results, &grid, "fcn", 6, 1, metric, by_loss ? 0.1 : 0.9);
        assert_int_equal(nsym_rungs_climb(&grid, &results, 1, &on, &of), NSYM_OK);
        assert_string_equal(on_rung(&grid, "fcn", 2), "2");
        assert_string_equal(on_rung(&grid, "pfn", 2), ""); /* nothing was measured on rung 1 */
        nsym_outcome_free(&results);
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
}

static bool (*stop_at)(void);
static size_t asked;

static bool at_the_thirtieth_epoch(void) {
    return ++asked == 30;
}

static nsym_status run(const char *name, size_t jobs, const char *const *set) {
    return run_calorimeter(name, jobs, set, stop_at);
}

/* New: the results of a folder. */
static json_t *ran(const char *name, size_t jobs, const char *const *set) {
    if (run(name, jobs, set) != NSYM_OK) fail_msg("%s", nsym_message());
    return results_of(name);
}

/* The results of a metric that have these texts or numbers for two coordinates; how many there are, and the last's
   mean. */
static size_t count_rows(json_t *results, const char *metric, const char *a, double at_a, const char *b, double at_b,
                         double *mean) {
    size_t i, n = 0;
    json_t *row;
    json_array_foreach(results, i, row) {
        const json_t *x = json_object_get(row, a), *y = json_object_get(row, b);
        if (strcmp(json_string_value(json_object_get(row, "metric")), metric) != 0) continue;
        if (!x || !y || json_number_value(x) != at_a || json_number_value(y) != at_b) continue;
        if (strcmp(json_string_value(json_object_get(row, "model")), "fcn") != 0) continue;
        if (mean) *mean = json_number_value(json_object_get(row, "mean"));
        n++;
    }
    return n;
}

static const char *const set[] = {halving, "train.epochs=9", NULL};

static void rungs_are_trained_for_those_that_go_on(void **state) {
    (void)state;
    json_t *results = ran("whole", 1, set), *two = ran("two", 2, set);
    static const size_t tries[] = {9, 3, 1};
    assert_true(json_equal(results, two));
    for (size_t rung = 0; rung < 3; rung++) {
        size_t n = 0;
        for (size_t c = 1; c <= 9; c++)
            n += count_rows(results, "validation_auc", "candidate", (double)c, "rung", (double)rung + 1, NULL);
        assert_int_equal(n, tries[rung]);
    }
    json_decref(results);
    json_decref(two);
}

static void a_search_that_was_stopped_climbs_on(void **state) {
    (void)state;
    stop_at = at_the_thirtieth_epoch; /* the first rung has 36: 2 members, 2 models, 9 tries */
    assert_int_equal(run("stopped", 1, set), NSYM_EINTERRUPTED);
    asked = 0;
    assert_int_equal(run("stopped", 1, set), NSYM_EINTERRUPTED); /* on the next */
    stop_at = NULL;
    json_t *whole = ran("whole", 1, set), *results = ran("stopped", 1, set);
    assert_true(json_equal(whole, results));
    json_decref(whole);
    json_decref(results);
}

/* The last rung is a training in full: what a random search finds of the same try. */
static void the_last_rung_is_the_training_in_full(void **state) {
    (void)state;
    json_t *halved = ran("whole", 1, set),
           *whole = ran("random", 1,
                        (const char *const[]){halving, "train.epochs=9", "experiments.a.search.method=random", NULL});
    size_t n = 0;
    for (size_t c = 1; c <= 9; c++) {
        double ours, other;
        if (!count_rows(halved, "validation_auc", "candidate", (double)c, "rung", 3, &ours)) continue;
        assert_int_equal(count_rows(whole, "validation_auc", "candidate", (double)c, "size", 40, &other), 1);
        assert_true(ours == other);
        n++;
    }
    assert_int_equal(n, 1);
    json_decref(halved);
    json_decref(whole);
}

static void what_was_chosen_is_written_and_told(void **state) {
    (void)state;
    char path[512];
    nsym_tree *chosen;
    json_t *results = ran("whole", 1, set), *row;
    size_t i, told = 0;
    double mean = NAN;
    snprintf(path, sizeof path, "%s/chosen.yaml", in_folder("whole"));
    assert_int_equal(nsym_tree_read(&chosen, path), NSYM_OK);
    const nsym_node *entry = nsym_node_at(chosen->root, "values")->child[0];
    assert_string_equal(nsym_node_at(entry, "tries")->text, "9");
    assert_string_equal(nsym_node_at(entry, "rungs")->text, "3");
    assert_null(nsym_node_at(entry, "where.candidate"));
    assert_null(nsym_node_at(entry, "where.rung"));
    for (size_t c = 1; c <= 9; c++)
        (void)count_rows(results, "validation_auc", "candidate", (double)c, "rung", 3, &mean);
    assert_true(fabs(atof(nsym_node_at(entry, "mean")->text) - mean) < 1e-4);
    json_array_foreach(results, i, row) {
        const char *words = json_string_value(json_object_get(row, "chosen"));
        if (!words || strcmp(json_string_value(json_object_get(row, "model")), "fcn") != 0) continue;
        char expected[100];
        snprintf(expected, sizeof expected, "learning_rate %s, batch %s, epochs %s",
                 nsym_node_at(entry, "set.train.learning_rate")->text, nsym_node_at(entry, "set.train.batch")->text,
                 nsym_node_at(entry, "set.train.epochs")->text);
        assert_string_equal(words, expected);
        assert_string_equal(json_string_value(json_object_get(row, "place")), "model fcn; size 40");
        double value = json_number_value(json_object_get(row, "mean"));
        const char *metric = json_string_value(json_object_get(row, "metric"));
        assert_true(strcmp(metric, "validation_auc") != 0 || value == mean);
        assert_true(strcmp(metric, "tries") != 0 || value == 9);
        told++;
    }
    assert_int_equal(told, 3); /* validation_auc, best_epoch, tries */
    nsym_tree_free(chosen);
    json_decref(results);
}

/* A learning rate of 1000 with a decay of 10 multiplies every weight by -10^4 a step. */
static void a_try_that_diverges_is_no_choice(void **state) {
    (void)state;
    static const char *const wild[] = {
        "experiments={a: {members: 2, set: {split.folds: 3}, grid: {model: fcn, train.size: 40}, search: {tries: 2, "
        "space: {train.learning_rate: [1000, 0.01]}}}}",
        "train.weight_decay=10", "train.epochs=20", NULL};
    char path[512];
    nsym_tree *chosen;
    json_t *results = ran("wild", 2, wild), *row;
    size_t i, diverged = 0;
    json_array_foreach(results, i, row) {
        bool wildly = json_object_get(row, "settings") &&
                      strcmp(json_string_value(json_object_get(row, "settings")), "learning_rate 1000") == 0;
        bool says = strcmp(json_string_value(json_object_get(row, "metric")), nsym_diverged) == 0;
        if (strcmp(json_string_value(json_object_get(row, "metric")), "inputs") == 0) continue; /* of the card */
        assert_true(wildly == says);
        diverged += says;
        if (says) assert_true(json_number_value(json_object_get(row, "mean")) == 1);
    }
    assert_int_equal(diverged, 1);
    snprintf(path, sizeof path, "%s/chosen.yaml", in_folder("wild"));
    assert_int_equal(nsym_tree_read(&chosen, path), NSYM_OK);
    assert_string_equal(nsym_node_at(chosen->root, "values")->child[0]->child[1]->child[0]->text, "0.01");
    nsym_tree_free(chosen);
    json_decref(results);
    assert_int_equal(run("all_wild", 2,
                         (const char *const[]){wild[0], wild[1], wild[2],
                                               "experiments.a.search.space={train.learning_rate: [1000]}", NULL}),
                     NSYM_OK); /* there is no choice, and all the rest is kept */
    snprintf(path, sizeof path, "%s/chosen.yaml", in_folder("all_wild"));
    assert_int_equal(nsym_tree_read(&chosen, path), NSYM_OK);
    assert_int_equal(nsym_node_at(chosen->root, "values")->count, 0);
    nsym_tree_free(chosen);
    assert_int_equal(run("no_search", 2,
                         (const char *const[]){"experiments={a: {grid: {model: fcn, train.learning_rate: 1000}}}",
                                               wild[1], wild[2], NULL}),
                     NSYM_ENUMERIC); /* a training that nobody searches by is refused as ever */
}

static void halving_that_would_do_nothing_is_refused(void **state) {
    (void)state;
#define SEARCH(search) "experiments={a: {set: {split.folds: 3}, grid: {model: fcn}, search: " search "}}"
    static const char *const cases[][2] = {
        {SEARCH("{method: halving, tries: 2, space: {train.batch: [12, 24]}}"), "has only one rung; take more"},
        {SEARCH("{method: halving, min_epochs: 5, space: {train.batch: [12, 24, 36]}}"), "has only one rung"},
        {SEARCH("{method: halving, reduction: 1, space: {train.batch: [12, 24, 36]}}"), "search.reduction is 1"},
        {SEARCH("{method: halving, space: {train.epochs: [12, 24, 36]}}"),
         "train.epochs is in search.space, but with search.method: halving the rungs set the epochs"},
        {SEARCH("{method: halving, space: {models.fcn.epochs: [12, 24, 36]}}"), "models.fcn.epochs is in search.space"},
        {SEARCH("{reduction: 3, space: {train.batch: [12, 24, 36]}}"),
         "unknown key 'reduction' in search: the search's method is random, and it is for halving"},
        {SEARCH("{min_epochs: 3, space: {train.batch: [12, 24, 36]}}"), "unknown key 'min_epochs' in search"},
        {SEARCH("{method: halvign, space: {train.batch: [12, 24, 36]}}"), "did you mean 'halving'?"},
    };
#undef SEARCH
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_grid grid;
        nsym_tree *card = opened(calorimeter_card, NULL, (const char *const[]){"train.epochs=9", cases[i][0], NULL});
        nsym_status status = nsym_grid_new(&grid, card);
        nsym_tree_free(card);
        if (status == NSYM_OK) fail_msg("%s is not refused", cases[i][0]);
        assert_says(cases[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rungs_are_as_long_as_tries_and_epochs_allow),
        cmocka_unit_test(the_best_go_on),
        cmocka_unit_test(rungs_are_trained_for_those_that_go_on),
        cmocka_unit_test(a_search_that_was_stopped_climbs_on),
        cmocka_unit_test(the_last_rung_is_the_training_in_full),
        cmocka_unit_test(what_was_chosen_is_written_and_told),
        cmocka_unit_test(a_try_that_diverges_is_no_choice),
        cmocka_unit_test(halving_that_would_do_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
