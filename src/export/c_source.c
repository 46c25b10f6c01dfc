#include "export/c_layers.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "nn/model.h"
#include "train/input_maker.h"

#include <ctype.h>
#include <nearsym/export.h>
#include <string.h>

/* A file in the making. */
typedef struct {
    nsym_c_network network;
    nsym_model *model;
    const nsym_model_spec *spec;
    const nsym_layer *pooling; /* NULL: there are no particles */
    const char *function;
    FILE *out;
} making;

static const char *const arrays[NSYM_MODEL_PARTS] = {"particles", "event", "gate"};

static size_t width_of(const making *m, nsym_model_part part) {
    return nsym_model_width(m->spec, part);
}

/* What an input's values are, in a comment's lines. */
static void tell_input(const making *m, nsym_model_part part, const char *shape) {
    char name[512];
    size_t width = width_of(m, part), column = 0;
    if (width == 0) return;
    fprintf(m->out, "\n   %s %s:", arrays[part], shape);
    for (size_t k = 0; k < width && k < 64; k++) {
        nsym_input_value_name(name, sizeof name, m->spec, part, k);
        for (char *c = name; *c; c++)
            if (*c == '*' || *c == '/') *c = '|'; /* a comment goes on */
        if (column > 90) column = (size_t)fprintf(m->out, "\n     ") - 1;
        column += (size_t)fprintf(m->out, " %s%s", name, k + 1 < width ? "," : "");
    }
    if (width > 64) fprintf(m->out, " ... (%zu)", width);
}

static void head(const making *m) {
    const char *study = nsym_model_attribute(m->model, "study");
    bool gate = m->network.plan->gate != 0;
    fprintf(m->out, "/* A trained network, written by nearsym %s%s%s. Needs C99 and the math library alone.\n\n",
            NSYM_VERSION, study ? ": study " : "", study ? study : "");
    fprintf(m->out,
            "   Writes the logits (%zu) of one event%s. Reads, before standardisation:", nsym_model_outputs(m->spec),
            gate ? " and the weights (2) of its general and its event latent" : "");
    tell_input(m, NSYM_PARTICLE_INPUT, "(n, features)");
    tell_input(m, NSYM_EVENT_INPUT, "(width)");
    tell_input(m, NSYM_GATE_INPUT, "(width)");
    if (m->spec->slots && m->pooling) fprintf(m->out, "\n   n must be %zu.", m->spec->slots);
    if (m->spec->padded && m->pooling) fprintf(m->out, "\n   n must be at most %zu.", m->spec->padded);
    fprintf(m->out, "\n   probability = %s(logit / %.9g) */\n#include <math.h>\n#include <stddef.h>\n\n",
            nsym_model_outputs(m->spec) > 1 ? "softmax" : "sigmoid", nsym_model_temperature(m->model));
}

/* Declares the blocks of one kind of rows that layers write, first to last. */
static void declare(const making *m, nsym_rows rows) {
    const nsym_plan *plan = m->network.plan;
    for (size_t b = NSYM_INPUTS; b < plan->blocks; b++)
        if (plan->block[b].rows == rows && plan->block[b].width)
            fprintf(m->out, "    float b%zu[%zu];\n", b, plan->block[b].width);
}

static void standardise(const making *m, nsym_model_part part, const char *from) {
    size_t width = width_of(m, part);
    if (width == 0) return;
    fprintf(m->out, "    float b%d[%zu];\n", (int)part, width);
    fprintf(m->out,
            "    for (size_t j = 0; j < %zu; j++) b%d[j] = (float)((%s[j] - %s_scaling[j]) / %s_scaling[%zu + j]);\n",
            width, (int)part, from, arrays[part], arrays[part], width);
}

/* The layers of one kind of rows, without the pooling between. */
static void layers(const making *m, nsym_rows rows) {
    const nsym_plan *plan = m->network.plan;
    for (size_t i = 0; i < plan->layers; i++)
        if (plan->block[plan->layer[i].destination].rows == rows && plan->layer[i].kind != NSYM_COMPOSING)
            nsym_c_layer(&m->network, i);
}

/* The function of one particle: what is pooled of it. */
static void particle_function(const making *m) {
    size_t pooled = m->pooling->source[0];
    fprintf(m->out, "/* What the sum over particles takes of one: out (%zu); gives its energy. */\n",
            m->network.plan->block[pooled].width);
    fputs("static float map_particle(float *out, const double *particle, size_t slot)\n{\n    (void)slot;\n", m->out);
    standardise(m, NSYM_PARTICLE_INPUT, "particle");
    declare(m, NSYM_PARTICLE_ROWS);
    layers(m, NSYM_PARTICLE_ROWS);
    fprintf(m->out, "    for (size_t j = 0; j < %zu; j++) out[j] = b%zu[j];\n    return b0[0];\n}\n\n",
            m->network.plan->block[pooled].width, pooled);
}

