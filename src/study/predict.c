#include <nearsym/predict.h>

#include "base/fail.h"
#include "data/events.h"
#include "data/number.h"
#include "detector/threshold.h"
#include "nn/model.h"
#include "sources/sample.h"
#include "study/answers.h"
#include "study/model_chain.h"
#include "train/fingerprints.h"
#include "train/predictions.h"
#include <nearsym/io.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A model trained on cells would take points, or the cells of another grid, for its own, and answer nonsense. */
static nsym_status check_cells(const nsym_model *model, const nsym_events *events) {
    const char *grid = nsym_model_attribute(model, "grid");
    if (!grid) return NSYM_OK;
    if (!events->offsets || nsym_events_feature(events, "cell") == NSYM_NONE)
        return nsym_fail(NSYM_EINVAL,
                         "the model was trained on cells, and these particles have no 'cell', their number in its grid "
                         "of %s; `nearsym data bin` sums points in cells",
                         grid);
    return nsym_grid_same(events, grid, "the model was trained on one of");
}

/* A model of an earlier nearsym has a threshold in place of a chain. */
static bool has_threshold(double *threshold, const nsym_model *model) {
    const char *text = nsym_model_attribute(model, "threshold");
    return text && nsym_number_parse(text, strlen(text), threshold);
}

/* Whether the events trained the model, told to the caller and to the scores, which have all that tells. */
static nsym_status tell_trained(nsym_prediction *out, nsym_events *scores, const nsym_model *model) {
    char number[32];
    NSYM_TRY(nsym_fingerprints_compare(&out->trained, model, scores));
    if (out->trained == 0 && !nsym_events_attribute(scores, NSYM_EVENTS_TRAINED))
        return NSYM_OK; /* of an earlier model */
    snprintf(number, sizeof number, "%.0f", out->trained);
    return nsym_events_set_attribute(scores, NSYM_EVENTS_TRAINED, number);
}

/* Events, in place, go through the model's chain and get its answers. */
static nsym_status score(nsym_prediction *out, nsym_events **events, nsym_model *model) {
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    nsym_answers answers;
    double threshold;
    *out = (nsym_prediction){0};
    NSYM_TRY(nsym_model_chain_apply(events, out->note, model));
    NSYM_TRY(check_cells(model, *events));
    if (has_threshold(&threshold, model)) NSYM_TRY(nsym_threshold_cut(*events, threshold));
    if (spec->columns[0]) NSYM_TRY(nsym_observe(*events, spec->columns, 0));
    if (spec->gate_columns[0]) NSYM_TRY(nsym_observe(*events, spec->gate_columns, 0));
    out->events = (*events)->count;
    NSYM_TRY(nsym_answers_add(&answers, *events, spec, nsym_model_attribute(model, "classes")));
    NSYM_TRY(nsym_logits_of(model, *events, answers.logit, answers.general));
    nsym_answers_finish(&answers);
    return NSYM_OK;
}

nsym_status nsym_predict_events(nsym_prediction *out, nsym_events **scores, nsym_model *model,
                                const nsym_events *events) {
    nsym_prediction told;
    nsym_events *own = NULL;
    bool changes;
    double threshold;
    *scores = NULL;
    NSYM_TRY(nsym_model_chain_changes(&changes, model, events));
    changes |= has_threshold(&threshold, model);
    NSYM_TRY(changes ? nsym_events_copy(&own, events) : nsym_events_columns(&own, events, 0, events->count));
    if (!changes) nsym_events_lend_particles(own, events);
    nsym_status status = score(&told, &own, model);
    bool asked = out || nsym_events_attribute(own, NSYM_EVENTS_TRAINED); /* of another model, which would stay */
    if (status == NSYM_OK && asked) status = tell_trained(&told, own, model);
    if (!changes) nsym_events_lend_particles(own, NULL);
    if (status != NSYM_OK) {
        nsym_events_free(own);
        return status;
    }
    nsym_events_drop_particles(own);
    *scores = own;
    if (out) *out = told;
    return NSYM_OK;
}

nsym_status nsym_predict(nsym_prediction *out, const char *model_path, const char *events_path,
                         const char *scores_path) {
    nsym_model *model = NULL;
    nsym_events *events = NULL;
    nsym_prediction told;
    nsym_status status = nsym_model_load(&model, model_path);
    if (status == NSYM_OK) status = nsym_events_read(&events, events_path, NULL);
    if (status == NSYM_OK) {
        status = score(&told, &events, model);
        if (status == NSYM_OK) status = tell_trained(&told, events, model);
        if (status != NSYM_OK) status = nsym_fail_in(status, "%s: ", events_path);
    }
    if (status == NSYM_OK) {
        nsym_events_drop_particles(events);
        status = nsym_events_write(events, scores_path);
    }
    if (status == NSYM_OK && out) *out = told;
    nsym_events_free(events);
    nsym_model_free(model);
    return status;
}
