/* Importance of inputs where it is known: of the only one that tells the classes it is the AUC less that of guessing,
   of noise 0. */
#include "study/card_text.h"
#include "study/importance.h"
#include "study/results_of.h"
#include <nearsym/random.h>

enum { EVENTS = 3000 };

/* Only the column `good` and the particles' `shift` tell the classes; pt, junk and noise tell nothing. */
static void write_events(const char *path, size_t classes) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < EVENTS; i++) {
        nsym_random random = nsym_random_stream(1, "event", i);
        size_t label = i % classes, particles = 1 + i / classes % 3;
        fprintf(file, "{\"label\":%zu,\"good\":%.6f,\"noise\":%.6f,\"junk\":%.6f,\"particles\":[", label,
                1.2 * (double)label + nsym_random_normal(&random), nsym_random_normal(&random),
                nsym_random_normal(&random));
        for (size_t k = 0; k < particles; k++)
            fprintf(file, "%s{\"pt\":%.6f,\"shift\":%.6f,\"junk\":%.6f}", k ? "," : "",
                    1 + nsym_random_uniform(&random), 0.8 * (double)label + nsym_random_normal(&random),
                    nsym_random_normal(&random));
        fputs("]}\n", file);
    }
    fclose(file);
}

#define CARD                                                                                                           \
    "study: known\n"                                                                                                   \
    "data: {file: %s}\n"                                                                                               \
    "%s"                                                                                                               \
    "split: {test: 0.5}\n"                                                                                             \
    "train: {epochs: 3, batch: 50, learning_rate: 0.01, scale: true, sampling: each, every_epoch: false}\n"            \
    "measure: {importance: 3}\n"                                                                                       \
    "models:\n"                                                                                                        \
    "  fcn: {kind: fcn, event: [noise, good], hidden: [8]}\n"                                                          \
    "  pfn: {kind: pfn, particles: [junk, shift], event: [junk], particle_map: [8], latent: 4, hidden: [8]}\n"         \
    "  efn: {kind: efn, particles: [pt, junk, shift], particle_map: [8], latent: 4, hidden: [8]}\n"                    \
    "  hybrid: {kind: hybrid, particles: [junk], event: [noise, good], gate: [good], particle_map: [8],\n"             \
    "    event_map: [8], gate_map: [4], latent: 4, hidden: [8]}\n"                                                     \
    "experiments:\n"                                                                                                   \
    "  e: {grid: {model: [fcn, pfn, efn, hybrid]}}\n"

/* A result, of an input where it is not NULL; NULL: there is none. */
static const json_t *row_of(const json_t *results, const char *model, const char *metric, const char *input) {
    size_t i;
    json_t *row;
    json_array_foreach(results, i, row) {
        const char *has = json_string_value(json_object_get(row, "input"));
        if (strcmp(json_string_value(json_object_get(row, "model")), model) == 0 &&
            strcmp(json_string_value(json_object_get(row, "metric")), metric) == 0 &&
            (input ? has && strcmp(has, input) == 0 : !has))
            return row;
    }
    return NULL;
}

static double mean_of(const json_t *results, const char *model, const char *metric, const char *input) {
    const json_t *row = row_of(results, model, metric, input);
    if (!row) fail_msg("%s has no %s of %s", model, metric, input ? input : "all");
    return json_number_value(json_object_get(row, "mean"));
}

static double error_of(const json_t *results, const char *model, const char *input) {
    const json_t *row = row_of(results, model, "importance", input);
    return json_number_value(json_object_get(json_object_get(row, "error"), "test_sample"));
}

static json_t *ran(const char *name, size_t classes, const char *labels) {
    char card[sizeof CARD + 700], out[512], events[512];
    snprintf(events, sizeof events, "%s", in_folder("events.jsonl"));
    snprintf(out, sizeof out, "%s", in_folder(name));
    write_events(events, classes);
    snprintf(card, sizeof card, CARD, events, labels);
    nsym_study_options options = {.card = card_file(card), .jobs = 1, .out = out};
    if (nsym_study_run(&options) != NSYM_OK) fail_msg("%s", nsym_message());
    return results_of(name);
}

