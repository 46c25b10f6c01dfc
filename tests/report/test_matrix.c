/* A heat map of how models stand to each other. */
#include "report/folder.h"

static const char ordered[] =
    "{\"results\":["
    "{\"model\":\"iso_1\",\"metric\":\"ado_iso_10\",\"mean\":0.86,\"std\":0.01,\"members\":2},"
    "{\"model\":\"iso_1\",\"metric\":\"ado_pfn\",\"mean\":0.75,\"std\":0.02,\"members\":2},"
    "{\"model\":\"iso_10\",\"metric\":\"ado_iso_1\",\"mean\":0.86,\"std\":0.01,\"members\":2},"
    "{\"model\":\"pfn\",\"metric\":\"ado_iso_1\",\"mean\":0.75,\"std\":0.02,\"members\":2},"
    "{\"model\":\"pfn\",\"metric\":\"adonis\",\"mean\":7},"
    "{\"model\":\"cnn\",\"metric\":\"auc\",\"mean\":0.8}]}";

static void a_matrix_has_a_row_and_a_column_for_every_model(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", ordered);
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: m, kind: matrix, metric: ado, diagonal: 1, labels: {pfn: a long name of it}}\n"
               "  - {name: n, kind: matrix, metric: ado, where: {model: [iso_1, pfn]}}\n"
               "  - {name: o, kind: matrix, metric: ado, where: {model: pfn}}\n");
    report_is_written(f);
    const char *gp = read_text(f, "figures/m.gp");
    assert_string_equal(read_text(f, "figures/m.csv"), "row,column,mean,std,members,model,other\n"
                                                       "1,1,1,,,iso_1,iso_1\n1,2,0.86,0.01,2,iso_1,iso_10\n"
                                                       "1,3,0.75,0.02,2,iso_1,pfn\n2,1,0.86,0.01,2,iso_10,iso_1\n"
                                                       "2,2,1,,,iso_10,iso_10\n3,1,0.75,0.02,2,pfn,iso_1\n"
                                                       "3,3,1,,,pfn,pfn\n");
    assert_has(gp, "set cbrange [0.75:0.86]"); /* not to the diagonal */
    assert_has(gp, "set xtics ('iso\\_1' 1, 'iso\\_10' 2, 'a long name of it' 3) rotate");
    assert_string_equal(read_text(f, "figures/n.csv"), "row,column,mean,std,members,model,other\n"
                                                       "1,2,0.75,0.02,2,iso_1,pfn\n2,1,0.75,0.02,2,pfn,iso_1\n");
    assert_null(strstr(read_text(f, "figures/n.gp"), "rotate"));
    assert_has(read_text(f, "report.html"),
               "Not shown: the study has no ado_NAME of two values of model with model pfn (yet)");
    if (exists(f, "figures/m.svg")) assert_true(exists(f, "figures/m.pdf") && exists(f, "figures/n.svg"));
}

static void a_matrix_of_several_places_asks_for_one(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"results\":[{\"model\":\"a\",\"size\":1,\"metric\":\"ado_b\",\"mean\":0.5},"
               "{\"model\":\"a\",\"size\":2,\"metric\":\"ado_b\",\"mean\":0.6},"
               "{\"model\":\"b\",\"size\":2,\"metric\":\"ado_a\",\"mean\":0.6}]}");
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: m, kind: matrix, metric: ado}\n"
               "  - {name: n, kind: matrix, metric: ado, where: {size: last}}\n");
    report_is_written(f);
    assert_has(read_text(f, "report.html"), "they differ in size: name one in `where`");
    assert_has(read_text(f, "figures/n.csv"), "1,2,0.6,,0,a,b\n2,1,0.6,,0,b,a\n");
}

static void mistakes_are_named(void **state) {
    fixture *f = *state;
    static const char *const wrong[][2] = {
        {"kind: matrix", "has no metric"},
        {"kind: matrix, metric: ado, diagonal: one", "diagonal"},
        {"kind: matrix, metric: ado, panels: size", "unknown key 'panels'"},
    };
    write_text(f, "results.json", ordered);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char card[256];
        snprintf(card, sizeof card, "figures:\n  - {name: g, %s}\n", wrong[i][0]);
        write_text(f, "study.resolved.yaml", card);
        assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
        assert_has(nsym_message(), "study.resolved.yaml:2: ");
        assert_has(nsym_message(), wrong[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_matrix_has_a_row_and_a_column_for_every_model),
        TEST(a_matrix_of_several_places_asks_for_one),
        TEST(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
