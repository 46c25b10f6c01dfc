/* Layers: forward/backward pairs of plain functions over blocks of rows, in one table. */
#ifndef NSYM_NN_LAYERS_H
#define NSYM_NN_LAYERS_H

#include "nn/activation.h"
#include "nn/kernels.h"
#include "nn/network.h"
#include "nn/products.h"
#include "nn/trunk.h"

/* What a block has a row of. */
typedef enum nsym_rows { NSYM_EVENT_ROWS, NSYM_PARTICLE_ROWS, NSYM_ROW_KINDS } nsym_rows;

/* A matrix that layers read or write: an input (no gradient; borrowed from the batch, or a part of what is) or one
   layer's output, which exactly one other layer reads. */
typedef struct nsym_block {
    nsym_rows rows;
    size_t width;
    bool input;
    const real *value; /* (rows, width), or NULL where it is given by: */
    nsym_hits hits;    /* of an input; first NULL: it is given in full */
    real *output;      /* the same, where a layer writes it */
    real *gradient;    /* d(loss)/d(value) (rows, width); its reader writes it, its writer may overwrite it */
} nsym_block;

typedef enum nsym_layer_kind {
    NSYM_COMPOSING,
    NSYM_DENSE,
    NSYM_DIRECTIONS,
    NSYM_POOLING,
    NSYM_SOFTMAX,
    NSYM_COMBINING,
    NSYM_BESIDE,
    NSYM_TRUNK,
    NSYM_DROPOUT,
    NSYM_ACTIVATING,
    NSYM_LOLA,
    NSYM_LAYER_KINDS
} nsym_layer_kind;

/* Batch norm sees its rows as (rows / fold, fold x width): `groups` statistics of `span` neighbouring columns each.
   Over features fold is 1, groups the width and span 1; over particle slots fold and groups are the slots and span the
   width. */
typedef struct nsym_norm_plan {
    size_t groups, span, fold; /* groups 0: no batch norm */
    size_t scale, shift;       /* offsets in values (groups) */
    size_t mean, variance;     /* offsets in state (groups) */
    real *z;                   /* (rows, width) what is normalised */
    real *centre, *factor;     /* (fold x width) mean, and scale / deviation, of each column */
    real *inverse;             /* (groups) 1 / deviation */
} nsym_norm_plan;

/* Two affine layers with nothing between them are one: x (w1 w2) + (b1 w2 + b2). Where x is narrow that spares most of
   their work. The product stands behind the parameters, with its gradient, as if it were the parameters of one dense
   layer; the biases follow their weights, as one more row. */
typedef struct nsym_composition {
    size_t inputs, between, outputs; /* inputs 0: there is none */
    size_t first, second, bias;      /* offsets in values of (inputs + 1, between), (between, outputs) and (outputs) */
    size_t product;                  /* (inputs + 1, outputs) */
    size_t layer;                    /* the dense one, in the plan */
} nsym_composition;

/* Of a combination and Lorentz layer (nn/lola.h), beside the learned combinations, (particles, learned) at the layer's
   weight; n = 1 + particles + learned. */
typedef struct nsym_lola_plan {
    size_t particles, learned;
    size_t energies, distances; /* offsets in values of (n, n) each */
    real *combined;             /* (events, n, 4) the combinations */
    double *gradient;           /* (n, 4) of an event's, scratch */
} nsym_lola_plan;

typedef struct nsym_layer {
    nsym_layer_kind kind;
    size_t source[3], destination; /* blocks */
    size_t weight, bias;           /* dense: offsets in values of (inputs, outputs) and (outputs) */
    size_t product;                /* dense: its place among the dense layers */
    nsym_norm_plan norm;           /* dense */
    real leak;                     /* dense: the activation's slope below 0; 1: none */
    nsym_hit_lists *lists;         /* dense, on an input wide enough to be mostly 0; else NULL */
    bool pooled;                   /* dense, without activation: after pooling, for what stands ahead of it */
    bool shared;                   /* beside: its first source is read by a later layer too, whose gradient is there */
    bool mean;                     /* pooling, and what is pooled: mean, not sum */
    bool weighted;                 /* the same: a sum in which each particle counts with its first input value */
    size_t padded; /* the same: rows that an event counts for, or 0; the particles' last row is the padding */
    nsym_combination combination;          /* combining */
    double dropout;                        /* dropout: the part that is dropped */
    real *factors;                         /* dropout: (rows, width) what each value was multiplied with */
    const nsym_activation_row *activation; /* activating */
    nsym_lola_plan lola;                   /* of a combination and Lorentz layer */
} nsym_layer;

/* What a layer works with in one pass. */
typedef struct nsym_pass {
    const nsym_kernels *kernels;
    const uint32_t *offsets; /* (events + 1) */
    size_t rows[NSYM_ROW_KINDS];
    nsym_block *blocks;
    const nsym_composition *composition;
    real *values, *gradients, *state;
    double *sums;                          /* scratch (2, widest), widest the largest fold x width of any layer */
    real *work;                            /* scratch (3, widest) */
    real *factors;                         /* scratch (events) */
    const nsym_product_engine *arithmetic; /* of the products of dense layers */
    nsym_products *products;
    const nsym_trunk_engine *engine; /* of the trunk, which is NULL where there is none */
    nsym_trunk *trunk;
    uint64_t seed, step; /* of dropout's draws; a step's end with the backward pass of its first piece */
    size_t before;       /* events of the batch that came in earlier pieces, to whose gradients the others are added */
    bool training;
} nsym_pass;

typedef struct nsym_layer_functions {
    void (*forward)(const nsym_pass *pass, const nsym_layer *layer);
    void (*backward)(const nsym_pass *pass, const nsym_layer *layer);
} nsym_layer_functions;

extern const nsym_layer_functions nsym_layer_table[NSYM_LAYER_KINDS];

#endif
