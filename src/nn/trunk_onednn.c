/* The trunk of a CNN on oneDNN's primitives, made once. Images pass in blocks of 16, what is left over one by one, so
   that two shapes serve every batch and a block's numbers stay in the cache. Layouts between primitives are oneDNN's
   own; weights are reordered once a pass. Everything runs on the calling thread. Filters are rounded up to whole
   vectors, as some other numbers of them fall to oneDNN's reference code, a hundred times as slow; the additional ones
   are 0, give 0 and pass no gradient. */
#include "nn/trunk.h"

#ifndef NSYM_NN_DOUBLE

#include "base/fail.h"
#include "base/one_thread.h"
#include "nn/onednn.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16, SHAPES = 2, ALIGNMENT = 64, ARGUMENTS = 6 };
static const size_t block_sizes[SHAPES] = {BLOCK, 1};

/* A primitive with its memories, whose buffers are set before each run. */
typedef struct step {
    dnnl_primitive_t primitive;
    int count;
    dnnl_exec_arg_t argument[ARGUMENTS];
} step;

/* One convolution for one block size. */
typedef struct stage {
    dnnl_primitive_desc_t forward_desc, pool_desc, data_desc, weights_desc; /* until its steps are made */
    step forward, activation_back, data_back, weights_back, pool, pool_back;
    step to_forward, to_data_back, from_weights_back;                /* reorders of weights and their gradient */
    float *forward_weights, *data_weights, *dweights, *bias, *dbias; /* owned */
    float *plain; /* weights or their gradient, of wide filters; owned */
} stage;

struct nsym_trunk {
    const nsym_trunk_plan *plan;
    nsym_convolution wide[NSYM_CONVOLUTIONS_MAX]; /* the plan's, their filters rounded up */
    size_t vector;                                /* 16 or 8 */
    size_t image_channels;                        /* that the weights' gradient of the first one takes */
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    nsym_layouts layouts; /* until all steps are made */
    stage stages[SHAPES][NSYM_CONVOLUTIONS_MAX];
    step from_images[SHAPES];                  /* to `image_channels`, if those are more than their own */
    step to_plain[SHAPES], from_plain[SHAPES]; /* what the trunk gives, as (channels, rows, columns), and back */
    /* Behind each activation and each pool, and what a pool remembers: owned, of `images` images; sizes in bytes. Only
       training keeps all of them, so that memory of the others is never touched. */
    char *active[NSYM_CONVOLUTIONS_MAX], *pooled[NSYM_CONVOLUTIONS_MAX], *memory[NSYM_CONVOLUTIONS_MAX];
    size_t active_size[NSYM_CONVOLUTIONS_MAX], pooled_size[NSYM_CONVOLUTIONS_MAX], memory_size[NSYM_CONVOLUTIONS_MAX];
    float *gradient[2]; /* of a block: before and behind a step */
    float *images;      /* of a block, in `image_channels` channels */
    float *scratch;     /* of every primitive */
    size_t gradient_size, scratch_size;
};

static nsym_status checked(dnnl_status_t status, const char *what) {
    if (status == dnnl_success) return NSYM_OK;
    return nsym_fail(status == dnnl_out_of_memory ? NSYM_ENOMEM : NSYM_EINVAL,
                     "oneDNN cannot make %s of the CNN (status %d)", what, (int)status);
}

static void *room(size_t bytes) {
    return aligned_alloc(ALIGNMENT, (bytes / ALIGNMENT + 1) * ALIGNMENT);
}

static void *zeros(size_t bytes) {
    void *buffer = room(bytes);
    if (buffer) memset(buffer, 0, bytes);
    return buffer;
}

static nsym_layout layout(const_dnnl_primitive_desc_t desc, dnnl_query_t what) {
    return dnnl_primitive_desc_query_md(desc, what, 0);
}

static size_t bytes_of(const_dnnl_primitive_desc_t desc, dnnl_query_t what) {
    return dnnl_memory_desc_get_size(layout(desc, what));
}

