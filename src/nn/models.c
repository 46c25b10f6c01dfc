#include "nn/models.h"

#include "base/fail.h"
#include "nn/lola.h"
#include <nearsym/classes.h>
#include <stdio.h>
#include <string.h>

/* Keeps every product of sizes within size_t, and is far above any network a CPU trains. */
enum { WIDTH_MAX = 1 << 20, KERNEL_MAX = 31 };

static nsym_status check_width(const char *name, size_t width) {
    if (width >= 1 && width <= WIDTH_MAX) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%s is %zu, must be 1 to %d", name, width, (int)WIDTH_MAX);
}

static nsym_status check_sizes(const char *name, const nsym_sizes *sizes) {
    if (sizes->count > NSYM_SIZES_MAX)
        return nsym_fail(NSYM_EINVAL, "%s has %zu layers, at most %d are possible", name, sizes->count,
                         (int)NSYM_SIZES_MAX);
    for (size_t i = 0; i < sizes->count; i++) {
        if (check_width("", sizes->size[i]) != NSYM_OK)
            return nsym_fail(NSYM_EINVAL, "%s[%zu] is %zu, must be 1 to %d", name, i, sizes->size[i], (int)WIDTH_MAX);
    }
    return NSYM_OK;
}

static nsym_status check_choice(const char *name, int choice, int last) {
    if (choice >= 0 && choice <= last) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%s is %d, must be 0 to %d", name, choice, last);
}

/* A norm's statistics would have to count the padding, which is nowhere in memory. */
static nsym_status check_padded(const nsym_model_spec *spec) {
    if (spec->padded == 0) return NSYM_OK;
    NSYM_TRY(check_width("padded", spec->padded));
    if (!nsym_spec_reads_particles(spec)) return NSYM_OK; /* its list's or image's cells */
    if (spec->kind != NSYM_PFN || spec->norm != NSYM_NORM_NONE || spec->pooling != NSYM_POOL_SUM)
        return nsym_fail(NSYM_EINVAL, "padded is %zu, must be 0 except for kind: pfn with norm: none and pooling: sum",
                         spec->padded);
    if (spec->slots > spec->padded)
        return nsym_fail(NSYM_EINVAL, "padded is %zu, must not be below the slots, %zu", spec->padded, spec->slots);
    return NSYM_OK;
}

/* An EFN's answer must not change with particles of no energy, nor when one is two of the same direction: statistics of
   rows, a count of them and rows of padding all would. */
static nsym_status check_energy_flow(const nsym_model_spec *spec) {
    if (spec->norm != NSYM_NORM_NONE)
        return nsym_fail(NSYM_EINVAL,
                         "norm must be none for kind: efn, which may not see how many particles there are");
    if (spec->pooling != NSYM_POOL_SUM)
        return nsym_fail(NSYM_EINVAL,
                         "pooling must be sum for kind: efn, which weighs its particles with their energies");
    if (spec->particle_input.width >= 2) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "particle_input.width is %zu, must be at least 2 for kind: efn: an energy and the rest",
                     spec->particle_input.width);
}

/* The blocks of a CNN halve its image, which must not vanish. */
static nsym_status check_image(const nsym_model_spec *spec) {
    const nsym_activation_row *activation = &nsym_activations[spec->activation];
    if (activation->forward)
        return nsym_fail(NSYM_EINVAL, "activation is %s, must be relu or leaky_relu for convolutions",
                         activation->word);
    NSYM_TRY(check_width("image_rows", spec->image_rows));
    NSYM_TRY(check_width("image_columns", spec->image_columns));
    if (spec->event_input.width != spec->image_rows * spec->image_columns)
        return nsym_fail(NSYM_EINVAL, "event_input.width is %zu, but an image of %zu x %zu cells has %zu",
                         spec->event_input.width, spec->image_rows, spec->image_columns,
                         spec->image_rows * spec->image_columns);
    NSYM_TRY(check_sizes("filters", &spec->filters));
    if (spec->filters.count == 0)
        return nsym_fail(NSYM_EINVAL, "filters is empty, must have the number of filters of each block");
    if (spec->convolutions < 1 || spec->convolutions * spec->filters.count > NSYM_CONVOLUTIONS_MAX)
        return nsym_fail(
            NSYM_EINVAL,
            "convolutions is %zu for each of %zu blocks, must be at least 1, and at most %d in all blocks together",
            spec->convolutions, spec->filters.count, (int)NSYM_CONVOLUTIONS_MAX);
    if (spec->kernel % 2 == 0 || spec->kernel > KERNEL_MAX)
        return nsym_fail(NSYM_EINVAL, "kernel is %zu, must be odd and at most %d", spec->kernel, (int)KERNEL_MAX);
    if (spec->image_rows >> spec->filters.count && spec->image_columns >> spec->filters.count) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "filters has %zu blocks, each of which halves the image: too many for %zu x %zu cells",
                     spec->filters.count, spec->image_rows, spec->image_columns);
}

