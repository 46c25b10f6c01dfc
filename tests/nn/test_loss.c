/* The encouraged invariance; loss.c is compiled in double for this test. */
#include "nn/golden.h"
#include "nn/invariance.h"
#include "nn/loss.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { EVENTS = 5, COPIES = 8, OUTPUTS = EVENTS * COPIES, WAYS = 4 };

static nsym_invariance way(int index) {
    return (nsym_invariance){.weight = 30, .on_logits = index & 1, .population = index & 2};
}

static void fill(real *logits, size_t n, uint64_t index) {
    nsym_random random = nsym_random_stream(7, "logits", index);
    for (size_t i = 0; i < n; i++) logits[i] = 2 * nsym_random_normal(&random);
}

static void its_gradient_is_that_of_its_value(void **state) {
    (void)state;
    const double h = 1e-5;
    real x[OUTPUTS], gradient[OUTPUTS];
    fill(x, OUTPUTS, 0);
    for (int i = 0; i < WAYS; i++) {
        nsym_invariance how = way(i);
        memset(gradient, 0, sizeof gradient);
        double loss = invariance_loss(x, EVENTS, COPIES, &how, gradient);
        assert_true(loss > 0 && loss == invariance_loss(x, EVENTS, COPIES, &how, NULL));
        for (size_t k = 0; k < OUTPUTS; k++) {
            double value = x[k];
            x[k] = value + h;
            double above = invariance_loss(x, EVENTS, COPIES, &how, NULL);
            x[k] = value - h;
            double below = invariance_loss(x, EVENTS, COPIES, &how, NULL);
            x[k] = value;
            assert_true(fabs(gradient[k] - (above - below) / (2 * h)) < 1e-6 * (1e-2 + fabs(gradient[k])));
        }
    }
}

/* The sample variance of two is (p - q)^2 / 2, the population's half of it. */
static void two_copies_have_half_their_squared_difference(void **state) {
    (void)state;
    const real x[2] = {0.7, -1.2};
    double p = 1 / (1 + exp(-x[0])), q = 1 / (1 + exp(-x[1]));
    for (int i = 0; i < WAYS; i++) {
        nsym_invariance how = way(i);
        real gradient[2] = {5, 6}; /* to which it adds */
        double d = how.on_logits ? x[0] - x[1] : p - q, slope = how.on_logits ? 1 : p * (1 - p);
        double factor = how.population ? 7.5 : 15;
        assert_true(fabs(invariance_loss(x, 1, 2, &how, gradient) - factor * d * d) < 1e-12);
        assert_true(fabs(gradient[0] - 5 - 2 * factor * d * slope) < 1e-12);
        slope = how.on_logits ? 1 : q * (1 - q);
        assert_true(fabs(gradient[1] - 6 + 2 * factor * d * slope) < 1e-12);
    }
}

static void it_is_that_of_the_published_code_in_pytorch(void **state) {
    (void)state;
    golden file;
    assert_true(golden_read(&file, NSYM_TEST_DATA "/spread.golden"));
    const golden_array *x = golden_find(&file, "logits"), *expected = golden_find(&file, "gradient");
    const nsym_invariance how = {.weight = 1};
    real gradient[6 * COPIES] = {0};
    double loss = invariance_loss(x->values, x->rows, x->columns, &how, gradient);
    assert_true(fabs(loss - golden_find(&file, "value")->values[0]) < 1e-13);
    for (size_t k = 0; k < x->rows * x->columns; k++) assert_true(fabs(gradient[k] - expected->values[k]) < 1e-13);
    golden_free(&file);
}

static void one_copy_and_equal_copies_have_no_spread(void **state) {
    (void)state;
    real x[OUTPUTS], gradient[OUTPUTS] = {0};
    fill(x, OUTPUTS, 1);
    for (int i = 0; i < WAYS; i++) {
        nsym_invariance how = way(i);
        assert_true(invariance_loss(x, OUTPUTS, 1, &how, gradient) == 0);
        const real equal[COPIES] = {1, 1, 1, 1, 1, 1, 1, 1};
        assert_true(invariance_loss(equal, 1, COPIES, &how, gradient) < 1e-28); /* a mean's rounding, squared */
        for (size_t k = 0; k < OUTPUTS; k++) assert_true(fabs(gradient[k]) < 1e-13);
    }
}

static void saturated_outputs_have_no_gradient(void **state) {
    (void)state;
    const real x[4] = {1e4, -1e4, INFINITY, -INFINITY};
    const nsym_invariance how = {.weight = 1};
    real gradient[4] = {0};
    assert_true(fabs(invariance_loss(x, 1, 4, &how, gradient) - 1.0 / 3) < 1e-15);
    for (size_t k = 0; k < 4; k++) assert_true(gradient[k] == 0);
}

static void the_order_of_copies_and_of_events_does_not_matter(void **state) {
    (void)state;
    real x[OUTPUTS], reversed[OUTPUTS];
    fill(x, OUTPUTS, 2);
    for (size_t k = 0; k < OUTPUTS; k++) reversed[k] = x[OUTPUTS - 1 - k];
    const nsym_invariance how = {.weight = 1};
    double loss = invariance_loss(x, EVENTS, COPIES, &how, NULL);
    assert_true(fabs(loss - invariance_loss(reversed, EVENTS, COPIES, &how, NULL)) < 1e-15);
}

