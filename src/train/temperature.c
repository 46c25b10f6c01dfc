#include "train/temperature.h"

#include "base/fail.h"
#include <nearsym/calibration.h>

#include <stdlib.h>

/* The events that validate, as rows. Shapes: (checked). */
typedef struct {
    size_t count;
    uint32_t *rows;
    float *labels;
    double *weights, *logits; /* logits (count, outputs) */
} checks;

static void free_checks(checks *c) {
    free(c->rows);
    free(c->labels);
    free(c->weights);
    free(c->logits);
}

/* Those of weight 0 are no part of a weighted training. */
static nsym_status list_checks(checks *out, const nsym_training *t, size_t outputs) {
    const double *weights = nsym_learning_weights(t->card, t->weights);
    size_t n = t->checked_count;
    *out = (checks){.rows = malloc((n + 1) * sizeof *out->rows),
                    .labels = malloc((n + 1) * sizeof *out->labels),
                    .weights = malloc((n + 1) * sizeof *out->weights),
                    .logits = malloc((n * outputs + 1) * sizeof *out->logits)};
    if (!out->rows || !out->labels || !out->weights || !out->logits)
        return nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu validation events", n);
    for (size_t i = 0; i < n; i++) {
        size_t row = nsym_part_first(&t->parts, t->checked[i]);
        double weight = weights ? weights[row] : 1;
        if (weight == 0) continue;
        out->rows[out->count] = (uint32_t)row;
        out->labels[out->count] = (float)t->labels[row];
        out->weights[out->count++] = weight;
    }
    return NSYM_OK;
}

static nsym_status predict(checks *c, const nsym_fit *fit) {
    nsym_feed feed;
    NSYM_TRY(nsym_feed_new(&feed, fit->spec, &fit->inputs, NSYM_PREDICT_CHUNK, 0));
    nsym_predict_rows(fit->network, &feed, c->rows, 0, c->count, c->logits, NULL);
    nsym_feed_free(&feed);
    return NSYM_OK;
}

nsym_status nsym_fit_temperature(nsym_fit *fit) {
    size_t outputs = nsym_model_outputs(fit->spec);
    checks c;
    if (fit->training.checked_count == 0)
        return nsym_fail(NSYM_EINVAL, "a temperature is fitted to the validation events, but there are none: set the "
                                      "fraction of validation events, or say which they are");
    nsym_status status = list_checks(&c, &fit->training, outputs);
    if (status == NSYM_OK) status = predict(&c, fit);
    if (status == NSYM_OK)
        status = nsym_temperature_fit(&fit->temperature, &fit->temperature_error, c.logits, outputs, c.labels,
                                      c.weights, c.count);
    if (status != NSYM_OK) status = nsym_fail_in(status, "the temperature of the validation events: ");
    free_checks(&c);
    return status;
}
