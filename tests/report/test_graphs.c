/* Multigraphs of energy-flow polynomials, named by the card or found by searches. */
#include "report/folder.h"

static const char searched[] =
    "{\"study\":\"s\",\"results\":["
    "{\"experiment\":\"searches\",\"search\":\"safe\",\"step\":10,\"added\":\"efp_k1_b2_2-1-0\",\"metric\":\"auc_"
    "final\","
    "\"mean\":0.9},"
    "{\"experiment\":\"searches\",\"search\":\"safe\",\"step\":0,\"added\":\"start\",\"metric\":\"auc_final\",\"mean\":"
    "0.7},"
    "{\"experiment\":\"searches\",\"search\":\"safe\",\"step\":2,\"added\":\"efp_k1_b1_3-3-1\",\"metric\":\"auc_"
    "final\","
    "\"mean\":0.8},"
    "{\"experiment\":\"searches\",\"search\":\"safe\",\"step\":2,\"added\":\"efp_k1_b1_3-3-1\",\"metric\":\"ado_pfn\","
    "\"mean\":0.8},"
    "{\"experiment\":\"searches\",\"search\":\"full\",\"step\":1,\"added\":\"efp_k-1_b0.25_2-6-0\",\"metric\":"
    "\"auc_final\",\"mean\":0.8},"
    "{\"experiment\":\"searches\",\"search\":\"cones\",\"step\":1,\"added\":\"iso_0.3\",\"metric\":\"auc_final\","
    "\"mean\":0.8}]}";

/* Lines of a data block that are points. */
static size_t points_of(const char *gp, const char *block) {
    const char *at = strstr(gp, block);
    size_t points = 0;
    assert_non_null(at);
    at = strstr(at, "x,y\n"); /* the block's head, which gnuplot does not draw */
    assert_non_null(at);
    for (at += 4; strncmp(at, "EOD", 3) != 0; at = strchr(at, '\n') + 1) points += *at != '\n';
    return points;
}

static void named_polynomials_stand_side_by_side(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", searched);
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: g, kind: graphs, names: [efp_k1_b1_3-3-1, efp_k-1_b0.25_2-6-0, efp_k2_b4_1-0-0], "
               "labels: {efp_k2_b4_1-0-0: the point}}\n");
    report_is_written(f);
    const char *gp = read_text(f, "figures/g.gp");
    assert_string_equal(read_text(f, "figures/g.csv"),
                        "name,kappa,beta,graph,edges,formula,step\n"
                        "efp_k1_b1_3-3-1,1,1,\"(3,3,1)\",0-1 0-2 1-2,sum_abc z_a z_b z_c theta_ab theta_ac theta_bc,\n"
                        "efp_k-1_b0.25_2-6-0,-1,0.25,\"(2,6,0)\",0-1 0-1 0-1 0-1 0-1 0-1,sum_ab z_a z_b theta_ab^6,\n"
                        "efp_k2_b4_1-0-0,2,4,\"(1,0,0)\",,sum_a z_a,\n");
    assert_int_equal(points_of(gp, "$vertices << EOD"), 3 + 2 + 1);
    assert_int_equal(points_of(gp, "$edges << EOD"), 3 * 2 + 6 * 17); /* straight ones, and six that bend */
    assert_has(gp, "'the point'");
    assert_has(gp, "'efp\\_k1\\_b1\\_3-3-1'");
    assert_has(gp, "'κ = −1, β = 0.25'");
    assert_has(gp, "Σ_{ab} z_a z_b θ_{ab}^{/*0.99 6}'");
    if (exists(f, "figures/g.svg")) {
        const char *html = read_text(f, "report.html");
        assert_null(strstr(html, "Not shown"));
        assert_has(html, "the point");
        assert_true(exists(f, "figures/g.pdf"));
    }
}

static void graphs_of_a_search_are_in_the_order_of_its_steps(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", searched);
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: a, kind: graphs, where: {search: safe}}\n"
               "  - {name: b, kind: graphs, panels: search, columns: 2, labels: {full: all of them}}\n"
               "  - {name: c, kind: graphs, where: {search: cones}}\n");
    report_is_written(f);
    const char *one = read_text(f, "figures/a.csv"), *all = read_text(f, "figures/b.csv");
    const char *first = strstr(one, "\nefp_k1_b1_3-3-1,1,1,"), *second = strstr(one, "\nefp_k1_b2_2-1-0,1,2,");
    assert_true(first && second && first < second); /* 2 before 10 */
    assert_has(one, "theta_bc,2\n");
    assert_null(strstr(one, "2-6-0"));
    assert_has(read_text(f, "figures/a.gp"), "'10. efp\\_k1\\_b2\\_2-1-0'");
    assert_has(all, "formula,step,search\n");
    assert_has(all, "sum_ab z_a z_b theta_ab,10,safe\nefp_k-1_b0.25_2-6-0,-1,0.25,");
    assert_has(read_text(f, "figures/b.gp"), "'all of them'");
    assert_has(read_text(f, "report.html"),
               "Not shown: the study has no polynomials that a search added with search cones");
}

static void mistakes_are_named(void **state) {
    fixture *f = *state;
    static const char *const wrong[][2] = {
        {"kind: graphs, names: [efp_k1_b1]", "figures[0].names: "},
        {"kind: graphs, names: {a: b}", "must be a text or a list of texts"},
        {"kind: graphs, names: efp_k1_b1_2-1-0, where: {search: safe}", "leave out 'where'"},
        {"kind: graphs, names: efp_k1_b1_2-1-0, panels: search", "leave out 'panels'"},
        {"kind: graphs, columns: 9", "columns"},
        {"kind: graphs, xlabel: x", "unknown key 'xlabel'"},
    };
    write_text(f, "results.json", searched);
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
        TEST(named_polynomials_stand_side_by_side),
        TEST(graphs_of_a_search_are_in_the_order_of_its_steps),
        TEST(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
