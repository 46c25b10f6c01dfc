#include "nn/network.h"

#include "base/cpu.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/remark.h"
#include "base/signals.h"
#include "nn/initialise.h"
#include "nn/lola.h"
#include "nn/models.h"
#ifndef NSYM_NN_DOUBLE
#include "nn/onednn.h"
#endif
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, ROWS_MAX = 1 << 30 };

/* Values, and in training gradients, of particles in a piece of a batch. */
enum { PIECE = 1 << 19 };

struct nsym_network {
    nsym_plan plan;
    nsym_pass pass;
    size_t rows[NSYM_ROW_KINDS]; /* the most there can be in a batch */
    nsym_precision precision;
    real *values;
    bool changed;    /* may the values have, since the last forward pass? */
    char *workspace; /* owned: everything above is in it */
};

const nsym_kernels *nsym_kernels_in_use(void) {
#ifdef NSYM_X86
    if (nsym_cpu_for_loops() == NSYM_CPU_AVX512) return &nsym_kernels_avx512;
    if (nsym_cpu_for_loops() == NSYM_CPU_AVX2) return &nsym_kernels_avx2;
#endif
    return &nsym_kernels_plain;
}

/* The next `count` things of `size` bytes in the workspace, or, while `base` is NULL, just their place. */
static void *carve(char *base, size_t *used, size_t count, size_t size) {
    size_t at = *used;
    *used += (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return base ? base + at : NULL;
}

static size_t widest(const nsym_plan *plan) {
    size_t widest = 0;
    for (size_t i = 0; i < plan->layers; i++) {
        const nsym_layer *layer = &plan->layer[i];
        size_t columns = layer->norm.groups ? layer->norm.groups * layer->norm.span : 0;
        size_t width = plan->block[layer->destination].width;
        if (columns < width) columns = width;
        if (columns > widest) widest = columns;
    }
    return widest;
}

/* The lists of a layer that reads an input with room for zeros; NULL for others and while `base` is NULL. */
static nsym_hit_lists *lay_out_lists(const nsym_network *network, const nsym_layer *layer, char *base, size_t *used) {
    const nsym_block *x = &network->plan.block[layer->source[0]];
    if (layer->kind != NSYM_DENSE || !x->input || x->width < NSYM_SPARSE_INPUTS) return NULL;
    size_t rows = network->rows[x->rows], most = nsym_hits_most(rows, x->width) + NSYM_HITS_BEYOND;
    nsym_hit_lists *out = carve(base, used, 1, sizeof *out);
    nsym_hit_lists lists = {.first = carve(base, used, rows + 1, sizeof *lists.first),
                            .column = carve(base, used, most, sizeof *lists.column),
                            .start = carve(base, used, x->width + 2, sizeof *lists.start),
                            .row = carve(base, used, most, sizeof *lists.row),
                            .value = carve(base, used, most, sizeof *lists.value),
                            .value_by_column = carve(base, used, most, sizeof *lists.value)};
    if (out) *out = lists;
    return out;
}

static void lay_out_lola(const nsym_network *network, nsym_layer *layer, char *base, size_t *used) {
    nsym_lola_plan *lola = &layer->lola;
    if (layer->kind != NSYM_LOLA) return;
    size_t values = 4 * nsym_lola_combinations(lola->particles, lola->learned);
    lola->combined = carve(base, used, network->rows[NSYM_EVENT_ROWS] * values, sizeof *lola->combined);
    lola->gradient = carve(base, used, values, sizeof *lola->gradient);
}

/* Sets every pointer into the workspace at `base`, and gives its size; with `base` NULL only the latter. */
static size_t lay_out(nsym_network *network, char *base) {
    nsym_plan *plan = &network->plan;
    nsym_pass *pass = &network->pass;
    size_t used = 0, width = widest(plan);
    network->values = carve(base, &used, plan->values, sizeof(real));
    pass->values = network->values;
    pass->gradients = carve(base, &used, plan->values, sizeof(real));
    pass->state = carve(base, &used, plan->states, sizeof(real));
    pass->sums = carve(base, &used, 2 * width, sizeof(double));
    pass->work = carve(base, &used, 3 * width, sizeof(real));
    pass->factors = carve(base, &used, network->rows[NSYM_EVENT_ROWS], sizeof(real));
    for (size_t i = NSYM_INPUTS; i < plan->blocks; i++) {
        nsym_block *block = &plan->block[i];
        block->output = carve(base, &used, nsym_product_room(network->rows[block->rows]) * block->width, sizeof(real));
        block->value = block->output;
        block->gradient =
            carve(base, &used, nsym_product_room(network->rows[block->rows]) * block->width, sizeof(real));
    }
    for (size_t i = 0; i < plan->layers; i++) {
        nsym_layer *layer = &plan->layer[i];
        nsym_norm_plan *norm = &layer->norm;
        const nsym_block *y = &plan->block[layer->destination];
        size_t values = nsym_product_room(network->rows[y->rows]) * y->width;
        layer->lists = lay_out_lists(network, layer, base, &used);
        if (layer->kind == NSYM_DROPOUT) layer->factors = carve(base, &used, values, sizeof(real));
        lay_out_lola(network, layer, base, &used);
        if (norm->groups == 0) continue;
        norm->z = carve(base, &used, values, sizeof(real));
        norm->centre = carve(base, &used, norm->groups * norm->span, sizeof(real));
        norm->factor = carve(base, &used, norm->groups * norm->span, sizeof(real));
        norm->inverse = carve(base, &used, norm->groups, sizeof(real));
    }
    return used;
}

static nsym_status check_rows(const char *name, size_t rows) {
    if (rows >= 1 && rows <= ROWS_MAX) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%s of a batch is %zu, must be 1 to %d", name, rows, (int)ROWS_MAX);
}

/* Scales and running variances 1, all else 0. */
static void reset(nsym_network *network) {
    const nsym_plan *plan = &network->plan;
    for (size_t i = 0; i < plan->layers; i++) {
        const nsym_norm_plan *norm = &plan->layer[i].norm;
        for (size_t g = 0; g < norm->groups; g++) {
            network->values[norm->scale + g] = 1;
            network->pass.state[norm->variance + g] = 1;
        }
    }
}

#ifdef NSYM_NN_DOUBLE
static nsym_status bind_arithmetic(void) {
    return NSYM_OK;
}
#else
static nsym_status bind_arithmetic(void) {
    return nsym_onednn_bind();
}
#endif

static nsym_status make_products(nsym_network *network, const nsym_product_engine *engine) {
    nsym_plan *plan = &network->plan;
    nsym_dense_shape shapes[NSYM_LAYERS_MAX];
    nsym_products *made;
    size_t count = 0;
    for (size_t i = 0; i < plan->layers; i++) {
        nsym_layer *layer = &plan->layer[i];
        const nsym_block *x = &plan->block[layer->source[0]], *y = &plan->block[layer->destination];
        if (layer->kind != NSYM_DENSE) continue;
        layer->product = count;
        shapes[count++] = (nsym_dense_shape){x->width, y->width, layer->weight, network->rows[x->rows]};
    }
    NSYM_TRY(engine->create(&made, shapes, count));
    if (network->pass.products) network->pass.arithmetic->release(network->pass.products);
    network->pass.arithmetic = engine;
    network->pass.products = made;
    return NSYM_OK;
}

bool nsym_takes_hits(const nsym_model_spec *spec) {
    return spec->kind == NSYM_FCN && spec->lola == 0 && spec->event_input.width >= NSYM_SPARSE_INPUTS;
}

nsym_status nsym_network_new(nsym_network **out, const nsym_model_spec *spec, size_t events, size_t rows) {
    nsym_status status = check_rows("events", events);
    if (status == NSYM_OK && nsym_spec_reads_particles(spec)) status = check_rows("rows", rows);
    if (status == NSYM_OK) status = bind_arithmetic();
    if (status != NSYM_OK) return status;

    nsym_network *network = calloc(1, sizeof *network);
    if (!network) return nsym_fail(NSYM_ENOMEM, "no memory for a network");
    status = nsym_plan_build(&network->plan, spec);
    if (status != NSYM_OK) goto failed;
    network->rows[NSYM_EVENT_ROWS] = events;
    network->rows[NSYM_PARTICLE_ROWS] = rows;
    network->pass.kernels = nsym_kernels_in_use();
    network->pass.blocks = network->plan.block;
    network->pass.composition = &network->plan.composition;

    size_t size = lay_out(network, NULL);
    network->workspace = aligned_alloc(ALIGNMENT, size);
    if (!network->workspace) {
        status =
            nsym_fail(NSYM_ENOMEM, "no memory for a network of %zu parameters and batches of %zu events (%zu bytes)",
                      network->plan.parameters, events, size);
        goto failed;
    }
    memset(network->workspace, 0, size);
    lay_out(network, network->workspace);
    reset(network);
    status = nsym_memory_check("a network");
    if (status == NSYM_OK) status = make_products(network, &nsym_products_single);
    if (status != NSYM_OK) goto failed;
    if (network->plan.trunk.count) {
        network->pass.engine = nsym_trunk_engine_for(&network->plan.trunk);
        status = network->pass.engine->create(&network->pass.trunk, &network->plan.trunk, events);
        if (status != NSYM_OK) goto failed;
    }
    *out = network;
    return NSYM_OK;
failed:
    nsym_network_free(network);
    return status;
}

void nsym_network_free(nsym_network *network) {
    if (!network) return;
    if (network->pass.products) network->pass.arithmetic->release(network->pass.products);
    if (network->pass.trunk) network->pass.engine->release(network->pass.trunk);
    free(network->workspace);
    free(network);
}

static void tell_rounding(void) {
    nsym_remark(NSYM_WARNING,
                "the CPU instructions in use (%s) have no bf16: nearsym rounds to it instead, which is not faster than "
                "single precision",
                nsym_cpu_path());
}

nsym_status nsym_network_set_precision(nsym_network *network, nsym_precision precision) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (precision != NSYM_SINGLE && precision != NSYM_BF16)
        return nsym_fail(NSYM_EINVAL, "precision is %d, must be single (%d) or bf16 (%d)", (int)precision, NSYM_SINGLE,
                         NSYM_BF16);
    if (precision == network->precision) return NSYM_OK;
    const nsym_product_engine *engine = precision == NSYM_BF16 ? nsym_products_bf16() : &nsym_products_single;
    NSYM_TRY(make_products(network, engine));
    if (engine == &nsym_products_rounded) pthread_once(&once, tell_rounding);
    network->precision = precision;
    return NSYM_OK;
}

