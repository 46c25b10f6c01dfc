#include "export/c_layers.h"

#include "base/fail.h"
#include "export/weights.h"
#include "nn/lola.h"

#include <stdlib.h>
#include <string.h>

void nsym_c_floats(FILE *out, const char *name, size_t index, const float *values, size_t n) {
    fprintf(out, "static const float %s%zu[%zu] = {", name, index, n);
    for (size_t i = 0; i < n; i++) fprintf(out, "%s%af", i % 8 ? ", " : i ? ",\n    " : "\n    ", (double)values[i]);
    fputs("};\n", out);
}

void nsym_c_doubles(FILE *out, const char *name, const double *values, size_t n) {
    fprintf(out, "static const double %s[%zu] = {", name, n);
    for (size_t i = 0; i < n; i++) fprintf(out, "%s%a", i % 6 ? ", " : i ? ",\n    " : "\n    ", values[i]);
    fputs("};\n", out);
}

static const char dense[] = "/* y (m) = bias + x (n) w (n, m). */\n"
                            "static inline void dense(float *y, const float *x, const float *w, size_t n, size_t m)\n"
                            "{\n"
                            "    for (size_t j = 0; j < m; j++) y[j] = 0;\n"
                            "    for (size_t i = 0; i < n; i++)\n"
                            "        for (size_t j = 0; j < m; j++) y[j] += x[i] * w[i * m + j];\n"
                            "}\n\n"
                            "static inline void add(float *y, const float *b, float times, size_t m)\n"
                            "{\n"
                            "    for (size_t j = 0; j < m; j++) y[j] += times * b[j];\n"
                            "}\n\n"
                            "static inline void rectify(float *y, float slope, size_t m)\n"
                            "{\n"
                            "    for (size_t j = 0; j < m; j++) y[j] = y[j] > 0 ? y[j] : slope * y[j];\n"
                            "}\n\n";
static const char norm[] = "static inline void scale(float *y, const float *factor, const float *offset, size_t m)\n"
                           "{\n"
                           "    for (size_t j = 0; j < m; j++) y[j] = factor[j] * y[j] + offset[j];\n"
                           "}\n\n";
static const char silu[] = "static inline void silu(float *y, const float *x, size_t m)\n"
                           "{\n"
                           "    for (size_t j = 0; j < m; j++) y[j] = x[j] / (1 + expf(-x[j]));\n"
                           "}\n\n";
static const char trunk[] =
    "/* y (outputs, rows, columns) of x (inputs, rows, columns) and w (outputs, inputs, side, side). */\n"
    "static inline void convolve(float *y, const float *x, const float *w, const float *b, size_t outputs, size_t "
    "inputs,\n"
    "                     size_t rows, size_t columns, size_t side, float slope)\n"
    "{\n"
    "    for (size_t o = 0; o < outputs; o++)\n"
    "        for (size_t r = 0; r < rows; r++)\n"
    "            for (size_t c = 0; c < columns; c++) {\n"
    "                float sum = b[o];\n"
    "                for (size_t i = 0; i < inputs; i++)\n"
    "                    for (size_t k = 0; k < side * side; k++) {\n"
    "                        size_t row = r + k / side, column = c + k % side; /* beyond by half a side */\n"
    "                        if (row < side / 2 || column < side / 2) continue;\n"
    "                        row -= side / 2, column -= side / 2;\n"
    "                        if (row < rows && column < columns)\n"
    "                            sum += w[(o * inputs + i) * side * side + k] * x[(i * rows + row) * columns + "
    "column];\n"
    "                    }\n"
    "                y[(o * rows + r) * columns + c] = sum > 0 ? sum : slope * sum;\n"
    "            }\n"
    "}\n\n"
    "/* The largest of 2 x 2. */\n"
    "static inline void pool(float *y, const float *x, size_t channels, size_t rows, size_t columns)\n"
    "{\n"
    "    for (size_t i = 0; i < channels; i++)\n"
    "        for (size_t r = 0; r < rows / 2; r++)\n"
    "            for (size_t c = 0; c < columns / 2; c++) {\n"
    "                const float *at = x + (i * rows + 2 * r) * columns + 2 * c;\n"
    "                float upper = at[0] > at[1] ? at[0] : at[1], lower = at[columns] > at[columns + 1] ? "
    "at[columns] : at[columns + 1];\n"
    "                *y++ = upper > lower ? upper : lower;\n"
    "            }\n"
    "}\n\n";
