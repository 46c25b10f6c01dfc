/* From a model's spec to the layers, blocks and tensors of its network. */
#ifndef NSYM_NN_MODELS_H
#define NSYM_NN_MODELS_H

#include "nn/layers.h"
#include "nn/trunk.h"

/* Four maps of hidden layers and an output each, a dropout behind those of one, a composition, and what joins them: at
   most three. */
enum { NSYM_LAYERS_MAX = 2 * 5 * (NSYM_SIZES_MAX + 1) + 4, NSYM_TENSORS_MAX = 4 * 6 * (NSYM_SIZES_MAX + 1) };

/* The first three blocks are the inputs, of width 0 where the model has none. */
enum { NSYM_PARTICLES_IN, NSYM_EVENT_IN, NSYM_GATE_IN, NSYM_INPUTS };

typedef struct nsym_plan {
    nsym_model_spec spec;
    size_t layers, blocks, tensors;
    nsym_layer layer[NSYM_LAYERS_MAX];
    nsym_block block[NSYM_INPUTS + NSYM_LAYERS_MAX]; /* the last one is the logits */
    nsym_tensor tensor[NSYM_TENSORS_MAX];
    size_t parameters, states; /* sizes of the blocks of parameters and of running statistics */
    size_t values;             /* the parameters, and behind them what is composed of them */
    nsym_composition composition;
    size_t gate;           /* block of a hybrid's gate weights, 0 where there is none */
    nsym_trunk_plan trunk; /* a CNN's */
} nsym_plan;

/* Does a network of this spec read particles, an event input, a gate input? */
bool nsym_spec_reads_particles(const nsym_model_spec *spec);
bool nsym_spec_reads_event(const nsym_model_spec *spec);
bool nsym_spec_reads_gate(const nsym_model_spec *spec);

/* Does a network of this spec have gate weights? */
bool nsym_spec_gates(const nsym_model_spec *spec);

/* Fills `plan`; pointers in it are not set. Errors: a spec that makes no sense, by the name of its member. */
nsym_status nsym_plan_build(nsym_plan *plan, const nsym_model_spec *spec) NSYM_MUST_CHECK;

/* The plan of a network. Borrowed. */
const nsym_plan *nsym_network_plan(const nsym_network *network);

#endif
