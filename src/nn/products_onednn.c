/* Products in bf16 by the CPU's instructions for it, which are oneDNN's matmul primitives. Weights are packed in
   oneDNN's own layout once in a step, rows are converted as they stand. A primitive is made for one number of rows, so
   rows are rounded up (nsym_product_room), and those that are missing are 0; each number's primitives are made when it
   first comes, and kept. */
#include "nn/products.h"

#ifndef NSYM_NN_DOUBLE

#include "base/fail.h"
#include "base/one_thread.h"
#include "nn/kernels.h"
#include "nn/onednn.h"
#include <stdlib.h>
#include <string.h>

/* What is multiplied: rows by weights, gradients of rows by their transpose, and rows by gradients of rows, which is
   put into the weights' gradient or added to it. The first two read packed weights. */
typedef enum product { FORWARD, DATA, WEIGHTS, ADDED_WEIGHTS, PRODUCTS } product;
enum { PACKED = 2, ALIGNMENT = 64, ARGUMENTS = 4 };

/* A primitive with its memories, whose buffers are set before each run; made if there is a primitive. */
typedef struct step {
    dnnl_primitive_t primitive;
    int count;
    dnnl_exec_arg_t argument[ARGUMENTS];
} step;

typedef struct layer {
    nsym_dense_shape shape;
    bool wide;                   /* else all below is unused */
    char *x;                     /* (rows, inputs), converted by the forward pass */
    nsym_layout packing[PACKED]; /* of the weights for FORWARD and DATA */
    char *packed[PACKED];        /* in it */
    step pack[PACKED];           /* from the values */
    bool fresh[PACKED];          /* are they those of the values? */
    step *steps[PRODUCTS];       /* (buckets) by number of rows */
} layer;

struct nsym_products {
    dnnl_data_type_t type; /* of the factors */
    size_t size;           /* of one, in bytes */
    const nsym_kernels *kernels;
    nsym_products *rounded; /* takes narrow layers, and whatever there is no memory for */
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    nsym_layouts layouts;
    size_t count;
    layer *layer; /* (count) */
    char *dz;     /* of any layer, converted */
    char *scratch;
    size_t scratch_size;
};

static void *room(size_t bytes) {
    size_t whole = (bytes / ALIGNMENT + 1) * ALIGNMENT;
    void *buffer = aligned_alloc(ALIGNMENT, whole);
    if (buffer) memset(buffer, 0, whole);
    return buffer;
}

/* A number for each number of rows that nsym_product_room gives: 1 to 32 for multiples of 8, 16 for each power of two
   above. */
static size_t bucket_of(size_t rows) {
    size_t whole = nsym_product_room(rows), apart = 8, bucket = 0;
    for (; whole > 32 * apart; apart *= 2) bucket += 16;
    return bucket + whole / apart;
}

static void free_step(step *s) {
    if (s->primitive) dnnl_primitive_destroy(s->primitive);
    for (int i = 0; i < s->count; i++) dnnl_memory_destroy(s->argument[i].memory);
    *s = (step){0};
}

static dnnl_status_t add_argument(nsym_products *p, step *s, int name, nsym_layout of) {
    dnnl_memory_t memory;
    dnnl_status_t status = dnnl_memory_create(&memory, of, p->engine, DNNL_MEMORY_NONE);
    if (status == dnnl_success) s->argument[s->count++] = (dnnl_exec_arg_t){name, memory};
    return status;
}

static void set(step *s, int name, const void *buffer) {
    for (int i = 0; i < s->count; i++)
        if (s->argument[i].arg == name) dnnl_memory_set_data_handle(s->argument[i].memory, (void *)buffer);
}

/* It cannot fail with the shapes and buffers it was made for. */
static void run(nsym_products *p, step *s) {
    int threads = nsym_one_thread();
    set(s, DNNL_ARG_SCRATCHPAD, p->scratch);
    dnnl_primitive_execute(s->primitive, p->stream, s->count, s->argument);
    nsym_threads_again(threads);
}

static dnnl_status_t grow_scratch(nsym_products *p, size_t bytes) {
    if (bytes <= p->scratch_size) return dnnl_success;
    char *larger = room(bytes);
    if (!larger) return dnnl_out_of_memory;
    free(p->scratch);
    p->scratch = larger;
    p->scratch_size = bytes;
    return dnnl_success;
}

