/* nearsym predict, nearsym evaluate: a trained model at work. */
#include "classes.h"
#include "commands.h"
#include "json.h"
#include "options.h"
#include "part.h"
#include "precision.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/io.h>
#include <nearsym/predict.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* An estimate with two digits, or all. */
static void warn_trained(double trained, size_t events) {
    double step = trained >= 100 ? pow(10, floor(log10(trained)) - 1) : 1;
    if (trained <= 0) return;
    tell_warning("about %.0f of %zu events trained this model; judge it by events that are new to it",
                 fmin(step * floor(trained / step + 0.5), (double)events), events);
}

enum { MODELS = 1000 }; /* at most */

/* Scores events (argv[m]) with models (argv[0] to argv[m - 1]). False: nsym_message tells. */
static bool predict(nsym_prediction *told, char **argv, size_t m, nsym_precision precision, const char *out) {
    nsym_model *models[MODELS] = {NULL};
    bool fine = true;
    for (size_t k = 0; fine && k < m; k++)
        fine = nsym_model_load(&models[k], argv[k]) == NSYM_OK &&
               nsym_model_set_precision(models[k], precision) == NSYM_OK;
    fine = fine && nsym_predict_mean_file(told, models, m, argv[m], out) == NSYM_OK;
    for (size_t k = 0; k < m; k++) nsym_model_free(models[k]);
    return fine;
}

int cmd_predict(int argc, char **argv) {
    const char *out = NULL, *precision = NULL;
    const option options[] = {
        precision_option(&precision),
        {"out", 'o', OPTION_TEXT, &out, "SCORES", "file for the scores: .h5, .npz, .npy or .csv (default: scores.h5)"},
        trust_option()};
    const option_table table = {"nearsym predict MODEL... EVENTS [-o SCORES] [--precision single|bf16]",
                                "Scores events (LHE, HDF5, npz, csv) with a trained model, such as a study's "
                                "models/NAME.h5,\nor with the mean of several models, such as its members.",
                                sizeof options / sizeof *options, options};
    nsym_precision chosen;
    int words, status = options_parse(&table, argc, argv, &words);
    if (status == OPTIONS_GO_ON) status = precision_read(&table, precision, &chosen);
    if (status != OPTIONS_GO_ON) return status;
    if (words < 2) return options_wrong(&table, "predict takes a model, or several, and a file of events");
    if (words > MODELS) return options_wrong(&table, "predict takes at most 999 models");
    if (!out) out = "scores.h5";
    nsym_prediction p;
    size_t models = (size_t)words - 1;
    if (!predict(&p, argv, models, chosen, out)) return command_failed();
    fprintf(stderr, "%s: scores of %s by %s", out, argv[models], argv[0]);
    if (models > 1) fprintf(stderr, " and %zu more, their mean", models - 1);
    fputc('\n', stderr);
    fputs(p.note, stderr);
    warn_trained(p.trained, p.events);
    return 0;
}

/* The curve and its error beside what chance makes of it. */
static void print_calibration(const nsym_calibration *c, bool several) {
    if (c->bins == 0) return;
    printf("%-19s ECE %.4f ± %.4f; of a calibrated score %.4f ± %.4f by chance\n", "calibration", c->ece, c->ece_error,
           c->floor, c->floor_spread);
    printf("%-19s %s\n", several ? "confidence" : "output", several ? "share that is called right" : "share of signal");
    for (size_t b = 0; b < c->bins; b++)
        printf("  %-17.4f %.4f ± %.4f of %zu events\n", c->bin[b].predicted, c->bin[b].observed, c->bin[b].error,
               c->bin[b].events);
}

