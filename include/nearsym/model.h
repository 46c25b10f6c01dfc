/* Models: the specification of a network, and a trained network as a file (HDF5). */
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

/* The widths of successive hidden layers. */
typedef struct nsym_sizes {
    size_t count;
    size_t size[NSYM_SIZES_MAX];
} nsym_sizes;

/* The kind of network. */
typedef enum nsym_model_kind {
    NSYM_FCN, /* fully connected network: event input -> hidden layers -> logit */
    NSYM_PFN, /* particle flow network (Komiske, Metodiev & Thaler, arXiv:1810.05165): particle input -> particle map ->
                 latent, pooled over an event's particles and joined with the event input if there is one -> hidden
                 layers -> logit */
    NSYM_HYBRID, /* hybrid (Nabat et al., PRD 111, 072002): the latent of a PFN's particle map and the latent of an
                    event map, joined with learned weights that depend on a third input, on the particles (gate_set) or
                    on both -> hidden layers -> logit */
    NSYM_CNN, /* convolutional network: event input, an image -> blocks of convolutions and a 2 x 2 max pool -> hidden
                 layers -> logit */
    NSYM_EFN  /* energy flow network (the same paper as PFN): a PFN whose particle map does not see a particle's first
                 value, its energy z. In the sum the map's output is multiplied by z: logit = F(sum_i z_i Phi(x_i)).
                 Infrared and collinear safe. No norm, no padding, pooling sum */
} nsym_model_kind;

/* The normalisation of hidden layers. */
typedef enum nsym_norm {
    NSYM_NORM_NONE,
    NSYM_NORM_FEATURE, /* batch norm: one mean and variance per feature, over the rows */
    NSYM_NORM_SLOT /* in the particle map: one mean and variance per particle slot, over events x features, as PyTorch's
                      BatchNorm1d does for (events, particles, features); elsewhere per feature. Needs a fixed number of
                      particles */
} nsym_norm;

/* The activation function of hidden layers. */
typedef enum nsym_activation {
    NSYM_RELU,
    NSYM_LEAKY_RELU,
    NSYM_SILU /* x / (1 + e^-x), also called swish (Ramachandran, Zoph & Le, arXiv:1710.05941); not for a CNN */
} nsym_activation;
typedef enum nsym_pooling { NSYM_POOL_SUM, NSYM_POOL_MEAN } nsym_pooling;

/* How a hybrid joins its general latent g (from the particles) and its event latent s, with weights w = softmax(gate
   map) (Nabat et al., appendix C). */
typedef enum nsym_combination {
    NSYM_COMBINE_SUM,             /* w0 g + w1 s */
    NSYM_COMBINE_CONCAT_WEIGHTED, /* (w0 g, w1 s) */
    NSYM_COMBINE_CONCAT_WEIGHTS,  /* (g, s, w0, w1) */
    NSYM_COMBINE_CONCAT_INPUT,    /* (g, s, the gate input): there is no gate map */
    NSYM_COMBINE_CONCAT           /* (g, s): there is no gate */
} nsym_combination;

/* The random weights with which a training begins. `inputs` and `outputs` are numbers of a layer's inputs and outputs;
   in a convolution they include a factor for the filter's area. All kinds but PyTorch's follow Keras and have biases
   0. */
typedef enum nsym_initialisation {
    NSYM_INIT_PYTORCH,        /* weights and biases uniform in +-1/sqrt(inputs) */
    NSYM_INIT_GLOROT_UNIFORM, /* uniform with variance 2 / (inputs + outputs) (Glorot & Bengio, PMLR 9, 249) */
    NSYM_INIT_GLOROT_NORMAL,  /* normal with the same variance, cut at two standard deviations */
    NSYM_INIT_HE_NORMAL,      /* normal with variance 2 / inputs, cut in the same way (He et al., arXiv:1502.01852) */
    NSYM_INIT_ORTHOGONAL /* a matrix (inputs, outputs) with orthonormal columns, or orthonormal rows if these are fewer,
                            uniform over all such matrices (Saxe, McClelland & Ganguli, arXiv:1312.6120) */
} nsym_initialisation;