/* Makes a step of a description, which it destroys; the three arguments of a product, or the two of a reorder. */
static dnnl_status_t make_step(nsym_products *p, step *s, dnnl_primitive_desc_t desc, const int *names,
                               const nsym_layout *layouts, int n) {
    nsym_layout scratch = dnnl_primitive_desc_query_md(desc, dnnl_query_scratchpad_md, 0);
    dnnl_status_t status = dnnl_primitive_create(&s->primitive, desc);
    if (status == dnnl_success) status = grow_scratch(p, dnnl_memory_desc_get_size(scratch));
    if (status == dnnl_success) status = add_argument(p, s, DNNL_ARG_SCRATCHPAD, scratch);
    for (int i = 0; i < n && status == dnnl_success; i++) status = add_argument(p, s, names[i], layouts[i]);
    dnnl_primitive_desc_destroy(desc);
    if (status != dnnl_success) free_step(s);
    return status;
}

static dnnl_status_t make_attributes(dnnl_primitive_attr_t *out, bool add) {
    dnnl_status_t status = dnnl_primitive_attr_create(out);
    if (status != dnnl_success) return status;
    status = dnnl_primitive_attr_set_scratchpad_mode(*out, dnnl_scratchpad_mode_user);
    if (status == dnnl_success && add) status = nsym_append_sum(*out);
    if (status != dnnl_success) dnnl_primitive_attr_destroy(*out);
    return status;
}

/* Describes what a layer takes of so many rows, with the layouts of both factors and of what comes of them. */
static dnnl_status_t describe(nsym_products *p, dnnl_primitive_desc_t *out, nsym_layout layouts[3], const layer *l,
                              product what, size_t rows) {
    const size_t inputs = l->shape.inputs, outputs = l->shape.outputs;
    const size_t shape[PRODUCTS][3] = {/* rows, sum and columns of a product */
                                       [FORWARD] = {rows, inputs, outputs},
                                       [DATA] = {rows, outputs, inputs},
                                       [WEIGHTS] = {inputs, rows, outputs},
                                       [ADDED_WEIGHTS] = {inputs, rows, outputs}};
    const size_t *s = shape[what], dims[3][2] = {{s[0], s[1]}, {s[1], s[2]}, {s[0], s[2]}};
    bool weights = what >= WEIGHTS;
    dnnl_primitive_attr_t attr;
    dnnl_status_t status =
        nsym_layout_add_of(&p->layouts, &layouts[0], p->type, 2, dims[0], weights ? dnnl_ba : dnnl_ab);
    if (weights || !l->packing[what]) {
        if (status == dnnl_success)
            status = nsym_layout_add_of(&p->layouts, &layouts[1], p->type, 2, dims[1],
                                        weights ? dnnl_ab : dnnl_format_tag_any);
    } else {
        layouts[1] = l->packing[what];
    }
    if (status == dnnl_success) status = nsym_layout_add(&p->layouts, &layouts[2], 2, dims[2], dnnl_ab);
    if (status == dnnl_success) status = make_attributes(&attr, what == ADDED_WEIGHTS);
    if (status != dnnl_success) return status;
    status = nsym_describe_product(out, p->engine, layouts[0], layouts[1], layouts[2], attr);
    dnnl_primitive_attr_destroy(attr);
    return status;
}

/* The layout that oneDNN likes the weights in, their buffer, and the reorder into it. */
static dnnl_status_t make_packing(nsym_products *p, layer *l, product what) {
    const size_t dims[2] = {what == FORWARD ? l->shape.inputs : l->shape.outputs,
                            what == FORWARD ? l->shape.outputs : l->shape.inputs};
    nsym_layout layouts[3], plain;
    dnnl_primitive_desc_t desc;
    dnnl_primitive_attr_t attr;
    dnnl_status_t status = describe(p, &desc, layouts, l, what, nsym_product_room(l->shape.rows));
    if (status != dnnl_success) return status;
    status =
        nsym_layout_copy(&p->layouts, &l->packing[what], dnnl_primitive_desc_query_md(desc, dnnl_query_weights_md, 0));
    dnnl_primitive_desc_destroy(desc);
    if (status != dnnl_success) return status;
    l->packed[what] = room(dnnl_memory_desc_get_size(l->packing[what]));
    if (!l->packed[what]) return dnnl_out_of_memory;
    status = nsym_layout_add(&p->layouts, &plain, 2, dims, what == FORWARD ? dnnl_ab : dnnl_ba);
    if (status == dnnl_success) status = make_attributes(&attr, false);
    if (status != dnnl_success) return status;
    status = dnnl_reorder_primitive_desc_create(&desc, plain, p->engine, l->packing[what], p->engine, attr);
    dnnl_primitive_attr_destroy(attr);
    const int names[] = {DNNL_ARG_FROM, DNNL_ARG_TO};
    const nsym_layout both[] = {plain, l->packing[what]};
    return status == dnnl_success ? make_step(p, &l->pack[what], desc, names, both, 2) : status;
}

