/* The trunk of a CNN as loops over its definition. */
#include "nn/trunk.h"

#include "base/fail.h"
#include <stdlib.h>
#include <string.h>

struct nsym_trunk {
    const nsym_trunk_plan *plan;
    real *active[NSYM_CONVOLUTIONS_MAX]; /* (images, outputs, rows, columns) behind the activation */
    real *pooled[NSYM_CONVOLUTIONS_MAX]; /* (images, outputs, rows / 2, columns / 2), where it pools */
    real *gradient, *other;              /* as large as the largest of them */
};

static void plain_release(nsym_trunk *t) {
    if (!t) return;
    for (size_t i = 0; i < NSYM_CONVOLUTIONS_MAX; i++) free(t->active[i]), free(t->pooled[i]);
    free(t->gradient);
    free(t->other);
    free(t);
}

static nsym_status plain_create(nsym_trunk **out, const nsym_trunk_plan *plan, size_t images) {
    nsym_trunk *t = calloc(1, sizeof *t);
    size_t largest = 0;
    bool whole = t != NULL;
    for (size_t i = 0; i < plan->count && whole; i++) {
        const nsym_convolution *c = &plan->at[i];
        size_t size = images * c->outputs * nsym_convolution_places(c);
        if (size > largest) largest = size;
        t->active[i] = calloc(size, sizeof(real));
        if (c->pooled) t->pooled[i] = calloc(images * c->outputs * (c->rows / 2) * (c->columns / 2), sizeof(real));
        whole = t->active[i] && (!c->pooled || t->pooled[i]);
    }
    if (whole) {
        t->plan = plan;
        t->gradient = calloc(largest, sizeof(real));
        t->other = calloc(largest, sizeof(real));
        whole = t->gradient && t->other;
    }
    if (!whole) {
        plain_release(t);
        return nsym_fail(NSYM_ENOMEM, "no memory for the convolutions of %zu images", images);
    }
    *out = t;
    return NSYM_OK;
}

/* What one convolution is asked to do at every place where its kernel meets the image. */
typedef struct meeting {
    const nsym_convolution *c;
    size_t image, to, from, tap; /* places within an output and an input channel, and within the kernel */
} meeting;

static void each_meeting(const nsym_convolution *c, size_t kernel, size_t images,
                         void (*meet)(const meeting *, void *context), void *context) {
    size_t half = kernel / 2;
    for (size_t i = 0; i < images; i++)
        for (size_t r = 0; r < c->rows; r++)
            for (size_t s = 0; s < c->columns; s++)
                for (size_t u = 0; u < kernel; u++)
                    for (size_t v = 0; v < kernel; v++) {
                        size_t row = r + u - half, column = s + v - half; /* wraps where it is outside */
                        if (row >= c->rows || column >= c->columns) continue;
                        meet(&(meeting){c, i, r * c->columns + s, row * c->columns + column, u * kernel + v}, context);
                    }
}

/* The arrays of one convolution. */
typedef struct arrays {
    const real *x, *weight, *dy;
    real *y, *dx, *dweight;
} arrays;

static size_t input_of(const meeting *m, size_t channel) {
    return (m->image * m->c->inputs + channel) * nsym_convolution_places(m->c) + m->from;
}

static size_t output_of(const meeting *m, size_t channel) {
    return (m->image * m->c->outputs + channel) * nsym_convolution_places(m->c) + m->to;
}

static void multiply(const meeting *m, void *context) {
    const arrays *a = context;
    const real *weight = a->weight + m->tap * m->c->inputs * m->c->outputs;
    for (size_t p = 0; p < m->c->inputs; p++)
        for (size_t q = 0; q < m->c->outputs; q++)
            a->y[output_of(m, q)] += a->x[input_of(m, p)] * weight[p * m->c->outputs + q];
}

static void multiply_back(const meeting *m, void *context) {
    const arrays *a = context;
    size_t tap = m->tap * m->c->inputs * m->c->outputs;
    for (size_t p = 0; p < m->c->inputs; p++)
        for (size_t q = 0; q < m->c->outputs; q++) {
            real dy = a->dy[output_of(m, q)];
            a->dweight[tap + p * m->c->outputs + q] += dy * a->x[input_of(m, p)];
            if (a->dx) a->dx[input_of(m, p)] += dy * a->weight[tap + p * m->c->outputs + q];
        }
}