nsym_precision nsym_network_precision(const nsym_network *network) {
    return network->precision;
}

const nsym_plan *nsym_network_plan(const nsym_network *network) {
    return &network->plan;
}

const nsym_model_spec *nsym_network_spec(const nsym_network *network) {
    return &network->plan.spec;
}

void nsym_network_initialise(nsym_network *network, uint64_t seed) {
    const nsym_plan *plan = &network->plan;
    memset(network->values, 0, plan->parameters * sizeof *network->values);
    if (plan->states) memset(network->pass.state, 0, plan->states * sizeof *network->pass.state);
    reset(network);
    network->changed = true;
    network->pass.seed = seed;
    network->pass.step = 0;
    size_t inputs = 0;
    for (size_t i = 0; i < plan->tensors; i++) {
        const nsym_tensor *tensor = &plan->tensor[i];
        const char *what = strchr(strchr(tensor->name, '.') + 1, '.') + 1;
        nsym_random random = nsym_random_stream(seed, "weights", i);
        real *values = network->values + tensor->offset;
        if (strcmp(what, "weight") == 0) {
            size_t places = strncmp(tensor->name, "convolution", 11) == 0 ? plan->trunk.kernel * plan->trunk.kernel : 1;
            inputs = tensor->shape[0]; /* its bias follows */
            nsym_initial_weights(plan->spec.initialisation, &random, values, inputs, tensor->shape[1], places,
                                 network->pass.gradients + tensor->offset);
        }
        if (strcmp(what, "bias") == 0)
            nsym_initial_biases(plan->spec.initialisation, &random, values, inputs, tensor->shape[0]);
    }
}

