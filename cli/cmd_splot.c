/* nearsym splot: how well scores tell signal from background in data without labels. */
#include "commands.h"
#include "fitting.h"
#include "json.h"
#include "options.h"
#include "part.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/io.h>
#include <nearsym/splot.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCORES_MAX = 32 };

typedef struct {
    fitting_words words;
    const char *file, *out, *list, *word; /* the last of --part */
    nsym_part part;
    char *names;                   /* the list, cut into scores */
    const char *score[SCORES_MAX]; /* (scores) */
    size_t scores;
    bool json, falling;
    nsym_splot_options options;
} request;

/* Scores separated by commas; of a prediction, what evaluate takes too. */
static int read_scores(const option_table *table, request *r, const nsym_events *events) {
    const char *usual = nsym_events_column(events, "logit") ? "logit" : "output";
    r->names = strdup(r->list ? r->list : usual);
    char *place = NULL;
    for (char *name = r->names ? strtok_r(r->names, ",", &place) : NULL; name; name = strtok_r(NULL, ",", &place)) {
        if (r->scores == SCORES_MAX) return options_wrong(table, "more than %d scores are given", SCORES_MAX);
        r->score[r->scores++] = name;
    }
    return r->scores > 0 ? OPTIONS_GO_ON : options_wrong(table, "--score is \"%s\", names no column", r->list);
}

/* Scores whose mean runs with the mass are told on standard error. */
static void warn(const request *r, const nsym_splot_result *result, const nsym_splot_score *scores) {
    static const char *const species[] = {"signal", "background"};
    fitting_warn(&result->fit);
    for (size_t c = 0; c < r->scores; c++)
        for (int k = 0; k < 2; k++)
            if (fabs(scores[c].slope[k].significance) > 3)
                tell_warning("%s depends on the mass within the %s (correlation %.3f, %.1f standard deviations): "
                             "sWeights assume that it does not, so its AUC may be wrong.",
                             r->score[c], species[k], scores[c].slope[k].correlation, scores[c].slope[k].significance);
    if (result->failed_bootstraps + result->failed_toys > 0)
        tell_warning("%zu bootstraps and %zu toys failed and are left out.", result->failed_bootstraps,
                     result->failed_toys);
}

static void print_point(const char *name, double value, double bootstrap, double toys, bool fit, const request *r) {
    printf("  %-30s %.4f", name, value);
    if (r->options.bootstraps > 1) printf(" ± %.4f", bootstrap);
    if (fit && r->options.toys > 1) printf(" (of the mass fit: %.4f)", toys);
    putchar('\n');
}

static void print(const request *r, const fitting_report *fit, const nsym_splot_score *scores) {
    fitting_print(fit);
    for (size_t c = 0; c < r->scores; c++) {
        const nsym_splot_score *s = scores + c;
        printf("\n%s\n", r->score[c]);
        print_point("AUC", s->value.auc, s->bootstrap.auc, s->toys.auc, true, r);
        char name[64];
        snprintf(name, sizeof name, "efficiency at %g %% background", 100 * r->options.fpr);
        print_point(name, s->value.tpr, s->bootstrap.tpr, s->toys.tpr, true, r);
        if (c > 0) {
            snprintf(name, sizeof name, "AUC less that of %.40s", r->score[0]);
            print_point(name, s->value.auc - scores->value.auc, s->less_first.auc, 0, false, r);
        }
        printf("  %-30s %.3f (%.1f sd) in the signal, %.3f (%.1f sd) in the background\n", "correlation with mass",
               s->slope[0].correlation, s->slope[0].significance, s->slope[1].correlation, s->slope[1].significance);
    }
}

static json_t *point_json(double value, double bootstrap, double toys, const request *r) {
    return json_pack("{s:o, s:o, s:o}", "value", json_number(value), "error",
                     r->options.bootstraps > 1 ? json_number(bootstrap) : json_null(), "error_of_fit",
                     r->options.toys > 1 ? json_number(toys) : json_null());
}

