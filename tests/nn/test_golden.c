/* Ten training steps against PyTorch's, in double precision (data/ and make_goldens.py). The library computes in float;
   test_golden_double.c compiles the same claims with the networks in double. */
#include "nn/golden.h"
#include "nn/invariance.h"
#include "nn/loss.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { EVENTS = 32, STEPS = 10 };

/* A bias ahead of a batch norm has no gradient but rounding, which Adam scales up to the size of a step. It leaves the
   loss as it is, but the running mean follows it late, so the logits of the evaluation feel it in float: biases that
   walk ten steps of 0.001 in opposite directions leave running means of momentum 0.1 apart by 0.009. */
#ifdef NSYM_NN_DOUBLE
static const double loss_tolerance = 1e-9, logit_tolerance = 1e-8;
#else
static const double loss_tolerance = 2e-5, logit_tolerance = 9e-3;
#endif

static golden file;

static const golden_array *array(const char *name) {
    const golden_array *found = golden_find(&file, name);
    if (!found) fail_msg("the golden file has no array %s", name);
    return found;
}

/* New; NULL where the golden has no such input. */
static real *values_of(const char *name) {
    const golden_array *a = golden_find(&file, name);
    if (!a) return NULL;
    real *values = malloc((a->rows + 1) * a->columns * sizeof *values);
    for (size_t i = 0; i < a->rows * a->columns; i++) values[i] = (real)a->values[i];
    for (size_t i = 0; i < a->columns; i++) values[a->rows * a->columns + i] = 0; /* a padding row */
    return values;
}

static void load_parameters(nsym_network *network) {
    for (size_t t = 0; t < nsym_network_tensors(network); t++) {
        const nsym_tensor *tensor = nsym_network_tensor(network, t);
        if (tensor->running) continue;
        const golden_array *a = array(tensor->name);
        assert_int_equal(a->rows, tensor->shape[0]);
        assert_int_equal(a->columns, tensor->shape[1]);
        for (size_t i = 0; i < a->rows * a->columns; i++)
            nsym_network_values(network)[tensor->offset + i] = (real)a->values[i];
    }
}

static void assert_close(const char *what, const golden_array *want, const real *have, double tolerance) {
    for (size_t i = 0; i < want->rows * want->columns; i++) {
        double w = want->values[i], h = (double)have[i];
        if (!(fabs(h - w) <= tolerance * (1 + fabs(w))))
            fail_msg("%s %s[%zu]: %.12g, PyTorch has %.12g", what, want->name, i, h, w);
    }
}

/* Three times the cross entropy and the invariance of eight copies, or, where that is NULL, the cross entropy alone. */
static double loss_of(const real *logits, const real *labels, const nsym_invariance *invariance, real *dlogits) {
    double loss = nsym_bce_logits(logits, labels, NULL, EVENTS, dlogits);
    if (!invariance) return loss;
    loss = nsym_scale_loss(loss, 3, dlogits, EVENTS);
    return loss + invariance_loss(logits, EVENTS / 8, 8, invariance, dlogits);
}

static void train_and_compare(const char *name, const nsym_model_spec *spec, const nsym_invariance *invariance) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s.golden", NSYM_TEST_DATA, name);
    assert_true(golden_read(&file, path));
    const golden_array *counts = golden_find(&file, "counts");
    uint32_t offsets[EVENTS + 1] = {0};
    for (size_t i = 0; counts && i < EVENTS; i++) offsets[i + 1] = offsets[i] + (uint32_t)counts->values[i];
    real *particles = values_of("particles"), *event = values_of("event"), *weight = values_of("weight");
    real *labels = values_of("labels"), dlogits[EVENTS];
    nsym_batch batch = {
        .events = EVENTS, .offsets = counts ? offsets : NULL, .particles = particles, .event = event, .gate = weight};

    nsym_network *network;
    nsym_adamw adamw;
    assert_int_equal(nsym_network_new(&network, spec, EVENTS, offsets[EVENTS] + 1), NSYM_OK);
    load_parameters(network);
    assert_int_equal(nsym_adamw_new(&adamw, nsym_network_parameters(network), 1e-3, 0.01), NSYM_OK);
    const golden_array *losses = array("losses");
    for (size_t step = 0; step < STEPS; step++) {
        const real *logits = nsym_network_forward(network, &batch, true);
        double loss = loss_of(logits, labels, invariance, dlogits);
        if (!(fabs(loss / losses->values[step] - 1) < loss_tolerance))
            fail_msg("%s: loss of step %zu is %.12g, PyTorch has %.12g", name, step, loss, losses->values[step]);
        nsym_network_backward(network, &batch, dlogits);
        nsym_adamw_step(&adamw, nsym_network_values(network), nsym_network_gradients(network));
    }
    assert_close(name, array("logits"), nsym_network_forward(network, &batch, false), logit_tolerance);
    const real *gate = nsym_network_gate(network);
    if (gate) assert_close(name, array("mixing"), gate, logit_tolerance);
    for (size_t t = 0; t < nsym_network_tensors(network); t++) {
        const nsym_tensor *tensor = nsym_network_tensor(network, t);
        if (tensor->running)
            assert_close(name, array(tensor->name), nsym_network_state(network) + tensor->offset, logit_tolerance);
    }
    nsym_adamw_free(&adamw);
    nsym_network_free(network);
    free(particles), free(event), free(weight), free(labels);
    golden_free(&file);
}

