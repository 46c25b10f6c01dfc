/* What follows from a trunk's shapes. */
#include "nn/trunk.h"

#ifdef NSYM_NN_DOUBLE
const nsym_trunk_engine *nsym_trunk_engine_for(const nsym_trunk_plan *plan) {
    return plan->kernel == 3 ? &nsym_trunk_winograd : &nsym_trunk_plain;
}
#else
const nsym_trunk_engine *nsym_trunk_engine_for(const nsym_trunk_plan *plan) {
    return plan->kernel == 3 ? &nsym_trunk_winograd : &nsym_trunk_onednn;
}
#endif

size_t nsym_convolution_places(const nsym_convolution *c) {
    return c->rows * c->columns;
}

size_t nsym_convolution_weights(const nsym_trunk_plan *plan, const nsym_convolution *c) {
    return plan->kernel * plan->kernel * c->inputs * c->outputs;
}

size_t nsym_trunk_outputs(const nsym_trunk_plan *plan) {
    const nsym_convolution *last = &plan->at[plan->count - 1];
    return last->outputs * (last->pooled ? (last->rows / 2) * (last->columns / 2) : nsym_convolution_places(last));
}

double nsym_trunk_flops(const nsym_trunk_plan *plan, bool training) {
    double flops = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const nsym_convolution *c = &plan->at[i];
        double once = 2 * (double)(nsym_convolution_weights(plan, c) * nsym_convolution_places(c));
        flops += !training ? once : i == 0 ? 2 * once : 3 * once;
    }
    return flops;
}
