#include "data/hdf5.h"
#include "nn/model.h"
#include "nn/spec_json.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { EVENTS = 600 };

static char folder[] = "/tmp/nsym_model_XXXXXX", path[64], other[64];

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/model.h5", folder);
    snprintf(other, sizeof other, "%s/other.h5", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    unlink(other);
    return rmdir(folder); /* fails where a write left something behind */
}

static const nsym_model_spec hybrid = {.kind = NSYM_HYBRID,
                                       .particle_input = {"p4", 4},
                                       .event_input = {"lorentz", 2},
                                       .gate_input = {"pt", 1},
                                       .slots = 2,
                                       .particle_map = {2, {8, 8}},
                                       .event_map = {1, {6}},
                                       .gate_map = {1, {5}},
                                       .latent = 4,
                                       .hidden = {2, {8, 6}},
                                       .norm = NSYM_NORM_SLOT};
static const nsym_model_spec ragged = {.kind = NSYM_PFN,
                                       .particle_input = {"p4", 4},
                                       .particle_map = {1, {8}},
                                       .latent = 4,
                                       .hidden = {1, {8}},
                                       .activation = NSYM_LEAKY_RELU,
                                       .leak = 0.1,
                                       .pooling = NSYM_POOL_MEAN,
                                       .linear_first = true};
static const nsym_model_spec flow = {.kind = NSYM_EFN,
                                     .particle_input = {"p4", 4},
                                     .particle_map = {1, {8}},
                                     .latent = 4,
                                     .hidden = {1, {8}},
                                     .initialisation = NSYM_INIT_GLOROT_NORMAL};
static const nsym_model_spec by_set = {.kind = NSYM_HYBRID,
                                       .particle_input = {"p4", 4},
                                       .event_input = {"lorentz", 2},
                                       .particle_map = {1, {8}},
                                       .event_map = {1, {6}},
                                       .gate_map = {1, {5}},
                                       .latent = 4,
                                       .hidden = {1, {8}},
                                       .gate_set = true};
static const nsym_model_spec columns = {
    .kind = NSYM_FCN, .event_input = {"columns", 2}, .columns = "iso_0.4,efp_k-1_b0.25_3-3-1", .hidden = {1, {8}}};
static const nsym_model_spec plain = {.kind = NSYM_FCN, .event_input = {"lorentz", 2}, .hidden = {1, {8}}};

static const nsym_model_spec classes = {
    .kind = NSYM_FCN, .event_input = {"lorentz", 2}, .hidden = {1, {8}}, .classes = 4};

static const nsym_model_spec lola = {.kind = NSYM_FCN,
                                     .event_input = {"momenta", 4},
                                     .slots = 1,
                                     .lola = 3,
                                     .hidden = {1, {8}},
                                     .norm = NSYM_NORM_FEATURE};
static const nsym_model_spec referred = {
    .kind = NSYM_FCN, .event_input = {"lorentz", 2}, .references = "time,1 0 0 -1", .hidden = {1, {8}}};

static nsym_model *new_model(const nsym_model_spec *spec) {
    nsym_network *network;
    nsym_model *model;
    assert_int_equal(nsym_network_new(&network, spec, 1, 2), NSYM_OK);
    nsym_network_initialise(network, 314);
    for (size_t i = 0; i < nsym_network_states(network); i++) nsym_network_state(network)[i] += 0.01f * (float)i;
    assert_int_equal(nsym_model_from_network(&model, network), NSYM_OK);
    nsym_network_free(network);
    assert_int_equal(nsym_model_set_attribute(model, "seed", "1"), NSYM_OK);
    assert_int_equal(nsym_model_set_attribute(model, "study", "Z → μμ"), NSYM_OK);
    assert_int_equal(nsym_model_set_attribute(model, "seed", "314"), NSYM_OK);
    return model;
}

/* Inputs for any of the models; `most` particles in an event at the most, two in each where it is 0. */
typedef struct inputs {
    uint64_t offsets[EVENTS + 1];
    float *particles, event[4 * EVENTS], weight[EVENTS];
    nsym_model_inputs view;
} inputs;

