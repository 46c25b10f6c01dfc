/* Objects around a centre (pT, and eta and phi from there) as inputs: of energy-flow networks, whose energies are
   scaled alone, of others, and as the cells of an image. */
#include "train/inputs.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { EVENTS = 9, GRID = 6, TRAINING = 7, FEATURES = 5 };

/* Rows that a training has: some twice, some not at all; event 5 has no particles. */
static const uint32_t rows[TRAINING] = {1, 2, 2, 3, 5, 6, 8};

static void says(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

/* Events of 0 to 4 objects; the last feature is called `last`. */
static nsym_events *objects(const char *last) {
    const char *names[FEATURES] = {"cell", "d_phi", "d_eta", "pt", last};
    uint64_t offsets[EVENTS + 1] = {0};
    nsym_events *events;
    nsym_random random = nsym_random_stream(9, "objects", 0);
    for (size_t i = 0; i < EVENTS; i++) offsets[i + 1] = offsets[i] + i % 5;
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, FEATURES, names, NULL, offsets), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++)
        for (uint64_t p = offsets[i]; p < offsets[i + 1]; p++) {
            const double values[] = {(double)((i + (p - offsets[i])) % GRID), nsym_random_normal(&random),
                                     3 + nsym_random_normal(&random), 10 * nsym_random_uniform(&random),
                                     nsym_random_uniform(&random)};
            memcpy(events->particles + FEATURES * p, values, sizeof values);
        }
    return events;
}

static nsym_model_spec spec_of(nsym_model_kind kind, const char *particles, const char *event) {
    nsym_model_spec spec = {.kind = kind, .padded = event[0] ? GRID : 0};
    strcpy(spec.particle_input.name, particles);
    strcpy(spec.event_input.name, event);
    assert_int_equal(nsym_input_resolve(&spec.particle_input, NSYM_PER_PARTICLE, &spec), NSYM_OK);
    assert_int_equal(nsym_input_resolve(&spec.event_input, NSYM_PER_EVENT, &spec), NSYM_OK);
    return spec;
}

static void an_energy_flow_network_reads_what_begins_with_an_energy(void **state) {
    (void)state;
    assert_int_equal(spec_of(NSYM_EFN, "objects", "").particle_input.width, 3);
    assert_int_equal(spec_of(NSYM_PFN, "objects", "").particle_input.width, 3);
    assert_int_equal(spec_of(NSYM_HYBRID, "objects", "").particle_input.width, 3);
    static const char *const others[] = {"p4", "cells"};
    for (size_t i = 0; i < 2; i++) {
        nsym_model_spec spec = {.kind = NSYM_EFN};
        strcpy(spec.particle_input.name, others[i]);
        assert_int_equal(nsym_input_resolve(&spec.particle_input, NSYM_PER_PARTICLE, &spec), NSYM_EINVAL);
        says("does not begin with an energy, which kind efn needs; 'objects' does");
    }
    nsym_model_spec spec = {.kind = NSYM_EFN, .padded = GRID};
    nsym_input image = {"image", 0}, unknown = {"object", 0};
    assert_int_equal(nsym_input_resolve(&image, NSYM_PER_EVENT, &spec), NSYM_EINVAL);
    says("input 'image' is not for models of kind efn");
    assert_int_equal(nsym_input_resolve(&unknown, NSYM_PER_PARTICLE, &spec), NSYM_EINVAL);
    says("the inputs are p4, pairs, cells, objects, objects_kind, objects_onehot and features (per particle)");
}

static void objects_are_pt_and_place_in_this_order(void **state) {
    (void)state;
    nsym_events *events = objects("energy");
    nsym_model_spec spec = spec_of(NSYM_EFN, "objects", "");
    nsym_inputs inputs;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    for (size_t p = 0; p < events->offsets[EVENTS]; p++)
        for (size_t k = 0; k < 3; k++)
            assert_true(inputs.particles[3 * p + k] == (float)events->particles[FEATURES * p + 3 - k]);
    nsym_inputs_free(&inputs);
    strcpy(events->feature_names[1], "d_psi");
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_ENOTFOUND);
    says("no particle feature 'd_phi', which the input 'objects' needs");
    nsym_events_free(events);
}

/* Mean and population deviation of a column over the objects of the training rows, and an event's sum in the mean. */
static void moments(const nsym_events *events, size_t feature, double *mean, double *deviation, double *per_event) {
    double count = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < TRAINING; i++)
        for (uint64_t p = events->offsets[rows[i]]; p < events->offsets[rows[i] + 1]; p++) {
            double value = events->particles[FEATURES * p + feature];
            count++;
            sum += value;
            squares += value * value;
        }
    *mean = sum / count;
    *deviation = sqrt(squares / count - *mean * *mean);
    *per_event = sum / TRAINING;
}

