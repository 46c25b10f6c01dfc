#include "export/onnx_layers.h"

#include "base/fail.h"
#include "nn/model.h"
#include "train/input_maker.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

nsym_export_options nsym_export_defaults(void) {
    return (nsym_export_options){0};
}

/* A graph in the making. */
typedef struct {
    nsym_onnx_network network;
    nsym_model *model;
    const nsym_model_spec *spec;
    nsym_onnx_type type; /* of inputs */
    bool packed;
} making;

#define ADD(operator, output, ...) nsym_onnx_add(m->network.graph, operator, output, NSYM_ONNX_OF(__VA_ARGS__))

static const char *const input_names[NSYM_MODEL_PARTS] = {"particles", "event", "gate"};

/* The shape of an input: events, particles where it has them, and the width unless that is 0. */
static nsym_onnx_shape shape_of(const making *m, bool per_particle, size_t width) {
    nsym_onnx_shape s = {0};
    if (!per_particle || !m->packed) s.free[s.rank] = "events", s.size[s.rank++] = -1;
    if (per_particle) {
        bool fixed = m->spec->slots > 0 && !m->packed;
        s.free[s.rank] = "particles";
        s.size[s.rank++] = fixed ? (int64_t)m->spec->slots : -1;
    }
    if (width) s.size[s.rank++] = (int64_t)width;
    return s;
}

/* Double precision of an input. */
static const char *as_double(const making *m, const char *name) {
    if (m->type == NSYM_ONNX_DOUBLE) return name;
    const char *out = nsym_onnx_name(m->network.graph, "%s.double", name);
    ADD("Cast", out, name);
    nsym_onnx_set_int(m->network.graph, "to", NSYM_ONNX_DOUBLE);
    return out;
}

static const char *as_single(const making *m, const char *name) {
    const char *out = nsym_onnx_name(m->network.graph, "%s.single", name);
    ADD("Cast", out, name);
    nsym_onnx_set_int(m->network.graph, "to", NSYM_ONNX_FLOAT);
    return out;
}

/* (x - mean) / scale in double precision, as the library does it, then single precision. */
static const char *standardise(const making *m, const char *name, const char *x, nsym_model_part part) {
    nsym_onnx_graph *g = m->network.graph;
    const double *scaling = nsym_model_scaling(m->model, part);
    size_t width = nsym_model_width(m->spec, part);
    const nsym_onnx_shape shape = {1, {(int64_t)width}, {0}};
    const char *mean = nsym_onnx_tensor(g, nsym_onnx_name(g, "%s.mean", name), NSYM_ONNX_DOUBLE, shape, scaling);
    const char *scale =
        nsym_onnx_tensor(g, nsym_onnx_name(g, "%s.scale", name), NSYM_ONNX_DOUBLE, shape, scaling + width);
    x = ADD("Sub", nsym_onnx_name(g, "%s.shifted", name), x, mean);
    return as_single(m, ADD("Div", nsym_onnx_name(g, "%s.standardised", name), x, scale));
}

/* The names of an input's values, as a list in JSON. */
static void tell_names(const making *m, nsym_model_part part) {
    char name[512], key[64];
    json_t *list = json_array();
    for (size_t k = 0; k < nsym_model_width(m->spec, part); k++) {
        nsym_input_value_name(name, sizeof name, m->spec, part, k);
        json_array_append_new(list, json_string(name));
    }
    char *text = json_dumps(list, 0);
    snprintf(key, sizeof key, "input.%s", input_names[part]);
    nsym_onnx_fact(m->network.graph, key, text ? text : "");
    free(text);
    json_decref(list);
}

static void add_input(making *m, nsym_model_part part, const char *meaning) {
    size_t width = nsym_model_width(m->spec, part);
    if (width == 0) return;
    const char *name = input_names[part];
    nsym_onnx_input(m->network.graph, name, m->type, shape_of(m, part == NSYM_PARTICLE_INPUT, width), meaning);
    m->network.block[part] = standardise(m, name, as_double(m, name), part);
    tell_names(m, part);
}

/* Which particles are there, and how many an event has. */
static void add_mask(making *m) {
    nsym_onnx_graph *g = m->network.graph;
    nsym_onnx_input(g, "mask", m->type, shape_of(m, true, 0), "1 where there is a particle, 0 where there is none");
    const int64_t last = -1, particles = 1;
    const char *axis = nsym_onnx_integers(g, "mask.axis", &last, 1);
    const char *half = nsym_onnx_constant(g, "mask.half", 0.5F);
    const char *mask = ADD("Unsqueeze", "mask.column", as_single(m, "mask"), axis);
    m->network.present = ADD("Greater", "mask.present", mask, half);
    const char *one = as_single(m, m->network.present);
    m->network.counts =
        ADD("ReduceSum", "particles.count", one, nsym_onnx_integers(g, "particles.axis", &particles, 1));
    nsym_onnx_set_int(g, "keepdims", 0);
}