static dnnl_status_t make_layer(nsym_products *p, layer *l) {
    size_t buckets = bucket_of(l->shape.rows) + 1;
    l->x = room(nsym_product_room(l->shape.rows) * l->shape.inputs * p->size);
    if (!l->x) return dnnl_out_of_memory;
    for (product what = FORWARD; what < PRODUCTS; what++)
        if (!(l->steps[what] = calloc(buckets, sizeof *l->steps[what]))) return dnnl_out_of_memory;
    dnnl_status_t status = make_packing(p, l, FORWARD);
    return status == dnnl_success ? make_packing(p, l, DATA) : status;
}

/* The step for so many rows, made where it is the first time; NULL: there is no memory for it. */
static step *step_for(nsym_products *p, layer *l, product what, size_t rows) {
    static const int names[] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
    step *s = &l->steps[what][bucket_of(rows)];
    dnnl_primitive_desc_t desc;
    nsym_layout layouts[3];
    if (s->primitive) return s;
    int threads = nsym_one_thread();
    dnnl_status_t status = describe(p, &desc, layouts, l, what, nsym_product_room(rows));
    if (status == dnnl_success) status = make_step(p, s, desc, names, layouts, 3);
    nsym_threads_again(threads);
    return status == dnnl_success ? s : NULL;
}

static void release(nsym_products *p) {
    if (!p) return;
    for (size_t i = 0; i < p->count; i++) {
        layer *l = &p->layer[i];
        for (size_t d = 0; d < PACKED; d++) {
            free_step(&l->pack[d]);
            free(l->packed[d]);
        }
        for (product what = FORWARD; what < PRODUCTS; what++) {
            for (size_t b = 0; l->steps[what] && b <= bucket_of(l->shape.rows); b++) free_step(&l->steps[what][b]);
            free(l->steps[what]);
        }
        free(l->x);
    }
    if (p->rounded) nsym_products_rounded.release(p->rounded);
    nsym_layouts_free(&p->layouts);
    if (p->stream) dnnl_stream_destroy(p->stream);
    if (p->engine) dnnl_engine_destroy(p->engine);
    free(p->layer);
    free(p->dz);
    free(p->scratch);
    free(p);
}

static dnnl_status_t make_layers(nsym_products *p, const nsym_dense_shape *layers) {
    size_t dz = 0;
    dnnl_status_t status = dnnl_engine_create(&p->engine, dnnl_cpu, 0);
    if (status == dnnl_success) status = dnnl_stream_create(&p->stream, p->engine, dnnl_stream_default_flags);
    for (size_t i = 0; i < p->count && status == dnnl_success; i++) {
        layer *l = &p->layer[i];
        l->shape = layers[i];
        l->wide = nsym_bf16_pays(&layers[i]);
        if (!l->wide) continue;
        status = make_layer(p, l);
        size_t values = nsym_product_room(l->shape.rows) * l->shape.outputs;
        if (values > dz) dz = values;
    }
    if (status == dnnl_success && !(p->dz = room(dz * p->size))) status = dnnl_out_of_memory;
    return status;
}

