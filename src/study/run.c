#include "study/run.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/folder.h"
#include "data/part.h"
#include "ledger/measures.h"
#include "nn/models.h"
#include "sources/fresh_rows.h"
#include "stats/influence.h"
#include "stats/metric.h"
#include "study/answers.h"
#include "study/averages.h"
#include "study/calibrated.h"
#include "study/importance.h"
#include "study/outcome.h"
#include "study/run_classes.h"
#include "study/start.h"
#include "study/test_part.h"
#include "study/unlabelled.h"
#include "study/varied.h"
#include "train/fit.h"
#include <nearsym/io.h>
#include <nearsym/stats.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Background efficiencies, in permille, at which the signal efficiency is kept. */
static const double roc_points[] = {2, 5, 10, 20, 50, 100, 150, 200, 250, 300, 400, 500, 600, 700, 800, 900};
enum { ROC_POINTS = sizeof roc_points / sizeof *roc_points };

/* Signal efficiencies, in permille and falling, at which the background's is kept. */
static const double working_points[] = {990, 980, 950, 900, 850, 800, 750, 700, 600, 500, 400, 300, 250, 200, 100};
enum { WORKING_POINTS = sizeof working_points / sizeof *working_points };

/* Adds a number with its error for the finite test sample, which is unknown where an event's copies all test. */
static void add_epoch(nsym_measures *f, const char *metric, size_t epoch, double value, double error, bool known) {
    if (known)
        nsym_measures_add_known(f, metric, epoch, value, error, 0);
    else
        nsym_measures_add(f, metric, epoch, value);
}

static void find_best(nsym_measures *f, const char *metric, const nsym_epoch *epochs, size_t n, bool pooled,
                      bool known) {
    double best = 0, error = 0;
    for (size_t e = 0; e < n; e++) {
        double auc = pooled ? epochs[e].auc_pooled : epochs[e].auc;
        if (auc <= best) continue;
        best = auc;
        error = epochs[e].auc_sample;
    }
    add_epoch(f, metric, 0, best, error, known);
}

static void find_epochs(nsym_measures *f, const nsym_epoch *epochs, size_t n, bool known) {
    for (size_t e = 0; e < n; e++) {
        const nsym_epoch *at = &epochs[e];
        nsym_measures_add(f, "train_loss", e + 1, at->train_loss);
        add_epoch(f, "loss", e + 1, at->loss, at->loss_sample, known);
        add_epoch(f, "accuracy", e + 1, at->accuracy, at->accuracy_sample, known);
        add_epoch(f, "auc", e + 1, at->auc, at->auc_sample, known);
        if (known && isfinite(at->auc_error))
            nsym_measures_add(f, "auc_error", e + 1, at->auc_error); /* else it is unknown */
        add_epoch(f, "auc_pooled", e + 1, at->auc_pooled, at->auc_sample, known);
    }
    find_best(f, "auc_best", epochs, n, false, known);
    find_best(f, "auc_pooled_best", epochs, n, true, known);
}

static void roc_rates(double fpr[ROC_POINTS]) {
    for (size_t k = 0; k < ROC_POINTS; k++) fpr[k] = roc_points[k] / 1000;
}

/* Adds a metric of the test rows, with what it shares with that of other scores of the same events. */
static nsym_status find_metric(nsym_measures *f, const nsym_metric *metric, bool truth, const double *scores,
                               const float *labels, const double *weights, const nsym_test_part *r, uint64_t seed) {
    double value, error, *influence = malloc((r->parts.test_count + 1) * sizeof *influence);
    size_t events = 0;
    if (!influence) return nsym_fail(NSYM_ENOMEM, "no memory for the influence of %zu events", r->parts.test_count);
    nsym_status status = nsym_test_part_measure(&value, &error, influence, &events, metric, r, scores, labels, weights);
    if (status == NSYM_OK) {
        size_t at = nsym_measures_add_known(f, truth ? metric->true_name : metric->name, 0, value, error, 0);
        double *draws = isfinite(error) ? nsym_measures_draw(f, at, NSYM_INFLUENCE_DRAWS) : NULL;
        if (draws) nsym_influence_draw(draws, influence, events, seed);
    }
    free(influence);
    return status;
}