/* Which event a particle is of, and how many an event has. */
static void add_segments(making *m) {
    nsym_onnx_graph *g = m->network.graph;
    nsym_onnx_input(g, "event_of", NSYM_ONNX_INT64, shape_of(m, true, 0), "the event of each particle, from 0");
    nsym_onnx_input(g, "events", NSYM_ONNX_INT64, (nsym_onnx_shape){1, {1}, {0}}, "how many events there are");
    const int64_t last = -1;
    m->network.events = "events";
    m->network.segment =
        ADD("Unsqueeze", "event_of.column", "event_of", nsym_onnx_integers(g, "event_of.axis", &last, 1));
    const int64_t one = 1;
    const char *width = nsym_onnx_integers(g, "count.width", &one, 1);
    ADD("Concat", "count.shape", "events", width);
    nsym_onnx_set_int(g, "axis", 0);
    const char *zeros = ADD("ConstantOfShape", "count.zeros", "count.shape");
    const char *shape = ADD("Shape", "event_of.shape", m->network.segment);
    const char *ones = ADD("Expand", "event_of.ones", nsym_onnx_constant(g, "event_of.one", 1), shape);
    m->network.counts = ADD("ScatterND", "particles.count", zeros, m->network.segment, ones);
    nsym_onnx_set_text(g, "reduction", "add");
}

/* What stands for a missing particle: all zero before standardisation. */
static nsym_status add_missing(making *m) {
    size_t width = nsym_model_width(m->spec, NSYM_PARTICLE_INPUT);
    const double *scaling = nsym_model_scaling(m->model, NSYM_PARTICLE_INPUT);
    float *row = nsym_onnx_room(m->network.graph, width * sizeof *row);
    if (!row) return nsym_fail(NSYM_ENOMEM, "no memory for an ONNX model");
    for (size_t k = 0; k < width; k++) row[k] = (float)(-scaling[k] / scaling[width + k]);
    m->network.missing[NSYM_PARTICLES_IN] = nsym_onnx_tensor(m->network.graph, "particles.missing", NSYM_ONNX_FLOAT,
                                                             (nsym_onnx_shape){2, {1, (int64_t)width}, {0}}, row);
    return NSYM_OK;
}

static nsym_status add_inputs(making *m) {
    bool particles = nsym_spec_reads_particles(m->spec);
    add_input(m, NSYM_PARTICLE_INPUT, "what the network reads of each particle");
    if (particles && m->packed) add_segments(m);
    if (particles && !m->packed && m->spec->slots == 0) add_mask(m);
    add_input(m, NSYM_EVENT_INPUT, "what the network reads of each event");
    add_input(m, NSYM_GATE_INPUT, "what the gate reads of each event");
    return particles && m->spec->padded ? add_missing(m) : NSYM_OK;
}

/* Logits, probabilities at the model's temperature, and a hybrid's weights. */
static void add_outputs(making *m) {
    nsym_onnx_graph *g = m->network.graph;
    const nsym_plan *plan = m->network.plan;
    size_t outputs = nsym_model_outputs(m->spec);
    nsym_onnx_shape shape = {2, {-1, (int64_t)outputs}, {"events"}};
    ADD("Identity", "logit", m->network.block[plan->blocks - 1]);
    nsym_onnx_output(g, "logit", NSYM_ONNX_FLOAT, shape, outputs > 1 ? "of each class" : "of class 1, the signal");
    if (plan->gate) {
        ADD("Identity", "gate_weights", m->network.block[plan->gate]);
        nsym_onnx_output(g, "gate_weights", NSYM_ONNX_FLOAT, (nsym_onnx_shape){2, {-1, 2}, {"events"}},
                         "of the general and of the event latent");
    }
    const char *temperature = nsym_onnx_constant(g, "temperature", (float)nsym_model_temperature(m->model));
    ADD("Div", "logit.tempered", "logit", temperature);
    ADD(outputs > 1 ? "Softmax" : "Sigmoid", "probability", "logit.tempered");
    if (outputs > 1) nsym_onnx_set_int(g, "axis", -1);
    nsym_onnx_output(g, "probability", NSYM_ONNX_FLOAT, shape,
                     outputs > 1 ? "of each class" : "of class 1, the signal");
}

/* What the model file says of the model. */
static void tell_facts(making *m) {
    char key[256];
    nsym_onnx_fact(m->network.graph, "nearsym.version", NSYM_VERSION);
    for (size_t i = 0; i < m->model->attributes; i++) {
        snprintf(key, sizeof key, "nearsym.%s", m->model->attribute[i].name);
        nsym_onnx_fact(m->network.graph, key, m->model->attribute[i].value);
    }
}

nsym_status nsym_export_onnx(nsym_model *model, const char *path, const nsym_export_options *options) {
    const nsym_export_options o = options ? *options : nsym_export_defaults();
    nsym_network *network = model->network;
    making m = {.model = model,
                .spec = nsym_model_spec_of(model),
                .type = o.single ? NSYM_ONNX_FLOAT : NSYM_ONNX_DOUBLE,
                .packed = o.layout == NSYM_EXPORT_PACKED};
    m.network.plan = nsym_network_plan(network);
    m.network.values = nsym_network_values(network);
    m.network.state = nsym_network_state(network);
    m.network.layout = o.layout;
    NSYM_TRY(nsym_onnx_graph_new(&m.network.graph));
    nsym_status status = add_inputs(&m);
    if (status == NSYM_OK) {
        nsym_onnx_add_layers(&m.network);
        add_outputs(&m);
        tell_facts(&m);
        status = nsym_onnx_write(m.network.graph, path, m.packed ? 8 : 7, m.packed ? 16 : 13);
    }
    nsym_onnx_graph_free(m.network.graph);
    return status;
}