/* Precision of the matrix products of dense layers. All else, and everything that is stored, is in single precision.
   NSYM_BF16: bfloat16 has the range of single precision and 8 significant bits. Both factors are rounded to it, to
   nearest even, and the products are summed in single precision. Convolutions, and layers with fewer than 16 inputs or
   outputs, stay in single precision. A CPU without bfloat16 instructions (nsym_cpu_bf16_path, nearsym/cpu.h) rounds and
   multiplies in single precision: the results are the same up to the order of sums, but it is no faster. */
typedef enum nsym_precision { NSYM_SINGLE, NSYM_BF16 } nsym_precision;

/* Looks up a precision by its name, "single" or "bf16". False: there is no such name. */
NSYM_API bool nsym_precision_named(nsym_precision *out, const char *word);

/* An input: its name, which says how it is computed from events, and its width; width 0: the model has no such
   input. */
typedef struct nsym_input {
    char name[NSYM_INPUT_NAME];
    size_t width;
} nsym_input;

/* The specification of a network: all that fixes its shape and first weights. A hidden layer is affine, then batch norm
   (if any), then activation. The last layer of a map (to the latent, the gate weights or the logits) is affine only. */
typedef struct nsym_model_spec {
    nsym_model_kind kind;
    nsym_input particle_input, event_input, gate_input;
    char columns[NSYM_COLUMNS_SIZE];           /* event columns that make up an event input named "columns", such as
                                                  "iso_0.1,iso_0.4,sum_pt" */
    char column_transforms[NSYM_COLUMNS_SIZE]; /* transformation of each of these columns, in the same order: "log,,clip
                                                  -1 1,onehot 0 1 2"; "": none is transformed. Transformations: log,
                                                  log1p, sqrt, asinh (asinh s: of x / s), abs, clip LOW HIGH, onehot A B
                                                  ... (one number for each value: 1 for the value that the column has,
                                                  else 0), raw (not standardised) */
    char features[NSYM_FEATURES_SIZE]; /* particle features that make up a particle input named "features", and their
                                          transformations, as above */
    char feature_transforms[NSYM_FEATURES_SIZE];
    char gate_columns[NSYM_FEATURES_SIZE]; /* event columns that make up a gate input named "columns", and their
                                              transformations; "": the same as the event input's */
    char gate_transforms[NSYM_FEATURES_SIZE];
    char references[NSYM_REFERENCES_SIZE]; /* fixed vectors, such as "time,beam,1 0 0 -1", whose products with the
                                              momenta the inputs "lorentz" and "pairs" contain in addition to Lorentz
                                              invariants: time, x, y, z, four numbers (E, px, py, pz), or beam, whose
                                              products do not change under boosts along z */
    size_t slots;                          /* particles in every event, if that number is fixed; 0: any number */
    size_t padded; /* number of particles to which events are padded (PFN without norm, pooling sum): each missing
                      particle adds what the particle map makes of a row that is all zero before standardisation. 0: no
                      padding. FCN and CNN: number of cells in the list or image */
    nsym_sizes particle_map; /* PFN, EFN and hybrid: widths of the hidden layers of the particle map */
    nsym_sizes event_map;    /* hybrid: widths of the hidden layers of the event map */
    nsym_sizes gate_map;     /* hybrid: widths of the hidden layers of the gate map */
    size_t latent;           /* PFN, EFN and hybrid: width of the latent */
    nsym_sizes hidden;       /* widths of the hidden layers of the classifier */
    nsym_norm norm;
    nsym_activation activation;
    double leak;       /* slope of the leaky ReLU below 0, 0 to 1 */
    bool linear_first; /* the first layer of the particle map and of the classifier has neither norm nor activation */
    nsym_pooling pooling;
    nsym_combination combination;
    double dropout; /* fraction of the classifier's hidden values that training sets to 0, in [0, 1); the others are
                       multiplied by 1 / (1 - dropout) (Srivastava et al., JMLR 15, 1929) */
    size_t image_rows, image_columns; /* CNN: the event input is an image (image_rows, image_columns) with one
                                         channel */
    nsym_sizes filters;               /* CNN: number of filters in the convolutions of each block */
    size_t convolutions; /* CNN: convolutions in each block, each followed by an activation; the max pool follows the
                            last one */
    size_t kernel;       /* CNN: rows and columns of a filter, odd; a convolution keeps the image's size */
    nsym_initialisation initialisation;
    size_t classes; /* 0 or 2: two classes and one logit, that of signal; 3 to NSYM_CLASSES_MAX (nearsym/classes.h): one
                       logit per class, which a softmax turns into probabilities */
    bool gate_set;  /* hybrid with a gate map: the map reads the pooled latent of the particles, followed by the gate
                       input, which may then be missing (width 0) */
    size_t lola;    /* FCN with the event input "momenta" of `slots` particles: number of learned linear combinations of
                       the momenta; 0: no such layers. The network computes mass, pT and learned sums of energies and of
                       squared distances for these combinations, for the sum of the momenta and for each momentum. The
                       hidden layers read these in place of the momenta (combination and Lorentz layer: Butter et al.,
                       arXiv:1707.08966) */
} nsym_model_spec;