/* All metrics, by the labels or by the truth; those of logits where there are some. Shapes: scores, logits (at the
   network's temperature; NULL: the scores are no network's), labels, weights (tests), weights NULL: 1 each. */
static nsym_status find_metrics(nsym_measures *f, bool truth, const double *logits, const double *scores,
                                const float *labels, const double *weights, const nsym_test_part *r, uint64_t seed) {
    for (const nsym_metric *const *m = nsym_metrics; *m; m++)
        if (logits || !(*m)->of_logits)
            NSYM_TRY(find_metric(f, *m, truth, (*m)->of_logits ? logits : scores, labels, weights, r, seed));
    return NSYM_OK;
}

/* The background efficiencies at the working points: with the classes and the sign of the score exchanged, what a
   threshold rejects of the signal is a false-positive rate, and what it rejects of the background the true one. */
static nsym_status find_working_points(nsym_measures *f, const double *scores, const nsym_test_part *r) {
    size_t n = r->parts.test_count;
    double lost[WORKING_POINTS], rejected[WORKING_POINTS], errors[WORKING_POINTS];
    double *turned = malloc((n + 1) * sizeof *turned);
    float *labels = malloc((n + 1) * sizeof *labels);
    nsym_status status = turned && labels ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        turned[i] = -scores[i];
        labels[i] = 1 - r->test_labels[i];
    }
    for (size_t k = 0; k < WORKING_POINTS; k++) lost[k] = (1000 - working_points[k]) / 1000;
    if (status == NSYM_OK) status = nsym_test_part_roc(rejected, errors, r, turned, labels, lost, WORKING_POINTS);
    for (size_t k = 0; status == NSYM_OK && k < WORKING_POINTS; k++)
        nsym_measures_add_known(f, "background_efficiency", (size_t)working_points[k], fmax(1 - rejected[k], 0),
                                errors[k], 0);
    free(turned);
    free(labels);
    return status;
}

/* The AUC of scores of the test rows, the signal efficiency at half the background, and the ROC curve. */
static nsym_status find_curve(nsym_measures *f, const double *scores, const double *logits, const nsym_test_part *r,
                              uint64_t seed) {
    double fpr[ROC_POINTS], tpr[ROC_POINTS], errors[ROC_POINTS];
    roc_rates(fpr);
    NSYM_TRY(find_metrics(f, false, logits, scores, r->test_labels, r->test_weights, r, seed));
    NSYM_TRY(nsym_test_part_roc(tpr, errors, r, scores, r->test_labels, fpr, ROC_POINTS));
    for (size_t k = 0; k < ROC_POINTS; k++)
        nsym_measures_add_known(f, "roc", (size_t)roc_points[k], tpr[k], errors[k], 0);
    return find_working_points(f, scores, r);
}

/* The part of a bootstrap's error, which is whole, that toys of the fit do not have. */
static double without(double whole, double fit) {
    return sqrt(fmax(whole * whole - fit * fit, 0));
}

/* Bootstraps (n) as draws: how far each is from their mean, so that the squares add up to their variance. Those that
   failed move nothing. */
static void draw_bootstraps(double *auc, double *tpr, const nsym_splot_roc_point *values, size_t n) {
    double mean[2] = {0}, done = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i].auc)) continue;
        done++;
        mean[0] += values[i].auc;
        mean[1] += values[i].tpr;
    }
    for (size_t i = 0; i < n; i++) {
        bool failed = isnan(values[i].auc) || done < 2;
        auc[i] = failed ? 0 : (values[i].auc - mean[0] / done) / sqrt(done - 1);
        tpr[i] = failed ? 0 : (values[i].tpr - mean[1] / done) / sqrt(done - 1);
    }
}

