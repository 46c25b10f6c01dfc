/* Convolutions by oneDNN and by Winograd's algorithm against plain loops, and dropout. */
#include "nn/loss.h"
#include "nn/models.h"
#include "nn/network.h"
#include "nn/trunks.h"

#include <math.h>

static nsym_model_spec cnn(size_t rows, size_t columns, size_t filters, size_t blocks) {
    nsym_model_spec spec = {.kind = NSYM_CNN,
                            .event_input = {"image", rows * columns},
                            .image_rows = rows,
                            .image_columns = columns,
                            .filters = {blocks, {0}},
                            .convolutions = 2,
                            .kernel = 3,
                            .hidden = {1, {8}},
                            .activation = NSYM_LEAKY_RELU,
                            .leak = 0.1};
    for (size_t i = 0; i < blocks; i++) spec.filters.size[i] = filters + i;
    return spec;
}

/* Single precision, with sums of up to 9 x 48 products of numbers of the order of 1; Winograd's transforms lose up to
   another two digits (Lavin & Gray, arXiv:1509.09308). */
static const float tolerance = 2e-4f;

static void compare(const nsym_model_spec *spec, size_t images) {
    nsym_plan *plan = malloc(sizeof *plan);
    assert_int_equal(nsym_plan_build(plan, spec), NSYM_OK);
    compare_trunks(&nsym_trunk_onednn, &plan->trunk, plan->parameters, images, tolerance);
    if (spec->kernel == 3) compare_trunks(&nsym_trunk_winograd, &plan->trunk, plan->parameters, images, tolerance);
    free(plan);
}

static void winograd_agrees_on_any_image_and_any_channels(void **state) {
    (void)state;
    any_image_and_any_channels(&nsym_trunk_winograd, tolerance);
}

static void all_engines_agree_on_any_image(void **state) {
    (void)state;
    nsym_model_spec plain = cnn(7, 10, 5, 1), odd = cnn(9, 4, 17, 2), wide = cnn(16, 16, 48, 2), one = cnn(8, 8, 1, 3);
    compare(&plain, 3);
    compare(&odd, 18);
    compare(&wide, 17);
    compare(&one, 33);
    plain.kernel = 5;
    compare(&plain, 16);
    plain.kernel = 1;
    compare(&plain, 2);
    wide.convolutions = 3;
    compare(&wide, 1);
}

/* Vectors have 16 or 8 channels; 19 images are a block and three left over. */
static void any_number_of_filters_agrees(void **state) {
    (void)state;
    const size_t filters[] = {5, 8, 24, 40};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        for (size_t kernel = 1; kernel <= 5; kernel += 2) {
            nsym_model_spec spec = cnn(10, 8, filters[i], 2), small = cnn(5, 4, filters[i], 2);
            spec.kernel = small.kernel = kernel;
            compare(&spec, 19);
            compare(&small, 19);
        }
}

/* Largest is what decides a pool, so equal values would leave the two engines a choice; ReLU's zeros are equal, and
   the gradient of a zero is zero wherever it goes. */
static void zeros_behind_relu_pass_no_gradient(void **state) {
    (void)state;
    nsym_model_spec spec = cnn(8, 8, 16, 2);
    spec.activation = NSYM_RELU;
    compare(&spec, 20);
}

/* oneDNN takes what is left over from blocks of 16 images one by one, in other orders of sums. */
static void an_image_gets_the_same_bits_in_any_batch(const nsym_trunk_engine *engine, size_t part) {
    enum { IMAGES = 48, SIDE = 10 };
    nsym_trunk_plan *plan = malloc(sizeof *plan);
    size_t n = plan_three(plan, SIDE, SIDE, 1, 20), outputs = nsym_trunk_outputs(plan);
    float *values = drawn(n, 5, 0.1f), *x = drawn(IMAGES * SIDE * SIDE, 6, 1);
    float *all = calloc(IMAGES * outputs, sizeof *all), *parts = calloc(IMAGES * outputs, sizeof *parts);
    nsym_trunk *trunk;
    assert_int_equal(engine->create(&trunk, plan, IMAGES), NSYM_OK);
    engine->forward(trunk, values, x, IMAGES, false, all);
    for (size_t i = 0; i < IMAGES; i += part)
        engine->forward(trunk, values, x + i * SIDE * SIDE, part, false, parts + i * outputs);
    assert_memory_equal(all, parts, IMAGES * outputs * sizeof *all);
    engine->release(trunk);
    free(plan), free(values), free(x), free(all), free(parts);
}

