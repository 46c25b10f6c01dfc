/* One network of a card, without a grid. */
#include <nearsym/study.h>

#include "base/atomic_file.h"
#include "base/fail.h"
#include "nn/model.h"
#include "options/lay.h"
#include "sources/files.h"
#include "sources/fresh_rows.h"
#include "sources/labels.h"
#include "sources/sample.h"
#include "study/effects.h"
#include "study/grid.h"
#include "study/run_classes.h"
#include "study/start.h"
#include "study/test_part.h"
#include "train/fit.h"
#include "train/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The card's values for a model, with the files' marks and settings that have an effect. */
static nsym_status read_point(nsym_point *point, nsym_tree *card) {
    const nsym_grid one = {.points = 1, .point = point};
    nsym_data_card *data = &point->card.data;
    NSYM_TRY(nsym_card_read(&point->card, card, point->model));
    if (point->card.column)
        return nsym_fail_at(card, nsym_node_at(card->root, "models"), "models.%s is of kind column: nothing is trained",
                            point->model);
    if (nsym_node_at(card->root, "models")->count > 1) card->laid = NSYM_LAID_PRESET; /* the others may read the rest */
    NSYM_TRY(nsym_effects_check(card, &one));
    NSYM_TRY(nsym_file_mark(data->signal_mark, data->signal));
    NSYM_TRY(nsym_file_mark(data->background_mark, data->background));
    NSYM_TRY(nsym_file_mark(data->file_mark, data->file));
    NSYM_TRY(nsym_files_mark(data, card->arena));
    return nsym_card_key(&point->key, &point->card, false);
}

/* The AUC of the test part's logits; of several classes all that is told of them. */
static nsym_status judge(nsym_trained *out, const nsym_test_part *part, double *logits, size_t outputs,
                         const char *classes) {
    size_t n = part->parts.test_count, events;
    if (outputs == 1)
        return nsym_test_part_measure(&out->auc, &out->auc_error, logits + n, &events, &nsym_metric_auc, part, logits,
                                      part->test_labels, part->test_weights);
    NSYM_TRY(nsym_run_class_results(&out->classes, part, logits, outputs));
    nsym_class_names(out->classes.name, classes);
    out->auc = out->classes.auc;
    out->auc_error = out->classes.auc_error;
    return NSYM_OK;
}

static nsym_status test(nsym_trained *out, const nsym_fit *fit, const nsym_test_part *part, const char *classes) {
    size_t n = part->parts.test_count, outputs = nsym_model_outputs(fit->spec);
    nsym_feed feed;
    double *logits = malloc(((outputs + 1) * n + 1) * sizeof *logits);
    nsym_status status = logits ? nsym_feed_new(&feed, fit->spec, &fit->inputs, NSYM_PREDICT_CHUNK, 0)
                                : nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    if (status == NSYM_OK) {
        nsym_predict_rows(fit->network, &feed, part->tests, part->parts.test_first, n, logits, NULL);
        nsym_feed_free(&feed);
        status = judge(out, part, logits, outputs, classes);
    }
    free(logits);
    return status;
}

static nsym_status save(const nsym_fit *fit, const nsym_point *point, const nsym_sample *sample, const char *path) {
    nsym_model *model = NULL;
    nsym_status status = nsym_fit_model(&model, fit);
    if (status == NSYM_OK) status = nsym_card_tell_model(model, &point->card, point->tree, sample, fit, point->key);
    if (status == NSYM_OK) status = nsym_start_tell(model, &point->card, fit->training.begin);
    if (status == NSYM_OK) status = nsym_model_save(model, path);
    nsym_model_free(model);
    return status;
}

