#include "study/run.h"

#include "base/clock.h"
#include "base/fail.h"
#include "nn/model.h"
#include "nn/models.h"
#include "study/training.h"
#include <nearsym/io.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { METRICS = 6, SUMMARIES = 3 };

/* Every member has first weights and draws of its own. */
static uint64_t member_seed(uint64_t seed, size_t member) {
    nsym_random random = nsym_random_stream(seed, "member", member);
    uint64_t high = nsym_random_u32(&random);
    return high << 32 | nsym_random_u32(&random);
}

static double best_of(const nsym_epoch *epochs, size_t n, bool pooled) {
    double best = 0;
    for (size_t e = 0; e < n; e++) best = fmax(best, pooled ? epochs[e].auc_pooled : epochs[e].auc);
    return best;
}

static nsym_status record(const nsym_run *run, const nsym_epoch *epochs, double seconds, nsym_ledger *ledger) {
    size_t n = run->point->card.train.epochs, k = 0;
    nsym_measure *measures = calloc(METRICS * n + SUMMARIES, sizeof *measures);
    if (!measures) return nsym_fail(NSYM_ENOMEM, "no memory for the measures of %zu epochs", n);
    for (size_t e = 0; e < n; e++) {
        const nsym_epoch *at = &epochs[e];
        const nsym_measure of_epoch[METRICS] = {
            {"train_loss", e + 1, at->train_loss}, {"loss", e + 1, at->loss},
            {"accuracy", e + 1, at->accuracy},     {"auc", e + 1, at->auc},
            {"auc_error", e + 1, at->auc_error},   {"auc_pooled", e + 1, at->auc_pooled}};
        memcpy(measures + k, of_epoch, sizeof of_epoch);
        k += METRICS;
    }
    measures[k++] = (nsym_measure){"auc_final", 0, epochs[n - 1].auc};
    measures[k++] = (nsym_measure){"auc_best", 0, best_of(epochs, n, false)};
    measures[k++] = (nsym_measure){"auc_pooled_best", 0, best_of(epochs, n, true)};
    nsym_status status = nsym_ledger_record(ledger, run->key, run->label, seconds, measures, k);
    free(measures);
    return status;
}

/* Adds what the network answers: its output (sigmoid of the logit) and a hybrid's weight of its general latent. */
static nsym_status add_scores(nsym_events *scores, nsym_network *network, const nsym_inputs *inputs,
                              const nsym_parts *parts) {
    size_t n = parts->test_count;
    bool mixes = nsym_spec_mixes(nsym_network_spec(network));
    double *output, *general_weight = NULL;
    NSYM_TRY(nsym_events_add_column(scores, "output", "", "probability of signal", 1, &output));
    if (mixes)
        NSYM_TRY(
            nsym_events_add_column(scores, "general_weight", "", "weight of the general latent", 1, &general_weight));
    float *logits = malloc(2 * n * sizeof *logits);
    if (!logits) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    nsym_predict_rows(network, inputs, parts->test_first, n, NSYM_PREDICT_CHUNK, logits, logits + n);
    for (size_t i = 0; i < n; i++) {
        output[i] = 1 / (1 + exp(-(double)logits[i]));
        if (mixes) general_weight[i] = (double)logits[n + i];
    }
    free(logits);
    return NSYM_OK;
}

static nsym_status path_in(char *path, size_t size, const char *folder, const char *kind, const char *label) {
    int n = snprintf(path, size, "%s/%s/%s.h5", folder, kind, label);
    return n >= 0 && (size_t)n < size ? NSYM_OK
                                      : nsym_fail(NSYM_EIO, "the output folder's name is too long: %s", folder);
}

static nsym_status write_scores(const nsym_run *run, const nsym_events *sample, nsym_network *network,
                                const nsym_inputs *inputs, const nsym_parts *parts, const char *folder) {
    char path[4096];
    nsym_events *scores = NULL;
    nsym_status status = path_in(path, sizeof path, folder, "scores", run->label);
    if (status == NSYM_OK) status = nsym_events_columns(&scores, sample, parts->test_first, parts->test_count);
    if (status == NSYM_OK) status = add_scores(scores, network, inputs, parts);
    if (status == NSYM_OK) status = nsym_events_write(scores, path);
    nsym_events_free(scores);
    return status;
}

/* The model as a file, with what a reader of it will ask. */
static nsym_status write_model(const nsym_run *run, nsym_network *network, const char *folder) {
    char path[4096], number[32];
    nsym_model *model = NULL;
    nsym_status status = path_in(path, sizeof path, folder, "models", run->label);
    if (status == NSYM_OK) status = nsym_model_from_network(&model, network);
    if (status == NSYM_OK) status = nsym_model_set_attribute(model, "source", run->point->card.data.source);
    if (status == NSYM_OK) status = nsym_model_set_attribute(model, "run", run->label);
    if (status == NSYM_OK) status = nsym_model_set_attribute(model, "card", run->key);
    snprintf(number, sizeof number, "%" PRIu64, run->point->card.data.seed);
    if (status == NSYM_OK) status = nsym_model_set_attribute(model, "seed", number);
    if (status == NSYM_OK) status = nsym_model_save(model, path);
    nsym_model_free(model);
    return status;
}

/* Trains on inputs that are there, keeps and records. */
static nsym_status train(const nsym_run *run, const nsym_events *sample, const nsym_inputs *inputs,
                         const nsym_run_context *context) {
    const nsym_run_card *card = &run->point->card;
    const double *labels = nsym_events_column(sample, "label")->values;
    size_t n = card->train.epochs,
           capacity = card->train.batch > NSYM_PREDICT_CHUNK ? card->train.batch : NSYM_PREDICT_CHUNK;
    nsym_training training = {.card = &card->train,
                              .inputs = inputs,
                              .labels = labels,
                              .weights = nsym_events_column(sample, "weight")->values,
                              .seed = member_seed(card->data.seed, run->member),
                              .progress = context->progress,
                              .stop = context->stop};
    NSYM_TRY(nsym_parts_of(&training.parts, &card->train, labels, sample->count));
    nsym_network *network = NULL;
    nsym_epoch *epochs = calloc(n, sizeof *epochs);
    double start = nsym_seconds();
    nsym_status status = epochs ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu epochs", n);
    if (status == NSYM_OK)
        status = nsym_network_new(&network, &card->spec, capacity, capacity * nsym_most_particles(inputs));
    if (status == NSYM_OK) status = nsym_train(network, &training, epochs);
    if (status == NSYM_OK && run->point->keep)
        status = write_scores(run, sample, network, inputs, &training.parts, context->folder);
    if (status == NSYM_OK && run->point->keep) status = write_model(run, network, context->folder);
    double seconds = nsym_seconds() - start;
    if (status == NSYM_OK) status = record(run, epochs, seconds, context->ledger);
    if (status == NSYM_OK)
        nsym_progress_piece(context->progress, "%s: auc %.4f, %.1f s", run->label, epochs[n - 1].auc, seconds);
    nsym_network_free(network);
    free(epochs);
    return status;
}

nsym_status nsym_run_execute(const nsym_run *run, const nsym_events *sample, const nsym_run_context *context) {
    nsym_inputs inputs;
    nsym_status status = nsym_inputs_new(&inputs, &run->point->card.spec, sample);
    if (status == NSYM_OK) {
        status = train(run, sample, &inputs, context);
        nsym_inputs_free(&inputs);
    }
    return status == NSYM_OK || status == NSYM_EINTERRUPTED ? status : nsym_fail_in(status, "run %s: ", run->label);
}
