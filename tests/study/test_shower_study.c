/* A small calorimeter study from its card to its results, stopped, continued, searched. */
#include "sources/sample.h"
#include "study/calorimeter_card.h"
#include "study/grid.h"
#include "study/results_of.h"
#include <nearsym/generate/showers.h>
#include <nearsym/predict.h>
#include <nearsym/stats.h>

#include <glob.h>
#include <jansson.h>

static bool (*stop_at)(void);
static size_t asked;

static bool at_the_third_epoch(void) {
    return ++asked == 3;
}

static nsym_status run(const char *name, size_t jobs, const char *const *set) {
    return run_calorimeter(name, jobs, set, stop_at);
}

static json_t *ran(const char *name, size_t jobs, const char *const *set) {
    if (run(name, jobs, set) != NSYM_OK) fail_msg("%s", nsym_message());
    return results_of(name);
}

/* The row of a model's metric, at a background where that is above 0; NULL: none. Borrowed. */
static json_t *row_of(json_t *results, const char *model, const char *metric, double background) {
    size_t i;
    json_t *row;
    json_array_foreach(results, i, row) {
        json_t *at = json_object_get(row, "background");
        if (strcmp(json_string_value(json_object_get(row, "model")), model) == 0 &&
            strcmp(json_string_value(json_object_get(row, "metric")), metric) == 0 &&
            (background > 0 ? fabs(json_number_value(at) - background) < 1e-12 : !at))
            return row;
    }
    return NULL;
}

static double value_of(json_t *results, const char *model, const char *metric, double background) {
    json_t *row = row_of(results, model, metric, background);
    if (!row) fail_msg("%s has no %s at %g", model, metric, background);
    return json_number_value(json_object_get(row, "mean"));
}

static const char measured[] = "measure={events: 5, rotations: 4}";
enum { TESTS = 50, MEASURED = 5, TURNS = 4, ROWS = TESTS + MEASURED * TURNS };

static const char all_models[] = "experiments={a: {grid: {model: [fcn, image, pfn, limit]}}}";

static void every_model_measures_its_curve(void **state) {
    (void)state;
    static const char *const set[] = {all_models, measured, NULL};
    static const char *const models[] = {"fcn", "image", "pfn", "limit"};
    static const double backgrounds[] = {0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2,
                                         0.25,  0.3,   0.4,  0.5,  0.6,  0.7, 0.8,  0.9};
    json_t *results = ran("curves", 1, set);
    for (size_t m = 0; m < 4; m++) {
        double auc = value_of(results, models[m], "auc_final", 0), last = 0;
        assert_true(auc > 0 && auc < 1);
        for (size_t k = 0; k < 16; k++) {
            double tpr = value_of(results, models[m], "roc", backgrounds[k]);
            assert_true(tpr >= last && tpr <= 1);
            assert_null(json_object_get(row_of(results, models[m], "roc", backgrounds[k]), "epoch"));
            last = tpr;
        }
        assert_true(value_of(results, models[m], "signal_efficiency", 0) == value_of(results, models[m], "roc", 0.5));
        assert_null(row_of(results, models[m], "auc_best", 0)); /* nothing was measured epoch by epoch */
        if (m == 3)
            assert_null(row_of(results, models[m], "rotation_spread", 0));
        else
            assert_true(value_of(results, models[m], "rotation_spread", 0) > 0);
    }
    json_decref(results);
    results = ran("plain", 1, (const char *const[]){all_models, NULL});
    assert_null(row_of(results, "fcn", "rotation_spread", 0)); /* not asked for */
    json_decref(results);
}

