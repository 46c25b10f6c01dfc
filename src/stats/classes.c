#include "stats/classes.h"

#include "base/fail.h"

#include <float.h>
#include <math.h>

nsym_status nsym_classes_weigh(const double total[2], const char *what) {
    double product = total[0] * total[1];
    if (!((total[0] > 0 && total[1] > 0) || (total[0] < 0 && total[1] < 0)))
        return nsym_fail(NSYM_EINVAL, "%s needs both classes: weight of the background %g, of the signal %g", what,
                         total[0], total[1]);
    if (!isfinite(product) || product < DBL_MIN)
        return nsym_fail(
            NSYM_ENUMERIC,
            "the weights of the background, %g together, and of the signal, %g, are too large or too small "
            "to be multiplied; scale them",
            total[0], total[1]);
    return NSYM_OK;
}

nsym_status nsym_classes_check(double total[2], const float *labels, const double *weights, size_t n, bool drawn) {
    total[0] = total[1] = 0;
    for (size_t i = 0; i < n; i++) {
        if (labels[i] != 0 && labels[i] != 1)
            return nsym_fail(NSYM_EINVAL, "label %zu is %g, must be 0 or 1", i, (double)labels[i]);
        double weight = weights ? weights[i] : 1;
        if (!isfinite(weight)) return nsym_fail(NSYM_EINVAL, "weight %zu is %g, must be finite", i, weight);
        if (drawn && weight < 0)
            return nsym_fail(NSYM_EINVAL,
                             "weight %zu is %g; pairs are drawn in proportion to the weights of their events, so these "
                             "must be at least 0: leave events of negative weight out",
                             i, weight);
        total[labels[i] == 1] += weight;
    }
    return nsym_classes_weigh(total, "an order");
}
