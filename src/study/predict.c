#include <nearsym/predict.h>

#include "base/fail.h"
#include "data/number.h"
#include "detector/threshold.h"
#include "nn/model.h"
#include "nn/models.h"
#include "sources/kinematics.h"
#include "sources/sample.h"
#include "train/fingerprints.h"
#include "train/predictions.h"
#include <nearsym/io.h>
#include <nearsym/stats.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* New events of the columns of `events` and the model's answers, without particles. */
static nsym_status score(nsym_events **out, nsym_model *model, const nsym_events *events) {
    size_t n = events->count;
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    bool mixes = nsym_spec_gates(spec);
    double *output = NULL, *logit = NULL, *general = NULL;
    nsym_status status = nsym_events_columns(out, events, 0, n);
    if (status == NSYM_OK) status = nsym_events_add_column(*out, "output", "", "probability of signal", 1, &output);
    if (status == NSYM_OK) status = nsym_events_add_column(*out, "logit", "", "the network's answer", 1, &logit);
    if (status == NSYM_OK && mixes)
        status = nsym_events_add_column(*out, "general_weight", "", "weight of the general latent", 1, &general);
    if (status == NSYM_OK) status = nsym_logits_of(model, events, logit, general);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) output[i] = 1 / (1 + exp(-logit[i]));
    return status;
}

/* A model trained on cells would take points, or the cells of another grid, for its own, and answer nonsense. */
static nsym_status check_cells(const nsym_model *model, const nsym_events *events) {
    const char *grid = nsym_model_attribute(model, "grid");
    if (!grid) return NSYM_OK;
    if (!events->offsets || nsym_events_feature(events, "cell") == NSYM_NONE)
        return nsym_fail(NSYM_EINVAL,
                         "the model was trained on a detector's cells, and these particles have no 'cell', their "
                         "number in its grid of %s; `nearsym data simulate showers --level cells` writes such events",
                         grid);
    return nsym_grid_same(events, grid, "the model was trained on one of");
}

/* New events as a model reads them: as its source would have them, of its grid, above its threshold; else as they
 * stand.
 */
static nsym_status read_events(nsym_events **out, const nsym_model *model, const char *path) {
    NSYM_TRY(nsym_events_read(out, path, NULL));
    const char *name = nsym_model_attribute(model, "source"), *threshold = nsym_model_attribute(model, "threshold");
    const nsym_source *source = name ? nsym_source_named(name) : NULL;
    nsym_status status = check_cells(model, *out);
    double least;
    if (status == NSYM_OK && source && source->read) status = source->read(out);
    if (status == NSYM_OK && threshold && nsym_number_parse(threshold, strlen(threshold), &least))
        status = nsym_threshold_cut(*out, least);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", path);
}

static const char events_trained[] = "events_trained";

/* Whether the events trained the model, told to the caller and to the scores. */
static nsym_status tell_trained(nsym_prediction *out, nsym_events *scores, const nsym_model *model,
                                const nsym_events *events) {
    char number[32];
    nsym_prediction p = {.events = events->count};
    NSYM_TRY(nsym_fingerprints_compare(&p.trained, model, events));
    if (out) *out = p;
    if (p.trained == 0 && !nsym_events_attribute(scores, events_trained)) return NSYM_OK; /* of an earlier model */
    snprintf(number, sizeof number, "%.0f", p.trained);
    return nsym_events_set_attribute(scores, events_trained, number);
}

nsym_status nsym_predict(nsym_prediction *out, const char *model_path, const char *events_path,
                         const char *scores_path) {
    nsym_model *model = NULL;
    nsym_events *events = NULL, *scores = NULL;
    nsym_status status = nsym_model_load(&model, model_path);
    if (status == NSYM_OK) status = read_events(&events, model, events_path);
    if (status == NSYM_OK) {
        const char *columns = nsym_model_spec_of(model)->columns;
        if (columns[0]) status = nsym_kinematics_add(events, false);
        if (columns[0] && status == NSYM_OK) status = nsym_observe(events, columns, 0);
        if (status == NSYM_OK) status = score(&scores, model, events);
        if (status == NSYM_OK) status = tell_trained(out, scores, model, events);
        if (status != NSYM_OK) status = nsym_fail_in(status, "%s: ", events_path);
    }
    if (status == NSYM_OK) status = nsym_events_write(scores, scores_path);
    nsym_events_free(scores);
    nsym_events_free(events);
    nsym_model_free(model);
    return status;
}

