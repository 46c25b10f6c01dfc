/* An ONNX graph while it is built: nodes, tensors, inputs, outputs and facts, then a file. Everything that is handed in
   is copied, but for the bytes of tensors, which are borrowed until the file is written. A lack of memory is told by
   the file. Source: onnx.proto, Apache-2.0, of the ONNX project. */
#ifndef NSYM_EXPORT_ONNX_GRAPH_H
#define NSYM_EXPORT_ONNX_GRAPH_H

#include <nearsym/status.h>

#include <stddef.h>
#include <stdint.h>

typedef struct nsym_onnx_graph nsym_onnx_graph;
typedef struct Onnx__NodeProto nsym_onnx_node;

/* Kinds of numbers, as onnx.proto counts them. */
typedef enum nsym_onnx_type { NSYM_ONNX_FLOAT = 1, NSYM_ONNX_INT64 = 7, NSYM_ONNX_DOUBLE = 11 } nsym_onnx_type;

enum { NSYM_ONNX_RANK = 4, NSYM_ONNX_INPUTS = 4 };

/* Sizes; a negative one is free, and its name stands in free. */
typedef struct nsym_onnx_shape {
    size_t rank;
    int64_t size[NSYM_ONNX_RANK];
    const char *free[NSYM_ONNX_RANK];
} nsym_onnx_shape;

nsym_status nsym_onnx_graph_new(nsym_onnx_graph **out) NSYM_MUST_CHECK;
void nsym_onnx_graph_free(nsym_onnx_graph *graph);

/* A name that lives as long as the graph. */
const char *nsym_onnx_name(nsym_onnx_graph *graph, const char *format, ...) NSYM_PRINTF(2, 3);

/* Room that lives as long as the graph; NULL: no memory. */
void *nsym_onnx_room(nsym_onnx_graph *graph, size_t bytes);

/* A node of an operator with one output, which also names it, and inputs, NULL for none; gives the output's name. What
   is there already by that name stays, here and of tensors. */
const char *nsym_onnx_add(nsym_onnx_graph *graph, const char *operator, const char * output,
                          const char *const inputs[NSYM_ONNX_INPUTS]);
#define NSYM_ONNX_OF(...)                                                                                              \
    (const char *const[NSYM_ONNX_INPUTS]) {                                                                            \
        __VA_ARGS__                                                                                                    \
    }

/* Attributes of the node that was added last. */
void nsym_onnx_set_int(nsym_onnx_graph *graph, const char *name, int64_t value);
void nsym_onnx_set_float(nsym_onnx_graph *graph, const char *name, float value);
void nsym_onnx_set_text(nsym_onnx_graph *graph, const char *name, const char *value);
void nsym_onnx_set_ints(nsym_onnx_graph *graph, const char *name, const int64_t *values, size_t n);

/* Constant tensors; give their name. */
const char *nsym_onnx_tensor(nsym_onnx_graph *graph, const char *name, nsym_onnx_type type, nsym_onnx_shape shape,
                             const void *values);
const char *nsym_onnx_constant(nsym_onnx_graph *graph, const char *name, float value); /* of no rank */
const char *nsym_onnx_integers(nsym_onnx_graph *graph, const char *name, const int64_t *values, size_t n);

void nsym_onnx_input(nsym_onnx_graph *graph, const char *name, nsym_onnx_type type, nsym_onnx_shape shape,
                     const char *meaning);
void nsym_onnx_output(nsym_onnx_graph *graph, const char *name, nsym_onnx_type type, nsym_onnx_shape shape,
                      const char *meaning);

/* A fact about the whole model. */
void nsym_onnx_fact(nsym_onnx_graph *graph, const char *key, const char *value);

/* Writes the model; the file appears whole or not at all. Errors: no memory; what a file's errors are; a model beyond
   2 GB, the most that the format takes. */
nsym_status nsym_onnx_write(nsym_onnx_graph *graph, const char *path, int64_t ir_version,
                            int64_t opset) NSYM_MUST_CHECK;

#endif