/* Adds an argument to a step; its buffer is `buffer`, or set later where that is NULL. */
static nsym_status add_argument(nsym_trunk *t, step *s, int name, nsym_layout of, void *buffer) {
    dnnl_memory_t memory;
    NSYM_TRY(checked(dnnl_memory_create(&memory, of, t->engine, buffer ? buffer : DNNL_MEMORY_NONE), "a memory"));
    s->argument[s->count++] = (dnnl_exec_arg_t){name, memory};
    return NSYM_OK;
}

static nsym_status make_step(nsym_trunk *t, step *s, const_dnnl_primitive_desc_t desc, const char *what) {
    NSYM_TRY(checked(dnnl_primitive_create(&s->primitive, desc), what));
    size_t scratch = bytes_of(desc, dnnl_query_scratchpad_md);
    if (scratch > t->scratch_size) t->scratch_size = scratch;
    return add_argument(t, s, DNNL_ARG_SCRATCHPAD, layout(desc, dnnl_query_scratchpad_md), NULL);
}

static void set(step *s, int name, const void *buffer) {
    for (int i = 0; i < s->count; i++)
        if (s->argument[i].arg == name) dnnl_memory_set_data_handle(s->argument[i].memory, (void *)buffer);
}

/* As gemm.c's products, it cannot fail with the shapes it was made for. */
static void run(nsym_trunk *t, const step *s) {
    dnnl_primitive_execute(s->primitive, t->stream, s->count, s->argument);
}

static void free_step(step *s) {
    if (s->primitive) dnnl_primitive_destroy(s->primitive);
    for (int i = 0; i < s->count; i++) dnnl_memory_destroy(s->argument[i].memory);
}

static nsym_status make_reorder(nsym_trunk *t, step *s, nsym_layout from, nsym_layout to, void *from_buffer,
                                void *to_buffer) {
    dnnl_primitive_attr_t attr;
    dnnl_primitive_desc_t desc;
    NSYM_TRY(checked(dnnl_primitive_attr_create(&attr), "attributes"));
    dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user);
    dnnl_status_t made = dnnl_reorder_primitive_desc_create(&desc, from, t->engine, to, t->engine, attr);
    dnnl_primitive_attr_destroy(attr);
    NSYM_TRY(checked(made, "a reorder"));
    nsym_status status = make_step(t, s, desc, "a reorder");
    dnnl_primitive_desc_destroy(desc);
    NSYM_TRY(status);
    NSYM_TRY(add_argument(t, s, DNNL_ARG_FROM, from, from_buffer));
    return add_argument(t, s, DNNL_ARG_TO, to, to_buffer);
}

/* The layouts that a convolution is described with, and those of its weights' gradient. */
typedef struct shapes {
    nsym_convolution_layouts forward, weights_back;
} shapes;

static nsym_status describe(nsym_trunk *t, nsym_layout *out, int n, const size_t *dims, dnnl_format_tag_t tag) {
    return checked(nsym_layout_add(&t->layouts, out, n, dims, tag), "a layout");
}

/* Whole vectors of channels. Of fewer channels oneDNN's reorders write zeros behind them and read nothing there. */
static dnnl_format_tag_t blocked(const nsym_trunk *t) {
    return t->vector == 16 ? dnnl_nChw16c : dnnl_nChw8c;
}

/* `x` is the layout of the step before, or NULL for plain images. */
static nsym_status describe_shapes(nsym_trunk *t, shapes *s, const nsym_convolution *c, size_t images, nsym_layout x) {
    const size_t in[] = {images, c->inputs, c->rows, c->columns}, out[] = {images, c->outputs, c->rows, c->columns};
    const size_t kernel = t->plan->kernel, weights[] = {c->outputs, c->inputs, kernel, kernel};
    nsym_convolution_layouts *l = &s->forward;
    *l = (nsym_convolution_layouts){.x = x, .padding = kernel / 2};
    if (!x) NSYM_TRY(describe(t, &l->x, 4, in, dnnl_nchw));
    NSYM_TRY(describe(t, &l->weights, 4, weights, dnnl_format_tag_any));
    NSYM_TRY(describe(t, &l->bias, 1, &c->outputs, dnnl_a));
    NSYM_TRY(describe(t, &l->y, 4, out, blocked(t)));
    s->weights_back = *l;
    if (x || t->image_channels == c->inputs) return NSYM_OK;
    const size_t wide[] = {images, t->image_channels, c->rows, c->columns};
    const size_t wide_weights[] = {c->outputs, t->image_channels, kernel, kernel};
    NSYM_TRY(describe(t, &s->weights_back.x, 4, wide, blocked(t)));
    return describe(t, &s->weights_back.weights, 4, wide_weights, dnnl_format_tag_any);
}