static void a_column_is_a_score_like_any(void **state) {
    (void)state;
    static const char *const set[] = {"experiments={a: {grid: {model: limit}}}", NULL};
    json_t *results = ran("column", 1, set);
    nsym_tree *tree;
    nsym_sample sample;
    nsym_run_card card = read_set(&tree, "limit", NULL);
    assert_int_equal(nsym_sample_load(&sample, &card.data, 2, NULL), NSYM_OK);
    float labels[50];
    double scores[50];
    double auc;
    for (size_t i = 0; i < 50; i++) {
        scores[i] = nsym_events_column(sample.events, "log_ratio")->values[180 + i];
        labels[i] = (float)nsym_events_column(sample.events, "label")->values[180 + i];
    }
    assert_int_equal(nsym_auc(&auc, NULL, scores, labels, NULL, 50), NSYM_OK);
    assert_true(fabs(value_of(results, "limit", "auc_final", 0) - auc) < 1e-12);
    nsym_sample_free(&sample);
    nsym_tree_free(tree);
    json_decref(results);
    assert_int_not_equal(run("column", 1, (const char *const[]){set[0], "models.limit.column=mass", NULL}), NSYM_OK);
    assert_says("showers has no column 'mass', and it is not among the card's observables");
}

static const char *const several[] = {"experiments={a: {grid: {model: [fcn, pfn, limit], train.invariance: [0, 1]}}}",
                                      "members=2", "train.epochs=2", NULL};

static void jobs_change_nothing(void **state) {
    (void)state;
    json_t *one = ran("one", 1, several), *two = ran("two", 2, several);
    assert_true(json_equal(one, two));
    json_decref(one);
    json_decref(two);
}

static void a_study_that_was_stopped_goes_on(void **state) {
    (void)state;
    stop_at = at_the_third_epoch;
    assert_int_equal(run("stopped", 1, several), NSYM_EINTERRUPTED);
    stop_at = NULL;
    assert_int_equal(asked, 3); /* one run was done, one begun */
    json_t *whole = results_of("one"), *results = ran("stopped", 1, several);
    assert_true(json_equal(whole, results));
    json_decref(whole);
    json_decref(results);
}

static void members_that_start_the_same_and_see_the_same_are_the_same(void **state) {
    (void)state;
    for (int same = 0; same < 2; same++) {
        const char *set[] = {"experiments={a: {members: 3, grid: {model: fcn}}}", "train.sampling=each",
                             same ? "train.same_start=true" : "train.same_start=false", NULL};
        json_t *results = ran(same ? "same" : "others", 1, set);
        double std = json_number_value(json_object_get(row_of(results, "fcn", "auc_final", 0), "std"));
        assert_true((std == 0) == same);
        json_decref(results);
    }
}

/* Writes the rows of the small card's sample that test, and those that are measured. */
static void write_tests(const char *path) {
    nsym_tree *tree;
    nsym_sample sample;
    nsym_events *tests;
    size_t index[ROWS];
    nsym_run_card card = read_set(&tree, "limit", (const char *const[]){measured, NULL});
    assert_int_equal(nsym_sample_load(&sample, &card.data, 2, NULL), NSYM_OK);
    for (size_t i = 0; i < ROWS; i++) index[i] = 180 + i;
    assert_int_equal(nsym_events_select(&tests, sample.events, index, ROWS), NSYM_OK);
    assert_int_equal(nsym_events_write(tests, path), NSYM_OK);
    nsym_events_free(tests);
    nsym_sample_free(&sample);
    nsym_tree_free(tree);
}

