/* What a report shows where a card has no tables or figures. */
#include "report/folder.h"

#include <nearsym/events.h>

#define ROW(experiment, model, more)                                                                                   \
    "{\"experiment\":\"" experiment "\",\"model\":\"" model "\"," more ",\"std\":0.01,\"members\":2}"
#define POINT(experiment, model)                                                                                                                       \
    ROW(experiment, model, "\"metric\":\"auc_final\",\"mean\":0.8")                                                                                    \
    "," ROW(experiment, model, "\"metric\":\"parameters\",\"mean\":100") "," ROW(experiment, model, "\"metric\":\"best_epoch\",\"mean\":1.5") "," ROW( \
        experiment, model,                                                                                                                             \
        "\"metric\":\"train_loss\",\"epoch\":1,\"mean\":0.5") "," ROW(experiment, model,                                                               \
                                                                      "\"metric\":\"train_loss\",\"epoch\":2,"                                         \
                                                                      "\"mean\":0.4") "," ROW(experiment, model,                                       \
                                                                                              "\"metric\":"                                            \
                                                                                              "\"validation_loss_by_"                                  \
                                                                                              "epoch\","                                               \
                                                                                              "\"epoch\":1,\"mean\":"                                  \
                                                                                              "0.55") "," ROW(experiment,                              \
                                                                                                              model,                                   \
                                                                                                              "\"metr"                                 \
                                                                                                              "ic"                                     \
                                                                                                              "\":"                                    \
                                                                                                              "\"vali"                                 \
                                                                                                              "dat"                                    \
                                                                                                              "ion_"                                   \
                                                                                                              "auc_"                                   \
                                                                                                              "by_"                                    \
                                                                                                              "epoch"                                  \
                                                                                                              "\","                                    \
                                                                                                              "\"epoc"                                 \
                                                                                                              "h\""                                    \
                                                                                                              ":1,"                                    \
                                                                                                              "\"mean"                                 \
                                                                                                              "\":"                                    \
                                                                                                              "0.7") "," ROW(experiment,               \
                                                                                                                             model,                    \
                                                                                                                             "\"metric\":\"roc\",\"background\":0.1,\"mean\":0.5")

static void a_card_without_any_gets_tables_and_figures(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":[" POINT("e", "a") "," POINT("e", "b") "],\"files\":[]}");
    write_text(f, "study.resolved.yaml", "seed: 1\n");
    report_is_written(f);
    const char *html = read_text(f, "report.html");
    assert_has(read_text(f, "tables/results.csv"), "a,auc_final,0.8,");
    assert_has(read_text(f, "tables/trainings.csv"), "b,parameters,100,");
    assert_has(read_text(f, "figures/roc.csv"), "1,0.1,0.5,");
    assert_has(read_text(f, "figures/auc-epochs.csv"), "validation_auc_by_epoch");
    const char *loss = read_text(f, "figures/loss-epochs.csv");
    assert_has(loss, "1,1,0.5,0.01,,,train_loss,a\n1,2,0.4,0.01,,,train_loss,a\n2,1,0.55,0.01,,,"
                     "validation_loss_by_epoch,a\n");
    assert_has(loss, "5,1.5,"); /* behind four curves the best epoch */
    assert_has(read_text(f, "figures/loss-epochs.gp"), "title 'best epoch'");
    assert_null(strstr(html, "Not shown: the"));
    assert_false(exists(f, "figures/scores.csv")); /* nothing is kept, and how it would be is said */
    assert_has(html, "No scores were kept. With --set experiments.e.keep=true the report also shows scores");
}

#define OF_CLASS(class, more)                                                                                          \
    "{\"experiment\":\"e\",\"model\":\"a\",\"class\":\"" class "\"," more ",\"std\":0.01,\"members\":2}"

