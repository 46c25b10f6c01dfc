/* Trained models for other programs. */
#ifndef NEARSYM_EXPORT_H
#define NEARSYM_EXPORT_H

#include <nearsym/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How an ONNX graph takes the particles of events. */
typedef enum nsym_export_layout {
    NSYM_EXPORT_PADDED, /* `particles` (events, particles, features) and `mask` (events, particles), 1 where there is a
                           particle, else 0; without a mask where the network fixes their number */
    NSYM_EXPORT_PACKED  /* `particles` (particles of all events, features), `event_of` (particles of all events) the
                           number of each one's event, from 0, and `events` (1) how many there are */
} nsym_export_layout;

typedef struct nsym_export_options {
    nsym_export_layout layout; /* NSYM_EXPORT_PADDED */
    bool single;               /* inputs are in single precision, for callers that have no other; false: in double */
} nsym_export_options;

NSYM_API nsym_export_options nsym_export_defaults(void);

/* Writes a model as an ONNX file (https://onnx.ai), opset 13 (IR version 7), or 16 (8) of packed particles. Inputs, as
   far as the network has them: `particles` as above; `event` (events, width); `gate` (events, width): what the network
   reads, before standardisation, which is in the graph. Outputs: `logit` (events, 1 or classes), `probability` of the
   same shape, at the model's temperature, and of a hybrid `gate_weights` (events, 2), of its general and its event
   latent. What each value of an input is, and what was done to the events before (cuts, detector, observables), stands
   in the metadata. Errors: a file that cannot be written; no memory; more than 2 GB. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_export_onnx(nsym_model *model, const char *path,
                                                      const nsym_export_options *options);

/* Writes a model as a C99 file with one function, of that name, for one event: its logits, and of a hybrid the weights
   of its gate, from plain arrays of doubles, before standardisation. The file's first lines say what it reads. It needs
   nothing but the math library, allocates nothing, and may be used by several threads. Weights stand in it as they are,
   in hexadecimal. Errors: a name that is none of a function; a file that cannot be written; no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_export_c(nsym_model *model, const char *path, const char *function);

/* Files of named arrays: numpy's .npz, and safetensors (https://github.com/huggingface/safetensors). */
typedef enum nsym_weights_format { NSYM_WEIGHTS_NPZ, NSYM_WEIGHTS_SAFETENSORS } nsym_weights_format;

/* Writes a model's weights and running statistics as a PyTorch state_dict names and turns them: each part of the
   network (particle_map, event_map, gate_map, hidden, convolution) a torch.nn.Sequential, "hidden.0.weight" (outputs,
   inputs). In double precision beside them "particles.mean" and "particles.scale", the same of event and gate, the
   standardisation, x becomes (x - mean) / scale; and "temperature", where it is not 1. nsym_study_import
   (nearsym/study.h) takes them back to the bit. Errors: a file that cannot be written; no memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_export_weights(nsym_model *model, const char *path,
                                                         nsym_weights_format format);

#ifdef __cplusplus
}
#endif
#endif
