/* Calorimeter cells as a network's inputs: lists and images made on demand, and what standardising does to them. */
#include "train/inputs.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EVENTS = 12, GRID = 10, MOST = 5, TRAINING = 9 };

static void says(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

/* Events of 0 to 4 cells, event 3 of 5, among the first 9 of the grid's 10; features x, y, energy and cell. */
static nsym_events *calorimeter(void) {
    static const char *const names[] = {"x", "y", "energy", "cell"};
    uint64_t offsets[EVENTS + 1] = {0};
    nsym_events *events;
    nsym_random random = nsym_random_stream(8, "cells", 0);
    for (size_t i = 0; i < EVENTS; i++) offsets[i + 1] = offsets[i] + (i == 3 ? MOST : i % 5);
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++)
        for (uint64_t p = offsets[i]; p < offsets[i + 1]; p++) {
            size_t cell = (i + 2 * (size_t)(p - offsets[i])) % (GRID - 1);
            const double values[] = {(double)cell - 4, 0.5 * (double)i, 0.1 + nsym_random_uniform(&random),
                                     (double)cell};
            memcpy(events->particles + 4 * p, values, sizeof values);
        }
    return events;
}

static nsym_model_spec spec_of(nsym_model_kind kind, const char *particles, const char *event, size_t padded) {
    nsym_model_spec spec = {.kind = kind, .padded = padded};
    strcpy(spec.particle_input.name, particles);
    strcpy(spec.event_input.name, event);
    assert_int_equal(nsym_input_resolve(&spec.particle_input, NSYM_PER_PARTICLE, &spec), NSYM_OK);
    assert_int_equal(nsym_input_resolve(&spec.event_input, NSYM_PER_EVENT, &spec), NSYM_OK);
    return spec;
}

/* The dense event input by plain arithmetic. Shape: out (width). */
static void dense(const nsym_events *events, bool list, size_t event, double *out, size_t width) {
    memset(out, 0, width * sizeof *out);
    for (uint64_t p = events->offsets[event]; p < events->offsets[event + 1]; p++) {
        const double *cell = events->particles + 4 * p;
        size_t place = (size_t)(p - events->offsets[event]);
        for (size_t k = 0; list && k < 3; k++) out[3 * place + k] = cell[k];
        if (!list) out[(size_t)cell[3]] = cell[2];
    }
}

/* Rows that a training has: some twice, some not at all. */
static const uint32_t rows[TRAINING] = {1, 2, 3, 3, 5, 6, 8, 8, 8};

static void cells_lists_and_images_have_widths(void **state) {
    (void)state;
    assert_int_equal(spec_of(NSYM_PFN, "cells", "", 0).particle_input.width, 3);
    assert_int_equal(spec_of(NSYM_FCN, "", "list", 7).event_input.width, 21);
    assert_int_equal(spec_of(NSYM_FCN, "", "image", 7).event_input.width, 7);
    static const char *const names[] = {"list", "image"};
    for (int k = 0; k < 2; k++) {
        nsym_model_spec spec = {.kind = NSYM_FCN};
        nsym_input input = {0};
        strcpy(input.name, names[k]);
        assert_int_equal(nsym_input_resolve(&input, NSYM_PER_EVENT, &spec), NSYM_EINVAL);
        says("needs its number of cells ('padded')");
        spec = (nsym_model_spec){.kind = NSYM_HYBRID, .padded = 5};
        assert_int_equal(nsym_input_resolve(&input, NSYM_PER_EVENT, &spec), NSYM_EINVAL);
        says("is not for models of kind hybrid");
        assert_int_equal(nsym_input_resolve(&input, NSYM_PER_PARTICLE, &spec), NSYM_EINVAL);
        says("is made per event, not per particle");
    }
}

