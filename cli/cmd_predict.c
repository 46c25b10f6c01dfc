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

/* Scores events (argv[1]) with a model (argv[0]). False: nsym_message tells. */
static bool predict(nsym_prediction *told, char **argv, nsym_precision precision, const char *out) {
    nsym_model *model;
    if (nsym_model_load(&model, argv[0]) != NSYM_OK) return false;
    bool fine = nsym_model_set_precision(model, precision) == NSYM_OK &&
                nsym_predict_file(told, model, argv[1], out) == NSYM_OK;
    nsym_model_free(model);
    return fine;
}

int cmd_predict(int argc, char **argv) {
    const char *out = NULL, *precision = NULL;
    const option options[] = {
        precision_option(&precision),
        {"out", 'o', OPTION_TEXT, &out, "SCORES", "where the scores go: .h5, .npz, .npy or .csv (default: scores.h5)"},
        trust_option()};
    const option_table table = {
        "nearsym predict MODEL EVENTS [-o SCORES] [--precision single|bf16]",
        "Scores events (LHE, HDF5, npz, csv) with a trained model, such as a study's models/NAME.h5.",
        sizeof options / sizeof *options, options};
    nsym_precision chosen;
    int words, status = options_parse(&table, argc, argv, &words);
    if (status == OPTIONS_GO_ON) status = precision_read(&table, precision, &chosen);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 2) return options_wrong(&table, "predict takes a model and a file of events");
    if (!out) out = "scores.h5";
    nsym_prediction p;
    if (!predict(&p, argv, chosen, out)) return command_failed();
    fprintf(stderr, "%s: scores of %s by %s\n", out, argv[1], argv[0]);
    fputs(p.note, stderr);
    warn_trained(p.trained, p.events);
    return 0;
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
        return;
    }
    printf("%-19s %.4f\n", strcmp(e->score, "logit") == 0 ? "accuracy at 0" : "accuracy at 0.5", e->accuracy);
    printf("%-19s %.4f at 10 %% background, %.4f at 50 %%\n", "signal efficiency", e->tpr_at_10, e->tpr_at_50);
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
                               "the column of scores (default: logit where it is there, or output)"},
                              part_option(&word),
                              {"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object"},
                              trust_option()};
    const option_table table = {"nearsym evaluate SCORES [--score COLUMN] [--part PART] [--json]",
                                "How well scores tell the labels apart, with weights where the file has them.",
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
