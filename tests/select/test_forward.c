/* Columns selected one by one: the informative ones first, each training in the ledger, every candidate in a file. */
#include "select/forward.h"
#include "study/card_text.h"
#include "study/grid.h"
#include <nearsym/random.h>

#include <jansson.h>

enum { EVENTS = 700 };

static const char *const columns[] = {"a", "b", "c", "d", "e"};

static const char tiny[] = "study: tiny\n"
                           "seed: 3\n"
                           "data: {file: events.csv}\n"
                           "split: {test: 0.25, validation: 0.25}\n"
                           "train: {epochs: 6, batch: 32, learning_rate: 0.02, sampling: each, scale: true,\n"
                           "  every_epoch: false, weighted: true}\n"
                           "models:\n"
                           "  one: {event: columns, columns: [a], hidden: [6]}\n"
                           "  score: {kind: column, column: a}\n"
                           "experiments:\n"
                           "  main: {grid: {model: [one, score]}}\n"
                           "searches:\n"
                           "  best: {kind: forward, experiment: main, start: one, candidates: [a, b, c, d, e],\n"
                           "    steps: 2}\n";

/* The label hangs on d most, on b less and on nothing else. */
static nsym_events *table(void) {
    nsym_random random = nsym_random_stream(4, "tiny", 0);
    nsym_events *events;
    double *label, *weight, *value[5];
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &weight), NSYM_OK);
    for (size_t k = 0; k < 5; k++)
        assert_int_equal(nsym_events_add_column(events, columns[k], "", "", 1, &value[k]), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) {
        for (size_t k = 0; k < 5; k++) value[k][i] = nsym_random_normal(&random);
        weight[i] = 0.5 + nsym_random_uniform(&random);
        label[i] = nsym_random_uniform(&random) < 1 / (1 + exp(-2.5 * value[3][i] - 1.2 * value[1][i]));
    }
    return events;
}

static int make_sample(void **state) {
    if (make_folder(state) != 0) return -1;
    nsym_events *events = table();
    assert_int_equal(nsym_events_write(events, in_folder("events.csv")), NSYM_OK);
    nsym_events_free(events);
    return 0;
}

static bool always(void) {
    return true;
}

static nsym_status run(const char *name, size_t jobs, bool (*stop)(void), const char *set) {
    char file[600], out[512];
    snprintf(file, sizeof file, "data.file=%s", in_folder("events.csv"));
    snprintf(out, sizeof out, "%s", in_folder(name));
    const char *all[] = {file, set};
    nsym_study_options options = {
        .card = card_file(tiny), .set = all, .sets = set ? 2 : 1, .jobs = jobs, .stop = stop, .out = out};
    return nsym_study_run(&options);
}

/* The rows of the search by step: what was added, and two metrics. */
static void read_steps(const char *name, char added[2][8], double auc[2], double judged[2]) {
    char path[600];
    snprintf(path, sizeof path, "%s/results.json", in_folder(name));
    json_t *root = json_load_file(path, 0, NULL), *row;
    size_t i, rows = 0;
    assert_non_null(root);
    json_array_foreach(json_object_get(root, "results"), i, row) {
        const char *metric = json_string_value(json_object_get(row, "metric"));
        if (!json_object_get(row, "search")) continue;
        assert_string_equal(json_string_value(json_object_get(row, "search")), "best");
        size_t step = (size_t)json_number_value(json_object_get(row, "step"));
        assert_true(step == 1 || step == 2);
        snprintf(added[step - 1], 8, "%s", json_string_value(json_object_get(row, "added")));
        double mean = json_number_value(json_object_get(row, "mean"));
        assert_true(strcmp(metric, "auc_final") == 0 || strcmp(metric, "validation_auc") == 0);
        *(strcmp(metric, "auc_final") == 0 ? &auc[step - 1] : &judged[step - 1]) = mean;
        rows++;
    }
    assert_int_equal(rows, 4);
    json_decref(root);
}

/* The ranking of a step has all its candidates, the best first, which is the one that was taken. */
static void check_ranking(const char *name, size_t step, const char *added, double auc, double judged) {
    char path[600], line[256], seen[8] = "";
    snprintf(path, sizeof path, "%s/search-best/forward-%zu.csv", in_folder(name), step);
    FILE *csv = fopen(path, "r");
    assert_non_null(csv);
    assert_non_null(fgets(line, sizeof line, csv));
    assert_string_equal(line, "observable,validation_auc,auc\n");
    double last = INFINITY;
    size_t n = 0;
    for (; fgets(line, sizeof line, csv); n++) {
        char observable[16];
        double validation, test;
        assert_int_equal(sscanf(line, "%15[^,],%lf,%lf", observable, &validation, &test), 3);
        assert_true(validation <= last && validation > 0.3 && test > 0.3);
        if (n == 0) {
            assert_string_equal(observable, added);
            assert_true(validation == judged && test == auc);
        }
        last = validation;
        strcat(seen, observable);
    }
    fclose(csv);
    assert_int_equal(n, 6 - step);
    for (size_t k = 0; k < 5; k++) /* the second step is without d */
        assert_true((strchr(seen, columns[k][0]) != NULL) == (step == 1 || k != 3));
}