static inputs *new_inputs(uint32_t most) {
    inputs *in = calloc(1, sizeof *in);
    nsym_random random = nsym_random_stream(1, "inputs", 0);
    for (size_t i = 0; i < EVENTS; i++)
        in->offsets[i + 1] = in->offsets[i] + (most ? nsym_random_below(&random, most + 1) : 2);
    in->particles = malloc(4 * in->offsets[EVENTS] * sizeof(float));
    for (size_t i = 0; i < 4 * in->offsets[EVENTS]; i++) in->particles[i] = (float)nsym_random_normal(&random);
    for (size_t i = 0; i < 2 * EVENTS; i++) in->event[i] = (float)nsym_random_normal(&random);
    for (size_t i = 0; i < EVENTS; i++) in->weight[i] = (float)nsym_random_uniform(&random);
    for (size_t i = 2 * EVENTS; i < 4 * EVENTS; i++) in->event[i] = (float)nsym_random_normal(&random);
    in->view = (nsym_model_inputs){EVENTS, in->offsets, in->particles, in->event, in->weight};
    return in;
}

static void free_inputs(inputs *in) {
    free(in->particles);
    free(in);
}

static void standardise(nsym_model *model) {
    bool energy = nsym_model_spec_of(model)->kind == NSYM_EFN; /* which is not shifted */
    const double mean[] = {energy ? 0 : 0.1, -0.2, 0.3, 1}, scale[] = {2, 0.5, 3, 0.1};
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++)
        assert_int_equal(nsym_model_standardise(model, part, mean, scale), NSYM_OK);
}

static bool same(const nsym_model *a, const nsym_model *b) {
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        size_t width = nsym_model_width(nsym_model_spec_of(a), part);
        if (width && memcmp(a->scaling[part], b->scaling[part], 2 * width * sizeof(double)) != 0) return false;
    }
    size_t parameters = nsym_network_parameters(a->network), states = nsym_network_states(a->network);
    return parameters == nsym_network_parameters(b->network) && states == nsym_network_states(b->network) &&
           memcmp(nsym_network_values(a->network), nsym_network_values(b->network), parameters * sizeof(real)) == 0 &&
           memcmp(nsym_network_state(a->network), nsym_network_state(b->network), states * sizeof(real)) == 0;
}

/* None in a file without them, as those of before; rising, as they are looked up. */
static void fingerprints_of_training_events_come_back(void **state) {
    (void)state;
    static const size_t counts[] = {0, 3, NSYM_FINGERPRINTS_MAX};
    for (size_t k = 0; k < 3; k++) {
        nsym_model *saved = new_model(&plain), *loaded;
        saved->fingerprints.count = counts[k];
        for (size_t i = 0; i < counts[k]; i++) saved->fingerprints.hash[i] = UINT64_MAX - NSYM_FINGERPRINTS_MAX + i;
        assert_int_equal(nsym_model_save(saved, path), NSYM_OK);
        assert_int_equal(nsym_model_load(&loaded, path), NSYM_OK);
        assert_int_equal(loaded->fingerprints.count, counts[k]);
        assert_memory_equal(loaded->fingerprints.hash, saved->fingerprints.hash, counts[k] * sizeof(uint64_t));
        nsym_model_free(loaded);
        if (counts[k]) {
            saved->fingerprints.hash[1] = saved->fingerprints.hash[0];
            assert_int_equal(nsym_model_save(saved, path), NSYM_OK);
            assert_int_equal(nsym_model_load(&loaded, path), NSYM_EFORMAT);
            assert_non_null(strstr(nsym_message(), "the fingerprints are not in rising order"));
        }
        nsym_model_free(saved);
    }
}

