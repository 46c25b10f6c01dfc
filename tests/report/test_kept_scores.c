/* Figures of kept scores: whether a score sculpts a column, by the events of a class behind thresholds on it, and what
   either class is taken for. */
#include "report/folder.h"

#include <nearsym/events.h>

/* Eight background events, two in each of four bins of x = 0 ... 4; the best half by the logit are those of the upper
   two bins. Signal events are no part of it. */
static void write_scores(const fixture *f) {
    enum { N = 12 };
    char path[160];
    nsym_events *events;
    double *label, *x, *logit, *weight;
    snprintf(path, sizeof path, "%s/scores.h5", f->folder);
    assert_int_equal(nsym_events_new(&events, N), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "x", "GeV", "", 1, &x), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "logit", "", "", 1, &logit), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &weight), NSYM_OK);
    for (size_t i = 0; i < N; i++) {
        label[i] = i >= 8;
        x[i] = i < 8 ? 0.5 + (double)(i / 2) : 1.5;
        logit[i] = i < 8 ? (double)i - 4 : 10;
        weight[i] = i < 2 ? 3 : 1;
    }
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":[],\"files\":[{\"path\":\"scores.h5\",\"model\":\"a\",\"member\":0}]}");
}

static void the_best_of_a_class_are_set_against_all_of_it(void **state) {
    fixture *f = *state;
    write_scores(f);
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: s, kind: sculpting, column: x, range: [0, 4], bins: 4, pass: [0.5]}\n");
    report_is_written(f);
    const char *csv = read_text(f, "figures/s.csv"), *gp = read_text(f, "figures/s.gp");
    /* All: 1/4 a bin, with the error sqrt(2) / 8. The best half: 0, 0, 1/2, 1/2, twice as much as all. */
    assert_has(csv, "1,0,0.25,all background,x,0.5,0.176776695,1,0.707106781\n");
    assert_has(csv,
               "2,0,0,best 50 %,x,0.5,0,0,0\n2,1,0,best 50 %,x,1.5,0,0,0\n2,2,0.5,best 50 %,x,2.5,0.353553391,2,2\n");
    /* 1/2 [2 (1/4) log2(2) + 2 ((1/4) log2(2/3)) + 2 ((1/2) log2(4/3))] = 0.31128; by chance 3 / (8 ln 2) (1/4 - 1/8)
     */
    assert_has(gp, "'JSD 0.31 (chance 0.07)'");
    assert_has(gp, "set ylabel 'ratio'");
}

static void events_count_by_their_weights(void **state) {
    fixture *f = *state;
    write_scores(f);
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: s, kind: sculpting, column: x, range: [0, 4], bins: 4, "
               "pass: [0.5], weight: true, labels: {0: QCD}}\n");
    report_is_written(f);
    const char *csv = read_text(f, "figures/s.csv");
    assert_has(csv, "1,0,0.5,all QCD,x,"); /* 6 of 12 */
    assert_has(csv, "2,0,0,best 50 %,x,"); /* the upper six weigh 6 */
    assert_has(csv, "2,1,0.333333333,best 50 %,x,");
}

/* Outputs of 0.6 and more are taken for signal: of the background three of eight, of the signal all. */
static void a_confusion_matrix_has_shares_of_the_true_class(void **state) {
    fixture *f = *state;
    enum { N = 12 };
    char path[160];
    nsym_events *events;
    double *label, *output, *weight;
    snprintf(path, sizeof path, "%s/scores.h5", f->folder);
    assert_int_equal(nsym_events_new(&events, N), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "output", "", "", 1, &output), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &weight), NSYM_OK);
    for (size_t i = 0; i < N; i++) {
        label[i] = i >= 8;
        output[i] = i < 8 ? 0.1 * (double)(i + 1) : 0.9;
        weight[i] = i == 7 ? 3 : 1;
    }
    output[5] = 0.6; /* at the threshold */
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":[],\"files\":[{\"path\":\"scores.h5\",\"model\":\"a\",\"member\":0}]}");
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: c, kind: confusion, threshold: 0.6, labels: {1: top}}\n"
               "  - {name: w, kind: confusion, threshold: 0.6, weight: true, panels: model}\n");
    report_is_written(f);
    /* sqrt(3/8 5/8 / 8); weighted 5 of 10: sqrt((1 + 1 + 9 + 5) / 4) / 10 */
    assert_string_equal(
        read_text(f, "figures/c.csv"),
        "panel,truth,taken_for,share,error,events,true_class,taken_class,panel_name\n"
        "1,1,1,1,0,4,top,top,\n1,1,2,0,0,0,top,background,\n"
        "1,2,1,0.375,0.171163299,3,background,top,\n1,2,2,0.625,0.171163299,5,background,background,\n");
    assert_has(read_text(f, "figures/w.csv"), "1,2,1,0.5,0.2,5,background,signal,a\n");
    if (exists(f, "figures/c.svg")) assert_null(strstr(read_text(f, "report.html"), "Not shown"));
}

static void mistakes_are_named(void **state) {
    fixture *f = *state;
    char *missing;
    write_scores(f);
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: s, kind: sculpting, bins: 4}\n");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
    assert_has(nsym_message(), "figures[0] needs a column, such as column: mass");
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: s, kind: sculpting, column: x, pass: [1.5]}\n");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
    assert_has(nsym_message(), "figures[0].pass[0] is 1.5");
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: s, kind: sculpting, column: x, label: 3}\n");
    assert_int_equal(nsym_report_draw(&missing, f->folder), NSYM_OK);
    f->text[f->texts++] = missing;
    assert_string_equal(missing, "figure 's': scores.h5 has no event of label 3 with a number for 'x'\n");
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: s, kind: sculpting, column: mass}\n");
    assert_int_equal(nsym_report_draw(&missing, f->folder), NSYM_OK);
    f->text[f->texts++] = missing;
    assert_string_equal(missing, "figure 's': scores.h5 has no event column 'mass'\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_best_of_a_class_are_set_against_all_of_it),
        TEST(events_count_by_their_weights),
        TEST(a_confusion_matrix_has_shares_of_the_true_class),
        TEST(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
