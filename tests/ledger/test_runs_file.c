#include "ledger/folder.h"

#include "ledger/runs.h"

#include <math.h>

static const double values[] = {0.1, -0.0, 5e-324, 1.7976931348623157e308, 1. / 3, INFINITY, -INFINITY, -1e17};
static const double draws[] = {0.25, -0.0, -1. / 3};
enum { N = sizeof values / sizeof *values };

static void record(nsym_ledger *ledger, const char *key, double factor) {
    nsym_measure measures[N];
    for (size_t i = 0; i < N; i++)
        measures[i] = (nsym_measure){
            i % 2 ? "loss" : "auc", N - i,         values[i] * factor, i == 2 ? 1. / 7 : 0, i == 3 ? 0.1 : 0,
            i == 1 ? draws : NULL,  i == 1 ? 3 : 0};
    assert_int_equal(nsym_ledger_record_by(ledger, key, "a \"label\", é", "avx2", 1. / 3, measures, N), NSYM_OK);
}

static void look(void *context, const nsym_measure *m) {
    size_t *i = context;
    assert_string_equal(m->metric, *i % 2 ? "loss" : "auc");
    assert_int_equal(m->epoch, N - *i);
    assert_memory_equal(&m->value, &values[*i], sizeof m->value);
    assert_true(m->test_error == (*i == 2 ? 1. / 7 : 0) && m->fit_error == (*i == 3 ? 0.1 : 0));
    assert_int_equal(m->draw_count, *i == 1 ? 3 : 0);
    if (m->draw_count) assert_memory_equal(m->draws, draws, sizeof draws);
    ++*i;
}

/* "FOLDER/name" of the test's folder. */
static const char *beside(const folder *f, const char *name) {
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", f->name, name);
    return path;
}

static void a_file_brings_runs_to_the_bit(void **state) {
    const folder *f = *state;
    static const char *const names[] = {"runs.jsonl", "runs.jsonl.gz"};
    nsym_ledger *ledger = opened(f->path);
    record(ledger, "b", 1);
    record(ledger, "a", 1);
    for (size_t k = 0; k < 2; k++) {
        char path[128];
        size_t runs = 0;
        strcpy(path, beside(f, names[k]));
        assert_int_equal(nsym_runs_file_write(ledger, path, &runs), NSYM_OK);
        assert_int_equal(runs, 2);
        nsym_ledger *other = opened(beside(f, k ? "one.sqlite" : "two.sqlite"));
        nsym_runs_taken taken = {0};
        if (nsym_runs_file_read(other, path, &taken) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_true(taken.added == 2 && taken.present == 0 && taken.differing == 0);
        size_t i = 0;
        assert_int_equal(nsym_ledger_read(other, "a", look, &i), NSYM_OK);
        assert_int_equal(i, N);
        double seconds;
        char *cpus;
        assert_int_equal(nsym_ledger_run_seconds(other, "a", &seconds), NSYM_OK);
        assert_true(seconds == 1. / 3);
        assert_int_equal(nsym_ledger_cpus(other, &cpus), NSYM_OK);
        assert_string_equal(cpus, "avx2");
        free(cpus);
        nsym_ledger_close(other);
    }
    nsym_ledger_close(ledger);
}

static void runs_that_are_there_stay_and_others_are_counted(void **state) {
    const folder *f = *state;
    nsym_ledger *ledger = opened(f->path), *other = opened(beside(f, "other.sqlite"));
    record(ledger, "same", 1);
    record(ledger, "changed", 1);
    record(other, "same", 1);
    record(other, "changed", 0.5);
    record(other, "new", 1);
    nsym_runs_taken taken = {0};
    assert_int_equal(nsym_runs_take(ledger, other, &taken), NSYM_OK);
    assert_true(taken.added == 1 && taken.present == 2 && taken.differing == 1);
    size_t i = 0;
    assert_int_equal(nsym_ledger_read(ledger, "changed", look, &i), NSYM_OK);
    nsym_ledger_close(other);
    nsym_ledger_close(ledger);
}

static void faults_of_a_file_are_told_by_line(void **state) {
    const folder *f = *state;
    static const struct {
        const char *line, *message;
    } faults[] = {
        {"[1, 2]", "not a finished run"},
        {"{\"label\": \"l\", \"key\": \"k\", \"finished\": \"now\", \"seconds\": 1}", "it needs"},
        {"{\"label\": \"l\", \"key\": \"k\", \"finished\": \"now\", \"seconds\": 1, \"measures\": [{}]}",
         "no \"metric\""},
        {"{\"label\": \"l\", \"key\": \"k\", \"finished\": \"now\", \"seconds\": 1, \"measures\": [{\"metric\": "
         "\"m\"}]}",
         "the \"value\" of m is missing"},
        {"{\"label\": \"l\", \"key\": \"k\", \"finished\": \"now\", \"seconds\": 1, \"measures\": [{\"metric\": \"m\", "
         "\"value\": 1, \"epoch\": -1}]}",
         "the \"epoch\" of m"},
        {"{\"label\": \"l\", \"key\": \"k\", \"finished\": \"now\", \"seconds\": 1, \"measures\": [{\"metric\": \"m\", "
         "\"value\": 1, \"test_error\": \"x\"}]}",
         "an error of m"},
        {"{\"label\": \"l\", \"key\": \"k\", \"finished\": \"now\", \"seconds\": 1, \"measures\": [{\"metric\": \"m\", "
         "\"value\": 1, \"draws\": [1, null]}]}",
         "draw 2 of m"},
        {"{\"label\": ", "column"},
    };
    nsym_ledger *ledger = opened(f->path);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        char path[128];
        nsym_runs_taken taken = {0};
        strcpy(path, beside(f, "fault.jsonl"));
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fprintf(file, "\n%s\n", faults[i].line);
        fclose(file);
        assert_int_equal(nsym_runs_file_read(ledger, path, &taken), NSYM_EFORMAT);
        if (!strstr(nsym_message(), "fault.jsonl:2: ") || !strstr(nsym_message(), faults[i].message))
            fail_msg("'%s' does not say '%s' of line 2", nsym_message(), faults[i].message);
        assert_int_equal(taken.added, 0);
    }
    nsym_ledger_close(ledger);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_brings_runs_to_the_bit, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(runs_that_are_there_stay_and_others_are_counted, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(faults_of_a_file_are_told_by_line, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