/* What both passes read from the batch. */
static void take(nsym_network *network, const nsym_batch *batch) {
    nsym_block *block = network->plan.block;
    network->pass.offsets = batch->offsets;
    network->pass.before = batch->before;
    network->pass.rows[NSYM_EVENT_ROWS] = batch->events;
    network->pass.rows[NSYM_PARTICLE_ROWS] = batch->offsets ? batch->offsets[batch->events] : 0;
    if (network->plan.spec.padded) network->pass.rows[NSYM_PARTICLE_ROWS]++;
    block[NSYM_PARTICLES_IN].value = batch->particles;
    block[NSYM_EVENT_IN].value = batch->event;
    block[NSYM_EVENT_IN].hits = batch->hits;
    block[NSYM_GATE_IN].value = batch->gate;
}

const real *nsym_network_forward(nsym_network *network, const nsym_batch *batch, bool training) {
    const nsym_plan *plan = &network->plan;
    take(network, batch);
    network->pass.training = training;
    if (network->changed) network->pass.arithmetic->renew(network->pass.products);
    network->changed = false;
    sigset_t signals;
    nsym_signals_hold(&signals);
    for (size_t i = 0; i < plan->layers; i++)
        nsym_layer_table[plan->layer[i].kind].forward(&network->pass, &plan->layer[i]);
    nsym_signals_again(&signals);
    return plan->block[plan->blocks - 1].value;
}

