#include "nn/import.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ENTRIES = 16, FLOATS = 56 };

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

static char folder[] = "/tmp/nsym_import_XXXXXX", json_path[64], f32_path[64];

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(json_path, sizeof json_path, "%s/w.json", folder);
    snprintf(f32_path, sizeof f32_path, "%s/w.f32", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(json_path);
    unlink(f32_path);
    return rmdir(folder);
}

/* Writes the list and `floats` floats: number i is i, but the one at `odd` (if below `floats`) is NaN. */
static void write_weights(const entry *list, size_t entries, size_t floats, size_t odd) {
    FILE *json = fopen(json_path, "w"), *f32 = fopen(f32_path, "wb");
    assert_true(json && f32);
    for (size_t i = 0; i < entries; i++) {
        fprintf(json, "%s{\"name\": \"%s\", \"shape\": [%d", i ? ", " : "[", list[i].name, list[i].shape[0]);
        if (list[i].shape[1]) fprintf(json, ", %d", list[i].shape[1]);
        fprintf(json, "], \"offset_floats\": %d}", list[i].offset);
    }
    fputs("]\n", json);
    for (size_t i = 0; i < floats; i++) fwrite(&(float){i == odd ? NAN : (float)i}, sizeof(float), 1, f32);
    fclose(json);
    fclose(f32);
}

static nsym_network *new_network(const nsym_model_spec *spec, size_t events) {
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, spec, events, 2 * events), NSYM_OK);
    return network;
}

static void a_state_dict_arrives_by_order_and_kind(void **state) {
    (void)state;
    nsym_network *network = new_network(&small, 1);
    write_weights(published, ENTRIES, FLOATS, FLOATS);
    assert_int_equal(nsym_network_import_flat(network, json_path, f32_path), NSYM_OK);
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
    nsym_network_free(network);
}

/* An energy-flow network's particle map has one input less than its particles have values. */
static void an_energy_flow_network_is_imported(void **state) {
    (void)state;
    static const entry list[] = {{"particle_map.0.weight", {3, 2}, 0}, {"particle_map.0.bias", {3}, 6},
                                 {"particle_map.2.weight", {2, 3}, 9}, {"particle_map.2.bias", {2}, 15},
                                 {"hidden.0.weight", {1, 2}, 17},      {"hidden.0.bias", {1}, 19}};
    const nsym_model_spec spec = {
        .kind = NSYM_EFN, .particle_input = {"objects", 3}, .particle_map = {1, {3}}, .latent = 2};
    nsym_network *network = new_network(&spec, 1);
    write_weights(list, 6, 20, 20);
    assert_int_equal(nsym_network_import_flat(network, json_path, f32_path), NSYM_OK);
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
    assert_true(fabs((double)*nsym_network_forward(network, &batch, false) / logit - 1) < 1e-6);
    nsym_network_free(network);
}

static void assert_refused(nsym_network *network, const char *reason) {
    assert_int_equal(nsym_network_import_flat(network, json_path, f32_path), NSYM_EFORMAT);
    if (!strstr(nsym_message(), reason)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), reason);
}

