#include "detector/threshold.h"

#include "base/fail.h"

#include <math.h>

size_t nsym_threshold_feature(const nsym_events *events) {
    size_t pt = events->offsets ? nsym_events_feature(events, "pt") : NSYM_NONE;
    return pt != NSYM_NONE || !events->offsets ? pt : nsym_events_feature(events, "energy");
}

nsym_status nsym_threshold_cut(nsym_events *events, double threshold) {
    size_t pt = nsym_threshold_feature(events), width = events->features;
    if (pt == NSYM_NONE)
        return nsym_fail(NSYM_EFORMAT,
                         "the particles have neither 'pt' nor 'energy', on which detector.threshold cuts");
    const char *name = events->feature_names[pt];
    uint64_t kept = 0, first = 0;
    double sum = 0;
    for (size_t i = 0; i < events->count; i++) {
        uint64_t end = events->offsets[i + 1];
        for (uint64_t row = first; row < end; row++) {
            const double *from = events->particles + row * width;
            if (!(from[pt] >= 0) || isinf(from[pt]))
                return nsym_fail(NSYM_EINVAL, "row %zu: %s of particle %zu is %g, must be a number >= 0",
                                 nsym_events_row(events, i), name, (size_t)(row - first) + 1, from[pt]);
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
                         "no event has a particle with %s above 0 and of at least %g GeV (detector.threshold)", name,
                         threshold);
    return NSYM_OK;
}
