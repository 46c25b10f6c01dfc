/* Trained weights of other programs. */
#ifndef NSYM_NN_IMPORT_H
#define NSYM_NN_IMPORT_H

#include "nn/model.h"
#include "nn/named.h"

/* Fills all parameters and running statistics of a model from a PyTorch state_dict. A name is
   "<module>.<index>.<kind>", the kinds weight, bias, running_mean, running_var (num_batches_tracked is passed over). In
   order of the index, a weight of two dimensions (outputs, inputs), or of a convolution's four, opens a module's next
   layer, and one of a single dimension is its batch norm's; indices may have gaps. Modules are the parts of a network
   (particle_map, event_map, gate_map, hidden, convolution; combination, energy, distance of a Lorentz layer), also
   under the names of the published checkpoints of PRD 111, 072002; a name without a module is hidden's. Arrays
   "particles.mean" and "particles.scale", the same of event and gate, are the standardisation, and "temperature" what
   divides the logits; inputs without them are not standardised. Errors: NSYM_EFORMAT where names or shapes are not
   those of the network, one is missing, or a number is not finite. The model's values are then undefined. */
nsym_status nsym_model_import(nsym_model *model, const nsym_named_list *list) NSYM_MUST_CHECK;

#endif
