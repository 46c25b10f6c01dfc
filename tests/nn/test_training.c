/* The loss, the optimiser, and what a training step leaves alone. */
#include "nn/batch.h"
#include "nn/kernels.h"
#include "nn/loss.h"
#include "nn/network.h"
#include "nn/optimizer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The linker sends the allocations of the library and of this test here (tests/CMakeLists.txt), but not those inside
   shared libraries: oneDNN's products take and give back scratch memory of their own. */
static size_t allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size) {
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *pointer, size_t size) {
    allocations++;
    return __real_realloc(pointer, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    allocations++;
    return __real_aligned_alloc(alignment, size);
}

static double train(nsym_network *network, nsym_adamw *adamw, const sample *e, real *dlogits) {
    const real *logits = nsym_network_forward(network, &e->batch, true);
    double loss = nsym_bce_logits(logits, e->labels, e->weights, e->batch.events, dlogits);
    nsym_network_backward(network, &e->batch, dlogits);
    nsym_adamw_step(adamw, nsym_network_values(network), nsym_network_gradients(network));
    return loss;
}

/* The loss of fifty steps falls to `fraction` of the first one's, and nothing of ours is allocated on the way. */
static void check_steps(const nsym_model_spec *spec, const sample *e, double fraction) {
    nsym_network *network;
    nsym_adamw adamw;
    real dlogits[64];
    assert_int_equal(nsym_network_new(&network, spec, 64, 128), NSYM_OK);
    nsym_network_initialise(network, 1);
    assert_int_equal(nsym_adamw_new(&adamw, nsym_network_parameters(network), 0.01, 0.01), NSYM_OK);
    assert_true(allocations > 0); /* the count counts */
    size_t before = allocations;
    double first = train(network, &adamw, e, dlogits), last = first;
    for (int i = 0; i < 50; i++) last = train(network, &adamw, e, dlogits);
    assert_int_equal(allocations, before);
    assert_true(last < fraction * first);
    nsym_adamw_free(&adamw);
    nsym_network_free(network);
}

static void a_training_step_allocates_nothing_and_lowers_the_loss(void **state) {
    (void)state;
    sample e = sample_new(64, 2, 8);
    nsym_model_spec spec = small_spec(NSYM_HYBRID, NSYM_NORM_SLOT);
    check_steps(&spec, &e, 0.7);

    /* Images of 9 x 8 cells, few of them hit. */
    nsym_random random = nsym_random_stream(8, "images", 0);
    free(e.event);
    e.event = normals(&random, 64 * 72);
    e.batch.event = e.event;
    for (size_t i = 0; i < 64 * 72; i++)
        if (nsym_random_below(&random, 20) > 0) e.event[i] = 0;
    nsym_model_spec list = {.kind = NSYM_FCN, .event_input = {"image", 72}, .hidden = {2, {40, 20}}};
    check_steps(&list, &e, 0.9);
    nsym_model_spec cnn = {.kind = NSYM_CNN,
                           .event_input = {"image", 72},
                           .image_rows = 9,
                           .image_columns = 8,
                           .filters = {2, {16, 16}},
                           .convolutions = 1,
                           .kernel = 3,
                           .hidden = {1, {20}},
                           .dropout = 0.1};
    check_steps(&cnn, &e, 0.9);
    sample_free(&e);
}

static void training_twice_gives_the_same_bits(void **state) {
    (void)state;
    double loss[2];
    for (int i = 0; i < 2; i++) {
        sample e = sample_new(33, 0, 9);
        nsym_model_spec spec = small_spec(NSYM_PFN, NSYM_NORM_FEATURE);
        nsym_network *network;
        nsym_adamw adamw;
        real dlogits[33];
        assert_int_equal(nsym_network_new(&network, &spec, 33 + 10 * (size_t)i, 200), NSYM_OK);
        nsym_network_initialise(network, 1);
        assert_int_equal(nsym_adamw_new(&adamw, nsym_network_parameters(network), 0.01, 0.01), NSYM_OK);
        for (int k = 0; k < 20; k++) loss[i] = train(network, &adamw, &e, dlogits);
        nsym_adamw_free(&adamw);
        nsym_network_free(network);
        sample_free(&e);
    }
    assert_true(loss[0] == loss[1]);
}

static void cross_entropy_of_zero_logits_is_log_two(void **state) {
    (void)state;
    const real logits[3] = {0, 0, 0}, labels[3] = {0, 1, 1};
    real gradient[3];
    assert_true(fabs(nsym_bce_logits(logits, labels, NULL, 3, gradient) - log(2)) < 1e-12);
    for (size_t i = 0; i < 3; i++) assert_true(fabs((double)gradient[i] - (labels[i] > 0 ? -0.5 : 0.5) / 3) < 1e-7);
}

static void cross_entropy_is_weighted_and_weights_may_be_negative(void **state) {
    (void)state;
    const real logits[3] = {1, -2, 0.5f}, labels[3] = {1, 0, 1}, weights[3] = {2, 3, -1};
    double expected = (2 * log1p(exp(-1)) + 3 * log1p(exp(-2)) - log1p(exp(-0.5))) / 4;
    real gradient[3];
    assert_true(fabs(nsym_bce_logits(logits, labels, weights, 3, gradient) - expected) < 1e-7);
    assert_true(fabs((double)gradient[1] - 0.75 / (1 + exp(2))) < 1e-7);
    assert_true(fabs((double)gradient[2] + 0.25 * (1 / (1 + exp(-0.5)) - 1)) < 1e-7);
}

static void cross_entropy_of_huge_logits_is_finite(void **state) {
    (void)state;
    const real logits[4] = {1e4f, -1e4f, 1e4f, -1e4f}, labels[4] = {1, 0, 0, 1};
    real gradient[4];
    assert_true(fabs(nsym_bce_logits(logits, labels, NULL, 4, gradient) - 5e3) < 1e-6);
    const double expected[4] = {0, 0, 0.25, -0.25};
    for (size_t i = 0; i < 4; i++) assert_true(fabs((double)gradient[i] - expected[i]) < 1e-7);
}

/* With constant gradients both corrected moments are the gradient and its square: every step is the learning rate. */
static void adamw_steps_by_the_learning_rate_after_decay(void **state) {
    (void)state;
    const double rate = 0.1, decay = 0.5;
    nsym_adamw adamw;
    real values[3] = {1, -2, 3};
    const real gradients[3] = {0.25f, -4, 0};
    double expected[3] = {1, -2, 3};
    const double direction[3] = {1, -1, 0};
    assert_int_equal(nsym_adamw_new(&adamw, 3, rate, decay), NSYM_OK);
    for (int step = 0; step < 5; step++) {
        nsym_adamw_step(&adamw, values, gradients);
        for (size_t i = 0; i < 3; i++) {
            expected[i] = expected[i] * (1 - rate * decay) - rate * direction[i];
            assert_true(fabs((double)values[i] - expected[i]) < 1e-5);
        }
    }
    assert_int_equal(adamw.steps, 5);
    nsym_adamw_free(&adamw);
}

static void adamw_refuses_rates_that_make_no_sense(void **state) {
    (void)state;
    nsym_adamw adamw;
    assert_int_equal(nsym_adamw_new(&adamw, 3, 0, 0.01), NSYM_EINVAL);
    assert_int_equal(nsym_adamw_new(&adamw, 3, NAN, 0.01), NSYM_EINVAL);
    assert_int_equal(nsym_adamw_new(&adamw, 3, 1e-3, -1), NSYM_EINVAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_training_step_allocates_nothing_and_lowers_the_loss),
        cmocka_unit_test(training_twice_gives_the_same_bits),
        cmocka_unit_test(cross_entropy_of_zero_logits_is_log_two),
        cmocka_unit_test(cross_entropy_is_weighted_and_weights_may_be_negative),
        cmocka_unit_test(cross_entropy_of_huge_logits_is_finite),
        cmocka_unit_test(adamw_steps_by_the_learning_rate_after_decay),
        cmocka_unit_test(adamw_refuses_rates_that_make_no_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
