/* Tables of the toy calorimeter's kind: errors of the mean, columns of two coordinates, tolerances, a limit. */
#include "report/folder.h"
#include "report/results.h"

/* Two networks on two grids, with two sizes each but one; the paper beside most of them. */
static const char results[] =
    "{\"study\":\"small\",\"results\":["
    "{\"binning\":\"uniform\",\"size\":480,\"model\":\"fcn\",\"metric\":\"auc\",\"mean\":0.61,\"std\":0.05,"
    "\"standard_error\":0.002,\"members\":20,\"reference\":0.6,\"reference_standard_error\":0.001,\"pull\":4.5,"
    "\"tolerance\":0.03,\"within\":true},"
    "{\"binning\":\"uniform\",\"size\":2400,\"model\":\"fcn\",\"metric\":\"auc\",\"mean\":0.7,\"std\":0.05,"
    "\"standard_error\":0.002,\"members\":20,\"reference\":0.74,\"reference_standard_error\":0.001,\"pull\":-18,"
    "\"tolerance\":0.015,\"within\":false},"
    "{\"binning\":\"nonuniform\",\"size\":480,\"model\":\"fcn\",\"metric\":\"auc\",\"mean\":0.55,\"std\":0.05,"
    "\"standard_error\":0.002,\"members\":20,\"reference\":0.5,\"reference_standard_error\":0.001,\"pull\":22},"
    "{\"binning\":\"uniform\",\"size\":480,\"model\":\"pfn\",\"metric\":\"auc\",\"mean\":0.75,\"std\":0.05,"
    "\"standard_error\":0.002,\"members\":20},"
    "{\"experiment\":\"limit\",\"model\":\"limit\",\"metric\":\"auc\",\"mean\":0.7897,\"std\":0,\"standard_error\":0,"
    "\"members\":1}]}";

#define TABLE                                                                                                          \
    "tables:\n  - {name: t, title: Table I, metric: auc, rows: model, columns: [binning, size], "                      \
    "error: standard_error, where: {model: [fcn, pfn]}"

static void columns_may_be_of_several_coordinates(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml", TABLE ", labels: {nonuniform: 32 × 4 cells, fcn: \"dense_{1}\"}}\n");
    report_is_written(f);
    const char *html = read_text(f, "report.html");
    assert_has(html, "<tr><th class=\"h\" colspan=\"1\"></th><th></th><th scope=\"colgroup\" class=\"over group\" "
                     "colspan=\"2\"><span>uniform"
                     "</span></th><th scope=\"colgroup\" class=\"over group\" colspan=\"1\"><span>32 × 4 cells</span>");
    assert_has(html,
               ">size 480</th><th scope=\"col\" class=\"n\">size 2400</th><th scope=\"col\" class=\"n\">size 480<");
    assert_has(html, ">dense<sub>1</sub></th>");
    assert_has(read_text(f, "tables/t.md"), "| dense<sub>1</sub> |");
    char *text;
    assert_int_equal(nsym_report_table_text(&text, f->folder), NSYM_OK);
    f->text[f->texts++] = text;
    assert_has(text, "  dense1  ");
    assert_has(read_text(f, "tables/t.md"),
               "| model |  | uniform, size 480 | uniform, size 2400 | 32 × 4 cells, size 480 | \n");
    assert_has(read_text(f, "tables/t.csv"),
               "fcn,nonuniform,480,auc,0.55,0.05,0.002,0.002,0.002,,,,20,0.5,,0.001,22,,\n");
}

/* Characters of the longest line, not bytes. */
static size_t longest_line(const char *text) {
    size_t longest = 0, length = 0;
    for (; *text; text++) {
        if (*text == '\n') length = 0;
        if (*text != '\n' && ((unsigned char)*text & 0xC0) != 0x80) length++;
        if (length > longest) longest = length;
    }
    return longest;
}

