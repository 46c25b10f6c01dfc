#include "study/averages.h"

#include "base/fail.h"
#include "base/folder.h"
#include "data/number.h"
#include "stats/metric.h"
#include "stats/one_vs_rest.h"
#include <nearsym/calibration.h>
#include <nearsym/io.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The members' logits and their mean. Shapes: logits (members, n, outputs), mean, probability (n, outputs), labels,
   weights, influence (n). Owned. */
typedef struct {
    size_t members, n, outputs;
    double *logits, *mean, *probability, *weights, *influence;
    float *labels;
} average;

static void free_average(average *a) {
    free(a->logits);
    free(a->mean);
    free(a->probability);
    free(a->weights);
    free(a->influence);
    free(a->labels);
}

/* Room for the members, of the size of the first one's file. */
static nsym_status make_room(average *a, const nsym_events *first, const nsym_column *logit) {
    size_t n = first->count, values = n * logit->width;
    a->n = n;
    a->outputs = logit->width;
    a->logits = malloc((a->members * values + 1) * sizeof *a->logits);
    a->mean = malloc((values + 1) * sizeof *a->mean);
    a->probability = malloc((values + 1) * sizeof *a->probability);
    a->weights = malloc((n + 1) * sizeof *a->weights);
    a->influence = malloc((n + 1) * sizeof *a->influence);
    a->labels = malloc((n + 1) * sizeof *a->labels);
    if (a->logits && a->mean && a->probability && a->weights && a->influence && a->labels) return NSYM_OK;
    return nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu members", a->members);
}

static double temperature_of(const nsym_events *scores) {
    const char *text = nsym_events_attribute(scores, NSYM_SCORES_TEMPERATURE);
    double temperature;
    return text && nsym_number_parse(text, strlen(text), &temperature) && temperature > 0 ? temperature : 1;
}

/* Takes the scores of member k. */
static nsym_status take(average *a, const nsym_events *events, const char *path, size_t k) {
    const nsym_column *logit = nsym_events_column(events, "logit"), *label = nsym_events_column(events, "label"),
                      *weight = nsym_events_column(events, "weight");
    bool whole = logit && label && weight && label->width == 1 && weight->width == 1;
    if (whole && k == 0) NSYM_TRY(make_room(a, events, logit));
    if (!whole || events->count != a->n || logit->width != a->outputs)
        return nsym_fail(NSYM_EFORMAT, "%s: %zu events with%s label, weight and logit, expected %zu", path,
                         events->count, whole ? "" : "out", a->n);
    double temperature = temperature_of(events);
    for (size_t i = 0; i < a->n * a->outputs; i++)
        a->logits[k * a->n * a->outputs + i] = logit->values[i] / temperature;
    for (size_t i = 0; i < a->n; i++) {
        a->labels[i] = (float)label->values[i];
        a->weights[i] = weight->values[i];
    }
    return NSYM_OK;
}

static nsym_status read_all(average *a, const char *const *scores, const char *folder) {
    for (size_t k = 0; k < a->members; k++) {
        char path[NSYM_PATH_SIZE];
        nsym_events *events;
        NSYM_TRY(nsym_folder_path(path, folder, "%s", scores[k]));
        NSYM_TRY(nsym_events_read(&events, path, NULL));
        nsym_status status = take(a, events, path, k);
        nsym_events_free(events);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

static nsym_status add(nsym_outcome *results, const nsym_point *point, const char *metric, double value, double error) {
    char name[sizeof results->result->metric];
    nsym_outcome_row row = {.point = point, .mean = value, .members = 1, .tolerance = NAN};
    if (isfinite(error) && !point->card.data.copies.test_all) row.error.test_sample = error;
    snprintf(name, sizeof name, "%s_average", metric);
    return nsym_outcome_add(results, &row, name);
}

static nsym_status add_two(nsym_outcome *results, const nsym_point *point, average *a) {
    for (const nsym_metric *const *m = nsym_metrics; *m; m++) {
        double value, error;
        NSYM_TRY((*m)->measure(&value, &error, a->influence, a->mean, a->labels, a->weights, a->n));
        NSYM_TRY(add(results, point, (*m)->name, value, error));
    }
    return NSYM_OK;
}

static nsym_status add_classes(nsym_outcome *results, const nsym_point *point, average *a) {
    const nsym_class_scores s = {
        .n = a->n, .classes = a->outputs, .logits = a->mean, .labels = a->labels, .weights = a->weights};
    double value, error;
    NSYM_TRY(nsym_class_check(&s));
    NSYM_TRY(nsym_one_vs_rest_mean(&value, &error, a->influence, &s));
    NSYM_TRY(add(results, point, "auc_final", value, error));
    NSYM_TRY(nsym_class_brier(&value, &error, a->influence, &s));
    return add(results, point, "brier", value, error);
}

static nsym_status add_calibration(nsym_outcome *results, const nsym_point *point, const average *a) {
    nsym_calibration c;
    size_t bins = point->card.data.calibration;
    if (!bins) return NSYM_OK;
    if (a->outputs > 1)
        NSYM_TRY(nsym_class_calibration_of(&c, a->probability, a->outputs, a->labels, a->weights, a->n, bins));
    else
        NSYM_TRY(nsym_calibration_of(&c, a->probability, a->labels, a->weights, a->n, bins));
    NSYM_TRY(add(results, point, "ece", c.ece, c.ece_error));
    return point->card.data.copies.test_all ? NSYM_OK : add(results, point, "ece_floor", c.floor, NAN);
}

nsym_status nsym_averages_add(nsym_outcome *results, const nsym_point *point, const char *const *scores,
                              const char *folder) {
    average a = {.members = point->members};
    if (a.members < 2) return NSYM_OK;
    nsym_status status = read_all(&a, scores, folder);
    if (status == NSYM_OK) {
        nsym_mean_score(a.probability, a.mean, a.logits, a.members, a.n, a.outputs);
        status = a.outputs > 1 ? add_classes(results, point, &a) : add_two(results, point, &a);
    }
    if (status == NSYM_OK) status = add_calibration(results, point, &a);
    free_average(&a);
    return status;
}
