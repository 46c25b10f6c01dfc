/* Curves against the size of the sample, ROC curves, and panels of several coordinates. */
#include "report/folder.h"

#define ROW(binning, model, x, numbers)                                                                                \
    "{\"binning\":\"" binning "\",\"model\":\"" model "\",\"method\":\"none\"," x ",\"std\":0.5," numbers "}"

static const char results[] = "{\"study\":\"small\",\"results\":[" ROW(
    "uniform", "fcn", "\"size\":480,\"metric\":\"auc\"",
    "\"mean\":0.6,\"standard_error\":0.01,\"reference\":0.7,\"reference_standard_error\":0.02") ","            //
    ROW("nonuniform", "fcn", "\"size\":480,\"metric\":\"auc\"", "\"mean\":0.5,\"standard_error\":0.01") ","    //
    ROW("nonuniform", "pfn", "\"size\":960,\"metric\":\"auc\"", "\"mean\":0.5,\"standard_error\":0.01") ","    //
    ROW("uniform", "pfn", "\"size\":960,\"metric\":\"auc\"", "\"mean\":0.75,\"standard_error\":0.01") ","      //
    ROW("uniform", "fcn", "\"background\":0.5,\"metric\":\"roc\"", "\"mean\":0.8,\"standard_error\":0.01") "," //
    ROW("uniform", "fcn", "\"background\":0.01,\"metric\":\"roc\"", "\"mean\":0.2,\"reference\":0.25") ","     //
    ROW("uniform", "fcn", "\"background\":0,\"metric\":\"roc\"", "\"mean\":0") ","                             //
    ROW("uniform", "fcn", "\"background\":\"x\",\"metric\":\"roc\"", "\"mean\":0.1") ","                       //
    ROW("uniform", "fcn", "\"background\":2,\"metric\":\"roc\"", "\"mean\":0.1") ","                           //
    ROW("uniform", "fcn", "\"background\":0.1,\"metric\":\"roc\"", "\"mean\":null") "]}";

static void panels_may_be_of_several_coordinates(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: a, kind: curves, metric: auc, x: size, series: method, panels: [binning, model], "
               "labels: {uniform: 32 × 32}}\n");
    report_is_written(f);
    const char *csv = read_text(f, "figures/a.csv"), *gp = read_text(f, "figures/a.gp");
    assert_has(csv, "curve,size,mean,total,reference,reference_error,method,\"binning, model\"\n");
    /* In the order of binnings, then of models, whatever the file's. */
    assert_has(csv, "1,480,0.6,0.01,0.7,0.02,none,\"uniform, fcn\"\n2,960,0.75,0.01,,,none,\"uniform, pfn\"\n"
                    "3,480,0.5,0.01,,,none,\"nonuniform, fcn\"\n4,960,");
    assert_has(gp, "set title '32 × 32, fcn'");
    assert_has(gp, "set xtics (480, 960)");
    const char *first = strstr(gp, "set title 'nonuniform, fcn'");
    assert_non_null(first);
    assert_has(first, "set xlabel 'size'"); /* two rows: the lower one has the label */
}

static void panels_that_make_no_table_stand_in_a_row(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: a, kind: curves, metric: auc, x: size, series: method, "
               "panels: [size, model, binning], where: {binning: uniform}}\n");
    report_is_written(f);
    assert_has(read_text(f, "figures/a.gp"), "set title 'size 480, fcn, uniform'");
    assert_has(read_text(f, "figures/a.gp"), "set title 'size 960, pfn, uniform'");
}

