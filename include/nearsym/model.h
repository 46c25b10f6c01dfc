/* Models: what a network is made of, and a trained one as a file (HDF5). */
#ifndef NEARSYM_MODEL_H
#define NEARSYM_MODEL_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    NSYM_SIZES_MAX = 16,
    NSYM_INPUT_NAME = 32,
    NSYM_COLUMNS_SIZE = 16384,
    NSYM_FEATURES_SIZE = 4096,
    NSYM_REFERENCES_SIZE = 256
};

/* The widths of a chain of hidden layers. */
typedef struct nsym_sizes {
    size_t count;
    size_t size[NSYM_SIZES_MAX];
} nsym_sizes;

typedef enum nsym_model_kind {
    NSYM_FCN,    /* event input -> hidden layers -> logit */
    NSYM_PFN,    /* particle input -> particle map -> latent, pooled over an event's particles, with the event input
                    beside it where there is one -> hidden layers -> logit (Komiske, Metodiev & Thaler,
                    arXiv:1810.05165) */
    NSYM_HYBRID, /* latents of a PFN's particle map and of an event map, joined with learned weights that depend on a
                    third input, on the set itself (gate_set) or on both -> hidden layers -> logit (Nabat et al., PRD
                    111, 072002) */
    NSYM_CNN,    /* event input, an image -> blocks of convolutions and a 2 x 2 max pool -> hidden layers -> logit */
    NSYM_EFN     /* a PFN whose particle map does not see a particle's first value, its energy: that is the factor with
                    which what the map makes of the others enters the sum, logit = F(sum_i z_i Phi(x_i)). Safe against
                    soft and collinear particles (the same paper). No norm, no padding, pool sum */
} nsym_model_kind;

typedef enum nsym_norm {
    NSYM_NORM_NONE,
    NSYM_NORM_FEATURE, /* batch norm: one mean and variance per feature, over the rows */
    NSYM_NORM_SLOT     /* in the particle map: one per particle slot, over events x features, as BatchNorm1d does on
                          (events, particles, features); features elsewhere. Needs a fixed number of particles */
} nsym_norm;

typedef enum nsym_activation {
    NSYM_RELU,
    NSYM_LEAKY_RELU,
    NSYM_SILU /* x / (1 + e^-x), also called swish (Ramachandran, Zoph & Le, arXiv:1710.05941); not of a CNN */
} nsym_activation;
typedef enum nsym_pooling { NSYM_POOL_SUM, NSYM_POOL_MEAN } nsym_pooling;

/* How a hybrid joins its general latent g and its event latent s with weights w = softmax(weight map) (appendix C). */
typedef enum nsym_combination {
    NSYM_COMBINE_SUM,             /* w0 g + w1 s */
    NSYM_COMBINE_CONCAT_WEIGHTED, /* (w0 g, w1 s) */
    NSYM_COMBINE_CONCAT_WEIGHTS,  /* (g, s, w0, w1) */
    NSYM_COMBINE_CONCAT_INPUT,    /* (g, s, the weight map's input): there is no weight map */
    NSYM_COMBINE_CONCAT           /* (g, s) alone: there is no gate */
} nsym_combination;

/* The weights that a training begins with. Inputs and outputs are those of a layer; of a convolution they count every
   place of its filter. All but PyTorch's are Keras's, with biases 0. */
typedef enum nsym_initialisation {
    NSYM_INIT_PYTORCH,        /* weights and biases uniform in +-1/sqrt(inputs) */
    NSYM_INIT_GLOROT_UNIFORM, /* uniform, of variance 2 / (inputs + outputs) (Glorot & Bengio, PMLR 9, 249) */
    NSYM_INIT_GLOROT_NORMAL,  /* of that variance: a normal distribution cut at two deviations */
    NSYM_INIT_HE_NORMAL,      /* the same of variance 2 / inputs (He et al., arXiv:1502.01852) */
    NSYM_INIT_ORTHOGONAL      /* orthonormal columns, or rows where these are fewer, of (inputs, outputs), drawn evenly
                                 from all there are (Saxe, McClelland & Ganguli, arXiv:1312.6120) */
} nsym_initialisation;

/* In what the matrix products of dense layers are taken; everything else, and all that is kept, is in single precision.
   Bfloat16 has single precision's range and 8 significant bits: both factors are rounded to it, to nearest even, and
   their products are summed in single precision. Layers of fewer than 16 inputs or outputs and convolutions stay in
   single precision. A CPU without instructions for it (nsym_cpu_bf16_path, nearsym/cpu.h) rounds and multiplies in
   single precision: the same but for the order of sums, and no faster. */
typedef enum nsym_precision { NSYM_SINGLE, NSYM_BF16 } nsym_precision;

/* That of a name, "single" or "bf16". False: there is none of it. */
NSYM_API bool nsym_precision_named(nsym_precision *out, const char *word);

/* An input: its name (what computes it from events) and its width; width 0 where the model has none. */
typedef struct nsym_input {
    char name[NSYM_INPUT_NAME];
    size_t width;
} nsym_input;

/* Everything that fixes a network's shape and first weights. All hidden layers are affine, batch norm (if any),
   activation; a map's last layer (to the latent, the weights or the logits) is affine only. */