static void lists_and_images_are_made_event_by_event(void **state) {
    (void)state;
    nsym_events *events = calorimeter();
    for (int list = 0; list < 2; list++) {
        nsym_model_spec spec = spec_of(NSYM_FCN, "", list ? "list" : "image", GRID);
        size_t width = spec.event_input.width;
        nsym_inputs inputs;
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        assert_null(inputs.event); /* only the cells are kept */
        for (size_t i = 0; i < EVENTS; i++) {
            float made[3 * GRID];
            double expected[3 * GRID];
            memset(made, 0x55, sizeof made);
            nsym_inputs_event(&inputs, &spec, i, made);
            dense(events, list, i, expected, width);
            for (size_t k = 0; k < width; k++) assert_true(made[k] == (float)expected[k]);
        }
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

/* Mean and population deviation of a column over the training rows; the deviation is 1 where nothing varies. */
static void moments(const nsym_events *events, bool list, size_t column, size_t width, double *mean, double *scale) {
    double values[TRAINING], squares = 0, out[3 * GRID];
    *mean = 0;
    for (size_t i = 0; i < TRAINING; i++) {
        dense(events, list, rows[i], out, width);
        values[i] = out[column];
        *mean += values[i] / TRAINING;
    }
    for (size_t i = 0; i < TRAINING; i++) squares += (values[i] - *mean) * (values[i] - *mean);
    *scale = squares > 1e-20 ? sqrt(squares / TRAINING) : 1;
}

static void every_column_of_a_list_or_image_is_standardised_the_zeros_included(void **state) {
    (void)state;
    nsym_events *events = calorimeter();
    for (int list = 0; list < 2; list++) {
        nsym_model_spec spec = spec_of(NSYM_FCN, "", list ? "list" : "image", GRID);
        size_t width = spec.event_input.width, constant = 0;
        nsym_inputs inputs;
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, rows, TRAINING), NSYM_OK);
        for (size_t k = 0; k < width; k++) {
            double mean, scale, expected[3 * GRID];
            moments(events, list, k, width, &mean, &scale);
            constant += scale == 1;
            assert_true(fabs(inputs.scaling[1][k] - mean) < 1e-12);
            assert_true(fabs(inputs.scaling[1][width + k] - scale) < 1e-7); /* E[x^2] - E[x]^2 of numbers near 1 */
            for (size_t i = 0; i < EVENTS; i++) {
                float made[3 * GRID];
                nsym_inputs_event(&inputs, &spec, i, made);
                dense(events, list, i, expected, width);
                double wanted = (expected[k] - mean) / scale;
                assert_true(fabs((double)made[k] - wanted) < 1e-5 * (1 + fabs(wanted))); /* float */
            }
        }
        assert_true(constant > 0); /* a cell that nothing ever hits, a place that no list reaches */
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

/* Of cells only the energy is standardised: over the cells of the rows, or, padded, over that many rows an event. */
static void the_energy_of_cells_is_standardised_with_padding_and_without(void **state) {
    (void)state;
    nsym_events *events = calorimeter();
    for (size_t padded = 0; padded <= 6; padded += 6) {
        nsym_model_spec spec = spec_of(NSYM_PFN, "cells", "", padded);
        nsym_inputs inputs;
        double count = 0, sum = 0, squares = 0;
        for (size_t i = 0; i < TRAINING; i++) {
            uint64_t first = events->offsets[rows[i]], end = events->offsets[rows[i] + 1];
            for (uint64_t p = first; p < end; p++) {
                double energy = events->particles[4 * p + 2];
                sum += energy;
                squares += energy * energy;
            }
            count += padded ? (double)padded : (double)(end - first);
        }
        double mean = sum / count, scale = sqrt(squares / count - mean * mean);
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        assert_true((inputs.padding != NULL) == (padded > 0));
        assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, rows, TRAINING), NSYM_OK);
        const double *scaling = inputs.scaling[0];
        assert_true(scaling[0] == 0 && scaling[1] == 0 && scaling[3] == 1 && scaling[4] == 1);
        assert_true(fabs(scaling[2] - mean) < 1e-12 && fabs(scaling[5] - scale) < 1e-12);
        for (size_t p = 0; p < events->offsets[EVENTS]; p++) {
            const double *cell = events->particles + 4 * p;
            assert_true(inputs.particles[3 * p] == (float)cell[0] && inputs.particles[3 * p + 1] == (float)cell[1]);
            assert_true(fabs((double)inputs.particles[3 * p + 2] - (cell[2] - mean) / scale) < 1e-5);
        }
        if (padded) {
            assert_true(inputs.padding[0] == 0 && inputs.padding[1] == 0);
            assert_true(fabs((double)inputs.padding[2] + mean / scale) < 1e-6);
        }
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

static void refused(nsym_model_kind kind, const char *particles, const char *event, size_t padded, nsym_events *events,
                    const char *words) {
    nsym_model_spec spec = spec_of(kind, particles, event, padded);
    nsym_inputs inputs;
    assert_int_not_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    assert_true(!inputs.particles && !inputs.offsets);
    says(words);
}

static void what_is_padded_ends_after_so_many_cells(void **state) {
    (void)state;
    nsym_events *events = calorimeter();
    static const struct {
        nsym_model_kind kind;
        const char *particles, *event;
    } models[] = {{NSYM_FCN, "", "list"}, {NSYM_PFN, "cells", ""}};
    for (size_t m = 0; m < 2; m++) {
        nsym_model_spec spec = spec_of(models[m].kind, models[m].particles, models[m].event, MOST - 1);
        nsym_inputs inputs;
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        for (size_t i = 0; i < EVENTS; i++) {
            uint64_t first = events->offsets[i], n = events->offsets[i + 1] - first;
            uint32_t kept = inputs.offsets[i + 1] - inputs.offsets[i];
            assert_int_equal(kept, n < MOST - 1 ? n : MOST - 1);
            for (size_t p = 0; p < kept; p++)
                assert_true(inputs.particles[3 * (inputs.offsets[i] + p) + 2] ==
                            (float)events->particles[4 * (first + p) + 2]);
        }
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

static void cells_that_do_not_fit_are_refused(void **state) {
    (void)state;
    nsym_events *events = calorimeter();
    refused(NSYM_FCN, "", "image", GRID - 2, events, "cell 8 is not among the 8 cells of the image");
    static const double none[] = {-1, 0.5, GRID};
    for (size_t k = 0; k < 3; k++) {
        events->particles[4 * events->offsets[6] + 3] = none[k];
        refused(NSYM_FCN, "", "image", GRID, events, "row 7: cell ");
    }
    events->particles[4 * events->offsets[6] + 3] = NAN;
    refused(NSYM_FCN, "", "image", GRID, events, "row 7: cell of particle 1 is ");
    nsym_events_free(events);
    nsym_events *pairs;
    static const char *const names[] = {"px", "py", "pz", "energy"};
    static const uint64_t offsets[] = {0, 1};
    assert_int_equal(nsym_events_new(&pairs, 1), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(pairs, 4, names, NULL, offsets), NSYM_OK);
    refused(NSYM_FCN, "", "image", GRID, pairs, "no particle feature 'cell', which the input 'image' needs");
    refused(NSYM_PFN, "cells", "", 0, pairs, "no particle feature 'x', which the input 'cells' needs");
    nsym_events_free(pairs);
}

/* Three cells of an image, in any order; one is there twice, one has nothing. */
static nsym_events *disorderly(void) {
    static const char *const names[] = {"x", "y", "energy", "cell"};
    static const uint64_t offsets[] = {0, 4, 5};
    static const double cells[][2] = {{70, 3}, {2, 0}, {70, 4}, {65, 5}, {0, -80}}; /* cell, energy */
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
    for (size_t i = 0; i < 5; i++) {
        events->particles[4 * i + 2] = cells[i][1];
        events->particles[4 * i + 3] = cells[i][0];
    }
    return events;
}

static void the_hits_of_an_image_rise_and_the_last_of_a_cell_counts(void **state) {
    (void)state;
    nsym_events *events = disorderly();
    nsym_model_spec spec = spec_of(NSYM_FCN, "", "image", 80);
    nsym_inputs inputs;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    static const uint32_t first[] = {0, 2, 3}, column[] = {65, 70, 0};
    static const float value[] = {5, 4, -80};
    assert_memory_equal(inputs.hit_first, first, sizeof first);
    assert_memory_equal(inputs.hit_column, column, sizeof column);
    assert_memory_equal(inputs.hit_value, value, sizeof value);
    assert_null(inputs.particles);
    nsym_inputs_free(&inputs);
    nsym_events_free(events);
}

static void the_largest_value_of_a_list_or_image_has_a_name(void **state) {
    (void)state;
    static const char *const inputs_of[] = {"list", "image"}, *const names[] = {"energy of cell 1",
                                                                                "the value of cell 0"};
    nsym_events *events = disorderly();
    for (int k = 0; k < 2; k++) {
        nsym_model_spec spec = spec_of(NSYM_FCN, "", inputs_of[k], 80);
        nsym_inputs inputs;
        double value;
        char name[128];
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        assert_int_equal(nsym_inputs_largest(&inputs, &spec, &value, name, sizeof name), 1);
        assert_true(value == -80);
        assert_string_equal(name, names[k]);
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

static void events_without_any_cell_are_zeros(void **state) {
    (void)state;
    static const char *const names[] = {"x", "y", "energy", "cell"};
    static const uint64_t offsets[] = {0, 0, 0};
    static const uint32_t both[] = {0, 1};
    static const char *const inputs_of[] = {"list", "image"};
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
    for (int k = 0; k < 2; k++) {
        nsym_model_spec spec = spec_of(NSYM_FCN, "", inputs_of[k], 4);
        nsym_inputs inputs;
        float made[12];
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, both, 2), NSYM_OK);
        nsym_inputs_event(&inputs, &spec, 1, made);
        for (size_t i = 0; i < spec.event_input.width; i++) assert_true(made[i] == 0);
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

static void four_momenta_are_standardised_with_lorentz_pairs_and_pt(void **state) {
    (void)state;
    static const char *const names[] = {"px", "py", "pz", "energy"};
    static const uint32_t three[] = {0, 2, 3};
    uint64_t offsets[] = {0, 2, 4, 6, 8};
    nsym_events *events;
    nsym_model_spec spec = {.kind = NSYM_HYBRID, .slots = 2};
    nsym_inputs raw, scaled;
    strcpy(spec.particle_input.name, "p4");
    strcpy(spec.event_input.name, "lorentz");
    strcpy(spec.gate_input.name, "pt");
    spec.particle_input.width = 4, spec.event_input.width = 2, spec.gate_input.width = 1;
    assert_int_equal(nsym_events_new(&events, 4), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
    for (int i = 0; i < 32; i++) events->particles[i] = i % 4 == 3 ? 50 + i : (i * 7) % 13 - 6;
    assert_int_equal(nsym_inputs_new(&raw, &spec, events), NSYM_OK);
    assert_int_equal(nsym_inputs_new(&scaled, &spec, events), NSYM_OK);
    assert_int_equal(nsym_inputs_standardise(&scaled, &spec, events, NULL, three, 3), NSYM_OK);
    const float *before[] = {raw.particles, raw.event, raw.gate},
                *after[] = {scaled.particles, scaled.event, scaled.gate};
    static const size_t widths[] = {4, 2, 1}, per_event[] = {2, 1, 1};
    for (size_t part = 0; part < 3; part++)
        for (size_t k = 0; k < widths[part]; k++) {
            double mean = 0, square = 0, n = 3 * (double)per_event[part];
            for (size_t e = 0; e < 3; e++)
                for (size_t r = 0; r < per_event[part]; r++) {
                    double value = (double)before[part][(three[e] * per_event[part] + r) * widths[part] + k];
                    mean += value / n;
                    square += value * value / n;
                }
            double scale = sqrt(square - mean * mean);
            for (size_t i = k; i < 4 * per_event[part] * widths[part]; i += widths[part])
                assert_true(fabs((double)after[part][i] - ((double)before[part][i] - mean) / scale) < 1e-4);
        }
    nsym_inputs_free(&raw);
    nsym_inputs_free(&scaled);
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_lists_and_images_have_widths),
        cmocka_unit_test(lists_and_images_are_made_event_by_event),
        cmocka_unit_test(every_column_of_a_list_or_image_is_standardised_the_zeros_included),
        cmocka_unit_test(the_energy_of_cells_is_standardised_with_padding_and_without),
        cmocka_unit_test(what_is_padded_ends_after_so_many_cells),
        cmocka_unit_test(cells_that_do_not_fit_are_refused),
        cmocka_unit_test(the_hits_of_an_image_rise_and_the_last_of_a_cell_counts),
        cmocka_unit_test(the_largest_value_of_a_list_or_image_has_a_name),
        cmocka_unit_test(events_without_any_cell_are_zeros),
        cmocka_unit_test(four_momenta_are_standardised_with_lorentz_pairs_and_pt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
