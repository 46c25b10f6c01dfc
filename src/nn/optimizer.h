/* Adam with decoupled weight decay (Loshchilov & Hutter, arXiv:1711.05101): one loop over the parameter block. */
#ifndef NSYM_NN_OPTIMIZER_H
#define NSYM_NN_OPTIMIZER_H

#include "nn/real.h"
#include <nearsym/status.h>
#include <stddef.h>

typedef struct nsym_adamw {
    double learning_rate, beta1, beta2, epsilon, weight_decay; /* PyTorch's defaults: 0.9, 0.999, 1e-8, 0.01 */
    size_t parameters, steps;
    real *first, *second; /* moments (parameters), owned */
} nsym_adamw;

nsym_status nsym_adamw_new(nsym_adamw *out, size_t parameters, double learning_rate,
                           double weight_decay) NSYM_MUST_CHECK;
void nsym_adamw_free(nsym_adamw *adamw);
void nsym_adamw_step(nsym_adamw *adamw, real *values, const real *gradients);

#endif
