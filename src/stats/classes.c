#include "stats/classes.h"

#include "base/fail.h"

#include <math.h>

nsym_status nsym_classes_check(double total[2], const float *labels, const double *weights, size_t n) {
    total[0] = total[1] = 0;
    for (size_t i = 0; i < n; i++) {
        if (labels[i] != 0 && labels[i] != 1)
            return nsym_fail(NSYM_EINVAL, "label %zu is %g, must be 0 or 1", i, (double)labels[i]);
        double weight = weights ? weights[i] : 1;
        if (!(weight >= 0) || isinf(weight))
            return nsym_fail(NSYM_EINVAL, "weight %zu is %g, must be at least 0 and finite", i, weight);
        total[labels[i] == 1] += weight;
    }
    if (!(total[0] > 0) || !(total[1] > 0))
        return nsym_fail(NSYM_EINVAL, "an order needs both classes: weight of the background %g, of the signal %g",
                         total[0], total[1]);
    if (isinf(total[0]) || isinf(total[1]))
        return nsym_fail(NSYM_ENUMERIC, "the weights of a class add up to more than a number holds; scale them down");
    return NSYM_OK;
}
