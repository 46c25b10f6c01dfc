/* nearsym study list | show | run | report | compare | runs | merge | keys | schema */
#include "cluster.h"
#include "commands.h"
#include "interrupt.h"
#include "options.h"
#include "study_cost.h"
#include "study_draw.h"
#include "study_runs.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/report.h>
#include <nearsym/study.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_study(void *context, const char *name, const char *title) {
    (void)context;
    printf("%-26s %s\n", name, title);
}

/* Prints a text of the library's, which it frees. */
static int print_text(nsym_status status, char *text) {
    if (status != NSYM_OK) return command_failed();
    fputs(text, stdout);
    free(text);
    return 0;
}

static int list(int argc, char **argv) {
    bool html = false;
    const option options[] = {
        {"html", 0, OPTION_FLAG, &html, NULL,
         "print an HTML page: what each study compares and shows, and how to run it"},
    };
    const option_table table = {"nearsym study list [--html]", "Lists the installed studies with their titles.", 1,
                                options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 0) return options_wrong(&table, "study list takes no argument");
    if (!html) return nsym_study_list(print_study, NULL) == NSYM_OK ? 0 : command_failed();
    char *page = NULL;
    nsym_status done = nsym_report_studies(&page);
    return print_text(done, page);
}

static int show(int argc, char **argv) {
    nsym_study_options study = {0};
    option_texts set = {0};
    const option options[] = {
        {"preset", 0, OPTION_TEXT, &study.preset, "NAME", "apply a preset of the card"},
        {"set", 0, OPTION_TEXTS, &set, "PATH=VALUE",
         "set a key of the card, after the preset, such as train.epochs=10"},
    };
    const option_table table = {"nearsym study show NAME|CARD.yaml [--preset NAME] [--set PATH=VALUE]...",
                                "Checks a study's card and prints it as a run would use it.", 2, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "study show takes the name of a study or the path of a card");
    study.card = argv[0];
    study.set = set.text;
    study.sets = set.count;
    char *text = NULL;
    nsym_status done = nsym_study_show(&text, &study);
    return print_text(done, text);
}

/* Prints a folder's results.json. */
static int print_results(const char *folder) {
    char path[4096], buffer[4096];
    snprintf(path, sizeof path, "%s/results.json", folder);
    FILE *file = fopen(path, "r");
    if (!file) {
        tell_error("cannot read %s: %s", path, strerror(errno));
        return 1;
    }
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, file)) > 0;) fwrite(buffer, 1, n, stdout);
    fclose(file);
    return 0;
}

/* Prints a folder's tables and where the page is, or its results.json alone, on standard output. */
static int print_folder(const char *folder, bool json) {
    char *tables;
    if (json) return print_results(folder);
    if (nsym_report_table_text(&tables, folder) != NSYM_OK) return command_failed();
    printf("%s\nreport: %s/report.html\n", tables, folder);
    free(tables);
    return 0;
}

/* A run's report, drawn while processes that share its folder wait. */
typedef struct drawing {
    const char *folder;
    size_t missing; /* tables and figures that could not be drawn */
} drawing;

static nsym_status draw_results(void *context) {
    drawing *d = context;
    return study_draw(d->folder, &d->missing);
}

static const char check_help[] = "exit with status 3 if a result lies outside the tolerance of its reference, and name "
                                 "it; with 1 if a table or figure could not be drawn. --check=strict: also if a result "
                                 "is better than its reference by more than the tolerance";

static bool is_check(const char *word) {
    return !word || !word[0] || strcmp(word, "strict") == 0;
}

/* Says on standard error which results of a folder lie outside their references' tolerances; `missing`: tables and
   figures that could not be drawn. */
