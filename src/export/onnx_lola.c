#include "export/onnx_layers.h"

#include "nn/lola.h"

#define ADD(operator, output, ...) nsym_onnx_add(n->graph, operator, output, NSYM_ONNX_OF(__VA_ARGS__))
#define NAME(...) nsym_onnx_name(n->graph, __VA_ARGS__)

static const char *integers(const nsym_onnx_network *n, const char *name, const int64_t *values, size_t count) {
    return nsym_onnx_integers(n->graph, name, values, count);
}

static const char *cast(const nsym_onnx_network *n, const char *name, const char *x, nsym_onnx_type type) {
    ADD("Cast", name, x);
    nsym_onnx_set_int(n->graph, "to", type);
    return name;
}

/* Learned weights in double precision, (rows, columns) or the other way round. */
static const char *weights(const nsym_onnx_network *n, const char *name, const float *values, size_t rows,
                           size_t columns, bool turned) {
    double *out = nsym_onnx_room(n->graph, rows * columns * sizeof *out);
    for (size_t i = 0; out && i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            out[turned ? j * rows + i : i * columns + j] = (double)values[i * columns + j];
    nsym_onnx_shape shape = {2, {(int64_t)(turned ? columns : rows), (int64_t)(turned ? rows : columns)}, {0}};
    return nsym_onnx_tensor(n->graph, name, NSYM_ONNX_DOUBLE, shape, out);
}

/* What particle i enters each combination with, (1, J, 1). */
static const char *shares(const nsym_onnx_network *n, const nsym_layer *layer, const char *name, size_t i) {
    const nsym_lola_plan *lola = &layer->lola;
    size_t all = nsym_lola_combinations(lola->particles, lola->learned);
    float *out = nsym_onnx_room(n->graph, all * sizeof *out);
    if (out) out[0] = out[1 + i] = 1;
    for (size_t a = 0; out && a < lola->learned; a++)
        out[1 + lola->particles + a] = n->values[layer->weight + i * lola->learned + a];
    return nsym_onnx_tensor(n->graph, NAME("%s.shares_%zu", name, i), NSYM_ONNX_FLOAT,
                            (nsym_onnx_shape){3, {1, (int64_t)all, 1}, {0}}, out);
}

/* The combinations (events, J, 4), summed particle by particle, as the layer sums: a mass may hang on the last digit.
 */
static const char *combine(const nsym_onnx_network *n, const nsym_layer *layer, const char *x, const char *name) {
    const size_t particles = layer->lola.particles;
    const int64_t shape[] = {-1, (int64_t)particles, 4};
    const char *sum = NULL;
    x = ADD("Reshape", NAME("%s.momenta", name), x, integers(n, NAME("%s.momenta.shape", name), shape, 3));
    for (int64_t i = 0; i < (int64_t)particles; i++) {
        const char *own = NAME("%s.momentum_%d", name, (int)i);
        ADD("Gather", own, x, integers(n, NAME("%s.index", own), &i, 1));
        nsym_onnx_set_int(n->graph, "axis", 1);
        const char *part = ADD("Mul", NAME("%s.part_%d", name, (int)i), own, shares(n, layer, name, (size_t)i));
        sum = sum ? ADD("Add", NAME("%s.sum_%d", name, (int)i), sum, part) : part;
    }
    return cast(n, NAME("%s.combined", name), sum, NSYM_ONNX_DOUBLE);
}

/* Component k of the combinations, (events, J). */
static const char *component(const nsym_onnx_network *n, const char *q, const char *name, int64_t k) {
    int64_t *index = nsym_onnx_room(n->graph, sizeof *index);
    if (index) *index = k;
    const char *at = nsym_onnx_tensor(n->graph, NAME("%s.index", name), NSYM_ONNX_INT64, (nsym_onnx_shape){0}, index);
    ADD("Gather", name, q, at);
    nsym_onnx_set_int(n->graph, "axis", -1);
    return name;
}

/* Sums over an axis. */
static const char *sum(const nsym_onnx_network *n, const char *name, const char *x, int64_t axis) {
    ADD("ReduceSum", name, x, integers(n, NAME("%s.axis", name), &axis, 1));
    nsym_onnx_set_int(n->graph, "keepdims", 0);
    return name;
}

/* Squares of momenta, (..., 4) to (...): E^2 - p^2. */
static const char *squares(const nsym_onnx_network *n, const char *p, const char *name) {
    static const double metric[] = {-1, -1, -1, 1};
    const char *g = nsym_onnx_tensor(n->graph, "metric", NSYM_ONNX_DOUBLE, (nsym_onnx_shape){1, {4}, {0}}, metric);
    const char *each = ADD("Mul", NAME("%s.each", name), p, p);
    return sum(n, name, ADD("Mul", NAME("%s.signed", name), each, g), -1);
}

/* sum_m v_jm (q_j - q_m)^2, (events, J). */
static const char *distances(const nsym_onnx_network *n, const char *q, const char *v, const char *name) {
    const int64_t one = 1, two = 2;
    const char *to = ADD("Unsqueeze", NAME("%s.to", name), q, integers(n, NAME("%s.second", name), &two, 1));
    const char *from = ADD("Unsqueeze", NAME("%s.from", name), q, integers(n, NAME("%s.first", name), &one, 1));
    const char *apart = ADD("Sub", NAME("%s.apart", name), to, from);
    const char *weighted = ADD("Mul", NAME("%s.weighted", name), squares(n, apart, NAME("%s.squares", name)), v);
    return sum(n, name, weighted, -1);
}

static const char *transverse(const nsym_onnx_network *n, const char *q, const char *name) {
    const char *x = component(n, q, NAME("%s.px", name), 0), *y = component(n, q, NAME("%s.py", name), 1);
    x = ADD("Mul", NAME("%s.px2", name), x, x);
    y = ADD("Mul", NAME("%s.py2", name), y, y);
    return ADD("Sqrt", name, ADD("Add", NAME("%s.pt2", name), x, y));
}

/* sign(t) ln(1 + |t|). */
static const char *squash(const nsym_onnx_network *n, const char *t, const char *name) {
    static const double one = 1;
    const char *unit = nsym_onnx_tensor(n->graph, "unit", NSYM_ONNX_DOUBLE, (nsym_onnx_shape){0}, &one);
    const char *size = ADD("Add", NAME("%s.size", name), ADD("Abs", NAME("%s.abs", name), t), unit);
    return ADD("Mul", name, ADD("Log", NAME("%s.log", name), size), ADD("Sign", NAME("%s.sign", name), t));
}

const char *nsym_onnx_add_lola(const nsym_onnx_network *n, const nsym_layer *layer, const char *x, const char *name) {
    const nsym_lola_plan *lola = &layer->lola;
    size_t all = nsym_lola_combinations(lola->particles, lola->learned);
    const char *q = combine(n, layer, x, name);
    const char *w = weights(n, NAME("%s.energies", name), n->values + lola->energies, all, all, true);
    const char *v = weights(n, NAME("%s.distances", name), n->values + lola->distances, all, all, false);
    const char *number[NSYM_LOLA_NUMBERS];
    number[0] = squares(n, q, NAME("%s.mass", name));
    number[1] = transverse(n, q, NAME("%s.pt", name));
    number[2] = ADD("MatMul", NAME("%s.energy", name), component(n, q, NAME("%s.e", name), 3), w);
    number[3] = distances(n, q, v, NAME("%s.distance", name));
    const int64_t last = -1, shape[] = {-1, NSYM_LOLA_NUMBERS * (int64_t)all};
    for (size_t k = 0; k < NSYM_LOLA_NUMBERS; k++)
        number[k] =
            ADD("Unsqueeze", NAME("%s.number_%zu", name, k), number[k], integers(n, NAME("%s.last", name), &last, 1));
    ADD("Concat", NAME("%s.numbers", name), number[0], number[1], number[2], number[3]);
    nsym_onnx_set_int(n->graph, "axis", -1);
    const char *row = ADD("Reshape", NAME("%s.row", name), NAME("%s.numbers", name),
                          integers(n, NAME("%s.row.shape", name), shape, 2));
    return cast(n, name, squash(n, row, NAME("%s.squashed", name)), NSYM_ONNX_FLOAT);
}
