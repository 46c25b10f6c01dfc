#include "select/trial.h"

#include "base/fail.h"
#include "train/fit.h"

#include <stdio.h>
#include <string.h>

/* Logits (measured) of what is behind the events that train and stop the training. */
static nsym_status answer(const nsym_trial *trial, const nsym_fit *fit, double *logits) {
    nsym_feed feed;
    NSYM_TRY(nsym_feed_new(&feed, fit->spec, &fit->inputs, NSYM_PREDICT_CHUNK, 0));
    nsym_predict_rows(fit->network, &feed, NULL, trial->trains + trial->checks, trial->measured, logits, NULL);
    nsym_feed_free(&feed);
    return NSYM_OK;
}

static nsym_status train(const nsym_trial *trial, const nsym_model_spec *spec, size_t member, double *logits) {
    nsym_train_card card = *trial->train;
    const nsym_material material = nsym_material_of_events(trial->table);
    nsym_fit fit = {.spec = spec,
                    .material = &material,
                    .training = {.card = &card,
                                 .labels = nsym_events_column(trial->table, "label")->values,
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
                                 .sample = trial->table},
                    .member = member,
                    .draws = trial->seed};
    card.every_epoch = false;
    nsym_status status = nsym_fit_open(&fit);
    if (status == NSYM_OK) status = nsym_fit_train(&fit);
    if (status == NSYM_OK) status = answer(trial, &fit, logits);
    nsym_fit_close(&fit);
    return status;
}

nsym_status nsym_trial_run(const nsym_trial *trial, const char *columns, size_t member, double *logits) {
    nsym_model_spec spec = *trial->spec;
    if (snprintf(spec.columns, sizeof spec.columns, "%s", columns) >= (int)sizeof spec.columns)
        return nsym_fail(NSYM_EINVAL, "the names of the columns are longer than %zu letters", sizeof spec.columns - 1);
    strcpy(spec.event_input.name, "columns");
    NSYM_TRY(nsym_input_resolve(&spec.event_input, NSYM_PER_EVENT, &spec));
    return train(trial, &spec, member, logits);
}
