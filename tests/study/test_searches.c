/* A tiny study of a file: its models compared by decision ordering, and one of them explained by a search. */
#include "study/card_text.h"
#include "study/grid.h"
#include "study/results_of.h"
#include "study/searches.h"
#include <nearsym/ado.h>
#include <nearsym/observables.h>
#include <nearsym/random.h>

#include <glob.h>
#include <jansson.h>

enum { EVENTS = 900, PARTICLES = 6 };

/* The guide reads the polynomial by which the labels are drawn. */
static const char tiny[] =
    "study: tiny\n"
    "seed: 3\n"
    "data: {file: events.csv}\n"
    "split: {test: 0.2, validation: 0.3}\n"
    "observables: [iso_0.1, iso_0.4, efp_k1_b1_3-3-1]\n"
    "train: {epochs: 12, batch: 32, learning_rate: 0.01, sampling: each, shuffle: true, scale: true, weighted: true,\n"
    "  every_epoch: false, patience: 3}\n"
    "models:\n"
    "  cones: {event: columns, columns: \"iso_0.1,iso_0.4\", hidden: [12]}\n"
    "  black: {event: columns, columns: [iso_0.1, iso_0.4, efp_k1_b1_3-3-1], hidden: [12]}\n"
    "  score: {kind: column, column: iso_0.4}\n"
    "  flow: {kind: pfn, slots: 0, particles: objects, particle_map: [8], latent: 4, hidden: [8]}\n"
    "experiments:\n"
    "  main: {keep: true, ado: true, members: 2, grid: {model: [cones, score, black]}}\n"
    "  other: {grid: {model: flow}, skip: true}\n"
    "searches:\n"
    "  small: {experiment: main, guide: black, start: cones, graphs: \"(2,1,0) (3,3,0) (3,3,1)\", beta: [1, 2],\n"
    "    pairs: 4000, steps: 2, min_gain: 0.005}\n";

static int make_sample(void **state) {
    if (make_folder(state) != 0) return -1;
    nsym_random random = nsym_random_stream(4, "tiny", 0);
    nsym_events *events;
    nsym_observables *observables;
    double *label, *pt, *weight, *value = calloc(2 * EVENTS, sizeof *value), mean[2] = {0}, square[2] = {0};
    static const char *const names[] = {"pt", "d_eta", "d_phi"};
    uint64_t offsets[EVENTS + 1] = {0};
    for (size_t i = 0; i < EVENTS; i++) offsets[i + 1] = offsets[i] + PARTICLES;
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 3, names, NULL, offsets), NSYM_OK);
    for (size_t j = 0; j < 3 * offsets[EVENTS]; j++)
        events->particles[j] = j % 3 ? 0.6 * nsym_random_uniform(&random) - 0.3 : exp(nsym_random_normal(&random));
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &weight), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mu_pt", "", "", 1, &pt), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) pt[i] = 30, weight[i] = 0.5 + nsym_random_uniform(&random);
    assert_int_equal(nsym_observables_parse(&observables, "iso_0.4,efp_k1_b1_3-3-1"), NSYM_OK);
    assert_int_equal(nsym_observables_compute(value, observables, events, 1, NULL, NULL), NSYM_OK);
    for (size_t i = 0; i < 2 * EVENTS; i++)
        mean[i % 2] += value[i] / EVENTS, square[i % 2] += value[i] * value[i] / EVENTS;
    for (size_t i = 0; i < EVENTS; i++) {
        double score = 0;
        for (size_t k = 0; k < 2; k++)
            score += (1 + (double)k) * (value[2 * i + k] - mean[k]) / sqrt(square[k] - mean[k] * mean[k]);
        label[i] = nsym_random_uniform(&random) < 1 / (1 + exp(-score));
    }
    assert_int_equal(nsym_events_write(events, in_folder("events.csv")), NSYM_OK);
    nsym_observables_free(observables);
    nsym_events_free(events);
    free(value);
    return 0;
}

static bool (*stop_at)(void);
static size_t asked, most;

static bool in_the_end(void) {
    return ++asked >= most;
}

/* Runs the card with settings (NULL-terminated) into a folder of that name. */
static nsym_status run(const char *name, size_t jobs, const char *const *set) {
    const char *all[32];
    char file[600], out[512];
    size_t n = 0;
    snprintf(file, sizeof file, "data.file=%s", in_folder("events.csv"));
    snprintf(out, sizeof out, "%s", in_folder(name));
    all[n++] = file;
    while (set && *set) all[n++] = *set++;
    nsym_study_options options = {
        .card = card_file(tiny), .set = all, .sets = n, .jobs = jobs, .stop = stop_at, .out = out};
    return nsym_study_run(&options);
}