static nsym_model_spec small_network(nsym_model_kind kind, nsym_norm norm) {
    nsym_model_spec spec = {.kind = kind, .norm = norm, .hidden = {2, {16, 8}}};
    if (kind != NSYM_FCN) {
        spec.particle_input = (nsym_input){"p4", 4};
        spec.particle_map = (nsym_sizes){2, {8, 8}};
        spec.latent = 4;
        spec.slots = 2;
    }
    if (kind == NSYM_FCN || kind == NSYM_HYBRID) spec.event_input = (nsym_input){"lorentz", 2};
    if (kind == NSYM_HYBRID) {
        spec.gate_input = (nsym_input){"pt", 1};
        spec.event_map = (nsym_sizes){2, {6, 6}};
        spec.gate_map = (nsym_sizes){2, {5, 5}};
    }
    return spec;
}

static void the_general_network_trains_as_in_pytorch(void **state) {
    (void)state;
    nsym_model_spec spec = small_network(NSYM_PFN, NSYM_NORM_SLOT);
    train_and_compare("general", &spec, NULL);
}

static void the_invariant_network_trains_as_in_pytorch(void **state) {
    (void)state;
    nsym_model_spec spec = small_network(NSYM_FCN, NSYM_NORM_FEATURE);
    train_and_compare("invariant", &spec, NULL);
}

static void the_hybrid_trains_as_in_pytorch_in_every_mix(void **state) {
    (void)state;
    static const char *const names[] = {"hybrid_sum", "hybrid_concat_weighted", "hybrid_concat_weights",
                                        "hybrid_concat_input"};
    static const nsym_combination mixes[] = {NSYM_COMBINE_SUM, NSYM_COMBINE_CONCAT_WEIGHTED,
                                             NSYM_COMBINE_CONCAT_WEIGHTS, NSYM_COMBINE_CONCAT_INPUT};
    for (size_t i = 0; i < 4; i++) {
        nsym_model_spec spec = small_network(NSYM_HYBRID, NSYM_NORM_SLOT);
        spec.combination = mixes[i];
        train_and_compare(names[i], &spec, NULL);
    }
}

static void a_feature_norm_and_a_mean_train_as_in_pytorch(void **state) {
    (void)state;
    nsym_model_spec spec = small_network(NSYM_HYBRID, NSYM_NORM_FEATURE);
    spec.pooling = NSYM_POOL_MEAN;
    train_and_compare("feature", &spec, NULL);
}

static void ragged_events_train_as_masked_ones_in_pytorch(void **state) {
    (void)state;
    nsym_model_spec spec = small_network(NSYM_PFN, NSYM_NORM_NONE);
    spec.slots = 0;
    spec.activation = NSYM_LEAKY_RELU;
    spec.leak = 0.01;
    train_and_compare("ragged", &spec, NULL);
}

static void an_energy_flow_network_trains_as_in_pytorch(void **state) {
    (void)state;
    nsym_model_spec spec = small_network(NSYM_EFN, NSYM_NORM_NONE);
    spec.slots = 0;
    train_and_compare("efn", &spec, NULL);
}

static void a_padded_network_with_invariance_trains_as_in_pytorch(void **state) {
    (void)state;
    nsym_model_spec spec = small_network(NSYM_PFN, NSYM_NORM_NONE);
    spec.slots = 0;
    spec.padded = 9;
    spec.linear_first = true;
    spec.activation = NSYM_LEAKY_RELU;
    spec.leak = 0.01;
    train_and_compare("shower", &spec, &(nsym_invariance){.weight = 10});
}

static void a_cnn_trains_as_in_pytorch(void **state) {
    (void)state;
    const nsym_model_spec spec = {.kind = NSYM_CNN,
                                  .event_input = {"image", 12 * 9},
                                  .image_rows = 12,
                                  .image_columns = 9,
                                  .filters = {2, {4, 17}},
                                  .convolutions = 2,
                                  .kernel = 3,
                                  .hidden = {2, {16, 8}}};
    train_and_compare("cnn", &spec, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_general_network_trains_as_in_pytorch),
        cmocka_unit_test(the_invariant_network_trains_as_in_pytorch),
        cmocka_unit_test(the_hybrid_trains_as_in_pytorch_in_every_mix),
        cmocka_unit_test(a_cnn_trains_as_in_pytorch),
        cmocka_unit_test(a_feature_norm_and_a_mean_train_as_in_pytorch),
        cmocka_unit_test(an_energy_flow_network_trains_as_in_pytorch),
        cmocka_unit_test(a_padded_network_with_invariance_trains_as_in_pytorch),
        cmocka_unit_test(ragged_events_train_as_masked_ones_in_pytorch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