static void a_wide_table_fits_a_terminal_and_nothing_is_lost(void **state) {
    fixture *f = *state;
    char json[4096] = "{\"study\":\"s\",\"results\":[", *text;
    for (size_t i = 0; i < 9; i++)
        snprintf(json + strlen(json), sizeof json - strlen(json),
                 "%s{\"model\":\"network\",\"size\":%zu,\"metric\":\"auc\",\"mean\":0.%zu25,\"std\":0.01,"
                 "\"standard_error\":0.002,\"members\":20,\"reference\":0.%zu15,\"reference_std\":0.01,\"pull\":0.7}",
                 i ? "," : "", 1000 + i, i + 1, i + 1);
    strcat(json, "]}");
    write_text(f, "results.json", json);
    write_text(f, "study.resolved.yaml", "tables: [{name: t, metric: auc, rows: model, columns: size}]\n");
    report_is_written(f);
    assert_int_equal(nsym_report_table_text(&text, f->folder), NSYM_OK);
    f->text[f->texts++] = text;
    assert_true(longest_line(text) <= 80);
    assert_true(longest_line(text) > 60); /* as many columns as fit stand side by side */
    for (size_t i = 0; i < 9; i++) {
        char size[32], ours[32], paper[32];
        snprintf(size, sizeof size, "size %zu", 1000 + i);
        snprintf(ours, sizeof ours, "0.%zu25", i + 1);
        snprintf(paper, sizeof paper, "0.%zu15", i + 1);
        assert_has(text, size);
        assert_has(text, ours);
        assert_has(text, paper);
    }
    const char *first = strstr(text, "network  ours"); /* every block has the heads */
    assert_non_null(first);
    assert_has(first + 1, "network  ours");
}

static void values_are_those_of_the_last_coordinate(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml", TABLE ", values: [2400, 7]}\n");
    report_is_written(f);
    assert_has(read_text(f, "tables/t.md"), "| model |  | uniform, size 2400 | \n|---|---|---:|\n");
}

static void values_outside_their_tolerance_have_a_cross(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml", TABLE "}\n");
    report_is_written(f);
    const char *html = read_text(f, "report.html"), *markdown = read_text(f, "tables/t.md");
    assert_has(html, "<td class=\"n fine\"><span>+0.0100</span></td><td class=\"n far\"><span>✗ −0.0400</span></td>"
                     "<td class=\"n fine\"><span>+0.0500</span></td>"); /* the last has no tolerance */
    assert_has(html, "<p class=\"below\">± is the standard error of the mean over trainings. Values with a "
                     "tolerance: 1 of 2 are within it, 0 better by more (↑), 1 outside (✗).</p>");
    assert_has(markdown, "|  | difference | +0.0100 | ✗ -0.0400 | +0.0500 | \n");
    assert_has(read_text(f, "tables/t.csv"),
               "fcn,uniform,2400,auc,0.7,0.05,0.002,0.002,0.002,,,,20,0.74,,0.001,-18,0.015,false\n");
    char *text;
    assert_int_equal(nsym_report_table_text(&text, f->folder), NSYM_OK);
    f->text[f->texts++] = text;
    assert_has(text, "Table I\n"
                     "                               uniform          uniform       nonuniform\n"
                     "  model                       size 480        size 2400         size 480\n"
                     "  fcn    ours          0.6100 ± 0.0020  0.7000 ± 0.0020  0.5500 ± 0.0020\n"
                     "         paper         0.6000 ± 0.0010  0.7400 ± 0.0010  0.5000 ± 0.0010\n"
                     "         difference            +0.0100        ✗ -0.0400          +0.0500\n"
                     "  pfn    ours          0.7500 ± 0.0020                –                –\n"
                     "  ± is the standard error of the mean over trainings.\n"
                     "  Values with a tolerance: 1 of 2 are within it, 0 better by more (↑), 1 outside (✗).\n");
}

static void the_paper_shows_the_error_that_it_tells(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml",
               "tables:\n  - {name: t, metric: auc, rows: model, columns: binning, where: {size: 480, model: fcn}}\n"
               "text: \"AUC ${auc model=pfn error=standard_error} and ${auc model=pfn error=fit}\"\n");
    report_is_written(f);
    assert_has(
        read_text(f, "tables/t.md"),
        "| fcn | ours | 0.6100 ± 0.0020 | 0.5500 ± 0.0020 | \n|  | paper | 0.6000 ± 0.0010 | 0.5000 ± 0.0010 | \n");
    assert_has(read_text(f, "report.html"), "AUC 0.7500 ± 0.0020 and 0.750");
}

