#include "nn/layers.h"

#include "nn/gemm.h"
#include "nn/lola.h"
#include <string.h>

/* PyTorch's defaults. */
static const double NORM_EPSILON = 1e-5, NORM_MOMENTUM = 0.1;

/* Sums of columns (groups, span) become sums of groups. */
static void group_sums(double *sums, size_t groups, size_t span) {
    for (size_t g = 0; g < groups; g++) {
        double sum = 0;
        for (size_t k = 0; k < span; k++) sum += sums[g * span + k];
        sums[g] = sum;
    }
}

/* Sums of columns (fold, width) become those of features (width). */
static void fold_sums(real *out, const double *sums, size_t fold, size_t width) {
    for (size_t j = 0; j < width; j++) {
        double sum = 0;
        for (size_t k = 0; k < fold; k++) sum += sums[k * width + j];
        out[j] = (real)sum;
    }
}

/* The batch's statistics, into centre (fold x width) and inverse (groups), and into the running ones (Ioffe & Szegedy,
   arXiv:1502.03167): a batch of one value has no unbiased variance and leaves the running one as it is. */
static void norm_statistics(const nsym_pass *pass, const nsym_norm_plan *norm, size_t rows, const real *bias) {
    /* z (rows, groups x span), bias (groups) or NULL: what is missing in z */
    size_t groups = norm->groups, span = norm->span, columns = groups * span;
    double count = (double)(rows * span);
    real *mean = pass->state + norm->mean, *variance = pass->state + norm->variance;

    pass->kernels->sums(norm->z, rows, columns, pass->sums, pass->work);
    group_sums(pass->sums, groups, span);
    for (size_t g = 0; g < groups; g++) {
        double batch = pass->sums[g] / count, shifted = batch + (bias ? (double)bias[g] : 0);
        mean[g] = (real)((1 - NORM_MOMENTUM) * (double)mean[g] + NORM_MOMENTUM * shifted);
        for (size_t k = 0; k < span; k++) norm->centre[g * span + k] = (real)batch;
    }
    pass->kernels->squares(norm->z, norm->centre, rows, columns, pass->sums, pass->work);
    group_sums(pass->sums, groups, span);
    for (size_t g = 0; g < groups; g++) {
        norm->inverse[g] = (real)(1 / sqrt(pass->sums[g] / count + NORM_EPSILON));
        if (count < 2) continue;
        double unbiased = pass->sums[g] / (count - 1);
        variance[g] = (real)((1 - NORM_MOMENTUM) * (double)variance[g] + NORM_MOMENTUM * unbiased);
    }
}

/* The running statistics, into centre and inverse. */
static void norm_running(const nsym_pass *pass, const nsym_norm_plan *norm, const real *bias) {
    const real *mean = pass->state + norm->mean, *variance = pass->state + norm->variance;
    for (size_t g = 0; g < norm->groups; g++) {
        real centre = bias ? mean[g] - bias[g] : mean[g];
        for (size_t k = 0; k < norm->span; k++) norm->centre[g * norm->span + k] = centre;
        norm->inverse[g] = (real)(1 / sqrt((double)variance[g] + NORM_EPSILON));
    }
}

static void norm_forward(const nsym_pass *pass, const nsym_layer *layer, real *y, real *z, size_t rows) {
    /* y, z (rows, width) = (rows / fold, groups x span); the bias is missing in z */
    const nsym_norm_plan *norm = &layer->norm;
    if (rows == 0) return; /* events without particles have no statistics */
    size_t columns = norm->groups * norm->span;
    const real *bias = pass->values + layer->bias, *scale = pass->values + norm->scale;
    const real *shift = pass->values + norm->shift;
    if (norm->span > 1) { /* a bias common to a statistic's values drops out, others do not */
        pass->kernels->bias(z, bias, 1, rows, columns / norm->fold);
        bias = NULL;
    }
    if (pass->training)
        norm_statistics(pass, norm, rows / norm->fold, bias);
    else
        norm_running(pass, norm, bias);
    real *offset = pass->work;
    for (size_t g = 0; g < norm->groups; g++) {
        for (size_t j = g * norm->span; j < (g + 1) * norm->span; j++) {
            norm->factor[j] = scale[g] * norm->inverse[g];
            offset[j] = shift[g] - norm->factor[j] * norm->centre[j];
        }
    }
    pass->kernels->affine(y, z, norm->factor, offset, layer->leak, rows / norm->fold, columns);
}