static void the_informative_columns_are_found_in_their_order(void **state) {
    (void)state;
    char added[2][8], again[2][8];
    double auc[2], judged[2], second[2], other[2];
    if (run("one", 1, NULL, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    read_steps("one", added, auc, judged);
    assert_string_equal(added[0], "d");
    assert_string_equal(added[1], "b");
    assert_true(judged[0] > 0.8 && judged[1] > judged[0] + 0.01 && auc[1] > auc[0]);
    for (size_t k = 0; k < 2; k++) check_ranking("one", k + 1, added[k], auc[k], judged[k]);
    /* nor do they hang on how many are trained at once */
    if (run("two", 2, NULL, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    read_steps("two", again, second, other);
    assert_memory_equal(auc, second, sizeof auc);
    assert_memory_equal(judged, other, sizeof judged);
}

static void what_is_in_the_ledger_is_not_trained_again(void **state) {
    (void)state;
    char added[2][8];
    double auc[2], judged[2];
    assert_int_equal(run("three", 1, always, NULL), NSYM_EINTERRUPTED);
    if (run("three", 1, NULL, "searches.best.steps=1") != NSYM_OK) fail_msg("%s", nsym_message());
    assert_int_equal(run("three", 1, always, NULL), NSYM_EINTERRUPTED); /* the second step is to be trained */
    if (run("three", 1, NULL, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    unlink(in_folder("three/search-best/forward-1.csv"));
    if (run("three", 1, always, NULL) != NSYM_OK) fail_msg("%s", nsym_message()); /* nothing is */
    read_steps("three", added, auc, judged);
    for (size_t k = 0; k < 2; k++) check_ranking("three", k + 1, added[k], auc[k], judged[k]);
}

/* With `add` the first training has that column too, and no more steps are made than there are candidates. */
static void a_search_may_begin_with_columns(void **state) {
    (void)state;
    if (run("four", 1, NULL,
            "searches.best={kind: forward, experiment: main, start: one, add: [d], candidates: [a, b], "
            "steps: 9}") != NSYM_OK)
        fail_msg("%s", nsym_message());
    char added[2][8];
    double auc[2], judged[2];
    read_steps("four", added, auc, judged);
    assert_string_equal(added[0], "b");
    assert_string_equal(added[1], "a");
    assert_true(judged[0] > 0.85); /* both informative columns */
}

static void searches_that_cannot_be_are_refused(void **state) {
    (void)state;
    static const char *const wrong[][2] = {
        {"searches.best.candidates=[]", "a forward search needs 'candidates'"},
        {"searches.best.candidates=[a, a]", "\"a\" is named twice"},
        {"searches.best.add=[e]", "searches.best.candidates: 'e' is already one of the columns at the start (add)"},
        {"searches.best.candidates=[a, nothing]", "nothing"},
        {"searches.best.steps=0", "searches.best.steps is 0"},
        {"searches.best.guide=one", "unknown key 'guide' in searches.best"},
        {"searches.best.kappa=[1]", "unknown key 'kappa' in searches.best"},
        {"searches.best.members=2", "unknown key 'members' in searches.best"},
        {"searches.best.kind=forwards", "did you mean 'forward'?"},
        {"searches.best.kind=guided", "unknown key 'candidates' in searches.best"},
        {"searches.best.start=two", "searches.best.start: experiment 'main' has no model 'two'"},
        {"searches.best.start=score", "the start, 'score', must be a model that reads columns"},
        {"split.validation=0", "a search needs validation events"},
        {"searches.best=5", "searches.best is 5, must be a map"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (run("wrong", 1, NULL, wrong[i][0]) == NSYM_OK) fail_msg("%s is taken", wrong[i][0]);
        assert_says(wrong[i][1]);
    }
}

static void tasks_that_cannot_be_are_refused(void **state) {
    (void)state;
    nsym_events *events = table();
    nsym_forward_step steps[4];
    size_t n;
    static char many[8 * 300], longest[200];
    for (size_t i = 0; i < 257; i++) sprintf(many + strlen(many), "c%zu,", i);
    memset(longest, 'x', sizeof longest - 1);
    const char *const candidates[] = {"", many, longest};
    static const char *const words[] = {"there are no candidates", "more than 256 candidates",
                                        "is longer than 127 letters"};
    for (size_t k = 0; k < 3; k++) {
        nsym_forward_task task = {.trial = {.table = events, .trains = 300, .checks = 100, .measured = 300},
                                  .judges = 150,
                                  .tests = 150,
                                  .start = "",
                                  .candidates = candidates[k],
                                  .steps = 4,
                                  .workers = 1,
                                  .folder = folder,
                                  .key = "k"};
        assert_int_equal(nsym_forward_select(steps, &n, &task), NSYM_EINVAL);
        assert_says(words[k]);
    }
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_informative_columns_are_found_in_their_order),
        cmocka_unit_test(what_is_in_the_ledger_is_not_trained_again),
        cmocka_unit_test(a_search_may_begin_with_columns),
        cmocka_unit_test(searches_that_cannot_be_are_refused),
        cmocka_unit_test(tasks_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, make_sample, remove_folder);
}