static nsym_status column_of(const nsym_column **out, const nsym_events *events, const char *name) {
    *out = nsym_events_column(events, name);
    if (*out && (*out)->width == 1) return NSYM_OK;
    return nsym_fail(NSYM_ENOTFOUND, "there is no column '%s' of one value an event", name);
}

/* What a statistic of this row could not hold. */
static nsym_status check_row(const nsym_events *events, size_t i, double label, const nsym_column *score,
                             double weight) {
    size_t row = nsym_events_row(events, i);
    if (label != 0 && label != 1) return nsym_fail(NSYM_EINVAL, "row %zu: label is %g, must be 0 or 1", row, label);
    if (isnan(score->values[i])) return nsym_fail(NSYM_ENUMERIC, "row %zu: %s is NaN", row, score->name);
    if (!isfinite(weight)) return nsym_fail(NSYM_EINVAL, "row %zu: weight is %g, must be finite", row, weight);
    return NSYM_OK;
}

/* The column that is named; else the logit, which tells events apart where the output is as good as 0 or 1, or the
   output. */
static nsym_status find_score(const nsym_column **out, const nsym_events *events, const char *name) {
    const nsym_column *logit = nsym_events_column(events, "logit");
    if (name || !logit || logit->width != 1) return column_of(out, events, name ? name : "output");
    *out = logit;
    return NSYM_OK;
}

nsym_status nsym_evaluate_events(nsym_evaluation *out, const nsym_events *events, const char *name) {
    const nsym_column *label, *score, *weight = nsym_events_column(events, "weight");
    NSYM_TRY(column_of(&label, events, "label"));
    NSYM_TRY(find_score(&score, events, name));
    size_t n = events->count;
    const double *weights = weight && weight->width == 1 ? weight->values : NULL;
    double middle = strcmp(score->name, "logit") == 0 ? 0 : 0.5, right = 0, total = 0;
    *out = (nsym_evaluation){.events = n};
    const char *trained = nsym_events_attribute(events, events_trained);
    if (trained && !nsym_number_parse(trained, strlen(trained), &out->trained)) out->trained = 0;
    snprintf(out->score, sizeof out->score, "%s", score->name);
    for (size_t i = 0; i < n; i++) NSYM_TRY(check_row(events, i, label->values[i], score, weights ? weights[i] : 1));
    float *labels = malloc((n + 1) * sizeof *labels);
    if (!labels) return nsym_fail(NSYM_ENOMEM, "no memory for %zu labels", n);
    for (size_t i = 0; i < n; i++) {
        labels[i] = (float)label->values[i];
        double w = weights ? weights[i] : 1;
        out->signal += labels[i] == 1;
        right += w * ((score->values[i] > middle) == (labels[i] == 1));
        total += w;
    }
    nsym_status status = nsym_auc(&out->auc, &out->auc_error, score->values, labels, weights, n);
    out->accuracy = right / total;
    if (status == NSYM_OK) status = nsym_tpr_at_fpr(&out->tpr_at_10, score->values, labels, weights, n, 0.1);
    if (status == NSYM_OK) status = nsym_tpr_at_fpr(&out->tpr_at_50, score->values, labels, weights, n, 0.5);
    free(labels);
    return status;
}

nsym_status nsym_evaluate(nsym_evaluation *out, const char *scores_path, const char *score_name) {
    nsym_events *events;
    NSYM_TRY(nsym_events_read(&events, scores_path, NULL));
    nsym_status status = nsym_evaluate_events(out, events, score_name);
    nsym_events_free(events);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", scores_path);
}
