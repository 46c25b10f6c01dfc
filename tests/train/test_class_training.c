/* Training of three classes: every kind of network learns them, copies get one answer, and what cannot be is refused.
 */
#include "train/parts.h"
#include <nearsym/classes.h>
#include <nearsym/random.h>
#include <nearsym/train.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EVENTS = 450, PARTICLES = 3, CLASSES = 3, SIDE = 4, PIXELS = SIDE * SIDE };

/* A class has harder particles, other columns and a bright pixel elsewhere. The next row is a copy of the one before,
   with other noise. */
typedef struct {
    uint64_t offsets[EVENTS + 1];
    float particles[3 * EVENTS * PARTICLES], columns[2 * EVENTS], images[PIXELS * EVENTS], gate[EVENTS];
    double labels[EVENTS];
    int64_t group[EVENTS];
    nsym_train_data data;
} toy;

static toy *new_toy(void) {
    toy *t = calloc(1, sizeof *t);
    assert_non_null(t);
    for (size_t i = 0; i < EVENTS; i++) {
        nsym_random random = nsym_random_stream(8, "three classes", i);
        size_t class = i / 2 % CLASSES;
        t->labels[i] = (double)class;
        t->group[i] = (int64_t)(i / 2);
        t->offsets[i + 1] = t->offsets[i] + PARTICLES;
        for (size_t j = 0; j < PARTICLES; j++) {
            float *p = t->particles + 3 * (t->offsets[i] + j);
            p[0] = (float)((1 + (double)class) * (1 + 0.5 * nsym_random_uniform(&random)));
            for (int k = 1; k < 3; k++) p[k] = (float)(nsym_random_uniform(&random) - 0.5);
        }
        t->columns[2 * i] = (float)(nsym_random_normal(&random) + 2 * (class == 1));
        t->columns[2 * i + 1] = (float)(nsym_random_normal(&random) + 2 * (class == 2));
        t->gate[i] = (float)nsym_random_uniform(&random);
        for (size_t k = 0; k < PIXELS; k++) t->images[PIXELS * i + k] = (float)(0.3 * nsym_random_uniform(&random));
        t->images[PIXELS * i + 5 * class] += 1;
    }
    t->data = (nsym_train_data){.inputs = {EVENTS, t->offsets, t->particles, t->columns, t->gate}, .labels = t->labels};
    return t;
}

static nsym_model_spec spec_of(nsym_model_kind kind) {
    nsym_model_spec spec = {.kind = kind, .hidden = {1, {12}}, .classes = CLASSES};
    bool particles = kind == NSYM_PFN || kind == NSYM_EFN || kind == NSYM_HYBRID;
    if (particles) {
        spec.particle_input = (nsym_input){"objects", 3};
        spec.particle_map = (nsym_sizes){1, {12}};
        spec.latent = 6;
    }
    if (kind == NSYM_FCN || kind == NSYM_HYBRID) spec.event_input = (nsym_input){"mine", 2};
    if (kind == NSYM_HYBRID) {
        spec.gate_input = (nsym_input){"gate", 1};
        spec.event_map = spec.gate_map = (nsym_sizes){1, {6}};
    }
    if (kind == NSYM_CNN) {
        spec.event_input = (nsym_input){"picture", PIXELS};
        spec.image_rows = spec.image_columns = SIDE;
        spec.filters = (nsym_sizes){1, {6}};
        spec.convolutions = 1;
        spec.kernel = 3;
    }
    return spec;
}

static nsym_train_options quick(void) {
    nsym_train_options o = nsym_train_defaults();
    o.epochs = 25;
    o.learning_rate = 0.01;
    o.batch = 30;
    return o;
}

static nsym_model_inputs inputs_of(const toy *t, nsym_model_kind kind) {
    nsym_model_inputs in = t->data.inputs;
    if (kind == NSYM_CNN) in.event = t->images;
    return in;
}

