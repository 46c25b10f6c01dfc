/* oneDNN's convolutions against plain loops, and dropout. */
#include "nn/apart.h"
#include "nn/loss.h"
#include "nn/models.h"
#include "nn/network.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static float *normals(size_t n, uint64_t seed, float scale) {
    float *values = malloc((n + 1) * sizeof *values);
    nsym_random random = nsym_random_stream(seed, "test", n);
    for (size_t i = 0; i < n; i++) values[i] = scale * (float)nsym_random_normal(&random);
    return values;
}

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
static void assert_alike(const float *a, const float *b, size_t n, const char *what) {
    double largest = apart(b, NULL, n), difference = apart(a, b, n);
    if (!(largest > 0 && difference < 2e-4 * largest))
        fail_msg("%s: %g apart, the largest is %g", what, difference, largest);
}

static void compare(const nsym_model_spec *spec, size_t images) {
    nsym_plan *plan = malloc(sizeof *plan);
    assert_int_equal(nsym_plan_build(plan, spec), NSYM_OK);
    size_t inputs = spec->event_input.width, outputs = nsym_trunk_outputs(&plan->trunk), n = plan->parameters;
    float *values = normals(n, 1, 0.1f), *x = normals(images * inputs, 2, 1), *dy = normals(images * outputs, 3, 1);
    float *y[3], *gradients[2], *spent = malloc(images * outputs * sizeof *spent);
    const nsym_trunk_engine *const engines[2] = {&nsym_trunk_plain, &nsym_trunk_onednn};
    for (size_t k = 0; k < 3; k++) y[k] = calloc(images * outputs, sizeof *y[k]);
    for (size_t k = 0; k < 2; k++) {
        nsym_trunk *trunk;
        gradients[k] = calloc(n, sizeof *gradients[k]);
        assert_int_equal(engines[k]->create(&trunk, &plan->trunk, images), NSYM_OK);
        engines[k]->forward(trunk, values, x, images, true, y[k]);
        memcpy(spent, dy, images * outputs * sizeof *spent);
        engines[k]->backward(trunk, values, x, images, spent, gradients[k]);
        if (k == 1) engines[k]->forward(trunk, values, x, images, false, y[2]);
        engines[k]->release(trunk);
    }
    assert_alike(y[1], y[0], images * outputs, "outputs");
    assert_memory_equal(y[1], y[2], images * outputs * sizeof(float));
    for (size_t i = 0; i < plan->trunk.count; i++) {
        const nsym_convolution *c = &plan->trunk.at[i];
        size_t weights = spec->kernel * spec->kernel * c->inputs * c->outputs;
        assert_alike(gradients[1] + c->weight, gradients[0] + c->weight, weights, "gradient of weights");
        assert_alike(gradients[1] + c->bias, gradients[0] + c->bias, c->outputs, "gradient of biases");
    }
    for (size_t k = 0; k < 3; k++) free(y[k]);
    free(gradients[0]), free(gradients[1]), free(spent), free(values), free(x), free(dy), free(plan);
}

static void both_engines_agree_on_any_image(void **state) {
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

static void an_image_gets_the_same_bits_in_any_batch_of_whole_blocks(void **state) {
    (void)state;
    enum { IMAGES = 48 };
    nsym_model_spec spec = cnn(16, 16, 20, 2);
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, &spec, IMAGES, 0), NSYM_OK);
    nsym_network_initialise(network, 5);
    float *x = normals(IMAGES * 256, 6, 1), all[IMAGES], part[IMAGES];
    memcpy(all, nsym_network_forward(network, &(nsym_batch){.events = IMAGES, .event = x}, false), sizeof all);
    for (size_t i = 0; i < IMAGES; i += 16)
        memcpy(part + i, nsym_network_forward(network, &(nsym_batch){.events = 16, .event = x + 256 * i}, false),
               16 * sizeof *part);
    assert_memory_equal(all, part, sizeof all);
    nsym_network_free(network);
    free(x);
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
    assert_refused(&spec, "event_input.width is 63, must be that of an image of 8 x 8, 64");
    spec = cnn(8, 8, 4, 0);
    assert_refused(&spec, "filters is empty");
    spec = cnn(8, 3, 4, 2);
    assert_refused(&spec, "of 8 x 3 nothing would be left");
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
        cmocka_unit_test(both_engines_agree_on_any_image),
        cmocka_unit_test(any_number_of_filters_agrees),
        cmocka_unit_test(zeros_behind_relu_pass_no_gradient),
        cmocka_unit_test(an_image_gets_the_same_bits_in_any_batch_of_whole_blocks),
        cmocka_unit_test(dropout_drops_its_part_and_keeps_the_mean),
        cmocka_unit_test(specs_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
