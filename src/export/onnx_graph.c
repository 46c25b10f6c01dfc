#include "export/onnx_graph.h"

#include "base/atomic_file.h"
#include "base/fail.h"

#include <limits.h>
#include <onnx.pb-c.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the graph owns is freed together, in a list. */
typedef struct owned {
    struct owned *next;
    max_align_t bytes[];
} owned;

struct nsym_onnx_graph {
    Onnx__ModelProto model;
    Onnx__GraphProto graph;
    owned *first;
    nsym_onnx_node *last;
    bool failed; /* no memory for something */
};

nsym_status nsym_onnx_graph_new(nsym_onnx_graph **out) {
    nsym_onnx_graph *g = *out = calloc(1, sizeof *g);
    if (!g) return nsym_fail(NSYM_ENOMEM, "no memory for an ONNX model");
    onnx__model_proto__init(&g->model);
    onnx__graph_proto__init(&g->graph);
    g->model.graph = &g->graph;
    g->graph.name = (char *)"nearsym";
    return NSYM_OK;
}

void nsym_onnx_graph_free(nsym_onnx_graph *g) {
    if (!g) return;
    for (owned *o = g->first, *next; o; o = next) {
        next = o->next;
        free(o);
    }
    free(g->graph.node);
    free(g->graph.initializer);
    free(g->graph.input);
    free(g->graph.output);
    free(g->model.metadata_props);
    free(g);
}

void *nsym_onnx_room(nsym_onnx_graph *g, size_t bytes) {
    owned *o = calloc(1, sizeof *o + bytes);
    if (!o) {
        g->failed = true;
        return NULL;
    }
    o->next = g->first;
    g->first = o;
    return o->bytes;
}

static char *copy(nsym_onnx_graph *g, const char *text) {
    size_t n = strlen(text) + 1;
    char *out = nsym_onnx_room(g, n);
    return out ? memcpy(out, text, n) : (char *)"";
}

const char *nsym_onnx_name(nsym_onnx_graph *g, const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return copy(g, text);
}

/* One more pointer behind `n` of them. */
#define PUSH(g, array, n, item)                                                                                        \
    do {                                                                                                               \
        void *grown = (item) ? realloc((array), ((n) + 1) * sizeof *(array)) : NULL;                                   \
        if (!grown) (g)->failed = true;                                                                                \
        if (grown) (array) = grown;                                                                                    \
        if (grown) (array)[(n)++] = (item);                                                                            \
    } while (0)

static const char *find_node(const nsym_onnx_graph *g, const char *name) {
    for (size_t i = 0; i < g->graph.n_node; i++)
        if (strcmp(g->graph.node[i]->name, name) == 0) return g->graph.node[i]->name;
    return NULL;
}

static const char *find_tensor(const nsym_onnx_graph *g, const char *name) {
    for (size_t i = 0; i < g->graph.n_initializer; i++)
        if (strcmp(g->graph.initializer[i]->name, name) == 0) return g->graph.initializer[i]->name;
    return NULL;
}

const char *nsym_onnx_add(nsym_onnx_graph *g, const char *operator, const char * output,
                          const char *const inputs[NSYM_ONNX_INPUTS]) {
    const char *there = find_node(g, output);
    g->last = NULL;
    if (there) return there;
    Onnx__NodeProto *node = nsym_onnx_room(g, sizeof *node);
    char **names = nsym_onnx_room(g, (NSYM_ONNX_INPUTS + 1) * sizeof *names);
    if (!node || !names) return output;
    onnx__node_proto__init(node);
    for (; node->n_input < NSYM_ONNX_INPUTS && inputs[node->n_input]; node->n_input++)
        names[node->n_input] = copy(g, inputs[node->n_input]);
    node->input = names;
    node->output = names + NSYM_ONNX_INPUTS;
    node->output[node->n_output++] = copy(g, output);
    node->name = node->output[0];
    node->op_type = copy(g, operator);
    PUSH(g, g->graph.node, g->graph.n_node, node);
    g->last = node;
    return node->output[0];
}

