/* Gradients of whole networks against central differences; the networks' files are compiled in double for this test. */
#include "nn/batch.h"
#include "nn/loss.h"
#include "nn/network.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The cross entropy; of several classes with the penalty, as if the first three events were copies of one. */
static double loss_with_gradient(nsym_network *network, const sample *e, real *dlogits) {
    static const uint32_t copies[] = {0, 3, 4, 9};
    static const nsym_invariance how = {.weight = 2};
    size_t outputs = nsym_model_outputs(nsym_network_spec(network));
    const real *logits = nsym_network_forward(network, &e->batch, true);
    double loss = nsym_cross_entropy(logits, e->labels, e->weights, e->batch.events, outputs, 0, dlogits);
    return outputs == 1 ? loss : loss + nsym_outputs_invariance(logits, copies, 3, outputs, &how, dlogits);
}

static double loss_of(nsym_network *network, const sample *e) {
    return loss_with_gradient(network, e, NULL);
}

/* The sample's event input in another width; from 64 on 19 of 20 values are 0. */
static void widen(sample *e, size_t width, uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "images", 0);
    free(e->event);
    e->event = normals(&random, e->batch.events * width);
    for (size_t i = 0; width >= 64 && i < e->batch.events * width; i++)
        if (nsym_random_below(&random, 20) > 0) e->event[i] = 0;
    e->batch.event = e->event;
}

/* Every parameter moved by +-h: truncation and rounding of the difference are both below 1e-10, and gradients smaller
   than 1e-4 are compared absolutely. */
static void check(const nsym_model_spec *spec, uint64_t seed) {
    const double h = 1e-5, tolerance = 1e-6, floor = 1e-4;
    sample e = sample_new(13, spec->slots, seed);
    if (spec->event_input.width && spec->event_input.width != EVENT_WIDTH) widen(&e, spec->event_input.width, seed);
    for (size_t i = 0; spec->classes > 2 && i < e.batch.events; i++) e.labels[i] = (real)(i % spec->classes);
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, spec, 16, 80), NSYM_OK);
    nsym_network_initialise(network, seed);
    size_t parameters = nsym_network_parameters(network);
    real *values = nsym_network_values(network), *gradients = nsym_network_gradients(network);
    nsym_random random = nsym_random_stream(seed, "shake", 0);
    for (size_t i = 0; i < parameters; i++) values[i] += 0.3 * nsym_random_normal(&random);
    for (size_t i = 0; i < parameters; i++) gradients[i] = NAN; /* every one must be written */

    double *expected = calloc(parameters, sizeof *expected); /* first: a backward pass ends what dropout drew */
    for (size_t i = 0; i < parameters; i++) {
        real value = values[i];
        values[i] = value + h;
        double above = loss_of(network, &e);
        values[i] = value - h;
        expected[i] = (above - loss_of(network, &e)) / (2 * h);
        values[i] = value;
    }
    real *dlogits = calloc(e.batch.events * nsym_model_outputs(spec), sizeof *dlogits);
    loss_with_gradient(network, &e, dlogits);
    nsym_network_backward(network, &e.batch, dlogits);
    for (size_t i = 0; i < parameters; i++)
        assert_true(fabs(gradients[i] - expected[i]) < tolerance * (fabs(expected[i]) + floor));
    free(expected);
    free(dlogits);
    nsym_network_free(network);
    sample_free(&e);
}

static void fully_connected(void **state) {
    (void)state;
    for (int norm = NSYM_NORM_NONE; norm <= NSYM_NORM_SLOT; norm++) {
        nsym_model_spec spec = small_spec(NSYM_FCN, (nsym_norm)norm);
        check(&spec, 1);
    }
    nsym_model_spec linear = small_spec(NSYM_FCN, NSYM_NORM_NONE);
    linear.hidden.count = 0;
    check(&linear, 2);
}

static void particle_flow_with_every_norm_and_pool(void **state) {
    (void)state;
    for (int norm = NSYM_NORM_NONE; norm <= NSYM_NORM_SLOT; norm++) {
        nsym_model_spec spec = small_spec(NSYM_PFN, (nsym_norm)norm);
        check(&spec, 3);
        spec.pooling = NSYM_POOL_MEAN;
        check(&spec, 4);
        spec.particle_map.count = 0;
        check(&spec, 4);
        spec.pooling = NSYM_POOL_SUM;
        check(&spec, 3);
    }
}