static void a_model_comes_back_as_it_was(void **state) {
    (void)state;
    const nsym_model_spec *const specs[] = {&hybrid,  &ragged, &plain, &flow,    &columns,
                                            &classes, &by_set, &lola,  &referred};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        nsym_model *saved = new_model(specs[i]), *loaded;
        standardise(saved);
        assert_int_equal(nsym_model_save(saved, path), NSYM_OK);
        if (nsym_model_load(&loaded, path) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_true(same(saved, loaded));
        char *before, *after;
        assert_int_equal(nsym_spec_to_json(&before, nsym_model_spec_of(saved)), NSYM_OK);
        assert_int_equal(nsym_spec_to_json(&after, nsym_model_spec_of(loaded)), NSYM_OK);
        assert_string_equal(before, after);
        assert_string_equal(nsym_model_spec_of(loaded)->columns, specs[i]->columns);
        if (specs[i] == &flow) assert_non_null(strstr(after, "\"efn\""));
        if (specs[i] == &flow) assert_non_null(strstr(after, "\"initialisation\":\"glorot_normal\""));
        assert_string_equal(nsym_model_attribute(loaded, "seed"), "314");
        assert_string_equal(nsym_model_attribute(loaded, "study"), "Z → μμ");
        assert_null(nsym_model_attribute(loaded, "recipe"));

        inputs *in = new_inputs(i == 1 || i == 3 ? 5 : 0);
        double a[4 * EVENTS], b[4 * EVENTS];
        size_t outputs = nsym_model_outputs(specs[i]);
        assert_int_equal(outputs, specs[i] == &classes ? 4 : 1);
        assert_int_equal(nsym_model_logits(saved, &in->view, a, NULL), NSYM_OK);
        assert_int_equal(nsym_model_logits(loaded, &in->view, b, NULL), NSYM_OK);
        assert_memory_equal(a, b, outputs * EVENTS * sizeof *a);
        assert_int_equal(strstr(after, "classes") != NULL, specs[i] == &classes); /* files of two are as before */
        assert_int_equal(strstr(after, "\"weight_set\":true") != NULL, specs[i] == &by_set); /* and of other gates */
        assert_int_equal(strstr(after, "\"lola\":3") != NULL, specs[i] == &lola);
        assert_int_equal(strstr(after, "\"references\":\"time,1 0 0 -1\"") != NULL, specs[i] == &referred);
        free_inputs(in);
        free(before), free(after);
        nsym_model_free(saved), nsym_model_free(loaded);
    }
}

static void inputs_are_standardised(void **state) {
    (void)state;
    nsym_model *raw = new_model(&hybrid), *scaled = new_model(&hybrid);
    standardise(scaled);
    inputs *in = new_inputs(0);
    double want[EVENTS], have[EVENTS], gate[2 * EVENTS];
    assert_int_equal(nsym_model_logits(scaled, &in->view, have, gate), NSYM_OK);
    static const double mean[] = {0.1, -0.2, 0.3, 1}, scale[] = {2, 0.5, 3, 0.1};
    for (size_t i = 0; i < 8 * EVENTS; i++) in->particles[i] = (float)((in->particles[i] - mean[i % 4]) / scale[i % 4]);
    for (size_t i = 0; i < 2 * EVENTS; i++) in->event[i] = (float)((in->event[i] - mean[i % 2]) / scale[i % 2]);
    for (size_t i = 0; i < EVENTS; i++) in->weight[i] = (float)((in->weight[i] - mean[0]) / scale[0]);
    assert_int_equal(nsym_model_logits(raw, &in->view, want, NULL), NSYM_OK);
    assert_memory_equal(want, have, sizeof want);
    for (size_t i = 0; i < EVENTS; i++) assert_true(fabs(gate[2 * i] + gate[2 * i + 1] - 1) < 1e-6f);

    assert_int_equal(nsym_model_standardise(raw, NSYM_EVENT_INPUT, mean, (const double[]){1, 0}), NSYM_EINVAL);
    assert_int_equal(nsym_model_standardise(raw, NSYM_EVENT_INPUT, (const double[]){NAN, 0}, scale), NSYM_EINVAL);
    free_inputs(in);
    nsym_model_free(raw), nsym_model_free(scaled);
}

static void events_of_any_size_are_predicted_one_by_one(void **state) {
    (void)state;
    nsym_model *model = new_model(&ragged);
    const uint32_t sizes[] = {3, 300, 30000}; /* particles at the most: the network's room is 4096 */
    for (size_t s = 0; s < 3; s++) {
        inputs *in = new_inputs(sizes[s]);
        in->view.events = s < 2 ? EVENTS : 3;
        double all[EVENTS], one;
        assert_int_equal(nsym_model_logits(model, &in->view, all, NULL), NSYM_OK);
        for (size_t i = 0; i < in->view.events; i++) {
            uint64_t offsets[2] = {0, in->offsets[i + 1] - in->offsets[i]};
            nsym_model_inputs single = {1, offsets, in->particles + 4 * in->offsets[i], NULL, NULL};
            assert_int_equal(nsym_model_logits(model, &single, &one, NULL), NSYM_OK);
            assert_true(fabs(one - all[i]) < 1e-5f); /* a product may sum in another order */
        }
        free_inputs(in);
    }
    nsym_model_free(model);
}