/* The index in `from` (rows, columns) of the largest of the four values that become (row, column) of the pooled image;
   the first of equal ones. */
static size_t largest_of_four(const real *from, size_t columns, size_t row, size_t column) {
    size_t first = 2 * row * columns + 2 * column, best = first;
    const size_t four[4] = {first, first + 1, first + columns, first + columns + 1};
    for (size_t k = 1; k < 4; k++)
        if (from[four[k]] > from[best]) best = four[k];
    return best;
}

static void pool(const nsym_convolution *c, size_t images, const real *active, real *pooled) {
    size_t rows = c->rows / 2, columns = c->columns / 2;
    for (size_t i = 0; i < images * c->outputs; i++)
        for (size_t r = 0; r < rows; r++)
            for (size_t s = 0; s < columns; s++)
                pooled[(i * rows + r) * columns + s] =
                    active[i * nsym_convolution_places(c) +
                           largest_of_four(active + i * nsym_convolution_places(c), c->columns, r, s)];
}

static void pool_back(const nsym_convolution *c, size_t images, const real *active, const real *dpooled,
                      real *dactive) {
    size_t rows = c->rows / 2, columns = c->columns / 2;
    memset(dactive, 0, images * c->outputs * nsym_convolution_places(c) * sizeof *dactive);
    for (size_t i = 0; i < images * c->outputs; i++)
        for (size_t r = 0; r < rows; r++)
            for (size_t s = 0; s < columns; s++)
                dactive[i * nsym_convolution_places(c) +
                        largest_of_four(active + i * nsym_convolution_places(c), c->columns, r, s)] =
                    dpooled[(i * rows + r) * columns + s];
}

static void plain_forward(nsym_trunk *t, const real *values, const real *x, size_t images, bool training, real *y) {
    (void)training;
    for (size_t i = 0; i < t->plan->count; i++) {
        const nsym_convolution *c = &t->plan->at[i];
        arrays a = {.x = x, .weight = values + c->weight, .y = t->active[i]};
        size_t size = c->outputs * nsym_convolution_places(c);
        for (size_t k = 0; k < images * size; k++)
            a.y[k] = values[c->bias + k / nsym_convolution_places(c) % c->outputs];
        each_meeting(c, t->plan->kernel, images, multiply, &a);
        for (size_t k = 0; k < images * size; k++) a.y[k] = a.y[k] > 0 ? a.y[k] : t->plan->leak * a.y[k];
        if (c->pooled) pool(c, images, a.y, t->pooled[i]);
        x = c->pooled ? t->pooled[i] : a.y;
    }
    memcpy(y, x, images * nsym_trunk_outputs(t->plan) * sizeof *y);
}

static void plain_backward(nsym_trunk *t, const real *values, const real *x, size_t images, real *dy, real *gradients) {
    const real *behind = dy;
    for (size_t i = t->plan->count; i-- > 0;) {
        const nsym_convolution *c = &t->plan->at[i];
        size_t size = images * c->outputs * nsym_convolution_places(c);
        real *dz = t->gradient;
        if (c->pooled)
            pool_back(c, images, t->active[i], behind, dz);
        else
            memcpy(dz, behind, size * sizeof *dz);
        const real *from = i == 0 ? x : t->plan->at[i - 1].pooled ? t->pooled[i - 1] : t->active[i - 1];
        arrays a = {.x = from, .weight = values + c->weight, .dy = dz, .dweight = gradients + c->weight};
        memset(a.dweight, 0, nsym_convolution_weights(t->plan, c) * sizeof *a.dweight);
        memset(gradients + c->bias, 0, c->outputs * sizeof *gradients);
        for (size_t k = 0; k < size; k++) {
            if (!(t->active[i][k] > 0)) dz[k] *= t->plan->leak;
            gradients[c->bias + k / nsym_convolution_places(c) % c->outputs] += dz[k];
        }
        if (i > 0) {
            a.dx = t->other;
            memset(a.dx, 0, images * c->inputs * nsym_convolution_places(c) * sizeof *a.dx);
        }
        each_meeting(c, t->plan->kernel, images, multiply_back, &a);
        behind = a.dx;
    }
}

const nsym_trunk_engine nsym_trunk_plain = {plain_create, plain_release, plain_forward, plain_backward};
