#include <nearsym/calibration.h>

#include "base/fail.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

static const double coldest = 0.01, hottest = 100;

enum { STEPS = 200 };

/* What is fitted. Borrowed. */
typedef struct {
    const double *logits;
    size_t outputs, n;
    const float *labels;
    const double *weights;
} sample;

/* Sums over events at the inverse temperature: of the loss's first and second derivative, and of the squares of the
   first. */
typedef struct {
    double slope, curvature, squares;
} sums;

static nsym_status check(const sample *s) {
    double total = 0;
    size_t classes = s->outputs == 1 ? 2 : s->outputs;
    if (s->n == 0) return nsym_fail(NSYM_EINVAL, "there are no events to fit a temperature to");
    if (s->outputs == 0) return nsym_fail(NSYM_EINVAL, "outputs is 0, must be 1 or more");
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < s->outputs; k++)
            if (!isfinite(s->logits[i * s->outputs + k]))
                return nsym_fail(NSYM_EINVAL, "logit %zu is %g, must be finite", i, s->logits[i * s->outputs + k]);
        if (!(s->labels[i] >= 0 && s->labels[i] < (float)classes) || s->labels[i] != floorf(s->labels[i]))
            return nsym_fail(NSYM_EINVAL, "label %zu is %g, must be 0 to %zu", i, (double)s->labels[i], classes - 1);
        if (s->weights && !isfinite(s->weights[i]))
            return nsym_fail(NSYM_EINVAL, "weight %zu is %g, must be finite", i, s->weights[i]);
        total += s->weights ? s->weights[i] : 1;
    }
    if (total > 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "the weights of the %zu events add up to %g, must be > 0", s->n, total);
}

/* Mean and variance of an event's logits by their softmax at the inverse temperature; of one output those of 0 and it.
 */
static void moments(double *mean, double *variance, const double *z, size_t outputs, double inverse) {
    double largest = outputs == 1 ? fmax(*z, 0) : z[0], sum = 0, first = 0, second = 0;
    for (size_t k = 1; k < outputs; k++) largest = fmax(largest, z[k]);
    if (outputs == 1) sum = exp(-inverse * largest);
    for (size_t k = 0; k < outputs; k++) {
        double e = exp(inverse * (z[k] - largest));
        sum += e;
        first += e * z[k];
    }
    *mean = first / sum;
    if (outputs == 1) second = exp(-inverse * largest) * *mean * *mean;
    for (size_t k = 0; k < outputs; k++) second += exp(inverse * (z[k] - largest)) * (z[k] - *mean) * (z[k] - *mean);
    *variance = second / sum;
}

static sums sums_at(const sample *s, double inverse) {
    sums out = {0};
    for (size_t i = 0; i < s->n; i++) {
        const double *z = s->logits + i * s->outputs;
        double mean, variance, w = s->weights ? s->weights[i] : 1;
        double own = s->outputs == 1 ? (double)s->labels[i] * *z : z[(size_t)s->labels[i]];
        moments(&mean, &variance, z, s->outputs, inverse);
        out.slope += w * (mean - own);
        out.curvature += w * variance;
        out.squares += w * w * (mean - own) * (mean - own);
    }
    return out;
}

/* The loss falls below the root of its slope and rises above: Newton's step where it stays between the ends, else half
   of the way, in the logarithm. */
static double find_root(const sample *s, double low, double high) {
    double at = 1;
    for (int step = 0; step < STEPS; step++) {
        const sums here = sums_at(s, at);
        if (here.slope == 0) return at;
        if (here.slope < 0)
            low = at;
        else
            high = at;
        double next = here.curvature > 0 ? at - here.slope / here.curvature : 0;
        if (!(next > low && next < high)) next = sqrt(low * high);
        if (fabs(next - at) <= 1e-14 * at) return next;
        at = next;
    }
    return at;
}

nsym_status nsym_temperature_fit(double *temperature, double *error, const double *logits, size_t outputs,
                                 const float *labels, const double *weights, size_t n) {
    const sample s = {logits, outputs, n, labels, weights};
    const double low = 1 / hottest, high = 1 / coldest;
    NSYM_TRY(check(&s));
    bool untold = sums_at(&s, low).slope >= 0, parted = !untold && sums_at(&s, high).slope <= 0;
    *error = NAN;
    *temperature = untold ? hottest : coldest;
    if (untold || parted) return NSYM_OK;
    double inverse = find_root(&s, low, high);
    const sums there = sums_at(&s, inverse);
    *temperature = 1 / inverse;
    *error = sqrt(there.squares) / there.curvature / inverse / inverse;
    return NSYM_OK;
}