static void weights_of_another_network_are_refused(void **state) {
    (void)state;
    nsym_network *network = new_network(&small, 1);
    static const struct {
        size_t index;
        entry entry;
        const char *reason;
    } wrong[] = {
        {0, {"stack.0.weight", {2, 3}, 0}, "hidden.0.weight has shape (3, 2), the network's is (2, 3)"},
        {5, {"stack.1.running_mean", {3}, 18}, "has once only"},
        {8, {"q_map.stack.0.weight", {3, 4}, 25}, "does not have"},
        {8, {"p_map.stack.0.gain", {3, 4}, 25}, "entry 8"},
        {8, {"weight", {3, 4}, 25}, "entry 8"},
        {15, {"p_map.stack.3.bias", {2}, 55}, "ends at float 57, the file has 56"},
        {15, {"p_map.stack.3.bias", {2}, -1}, "entry 15"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        entry list[ENTRIES];
        memcpy(list, published, sizeof list);
        list[wrong[i].index] = wrong[i].entry;
        write_weights(list, ENTRIES, FLOATS, FLOATS);
        assert_refused(network, wrong[i].reason);
    }
    write_weights(published, ENTRIES - 1, FLOATS - 2, FLOATS);
    assert_refused(network, "the list has 15 tensors, the network has 16");
    write_weights(published, ENTRIES, FLOATS + 1, FLOATS + 1);
    assert_refused(network, "hold 56 floats");
    write_weights(published, ENTRIES, FLOATS, 30);
    assert_refused(network, "not finite");
    nsym_network_free(network);
}

/* What follows needs the published weights and outputs of PRD 111, 072002. */
enum { ROWS = 100000, COLUMNS = 10, ANALYSED = 20000 };

typedef struct output {
    double pt, mass, value, label;
} output;

typedef struct sample {
    float (*row)[COLUMNS]; /* (ROWS) px, py, pz, E of two muons, label, weight */
    double *pt, *mass;     /* (ROWS) */
    uint32_t *by_pt;       /* (ROWS) the rows in order of pt */
} sample;

static char root[512];

static FILE *open_data(const char *name) {
    char path[640];
    snprintf(path, sizeof path, "%s/dimuon/reference/%s", root, name);
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s cannot be opened", path);
    return file;
}

/* True where there is data to read. */
static bool find_data(void) {
    const char *data = getenv("NSYM_DATA");
    if (!data) {
        print_message("NSYM_DATA is not set: the published weights and outputs are not at hand\n");
        return false;
    }
    snprintf(root, sizeof root, "%s", data);
    return true;
}

static const double *sort_key;

static int by_key(const void *a, const void *b) {
    double x = sort_key[*(const uint32_t *)a], y = sort_key[*(const uint32_t *)b];
    return (x > y) - (x < y);
}

static sample read_sample(void) {
    sample s = {malloc(ROWS * sizeof *s.row), malloc(ROWS * sizeof *s.pt), malloc(ROWS * sizeof *s.mass),
                malloc(ROWS * sizeof *s.by_pt)};
    FILE *file = open_data("reconstructed_full_dataset.f32");
    assert_int_equal(fread(s.row, sizeof *s.row, ROWS, file), ROWS);
    fclose(file);
    for (uint32_t i = 0; i < ROWS; i++) {
        const float *p = s.row[i];
        double x = (double)p[0] + p[4], y = (double)p[1] + p[5], z = (double)p[2] + p[6], e = (double)p[3] + p[7];
        s.pt[i] = hypot(p[0], p[1]);
        s.mass[i] = sqrt(fmax(e * e - x * x - y * y - z * z, 0));
        s.by_pt[i] = i;
    }
    sort_key = s.pt;
    qsort(s.by_pt, ROWS, sizeof *s.by_pt, by_key);
    return s;
}

static void free_sample(sample *s) {
    free(s->row), free(s->pt), free(s->mass), free(s->by_pt);
}

/* The row of the sample with that label, nearest in pt and mass. */
static const float *find_row(const sample *s, const output *o) {
    size_t low = 0, high = ROWS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->pt[s->by_pt[middle]] < o->pt - 1e-3)
            low = middle + 1;
        else
            high = middle;
    }
    const float *best = NULL;
    double least = 1e-3;
    for (; low < ROWS && s->pt[s->by_pt[low]] < o->pt + 1e-3; low++) {
        uint32_t i = s->by_pt[low];
        double distance = fabs(s->pt[i] - o->pt) + fabs(s->mass[i] - o->mass);
        if ((double)s->row[i][8] != o->label || distance >= least) continue;
        least = distance;
        best = s->row[i];
    }
    if (!best) fail_msg("no event has pT %.6f, mass %.6f, label %g", o->pt, o->mass, o->label);
    return best;
}

/* New (ANALYSED): pT, mass, output and label of an analysis file; without masses where it is the weight network's. */
static output *read_outputs(const char *name, bool masses) {
    output *list = calloc(ANALYSED, sizeof *list);
    char line[256];
    FILE *file = open_data(name);
    assert_non_null(fgets(line, sizeof line, file));
    for (size_t i = 0; i < ANALYSED; i++) {
        output *o = &list[i];
        assert_non_null(fgets(line, sizeof line, file));
        int read = masses ? sscanf(line, "%lf,%lf,%*f,%lf,%lf", &o->pt, &o->mass, &o->value, &o->label)
                          : sscanf(line, "%lf,%lf,%lf", &o->pt, &o->value, &o->label);
        assert_int_equal(read, masses ? 4 : 3);
    }
    fclose(file);
    return list;
}

static nsym_network *import(const nsym_model_spec *spec, const char *name) {
    char json[640], f32[640];
    snprintf(json, sizeof json, "%s/dimuon/reference/weights_flat/%s_e5b81a2.json", root, name);
    snprintf(f32, sizeof f32, "%s/dimuon/reference/weights_flat/%s_e5b81a2.f32", root, name);
    nsym_network *network = new_network(spec, 1);
    if (nsym_network_import_flat(network, json, f32) != NSYM_OK) fail_msg("%s", nsym_message());
    return network;
}