static const char softmax[] = "static inline void softmax(float *y, const float *x, size_t m)\n"
                              "{\n"
                              "    float largest = x[0], sum = 0;\n"
                              "    for (size_t j = 1; j < m; j++) largest = x[j] > largest ? x[j] : largest;\n"
                              "    for (size_t j = 0; j < m; j++) sum += y[j] = expf(x[j] - largest);\n"
                              "    for (size_t j = 0; j < m; j++) y[j] /= sum;\n"
                              "}\n\n";
static const char lola[] =
    "/* Combinations q (all, 4) of momenta x (n, 4), and of each its mass, pT, and learned sums of energies and of\n"
    "   distances, y (all, 4) (arXiv:1707.08966). */\n"
    "static inline float squash(double t)\n"
    "{\n"
    "    return (float)copysign(log1p(fabs(t)), t);\n"
    "}\n\n"
    "static inline double square(const float *p, const float *q)\n"
    "{\n"
    "    double x = (double)p[0] - q[0], y = (double)p[1] - q[1], z = (double)p[2] - q[2], e = (double)p[3] - q[3];\n"
    "    return e * e - x * x - y * y - z * z;\n"
    "}\n\n"
    "static inline void lorentz_layer(float *y, float *q, const float *x, const float *c, const float *w, const float "
    "*v, "
    "size_t n,\n"
    "                          size_t learned)\n"
    "{\n"
    "    static const float none[4] = {0, 0, 0, 0};\n"
    "    size_t all = 1 + n + learned;\n"
    "    for (size_t j = 0; j < 4 * all; j++) q[j] = j >= 4 && j < 4 * (1 + n) ? x[j - 4] : 0;\n"
    "    for (size_t i = 0; i < n; i++)\n"
    "        for (size_t k = 0; k < 4; k++) {\n"
    "            q[k] += x[4 * i + k];\n"
    "            for (size_t a = 0; a < learned; a++) q[4 * (1 + n + a) + k] += x[4 * i + k] * c[i * learned + a];\n"
    "        }\n"
    "    for (size_t j = 0; j < all; j++, y += 4) {\n"
    "        double energy = 0, sum = 0;\n"
    "        for (size_t m = 0; m < all; m++) {\n"
    "            energy += (double)w[j * all + m] * q[4 * m + 3];\n"
    "            sum += v[j * all + m] * square(q + 4 * j, q + 4 * m);\n"
    "        }\n"
    "        y[0] = squash(square(q + 4 * j, none));\n"
    "        y[1] = squash(hypot(q[4 * j], q[4 * j + 1]));\n"
    "        y[2] = squash(energy);\n"
    "        y[3] = squash(sum);\n"
    "    }\n"
    "}\n\n";

void nsym_c_helpers(FILE *out, const nsym_plan *plan) {
    bool norms = false, activates = false, gates = false;
    for (size_t i = 0; i < plan->layers; i++) {
        norms |= plan->layer[i].norm.groups > 0;
        activates |= plan->layer[i].kind == NSYM_ACTIVATING;
        gates |= plan->layer[i].kind == NSYM_SOFTMAX;
    }
    fputs(dense, out);
    if (norms) fputs(norm, out);
    if (activates) fputs(silu, out);
    if (gates) fputs(softmax, out);
    if (plan->trunk.count) fputs(trunk, out);
    if (plan->spec.lola) fputs(lola, out);
}

/* Weights and biases of a dense layer, or what its norm makes of them. */
static nsym_status dense_weights(const nsym_c_network *n, size_t index) {
    const nsym_layer *layer = &n->plan->layer[index];
    size_t inputs = n->plan->block[layer->source[0]].width, outputs = n->plan->block[layer->destination].width;
    size_t fold = layer->norm.groups ? layer->norm.fold : 0, affine = fold * outputs;
    float *room = calloc((inputs + 1) * outputs + 2 * affine, sizeof *room), *factor = room + (inputs + 1) * outputs;
    if (!room) return nsym_fail(NSYM_ENOMEM, "no memory for the weights of a model");
    if (nsym_export_is_composed(n->plan, layer)) {
        nsym_export_compose(room, n->plan, n->values);
    } else {
        memcpy(room, n->values + layer->weight, inputs * outputs * sizeof *room);
        memcpy(room + inputs * outputs, n->values + layer->bias, outputs * sizeof *room);
    }
    nsym_c_floats(n->out, "weight_", index, room, inputs * outputs);
    if (affine) {
        nsym_export_norm(factor, factor + affine, n->plan, layer, n->values, n->state, room + inputs * outputs);
        nsym_c_floats(n->out, "factor_", index, factor, affine);
        nsym_c_floats(n->out, "offset_", index, factor + affine, affine);
    } else {
        nsym_c_floats(n->out, "bias_", index, room + inputs * outputs, outputs);
    }
    free(room);
    return NSYM_OK;
}

