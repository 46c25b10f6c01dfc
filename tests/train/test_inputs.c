/* What a network reads, by name. */
#include "train/inputs.h"
#include "transform/lorentz.h"
#include "transform/references.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Three pairs with the momentum's features in another order and one between them. */
static nsym_events *pairs(void) {
    static const char *const names[] = {"energy", "pdg", "pz", "px", "py"};
    static const uint64_t offsets[] = {0, 2, 4, 6};
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 3), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 5, names, NULL, offsets), NSYM_OK);
    for (int i = 0; i < 6; i++) {
        double *p = events->particles + 5 * i;
        p[3] = 3 + i, p[4] = 4 - i, p[2] = 10 * i, p[1] = i % 2 ? 13 : -13;
        p[0] = sqrt(p[2] * p[2] + p[3] * p[3] + p[4] * p[4]);
    }
    return events;
}

static nsym_model_spec spec_of(const char *particles, const char *event, const char *weight, size_t slots) {
    nsym_model_spec spec = {.slots = slots};
    strcpy(spec.particle_input.name, particles);
    strcpy(spec.event_input.name, event);
    strcpy(spec.gate_input.name, weight);
    assert_int_equal(nsym_input_resolve(&spec.particle_input, NSYM_PER_PARTICLE, &spec), NSYM_OK);
    assert_int_equal(nsym_input_resolve(&spec.event_input, NSYM_PER_EVENT, &spec), NSYM_OK);
    assert_int_equal(nsym_input_resolve(&spec.gate_input, NSYM_PER_EVENT, &spec), NSYM_OK);
    return spec;
}

static const nsym_model_spec two = {.slots = 2};

static void says(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void names_have_places_and_widths(void **state) {
    (void)state;
    nsym_input p4 = {"p4", 0}, lorentz = {"lorentz", 0}, pt = {"pt", 0}, none = {"", 9}, unknown = {"mass2", 7};
    assert_int_equal(nsym_input_resolve(&p4, NSYM_PER_PARTICLE, &two), NSYM_OK);
    assert_int_equal(p4.width, 4);
    for (size_t slots = 2; slots < 6; slots++) {
        assert_int_equal(nsym_input_resolve(&lorentz, NSYM_PER_EVENT, &(nsym_model_spec){.slots = slots}), NSYM_OK);
        assert_int_equal(lorentz.width, slots * (slots - 1));
    }
    assert_int_equal(nsym_input_resolve(&pt, NSYM_PER_EVENT, &two), NSYM_OK);
    assert_int_equal(pt.width, 1);
    assert_int_equal(nsym_input_resolve(&none, NSYM_PER_EVENT, &two), NSYM_OK);
    assert_int_equal(none.width, 0);
    assert_int_equal(nsym_input_resolve(&unknown, NSYM_PER_EVENT, &two), NSYM_EINVAL);
    says("there is no input 'mass2'");
    says("p4, pairs, cells, objects, objects_kind, objects_onehot and features (per particle), lorentz, momenta, pt, "
         "list, image and columns");
    assert_int_equal(nsym_input_resolve(&p4, NSYM_PER_EVENT, &two), NSYM_EINVAL);
    says("input 'p4' is made per particle, not per event");
    assert_int_equal(nsym_input_resolve(&pt, NSYM_PER_PARTICLE, &two), NSYM_EINVAL);
    says("input 'pt' is made per event, not per particle");
}

static void inputs_are_computed_event_by_event_whatever_the_features_order(void **state) {
    (void)state;
    nsym_events *events = pairs();
    nsym_model_spec spec = spec_of("p4", "lorentz", "pt", 2);
    nsym_inputs inputs;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    assert_int_equal(inputs.count, 3);
    for (size_t i = 0; i < 3; i++) {
        double p4[8];
        double invariants[2];
        assert_int_equal(inputs.offsets[i + 1], 2 * (i + 1));
        for (size_t j = 0; j < 2; j++) {
            static const size_t feature[] = {3, 4, 2, 0};
            for (size_t k = 0; k < 4; k++) {
                p4[4 * j + k] = events->particles[5 * (2 * i + j) + feature[k]];
                assert_true(inputs.particles[8 * i + 4 * j + k] == (float)p4[4 * j + k]);
            }
        }
        nsym_lorentz_pairs(p4, 2, invariants);
        for (size_t k = 0; k < 2; k++) assert_true(inputs.event[2 * i + k] == (float)invariants[k]);
        assert_true(inputs.gate[i] == (float)hypot(p4[0], p4[1]));
    }
    nsym_inputs_free(&inputs);
    assert_null(inputs.particles);
    nsym_events_free(events);
}

static void what_a_model_does_not_read_is_not_made(void **state) {
    (void)state;
    nsym_events *events = pairs();
    nsym_model_spec spec = spec_of("", "lorentz", "", 2);
    nsym_inputs inputs;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    assert_true(!inputs.particles && !inputs.gate && inputs.event);
    nsym_inputs_free(&inputs);
    nsym_events_free(events);
}

static void ragged_events_keep_their_particles(void **state) {
    (void)state;
    static const char *const names[] = {"px", "py", "pz", "energy"};
    static const uint64_t offsets[] = {0, 3, 3, 4};
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 3), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
    for (size_t i = 0; i < 16; i++) events->particles[i] = (double)i;
    nsym_model_spec spec = spec_of("p4", "pt", "", 0);
    nsym_inputs inputs;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    for (size_t i = 0; i < 16; i++) assert_true(inputs.particles[i] == (float)i);
    assert_true(inputs.offsets[1] == 3 && inputs.offsets[2] == 3 && inputs.offsets[3] == 4);
    assert_true(inputs.event[0] == 1 && inputs.event[1] == 0 && inputs.event[2] == (float)hypot(12, 13));
    nsym_inputs_free(&inputs);
    spec.slots = 3;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_EINVAL);
    says("row 2 has 0 particles, the model reads 3");
    assert_null(inputs.particles);
    nsym_events_free(events);
}

