/* Trained weights of other programs. */
#ifndef NSYM_NN_IMPORT_H
#define NSYM_NN_IMPORT_H

#include "nn/network.h"

/* Fills all parameters and running statistics of a network from a PyTorch state dict written flat: `f32_path` holds
   little-endian floats, `json_path` a list of {"name", "shape", "offset_floats"}. A name is "<module>.<index>.<kind>",
   the kinds weight, bias, running_mean, running_var. Within a module a weight of two dimensions (outputs, inputs) opens
   the next layer and one of a single dimension is its batch norm's. Modules are the parts of a network (particle_map,
   event_map, gate_map, hidden), also under the names of the published checkpoints of PRD 111, 072002.
   Errors: NSYM_EFORMAT where names, shapes or counts are not those of the network, or a number is not finite; NSYM_EIO.
   The network's values are then undefined. */
nsym_status nsym_network_import_flat(nsym_network *network, const char *json_path,
                                     const char *f32_path) NSYM_MUST_CHECK;

#endif
