/* Tensors of a network as PyTorch keeps them, in a state_dict. */
#ifndef NSYM_NN_STATE_DICT_H
#define NSYM_NN_STATE_DICT_H

#include "nn/models.h"

enum { NSYM_TORCH_NAME = 96, NSYM_TORCH_DIMENSIONS = 4 };

/* What a tensor is called in a module whose maps are each a torch.nn.Sequential, of linear layers, norms, activations
   and dropouts: "hidden.3.weight". */
typedef struct nsym_torch_tensor {
    char name[NSYM_TORCH_NAME];
    size_t dimensions;
    uint64_t
        shape[NSYM_TORCH_DIMENSIONS]; /* weights (outputs, inputs), convolutions' (outputs, inputs, kernel, kernel) */
} nsym_torch_tensor;

nsym_torch_tensor nsym_torch_describe(const nsym_plan *plan, size_t tensor);

/* Where value k of PyTorch's tensor, in C order, stands among the network's values of that tensor. */
size_t nsym_torch_place(const nsym_plan *plan, size_t tensor, size_t k);

/* The standardisation's names, "particles.mean": of the parts, and of a part's rows. */
extern const char *const nsym_torch_parts[];
extern const char *const nsym_torch_rows[];

#endif