/* Turns the gradient behind the activation into the one before batch norm, in place, with those of scale, shift and
 * bias. */
static void norm_backward(const nsym_pass *pass, const nsym_layer *layer, real *dy, const real *y, size_t rows) {
    /* dy, y (rows, width) = (rows / fold, groups x span); with u = (z - centre) inverse and n values in a group:
       dz = factor (dy - sum(dy) / n - u sum(dy u) / n) */
    const nsym_norm_plan *norm = &layer->norm;
    size_t groups = norm->groups, span = norm->span, columns = groups * span, height = rows / norm->fold;
    double count = (double)(height * span), *sums = pass->sums, *products = pass->sums + columns;
    pass->kernels->norm_sums(dy, y, norm->z, norm->centre, layer->leak, height, columns, sums, products, pass->work);
    group_sums(sums, groups, span);
    group_sums(products, groups, span);
    real *dscale = pass->gradients + norm->scale, *dshift = pass->gradients + norm->shift;
    real *slope = pass->work + columns, *offset = pass->work + 2 * columns;
    for (size_t g = 0; g < groups; g++) {
        double inverse = (double)norm->inverse[g], factor = (double)norm->factor[g * span];
        dscale[g] = (real)(products[g] * inverse);
        dshift[g] = (real)sums[g];
        for (size_t j = g * span; j < (g + 1) * span; j++) {
            slope[j] = (real)(-factor * inverse * inverse * products[g] / count);
            offset[j] = (real)(-factor * sums[g] / count);
        }
    }
    pass->kernels->norm_gradient(dy, norm->z, norm->centre, norm->factor, slope, offset, height, columns, sums,
                                 pass->work);
    fold_sums(pass->gradients + layer->bias, sums, norm->fold, columns / norm->fold);
}

/* Sums of columns (width) become gradients, or are added to those of earlier pieces of the batch. */
static void keep_sums(const nsym_pass *pass, size_t offset, size_t width) {
    real *out = pass->gradients + offset;
    for (size_t j = 0; j < width; j++) out[j] = (real)((pass->before ? (double)out[j] : 0) + pass->sums[j]);
}

/* The sum of the energies of an event's particles. */
static real energy_of(const nsym_pass *pass, const nsym_layer *layer, size_t event) {
    /* x (particles, width), the first column the energy */
    const nsym_block *x = &pass->blocks[layer->source[1]];
    real sum = 0;
    for (size_t r = pass->offsets[event]; r < pass->offsets[event + 1]; r++) sum += x->value[r * x->width];
    return sum;
}

/* How often an event's pooled rows hold the bias of the layer that made them; borrowed. */
static const real *bias_counts(const nsym_pass *pass, const nsym_layer *layer) {
    for (size_t i = 0; i < pass->rows[NSYM_EVENT_ROWS]; i++) {
        uint32_t rows = pass->offsets[i + 1] - pass->offsets[i];
        pass->factors[i] = layer->weighted ? energy_of(pass, layer, i)
                           : layer->padded ? (real)layer->padded
                           : layer->mean   ? (rows ? 1 : 0)
                                           : (real)rows;
    }
    return pass->factors;
}

/* How many rows each event lacks; borrowed. */
static const real *missing_rows(const nsym_pass *pass, size_t padded) {
    for (size_t i = 0; i < pass->rows[NSYM_EVENT_ROWS]; i++)
        pass->factors[i] = (real)padded - (real)(pass->offsets[i + 1] - pass->offsets[i]);
    return pass->factors;
}

static void composing_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* w1 with b1 (inputs + 1, between), w2 (between, outputs), b2 (outputs), product (inputs + 1, outputs) */
    (void)layer;
    const nsym_composition *c = pass->composition;
    const real *w1 = pass->values + c->first, *w2 = pass->values + c->second, *b2 = pass->values + c->bias;
    real *product = pass->values + c->product, *bias = product + c->inputs * c->outputs;
    nsym_gemm(false, false, c->inputs + 1, c->outputs, c->between, w1, c->between, w2, c->outputs, 0, product,
              c->outputs);
    for (size_t j = 0; j < c->outputs; j++) bias[j] += b2[j];
}

