/* The trunk of a CNN with 3 x 3 kernels by Winograd's F(4 x 4, 3 x 3), all three passes: the images' gradient is a
   convolution with turned filters, the weights' gradient is the transposed algorithm. Images pass in blocks; within a
   convolution their tiles pass in runs, whose 36 matrices stay in the second-level cache between the transforms and
   the products. The first convolution has too few channels for that and is one product for each row of an image. An
   image's numbers do not depend on the others in its block. */
#include "nn/trunk.h"

#include "base/cpu.h"
#include "base/fail.h"
#include "nn/kernels.h"
#include "nn/trunk_kernels.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16, ALIGNMENT = 64, TAPS = 3, PLACES = TAPS * TAPS };
enum { RUN_BYTES = 640 << 10, RUN_STEP = 24 }; /* of both sets of 36 matrices; whole parts of 6 and of 8 rows */

/* One convolution. Images of `in` become images of `out`, behind a pool of `half`. */
typedef struct stage {
    nsym_image_shape in, out, half;
    size_t run;            /* tiles at a time */
    nsym_planes u;         /* (in.channels, out.channels), or in a backward pass (out.channels, in.channels) */
    real *bias;            /* (out.channels) */
    real *active, *pooled; /* images behind the activation and behind the pool; prediction keeps one block */
} stage;

struct nsym_trunk {
    const nsym_trunk_plan *plan;
    const nsym_trunk_kernels *kernels;
    const nsym_kernels *loops;
    size_t images;
    stage stages[NSYM_CONVOLUTIONS_MAX];
    nsym_planes v, m;     /* of a run: in front of a product and behind it */
    nsym_planes du;       /* a convolution's gradient of u */
    real *weights;        /* (3, 3, in.channels, out.channels) or turned, of one convolution */
    real *first, *dfirst; /* weights of the first one as (3, 3, inputs, out.channels), columns before rows */
    real *three;          /* three rows of an image: (columns + 2, 3, inputs) */
    real *dy, *dz;        /* gradients of a block, behind the activation and before it */
    real *zeros, *sums;   /* as many as the most channels */
    char *memory;         /* owned: everything above is in it */
};

static const nsym_trunk_kernels *kernels_in_use(void) {
#ifdef NSYM_X86
    if (nsym_cpu_for_loops() == NSYM_CPU_AVX512) return &nsym_trunk_kernels_avx512;
    if (nsym_cpu_for_loops() == NSYM_CPU_AVX2) return &nsym_trunk_kernels_avx2;
#endif
    return &nsym_trunk_kernels_plain;
}

static size_t rounded(size_t n, size_t to) {
    return (n + to - 1) / to * to;
}

static nsym_image_shape shape_of(const nsym_trunk *t, size_t rows, size_t columns, size_t channels) {
    return (nsym_image_shape){.rows = rows,
                              .columns = columns,
                              .channels = rounded(channels, t->kernels->lanes),
                              .tile_rows = rounded(rows, NSYM_TILE) / NSYM_TILE,
                              .tile_columns = rounded(columns, NSYM_TILE) / NSYM_TILE};
}

static size_t run_of(const stage *s) {
    size_t tile = NSYM_TILE_PLANES * (s->in.channels + s->out.channels) * sizeof(real);
    size_t run = RUN_BYTES / tile / RUN_STEP * RUN_STEP;
    return run < RUN_STEP ? RUN_STEP : run;
}

static void plan_stages(nsym_trunk *t) {
    for (size_t i = 0; i < t->plan->count; i++) {
        const nsym_convolution *c = &t->plan->at[i];
        stage *s = &t->stages[i];
        s->in = shape_of(t, c->rows, c->columns, c->inputs);
        s->out = shape_of(t, c->rows, c->columns, c->outputs);
        s->half = shape_of(t, c->rows / 2, c->columns / 2, c->outputs);
        s->run = run_of(s);
    }
}

/* The next `count` numbers in the memory, or, while `base` is NULL, just their place. */
static real *carve(char *base, size_t *used, size_t count) {
    size_t at = *used;
    *used += rounded(count * sizeof(real), ALIGNMENT);
    return base ? (real *)(void *)(base + at) : NULL;
}