static nsym_status create_of(nsym_products **out, dnnl_data_type_t type, const nsym_dense_shape *layers, size_t count) {
    nsym_products *p = calloc(1, sizeof *p);
    if (!p) return nsym_fail(NSYM_ENOMEM, "no memory for a network's products");
    p->type = type;
    p->size = type == dnnl_bf16 ? sizeof(uint16_t) : sizeof(float);
    p->kernels = nsym_kernels_in_use();
    p->layer = calloc(count + 1, sizeof *p->layer);
    if (p->layer) p->count = count;
    nsym_status status = p->layer ? nsym_products_rounded.create(&p->rounded, layers, count)
                                  : nsym_fail(NSYM_ENOMEM, "no memory for a network's products");
    if (status == NSYM_OK) {
        int threads = nsym_one_thread();
        dnnl_status_t made = make_layers(p, layers);
        nsym_threads_again(threads);
        if (made != dnnl_success)
            status = nsym_fail(made == dnnl_out_of_memory ? NSYM_ENOMEM : NSYM_EINVAL,
                               "oneDNN cannot make a network's products in bf16 (status %d)", (int)made);
    }
    if (status == NSYM_OK)
        *out = p;
    else
        release(p);
    return status;
}

static nsym_status create(nsym_products **out, const nsym_dense_shape *layers, size_t count) {
    return create_of(out, dnnl_bf16, layers, count);
}

static nsym_status create_unrounded(nsym_products **out, const nsym_dense_shape *layers, size_t count) {
    return create_of(out, dnnl_f32, layers, count);
}

static void renew(nsym_products *p) {
    nsym_products_rounded.renew(p->rounded);
    for (size_t i = 0; i < p->count; i++) p->layer[i].fresh[FORWARD] = p->layer[i].fresh[DATA] = false;
}

/* Rows as factors, with rows of 0 behind them. */
static void convert(const nsym_products *p, char *to, const float *from, size_t rows, size_t width) {
    size_t n = rows * width, whole = nsym_product_room(rows) * width;
    if (p->type == dnnl_bf16)
        p->kernels->to_bf16((uint16_t *)(void *)to, from, n);
    else
        memcpy(to, from, n * sizeof *from);
    memset(to + n * p->size, 0, (whole - n) * p->size);
}

static void pack(nsym_products *p, layer *l, product what, const float *values) {
    if (l->fresh[what]) return;
    set(&l->pack[what], DNNL_ARG_FROM, values + l->shape.weight);
    set(&l->pack[what], DNNL_ARG_TO, l->packed[what]);
    run(p, &l->pack[what]);
    l->fresh[what] = true;
}

static void multiply(nsym_products *p, step *s, const void *rows, const void *weights, float *out) {
    set(s, DNNL_ARG_SRC, rows);
    set(s, DNNL_ARG_WEIGHTS, weights);
    set(s, DNNL_ARG_DST, out);
    run(p, s);
}

static void forward(nsym_products *p, size_t layer_number, const real *values, const real *x, size_t rows, real *z) {
    layer *l = &p->layer[layer_number];
    step *s = l->wide && rows ? step_for(p, l, FORWARD, rows) : NULL;
    if (!s) {
        nsym_products_rounded.forward(p->rounded, layer_number, values, x, rows, z);
        return;
    }
    convert(p, l->x, x, rows, l->shape.inputs);
    pack(p, l, FORWARD, values);
    multiply(p, s, l->x, l->packed[FORWARD], z);
}

static void backward(nsym_products *p, size_t layer_number, const real *values, const real *x, const real *dz,
                     size_t rows, bool add, real *dweight, real *dx) {
    layer *l = &p->layer[layer_number];
    bool wide = l->wide && rows;
    step *weights = wide ? step_for(p, l, add ? ADDED_WEIGHTS : WEIGHTS, rows) : NULL;
    step *data = wide && dx ? step_for(p, l, DATA, rows) : NULL;
    if (!weights || (dx && !data) || !l->steps[FORWARD][bucket_of(rows)].primitive) { /* which converted x */
        nsym_products_rounded.backward(p->rounded, layer_number, values, x, dz, rows, add, dweight, dx);
        return;
    }
    convert(p, p->dz, dz, rows, l->shape.outputs);
    multiply(p, weights, l->x, p->dz, dweight);
    if (!dx) return;
    pack(p, l, DATA, values);
    multiply(p, data, p->dz, l->packed[DATA], dx);
}

const nsym_product_engine nsym_products_onednn = {create, release, renew, forward, backward};
const nsym_product_engine nsym_products_onednn_unrounded = {create_unrounded, release, renew, forward, backward};

#endif
