/* Models: what a network is made of, and a trained one as a file. */
#ifndef NEARSYM_MODEL_H
#define NEARSYM_MODEL_H

#include <nearsym/status.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NSYM_SIZES_MAX = 16, NSYM_INPUT_NAME = 32 };

/* The widths of a chain of hidden layers. */
typedef struct nsym_sizes {
    size_t count;
    size_t size[NSYM_SIZES_MAX];
} nsym_sizes;

typedef enum nsym_model_kind {
    NSYM_FCN,   /* event input -> hidden layers -> logit */
    NSYM_PFN,   /* particle input -> particle map -> latent, pooled over an event's particles -> hidden layers -> logit
                   (Komiske, Metodiev & Thaler, arXiv:1810.05165) */
    NSYM_HYBRID /* latents of a PFN's particle map and of an event map, joined with learned weights that depend on a third
                   input -> hidden layers -> logit (Nabat et al., PRD 111, 072002) */
} nsym_model_kind;

typedef enum nsym_norm {
    NSYM_NORM_NONE,
    NSYM_NORM_FEATURE, /* batch norm: one mean and variance per feature, over the rows */
    NSYM_NORM_SLOT     /* in the particle map: one per particle slot, over events x features, as BatchNorm1d does on
                          (events, particles, features); features elsewhere. Needs a fixed number of particles */
} nsym_norm;

typedef enum nsym_activation { NSYM_RELU, NSYM_LEAKY_RELU } nsym_activation;
typedef enum nsym_pool { NSYM_POOL_SUM, NSYM_POOL_MEAN } nsym_pool;

/* How a hybrid joins its general latent g and its event latent s with weights w = softmax(weight map) (appendix C). */
typedef enum nsym_mix {
    NSYM_MIX_SUM,             /* w0 g + w1 s */
    NSYM_MIX_CONCAT_WEIGHTED, /* (w0 g, w1 s) */
    NSYM_MIX_CONCAT_WEIGHTS,  /* (g, s, w0, w1) */
    NSYM_MIX_CONCAT_INPUT     /* (g, s, the weight map's input): there is no weight map */
} nsym_mix;

/* An input: its name (what computes it from events) and its width; width 0 where the model has none. */
typedef struct nsym_input {
    char name[NSYM_INPUT_NAME];
    size_t width;
} nsym_input;

/* Everything that fixes a network's shape. All hidden layers are affine, batch norm (if any), activation; a map's last
   layer (to the latent, the weights or the logit) is affine only. */
typedef struct nsym_model_spec {
    nsym_model_kind kind;
    nsym_input particle_input, event_input, weight_input;
    size_t slots;            /* particles in every event, where that is fixed; 0: ragged */
    nsym_sizes particle_map; /* PFN and hybrid: hidden sizes of the particle map */
    nsym_sizes event_map;    /* hybrid: hidden sizes of the event map */
    nsym_sizes weight_map;   /* hybrid */
    size_t latent;           /* PFN and hybrid */
    nsym_sizes hidden;       /* classifier */
    nsym_norm norm;
    nsym_activation activation;
    double leak; /* slope of the leaky ReLU below 0, 0 to 1 */
    nsym_pool pool;
    nsym_mix mix;
} nsym_model_spec;

#ifdef __cplusplus
}
#endif
#endif
