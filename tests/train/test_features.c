/* Inputs that a model names, with a transformation of each value. */
#include "train/features.h"
#include "train/inputs.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EVENTS = 3, PARTICLES = 5 };

static const double particles[PARTICLES][3] = {{10, 0.5, 211}, {20, -3, 13}, {5, 0.1, 211}, {50, 2, 22}, {7, -0.2, 11}};

static nsym_events *sample(void) {
    static const char *const names[] = {"pt", "d0", "pid"};
    static const uint64_t offsets[] = {0, 2, 2, 5};
    nsym_events *events;
    double *met, *njets;
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 3, names, NULL, offsets), NSYM_OK);
    memcpy(events->particles, particles, sizeof particles);
    assert_int_equal(nsym_events_add_column(events, "met", "GeV", "", 1, &met), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "n_jets", "", "", 1, &njets), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) {
        met[i] = 10 + (double)i;
        njets[i] = (double)i;
    }
    return events;
}

static nsym_model_spec named(nsym_model_kind kind, const char *features, const char *transforms) {
    nsym_model_spec spec = {.kind = kind,
                            .particle_input = {"features", 0},
                            .event_input = {"columns", 0},
                            .columns = "met,n_jets",
                            .column_transforms = "log,onehot 0 2"};
    snprintf(spec.features, sizeof spec.features, "%s", features);
    snprintf(spec.feature_transforms, sizeof spec.feature_transforms, "%s", transforms);
    return spec;
}

static nsym_status resolve(nsym_model_spec *spec) {
    nsym_status status = nsym_input_resolve(&spec->particle_input, NSYM_PER_PARTICLE, spec);
    return status == NSYM_OK ? nsym_input_resolve(&spec->event_input, NSYM_PER_EVENT, spec) : status;
}

static void values_are_transformed_one_by_one(void **state) {
    (void)state;
    nsym_events *events = sample();
    nsym_model_spec spec = named(NSYM_PFN, "pt,d0,pid", "log,clip -1 1,onehot 11 13 211");
    nsym_inputs in;
    assert_int_equal(resolve(&spec), NSYM_OK);
    assert_int_equal(spec.particle_input.width, 5);
    assert_int_equal(spec.event_input.width, 3);
    assert_int_equal(nsym_inputs_new(&in, &spec, events), NSYM_OK);
    for (size_t i = 0; i < PARTICLES; i++) {
        const double pid = particles[i][2];
        const double expected[] = {log(particles[i][0]), fmax(-1, fmin(1, particles[i][1])), pid == 11, pid == 13,
                                   pid == 211};
        for (size_t k = 0; k < 5; k++) assert_true(in.particles[5 * i + k] == (float)expected[k]);
    }
    for (size_t i = 0; i < EVENTS; i++) {
        const double expected[] = {log(10 + (double)i), i == 0, i == 2};
        for (size_t k = 0; k < 3; k++) assert_true(in.event[3 * i + k] == (float)expected[k]);
    }
    nsym_inputs_free(&in);
    nsym_events_free(events);
}

static void a_value_of_a_wide_column_is_read_by_its_label(void **state) {
    (void)state;
    nsym_events *events = sample();
    static char *labels[] = {"x", "y", "met"}; /* a column of its own goes before a label */
    double *wide;
    assert_int_equal(nsym_events_add_column(events, "wide", "", "", 3, &wide), NSYM_OK);
    nsym_column *column = nsym_events_column(events, "wide");
    for (size_t i = 0; i < 3 * EVENTS; i++) wide[i] = (double)i;
    column->labels = labels;
    nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {"columns", 0}, .columns = "y,met,x"};
    nsym_inputs in;
    assert_int_equal(resolve(&spec), NSYM_OK);
    assert_int_equal(nsym_inputs_new(&in, &spec, events), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) {
        const double expected[] = {(double)(3 * i + 1), 10 + (double)i, (double)(3 * i)};
        for (size_t k = 0; k < 3; k++) assert_true(in.event[3 * i + k] == (float)expected[k]);
    }
    nsym_inputs_free(&in);
    column->labels = NULL;
    assert_int_not_equal(nsym_inputs_new(&in, &spec, events), NSYM_OK); /* without labels there is no y */
    nsym_events_free(events);
}

static void one_hot_and_raw_values_keep_their_scale(void **state) {
    (void)state;
    nsym_events *events = sample();
    nsym_model_spec spec = named(NSYM_PFN, "pid,d0,pt", "onehot 11 13,raw,asinh 10");
    static const uint32_t rows[] = {0, 1, 2};
    nsym_inputs in;
    assert_int_equal(resolve(&spec), NSYM_OK);
    assert_int_equal(nsym_inputs_new(&in, &spec, events), NSYM_OK);
    assert_int_equal(nsym_inputs_standardise(&in, &spec, events, NULL, rows, EVENTS), NSYM_OK);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < PARTICLES; i++) {
        const float *p = in.particles + 4 * i;
        assert_true(p[0] == (particles[i][2] == 11) && p[1] == (particles[i][2] == 13));
        assert_true(p[2] == (float)particles[i][1]);
        sum += (double)p[3];
        squares += (double)p[3] * (double)p[3];
    }
    assert_true(fabs(sum) < 1e-5 && fabs(squares / PARTICLES - 1) < 1e-5); /* single precision */
    nsym_inputs_free(&in);
    nsym_events_free(events);
}

static void refused(const char *features, const char *transforms, const char *part) {
    nsym_events *events = sample();
    nsym_model_spec spec = named(NSYM_EFN, features, transforms);
    nsym_inputs in;
    nsym_status status = resolve(&spec);
    if (status == NSYM_OK) status = nsym_inputs_new(&in, &spec, events);
    assert_int_not_equal(status, NSYM_OK);
    if (!strstr(nsym_message(), part)) fail_msg("%s", nsym_message());
    nsym_events_free(events);
}

static void what_cannot_be_read_is_named(void **state) {
    (void)state;
    refused("pt,d0", ",lg", "no transformation 'lg', did you mean 'log'");
    refused("pt,d0", ",clip 1", "clip has 1 numbers, must have 2 to 2");
    refused("pt,d0", ",clip 1 -1", "rising");
    refused("pt,d0", ",onehot", "the values that each get an input");
    refused("pt,d0", ",asinh 0", "above 0");
    refused("pt,d0", ",,log", "more transformations than the 2 names");
    refused("pt,z0", "", "no feature 'z0', which the model reads; they have pt, d0, pid");
    refused("pt,d0", ",log", "row 1: d0 of particle 2 is -3, but its transformation needs a value above 0");
    refused("pt,d0", "log", "weights each particle with it");
    refused("", "", "needs the names of particle features");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_transformed_one_by_one),
        cmocka_unit_test(a_value_of_a_wide_column_is_read_by_its_label),
        cmocka_unit_test(one_hot_and_raw_values_keep_their_scale),
        cmocka_unit_test(what_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
