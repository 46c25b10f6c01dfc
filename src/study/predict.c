#include <nearsym/predict.h>

#include "base/fail.h"
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

/* New events of the columns of `events` and the model's answers, without particles. */
static nsym_status score(nsym_events **out, nsym_model *model, const nsym_events *events) {
    nsym_answers answers;
    NSYM_TRY(nsym_events_columns(out, events, 0, events->count));
    NSYM_TRY(nsym_answers_add(&answers, *out, nsym_model_spec_of(model), nsym_model_attribute(model, "classes")));
    NSYM_TRY(nsym_logits_of(model, events, answers.logit, answers.general));
    nsym_answers_finish(&answers);
    return NSYM_OK;
}

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

/* New events as the model reads them: after its chain. */
static nsym_status read_events(nsym_events **out, char *note, const nsym_model *model, const char *path) {
    NSYM_TRY(nsym_events_read(out, path, NULL));
    nsym_status status = nsym_model_chain_apply(out, note, model);
    if (status == NSYM_OK) status = check_cells(model, *out);
    const char *threshold = nsym_model_attribute(model, "threshold"); /* of an earlier nearsym, in place of a chain */
    double least;
    if (status == NSYM_OK && threshold && nsym_number_parse(threshold, strlen(threshold), &least))
        status = nsym_threshold_cut(*out, least);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", path);
}

/* Whether the events trained the model, told to the caller and to the scores. */
static nsym_status tell_trained(nsym_prediction *out, nsym_events *scores, const nsym_model *model,
                                const nsym_events *events) {
    char number[32];
    nsym_prediction p = {.events = events->count};
    NSYM_TRY(nsym_fingerprints_compare(&p.trained, model, events));
    if (out) *out = p;
    if (p.trained == 0 && !nsym_events_attribute(scores, NSYM_EVENTS_TRAINED)) return NSYM_OK; /* of an earlier model */
    snprintf(number, sizeof number, "%.0f", p.trained);
    return nsym_events_set_attribute(scores, NSYM_EVENTS_TRAINED, number);
}

nsym_status nsym_predict(nsym_prediction *out, const char *model_path, const char *events_path,
                         const char *scores_path) {
    nsym_model *model = NULL;
    nsym_events *events = NULL, *scores = NULL;
    char note[NSYM_CHAIN_NOTE] = "";
    nsym_status status = nsym_model_load(&model, model_path);
    if (status == NSYM_OK) status = read_events(&events, note, model, events_path);
    if (status == NSYM_OK) {
        const nsym_model_spec *spec = nsym_model_spec_of(model);
        if (spec->columns[0]) status = nsym_observe(events, spec->columns, 0);
        if (status == NSYM_OK && spec->gate_columns[0]) status = nsym_observe(events, spec->gate_columns, 0);
        if (status == NSYM_OK) status = score(&scores, model, events);
        if (status == NSYM_OK) status = tell_trained(out, scores, model, events);
        if (status != NSYM_OK) status = nsym_fail_in(status, "%s: ", events_path);
    }
    if (status == NSYM_OK) status = nsym_events_write(scores, scores_path);
    if (status == NSYM_OK && out) snprintf(out->note, sizeof out->note, "%s", note);
    nsym_events_free(scores);
    nsym_events_free(events);
    nsym_model_free(model);
    return status;
}
