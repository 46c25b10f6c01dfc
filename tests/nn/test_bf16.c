/* Products in bf16: rounding against its definition, products against plain loops on factors that are rounded so, and
   networks against the same in single precision. Whatever engine this CPU has for bf16 is held against plain loops, and
   so is the one for any CPU. */
#include "batch.h"
#include "nn/kernels.h"
#include "nn/loss.h"
#include "nn/onednn.h"
#include "nn/optimizer.h"
#include "nn/products.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static float from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The nearer of both neighbours of 8 significant bits, by their distances in double precision; the next one above the
   largest counts as if the range went on. */
static float nearest(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t low = bits & UINT32_C(0xffff0000), high = low + UINT32_C(0x10000);
    if (isnan(x) || isinf(x) || bits == low) return x;
    double below = (double)from_bits(low), above = (double)from_bits(high), value = (double)x;
    if (isinf(above)) above = copysign(0x1p128, value);
    double down = fabs(value - below), up = fabs(above - value);
    bool even = (low >> 16 & 1) == 0;
    return down < up || (down == up && even) ? from_bits(low) : from_bits(high);
}

static void rounding_goes_to_the_nearest_even_one_and_keeps_nan(void **state) {
    (void)state;
    enum { LOWS = 9 };
    static const uint32_t lows[LOWS] = {0, 1, 0x1234, 0x7ffe, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff};
    const nsym_kernels *const tables[] = {&nsym_kernels_plain, nsym_kernels_in_use()};
    for (size_t t = 0; t < 2; t++)
        for (uint32_t upper = 0; upper < 0x10000; upper++) {
            float x[LOWS], y[LOWS];
            for (size_t i = 0; i < LOWS; i++) x[i] = from_bits(upper << 16 | lows[i]);
            uint16_t halves[LOWS];
            tables[t]->round_bf16(y, x, LOWS);
            tables[t]->to_bf16(halves, x, LOWS);
            for (size_t i = 0; i < LOWS; i++) {
                float expected = nearest(x[i]);
                uint32_t bits;
                memcpy(&bits, &y[i], sizeof bits);
                assert_int_equal(halves[i], bits >> 16);
                if (isnan(x[i]) ? !isnan(y[i]) || (bits & 0xffff) : memcmp(&y[i], &expected, sizeof expected) != 0)
                    fail_msg("%a became %a, not %a", (double)x[i], (double)y[i], (double)expected);
            }
        }
}

enum { ROWS_MOST = 200, WIDTH_MOST = 300 };

static void fill(real *values, size_t n, uint64_t index) {
    nsym_random random = nsym_random_stream(3, "products", index);
    for (size_t i = 0; i < n; i++) values[i] = (real)nsym_random_normal(&random);
}

/* One entry of a product as plain loops take it: its sum, and that of the terms' sizes. */
typedef struct entry {
    double sum, size;
} entry;

static entry entry_of(size_t n, const real *a, size_t step_a, const real *b, size_t step_b, bool rounded) {
    entry e = {0};
    for (size_t i = 0; i < n; i++) {
        float x = a[i * step_a], y = b[i * step_b];
        double term = rounded ? (double)nearest(x) * (double)nearest(y) : (double)x * (double)y;
        e.sum += term;
        e.size += fabs(term);
    }
    return e;
}

/* A sum of n terms in single precision is off by less than n units of 2^-23 of their sizes, in whatever order. */
static void assert_entry(float found, entry e, double start, size_t n, const char *what) {
    double allowed = ldexp((double)(n + 2), -23) * (e.size + fabs(start));
    if (!(fabs((double)found - e.sum - start) <= allowed))
        fail_msg("%s: %.9g, must be %.9g to %.2g", what, (double)found, e.sum + start, allowed);
}

static void round_all(real *values, size_t n) {
    for (size_t i = 0; i < n; i++) values[i] = nearest(values[i]);
}