/* An odd number of cache lines, so that the 36 matrices do not compete for the same sets of the cache. */
static size_t plane_size(size_t numbers) {
    size_t line = ALIGNMENT / sizeof(real), lines = rounded(numbers, line) / line;
    return (lines | 1) * line;
}

static nsym_planes carve_planes(char *base, size_t *used, size_t numbers) {
    size_t plane = plane_size(numbers);
    return (nsym_planes){carve(base, used, NSYM_TILE_PLANES * plane), plane};
}

static void grow(size_t *size, size_t needed) {
    if (needed > *size) *size = needed;
}

/* Sets every pointer into the memory at `base`, and gives its size; with `base` NULL only the latter. */
static size_t lay_out(nsym_trunk *t, char *base) {
    size_t used = 0, filters = 0, run = 0, image = 0, channels = 0;
    for (size_t i = 0; i < t->plan->count; i++) {
        stage *s = &t->stages[i];
        bool pooled = t->plan->at[i].pooled;
        grow(&filters, s->in.channels * s->out.channels);
        grow(&run, s->run * (s->in.channels > s->out.channels ? s->in.channels : s->out.channels));
        grow(&image, nsym_image_size(&s->out));
        grow(&channels, s->out.channels);
        if (i > 0) s->u = carve_planes(base, &used, s->in.channels * s->out.channels);
        s->bias = carve(base, &used, s->out.channels);
        s->active = carve(base, &used, t->images * nsym_image_size(&s->out));
        s->pooled = pooled ? carve(base, &used, t->images * nsym_image_size(&s->half)) : NULL;
    }
    const nsym_convolution *first = &t->plan->at[0];
    t->v = carve_planes(base, &used, run);
    t->m = carve_planes(base, &used, run);
    t->du = carve_planes(base, &used, filters);
    t->weights = carve(base, &used, PLACES * filters);
    t->first = carve(base, &used, PLACES * first->inputs * t->stages[0].out.channels);
    t->dfirst = carve(base, &used, PLACES * first->inputs * t->stages[0].out.channels);
    t->three = carve(base, &used, (first->columns + 2) * TAPS * first->inputs);
    t->dy = carve(base, &used, BLOCK * image);
    t->dz = carve(base, &used, BLOCK * image);
    t->zeros = carve(base, &used, channels);
    t->sums = carve(base, &used, channels);
    return used;
}

static void winograd_release(nsym_trunk *t) {
    if (!t) return;
    free(t->memory);
    free(t);
}

/* The memory starts as zeros, which borders and additional channels stay; what is never used is never touched. */
static nsym_status winograd_create(nsym_trunk **out, const nsym_trunk_plan *plan, size_t images) {
    nsym_trunk *t = calloc(1, sizeof *t);
    if (t) {
        t->plan = plan;
        t->kernels = kernels_in_use();
        t->loops = nsym_kernels_in_use();
        t->images = images;
        plan_stages(t);
        t->memory = calloc(lay_out(t, NULL) + ALIGNMENT, 1);
    }
    if (!t || !t->memory) {
        winograd_release(t);
        return nsym_fail(NSYM_ENOMEM, "no memory for the convolutions of %zu images", images);
    }
    lay_out(t, t->memory + (ALIGNMENT - (size_t)t->memory % ALIGNMENT));
    *out = t;
    return NSYM_OK;
}

static size_t at_most(size_t n, size_t most) {
    return n < most ? n : most;
}

/* y = f(x * filters + bias) of so many images. */
static void convolve(const nsym_trunk *t, const stage *s, const real *x, const nsym_image_shape *in, real *y,
                     const nsym_image_shape *out, const real *bias, real leak, size_t images) {
    const nsym_trunk_kernels *k = t->kernels;
    size_t tiles = images * nsym_image_tiles(in);
    for (size_t first = 0; first < tiles; first += s->run) {
        size_t run = at_most(tiles - first, s->run);
        nsym_planes v = {t->v.at, plane_size(s->run * in->channels)};
        nsym_planes m = {t->m.at, plane_size(s->run * out->channels)};
        k->spread(v, x, in, first, run);
        for (size_t i = 0; i < NSYM_TILE_PLANES; i++)
            k->product(m.at + i * m.plane, v.at + i * v.plane, in->channels, 1, s->u.at + i * s->u.plane, run,
                       in->channels, out->channels, false);
        k->gather(y, m, out, bias, leak, first, run);
    }
}

