/* How good a file's scores are. */
#include <nearsym/predict.h>

#include "base/fail.h"
#include "data/number.h"
#include "data/role.h"
#include "study/answers.h"
#include <nearsym/events.h>
#include <nearsym/io.h>
#include <nearsym/stats.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 10 }; /* of a reliability curve */

static nsym_status column_of(const nsym_column **out, const nsym_events *events, const char *name) {
    *out = nsym_events_column(events, name);
    if (*out && (*out)->width == 1) return NSYM_OK;
    return nsym_role_missing(events, name);
}

/* Of several classes a column has a score for each. */
static size_t classes_of(const nsym_column *score) {
    return score->width > 2 ? score->width : 2;
}

/* What a statistic of this row could not hold. */
static nsym_status check_row(const nsym_events *events, size_t i, double label, const nsym_column *score,
                             double weight) {
    size_t classes = classes_of(score), row = nsym_events_row(events, i);
    if (!(label >= 0 && label < (double)classes) || label != floor(label))
        return classes == 2 ? nsym_fail(NSYM_EINVAL, "row %zu: label is %g, must be 0 or 1", row, label)
                            : nsym_fail(NSYM_EINVAL, "row %zu: label is %g, must be 0 to %zu, a class that %s has", row,
                                        label, classes - 1, score->name);
    for (size_t k = 0; k < score->width; k++)
        if (isnan(score->values[i * score->width + k]))
            return nsym_fail(NSYM_ENUMERIC, "row %zu: %s is NaN", row, score->name);
    if (!isfinite(weight)) return nsym_fail(NSYM_EINVAL, "row %zu: weight is %g, must be finite", row, weight);
    return NSYM_OK;
}

/* One score an event, or one for each of several classes, which are the network's own. */
static bool is_score(const nsym_column *column) {
    bool several = column && column->width > 2 && column->width <= NSYM_CLASSES_MAX;
    return column && (column->width == 1 ||
                      (several && (strcmp(column->name, "logit") == 0 || strcmp(column->name, "output") == 0)));
}

/* The column that is named; else the logit, which tells events apart where the output is as good as 0 or 1, or the
   output. */
static nsym_status find_score(const nsym_column **out, const nsym_events *events, const char *name) {
    const nsym_column *named = nsym_events_column(events, name ? name : "output");
    *out = name ? NULL : nsym_events_column(events, "logit");
    if (is_score(*out)) return NSYM_OK;
    if (!is_score(named)) return column_of(out, events, name ? name : "output");
    *out = named;
    return NSYM_OK;
}

/* The logits (events, classes) of the column; of probabilities their logarithms, of 0 that of the smallest number. */
static nsym_status logits_of(double **out, const nsym_column *score, size_t events) {
    size_t n = events * score->width;
    *out = malloc((n + 1) * sizeof **out);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu events", events);
    bool output = strcmp(score->name, "output") == 0;
    for (size_t i = 0; i < n; i++) (*out)[i] = output ? log(fmax(score->values[i], DBL_TRUE_MIN)) : score->values[i];
    return NSYM_OK;
}

/* Several classes, with the names that the column's values have. */
static nsym_status evaluate_classes(nsym_evaluation *out, const nsym_column *score, const float *labels,
                                    const double *weights) {
    double *logits;
    NSYM_TRY(logits_of(&logits, score, out->events));
    const nsym_class_scores scores = {
        .n = out->events, .classes = score->width, .logits = logits, .labels = labels, .weights = weights};
    nsym_status status = nsym_class_measure(&out->classes, &scores);
    free(logits);
    if (status != NSYM_OK) return status;
    for (size_t k = 0; score->labels && k < score->width; k++)
        snprintf(out->classes.name[k], NSYM_CLASS_NAME, "%s", score->labels[k]);
    out->auc = out->classes.auc;
    out->auc_error = out->classes.auc_error;
    out->accuracy = out->classes.accuracy;
    out->tpr_at_10 = out->tpr_at_50 = NAN;
    return NSYM_OK;
}

