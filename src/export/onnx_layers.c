#include "export/onnx_layers.h"

#include "export/weights.h"

#define ADD(operator, output, ...) nsym_onnx_add(n->graph, operator, output, NSYM_ONNX_OF(__VA_ARGS__))
#define NAME(...) nsym_onnx_name(n->graph, __VA_ARGS__)

static const char *matrix(const nsym_onnx_network *n, const char *name, const float *values, size_t rows,
                          size_t columns) {
    return nsym_onnx_tensor(n->graph, name, NSYM_ONNX_FLOAT,
                            (nsym_onnx_shape){2, {(int64_t)rows, (int64_t)columns}, {0}}, values);
}

/* Column k of a value, as one column. */
static const char *column(const nsym_onnx_network *n, const char *value, int64_t k) {
    const char *name = NAME("%s.column_%d", value, (int)k);
    const char *index = nsym_onnx_integers(n->graph, NAME("%s.index", name), &k, 1);
    ADD("Gather", name, value, index);
    nsym_onnx_set_int(n->graph, "axis", -1);
    return name;
}

/* Values behind each other in every row. */
static const char *beside(const nsym_onnx_network *n, const char *name, const char *a, const char *b, const char *c) {
    ADD("Concat", name, a, b, c);
    nsym_onnx_set_int(n->graph, "axis", -1);
    return name;
}

/* The slope below 0 of an activation behind a value; 1: there is none. */
static const char *rectify(const nsym_onnx_network *n, const char *value, float leak) {
    if (leak == 1) return value;
    const char *name = NAME("%s.activation", value);
    ADD(leak == 0 ? "Relu" : "LeakyRelu", name, value);
    if (leak != 0) nsym_onnx_set_float(n->graph, "alpha", leak);
    return name;
}

/* The layer's two affine layers as one; NULL: no memory. */
static const float *compose(const nsym_onnx_network *n) {
    const nsym_composition *c = &n->plan->composition;
    float *out = nsym_onnx_room(n->graph, (c->inputs + 1) * c->outputs * sizeof *out);
    if (out) nsym_export_compose(out, n->plan, n->values);
    return out;
}

/* Batch norm with the running statistics and the layer's bias: z becomes factor z + offset, each (1, width) or, over
   slots, (slots, width). */
static const char *normalise(const nsym_onnx_network *n, const nsym_layer *layer, const char *z, const float *bias) {
    const nsym_norm_plan *norm = &layer->norm;
    size_t width = n->plan->block[layer->destination].width, rows = norm->fold;
    float *factor = nsym_onnx_room(n->graph, 2 * rows * width * sizeof *factor), *offset = factor + rows * width;
    if (factor) nsym_export_norm(factor, offset, n->plan, layer, n->values, n->state, bias);
    bool folds = rows > 1 && n->layout == NSYM_EXPORT_PACKED;
    if (folds) {
        const int64_t shape[] = {-1, (int64_t)rows, (int64_t)width};
        z = ADD("Reshape", NAME("%s.slots", z), z, nsym_onnx_integers(n->graph, NAME("%s.by_slot", z), shape, 3));
    }
    const char *a = matrix(n, NAME("%s.norm.factor", z), factor, rows, width);
    const char *b = matrix(n, NAME("%s.norm.offset", z), offset, rows, width);
    z = ADD("Mul", NAME("%s.scaled", z), z, a);
    z = ADD("Add", NAME("%s.norm", z), z, b);
    if (!folds) return z;
    const int64_t shape[] = {-1, (int64_t)width};
    return ADD("Reshape", NAME("%s.rows", z), z, nsym_onnx_integers(n->graph, NAME("%s.by_row", z), shape, 2));
}

/* How many particles an event has, (events, 1) or one number. */
static const char *counts(const nsym_onnx_network *n) {
    if (n->counts) return n->counts;
    return nsym_onnx_constant(n->graph, "slots", (float)n->plan->spec.slots);
}

/* Sums over an event's particles of what each has: (events, width). */
static const char *sum(const nsym_onnx_network *n, const char *value, size_t width) {
    const char *name = NAME("%s.sum", value);
    if (n->layout == NSYM_EXPORT_PACKED) {
        const int64_t columns = (int64_t)width;
        const char *last = nsym_onnx_integers(n->graph, NAME("%s.width", name), &columns, 1);
        const char *shape = beside(n, NAME("%s.shape", name), n->events, last, NULL);
        const char *zeros = ADD("ConstantOfShape", NAME("%s.zeros", name), shape);
        ADD("ScatterND", name, zeros, n->segment, value);
        nsym_onnx_set_text(n->graph, "reduction", "add");
        return name;
    }
    if (n->present) {
        const char *zero = nsym_onnx_constant(n->graph, NAME("%s.zero", name), 0);
        value = ADD("Where", NAME("%s.present", value), n->present, value, zero);
    }
    const int64_t axis = 1;
    ADD("ReduceSum", name, value, nsym_onnx_integers(n->graph, NAME("%s.axis", name), &axis, 1));
    nsym_onnx_set_int(n->graph, "keepdims", 0);
    return name;
}

