/* Shifts under variations of the detector: what a direct run gives, and errors that cover. */
#include "nn/model.h"
#include "sources/sample.h"
#include "study/card_text.h"
#include "study/grid.h"
#include "study/results_of.h"
#include "study/test_part.h"
#include "study/variations.h"
#include "train/predictions.h"
#include <nearsym/stats.h>

#include <dirent.h>
#include <math.h>

static const char card_text[] = "study: varied\n"
                                "seed: 11\n"
                                "data: {generate: dimuon, events: 1500}\n"
                                "detector: {smear: {resolution: 0.1, keep: pz}}\n"
                                "split: {test: 0.5, reserve: 1000, validation: 0.2}\n"
                                "copies: {where: before, transform: rotate, values: random, count: 2}\n"
                                "train: {epochs: 8, batch: 40, learning_rate: 0.003, scale: true}\n"
                                "variations: {worse: {detector.smear.resolution: 1.3x}}\n"
                                "models:\n"
                                "  network: {kind: fcn, event: lorentz, hidden: [16]}\n"
                                "  mass: {kind: column, column: mass}\n"
                                "choices:\n"
                                "  detector: {usual: {}, coarse: {detector.smear.resolution: 0.2}}\n"
                                "experiments:\n"
                                "  networks: {keep: true, grid: {model: [network]}}\n"
                                "  columns: {grid: {model: [mass]}}\n";

static void run(const char *name, const char *const *set, size_t sets) {
    nsym_study_options options = {
        .card = card_file(card_text), .out = in_folder(name), .jobs = 2, .set = set, .sets = sets};
    if (nsym_study_run(&options) != NSYM_OK) fail_msg("%s", nsym_message());
}

/* A result of a model: its mean, and in *error, if not NULL, that of the test sample. */
static double result(json_t *results, const char *model, const char *metric, double *error) {
    for (size_t i = 0; i < json_array_size(results); i++) {
        const json_t *row = json_array_get(results, i);
        if (strcmp(json_string_value(json_object_get(row, "model")), model) != 0) continue;
        if (strcmp(json_string_value(json_object_get(row, "metric")), metric) != 0) continue;
        if (error) *error = json_number_value(json_object_get(json_object_get(row, "error"), "test_sample"));
        return json_number_value(json_object_get(row, "mean"));
    }
    fail_msg("no %s of %s", metric, model);
    return NAN;
}

/* The model that the study kept. */
static nsym_model *kept_model(const char *name) {
    char path[1200];
    nsym_model *model = NULL;
    snprintf(path, sizeof path, "%s/models", in_folder(name));
    DIR *models = opendir(path);
    assert_non_null(models);
    for (const struct dirent *entry; (entry = readdir(models));)
        if (strstr(entry->d_name, ".h5")) {
            snprintf(path, sizeof path, "%s/models/%s", in_folder(name), entry->d_name);
            assert_int_equal(nsym_model_load(&model, path), NSYM_OK);
        }
    closedir(models);
    assert_non_null(model);
    return model;
}