static void several_classes_get_tables_and_curves_of_each(void **state) {
    fixture *f = *state;
    write_text(
        f, "results.json",
        "{\"study\":\"s\",\"results\":[" ROW("e", "a", "\"metric\":\"auc_final\",\"mean\":0.8") "," OF_CLASS(
            "u",
            "\"me"
            "tric"
            "\":"
            "\"au"
            "c_"
            "of_"
            "clas"
            "s\","
            "\"me"
            "an\""
            ":0."
            "7") "," OF_CLASS("b",
                              "\"metric\":\"auc_of_class\","
                              "\"mean\":0.9") "," OF_CLASS("u",
                                                           "\"against\":\"b\",\"metric\":\"auc_between\",\"mean\":"
                                                           "0.6") "," OF_CLASS("b",
                                                                               "\"a"
                                                                               "gai"
                                                                               "nst"
                                                                               "\":"
                                                                               "\"u"
                                                                               "\","
                                                                               "\"m"
                                                                               "etr"
                                                                               "ic"
                                                                               "\":"
                                                                               "\"a"
                                                                               "uc_"
                                                                               "bet"
                                                                               "wee"
                                                                               "n\""
                                                                               ",\""
                                                                               "mea"
                                                                               "n\""
                                                                               ":0."
                                                                               "6") "," OF_CLASS("u",
                                                                                                 "\"called\":"
                                                                                                 "\"b\","
                                                                                                 "\"metric\":"
                                                                                                 "\"confusion"
                                                                                                 "\","
                                                                                                 "\"mean\":0."
                                                                                                 "25") "," OF_CLASS("u",
                                                                                                                    "\""
                                                                                                                    "ba"
                                                                                                                    "ck"
                                                                                                                    "gr"
                                                                                                                    "ou"
                                                                                                                    "nd"
                                                                                                                    "\""
                                                                                                                    ":0"
                                                                                                                    ".1"
                                                                                                                    ","
                                                                                                                    "\""
                                                                                                                    "me"
                                                                                                                    "tr"
                                                                                                                    "ic"
                                                                                                                    "\""
                                                                                                                    ":"
                                                                                                                    "\""
                                                                                                                    "ro"
                                                                                                                    "c_"
                                                                                                                    "of"
                                                                                                                    "_c"
                                                                                                                    "la"
                                                                                                                    "ss"
                                                                                                                    "\""
                                                                                                                    ","
                                                                                                                    "\""
                                                                                                                    "me"
                                                                                                                    "an"
                                                                                                                    "\""
                                                                                                                    ":0"
                                                                                                                    "."
                                                                                                                    "5") "," OF_CLASS("b",
                                                                                                                                      "\"background\":0.1,\"metric\":\"roc_of_class\",\"mean\":0.4") "],\"files\":[]}");
    write_text(f, "study.resolved.yaml", "seed: 1\n");
    report_is_written(f);
    assert_has(read_text(f, "report.html"), "Separation of the classes");
    assert_has(read_text(f, "tables/classes.md"), "class u | class b |");
    assert_has(read_text(f, "tables/pairs.md"), "against u | against b |"); /* not in the order of their coming */
    assert_has(read_text(f, "tables/confusion.csv"), "a,u,b,confusion,0.25,");
    assert_true(exists(f, "figures/roc-of-class.csv"));
    assert_null(strstr(read_text(f, "report.html"), "Not shown: the"));
}

static void each_experiment_has_its_own(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":[" POINT("e", "a") "," POINT("it's/it", "a") "],\"files\":[]}");
    write_text(f, "study.resolved.yaml", "seed: 1\n");
    report_is_written(f);
    assert_true(exists(f, "tables/results-e.csv") && exists(f, "tables/results-it_s_it-2.csv"));
    assert_true(exists(f, "figures/roc-e.csv") && exists(f, "figures/roc-it_s_it-2.csv"));
    assert_has(read_text(f, "report.html"), "<h3>it&#39;s/it: ROC curves</h3>");
}