/* A convolution's three primitives. */
static dnnl_status_t describe_convolution(nsym_trunk *t, stage *g, const shapes *s, bool first,
                                          const_dnnl_primitive_attr_t forward, const_dnnl_primitive_attr_t back) {
    dnnl_status_t status = nsym_describe_convolution(&g->forward_desc, t->engine, &s->forward, forward);
    if (status != dnnl_success) return status;
    status = nsym_describe_weights_gradient(&g->weights_desc, t->engine, &s->weights_back, back, g->forward_desc);
    if (status != dnnl_success || first) return status;
    return nsym_describe_data_gradient(&g->data_desc, t->engine, &s->forward, back, g->forward_desc);
}

static void free_descs(stage *g) {
    dnnl_primitive_desc_t *descs[] = {&g->forward_desc, &g->pool_desc, &g->data_desc, &g->weights_desc};
    for (size_t i = 0; i < sizeof descs / sizeof *descs; i++) {
        if (*descs[i]) dnnl_primitive_desc_destroy(*descs[i]);
        *descs[i] = NULL;
    }
}

static nsym_status describe_stage(nsym_trunk *t, stage *g, const shapes *s, bool first) {
    dnnl_primitive_attr_t forward, back;
    dnnl_post_ops_t after;
    NSYM_TRY(checked(dnnl_primitive_attr_create(&forward), "attributes"));
    NSYM_TRY(checked(dnnl_primitive_attr_create(&back), "attributes"));
    NSYM_TRY(checked(dnnl_post_ops_create(&after), "attributes"));
    nsym_append_activation(after, t->plan->leak);
    dnnl_primitive_attr_set_post_ops(forward, after);
    dnnl_primitive_attr_set_scratchpad_mode(forward, dnnl_scratchpad_mode_user);
    dnnl_primitive_attr_set_scratchpad_mode(back, dnnl_scratchpad_mode_user);
    dnnl_status_t status = describe_convolution(t, g, s, first, forward, back);
    dnnl_post_ops_destroy(after);
    dnnl_primitive_attr_destroy(forward);
    dnnl_primitive_attr_destroy(back);
    return checked(status, "a convolution");
}

/* Buffers of the weights in the primitives' layouts, and the reorders from and to values and gradients. */
static nsym_status make_weights(nsym_trunk *t, stage *g, const nsym_convolution *wide, bool first) {
    const size_t kernel = t->plan->kernel, back_inputs = first ? t->image_channels : wide->inputs;
    const size_t dims[] = {wide->outputs, wide->inputs, kernel, kernel};
    const size_t back_dims[] = {wide->outputs, back_inputs, kernel, kernel};
    nsym_layout plain, plain_back;
    NSYM_TRY(describe(t, &plain, 4, dims, dnnl_hwio));
    NSYM_TRY(describe(t, &plain_back, 4, back_dims, dnnl_hwio));
    g->forward_weights = zeros(bytes_of(g->forward_desc, dnnl_query_weights_md));
    g->dweights = room(bytes_of(g->weights_desc, dnnl_query_diff_weights_md));
    g->plain = room(dnnl_memory_desc_get_size(plain_back));
    g->bias = zeros(wide->outputs * sizeof *g->bias);
    g->dbias = room(wide->outputs * sizeof *g->dbias);
    if (g->data_desc) g->data_weights = zeros(bytes_of(g->data_desc, dnnl_query_weights_md));
    if (!g->forward_weights || !g->dweights || !g->plain || !g->bias || !g->dbias || (g->data_desc && !g->data_weights))
        return nsym_fail(NSYM_ENOMEM, "no memory for a convolution's weights");
    NSYM_TRY(make_reorder(t, &g->to_forward, plain, layout(g->forward_desc, dnnl_query_weights_md), NULL,
                          g->forward_weights));
    NSYM_TRY(make_reorder(t, &g->from_weights_back, layout(g->weights_desc, dnnl_query_diff_weights_md), plain_back,
                          g->dweights, g->plain));
    if (!g->data_desc) return NSYM_OK;
    return make_reorder(t, &g->to_data_back, plain, layout(g->data_desc, dnnl_query_weights_md), NULL, g->data_weights);
}