/* A Lorentz layer reads the momenta of a number of particles. */
static nsym_status check_lola(const nsym_model_spec *spec) {
    if (spec->lola == 0) return NSYM_OK;
    if (spec->kind != NSYM_FCN)
        return nsym_fail(NSYM_EINVAL, "lola is %zu, must be 0 except for kind: fcn", spec->lola);
    if (spec->lola > NSYM_LOLA_MOST || spec->slots < 1 || spec->slots > NSYM_LOLA_MOST)
        return nsym_fail(NSYM_EINVAL, "lola is %zu and slots is %zu; both must be 1 to %d", spec->lola, spec->slots,
                         (int)NSYM_LOLA_MOST);
    if (spec->event_input.width == 4 * spec->slots) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "lola is %zu, but the event input has %zu numbers; it must be the input 'momenta', four numbers "
                     "for each of %zu particles",
                     spec->lola, spec->event_input.width, spec->slots);
}

static int last_activation(void) {
    int last = 0;
    while (nsym_activations[last + 1].word) last++;
    return last;
}

static nsym_status check_spec(const nsym_model_spec *spec) {
    NSYM_TRY(check_choice("kind", (int)spec->kind, NSYM_EFN));
    NSYM_TRY(check_choice("norm", (int)spec->norm, NSYM_NORM_SLOT));
    NSYM_TRY(check_choice("activation", (int)spec->activation, last_activation()));
    NSYM_TRY(check_choice("pooling", (int)spec->pooling, NSYM_POOL_MEAN));
    NSYM_TRY(check_choice("combination", (int)spec->combination, NSYM_COMBINE_CONCAT));
    if (spec->gate_set && !nsym_spec_gates(spec))
        return nsym_fail(NSYM_EINVAL, "gate_set is true, must be false except for kind: hybrid with a gate map");
    NSYM_TRY(check_choice("initialisation", (int)spec->initialisation, NSYM_INIT_ORTHOGONAL));
    if (spec->classes == 1 || spec->classes > NSYM_CLASSES_MAX)
        return nsym_fail(NSYM_EINVAL, "classes is %zu, must be 2 to %d, or 0 for two", spec->classes,
                         (int)NSYM_CLASSES_MAX);
    NSYM_TRY(check_sizes("hidden", &spec->hidden));
    NSYM_TRY(check_padded(spec));
    if (spec->activation == NSYM_LEAKY_RELU && !(spec->leak >= 0 && spec->leak <= 1))
        return nsym_fail(NSYM_EINVAL, "leak is %g, must be 0 to 1", spec->leak);
    if (nsym_spec_reads_event(spec)) NSYM_TRY(check_width("event_input.width", spec->event_input.width));
    if (!(spec->dropout >= 0 && spec->dropout < 1))
        return nsym_fail(NSYM_EINVAL, "dropout is %g, must be 0 or more and below 1", spec->dropout);
    NSYM_TRY(check_lola(spec));
    if (spec->kind == NSYM_CNN) return check_image(spec);
    if (spec->kind == NSYM_FCN) return NSYM_OK;

    if (spec->kind == NSYM_EFN) NSYM_TRY(check_energy_flow(spec));
    NSYM_TRY(check_width("particle_input.width", spec->particle_input.width));
    NSYM_TRY(check_width("latent", spec->latent));
    NSYM_TRY(check_sizes("particle_map", &spec->particle_map));
    if (spec->norm == NSYM_NORM_SLOT && check_width("", spec->slots) != NSYM_OK)
        return nsym_fail(NSYM_EINVAL, "slots is %zu, must be the number of particles in every event for norm: slot",
                         spec->slots);
    if (spec->kind == NSYM_PFN || spec->kind == NSYM_EFN) return NSYM_OK;

    NSYM_TRY(check_sizes("event_map", &spec->event_map));
    if (nsym_spec_reads_gate(spec)) NSYM_TRY(check_width("gate_input.width", spec->gate_input.width));
    if (nsym_spec_gates(spec)) NSYM_TRY(check_sizes("gate_map", &spec->gate_map));
    return NSYM_OK;
}

