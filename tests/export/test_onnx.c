/* What an ONNX file holds: inputs, outputs, standardisation, facts; nodes in an order that runs. Its numbers are
   compared with ONNX Runtime's in python/tests/peers/test_onnx.py. */
#include "nn/model.h"

#include <nearsym/export.h>
#include <nearsym/status.h>
#include <onnx.pb-c.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/nsym_onnx_XXXXXX", path[64];

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/model.onnx", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder);
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
                                       .hidden = {2, {8, 6}}};
static const nsym_model_spec padded = {.kind = NSYM_PFN,
                                       .particle_input = {"cells", 3},
                                       .particle_map = {2, {8, 8}},
                                       .latent = 4,
                                       .hidden = {1, {8}},
                                       .activation = NSYM_SILU,
                                       .padded = 30};
static const nsym_model_spec flow = {
    .kind = NSYM_EFN, .particle_input = {"objects", 3}, .particle_map = {1, {8}}, .latent = 4, .hidden = {1, {8}}};
static const nsym_model_spec image = {.kind = NSYM_CNN,
                                      .event_input = {"image", 64},
                                      .padded = 64,
                                      .image_rows = 8,
                                      .image_columns = 8,
                                      .filters = {1, {3}},
                                      .convolutions = 2,
                                      .kernel = 3,
                                      .hidden = {1, {8}}};
static const nsym_model_spec classes = {
    .kind = NSYM_FCN, .event_input = {"lorentz", 2}, .hidden = {1, {8}}, .classes = 4};

static nsym_model *new_model(const nsym_model_spec *spec) {
    nsym_network *network;
    nsym_model *model;
    assert_int_equal(nsym_network_new(&network, spec, 1, 2), NSYM_OK);
    nsym_network_initialise(network, 314);
    assert_int_equal(nsym_model_from_network(&model, network), NSYM_OK);
    nsym_network_free(network);
    assert_int_equal(nsym_model_set_attribute(model, "study", "Z → μμ"), NSYM_OK);
    return model;
}

/* Exports a model of a spec and reads the file; free with onnx__model_proto__free_unpacked. */
static Onnx__ModelProto *exported(const nsym_model_spec *spec, const nsym_export_options *options) {
    nsym_model *model = new_model(spec);
    assert_int_equal(nsym_export_onnx(model, path, options), NSYM_OK);
    nsym_model_free(model);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    static uint8_t bytes[1 << 20];
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    Onnx__ModelProto *out = onnx__model_proto__unpack(NULL, n, bytes);
    assert_non_null(out);
    return out;
}

/* An input or output by name, or NULL. */
static const Onnx__TypeProto__Tensor *find(Onnx__ValueInfoProto *const *values, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(values[i]->name, name) == 0) return values[i]->type->tensor_type;
    return NULL;
}

/* Is a name known before the node at `before`: as an input, a tensor or an earlier node's output? */
static bool known(const Onnx__GraphProto *g, const char *name, size_t before) {
    for (size_t i = 0; i < g->n_input; i++)
        if (strcmp(g->input[i]->name, name) == 0) return true;
    for (size_t i = 0; i < g->n_initializer; i++)
        if (strcmp(g->initializer[i]->name, name) == 0) return true;
    for (size_t i = 0; i < before; i++)
        if (strcmp(g->node[i]->output[0], name) == 0) return true;
    return false;
}

static void check_order(const Onnx__GraphProto *g) {
    for (size_t i = 0; i < g->n_node; i++) {
        for (size_t k = 0; k < g->node[i]->n_input; k++) assert_true(known(g, g->node[i]->input[k], i));
        assert_false(known(g, g->node[i]->output[0], i)); /* every name once */
    }
    for (size_t i = 0; i < g->n_output; i++) assert_true(known(g, g->output[i]->name, g->n_node));
}

static const char *fact(const Onnx__ModelProto *m, const char *key) {
    for (size_t i = 0; i < m->n_metadata_props; i++)
        if (strcmp(m->metadata_props[i]->key, key) == 0) return m->metadata_props[i]->value;
    return NULL;
}

static void every_kind_is_a_graph_that_runs_in_its_order(void **state) {
    (void)state;
    const nsym_model_spec *const specs[] = {&hybrid, &padded, &flow, &image, &classes};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        for (int layout = NSYM_EXPORT_PADDED; layout <= NSYM_EXPORT_PACKED; layout++) {
            const nsym_export_options options = {.layout = (nsym_export_layout)layout};
            Onnx__ModelProto *m = exported(specs[i], &options);
            check_order(m->graph);
            assert_int_equal(m->opset_import[0]->version, layout == NSYM_EXPORT_PACKED ? 16 : 13);
            onnx__model_proto__free_unpacked(m, NULL);
        }
    }
}

