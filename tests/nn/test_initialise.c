/* The weights a network begins with: their spread, their orthogonality, and what they depend on. */
#include "nn/network.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const nsym_initialisation all[] = {NSYM_INIT_PYTORCH, NSYM_INIT_GLOROT_UNIFORM, NSYM_INIT_GLOROT_NORMAL,
                                          NSYM_INIT_HE_NORMAL, NSYM_INIT_ORTHOGONAL};
enum { ALL = sizeof all / sizeof *all };

/* Layers that narrow, widen and keep their width, each wide enough to have a spread. */
static nsym_model_spec dense_spec(nsym_initialisation how) {
    return (nsym_model_spec){.kind = NSYM_FCN,
                             .event_input = {"x", 300},
                             .hidden = {3, {200, 250, 250}},
                             .norm = NSYM_NORM_FEATURE,
                             .initialisation = how};
}

static nsym_model_spec image_spec(nsym_initialisation how) {
    return (nsym_model_spec){.kind = NSYM_CNN,
                             .event_input = {"image", 64},
                             .image_rows = 8,
                             .image_columns = 8,
                             .filters = {2, {40, 60}},
                             .convolutions = 2,
                             .kernel = 3,
                             .hidden = {1, {30}},
                             .initialisation = how};
}

static nsym_network *network_new(const nsym_model_spec *spec, uint64_t seed) {
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, spec, 1, 1), NSYM_OK);
    nsym_network_initialise(network, seed);
    return network;
}

static const nsym_tensor *tensor_of(const nsym_network *network, const char *name) {
    for (size_t i = 0; i < nsym_network_tensors(network); i++)
        if (strcmp(nsym_network_tensor(network, i)->name, name) == 0) return nsym_network_tensor(network, i);
    fail_msg("no tensor %s", name);
    return NULL;
}

/* Root mean square and largest size of a tensor's values. Their mean is 0 within five of its errors. */
static void measure(nsym_network *network, const char *name, double *deviation, double *largest) {
    const nsym_tensor *tensor = tensor_of(network, name);
    const real *values = nsym_network_values(network) + tensor->offset;
    size_t n = tensor->shape[0] * tensor->shape[1];
    double sum = 0, squares = 0;
    *largest = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
        *largest = fmax(*largest, fabs((double)values[i]));
    }
    *deviation = sqrt(squares / (double)n);
    assert_true(fabs(sum / (double)n) < 5 * *deviation / sqrt((double)n));
}

/* With n values at least 14,400 the deviation has an error of 0.6 % for a normal distribution, less for others. The
   largest value is near its bound: the density there is not small. */
static void spreads(nsym_model_spec spec, const char *name, double deviation, double bound) {
    nsym_network *network = network_new(&spec, 7);
    double found, largest;
    measure(network, name, &found, &largest);
    if (!(fabs(found / deviation - 1) < 0.02)) fail_msg("%s: deviation %g, should be %g", name, found, deviation);
    assert_true(largest <= bound * (1 + 1e-6) && largest > 0.98 * bound);
    nsym_network_free(network);
}

static void weights_have_the_variance_of_their_scheme(void **state) {
    (void)state;
    const double root3 = sqrt(3), cut = 2 / 0.87962566;
    double glorot = sqrt(2.0 / (300 + 200)), he = sqrt(2.0 / 300), torch = 1 / sqrt(300);
    spreads(dense_spec(NSYM_INIT_PYTORCH), "hidden.0.weight", torch / root3, torch);
    spreads(dense_spec(NSYM_INIT_GLOROT_UNIFORM), "hidden.0.weight", glorot, glorot * root3);
    spreads(dense_spec(NSYM_INIT_GLOROT_NORMAL), "hidden.0.weight", glorot, glorot * cut);
    spreads(dense_spec(NSYM_INIT_HE_NORMAL), "hidden.0.weight", he, he * cut);
    glorot = sqrt(2.0 / (9 * 40 + 9 * 60)), he = sqrt(2.0 / (9 * 40)), torch = 1 / sqrt(9 * 40);
    spreads(image_spec(NSYM_INIT_PYTORCH), "convolution.2.weight", torch / root3, torch);
    spreads(image_spec(NSYM_INIT_GLOROT_UNIFORM), "convolution.2.weight", glorot, glorot * root3);
    spreads(image_spec(NSYM_INIT_GLOROT_NORMAL), "convolution.2.weight", glorot, glorot * cut);
    spreads(image_spec(NSYM_INIT_HE_NORMAL), "convolution.2.weight", he, he * cut);
}

