#include "train/training.h"

#include "base/fail.h"
#include "nn/loss.h"
#include "nn/optimizer.h"
#include "train/epoch_scores.h"
#include "train/renewal.h"
#include "train/start.h"
#include "train/weights.h"
#include <nearsym/random.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything a training needs besides its network, made once. */
typedef struct {
    nsym_adamw adamw;
    nsym_score_pool pool[NSYM_CLASSES_MAX];
    size_t outputs; /* logits of an event */
    nsym_feed feed;
    nsym_renewal renewal;    /* where copies are made anew */
    nsym_frozen frozen;      /* what no step changes */
    size_t renewed;          /* the row of its inputs that is taken next */
    double *cumulative;      /* (event_count) of the weights of the training events */
    double *test_cumulative; /* (test_count) */
    double *test_weights;    /* (test_count) */
    uint32_t *events;        /* (count) of the training events, those that count */
    size_t count;
    double mean, checked_mean; /* of the weights of those that train and validate: nsym_weights_mean */
    uint32_t *order;           /* (count) the epoch's events */
    size_t most;               /* rows of a batch, at most */
    uint32_t *offsets;         /* (most + 1) where the events of a batch begin */
    float *labels;             /* (rows of a batch) */
    float *dlogits;            /* (rows of a batch, outputs) */
    float *row_weights;        /* (rows of a batch) of the loss, NULL where all count alike */
    double *check_weights;     /* (checked_count) of the validation's AUC, likewise */
    double *logits, *scores;   /* (test_count, or rows that are checked; outputs) */
    float *score_labels;       /* (test_count, or rows that are checked) */
    float *best;               /* (parameters + states) of the best epoch, NULL without validation */
} workspace;

const double *nsym_learning_weights(const nsym_train_card *card, const double *weights) {
    return card->weighted || card->sampling == NSYM_BY_WEIGHT ? weights : NULL;
}

/* Running sum of the weights of events (n) that train, or NULL of those that test, for drawing in proportion to them.
 */
static double *cumulate(const nsym_training *t, const uint32_t *events, size_t n) {
    double *sums = calloc(n + 1, sizeof *sums), sum = 0;
    for (size_t i = 0; sums && i < n; i++)
        sums[i] = sum += t->weights[events ? nsym_part_first(&t->parts, events[i]) : nsym_test_row(&t->parts, i)];
    return sums;
}

