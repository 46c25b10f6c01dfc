#include "detector/threshold.h"

#include "base/fail.h"

#include <math.h>

nsym_status nsym_threshold_cut(nsym_events *events, double threshold) {
    size_t pt = events->offsets ? nsym_events_feature(events, "pt") : NSYM_NONE, width = events->features;
    if (pt == NSYM_NONE) return nsym_fail(NSYM_EFORMAT, "the particles have no 'pt', which detector.threshold cuts on");
    uint64_t kept = 0, first = 0;
    double sum = 0;
    for (size_t i = 0; i < events->count; i++) {
        uint64_t end = events->offsets[i + 1];
        for (uint64_t row = first; row < end; row++) {
            const double *from = events->particles + row * width;
            if (!(from[pt] >= 0) || isinf(from[pt]))
                return nsym_fail(NSYM_EINVAL, "row %zu: pt of particle %zu is %g, must be a number >= 0",
                                 nsym_events_row(events, i), (size_t)(row - first) + 1, from[pt]);
            if (from[pt] < threshold) continue;
            for (size_t k = 0; k < width; k++) events->particles[kept * width + k] = from[k];
            sum += from[pt];
            kept++;
        }
        first = end;
        events->offsets[i + 1] = kept;
    }
    if (!(sum > 0))
        return nsym_fail(NSYM_EINVAL,
                         "no event has a particle with pt above 0 and of at least %g GeV (detector.threshold)",
                         threshold);
    return NSYM_OK;
}
