/* nearsym ado: how alike classifiers decide. */
#include "commands.h"
#include "json.h"
#include "options.h"
#include "part.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/ado.h>
#include <nearsym/scores.h>
#include <nearsym/stats.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Classifiers (count) of the same events, and what is known of the events. */
typedef struct comparison {
    size_t count;
    nsym_scores *of;        /* (count) */
    nsym_scores truth;      /* of --labels */
    const float *labels;    /* (events) borrowed from one of them, as are the weights */
    const double *weights;  /* (events) NULL: ones */
    const char *labels_are; /* the path they came from */
    double *truth_values;   /* (events) the labels as a classifier */
    double *auc, *error;    /* (count) */
    double *ado;            /* (count, count) */
} comparison;

static void comparison_free(comparison *c) {
    for (size_t i = 0; c->of && i < c->count; i++) nsym_scores_free(&c->of[i]);
    nsym_scores_free(&c->truth);
    free(c->of);
    free(c->truth_values);
    free(c->auc);
    free(c->error);
    free(c->ado);
}

static bool no_memory(void) {
    tell_error("no memory");
    return false;
}

static bool failed(void) {
    command_failed();
    return false;
}

static bool same_events(const nsym_scores *a, const nsym_scores *b) {
    return nsym_scores_same_events(a, b) == NSYM_OK || failed();
}

/* Keeps the events of a part: each file by its own column, those without by that of a file of as many events. */
static bool take_part(comparison *c, const char *word, nsym_part part) {
    size_t with = 0;
    while (with < c->count && !c->of[with].parts) with++;
    if (part == NSYM_PART_ALL) return true;
    if (with == c->count) {
        if (word) part_refuse(c->of[0].path);
        return !word;
    }
    size_t all = c->of[with].count;
    double *parts = malloc(all * sizeof *parts);
    if (!parts) return no_memory();
    memcpy(parts, c->of[with].parts, all * sizeof *parts);
    for (size_t i = 0; i < c->count; i++) {
        nsym_scores *s = &c->of[i];
        size_t before = s->count;
        if (!s->parts && before != all) continue;
        nsym_scores_take(s, s->parts ? s->parts : parts, part);
        part_tell(s->path, s->count, before - s->count, part);
    }
    if (c->truth.values && c->truth.count == all) nsym_scores_take(&c->truth, parts, part);
    free(parts);
    if (c->of[with].count > 0) return true;
    tell_error("%s: no event is in the part \"%s\" (its column part); --part all takes all events", c->of[with].path,
               word ? word : "test");
    return false;
}

static bool read_all(comparison *c, char **sources, const char *score, const char *labels, const char *word,
                     nsym_part part) {
    c->of = calloc(c->count, sizeof *c->of);
    if (!c->of) return no_memory();
    for (size_t i = 0; i < c->count; i++) {
        if (nsym_scores_read(&c->of[i], sources[i], score) != NSYM_OK) return failed();
    }
    if (labels && nsym_scores_read(&c->truth, labels, "label") != NSYM_OK) return failed();
    if (!take_part(c, word, part)) return false;
    for (size_t i = 1; i < c->count; i++)
        if (!same_events(&c->of[0], &c->of[i])) return false;
    return true;
}

/* Labels of --labels: its column label, or the one that is named, or the only one. */
static bool take_labels(comparison *c) {
    if (!same_events(&c->of[0], &c->truth)) return false;
    float *labels = realloc(c->truth.labels, c->truth.count * sizeof *labels);
    if (!labels) return no_memory();
    c->truth.labels = labels;
    for (size_t i = 0; i < c->truth.count; i++) labels[i] = (float)c->truth.values[i];
    c->labels = labels;
    c->weights = c->truth.weights;
    c->labels_are = c->truth.path;
    return true;
}

/* Files that label an event differently are not of the same events. */
static bool labels_agree(const comparison *c, const nsym_scores *with) {
    for (size_t k = 0; with->labels && k < with->count; k++) {
        if (with->labels[k] == c->labels[k]) continue;
        tell_error("row %zu: the label is %g in %s and %g in %s; both must be of the same events in the same order",
                   k + 1, (double)c->labels[k], c->labels_are, (double)with->labels[k], with->path);
        return false;
    }
    return true;
}

static bool labels_are_classes(const comparison *c) {
    for (size_t k = 0; k < c->of[0].count; k++) {
        if (c->labels[k] == 0 || c->labels[k] == 1) continue;
        tell_error("%s: row %zu: label is %g, must be 0 or 1", c->labels_are, k + 1, (double)c->labels[k]);
        return false;
    }
    return true;
}

/* Labels, and weights, of the first file that has them. */
static bool find_labels(comparison *c) {
    if (c->truth.values && !take_labels(c)) return false;
    for (size_t i = 0; i < c->count && !c->labels; i++) {
        if (!c->of[i].labels) continue;
        c->labels = c->of[i].labels;
        c->labels_are = c->of[i].path;
        c->weights = c->of[i].weights;
    }
    for (size_t i = 0; i < c->count && !c->weights; i++) c->weights = c->of[i].weights;
    if (c->labels) {
        bool fine = labels_are_classes(c);
        for (size_t i = 0; fine && i < c->count; i++) fine = labels_agree(c, &c->of[i]);
        return fine;
    }
    tell_error("%s%s has no column 'label'; say --labels FILE", c->of[0].path,
               c->count > 1 ? ", as every other file," : "");
    return false;
}

