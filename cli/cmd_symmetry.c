/* nearsym symmetry: how broken a symmetry is, of a sample, of a detector and of a network. */
#include "commands.h"
#include "interrupt.h"
#include "json.h"
#include "options.h"
#include "symmetry_methods.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/io.h>
#include <nearsym/report.h>
#include <nearsym/symmetry.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *answer_json(nsym_symmetry_question question, const nsym_distinguished *a) {
    char verdict[NSYM_SYMMETRY_TEXT];
    nsym_symmetry_verdict(verdict, question, a);
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:s}", "events", (json_int_t)a->events, "auc",
                     json_number(a->auc), "auc_error", json_number(a->auc_error), "accuracy", json_number(a->accuracy),
                     "accuracy_error", json_number(a->accuracy_error), "q", json_number(a->q), "q_error",
                     json_number(a->q_error), "same", a->same, "verdict", verdict);
}

static json_t *network_json(const nsym_network_invariance *n) {
    json_t *at = json_array();
    for (size_t k = 0; k < n->sizes; k++) {
        const nsym_invariance_at *of = &n->at[k];
        json_array_append_new(at, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "size", json_number(of->size), "auc",
                                            json_number(of->auc), "auc_error", json_number(of->auc_error),
                                            "relative_error", json_number(of->relative), "relative_error_16",
                                            json_number(of->relative_low), "relative_error_84",
                                            json_number(of->relative_high), "agreement", json_number(of->agreement)));
    }
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "events", (json_int_t)n->events, "trained",
                     json_number(n->trained), "spread", json_number(n->spread), "spread_error",
                     json_number(n->spread_error), "local_error", json_number(n->local), "local_error_error",
                     json_number(n->local_error), "at", at);
}

static void print_json(const nsym_symmetry_result *r, const char *methods) {
    static const char *const keys[NSYM_SYMMETRY_QUESTIONS] = {"before_detector", "as_measured", "commutator",
                                                              "noise_floor"};
    json_t *object = json_pack("{s:s, s:s, s:o, s:s, s:s, s:s}", "transform", r->transform, "unit", r->unit, "range",
                               r->range > 0 ? json_real(r->range) : json_null(), "sample", r->sample, "detector",
                               r->detector, "note", r->note);
    for (size_t k = 0; k < NSYM_SYMMETRY_QUESTIONS; k++)
        if (r->asked[k]) json_object_set_new(object, keys[k], answer_json((nsym_symmetry_question)k, &r->answer[k]));
    if (r->network.events) json_object_set_new(object, "network", network_json(&r->network));
    if (methods) json_object_set_new(object, "methods", json_string(methods));
    json_dumpf(object, stdout, JSON_REAL_PRECISION(15) | JSON_INDENT(1));
    putchar('\n');
    json_decref(object);
}

static bool print_text(const nsym_symmetry_result *r) {
    char *text;
    if (nsym_symmetry_text(&text, r) != NSYM_OK) return false;
    fputs(text, stdout);
    free(text);
    return true;
}

static bool ends_in(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n > m && strcmp(text + n - m, end) == 0;
}

/* A file of events, or a card? */
static bool is_card(const char *word) {
    if (ends_in(word, ".yaml") || ends_in(word, ".yml")) return true;
    bool there = access(word, F_OK) == 0; /* opened, a pipe would lose its only reading */
    return !there && !strchr(word, '.') && !strchr(word, '/');
}

/* What the command line says. */
typedef struct {
    nsym_symmetry_options symmetry;
    nsym_study_options study;
    const char *where, *model, *folder, *style;
    option_texts set;
    symmetry_methods methods;
    bool json;
} asked;

static nsym_status measure(nsym_symmetry_result *out, const asked *a, nsym_model *model) {
    nsym_events *events;
    if (is_card(a->study.card)) return nsym_symmetry_of_card(out, &a->study, a->where, model, &a->symmetry);
    nsym_status status = nsym_events_read(&events, a->study.card, NULL);
    if (status != NSYM_OK) return status;
    status = nsym_symmetry_of_events(out, events, model, &a->symmetry);
    nsym_events_free(events);
    return status;
}

/* OPTIONS_GO_ON, or the status of wrong usage: of --methods. */
static int check_methods(const option_table *table, asked *a) {
    char wrong[256];
    symmetry_methods *m = &a->methods;
    if (!m->asked && (m->sizes || m->size || m->members))
        return options_wrong(table, "--sizes, --size and --members need --methods");
    if (!m->asked) return OPTIONS_GO_ON;
    if (!is_card(a->study.card)) return options_wrong(table, "--methods trains on a card's sample, with its labels");
    if (!a->folder) return options_wrong(table, "--methods needs a folder for its trainings: -o FOLDER");
    return symmetry_methods_read(m, wrong) ? OPTIONS_GO_ON : options_wrong(table, "%s", wrong);
}

/* OPTIONS_GO_ON, or the status of wrong usage. */
static int check(const option_table *table, asked *a, int words, char **argv) {
    const char *const *styles = nsym_image_style_names();
    size_t k = 0;
    if (words != 1) return options_wrong(table, "symmetry takes a file of events, a card or a study's name");
    while (styles[k] && strcmp(a->style, styles[k]) != 0) k++;
    if (!styles[k])
        return options_wrong(table, "--image is '%s', must be exact, opencv, nearest or unbinned", a->style);
    a->symmetry.style = (nsym_image_style)k;
    a->study.card = argv[0];
    a->study.set = a->set.text;
    a->study.sets = a->set.count;
    bool of_card = a->where || a->study.preset || a->set.count;
    if (!is_card(argv[0]) && of_card)
        return options_wrong(table, "%s is a file of events; --at, --preset and --set need a card", argv[0]);
    return check_methods(table, a);
}