/* How often an event's pooled rows hold the bias of the layer that made them: (events, 1) or one number. */
static const char *bias_counts(const nsym_onnx_network *n, const nsym_layer *layer, const char *name) {
    if (layer->weighted) return sum(n, column(n, n->block[layer->source[1]], 0), 1);
    if (layer->padded) return nsym_onnx_constant(n->graph, NAME("%s.rows", name), (float)layer->padded);
    if (!layer->mean) return counts(n);
    const char *one = nsym_onnx_constant(n->graph, NAME("%s.one", name), 1);
    return ADD("Min", NAME("%s.any", name), counts(n), one);
}

/* A dense layer on a value, x; its weights' names begin with `name`. */
static const char *dense(const nsym_onnx_network *n, const nsym_layer *layer, const char *x, const char *name,
                         const char *weight) {
    const nsym_block *from = &n->plan->block[layer->source[0]], *to = &n->plan->block[layer->destination];
    bool composed = nsym_export_is_composed(n->plan, layer);
    const float *product = composed ? compose(n) : NULL;
    if (composed && !product) return x; /* no memory, which the file will tell */
    const float *bias = composed ? product + from->width * to->width : n->values + layer->bias;
    const char *z = ADD("MatMul", NAME("%s.product", name), x, weight);
    if (layer->norm.groups) return rectify(n, normalise(n, layer, z, bias), layer->leak);
    const char *b = matrix(n, NAME("%s.bias", name), bias, 1, to->width);
    if (layer->pooled) b = ADD("Mul", NAME("%s.biases", name), bias_counts(n, layer, name), b);
    return rectify(n, ADD("Add", name, z, b), layer->leak);
}

static const char *weight_of(const nsym_onnx_network *n, const nsym_layer *layer, const char *name) {
    const nsym_block *from = &n->plan->block[layer->source[0]], *to = &n->plan->block[layer->destination];
    bool composed = nsym_export_is_composed(n->plan, layer);
    const float *values = composed ? compose(n) : n->values + layer->weight;
    return matrix(n, NAME("%s.weight", name), values, from->width, to->width);
}

/* The mean or sum of an event's particles, those that are missing counted where a model pads. */
static const char *pool(const nsym_onnx_network *n, const nsym_layer *layer, const char *name) {
    const char *x = n->block[layer->source[0]];
    size_t width = n->plan->block[layer->source[0]].width;
    if (layer->weighted) x = ADD("Mul", NAME("%s.weighted", name), x, column(n, n->block[layer->source[1]], 0));
    const char *y = sum(n, x, width);
    if (layer->mean) {
        const char *one = nsym_onnx_constant(n->graph, NAME("%s.least", name), 1);
        return ADD("Div", name, y, ADD("Max", NAME("%s.count", name), counts(n), one));
    }
    if (!layer->padded) return y;
    const char *all = nsym_onnx_constant(n->graph, NAME("%s.all", name), (float)layer->padded);
    const char *lacking = ADD("Sub", NAME("%s.lacking", name), all, counts(n));
    return ADD("Add", name, y, ADD("Mul", NAME("%s.padding", name), lacking, n->missing[layer->source[0]]));
}

/* A hybrid's latents, joined. */
static const char *combine(const nsym_onnx_network *n, const nsym_layer *layer, const char *name) {
    const char *g = n->block[layer->source[0]], *s = n->block[layer->source[1]], *w = n->block[layer->source[2]];
    bool weighted = layer->combination == NSYM_COMBINE_SUM || layer->combination == NSYM_COMBINE_CONCAT_WEIGHTED;
    if (!weighted) return beside(n, name, g, s, n->plan->block[layer->source[2]].width ? w : NULL);
    g = ADD("Mul", NAME("%s.general", name), g, column(n, w, 0));
    s = ADD("Mul", NAME("%s.event", name), s, column(n, w, 1));
    return layer->combination == NSYM_COMBINE_SUM ? ADD("Add", name, g, s) : beside(n, name, g, s, NULL);
}

/* Weights of a convolution (kernel, kernel, inputs, outputs) as ONNX has them: (outputs, inputs, kernel, kernel). */
static const char *filters(const nsym_onnx_network *n, const nsym_convolution *c, const char *name) {
    size_t places = n->plan->trunk.kernel * n->plan->trunk.kernel, inputs = c->inputs, outputs = c->outputs;
    int64_t side = (int64_t)n->plan->trunk.kernel;
    float *out = nsym_onnx_room(n->graph, places * inputs * outputs * sizeof *out);
    if (out) nsym_export_filters(out, n->plan, c, n->values);
    nsym_onnx_shape shape = {4, {(int64_t)outputs, (int64_t)inputs, side, side}, {0}};
    return nsym_onnx_tensor(n->graph, NAME("%s.weight", name), NSYM_ONNX_FLOAT, shape, out);
}