/* Three classes: a table of each against the others, and one of what each is called. */
static void several_classes_have_tables_of_their_own(void **state) {
    fixture *f = *state;
    static const char *const names[] = {"light", "c", "b"};
    char text[4096] = "{\"study\":\"s\",\"results\":[";
    for (size_t i = 0; i < 3; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used,
                 "%s{\"experiment\":\"e\",\"model\":\"a\",\"class\":\"%s\",\"metric\":\"auc_of_class\",\"mean\":0.%zu,"
                 "\"members\":2},{\"experiment\":\"e\",\"model\":\"a\",\"class\":\"%s\",\"called\":\"b\","
                 "\"metric\":\"confusion\",\"mean\":0.2%zu,\"members\":2}",
                 i ? "," : "", names[i], 7 + i, names[i], i);
    }
    strcat(text, "," POINT("e", "a") "],\"files\":[]}");
    write_text(f, "results.json", text);
    write_text(f, "study.resolved.yaml", "seed: 1\n");
    report_is_written(f);
    const char *classes = read_text(f, "tables/classes.csv"), *called = read_text(f, "tables/confusion.csv");
    assert_has(classes, "c,auc_of_class,0.8,");
    assert_has(called, "b,confusion,0.22,");
    assert_has(read_text(f, "report.html"), "Separation of the classes");
}

static void what_a_card_says_itself_stays(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", "{\"study\":\"s\",\"results\":[" POINT("e", "a") "],\"files\":[]}");
    write_text(f, "study.resolved.yaml", "tables:\n  - {name: mine, metric: auc_final, rows: [model]}\nfigures: []\n");
    report_is_written(f);
    assert_true(exists(f, "tables/mine.csv"));
    assert_false(exists(f, "tables/results.csv"));
    assert_false(exists(f, "figures/roc.csv"));
}

/* Six events, and scores of two members: those of the second are not counted again. */
static void kept_scores_are_shown_by_class_with_the_columns_of_the_events(void **state) {
    fixture *f = *state;
    for (size_t member = 0; member < 2; member++) {
        char path[128];
        nsym_events *events;
        double *label, *output, *pt, *same, *weight;
        assert_int_equal(nsym_events_new(&events, 6), NSYM_OK);
        assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
        assert_int_equal(nsym_events_add_column(events, "output", "", "", 1, &output), NSYM_OK);
        assert_int_equal(nsym_events_add_column(events, "pt", "GeV", "", 1, &pt), NSYM_OK);
        assert_int_equal(nsym_events_add_column(events, "same", "", "", 1, &same), NSYM_OK);
        assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &weight), NSYM_OK);
        for (size_t i = 0; i < 6; i++) {
            label[i] = (double)(i % 2);
            output[i] = member ? 0.1 : 0.9;
            pt[i] = 10 + (double)i;
            same[i] = 1;
            weight[i] = 1 + (double)i;
        }
        snprintf(path, sizeof path, "%s/%zu.h5", f->folder, member);
        assert_int_equal(nsym_events_write(events, path), NSYM_OK);
        nsym_events_free(events);
    }
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":[" POINT("e", "a") "],\"files\":["
                                                                "{\"experiment\":\"e\",\"model\":\"a\",\"member\":0,"
                                                                "\"path\":\"0.h5\"},"
                                                                "{\"experiment\":\"e\",\"model\":\"a\",\"member\":1,"
                                                                "\"path\":\"1.h5\"}]}");
    write_text(f, "study.resolved.yaml", "seed: 1\n");
    report_is_written(f);
    const char *scores = read_text(f, "figures/scores.csv"), *inputs = read_text(f, "figures/inputs.csv");
    assert_null(strstr(read_text(f, "report.html"), "No scores were kept"));
    assert_has(scores, "1,0.88,25,signal,"); /* all of it in one bin of 25 */
    assert_has(scores, "1,0.08,0,signal,");
    assert_has(inputs, ",pt");
    assert_null(strstr(inputs, ",same"));
    assert_null(strstr(inputs, ",weight"));
    write_text(f, "study.resolved.yaml", "labels: {classes: [qcd, top]}\n"); /* classes go by their names */
    report_is_written(f);
    assert_has(read_text(f, "figures/scores.csv"), "1,0.88,25,top,");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_card_without_any_gets_tables_and_figures),
        TEST(several_classes_get_tables_and_curves_of_each),
        TEST(each_experiment_has_its_own),
        TEST(several_classes_have_tables_of_their_own),
        TEST(what_a_card_says_itself_stays),
        TEST(kept_scores_are_shown_by_class_with_the_columns_of_the_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
