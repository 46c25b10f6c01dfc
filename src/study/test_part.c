#include "study/test_part.h"

#include "base/fail.h"
#include "stats/influence.h"
#include "stats/one_vs_rest.h"
#include <nearsym/stats.h>

#include <math.h>
#include <stdlib.h>

void nsym_test_part_close(nsym_test_part *r) {
    free(r->tests);
    free(r->test_labels);
    free(r->test_weights);
    free(r->test_events);
}

/* Which event each test row is a copy of: rows of one event stand side by side. */
static void number_events(size_t *events, const nsym_events *sample, const nsym_test_part *r, const char *group) {
    const nsym_column *column = group[0] ? nsym_events_column(sample, group) : NULL;
    for (size_t i = 0; i < r->parts.test_count; i++) {
        size_t row = nsym_test_row(&r->parts, i), before = i ? nsym_test_row(&r->parts, i - 1) : row;
        bool same = column ? column->values[row] == column->values[before]
                           : nsym_events_row(sample, row) == nsym_events_row(sample, before);
        events[i] = i ? events[i - 1] + !same : 0;
    }
}

nsym_status nsym_test_part_open(nsym_test_part *out, const nsym_run_card *card, const nsym_sample *sample) {
    const nsym_events *events = sample->events;
    *out = (nsym_test_part){.labels = nsym_events_column(events, "label")->values,
                            .weights = nsym_events_column(events, "weight")->values};
    NSYM_TRY(nsym_sample_parts(&out->parts, &out->tests, sample, &card->data, card->train.size));
    size_t n = out->parts.test_count;
    out->test_labels = malloc((n + 1) * sizeof *out->test_labels);
    out->test_weights = malloc((n + 1) * sizeof *out->test_weights);
    if (card->data.copies.test_all) out->test_events = malloc((n + 1) * sizeof *out->test_events);
    if (!out->test_labels || !out->test_weights || (card->data.copies.test_all && !out->test_events))
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu test events", n);
    for (size_t i = 0; i < n; i++) {
        out->test_labels[i] = (float)out->labels[nsym_test_row(&out->parts, i)];
        out->test_weights[i] = out->weights[nsym_test_row(&out->parts, i)];
    }
    if (out->test_events) number_events(out->test_events, events, out, card->data.copies.group);
    return NSYM_OK;
}

size_t nsym_test_part_join(double *influence, const nsym_test_part *r, double *error) {
    size_t n = r->parts.test_count, last = 0;
    if (!r->test_events) return n;
    for (size_t i = 0; i < n; i++) {
        size_t event = r->test_events[i];
        influence[event] = i == 0 || event != last ? influence[i] : influence[event] + influence[i];
        last = event;
    }
    double squares = 0;
    for (size_t e = 0; e <= last; e++) squares += influence[e] * influence[e];
    *error = sqrt(squares);
    return last + 1;
}

nsym_status nsym_test_part_measure(double *value, double *error, double *influence, size_t *events,
                                   const nsym_metric *metric, const nsym_test_part *r, const double *scores,
                                   const float *labels, const double *weights) {
    NSYM_TRY(metric->measure(value, error, influence, scores, labels, weights, r->parts.test_count));
    *events = isfinite(*error) ? nsym_test_part_join(influence, r, error) : 0;
    return NSYM_OK;
}

nsym_status nsym_test_part_auc(double *auc, double *error, double *influence, const nsym_test_part *r,
                               const double *scores, size_t outputs) {
    size_t n = r->parts.test_count;
    if (outputs == 1) return nsym_metric_auc.measure(auc, error, influence, scores, r->test_labels, r->test_weights, n);
    const nsym_class_scores classes = {n, outputs, scores, r->test_labels, r->test_weights};
    return nsym_one_vs_rest_mean(auc, error, influence, &classes);
}

nsym_status nsym_test_part_column(double *scores, const nsym_test_part *r, const nsym_events *events, const char *name,
                                  bool falling) {
    const nsym_column *column = nsym_events_column(events, name);
    if (!column || column->width != 1)
        return nsym_fail(NSYM_ENOTFOUND, "the sample has no column '%s' of one value an event", name);
    for (size_t i = 0; i < r->parts.test_count; i++)
        scores[i] = (falling ? -1 : 1) * column->values[nsym_test_row(&r->parts, i)];
    return NSYM_OK;
}

/* The errors of ROC points (m) where all copies of an event test. */
static nsym_status copied_errors(double *errors, const nsym_test_part *r, const double *scores, const float *labels,
                                 const double *fpr, size_t m) {
    size_t n = r->parts.test_count;
    double tpr, *influence = malloc((n + 1) * sizeof *influence);
    nsym_status status = influence ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the influence of %zu events", n);
    for (size_t k = 0; status == NSYM_OK && k < m; k++) {
        status = nsym_roc_influence(influence, &tpr, &errors[k], scores, labels, r->test_weights, n, fpr[k]);
        if (status == NSYM_OK) nsym_test_part_join(influence, r, &errors[k]);
    }
    free(influence);
    return status;
}

nsym_status nsym_test_part_roc(double *tpr, double *errors, const nsym_test_part *r, const double *scores,
                               const float *labels, const double *fpr, size_t m) {
    NSYM_TRY(nsym_roc_error(tpr, errors, scores, labels, r->test_weights, r->parts.test_count, fpr, m));
    return r->test_events ? copied_errors(errors, r, scores, labels, fpr, m) : NSYM_OK;
}