static json_t *ran(const char *name, size_t jobs, const char *const *set) {
    if (run(name, jobs, set) != NSYM_OK) fail_msg("%s", nsym_message());
    return results_of(name);
}

static bool has(json_t *row, const char *key, const char *value) {
    json_t *at = json_object_get(row, key);
    char number[32];
    if (!value) return at == NULL;
    snprintf(number, sizeof number, "%g", json_number_value(at));
    return at && strcmp(json_is_string(at) ? json_string_value(at) : number, value) == 0;
}

/* The row of a metric of a model, or with a step of a search of that name. NULL where there is none. Borrowed. */
static json_t *row_of(json_t *results, const char *name, const char *step, const char *metric) {
    for (size_t i = 0; i < json_array_size(results); i++) {
        json_t *row = json_array_get(results, i);
        if (has(row, step ? "search" : "model", name) && has(row, "metric", metric) && has(row, "step", step))
            return row;
    }
    return NULL;
}

static double value_of(json_t *results, const char *model, const char *step, const char *metric, const char *key) {
    json_t *row = row_of(results, model, step, metric);
    if (!row) fail_msg("%s has no %s", model, metric);
    assert_non_null(json_object_get(row, key));
    return json_number_value(json_object_get(row, key));
}

/* The metric of a pair of models from the scores that members kept, in the order of the members. */
static void ado_of_files(const char *name, const char *a, const char *b, double ado[2]) {
    const char *const models[] = {a, b};
    nsym_events *scores[2][2];
    for (size_t k = 0; k < 2; k++)
        for (size_t m = 0; m < 2; m++) {
            char pattern[600];
            glob_t found;
            snprintf(pattern, sizeof pattern, "%s/scores/main-%s-%zu-*.h5", in_folder(name), models[k], m + 1);
            assert_int_equal(glob(pattern, 0, NULL, &found), 0);
            assert_int_equal(found.gl_pathc, 1);
            scores[k][m] = read_events(found.gl_pathv[0]);
            globfree(&found);
        }
    for (size_t m = 0; m < 2; m++) {
        size_t n = scores[0][m]->count;
        float *labels = malloc(n * sizeof *labels);
        assert_non_null(labels);
        for (size_t i = 0; i < n; i++) labels[i] = (float)nsym_events_column(scores[0][m], "label")->values[i];
        assert_int_equal(nsym_ado(&ado[m], nsym_events_column(scores[0][m], "output")->values,
                                  nsym_events_column(scores[1][m], "output")->values, labels,
                                  nsym_events_column(scores[0][m], "weight")->values, n),
                         NSYM_OK);
        free(labels);
    }
    for (size_t i = 0; i < 4; i++) nsym_events_free(scores[i / 2][i % 2]);
}

static void models_are_compared_by_decision_ordering_both_ways(void **state) {
    (void)state;
    json_t *results = ran("ordering", 1, (const char *const[]){"searches.small.skip=true", NULL});
    double ado[2], mean;
    ado_of_files("ordering", "cones", "black", ado);
    mean = (ado[0] + ado[1]) / 2;
    assert_true(mean > 0.5 && mean < 0.95);
    assert_true(fabs(value_of(results, "cones", NULL, "ado_black", "mean") - mean) < 1e-12);
    assert_true(fabs(value_of(results, "cones", NULL, "ado_black", "std") - fabs(ado[0] - ado[1]) / 2) < 1e-12);
    static const char *const numbers[] = {"mean", "std", "standard_error", "members"};
    for (size_t i = 0; i < 4; i++)
        assert_true(value_of(results, "cones", NULL, "ado_black", numbers[i]) ==
                    value_of(results, "black", NULL, "ado_cones", numbers[i]));
    assert_null(row_of(results, "cones", NULL, "ado_cones"));
    assert_null(row_of(results, "cones", NULL, "ado_score")); /* a column has no scores of its own */
    assert_null(row_of(results, "score", NULL, "ado_black"));
    size_t i;
    json_t *row;
    json_array_foreach(results, i, row) assert_false(has(row, "experiment", "searches"));
    json_decref(results);
    results = ran("ordering", 1, (const char *const[]){"searches.small.skip=true", "experiments.main.ado=false", NULL});
    assert_null(row_of(results, "cones", NULL, "ado_black"));
    json_decref(results);
}