/* Events of three copies, one, and two: the mean over all three of the variances. */
static void events_may_have_different_numbers_of_copies(void **state) {
    (void)state;
    const real x[] = {0.3, -0.2, 1, 5, 0.25, 0.75};
    const uint32_t offsets[] = {0, 3, 4, 6};
    const nsym_invariance how = {.weight = 3, .on_logits = true};
    real gradient[6] = {0}, alone[6] = {0};
    double loss = nsym_invariance_loss(x, offsets, 3, &how, gradient);
    const nsym_invariance third = {.weight = 1, .on_logits = true};
    double parts = invariance_loss(x, 1, 3, &third, alone) + invariance_loss(x + 4, 1, 2, &third, alone + 4);
    assert_true(fabs(loss - parts) < 1e-14);
    for (size_t k = 0; k < 6; k++) assert_true(fabs(gradient[k] - alone[k]) < 1e-14);
}

enum { CLASSES = 3 };

/* By central differences: both losses of several classes, the penalty in all its ways. */
static double classes_loss(const real *x, int which, real *gradient) {
    static const real labels[] = {0, 2, 1, 1, 0, 2}, weights[] = {1, 0.5, -0.25, 2, 0, 1};
    static const uint32_t offsets[] = {0, 3, 4, 6};
    if (which < WAYS) {
        nsym_invariance how = way(which);
        return nsym_outputs_invariance(x, offsets, 3, CLASSES, &how, gradient);
    }
    return nsym_cross_entropy(x, labels, which == WAYS ? NULL : weights, 6, CLASSES, which == WAYS + 2 ? 7 : 0,
                              gradient);
}

static void gradients_of_several_classes_are_those_of_their_values(void **state) {
    (void)state;
    const double h = 1e-5;
    real x[6 * CLASSES], gradient[6 * CLASSES];
    fill(x, 6 * CLASSES, 3);
    for (int which = 0; which < WAYS + 3; which++) {
        memset(gradient, 0, sizeof gradient);
        double loss = classes_loss(x, which, gradient);
        assert_true(loss > 0 && loss == classes_loss(x, which, NULL));
        for (size_t k = 0; k < 6 * CLASSES; k++) {
            double value = x[k];
            x[k] = value + h;
            double above = classes_loss(x, which, NULL);
            x[k] = value - h;
            double below = classes_loss(x, which, NULL);
            x[k] = value;
            assert_true(fabs(gradient[k] - (above - below) / (2 * h)) < 1e-6 * (1e-2 + fabs(gradient[k])));
        }
    }
}

/* A softmax of (0, z) is a sigmoid of z: the cross entropy is the binary one, and both outputs vary alike. */
static void two_outputs_are_one_logit(void **state) {
    (void)state;
    real z[6], pairs[12], one[6], two[12];
    const real labels[] = {0, 1, 1, 0, 1, 0}, weights[] = {1, 2, 0.5, 3, 1, 1};
    const uint32_t offsets[] = {0, 3, 6};
    const nsym_invariance how = {.weight = 1};
    fill(z, 6, 4);
    for (size_t i = 0; i < 6; i++) pairs[2 * i] = 0, pairs[2 * i + 1] = z[i];
    double loss = nsym_bce_logits(z, labels, weights, 6, one);
    assert_true(fabs(nsym_cross_entropy(pairs, labels, weights, 6, 2, 0, two) - loss) < 1e-14);
    for (size_t i = 0; i < 6; i++)
        assert_true(fabs(two[2 * i + 1] - one[i]) < 1e-15 && fabs(two[2 * i] + one[i]) < 1e-15);
    double spread = nsym_invariance_loss(z, offsets, 2, &how, one);
    assert_true(fabs(nsym_outputs_invariance(pairs, offsets, 2, 2, &how, two) - 2 * spread) < 1e-15);
}

static void large_logits_of_classes_do_not_overflow(void **state) {
    (void)state;
    const real x[] = {1e4, 0, -1e4}, wrong[] = {2};
    real gradient[3];
    assert_true(nsym_cross_entropy(x, wrong, NULL, 1, 3, 0, gradient) == 2e4);
    assert_true(gradient[0] == 1 && gradient[1] == 0 && gradient[2] == -1);
}

static void a_scaled_loss_has_a_scaled_gradient(void **state) {
    (void)state;
    real gradient[3] = {1, -2, 0};
    assert_true(nsym_scale_loss(0.5, 3, gradient, 3) == 1.5);
    assert_true(gradient[0] == 3 && gradient[1] == -6 && gradient[2] == 0);
    assert_true(nsym_scale_loss(0.5, 3, NULL, 3) == 1.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_gradient_is_that_of_its_value),
        cmocka_unit_test(two_copies_have_half_their_squared_difference),
        cmocka_unit_test(it_is_that_of_the_published_code_in_pytorch),
        cmocka_unit_test(one_copy_and_equal_copies_have_no_spread),
        cmocka_unit_test(saturated_outputs_have_no_gradient),
        cmocka_unit_test(the_order_of_copies_and_of_events_does_not_matter),
        cmocka_unit_test(events_may_have_different_numbers_of_copies),
        cmocka_unit_test(gradients_of_several_classes_are_those_of_their_values),
        cmocka_unit_test(two_outputs_are_one_logit),
        cmocka_unit_test(large_logits_of_classes_do_not_overflow),
        cmocka_unit_test(a_scaled_loss_has_a_scaled_gradient),
    };
    return cmocka_run_group_tests_name("the invariance loss", tests, NULL, NULL);
}