static float compress(float t) {
    return copysignf(logf(fabsf(t) + 1), t);
}

/* In float throughout, energy first: the published inputs carry the rounding of just that. */
static float product(const float *a, const float *b) {
    return a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2];
}

static double predict(nsym_network *network, const float *row) {
    float difference[4], pt = hypotf(row[0], row[1]);
    for (size_t k = 0; k < 4; k++) difference[k] = row[4 + k] - row[k];
    float invariants[2] = {compress(product(row, row + 4)), compress(product(difference, difference))};
    nsym_batch batch = {
        .events = 1, .offsets = (const uint32_t[]){0, 2}, .particles = row, .event = invariants, .gate = &pt};
    return 1 / (1 + exp(-(double)nsym_network_forward(network, &batch, false)[0]));
}

static const nsym_model_spec general = {.kind = NSYM_PFN,
                                        .particle_input = {"p4", 4},
                                        .slots = 2,
                                        .particle_map = {2, {128, 128}},
                                        .latent = 16,
                                        .hidden = {4, {512, 256, 128, 128}},
                                        .norm = NSYM_NORM_SLOT};
static const nsym_model_spec invariant = {.kind = NSYM_FCN,
                                          .event_input = {"lorentz", 2},
                                          .hidden = {5, {512, 256, 256, 128, 128}},
                                          .norm = NSYM_NORM_FEATURE};
static const nsym_model_spec hybrid = {.kind = NSYM_HYBRID,
                                       .particle_input = {"p4", 4},
                                       .event_input = {"lorentz", 2},
                                       .gate_input = {"pt", 1},
                                       .slots = 2,
                                       .particle_map = {2, {128, 128}},
                                       .event_map = {2, {128, 128}},
                                       .gate_map = {3, {64, 64, 64}},
                                       .latent = 16,
                                       .hidden = {4, {512, 256, 128, 128}},
                                       .norm = NSYM_NORM_SLOT};

static void published_outputs_are_reproduced(void **state) {
    (void)state;
    if (!find_data()) skip();
    /* v = (p1 - p0)^2 is a difference of large numbers in float, so a compiler's order of sums shows in the outputs. */
    static const struct {
        const char *name, *file;
        const nsym_model_spec *spec;
        double tolerance;
    } models[] = {{"general", "general_analysis.csv", &general, 1e-5},
                  {"invariant", "invariant_analysis.csv", &invariant, 2e-4},
                  {"hybrid", "hybrid_pT_vs_acc_analysis.csv", &hybrid, 2e-4}};
    sample s = read_sample();
    for (size_t m = 0; m < 3; m++) {
        nsym_network *network = import(models[m].spec, models[m].name);
        output *outputs = read_outputs(models[m].file, true);
        double largest = 0;
        for (size_t i = 0; i < ANALYSED; i++)
            largest = fmax(largest, fabs(predict(network, find_row(&s, &outputs[i])) - outputs[i].value));
        print_message("%s: largest deviation of %d outputs %.2e\n", models[m].name, (int)ANALYSED, largest);
        assert_true(largest < models[m].tolerance);
        free(outputs);
        nsym_network_free(network);
    }
    free_sample(&s);
}

static void published_mixing_weights_are_reproduced(void **state) {
    (void)state;
    if (!find_data()) skip();
    nsym_network *network = import(&hybrid, "hybrid");
    output *outputs = read_outputs("hybrid_weight_subnet_analysis.csv", false);
    double largest = 0;
    for (size_t i = 0; i < ANALYSED; i++) {
        float pt = (float)outputs[i].pt;
        nsym_batch batch = {.events = 1,
                            .offsets = (const uint32_t[]){0, 2},
                            .particles = (const float[8]){0},
                            .event = (const float[2]){0},
                            .gate = &pt};
        nsym_network_forward(network, &batch, false);
        largest = fmax(largest, fabs((double)nsym_network_gate(network)[0] - outputs[i].value));
    }
    print_message("mixing weight: largest deviation of %d %.2e\n", (int)ANALYSED, largest);
    assert_true(largest < 1e-5);
    free(outputs);
    nsym_network_free(network);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_dict_arrives_by_order_and_kind),  cmocka_unit_test(an_energy_flow_network_is_imported),
        cmocka_unit_test(weights_of_another_network_are_refused),  cmocka_unit_test(published_outputs_are_reproduced),
        cmocka_unit_test(published_mixing_weights_are_reproduced),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
