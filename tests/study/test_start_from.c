/* Trainings that begin with a trained model: the same answers before the first step, layers that stay, and models that
   cannot serve. */
#include "nn/model.h"
#include "study/calorimeter_card.h"
#include "study/results_of.h"
#include <nearsym/events.h>
#include <nearsym/io.h>
#include <nearsym/predict.h>

#include <glob.h>
#include <unistd.h>

enum { SETS = 16 };

static char start_path[512], start_set[600];

/* Trains a model of the card with settings into a file. */
static nsym_status train(const char *model, const char *path, const char *const *set) {
    nsym_trained trained;
    nsym_study_options options = {.card = card_file(calorimeter_card), .set = set};
    while (set && set[options.sets]) options.sets++;
    nsym_status status = nsym_study_train(&trained, &options, model, path, NULL, NULL);
    if (status == NSYM_OK) nsym_train_history_free(&trained.history);
    return status;
}

static int make_start(void **state) {
    if (make_folder(state) != 0) return 1;
    static const char *const set[] = {"train.epochs=3", "models.pfn.norm=feature", "models.pfn.padded=0", NULL};
    snprintf(start_path, sizeof start_path, "%s", in_folder("start.h5"));
    snprintf(start_set, sizeof start_set, "train.start_from=%s", start_path);
    return train("pfn", start_path, set) == NSYM_OK ? 0 : 1;
}

static nsym_model *loaded(const char *path) {
    nsym_model *model;
    if (nsym_model_load(&model, path) != NSYM_OK) fail_msg("%s", nsym_message());
    return model;
}