static nsym_status make_convolution(nsym_trunk *t, stage *g, const shapes *s) {
    step *forward = &g->forward, *weights = &g->weights_back, *data = &g->data_back;
    NSYM_TRY(make_step(t, forward, g->forward_desc, "a convolution"));
    NSYM_TRY(add_argument(t, forward, DNNL_ARG_SRC, s->forward.x, NULL));
    NSYM_TRY(
        add_argument(t, forward, DNNL_ARG_WEIGHTS, layout(g->forward_desc, dnnl_query_weights_md), g->forward_weights));
    NSYM_TRY(add_argument(t, forward, DNNL_ARG_BIAS, s->forward.bias, g->bias));
    NSYM_TRY(add_argument(t, forward, DNNL_ARG_DST, s->forward.y, NULL));
    NSYM_TRY(make_step(t, weights, g->weights_desc, "a convolution's gradient"));
    NSYM_TRY(add_argument(t, weights, DNNL_ARG_SRC, s->weights_back.x, NULL));
    NSYM_TRY(add_argument(t, weights, DNNL_ARG_DIFF_WEIGHTS, layout(g->weights_desc, dnnl_query_diff_weights_md),
                          g->dweights));
    NSYM_TRY(add_argument(t, weights, DNNL_ARG_DIFF_BIAS, s->forward.bias, g->dbias));
    NSYM_TRY(add_argument(t, weights, DNNL_ARG_DIFF_DST, s->forward.y, NULL));
    if (!g->data_desc) return NSYM_OK;
    NSYM_TRY(make_step(t, data, g->data_desc, "a convolution's gradient"));
    NSYM_TRY(add_argument(t, data, DNNL_ARG_DIFF_SRC, s->forward.x, NULL));
    NSYM_TRY(add_argument(t, data, DNNL_ARG_WEIGHTS, layout(g->data_desc, dnnl_query_weights_md), g->data_weights));
    return add_argument(t, data, DNNL_ARG_DIFF_DST, s->forward.y, NULL);
}

/* The gradient ahead of the activation, in place, from that behind it and the activation's output. */
static nsym_status make_activation(nsym_trunk *t, stage *g, nsym_layout y) {
    dnnl_primitive_desc_t desc;
    step *s = &g->activation_back;
    NSYM_TRY(checked(nsym_describe_activation_gradient(&desc, t->engine, y, t->plan->leak), "an activation"));
    nsym_status made = make_step(t, s, desc, "an activation");
    dnnl_primitive_desc_destroy(desc);
    NSYM_TRY(made);
    NSYM_TRY(add_argument(t, s, DNNL_ARG_DST, y, NULL));
    NSYM_TRY(add_argument(t, s, DNNL_ARG_DIFF_DST, y, NULL));
    return add_argument(t, s, DNNL_ARG_DIFF_SRC, y, NULL);
}

/* `pooled` becomes the layout of what the pool gives. */
static nsym_status make_pool(nsym_trunk *t, stage *g, const nsym_convolution *c, size_t images, nsym_layout y,
                             nsym_layout *pooled) {
    const size_t dims[] = {images, c->outputs, c->rows / 2, c->columns / 2};
    dnnl_primitive_desc_t back;
    NSYM_TRY(describe(t, pooled, 4, dims, blocked(t)));
    NSYM_TRY(checked(nsym_describe_pool(&g->pool_desc, t->engine, y, *pooled), "a pool"));
    NSYM_TRY(checked(nsym_describe_pool_gradient(&back, t->engine, y, *pooled, g->pool_desc), "a pool"));
    nsym_layout memory = layout(g->pool_desc, dnnl_query_workspace_md);
    nsym_status status = make_step(t, &g->pool_back, back, "a pool");
    dnnl_primitive_desc_destroy(back);
    NSYM_TRY(status);
    NSYM_TRY(add_argument(t, &g->pool_back, DNNL_ARG_DIFF_DST, *pooled, NULL));
    NSYM_TRY(add_argument(t, &g->pool_back, DNNL_ARG_WORKSPACE, memory, NULL));
    NSYM_TRY(add_argument(t, &g->pool_back, DNNL_ARG_DIFF_SRC, y, NULL));
    NSYM_TRY(make_step(t, &g->pool, g->pool_desc, "a pool"));
    NSYM_TRY(add_argument(t, &g->pool, DNNL_ARG_SRC, y, NULL));
    NSYM_TRY(add_argument(t, &g->pool, DNNL_ARG_DST, *pooled, NULL));
    return add_argument(t, &g->pool, DNNL_ARG_WORKSPACE, memory, NULL);
}