/* The sum over the particles, into the pooling's block. */
static void pool(const making *m) {
    const nsym_layer *p = m->pooling;
    size_t to = p->destination, width = m->network.plan->block[to].width, features = width_of(m, NSYM_PARTICLE_INPUT);
    fprintf(m->out, "    float part[%zu], weight = 0, padded = %zu;\n", width, p->padded);
    fprintf(m->out, "    for (size_t j = 0; j < %zu; j++) b%zu[j] = 0;\n", width, to);
    fprintf(
        m->out,
        "    for (size_t i = 0; i < n; i++) {\n        float energy = map_particle(part, particles + i * %zu, i);\n",
        features);
    fprintf(m->out,
            "        weight += energy;\n        for (size_t j = 0; j < %zu; j++) b%zu[j] += %spart[j];\n    }\n", width,
            to, p->weighted ? "energy * " : "");
    if (p->padded)
        fprintf(m->out,
                "    static const double missing[%zu] = {0};\n    map_particle(part, missing, 0);\n"
                "    add(b%zu, part, padded - (float)n, %zu);\n",
                features, to, width);
    if (p->mean) fprintf(m->out, "    for (size_t j = 0; j < %zu && n; j++) b%zu[j] /= (float)n;\n", width, to);
    fputs("    (void)weight, (void)padded;\n", m->out);
}

static void event_function(const making *m) {
    const nsym_plan *plan = m->network.plan;
    size_t outputs = nsym_model_outputs(m->spec);
    fprintf(m->out, "void %s(double *logits", m->function);
    if (plan->gate) fputs(", double *gate_weights", m->out);
    if (m->pooling) fputs(", const double *particles, size_t n", m->out);
    if (width_of(m, NSYM_EVENT_INPUT)) fputs(", const double *event", m->out);
    if (width_of(m, NSYM_GATE_INPUT)) fputs(", const double *gate", m->out);
    fputs(")\n{\n", m->out);
    standardise(m, NSYM_EVENT_INPUT, "event");
    standardise(m, NSYM_GATE_INPUT, "gate");
    declare(m, NSYM_EVENT_ROWS);
    if (m->pooling) pool(m);
    layers(m, NSYM_EVENT_ROWS);
    fprintf(m->out, "    for (size_t j = 0; j < %zu; j++) logits[j] = b%zu[j];\n", outputs, plan->blocks - 1);
    if (plan->gate) fprintf(m->out, "    for (size_t j = 0; j < 2; j++) gate_weights[j] = b%zu[j];\n", plan->gate);
    fputs("}\n", m->out);
}

static nsym_status write_source(const making *m) {
    char name[64];
    head(m);
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        if (width_of(m, part) == 0) continue;
        snprintf(name, sizeof name, "%s_scaling", arrays[part]);
        nsym_c_doubles(m->out, name, nsym_model_scaling(m->model, part), 2 * width_of(m, part));
    }
    NSYM_TRY(nsym_c_weights(&m->network));
    nsym_c_helpers(m->out, m->network.plan);
    if (m->pooling) particle_function(m);
    event_function(m);
    return NSYM_OK;
}

static bool is_identifier(const char *name) {
    if (!(isalpha((unsigned char)*name) || *name == '_')) return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && *name != '_') return false;
    return true;
}

nsym_status nsym_export_c(nsym_model *model, const char *path, const char *function) {
    nsym_atomic_file *file;
    nsym_network *network = model->network;
    making m = {.model = model, .spec = nsym_model_spec_of(model), .function = function};
    if (!is_identifier(function))
        return nsym_fail(
            NSYM_EINVAL,
            "'%s' cannot be the name of a C function: use letters, digits and _, and no digit at the start", function);
    m.network.plan = nsym_network_plan(network);
    m.network.values = nsym_network_values(network);
    m.network.state = nsym_network_state(network);
    for (size_t i = 0; i < m.network.plan->layers; i++)
        if (m.network.plan->layer[i].kind == NSYM_POOLING) m.pooling = &m.network.plan->layer[i];
    NSYM_TRY(nsym_atomic_stream_open(&file, &m.out, path));
    m.network.out = m.out;
    return nsym_atomic_stream_close(file, m.out, write_source(&m));
}
