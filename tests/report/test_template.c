/* What a report concludes is computed: values, differences with the errors of pairs, orders, and conditions. */
#include "report/folder.h"

#define ROW(model, metric, mean, total, more)                                                                          \
    "{\"experiment\":\"e\",\"model\":\"" model "\",\"metric\":\"" metric "\",\"mean\":" mean                           \
    ",\"std\":0.1,\"error\":{\"total\":" total ",\"trainings\":0.001}" more "}"
#define DIFFERENCE(model, mean, total) ROW(model, "auc_difference", mean, total, ",\"minus\":{\"model\":\"general\"}")

/* The general network's and the hybrid's errors share a test sample: their difference is known better than either. */
static const char results[] =
    "{\"study\":\"small\",\"rerun\":\"nearsym study run small --set 'a=[1]' --out DIR\",\"results\":[" ROW(
        "general", "auc", "0.75", "0.008",
        "") "," ROW("hybrid", "auc", "0.77", "0.008",
                    "") "," ROW("narrow", "auc", "0.751", "0.008",
                                "") "," ROW("lone", "auc", "0.7", "null",
                                            "") "," DIFFERENCE("hybrid", "0.02",
                                                               "0.003") "," DIFFERENCE("narrow", "0.001", "0.002") "]}";

static const char *page_of(fixture *f, const char *card) {
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml", card);
    report_is_written(f);
    return read_text(f, "report.html");
}

static void a_difference_has_the_error_of_pairs(void **state) {
    const char *html = page_of(*state, "text: |\n  A ${auc model=hybrid minus model=general},\n"
                                       "  B ${auc model=general minus model=hybrid},\n"
                                       "  C ${auc model=hybrid minus model=narrow},\n"
                                       "  D ${auc model=hybrid minus model=none}.\n");
    assert_has(html, "A +0.0200 ± 0.0030,");
    assert_has(html, "B −0.0200 ± 0.0030,"); /* the same pair the other way round */
    assert_has(html, "C +0.019 ± 0.011,");   /* no pair in the results: 0.008 sqrt(2) */
    assert_has(html, "D –.");
}

static void a_verdict_follows_the_numbers(void **state) {
    const char *html = page_of(*state, "names: {hybrid: the hybrid, general: the general network}\n"
                                       "text: |\n  A ${auc model=hybrid against model=general}.\n"
                                       "  B ${auc model=general against model=hybrid}.\n"
                                       "  C ${auc model=narrow against model=general}.\n"
                                       "  D ${auc model=lone against model=general}.\n"
                                       "  E ${auc model=hybrid against model=none}.\n");
    assert_has(html, "A the hybrid above the general network by 0.0200 ± 0.0030.");
    assert_has(html, "B the general network below the hybrid by 0.0200 ± 0.0030.");
    assert_has(html, "C narrow level with the general network within two errors (+0.0010 ± 0.0020).");
    assert_has(html, "D lone against the general network: −0.050, with no error known.");
    assert_has(html, "E nothing to compare in this run.");
}

static void an_order_is_of_the_numbers(void **state) {
    const char *html = page_of(*state, "text: |\n  A ${auc order=model}.\n  B ${loss order=model}.\n");
    assert_has(html, "A hybrid 0.770 ± 0.008 ≈ narrow 0.751 ± 0.008 &gt; general 0.750 ± 0.008");
    assert_has(html, "general 0.750 ± 0.008, lone 0.700.");
    assert_has(html, "B –.");
}

/* The first word of a coordinate is the first that the results have. */
static void first_and_last_are_of_words_too(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":["
               "{\"recipe\":\"new\",\"model\":\"a\",\"metric\":\"auc\",\"mean\":0.9,\"error\":{\"total\":0.01}},"
               "{\"recipe\":\"old\",\"model\":\"a\",\"metric\":\"auc\",\"mean\":0.8,\"error\":{\"total\":0.01}},"
               "{\"recipe\":\"old\",\"model\":\"b\",\"metric\":\"auc\",\"mean\":0.7,\"error\":{\"total\":0.01}}]}");
    write_text(
        f, "study.resolved.yaml",
        "text: |\n  A ${auc recipe=first order=model}, B ${auc recipe=last order=model}, C ${auc order=model}.\n");
    report_is_written(f);
    assert_has(read_text(f, "report.html"),
               "A a 0.900 ± 0.010, B a 0.800 ± 0.010 &gt; b 0.700 ± 0.010, C –."); /* C mixes recipes */
}