static void composing_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* as above; dw1 = dproduct w2^T, dw2 = w1^T dproduct, db2 the last row of dproduct */
    (void)layer;
    const nsym_composition *c = pass->composition;
    const real *w1 = pass->values + c->first, *w2 = pass->values + c->second, *dproduct = pass->gradients + c->product;
    nsym_gemm(false, true, c->inputs + 1, c->between, c->outputs, dproduct, c->outputs, w2, c->outputs, 0,
              pass->gradients + c->first, c->between);
    nsym_gemm(true, false, c->between, c->outputs, c->inputs + 1, w1, c->between, dproduct, c->outputs, 0,
              pass->gradients + c->second, c->outputs);
    memcpy(pass->gradients + c->bias, dproduct + c->inputs * c->outputs, c->outputs * sizeof(real));
}

/* The product of a dense layer. Where most of its input is 0 the rest is listed, for both passes, unless the batch came
   as a list; the batch alone decides, so that any number of workers agrees. */
static void multiply(const nsym_pass *pass, const nsym_layer *layer, real *z, size_t rows) {
    /* x (rows, inputs), weight (inputs, outputs), z (rows, outputs) */
    const nsym_block *x = &pass->blocks[layer->source[0]];
    size_t inputs = x->width, outputs = pass->blocks[layer->destination].width;
    nsym_hit_lists *lists = layer->lists;
    if (lists && x->hits.first)
        lists->hits = x->hits;
    else if (lists)
        pass->kernels->list(lists, x->value, rows, inputs, nsym_hits_most(rows, inputs));
    if (lists && lists->hits.first)
        pass->kernels->sparse(z, &lists->hits, pass->values + layer->weight, rows, outputs);
    else
        pass->arithmetic->forward(pass->products, layer->product, pass->values, x->value, rows, z);
}

static void dense_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x (rows, inputs), weight (inputs, outputs), bias (outputs), z and y (rows, outputs) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    size_t rows = pass->rows[x->rows], outputs = y->width;
    bool norm = layer->norm.groups > 0;
    real *z = norm && pass->training ? layer->norm.z : y->output;
    multiply(pass, layer, z, rows);
    if (norm)
        norm_forward(pass, layer, y->output, z, rows);
    else if (layer->pooled)
        pass->kernels->add(z, pass->values + layer->bias, bias_counts(pass, layer), rows, outputs);
    else
        pass->kernels->bias(z, pass->values + layer->bias, layer->leak, rows, outputs);
}

static void dense_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x (rows, inputs), dy, which becomes dz, and y (rows, outputs), dweight (inputs, outputs), dbias (outputs) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    size_t rows = pass->rows[x->rows], inputs = x->width, outputs = y->width;
    if (layer->norm.groups > 0) {
        norm_backward(pass, layer, y->gradient, y->value, rows);
    } else if (layer->pooled) {
        pass->kernels->add_gradient(pass->sums, y->gradient, bias_counts(pass, layer), rows, outputs, pass->work);
        keep_sums(pass, layer->bias, outputs);
    } else {
        pass->kernels->gate(y->gradient, y->value, layer->leak, rows, outputs, pass->sums, pass->work);
        keep_sums(pass, layer->bias, outputs);
    }
    if (layer->lists && layer->lists->hits.first)
        pass->kernels->sparse_gradient(pass->gradients + layer->weight, layer->lists, y->gradient, rows, inputs,
                                       outputs);
    else
        pass->arithmetic->backward(pass->products, layer->product, pass->values, x->value, y->gradient, rows,
                                   pass->before, pass->gradients + layer->weight, x->input ? NULL : x->gradient);
}

static void directions_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x (particles, 1 + width), y (particles, width): all but the first column, which is the energy */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    for (size_t r = 0; r < pass->rows[x->rows]; r++)
        memcpy(y->output + r * y->width, x->value + r * x->width + 1, y->width * sizeof *y->output);
}

static void directions_backward(const nsym_pass *pass, const nsym_layer *layer) {
    (void)pass, (void)layer; /* an input has no gradient */
}

static void pooling_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x (particles, and one of padding, width), y (events, width), z (particles, its width), the energy first */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    const nsym_block *z = &pass->blocks[layer->source[1]];
    size_t events = pass->rows[y->rows], width = y->width;
    if (layer->weighted) {
        pass->kernels->weighted_pool(y->output, x->value, z->value, z->width, pass->offsets, events, width);
        return;
    }
    pass->kernels->pool(y->output, x->value, pass->offsets, events, width, layer->mean);
    if (layer->padded)
        pass->kernels->add(y->output, x->value + pass->offsets[events] * width, missing_rows(pass, layer->padded),
                           events, width);
}

