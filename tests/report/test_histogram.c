/* Histograms of samples: overlays, cuts, ranges by the values, relative shifts, densities, and the paper's beside them.
 */
#include "report/folder.h"

enum { EVENTS = 1000 };

/* x = 1 ... 1000, true = 1000, score = x, two weights of which one is all the others lack, truth = odd. */
static void write_sample(const fixture *f) {
    static const char *const names[] = {"x", "base", "output", "first", "second", "label"};
    char path[160];
    nsym_events *events;
    double *column[6];
    snprintf(path, sizeof path, "%s/sample.h5", f->folder);
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    for (size_t k = 0; k < 6; k++)
        assert_int_equal(nsym_events_add_column(events, names[k], "", "", 1, &column[k]), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) {
        double x = (double)i + 1;
        const double values[] = {x, 1000, x, x <= 250, x > 250, (double)(i % 2)};
        for (size_t k = 0; k < 6; k++) column[k][i] = values[k];
    }
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
}

/* The csv of a figure of that sample, which stands at two places of the grid. */
static const char *csv_of(fixture *f, const char *keys) {
    char card[1024];
    write_sample(f);
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":[],\"files\":["
               "{\"experiment\":\"e\",\"path\":\"sample.h5\"},{\"experiment\":\"other\",\"path\":\"sample.h5\"}]}");
    snprintf(card, sizeof card, "reference: reference.yaml\nfigures:\n  - {name: h, kind: histogram, %s}\n", keys);
    write_text(f, "study.resolved.yaml", card);
    report_is_written(f);
    return read_text(f, "figures/h.csv");
}

static void a_sample_at_several_places_is_counted_once(void **state) {
    assert_has(csv_of(*state, "column: x, range: [0, 1000], bins: 4"), "1,0,249,");
}

static void weights_may_lie_on_each_other(void **state) {
    fixture *f = *state;
    const char *csv = csv_of(f, "column: x, range: [0.5, 1000.5], bins: 2, weight: [first, second], overlay: true, "
                                "normalise: density, labels: {first: low}");
    assert_has(csv, "1,0.5,0.002,low,x\n1,500.5,0,low,x\n"); /* all 250 of the first in 500 units of x */
    assert_has(csv, "2,0.5,0.000666666667,second,x\n2,500.5,0.00133333333,second,x\n");
    assert_null(strstr(csv, "\n3,"));
}

/* Of weights 1 and 3 in one bin: sqrt(1 + 9), and of the ratio both errors in quadrature. */
static void errors_are_of_the_weights_and_ratios_have_both(void **state) {
    fixture *f = *state;
    static const char *const names[] = {"x", "weight", "label"};
    static const double values[][5] = {{1, 1, 1, 1, 3}, {1, 3, 2, 2, 5}, {1, 1, 0, 0, 1}};
    char path[160];
    nsym_events *events;
    double *column;
    snprintf(path, sizeof path, "%s/few.h5", f->folder);
    assert_int_equal(nsym_events_new(&events, 5), NSYM_OK);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(nsym_events_add_column(events, names[k], "", "", 1, &column), NSYM_OK);
        memcpy(column, values[k], sizeof values[k]);
    }
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
    write_text(f, "results.json", "{\"study\":\"s\",\"results\":[],\"files\":[{\"path\":\"few.h5\"}]}");
    write_text(
        f, "study.resolved.yaml",
        "figures:\n  - {name: h, kind: histogram, column: x, range: [0, 4], bins: 2, split: label, weight: true, "
        "errors: true, ratio: 0}\n"
        "  - {name: d, kind: histogram, column: x, range: [0, 4], bins: 2, split: label, weight: true, "
        "normalise: density, errors: true}\n"
        "  - {name: l, kind: histogram, column: x, range: [0, 4], bins: 2, split: label, ratio: 2}\n");
    report_is_written(f);
    const char *csv = read_text(f, "figures/h.csv"), *gp = read_text(f, "figures/h.gp");
    /* signal 4 +- sqrt(10), background 4 +- sqrt(8): their ratio is 1 +- sqrt(10 + 8) / 4 */
    assert_has(csv, "curve,low_edge,height,label,panel,middle,error,ratio,ratio_error\n"
                    "1,0,4,signal,x,1,3.16227766,1,1.06066017\n1,2,5,signal,x,3,5,,\n1,4,0,signal,x,,,,\n"
                    "2,0,4,background,x,1,2.82842712,1,0.707106781\n2,2,0,background,x,3,0,,\n");
    assert_has(read_text(f, "figures/d.csv"), "1,0,0.222222222,signal,x,1,0.175682092,,\n"); /* sqrt(10) / 9 / 2 */
    assert_has(gp, "set ylabel 'ratio'");
    assert_has(read_text(f, "report.html"), "ratio is &#39;2&#39;, and label has no such value");
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: h, kind: histogram, column: x, range: [0, 4], ratio: 0}\n");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
    assert_has(nsym_message(), "figures[0].ratio divides the parts of a 'split' or 'overlay' by one of them");
}

static void a_cut_keeps_a_share_of_the_largest(void **state) {
    fixture *f = *state;
    const char *csv = csv_of(f, "column: x, range: [0.5, 1000.5], bins: 4, cut: {column: output, pass: 0.5}");
    assert_has(csv, "1,0.5,0,all events,x\n1,250.5,0,all events,x\n1,500.5,250,all events,x\n1,750.5,250,");
}

static void a_cut_may_count_by_a_weight(void **state) {
    fixture *f = *state; /* half of the first 250 events: x > 125 */
    const char *csv =
        csv_of(f, "column: x, range: [0.5, 250.5], bins: 2, cut: {column: output, weight: first, pass: 0.5}");
    assert_has(csv, "1,0.5,0,all events,x\n1,125.5,125,");
}