static void print(const nsym_evaluation *e) {
    size_t classes = e->classes.classes;
    printf("%-19s %zu", "events", e->events);
    if (classes)
        printf(" of %zu classes\n", classes);
    else
        printf(", of which signal %zu\n", e->signal);
    printf("%-19s %s\n", "score", e->score);
    printf("%-19s %.4f", "AUC", e->auc);
    if (isfinite(e->auc_error))
        printf(" ± %.4f", e->auc_error);
    else
        printf(" ± unknown: a class has fewer than two events");
    printf("%s\n", classes ? ", the mean over the classes" : "");
    if (classes) {
        printf("%-19s %.4f\n", "accuracy", e->accuracy);
        classes_print(&e->classes);
        print_calibration(&e->calibration, true);
        return;
    }
    printf("%-19s %.4f\n", strcmp(e->score, "logit") == 0 ? "accuracy at 0" : "accuracy at 0.5", e->accuracy);
    printf("%-19s %.4f at 10 %% background, %.4f at 50 %%\n", "signal efficiency", e->tpr_at_10, e->tpr_at_50);
    print_calibration(&e->calibration, false);
}

static json_t *calibration_json(const nsym_calibration *c) {
    json_t *curve = json_array();
    for (size_t b = 0; b < c->bins; b++)
        json_array_append_new(curve, json_pack("{s:I, s:f, s:f, s:f, s:f, s:f, s:f}", "events",
                                               (json_int_t)c->bin[b].events, "share", c->bin[b].share, "low",
                                               c->bin[b].low, "high", c->bin[b].high, "predicted", c->bin[b].predicted,
                                               "observed", c->bin[b].observed, "error", c->bin[b].error));
    return json_pack("{s:f, s:f, s:f, s:f, s:o}", "ece", c->ece, "ece_error", c->ece_error, "floor", c->floor,
                     "floor_spread", c->floor_spread, "reliability", curve);
}

static void print_json(const nsym_evaluation *e) {
    json_t *object = json_pack("{s:I, s:I, s:s, s:o, s:o, s:o, s:o, s:o}", "events", (json_int_t)e->events, "signal",
                               (json_int_t)e->signal, "score", e->score, "auc", json_number(e->auc), "auc_error",
                               json_number(e->auc_error), "accuracy", json_number(e->accuracy), "tpr_at_fpr_0.1",
                               json_number(e->tpr_at_10), "tpr_at_fpr_0.5", json_number(e->tpr_at_50));
    if (e->classes.classes) {
        json_object_del(object, "signal");
        json_object_set_new(object, "classes", classes_json(&e->classes));
    }
    if (e->calibration.bins) json_object_set_new(object, "calibration", calibration_json(&e->calibration));
    json_dumpf(object, stdout, JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(object);
}

/* Reads the scores of a part of the events and evaluates them. False after a message. */
static bool evaluate(nsym_evaluation *e, const char *file, const char *score, const char *word, nsym_part part) {
    nsym_events *events;
    if (nsym_events_read_columns(&events, file, score ? score : "label", "label,logit,output,weight,part") != NSYM_OK) {
        command_failed();
        return false;
    }
    size_t all = events->count;
    bool fine = part_take(&events, file, word, part);
    if (fine && nsym_evaluate_events(e, events, score) != NSYM_OK) {
        tell_error("%s: %s", file, nsym_message());
        fine = false;
    }
    double left_out = (double)(all - events->count);
    if (fine && part == NSYM_PART_TEST && e->trained <= left_out) e->trained = 0; /* those are not judged */
    nsym_events_free(events);
    return fine;
}

int cmd_evaluate(int argc, char **argv) {
    const char *score = NULL, *word = NULL;
    bool json = false;
    const option options[] = {{"score", 0, OPTION_TEXT, &score, "COLUMN",
                               "column of scores (default: logit if the file has it, else output)"},
                              part_option(&word),
                              {"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object"},
                              trust_option()};
    const option_table table = {"nearsym evaluate SCORES [--score COLUMN] [--part PART] [--json]",
                                "Measures how well scores separate the labels, with weights if the file has them.",
                                sizeof options / sizeof *options, options};
    nsym_part part;
    int words, status = options_parse(&table, argc, argv, &words);
    if (status == OPTIONS_GO_ON) status = part_read(&table, word, &part);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "evaluate takes one file of scores");
    nsym_evaluation e;
    if (!evaluate(&e, argv[0], score, word, part)) return 1;
    warn_trained(e.trained, e.events);
    if (json)
        print_json(&e);
    else
        print(&e);
    return 0;
}