static const char *convolve(const nsym_onnx_network *n, const nsym_convolution *c, size_t index, const char *x) {
    const char *name = NAME("convolution.%zu", index);
    int64_t border = (int64_t)(n->plan->trunk.kernel / 2);
    const nsym_onnx_shape shape = {1, {(int64_t)c->outputs}, {0}};
    const char *bias = nsym_onnx_tensor(n->graph, NAME("%s.bias", name), NSYM_ONNX_FLOAT, shape, n->values + c->bias);
    ADD("Conv", name, x, filters(n, c, name), bias);
    nsym_onnx_set_ints(n->graph, "pads", (const int64_t[]){border, border, border, border}, 4);
    const char *y = rectify(n, name, n->plan->trunk.leak);
    if (!c->pooled) return y;
    name = NAME("%s.pool", name);
    ADD("MaxPool", name, y);
    nsym_onnx_set_ints(n->graph, "kernel_shape", (const int64_t[]){2, 2}, 2);
    nsym_onnx_set_ints(n->graph, "strides", (const int64_t[]){2, 2}, 2);
    return name;
}

static const char *trunk(const nsym_onnx_network *n, const char *image, const char *name) {
    const nsym_model_spec *spec = &n->plan->spec;
    const int64_t shape[] = {-1, 1, (int64_t)spec->image_rows, (int64_t)spec->image_columns};
    const char *x = ADD("Reshape", "image", image, nsym_onnx_integers(n->graph, "image.shape", shape, 4));
    for (size_t k = 0; k < n->plan->trunk.count; k++) x = convolve(n, &n->plan->trunk.at[k], k, x);
    ADD("Flatten", name, x);
    nsym_onnx_set_int(n->graph, "axis", 1);
    return name;
}

static const char *activate(const nsym_onnx_network *n, const char *x) {
    return ADD("Mul", NAME("%s.activation", x), x, ADD("Sigmoid", NAME("%s.sigmoid", x), x));
}

/* All but an EFN's energies. */
static const char *directions(const nsym_onnx_network *n, const char *x, const char *name, size_t width) {
    int64_t *index = nsym_onnx_room(n->graph, width * sizeof *index);
    for (size_t k = 0; index && k < width; k++) index[k] = (int64_t)k + 1;
    if (index) ADD("Gather", name, x, nsym_onnx_integers(n->graph, NAME("%s.index", name), index, width));
    nsym_onnx_set_int(n->graph, "axis", -1);
    return name;
}

/* One layer on what its first source has. */
static const char *emit(const nsym_onnx_network *n, const nsym_layer *layer, const char *name) {
    const char *x = n->block[layer->source[0]], *second = n->block[layer->source[1]];
    switch (layer->kind) {
    case NSYM_DENSE:
        return dense(n, layer, x, name, weight_of(n, layer, name));
    case NSYM_DIRECTIONS:
        return directions(n, x, name, n->plan->block[layer->destination].width);
    case NSYM_POOLING:
        return pool(n, layer, name);
    case NSYM_SOFTMAX:
        ADD("Softmax", name, x);
        nsym_onnx_set_int(n->graph, "axis", -1);
        return name;
    case NSYM_COMBINING:
        return combine(n, layer, name);
    case NSYM_BESIDE:
        return n->plan->block[layer->source[1]].width ? beside(n, name, x, second, NULL) : x;
    case NSYM_TRUNK:
        return trunk(n, x, name);
    case NSYM_ACTIVATING:
        return activate(n, x);
    case NSYM_LOLA:
        return nsym_onnx_add_lola(n, layer, x, name);
    case NSYM_DROPOUT: /* of training alone */
    case NSYM_COMPOSING:
    case NSYM_LAYER_KINDS:
        break;
    }
    return x;
}

/* What a missing particle becomes. */
static void emit_missing(nsym_onnx_network *n, const nsym_layer *layer, const char *name) {
    const char *x = n->missing[layer->source[0]], *own = NAME("%s.missing", name);
    const char **out = &n->missing[layer->destination];
    if (!x || n->plan->block[layer->destination].rows != NSYM_PARTICLE_ROWS) return;
    if (layer->kind == NSYM_DENSE) *out = dense(n, layer, x, own, NAME("%s.weight", name));
    if (layer->kind == NSYM_ACTIVATING) *out = activate(n, x);
}

void nsym_onnx_add_layers(nsym_onnx_network *n) {
    for (size_t i = 0; i < n->plan->layers; i++) {
        const nsym_layer *layer = &n->plan->layer[i];
        if (layer->kind == NSYM_COMPOSING) continue;
        const char *name = NAME("layer_%zu", i);
        n->block[layer->destination] = emit(n, layer, name);
        emit_missing(n, layer, name);
    }
}