static int check_folder(const char *folder, bool strict, size_t missing) {
    nsym_report_checked checked;
    char *text;
    if (nsym_report_check(&checked, &text, folder) != NSYM_OK) return command_failed();
    fputs(text, stderr);
    free(text);
    if (checked.results == 0) {
        tell_error("%s has no result whose reference has a tolerance: nothing to --check", folder);
        return 1;
    }
    fprintf(stderr, "nearsym: %zu of %zu results are outside the tolerance of their reference", checked.outside,
            checked.results);
    if (checked.better) fprintf(stderr, ", %zu are better by more than the tolerance", checked.better);
    fputc('\n', stderr);
    if (missing) tell_error("%zu of the tables and figures could not be drawn, see above", missing);
    if (missing) return 1;
    return checked.outside || (strict && checked.better) ? EXIT_OUTSIDE : 0;
}

/* Does a study's runs. Of a cluster rank 0 tells of everything; the others fail in silence. */
static int train(nsym_study_options *study) {
    bool tells = !study->cluster || study->cluster->rank == 0;
    if (tells && nsym_progress_new(&study->progress, stderr) != NSYM_OK) study->progress = NULL;
    nsym_status done = nsym_study_run(study);
    nsym_progress_free(study->progress);
    if (done == NSYM_OK) return 0;
    if (!tells) return 1;
    if (done != NSYM_EINTERRUPTED) return command_failed();
    study_stopped(study->out);
    return 1;
}

