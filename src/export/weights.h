/* Weights as a network uses them when it predicts, in forms that other programs take. */
#ifndef NSYM_EXPORT_WEIGHTS_H
#define NSYM_EXPORT_WEIGHTS_H

#include "nn/models.h"

/* Is a dense layer the product of two? */
bool nsym_export_is_composed(const nsym_plan *plan, const nsym_layer *layer);

/* The product of two affine layers with nothing between them, which a network takes as one: (inputs + 1, outputs), the
   bias last, into `out`. */
void nsym_export_compose(float *out, const nsym_plan *plan, const float *values);

/* Batch norm of a dense layer with its running statistics and the layer's bias: z becomes factor z + offset, each
   (fold, width of the layer). */
void nsym_export_norm(float *factor, float *offset, const nsym_plan *plan, const nsym_layer *layer, const float *values,
                      const float *state, const float *bias);

/* Weights of a convolution as (outputs, inputs, kernel, kernel). */
void nsym_export_filters(float *out, const nsym_plan *plan, const nsym_convolution *convolution, const float *values);

#endif