static void find_splot(nsym_measures *f, const nsym_unlabelled *u, const nsym_judge_card *card) {
    nsym_splot_roc_point whole = u->splot.bootstrap, fit = u->splot.toys;
    size_t auc = nsym_measures_add_known(f, "splot_auc", 0, u->splot.value.auc, without(whole.auc, fit.auc), fit.auc),
           half = nsym_measures_add_known(f, "splot_efficiency", 0, u->splot.value.tpr, without(whole.tpr, fit.tpr),
                                          fit.tpr);
    double *auc_draws = card->bootstraps ? nsym_measures_draw(f, auc, card->bootstraps) : NULL,
           *half_draws = card->bootstraps ? nsym_measures_draw(f, half, card->bootstraps) : NULL;
    if (auc_draws && half_draws) draw_bootstraps(auc_draws, half_draws, u->bootstraps, card->bootstraps);
    nsym_measures_add(f, "splot_dependence", 0, u->splot.slope[0].significance);
    if (card->bootstraps) {
        nsym_measures_add(f, "splot_auc_error", 0, u->splot.bootstrap.auc);
        nsym_measures_add(f, "splot_efficiency_error", 0, u->splot.bootstrap.tpr);
    }
    if (card->toys) {
        nsym_measures_add(f, "splot_auc_toys", 0, u->splot.toys.auc);
        nsym_measures_add(f, "splot_efficiency_toys", 0, u->splot.toys.tpr);
    }
}

/* The same by the dimuon mass, and by the truth, of events in two mixtures. */
static nsym_status find_unlabelled(nsym_measures *f, const double *scores, const double *logits,
                                   const nsym_test_part *r, const nsym_sample *sample, const nsym_data_card *card) {
    nsym_unlabelled u;
    size_t n = r->parts.test_count;
    if (!sample->fits) return NSYM_OK;
    double fpr[ROC_POINTS], tpr[ROC_POINTS];
    roc_rates(fpr);
    nsym_status status = nsym_unlabelled_measure(&u, sample->fits, scores, n, card->judge.bootstraps);
    if (status == NSYM_OK) status = nsym_unlabelled_roc(scores, u.sweights, n, fpr, ROC_POINTS, tpr);
    for (size_t k = 0; status == NSYM_OK && k < ROC_POINTS; k++)
        nsym_measures_add(f, "splot_roc", (size_t)roc_points[k], tpr[k]);
    if (status == NSYM_OK) find_splot(f, &u, &card->judge);
    nsym_unlabelled_free(&u);
    const nsym_column *truth = nsym_events_column(sample->events, "truth");
    if (status != NSYM_OK || !truth || truth->width != 1) return status;
    float *labels = malloc((n + 1) * sizeof *labels);
    if (!labels) return nsym_fail(NSYM_ENOMEM, "no memory for %zu labels", n);
    for (size_t i = 0; i < n; i++) labels[i] = (float)truth->values[nsym_test_row(&r->parts, i)];
    status = find_metrics(f, true, logits, scores, labels, NULL, r, card->seed);
    free(labels);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "truth of the test sample: ");
}

/* How far the outputs (turns, outputs) are from their mean: the root of the mean square, over the outputs together. */
static double spread_of(double *logits, size_t turns, size_t outputs, double temperature) {
    double squares = 0, *of_one = logits + turns * outputs;
    nsym_answers_probabilities(logits, logits, turns, outputs, temperature);
    if (outputs == 1) return nsym_spread_of(logits, turns).std;
    for (size_t j = 0; j < outputs; j++) {
        for (size_t k = 0; k < turns; k++) of_one[k] = logits[k * outputs + j];
        double std = nsym_spread_of(of_one, turns).std;
        squares += std * std;
    }
    return sqrt(squares);
}

/* How differently the network answers on rotations of an event: the mean over events of the outputs' deviation. */
static nsym_status find_spread(nsym_measures *f, const nsym_fit *fit, nsym_feed *feed, const nsym_sample *sample) {
    size_t turns = sample->rotations, outputs = nsym_model_outputs(fit->spec);
    if (sample->measured == 0) return NSYM_OK;
    double *logits = malloc(turns * (outputs + 1) * sizeof *logits), sum = 0, squares = 0, n = (double)sample->measured;
    if (!logits) return nsym_fail(NSYM_ENOMEM, "no memory for %zu rotations", turns);
    for (size_t i = 0; i < sample->measured; i++) {
        nsym_predict_rows(fit->network, feed, NULL, sample->turned_first + i * turns, turns, logits, NULL);
        double spread = spread_of(logits, turns, outputs, fit->temperature);
        sum += spread;
        squares += spread * spread;
    }
    nsym_measures_add_known(f, "rotation_spread", 0, sum / n,
                            n > 1 ? sqrt(fmax(squares - sum * sum / n, 0) / (n - 1) / n) : 0, 0);
    free(logits);
    return NSYM_OK;
}