static void grow(size_t *size, size_t needed) {
    if (needed > *size) *size = needed;
}

/* Room of an image: the larger of the two shapes', which differ if their layouts do. */
static void measure(nsym_trunk *t, size_t i, const stage *g, size_t images) {
    size_t active = bytes_of(g->forward_desc, dnnl_query_dst_md);
    grow(&t->active_size[i], (active + images - 1) / images);
    grow(&t->gradient_size, active);
    grow(&t->gradient_size, bytes_of(g->forward_desc, dnnl_query_src_md));
    if (!g->pool_desc) return;
    size_t pooled = bytes_of(g->pool_desc, dnnl_query_dst_md), memory = bytes_of(g->pool_desc, dnnl_query_workspace_md);
    grow(&t->pooled_size[i], (pooled + images - 1) / images);
    grow(&t->memory_size[i], (memory + images - 1) / images);
    grow(&t->gradient_size, pooled);
}

static nsym_status make_images(nsym_trunk *t, size_t shape, const shapes *s) {
    const nsym_convolution *c = &t->plan->at[0];
    const size_t dims[] = {block_sizes[shape], c->inputs, c->rows, c->columns};
    nsym_layout padded;
    if (t->image_channels == c->inputs) return NSYM_OK;
    NSYM_TRY(describe(t, &padded, 4, dims, blocked(t)));
    return make_reorder(t, &t->from_images[shape], s->forward.x, padded, NULL, NULL);
}

/* What the trunk gives: from vectors of channels, of which only the plan's are read, and back. */
static nsym_status make_outputs(nsym_trunk *t, size_t shape) {
    const nsym_convolution *last = &t->plan->at[t->plan->count - 1];
    const size_t half = last->pooled ? 2 : 1;
    const size_t dims[] = {block_sizes[shape], last->outputs, last->rows / half, last->columns / half};
    nsym_layout plain, padded;
    NSYM_TRY(describe(t, &plain, 4, dims, dnnl_nchw));
    NSYM_TRY(describe(t, &padded, 4, dims, blocked(t)));
    NSYM_TRY(make_reorder(t, &t->to_plain[shape], padded, plain, NULL, NULL));
    return make_reorder(t, &t->from_plain[shape], plain, padded, NULL, NULL);
}

static nsym_status make_stages(nsym_trunk *t, size_t shape) {
    size_t images = block_sizes[shape];
    nsym_layout before = NULL;
    for (size_t i = 0; i < t->plan->count; i++) {
        const nsym_convolution *c = &t->wide[i];
        stage *g = &t->stages[shape][i];
        shapes s;
        NSYM_TRY(describe_shapes(t, &s, c, images, before));
        NSYM_TRY(describe_stage(t, g, &s, i == 0));
        if (i == 0) NSYM_TRY(make_images(t, shape, &s));
        NSYM_TRY(make_weights(t, g, c, i == 0));
        NSYM_TRY(make_convolution(t, g, &s));
        NSYM_TRY(make_activation(t, g, s.forward.y));
        before = s.forward.y;
        if (c->pooled) NSYM_TRY(make_pool(t, g, c, images, s.forward.y, &before));
        measure(t, i, g, images);
        free_descs(g);
    }
    return make_outputs(t, shape);
}

