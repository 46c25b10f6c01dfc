/* The mean score of several models. */
#include <nearsym/predict.h>

#include "base/fail.h"
#include "study/answers.h"
#include <nearsym/calibration.h>
#include <nearsym/io.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The answers of all models. Owned. */
typedef struct {
    size_t m, count, outputs;
    nsym_events **scores; /* (m) */
    double *logits;       /* (m, count, outputs) at their temperatures */
} members;

static void free_members(members *a) {
    for (size_t k = 0; a->scores && k < a->m; k++) nsym_events_free(a->scores[k]);
    free(a->scores);
    free(a->logits);
}

/* Do two have the same rows of the events? */
static bool same_rows(const nsym_events *a, const nsym_events *b) {
    if (a->count != b->count) return false;
    for (size_t i = 0; (a->origin || b->origin) && i < a->count; i++)
        if ((a->origin ? a->origin[i] : i) != (b->origin ? b->origin[i] : i)) return false;
    return true;
}

static nsym_status score_all(members *a, nsym_prediction *out, nsym_model *const *models, const nsym_events *events) {
    for (size_t k = 0; k < a->m; k++) {
        nsym_prediction told;
        size_t outputs = nsym_model_outputs(nsym_model_spec_of(models[k]));
        if (outputs != a->outputs)
            return nsym_fail(NSYM_EINVAL,
                             "model %zu gives %zu numbers per event and model 1 gives %zu: a mean needs models with "
                             "the same classes",
                             k + 1, outputs, a->outputs);
        NSYM_TRY(nsym_predict_events(&told, &a->scores[k], models[k], events));
        if (!same_rows(a->scores[0], a->scores[k]))
            return nsym_fail(NSYM_EINVAL,
                             "the cuts of model %zu keep other events than those of model 1: %zu and %zu events", k + 1,
                             a->scores[k]->count, a->scores[0]->count);
        if (k == 0)
            *out = told;
        else
            out->trained = fmax(out->trained, told.trained);
    }
    return NSYM_OK;
}

static nsym_status join_logits(members *a, nsym_model *const *models) {
    size_t n = a->scores[0]->count * a->outputs;
    a->count = a->scores[0]->count;
    a->logits = malloc((a->m * n + 1) * sizeof *a->logits);
    if (!a->logits) return nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu models", a->m);
    for (size_t k = 0; k < a->m; k++) {
        const double *of_one = nsym_events_column(a->scores[k], "logit")->values;
        for (size_t i = 0; i < n; i++) a->logits[k * n + i] = of_one[i] / nsym_model_temperature(models[k]);
    }
    return NSYM_OK;
}

/* The weights of a hybrid's general latent, into those of the first. */
static void join_weights(const members *a) {
    nsym_column *mean = nsym_events_column(a->scores[0], "general_weight");
    for (size_t k = 1; mean && k < a->m; k++) {
        const nsym_column *of_one = nsym_events_column(a->scores[k], "general_weight");
        for (size_t i = 0; i < a->count; i++) mean->values[i] += of_one ? of_one->values[i] : (double)NAN;
    }
    for (size_t i = 0; mean && i < a->count; i++) mean->values[i] /= (double)a->m;
}

nsym_status nsym_predict_mean_events(nsym_prediction *out, nsym_events **scores, nsym_model *const *models, size_t m,
                                     const nsym_events *events) {
    *scores = NULL;
    if (m == 0) return nsym_fail(NSYM_EINVAL, "there are no models; give at least one");
    if (m == 1) return nsym_predict_events(out, scores, models[0], events);
    nsym_prediction told = {0};
    members a = {.m = m,
                 .outputs = nsym_model_outputs(nsym_model_spec_of(models[0])),
                 .scores = calloc(m, sizeof(nsym_events *))};
    nsym_status status = a.scores ? score_all(&a, &told, models, events)
                                  : nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu models", m);
    if (status == NSYM_OK) status = join_logits(&a, models);
    if (status == NSYM_OK) {
        nsym_mean_score(nsym_events_column(a.scores[0], "output")->values,
                        nsym_events_column(a.scores[0], "logit")->values, a.logits, m, a.count, a.outputs);
        join_weights(&a);
        *scores = a.scores[0];
        a.scores[0] = NULL;
        if (out) *out = told;
    }
    free_members(&a);
    return status;
}

/* The file's scores say how many of its events trained one of the models. */
static nsym_status tell_trained(nsym_events *scores, double trained) {
    char number[32];
    if (!(trained > 0)) return NSYM_OK;
    snprintf(number, sizeof number, "%.0f", trained);
    return nsym_events_set_attribute(scores, NSYM_EVENTS_TRAINED, number);
}

nsym_status nsym_predict_mean_file(nsym_prediction *out, nsym_model *const *models, size_t m, const char *events_path,
                                   const char *scores_path) {
    if (m == 1) return nsym_predict_file(out, models[0], events_path, scores_path);
    nsym_prediction told;
    nsym_events *events = NULL, *scores = NULL;
    NSYM_TRY(nsym_events_read(&events, events_path, NULL));
    nsym_status status = nsym_predict_mean_events(&told, &scores, models, m, events);
    if (status != NSYM_OK) status = nsym_fail_in(status, "%s: ", events_path);
    if (status == NSYM_OK) status = tell_trained(scores, told.trained);
    if (status == NSYM_OK) status = nsym_events_write(scores, scores_path);
    if (status == NSYM_OK && out) *out = told;
    nsym_events_free(scores);
    nsym_events_free(events);
    return status;
}