static void energies_are_scaled_by_an_events_sum_and_not_shifted(void **state) {
    (void)state;
    nsym_events *events = objects("energy");
    static const nsym_model_kind kinds[] = {NSYM_EFN, NSYM_PFN};
    for (size_t m = 0; m < 2; m++) {
        nsym_model_spec spec = spec_of(kinds[m], "objects", "");
        nsym_inputs inputs;
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, rows, TRAINING), NSYM_OK);
        for (size_t k = 0; k < 3; k++) {
            double mean, scale, per_event;
            moments(events, 3 - k, &mean, &scale, &per_event);
            if (m == 0 && k == 0) mean = 0, scale = per_event;
            assert_true(inputs.scaling[0][k] == 0 || k > 0 || m > 0);
            assert_true(fabs(inputs.scaling[0][k] - mean) < 1e-12);
            assert_true(fabs(inputs.scaling[0][3 + k] - scale) < 1e-12 * scale);
            for (size_t p = 0; p < events->offsets[EVENTS]; p++) {
                double wanted = (events->particles[FEATURES * p + 3 - k] - mean) / scale;
                assert_true(fabs((double)inputs.particles[3 * p + k] - wanted) < 1e-6 * (1 + fabs(wanted)));
            }
        }
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

static void energies_of_empty_events_are_left_as_they_are(void **state) {
    (void)state;
    nsym_events *events = objects("energy");
    static const uint32_t empty[] = {0, 5};
    nsym_model_spec spec = spec_of(NSYM_EFN, "objects", "");
    for (size_t n = 0; n <= 2; n += 2) {
        nsym_inputs inputs;
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, empty, n), NSYM_OK);
        for (size_t k = 0; k < 3; k++) assert_true(inputs.scaling[0][k] == 0 && inputs.scaling[0][3 + k] == 1);
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

/* By energy where there is one, by pT where there is none. */
static void an_image_shows_energies_or_else_pt(void **state) {
    (void)state;
    static const char *const last[] = {"energy", "charge"};
    for (size_t m = 0; m < 2; m++) {
        nsym_events *events = objects(last[m]);
        nsym_model_spec spec = spec_of(NSYM_CNN, "", "image");
        nsym_inputs inputs;
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        for (size_t i = 0; i < EVENTS; i++) {
            float made[GRID], wanted[GRID] = {0};
            for (uint64_t p = events->offsets[i]; p < events->offsets[i + 1]; p++) {
                const double *object = events->particles + FEATURES * p;
                wanted[(size_t)object[0]] = (float)object[m == 0 ? 4 : 3];
            }
            nsym_inputs_event(&inputs, &spec, i, made);
            assert_memory_equal(made, wanted, sizeof made);
        }
        nsym_inputs_free(&inputs);
        if (m == 1) {
            strcpy(events->feature_names[3], "et");
            assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_ENOTFOUND);
            says("no particle feature 'energy' or 'pt', which the input 'image' needs");
        }
        nsym_events_free(events);
    }
}

static void what_a_source_lacks_for_an_input_is_named(void **state) {
    (void)state;
    static const char *const muons[] = {"pt", "d_eta", "d_phi", "cell", NULL}, *const cells[] = {"energy", "cell",
                                                                                                 NULL};
    static const char *const bare[] = {"cell", "d_eta", NULL};
    assert_null(nsym_input_missing("objects", muons));
    assert_null(nsym_input_missing("image", muons));
    assert_null(nsym_input_missing("image", cells));
    assert_string_equal(nsym_input_missing("cells", muons), "x");
    assert_string_equal(nsym_input_missing("objects_kind", muons), "kind");
    assert_string_equal(nsym_input_missing("objects_onehot", muons), "kind");
    assert_string_equal(nsym_input_missing("objects", cells), "pt");
    assert_string_equal(nsym_input_missing("image", bare), "energy");
    assert_string_equal(nsym_input_missing("image", muons + 3), "energy");
    assert_string_equal(nsym_input_missing("image", bare + 1), "cell");
}

/* Objects whose kind runs from 1 to 5, and a muon's pT from 20 GeV up. */
static nsym_events *objects_with_kind(void) {
    nsym_events *events = objects("kind");
    double *pt;
    assert_int_equal(nsym_events_add_column(events, "mu_pt", "GeV", "", 1, &pt), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) pt[i] = 20 + 3.5 * (double)i;
    for (size_t p = 0; p < events->offsets[EVENTS]; p++) events->particles[FEATURES * p + 4] = 1 + (double)(p % 5);
    return events;
}

/* Value k of object p of event i as the input has it: pT over the muon's, place, and the kind as a number or as one of
   five places. */
static double wanted(const nsym_events *events, size_t i, uint64_t p, size_t k, bool places) {
    const double *object = events->particles + FEATURES * p;
    if (k == 0) return object[3] / nsym_events_column(events, "mu_pt")->values[i];
    return k < 3 ? object[3 - k] : places ? object[4] == (double)(k - 2) : object[4];
}