/* Three events of 3, 1 and 0 particles, and one of 2, whose momenta are numbers that go on. */
static nsym_events *few(void) {
    static const char *const names[] = {"px", "py", "pz", "energy"};
    static const uint64_t offsets[] = {0, 3, 4, 4, 6};
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 4), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
    for (size_t i = 0; i < 24; i++) events->particles[i] = i % 4 == 3 ? 40 + (double)i : (double)(i * 7 % 13) - 6;
    return events;
}

static void pairs_are_rows_of_any_number_of_particles(void **state) {
    (void)state;
    static const uint32_t all[] = {0, 1, 2, 3};
    static const char *const references[] = {"", "beam"};
    nsym_events *events = few();
    for (size_t r = 0; r < 2; r++) {
        nsym_model_spec spec = {.kind = NSYM_PFN, .particle_input = {"pairs", 0}, .event_input = {"pt", 0}};
        nsym_references parsed;
        nsym_inputs inputs;
        double rows[3 * 9];
        strcpy(spec.references, references[r]);
        assert_int_equal(nsym_references_parse(&parsed, spec.references), NSYM_OK);
        assert_int_equal(nsym_input_resolve(&spec.particle_input, NSYM_PER_PARTICLE, &spec), NSYM_OK);
        assert_int_equal(nsym_input_resolve(&spec.event_input, NSYM_PER_EVENT, &spec), NSYM_OK);
        const size_t width = spec.particle_input.width;
        assert_int_equal(width, r ? 9 : 3);
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        static const uint32_t ends[] = {3, 3, 3, 4};
        for (size_t i = 0; i < 4; i++) assert_int_equal(inputs.offsets[i + 1], ends[i]);
        nsym_gram_fill(events->particles, 3, &parsed, rows);
        for (size_t k = 0; k < 3 * width; k++) assert_true(inputs.particles[k] == (float)rows[k]);
        nsym_gram_fill(events->particles + 16, 2, &parsed, rows);
        for (size_t k = 0; k < width; k++) assert_true(inputs.particles[3 * width + k] == (float)rows[k]);
        assert_true(inputs.event[2] == 0 && inputs.event[1] > 0); /* which reads particles, not pairs */
        const float mass = inputs.particles[0], product = inputs.particles[2];
        assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, all, 4), NSYM_OK);
        assert_true(inputs.particles[0] == mass && inputs.particles[2] != product);
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

