/* Writes trained models for other programs: ONNX, C source, weights. */
#ifndef NEARSYM_EXPORT_H
#define NEARSYM_EXPORT_H

#include <nearsym/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How an ONNX graph takes the particles of events. */
typedef enum nsym_export_layout {
    NSYM_EXPORT_PADDED, /* `particles` (events, particles, features) and `mask` (events, particles): 1 for a particle,
                           else 0. No mask if the network has a fixed number of particles */
    NSYM_EXPORT_PACKED  /* `particles` (particles of all events, features); `event_of` (particles of all events): the
                           number, from 0, of each particle's event; `events` (1): the number of events */
} nsym_export_layout;

/* Options of an ONNX file. */
typedef struct nsym_export_options {
    nsym_export_layout layout; /* default NSYM_EXPORT_PADDED */
    bool single; /* inputs are in single precision, for programs that have no other; default false: double precision */
} nsym_export_options;

NSYM_API nsym_export_options nsym_export_defaults(void);

/* Writes a model as an ONNX file (https://onnx.ai), opset 13 (IR version 7), or opset 16 (IR version 8) with packed
   particles. Inputs, if the network has them: `particles` as above; `event` (events, width); `gate` (events, width).
   They are not yet standardised; the graph does that. Outputs: `logit` (events, 1 or classes); `probability` of the
   same shape, at the model's temperature; for a hybrid `gate_weights` (events, 2), of its general and its event latent.
   The metadata describe each value of the inputs and what was done to the events before (cuts, detector, observables).
   Errors: a file that cannot be written; no memory; more than 2 GB. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_export_onnx(nsym_model *model, const char *path,
                                                      const nsym_export_options *options);

/* Writes a model as a C99 file with one function of the name `function`. For one event it computes the logits, and a
   hybrid's gate weights, from plain arrays of doubles before standardisation. The first lines of the file describe its
   arguments. The code needs only the math library, allocates nothing and is thread-safe. The weights are exact, in
   hexadecimal. Errors: a name that is no C identifier; a file that cannot be written; no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_export_c(nsym_model *model, const char *path, const char *function);

/* Files of named arrays: numpy's .npz, and safetensors (https://github.com/huggingface/safetensors). */
typedef enum nsym_weights_format { NSYM_WEIGHTS_NPZ, NSYM_WEIGHTS_SAFETENSORS } nsym_weights_format;

/* Writes a model's weights and running statistics with the names and the orientation of a PyTorch state_dict. Each part
   of the network (particle_map, event_map, gate_map, hidden, convolution) is a torch.nn.Sequential: "hidden.0.weight"
   (outputs, inputs). The file also has, in double precision, the standardisation (x - mean) / scale as "particles.mean"
   and "particles.scale", the same for event and gate, and "temperature" if it is not 1. nsym_study_import
   (nearsym/study.h) reads the file back exactly. Errors: a file that cannot be written; no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_export_weights(nsym_model *model, const char *path,
                                                         nsym_weights_format format);

#ifdef __cplusplus
}
#endif
#endif