static void a_padded_prediction_is_that_of_the_same_events_with_rows_of_zeros(void **state) {
    (void)state;
    enum { PADDED = 40 }; /* 600 events of these are many batches */
    nsym_model_spec spec = ragged;
    spec.pooling = NSYM_POOL_SUM;
    nsym_model *there = new_model(&spec), *counted;
    spec.padded = PADDED;
    counted = new_model(&spec);
    standardise(there), standardise(counted);
    inputs *in = new_inputs(PADDED);
    uint64_t offsets[EVENTS + 1];
    float *rows = calloc((size_t)EVENTS * PADDED * 4, sizeof *rows);
    double want[EVENTS], have[EVENTS];
    for (size_t i = 0; i <= EVENTS; i++) offsets[i] = i * PADDED;
    for (size_t i = 0; i < EVENTS; i++)
        memcpy(rows + offsets[i] * 4, in->particles + in->offsets[i] * 4,
               (in->offsets[i + 1] - in->offsets[i]) * 4 * sizeof *rows);
    nsym_model_inputs padded = {EVENTS, offsets, rows, NULL, NULL};
    assert_int_equal(nsym_model_logits(there, &padded, want, NULL), NSYM_OK);
    assert_int_equal(nsym_model_logits(counted, &in->view, have, NULL), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) /* sums of 40 floats in another order */
        assert_true(fabs(want[i] - have[i]) < 1e-5f * (1 + fabs(want[i])));
    free(rows);
    free_inputs(in);
    nsym_model_free(there), nsym_model_free(counted);
}

static void assert_message(const char *text) {
    if (!strstr(nsym_message(), text)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), text);
}

static void an_energy_is_scaled_but_not_shifted(void **state) {
    (void)state;
    static const double mean[] = {0.5, 0, 0, 0}, none[] = {0, 1, 2, 3}, scale[] = {4, 2, 2, 2};
    nsym_model *model = new_model(&flow);
    assert_int_equal(nsym_model_standardise(model, NSYM_PARTICLE_INPUT, mean, scale), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "column 0: mean 0.5, must be 0"));
    assert_int_equal(nsym_model_standardise(model, NSYM_PARTICLE_INPUT, none, scale), NSYM_OK);
    const uint64_t one[] = {0, 1}, two[] = {0, 2};
    const float whole[] = {6, 1, 2, 3}, parts[] = {5, 1, 2, 3, 1, 1, 2, 3};
    double a, b;
    assert_int_equal(nsym_model_logits(model, &(nsym_model_inputs){1, one, whole, NULL, NULL}, &a, NULL), NSYM_OK);
    assert_int_equal(nsym_model_logits(model, &(nsym_model_inputs){1, two, parts, NULL, NULL}, &b, NULL), NSYM_OK);
    assert_true(fabs((double)(a - b)) < 1e-6);
    nsym_model_free(model);
}

static void wrong_inputs_are_refused_by_event(void **state) {
    (void)state;
    nsym_model *model = new_model(&hybrid);
    inputs *in = new_inputs(0);
    double logits[EVENTS], gate[2 * EVENTS];
    in->offsets[400]++;
    assert_int_equal(nsym_model_logits(model, &in->view, logits, NULL), NSYM_EINVAL);
    assert_message("event 399 has 3 particles, the model wants 2");
    in->offsets[400]--;
    in->particles[8 * 500 + 7] = NAN;
    assert_int_equal(nsym_model_logits(model, &in->view, logits, NULL), NSYM_ENUMERIC);
    assert_message("event 500 has a value in its particle input");
    in->particles[8 * 500 + 7] = 0;
    in->event[2 * 599] = INFINITY;
    assert_int_equal(nsym_model_logits(model, &in->view, logits, NULL), NSYM_ENUMERIC);
    assert_message("event 599");
    in->event[2 * 599] = 0;
    in->view.gate = NULL;
    assert_int_equal(nsym_model_logits(model, &in->view, logits, NULL), NSYM_EINVAL);
    assert_message("weight input (pt)");
    nsym_model_free(model);
    model = new_model(&plain);
    assert_int_equal(nsym_model_logits(model, &in->view, logits, gate), NSYM_EINVAL);
    free_inputs(in);
    nsym_model_free(model);
}