static void kinds_are_numbers_or_places_and_never_scaled(void **state) {
    (void)state;
    static const char *const names[] = {"objects_kind", "objects_onehot"};
    static const nsym_model_kind kinds[] = {NSYM_PFN, NSYM_EFN};
    static const size_t widths[] = {4, 8};
    nsym_events *events = objects_with_kind();
    for (size_t m = 0; m < 4; m++) {
        size_t width = widths[m / 2];
        nsym_model_spec spec = spec_of(kinds[m % 2], names[m / 2], "");
        nsym_inputs inputs;
        assert_int_equal(spec.particle_input.width, width);
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        for (size_t i = 0; i < EVENTS; i++)
            for (uint64_t p = events->offsets[i]; p < events->offsets[i + 1]; p++)
                for (size_t k = 0; k < width; k++)
                    assert_true(inputs.particles[width * p + k] == (float)wanted(events, i, p, k, width == 8));
        assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, rows, TRAINING), NSYM_OK);
        for (size_t k = 0; k < width; k++) {
            double count = 0, sum = 0, squares = 0, mean = inputs.scaling[0][k], scale = inputs.scaling[0][width + k];
            for (size_t t = 0; t < TRAINING; t++)
                for (uint64_t p = events->offsets[rows[t]]; p < events->offsets[rows[t] + 1]; p++) {
                    double value = wanted(events, rows[t], p, k, width == 8);
                    count++, sum += value, squares += value * value;
                }
            double deviation = sqrt(squares / count - sum * sum / (count * count));
            if (k >= 3)
                assert_true(mean == 0 && scale == 1);
            else if (k == 0 && kinds[m % 2] == NSYM_EFN)
                assert_true(mean == 0 && fabs(scale - sum / TRAINING) < 1e-6 * scale);
            else
                assert_true(fabs(mean - sum / count) < 1e-6 && fabs(scale - deviation) < 1e-6 * scale);
            for (size_t i = 0; i < EVENTS; i++)
                for (uint64_t p = events->offsets[i]; p < events->offsets[i + 1]; p++) {
                    double value = (wanted(events, i, p, k, width == 8) - mean) / scale;
                    assert_true(fabs((double)inputs.particles[width * p + k] - value) < 1e-6 * (1 + fabs(value)));
                }
        }
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

static void kinds_and_muons_that_are_none_are_refused(void **state) {
    (void)state;
    static const double none[] = {0, 6, 2.5, -1};
    nsym_events *events = objects_with_kind();
    nsym_model_spec number = spec_of(NSYM_PFN, "objects_kind", ""), places = spec_of(NSYM_PFN, "objects_onehot", "");
    double *kind = &events->particles[FEATURES * (events->offsets[3] + 1) + 4];
    double *pt = &nsym_events_column(events, "mu_pt")->values[2];
    nsym_inputs inputs;
    for (size_t k = 0; k < 4; k++) {
        *kind = none[k];
        assert_int_equal(nsym_inputs_new(&inputs, &places, events), NSYM_EINVAL);
        says("row 4: kind of particle 2 is ");
        says("must be 1 to 5 for the input 'objects_onehot'; 'objects_kind' takes any number");
        assert_int_equal(nsym_inputs_new(&inputs, &number, events), NSYM_OK);
        assert_true(inputs.particles[4 * (events->offsets[3] + 1) + 3] == (float)none[k]);
        nsym_inputs_free(&inputs);
    }
    *kind = NAN;
    assert_int_equal(nsym_inputs_new(&inputs, &number, events), NSYM_ENUMERIC);
    says("row 4: kind of particle 2 is nan");
    *kind = 5;
    static const double pts[] = {0, -20, NAN, INFINITY};
    for (size_t k = 0; k < 4; k++) {
        *pt = pts[k];
        assert_int_equal(nsym_inputs_new(&inputs, &number, events), NSYM_EINVAL);
        says("row 3: mu_pt is ");
        says("must be above 0, as the input 'objects_kind' divides by it");
    }
    strcpy(nsym_events_column(events, "mu_pt")->name, "mu_pz");
    assert_int_equal(nsym_inputs_new(&inputs, &places, events), NSYM_ENOTFOUND);
    says("no column 'mu_pt' of one value, which the input 'objects_onehot' divides pt by; 'objects' does not");
    strcpy(events->feature_names[4], "sort");
    assert_int_equal(nsym_inputs_new(&inputs, &number, events), NSYM_ENOTFOUND);
    says("no particle feature 'kind', which the input 'objects_kind' needs");
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_energy_flow_network_reads_what_begins_with_an_energy),
        cmocka_unit_test(objects_are_pt_and_place_in_this_order),
        cmocka_unit_test(energies_are_scaled_by_an_events_sum_and_not_shifted),
        cmocka_unit_test(energies_of_empty_events_are_left_as_they_are),
        cmocka_unit_test(an_image_shows_energies_or_else_pt),
        cmocka_unit_test(what_a_source_lacks_for_an_input_is_named),
        cmocka_unit_test(kinds_are_numbers_or_places_and_never_scaled),
        cmocka_unit_test(kinds_and_muons_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