static void pooling_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* dx (particles, and one of padding, width), dy (events, width), z (particles, its width), the energy first */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    const nsym_block *z = &pass->blocks[layer->source[1]];
    size_t events = pass->rows[y->rows], width = y->width;
    if (x->input) return;
    if (layer->weighted) {
        pass->kernels->weighted_pool_gradient(x->gradient, y->gradient, z->value, z->width, pass->offsets, events,
                                              width);
        return;
    }
    pass->kernels->pool_gradient(x->gradient, y->gradient, pass->offsets, events, width, layer->mean);
    if (!layer->padded) return;
    pass->kernels->add_gradient(pass->sums, y->gradient, missing_rows(pass, layer->padded), events, width, pass->work);
    fold_sums(x->gradient + pass->offsets[events] * width, pass->sums, 1, width);
}

static void softmax_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x, y (rows, width) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    size_t rows = pass->rows[x->rows], width = x->width;
    for (size_t i = 0; i < rows; i++) {
        const real *in = x->value + i * width;
        real *out = y->output + i * width, largest = in[0], sum = 0;
        for (size_t j = 1; j < width; j++) largest = in[j] > largest ? in[j] : largest;
        for (size_t j = 0; j < width; j++) sum += out[j] = real_exp(in[j] - largest);
        for (size_t j = 0; j < width; j++) out[j] /= sum;
    }
}

static void softmax_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* dx, dy, y (rows, width): dx = y (dy - sum(dy y)) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    size_t rows = pass->rows[x->rows], width = x->width;
    for (size_t i = 0; i < rows; i++) {
        const real *out = y->value + i * width, *dy = y->gradient + i * width;
        real *dx = x->gradient + i * width, sum = 0;
        for (size_t j = 0; j < width; j++) sum += dy[j] * out[j];
        for (size_t j = 0; j < width; j++) dx[j] = out[j] * (dy[j] - sum);
    }
}

static void beside_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* g (events, latent), x (events, width of an input, which may be 0), y (events, latent + width) */
    const nsym_block *g = &pass->blocks[layer->source[0]], *x = &pass->blocks[layer->source[1]];
    const nsym_block *y = &pass->blocks[layer->destination];
    for (size_t i = 0; i < pass->rows[NSYM_EVENT_ROWS]; i++) {
        memcpy(y->output + i * y->width, g->value + i * g->width, g->width * sizeof(real));
        if (x->width) memcpy(y->output + i * y->width + g->width, x->value + i * x->width, x->width * sizeof(real));
    }
}

static void beside_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* dg (events, latent), dy (events, latent + width); the input has no gradient */
    const nsym_block *g = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    for (size_t i = 0; i < pass->rows[NSYM_EVENT_ROWS]; i++) {
        real *dg = g->gradient + i * g->width;
        const real *dy = y->gradient + i * y->width;
        if (!layer->shared) memcpy(dg, dy, g->width * sizeof *dg);
        for (size_t j = 0; layer->shared && j < g->width; j++) dg[j] += dy[j];
    }
}

static void combining_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* g, s (events, latent), w (events, 2 or the weight input's width), y (events, width of the mix) */
    const nsym_block *g = &pass->blocks[layer->source[0]], *s = &pass->blocks[layer->source[1]];
    const nsym_block *w = &pass->blocks[layer->source[2]], *y = &pass->blocks[layer->destination];
    size_t latent = g->width;
    for (size_t i = 0; i < pass->rows[NSYM_EVENT_ROWS]; i++) {
        const real *gi = g->value + i * latent, *si = s->value + i * latent, *wi = w->value + i * w->width;
        real *yi = y->output + i * y->width;
        bool weighted = layer->combination == NSYM_COMBINE_SUM || layer->combination == NSYM_COMBINE_CONCAT_WEIGHTED;
        real wg = weighted ? wi[0] : 1, ws = weighted ? wi[1] : 1;
        if (layer->combination == NSYM_COMBINE_SUM) {
            for (size_t j = 0; j < latent; j++) yi[j] = wg * gi[j] + ws * si[j];
            continue;
        }
        for (size_t j = 0; j < latent; j++) yi[j] = wg * gi[j];
        for (size_t j = 0; j < latent; j++) yi[latent + j] = ws * si[j];
        if (!weighted && w->width) memcpy(yi + 2 * latent, wi, w->width * sizeof *wi);
    }
}