/* Writes tables and figures. False: nsym_message tells. */
static bool write_folder(const char *folder, const nsym_symmetry_result *r) {
    char *note;
    if (nsym_report_symmetry(&note, folder, r) != NSYM_OK) return false;
    if (note) tell_warning("%s", note);
    free(note);
    fprintf(stderr, "%s: symmetry.csv%s\n", folder, r->network.events ? " and figures of the network" : "");
    return true;
}

static int run(asked *a) {
    nsym_symmetry_result *r = malloc(sizeof *r);
    nsym_model *model = NULL;
    nsym_status status = a->model ? nsym_model_load(&model, a->model) : NSYM_OK;
    if (status == NSYM_OK && r) status = measure(r, a, model);
    nsym_model_free(model);
    bool fine = status == NSYM_OK && r && (!a->folder || write_folder(a->folder, r));
    char *methods = NULL;
    bool told = false;
    if (fine && !a->json) fine = print_text(r);
    fflush(stdout);
    if (fine && a->methods.asked) {
        fine = symmetry_methods_run(&methods, &a->methods, a->folder, &a->study, a->where, &a->symmetry, r);
        told = !fine;
    }
    if (fine && a->json) print_json(r, methods);
    if (fine && !a->json && methods) printf("\n%s", methods);
    free(methods);
    free(r);
    return fine ? 0 : told ? 1 : command_failed();
}

/* What --transform takes. */
static void tell_transforms(char *text, size_t size) {
    size_t used = (size_t)snprintf(text, size, "transformation: ");
    for (const char *const *name = nsym_transform_names(); *name && used < size; name++)
        used += (size_t)snprintf(text + used, size - used, "%s, ", *name);
    if (used < size)
        snprintf(text + used, size - used, "or reflect, y changes sign (default: that of the card's copies)");
}

int cmd_symmetry(int argc, char **argv) {
    char transforms[256];
    tell_transforms(transforms, sizeof transforms);
    asked a = {.symmetry = nsym_symmetry_defaults(), .style = "exact"};
    const option options[] = {
        {"transform", 't', OPTION_TEXT, &a.symmetry.transform, "NAME", transforms},
        {"range", 0, OPTION_NUMBER, &a.symmetry.range, "R",
         "range of a boost's rapidity, -R to R; 0: the card's, or 0.5"},
        {"events", 'n', OPTION_COUNT, &a.symmetry.events, "N", "maximum number of events"},
        {"columns", 0, OPTION_TEXT, &a.symmetry.columns, "A,B",
         "event columns that the transformation does not change, as further inputs of the classifier"},
        {"image", 0, OPTION_TEXT, &a.style, "HOW",
         "rotation of images: exact, opencv, nearest or unbinned (docs/card.md, copies.image)"},
        {"at", 0, OPTION_TEXT, &a.where, "AXIS=VALUE,...",
         "run of the card, by its coordinates (default: the first with a detector)"},
        {"preset", 0, OPTION_TEXT, &a.study.preset, "NAME", "apply a preset of the card"},
        {"set", 0, OPTION_TEXTS, &a.set, "PATH=VALUE", "set a key of the card, after the preset"},
        {"model", 'm', OPTION_TEXT, &a.model, "MODEL", "also measure how invariant this trained network is"},
        {"steps", 0, OPTION_COUNT, &a.symmetry.steps, "K", "number of sizes of the transformation"},
        {"epochs", 0, OPTION_COUNT, &a.symmetry.epochs, "E", "maximum number of epochs of a classifier"},
        {"seed", 0, OPTION_SEED, &a.symmetry.seed, "S", "seed of draws, halves and classifiers"},
        {"jobs", 'j', OPTION_COUNT, &a.symmetry.jobs, "J", "number of classifiers trained at once; 0: one per CPU"},
        {"out", 'o', OPTION_TEXT, &a.folder, "FOLDER", "folder for csv files and figures"},
        {"methods", 0, OPTION_FLAG, &a.methods.asked, NULL,
         "train with copies, with a penalty and with a hybrid, and say which pays (takes minutes, needs -o)"},
        {"sizes", 0, OPTION_TEXT, &a.methods.sizes, "A,B,C",
         "for --methods: numbers of training events (default: 300,1000,3000, or fewer for a small sample)"},
        {"size", 0, OPTION_COUNT, &a.methods.size, "N",
         "for --methods: size of your training sample; trains with N/10, N/3 and N events"},
        {"members", 0, OPTION_COUNT, &a.methods.members, "M",
         "for --methods: number of trainings of each method, each on its own bootstrap; 0: 5"},
        {"json", 0, OPTION_FLAG, &a.json, NULL, "print one JSON object"},
        trust_option()};
    const option_table table = {
        "nearsym symmetry EVENTS|CARD.yaml|NAME --transform NAME [--model MODEL] [--methods] [-o FOLDER] "
        "[--json] ...",
        "Measures how broken a symmetry is: whether the sample is symmetric, whether the detector commutes with "
        "the\ntransformation, and how invariant a network is. Classifiers try to tell events from their transformed "
        "copies; an AUC\nof 0.5 means that they cannot. With --methods nearsym also measures which way of training "
        "pays.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status == OPTIONS_GO_ON) status = check(&table, &a, words, argv);
    if (status != OPTIONS_GO_ON) return status;
    interrupt_catch();
    a.symmetry.stop = interrupt_asked;
    if (nsym_progress_new(&a.symmetry.progress, stderr) != NSYM_OK) return command_failed();
    status = run(&a);
    nsym_progress_free(a.symmetry.progress);
    return status;
}
