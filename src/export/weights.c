#include "export/weights.h"

#include <math.h>

/* As layers.c has it. */
static const double NORM_EPSILON = 1e-5;

bool nsym_export_is_composed(const nsym_plan *plan, const nsym_layer *layer) {
    return plan->composition.inputs && layer == &plan->layer[plan->composition.layer];
}

void nsym_export_compose(float *out, const nsym_plan *plan, const float *values) {
    const nsym_composition *c = &plan->composition;
    const float *w1 = values + c->first, *w2 = values + c->second, *b2 = values + c->bias;
    for (size_t i = 0; i <= c->inputs; i++) {
        for (size_t j = 0; j < c->outputs; j++) {
            double sum = i == c->inputs ? (double)b2[j] : 0;
            for (size_t k = 0; k < c->between; k++)
                sum += (double)w1[i * c->between + k] * (double)w2[k * c->outputs + j];
            out[i * c->outputs + j] = (float)sum;
        }
    }
}

void nsym_export_norm(float *factor, float *offset, const nsym_plan *plan, const nsym_layer *layer, const float *values,
                      const float *state, const float *bias) {
    const nsym_norm_plan *norm = &layer->norm;
    size_t width = plan->block[layer->destination].width;
    const float *scale = values + norm->scale, *shift = values + norm->shift;
    const float *mean = state + norm->mean, *variance = state + norm->variance;
    for (size_t i = 0; i < norm->fold * width; i++) {
        size_t group = i / norm->span, j = i % width;
        double f = (double)scale[group] / sqrt((double)variance[group] + NORM_EPSILON);
        factor[i] = (float)f;
        offset[i] = (float)((double)shift[group] + f * ((double)bias[j] - (double)mean[group]));
    }
}

void nsym_export_filters(float *out, const nsym_plan *plan, const nsym_convolution *c, const float *values) {
    size_t places = plan->trunk.kernel * plan->trunk.kernel, inputs = c->inputs, outputs = c->outputs;
    const float *from = values + c->weight;
    for (size_t p = 0; p < places; p++)
        for (size_t i = 0; i < inputs; i++)
            for (size_t o = 0; o < outputs; o++)
                out[(o * inputs + i) * places + p] = from[(p * inputs + i) * outputs + o];
}