/* Adds what the network answers. */
static nsym_status add_scores(nsym_events *scores, const nsym_fit *fit, nsym_feed *feed, const nsym_parts *parts,
                              const char *classes) {
    nsym_answers answers;
    NSYM_TRY(nsym_answers_add(&answers, scores, fit->spec, classes));
    nsym_predict_rows(fit->network, feed, parts->tests, parts->test_first, parts->test_count, answers.logit,
                      answers.general);
    nsym_answers_finish(&answers, fit->temperature);
    char temperature[32];
    if (!fit->training.card->temperature) return NSYM_OK;
    snprintf(temperature, sizeof temperature, "%.17g", fit->temperature);
    return nsym_events_set_attribute(scores, NSYM_SCORES_TEMPERATURE, temperature);
}

/* New events of the columns of the test rows. */
static nsym_status test_columns(nsym_events **out, const nsym_events *sample, const nsym_parts *parts) {
    if (!parts->tests) return nsym_events_columns(out, sample, parts->test_first, parts->test_count);
    nsym_events *all = NULL;
    size_t n = parts->test_count, *index = malloc((n + 1) * sizeof *index);
    nsym_status status = index ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    for (size_t i = 0; index && i < n; i++) index[i] = parts->tests[i];
    if (status == NSYM_OK) status = nsym_events_columns(&all, sample, 0, sample->count);
    if (status == NSYM_OK) status = nsym_events_select(out, all, index, n);
    nsym_events_free(all);
    free(index);
    return status;
}

/* All of them test. */
static nsym_status tell_part(nsym_events *scores, bool folds) {
    double *part;
    NSYM_TRY(nsym_part_add(&part, scores, folds));
    for (size_t i = 0; part && i < scores->count; i++) part[i] = NSYM_PART_TEST;
    return NSYM_OK;
}

static nsym_status write_scores(const nsym_run *run, const nsym_events *sample, const nsym_fit *fit, nsym_feed *feed,
                                const nsym_parts *parts, const char *folder) {
    char path[NSYM_PATH_SIZE];
    nsym_events *scores = NULL;
    nsym_status status = nsym_folder_path(path, folder, "scores/%s.h5", run->label);
    if (status == NSYM_OK) status = test_columns(&scores, sample, parts);
    if (status == NSYM_OK) status = tell_part(scores, run->point->card.data.split.folds > 0);
    if (status == NSYM_OK) status = add_scores(scores, fit, feed, parts, run->point->card.data.labels.classes);
    if (status == NSYM_OK) status = nsym_events_write(scores, path);
    nsym_events_free(scores);
    return status;
}

/* The model as a file. */
static nsym_status write_model(const nsym_run *run, const nsym_sample *sample, const nsym_fit *fit,
                               const char *folder) {
    char path[NSYM_PATH_SIZE];
    nsym_model *model = NULL;
    nsym_status status = nsym_folder_path(path, folder, "models/%s.h5", run->label);
    if (status == NSYM_OK) status = nsym_fit_model(&model, fit);
    if (status == NSYM_OK)
        status = nsym_card_tell_model(model, &run->point->card, run->point->tree, sample, fit, run->key);
    if (status == NSYM_OK) status = nsym_start_tell(model, &run->point->card, fit->training.begin);
    if (status == NSYM_OK) status = nsym_model_set_attribute(model, "run", run->label);
    if (status == NSYM_OK) status = nsym_model_save(model, path);
    nsym_model_free(model);
    return status;
}

