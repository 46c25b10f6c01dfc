/* A network: a list of layers over row blocks (event rows or particle rows), with all parameters in one contiguous
   block, all gradients in another, and one workspace sized once, so that a training step allocates nothing. */
#ifndef NSYM_NN_NETWORK_H
#define NSYM_NN_NETWORK_H

#include "nn/hits.h"
#include <nearsym/model.h>
#include <nearsym/random.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct nsym_network nsym_network;

/* What a network reads: at most as many events and particles as it was made for, and exactly spec.slots particles in
   every event where that is not 0. Where spec.padded is not 0 one row follows the particles of the last event: the
   standardised padding row; no event may have more than spec.padded particles. A batch that trains may come in pieces
   (see nsym_network_piece): what is said of one batch then holds for each. Borrowed. */
typedef struct nsym_batch {
    size_t events;
    const uint32_t *offsets; /* (events + 1) first particle row of each event, from 0; NULL without particles */
    const real *particles;   /* (offsets[events], or one more with padding, particle_input.width), or NULL */
    const real *event;       /* (events, event_input.width), or NULL */
    const real *gate;        /* (events, gate_input.width), or NULL */
    size_t before;           /* events of the same batch that came in earlier pieces */
    nsym_hits hits;          /* what is not 0 of the event input, in its place (nsym_takes_hits) */
} nsym_batch;

/* May a batch for networks of this spec have hits, nsym_hits_most(events, event_input.width) at the most? */
bool nsym_takes_hits(const nsym_model_spec *spec);

/* New network for batches of at most `events` events and `rows` particles, the padding row counted as one. Parameters
   are zero, batch-norm scales 1. Errors: a spec that makes no sense, by the name of its member. */
nsym_status nsym_network_new(nsym_network **out, const nsym_model_spec *spec, size_t events,
                             size_t rows) NSYM_MUST_CHECK;
void nsym_network_free(nsym_network *network);

/* From now on the network's products are taken in this precision; at first it is single. */
nsym_status nsym_network_set_precision(nsym_network *network, nsym_precision precision) NSYM_MUST_CHECK;
nsym_precision nsym_network_precision(const nsym_network *network);
const nsym_model_spec *nsym_network_spec(const nsym_network *network);

/* First weights by the spec's initialisation; batch norm's scales and running variances 1, its shifts and means 0. The
   gradients are undefined until the next backward pass. */
void nsym_network_initialise(nsym_network *network, uint64_t seed);

/* Logits (events, outputs), borrowed until the next call. In training batch norm uses the batch's statistics and
   updates the running ones (momentum 0.1, unbiased variance; a batch of one value leaves the running variance as it
   is), else it uses the running ones. Dropout draws anew after each backward pass, from the seed of the initialisation.
 */
const real *nsym_network_forward(nsym_network *network, const nsym_batch *batch, bool training);

/* Gradients of all parameters from d(loss)/d(logits) (events, outputs), after a forward pass in training mode on the
   same batch; the former gradients are overwritten, or, with pieces before, added to. */
void nsym_network_backward(nsym_network *network, const nsym_batch *batch, const real *dlogits);

/* Particles with which a piece of a batch, which trains or does not, is large enough: it stays in a core's cache from
   layer to layer, where a larger one would not. It follows from the spec alone, so that results do not depend on the
   machine. NSYM_WHOLE_BATCH: batches must not come in pieces, because of batch norm, whose statistics are the training
   batch's, or need not. */
#define NSYM_WHOLE_BATCH SIZE_MAX
size_t nsym_network_piece(const nsym_network *network, bool training);

/* A hybrid's gate weights (events, 2) in the last forward pass: column 0 general, column 1 event; else NULL.
 * Borrowed. */
const real *nsym_network_gate(const nsym_network *network);

/* The blocks. Borrowed. Whoever changes values asks for them after each pass, which tells the network. State: batch
 * norm's running means and variances. */
size_t nsym_network_parameters(const nsym_network *network); /* trainable, as PyTorch counts them */
real *nsym_network_values(nsym_network *network);
real *nsym_network_gradients(nsym_network *network);
size_t nsym_network_states(const nsym_network *network);
real *nsym_network_state(nsym_network *network);

/* Where things stand in the blocks, for saving, importing and looking: one entry per tensor. */
typedef struct nsym_tensor {
    char name[64];   /* "particle_map.0.weight", "hidden.2.norm.scale", "weight_map.1.norm.running_mean" */
    size_t shape[2]; /* weights are (inputs, outputs); vectors (n, 1) */
    size_t offset;   /* in values, or in state */
    bool running;    /* in state */
} nsym_tensor;
size_t nsym_network_tensors(const nsym_network *network);
const nsym_tensor *nsym_network_tensor(const nsym_network *network, size_t index);

/* Floating-point operations of one event's training step or prediction with `particles` particles: those of the matrix
   products, counted from the shapes (multiply and add: 2). */
double nsym_network_flops(const nsym_network *network, double particles, bool training);

#endif