/* The only file of a pattern in a study's folder. */
static const char *only_file(const char *name, const char *pattern) {
    static char path[1200];
    glob_t found;
    snprintf(path, sizeof path, "%s/%s", in_folder(name), pattern);
    assert_int_equal(glob(path, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
    globfree(&found);
    return path;
}

#define PFN "models.pfn.norm=feature", "models.pfn.padded=0", start_set
#define KEPT "experiments={a: {keep: true, grid: {model: [pfn]}}}"

static void without_epochs_the_answers_are_the_models_to_the_bit(void **state) {
    (void)state;
    const char *const set[] = {PFN, KEPT, "train.epochs=0", "detector.cells=[8, 4]", NULL};
    if (run_calorimeter("zero", 1, set, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_model *start = loaded(start_path), *tuned = loaded(only_file("zero", "models/*.h5"));
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        size_t width = nsym_model_width(nsym_model_spec_of(start), part);
        if (width)
            assert_memory_equal(nsym_model_scaling(start, part), nsym_model_scaling(tuned, part),
                                2 * width * sizeof(double));
    }
    assert_memory_equal(nsym_network_values(start->network), nsym_network_values(tuned->network),
                        nsym_network_parameters(start->network) * sizeof(float));
    assert_non_null(strstr(nsym_model_attribute(tuned, "start_from"), start_path));
    nsym_model_free(start);
    nsym_model_free(tuned);
    json_t *results = results_of("zero"), *row;
    size_t i, measured = 0;
    json_array_foreach(results, i, row) {
        const char *metric = json_string_value(json_object_get(row, "metric"));
        measured += strcmp(metric, "auc_final") == 0;
        assert_int_not_equal(strcmp(metric, "train_loss"), 0);
    }
    assert_int_equal(measured, 1);
    json_decref(results);
}

/* Largest change of a tensor's numbers between two models. */
static double moved(const nsym_model *a, const nsym_model *b, const char *name) {
    double most = 0;
    bool found = false;
    for (size_t i = 0; i < nsym_network_tensors(a->network); i++) {
        const nsym_tensor *t = nsym_network_tensor(a->network, i);
        if (strncmp(t->name, name, strlen(name)) != 0) continue;
        const float *x = (t->running ? nsym_network_state(a->network) : nsym_network_values(a->network)) + t->offset;
        const float *y = (t->running ? nsym_network_state(b->network) : nsym_network_values(b->network)) + t->offset;
        for (size_t k = 0; k < t->shape[0] * t->shape[1]; k++) most = fmax(most, fabs((double)x[k] - (double)y[k]));
        found = true;
    }
    assert_true(found);
    return most;
}

static void frozen_layers_stay_to_the_bit_and_others_learn(void **state) {
    (void)state;
    static const char *const frozen[] = {"[particle_map]", "[particle_map.0, hidden.1]", "[hidden]"};
    for (size_t k = 0; k < 3; k++) {
        char path[512], set_frozen[128];
        snprintf(path, sizeof path, "%s", in_folder("tuned.h5"));
        snprintf(set_frozen, sizeof set_frozen, "models.pfn.frozen=%s", frozen[k]);
        const char *const set[] = {PFN, set_frozen, "train.epochs=2", "train.weight_decay=0.1", NULL};
        if (train("pfn", path, set) != NSYM_OK) fail_msg("%s", nsym_message());
        nsym_model *start = loaded(start_path), *tuned = loaded(path);
        static const char *const layers[] = {"particle_map.0", "particle_map.1", "hidden.0", "hidden.1"};
        static const bool stays[3][4] = {
            {true, true, false, false}, {true, false, false, true}, {false, false, true, true}};
        for (size_t l = 0; l < 4; l++) assert_true((moved(start, tuned, layers[l]) == 0) == stays[k][l]);
        nsym_model_free(start);
        nsym_model_free(tuned);
    }
}

static void a_tuned_model_learns_from_where_it_begins(void **state) {
    (void)state;
    const char *const set[] = {PFN, "train.epochs=1", "train.learning_rate=1e-9", "train.weight_decay=0", NULL};
    char path[512];
    snprintf(path, sizeof path, "%s", in_folder("near.h5"));
    if (train("pfn", path, set) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_model *start = loaded(start_path), *tuned = loaded(path);
    assert_true(moved(start, tuned, "hidden.0.weight") < 1e-6);
    nsym_model_free(start);
    nsym_model_free(tuned);
}

/* A setting is refused with these words. */
static void refused_words(const char *const *set, const char *words) {
    nsym_run_card card = {0};
    nsym_tree *tree = opened(calorimeter_card, NULL, set);
    nsym_status status = nsym_card_read(&card, tree, "pfn");
    assert_int_not_equal(status, NSYM_OK);
    assert_says(words);
    nsym_tree_free(tree);
}

static void models_that_cannot_serve_are_refused(void **state) {
    (void)state;
    char other[512], text[600], pattern[600];
    snprintf(other, sizeof other, "%s", in_folder("fcn.h5"));
    assert_int_equal(train("fcn", other, NULL), NSYM_OK);
    refused_words((const char *const[]){PFN, "models.pfn.latent=5", NULL},
                  "latent is 5 in the network and 4 in the model");
    refused_words((const char *const[]){"models.pfn.norm=none", "models.pfn.padded=0", start_set, NULL},
                  "norm is \"none\" in the network and \"feature\" in the model");
    snprintf(text, sizeof text, "train.start_from=%s", other);
    refused_words((const char *const[]){text, NULL}, "kind is \"pfn\" in the network and \"fcn\" in the model");
    refused_words((const char *const[]){"train.start_from=nowhere.h5", NULL}, "there is no file 'nowhere.h5'");
    snprintf(pattern, sizeof pattern, "train.start_from=%s", in_folder("*.h5"));
    refused_words((const char *const[]){pattern, NULL}, "files, such as '");
    char *card = card_file(calorimeter_card);
    snprintf(text, sizeof text, "train.start_from=%s", card);
    refused_words((const char *const[]){text, NULL}, "card.yaml");
    refused_words((const char *const[]){PFN, "models.pfn.frozen=[trunk]", NULL},
                  "there is no layer 'trunk'; the layers are particle_map.0, particle_map.1, hidden.0, hidden.1");
    refused_words((const char *const[]){PFN, "models.pfn.frozen=[particle_map, hidden]", NULL},
                  "nothing is left to train");
    refused_words((const char *const[]){"train.epochs=0", NULL}, "there is no train.start_from");
}

static void the_model_is_part_of_what_a_run_is(void **state) {
    (void)state;
    char *key[2], text[600], path[512];
    snprintf(path, sizeof path, "%s", in_folder("second.h5"));
    const char *const set[] = {"train.epochs=2", "models.pfn.norm=feature", "models.pfn.padded=0", NULL};
    assert_int_equal(train("pfn", path, set), NSYM_OK);
    snprintf(text, sizeof text, "train.start_from=%s", path);
    for (size_t k = 0; k < 2; k++) {
        nsym_run_card card = {0};
        nsym_tree *tree =
            opened(calorimeter_card, NULL,
                   (const char *const[]){"models.pfn.norm=feature", "models.pfn.padded=0", k ? text : start_set, NULL});
        if (nsym_card_read(&card, tree, "pfn") != NSYM_OK) fail_msg("%s", nsym_message());
        assert_int_equal(nsym_card_key(&key[k], &card, false), NSYM_OK);
        nsym_tree_free(tree);
    }
    assert_non_null(strstr(key[0], " start_from="));
    assert_string_not_equal(key[0], key[1]);
    free(key[0]);
    free(key[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_epochs_the_answers_are_the_models_to_the_bit),
        cmocka_unit_test(frozen_layers_stay_to_the_bit_and_others_learn),
        cmocka_unit_test(a_tuned_model_learns_from_where_it_begins),
        cmocka_unit_test(models_that_cannot_serve_are_refused),
        cmocka_unit_test(the_model_is_part_of_what_a_run_is),
    };
    return cmocka_run_group_tests(tests, make_start, remove_folder);
}