static void pairs_that_are_padded_or_in_slots_are_refused(void **state) {
    (void)state;
    nsym_input pair = {"pairs", 0}, lorentz = {"lorentz", 0};
    nsym_model_spec spec = {.kind = NSYM_PFN, .padded = 6};
    assert_int_equal(nsym_input_resolve(&pair, NSYM_PER_PARTICLE, &spec), NSYM_EINVAL);
    says("input 'pairs' has a row for each pair, but padded, which counts particles, is 6");
    spec = (nsym_model_spec){.kind = NSYM_PFN, .norm = NSYM_NORM_SLOT, .slots = 2};
    assert_int_equal(nsym_input_resolve(&pair, NSYM_PER_PARTICLE, &spec), NSYM_EINVAL);
    says("have no order, which norm: slot needs");
    strcpy(spec.references, "beams");
    assert_int_equal(nsym_input_resolve(&lorentz, NSYM_PER_EVENT, &spec), NSYM_EINVAL);
    says("there is no reference 'beams'");
}

static void references_widen_the_products(void **state) {
    (void)state;
    static const struct {
        const char *references;
        size_t width;
    } of[] = {{"", 6}, {"time", 9}, {"beam", 18}, {"time,beam", 21}, {"time,x,y,z", 18}};
    for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
        nsym_input lorentz = {"lorentz", 0};
        nsym_model_spec spec = {.slots = 3};
        strcpy(spec.references, of[k].references);
        assert_int_equal(nsym_input_resolve(&lorentz, NSYM_PER_EVENT, &spec), NSYM_OK);
        assert_int_equal(lorentz.width, of[k].width);
    }
}

/* A Lorentz layer needs momenta; another network needs numbers of order 1. */
static void momenta_are_standardised_unless_a_lorentz_layer_reads_them(void **state) {
    (void)state;
    static const uint32_t all[] = {0, 1, 2};
    nsym_events *events = pairs();
    for (size_t lola = 0; lola < 2; lola++) {
        nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {"momenta", 0}, .slots = 2, .lola = lola};
        nsym_inputs inputs;
        assert_int_equal(nsym_input_resolve(&spec.event_input, NSYM_PER_EVENT, &spec), NSYM_OK);
        assert_int_equal(spec.event_input.width, 8);
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        assert_true(inputs.event[8] == 5 && inputs.event[9] == 2 && inputs.event[10] == 20 && inputs.event[12] == 6);
        assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, all, 3), NSYM_OK);
        assert_int_equal(inputs.event[8] == 5, lola);
        nsym_inputs_free(&inputs);
    }
    nsym_events_free(events);
}

static void a_spec_of_foreign_inputs_is_refused(void **state) {
    (void)state;
    nsym_events *events = pairs();
    nsym_inputs inputs;
    nsym_model_spec spec = spec_of("p4", "lorentz", "", 2);
    strcpy(spec.particle_input.name, "momentum");
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_EINVAL);
    says("there is no input 'momentum'");
    spec = spec_of("p4", "lorentz", "", 2);
    spec.event_input.width = 3;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_EINVAL);
    says("input 'lorentz' has 2 values for 2 particles, the model reads 3");
    spec = spec_of("p4", "lorentz", "", 2);
    spec.slots = 0; /* any number of particles has no fixed number of pairs */
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_EINVAL);
    says("needs a fixed number of particles");
    nsym_events_free(events);
}

static void a_missing_feature_is_named(void **state) {
    (void)state;
    static const char *const names[] = {"px", "py", "eta", "energy"};
    static const uint64_t offsets[] = {0, 2};
    nsym_model_spec spec = spec_of("p4", "", "", 2);
    nsym_inputs inputs;
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_ENOTFOUND); /* no particles at all */
    says("no particle feature 'px'");
    assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_ENOTFOUND);
    says("no particle feature 'pz'");
    nsym_events_free(events);
}

static void a_number_that_is_none_is_named_with_its_event(void **state) {
    (void)state;
    const double bad[] = {NAN, INFINITY};
    for (int k = 0; k < 2; k++) {
        nsym_events *events = pairs();
        nsym_model_spec spec = spec_of("p4", "lorentz", "pt", 2);
        nsym_inputs inputs;
        events->particles[5 * 3 + 1] = NAN; /* pdg: nobody reads it */
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
        nsym_inputs_free(&inputs);
        events->particles[5 * 3 + 2] = bad[k];
        assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_ENUMERIC);
        says("row 2: pz of particle 2 is");
        assert_true(!inputs.offsets && !inputs.particles && !inputs.event && !inputs.gate);
        nsym_events_free(events);
    }
}