/* t->weights = the gradient of a convolution's weights from images x and dz, the gradient before the activation. */
static void convolve_gradient(nsym_trunk *t, const stage *s, const real *x, const real *dz, size_t images) {
    const nsym_trunk_kernels *k = t->kernels;
    size_t tiles = images * nsym_image_tiles(&s->in), inputs = s->in.channels, outputs = s->out.channels;
    nsym_planes v = {t->v.at, plane_size(s->run * inputs)}, m = {t->m.at, plane_size(s->run * outputs)};
    nsym_planes du = {t->du.at, plane_size(inputs * outputs)};
    for (size_t first = 0; first < tiles; first += s->run) {
        size_t run = at_most(tiles - first, s->run);
        k->spread(v, x, &s->in, first, run);
        k->gather_gradient(m, dz, &s->out, first, run);
        for (size_t i = 0; i < NSYM_TILE_PLANES; i++)
            k->product(du.at + i * du.plane, v.at + i * v.plane, 1, inputs, m.at + i * m.plane, inputs, run, outputs,
                       first > 0);
    }
    k->filters_gradient(t->weights, du, inputs, outputs);
}

/* Row r of an image (inputs, rows, columns) with those above and below it, zeros around them. */
static void take_three_rows(const nsym_trunk *t, const real *image, size_t r) {
    const nsym_convolution *c = &t->plan->at[0];
    for (size_t q = 0; q < c->columns + 2; q++)
        for (size_t u = 0; u < TAPS; u++)
            for (size_t p = 0; p < c->inputs; p++) {
                size_t row = r + u - 1, column = q - 1; /* wraps where it is outside */
                bool inside = row < c->rows && column < c->columns;
                t->three[(q * TAPS + u) * c->inputs + p] =
                    inside ? image[(p * c->rows + row) * c->columns + column] : 0;
            }
}

static void convolve_first(const nsym_trunk *t, const real *x, real *y, size_t images) {
    const nsym_convolution *c = &t->plan->at[0];
    const nsym_image_shape *out = &t->stages[0].out;
    for (size_t i = 0; i < images; i++, x += c->inputs * nsym_convolution_places(c), y += nsym_image_size(out))
        for (size_t r = 0; r < c->rows; r++) {
            real *to = y + nsym_image_place(out, r, 0);
            take_three_rows(t, x, r);
            t->kernels->product(to, t->three, TAPS * c->inputs, 1, t->first, c->columns, PLACES * c->inputs,
                                out->channels, false);
            t->loops->bias(to, t->stages[0].bias, t->plan->leak, c->columns, out->channels);
        }
}

/* t->dfirst from images x and dz. */
static void convolve_first_gradient(const nsym_trunk *t, const real *x, const real *dz, size_t images) {
    const nsym_convolution *c = &t->plan->at[0];
    const nsym_image_shape *out = &t->stages[0].out;
    memset(t->dfirst, 0, PLACES * c->inputs * out->channels * sizeof *t->dfirst);
    for (size_t i = 0; i < images; i++, x += c->inputs * nsym_convolution_places(c), dz += nsym_image_size(out))
        for (size_t r = 0; r < c->rows; r++) {
            take_three_rows(t, x, r);
            t->kernels->product(t->dfirst, t->three, 1, TAPS * c->inputs, dz + nsym_image_place(out, r, 0),
                                PLACES * c->inputs, c->columns, out->channels, true);
        }
}

/* The first one's weights, columns before rows: where tap (row, column) stands. */
static size_t turned_tap(size_t tap) {
    return tap % TAPS * TAPS + tap / TAPS;
}