/* A new attribute of the last node, or NULL. */
static Onnx__AttributeProto *attribute(nsym_onnx_graph *g, const char *name, Onnx__AttributeProto__AttributeType type) {
    enum { MOST = 8 };
    nsym_onnx_node *node = g->last;
    Onnx__AttributeProto *a = node ? nsym_onnx_room(g, sizeof *a) : NULL;
    if (!a) return NULL;
    if (!node->attribute) node->attribute = nsym_onnx_room(g, MOST * sizeof *node->attribute);
    if (!node->attribute || node->n_attribute == MOST) return NULL;
    onnx__attribute_proto__init(a);
    a->name = copy(g, name);
    a->has_type = true;
    a->type = type;
    node->attribute[node->n_attribute++] = a;
    return a;
}

void nsym_onnx_set_int(nsym_onnx_graph *g, const char *name, int64_t value) {
    Onnx__AttributeProto *a = attribute(g, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    if (!a) return;
    a->has_i = true;
    a->i = value;
}

void nsym_onnx_set_float(nsym_onnx_graph *g, const char *name, float value) {
    Onnx__AttributeProto *a = attribute(g, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    if (!a) return;
    a->has_f = true;
    a->f = value;
}

void nsym_onnx_set_text(nsym_onnx_graph *g, const char *name, const char *value) {
    Onnx__AttributeProto *a = attribute(g, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);
    if (!a) return;
    a->has_s = true;
    a->s = (ProtobufCBinaryData){strlen(value), (uint8_t *)copy(g, value)};
}

void nsym_onnx_set_ints(nsym_onnx_graph *g, const char *name, const int64_t *values, size_t n) {
    Onnx__AttributeProto *a = attribute(g, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    int64_t *own = nsym_onnx_room(g, n * sizeof *own);
    if (!a || !own) return;
    memcpy(own, values, n * sizeof *own);
    a->ints = own;
    a->n_ints = n;
}

static size_t width_of(nsym_onnx_type type) {
    return type == NSYM_ONNX_FLOAT ? sizeof(float) : 8;
}

const char *nsym_onnx_tensor(nsym_onnx_graph *g, const char *name, nsym_onnx_type type, nsym_onnx_shape shape,
                             const void *values) {
    const char *there = find_tensor(g, name);
    if (there) return there;
    Onnx__TensorProto *t = nsym_onnx_room(g, sizeof *t);
    int64_t *sizes = nsym_onnx_room(g, NSYM_ONNX_RANK * sizeof *sizes);
    if (!t || !sizes) return name;
    onnx__tensor_proto__init(t);
    size_t count = 1;
    for (size_t k = 0; k < shape.rank; k++) count *= (size_t)(sizes[k] = shape.size[k]);
    t->dims = sizes;
    t->n_dims = shape.rank;
    t->has_data_type = t->has_raw_data = true;
    t->data_type = (int32_t)type;
    t->name = copy(g, name);
    t->raw_data = (ProtobufCBinaryData){count * width_of(type), (uint8_t *)(uintptr_t)values};
    PUSH(g, g->graph.initializer, g->graph.n_initializer, t);
    return t->name;
}

const char *nsym_onnx_constant(nsym_onnx_graph *g, const char *name, float value) {
    float *own = nsym_onnx_room(g, sizeof *own);
    if (own) *own = value;
    return nsym_onnx_tensor(g, name, NSYM_ONNX_FLOAT, (nsym_onnx_shape){0}, own);
}

const char *nsym_onnx_integers(nsym_onnx_graph *g, const char *name, const int64_t *values, size_t n) {
    int64_t *own = nsym_onnx_room(g, n * sizeof *own);
    if (own) memcpy(own, values, n * sizeof *own);
    return nsym_onnx_tensor(g, name, NSYM_ONNX_INT64, (nsym_onnx_shape){1, {(int64_t)n}, {0}}, own);
}

/* A dimension of an input or output. */
static Onnx__TensorShapeProto__Dimension *dimension(nsym_onnx_graph *g, int64_t size, const char *name) {
    Onnx__TensorShapeProto__Dimension *d = nsym_onnx_room(g, sizeof *d);
    if (!d) return NULL;
    onnx__tensor_shape_proto__dimension__init(d);
    d->value_case = size < 0 ? ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
                             : ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
    if (size < 0)
        d->dim_param = copy(g, name);
    else
        d->dim_value = size;
    return d;
}

/* What is known of an input or output, or NULL. */
static Onnx__ValueInfoProto *value(nsym_onnx_graph *g, const char *name, nsym_onnx_type type, nsym_onnx_shape shape,
                                   const char *meaning) {
    struct {
        Onnx__ValueInfoProto info;
        Onnx__TypeProto type;
        Onnx__TypeProto__Tensor tensor;
        Onnx__TensorShapeProto shape;
        Onnx__TensorShapeProto__Dimension *size[NSYM_ONNX_RANK];
    } *v = nsym_onnx_room(g, sizeof *v);
    if (!v) return NULL;
    onnx__value_info_proto__init(&v->info);
    onnx__type_proto__init(&v->type);
    onnx__type_proto__tensor__init(&v->tensor);
    onnx__tensor_shape_proto__init(&v->shape);
    for (size_t k = 0; k < shape.rank; k++) v->size[k] = dimension(g, shape.size[k], shape.free[k]);
    v->shape.dim = v->size;
    v->shape.n_dim = shape.rank;
    v->tensor.has_elem_type = true;
    v->tensor.elem_type = (int32_t)type;
    v->tensor.shape = &v->shape;
    v->type.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    v->type.tensor_type = &v->tensor;
    v->info.name = copy(g, name);
    v->info.doc_string = copy(g, meaning);
    v->info.type = &v->type;
    return &v->info;
}

void nsym_onnx_input(nsym_onnx_graph *g, const char *name, nsym_onnx_type type, nsym_onnx_shape shape,
                     const char *meaning) {
    PUSH(g, g->graph.input, g->graph.n_input, value(g, name, type, shape, meaning));
}

void nsym_onnx_output(nsym_onnx_graph *g, const char *name, nsym_onnx_type type, nsym_onnx_shape shape,
                      const char *meaning) {
    PUSH(g, g->graph.output, g->graph.n_output, value(g, name, type, shape, meaning));
}

void nsym_onnx_fact(nsym_onnx_graph *g, const char *key, const char *text) {
    Onnx__StringStringEntryProto *entry = nsym_onnx_room(g, sizeof *entry);
    if (!entry) return;
    onnx__string_string_entry_proto__init(entry);
    entry->key = copy(g, key);
    entry->value = copy(g, text);
    PUSH(g, g->model.metadata_props, g->model.n_metadata_props, entry);
}

static nsym_status write_bytes(const char *path, const uint8_t *bytes, size_t n) {
    nsym_atomic_file *file;
    FILE *stream;
    NSYM_TRY(nsym_atomic_stream_open(&file, &stream, path));
    fwrite(bytes, 1, n, stream);
    return nsym_atomic_stream_close(file, stream, NSYM_OK);
}

nsym_status nsym_onnx_write(nsym_onnx_graph *g, const char *path, int64_t ir_version, int64_t opset) {
    Onnx__OperatorSetIdProto version = ONNX__OPERATOR_SET_ID_PROTO__INIT, *versions = &version;
    version.domain = (char *)"";
    version.has_version = g->model.has_ir_version = true;
    version.version = opset;
    g->model.ir_version = ir_version;
    g->model.opset_import = &versions;
    g->model.n_opset_import = 1;
    g->model.producer_name = (char *)"nearsym";
    g->model.producer_version = (char *)NSYM_VERSION;
    size_t n = g->failed ? 0 : onnx__model_proto__get_packed_size(&g->model);
    if (n > INT_MAX) return nsym_fail(NSYM_EINVAL, "%s: the model has %zu bytes, and ONNX takes at most 2 GB", path, n);
    uint8_t *bytes = n ? malloc(n) : NULL;
    if (!bytes) return nsym_fail(NSYM_ENOMEM, "no memory for an ONNX model");
    onnx__model_proto__pack(&g->model, bytes);
    nsym_status status = write_bytes(path, bytes, n);
    free(bytes);
    g->model.opset_import = NULL;
    return status;
}