static void more_particles_than_a_model_pads_to_are_refused(void **state) {
    (void)state;
    nsym_model_spec spec = ragged;
    spec.pooling = NSYM_POOL_SUM;
    spec.padded = 2;
    nsym_model *model = new_model(&spec);
    inputs *in = new_inputs(0);
    double logits[EVENTS];
    assert_int_equal(nsym_model_logits(model, &in->view, logits, NULL), NSYM_OK);
    in->offsets[300]++;
    assert_int_equal(nsym_model_logits(model, &in->view, logits, NULL), NSYM_EINVAL);
    assert_message("event 299 has 3 particles, the model takes 2 at the most");
    in->offsets[300]--;
    const double mean[] = {1e300, 0, 0, 0}, scale[] = {1e-300, 1, 1, 1};
    assert_int_equal(nsym_model_standardise(model, NSYM_PARTICLE_INPUT, mean, scale), NSYM_OK);
    in->offsets[1] = 0, in->view.events = 1;
    assert_int_equal(nsym_model_logits(model, &in->view, logits, NULL), NSYM_ENUMERIC);
    assert_message("padding row");
    free_inputs(in);
    nsym_model_free(model);
}

static void write_bytes(const void *bytes, size_t size) {
    unlink(other); /* writing over a file waits for the disk */
    FILE *file = fopen(other, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void assert_refused(const char *reason) {
    nsym_model *model = NULL;
    assert_int_equal(nsym_model_load(&model, other), NSYM_EFORMAT);
    assert_null(model);
    assert_message(other);
    assert_message(reason);
}

/* A sealed HDF5 file with such texts, `parameters` numbers and a scale of the second input. */
static void write_scaled(const char *format, const char *version, const char *spec, uint64_t parameters, double scale) {
    nsym_h5 *file;
    assert_int_equal(nsym_h5_create(&file, other), NSYM_OK);
    const char *const texts[][2] = {{"format", format}, {"version", version}, {"spec", spec}, {"attributes", "{}"}};
    for (size_t i = 0; i < 4; i++)
        if (texts[i][1]) assert_int_equal(nsym_h5_set_text(file, "/", texts[i][0], texts[i][1]), NSYM_OK);
    const float zeros[64] = {0};
    assert_int_equal(nsym_h5_write(file, "parameters", NSYM_H5_FLOAT, 1, &parameters, zeros), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "state", NSYM_H5_FLOAT, 1, &(uint64_t){0}, zeros), NSYM_OK);
    assert_int_equal(
        nsym_h5_write(file, "standardisation/event", NSYM_H5_DOUBLE, 2, (uint64_t[]){2, 2}, (double[]){0, 0, 1, scale}),
        NSYM_OK);
    assert_int_equal(nsym_h5_commit(file), NSYM_OK);
}

static void write_texts(const char *format, const char *version, const char *spec, uint64_t parameters) {
    write_scaled(format, version, spec, parameters, 0);
}

static void a_file_that_is_no_model_is_refused_with_the_reason(void **state) {
    (void)state;
    write_bytes("", 0);
    assert_refused("has no checksum of nearsym at its end");
    write_bytes("px,py\n1,2\n", 10);
    assert_refused("has no checksum of nearsym at its end");
    write_texts(NULL, "1", "{}", 1);
    assert_refused("not a model");
    write_texts("another model", "1", "{}", 1);
    assert_refused("not a model");
    write_texts("nearsym model", "2", "{}", 1);
    assert_refused("newer");
    write_texts("nearsym model", NULL, "{}", 1);
    assert_refused("version");
    write_texts("nearsym model", "1", NULL, 1);
    assert_refused("no spec");
    write_texts("nearsym model", "1", "[1, 2]", 1);
    assert_refused("not a JSON object");
    write_texts("nearsym model", "1", "{\"kind\": \"tree\"}", 1);
    assert_refused("member kind is of the wrong type");
    char *spec, *wrong;
    assert_int_equal(nsym_spec_to_json(&spec, &plain), NSYM_OK);
    write_texts("nearsym model", "1", spec, 32);
    assert_refused("parameters holds 32 numbers, the spec asks for 33");
    write_texts("nearsym model", "1", spec, 33);
    assert_refused("mean 0 and scale 0");
    nsym_model_spec senseless = plain;
    senseless.hidden.size[0] = 0;
    assert_int_equal(nsym_spec_to_json(&wrong, &senseless), NSYM_OK);
    write_texts("nearsym model", "1", wrong, 33);
    assert_refused("is not valid: hidden[0] is 0");
    free(spec), free(wrong);
    nsym_model *model = NULL;
    unlink(other);
    assert_int_not_equal(nsym_model_load(&model, other), NSYM_OK);
}

static void a_cnn_comes_back_as_it_was(void **state) {
    (void)state;
    enum { IMAGES = 19, CELLS = 6 * 5 };
    const nsym_model_spec spec = {.kind = NSYM_CNN,
                                  .event_input = {"image", CELLS},
                                  .image_rows = 6,
                                  .image_columns = 5,
                                  .filters = {2, {3, 4}},
                                  .convolutions = 2,
                                  .kernel = 3,
                                  .hidden = {1, {7}},
                                  .dropout = 0.25};
    nsym_model *saved = new_model(&spec), *loaded;
    assert_int_equal(nsym_model_save(saved, path), NSYM_OK);
    if (nsym_model_load(&loaded, path) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(same(saved, loaded));
    assert_true(nsym_model_spec_of(loaded)->dropout == 0.25 && nsym_model_spec_of(loaded)->filters.size[1] == 4);
    float images[IMAGES * CELLS];
    double a[IMAGES], b[IMAGES];
    nsym_random random = nsym_random_stream(1, "images", 0);
    nsym_random_normals(&random, images, IMAGES * CELLS);
    const nsym_model_inputs in = {.events = IMAGES, .event = images};
    assert_int_equal(nsym_model_logits(saved, &in, a, NULL), NSYM_OK);
    assert_int_equal(nsym_model_logits(loaded, &in, b, NULL), NSYM_OK);
    assert_memory_equal(a, b, sizeof a);
    nsym_model_free(saved);
    nsym_model_free(loaded);
}

static void a_spec_without_the_late_members_reads_as_an_older_one(void **state) {
    (void)state;
    char *text, *key;
    nsym_model_spec spec = ragged;
    spec.padded = 5;
    assert_int_equal(nsym_spec_to_json(&text, &spec), NSYM_OK);
    assert_int_equal(nsym_spec_from_json(&spec, text), NSYM_OK);
    assert_true(spec.linear_first && spec.padded == 5);
    key = strstr(text, ",\"linear_first\":true");
    assert_non_null(key);
    memcpy(key + strlen(",\"linear_first\":"), "1234", 4);
    assert_int_equal(nsym_spec_from_json(&spec, text), NSYM_EFORMAT);
    assert_message("member linear_first is of the wrong type");
    memcpy(key + strlen(",\""), "l1near", 6);
    assert_int_equal(nsym_spec_from_json(&spec, text), NSYM_EFORMAT);
    assert_message("this program knows");
    strcpy(key, "}");
    assert_int_equal(nsym_spec_from_json(&spec, text), NSYM_OK);
    assert_true(!spec.linear_first && spec.padded == 5);
    key = strstr(text, ",\"padded\":5");
    assert_non_null(key);
    strcpy(key, "}");
    assert_int_equal(nsym_spec_from_json(&spec, text), NSYM_OK);
    assert_true(!spec.linear_first && spec.padded == 0);
    free(text);
}

/* Before there were columns, a spec did not have the member. */
static void a_file_from_before_columns_is_read(void **state) {
    (void)state;
    char *text;
    nsym_model *model;
    assert_int_equal(nsym_spec_to_json(&text, &plain), NSYM_OK);
    char *member = strstr(text, ",\"columns\":\"\"");
    assert_non_null(member);
    memmove(member, member + strlen(",\"columns\":\"\""), strlen(member + strlen(",\"columns\":\"\"")) + 1);
    write_scaled("nearsym model", "1", text, 33, 1); /* 2 x 8 + 8 + 8 + 1 */
    if (nsym_model_load(&model, other) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_string_equal(nsym_model_spec_of(model)->columns, "");
    assert_string_equal(nsym_model_spec_of(model)->event_input.name, "lorentz");
    nsym_model_free(model);
    free(text);
}

static void columns_of_a_spec_are_a_text_that_ends_in_its_room(void **state) {
    (void)state;
    char *text, *longer;
    nsym_model_spec spec = columns, back;
    memset(spec.columns, 'a', NSYM_COLUMNS_SIZE - 1);
    assert_int_equal(nsym_spec_to_json(&text, &spec), NSYM_OK);
    assert_int_equal(nsym_spec_from_json(&back, text), NSYM_OK);
    assert_string_equal(back.columns, spec.columns);
    char *member = strstr(text, "\"columns\":\"");
    assert_non_null(member);
    longer = malloc(strlen(text) + 2);
    assert_non_null(longer);
    size_t head = (size_t)(member - text) + strlen("\"columns\":\"");
    sprintf(longer, "%.*sb%s", (int)head, text, text + head);
    assert_int_equal(nsym_spec_from_json(&back, longer), NSYM_EFORMAT);
    assert_message("the spec's member columns is of the wrong type");
    sprintf(longer, "%.*s5%s", (int)head - 1, text, text + head + NSYM_COLUMNS_SIZE);
    assert_int_equal(nsym_spec_from_json(&back, longer), NSYM_EFORMAT);
    assert_message("the spec's member columns is of the wrong type");
    free(longer);
    free(text);
}

/* New: the bytes of a saved model. */
static unsigned char *saved_bytes(const nsym_model *model, size_t *size) {
    assert_int_equal(nsym_model_save(model, path), NSYM_OK);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void a_file_with_a_flipped_bit_is_refused(void **state) {
    (void)state;
    nsym_model *model = new_model(&plain), *loaded;
    size_t size;
    unsigned char *bytes = saved_bytes(model, &size);
    for (size_t i = 0; i < size; i += i < size - 16 ? 1 + i % 3 : 1) {
        unsigned char bit = (unsigned char)(1u << (i * 5 % 8));
        bytes[i] ^= bit;
        write_bytes(bytes, size);
        bytes[i] ^= bit;
        assert_int_equal(nsym_model_load(&loaded, other), NSYM_EFORMAT);
        assert_message(other);
    }
    write_bytes(bytes, size);
    assert_int_equal(nsym_model_load(&loaded, other), NSYM_OK);
    nsym_model_free(loaded);
    free(bytes);
    nsym_model_free(model);
}

static void a_truncated_file_is_refused(void **state) {
    (void)state;
    nsym_model *model = new_model(&hybrid), *loaded;
    size_t size;
    unsigned char *bytes = saved_bytes(model, &size);
    for (size_t length = 0; length < size; length += 97) {
        write_bytes(bytes, length);
        assert_int_not_equal(nsym_model_load(&loaded, other), NSYM_OK);
    }
    write_bytes(bytes, size - 1);
    assert_int_not_equal(nsym_model_load(&loaded, other), NSYM_OK);
    free(bytes);
    nsym_model_free(model);
}

static void a_model_that_cannot_be_written_leaves_nothing(void **state) {
    (void)state;
    nsym_model *model = new_model(&plain);
    assert_int_equal(nsym_model_save(model, "/tmp/no such folder/model.h5"), NSYM_EIO);
    assert_message("/tmp/no such folder/model.h5");
    assert_int_equal(nsym_model_set_attribute(model, "note", "\xff not UTF-8"), NSYM_OK);
    unlink(other);
    assert_int_equal(nsym_model_save(model, other), NSYM_EINVAL);
    assert_int_equal(access(other, F_OK), -1);
    nsym_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_comes_back_as_it_was),
        cmocka_unit_test(fingerprints_of_training_events_come_back),
        cmocka_unit_test(inputs_are_standardised),
        cmocka_unit_test(events_of_any_size_are_predicted_one_by_one),
        cmocka_unit_test(a_padded_prediction_is_that_of_the_same_events_with_rows_of_zeros),
        cmocka_unit_test(an_energy_is_scaled_but_not_shifted),
        cmocka_unit_test(wrong_inputs_are_refused_by_event),
        cmocka_unit_test(more_particles_than_a_model_pads_to_are_refused),
        cmocka_unit_test(a_file_that_is_no_model_is_refused_with_the_reason),
        cmocka_unit_test(a_cnn_comes_back_as_it_was),
        cmocka_unit_test(a_spec_without_the_late_members_reads_as_an_older_one),
        cmocka_unit_test(a_file_from_before_columns_is_read),
        cmocka_unit_test(columns_of_a_spec_are_a_text_that_ends_in_its_room),
        cmocka_unit_test(a_file_with_a_flipped_bit_is_refused),
        cmocka_unit_test(a_truncated_file_is_refused),
        cmocka_unit_test(a_model_that_cannot_be_written_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