static void check_layer(const nsym_product_engine *engine, size_t rows, size_t inputs, size_t outputs) {
    static real weights[WIDTH_MOST * WIDTH_MOST], dweights[WIDTH_MOST * WIDTH_MOST];
    enum { MORE = 9 }; /* rows of a batch before, which leave nothing behind */
    size_t room = nsym_product_room(rows + MORE);
    real *x = malloc(room * inputs * sizeof *x), *dx = malloc(room * inputs * sizeof *dx);
    real *z = malloc(room * outputs * sizeof *z), *dz = malloc(room * outputs * sizeof *dz);
    const nsym_dense_shape shape = {inputs, outputs, 0, rows + MORE};
    bool rounded = nsym_bf16_pays(&shape);
    nsym_products *p;
    assert_int_equal(engine->create(&p, &shape, 1), NSYM_OK);
    fill(weights, inputs * outputs, 0);
    fill(x, room * inputs, 1);
    fill(dz, room * outputs, 2);
    if (engine == &nsym_products_onednn_unrounded) {
        round_all(weights, inputs * outputs);
        round_all(x, room * inputs);
        round_all(dz, room * outputs);
    }
    engine->forward(p, 0, weights, x, rows + MORE, z);
    engine->backward(p, 0, weights, x, dz, rows + MORE, false, dweights, dx);
    engine->forward(p, 0, weights, x, rows, z);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < outputs; j++)
            assert_entry(z[i * outputs + j], entry_of(inputs, x + i * inputs, 1, weights + j, outputs, rounded), 0,
                         inputs, "forward");
    for (int add = 0; add < 2; add++) {
        for (size_t i = 0; i < inputs * outputs; i++) dweights[i] = add ? (real)(i % 5) : NAN;
        engine->backward(p, 0, weights, x, dz, rows, add, dweights, dx);
        for (size_t i = 0; i < inputs; i++)
            for (size_t j = 0; j < outputs; j++)
                assert_entry(dweights[i * outputs + j], entry_of(rows, x + i, inputs, dz + j, outputs, rounded),
                             add ? (double)((i * outputs + j) % 5) : 0, rows, "weights' gradient");
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < inputs; j++)
                assert_entry(dx[i * inputs + j],
                             entry_of(outputs, dz + i * outputs, 1, weights + j * outputs, 1, rounded), 0, outputs,
                             "data gradient");
    }
    real *const blocks[] = {x, dx, z, dz};
    for (size_t i = 0; i < 4; i++) free(blocks[i]);
    engine->release(p);
}

/* The engine that networks have for bf16 here, or NULL where that is the one for any CPU. */
static const nsym_product_engine *own_engine(void) {
    const nsym_product_engine *own = nsym_products_bf16();
    return own == &nsym_products_rounded ? NULL : own;
}

static void check_shapes(const nsym_product_engine *engine) {
    static const size_t widths[] = {1, 3, 16, 17, 64, 128, 300}, rows[] = {0, 1, 2, 7, 8, 65, ROWS_MOST};
    enum { WIDTHS = sizeof widths / sizeof *widths, HEIGHTS = sizeof rows / sizeof *rows };
    for (size_t i = 0; i < WIDTHS; i++)
        for (size_t j = 0; j < WIDTHS; j++) check_layer(engine, rows[(3 * i + j) % HEIGHTS], widths[i], widths[j]);
    for (size_t i = 0; i < HEIGHTS; i++) check_layer(engine, rows[i], 33, 40);
}

static void products_are_those_of_rounded_factors_on_any_cpu(void **state) {
    (void)state;
    check_shapes(&nsym_products_rounded);
}

static void the_work_around_the_instructions_is_right_where_there_are_none(void **state) {
    (void)state;
    check_shapes(&nsym_products_onednn_unrounded);
}

static void products_are_those_of_rounded_factors_by_this_cpus_instructions(void **state) {
    (void)state;
    const nsym_product_engine *own = own_engine();
    if (!own) {
        print_message("this path has no bf16 instructions\n");
        skip();
    }
    check_shapes(own);
}

static void weights_that_changed_are_rounded_again(void **state) {
    (void)state;
    const nsym_product_engine *const all[] = {&nsym_products_rounded, nsym_products_bf16(),
                                              &nsym_products_onednn_unrounded};
    enum { N = 16 };
    real weights[N * N], x[N * N], z[N * N], dw[N * N], dx[N * N];
    const nsym_dense_shape shape = {N, N, 0, N};
    for (size_t e = 0; e < sizeof all / sizeof *all; e++) {
        nsym_products *p;
        assert_int_equal(all[e]->create(&p, &shape, 1), NSYM_OK);
        for (size_t i = 0; i < N * N; i++) weights[i] = x[i] = i % (N + 1) == 0;
        all[e]->forward(p, 0, weights, x, N, z);
        all[e]->backward(p, 0, weights, x, x, N, false, dw, dx);
        for (size_t i = 0; i < N * N; i++) weights[i] *= 3;
        all[e]->renew(p);
        all[e]->forward(p, 0, weights, x, N, z);
        all[e]->backward(p, 0, weights, x, x, N, false, dw, dx);
        for (size_t i = 0; i < N * N; i++) assert_true(z[i] == weights[i] && dx[i] == weights[i]);
        all[e]->release(p);
    }
}

/* Wide enough for bf16 everywhere but at both ends. */
static nsym_model_spec wide_spec(nsym_model_kind kind, nsym_norm norm) {
    nsym_model_spec spec = small_spec(kind, norm);
    spec.particle_map = spec.event_map = spec.gate_map = (nsym_sizes){2, {24, 40}};
    spec.hidden = (nsym_sizes){2, {64, 20}};
    spec.latent = 32;
    return spec;
}

static nsym_network *new_network(const nsym_model_spec *spec, nsym_precision precision) {
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, spec, 64, 256), NSYM_OK);
    assert_int_equal(nsym_network_set_precision(network, precision), NSYM_OK);
    nsym_network_initialise(network, 5);
    return network;
}

static double step(nsym_network *network, const sample *e, nsym_adamw *adamw) {
    real dlogits[64];
    const real *logits = nsym_network_forward(network, &e->batch, true);
    double loss = nsym_bce_logits(logits, e->labels, e->weights, e->batch.events, dlogits);
    nsym_network_backward(network, &e->batch, dlogits);
    if (adamw) nsym_adamw_step(adamw, nsym_network_values(network), nsym_network_gradients(network));
    return loss;
}