static bool make_room(nsym_trunk *t, size_t images) {
    images = (images + BLOCK - 1) / BLOCK * BLOCK;
    bool whole = (t->scratch = room(t->scratch_size)) != NULL;
    size_t image = t->image_channels * nsym_convolution_places(&t->plan->at[0]);
    whole = (t->images = room(BLOCK * image * sizeof *t->images)) && whole;
    for (size_t k = 0; k < 2; k++) whole = (t->gradient[k] = room(t->gradient_size)) && whole;
    for (size_t i = 0; i < t->plan->count; i++) {
        whole = (t->active[i] = room(images * t->active_size[i])) && whole;
        if (!t->plan->at[i].pooled) continue;
        whole = (t->pooled[i] = room(images * t->pooled_size[i])) && whole;
        whole = (t->memory[i] = room(images * t->memory_size[i])) && whole;
    }
    return whole;
}

static void each_step(nsym_trunk *t, void (*visit)(step *, void *), void *context) {
    for (size_t shape = 0; shape < SHAPES; shape++) {
        visit(&t->from_images[shape], context);
        visit(&t->to_plain[shape], context);
        visit(&t->from_plain[shape], context);
        for (size_t i = 0; i < t->plan->count; i++) {
            stage *g = &t->stages[shape][i];
            step *steps[] = {&g->forward,   &g->activation_back, &g->data_back,    &g->weights_back,     &g->pool,
                             &g->pool_back, &g->to_forward,      &g->to_data_back, &g->from_weights_back};
            for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) visit(steps[k], context);
        }
    }
}

static void visit_free(step *s, void *context) {
    (void)context;
    free_step(s);
}

static void visit_scratch(step *s, void *context) {
    set(s, DNNL_ARG_SCRATCHPAD, context);
}

static void onednn_release(nsym_trunk *t) {
    if (!t) return;
    each_step(t, visit_free, NULL);
    for (size_t shape = 0; shape < SHAPES; shape++)
        for (size_t i = 0; i < t->plan->count; i++) {
            stage *g = &t->stages[shape][i];
            free_descs(g);
            free(g->forward_weights), free(g->data_weights), free(g->dweights);
            free(g->plain), free(g->bias), free(g->dbias);
        }
    for (size_t i = 0; i < t->plan->count; i++) free(t->active[i]), free(t->pooled[i]), free(t->memory[i]);
    free(t->gradient[0]), free(t->gradient[1]), free(t->images), free(t->scratch);
    nsym_layouts_free(&t->layouts);
    if (t->stream) dnnl_stream_destroy(t->stream);
    if (t->engine) dnnl_engine_destroy(t->engine);
    free(t);
}

static size_t whole_vectors(size_t channels, size_t vector) {
    return (channels + vector - 1) / vector * vector;
}