/* A set network whose classifier sees event columns too. */
static void columns_beside_a_set(void **state) {
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        nsym_model_spec spec = small_spec(kind ? NSYM_EFN : NSYM_PFN, NSYM_NORM_NONE);
        spec.event_input.width = EVENT_WIDTH;
        check(&spec, 31);
        spec.hidden.count = 0;
        check(&spec, 32);
    }
}

static void energy_flow(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_EFN, NSYM_NORM_NONE);
    check(&spec, 19);
    spec.particle_map.count = 0;
    check(&spec, 19);
    spec.particle_map.count = 2;
    spec.linear_first = true;
    spec.dropout = 0.3;
    check(&spec, 20);
}

static void leaky_activation(void **state) {
    (void)state;
    for (int norm = NSYM_NORM_NONE; norm <= NSYM_NORM_SLOT; norm++) {
        nsym_model_spec spec = small_spec(NSYM_PFN, (nsym_norm)norm);
        spec.activation = NSYM_LEAKY_RELU;
        spec.leak = 0.01;
        check(&spec, 5);
    }
}

static void smooth_activation(void **state) {
    (void)state;
    for (int kind = NSYM_FCN; kind <= NSYM_HYBRID; kind++)
        for (int norm = NSYM_NORM_NONE; norm <= NSYM_NORM_SLOT; norm++) {
            nsym_model_spec spec = small_spec((nsym_model_kind)kind, (nsym_norm)norm);
            spec.activation = NSYM_SILU;
            check(&spec, 8);
            spec.dropout = 0.3;
            spec.linear_first = true;
            check(&spec, 8);
        }
    nsym_model_spec flow = small_spec(NSYM_EFN, NSYM_NORM_NONE);
    flow.activation = NSYM_SILU;
    check(&flow, 7);
}

static void linear_first_layers(void **state) {
    (void)state;
    for (int kind = NSYM_FCN; kind <= NSYM_HYBRID; kind++) {
        for (int norm = NSYM_NORM_NONE; norm <= NSYM_NORM_SLOT; norm++) {
            nsym_model_spec spec = small_spec((nsym_model_kind)kind, (nsym_norm)norm);
            spec.linear_first = true;
            check(&spec, 8);
        }
    }
}

static void padded_events(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_PFN, NSYM_NORM_NONE);
    spec.padded = 7;
    check(&spec, 9);
    spec.particle_map.count = 0;
    check(&spec, 9);
    spec.particle_map.count = 2;
    spec.linear_first = true;
    check(&spec, 10);
}

/* A network of this spec with the seed's parameters, and its logits and gradients of the sum of the squared logits. */
static nsym_network *step_on(const nsym_model_spec *spec, const nsym_batch *batch, real *logits) {
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, spec, batch->events, batch->offsets[batch->events] + 1), NSYM_OK);
    nsym_network_initialise(network, 11);
    memcpy(logits, nsym_network_forward(network, batch, true), batch->events * sizeof *logits);
    nsym_network_backward(network, batch, logits);
    return network;
}

static void padding_that_is_counted_is_padding_that_is_there(void **state) {
    (void)state;
    enum { N = 13, PADDED = 6 };
    nsym_model_spec spec = small_spec(NSYM_PFN, NSYM_NORM_NONE);
    sample e = sample_new(N, 0, 12);
    const real *padding = e.particles + e.offsets[N] * PARTICLE_WIDTH;
    real rows[N * PADDED * PARTICLE_WIDTH], there[N], counted[N];
    uint32_t offsets[N + 1] = {0};
    for (size_t i = 0; i < N; i++) {
        offsets[i + 1] = offsets[i] + PADDED;
        for (size_t k = 0; k < PADDED; k++) {
            bool real_one = k < e.offsets[i + 1] - e.offsets[i];
            memcpy(rows + (i * PADDED + k) * PARTICLE_WIDTH,
                   real_one ? e.particles + (e.offsets[i] + k) * PARTICLE_WIDTH : padding,
                   PARTICLE_WIDTH * sizeof(real));
        }
    }
    nsym_network *a = step_on(&spec, &(nsym_batch){.events = N, .offsets = offsets, .particles = rows}, there);
    spec.padded = PADDED;
    nsym_network *b = step_on(&spec, &e.batch, counted);
    for (size_t i = 0; i < N; i++) assert_true(fabs(there[i] - counted[i]) < 1e-12);
    for (size_t i = 0; i < nsym_network_parameters(a); i++)
        assert_true(fabs(nsym_network_gradients(a)[i] - nsym_network_gradients(b)[i]) < 1e-12);
    nsym_network_free(a);
    nsym_network_free(b);
    sample_free(&e);
}

