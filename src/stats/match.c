/* How many events a rival needs to be as good. */
#include <nearsym/matching.h>

#include "base/fail.h"

#include <math.h>

enum { LEVEL = 2 }; /* standard deviations within which two values are level */

static nsym_status check(const double *sizes, const double *values, size_t n, double target) {
    if (n == 0) return nsym_fail(NSYM_EINVAL, "there are no sizes");
    if (!isfinite(target)) return nsym_fail(NSYM_EINVAL, "the value to match is %g, must be finite", target);
    for (size_t i = 0; i < n; i++) {
        if (!(sizes[i] > 0) || !isfinite(sizes[i]))
            return nsym_fail(NSYM_EINVAL, "size %zu is %g, must be above 0", i, sizes[i]);
        if (i && !(sizes[i] > sizes[i - 1]))
            return nsym_fail(NSYM_EINVAL, "size %zu is %g, must be above the one before, %g", i, sizes[i],
                             sizes[i - 1]);
        if (!isfinite(values[i])) return nsym_fail(NSYM_EINVAL, "value %zu is %g, must be finite", i, values[i]);
    }
    return NSYM_OK;
}

static double error_at(const double *errors, size_t i) {
    return errors && isfinite(errors[i]) ? errors[i] : 0;
}

/* Beyond an end of the sizes: is the value there within two standard deviations of the target? */
static void set_beyond(nsym_match *out, nsym_match_place place, double size, double value, double error, double target,
                       double target_error) {
    *out = (nsym_match){.place = place, .events = size, .low = NAN, .high = NAN};
    out->level = fabs(target - value) <= LEVEL * hypot(error, target_error);
}

/* Between sizes i and i + 1, where the line reaches the target; its slope passes all three errors on. */
static void set_between(nsym_match *out, const double *sizes, const double *values, const double *errors, size_t i,
                        double target, double target_error) {
    double width = log(sizes[i + 1] / sizes[i]), rise = values[i + 1] - values[i], part = (target - values[i]) / rise;
    double squares =
        pow((1 - part) * error_at(errors, i), 2) + pow(part * error_at(errors, i + 1), 2) + target_error * target_error;
    double error = width / rise * sqrt(squares), at = log(sizes[i]) + part * width;
    *out = (nsym_match){.place = NSYM_MATCH_WITHIN, .events = exp(at), .low = exp(at - error), .high = exp(at + error)};
}

nsym_status nsym_match_events(nsym_match *out, const double *sizes, const double *values, const double *errors,
                              size_t n, double target, double target_error) {
    NSYM_TRY(check(sizes, values, n, target));
    size_t best = 0;
    if (!isfinite(target_error)) target_error = 0;
    if (values[0] > target) {
        set_beyond(out, NSYM_MATCH_FEWER, sizes[0], values[0], error_at(errors, 0), target, target_error);
        return NSYM_OK;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        if (!(values[i] <= target && target <= values[i + 1] && values[i] < values[i + 1])) continue;
        set_between(out, sizes, values, errors, i, target, target_error);
        return NSYM_OK;
    }
    for (size_t i = 1; i < n; i++)
        if (values[i] > values[best]) best = i;
    set_beyond(out, NSYM_MATCH_MORE, sizes[n - 1], values[best], error_at(errors, best), target, target_error);
    return NSYM_OK;
}