/* An image's own channel is fast as it is, but for the weights' gradient on AVX2, which wants a whole vector. */
static void widen(nsym_trunk *t) {
    bool avx512 = (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
    size_t vector = t->vector = avx512 ? 16 : 8;
    for (size_t i = 0; i < t->plan->count; i++) {
        nsym_convolution *c = &t->wide[i];
        *c = t->plan->at[i];
        c->outputs = whole_vectors(c->outputs, vector);
        if (i > 0) c->inputs = t->wide[i - 1].outputs;
    }
    t->image_channels = avx512 ? t->plan->at[0].inputs : whole_vectors(t->plan->at[0].inputs, vector);
}

static nsym_status make(nsym_trunk *t, size_t images) {
    NSYM_TRY(nsym_onednn_bind());
    widen(t);
    NSYM_TRY(checked(dnnl_engine_create(&t->engine, dnnl_cpu, 0), "an engine"));
    NSYM_TRY(checked(dnnl_stream_create(&t->stream, t->engine, dnnl_stream_default_flags), "a stream"));
    for (size_t shape = 0; shape < SHAPES; shape++) NSYM_TRY(make_stages(t, shape));
    if (!make_room(t, images)) return nsym_fail(NSYM_ENOMEM, "no memory for the convolutions of %zu images", images);
    each_step(t, visit_scratch, t->scratch);
    nsym_layouts_free(&t->layouts);
    return NSYM_OK;
}

static nsym_status onednn_create(nsym_trunk **out, const nsym_trunk_plan *plan, size_t images) {
    nsym_trunk *t = calloc(1, sizeof *t);
    if (!t) return nsym_fail(NSYM_ENOMEM, "no memory for a CNN");
    t->plan = plan;
    int threads = nsym_one_thread();
    nsym_status status = make(t, images);
    nsym_threads_again(threads);
    if (status == NSYM_OK)
        *out = t;
    else
        onednn_release(t);
    return status;
}

/* Where image `first` of the kept ones stands; prediction keeps one block. */
static void *at(char *kept, size_t size, size_t first, bool training) {
    return kept ? kept + (training ? first * size : 0) : NULL;
}

static const void *source_of(const nsym_trunk *t, size_t i, const real *x, size_t first, bool training) {
    const nsym_convolution *c = &t->plan->at[i];
    if (i == 0) return x + first * c->inputs * nsym_convolution_places(c);
    return t->plan->at[i - 1].pooled ? at(t->pooled[i - 1], t->pooled_size[i - 1], first, training)
                                     : at(t->active[i - 1], t->active_size[i - 1], first, training);
}

static void forward_block(nsym_trunk *t, size_t shape, const real *x, size_t first, bool training, real *y) {
    for (size_t i = 0; i < t->plan->count; i++) {
        stage *g = &t->stages[shape][i];
        void *active = at(t->active[i], t->active_size[i], first, training);
        set(&g->forward, DNNL_ARG_SRC, source_of(t, i, x, first, training));
        set(&g->forward, DNNL_ARG_DST, active);
        run(t, &g->forward);
        if (!t->plan->at[i].pooled) continue;
        set(&g->pool, DNNL_ARG_SRC, active);
        set(&g->pool, DNNL_ARG_DST, at(t->pooled[i], t->pooled_size[i], first, training));
        set(&g->pool, DNNL_ARG_WORKSPACE, at(t->memory[i], t->memory_size[i], first, training));
        run(t, &g->pool);
    }
    set(&t->to_plain[shape], DNNL_ARG_FROM, source_of(t, t->plan->count, x, first, training));
    set(&t->to_plain[shape], DNNL_ARG_TO, y + first * nsym_trunk_outputs(t->plan));
    run(t, &t->to_plain[shape]);
}

/* The shape that takes the images from `first` on. */
static size_t shape_at(size_t first, size_t images) {
    return images - first >= BLOCK ? 0 : 1;
}

/* Weights (kernel, kernel, inputs, outputs) of the plan's convolution as those of the wide one, zeros behind them; the
   weights themselves where they are as wide. */
static const float *widened(const nsym_trunk *t, size_t i, const real *values, float *wide) {
    const nsym_convolution *from = &t->plan->at[i], *to = &t->wide[i];
    const real *weights = values + from->weight;
    if (from->inputs == to->inputs && from->outputs == to->outputs) return weights;
    memset(wide, 0, nsym_convolution_weights(t->plan, to) * sizeof *wide);
    for (size_t place = 0; place < t->plan->kernel * t->plan->kernel; place++)
        for (size_t k = 0; k < from->inputs; k++)
            memcpy(wide + (place * to->inputs + k) * to->outputs, weights + (place * from->inputs + k) * from->outputs,
                   from->outputs * sizeof *wide);
    return wide;
}

/* The weights in the layouts of the shapes that so many images need; forward also the biases. */
static void spread_weights(nsym_trunk *t, const real *values, size_t images, bool back) {
    for (size_t shape = 0; shape < SHAPES; shape++) {
        if (shape == 0 ? images < BLOCK : images % BLOCK == 0) continue;
        for (size_t i = back ? 1 : 0; i < t->plan->count; i++) {
            stage *g = &t->stages[shape][i];
            const nsym_convolution *c = &t->plan->at[i];
            step *s = back ? &g->to_data_back : &g->to_forward;
            set(s, DNNL_ARG_FROM, widened(t, i, values, g->plain));
            run(t, s);
            if (!back) memcpy(g->bias, values + c->bias, c->outputs * sizeof *g->bias);
        }
    }
}

static void onednn_forward(nsym_trunk *t, const real *values, const real *x, size_t images, bool training, real *y) {
    int threads = nsym_one_thread();
    spread_weights(t, values, images, false);
    for (size_t first = 0; first < images; first += block_sizes[shape_at(first, images)])
        forward_block(t, shape_at(first, images), x, first, training, y);
    nsym_threads_again(threads);
}

static void add_to(real *sum, const real *part, size_t n) {
    for (size_t i = 0; i < n; i++) sum[i] += part[i];
}

/* Adds a block's gradient of weights (kernel, kernel, inputs, outputs), which is that of the wide convolution. */
static void add_weights(const nsym_trunk *t, size_t i, const float *wide, real *gradients) {
    const nsym_convolution *to = &t->plan->at[i];
    size_t inputs = i ? t->wide[i].inputs : t->image_channels, outputs = t->wide[i].outputs;
    for (size_t place = 0; place < t->plan->kernel * t->plan->kernel; place++)
        for (size_t k = 0; k < to->inputs; k++)
            add_to(gradients + to->weight + (place * to->inputs + k) * to->outputs,
                   wide + (place * inputs + k) * outputs, to->outputs);
}

/* The images as the weights' gradient takes them. */
static const float *spread_images(nsym_trunk *t, size_t shape, const real *x, size_t first) {
    const float *images = source_of(t, 0, x, first, true);
    step *s = &t->from_images[shape];
    if (!s->primitive) return images;
    set(s, DNNL_ARG_FROM, images);
    set(s, DNNL_ARG_TO, t->images);
    run(t, s);
    return t->images;
}

static void backward_block(nsym_trunk *t, size_t shape, const real *x, size_t first, const real *dy, real *gradients) {
    float *behind = t->gradient[0], *ahead = t->gradient[1];
    set(&t->from_plain[shape], DNNL_ARG_FROM, dy + first * nsym_trunk_outputs(t->plan));
    set(&t->from_plain[shape], DNNL_ARG_TO, behind);
    run(t, &t->from_plain[shape]);
    for (size_t i = t->plan->count; i-- > 0;) {
        stage *g = &t->stages[shape][i];
        const nsym_convolution *c = &t->plan->at[i];
        if (c->pooled) {
            set(&g->pool_back, DNNL_ARG_DIFF_DST, behind);
            set(&g->pool_back, DNNL_ARG_WORKSPACE, at(t->memory[i], t->memory_size[i], first, true));
            set(&g->pool_back, DNNL_ARG_DIFF_SRC, ahead);
            run(t, &g->pool_back);
            float *swap = behind;
            behind = ahead, ahead = swap;
        }
        set(&g->activation_back, DNNL_ARG_DST, at(t->active[i], t->active_size[i], first, true));
        set(&g->activation_back, DNNL_ARG_DIFF_DST, behind);
        set(&g->activation_back, DNNL_ARG_DIFF_SRC, behind);
        run(t, &g->activation_back);
        set(&g->weights_back, DNNL_ARG_SRC, i ? source_of(t, i, x, first, true) : spread_images(t, shape, x, first));
        set(&g->weights_back, DNNL_ARG_DIFF_DST, behind);
        run(t, &g->weights_back);
        run(t, &g->from_weights_back);
        add_weights(t, i, g->plain, gradients);
        add_to(gradients + c->bias, g->dbias, c->outputs);
        if (i == 0) return;
        set(&g->data_back, DNNL_ARG_DIFF_DST, behind);
        set(&g->data_back, DNNL_ARG_DIFF_SRC, ahead);
        run(t, &g->data_back);
        float *swap = behind;
        behind = ahead, ahead = swap;
    }
}

static void onednn_backward(nsym_trunk *t, const real *values, const real *x, size_t images, real *dy,
                            real *gradients) {
    int threads = nsym_one_thread();
    for (size_t i = 0; i < t->plan->count; i++) {
        const nsym_convolution *c = &t->plan->at[i];
        memset(gradients + c->weight, 0, nsym_convolution_weights(t->plan, c) * sizeof *gradients);
        memset(gradients + c->bias, 0, c->outputs * sizeof *gradients);
    }
    spread_weights(t, values, images, true);
    for (size_t first = 0; first < images; first += block_sizes[shape_at(first, images)])
        backward_block(t, shape_at(first, images), x, first, dy, gradients);
    nsym_threads_again(threads);
}

const nsym_trunk_engine nsym_trunk_onednn = {onednn_create, onednn_release, onednn_forward, onednn_backward};

#endif