/* Pieces of a batch with the gradients of the sum of the squared logits, those of the whole batch. */
static void pieces_agree(const nsym_model_spec *spec, uint64_t seed) {
    enum { N = 13 };
    static const size_t ends[] = {4, 5, 11, N};
    sample e = sample_new(N, 0, seed);
    real whole[N];
    nsym_network *a = step_on(spec, &e.batch, whole), *b;
    assert_int_equal(nsym_network_new(&b, spec, N, e.offsets[N] + 1), NSYM_OK);
    nsym_network_initialise(b, 11);
    for (int step = 0; step < 2; step++) {
        for (size_t k = 0, from = 0; k < sizeof ends / sizeof *ends; from = ends[k++]) {
            uint32_t offsets[N + 1], first = e.offsets[from];
            size_t n = ends[k] - from, end = e.offsets[ends[k]] - first;
            for (size_t i = 0; i <= n; i++) offsets[i] = e.offsets[from + i] - first;
            real *rows = malloc((end + 1) * PARTICLE_WIDTH * sizeof *rows);
            memcpy(rows, e.particles + first * PARTICLE_WIDTH, end * PARTICLE_WIDTH * sizeof *rows);
            memcpy(rows + end * PARTICLE_WIDTH, e.particles + e.offsets[N] * PARTICLE_WIDTH,
                   PARTICLE_WIDTH * sizeof *rows); /* the padding row */
            const nsym_batch piece = {.events = n,
                                      .offsets = offsets,
                                      .particles = rows,
                                      .event = e.event + from * EVENT_WIDTH,
                                      .gate = e.weight + from * WEIGHT_WIDTH,
                                      .before = from};
            const real *logits = nsym_network_forward(b, &piece, true);
            for (size_t i = 0; i < n; i++) assert_true(fabs(logits[i] - whole[from + i]) < 1e-12);
            nsym_network_backward(b, &piece, logits);
            free(rows);
        }
        for (size_t i = 0; i < nsym_network_parameters(a); i++)
            assert_true(fabs(nsym_network_gradients(a)[i] - nsym_network_gradients(b)[i]) < 1e-12);
        memcpy(whole, nsym_network_forward(a, &e.batch, true), sizeof whole); /* other draws of dropout */
        nsym_network_backward(a, &e.batch, whole);
    }
    nsym_network_free(a);
    nsym_network_free(b);
    sample_free(&e);
}

static void gradients_of_pieces_add_up_to_those_of_the_batch(void **state) {
    (void)state;
    static const nsym_model_kind kinds[] = {NSYM_PFN, NSYM_EFN, NSYM_HYBRID};
    for (size_t k = 0; k < 3; k++) {
        nsym_model_spec spec = small_spec(kinds[k], NSYM_NORM_NONE);
        pieces_agree(&spec, 21);
        spec.dropout = 0.3;
        spec.linear_first = true;
        pieces_agree(&spec, 22);
        spec.activation = NSYM_SILU;
        spec.padded = kinds[k] == NSYM_PFN ? 6 : 0;
        pieces_agree(&spec, 23);
    }
}

static void only_networks_of_particles_without_batch_norm_take_pieces(void **state) {
    (void)state;
    for (int kind = NSYM_FCN; kind <= NSYM_HYBRID; kind++)
        for (int norm = NSYM_NORM_NONE; norm <= NSYM_NORM_SLOT; norm++) {
            nsym_model_spec spec = small_spec((nsym_model_kind)kind, (nsym_norm)norm);
            nsym_network *network;
            assert_int_equal(nsym_network_new(&network, &spec, 2, 8), NSYM_OK);
            bool whole = kind == NSYM_FCN || norm != NSYM_NORM_NONE;
            assert_true(whole == (nsym_network_piece(network, true) == NSYM_WHOLE_BATCH));
            nsym_network_free(network);
        }
}

static void three_slots(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_PFN, NSYM_NORM_SLOT);
    spec.slots = 3;
    check(&spec, 6);
}

static void hybrid_with_every_mix(void **state) {
    (void)state;
    for (int mix = NSYM_COMBINE_SUM; mix <= NSYM_COMBINE_CONCAT; mix++) {
        for (int norm = NSYM_NORM_NONE; norm <= NSYM_NORM_SLOT; norm++) {
            nsym_model_spec spec = small_spec(NSYM_HYBRID, (nsym_norm)norm);
            spec.combination = (nsym_combination)mix;
            check(&spec, 7);
        }
    }
}

