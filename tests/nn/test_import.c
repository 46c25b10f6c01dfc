#include "nn/import.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ENTRIES = 16 };

typedef struct entry {
    const char *name;
    int shape[2]; /* second 0: a vector */
    int offset;
} entry;

/* A PFN 4 -> 3 -> 2 -> 3 -> 1 with two slots, as a published checkpoint lists it. */
static const entry published[ENTRIES] = {
    {"stack.0.weight", {3, 2}, 0},
    {"stack.0.bias", {3}, 6},
    {"stack.1.weight", {3}, 9},
    {"stack.1.bias", {3}, 12},
    {"stack.1.running_mean", {3}, 15},
    {"stack.1.running_var", {3}, 18},
    {"stack.3.weight", {1, 3}, 21},
    {"stack.3.bias", {1}, 24},
    {"p_map.stack.0.weight", {3, 4}, 25},
    {"p_map.stack.0.bias", {3}, 37},
    {"p_map.stack.1.weight", {2}, 40},
    {"p_map.stack.1.bias", {2}, 42},
    {"p_map.stack.1.running_mean", {2}, 44},
    {"p_map.stack.1.running_var", {2}, 46},
    {"p_map.stack.3.weight", {2, 3}, 48},
    {"p_map.stack.3.bias", {2}, 54},
};

static const nsym_model_spec small = {.kind = NSYM_PFN,
                                      .particle_input = {"p4", 4},
                                      .slots = 2,
                                      .particle_map = {1, {3}},
                                      .latent = 2,
                                      .hidden = {1, {3}},
                                      .norm = NSYM_NORM_SLOT};

/* A list of what a file would hold: number i of all is i, but the one at `odd` (if there is such) is NaN. */
static nsym_named_list list_of(const entry *entries, size_t count, int odd) {
    nsym_named_list list = {0};
    for (size_t i = 0; i < count; i++) {
        const entry *e = &entries[i];
        const uint64_t shape[] = {(uint64_t)e->shape[0], (uint64_t)e->shape[1]};
        assert_int_equal(nsym_named_add(&list, e->name, e->shape[1] ? 2 : 1, shape, true), NSYM_OK);
        const nsym_named *added = &list.entry[i];
        for (size_t k = 0; k < added->size; k++)
            added->values[k] = e->offset + (int)k == odd ? NAN : e->offset + (double)k;
    }
    return list;
}

static nsym_model *new_model(const nsym_model_spec *spec) {
    nsym_model *model;
    assert_int_equal(nsym_model_new(&model, spec), NSYM_OK);
    return model;
}

/* A model of the entries' numbers. */
static nsym_model *import(const nsym_model_spec *spec, const entry *entries, size_t count) {
    nsym_model *model = new_model(spec);
    nsym_named_list list = list_of(entries, count, -1);
    if (nsym_model_import(model, &list) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_named_free(&list);
    return model;
}

static void a_state_dict_arrives_by_order_and_kind(void **state) {
    (void)state;
    nsym_model *model = import(&small, published, ENTRIES);
    nsym_network *network = model->network;
    static const struct {
        const char *name;
        float first, second;
    } want[] = {
        {"particle_map.0.weight", 25, 29}, /* (inputs, outputs): the next value is the next output's */
        {"particle_map.0.norm.scale", 40, 41},  {"particle_map.0.norm.running_var", 46, 47},
        {"particle_map.1.weight", 48, 51},      {"hidden.0.weight", 0, 2},
        {"hidden.0.norm.running_mean", 15, 16}, {"hidden.0.norm.shift", 12, 13},
    };
    size_t found = 0;
    for (size_t t = 0; t < nsym_network_tensors(network); t++) {
        const nsym_tensor *tensor = nsym_network_tensor(network, t);
        const real *v = (tensor->running ? nsym_network_state(network) : nsym_network_values(network)) + tensor->offset;
        for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
            if (strcmp(tensor->name, want[i].name) != 0) continue;
            found++;
            assert_true(v[0] == want[i].first && v[1] == want[i].second);
        }
    }
    assert_int_equal(found, sizeof want / sizeof *want);
    nsym_model_free(model);
}

/* PyTorch's safetensors sorts names, and so puts stack.10 ahead of stack.2. */
static void the_order_of_a_list_does_not_matter(void **state) {
    (void)state;
    entry turned[ENTRIES];
    for (size_t i = 0; i < ENTRIES; i++) turned[i] = published[ENTRIES - 1 - i];
    nsym_model *first = import(&small, published, ENTRIES), *second = import(&small, turned, ENTRIES);
    size_t n = nsym_network_parameters(first->network);
    assert_memory_equal(nsym_network_values(first->network), nsym_network_values(second->network), n * sizeof(real));
    nsym_model_free(first);
    nsym_model_free(second);
}

static void standardisation_is_the_lists_or_none(void **state) {
    (void)state;
    entry entries[ENTRIES + 2];
    memcpy(entries, published, sizeof published);
    entries[ENTRIES] = (entry){"particles.mean", {4}, 0};
    entries[ENTRIES + 1] = (entry){"particles.scale", {4}, 1};
    nsym_model *model = import(&small, entries, ENTRIES + 2);
    const double want[] = {0, 1, 2, 3, 1, 2, 3, 4}, none[] = {0, 0, 0, 0, 1, 1, 1, 1};
    assert_memory_equal(nsym_model_scaling(model, NSYM_PARTICLE_INPUT), want, sizeof want);
    nsym_model_free(model);
    model = import(&small, published, ENTRIES);
    assert_memory_equal(nsym_model_scaling(model, NSYM_PARTICLE_INPUT), none, sizeof none);
    nsym_model_free(model);
}