static void a_limit_stands_below_the_table(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml",
               TABLE ", limit: {title: Neyman–Pearson limit, where: {model: limit}}}\n"
                     "  - {name: none, metric: auc, rows: model, where: {binning: nonuniform}, limit: {metric: loss}}\n"
                     "  - {name: many, metric: auc, rows: model, where: {binning: nonuniform}, limit: {title: best, "
                     "where: {model: fcn}}}\n");
    report_is_written(f);
    const char *html = read_text(f, "report.html");
    assert_has(html, "<p class=\"below\">Neyman–Pearson limit: <b>0.7897</b></p>");
    assert_has(html, "<p class=\"below\">limit: no result has the metric &#39;loss&#39;; there is auc</p>");
    assert_has(html, "best: 3 results are auc with model fcn; they differ in");
    assert_has(read_text(f, "tables/t.md"), "\nNeyman–Pearson limit: 0.7897\n");
    assert_has(read_text(f, "tables/t.csv"), "limit,,,auc,0.7897,0,0,0,0,,,,1,,,,,,\n");
}

/* Columns of metrics; a spread of 0 is that of a single member, or not known, and says nothing. */
static void differences_stand_in_place_of_pulls_where_the_card_says_so(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"results\":[{\"model\":\"a\",\"metric\":\"auc\",\"mean\":0.7,\"std\":0,\"members\":1,"
               "\"reference\":0.8,\"reference_std\":0.001,\"pull\":-100},"
               "{\"model\":\"a\",\"metric\":\"ado\",\"mean\":0.6,\"std\":0.01,\"members\":2}]}");
    write_text(f, "study.resolved.yaml",
               "tables:\n  - {name: t, metric: [auc, ado], rows: model, columns: metric, difference: true}\n"
               "  - {name: p, metric: auc, rows: model}\n");
    report_is_written(f);
    const char *html = read_text(f, "report.html");
    assert_has(read_text(f, "tables/t.md"), "| model |  | auc | ado | \n|---|---|---:|---:|\n"
                                            "| a | ours | 0.700 | 0.600 ± 0.010 | \n"
                                            "|  | paper | 0.8000 ± 0.0010 | – | \n|  | difference | -0.1000 | – | \n");
    assert_has(html, "<td class=\"n fine\"><span>−0.1000</span></td>");
    assert_has(html, "<thead><tr><th scope=\"col\" class=\"h\">model</th>"); /* nothing above the metrics */
    assert_has(read_text(f, "tables/p.md"), "|  | pull | -100.0 | \n");
}

static void mistakes_in_a_table_are_named(void **state) {
    fixture *f = *state;
    static const char *const wrong[][2] = {
        {"error: mean", "error"},
        {"difference: yes", "difference"},
        {"labels: [a]", "labels must be a map"},
        {"columns: {a: b}", "must be a text or a list of texts"},
        {"limit: 0.79", "limit"},
        {"limit: {value: 0.79}", "unknown key 'value' in tables[0].limit"},
        {"limit: {where: [model]}", "where must be a map"},
    };
    write_text(f, "results.json", results);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char card[256];
        snprintf(card, sizeof card, "tables:\n  - {name: t, metric: auc, rows: model, %s}\n", wrong[i][0]);
        write_text(f, "study.resolved.yaml", card);
        assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
        assert_has(nsym_message(), "study.resolved.yaml:2: ");
        assert_has(nsym_message(), wrong[i][1]);
    }
}

/* Numbers that are none, words in their place: a dash or nothing, and no fault. */
static void hostile_rows_are_shown_as_far_as_they_go(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"results\":[{\"model\":\"a\",\"metric\":\"auc\",\"mean\":\"x\",\"standard_error\":{},\"within\":1,"
               "\"tolerance\":true,\"reference\":0.5},"
               "{\"model\":\"b\",\"metric\":\"auc\",\"mean\":1e300,\"std\":-1,\"standard_error\":-1,\"reference\":1,"
               "\"tolerance\":-1e300,\"within\":\"true\"},"
               "{\"model\":null,\"size\":[1],\"metric\":\"auc\",\"mean\":1}]}");
    write_text(f, "study.resolved.yaml", "tables:\n  - {name: t, metric: auc, rows: model, error: standard_error}\n");
    report_is_written(f);
    assert_has(read_text(f, "tables/t.md"), "| a | ours | – | \n|  | paper | 0.500 | \n|  | difference | – | \n");
    assert_has(read_text(f, "report.html"), "Values with a tolerance: 0 of 1 are within it");
}

