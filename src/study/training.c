#include "study/training.h"

#include "base/fail.h"
#include "nn/loss.h"
#include "nn/optimizer.h"
#include "stats/score_pool.h"
#include <nearsym/stats.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything a training needs besides its network, made once. */
typedef struct {
    nsym_adamw adamw;
    nsym_score_pool pool;
    double *cumulative;                    /* (train_count) of the weights of the training rows */
    double *test_cumulative;               /* (test_count) */
    float *particles, *event, *weight;     /* one batch */
    uint32_t *offsets;                     /* (batch + 1) */
    float *labels, *dlogits;               /* (batch) */
    float *logits, *scores, *score_labels; /* (test_count) */
} workspace;

nsym_status nsym_parts_of(nsym_parts *out, const nsym_train_card *card, const double *labels, size_t count) {
    size_t used = card->sample ? card->sample : count;
    if (used > count)
        return nsym_fail(NSYM_EINVAL,
                         "data.size is %zu and the sample has %zu events (for dimuon 2 x data.events x data.copies); "
                         "lower data.size, also in the experiments' grids",
                         used, count);
    size_t test = (size_t)llround((double)used * card->test), train = used - test;
    if (card->size > train)
        return nsym_fail(NSYM_EINVAL, "train.size is %zu and only %zu events are left beside the test sample",
                         card->size, train);
    bool first = card->split == NSYM_SPLIT_FIRST;
    *out = (nsym_parts){first ? test : 0, card->size ? card->size : train, first ? 0 : train, test};
    size_t in_train = 0, in_test = 0;
    for (size_t i = 0; i < out->train_count; i++) in_train += labels[out->train_first + i] == 1;
    for (size_t i = 0; i < test; i++) in_test += labels[out->test_first + i] == 1;
    if (in_train == 0 || in_train == out->train_count || in_test == 0 || in_test == test)
        return nsym_fail(NSYM_EINVAL,
                         "%zu of %zu training and %zu of %zu test events are signal; both classes are needed in "
                         "both",
                         in_train, out->train_count, in_test, test);
    return NSYM_OK;
}