/* Names along an axis stand at 1, 2, 3 in the order of the results, by the names that the card gives them. */
static void x_may_be_names(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":["
               "{\"model\":\"so3\",\"size\":100,\"metric\":\"auc\",\"mean\":0.5,\"std\":0.1},"
               "{\"model\":\"a\",\"size\":100,\"metric\":\"auc\",\"mean\":0.7,\"std\":0.1},"
               "{\"model\":\"2\",\"size\":100,\"metric\":\"auc\",\"mean\":0.8,\"std\":0.1}]}");
    write_text(f, "study.resolved.yaml",
               "names: {so3: \"SO(3)\"}\n"
               "figures:\n  - {name: a, kind: curves, metric: auc, x: model, x_log: true, series: size}\n");
    report_is_written(f);
    const char *csv = read_text(f, "figures/a.csv"), *gp = read_text(f, "figures/a.gp");
    assert_has(csv, "1,1,0.5,0.1,,,100,auc\n1,2,0.7,0.1,,,100,auc\n1,3,0.8,");
    assert_has(gp, "set xtics ('SO(3)' 1, 'a' 2, '2' 3); unset mxtics");
    assert_has(gp, "set xrange [0.7:3.3]");
    assert_has(gp, "with yerrorbars lt 1");
    assert_null(strstr(gp, "set logscale x"));
}

/* A band goes along the lower efficiencies and back along the upper ones, within 0 and 1. */
static void a_roc_curve_may_have_a_band(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":["
               "{\"model\":\"a\",\"background\":0.1,\"metric\":\"roc\",\"mean\":0.5,\"std\":0.1},"
               "{\"model\":\"a\",\"background\":0.5,\"metric\":\"roc\",\"mean\":0.95,\"std\":0.2}]}");
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: r, kind: roc, bands: true}\n");
    report_is_written(f);
    assert_has(read_text(f, "figures/r.csv"),
               "2,0.1,0.4,,,,a,band\n2,0.5,0.75,,,,a,band\n2,0.5,1,,,,a,band\n2,0.1,0.6,,,,a,band\n");
    assert_has(read_text(f, "figures/r.gp"), "of(2, 'mean')):(rejection(0)) with filledcurves closed lt 1");
}

/* Two metrics are two series, told apart by `metric`; a result that is an x stands as a vertical line. */
static void metrics_may_be_series_and_results_may_mark_the_axis(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":["
               "{\"model\":\"a\",\"epoch\":1,\"metric\":\"loss\",\"mean\":0.5,\"std\":0.1},"
               "{\"model\":\"a\",\"epoch\":2,\"metric\":\"loss\",\"mean\":0.4,\"std\":0.1},"
               "{\"model\":\"a\",\"epoch\":1,\"metric\":\"train_loss\",\"mean\":0.6,\"std\":0.1},"
               "{\"model\":\"a\",\"metric\":\"best_epoch\",\"mean\":1.25,\"std\":0}]}");
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: a, kind: curves, metric: [train_loss, loss], series: metric, panels: model, "
               "mark: best_epoch, y_range: [0, 1]}\n  - {name: b, kind: curves, metric: loss, mark: best_epoch}\n");
    report_is_written(f);
    const char *csv = read_text(f, "figures/a.csv"), *gp = read_text(f, "figures/a.gp");
    assert_has(csv, "1,1,0.6,0.1,,,train_loss,a\n2,1,0.5,0.1,,,loss,a\n2,2,0.4,0.1,,,loss,a\n"
                    "3,1.25,0.0001,,,,best_epoch,a\n3,1.25,0.9999,,,,best_epoch,a\n");
    assert_has(gp, "set linetype 1 lc rgb '#0072B2' lw 2.2 pt 7 # train_loss");
    assert_has(gp, "set linetype 2 lc rgb '#D55E00' lw 2.2 pt 7 # loss");
    assert_has(read_text(f, "figures/b.csv"), "2,1.25,0.");
    assert_has(read_text(f, "figures/b.gp"), "data using (of(2)):\"mean\" with lines lt 1 lw 1.8 dt (5,4)");
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: a, kind: curves, metric: [train_loss, loss]}\n");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
    assert_has(nsym_message(), "has several metrics, whose curves are told apart by series: metric; put 'model'");
}

static void a_logarithmic_axis_has_a_tic_for_each_of_few_x(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: a, kind: curves, metric: auc, x: size, x_log: true, series: model, where: "
               "{binning: uniform}}\n"
               "  - {name: b, kind: curves, metric: auc, x: size, series: model, where: {binning: uniform}}\n");
    report_is_written(f);
    assert_has(read_text(f, "figures/a.gp"), "set logscale x; set xtics (480, 960)");
    assert_null(strstr(read_text(f, "figures/b.gp"), "set logscale x"));
}