/* The AUC of a model on the test events of the card with a resolution. */
static double direct_auc(nsym_model *model, const char *resolution) {
    char set[80];
    snprintf(set, sizeof set, "detector.smear.resolution=%s", resolution);
    nsym_tree *tree = opened(card_text, NULL, (const char *const[]){set, NULL});
    nsym_run_card card;
    nsym_sample sample;
    nsym_test_part part;
    double auc, error;
    assert_int_equal(nsym_card_read(&card, tree, "network"), NSYM_OK);
    if (nsym_sample_load(&sample, &card.data, 2, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_int_equal(nsym_test_part_open(&part, &card, &sample), NSYM_OK);
    double *all = malloc(sample.events->count * sizeof *all);
    assert_non_null(all);
    assert_int_equal(nsym_logits_of(model, sample.events, all, NULL), NSYM_OK);
    const double *tests = all + part.parts.test_first;
    assert_int_equal(nsym_auc(&auc, &error, tests, part.test_labels, part.test_weights, part.parts.test_count),
                     NSYM_OK);
    free(all);
    nsym_test_part_close(&part);
    nsym_sample_free(&sample);
    nsym_tree_free(tree);
    return auc;
}

/* Single precision in batches of another size moves no more than a few pairs among 1500 x 1500. */
static void a_shift_is_that_of_the_model_on_a_sample_made_with_the_setting(void **state) {
    (void)state;
    const double rounding = 1e-5;
    run("direct", NULL, 0);
    json_t *results = results_of("direct");
    nsym_model *model = kept_model("direct");
    double nominal = direct_auc(model, "0.1"), worse = direct_auc(model, "0.13");
    assert_true(worse < nominal - 0.01);
    assert_true(fabs(result(results, "network", "auc_final", NULL) - nominal) < rounding);
    assert_true(fabs(result(results, "network", "auc_varied", NULL) - worse) < rounding);
    assert_true(fabs(result(results, "network", "auc_shift", NULL) - (worse - nominal)) < rounding);
    nsym_model_free(model);
    json_decref(results);
}

/* Over 40 samples the shifts of a fixed score spread as their errors say: chi2 of 39 degrees of freedom within 4 of its
   standard deviations. The error of a pair is far below that of two AUCs. */
static void errors_of_shifts_cover_over_samples(void **state) {
    (void)state;
    enum { SAMPLES = 40 };
    double shift[SAMPLES], error[SAMPLES], auc_error = 0, mean = 0, weight = 0, chi2 = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        char seed[32], name[32];
        snprintf(seed, sizeof seed, "seed=%zu", i + 1);
        snprintf(name, sizeof name, "seed-%zu", i + 1);
        run(name, (const char *const[]){seed, "only=columns", "data.events=800", "split.reserve=200"}, 4);
        json_t *results = results_of(name);
        shift[i] = result(results, "mass", "auc_shift", &error[i]);
        result(results, "mass", "auc_final", &auc_error);
        json_decref(results);
        assert_true(error[i] > 0 && error[i] < 0.3 * auc_error);
        mean += shift[i] / (error[i] * error[i]);
        weight += 1 / (error[i] * error[i]);
    }
    mean /= weight;
    assert_true(mean < -5 / sqrt(weight));
    for (size_t i = 0; i < SAMPLES; i++) chi2 += pow((shift[i] - mean) / error[i], 2);
    assert_true(fabs(chi2 - (SAMPLES - 1)) < 4 * sqrt(2. * (SAMPLES - 1)));
}

/* The point of a card's only experiment; the card is to be freed. */
static nsym_tree *grid_of(nsym_grid *grid, const char *const *set) {
    nsym_tree *card = opened(card_text, NULL, set);
    if (nsym_grid_new(grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
    return card;
}

/* A factor acts on what a choice has laid, and the key of a run holds what its variations are, not their names. */
static void variations_follow_the_settings_of_their_point(void **state) {
    (void)state;
    nsym_grid one, other;
    nsym_tree *card =
        grid_of(&one, (const char *const[]){"only=columns", "experiments.columns.grid.detector=[usual, coarse]", NULL});
    assert_int_equal(one.points, 2);
    const double resolutions[] = {0.13, 0.26};
    for (size_t i = 0; i < 2; i++) {
        const nsym_point *point = &one.point[i];
        assert_int_equal(point->variations, 1);
        assert_true(fabs(point->variation[0].data.detector.smear.resolution - resolutions[i]) < 1e-12);
        assert_string_equal(nsym_variation_name(point, 1), "worse");
        assert_null(nsym_variation_name(point, 2));
        assert_true(point->variation[0].data.tests_only && !point->card.data.tests_only);
    }
    assert_string_not_equal(one.point[0].key, one.point[1].key);
    nsym_tree *renamed = grid_of(
        &other, (const char *const[]){"only=columns", "variations={bad: {detector.smear.resolution: 0.13}}", NULL});
    assert_string_equal(other.point[0].key, one.point[0].key);
    nsym_grid_free(&other);
    nsym_tree_free(renamed);
    renamed = grid_of(&other, (const char *const[]){"only=columns", "variations={}", NULL});
    assert_string_not_equal(other.point[0].key, one.point[0].key);
    assert_null(strstr(other.point[0].key, "variation"));
    nsym_grid_free(&other);
    nsym_tree_free(renamed);
    nsym_grid_free(&one);
    nsym_tree_free(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shift_is_that_of_the_model_on_a_sample_made_with_the_setting),
        cmocka_unit_test(errors_of_shifts_cover_over_samples),
        cmocka_unit_test(variations_follow_the_settings_of_their_point),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