static size_t add_block(nsym_plan *plan, nsym_rows rows, size_t width, bool input) {
    plan->block[plan->blocks] = (nsym_block){.rows = rows, .width = width, .input = input};
    return plan->blocks++;
}

static nsym_layer *add_layer(nsym_plan *plan, nsym_layer_kind kind, size_t source, nsym_rows rows, size_t width) {
    nsym_layer *layer = &plan->layer[plan->layers++];
    *layer = (nsym_layer){.kind = kind, .source = {source}, .destination = add_block(plan, rows, width, false)};
    return layer;
}

/* A tensor named map.index.what; gives its offset. */
static size_t add_tensor(nsym_plan *plan, const char *map, size_t index, const char *what, bool running, size_t rows,
                         size_t columns) {
    size_t *end = running ? &plan->states : &plan->parameters;
    nsym_tensor *tensor = &plan->tensor[plan->tensors++];
    *tensor = (nsym_tensor){.shape = {rows, columns}, .offset = *end, .running = running};
    snprintf(tensor->name, sizeof tensor->name, "%s.%zu.%s", map, index, what);
    *end += rows * columns;
    return tensor->offset;
}

static void add_norm(nsym_plan *plan, nsym_layer *layer, const char *map, size_t index) {
    const nsym_block *y = &plan->block[layer->destination];
    nsym_norm_plan *norm = &layer->norm;
    bool by_slot = plan->spec.norm == NSYM_NORM_SLOT && y->rows == NSYM_PARTICLE_ROWS;
    norm->fold = by_slot ? plan->spec.slots : 1;
    norm->groups = by_slot ? plan->spec.slots : y->width;
    norm->span = by_slot ? y->width : 1;
    norm->scale = add_tensor(plan, map, index, "norm.scale", false, norm->groups, 1);
    norm->shift = add_tensor(plan, map, index, "norm.shift", false, norm->groups, 1);
    norm->mean = add_tensor(plan, map, index, "norm.running_mean", true, norm->groups, 1);
    norm->variance = add_tensor(plan, map, index, "norm.running_var", true, norm->groups, 1);
}

/* A dense layer on a block, without its parameters. */
static nsym_layer *add_bare(nsym_plan *plan, size_t source, size_t outputs) {
    nsym_layer *layer = add_layer(plan, NSYM_DENSE, source, plan->block[source].rows, outputs);
    layer->leak = 1;
    return layer;
}

/* What stands behind a hidden dense layer: norm and activation; gives the block of their output. */
static size_t add_behind(nsym_plan *plan, nsym_layer *layer, const char *map, size_t index) {
    const nsym_activation_row *activation = &nsym_activations[plan->spec.activation];
    const nsym_block *y = &plan->block[layer->destination];
    if (!activation->forward) layer->leak = plan->spec.activation == NSYM_LEAKY_RELU ? (real)plan->spec.leak : 0;
    if (plan->spec.norm != NSYM_NORM_NONE) add_norm(plan, layer, map, index);
    if (!activation->forward) return layer->destination;
    layer = add_layer(plan, NSYM_ACTIVATING, layer->destination, y->rows, y->width);
    layer->activation = activation;
    return layer->destination;
}