static bool compare_one(comparison *c, size_t i) {
    const nsym_scores *s = &c->of[i];
    size_t n = s->count;
    double ignored;
    nsym_status status = nsym_ado(&c->auc[i], s->values, c->truth_values, c->labels, c->weights, n);
    if (status == NSYM_OK) status = nsym_auc(&ignored, &c->error[i], s->values, c->labels, c->weights, n);
    for (size_t j = i; status == NSYM_OK && j < c->count; j++) {
        status = nsym_ado(&c->ado[i * c->count + j], s->values, c->of[j].values, c->labels, c->weights, n);
        c->ado[j * c->count + i] = c->ado[i * c->count + j];
    }
    if (status == NSYM_OK) return true;
    tell_error("%s, labels of %s: %s", s->path, c->labels_are, nsym_message());
    return false;
}

static bool compare(comparison *c) {
    size_t n = c->of[0].count;
    c->truth_values = malloc(n * sizeof *c->truth_values);
    c->auc = calloc(c->count, sizeof *c->auc);
    c->error = calloc(c->count, sizeof *c->error);
    c->ado = calloc(c->count, c->count * sizeof *c->ado);
    if (!c->truth_values || !c->auc || !c->error || !c->ado) return no_memory();
    for (size_t k = 0; k < n; k++) c->truth_values[k] = (double)c->labels[k];
    for (size_t i = 0; i < c->count; i++)
        if (!compare_one(c, i)) return false;
    return true;
}

static size_t signal_of(const comparison *c) {
    size_t signal = 0;
    for (size_t k = 0; k < c->of[0].count; k++) signal += c->labels[k] == 1;
    return signal;
}

static void print_table(const comparison *c) {
    size_t signal = signal_of(c);
    printf("%zu events, of which signal %zu%s; all %.0f pairs\n\n", c->of[0].count, signal,
           c->weights ? ", weighted" : "", (double)signal * (double)(c->of[0].count - signal));
    for (size_t i = 0; i < c->count; i++)
        if (isfinite(c->error[i]))
            printf("%3zu  AUC %.4f ± %.4f  %s:%s\n", i + 1, c->auc[i], c->error[i], c->of[i].path, c->of[i].column);
        else
            printf("%3zu  AUC %.4f ± unknown  %s:%s\n", i + 1, c->auc[i], c->of[i].path, c->of[i].column);
    printf("\nADO");
    for (size_t i = 0; i < c->count; i++) printf("%8zu", i + 1);
    putchar('\n');
    for (size_t i = 0; i < c->count; i++) {
        printf("%3zu", i + 1);
        for (size_t j = 0; j < c->count; j++) printf("%8.4f", c->ado[i * c->count + j]);
        putchar('\n');
    }
}

static void print_json(const comparison *c) {
    json_t *classifiers = json_array(), *matrix = json_array();
    for (size_t i = 0; i < c->count; i++) {
        json_t *row = json_array();
        for (size_t j = 0; j < c->count; j++) json_array_append_new(row, json_number(c->ado[i * c->count + j]));
        json_array_append_new(matrix, row);
        json_array_append_new(classifiers,
                              json_pack("{s:s, s:s, s:o, s:o}", "file", c->of[i].path, "column", c->of[i].column, "auc",
                                        json_number(c->auc[i]), "auc_error", json_number(c->error[i])));
    }
    json_t *object =
        json_pack("{s:I, s:I, s:b, s:o, s:o}", "events", (json_int_t)c->of[0].count, "signal", (json_int_t)signal_of(c),
                  "weighted", c->weights != NULL, "classifiers", classifiers, "ado", matrix);
    json_dumpf(object, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(object);
}

int cmd_ado(int argc, char **argv) {
    const char *score = NULL, *labels = NULL, *word = NULL;
    bool json = false;
    nsym_part part;
    const option options[] = {
        {"score", 0, OPTION_TEXT, &score, "COLUMN",
         "column of files that are given without one (default: logit, output, or the only column)"},
        {"labels", 0, OPTION_TEXT, &labels, "FILE",
         "file with labels (1 signal, 0 background) and weights (default: those in SCORES)"},
        part_option(&word),
        {"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object"},
        trust_option()};
    const option_table table = {
        "nearsym ado SCORES... [--score COLUMN] [--labels FILE] [--part PART] [--json]",
        "Measures how often classifiers decide alike: the fraction of all pairs of a signal and a background\nevent "
        "that two classifiers put in the same order (average decision ordering, arXiv:2010.11998).\nSCORES is FILE or "
        "FILE:COLUMN (.h5, .npz, .npy, .csv). All must have the same events.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status == OPTIONS_GO_ON) status = part_read(&table, word, &part);
    if (status != OPTIONS_GO_ON) return status;
    if (words < 1) return options_wrong(&table, "no file of scores is given");
    comparison c = {.count = (size_t)words};
    bool fine = read_all(&c, argv, score, labels, word, part) && find_labels(&c) && compare(&c);
    if (fine && json) print_json(&c);
    if (fine && !json) print_table(&c);
    comparison_free(&c);
    return fine ? 0 : 1;
}