typedef struct nsym_model_spec {
    nsym_model_kind kind;
    nsym_input particle_input, event_input, gate_input;
    char columns[NSYM_COLUMNS_SIZE]; /* what an event input named "columns" is: names of event columns, such as
                                        "iso_0.1,iso_0.4,sum_pt" */
    char column_transforms[NSYM_COLUMNS_SIZE]; /* what each becomes before it is read, in the same order: "log,,clip -1
                                                  1,onehot 0 1 2"; "": all as they are. There are log, log1p, sqrt,
                                                  asinh (of x / s, where a number s follows), abs, clip LOW HIGH, onehot
                                                  A B ... (a 1 in the place of the value, zeros for any other), raw (not
                                                  standardised) */
    char features[NSYM_FEATURES_SIZE];         /* the same of particles: what a particle input named "features" is */
    char feature_transforms[NSYM_FEATURES_SIZE];
    char gate_columns[NSYM_FEATURES_SIZE]; /* what a gate input named "columns" is; "": the same as the event's */
    char gate_transforms[NSYM_FEATURES_SIZE];
    char references[NSYM_REFERENCES_SIZE]; /* what the inputs "lorentz" and "pairs" know beside Lorentz invariants:
                                              fixed vectors, "time,beam,1 0 0 -1": their products with the momenta.
                                              There are time, x, y, z, four numbers (E, px, py, pz), and beam, whose
                                              products boosts along z leave as they are */
    size_t slots;                          /* particles in every event, where that is fixed; 0: ragged */
    size_t padded;           /* PFN without norm, pool sum: events count as if they had so many particles; each missing
                                one contributes what the particle map makes of a padding row, all zero before
                                standardisation. 0: no padding. FCN and CNN: cells of its list or image */
    nsym_sizes particle_map; /* PFN, EFN and hybrid: hidden sizes of the particle map */
    nsym_sizes event_map;    /* hybrid: hidden sizes of the event map */
    nsym_sizes gate_map;     /* hybrid */
    size_t latent;           /* PFN, EFN and hybrid */
    nsym_sizes hidden;       /* classifier */
    nsym_norm norm;
    nsym_activation activation;
    double leak;       /* slope of the leaky ReLU below 0, 0 to 1 */
    bool linear_first; /* the first layer of the particle map and of the classifier has neither norm nor activation */
    nsym_pooling pooling;
    nsym_combination combination;
    double dropout;                   /* part of the classifier's hidden values that training sets to 0, in [0, 1); what
                                         is left grows by 1 / (1 - dropout) (Srivastava et al., JMLR 15, 1929) */
    size_t image_rows, image_columns; /* CNN: the event input is (image_rows, image_columns), one channel */
    nsym_sizes filters;               /* CNN: filters of each block's convolutions */
    size_t convolutions;              /* CNN: in each block, an activation behind each, and the pool behind the last */
    size_t kernel;                    /* CNN: rows and columns of a filter, odd; images keep their size */
    nsym_initialisation initialisation;
    size_t classes; /* 0 or 2: two classes, one logit, that of signal; 3 to NSYM_CLASSES_MAX (nearsym/classes.h): a
                       logit for each, of which a softmax makes probabilities */
    bool gate_set;  /* hybrid with a weight map: it reads the pooled latent of the particles, and behind it the third
                       input, which may be missing then (width 0) */
    size_t lola;    /* FCN whose event input is "momenta", of `slots` particles: so many learned linear combinations
                       of the momenta, beside their sum and each of them, and of all of these mass, pT and learned
                       sums of energies and of squared distances go to the hidden layers in place of the momenta
                       (combination and Lorentz layer: Butter et al., arXiv:1707.08966); 0: none */
} nsym_model_spec;

/* A trained network with the standardisation of its inputs and facts about it. One thread at a time may use a model;
   threads that predict at once load one each. */
typedef struct nsym_model nsym_model;

/* New, from a file that nsym_model_save wrote (free with nsym_model_free, NULL is fine). Errors: NSYM_EFORMAT for a
   file that is no model, a newer version, and any damage: a checksum covers the spec, the numbers and the attributes.
 */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_load(nsym_model **out, const char *path);
NSYM_API void nsym_model_free(nsym_model *model);

/* Writes a model; the file appears whole or not at all. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_save(const nsym_model *model, const char *path);

/* From now on the model predicts in this precision; at first it is single, however it was trained. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_set_precision(nsym_model *model, nsym_precision precision);

/* What the network is made of, with the names of its inputs. Borrowed. */
NSYM_API const nsym_model_spec *nsym_model_spec_of(const nsym_model *model);

/* A fact about the model as text: "study", "recipe", "seed". Setting copies and replaces; reading is borrowed, NULL
   where there is none. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_set_attribute(nsym_model *model, const char *name, const char *value);
NSYM_API const char *nsym_model_attribute(const nsym_model *model, const char *name);

/* What divides the logits where probabilities are made of them: the attribute "temperature" (train.temperature of a
   card, nearsym/train.h, or set by hand), 1 where there is none or it is no number above 0. Logits stay the network's.
 */
NSYM_API double nsym_model_temperature(const nsym_model *model);

/* The inputs of many events, before standardisation; NULL for an input that the model does not have. */
typedef struct nsym_model_inputs {
    size_t events;
    const uint64_t *offsets; /* (events + 1) first particle of each event, from 0 */
    const float *particles;  /* (offsets[events], particle_input.width) */
    const float *event;      /* (events, event_input.width) */
    const float *gate;       /* (events, gate_input.width) */
} nsym_model_inputs;

/* Logits of a model for an event: 1, or as many as its spec has classes, where these are more than two. */
NSYM_API size_t nsym_model_outputs(const nsym_model_spec *spec);

/* Logits (events, outputs) of the events, into the caller's buffer; and into `gate` (events, 2), unless it is NULL, a
   hybrid's weights of its general and its event latent. Errors: an input is missing, an event has not the number of
   particles that the spec fixes or more than it pads to, an input is not finite (NSYM_ENUMERIC); the event is named.
   `gate` of a model without such weights. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_logits(nsym_model *model, const nsym_model_inputs *inputs,
                                                       double *logits, double *gate);

#ifdef __cplusplus
}
#endif
#endif