static int run(int argc, char **argv) {
    nsym_study_options study = {.out = NULL};
    option_texts set = {0};
    const char *check = NULL;
    bool json = false, dry = false;
    const option options[] = {
        {"preset", 0, OPTION_TEXT, &study.preset, "NAME", "apply a preset of the card, such as quick or paper"},
        {"set", 0, OPTION_TEXTS, &set, "PATH=VALUE",
         "set a key of the card, after the preset, such as train.epochs=10"},
        {"jobs", 'j', OPTION_COUNT, &study.jobs, "N",
         "number of trainings at once, and of threads that prepare a sample; 0: one per CPU"},
        {"out", 'o', OPTION_TEXT, &study.out, "DIR",
         "output folder; a stopped study continues there (default: nearsym-out)"},
        {"fresh", 0, OPTION_FLAG, &study.fresh, NULL,
         "move old results in the output folder to DIR/old-DATE and start anew"},
        {"json", 0, OPTION_FLAG, &json, NULL, "print results.json, not the tables"},
        {"check", 0, OPTION_WORD, &check, NULL, check_help},
        {"dry-run", 0, OPTION_FLAG, &dry, NULL,
         "measure what the study will take (runs, time, memory, disk); train and write nothing"},
        trust_option(),
    };
    const option_table table = {
        "nearsym study run NAME|CARD.yaml [--preset NAME] [--set PATH=VALUE]... [--jobs N] [--out DIR] [--fresh] "
        "[--json] [--check[=strict]] [--dry-run]",
        "Runs a study: trains the runs that are not in the output folder yet, then writes results.json, tables, "
        "figures\nand report.html.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "study run takes the name of a study or the path of a card");
    if (!is_check(check)) return options_wrong(&table, "--check=%s: only =strict is known", check);
    study.card = argv[0];
    study.set = set.text;
    study.sets = set.count;
    study.stop = interrupt_asked;
    if (!study.out) study.out = "nearsym-out";
    if (dry && study.fresh) return options_wrong(&table, "--dry-run moves nothing: leave --fresh out");
    if (dry && check) return options_wrong(&table, "--dry-run has no results to --check");
    if (dry) {
        interrupt_catch();
        return print_cost(&study, json);
    }
    nsym_cluster cluster;
    status = cluster_join(&cluster, study.jobs);
    if (status != OPTIONS_GO_ON) return status;
    if (cluster.ranks > 1) study.cluster = &cluster;
    drawing drawn = {study.out, 0};
    study.finish = draw_results;
    study.context = &drawn;
    interrupt_catch();
    status = train(&study);
    cluster_leave(&cluster);
    if (status != 0 || cluster.rank > 0) return status;
    status = print_folder(study.out, json);
    return status == 0 && check ? check_folder(study.out, check[0], drawn.missing) : status;
}

/* Says on standard error how much of a study is done, and what is missing. */
static void print_missing(const nsym_study_cost *cost) {
    char text[32];
    if (cost->done >= cost->runs) {
        fprintf(stderr,
                "nearsym: all %zu runs are done, but not the searches or choices that follow; the same command "
                "continues with them\n",
                cost->runs);
        return;
    }
    fprintf(stderr, "nearsym: %zu of %zu runs are done; missing:", cost->done, cost->runs);
    const char *before = " ";
    for (size_t i = 0; i < cost->experiments; i++) {
        const nsym_experiment_cost *e = &cost->experiment[i];
        if (e->done >= e->runs) continue;
        fprintf(stderr, "%s%zu of %zu of %s", before, e->runs - e->done, e->runs, e->name);
        before = ", ";
    }
    fputc('\n', stderr);
    if (cost->cpu_seconds >= 0)
        fprintf(stderr, "nearsym: about %s are left on one CPU, at the speed of the finished runs\n",
                cost_duration(text, cost->cpu_seconds));
}

static int report(int argc, char **argv) {
    const char *check = NULL;
    const option options[] = {{"check", 0, OPTION_WORD, &check, NULL, check_help}, trust_option()};
    const option_table table = {
        "nearsym study report DIR [--check[=strict]]",
        "Writes the tables, figures and report.html of a study's output folder. This also works while the study is "
        "running\nor after it was stopped: the report has the finished runs and says what is missing.",
        2, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "study report takes the output folder of a run");
    if (!is_check(check)) return options_wrong(&table, "--check=%s: only =strict is known", check);
    nsym_study_cost cost;
    bool partial;
    if (nsym_study_partial(&cost, &partial, argv[0]) != NSYM_OK) return command_failed();
    if (partial) print_missing(&cost);
    nsym_study_cost_free(&cost);
    drawing drawn = {argv[0], 0};
    if (draw_results(&drawn) != NSYM_OK) return command_failed();
    status = print_folder(argv[0], false);
    return status == 0 && check ? check_folder(argv[0], check[0], drawn.missing) : status;
}

static int compare(int argc, char **argv) {
    const char *metric = NULL;
    const option options[] = {
        {"metric", 0, OPTION_TEXT, &metric, "NAME", "compare only this metric, such as auc_final (default: all)"}};
    const option_table table = {
        "nearsym study compare DIR DIR [--metric NAME]",
        "Compares the results of two studies at the same coordinates, with the difference and its error (both errors "
        "in\nquadrature), and lists the results that only one of them has.",
        1, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 2) return options_wrong(&table, "study compare takes two output folders of runs");
    char *text = NULL;
    nsym_status done = nsym_report_compare(&text, argv[0], argv[1], metric);
    return print_text(done, text);
}

static int keys(int argc, char **argv) {
    bool markdown = false;
    const option options[] = {{"markdown", 0, OPTION_FLAG, &markdown, NULL, "print Markdown tables"}};
    const option_table table = {"nearsym study keys [SECTION] [--markdown]",
                                "Lists the keys of a card or of one section, with their meaning, default and values. "
                                "The top level is the section 'top'.",
                                1, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 1) return options_wrong(&table, "study keys takes one section");
    char *text = NULL;
    nsym_status done = nsym_study_keys(&text, words ? argv[0] : NULL, markdown);
    return print_text(done, text);
}

static int schema(int argc, char **argv) {
    static const option_table table = {
        "nearsym study schema", "Prints a JSON Schema of cards. Editors use it to complete and check cards.", 0, NULL};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 0) return options_wrong(&table, "study schema takes no argument");
    char *text = NULL;
    nsym_status done = nsym_study_schema(&text);
    return print_text(done, text);
}

int cmd_study(int argc, char **argv) {
    static const option_action actions[] = {{"list", list},         {"show", show},       {"run", run},
                                            {"report", report},     {"compare", compare}, {"runs", study_runs},
                                            {"merge", study_merge}, {"keys", keys},       {"schema", schema}};
    static const option_table table = {
        "nearsym study list | show | run | report | compare | runs | merge | keys | schema",
        "Runs and reports published studies and your own cards. `nearsym study run --help` shows the options.", 0,
        NULL};
    return options_choose(&table, actions, sizeof actions / sizeof *actions, argc, argv);
}