static void inputs_and_outputs_are_named_and_shaped(void **state) {
    (void)state;
    Onnx__ModelProto *m = exported(&hybrid, NULL);
    const Onnx__GraphProto *g = m->graph;
    assert_int_equal(g->n_input, 3); /* no mask: every event has two particles */
    const Onnx__TypeProto__Tensor *particles = find(g->input, g->n_input, "particles");
    assert_non_null(particles);
    assert_int_equal(particles->elem_type, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE);
    assert_int_equal(particles->shape->n_dim, 3);
    assert_string_equal(particles->shape->dim[0]->dim_param, "events");
    assert_int_equal(particles->shape->dim[1]->dim_value, 2);
    assert_int_equal(particles->shape->dim[2]->dim_value, 4);
    assert_non_null(find(g->input, g->n_input, "event"));
    assert_non_null(find(g->input, g->n_input, "gate"));
    assert_non_null(find(g->output, g->n_output, "logit"));
    assert_non_null(find(g->output, g->n_output, "probability"));
    assert_int_equal(find(g->output, g->n_output, "gate_weights")->shape->dim[1]->dim_value, 2);
    assert_string_equal(fact(m, "nearsym.study"), "Z → μμ");
    assert_string_equal(fact(m, "nearsym.version"), NSYM_VERSION);
    assert_non_null(strstr(fact(m, "input.particles"), "px"));
    onnx__model_proto__free_unpacked(m, NULL);

    m = exported(&padded, &(nsym_export_options){.single = true});
    assert_int_equal(find(m->graph->input, m->graph->n_input, "mask")->elem_type, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT);
    onnx__model_proto__free_unpacked(m, NULL);

    m = exported(&flow, &(nsym_export_options){.layout = NSYM_EXPORT_PACKED});
    assert_int_equal(find(m->graph->input, m->graph->n_input, "event_of")->elem_type,
                     ONNX__TENSOR_PROTO__DATA_TYPE__INT64);
    assert_null(find(m->graph->input, m->graph->n_input, "mask"));
    onnx__model_proto__free_unpacked(m, NULL);

    m = exported(&classes, NULL);
    assert_int_equal(find(m->graph->output, m->graph->n_output, "logit")->shape->dim[1]->dim_value, 4);
    onnx__model_proto__free_unpacked(m, NULL);
}

static void the_standardisation_is_in_the_graph(void **state) {
    (void)state;
    const double mean[] = {0.1, -3}, scale[] = {2, 0.5};
    nsym_model *model = new_model(&classes);
    assert_int_equal(nsym_model_standardise(model, NSYM_EVENT_INPUT, mean, scale), NSYM_OK);
    assert_int_equal(nsym_export_onnx(model, path, NULL), NSYM_OK);
    nsym_model_free(model);
    FILE *file = fopen(path, "rb");
    static uint8_t bytes[1 << 16];
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    Onnx__ModelProto *m = onnx__model_proto__unpack(NULL, n, bytes);
    size_t found = 0;
    for (size_t i = 0; i < m->graph->n_initializer; i++) {
        const Onnx__TensorProto *t = m->graph->initializer[i];
        if (strcmp(t->name, "event.mean") == 0 && ++found) assert_memory_equal(t->raw_data.data, mean, sizeof mean);
        if (strcmp(t->name, "event.scale") == 0 && ++found) assert_memory_equal(t->raw_data.data, scale, sizeof scale);
    }
    assert_int_equal(found, 2);
    onnx__model_proto__free_unpacked(m, NULL);
}

static void a_file_that_cannot_be_is_refused(void **state) {
    (void)state;
    nsym_model *model = new_model(&classes);
    assert_int_equal(nsym_export_onnx(model, "/nowhere/model.onnx", NULL), NSYM_EIO);
    assert_non_null(strstr(nsym_message(), "/nowhere"));
    nsym_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_a_graph_that_runs_in_its_order),
        cmocka_unit_test(inputs_and_outputs_are_named_and_shaped),
        cmocka_unit_test(the_standardisation_is_in_the_graph),
        cmocka_unit_test(a_file_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