/* An affine layer on a block, with norm and activation where it is hidden; gives the block of its output. */
static size_t add_dense(nsym_plan *plan, const char *map, size_t index, size_t source, size_t outputs, bool hidden) {
    size_t inputs = plan->block[source].width;
    nsym_layer *layer = add_bare(plan, source, outputs);
    layer->weight = add_tensor(plan, map, index, "weight", false, inputs, outputs);
    layer->bias = add_tensor(plan, map, index, "bias", false, outputs, 1);
    return hidden ? add_behind(plan, layer, map, index) : layer->destination;
}

/* Does it spare work to compose the two first layers of a map, the first of which is affine alone? */
static bool worth_composing(const nsym_plan *plan, size_t source, const nsym_sizes *hidden) {
    const nsym_block *x = &plan->block[source];
    return hidden->count > 1 && x->rows == NSYM_PARTICLE_ROWS && x->width < hidden->size[0];
}

/* The two first layers of a map as one; gives the block of their output. */
static size_t add_composed(nsym_plan *plan, const char *map, size_t source, const nsym_sizes *hidden) {
    nsym_composition *c = &plan->composition;
    *c =
        (nsym_composition){.inputs = plan->block[source].width, .between = hidden->size[0], .outputs = hidden->size[1]};
    plan->layer[plan->layers++] = (nsym_layer){.kind = NSYM_COMPOSING};
    c->first = add_tensor(plan, map, 0, "weight", false, c->inputs, c->between);
    add_tensor(plan, map, 0, "bias", false, c->between, 1); /* the row behind the weights */
    c->second = add_tensor(plan, map, 1, "weight", false, c->between, c->outputs);
    c->bias = add_tensor(plan, map, 1, "bias", false, c->outputs, 1);
    c->layer = plan->layers;
    return add_behind(plan, add_bare(plan, source, c->outputs), map, 1);
}

/* The composed layer's parameters stand behind all others, from a multiple of so many on. */
enum { ALIGNED = 16 };

static void place_values(nsym_plan *plan) {
    nsym_composition *c = &plan->composition;
    plan->values = plan->parameters;
    if (c->inputs == 0) return;
    c->product = (plan->parameters + ALIGNED - 1) / ALIGNED * ALIGNED;
    plan->values = c->product + (c->inputs + 1) * c->outputs;
    plan->layer[c->layer].weight = c->product;
    plan->layer[c->layer].bias = c->product + c->inputs * c->outputs;
}

static size_t add_hidden(nsym_plan *plan, const char *map, size_t source, const nsym_sizes *hidden, bool linear_first) {
    size_t i = 0;
    if (linear_first && worth_composing(plan, source, hidden)) {
        source = add_composed(plan, map, source, hidden);
        i = 2;
    }
    for (; i < hidden->count; i++) source = add_dense(plan, map, i, source, hidden->size[i], i > 0 || !linear_first);
    return source;
}

/* The classifier's hidden layers, a dropout behind each where there is one, and the logits. */
static void add_classifier(nsym_plan *plan, size_t source) {
    const nsym_model_spec *spec = &plan->spec;
    const nsym_sizes *hidden = &spec->hidden;
    for (size_t i = 0; i < hidden->count; i++) {
        source = add_dense(plan, "hidden", i, source, hidden->size[i], i > 0 || !spec->linear_first);
        if (spec->dropout == 0) continue;
        nsym_layer *layer = add_layer(plan, NSYM_DROPOUT, source, NSYM_EVENT_ROWS, hidden->size[i]);
        layer->dropout = spec->dropout;
        source = layer->destination;
    }
    add_dense(plan, "hidden", hidden->count, source, nsym_model_outputs(spec), false);
}

static size_t add_map(nsym_plan *plan, const char *map, size_t source, const nsym_sizes *hidden, size_t outputs) {
    source = add_hidden(plan, map, source, hidden, false);
    return add_dense(plan, map, hidden->count, source, outputs, false);
}

/* What an EFN's particle map reads of the particles. */
static size_t add_directions(nsym_plan *plan) {
    const nsym_block *particles = &plan->block[NSYM_PARTICLES_IN];
    size_t block =
        add_layer(plan, NSYM_DIRECTIONS, NSYM_PARTICLES_IN, NSYM_PARTICLE_ROWS, particles->width - 1)->destination;
    plan->block[block].input = true;
    return block;
}