static void events_that_validate_stop_a_training_and_are_reported(void **state) {
    (void)state;
    json_t *results = ran("ordering", 1, (const char *const[]){"searches.small.skip=true", NULL});
    for (size_t k = 0; k < 2; k++) {
        const char *model = k ? "black" : "cones";
        double auc = value_of(results, model, NULL, "validation_auc", "mean");
        assert_true(auc > 0.5 && auc < 1);
        assert_true(value_of(results, model, NULL, "validation_loss", "mean") > 0);
        double epoch = value_of(results, model, NULL, "best_epoch", "mean");
        assert_true(epoch >= 1 && epoch <= 12);
        assert_true(value_of(results, model, NULL, "auc_final", "mean") > 0.5);
        assert_null(row_of(results, model, NULL, "auc"));
        /* (inputs + 1) x 12 + 12 + 1 */
        assert_true(value_of(results, model, NULL, "parameters", "mean") == (k ? 61 : 49));
    }
    json_decref(results);
}

/* A search's rows in order, and what the polynomial that is planted brings. */
static void check_search(json_t *results) {
    double last = 0;
    size_t steps = 0, i;
    json_t *row;
    for (;; steps++) {
        char step[8];
        snprintf(step, sizeof step, "%zu", steps);
        if (!(row = row_of(results, "small", step, "auc_final"))) break;
        assert_true(has(row, "experiment", "searches"));
        if (steps < 2) assert_true(has(row, "added", steps ? "efp_k1_b1_3-3-1" : "start"));
        assert_int_equal(json_integer_value(json_object_get(row, "members")), 1);
        double ado = value_of(results, "small", step, "validation_ado", "mean");
        assert_true(steps == 0 || ado >= last + 0.005);
        last = ado;
        assert_true(value_of(results, "small", step, "ado_black", "mean") > 0.5);
        assert_true((row_of(results, "small", step, "disordered_ado") != NULL) == (steps > 0));
    }
    assert_true(steps >= 2 && last > 0.9);
    assert_true(value_of(results, "small", "1", "disordered_ado", "mean") > 0.8);
    assert_true(value_of(results, "small", "1", "auc_final", "mean") >
                value_of(results, "small", "0", "auc_final", "mean") + 0.03);
    /* the start is a network like the experiment's, trained on nine tenths of its events */
    assert_true(fabs(value_of(results, "small", "0", "auc_final", "mean") -
                     value_of(results, "cones", NULL, "auc_final", "mean")) < 0.08);
    size_t rows = 0;
    json_array_foreach(results, i, row) rows += has(row, "experiment", "searches");
    assert_int_equal(rows, 4 * steps - 1);
}

static void a_search_adds_its_steps_to_the_results(void **state) {
    (void)state;
    json_t *results = ran("search", 1, NULL), *again;
    check_search(results);
    assert_int_equal(access(in_folder("search/search-small/ranking-1.csv"), R_OK), 0);
    again = ran("search", 2, NULL); /* from the ledger */
    assert_true(json_equal(results, again));
    json_decref(again);
    again = ran("search 2", 2, NULL);
    assert_true(json_equal(results, again));
    json_decref(again);
    json_decref(results);
}

static void a_study_that_is_stopped_in_its_search_goes_on(void **state) {
    (void)state;
    json_t *whole, *parts;
    stop_at = in_the_end;
    asked = 0, most = SIZE_MAX;
    whole = ran("whole", 1, NULL);
    size_t all = asked, stops = 0;
    asked = 0;
    json_decref(ran("trainings", 1, (const char *const[]){"searches.small.skip=true", NULL}));
    size_t trainings = asked;
    assert_true(all > trainings + 8);
    for (size_t limit = trainings + 2;; limit += (all - trainings) / 4) {
        asked = 0, most = limit;
        nsym_status status = run("parts", 1, NULL);
        if (status == NSYM_OK) break;
        assert_int_equal(status, NSYM_EINTERRUPTED);
        stops++;
    }
    stop_at = NULL;
    assert_true(stops >= 1);
    parts = results_of("parts");
    assert_true(json_equal(whole, parts));
    json_decref(whole);
    json_decref(parts);
}

static void names_may_be_added_to_the_start(void **state) {
    (void)state;
    static const char *const set[] = {"searches.small.add=[efp_k1_b1_3-3-1, \"iso_0.2:0.3:2\"]",
                                      "searches.small.steps=1", NULL};
    json_t *results = ran("added", 1, set);
    assert_true(value_of(results, "small", "0", "validation_ado", "mean") > 0.9);
    json_decref(results);
    json_t *plain = ran("search", 1, (const char *const[]){"searches.small.steps=1", NULL});
    assert_true(value_of(plain, "small", "0", "validation_ado", "mean") < 0.9); /* another ledger's key, too */
    json_decref(plain);
}