static void every_kind_of_network_learns_three_classes(void **state) {
    (void)state;
    static double logits[EVENTS * CLASSES];
    static float labels[EVENTS];
    toy *t = new_toy();
    for (nsym_model_kind kind = NSYM_FCN; kind <= NSYM_EFN; kind++) {
        const nsym_model_spec spec = spec_of(kind);
        const nsym_train_options o = quick();
        nsym_train_history history;
        nsym_model *model;
        nsym_class_results r;
        t->data.inputs = inputs_of(t, kind);
        if (nsym_train_arrays(&model, &history, &spec, &o, &t->data) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_int_equal(nsym_model_logits(model, &t->data.inputs, logits, NULL), NSYM_OK);
        for (size_t i = 0; i < EVENTS; i++) labels[i] = (float)t->labels[i];
        assert_int_equal(nsym_class_measure(&r, &(nsym_class_scores){EVENTS, CLASSES, logits, labels, NULL}), NSYM_OK);
        double first = history.epoch[0].loss, best = history.epoch[history.best - 1].loss;
        if (!(r.auc > 0.85 && r.accuracy > 0.6)) fail_msg("kind %d: AUC %g, accuracy %g", kind, r.auc, r.accuracy);
        assert_true(history.epoch[history.best - 1].auc > 0.85 && best < first && best < log(CLASSES));
        nsym_train_history_free(&history);
        nsym_model_free(model);
    }
    free(t);
}

/* The mean over events of the summed variance of the probabilities of both copies. */
static double spread_of(const double *logits) {
    double sum = 0;
    for (size_t e = 0; e + 1 < EVENTS; e += 2) {
        double p[2][CLASSES];
        for (size_t c = 0; c < 2; c++) nsym_class_probabilities(p[c], logits + (e + c) * CLASSES, CLASSES);
        for (size_t k = 0; k < CLASSES; k++) sum += (p[0][k] - p[1][k]) * (p[0][k] - p[1][k]) / 2;
    }
    return sum / (EVENTS / 2);
}

static void the_penalty_lowers_the_spread_over_copies(void **state) {
    (void)state;
    static double logits[EVENTS * CLASSES];
    toy *t = new_toy();
    const nsym_model_spec spec = spec_of(NSYM_FCN);
    double spread[3];
    for (int penalised = 0; penalised < 3; penalised++) {
        nsym_train_options o = quick();
        nsym_model *model;
        o.invariance = penalised ? 3 : 0;
        o.invariance_on_logits = penalised == 2;
        t->data.group = t->group;
        if (nsym_train_arrays(&model, NULL, &spec, &o, &t->data) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_int_equal(nsym_model_logits(model, &t->data.inputs, logits, NULL), NSYM_OK);
        spread[penalised] = spread_of(logits);
        nsym_model_free(model);
    }
    assert_true(spread[1] < 0.5 * spread[0] && spread[2] < 0.5 * spread[0]);
    free(t);
}

/* An event's weight is as good as its repeats, so a class of no weight must not be learned. */
static void weights_count(void **state) {
    (void)state;
    static double logits[EVENTS * CLASSES];
    toy *t = new_toy();
    const nsym_model_spec spec = spec_of(NSYM_PFN);
    double *weights = malloc(EVENTS * sizeof *weights), probability[CLASSES], mean[2] = {0};
    assert_non_null(weights);
    for (int heavy = 0; heavy < 2; heavy++) {
        nsym_train_options o = quick();
        nsym_model *model;
        o.epochs = 1;
        for (size_t i = 0; i < EVENTS; i++) weights[i] = heavy && t->labels[i] == 2 ? 50 : 1;
        t->data.weights = weights;
        if (nsym_train_arrays(&model, NULL, &spec, &o, &t->data) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_int_equal(nsym_model_logits(model, &t->data.inputs, logits, NULL), NSYM_OK);
        for (size_t i = 0; i < EVENTS; i++) {
            nsym_class_probabilities(probability, logits + i * CLASSES, CLASSES);
            mean[heavy] += probability[2] / EVENTS;
        }
        nsym_model_free(model);
    }
    assert_true(mean[1] > mean[0] + 0.1);
    free(weights);
    free(t);
}

static void refused(const toy *t, const nsym_model_spec *spec, const char *words) {
    const nsym_train_options o = quick();
    nsym_model *model;
    assert_int_equal(nsym_train_arrays(&model, NULL, spec, &o, &t->data), NSYM_EINVAL);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void labels_and_classes_that_do_not_serve_are_refused(void **state) {
    (void)state;
    toy *t = new_toy();
    nsym_model_spec spec = spec_of(NSYM_PFN);
    spec.classes = 2;
    refused(t, &spec, "row 5: label is 2, must be 0 or 1; for more classes set `classes` in the specification");
    spec.classes = 4;
    refused(t, &spec, "none of 360 training events is of class 3; all 4 classes are needed");
    spec.classes = 17;
    refused(t, &spec, "classes is 17, must be at most 16");
    spec.classes = 3;
    t->labels[7] = 1.5;
    refused(t, &spec, "row 8: label is 1.5, must be 0 to 2, because the specification has 3 classes");
    free(t);
}

/* Each class keeps its number, and draws are of that class alone. */
static void a_bootstrap_by_class_keeps_the_classes(void **state) {
    (void)state;
    enum { N = 90 };
    double labels[N];
    for (size_t i = 0; i < N; i++) labels[i] = i % 9 < 5 ? 0 : i % 9 < 8 ? 1 : 2;
    const nsym_parts parts = {.train_count = N, .copies = 1, .classes = CLASSES};
    const nsym_train_card card = {.sampling = NSYM_BOOTSTRAP_CLASS};
    uint32_t *events, *checked;
    size_t n, n_checked, changed = 0;
    assert_int_equal(nsym_training_events(&events, &n, &checked, &n_checked, &card, 0, &parts, labels, 3, 0), NSYM_OK);
    assert_int_equal(n, N);
    for (size_t i = 0; i < n; i++) {
        assert_true(labels[events[i]] == labels[i]);
        changed += events[i] != i;
    }
    assert_true(changed > N / 2);
    free(events);
    free(checked);
}

static void parts_have_all_classes(void **state) {
    (void)state;
    double labels[100];
    nsym_parts parts;
    const nsym_split_card split = {.test = 0.2, .classes = CLASSES};
    for (size_t i = 0; i < 100; i++) labels[i] = i < 78 ? (double)(i % 3) : (double)(i % 2);
    assert_int_equal(nsym_parts_of(&parts, &split, 0, labels, 100), NSYM_EINVAL);
    assert_string_equal(nsym_message(), "none of 20 test events is of class 2; all 3 classes are needed, and "
                                        "split.stratify: true spreads them evenly");
    labels[99] = 2;
    assert_int_equal(nsym_parts_of(&parts, &split, 0, labels, 100), NSYM_OK);
    assert_int_equal(parts.classes, CLASSES);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind_of_network_learns_three_classes),
                                       cmocka_unit_test(the_penalty_lowers_the_spread_over_copies),
                                       cmocka_unit_test(weights_count),
                                       cmocka_unit_test(labels_and_classes_that_do_not_serve_are_refused),
                                       cmocka_unit_test(a_bootstrap_by_class_keeps_the_classes),
                                       cmocka_unit_test(parts_have_all_classes)};
    return cmocka_run_group_tests_name("training of several classes", tests, NULL, NULL);
}