/* Five events without particles. */
static nsym_events *table(void) {
    static const char *const names[] = {"iso", "mass", "sum_pt"};
    nsym_events *events;
    double *values;
    assert_int_equal(nsym_events_new(&events, 5), NSYM_OK);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(nsym_events_add_column(events, names[k], "", "", 1, &values), NSYM_OK);
        for (size_t i = 0; i < 5; i++) values[i] = k == 1 ? 91.5 : (double)(10 * k + 3 * i * i) + 0.1;
    }
    assert_int_equal(nsym_events_add_column(events, "pair", "", "", 2, &values), NSYM_OK);
    return events;
}

static nsym_model_spec spec_of_columns(const char *columns) {
    nsym_model_spec spec = {.event_input = {"columns", 0}};
    snprintf(spec.columns, sizeof spec.columns, "%s", columns);
    assert_int_equal(nsym_input_resolve(&spec.event_input, NSYM_PER_EVENT, &spec), NSYM_OK);
    return spec;
}

static void columns_are_read_in_the_order_of_their_names(void **state) {
    (void)state;
    static const char *const lists[] = {"sum_pt,iso,mass", "iso", "mass,sum_pt"};
    for (size_t l = 0; l < 3; l++)
        for (int particles = 0; particles < 2; particles++) {
            nsym_events *events = table();
            static const char *const names[] = {"px"};
            static const uint64_t offsets[] = {0, 2, 2, 3, 3, 9}; /* which nobody reads */
            if (particles) assert_int_equal(nsym_events_set_particles(events, 1, names, NULL, offsets), NSYM_OK);
            if (particles) events->particles[0] = NAN;
            nsym_model_spec spec = spec_of_columns(lists[l]);
            nsym_inputs inputs;
            assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
            assert_true(inputs.event && !inputs.particles && !inputs.gate && inputs.count == 5);
            char list[64], *rest = list;
            strcpy(list, lists[l]);
            size_t k = 0;
            for (char *name; (name = strsep(&rest, ",")); k++)
                for (size_t i = 0; i < 5; i++)
                    assert_true(inputs.event[i * spec.event_input.width + k] ==
                                (float)nsym_events_column(events, name)->values[i]);
            assert_int_equal(k, spec.event_input.width);
            nsym_inputs_free(&inputs);
            nsym_events_free(events);
        }
}

/* Over the rows that train; a column that does not vary is only shifted. */
static void columns_are_standardised(void **state) {
    (void)state;
    static const uint32_t rows[] = {0, 2, 3};
    nsym_events *events = table();
    nsym_model_spec spec = spec_of_columns("iso,mass");
    nsym_inputs inputs;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, rows, 3), NSYM_OK);
    const double *iso = nsym_events_column(events, "iso")->values;
    double mean = (iso[0] + iso[2] + iso[3]) / 3, square = (iso[0] * iso[0] + iso[2] * iso[2] + iso[3] * iso[3]) / 3;
    double scale = sqrt(square - mean * mean);
    assert_true(fabs(inputs.scaling[1][0] - mean) < 1e-5 && fabs(inputs.scaling[1][2] - scale) < 1e-5);
    for (size_t i = 0; i < 5; i++) {
        assert_true(fabs((double)inputs.event[2 * i] - (iso[i] - mean) / scale) < 1e-5);
        assert_true(inputs.event[2 * i + 1] == 0);
    }
    nsym_inputs_free(&inputs);
    nsym_events_free(events);
}

enum { MANY = 300 };

/* Two columns: normal numbers, and normal numbers times `spread` about `offset`. */
static nsym_events *normal(double offset, double spread) {
    static const char *const names[] = {"a", "b"};
    nsym_events *events;
    double *values;
    assert_int_equal(nsym_events_new(&events, MANY), NSYM_OK);
    for (size_t k = 0; k < 2; k++) {
        nsym_random random = nsym_random_stream(3, names[k], 0);
        assert_int_equal(nsym_events_add_column(events, names[k], "", "", 1, &values), NSYM_OK);
        for (size_t i = 0; i < MANY; i++) values[i] = (k ? offset : 0) + (k ? spread : 1) * nsym_random_normal(&random);
    }
    return events;
}

/* Means and scales (2, 2) of the first n events, and the inputs themselves unless `event` is NULL. */
static void standardised(double scaling[4], float *event, const nsym_events *events, const double *weights, size_t n) {
    uint32_t rows[MANY];
    nsym_model_spec spec = spec_of_columns("a,b");
    nsym_inputs inputs;
    for (size_t i = 0; i < n; i++) rows[i] = (uint32_t)i;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, weights, rows, n), NSYM_OK);
    memcpy(scaling, inputs.scaling[1], 4 * sizeof *scaling);
    if (event) memcpy(event, inputs.event, 2 * MANY * sizeof *event);
    nsym_inputs_free(&inputs);
}

