#include "study/trial.h"

#include "base/fail.h"
#include "train/training.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static nsym_status answer(const nsym_trial *trial, nsym_network *network, const nsym_inputs *inputs, double *logits) {
    nsym_feed feed;
    NSYM_TRY(nsym_feed_new(&feed, nsym_network_spec(network), inputs, NSYM_PREDICT_CHUNK));
    nsym_predict_rows(network, &feed, NULL, trial->trains + trial->checks, trial->measured, logits, NULL);
    nsym_feed_free(&feed);
    return NSYM_OK;
}

static nsym_status train(const nsym_trial *trial, const nsym_model_spec *spec, nsym_inputs *inputs, size_t member,
                         double *logits) {
    nsym_train_card card = *trial->train;
    uint32_t *events = NULL, *checked = NULL;
    nsym_network *network = NULL;
    nsym_validation validation;
    const double *labels = nsym_events_column(trial->table, "label")->values;
    nsym_training t = {.card = &card,
                       .inputs = inputs,
                       .labels = labels,
                       .weights = nsym_events_column(trial->table, "weight")->values,
                       .parts = {.train_count = trial->trains,
                                 .copies = 1,
                                 .test_first = trial->trains + trial->checks,
                                 .test_count = trial->measured,
                                 .check_first = trial->trains,
                                 .check_count = trial->checks},
                       .seed = nsym_member_seed(trial->seed, "trial", member),
                       .start = nsym_member_seed(trial->seed, "trial", member),
                       .stop = trial->stop,
                       .sample = trial->table};
    nsym_epoch *epochs = calloc(card.epochs, sizeof *epochs);
    size_t capacity = card.batch > NSYM_PREDICT_CHUNK ? card.batch : NSYM_PREDICT_CHUNK;
    card.every_epoch = false;
    nsym_status status = epochs ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu epochs", card.epochs);
    if (status == NSYM_OK)
        status = nsym_training_events(&events, &t.event_count, &checked, &t.checked_count, &card, 0, &t.parts, labels,
                                      trial->seed, member);
    t.events = events;
    t.checked = checked;
    if (status == NSYM_OK && card.scale)
        status = nsym_inputs_standardise(inputs, spec, trial->table, nsym_learning_weights(&card, t.weights), events,
                                         t.event_count);
    if (status == NSYM_OK) status = nsym_network_new(&network, spec, capacity, 1);
    if (status == NSYM_OK) status = nsym_train(network, &t, epochs, &validation);
    if (status == NSYM_OK) status = answer(trial, network, inputs, logits);
    nsym_network_free(network);
    free(events);
    free(checked);
    free(epochs);
    return status;
}

nsym_status nsym_trial_run(const nsym_trial *trial, const char *columns, size_t member, double *logits) {
    nsym_inputs inputs;
    nsym_model_spec spec = *trial->spec;
    if (snprintf(spec.columns, sizeof spec.columns, "%s", columns) >= (int)sizeof spec.columns)
        return nsym_fail(NSYM_EINVAL, "the names of the columns are longer than %zu letters", sizeof spec.columns - 1);
    strcpy(spec.event_input.name, "columns");
    NSYM_TRY(nsym_input_resolve(&spec.event_input, NSYM_PER_EVENT, &spec));
    NSYM_TRY(nsym_inputs_new(&inputs, &spec, trial->table));
    nsym_status status = train(trial, &spec, &inputs, member, logits);
    nsym_inputs_free(&inputs);
    return status;
}