/* What the passes multiply with. */
static void spread_weights(nsym_trunk *t, const real *values) {
    for (size_t i = 0; i < t->plan->count; i++) {
        const nsym_convolution *c = &t->plan->at[i];
        const stage *s = &t->stages[i];
        size_t inputs = i ? s->in.channels : c->inputs, outputs = s->out.channels;
        real *to = i ? t->weights : t->first;
        if (i) memset(to, 0, PLACES * inputs * outputs * sizeof *to);
        for (size_t tap = 0; tap < PLACES; tap++)
            for (size_t p = 0; p < c->inputs; p++)
                memcpy(to + ((i ? tap : turned_tap(tap)) * inputs + p) * outputs,
                       values + c->weight + (tap * c->inputs + p) * c->outputs, c->outputs * sizeof *to);
        if (i) t->kernels->filters(s->u, t->weights, inputs, outputs);
        memcpy(s->bias, values + c->bias, c->outputs * sizeof *s->bias);
    }
}

/* Filters turned by half a turn, outputs and inputs exchanged: those of the images' gradient. */
static void spread_turned_weights(nsym_trunk *t, const real *values) {
    for (size_t i = 1; i < t->plan->count; i++) {
        const nsym_convolution *c = &t->plan->at[i];
        const stage *s = &t->stages[i];
        size_t inputs = s->in.channels, outputs = s->out.channels;
        memset(t->weights, 0, PLACES * inputs * outputs * sizeof *t->weights);
        for (size_t tap = 0; tap < PLACES; tap++)
            for (size_t p = 0; p < c->inputs; p++)
                for (size_t q = 0; q < c->outputs; q++)
                    t->weights[((PLACES - 1 - tap) * outputs + q) * inputs + p] =
                        values[c->weight + (tap * c->inputs + p) * c->outputs + q];
        t->kernels->filters(s->u, t->weights, outputs, inputs);
    }
}

/* What stands before convolution i > 0, or behind the last one, and its shape. */
static const nsym_image_shape *before(const nsym_trunk *t, size_t i, real **images) {
    const stage *s = &t->stages[i - 1];
    *images = s->pooled ? s->pooled : s->active;
    return s->pooled ? &s->half : &s->out;
}

/* From (rows, columns, channels) to (channels, rows, columns) and back. */
static void to_plain(const nsym_trunk *t, const real *from, real *to) {
    real *ignored;
    const nsym_image_shape *s = before(t, t->plan->count, &ignored);
    size_t channels = t->plan->at[t->plan->count - 1].outputs;
    for (size_t r = 0; r < s->rows; r++)
        for (size_t q = 0; q < s->columns; q++)
            for (size_t c = 0; c < channels; c++)
                to[(c * s->rows + r) * s->columns + q] = from[nsym_image_place(s, r, q) + c];
}

static void from_plain(const nsym_trunk *t, const real *from, real *to) {
    real *ignored;
    const nsym_image_shape *s = before(t, t->plan->count, &ignored);
    size_t channels = t->plan->at[t->plan->count - 1].outputs;
    for (size_t r = 0; r < s->rows; r++)
        for (size_t q = 0; q < s->columns; q++)
            for (size_t c = 0; c < s->channels; c++)
                to[nsym_image_place(s, r, q) + c] = c < channels ? from[(c * s->rows + r) * s->columns + q] : 0;
}

/* A block of images, kept from image `kept` on. */
static void forward_block(nsym_trunk *t, const real *x, size_t images, size_t kept, real *y) {
    real *source = t->stages[0].active;
    const nsym_image_shape *shape = &t->stages[0].in;
    for (size_t i = 0; i < t->plan->count; i++) {
        const stage *s = &t->stages[i];
        real *active = s->active + kept * nsym_image_size(&s->out);
        if (i == 0)
            convolve_first(t, x, active, images);
        else
            convolve(t, s, source + kept * nsym_image_size(shape), shape, active, &s->out, s->bias, t->plan->leak,
                     images);
        for (size_t k = 0; s->pooled && k < images; k++)
            t->kernels->pool(s->pooled + (kept + k) * nsym_image_size(&s->half), &s->half,
                             active + k * nsym_image_size(&s->out), &s->out);
        shape = before(t, i + 1, &source);
    }
    for (size_t k = 0; k < images; k++)
        to_plain(t, source + (kept + k) * nsym_image_size(shape), y + k * nsym_trunk_outputs(t->plan));
}