static void a_range_may_be_that_of_the_values(void **state) {
    const char *csv = csv_of(*state, "columns: {x: auto}, bins: 2");
    assert_has(csv, "1,5.5,495,"); /* without the outer 5 of 1000 on each side, which are 1 to 1000 */
    assert_has(csv, "1,500.5,495,");
    assert_has(csv, "1,995.5,0,");
}

static void the_largest_of_whole_numbers_is_shown(void **state) {
    const char *csv = csv_of(*state, "columns: {label: auto}, bins: 4");
    assert_has(csv, "1,-0.5,0,all events,label\n1,0,500,all events,label\n1,0.5,0,all events,label\n1,1,500,");
}

static void a_column_may_be_shown_relative_to_another(void **state) {
    fixture *f = *state;
    const char *csv = csv_of(f, "column: x, relative_to: base, range: [-1, 0.001], bins: 1, spread: true");
    assert_has(csv, "1,-1,1000,");
    assert_has(read_text(f, "figures/h.gp"), "'σ = 0.289'"); /* 1 / sqrt(12) */
}

static void slices_may_have_names(void **state) {
    fixture *f = *state;
    const char *csv = csv_of(
        f,
        "column: x, range: [0, 1001], bins: 1, slices: {column: label, edges: [-0.5, 0.5, 1.5], names: [even, odd]}");
    assert_has(csv, "1,0,500,all events,even\n");
    assert_has(csv, "2,0,500,all events,odd\n");
}

static void the_papers_histogram_stands_beside_ours(void **state) {
    fixture *f = *state;
    write_text(f, "reference.yaml",
               "values: []\ncurves:\n"
               "  - {figure: h, where: {split: 1}, range: [0, 1000], y: [0.0015, 0.0005]}\n"
               "  - {figure: h, where: {split: 7}, x: [1], y: [9]}\n");
    const char *csv = csv_of(f, "column: x, range: [0, 1000], bins: 2, split: label, normalise: density");
    assert_has(csv, "3,250,0.0015,paper,\n3,750,0.0005,paper,\n");
    assert_null(strstr(csv, ",9,paper"));
    assert_has(read_text(f, "figures/h.gp"), "title 'paper'");
    assert_has(read_text(f, "figures/h.gp"), "set yrange [0:0.00162]"); /* the paper's highest, and 8 % */
}

static void a_published_curve_needs_its_figure(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", "{\"study\":\"s\",\"results\":[]}");
    write_text(f, "reference.yaml", "values: []\ncurves: [{figure: other, x: [1], y: [9]}]\n");
    write_text(f, "study.resolved.yaml",
               "reference: reference.yaml\nfigures: [{name: h, kind: histogram, column: x, range: [0, 1]}]\n");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
    assert_has(nsym_message(), "curves[0] is of figure 'other', which the card does not have");
}

static void published_curves_that_are_not_whole_are_refused(void **state) {
    static const char *const wrong[][2] = {
        {"curves: {figure: h}\n", "curves must be a list"},
        {"curves: [{y: [1], x: [1]}]\n", "needs a 'figure'"},
        {"curves: [{figure: h, y: [1, 2], x: [1]}]\n", "x has 1 numbers and y 2"},
        {"curves: [{figure: h, y: [1, a], x: [1, 2]}]\n", "curves[0].y[1] must be a number"},
        {"curves: [{figure: h, y: [1]}]\n", "curves[0].range must be a list of numbers"},
        {"curves: [{figure: h, y: [1], range: [1, 1]}]\n", "[low, high]"},
        {"curves: [{figure: h, y: [1], x: [1], range: [0, 1]}]\n", "keep one"},
        {"curves: [{figure: h, y: [1], x: [1], colour: red}]\n", "colour"},
    };
    fixture *f = *state;
    write_text(f, "results.json", "{\"study\":\"s\",\"results\":[]}");
    write_text(f, "study.resolved.yaml", "reference: reference.yaml\n");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_text(f, "reference.yaml", wrong[i][0]);
        assert_int_not_equal(nsym_report_write(f->folder), NSYM_OK);
        assert_has(nsym_message(), wrong[i][1]);
    }
}

static void wrong_entries_are_refused(void **state) {
    static const char *const wrong[] = {
        "column: x, range: [0, 1], overlay: true",
        "column: x, range: [0, 1], overlay: true, weight: [first], split: label",
        "column: x, range: [0, 1], cut: {column: output}",
        "column: x, range: [0, 1], cut: {pass: 0.5}",
        "column: x, range: [0, 1], normalise: maybe",
        "column: x, range: [0, 1], slices: {column: label, edges: [0, 1, 2], names: [one]}",
    };
    fixture *f = *state;
    write_text(f, "results.json", "{\"study\":\"s\",\"results\":[]}");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char card[512];
        snprintf(card, sizeof card, "figures:\n  - {name: h, kind: histogram, %s}\n", wrong[i]);
        write_text(f, "study.resolved.yaml", card);
        assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_sample_at_several_places_is_counted_once),
        TEST(weights_may_lie_on_each_other),
        TEST(errors_are_of_the_weights_and_ratios_have_both),
        TEST(a_cut_keeps_a_share_of_the_largest),
        TEST(a_cut_may_count_by_a_weight),
        TEST(a_range_may_be_that_of_the_values),
        TEST(the_largest_of_whole_numbers_is_shown),
        TEST(a_column_may_be_shown_relative_to_another),
        TEST(slices_may_have_names),
        TEST(the_papers_histogram_stands_beside_ours),
        TEST(a_published_curve_needs_its_figure),
        TEST(published_curves_that_are_not_whole_are_refused),
        TEST(wrong_entries_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