/* Columns, or rows where these are fewer, of a weight matrix (rows, columns) have products of 1 and 0. */
static void is_orthogonal(const real *weight, size_t rows, size_t columns) {
    bool tall = rows >= columns;
    size_t count = tall ? columns : rows, length = tall ? rows : columns;
    for (size_t a = 0; a < count; a++)
        for (size_t b = a; b < count; b++) {
            double sum = 0;
            for (size_t i = 0; i < length; i++)
                sum += (double)weight[tall ? i * columns + a : a * columns + i] *
                       (double)weight[tall ? i * columns + b : b * columns + i];
            assert_true(fabs(sum - (a == b)) < 1e-5);
        }
}

static void orthogonal_weights_are_orthogonal(void **state) {
    (void)state;
    const nsym_model_spec specs[] = {dense_spec(NSYM_INIT_ORTHOGONAL), image_spec(NSYM_INIT_ORTHOGONAL)};
    for (size_t s = 0; s < 2; s++) {
        nsym_network *network = network_new(&specs[s], 8);
        size_t weights = 0;
        for (size_t i = 0; i < nsym_network_tensors(network); i++) {
            const nsym_tensor *tensor = nsym_network_tensor(network, i);
            if (!strstr(tensor->name, "weight")) continue;
            is_orthogonal(nsym_network_values(network) + tensor->offset, tensor->shape[0], tensor->shape[1]);
            weights++;
        }
        assert_int_equal(weights, s == 0 ? 4 : 6);
        nsym_network_free(network);
    }
}

/* Of all orthogonal matrices as likely as each other, a matrix of n columns has a trace of mean 0 and variance 1
   (Diaconis & Shahshahani, J. Appl. Prob. 31A, 49); a QR decomposition with other signs would prefer one. */
static void orthogonal_weights_prefer_no_direction(void **state) {
    (void)state;
    enum { MATRICES = 2000, N = 5 };
    nsym_model_spec spec = {
        .kind = NSYM_FCN, .event_input = {"x", N}, .hidden = {1, {N}}, .initialisation = NSYM_INIT_ORTHOGONAL};
    nsym_network *network = network_new(&spec, 1);
    double sum = 0, squares = 0;
    for (uint64_t seed = 1; seed <= MATRICES; seed++) {
        double trace = 0;
        nsym_network_initialise(network, seed);
        for (size_t i = 0; i < N; i++) trace += (double)nsym_network_values(network)[i * N + i];
        sum += trace / MATRICES;
        squares += trace * trace / MATRICES;
    }
    assert_true(fabs(sum) < 4 / sqrt(MATRICES));
    assert_true(fabs(squares - 1) < 4 * sqrt(2.0 / MATRICES)); /* the trace is close to normal */
    nsym_network_free(network);
}

static void biases_are_zero_but_for_pytorchs(void **state) {
    (void)state;
    for (size_t k = 0; k < ALL; k++) {
        const nsym_model_spec specs[] = {dense_spec(all[k]), image_spec(all[k])};
        for (size_t s = 0; s < 2; s++) {
            nsym_network *network = network_new(&specs[s], 9);
            for (size_t i = 0; i < nsym_network_tensors(network); i++) {
                const nsym_tensor *tensor = nsym_network_tensor(network, i);
                if (tensor->running || strstr(tensor->name, "weight")) continue;
                const real *values = nsym_network_values(network) + tensor->offset;
                bool scale = strstr(tensor->name, "norm.scale"), shift = strstr(tensor->name, "norm.shift");
                for (size_t j = 0; j < tensor->shape[0]; j++) {
                    if (scale || shift)
                        assert_true(values[j] == (scale ? 1 : 0));
                    else
                        assert_true((values[j] == 0) == (all[k] != NSYM_INIT_PYTORCH));
                }
            }
            nsym_network_free(network);
        }
    }
}

static void weights_depend_on_the_seed_and_on_nothing_else(void **state) {
    (void)state;
    for (size_t k = 0; k < ALL; k++) {
        const nsym_model_spec specs[] = {dense_spec(all[k]), image_spec(all[k])};
        for (size_t s = 0; s < 2; s++) {
            nsym_network *a = network_new(&specs[s], 10), *b = network_new(&specs[s], 11);
            size_t size = nsym_network_parameters(a) * sizeof(real);
            assert_memory_not_equal(nsym_network_values(a), nsym_network_values(b), size);
            for (size_t i = 0; i < nsym_network_parameters(b); i++)
                nsym_network_gradients(b)[i] = nsym_network_values(b)[i] = 3;
            nsym_network_initialise(b, 10);
            assert_memory_equal(nsym_network_values(a), nsym_network_values(b), size);
            nsym_network_free(a);
            nsym_network_free(b);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_have_the_variance_of_their_scheme),
        cmocka_unit_test(orthogonal_weights_are_orthogonal),
        cmocka_unit_test(orthogonal_weights_prefer_no_direction),
        cmocka_unit_test(biases_are_zero_but_for_pytorchs),
        cmocka_unit_test(weights_depend_on_the_seed_and_on_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