/* A trained network with the standardisation of its inputs and facts about it. Only one thread at a time may use a
   model; threads that predict at the same time each load their own. */
typedef struct nsym_model nsym_model;

/* New model, from a file that nsym_model_save wrote (free with nsym_model_free, NULL is fine). Errors: NSYM_EFORMAT for
   a file that is no model, has a newer version or is damaged (a checksum covers the specification, the numbers and the
   attributes). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_load(nsym_model **out, const char *path);
NSYM_API void nsym_model_free(nsym_model *model);

/* Writes a model. The file appears whole or not at all. Errors: the file cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_save(const nsym_model *model, const char *path);

/* Sets the precision of the model's predictions. It is single at first, whatever the precision of the training. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_set_precision(nsym_model *model, nsym_precision precision);

/* The network's specification, with the names of its inputs. Borrowed. */
NSYM_API const nsym_model_spec *nsym_model_spec_of(const nsym_model *model);

/* A fact about the model as text: "study", "recipe", "seed". Setting one copies the text and replaces the old one. The
   text that is read is borrowed; NULL if there is none. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_set_attribute(nsym_model *model, const char *name, const char *value);
NSYM_API const char *nsym_model_attribute(const nsym_model *model, const char *name);

/* The temperature, which divides the logits before they become probabilities: the attribute "temperature", which a
   training writes (train.temperature of a card, nearsym/train.h) or the user sets. 1 if there is none or it is not a
   number above 0. Logits that functions return are not divided. */
NSYM_API double nsym_model_temperature(const nsym_model *model);

/* The inputs of many events, before standardisation; NULL for an input that the model does not have. */
typedef struct nsym_model_inputs {
    size_t events;
    const uint64_t *offsets; /* (events + 1) index of each event's first particle, from 0 */
    const float *particles;  /* (offsets[events], particle_input.width) */
    const float *event;      /* (events, event_input.width) */
    const float *gate;       /* (events, gate_input.width) */
} nsym_model_inputs;

/* Number of logits per event: 1, or the number of classes if there are more than two. */
NSYM_API size_t nsym_model_outputs(const nsym_model_spec *spec);

/* Computes the logits (events, outputs) into the caller's buffer. If `gate` (events, 2) is not NULL, it receives a
   hybrid's weights of its general and its event latent. Errors: a missing input; an event with another number of
   particles than the specification fixes, or more than it pads to, or an input that is not finite (NSYM_ENUMERIC), with
   the event; `gate` for a model without such weights. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_model_logits(nsym_model *model, const nsym_model_inputs *inputs,
                                                       double *logits, double *gate);

#ifdef __cplusplus
}
#endif
#endif