static void a_table_of_too_many_columns_is_left_out(void **state) {
    fixture *f = *state;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    fputs("{\"results\":[", stream);
    for (int i = 0; i < 40; i++)
        fprintf(stream, "%s{\"a\":%d,\"b\":%d,\"metric\":\"auc\",\"mean\":1}", i ? "," : "", i, i);
    fputs("]}", stream);
    fclose(stream);
    f->text[f->texts++] = text;
    write_text(f, "results.json", text);
    write_text(f, "study.resolved.yaml", "tables:\n  - {name: t, metric: auc, columns: [a, b]}\n");
    report_is_written(f);
    assert_has(read_text(f, "report.html"), "Not shown: it would have more than 1000 columns");
}

/* Two networks with three metrics each; the first has no mass. */
static const char measured[] =
    "{\"results\":["
    "{\"model\":\"cones\",\"metric\":\"auc_final\",\"mean\":0.781,\"std\":0.003,\"standard_error\":0.001,\"members\":5,"
    "\"reference\":0.78,\"reference_std\":0.002,\"pull\":0.3},"
    "{\"model\":\"cones\",\"metric\":\"ado_image\",\"mean\":0.861,\"std\":0.002,\"members\":5},"
    "{\"model\":\"cones\",\"metric\":\"parameters\",\"mean\":41371,\"std\":0,\"members\":5,\"reference\":41370},"
    "{\"model\":\"image\",\"metric\":\"auc_final\",\"mean\":0.843,\"std\":0.004,\"members\":5},"
    "{\"model\":\"image\",\"metric\":\"parameters\",\"mean\":999,\"std\":0,\"members\":5},"
    "{\"model\":\"image\",\"metric\":\"loss\",\"mean\":0.5,\"std\":0,\"members\":5}]}";

static void columns_may_be_the_metrics_in_their_order(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", measured);
    write_text(f, "study.resolved.yaml",
               "tables:\n  - {name: t, metric: [parameters, auc_final, ado_image], rows: model, columns: metric, "
               "labels: {auc_final: AUC}}\n");
    report_is_written(f);
    const char *markdown = read_text(f, "tables/t.md");
    assert_has(markdown, "| model |  | parameters | AUC | ado\\_image | \n");
    assert_has(markdown, "| cones | ours | 41371 | 0.7810 ± 0.0010 | 0.8610 ± 0.0020 | \n");
    assert_has(markdown, "|  | paper | 41370 | 0.7800 ± 0.0020 | – | \n");
    assert_has(markdown, "| image | ours | 999 | 0.843 ± 0.004 | – | \n");
    assert_null(strstr(markdown, "loss"));
    const char *csv = read_text(f, "tables/t.csv");
    assert_true(strncmp(csv, "model,metric,mean,std,", 22) == 0);
    assert_has(csv, "\ncones,parameters,41371,0,");
    assert_has(csv, "\ncones,auc_final,0.781,0.003,");
    assert_has(csv, "\nimage,auc_final,0.843,0.004,");
    const char *html = read_text(f, "report.html");
    assert_has(html, ">41371</td>");
    assert_has(html, ">AUC</th>");
}

static void metrics_may_stand_below_another_coordinate(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"results\":["
               "{\"model\":\"a\",\"size\":10,\"metric\":\"auc\",\"mean\":0.7,\"std\":0.01},"
               "{\"model\":\"a\",\"size\":20,\"metric\":\"auc\",\"mean\":0.8,\"std\":0.01},"
               "{\"model\":\"a\",\"size\":20,\"metric\":\"loss\",\"mean\":0.4,\"std\":0.02}]}");
    write_text(f, "study.resolved.yaml",
               "tables:\n  - {name: t, metric: [loss, auc], rows: model, columns: [size, metric]}\n");
    report_is_written(f);
    assert_has(read_text(f, "tables/t.md"), "| model |  | size 10, auc | size 20, loss | size 20, auc | \n");
    const char *csv = read_text(f, "tables/t.csv");
    assert_true(strncmp(csv, "model,size,metric,mean,", 23) == 0);
    assert_has(csv, "\na,20,loss,0.4,0.02,");
}