static void an_image_gets_the_same_bits_whatever_stands_beside_it(void **state) {
    (void)state;
    an_image_gets_the_same_bits_in_any_batch(&nsym_trunk_onednn, 16);
    for (size_t part = 1; part <= 3; part++) an_image_gets_the_same_bits_in_any_batch(&nsym_trunk_winograd, part);
}

static void other_kernels_are_left_to_onednn(void **state) {
    (void)state;
    nsym_trunk_plan *plan = malloc(sizeof *plan);
    plan_three(plan, 8, 8, 1, 4);
    assert_ptr_equal(nsym_trunk_engine_for(plan), &nsym_trunk_winograd);
    plan->kernel = 5;
    assert_ptr_equal(nsym_trunk_engine_for(plan), &nsym_trunk_onednn);
    free(plan);
}

static void dropout_drops_its_part_and_keeps_the_mean(void **state) {
    (void)state;
    enum { EVENTS = 4000, STEPS = 4 };
    nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {"one", 1}, .hidden = {1, {1}}, .dropout = 0.3};
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, &spec, EVENTS, 0), NSYM_OK);
    const float values[] = {1, 0, 1, 0}; /* the logit is the hidden value, the hidden value is the input */
    memcpy(nsym_network_values(network), values, sizeof values);
    float x[EVENTS], first[EVENTS];
    for (size_t i = 0; i < EVENTS; i++) x[i] = 2;
    const nsym_batch batch = {.events = EVENTS, .event = x};
    for (size_t step = 0; step < STEPS; step++) {
        const float *y = nsym_network_forward(network, &batch, true);
        size_t dropped = 0, changed = 0;
        for (size_t i = 0; i < EVENTS; i++) {
            assert_true(y[i] == 0 || fabsf(y[i] - 2 / 0.7f) < 1e-6f);
            dropped += y[i] == 0;
            changed += step > 0 && y[i] != first[i];
        }
        assert_true(fabs((double)dropped / EVENTS - 0.3) < 0.036); /* five standard deviations */
        assert_true(step == 0 || changed > EVENTS / 4);            /* 0.42 are expected to */
        memcpy(first, y, sizeof first);
        float dlogits[EVENTS];
        for (size_t i = 0; i < EVENTS; i++) dlogits[i] = 1;
        assert_memory_equal(nsym_network_forward(network, &batch, true), first, sizeof first); /* until a step ends */
        nsym_network_backward(network, &batch, dlogits);
        double kept = EVENTS - (double)dropped;
        assert_true(fabs((double)nsym_network_gradients(network)[0] - 2 * kept / 0.7) < 1e-3 * kept);
    }
    const float *y = nsym_network_forward(network, &batch, false);
    for (size_t i = 0; i < EVENTS; i++) assert_true(y[i] == 2);
    nsym_network_free(network);
}

static void assert_refused(const nsym_model_spec *spec, const char *message) {
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, spec, 4, 0), NSYM_EINVAL);
    if (!strstr(nsym_message(), message)) fail_msg("'%s' is not in '%s'", message, nsym_message());
}

static void specs_that_make_no_sense_are_refused(void **state) {
    (void)state;
    nsym_model_spec spec = cnn(8, 8, 4, 2);
    spec.event_input.width = 63;
    assert_refused(&spec, "event_input.width is 63, but an image of 8 x 8 cells has 64");
    spec = cnn(8, 8, 4, 0);
    assert_refused(&spec, "filters is empty");
    spec = cnn(8, 3, 4, 2);
    assert_refused(&spec, "too many for 8 x 3 cells");
    spec = cnn(8, 8, 4, 2);
    spec.kernel = 4;
    assert_refused(&spec, "kernel is 4, must be odd");
    spec = cnn(8, 8, 4, 2);
    spec.convolutions = 0;
    assert_refused(&spec, "convolutions is 0");
    spec.convolutions = 17;
    assert_refused(&spec, "convolutions is 17");
    spec = cnn(8, 8, 4, 2);
    spec.dropout = 1;
    assert_refused(&spec, "dropout is 1, must be 0 or more and below 1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_engines_agree_on_any_image),
        cmocka_unit_test(winograd_agrees_on_any_image_and_any_channels),
        cmocka_unit_test(any_number_of_filters_agrees),
        cmocka_unit_test(zeros_behind_relu_pass_no_gradient),
        cmocka_unit_test(an_image_gets_the_same_bits_whatever_stands_beside_it),
        cmocka_unit_test(other_kernels_are_left_to_onednn),
        cmocka_unit_test(dropout_drops_its_part_and_keeps_the_mean),
        cmocka_unit_test(specs_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