static nsym_status trunk_weights(const nsym_c_network *n) {
    const nsym_trunk_plan *t = &n->plan->trunk;
    for (size_t k = 0; k < t->count; k++) {
        const nsym_convolution *c = &t->at[k];
        size_t count = nsym_convolution_weights(t, c);
        float *room = malloc(count * sizeof *room);
        if (!room) return nsym_fail(NSYM_ENOMEM, "no memory for the weights of a model");
        nsym_export_filters(room, n->plan, c, n->values);
        nsym_c_floats(n->out, "filters_", k, room, count);
        nsym_c_floats(n->out, "filter_bias_", k, n->values + c->bias, c->outputs);
        free(room);
    }
    return NSYM_OK;
}

static void lola_weights(const nsym_c_network *n, const nsym_layer *layer, size_t index) {
    const nsym_lola_plan *l = &layer->lola;
    size_t all = nsym_lola_combinations(l->particles, l->learned);
    nsym_c_floats(n->out, "combination_", index, n->values + layer->weight, l->particles * l->learned);
    nsym_c_floats(n->out, "energies_", index, n->values + l->energies, all * all);
    nsym_c_floats(n->out, "distances_", index, n->values + l->distances, all * all);
}

nsym_status nsym_c_weights(const nsym_c_network *n) {
    for (size_t i = 0; i < n->plan->layers; i++) {
        const nsym_layer *layer = &n->plan->layer[i];
        if (layer->kind == NSYM_DENSE) NSYM_TRY(dense_weights(n, i));
        if (layer->kind == NSYM_TRUNK) NSYM_TRY(trunk_weights(n));
        if (layer->kind == NSYM_LOLA) lola_weights(n, layer, i);
    }
    fputc('\n', n->out);
    return NSYM_OK;
}

/* How often a pooled layer's bias counts. */
static const char *times(const nsym_layer *layer) {
    if (!layer->pooled) return "1";
    return layer->weighted ? "weight" : layer->padded ? "padded" : layer->mean ? "(float)(n > 0)" : "(float)n";
}

static void dense_layer(const nsym_c_network *n, const nsym_layer *layer, size_t i) {
    size_t from = layer->source[0], to = layer->destination, outputs = n->plan->block[to].width;
    bool slots = layer->norm.fold > 1;
    fprintf(n->out, "    dense(b%zu, b%zu, weight_%zu, %zu, %zu);\n", to, from, i, n->plan->block[from].width, outputs);
    if (layer->norm.groups && slots)
        fprintf(n->out, "    scale(b%zu, factor_%zu + slot * %zu, offset_%zu + slot * %zu, %zu);\n", to, i, outputs, i,
                outputs, outputs);
    else if (layer->norm.groups)
        fprintf(n->out, "    scale(b%zu, factor_%zu, offset_%zu, %zu);\n", to, i, i, outputs);
    else
        fprintf(n->out, "    add(b%zu, bias_%zu, %s, %zu);\n", to, i, times(layer), outputs);
    if (layer->leak != 1) fprintf(n->out, "    rectify(b%zu, %af, %zu);\n", to, (double)layer->leak, outputs);
}

/* Copies values, multiplied, behind each other. */
static void copy(const nsym_c_network *n, size_t to, size_t at, size_t from, const char *factor) {
    if (n->plan->block[from].width)
        fprintf(n->out, "    for (size_t j = 0; j < %zu; j++) b%zu[%zu + j] = %sb%zu[j];\n", n->plan->block[from].width,
                to, at, factor, from);
}