static void a_caption_is_a_text_too(void **state) {
    const char *html = page_of(*state, "tables:\n  - {name: t, metric: auc, rows: [model], caption: \"Best "
                                       "${auc model=hybrid}.\"}\n");
    assert_has(html, "<p class=\"caption\">Best 0.770 ± 0.008.</p>");
}

static void an_entry_may_ask_for_results(void **state) {
    const char *html = page_of(*state, "text:\n  - {heading: Seen, body: x, when: {model: hybrid}}\n"
                                       "  - {heading: Unseen, body: y, when: {model: hybrid, recipe: other}}\n");
    assert_has(html, "<h2>Seen</h2>");
    assert_null(strstr(html, "<h2>Unseen")); /* the card, which is folded in, has the word */
}

static void the_answer_and_the_rerun_line_come_first(void **state) {
    const char *html = page_of(*state, "answer: {text: \"The hybrid has ${auc model=hybrid}.\", figure: b}\n"
                                       "text: {Later: words}\n"
                                       "figures:\n  - {name: a, kind: curves, metric: loss}\n"
                                       "  - {name: b, kind: curves, metric: loss, title: The one}\n");
    const char *answer = strstr(html, "The hybrid has 0.770"), *figure = strstr(html, "id=\"figure-b\""),
               *rerun = strstr(html, "nearsym study run small --set &#39;a=[1]&#39; --out DIR"),
               *text = strstr(html, "<h2>Later</h2>"), *other = strstr(html, "id=\"figure-a\"");
    assert_true(answer && figure && rerun && text && other);
    assert_true(answer < figure && figure < rerun && rerun < text && text < other);
    assert_null(strstr(figure + 1, "id=\"figure-b\"")); /* once */
}

static void what_is_no_query_is_refused(void **state) {
    static const char *const wrong[] = {"text: ${auc model}\n",
                                        "text: ${auc minus}\n",
                                        "text: ${}\n",
                                        "text: ${auc against order=model}\n",
                                        "text: \"${auc model=hybrid\"\n",
                                        "answer: {figure: none}\n",
                                        "answer: {txt: x}\n"};
    fixture *f = *state;
    write_text(f, "results.json", results);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_text(f, "study.resolved.yaml", wrong[i]);
        assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
    }
}

static void the_page_of_studies_lists_what_is_installed(void **state) {
    fixture *f = *state;
    char *html, path[160];
    snprintf(path, sizeof path, "%s/mine", f->folder);
    assert_int_equal(mkdir(path, 0755), 0);
    write_text(f, "mine/study.yaml",
               "study: mine\ntitle: A study & more\ncitation: \"*One*, 2026\"\n"
               "presets: {quick: {}}\ntext: [{heading: x, body: What it does.}]\n"
               "figures: [{name: a, title: The curve, paper: Fig. 1}]\n");
    assert_int_equal(setenv("NSYM_STUDIES", f->folder, 1), 0);
    assert_int_equal(nsym_report_studies(&html), NSYM_OK);
    f->text[f->texts++] = html;
    assert_has(html, "A study &amp; more</h2>");
    assert_has(html, "<em>One</em>, 2026");
    assert_has(html, "<p>What it does.</p>");
    assert_has(html, "nearsym study run mine --preset quick --out DIR");
    assert_has(html, "The curve <span class=\"of\">Fig. 1 of <em>One</em>, 2026</span>");
    assert_int_equal(unsetenv("NSYM_STUDIES"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_difference_has_the_error_of_pairs),
        TEST(a_verdict_follows_the_numbers),
        TEST(an_order_is_of_the_numbers),
        TEST(first_and_last_are_of_words_too),
        TEST(a_caption_is_a_text_too),
        TEST(an_entry_may_ask_for_results),
        TEST(the_answer_and_the_rerun_line_come_first),
        TEST(what_is_no_query_is_refused),
        TEST(the_page_of_studies_lists_what_is_installed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