/* How far b is from a, as a fraction of its length. */
static double distance(const real *a, const real *b, size_t n) {
    double difference = 0, length = 0;
    for (size_t i = 0; i < n; i++) {
        difference += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
        length += (double)a[i] * (double)a[i];
    }
    return sqrt(difference / length);
}

/* Each factor is off by at most 2^-9, .2 %; through five layers and back that stays below 2 %, and is not nothing. The
   activation is smooth, for no slope to jump. */
static void gradients_are_those_of_single_precision_within_its_error(void **state) {
    (void)state;
    static const nsym_model_kind kinds[] = {NSYM_FCN, NSYM_PFN, NSYM_HYBRID, NSYM_EFN};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        bool norm = kinds[k] == NSYM_HYBRID;
        nsym_model_spec spec = wide_spec(kinds[k], norm ? NSYM_NORM_FEATURE : NSYM_NORM_NONE);
        spec.activation = NSYM_SILU;
        sample e = sample_new(64, 3, 6);
        nsym_network *single = new_network(&spec, NSYM_SINGLE), *bf16 = new_network(&spec, NSYM_BF16);
        assert_true(fabs(step(single, &e, NULL) - step(bf16, &e, NULL)) < 2e-3);
        double off =
            distance(nsym_network_gradients(single), nsym_network_gradients(bf16), nsym_network_parameters(single));
        if (!(off > 1e-5 && off < 0.02)) fail_msg("kind %d: gradients differ by %g", (int)kinds[k], off);
        nsym_network_free(single);
        nsym_network_free(bf16);
        sample_free(&e);
    }
}

static void a_network_goes_back_to_single_precision_to_the_bit(void **state) {
    (void)state;
    nsym_model_spec spec = wide_spec(NSYM_PFN, NSYM_NORM_NONE);
    sample e = sample_new(64, 3, 6);
    nsym_network *network = new_network(&spec, NSYM_SINGLE);
    real before[64], between[64];
    memcpy(before, nsym_network_forward(network, &e.batch, false), sizeof before);
    assert_int_equal(nsym_network_set_precision(network, NSYM_BF16), NSYM_OK);
    memcpy(between, nsym_network_forward(network, &e.batch, false), sizeof between);
    assert_int_equal(nsym_network_set_precision(network, NSYM_SINGLE), NSYM_OK);
    assert_memory_equal(nsym_network_forward(network, &e.batch, false), before, sizeof before);
    double off = distance(before, between, 64);
    assert_true(off > 1e-5 && off < 0.02);
    assert_int_equal(nsym_network_set_precision(network, (nsym_precision)7), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "precision is 7"));
    nsym_network_free(network);
    sample_free(&e);
}

typedef struct training {
    double losses[30];
} training;

static void *train(void *out) {
    training *t = out;
    nsym_model_spec spec = wide_spec(NSYM_PFN, NSYM_NORM_FEATURE);
    sample e = sample_new(61, 0, 7), f = sample_new(40, 0, 8);
    nsym_network *network = new_network(&spec, NSYM_BF16);
    nsym_adamw adamw;
    if (nsym_adamw_new(&adamw, nsym_network_parameters(network), 0.01, 0.01) != NSYM_OK) return NULL;
    for (size_t i = 0; i < 30; i++) t->losses[i] = step(network, i % 3 ? &e : &f, &adamw);
    nsym_adamw_free(&adamw);
    nsym_network_free(network);
    sample_free(&e);
    sample_free(&f);
    return t;
}

static void trainings_give_the_same_bits_in_any_thread_and_learn(void **state) {
    (void)state;
    training alone = {0}, other[3] = {0};
    pthread_t threads[3];
    assert_non_null(train(&alone));
    for (size_t i = 0; i < 3; i++) assert_int_equal(pthread_create(&threads[i], NULL, train, &other[i]), 0);
    for (size_t i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        assert_memory_equal(&other[i], &alone, sizeof alone);
    }
    assert_true(alone.losses[28] < 0.9 * alone.losses[1]);
}

/* Before any product: oneDNN would keep its own choice of instructions. */
static int bind(void **state) {
    (void)state;
    return nsym_onednn_bind() == NSYM_OK ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounding_goes_to_the_nearest_even_one_and_keeps_nan),
        cmocka_unit_test(products_are_those_of_rounded_factors_on_any_cpu),
        cmocka_unit_test(the_work_around_the_instructions_is_right_where_there_are_none),
        cmocka_unit_test(products_are_those_of_rounded_factors_by_this_cpus_instructions),
        cmocka_unit_test(weights_that_changed_are_rounded_again),
        cmocka_unit_test(gradients_are_those_of_single_precision_within_its_error),
        cmocka_unit_test(a_network_goes_back_to_single_precision_to_the_bit),
        cmocka_unit_test(trainings_give_the_same_bits_in_any_thread_and_learn),
    };
    return cmocka_run_group_tests(tests, bind, NULL);
}