/* An energy-flow network's particle map has one input less than its particles have values. */
static void an_energy_flow_network_is_imported(void **state) {
    (void)state;
    static const entry entries[] = {{"particle_map.0.weight", {3, 2}, 0}, {"particle_map.0.bias", {3}, 6},
                                    {"particle_map.2.weight", {2, 3}, 9}, {"particle_map.2.bias", {2}, 15},
                                    {"hidden.0.weight", {1, 2}, 17},      {"hidden.0.bias", {1}, 19}};
    const nsym_model_spec spec = {
        .kind = NSYM_EFN, .particle_input = {"objects", 3}, .particle_map = {1, {3}}, .latent = 2};
    nsym_model *model = import(&spec, entries, 6);
    const uint32_t offsets[] = {0, 2};
    const real particles[] = {2, 1, -1, 0.5, 0, 1}; /* z, x */
    double latent[2] = {0}, logit = 19;
    for (size_t r = 0; r < 2; r++) {
        double z = (double)particles[3 * r], x = (double)particles[3 * r + 1], y = (double)particles[3 * r + 2];
        for (int k = 0; k < 3; k++) {
            double hidden = fmax(0, 2 * k * x + (2 * k + 1) * y + 6 + k);
            for (int l = 0; l < 2; l++) latent[l] += z * (9 + 3 * l + k) * hidden;
        }
        for (int l = 0; l < 2; l++) latent[l] += z * (15 + l);
    }
    for (int l = 0; l < 2; l++) logit += (17 + l) * latent[l];
    nsym_batch batch = {.events = 1, .offsets = offsets, .particles = particles};
    assert_true(fabs((double)*nsym_network_forward(model->network, &batch, false) / logit - 1) < 1e-6);
    nsym_model_free(model);
}

static void assert_refused(const entry *entries, size_t count, int odd, const char *reason) {
    nsym_model *model = new_model(&small);
    nsym_named_list list = list_of(entries, count, odd);
    assert_int_equal(nsym_model_import(model, &list), NSYM_EFORMAT);
    if (!strstr(nsym_message(), reason)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), reason);
    nsym_named_free(&list);
    nsym_model_free(model);
}

static void weights_of_another_network_are_refused(void **state) {
    (void)state;
    static const struct {
        size_t index;
        entry entry;
        const char *reason;
    } wrong[] = {
        {0,
         {"stack.0.weight", {2, 3}, 0},
         "stack.0.weight has shape (2, 3), but the network's hidden.0.weight has shape (3, 2)"},
        {5, {"hidden.1.running_mean", {3}, 18}, "belongs neither to a linear layer nor to a batch norm"},
        {4, {"stack.1.running_var", {3}, 18}, "has only once"},
        {8,
         {"q_map.stack.0.weight", {3, 4}, 25},
         "belongs to a part that the network does not have; its parts are particle_map, hidden"},
        {8, {"p_map.stack.0.gain", {3, 4}, 25}, "p_map.stack.0.gain belongs neither"},
        {8, {"weight", {3, 4}, 25}, "'weight' is not a known name"},
        {8, {"p_map.first.weight", {3, 4}, 25}, "'p_map.first.weight' is not a known name"},
        {15, {"particles.mean", {4}, 55}, "1 of the network's 16 tensors are missing: particle_map.3.bias (2)"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        entry list[ENTRIES];
        memcpy(list, published, sizeof list);
        list[wrong[i].index] = wrong[i].entry;
        assert_refused(list, ENTRIES, -1, wrong[i].reason);
    }
    assert_refused(published, ENTRIES - 1, -1, "are missing: particle_map.3.bias (2)");
    assert_refused(published, 8, -1, "8 of the network's 16 tensors are missing: particle_map.0.weight (3, 4)");
    assert_refused(published, ENTRIES, 30, "must be finite");
}

static void standardisation_that_cannot_be_is_refused(void **state) {
    (void)state;
    static const struct {
        entry entry;
        const char *reason;
    } wrong[] = {{{"particles.mean", {4}, 0}, "particles.mean and particles.scale belong together, but one is missing"},
                 {{"temperature", {2}, 1}, "temperature must be one number above 0"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        entry list[ENTRIES + 1];
        memcpy(list, published, sizeof published);
        list[ENTRIES] = wrong[i].entry;
        assert_refused(list, ENTRIES + 1, -1, wrong[i].reason);
    }
    entry list[ENTRIES + 2];
    memcpy(list, published, sizeof published);
    list[ENTRIES] = (entry){"particles.mean", {4}, 0};
    list[ENTRIES + 1] = (entry){"particles.scale", {3}, 1};
    assert_refused(list, ENTRIES + 2, -1, "particles.scale has 3 numbers, must be (4)");
    list[ENTRIES + 1] = (entry){"particles.scale", {4}, 0};
    assert_refused(list, ENTRIES + 2, -1, "scale 0, must be finite and the scale above 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_dict_arrives_by_order_and_kind),
        cmocka_unit_test(the_order_of_a_list_does_not_matter),
        cmocka_unit_test(standardisation_is_the_lists_or_none),
        cmocka_unit_test(an_energy_flow_network_is_imported),
        cmocka_unit_test(weights_of_another_network_are_refused),
        cmocka_unit_test(standardisation_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