/* What the network's logits (tests, outputs) say; `likely` (tests, outputs): at its temperature. */
static nsym_status find_scores(nsym_measures *f, const double *logits, const double *likely, size_t outputs,
                               const nsym_test_part *r, const nsym_sample *sample, const nsym_data_card *data) {
    nsym_status status =
        outputs > 1 ? nsym_run_measure_classes(f, r, logits, likely, outputs, roc_points, ROC_POINTS, data->seed)
                    : find_curve(f, logits, likely, r, data->seed);
    if (status == NSYM_OK) status = find_unlabelled(f, logits, likely, r, sample, data);
    if (status == NSYM_OK && data->calibration)
        status = nsym_calibrated_measure(f, r, likely, outputs, data->calibration, data->seed);
    return status;
}

/* What a trained network is measured by, and its files where they are to be kept. */
static nsym_status measure(nsym_measures *f, const nsym_run *run, const nsym_sample *sample, nsym_fit *fit,
                           const nsym_test_part *r, const nsym_run_context *context) {
    size_t n = r->parts.test_count, outputs = nsym_model_outputs(fit->spec);
    const nsym_data_card *data = &run->point->card.data;
    nsym_feed feed;
    double *logits = malloc(2 * n * outputs * sizeof *logits);
    if (!logits) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    double *likely = logits + n * outputs;
    nsym_status status = nsym_feed_new(&feed, fit->spec, &fit->inputs, NSYM_PREDICT_CHUNK, 0);
    if (status == NSYM_OK) {
        nsym_predict_rows(fit->network, &feed, r->parts.tests, r->parts.test_first, n, logits, NULL);
        for (size_t i = 0; i < n * outputs; i++) likely[i] = logits[i] / fit->temperature;
        status = find_scores(f, logits, likely, outputs, r, sample, data);
        if (status == NSYM_OK) status = find_spread(f, fit, &feed, sample);
        if (status == NSYM_OK && run->keep)
            status = write_scores(run, sample->events, fit, &feed, &r->parts, context->folder);
        nsym_feed_free(&feed);
    }
    const nsym_judged judged = {run, sample, r, logits, outputs, fit};
    if (status == NSYM_OK) status = nsym_varied_measure(f, &judged, context);
    if (status == NSYM_OK)
        status = nsym_importance_measure(f, fit->network, &fit->inputs, r, data->importance, data->seed);
    if (status == NSYM_OK && run->keep) status = write_model(run, sample, fit, context->folder);
    free(logits);
    return status;
}

/* The losses after every epoch that was trained, and what those that validate say; members may stop at different ones.
 */
static void find_course(nsym_measures *f, const nsym_fit *fit) {
    for (size_t e = 0; e < fit->validation.epochs; e++) {
        nsym_measures_add(f, "train_loss", e + 1, fit->epochs[e].train_loss);
        if (!fit->checked) continue;
        nsym_measures_add(f, "validation_loss_by_epoch", e + 1, fit->epochs[e].loss);
        nsym_measures_add(f, "validation_auc_by_epoch", e + 1, fit->epochs[e].auc);
    }
}

/* How the training itself went. */
static void find_training(nsym_measures *f, const nsym_fit *fit, const nsym_test_part *r, const nsym_point *point) {
    const nsym_train_card *card = fit->training.card;
    nsym_measures_add(f, "parameters", 0, (double)nsym_network_parameters(fit->network));
    if (card->temperature) nsym_measures_add(f, "temperature", 0, fit->temperature);
    if (card->epochs == 0) return;
    if (card->every_epoch && !fit->checked)
        find_epochs(f, fit->epochs, card->epochs, !r->test_events);
    else if (!point->search)
        find_course(f, fit);
    if (!fit->checked) return;
    nsym_measures_add(f, "validation_auc", 0, fit->validation.auc);
    nsym_measures_add(f, "validation_loss", 0, fit->validation.loss);
    nsym_measures_add(f, "best_epoch", 0, (double)fit->validation.epoch);
}