/* Sentinels such as -999 in events that count for nothing. */
static void events_of_weight_0_do_not_move_the_scale(void **state) {
    (void)state;
    nsym_events *events = normal(5, 2);
    double clean[4], junk[4], weights[MANY];
    for (size_t i = 0; i < MANY; i++) weights[i] = i < 200;
    standardised(clean, NULL, events, NULL, 200);
    for (size_t i = 200; i < MANY; i++) nsym_events_column(events, "a")->values[i] = -999;
    for (size_t i = 200; i < MANY; i++) nsym_events_column(events, "b")->values[i] = 1e30;
    standardised(junk, NULL, events, weights, MANY);
    assert_memory_equal(clean, junk, sizeof clean);
    nsym_events_free(events);
}

static void weights_weigh_by_their_size_and_equal_ones_say_nothing(void **state) {
    (void)state;
    nsym_events *events = normal(5, 2);
    const double *b = nsym_events_column(events, "b")->values;
    double plain[4], equal[4], weighed[4], weights[MANY], total = 0, mean = 0, square = 0;
    for (size_t i = 0; i < MANY; i++) weights[i] = 0.3;
    standardised(plain, NULL, events, NULL, MANY);
    standardised(equal, NULL, events, weights, MANY);
    assert_memory_equal(plain, equal, sizeof plain);
    for (size_t i = 0; i < MANY; i++) weights[i] = exp(0.3 * b[i]) * (i % 5 ? 1 : -1);
    standardised(weighed, NULL, events, weights, MANY);
    for (size_t i = 0; i < MANY; i++) total += fabs(weights[i]);
    for (size_t i = 0; i < MANY; i++) mean += fabs(weights[i]) / total * b[i];
    for (size_t i = 0; i < MANY; i++) square += fabs(weights[i]) / total * (b[i] - mean) * (b[i] - mean);
    assert_true(fabs(weighed[1] - mean) < 1e-12 && fabs(weighed[3] - sqrt(square)) < 1e-12);
    assert_true(weighed[1] > plain[1] + 0.5);
    nsym_events_free(events);
}

/* A time in seconds, a run number: what varies is the last digits, which float does not have. */
static void small_differences_of_large_numbers_are_kept(void **state) {
    (void)state;
    static const double offsets[] = {1e5, -1e5, 1.7e9}, spreads[] = {0.01, 0.01, 1};
    for (size_t k = 0; k < 3; k++) {
        nsym_events *events = normal(offsets[k], spreads[k]);
        const double *b = nsym_events_column(events, "b")->values;
        double scaling[4], mean = 0, square = 0;
        float event[2 * MANY];
        standardised(scaling, event, events, NULL, MANY);
        for (size_t i = 0; i < MANY; i++) mean += (b[i] - offsets[k]) / MANY;
        for (size_t i = 0; i < MANY; i++) square += pow(b[i] - offsets[k] - mean, 2) / MANY;
        for (size_t i = 0; i < MANY; i++) {
            double wanted = (b[i] - offsets[k] - mean) / sqrt(square);
            assert_true(fabs((double)event[2 * i + 1] - wanted) <
                        1e-6 * (1 + fabs(wanted))); /* float; 1.7e9 is in double to 2e-7 */
        }
        nsym_events_free(events);
    }
    nsym_events *events = normal(0.1, 0); /* does not vary, whatever the rounding of its mean */
    double scaling[4];
    standardised(scaling, NULL, events, NULL, MANY);
    assert_true(fabs(scaling[1] - 0.1) < 1e-15 && scaling[3] == 1);
    nsym_events_free(events);
}

