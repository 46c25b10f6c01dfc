/* Training in public: what goes in, what comes out, and what is refused. */
#include "data/temporary.h"
#include "nn/model.h"
#include <nearsym/io.h>
#include <nearsym/predict.h>
#include <nearsym/random.h>
#include <nearsym/train.h>

#include <math.h>

enum { EVENTS = 300, MOST = 5 };

static const nsym_model_spec spec = {
    .kind = NSYM_PFN, .particle_input = {.name = "objects"}, .particle_map = {1, {8}}, .latent = 4, .hidden = {1, {8}}};

/* Events of up to five particles; those of label 1 are harder. The arrays are the same numbers. */
typedef struct {
    uint64_t offsets[EVENTS + 1];
    float particles[3 * EVENTS * MOST];
    double labels[EVENTS], weights[EVENTS];
    nsym_train_data data;
    nsym_events *events;
} toy;

static toy *new_toy(void) {
    static const char *const names[] = {"pt", "d_eta", "d_phi"};
    toy *t = calloc(1, sizeof *t);
    double *label, *weight;
    for (size_t i = 0; i < EVENTS; i++) {
        nsym_random random = nsym_random_stream(4, "toy", i);
        size_t n = 1 + nsym_random_below(&random, MOST);
        t->labels[i] = (double)(i % 2);
        t->weights[i] = 0.5 + nsym_random_uniform(&random);
        t->offsets[i + 1] = t->offsets[i] + n;
        for (size_t j = 0; j < n; j++) {
            float *p = t->particles + 3 * (t->offsets[i] + j);
            p[0] = (float)((t->labels[i] + 1) * (1 + nsym_random_uniform(&random)));
            for (int k = 1; k < 3; k++) p[k] = (float)(nsym_random_uniform(&random) - 0.5);
        }
    }
    t->data = (nsym_train_data){.inputs = {EVENTS, t->offsets, t->particles, NULL, NULL}, .labels = t->labels};
    assert_int_equal(nsym_events_new(&t->events, EVENTS), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(t->events, 3, names, NULL, t->offsets), NSYM_OK);
    for (size_t i = 0; i < 3 * t->offsets[EVENTS]; i++) t->events->particles[i] = (double)t->particles[i];
    assert_int_equal(nsym_events_add_column(t->events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(t->events, "weight", "", "", 1, &weight), NSYM_OK);
    memcpy(label, t->labels, sizeof t->labels);
    memcpy(weight, t->weights, sizeof t->weights);
    return t;
}

static void free_toy(toy *t) {
    nsym_events_free(t->events);
    free(t);
}

static nsym_train_options options_of(size_t epochs) {
    nsym_train_options o = nsym_train_defaults();
    o.epochs = epochs;
    o.learning_rate = 0.01;
    o.batch = 32;
    return o;
}

static nsym_model *trained(const toy *t, const nsym_train_options *o, nsym_train_history *history) {
    nsym_model *model;
    if (nsym_train_arrays(&model, history, &spec, o, &t->data) != NSYM_OK) fail_msg("%s", nsym_message());
    return model;
}

static void logits_of(double *logits, nsym_model *model, const toy *t) {
    if (nsym_model_logits(model, &t->data.inputs, logits, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
}

/* Wide enough for products in bf16. */
static const nsym_model_spec wide = {.kind = NSYM_PFN,
                                     .particle_input = {.name = "objects"},
                                     .particle_map = {2, {32, 32}},
                                     .latent = 32,
                                     .hidden = {2, {32, 32}}};

static double largest_difference(const double *x, const double *y) {
    double largest = 0;
    for (size_t i = 0; i < EVENTS; i++) largest = fmax(largest, fabs(x[i] - y[i]));
    return largest;
}

/* Six products of factors rounded by up to .2 %. */
static void a_model_trained_in_bf16_predicts_in_single_precision_within_its_error(void **state) {
    (void)state;
    toy *t = new_toy();
    nsym_train_options o = options_of(8);
    nsym_model *single, *bf16;
    nsym_train_history history;
    if (nsym_train_arrays(&single, NULL, &wide, &o, &t->data) != NSYM_OK) fail_msg("%s", nsym_message());
    o.precision = NSYM_BF16;
    if (nsym_train_arrays(&bf16, &history, &wide, &o, &t->data) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(history.epoch[history.best - 1].auc > 0.95);
    nsym_train_history_free(&history);
    double x[EVENTS], y[EVENTS], z[EVENTS];
    logits_of(x, single, t);
    logits_of(y, bf16, t);
    assert_true(largest_difference(x, y) > 1e-4);
    assert_int_equal(nsym_model_set_precision(bf16, NSYM_BF16), NSYM_OK);
    logits_of(z, bf16, t);
    double zero[EVENTS] = {0}, off = largest_difference(y, z) / largest_difference(y, zero);
    if (!(off > 1e-5 && off < 0.02)) fail_msg("logits differ by %g of their size", off);
    assert_int_equal(nsym_model_set_precision(bf16, NSYM_SINGLE), NSYM_OK);
    logits_of(z, bf16, t);
    assert_memory_equal(y, z, sizeof y);
    o.precision = (nsym_precision)2;
    assert_int_equal(nsym_train_arrays(&single, NULL, &wide, &o, &t->data), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "precision is 2"));
    nsym_model_free(single);
    nsym_model_free(bf16);
    free_toy(t);
}

static void arrays_and_events_give_the_same_bits(void **state) {
    (void)state;
    toy *t = new_toy();
    nsym_train_options o = options_of(6);
    nsym_train_history a, b;
    nsym_model *of_events;
    t->data.weights = t->weights;
    nsym_model *of_arrays = trained(t, &o, &a);
    if (nsym_train_events(&of_events, &b, &spec, &o, t->events) != NSYM_OK) fail_msg("%s", nsym_message());
    double x[EVENTS], y[EVENTS];
    logits_of(x, of_arrays, t);
    logits_of(y, of_events, t);
    assert_memory_equal(x, y, sizeof x);
    assert_int_equal(a.epochs, b.epochs);
    assert_int_equal(a.best, b.best);
    for (size_t i = 0; i < a.epochs; i++) assert_true(a.epoch[i].loss == b.epoch[i].loss);
    nsym_train_history_free(&a);
    nsym_train_history_free(&b);
    nsym_model_free(of_arrays);
    nsym_model_free(of_events);
    free_toy(t);
}

static void a_network_learns_and_its_file_predicts_the_same(void **state) {
    (void)state;
    toy *t = new_toy();
    nsym_train_options o = options_of(30);
    nsym_train_history history;
    nsym_model *model = trained(t, &o, &history);
    const char *model_path = in_folder("model.h5"), *events_path = in_folder("events.h5"),
               *scores_path = in_folder("s.h5");
    double logits[EVENTS];
    nsym_events *scores;
    logits_of(logits, model, t);
    assert_true(history.best >= 1 && history.best <= history.epochs && history.epochs <= 30);
    assert_true(history.epoch[history.best - 1].best && history.epoch[history.best - 1].auc > 0.9); /* pt tells them */
    for (size_t i = 0; i < history.epochs; i++)
        assert_true(history.epoch[i].loss >= history.epoch[history.best - 1].loss);
    assert_int_equal(nsym_model_save(model, model_path), NSYM_OK);
    assert_int_equal(nsym_events_write(t->events, events_path), NSYM_OK);
    assert_int_equal(nsym_predict(NULL, model_path, events_path, scores_path), NSYM_OK);
    assert_int_equal(nsym_events_read(&scores, scores_path, NULL), NSYM_OK);
    assert_memory_equal(nsym_events_column(scores, "logit")->values, logits, sizeof logits);
    nsym_events_free(scores);
    nsym_train_history_free(&history);
    nsym_model_free(model);
    free_toy(t);
}

typedef struct {
    size_t calls, last;
} seen;

static bool stop_at_last(void *context, const nsym_train_epoch *epoch) {
    seen *s = context;
    s->calls++;
    return epoch->epoch < s->last;
}

static void who_watches_sees_every_epoch_and_may_stop(void **state) {
    (void)state;
    toy *t = new_toy();
    seen s = {.last = 4};
    nsym_train_options o = options_of(20);
    nsym_train_history history;
    o.validation = 0;
    o.watch = stop_at_last;
    o.context = &s;
    nsym_model *stopped = trained(t, &o, &history);
    assert_true(s.calls == 4 && history.epochs == 4 && history.best == 4);
    assert_true(isnan(history.epoch[0].loss) && isnan(history.epoch[0].auc)); /* nothing validates */
    o.epochs = 4;
    o.watch = NULL;
    nsym_model *short_one = trained(t, &o, NULL);
    double x[EVENTS], y[EVENTS];
    logits_of(x, stopped, t);
    logits_of(y, short_one, t);
    assert_memory_equal(x, y, sizeof x);
    nsym_train_history_free(&history);
    nsym_model_free(stopped);
    nsym_model_free(short_one);
    free_toy(t);
}

static size_t asked;

static bool at_the_tenth(void) {
    return ++asked == 10;
}

/* 240 events train in 8 batches, 60 validate in one: the tenth is in the second epoch. */
static void who_stops_a_training_has_no_model(void **state) {
    (void)state;
    toy *t = new_toy();
    seen s = {.last = 20};
    nsym_train_options o = options_of(20);
    nsym_train_history history = {0};
    nsym_model *model = NULL;
    asked = 0;
    o.stop = at_the_tenth;
    o.watch = stop_at_last;
    o.context = &s;
    assert_int_equal(nsym_train_arrays(&model, &history, &spec, &o, &t->data), NSYM_EINTERRUPTED);
    assert_string_equal(nsym_message(), "stopped in epoch 2");
    assert_true(asked == 10 && s.calls == 1 && !model && !history.epoch);
    free_toy(t);
}

/* Every event three times, the copies of one anywhere; the penalty makes them alike. */
static double spread_of_copies(const toy *t, double invariance) {
    static uint64_t offsets[3 * EVENTS + 1];
    static float particles[9 * EVENTS * MOST];
    static double labels[3 * EVENTS], logits[3 * EVENTS];
    static int64_t group[3 * EVENTS];
    nsym_train_options o = options_of(15);
    nsym_model *model;
    for (size_t i = 0; i < 3 * EVENTS; i++) {
        size_t event = i % EVENTS, n = (size_t)(t->offsets[event + 1] - t->offsets[event]);
        offsets[i + 1] = offsets[i] + n;
        for (size_t j = 0; j < n; j++) {
            const float *from = t->particles + 3 * (t->offsets[event] + j);
            float *to = particles + 3 * (offsets[i] + j);
            to[0] = from[0] * (1 + (float)(i / EVENTS) / 2); /* harder: other answers, unless they are asked to agree */
            for (int k = 1; k < 3; k++) to[k] = from[k];
        }
        labels[i] = t->labels[event];
        group[i] = (int64_t)(1000 - event);
    }
    const nsym_train_data data = {
        .inputs = {3 * EVENTS, offsets, particles, NULL, NULL}, .labels = labels, .group = group};
    o.invariance = invariance;
    if (nsym_train_arrays(&model, NULL, &spec, &o, &data) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_int_equal(nsym_model_logits(model, &data.inputs, logits, NULL), NSYM_OK);
    double sum = 0;
    for (size_t e = 0; e < EVENTS; e++)
        for (size_t c = 1; c < 3; c++) sum += fabs(1 / (1 + exp(-logits[e])) - 1 / (1 + exp(-logits[e + c * EVENTS])));
    nsym_model_free(model);
    return sum / (2 * EVENTS);
}

static void rows_of_one_event_are_copies_for_the_penalty(void **state) {
    (void)state;
    toy *t = new_toy();
    double plain = spread_of_copies(t, 0), penalised = spread_of_copies(t, 30);
    if (!(penalised < 0.5 * plain)) fail_msg("%g, without the penalty %g", penalised, plain);
    free_toy(t);
}

/* A penalty needs copies, and a batch holds an event with all its copies. */
static void copies_that_cannot_train_are_refused(void **state) {
    (void)state;
    toy *t = new_toy();
    static int64_t group[EVENTS];
    static double labels[EVENTS];
    nsym_train_options o = options_of(1);
    nsym_train_data data = {.inputs = {EVENTS, t->offsets, t->particles, NULL, NULL}, .labels = t->labels};
    nsym_model *none;
    o.invariance = 1;
    assert_int_equal(nsym_train_arrays(&none, NULL, &spec, &o, &data), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "no group says which rows are one event"));
    for (size_t i = 0; i < EVENTS; i++) group[i] = i < 9 ? 0 : (int64_t)i, labels[i] = (double)(i >= 9 && i % 2);
    data.group = group;
    data.labels = labels;
    o.batch = 8;
    assert_int_equal(nsym_train_arrays(&none, NULL, &spec, &o, &data), NSYM_EINVAL);
    assert_non_null(
        strstr(nsym_message(), "row 1: an event and its copies are 9 rows, and a batch holds 8; raise the batch"));
    o.batch = 9;
    if (nsym_train_arrays(&none, NULL, &spec, &o, &data) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_model_free(none);
    free_toy(t);
}

static void inputs_of_any_name_train_on_arrays(void **state) {
    (void)state;
    toy *t = new_toy();
    static float values[2 * EVENTS];
    for (size_t i = 0; i < EVENTS; i++) {
        values[2 * i] = (float)(1e6 + t->labels[i] + (double)t->particles[3 * t->offsets[i] + 1]);
        values[2 * i + 1] = 3;
    }
    const nsym_model_spec own = {.kind = NSYM_FCN, .event_input = {"my columns", 2}, .hidden = {1, {8}}};
    const nsym_train_data data = {.inputs = {EVENTS, NULL, NULL, values, NULL}, .labels = t->labels};
    nsym_train_options o = options_of(40);
    nsym_train_history history;
    nsym_model *model;
    if (nsym_train_arrays(&model, &history, &own, &o, &data) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(history.epoch[history.best - 1].auc > 0.99); /* standardised: 1e6 does not drown 1 */
    nsym_train_history_free(&history);
    nsym_model_free(model);
    free_toy(t);
}

static void refused(const toy *t, const nsym_train_options *o, const nsym_train_data *data, const char *words) {
    nsym_model *model;
    (void)t;
    assert_int_not_equal(nsym_train_arrays(&model, NULL, &spec, o, data), NSYM_OK);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void a_training_begins_with_a_model_and_keeps_frozen_layers(void **state) {
    (void)state;
    toy *t = new_toy();
    nsym_train_options o = options_of(4);
    nsym_train_history history;
    nsym_model *start = trained(t, &o, &history), *same, *tuned;
    double x[EVENTS], y[EVENTS];
    nsym_train_history_free(&history);
    o.start = start;
    o.epochs = 0;
    if (nsym_train_arrays(&same, &history, &spec, &o, &t->data) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_int_equal(history.epochs, 0);
    nsym_train_history_free(&history);
    logits_of(x, start, t);
    logits_of(y, same, t);
    assert_memory_equal(x, y, sizeof x);
    o.epochs = 2;
    o.frozen = "particle_map";
    if (nsym_train_arrays(&tuned, NULL, &spec, &o, &t->data) != NSYM_OK) fail_msg("%s", nsym_message());
    for (size_t i = 0; i < nsym_network_tensors(start->network); i++) {
        const nsym_tensor *w = nsym_network_tensor(start->network, i);
        const float *a = nsym_network_values(start->network) + w->offset;
        const float *b = nsym_network_values(tuned->network) + w->offset;
        bool alike = memcmp(a, b, w->shape[0] * w->shape[1] * sizeof *a) == 0;
        assert_true(alike == (strncmp(w->name, "particle_map", 12) == 0));
    }
    o.frozen = "trunk";
    refused(t, &o, &t->data, "there is no layer 'trunk'");
    o.start = NULL;
    refused(t, &o, &t->data, "frozen is 'trunk', but there is no start model");
    nsym_model_free(start);
    nsym_model_free(same);
    nsym_model_free(tuned);
    free_toy(t);
}

static void bad_input_is_refused_by_row(void **state) {
    (void)state;
    toy *t = new_toy();
    const nsym_train_options o = options_of(2);
    int64_t group[EVENTS];
    bool validates[EVENTS] = {false};
    nsym_train_data data = t->data;
    t->labels[6] = 0.5;
    refused(t, &o, &data, "row 7: label is 0.5, must be 0 or 1");
    t->labels[6] = 0;
    t->particles[3 * t->offsets[9] + 1] = NAN;
    refused(t, &o, &data, "event 9 has a value in its particle input that is not finite");
    t->particles[3 * t->offsets[9] + 1] = 0;
    for (size_t i = 0; i < EVENTS; i++) group[i] = (int64_t)(i / 2);
    data.group = group;
    refused(t, &o, &data, "rows 1 and 2 belong to one event, but they have different labels");
    for (size_t i = 0; i < EVENTS; i++) group[i] = (int64_t)(i % 2 + 2 * (i / 4));
    validates[2] = true;
    data.validates = validates;
    refused(t, &o, &data, "rows 1 and 3 belong to one event, but only one of them is a validation event");
    data.group = NULL;
    refused(t, &o, &data, "0 of 1 validation events are signal; both classes are needed");
    data.validates = NULL;
    data.labels = NULL;
    refused(t, &o, &data, "there are no labels");
    data = t->data;
    nsym_train_options wrong = o;
    wrong.learning_rate = -1;
    refused(t, &wrong, &data, "learning_rate is -1, must be 1e-12 to 1000");
    t->weights[4] = NAN;
    data.weights = t->weights;
    refused(t, &o, &data, "row 5: weight is nan, must be finite");
    data.inputs.particles = NULL;
    refused(t, &o, &data, "the model needs particles (objects)");
    free_toy(t);
}

static void columns_say_what_is_one_event_and_what_validates(void **state) {
    (void)state;
    toy *t = new_toy();
    nsym_train_options o = options_of(3);
    nsym_train_history history;
    nsym_model *model;
    double *validates, *event;
    assert_int_equal(nsym_events_add_column(t->events, "validates", "", "", 1, &validates), NSYM_OK);
    assert_int_equal(nsym_events_add_column(t->events, "event", "", "", 1, &event), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) event[i] = (double)(i % 2 + 2 * (i / 4)), validates[i] = i / 4 % 3 == 0;
    o.group = "event";
    o.validates = "validates";
    if (nsym_train_events(&model, &history, &spec, &o, t->events) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(isfinite(history.epoch[0].loss));
    nsym_train_history_free(&history);
    nsym_model_free(model);
    event[3] = 0.5;
    assert_int_equal(nsym_train_events(&model, NULL, &spec, &o, t->events), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "row 4: event is 0.5, must be an event's number"));
    o.group = "group";
    assert_int_equal(nsym_train_events(&model, NULL, &spec, &o, t->events), NSYM_ENOTFOUND);
    assert_non_null(strstr(nsym_message(), "there is no column 'group'"));
    free_toy(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_and_events_give_the_same_bits),
        cmocka_unit_test(a_model_trained_in_bf16_predicts_in_single_precision_within_its_error),
        cmocka_unit_test(a_network_learns_and_its_file_predicts_the_same),
        cmocka_unit_test(who_watches_sees_every_epoch_and_may_stop),
        cmocka_unit_test(who_stops_a_training_has_no_model),
        cmocka_unit_test(rows_of_one_event_are_copies_for_the_penalty),
        cmocka_unit_test(copies_that_cannot_train_are_refused),
        cmocka_unit_test(inputs_of_any_name_train_on_arrays),
        cmocka_unit_test(a_training_begins_with_a_model_and_keeps_frozen_layers),
        cmocka_unit_test(bad_input_is_refused_by_row),
        cmocka_unit_test(columns_say_what_is_one_event_and_what_validates)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