static void winograd_forward(nsym_trunk *t, const real *values, const real *x, size_t images, bool training, real *y) {
    size_t inputs = t->plan->at[0].inputs * nsym_convolution_places(&t->plan->at[0]);
    spread_weights(t, values);
    for (size_t first = 0; first < images; first += BLOCK)
        forward_block(t, x + first * inputs, at_most(images - first, BLOCK), training ? first : 0,
                      y + first * nsym_trunk_outputs(t->plan));
}

/* t->dz from t->dy; the biases' gradient is added. */
static void gate_block(nsym_trunk *t, size_t i, size_t images, size_t kept, real *gradients) {
    const stage *s = &t->stages[i];
    const nsym_convolution *c = &t->plan->at[i];
    size_t size = nsym_image_size(&s->out), half = nsym_image_size(&s->half);
    memset(t->sums, 0, s->out.channels * sizeof *t->sums);
    for (size_t k = 0; k < images; k++) {
        const real *y = s->active + (kept + k) * size;
        if (s->pooled)
            t->kernels->pool_gate(t->dz + k * size, t->dy + k * half, &s->half, y, &s->out, t->plan->leak, t->sums);
        else
            t->kernels->gate(t->dz + k * size, t->dy + k * size, y, &s->out, t->plan->leak, t->sums);
    }
    for (size_t q = 0; q < c->outputs; q++) gradients[c->bias + q] += t->sums[q];
}

/* Adds what a block gives to the gradient of weights. */
static void add_weights(const nsym_trunk *t, size_t i, real *gradients) {
    const nsym_convolution *c = &t->plan->at[i];
    const stage *s = &t->stages[i];
    size_t inputs = i ? s->in.channels : c->inputs;
    for (size_t tap = 0; tap < PLACES; tap++)
        for (size_t p = 0; p < c->inputs; p++) {
            const real *from = i ? t->weights + (tap * inputs + p) * s->out.channels
                                 : t->dfirst + (turned_tap(tap) * inputs + p) * s->out.channels;
            real *to = gradients + c->weight + (tap * c->inputs + p) * c->outputs;
            for (size_t q = 0; q < c->outputs; q++) to[q] += from[q];
        }
}

static void backward_block(nsym_trunk *t, const real *x, size_t images, size_t kept, const real *dy, real *gradients) {
    real *source;
    const nsym_image_shape *shape = before(t, t->plan->count, &source);
    for (size_t k = 0; k < images; k++)
        from_plain(t, dy + k * nsym_trunk_outputs(t->plan), t->dy + k * nsym_image_size(shape));
    for (size_t i = t->plan->count; i-- > 0;) {
        const stage *s = &t->stages[i];
        gate_block(t, i, images, kept, gradients);
        if (i == 0) {
            convolve_first_gradient(t, x, t->dz, images);
            add_weights(t, 0, gradients);
            return;
        }
        shape = before(t, i, &source);
        convolve_gradient(t, s, source + kept * nsym_image_size(shape), t->dz, images);
        add_weights(t, i, gradients);
        convolve(t, s, t->dz, &s->out, t->dy, shape, t->zeros, 1, images);
    }
}

static void winograd_backward(nsym_trunk *t, const real *values, const real *x, size_t images, real *dy,
                              real *gradients) {
    size_t inputs = t->plan->at[0].inputs * nsym_convolution_places(&t->plan->at[0]);
    for (size_t i = 0; i < t->plan->count; i++) {
        const nsym_convolution *c = &t->plan->at[i];
        memset(gradients + c->weight, 0, nsym_convolution_weights(t->plan, c) * sizeof *gradients);
        memset(gradients + c->bias, 0, c->outputs * sizeof *gradients);
    }
    spread_turned_weights(t, values);
    for (size_t first = 0; first < images; first += BLOCK)
        backward_block(t, x + first * inputs, at_most(images - first, BLOCK), first,
                       dy + first * nsym_trunk_outputs(t->plan), gradients);
}

const nsym_trunk_engine nsym_trunk_winograd = {winograd_create, winograd_release, winograd_forward, winograd_backward};