/* A message names the row of the file, wherever the event stands now. */
static void what_no_network_can_read_is_named_by_its_row(void **state) {
    (void)state;
    static const double bad[] = {1e200, -1e39, NAN, INFINITY};
    static const char *const words[] = {"b is 1e+200, but networks read numbers up to 3.4e+38; correct it or leave the",
                                        "b is -1e+39, but networks", "must be finite for a network", "b is inf"};
    size_t order[MANY];
    for (size_t k = 0; k < 4; k++) {
        nsym_events *events = normal(0, 1), *shuffled, *part, *columns;
        nsym_model_spec spec = spec_of_columns("a,b");
        nsym_inputs inputs;
        nsym_events_column(events, "b")->values[9] = bad[k];
        for (size_t i = 0; i < MANY; i++) order[i] = (7 * i + 100) % MANY;
        assert_int_equal(nsym_events_select(&shuffled, events, order, MANY), NSYM_OK);
        assert_int_equal(nsym_events_select(&part, shuffled, order, MANY / 2), NSYM_OK);
        assert_int_equal(nsym_events_columns(&columns, shuffled, 20, MANY - 20), NSYM_OK);
        const nsym_events *of[] = {events, shuffled, part, columns};
        for (size_t c = 0; c < 4; c++) {
            nsym_status status = nsym_inputs_new(&inputs, &spec, of[c]);
            bool there = false;
            for (size_t i = 0; i < of[c]->count; i++) there = there || nsym_events_row(of[c], i) == 10;
            assert_int_equal(status, there ? NSYM_ENUMERIC : NSYM_OK);
            nsym_inputs_free(&inputs);
            if (!there) continue;
            says("row 10: b is ");
            says(words[k]);
        }
        nsym_events_free(events);
        nsym_events_free(shuffled);
        nsym_events_free(part);
        nsym_events_free(columns);
    }
}

static void a_value_too_far_from_those_that_train_is_named(void **state) {
    (void)state;
    nsym_events *events = normal(0, 1e-10);
    uint32_t rows[200];
    nsym_model_spec spec = spec_of_columns("a,b");
    nsym_inputs inputs;
    nsym_events_column(events, "b")->values[250] = 1e35; /* does not train */
    for (uint32_t i = 0; i < 200; i++) rows[i] = i;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, rows, 200), NSYM_ENUMERIC);
    says("row 251: b is 1e+35, too far from the mean ");
    nsym_inputs_free(&inputs);
    nsym_events_free(events);
}

static void columns_that_cannot_be_read_are_named(void **state) {
    (void)state;
    nsym_events *events = table();
    nsym_inputs inputs;
    nsym_model_spec spec = spec_of_columns("iso,isolation");
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_ENOTFOUND);
    says("no column 'isolation' of one value, which the model reads");
    spec = spec_of_columns("pair");
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_ENOTFOUND);
    says("no column 'pair' of one value");
    nsym_events_column(events, "sum_pt")->values[3] = INFINITY;
    spec = spec_of_columns("iso");
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK); /* nobody reads it */
    nsym_inputs_free(&inputs);
    spec = spec_of_columns("iso,sum_pt");
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_ENUMERIC);
    says("row 4: sum_pt is inf");
    nsym_events_column(events, "iso")->values[1] = NAN;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_ENUMERIC);
    says("row 2: iso is");
    assert_true(!inputs.event && !inputs.offsets);
    nsym_events_free(events);
    nsym_model_spec none = {.event_input = {"columns", 0}};
    assert_int_equal(nsym_input_resolve(&none.event_input, NSYM_PER_EVENT, &none), NSYM_EINVAL);
    says("needs the names of event columns ('columns')");
    spec = spec_of_columns("iso,mass");
    spec.event_input.width = 3;
    events = table();
    assert_int_not_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_have_places_and_widths),
        cmocka_unit_test(inputs_are_computed_event_by_event_whatever_the_features_order),
        cmocka_unit_test(what_a_model_does_not_read_is_not_made),
        cmocka_unit_test(ragged_events_keep_their_particles),
        cmocka_unit_test(momenta_are_standardised_unless_a_lorentz_layer_reads_them),
        cmocka_unit_test(references_widen_the_products),
        cmocka_unit_test(pairs_that_are_padded_or_in_slots_are_refused),
        cmocka_unit_test(pairs_are_rows_of_any_number_of_particles),
        cmocka_unit_test(a_spec_of_foreign_inputs_is_refused),
        cmocka_unit_test(a_missing_feature_is_named),
        cmocka_unit_test(a_number_that_is_none_is_named_with_its_event),
        cmocka_unit_test(columns_are_read_in_the_order_of_their_names),
        cmocka_unit_test(columns_are_standardised),
        cmocka_unit_test(events_of_weight_0_do_not_move_the_scale),
        cmocka_unit_test(weights_weigh_by_their_size_and_equal_ones_say_nothing),
        cmocka_unit_test(small_differences_of_large_numbers_are_kept),
        cmocka_unit_test(what_no_network_can_read_is_named_by_its_row),
        cmocka_unit_test(a_value_too_far_from_those_that_train_is_named),
        cmocka_unit_test(columns_that_cannot_be_read_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