/* The pooled latent of the particles. The particle map's last layer is affine, so it may follow the pooling, where it
   has a row for each event instead of each particle, if its bias counts for every row that was pooled, or, in an EFN,
   for their energies. */
static size_t add_particles(nsym_plan *plan) {
    const nsym_model_spec *spec = &plan->spec;
    const nsym_sizes *hidden = &spec->particle_map;
    bool weighted = spec->kind == NSYM_EFN;
    size_t source = weighted ? add_directions(plan) : NSYM_PARTICLES_IN;
    source = add_hidden(plan, "particle_map", source, hidden, spec->linear_first);
    nsym_layer *pooling = add_layer(plan, NSYM_POOLING, source, NSYM_EVENT_ROWS, plan->block[source].width);
    size_t latent = add_dense(plan, "particle_map", hidden->count, pooling->destination, spec->latent, false);
    nsym_layer *last = &plan->layer[plan->layers - 1];
    last->pooled = true;
    pooling->mean = last->mean = spec->pooling == NSYM_POOL_MEAN;
    pooling->padded = last->padded = spec->padded;
    pooling->weighted = last->weighted = weighted;
    pooling->source[1] = last->source[1] = NSYM_PARTICLES_IN; /* the energies */
    return latent;
}

/* The event input beside a latent, where the model has one. */
static size_t add_beside(nsym_plan *plan, size_t latent) {
    size_t width = plan->block[NSYM_EVENT_IN].width;
    if (width == 0) return latent;
    nsym_layer *layer = add_layer(plan, NSYM_BESIDE, latent, NSYM_EVENT_ROWS, plan->block[latent].width + width);
    layer->source[1] = NSYM_EVENT_IN;
    return layer->destination;
}

static size_t combination_width(const nsym_model_spec *spec) {
    switch (spec->combination) {
    case NSYM_COMBINE_SUM:
        return spec->latent;
    case NSYM_COMBINE_CONCAT_WEIGHTED:
        return 2 * spec->latent;
    case NSYM_COMBINE_CONCAT_WEIGHTS:
        return 2 * spec->latent + 2;
    case NSYM_COMBINE_CONCAT:
        return 2 * spec->latent;
    case NSYM_COMBINE_CONCAT_INPUT:
        break;
    }
    return 2 * spec->latent + spec->gate_input.width;
}

/* What the gate map reads: the gate input, or the particles' latent, with that input beside it where there is one. */
static size_t add_gate_source(nsym_plan *plan, size_t general) {
    if (!plan->spec.gate_set) return NSYM_GATE_IN;
    size_t width = plan->block[general].width + plan->block[NSYM_GATE_IN].width;
    nsym_layer *layer = add_layer(plan, NSYM_BESIDE, general, NSYM_EVENT_ROWS, width);
    layer->source[1] = NSYM_GATE_IN;
    layer->shared = true;
    return layer->destination;
}

/* The joint latent of a hybrid. */
static size_t add_hybrid(nsym_plan *plan) {
    const nsym_model_spec *spec = &plan->spec;
    size_t general = add_particles(plan);
    size_t event = add_map(plan, "event_map", NSYM_EVENT_IN, &spec->event_map, spec->latent);
    size_t weights = NSYM_GATE_IN;
    if (nsym_spec_gates(spec)) {
        weights = add_gate_source(plan, general);
        weights = add_map(plan, "weight_map" /* as files call it */, weights, &spec->gate_map, 2);
        weights = add_layer(plan, NSYM_SOFTMAX, weights, NSYM_EVENT_ROWS, 2)->destination;
        plan->gate = weights;
    }
    nsym_layer *layer = add_layer(plan, NSYM_COMBINING, general, NSYM_EVENT_ROWS, combination_width(spec));
    layer->source[1] = event;
    layer->source[2] = weights;
    layer->combination = spec->combination;
    return layer->destination;
}

