#include "nn/optimizer.h"

#include "base/fail.h"
#include "nn/kernels.h"
#include <stdlib.h>

nsym_status nsym_adamw_new(nsym_adamw *out, size_t parameters, double learning_rate, double weight_decay) {
    *out = (nsym_adamw){.learning_rate = learning_rate,
                        .beta1 = 0.9,
                        .beta2 = 0.999,
                        .epsilon = 1e-8,
                        .weight_decay = weight_decay,
                        .parameters = parameters};
    if (!(learning_rate > 0 && isfinite(learning_rate)))
        return nsym_fail(NSYM_EINVAL, "learning_rate is %g, must be > 0", learning_rate);
    if (!(weight_decay >= 0 && isfinite(weight_decay)))
        return nsym_fail(NSYM_EINVAL, "weight_decay is %g, must be >= 0", weight_decay);
    out->first = calloc(parameters ? parameters : 1, sizeof *out->first);
    out->second = calloc(parameters ? parameters : 1, sizeof *out->second);
    if (out->first && out->second) return NSYM_OK;
    nsym_adamw_free(out);
    return nsym_fail(NSYM_ENOMEM, "no memory for the moments of %zu parameters", parameters);
}

void nsym_adamw_free(nsym_adamw *adamw) {
    free(adamw->first);
    free(adamw->second);
    adamw->first = adamw->second = NULL;
}

void nsym_adamw_step(nsym_adamw *adamw, real *values, const real *gradients) {
    double steps = (double)++adamw->steps;
    nsym_adamw_factors factors = {
        .keep = (real)(1 - adamw->learning_rate * adamw->weight_decay),
        .beta1 = (real)adamw->beta1,
        .beta2 = (real)adamw->beta2,
        .new1 = (real)(1 - adamw->beta1),
        .new2 = (real)(1 - adamw->beta2),
        .rate = (real)(adamw->learning_rate / (1 - pow(adamw->beta1, steps))),
        .root = (real)(1 / sqrt(1 - pow(adamw->beta2, steps))),
        .epsilon = (real)adamw->epsilon,
    };
    nsym_kernels_in_use()->adamw(values, gradients, adamw->first, adamw->second, adamw->parameters, &factors);
}
