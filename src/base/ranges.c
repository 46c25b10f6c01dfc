#include "base/ranges.h"

#include "base/fail.h"

#include <string.h>

double nsym_range_value(const void *options, const nsym_range *range) {
    double value;
    memcpy(&value, (const char *)options + range->offset, sizeof value);
    return value;
}

nsym_status nsym_ranges_check(const char *what, const void *options, const nsym_range *ranges, size_t n) {
    for (size_t i = 0; i < n; i++) {
        double value = nsym_range_value(options, &ranges[i]);
        if (!(value >= ranges[i].low && value <= ranges[i].high))
            return nsym_fail(NSYM_EINVAL, "%s: %s is %g, must be %g to %g", what, ranges[i].name, value, ranges[i].low,
                             ranges[i].high);
    }
    return NSYM_OK;
}