/* What a CNN's convolutions make of the image. */
static size_t add_trunk(nsym_plan *plan) {
    const nsym_model_spec *spec = &plan->spec;
    nsym_trunk_plan *trunk = &plan->trunk;
    trunk->kernel = spec->kernel;
    trunk->leak = spec->activation == NSYM_LEAKY_RELU ? (real)spec->leak : 0;
    for (size_t i = 0, inputs = 1; i < spec->filters.count * spec->convolutions; i++) {
        size_t block = i / spec->convolutions, outputs = spec->filters.size[block];
        trunk->at[trunk->count++] = (nsym_convolution){
            .inputs = inputs,
            .outputs = outputs,
            .rows = spec->image_rows >> block,
            .columns = spec->image_columns >> block,
            .pooled = (i + 1) % spec->convolutions == 0,
            .weight =
                add_tensor(plan, "convolution", i, "weight", false, spec->kernel * spec->kernel * inputs, outputs),
            .bias = add_tensor(plan, "convolution", i, "bias", false, outputs, 1),
        };
        inputs = outputs;
    }
    return add_layer(plan, NSYM_TRUNK, NSYM_EVENT_IN, NSYM_EVENT_ROWS, nsym_trunk_outputs(trunk))->destination;
}

/* What a combination and a Lorentz layer make of the momenta. */
static size_t add_lola(nsym_plan *plan) {
    const size_t particles = plan->spec.slots, learned = plan->spec.lola;
    const size_t n = nsym_lola_combinations(particles, learned);
    nsym_layer *layer = add_layer(plan, NSYM_LOLA, NSYM_EVENT_IN, NSYM_EVENT_ROWS, NSYM_LOLA_NUMBERS * n);
    layer->weight = add_tensor(plan, "combination", 0, "weight", false, particles, learned);
    layer->lola = (nsym_lola_plan){.particles = particles, .learned = learned};
    layer->lola.energies = add_tensor(plan, "energy", 0, "weight", false, n, n);
    layer->lola.distances = add_tensor(plan, "distance", 0, "weight", false, n, n);
    return layer->destination;
}

size_t nsym_model_outputs(const nsym_model_spec *spec) {
    return spec->classes > 2 ? spec->classes : 1;
}

bool nsym_spec_reads_particles(const nsym_model_spec *spec) {
    return spec->kind == NSYM_PFN || spec->kind == NSYM_EFN || spec->kind == NSYM_HYBRID;
}

bool nsym_spec_reads_event(const nsym_model_spec *spec) {
    return (spec->kind != NSYM_PFN && spec->kind != NSYM_EFN) || spec->event_input.width > 0;
}

bool nsym_spec_gates(const nsym_model_spec *spec) {
    return spec->kind == NSYM_HYBRID && spec->combination != NSYM_COMBINE_CONCAT &&
           spec->combination != NSYM_COMBINE_CONCAT_INPUT;
}

bool nsym_spec_reads_gate(const nsym_model_spec *spec) {
    if (nsym_spec_gates(spec)) return !spec->gate_set || spec->gate_input.width > 0;
    return spec->kind == NSYM_HYBRID && spec->combination == NSYM_COMBINE_CONCAT_INPUT;
}

nsym_status nsym_plan_build(nsym_plan *plan, const nsym_model_spec *spec) {
    NSYM_TRY(check_spec(spec));
    memset(plan, 0, sizeof *plan);
    plan->spec = *spec;
    add_block(plan, NSYM_PARTICLE_ROWS, nsym_spec_reads_particles(spec) ? spec->particle_input.width : 0, true);
    add_block(plan, NSYM_EVENT_ROWS, nsym_spec_reads_event(spec) ? spec->event_input.width : 0, true);
    add_block(plan, NSYM_EVENT_ROWS, nsym_spec_reads_gate(spec) ? spec->gate_input.width : 0, true);
    size_t source = NSYM_EVENT_IN;
    if (spec->kind == NSYM_PFN || spec->kind == NSYM_EFN) source = add_beside(plan, add_particles(plan));
    if (spec->kind == NSYM_HYBRID) source = add_hybrid(plan);
    if (spec->kind == NSYM_CNN) source = add_trunk(plan);
    if (spec->lola) source = add_lola(plan);
    add_classifier(plan, source);
    place_values(plan);
    return NSYM_OK;
}