static void a_band_may_be_the_standard_error(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(
        f, "study.resolved.yaml",
        "figures:\n  - {name: a, kind: curves, metric: auc, x: size, series: model, error: standard_error, where: "
        "{binning: uniform}}\n");
    report_is_written(f);
    assert_has(read_text(f, "figures/a.csv"), "curve,size,mean,standard_error,reference,reference_error,model,"
                                              "metric\n1,480,0.6,0.01,0.7,0.02,fcn,auc\n");
    assert_has(read_text(f, "figures/a.gp"), "column('mean') + side * column('standard_error')");
    assert_has(read_text(f, "figures/a.gp"), "\"reference\":\"reference_error\" with yerrorbars");
}

/* Efficiencies of 0, of more than 1 and of no number are left out, and rows without a mean. */
static void a_roc_curve_is_rejection_against_efficiency(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: r, kind: roc, series: model}\n");
    report_is_written(f);
    const char *csv = read_text(f, "figures/r.csv"), *gp = read_text(f, "figures/r.gp");
    assert_string_equal(csv, "curve,background,mean,total,reference,reference_error,model,metric\n"
                             "1,0.01,0.2,0.5,0.25,,fcn,roc\n1,0.5,0.8,0.01,,,fcn,roc\n");
    assert_has(gp, "rejection(unused) = 1 / column('background')");
    assert_has(gp, "set yrange [1:150]");
    assert_has(gp, "data using (of(1, 'reference')):(rejection(0)) with points");
    if (exists(f, "figures/r.svg")) assert_null(strstr(read_text(f, "report.html"), "Not shown"));
}

/* The other network's result holds for every x: a line from edge to edge, in its panel and in the legend once. */
static void other_results_may_be_lines(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: a, kind: curves, metric: auc, x: size, series: model, panels: binning, "
               "where: {model: pfn}, lines: {where: {model: fcn}}, labels: {fcn: the list}}\n");
    report_is_written(f);
    const char *csv = read_text(f, "figures/a.csv"), *gp = read_text(f, "figures/a.gp");
    assert_has(csv, "3,959.5,0.6,0.01,,,fcn,uniform\n3,960.5,0.6,0.01,,,fcn,uniform\n");
    assert_has(csv, "4,959.5,0.5,0.01,,,fcn,nonuniform\n");
    assert_has(gp, "data using (of(3)):\"mean\" with lines");
    const char *legend = strstr(gp, "title 'the list'");
    assert_non_null(legend);
    assert_null(strstr(legend + 1, "title 'the list'"));
}

static void mistakes_in_curves_are_named(void **state) {
    fixture *f = *state;
    static const char *const wrong[][2] = {
        {"kind: roc, x: size", "unknown key 'x'"},
        {"kind: roc, error: mean", "error"},
        {"kind: curves, metric: auc, panels: {a: b}", "must be a text or a list of texts"},
        {"kind: curves, metric: auc, panels: [[a]]", "must be a text or a list of texts"},
        {"kind: curves, metric: auc, x: size, where: {binning: uniform}, lines: {model: fcn}", "unknown key 'model'"},
    };
    write_text(f, "results.json", results);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char card[256];
        snprintf(card, sizeof card, "figures:\n  - {name: a, %s}\n", wrong[i][0]);
        write_text(f, "study.resolved.yaml", card);
        assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
        assert_has(nsym_message(), wrong[i][1]);
    }
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: a, kind: roc, where: {background: 0}}\n");
    report_is_written(f);
    assert_has(read_text(f, "report.html"), "Not shown: no result of roc that can be shown has background 0<");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(panels_may_be_of_several_coordinates),
        TEST(panels_that_make_no_table_stand_in_a_row),
        TEST(x_may_be_names),
        TEST(a_roc_curve_may_have_a_band),
        TEST(metrics_may_be_series_and_results_may_mark_the_axis),
        TEST(a_logarithmic_axis_has_a_tic_for_each_of_few_x),
        TEST(a_band_may_be_the_standard_error),
        TEST(a_roc_curve_is_rejection_against_efficiency),
        TEST(other_results_may_be_lines),
        TEST(mistakes_in_curves_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