static void a_search_whose_experiment_is_skipped_is_left_out(void **state) {
    (void)state;
    static const char *const set[] = {"experiments.main.skip=true", "experiments.other.skip=false", NULL};
    json_t *results = ran("skipped", 1, set), *row;
    size_t i;
    json_array_foreach(results, i, row) assert_false(has(row, "experiment", "searches"));
    assert_non_null(row_of(results, "flow", NULL, "auc_final"));
    json_decref(results);
}

static void searches_that_cannot_be_are_refused_before_any_training(void **state) {
    (void)state;
    static const char *const wrong[][2] = {
        {"experiments.main.keep=false", "experiments.main.ado compares the kept scores of the models; it needs keep"},
        {"searches.small.guide=score", "the guide must be a network that is kept"},
        {"searches.small.guide=grey", "searches.small.guide: experiment 'main' has no model 'grey'"},
        {"searches.small.guide=flow", "experiment 'main' has no model 'flow'"},
        {"searches.small.start=white", "searches.small.start: experiment 'main' has no model 'white'"},
        {"searches.small.start=score", "the start, 'score', must be a model that reads columns"},
        {"searches.small.experiment=mein", "searches.small.experiment is 'mein', must be a name under experiments"},
        {"searches.small={guide: black, start: cones}", "searches.small.experiment is ''"},
        {"train.size=200", "searches.small: a search trains on all training events; train.size is 200"},
        {"split.validation=0", "a search needs validation events (split.validation)"},
        {"split.order=first", "a test sample at the end (split.order: last)"},
        {"searches.small.graphs=\"n<=2,m>=5,d<=3\"", "searches.small.graphs: "},
        {"searches.small.graphs=\"(3,3,9)\"", "searches.small.graphs: "},
        {"searches.small.kappa=[1, x]", "searches.small.kappa"},
        {"searches.small.beta=[0]", "searches.small.beta"},
        {"searches.small.pairs=0", "searches.small.pairs"},
        {"searches.small.steps=65", "searches.small.steps"},
        {"searches.small.members=0", "searches.small.members"},
        {"searches.small.min_gain=-1", "searches.small.min_gain"},
        {"searches.small.add=[\"\"]", "searches.small.add: an entry is empty"},
        {"searches.small.gain=1", "unknown key 'gain' in searches.small"},
        {"searches=[small]", "searches must be a map of searches"},
        {"experiments.main.grid={model: [cones, black], train.batch: [32, 64]}",
         "is at more than one point of experiment 'main'"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        asked = 0, most = SIZE_MAX;
        stop_at = in_the_end;
        if (run("wrong", 1, (const char *const[]){wrong[i][0], NULL}) == NSYM_OK) fail_msg("%s is taken", wrong[i][0]);
        assert_says(wrong[i][1]);
        assert_int_equal(asked, 0);
        char file[600], *text = NULL; /* and the card is not shown as if it were right */
        snprintf(file, sizeof file, "data.file=%s", in_folder("events.csv"));
        const char *const set[] = {file, wrong[i][0]};
        nsym_study_options options = {.card = card_file(tiny), .set = set, .sets = 2};
        if (nsym_study_show(&text, &options) == NSYM_OK) fail_msg("%s is shown", wrong[i][0]);
        assert_says(wrong[i][1]);
    }
    stop_at = NULL;
    assert_int_not_equal(
        run("no guide", 1, (const char *const[]){"experiments.main={grid: {model: [cones, black]}}", NULL}), NSYM_OK);
    assert_says("the guide must be a network that is kept (keep: true in 'main')");
    static const char *const named[] = {"models.of_twenty_eight_letters_now_={event: columns, columns: iso_0.1}",
                                        "experiments.main.grid.model=[cones, black, of_twenty_eight_letters_now_]",
                                        NULL};
    assert_int_not_equal(run("name", 1, named), NSYM_OK);
    assert_says("experiments.main.ado: the model's name 'of_twenty_eight_letters_now_' is longer than 27 letters");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_are_compared_by_decision_ordering_both_ways),
        cmocka_unit_test(events_that_validate_stop_a_training_and_are_reported),
        cmocka_unit_test(a_search_adds_its_steps_to_the_results),
        cmocka_unit_test(a_study_that_is_stopped_in_its_search_goes_on),
        cmocka_unit_test(names_may_be_added_to_the_start),
        cmocka_unit_test(a_search_whose_experiment_is_skipped_is_left_out),
        cmocka_unit_test(searches_that_cannot_be_are_refused_before_any_training),
    };
    return cmocka_run_group_tests(tests, make_sample, remove_folder);
}