static void combining_layer(const nsym_c_network *n, const nsym_layer *layer) {
    size_t to = layer->destination, g = layer->source[0], s = layer->source[1], w = layer->source[2];
    size_t latent = n->plan->block[g].width;
    char general[32] = "", event[32] = "";
    bool weighted = layer->combination == NSYM_COMBINE_SUM || layer->combination == NSYM_COMBINE_CONCAT_WEIGHTED;
    if (weighted) {
        snprintf(general, sizeof general, "b%zu[0] * ", w);
        snprintf(event, sizeof event, "b%zu[1] * ", w);
    }
    if (layer->combination == NSYM_COMBINE_SUM) {
        fprintf(n->out, "    for (size_t j = 0; j < %zu; j++) b%zu[j] = %sb%zu[j] + %sb%zu[j];\n", latent, to, general,
                g, event, s);
        return;
    }
    copy(n, to, 0, g, general);
    copy(n, to, latent, s, event);
    if (!weighted) copy(n, to, 2 * latent, w, "");
}

static void trunk_layer(const nsym_c_network *n, const nsym_layer *layer) {
    const nsym_trunk_plan *t = &n->plan->trunk;
    size_t widest = 0;
    for (size_t k = 0; k < t->count; k++) {
        size_t values = t->at[k].outputs * t->at[k].rows * t->at[k].columns;
        if (values > widest) widest = values;
    }
    fprintf(n->out, "    float image_0[%zu], image_1[%zu];\n", widest, widest);
    char from[32];
    snprintf(from, sizeof from, "b%zu", layer->source[0]);
    for (size_t k = 0, side = 0; k < t->count; k++) {
        const nsym_convolution *c = &t->at[k];
        fprintf(n->out, "    convolve(image_%zu, %s, filters_%zu, filter_bias_%zu, %zu, %zu, %zu, %zu, %zu, %af);\n",
                side, from, k, k, c->outputs, c->inputs, c->rows, c->columns, t->kernel, (double)t->leak);
        snprintf(from, sizeof from, "image_%zu", side);
        side = 1 - side;
        if (!c->pooled) continue;
        fprintf(n->out, "    pool(image_%zu, %s, %zu, %zu, %zu);\n", side, from, c->outputs, c->rows, c->columns);
        snprintf(from, sizeof from, "image_%zu", side);
        side = 1 - side;
    }
    fprintf(n->out, "    for (size_t j = 0; j < %zu; j++) b%zu[j] = %s[j];\n", nsym_trunk_outputs(t),
            layer->destination, from);
}

static void lola_layer(const nsym_c_network *n, const nsym_layer *layer, size_t i) {
    const nsym_lola_plan *l = &layer->lola;
    fprintf(n->out, "    float combined[%zu];\n", 4 * nsym_lola_combinations(l->particles, l->learned));
    fprintf(n->out,
            "    lorentz_layer(b%zu, combined, b%zu, combination_%zu, energies_%zu, distances_%zu, %zu, %zu);\n",
            layer->destination, layer->source[0], i, i, i, l->particles, l->learned);
}

void nsym_c_layer(const nsym_c_network *n, size_t i) {
    const nsym_layer *layer = &n->plan->layer[i];
    size_t from = layer->source[0], to = layer->destination, width = n->plan->block[to].width;
    switch (layer->kind) {
    case NSYM_DENSE:
        dense_layer(n, layer, i);
        break;
    case NSYM_DIRECTIONS:
        fprintf(n->out, "    for (size_t j = 0; j < %zu; j++) b%zu[j] = b%zu[j + 1];\n", width, to, from);
        break;
    case NSYM_SOFTMAX:
        fprintf(n->out, "    softmax(b%zu, b%zu, %zu);\n", to, from, width);
        break;
    case NSYM_ACTIVATING:
        fprintf(n->out, "    silu(b%zu, b%zu, %zu);\n", to, from, width);
        break;
    case NSYM_COMBINING:
        combining_layer(n, layer);
        break;
    case NSYM_BESIDE:
        copy(n, to, 0, from, "");
        copy(n, to, n->plan->block[from].width, layer->source[1], "");
        break;
    case NSYM_DROPOUT: /* of training alone */
        copy(n, to, 0, from, "");
        break;
    case NSYM_TRUNK:
        trunk_layer(n, layer);
        break;
    case NSYM_LOLA:
        lola_layer(n, layer, i);
        break;
    case NSYM_POOLING: /* where the particles are read */
    case NSYM_COMPOSING:
    case NSYM_LAYER_KINDS:
        break;
    }
}