/* The hybrid has at 100 what the other has at 1000, and at 1000 what the other does not reach. */
static void events_that_match_stand_in_place_of_results(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":["
               "{\"model\":\"hybrid\",\"size\":100,\"metric\":\"auc\",\"mean\":0.65,\"error\":{\"total\":0.01}},"
               "{\"model\":\"hybrid\",\"size\":1000,\"metric\":\"auc\",\"mean\":0.80,\"error\":{\"total\":0.01}},"
               "{\"model\":\"low\",\"size\":100,\"metric\":\"auc\",\"mean\":0.60,\"error\":{\"total\":0.01}},"
               "{\"model\":\"low\",\"size\":1000,\"metric\":\"auc\",\"mean\":0.70,\"error\":{\"total\":0.01}},"
               "{\"model\":\"high\",\"size\":100,\"metric\":\"auc\",\"mean\":0.66,\"error\":{\"total\":0.01}},"
               "{\"model\":\"high\",\"size\":1000,\"metric\":\"auc\",\"mean\":0.79,\"error\":{\"total\":0.01}}]}");
    write_text(f, "study.resolved.yaml",
               "names: {hybrid: the hybrid}\n"
               "tables:\n  - {name: t, metric: auc, rows: model, columns: size, match: {model: hybrid}}\n");
    report_is_written(f);
    const char *md = read_text(f, "tables/t.md");
    assert_has(md, "| the hybrid | ours | 0.650 ± 0.010 | 0.800 ± 0.010 |");
    /* sqrt(1000 x 100), and in the logarithm 0.01 x sqrt(1.5) / 0.1 of ln 10 to either side */
    assert_has(md, "| low | ours | 320 (240 to 420) | \\> 1000 |");
    assert_has(md, "| high | ours | ≲ 100 | ≳ 1000 |");
    assert_has(md, "reaches the value of the hybrid in the same column");
    assert_has(read_text(f, "tables/t.csv"), "model,size,metric,place,events,low,high,level\n");
    assert_has(read_text(f, "tables/t.csv"), "low,1000,auc,more,1000,,,false\n");
    assert_has(read_text(f, "report.html"), "&gt; 1000");
    write_text(f, "study.resolved.yaml",
               "tables:\n  - {name: t, metric: auc, rows: model, columns: size, match: {modle: hybrid}}\n");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
    assert_has(nsym_message(), "match.modle is no coordinate of the table's rows");
    write_text(f, "study.resolved.yaml",
               "tables:\n  - {name: t, metric: auc, rows: model, columns: size, match: {model: none}}\n");
    report_is_written(f);
    assert_has(read_text(f, "report.html"), "no row has a rival with model none");
}

static void decimals_follow_the_error(void **state) {
    (void)state;
    const struct {
        double error;
        int decimals;
    } cases[] = {{0.00354, 4}, {0.00355, 3}, {0.00949, 3}, {0.0095, 3}, {0.00096, 4},
                 {0.1, 2},     {0.5, 1},     {12, 0},      {1e-9, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(nsym_error_decimals(cases[i].error), cases[i].decimals);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_follow_the_error),
        TEST(columns_may_be_of_several_coordinates),
        TEST(a_wide_table_fits_a_terminal_and_nothing_is_lost),
        TEST(values_are_those_of_the_last_coordinate),
        TEST(values_outside_their_tolerance_have_a_cross),
        TEST(the_paper_shows_the_error_that_it_tells),
        TEST(a_limit_stands_below_the_table),
        TEST(differences_stand_in_place_of_pulls_where_the_card_says_so),
        TEST(mistakes_in_a_table_are_named),
        TEST(hostile_rows_are_shown_as_far_as_they_go),
        TEST(a_table_of_too_many_columns_is_left_out),
        TEST(columns_may_be_the_metrics_in_their_order),
        TEST(metrics_may_stand_below_another_coordinate),
        TEST(events_that_match_stand_in_place_of_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