/* A network on the run's rows. */
static nsym_status train_network(nsym_measures *f, const nsym_run *run, const nsym_sample *sample,
                                 const nsym_test_part *r, const nsym_run_context *context) {
    const nsym_run_card *card = &run->point->card;
    const nsym_material material = nsym_material_of_events(sample->events);
    uint64_t seed = card->data.seed;
    const char *purpose = run->restart ? "restart" : "member";
    nsym_fit fit = {.spec = &card->spec,
                    .material = &material,
                    .training = {.card = &card->train,
                                 .labels = r->labels,
                                 .weights = r->weights,
                                 .parts = r->parts,
                                 .seed = nsym_member_seed(seed, purpose, run->member),
                                 .start = nsym_member_seed(seed, purpose, card->train.same_start ? 0 : run->member),
                                 .progress = context->progress,
                                 .stop = context->stop,
                                 .sample = sample->events,
                                 .file = card->data.file},
                    .folds = card->data.split.folds,
                    .member = run->member,
                    .draws = seed};
    nsym_fresh_rows fresh = {0};
    nsym_status status =
        sample->origin ? nsym_fresh_rows_open(&fresh, sample->origin, &card->data, &card->spec) : NSYM_OK;
    if (sample->origin) fit.training.fresh = &fresh.fresh;
    nsym_model *start = NULL;
    if (status == NSYM_OK) status = nsym_start_load(&start, card);
    fit.training.begin = start;
    if (status == NSYM_OK) status = nsym_sample_named(nsym_fit_open(&fit), &card->data);
    if (status == NSYM_OK) status = nsym_fit_train(&fit);
    if (status == NSYM_OK) find_training(f, &fit, r, run->point);
    if (status == NSYM_OK) status = measure(f, run, sample, &fit, r, context);
    nsym_fit_close(&fit);
    nsym_fresh_rows_close(&fresh);
    nsym_model_free(start);
    return status;
}

/* A column of the sample as the score. */
static nsym_status score_column(nsym_measures *f, const nsym_run *run, const nsym_sample *sample,
                                const nsym_test_part *r, const nsym_run_context *context) {
    const nsym_run_card *card = &run->point->card;
    size_t n = r->parts.test_count;
    double *scores = malloc((n + 1) * sizeof *scores);
    if (!scores) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    nsym_status status = nsym_test_part_column(scores, r, sample->events, card->column, card->falling);
    if (status == NSYM_OK) status = find_curve(f, scores, NULL, r, card->data.seed);
    if (status == NSYM_OK) status = find_unlabelled(f, scores, NULL, r, sample, &card->data);
    const nsym_judged judged = {run, sample, r, scores, 1, NULL};
    if (status == NSYM_OK) status = nsym_varied_measure(f, &judged, context);
    free(scores);
    return status;
}

static nsym_status execute(nsym_measures *f, const nsym_run *run, const nsym_sample *sample,
                           const nsym_run_context *context) {
    const nsym_run_card *card = &run->point->card;
    nsym_test_part r;
    const nsym_judged judged = {.run = run, .sample = sample, .part = &r};
    nsym_status status = nsym_test_part_open(&r, card, sample);
    if (status == NSYM_OK) status = nsym_varied_check(&judged, context);
    if (status == NSYM_OK)
        status = card->column ? score_column(f, run, sample, &r, context) : train_network(f, run, sample, &r, context);
    nsym_test_part_close(&r);
    return status;
}

nsym_status nsym_run_execute(const nsym_run *run, const nsym_sample *sample, const nsym_run_context *context) {
    double start = nsym_seconds();
    nsym_measures f;
    nsym_status status = nsym_measures_new(&f);
    if (status == NSYM_OK) status = execute(&f, run, sample, context);
    if (status == NSYM_ENUMERIC && run->point->search) { /* as some of many learning rates will */
        f.count = 0;
        nsym_measures_add(&f, nsym_diverged, 0, 1);
        status = NSYM_OK;
    }
    if (status == NSYM_OK) status = f.status;
    if (status == NSYM_OK) status = context->record(context->recorder, nsym_seconds() - start, f.measure, f.count);
    nsym_measures_free(&f);
    return status == NSYM_OK || status == NSYM_EINTERRUPTED ? status : nsym_fail_in(status, "run %s: ", run->label);
}