/* Signal and background. */
static nsym_status evaluate_two(nsym_evaluation *out, const nsym_column *score, const float *labels,
                                const double *weights) {
    double middle = strcmp(score->name, "logit") == 0 ? 0 : 0.5, right = 0, total = 0;
    size_t n = out->events;
    for (size_t i = 0; i < n; i++) {
        double w = weights ? weights[i] : 1;
        out->signal += labels[i] == 1;
        right += w * ((score->values[i] > middle) == (labels[i] == 1));
        total += w;
    }
    nsym_status status = nsym_auc(&out->auc, &out->auc_error, score->values, labels, weights, n);
    out->accuracy = right / total;
    if (status == NSYM_OK) status = nsym_tpr_at_fpr(&out->tpr_at_10, score->values, labels, weights, n, 0.1);
    if (status == NSYM_OK) status = nsym_tpr_at_fpr(&out->tpr_at_50, score->values, labels, weights, n, 0.5);
    return status;
}

/* The probabilities (events, width) of a score that is a network's: the outputs, or else made of the logits. */
static nsym_status probabilities_of(double **out, const nsym_events *events, const nsym_column *score) {
    size_t n = events->count, width = score->width;
    const nsym_column *output = nsym_events_column(events, "output");
    bool logit = strcmp(score->name, "logit") == 0;
    *out = NULL;
    if (!logit && strcmp(score->name, "output") != 0) return NSYM_OK;
    *out = malloc((n * width + 1) * sizeof **out);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for the probabilities of %zu events", n);
    bool given = !logit || (output && output->width == width);
    if (given)
        memcpy(*out, logit ? output->values : score->values, n * width * sizeof **out);
    else
        nsym_answers_probabilities(*out, score->values, n, width, 1);
    return NSYM_OK;
}

/* Whether the score's probabilities are what they say; a column that is none, or weights of which a bin would have too
   little, leave that open. */
static nsym_status calibrate(nsym_evaluation *out, const nsym_events *events, const nsym_column *score,
                             const float *labels, const double *weights) {
    double *p;
    NSYM_TRY(probabilities_of(&p, events, score));
    if (!p) return NSYM_OK;
    nsym_status status =
        score->width > 1
            ? nsym_class_calibration_of(&out->calibration, p, score->width, labels, weights, events->count, BINS)
            : nsym_calibration_of(&out->calibration, p, labels, weights, events->count, BINS);
    free(p);
    if (status == NSYM_EINVAL) out->calibration.bins = 0;
    return status == NSYM_EINVAL ? NSYM_OK : status;
}

nsym_status nsym_evaluate_events(nsym_evaluation *out, const nsym_events *events, const char *name) {
    const nsym_column *label, *score, *weight;
    NSYM_TRY(nsym_role_column(&label, events, "label"));
    NSYM_TRY(nsym_role_column(&weight, events, "weight"));
    if (!label) return nsym_role_missing(events, "label");
    NSYM_TRY(find_score(&score, events, name));
    size_t n = events->count;
    const double *weights = weight ? weight->values : NULL;
    *out = (nsym_evaluation){.events = n};
    const char *trained = nsym_events_attribute(events, NSYM_EVENTS_TRAINED);
    if (trained && !nsym_number_parse(trained, strlen(trained), &out->trained)) out->trained = 0;
    snprintf(out->score, sizeof out->score, "%s", score->name);
    for (size_t i = 0; i < n; i++) NSYM_TRY(check_row(events, i, label->values[i], score, weights ? weights[i] : 1));
    float *labels = calloc(n + 1, sizeof *labels);
    if (!labels) return nsym_fail(NSYM_ENOMEM, "no memory for %zu labels", n);
    for (size_t i = 0; i < n; i++) labels[i] = (float)label->values[i];
    nsym_status status =
        score->width > 1 ? evaluate_classes(out, score, labels, weights) : evaluate_two(out, score, labels, weights);
    if (status == NSYM_OK) status = calibrate(out, events, score, labels, weights);
    free(labels);
    return status;
}

nsym_status nsym_evaluate(nsym_evaluation *out, const char *scores_path, const char *score_name) {
    nsym_events *events;
    NSYM_TRY(nsym_events_read_columns(&events, scores_path, score_name ? score_name : "label",
                                      "label,logit,output,weight,part"));
    nsym_status status = nsym_evaluate_events(out, events, score_name);
    nsym_events_free(events);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", scores_path);
}