static void combining_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* dg, g, ds, s (events, latent), dw, w (events, 2 or the weight input's width), dy (events, width of the mix) */
    const nsym_block *g = &pass->blocks[layer->source[0]], *s = &pass->blocks[layer->source[1]];
    const nsym_block *w = &pass->blocks[layer->source[2]], *y = &pass->blocks[layer->destination];
    size_t latent = g->width, second = layer->combination == NSYM_COMBINE_SUM ? 0 : latent;
    for (size_t i = 0; i < pass->rows[NSYM_EVENT_ROWS]; i++) {
        const real *gi = g->value + i * latent, *si = s->value + i * latent, *wi = w->value + i * w->width;
        const real *dyg = y->gradient + i * y->width, *dys = dyg + second;
        real *dg = g->gradient + i * latent, *ds = s->gradient + i * latent;
        bool weighted = layer->combination == NSYM_COMBINE_SUM || layer->combination == NSYM_COMBINE_CONCAT_WEIGHTED;
        real wg = weighted ? wi[0] : 1, ws = weighted ? wi[1] : 1, dwg = 0, dws = 0;
        for (size_t j = 0; j < latent; j++) {
            dg[j] = wg * dyg[j];
            ds[j] = ws * dys[j];
            dwg += gi[j] * dyg[j];
            dws += si[j] * dys[j];
        }
        if (w->input) continue;
        real *dw = w->gradient + 2 * i;
        dw[0] = weighted ? dwg : dyg[2 * latent];
        dw[1] = weighted ? dws : dyg[2 * latent + 1];
    }
}

static void trunk_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x (events, inputs of an image), y (events, outputs of the trunk) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    pass->engine->forward(pass->trunk, pass->values, x->value, pass->rows[y->rows], pass->training, y->output);
}

static void trunk_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x (events, inputs of an image), dy (events, outputs of the trunk) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    pass->engine->backward(pass->trunk, pass->values, x->value, pass->rows[y->rows], y->gradient, pass->gradients);
}

/* Dropout's draws of a step, from its piece on. */
static nsym_random draws_of(const nsym_pass *pass, const nsym_layer *layer, size_t width) {
    uint64_t step = pass->before ? pass->step - 1 : pass->step, skipped = pass->before * width;
    nsym_random random = nsym_random_stream(pass->seed, "dropout", step << 8 | layer->destination);
    random.block = (uint32_t)(skipped / 4);
    for (size_t i = 0; i < skipped % 4; i++) nsym_random_u32(&random);
    return random;
}

static void dropout_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x, y, factors (rows, width): y = factor x, the factor 0 or 1 / (1 - dropout) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    size_t n = pass->rows[x->rows] * x->width;
    if (!pass->training) {
        memcpy(y->output, x->value, n * sizeof *x->value);
        return;
    }
    nsym_random random = draws_of(pass, layer, x->width);
    const real kept = (real)(1 / (1 - layer->dropout));
    const uint32_t below = (uint32_t)(layer->dropout * 0x1p32);
    for (size_t i = 0; i < n; i++) layer->factors[i] = nsym_random_u32(&random) < below ? 0 : kept;
    for (size_t i = 0; i < n; i++) y->output[i] = layer->factors[i] * x->value[i];
}

static void dropout_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* dx, dy, factors (rows, width) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    size_t n = pass->rows[x->rows] * x->width;
    for (size_t i = 0; i < n; i++) x->gradient[i] = layer->factors[i] * y->gradient[i];
}

static void activating_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x, y (rows, width) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    layer->activation->forward(y->output, x->value, pass->rows[x->rows] * x->width);
}

static void activating_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x, dx, dy (rows, width) */
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    layer->activation->backward(x->gradient, y->gradient, x->value, pass->rows[x->rows] * x->width);
}

const nsym_layer_functions nsym_layer_table[NSYM_LAYER_KINDS] = {
    [NSYM_COMPOSING] = {composing_forward, composing_backward},
    [NSYM_DENSE] = {dense_forward, dense_backward},
    [NSYM_DIRECTIONS] = {directions_forward, directions_backward},
    [NSYM_POOLING] = {pooling_forward, pooling_backward},
    [NSYM_SOFTMAX] = {softmax_forward, softmax_backward},
    [NSYM_COMBINING] = {combining_forward, combining_backward},
    [NSYM_BESIDE] = {beside_forward, beside_backward},
    [NSYM_TRUNK] = {trunk_forward, trunk_backward},
    [NSYM_DROPOUT] = {dropout_forward, dropout_backward},
    [NSYM_ACTIVATING] = {activating_forward, activating_backward},
    [NSYM_LOLA] = {nsym_lola_forward, nsym_lola_backward},
};