/* An index in proportion to its weight: the first whose running sum exceeds a uniform number. */
static size_t draw(const double *sums, size_t n, nsym_random *random) {
    double at = nsym_random_uniform(random) * sums[n - 1];
    size_t low = 0, high = n - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sums[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void close_workspace(workspace *w) {
    nsym_adamw_free(&w->adamw);
    nsym_epoch_pools_free(w->pool);
    nsym_feed_free(&w->feed);
    nsym_renewal_free(&w->renewal);
    nsym_frozen_free(&w->frozen);
    void *blocks[] = {w->events,       w->offsets, w->cumulative,    w->test_cumulative, w->order,
                      w->labels,       w->dlogits, w->row_weights,   w->logits,          w->scores,
                      w->score_labels, w->best,    w->check_weights, w->test_weights};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
}

static float *floats(size_t n) {
    return calloc(n + 1, sizeof(float));
}

/* Else whoever trains measures the test sample in the end, and no scores of epochs are kept. */
static bool tests_each_epoch(const nsym_training *t) {
    return t->card->every_epoch && !t->checked && t->card->epochs > 0;
}

size_t nsym_training_rows(const nsym_training *t, size_t events) {
    size_t there = nsym_feed_rows(t->inputs, events), made = t->fresh ? t->card->batch * t->fresh->particles + 1 : 0;
    return made > there ? made : there;
}

static nsym_status open_workspace(workspace *w, nsym_network *network, const nsym_training *t) {
    size_t test = t->parts.test_count, rows = t->checked_count;
    size_t kept = nsym_network_parameters(network) + nsym_network_states(network);
    size_t chunk = t->card->batch > NSYM_PREDICT_CHUNK ? t->card->batch : NSYM_PREDICT_CHUNK;
    size_t outputs = nsym_model_outputs(nsym_network_spec(network));
    bool weighted = t->card->weighted;
    if (rows < test) rows = test;
    *w = (workspace){
        .outputs = outputs,
        .cumulative = cumulate(t, t->events, t->event_count),
        .events = calloc(t->event_count + 1, sizeof(uint32_t)),
        .test_cumulative = cumulate(t, NULL, test),
        .test_weights = calloc(test + 1, sizeof(double)),
        .order = calloc(t->event_count + 1, sizeof(uint32_t)),
        .most = chunk,
        .offsets = calloc(chunk + 1, sizeof(uint32_t)),
        .labels = floats(chunk),
        .dlogits = floats(chunk * outputs),
        .row_weights = weighted ? floats(chunk) : NULL,
        .check_weights = weighted ? calloc(t->checked_count + 1, sizeof(double)) : NULL,
        .logits = calloc(rows * outputs + 1, sizeof(double)),
        .scores = calloc(rows * outputs + 1, sizeof(double)),
        .score_labels = floats(rows),
        .best = t->checked ? floats(kept) : NULL,
    };
    if (!w->cumulative || !w->test_cumulative || !w->test_weights || !w->events || !w->order || !w->offsets ||
        !w->labels || !w->dlogits || !w->logits || !w->scores || !w->score_labels || (t->checked && !w->best) ||
        (weighted && (!w->row_weights || !w->check_weights)))
        return nsym_fail(NSYM_ENOMEM, "no memory for a training of %zu events", t->event_count);
    for (size_t i = 0; i < test; i++) w->test_weights[i] = t->weights[nsym_test_row(&t->parts, i)];
    NSYM_TRY(nsym_weights_check(t));
    w->count = nsym_weights_keep(w->events, t, t->events, t->event_count);
    w->mean = nsym_weights_mean(t, w->events, w->count);
    w->checked_mean = nsym_weights_mean(t, t->checked, t->checked_count);
    NSYM_TRY(nsym_feed_new(&w->feed, nsym_network_spec(network), t->inputs, chunk, nsym_training_rows(t, chunk)));
    if (t->fresh) NSYM_TRY(nsym_renewal_new(&w->renewal, t, chunk));
    if (t->card->frozen[0]) NSYM_TRY(nsym_frozen_new(&w->frozen, network, t->card->frozen));
    if (tests_each_epoch(t)) NSYM_TRY(nsym_epoch_pools_new(w->pool, outputs, test * t->card->epochs));
    return nsym_adamw_new(&w->adamw, nsym_network_parameters(network), t->card->learning_rate, t->card->weight_decay);
}

const char *nsym_training_row(char text[NSYM_ROW_TEXT], const nsym_training *t, size_t row) {
    bool named = t->file && t->file[0];
    snprintf(text, NSYM_ROW_TEXT, "%s%srow %zu", named ? t->file : "", named ? ": " : "",
             t->sample ? nsym_events_row(t->sample, t->index ? t->index[row] : row)
                       : (t->index ? t->index[row] : row) + 1);
    return text;
}

/* A value beyond this is told when a loss is not finite: standardised ones are at most sqrt(events). */
static const double extreme = 1e5;

static nsym_status check_loss(double loss, const nsym_training *t, const nsym_model_spec *spec, size_t epoch) {
    char name[128], at[NSYM_ROW_TEXT];
    if (isfinite(loss)) return NSYM_OK;
    double value;
    size_t event = nsym_inputs_largest(t->inputs, spec, &value, name, sizeof name);
    if (event == NSYM_NONE || fabs(value) < extreme)
        return nsym_fail(NSYM_ENUMERIC, "the loss is %g in epoch %zu at learning rate %g; lower the learning rate",
                         loss, epoch, t->card->learning_rate);
    return nsym_fail(NSYM_ENUMERIC,
                     "the loss is %g in epoch %zu at learning rate %g; %s: the network reads %s as %g: correct it or "
                     "leave the row out%s",
                     loss, epoch, t->card->learning_rate, nsym_training_row(at, t, event), name, value,
                     t->card->scale || isnan(value) ? "" : ", or standardise the inputs (train.scale: true)");
}

/* The events of an epoch in their order. */
static void choose_order(workspace *w, const nsym_training *t, size_t epoch) {
    nsym_random random = nsym_random_stream(t->seed, "draw", epoch);
    for (size_t i = 0; i < w->count; i++) {
        bool by_weight = t->card->sampling == NSYM_BY_WEIGHT;
        w->order[i] = by_weight ? t->events[draw(w->cumulative, t->event_count, &random)] : w->events[i];
    }
    if (t->card->shuffle) nsym_random_shuffle(&random, w->order, w->count);
}

/* The loss of events that were gathered, and its gradient unless dlogits is NULL; they are a share of their batch.
   Shapes: logits (rows, outputs), labels, weights or NULL (rows), over the sum of these, or over `total` where that is
   not 0. */
static double loss_of(const workspace *w, const nsym_train_card *card, const float *logits, double total, double share,
                      size_t events, float *dlogits) {
    size_t rows = w->offsets[events], outputs = w->outputs;
    double loss = nsym_cross_entropy(logits, w->labels, w->row_weights, rows, outputs, total, dlogits);
    if (card->classification != 1) loss = nsym_scale_loss(loss, card->classification, dlogits, rows * outputs);
    nsym_invariance invariance = card->invariance;
    invariance.weight *= share;
    if (invariance.weight > 0)
        loss += nsym_outputs_invariance(logits, w->offsets, events, outputs, &invariance, dlogits);
    return loss;
}

/* Puts the first of events (n) with all their rows into the feed, as many as fit into `room` rows, until there are
   enough particles, and their labels and weights beside it. Gives their number. */
static size_t gather(workspace *w, const nsym_training *t, const uint32_t *events, size_t n, size_t room,
                     size_t enough) {
    size_t place = 0, taken = 0;
    for (; taken < n; taken++) {
        size_t first = nsym_part_first(&t->parts, events[taken]), rows = nsym_part_rows(&t->parts, events[taken]);
        if (taken > 0 && (place + rows > room || w->feed.offsets[place] >= enough)) break;
        for (size_t row = first; row < first + rows; row++, place++) {
            nsym_feed_put(&w->feed, place, w->feed.inputs == t->inputs ? row : w->renewed++);
            w->labels[place] = (float)t->labels[row];
            if (w->row_weights) w->row_weights[place] = (float)t->weights[row];
        }
        w->offsets[taken + 1] = (uint32_t)place;
    }
    return taken;
}

/* A batch: its events, with so many rows; what it counts among others, and what its loss is over. */
typedef struct {
    size_t events, rows;
    double weight, total;
} training_batch;

/* The batch of the first of events (n), as many as fit with all their rows; `mean` of the rows' weights is 0 where the
   loss is over their sum. */
static training_batch batch_of(const workspace *w, const nsym_training *t, const uint32_t *events, size_t n,
                               size_t room, double mean) {
    training_batch b = {0};
    double sum = 0;
    for (; b.events < n; b.events++) {
        size_t first = nsym_part_first(&t->parts, events[b.events]);
        size_t rows = nsym_part_rows(&t->parts, events[b.events]);
        if (b.events > 0 && b.rows + rows > room) break;
        for (size_t row = first; w->row_weights && row < first + rows; row++) sum += (double)(float)t->weights[row];
        b.rows += rows;
    }
    b.weight = w->row_weights ? sum : (double)b.events;
    b.total = w->row_weights ? sum : (double)b.rows;
    if (mean != 0) b.weight = b.total = mean * (double)b.rows;
    if (b.total == 0) b.total = 1; /* nothing counts */
    return b;
}

/* Rows of all events that train, in an epoch. */
static double rows_of(const nsym_training *t) {
    size_t rows = 0;
    for (size_t i = 0; i < t->event_count; i++) rows += nsym_part_rows(&t->parts, t->events[i]);
    return (double)rows;
}

static nsym_status check_stop(const nsym_training *t, size_t epoch) {
    if (t->stop && t->stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped in epoch %zu", epoch);
    return NSYM_OK;
}

/* One step. The batch comes in pieces where the network gains by it; copies of an event stay in one. */
static nsym_status take_step(workspace *w, nsym_network *network, const nsym_training *t, size_t epoch,
                             const uint32_t *events, const training_batch *b, double *loss) {
    size_t enough = nsym_network_piece(network, true), before = 0;
    *loss = 0;
    for (size_t done = 0, n; done < b->events; done += n) {
        n = gather(w, t, events + done, b->events - done, b->rows, enough);
        nsym_batch piece = nsym_feed_batch(&w->feed, w->offsets[n]);
        piece.before = before;
        before += w->offsets[n];
        const float *logits = nsym_network_forward(network, &piece, true);
        *loss += loss_of(w, t->card, logits, b->total, (double)n / (double)b->events, n, w->dlogits);
        NSYM_TRY(check_loss(*loss, t, nsym_network_spec(network), epoch));
        nsym_network_backward(network, &piece, w->dlogits);
    }
    nsym_adamw_step(&w->adamw, nsym_network_values(network), nsym_network_gradients(network));
    nsym_frozen_restore(&w->frozen, network);
    return NSYM_OK;
}

/* The same, of copies that are made for it where they are to be new. */
static nsym_status train_batch(workspace *w, nsym_network *network, const nsym_training *t, size_t epoch,
                               const uint32_t *events, const training_batch *b, double *loss) {
    if (!t->fresh) return take_step(w, network, t, epoch, events, b, loss);
    NSYM_TRY(nsym_renewal_make(&w->renewal, t, nsym_network_spec(network), epoch, events, b->events));
    w->feed.inputs = &w->renewal.inputs;
    w->renewed = 0;
    nsym_status status = take_step(w, network, t, epoch, events, b, loss);
    w->feed.inputs = t->inputs;
    return status;
}

static nsym_status train_epoch(workspace *w, nsym_network *network, const nsym_training *t, size_t epoch,
                               double *loss) {
    bool normed = nsym_network_spec(network)->norm != NSYM_NORM_NONE;
    double sum = 0, total = 0, trained = 0;
    choose_order(w, t, epoch);
    for (size_t done = 0; done < w->count;) {
        NSYM_TRY(check_stop(t, epoch));
        const uint32_t *events = w->order + done;
        training_batch b = batch_of(w, t, events, w->count - done, t->card->batch, w->mean);
        if (normed && b.rows < 2) break; /* a batch norm has no variance of one event */
        double batch_loss;
        NSYM_TRY(train_batch(w, network, t, epoch, events, &b, &batch_loss));
        sum += batch_loss * b.weight;
        total += b.weight;
        trained += (double)b.rows;
        nsym_progress_add(t->progress, (double)b.rows);
        done += b.events;
    }
    nsym_progress_add(t->progress, fmax(rows_of(t) - trained, 0));
    *loss = sum / total;
    return NSYM_OK;
}

void nsym_predict_rows(nsym_network *network, nsym_feed *feed, const uint32_t *rows, size_t first, size_t count,
                       double *logits, double *gate) {
    size_t chunk = feed->events < NSYM_PREDICT_CHUNK ? feed->events : NSYM_PREDICT_CHUNK;
    size_t outputs = nsym_model_outputs(nsym_network_spec(network)), enough = nsym_network_piece(network, false);
    for (size_t done = 0, n; done < count; done += n) {
        for (n = 0; n < chunk && done + n < count && (n == 0 || feed->offsets[n] < enough); n++) {
            size_t row = rows ? rows[done + n] : first + done + n;
            if (!nsym_feed_fits(feed, n, row)) break;
            nsym_feed_put(feed, n, row);
        }
        nsym_batch batch = nsym_feed_batch(feed, n);
        const float *answers = nsym_network_forward(network, &batch, false), *weights = nsym_network_gate(network);
        for (size_t i = 0; i < n * outputs; i++) logits[done * outputs + i] = (double)answers[i];
        for (size_t i = 0; gate && weights && i < n; i++) gate[done + i] = (double)weights[2 * i];
    }
}

/* The test sample of this epoch in w->scores and w->score_labels: drawn anew, or as it is. */
static void choose_scores(workspace *w, const nsym_training *t, size_t epoch) {
    size_t n = t->parts.test_count;
    nsym_random random = nsym_random_stream(t->seed, "redraw", epoch);
    for (size_t i = 0; i < n; i++) {
        size_t row = t->card->redraw_test ? draw(w->test_cumulative, n, &random) : i;
        memcpy(w->scores + i * w->outputs, w->logits + row * w->outputs, w->outputs * sizeof *w->scores);
        w->score_labels[i] = (float)t->labels[nsym_test_row(&t->parts, row)];
    }
}

/* The error of a redrawn test sample is that of as many events, and those that are drawn from are fewer in effect, for
   their weights. What the draw itself adds differs between members, whose spread has it. */
static double widening(const nsym_training *t) {
    if (!t->card->redraw_test) return 1;
    size_t n = t->parts.test_count;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        double w = t->weights[nsym_test_row(&t->parts, i)];
        sum += w, squares += w * w;
    }
    return sqrt((double)n * squares) / sum;
}

static nsym_status test_epoch(workspace *w, nsym_network *network, const nsym_training *t, size_t epoch,
                              nsym_epoch *out) {
    size_t n = t->parts.test_count;
    nsym_predict_rows(network, &w->feed, t->parts.tests, t->parts.test_first, n, w->logits, NULL);
    choose_scores(w, t, epoch);
    const nsym_class_scores scores = {.n = n,
                                      .classes = w->outputs,
                                      .logits = w->scores,
                                      .labels = w->score_labels,
                                      .weights = t->card->redraw_test ? NULL : w->test_weights};
    nsym_known loss, accuracy;
    nsym_epoch_loss(&loss, &accuracy, &scores);
    out->loss = loss.value;
    NSYM_TRY(check_loss(out->loss, t, nsym_network_spec(network), epoch));
    out->accuracy = accuracy.value;
    NSYM_TRY(nsym_epoch_auc(&out->auc, &out->auc_error, &scores));
    if (isnan(out->auc_error) && t->card->redraw_test)
        return nsym_fail(NSYM_EINVAL,
                         "epoch %zu drew only one test event of a class, too few for an error; use more test events",
                         epoch);
    double wider = widening(t);
    out->loss_sample = wider * loss.error;
    out->accuracy_sample = wider * accuracy.error;
    out->auc_sample = wider * out->auc_error;
    return nsym_epoch_pools_add(&out->auc_pooled, w->pool, &scores);
}

/* The loss of the events that are checked, all copies, and the AUC of the events themselves. */
static nsym_status validate(workspace *w, nsym_network *network, const nsym_training *t, size_t epoch,
                            nsym_validation *out) {
    double loss = 0, total = 0;
    *out = (nsym_validation){.epoch = epoch};
    for (size_t done = 0, n; done < t->checked_count; done += n) {
        NSYM_TRY(check_stop(t, epoch));
        const uint32_t *events = t->checked + done;
        training_batch b = batch_of(w, t, events, t->checked_count - done, NSYM_PREDICT_CHUNK, w->checked_mean);
        n = gather(w, t, events, b.events, b.rows, SIZE_MAX);
        nsym_batch batch = nsym_feed_batch(&w->feed, b.rows);
        const float *logits = nsym_network_forward(network, &batch, false);
        loss += b.weight * loss_of(w, t->card, logits, b.total, 1, n, NULL);
        total += b.weight;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < w->outputs; k++)
                w->scores[(done + i) * w->outputs + k] = (double)logits[w->offsets[i] * w->outputs + k];
    }
    out->loss = loss / total;
    NSYM_TRY(check_loss(out->loss, t, nsym_network_spec(network), epoch));
    for (size_t i = 0; i < t->checked_count; i++) {
        size_t row = nsym_part_first(&t->parts, t->checked[i]);
        w->score_labels[i] = (float)t->labels[row];
        if (w->check_weights) w->check_weights[i] = t->weights[row];
    }
    const nsym_class_scores scores = {.n = t->checked_count,
                                      .classes = w->outputs,
                                      .logits = w->scores,
                                      .labels = w->score_labels,
                                      .weights = w->check_weights};
    return nsym_epoch_auc(&out->auc, NULL, &scores);
}

static void keep_best(workspace *w, nsym_network *network) {
    size_t n = nsym_network_parameters(network), states = nsym_network_states(network);
    memcpy(w->best, nsym_network_values(network), n * sizeof(float));
    if (states) memcpy(w->best + n, nsym_network_state(network), states * sizeof(float));
}

static void restore_best(workspace *w, nsym_network *network) {
    size_t n = nsym_network_parameters(network), states = nsym_network_states(network);
    memcpy(nsym_network_values(network), w->best, n * sizeof(float));
    if (states) memcpy(nsym_network_state(network), w->best + n, states * sizeof(float));
}

/* Early stopping: has the validation loss not fallen by min_change for as many epochs as patience allows? */
static nsym_status check_progress(workspace *w, nsym_network *network, const nsym_training *t, size_t epoch,
                                  nsym_validation *best, size_t *waited, bool *stop, nsym_epoch *out) {
    nsym_validation now;
    NSYM_TRY(validate(w, network, t, epoch, &now));
    out->loss = now.loss;
    out->auc = now.auc;
    bool better = best->epoch == 0 || now.loss < best->loss - t->card->min_change;
    *waited = better ? 0 : *waited + 1;
    if (better) {
        *best = now;
        keep_best(w, network);
    }
    *stop = t->card->patience > 0 && *waited >= t->card->patience;
    return NSYM_OK;
}

/* Tells who watches how the epoch went. */
static bool tell(const nsym_training *t, const nsym_epoch *now, size_t epoch, const nsym_validation *validation) {
    bool checked = t->checked_count > 0;
    const nsym_train_epoch told = {.epoch = epoch,
                                   .train_loss = now->train_loss,
                                   .loss = checked ? now->loss : (double)NAN,
                                   .auc = checked ? now->auc : (double)NAN,
                                   .best = !checked || validation->epoch == epoch};
    return t->watch(t->context, &told);
}

static nsym_status train_epochs(workspace *w, nsym_network *network, const nsym_training *t, nsym_epoch *epochs,
                                nsym_validation *validation) {
    bool stop = false, each = tests_each_epoch(t);
    size_t waited = 0, epoch = 1;
    for (; epoch <= t->card->epochs && !stop; epoch++) {
        nsym_epoch *now = &epochs[epoch - 1];
        NSYM_TRY(train_epoch(w, network, t, epoch, &now->train_loss));
        if (t->checked) NSYM_TRY(check_progress(w, network, t, epoch, validation, &waited, &stop, now));
        if (each) NSYM_TRY(test_epoch(w, network, t, epoch, now));
        validation->epochs = epoch;
        if (t->watch && !tell(t, now, epoch, validation)) break;
    }
    if (validation->epoch) restore_best(w, network);
    nsym_progress_add(t->progress, (double)(t->card->epochs + 1 - epoch) * rows_of(t));
    return NSYM_OK;
}

nsym_status nsym_train(nsym_network *network, const nsym_training *t, nsym_epoch *epochs, nsym_validation *validation) {
    workspace w;
    *validation = (nsym_validation){0};
    nsym_network_initialise(network, t->start);
    if (t->begin) nsym_model_weights(network, t->begin);
    nsym_status status = open_workspace(&w, network, t);
    if (status == NSYM_OK) status = train_epochs(&w, network, t, epochs, validation);
    close_workspace(&w);
    return status;
}
