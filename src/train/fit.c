#include "train/fit.h"

#include "base/fail.h"
#include "nn/model.h"
#include "train/start.h"
#include "train/temperature.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static nsym_status standardise(nsym_fit *fit) {
    const nsym_training *t = &fit->training;
    if (t->begin) return nsym_start_scale(&fit->inputs, fit->material, t->begin);
    if (!t->card->scale) return NSYM_OK;
    return nsym_inputs_scale(&fit->inputs, fit->spec, fit->material, nsym_learning_weights(t->card, t->weights),
                             fit->own, t->event_count);
}

/* A batch holds an event with all its copies. */
static nsym_status check_rows(const nsym_training *t) {
    char text[NSYM_ROW_TEXT];
    nsym_training nameless = *t; /* the caller tells the file */
    nameless.file = NULL;
    const struct {
        const uint32_t *event;
        size_t count;
    } parts[] = {{t->events, t->event_count}, {t->checked, t->checked_count}};
    for (size_t k = 0; t->parts.groups && k < sizeof parts / sizeof *parts; k++)
        for (size_t i = 0; i < parts[k].count; i++) {
            size_t first = nsym_part_first(&t->parts, parts[k].event[i]);
            size_t rows = nsym_part_rows(&t->parts, parts[k].event[i]);
            if (rows > t->card->batch)
                return nsym_fail(NSYM_EINVAL,
                                 "%s: an event and its copies are %zu rows, and a batch holds %zu; raise the batch "
                                 "(train.batch), or leave copies out",
                                 nsym_training_row(text, &nameless, first), rows, t->card->batch);
        }
    return NSYM_OK;
}

nsym_status nsym_fit_open(nsym_fit *fit) {
    nsym_training *t = &fit->training;
    if (t->begin) NSYM_TRY(nsym_start_check(fit->spec, t->begin));
    NSYM_TRY(nsym_inputs_make(&fit->inputs, fit->spec, fit->material, NULL));
    t->inputs = &fit->inputs;
    NSYM_TRY(nsym_training_events(&fit->events, &t->event_count, &fit->checked, &t->checked_count, t->card, fit->folds,
                                  &t->parts, t->labels, fit->draws, fit->member));
    t->events = fit->events;
    t->checked = fit->checked;
    NSYM_TRY(check_rows(t));
    fit->own = malloc((t->event_count + 1) * sizeof *fit->own);
    if (!fit->own) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", t->event_count);
    for (size_t i = 0; i < t->event_count; i++) fit->own[i] = (uint32_t)nsym_part_first(&t->parts, t->events[i]);
    return standardise(fit);
}

nsym_status nsym_fit_train(nsym_fit *fit) {
    const nsym_train_card *card = fit->training.card;
    size_t capacity = card->batch > NSYM_PREDICT_CHUNK ? card->batch : NSYM_PREDICT_CHUNK;
    fit->epochs = calloc(card->epochs + 1, sizeof *fit->epochs);
    if (!fit->epochs) return nsym_fail(NSYM_ENOMEM, "no memory for %zu epochs", card->epochs);
    NSYM_TRY(nsym_network_new(&fit->network, fit->spec, capacity, nsym_training_rows(&fit->training, capacity)));
    NSYM_TRY(nsym_network_set_precision(fit->network, card->precision));
    NSYM_TRY(nsym_train(fit->network, &fit->training, fit->epochs, &fit->validation));
    fit->temperature = 1;
    fit->temperature_error = NAN;
    return card->temperature ? nsym_fit_temperature(fit) : NSYM_OK;
}

static nsym_status set_scaling(nsym_model *model, const nsym_inputs *inputs) {
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        const double *scaling = inputs->scaling[part];
        size_t width = nsym_model_width(nsym_model_spec_of(model), part);
        if (scaling) NSYM_TRY(nsym_model_standardise(model, part, scaling, scaling + width));
    }
    return NSYM_OK;
}

static nsym_status set_temperature(nsym_model *model, const nsym_fit *fit) {
    char text[32];
    const nsym_training *t = &fit->training;
    const char *first = t->begin && t->card->epochs == 0 ? nsym_model_attribute(t->begin, "temperature") : NULL;
    if (!t->card->temperature) return first ? nsym_model_set_attribute(model, "temperature", first) : NSYM_OK;
    snprintf(text, sizeof text, "%.17g", fit->temperature);
    return nsym_model_set_attribute(model, "temperature", text);
}

nsym_status nsym_fit_model(nsym_model **out, const nsym_fit *fit) {
    nsym_model *model = NULL;
    NSYM_TRY(nsym_model_from_network(&model, fit->network));
    nsym_status status = set_scaling(model, &fit->inputs);
    if (status == NSYM_OK) status = set_temperature(model, fit);
    if (status == NSYM_OK)
        *out = model;
    else
        nsym_model_free(model);
    return status;
}

void nsym_fit_close(nsym_fit *fit) {
    nsym_inputs_free(&fit->inputs);
    nsym_network_free(fit->network);
    free(fit->events);
    free(fit->checked);
    free(fit->own);
    free(fit->epochs);
}
