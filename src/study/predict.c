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
        return nsym_fail(
            NSYM_EINVAL,
            "the model was trained on cells, and these particles have no column 'cell' with their cell number in its "
            "grid of %s; `nearsym data bin` sums points in cells",
            grid);
    return nsym_grid_same(events, grid, "the model was trained on a grid of");
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
    if (spec->columns[0]) NSYM_TRY(nsym_observe(*events, spec->columns, 0, NULL));
    if (spec->gate_columns[0]) NSYM_TRY(nsym_observe(*events, spec->gate_columns, 0, NULL));
    out->events = (*events)->count;
    NSYM_TRY(nsym_answers_add(&answers, *events, spec, nsym_model_attribute(model, "classes")));
    NSYM_TRY(nsym_logits_of(model, *events, answers.logit, answers.general));
    nsym_answers_finish(&answers, nsym_model_temperature(model));
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

/* Scores of all events at once: cuts count what they leave out. */
static nsym_status predict_whole(nsym_prediction *told, nsym_model *model, const char *events_path,
                                 const char *scores_path) {
    nsym_events *events;
    NSYM_TRY(nsym_events_read(&events, events_path, NULL));
    nsym_status status = score(told, &events, model);
    if (status == NSYM_OK) status = tell_trained(told, events, model);
    if (status != NSYM_OK) status = nsym_fail_in(status, "%s: ", events_path);
    if (status == NSYM_OK) {
        nsym_events_drop_particles(events);
        status = nsym_events_write(events, scores_path);
    }
    nsym_events_free(events);
    return status;
}

/* Scores while they are written block by block. */
typedef struct {
    nsym_model *model;
    nsym_events_writer *writer;
    nsym_fingerprint_tally tally;
    bool told; /* the file's events say already that some trained a model */
    const char *path;
} writing;

/* Scores a block, in place, and writes it. */
static nsym_status put_block(writing *w, nsym_prediction *told, nsym_events **block) {
    nsym_prediction part;
    nsym_status status = score(&part, block, w->model);
    if (status == NSYM_OK) status = nsym_fingerprints_add(&w->tally, w->model, *block);
    if (status != NSYM_OK) return nsym_fail_in(status, "%s: ", w->path);
    if (told->events == 0) memcpy(told->note, part.note, sizeof told->note);
    told->events += part.events;
    w->told |= nsym_events_attribute(*block, NSYM_EVENTS_TRAINED) != NULL;
    nsym_events_drop_particles(*block);
    return nsym_events_writer_add(w->writer, *block);
}

static nsym_status close_blocks(writing *w, nsym_prediction *told) {
    char number[32];
    told->trained = nsym_fingerprints_told(&w->tally);
    snprintf(number, sizeof number, "%.0f", told->trained);
    if (told->trained > 0 || w->told)
        NSYM_TRY(nsym_events_writer_set_attribute(w->writer, NSYM_EVENTS_TRAINED, number));
    return nsym_events_writer_close(w->writer);
}

/* Scores of the block and of those behind it, each by itself. */
static nsym_status predict_blocks(nsym_prediction *told, nsym_model *model, nsym_events_reader *reader,
                                  nsym_events *block, const char *events_path, const char *scores_path) {
    writing w = {.model = model, .path = events_path};
    nsym_status status = nsym_events_writer_new(&w.writer, scores_path);
    if (status == NSYM_OK) status = nsym_events_writer_source(w.writer, events_path);
    *told = (nsym_prediction){0};
    while (status == NSYM_OK && block) {
        status = put_block(&w, told, &block);
        nsym_events_free(block);
        block = NULL;
        if (status == NSYM_OK) status = nsym_events_reader_next(&block, reader, 0);
    }
    nsym_events_free(block);
    if (status == NSYM_OK) status = close_blocks(&w, told);
    nsym_events_writer_free(w.writer);
    return status;
}

/* Block by block where the model's chain changes no events, so that no more than a block is in memory. */
static nsym_status predict(nsym_prediction *told, nsym_model *model, const char *events_path, const char *scores_path) {
    nsym_events_reader *reader;
    nsym_events *block = NULL;
    double threshold;
    bool changes = true;
    NSYM_TRY(nsym_events_reader_new(&reader, events_path, NULL));
    nsym_status status = nsym_events_reader_next(&block, reader, 0);
    if (status == NSYM_OK) status = nsym_model_chain_changes(&changes, model, block);
    changes |= has_threshold(&threshold, model);
    if (status == NSYM_OK && !changes) {
        status = predict_blocks(told, model, reader, block, events_path, scores_path);
        block = NULL;
    }
    nsym_events_free(block);
    nsym_events_reader_free(reader);
    return status == NSYM_OK && changes ? predict_whole(told, model, events_path, scores_path) : status;
}

nsym_status nsym_predict_file(nsym_prediction *out, nsym_model *model, const char *events_path,
                              const char *scores_path) {
    nsym_prediction told;
    NSYM_TRY(predict(&told, model, events_path, scores_path));
    if (out) *out = told;
    return NSYM_OK;
}

nsym_status nsym_predict(nsym_prediction *out, const char *model_path, const char *events_path,
                         const char *scores_path) {
    nsym_model *model = NULL;
    NSYM_TRY(nsym_model_load(&model, model_path));
    nsym_status status = nsym_predict_file(out, model, events_path, scores_path);
    nsym_model_free(model);
    return status;
}