static void find_file(const char *pattern, char *path, size_t size) {
    glob_t found;
    assert_int_equal(glob(in_folder(pattern), 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    snprintf(path, size, "%s", found.gl_pathv[0]);
    globfree(&found);
}

/* The mean over the measured events of the deviation of their rotations' outputs. */
static double spread_of(const double *outputs) {
    double sum = 0;
    for (size_t i = 0; i < MEASURED; i++) sum += nsym_spread_of(outputs + i * TURNS, TURNS).std;
    return sum / MEASURED;
}

static void a_kept_model_gives_cells_its_kept_scores(void **state) {
    (void)state;
    static const char *const models[] = {"fcn", "image", "pfn"},
                             *const set[] = {"experiments={a: {keep: true, grid: {model: [fcn, image, pfn]}}}",
                                             measured, NULL};
    char tests[512], scores[512], kept[512];
    snprintf(tests, sizeof tests, "%s", in_folder("tests.h5"));
    snprintf(scores, sizeof scores, "%s", in_folder("scores.h5"));
    json_t *results = ran("kept", 1, set);
    write_tests(tests);
    for (size_t m = 0; m < 3; m++) {
        char model[512], pattern[64];
        snprintf(pattern, sizeof pattern, "kept/models/a-%s-*.h5", models[m]);
        find_file(pattern, model, sizeof model);
        snprintf(pattern, sizeof pattern, "kept/scores/a-%s-*.h5", models[m]);
        find_file(pattern, kept, sizeof kept);
        if (nsym_predict(NULL, model, tests, scores) != NSYM_OK) fail_msg("%s", nsym_message());
        nsym_events *a = read_events(kept), *b = read_events(scores);
        const double *before = nsym_events_column(a, "output")->values, *now = nsym_events_column(b, "output")->values;
        assert_true(a->count == TESTS && b->count == ROWS);
        for (size_t i = 0; i < TESTS; i++) /* standardising is folded into the model: float rounding */
            assert_true(fabs(before[i] - now[i]) < 1e-5);
        assert_true(fabs(value_of(results, models[m], "rotation_spread", 0) - spread_of(now + TESTS)) < 1e-5);
        nsym_events_free(a);
        nsym_events_free(b);
    }
    json_decref(results);
    find_file("kept/samples/*.pictures.h5", kept, sizeof kept);
    nsym_events *pictures = read_events(kept);
    assert_non_null(nsym_events_column(pictures, "stage"));
    nsym_events_free(pictures);
}

/* Writes 20 simulated events as points, or as cells of a grid. */
static void simulate(const char *path, size_t nx, size_t ny) {
    nsym_showers_options o = nsym_showers_defaults();
    nsym_pixels *pixels = NULL;
    if (nx) assert_int_equal(nsym_pixels_new_equal(&pixels, nx, ny, -1, 1), NSYM_OK);
    o.events = 20;
    o.pixels = pixels;
    o.level = nx ? NSYM_SHOWERS_CELLS : NSYM_SHOWERS_POINTS;
    assert_int_equal(nsym_showers_write(&o, path), NSYM_OK);
    nsym_pixels_free(pixels);
}

static void a_kept_model_scores_cells_of_its_grid_and_points(void **state) {
    (void)state;
    char model[512], events[512], scores[512];
    json_t *results =
        ran("scoring", 1,
            (const char *const[]){"experiments={a: {keep: true, grid: {model: pfn}}}", "models.pfn.masked=true", NULL});
    json_decref(results);
    find_file("scoring/models/*.h5", model, sizeof model);
    snprintf(events, sizeof events, "%s", in_folder("given.h5"));
    snprintf(scores, sizeof scores, "%s", in_folder("given-scores.h5"));
    simulate(events, 8, 8);
    if (nsym_predict(NULL, model, events, scores) != NSYM_OK) fail_msg("%s", nsym_message());
    simulate(events, 8, 4);
    assert_int_not_equal(nsym_predict(NULL, model, events, scores), NSYM_OK);
    assert_says("given.h5: the cells belong to a grid of 8x4, but the model was trained on a grid of 8x8");
    simulate(events, 0, 0); /* points, which the model sums in its own cells */
    if (nsym_predict(NULL, model, events, scores) != NSYM_OK) fail_msg("%s", nsym_message());
}

static const char searching[] =
    "experiments={a: {members: 2, set: {split.folds: 3, train.epochs: 3}, grid: {model: [fcn, pfn], train.size: 40}, "
    "search: {tries: 3, metric: %s, space: {train.learning_rate: [0.1, 0.01, 0.001], train.epochs: [2, 3]}}}}";

/* The candidate that a search must choose: the best among those that spread no more than the average. */
static double best_of(json_t *results, const char *model, const char *metric, double sign) {
    double spread = 0, tries = 0, best = NAN;
    size_t i;
    json_t *row;
    for (int pass = 0; pass < 2; pass++) json_array_foreach(results, i, row) {
            double std = json_number_value(json_object_get(row, "std"));
            double mean = json_number_value(json_object_get(row, "mean"));
            if (!json_object_get(row, "candidate") ||
                strcmp(json_string_value(json_object_get(row, "model")), model) != 0 ||
                strcmp(json_string_value(json_object_get(row, "metric")), metric) != 0)
                continue;
            if (pass == 0) spread += std, tries++;
            if (pass == 1 && std <= spread / tries * (1 + 1e-12) && !(sign * mean <= sign * best)) best = mean;
        }
    assert_int_equal(tries, 3);
    return best;
}

static void a_search_chooses_and_what_it_chose_takes_effect(void **state) {
    (void)state;
    static const char *const metrics[] = {"validation_auc", "validation_loss"};
    for (size_t k = 0; k < 2; k++) {
        char setting[512], text[sizeof calorimeter_card + 100], path[512];
        const char *name = k ? "by_loss" : "by_auc";
        nsym_tree *chosen, *card;
        nsym_grid grid;
        snprintf(setting, sizeof setting, searching, metrics[k]);
        json_t *results = ran(name, 1, (const char *const[]){setting, NULL});
        assert_non_null(row_of(results, "fcn", "best_epoch", 0));
        snprintf(path, sizeof path, "%s/chosen.yaml", in_folder(name));
        assert_int_equal(nsym_tree_read(&chosen, path), NSYM_OK);
        const nsym_node *values = nsym_node_at(chosen->root, "values");
        assert_int_equal(values->count, 2);
        snprintf(text, sizeof text, "%schosen: %s/chosen.yaml\n", calorimeter_card, name);
        card = opened(text, NULL,
                      (const char *const[]){"experiments={b: {grid: {model: [fcn, pfn], train.size: 40}}}", NULL});
        if (nsym_grid_new(&grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
        for (size_t m = 0; m < 2; m++) {
            const nsym_node *entry = values->child[m];
            const nsym_train_card *train = &grid.point[m].card.train;
            double mean = atof(nsym_node_at(entry, "mean")->text);
            assert_string_equal(nsym_node_at(entry, "where.model")->text, grid.point[m].model);
            assert_string_equal(nsym_node_at(entry, "where.size")->text, "40"); /* it holds nowhere else */
            assert_string_equal(nsym_node_at(entry, "metric")->text, metrics[k]);
            assert_true(fabs(mean - best_of(results, grid.point[m].model, metrics[k], k ? -1 : 1)) < 1e-4);
            assert_true(train->learning_rate == atof(nsym_node_at(entry, "set.train.learning_rate")->text));
            assert_int_equal(train->epochs, atoi(nsym_node_at(entry, "set.train.epochs")->text));
            assert_true(train->epochs >= 1 && train->epochs <= 3);
        }
        nsym_grid_free(&grid);
        nsym_tree_free(card);
        nsym_tree_free(chosen);
        json_decref(results);
    }
}

static void a_fault_of_the_card_is_found_before_anything_is_made(void **state) {
    (void)state;
    static const char *const set[] = {"experiments={a: {grid: {model: fcn, train.size: [40, 400]}}}", NULL};
    assert_int_not_equal(run("never", 1, set), NSYM_OK);
    assert_says("train.size is 400, but split.reserve is 60 events, of which 60 can train");
    assert_int_not_equal(access(in_folder("never"), F_OK), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_measures_its_curve),
        cmocka_unit_test(a_column_is_a_score_like_any),
        cmocka_unit_test(jobs_change_nothing),
        cmocka_unit_test(a_study_that_was_stopped_goes_on),
        cmocka_unit_test(members_that_start_the_same_and_see_the_same_are_the_same),
        cmocka_unit_test(a_kept_model_gives_cells_its_kept_scores),
        cmocka_unit_test(a_kept_model_scores_cells_of_its_grid_and_points),
        cmocka_unit_test(a_search_chooses_and_what_it_chose_takes_effect),
        cmocka_unit_test(a_fault_of_the_card_is_found_before_anything_is_made),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
