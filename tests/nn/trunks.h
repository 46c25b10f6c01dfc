/* One engine of a CNN's trunk against plain loops, in whatever precision the test is compiled for. */
#ifndef TESTS_NN_TRUNKS_H
#define TESTS_NN_TRUNKS_H

#include "nn/trunk.h"
#include <nearsym/random.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline real *drawn(size_t n, uint64_t seed, real scale) {
    real *values = malloc((n + 1) * sizeof *values);
    nsym_random random = nsym_random_stream(seed, "test", n);
    for (size_t i = 0; i < n; i++) values[i] = scale * (real)nsym_random_normal(&random);
    return values;
}

/* The largest |a - b| as a part of the largest |b|. */
static inline void assert_near(const real *a, const real *b, size_t n, real tolerance, const char *what) {
    real largest = 0, difference = 0;
    for (size_t i = 0; i < n; i++) {
        real size = b[i] < 0 ? -b[i] : b[i], apart = a[i] < b[i] ? b[i] - a[i] : a[i] - b[i];
        largest = size > largest ? size : largest;
        difference = apart <= difference ? difference : apart; /* NaN, too */
    }
    if (!(largest > 0 && difference < tolerance * largest))
        fail_msg("%s: %g apart, the largest is %g", what, (double)difference, (double)largest);
}

/* What an engine makes of some images: outputs in training and in prediction, gradients. */
typedef struct passes {
    real *y, *predicted, *gradients;
} passes;

static inline passes pass(const nsym_trunk_engine *engine, const nsym_trunk_plan *plan, const real *values, size_t n,
                          const real *x, const real *dy, size_t images) {
    size_t outputs = images * nsym_trunk_outputs(plan);
    passes p = {calloc(outputs, sizeof(real)), calloc(outputs, sizeof(real)), calloc(n, sizeof(real))};
    real *spent = malloc(outputs * sizeof *spent);
    nsym_trunk *trunk;
    assert_int_equal(engine->create(&trunk, plan, images), NSYM_OK);
    memcpy(spent, dy, outputs * sizeof *spent);
    engine->forward(trunk, values, x, images, true, p.y);
    engine->backward(trunk, values, x, images, spent, p.gradients);
    engine->forward(trunk, values, x, images, false, p.predicted);
    engine->release(trunk);
    free(spent);
    return p;
}

static inline void pass_free(passes *p) {
    free(p->y), free(p->predicted), free(p->gradients);
}

/* Random images and weights; `n` parameters. */
static inline void compare_trunks(const nsym_trunk_engine *engine, const nsym_trunk_plan *plan, size_t n, size_t images,
                                  real tolerance) {
    size_t inputs = plan->at[0].inputs * nsym_convolution_places(&plan->at[0]), outputs = nsym_trunk_outputs(plan);
    real *values = drawn(n, 1, (real)0.1), *x = drawn(images * inputs, 2, 1), *dy = drawn(images * outputs, 3, 1);
    passes plain = pass(&nsym_trunk_plain, plan, values, n, x, dy, images);
    passes other = pass(engine, plan, values, n, x, dy, images);
    assert_near(other.y, plain.y, images * outputs, tolerance, "outputs");
    assert_memory_equal(other.y, other.predicted, images * outputs * sizeof(real));
    for (size_t i = 0; i < plan->count; i++) {
        const nsym_convolution *c = &plan->at[i];
        assert_near(other.gradients + c->weight, plain.gradients + c->weight, nsym_convolution_weights(plan, c),
                    tolerance, "gradient of weights");
        assert_near(other.gradients + c->bias, plain.gradients + c->bias, c->outputs, tolerance, "gradient of biases");
    }
    pass_free(&plain), pass_free(&other);
    free(values), free(x), free(dy);
}

/* A 3 x 3 convolution from `inputs` channels and two of `filters`, a pool behind the second where the image has room
   for it. Gives the number of parameters. */
static inline size_t plan_three(nsym_trunk_plan *plan, size_t rows, size_t columns, size_t inputs, size_t filters) {
    size_t n = 0;
    *plan = (nsym_trunk_plan){.count = 3, .kernel = 3, .leak = (real)0.1};
    for (size_t i = 0; i < plan->count; i++) {
        nsym_convolution *c = &plan->at[i];
        *c = (nsym_convolution){.inputs = i ? filters : inputs, .outputs = filters, .rows = rows, .columns = columns};
        c->pooled = i == 1 && rows > 1 && columns > 1;
        if (c->pooled) rows /= 2, columns /= 2;
        c->weight = n;
        c->bias = n + nsym_convolution_weights(plan, c);
        n = c->bias + c->outputs;
    }
    return n;
}

/* Sides that are and are not multiples of a tile's 4, channels that are and are not whole vectors. */
static inline void any_image_and_any_channels(const nsym_trunk_engine *engine, real tolerance) {
    const size_t sides[][2] = {{1, 1}, {3, 5}, {7, 7}, {8, 12}, {33, 31}}, filters[] = {1, 3, 16, 40, 48, 65};
    nsym_trunk_plan *plan = malloc(sizeof *plan);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        for (size_t k = 0; k < sizeof filters / sizeof *filters; k++) {
            size_t n = plan_three(plan, sides[i][0], sides[i][1], 1 + k % 2, filters[k]);
            compare_trunks(engine, plan, n, sides[i][0] * sides[i][1] < 16 ? 19 : 1 + filters[k] % 2, tolerance);
        }
    free(plan);
}

#endif