/* Within four of its errors, which are about those of an AUC of 1500 events: 0.015 where all is lost. */
static void check(const json_t *results) {
    static const struct {
        const char *model, *input;
        bool needed;
    } cases[] = {{"fcn", "good", true},      {"fcn", "noise", false},        {"pfn", "shift", true},
                 {"pfn", "junk", false},     {"pfn", "junk (event)", false}, {"efn", "shift", true},
                 {"efn", "junk", false},     {"efn", "pt", false},           {"hybrid", "good", true},
                 {"hybrid", "noise", false}, {"hybrid", "junk", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double auc = mean_of(results, cases[i].model, "auc_final", NULL),
               loss = mean_of(results, cases[i].model, "importance", cases[i].input),
               error = error_of(results, cases[i].model, cases[i].input);
        assert_true(auc > 0.65);
        if (!(error > 0 && error < 0.02)) fail_msg("%s of %s: error %g", cases[i].input, cases[i].model, error);
        if (fabs(loss - (cases[i].needed ? auc - 0.5 : 0)) > 4 * error)
            fail_msg("%s of %s: %g ± %g with an AUC of %g", cases[i].input, cases[i].model, loss, error, auc);
    }
    assert_null(row_of(results, "fcn", "importance", "junk"));
    assert_null(row_of(results, "hybrid", "importance", "good (event)")); /* read twice, it is one input */
}

static void noise_is_worth_nothing_and_the_only_input_all(void **state) {
    (void)state;
    json_t *results = ran("two", 2, "");
    check(results);
    json_decref(results);
}

static void several_classes_lose_of_their_mean(void **state) {
    (void)state;
    json_t *results = ran("three", 3, "labels: {classes: [a, b, c]}\n");
    check(results);
    json_decref(results);
}

static void built_in_inputs_go_by_their_values(void **state) {
    (void)state;
    static const char *const names[] = {"px", "py", "pz", "energy", "lorentz 1", "lorentz 2", "pt"};
    char name[NSYM_IMPORTANCE_NAME];
    nsym_tree *tree = opened("data: {generate: dimuon, events: 100}\n"
                             "models: {h: {kind: hybrid, particles: p4, event: lorentz, gate: pt, latent: 4}}\n",
                             NULL, NULL);
    nsym_run_card card;
    if (nsym_card_read(&card, tree, "h") != NSYM_OK) fail_msg("%s", nsym_message());
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_true(nsym_importance_name(name, &card.spec, i + 1));
        assert_string_equal(name, names[i]);
    }
    assert_false(nsym_importance_name(name, &card.spec, 8));
    nsym_tree_free(tree);
}

/* Studies of before keep their runs. */
static void a_key_has_importance_only_where_it_is_measured(void **state) {
    (void)state;
    static const char *const sets[] = {"measure={}", "measure.importance=0", "measure.importance=2"};
    char *key[3];
    for (size_t i = 0; i < 3; i++) {
        nsym_run_card card;
        nsym_tree *tree = opened(small_card, NULL, (const char *const[]){sets[i], NULL});
        if (nsym_card_read(&card, tree, "general") != NSYM_OK) fail_msg("%s", nsym_message());
        assert_int_equal(nsym_card_key(&key[i], &card, false), NSYM_OK);
        nsym_tree_free(tree);
    }
    assert_string_equal(key[0], key[1]);
    assert_string_not_equal(key[0], key[2]);
    assert_null(strstr(key[0], "importance"));
    for (size_t i = 0; i < 3; i++) free(key[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_worth_nothing_and_the_only_input_all),
        cmocka_unit_test(several_classes_lose_of_their_mean),
        cmocka_unit_test(built_in_inputs_go_by_their_values),
        cmocka_unit_test(a_key_has_importance_only_where_it_is_measured),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