void nsym_network_backward(nsym_network *network, const nsym_batch *batch, const real *dlogits) {
    const nsym_plan *plan = &network->plan;
    take(network, batch);
    const nsym_block *logits = &plan->block[plan->blocks - 1];
    memcpy(logits->gradient, dlogits, batch->events * logits->width * sizeof *dlogits);
    sigset_t signals;
    nsym_signals_hold(&signals);
    for (size_t i = plan->layers; i-- > 0;)
        nsym_layer_table[plan->layer[i].kind].backward(&network->pass, &plan->layer[i]);
    nsym_signals_again(&signals);
    if (batch->before == 0) network->pass.step++;
}

size_t nsym_network_piece(const nsym_network *network, bool training) {
    const nsym_plan *plan = &network->plan;
    size_t width = 0; /* of all that a particle has in the workspace */
    for (size_t i = 0; i < plan->layers; i++) {
        const nsym_layer *layer = &plan->layer[i];
        const nsym_block *y = &plan->block[layer->destination];
        if ((layer->norm.groups && training) || layer->lists || layer->kind == NSYM_TRUNK) return NSYM_WHOLE_BATCH;
        if (y->rows == NSYM_PARTICLE_ROWS && !y->input) width += (training ? 2 : 1) * y->width;
    }
    if (width == 0) return NSYM_WHOLE_BATCH;
    return width < PIECE ? PIECE / width : 1;
}

const real *nsym_network_gate(const nsym_network *network) {
    return network->plan.gate ? network->plan.block[network->plan.gate].value : NULL;
}

size_t nsym_network_parameters(const nsym_network *network) {
    return network->plan.parameters;
}

real *nsym_network_values(nsym_network *network) {
    network->changed = true;
    return network->values;
}

real *nsym_network_gradients(nsym_network *network) {
    return network->pass.gradients;
}

size_t nsym_network_states(const nsym_network *network) {
    return network->plan.states;
}

real *nsym_network_state(nsym_network *network) {
    return network->pass.state;
}

size_t nsym_network_tensors(const nsym_network *network) {
    return network->plan.tensors;
}

const nsym_tensor *nsym_network_tensor(const nsym_network *network, size_t index) {
    return &network->plan.tensor[index];
}

double nsym_network_flops(const nsym_network *network, double particles, bool training) {
    const nsym_plan *plan = &network->plan;
    double flops = plan->trunk.count ? nsym_trunk_flops(&plan->trunk, training) : 0;
    for (size_t i = 0; i < plan->layers; i++) {
        const nsym_layer *layer = &plan->layer[i];
        const nsym_block *x = &plan->block[layer->source[0]], *y = &plan->block[layer->destination];
        if (layer->kind != NSYM_DENSE) continue;
        double product = 2 * (double)x->width * (double)y->width * (x->rows == NSYM_PARTICLE_ROWS ? particles : 1);
        flops += training ? (x->input ? 2 : 3) * product : product;
    }
    return flops;
}