static nsym_status train(nsym_trained *out, const nsym_point *point, const nsym_sample *sample,
                         const nsym_test_part *part, nsym_watcher *w, const nsym_study_options *options,
                         const char *path) {
    const nsym_run_card *card = &point->card;
    nsym_train_card settings = card->train;
    const nsym_material material = nsym_material_of_events(sample->events);
    nsym_fit fit = {.spec = &card->spec,
                    .material = &material,
                    .training = {.card = &settings,
                                 .labels = part->labels,
                                 .weights = part->weights,
                                 .parts = part->parts,
                                 .seed = nsym_member_seed(card->data.seed, "member", 0),
                                 .start = nsym_member_seed(card->data.seed, "member", 0),
                                 .stop = options->stop,
                                 .watch = nsym_watcher_keep,
                                 .context = w,
                                 .sample = sample->events,
                                 .file = card->data.file},
                    .folds = card->data.split.folds,
                    .draws = card->data.seed};
    settings.every_epoch = false; /* the test part is measured in the end */
    nsym_fresh_rows fresh = {0};
    out->history.epoch = calloc(settings.epochs + 1, sizeof *out->history.epoch);
    nsym_status status =
        out->history.epoch ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu epochs", settings.epochs);
    if (sample->origin) fit.training.fresh = &fresh.fresh;
    if (status == NSYM_OK && sample->origin)
        status = nsym_fresh_rows_open(&fresh, sample->origin, &card->data, &card->spec);
    nsym_model *start = NULL;
    if (status == NSYM_OK) status = nsym_start_load(&start, card);
    fit.training.begin = start;
    if (status == NSYM_OK) status = nsym_sample_named(nsym_fit_open(&fit), &card->data);
    if (status == NSYM_OK) status = nsym_fit_train(&fit);
    if (status == NSYM_OK) status = test(out, &fit, part, card->data.labels.classes);
    if (status == NSYM_OK) status = save(&fit, point, sample, path);
    if (status == NSYM_OK) {
        out->parameters = nsym_network_parameters(fit.network);
        out->temperature = fit.temperature;
        out->temperature_error = fit.temperature_error;
        out->trains = fit.training.event_count;
        out->validates = fit.training.checked_count;
        out->tests = part->test_events ? part->test_events[part->parts.test_count - 1] + 1 : part->parts.test_count;
    }
    nsym_fit_close(&fit);
    nsym_fresh_rows_close(&fresh);
    nsym_model_free(start);
    return status;
}

static nsym_status train_point(nsym_trained *out, const nsym_point *point, nsym_watcher *w,
                               const nsym_study_options *options, const char *path) {
    nsym_sample sample;
    nsym_test_part part;
    nsym_atomic_file *probe; /* that the model can be written, before it is trained */
    NSYM_TRY(nsym_atomic_file_new(&probe, path));
    nsym_atomic_file_abandon(probe);
    NSYM_TRY(nsym_sample_load(&sample, &point->card.data, options->jobs, options->stop));
    snprintf(out->note, sizeof out->note, "%s%s%s%s", sample.note, sample.warning[0] ? "warning: " : "", sample.warning,
             sample.warning[0] ? "\n" : "");
    nsym_status status = nsym_test_part_open(&part, &point->card, &sample);
    if (status == NSYM_OK) status = train(out, point, &sample, &part, w, options, path);
    nsym_test_part_close(&part);
    nsym_sample_free(&sample);
    return status;
}

nsym_status nsym_study_train(nsym_trained *out, const nsym_study_options *options, const char *model, const char *path,
                             bool (*watch)(void *context, const nsym_train_epoch *epoch), void *context) {
    nsym_tree *card;
    nsym_point point = {0};
    nsym_watcher w = {&out->history, watch, context};
    *out = (nsym_trained){0};
    NSYM_TRY(nsym_card_open(&card, options));
    nsym_status status = nsym_card_choose(&point.model, card, model);
    point.tree = card;
    if (status == NSYM_OK) status = read_point(&point, card);
    if (status == NSYM_OK) status = train_point(out, &point, &w, options, path);
    free(point.key);
    nsym_tree_free(card);
    if (status != NSYM_OK) nsym_train_history_free(&out->history);
    return status;
}