/* Running sum of weights (n), for drawing in proportion to them. */
static double *cumulate(const double *weights, size_t n) {
    double *sums = malloc(n * sizeof *sums), sum = 0;
    for (size_t i = 0; sums && i < n; i++) sums[i] = sum += weights[i];
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

size_t nsym_most_particles(const nsym_inputs *inputs) {
    size_t most = 0;
    for (size_t i = 0; i < inputs->count; i++) {
        size_t n = inputs->offsets[i + 1] - inputs->offsets[i];
        if (n > most) most = n;
    }
    return most;
}

static void close_workspace(workspace *w) {
    nsym_adamw_free(&w->adamw);
    nsym_score_pool_free(&w->pool);
    void *blocks[] = {w->cumulative, w->test_cumulative, w->particles, w->event,  w->weight,      w->offsets,
                      w->labels,     w->dlogits,         w->logits,    w->scores, w->score_labels};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
}

static float *floats(size_t rows, size_t width) {
    return calloc(rows * width + 1, sizeof(float));
}

static nsym_status open_workspace(workspace *w, nsym_network *network, const nsym_training *t) {
    const nsym_model_spec *spec = nsym_network_spec(network);
    size_t batch = t->card->batch, test = t->parts.test_count;
    *w = (workspace){
        .cumulative = cumulate(t->weights + t->parts.train_first, t->parts.train_count),
        .test_cumulative = cumulate(t->weights + t->parts.test_first, test),
        .particles = floats(batch * nsym_most_particles(t->inputs), spec->particle_input.width),
        .event = floats(batch, spec->event_input.width),
        .weight = floats(batch, spec->weight_input.width),
        .offsets = calloc(batch + 1, sizeof(uint32_t)),
        .labels = floats(batch, 1),
        .dlogits = floats(batch, 1),
        .logits = floats(test, 1),
        .scores = floats(test, 1),
        .score_labels = floats(test, 1),
    };
    if (!w->cumulative || !w->test_cumulative || !w->particles || !w->event || !w->weight || !w->offsets ||
        !w->labels || !w->dlogits || !w->logits || !w->scores || !w->score_labels)
        return nsym_fail(NSYM_ENOMEM, "no memory for a training of %zu events", t->parts.train_count);
    if (!(w->cumulative[t->parts.train_count - 1] > 0) || !(w->test_cumulative[test - 1] > 0))
        return nsym_fail(NSYM_EINVAL, "all events of the training or of the test sample have weight 0");
    NSYM_TRY(nsym_score_pool_new(&w->pool, test * t->card->epochs));
    return nsym_adamw_new(&w->adamw, nsym_network_parameters(network), t->card->learning_rate, t->card->weight_decay);
}

/* Copies event `row` of the inputs to place `i` of the batch; an absent input has width 0. */
static void gather(workspace *w, const nsym_model_spec *spec, const nsym_training *t, size_t row, size_t i) {
    const nsym_inputs *in = t->inputs;
    uint32_t first = in->offsets[row], n = in->offsets[row + 1] - first;
    size_t width = spec->particle_input.width;
    if (width) memcpy(w->particles + w->offsets[i] * width, in->particles + first * width, n * width * sizeof(float));
    width = spec->event_input.width;
    if (width) memcpy(w->event + i * width, in->event + row * width, width * sizeof(float));
    width = spec->weight_input.width;
    if (width) memcpy(w->weight + i * width, in->weight + row * width, width * sizeof(float));
    w->offsets[i + 1] = w->offsets[i] + n;
    w->labels[i] = (float)t->labels[row];
}

static nsym_status check_loss(double loss, const nsym_training *t, size_t epoch) {
    if (isfinite(loss)) return NSYM_OK;
    return nsym_fail(NSYM_ENUMERIC, "the loss is %g in epoch %zu at learning rate %g; lower the learning rate", loss,
                     epoch, t->card->learning_rate);
}

static nsym_status train_epoch(workspace *w, nsym_network *network, const nsym_training *t, size_t epoch,
                               double *loss) {
    const nsym_model_spec *spec = nsym_network_spec(network);
    nsym_random random = nsym_random_stream(t->seed, "draw", epoch);
    double sum = 0;
    size_t done = 0;
    for (size_t n; done < t->parts.train_count; done += n) {
        n = t->parts.train_count - done < t->card->batch ? t->parts.train_count - done : t->card->batch;
        if (n < 2) break; /* a batch norm has no variance of one event */
        for (size_t i = 0; i < n; i++)
            gather(w, spec, t, t->parts.train_first + draw(w->cumulative, t->parts.train_count, &random), i);
        nsym_batch batch = {n, w->offsets, w->particles, w->event, w->weight};
        const float *logits = nsym_network_forward(network, &batch, true);
        double batch_loss = nsym_bce_logits(logits, w->labels, NULL, n, w->dlogits);
        NSYM_TRY(check_loss(batch_loss, t, epoch));
        nsym_network_backward(network, &batch, w->dlogits);
        nsym_adamw_step(&w->adamw, nsym_network_values(network), nsym_network_gradients(network));
        sum += batch_loss * (double)n;
        if (t->progress) nsym_progress_add(t->progress, (double)n);
    }
    *loss = sum / (double)done;
    return NSYM_OK;
}

void nsym_predict_rows(nsym_network *network, const nsym_inputs *in, size_t first, size_t count, size_t chunk,
                       float *logits, float *mixing) {
    const nsym_model_spec *spec = nsym_network_spec(network);
    uint32_t offsets[NSYM_PREDICT_CHUNK + 1];
    if (chunk > NSYM_PREDICT_CHUNK) chunk = NSYM_PREDICT_CHUNK;
    for (size_t done = 0, n; done < count; done += n) {
        n = count - done < chunk ? count - done : chunk;
        size_t row = first + done;
        for (size_t i = 0; i <= n; i++) offsets[i] = in->offsets[row + i] - in->offsets[row];
        nsym_batch batch = {n, offsets,
                            in->particles ? in->particles + in->offsets[row] * spec->particle_input.width : NULL,
                            in->event ? in->event + row * spec->event_input.width : NULL,
                            in->weight ? in->weight + row * spec->weight_input.width : NULL};
        memcpy(logits + done, nsym_network_forward(network, &batch, false), n * sizeof *logits);
        const float *weights = nsym_network_mixing(network);
        for (size_t i = 0; mixing && weights && i < n; i++) mixing[done + i] = weights[2 * i];
    }
}

/* The test sample of this epoch in w->scores and w->score_labels: drawn anew, or as it is. */
static void choose_scores(workspace *w, const nsym_training *t, size_t epoch) {
    size_t n = t->parts.test_count;
    nsym_random random = nsym_random_stream(t->seed, "redraw", epoch);
    for (size_t i = 0; i < n; i++) {
        size_t row = t->card->redraw_test ? draw(w->test_cumulative, n, &random) : i;
        w->scores[i] = w->logits[row];
        w->score_labels[i] = (float)t->labels[t->parts.test_first + row];
    }
}

static nsym_status test_epoch(workspace *w, nsym_network *network, const nsym_training *t, size_t epoch,
                              nsym_epoch *out) {
    size_t n = t->parts.test_count;
    nsym_predict_rows(network, t->inputs, t->parts.test_first, n, NSYM_PREDICT_CHUNK, w->logits, NULL);
    choose_scores(w, t, epoch);
    const double *weights = t->card->redraw_test ? NULL : t->weights + t->parts.test_first;
    double loss = 0, right = 0, total = 0;
    for (size_t i = 0; i < n; i++) {
        double weight = weights ? weights[i] : 1, z = (double)w->scores[i];
        double wrong_side = w->score_labels[i] == 1 ? -z : z; /* loss = ln(1 + e^wrong_side) */
        loss += weight * (fmax(wrong_side, 0) + log1p(exp(-fabs(wrong_side))));
        right += weight * ((z > 0) == (w->score_labels[i] == 1));
        total += weight;
    }
    out->loss = loss / total;
    NSYM_TRY(check_loss(out->loss, t, epoch));
    out->accuracy = right / total;
    NSYM_TRY(nsym_auc(w->scores, w->score_labels, weights, n, &out->auc, &out->auc_error));
    NSYM_TRY(nsym_score_pool_add(&w->pool, w->scores, w->score_labels, weights, n));
    return nsym_score_pool_auc(&w->pool, &out->auc_pooled);
}

nsym_status nsym_train(nsym_network *network, const nsym_training *t, nsym_epoch *epochs) {
    workspace w;
    nsym_network_initialise(network, t->seed);
    nsym_status status = open_workspace(&w, network, t);
    for (size_t epoch = 1; status == NSYM_OK && epoch <= t->card->epochs; epoch++) {
        nsym_epoch *now = &epochs[epoch - 1];
        status = train_epoch(&w, network, t, epoch, &now->train_loss);
        if (status == NSYM_OK) status = test_epoch(&w, network, t, epoch, now);
        if (status == NSYM_OK && t->stop && t->stop())
            status = nsym_fail(NSYM_EINTERRUPTED, "stopped after epoch %zu", epoch);
    }
    close_workspace(&w);
    return status;
}