/* The differences from the first score, whose bootstraps are the same. */
static json_t *less_json(const nsym_splot_score *s, const nsym_splot_score *first, const request *r) {
    if (s == first) return json_null();
    bool known = r->options.bootstraps > 1;
    return json_pack("{s:s, s:{s:o, s:o}, s:{s:o, s:o}}", "score", r->score[0], "auc", "value",
                     json_number(s->value.auc - first->value.auc), "error",
                     known ? json_number(s->less_first.auc) : json_null(), "tpr", "value",
                     json_number(s->value.tpr - first->value.tpr), "error",
                     known ? json_number(s->less_first.tpr) : json_null());
}

static json_t *slope_json(const nsym_splot_slope *slope) {
    return json_pack("{s:o, s:o, s:o}", "correlation", json_number(slope->correlation), "slope",
                     json_number(slope->slope), "significance", json_number(slope->significance));
}

static void print_json(const request *r, const nsym_splot_result *result, const fitting_report *fit,
                       const nsym_splot_score *scores) {
    json_t *list = json_array();
    for (size_t c = 0; c < r->scores; c++) {
        const nsym_splot_score *s = scores + c;
        json_array_append_new(list, json_pack("{s:s, s:o, s:f, s:o, s:o, s:{s:o, s:o}}", "score", r->score[c], "auc",
                                              point_json(s->value.auc, s->bootstrap.auc, s->toys.auc, r), "fpr",
                                              r->options.fpr, "tpr",
                                              point_json(s->value.tpr, s->bootstrap.tpr, s->toys.tpr, r), "less",
                                              less_json(s, scores, r), "dependence_on_mass", "signal",
                                              slope_json(&s->slope[0]), "background", slope_json(&s->slope[1])));
    }
    json_t *all = json_pack("{s:o, s:I, s:I, s:I, s:I, s:o}", "fit", fitting_json(fit), "bootstraps",
                            (json_int_t)result->bootstraps, "toys", (json_int_t)result->toys, "failed_bootstraps",
                            (json_int_t)result->failed_bootstraps, "failed_toys", (json_int_t)result->failed_toys,
                            "scores", list);
    json_dumpf(all, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(all);
}

/* All columns, and the weights. */
static nsym_status write_weights(const request *r, const nsym_events *events, const double *weights) {
    static const char *const names[] = {"sweight_signal", "sweight_background"};
    nsym_events *out;
    nsym_status status = nsym_events_columns(&out, events, 0, events->count);
    for (size_t k = 0; k < 2 && status == NSYM_OK; k++) {
        double *values;
        status = nsym_events_add_column(out, names[k], "", "event weight times sWeight; 0 outside the mass window", 1,
                                        &values);
        for (size_t i = 0; i < events->count && status == NSYM_OK; i++) values[i] = weights[2 * i + k];
    }
    if (status == NSYM_OK) status = nsym_events_write(out, r->out);
    nsym_events_free(out);
    return status;
}

static int told(const char *file) {
    tell_error("%s: %s", file, nsym_message());
    return 1;
}

static int compute(request *r, const nsym_events *events, double *scores, double *weights) {
    nsym_splot_result result;
    nsym_splot_score out[SCORES_MAX];
    size_t n = events->count;
    const double *masses = fitting_column(events, r->file, r->words.mass), *own;
    if (!masses || !fitting_weights(events, r->file, &r->words, &own)) return 1;
    for (size_t c = 0; c < r->scores; c++) {
        const double *values = fitting_column(events, r->file, r->score[c]);
        if (!values) return 1;
        for (size_t i = 0; i < n; i++) scores[c * n + i] = r->falling ? -values[i] : values[i];
    }
    nsym_splot_options options = r->options;
    nsym_status done = nsym_progress_new(&options.progress, stderr);
    if (done == NSYM_OK) done = nsym_splot_run(&result, out, weights, &options, masses, own, scores, n, r->scores);
    nsym_progress_free(options.progress);
    if (done != NSYM_OK) return told(r->file);
    if (r->out && write_weights(r, events, weights) != NSYM_OK) return told(r->out);
    warn(r, &result, out);
    fitting_report report;
    if (!fitting_intervals(&report, &result.fit, &r->words, &options.mass, masses, own, n)) return 1;
    if (r->json)
        print_json(r, &result, &report, out);
    else
        print(r, &report, out);
    return 0;
}

static int splot(const option_table *table, request *r) {
    nsym_events *events;
    if (r->out && nsym_events_read(&events, r->file, NULL) != NSYM_OK) return command_failed(); /* all are written */
    if (!r->out && !fitting_events(&events, r->file, &r->words, r->list)) return 1;
    if (!part_take(&events, r->file, r->word, r->part)) {
        nsym_events_free(events);
        return 1;
    }
    int status = read_scores(table, r, events);
    double *scores = malloc((r->scores * events->count + 1) * sizeof *scores);
    double *weights = malloc((2 * events->count + 1) * sizeof *weights);
    if (scores && weights && status == OPTIONS_GO_ON)
        status = compute(r, events, scores, weights);
    else if (status == OPTIONS_GO_ON)
        tell_error("no memory for %zu events", events->count);
    free(scores);
    free(weights);
    nsym_events_free(events);
    return status;
}

int cmd_splot(int argc, char **argv) {
    enum { OWN = 11 };
    const nsym_splot_options usual = nsym_splot_defaults(NSYM_MASS_LIKELIHOOD, 70, 110);
    request r = {.words = fitting_usual, .options = usual};
    nsym_mass_options mass;
    option options[OWN + FITTING_OPTIONS] = {
        {"score", 0, OPTION_TEXT, &r.list, "COLUMN,...",
         "columns of scores, larger for signal (default: logit if the file has it, else output)"},
        {"bootstraps", 0, OPTION_COUNT, &r.options.bootstraps, "N",
         "number of bootstrap samples, each fitted again; 0: no errors"},
        {"toys", 0, OPTION_COUNT, &r.options.toys, "N",
         "number of draws of the fit's parameters, for the fit's part of the errors"},
        {"fpr", 0, OPTION_NUMBER, &r.options.fpr, "RATE",
         "background efficiency at which the signal efficiency is given"},
        {"seed", 0, OPTION_SEED, &r.options.seed, "S", "seed of bootstraps and toys"},
        {"jobs", 'j', OPTION_COUNT, &r.options.workers, "N", "number of threads; 0: one per CPU"},
        {"output", 'o', OPTION_TEXT, &r.out, "OUT.h5",
         "file for the event columns with sweight_signal, sweight_background"},
        part_option(&r.word),
        {"falling", 0, OPTION_FLAG, &r.falling, NULL, "small scores are signal-like, as for an isolation"},
        {"json", 0, OPTION_FLAG, &r.json, NULL, "print one JSON object"},
        trust_option(),
    };
    fitting_add_options(options + OWN, &r.words);
    const option_table table = {
        "nearsym splot EVENTS [--mass COLUMN] [--weight COLUMN|none] [--score COLUMN,...] [--falling] [--window "
        "LOW,HIGH] [-o "
        "OUT.h5] [--part PART] [--json]",
        "Measures the AUC and the signal efficiency of scores in data without labels. A fit of the masses (see nearsym "
        "fit\nmass) gives every event sWeights for signal and background.",
        OWN + FITTING_OPTIONS, options};
    int given, status = options_parse(&table, argc, argv, &given);
    if (status != OPTIONS_GO_ON) return status;
    status = part_read(&table, r.word, &r.part);
    if (status != OPTIONS_GO_ON) return status;
    if (given != 1) return options_wrong(&table, given == 0 ? "no file is given" : "more than one file is given");
    r.file = argv[0];
    if (!(r.options.fpr > 0 && r.options.fpr < 1))
        return options_wrong(&table, "--fpr is %g, must be between 0 and 1", r.options.fpr);
    status = fitting_read(&table, &r.words, &mass);
    r.options.mass = mass;
    if (status == OPTIONS_GO_ON) status = splot(&table, &r);
    free(r.names);
    return status;
}
