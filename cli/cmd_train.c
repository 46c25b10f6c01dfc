/* nearsym train: one network of a card. */
#include "classes.h"
#include "commands.h"
#include "interrupt.h"
#include "json.h"
#include "options.h"
#include "trust.h"

#include <nearsym/study.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool print_epoch(void *context, const nsym_train_epoch *e) {
    (void)context;
    fprintf(stderr, "epoch %3zu  loss %.5f", e->epoch, e->train_loss);
    if (isfinite(e->loss)) fprintf(stderr, "  validation %.5f  AUC %.4f%s", e->loss, e->auc, e->best ? "  *" : "");
    fputc('\n', stderr);
    return !interrupt_asked();
}

static json_t *json_of(const nsym_trained *t, const char *out) {
    json_t *epochs = json_array();
    for (size_t i = 0; i < t->history.epochs; i++) {
        const nsym_train_epoch *e = &t->history.epoch[i];
        json_array_append_new(epochs, json_pack("{s:I, s:o, s:o, s:o}", "epoch", (json_int_t)e->epoch, "train_loss",
                                                json_number(e->train_loss), "loss", json_number(e->loss), "auc",
                                                json_number(e->auc)));
    }
    json_t *object = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "model", out, "parameters",
                               (json_int_t)t->parameters, "training_events", (json_int_t)t->trains, "validation_events",
                               (json_int_t)t->validates, "test_events", (json_int_t)t->tests, "best_epoch",
                               (json_int_t)t->history.best, "auc", json_number(t->auc), "auc_error",
                               json_number(t->auc_error), "epochs", epochs);
    if (t->temperature != 1) {
        json_object_set_new(object, "temperature", json_number(t->temperature));
        json_object_set_new(object, "temperature_error", json_number(t->temperature_error));
    }
    if (t->classes.classes) json_object_set_new(object, "classes", classes_json(&t->classes));
    return object;
}

static void print(const nsym_trained *t, const char *out) {
    printf("%-12s %s\n", "model", out);
    printf("%-12s %zu\n", "parameters", t->parameters);
    printf("%-12s %zu train, %zu validate, %zu test\n", "events", t->trains, t->validates, t->tests);
    printf("%-12s %zu of %zu\n", "epoch", t->history.best, t->history.epochs);
    if (t->temperature != 1) printf("%-12s %.3f ± %.3f\n", "temperature", t->temperature, t->temperature_error);
    printf("%-12s %.4f", "test AUC", t->auc);
    if (isfinite(t->auc_error)) printf(" ± %.4f", t->auc_error);
    printf("%s\n", t->classes.classes ? ", the mean over the classes" : "");
    if (t->classes.classes) classes_print(&t->classes);
}

int cmd_train(int argc, char **argv) {
    nsym_study_options study = {0};
    option_texts set = {0};
    const char *model = NULL, *out = "model.h5", *start = NULL;
    char begin[4200];
    bool json = false;
    const option options[] = {
        {"out", 'o', OPTION_TEXT, &out, "MODEL", "file for the model"},
        {"model", 'm', OPTION_TEXT, &model, "NAME", "name of the model in the card (default: the only one)"},
        {"preset", 0, OPTION_TEXT, &study.preset, "NAME", "apply a preset of the card"},
        {"set", 0, OPTION_TEXTS, &set, "PATH=VALUE",
         "set a key of the card, after the preset, such as train.epochs=10"},
        {"start-from", 0, OPTION_TEXT, &start, "MODEL",
         "start from the weights of this model and keep its standardisation; same as --set train.start_from=MODEL"},
        {"json", 0, OPTION_FLAG, &json, NULL, "print the history and the test AUC as one JSON object"},
        trust_option()};
    const option_table table = {
        "nearsym train NAME|CARD.yaml [-o MODEL] [--model NAME] [--start-from MODEL] [--preset NAME] [--set "
        "PATH=VALUE]... [--json]",
        "Trains one network of a card on the card's sample, without its experiments, and writes the model. `nearsym "
        "predict`\nscores events with it. Every epoch is printed on standard error; * marks the best so far. Ctrl-C "
        "stops after the\ncurrent epoch and keeps the best.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "train takes the name of a study or the path of a card");
    study.card = argv[0];
    study.set = set.text;
    study.sets = set.count;
    if (start) {
        if (snprintf(begin, sizeof begin, "train.start_from=\"%s\"", start) >= (int)sizeof begin ||
            set.count == OPTION_TEXTS_MAX)
            return options_wrong(&table, "--start-from: too long a name, or too many --set");
        set.text[set.count] = begin;
        study.sets = set.count + 1;
    }
    interrupt_catch();
    nsym_trained trained;
    nsym_status done = nsym_study_train(&trained, &study, model, out, print_epoch, NULL);
    fputs(trained.note, stderr); /* what was cut may be why it failed */
    if (done != NSYM_OK) return command_failed();
    if (interrupt_asked()) fprintf(stderr, "nearsym: stopped; the model is that of epoch %zu\n", trained.history.best);
    if (json) {
        json_t *object = json_of(&trained, out);
        json_dumpf(object, stdout, JSON_REAL_PRECISION(15) | JSON_INDENT(1));
        putchar('\n');
        json_decref(object);
    } else {
        print(&trained, out);
    }
    nsym_train_history_free(&trained.history);
    return 0;
}