/* The latent of the particles is read twice: by the sum of the latents and by the gate map. */
static void a_gate_that_reads_the_set(void **state) {
    (void)state;
    for (int mix = NSYM_COMBINE_SUM; mix <= NSYM_COMBINE_CONCAT_WEIGHTS; mix++) {
        for (int norm = NSYM_NORM_NONE; norm <= NSYM_NORM_SLOT; norm++) {
            nsym_model_spec spec = small_spec(NSYM_HYBRID, (nsym_norm)norm);
            spec.combination = (nsym_combination)mix;
            spec.gate_set = true;
            check(&spec, 7);
            spec.gate_input.width = 0;
            check(&spec, 8);
            spec.gate_map.count = 0;
            check(&spec, 9);
        }
    }
}

/* Of three particles, with and without norm and hidden layers. */
static void combination_and_lorentz_layer(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_FCN, NSYM_NORM_NONE);
    spec.event_input = (nsym_input){"momenta", 12};
    spec.slots = 3;
    spec.lola = 2;
    check(&spec, 41);
    spec.norm = NSYM_NORM_FEATURE;
    check(&spec, 42);
    spec.hidden.count = 0;
    spec.slots = 1;
    spec.event_input.width = 4;
    check(&spec, 43);
}

static void convolutions(void **state) {
    (void)state;
    nsym_model_spec spec = {.kind = NSYM_CNN,
                            .event_input = {"image", 6 * 5},
                            .image_rows = 6,
                            .image_columns = 5,
                            .filters = {2, {3, 4}},
                            .convolutions = 2,
                            .kernel = 3,
                            .hidden = {1, {5}},
                            .activation = NSYM_LEAKY_RELU,
                            .leak = 0.2};
    check(&spec, 13);
    spec.norm = NSYM_NORM_FEATURE;
    spec.convolutions = 1;
    spec.kernel = 5;
    check(&spec, 14);
}

static void several_classes(void **state) {
    (void)state;
    nsym_model_spec specs[] = {small_spec(NSYM_FCN, NSYM_NORM_FEATURE),
                               small_spec(NSYM_PFN, NSYM_NORM_SLOT),
                               small_spec(NSYM_EFN, NSYM_NORM_NONE),
                               small_spec(NSYM_HYBRID, NSYM_NORM_FEATURE),
                               {.kind = NSYM_CNN,
                                .event_input = {"image", 16},
                                .image_rows = 4,
                                .image_columns = 4,
                                .filters = {1, {3}},
                                .convolutions = 1,
                                .kernel = 3,
                                .hidden = {1, {5}}}};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        specs[i].classes = 3;
        check(&specs[i], 21);
        specs[i].classes = 7;
        specs[i].hidden.count = 0;
        check(&specs[i], 22);
    }
}

static void images_that_are_mostly_zero(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_FCN, NSYM_NORM_NONE);
    spec.event_input.width = 70;
    check(&spec, 17);
    spec.norm = NSYM_NORM_FEATURE;
    spec.hidden.size[0] = 40; /* more than the values of a register's tile, and some left */
    check(&spec, 18);
}

static void dropout(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_FCN, NSYM_NORM_NONE);
    spec.dropout = 0.3;
    check(&spec, 15);
    spec = small_spec(NSYM_PFN, NSYM_NORM_FEATURE);
    spec.dropout = 0.5;
    check(&spec, 16);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fully_connected),
        cmocka_unit_test(particle_flow_with_every_norm_and_pool),
        cmocka_unit_test(energy_flow),
        cmocka_unit_test(columns_beside_a_set),
        cmocka_unit_test(leaky_activation),
        cmocka_unit_test(smooth_activation),
        cmocka_unit_test(three_slots),
        cmocka_unit_test(hybrid_with_every_mix),
        cmocka_unit_test(a_gate_that_reads_the_set),
        cmocka_unit_test(linear_first_layers),
        cmocka_unit_test(gradients_of_pieces_add_up_to_those_of_the_batch),
        cmocka_unit_test(only_networks_of_particles_without_batch_norm_take_pieces),
        cmocka_unit_test(combination_and_lorentz_layer),
        cmocka_unit_test(convolutions),
        cmocka_unit_test(several_classes),
        cmocka_unit_test(dropout),
        cmocka_unit_test(images_that_are_mostly_zero),
        cmocka_unit_test(padded_events),
        cmocka_unit_test(padding_that_is_counted_is_padding_that_is_there),
    };
    return cmocka_run_group_tests_name("the gradient of a network is that of its loss", tests, NULL, NULL);
}
