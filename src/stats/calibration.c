#include "stats/calibration.h"

#include "base/fail.h"
#include <nearsym/classes.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* An event in the order of its probability. */
typedef struct {
    double probability;
    size_t event;
} placed;

static int by_probability(const void *a, const void *b) {
    const placed *x = a, *y = b;
    if (x->probability != y->probability) return x->probability < y->probability ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

static nsym_status check(const double *probabilities, const float *labels, const double *weights, size_t n,
                         size_t bins) {
    if (n == 0) return nsym_fail(NSYM_EINVAL, "there are no events");
    if (bins < 1 || bins > NSYM_CALIBRATION_BINS)
        return nsym_fail(NSYM_EINVAL, "bins is %zu, must be 1 to %d", bins, (int)NSYM_CALIBRATION_BINS);
    for (size_t i = 0; i < n; i++) {
        if (!(probabilities[i] >= 0 && probabilities[i] <= 1))
            return nsym_fail(NSYM_EINVAL, "probability %zu is %g, must be 0 to 1", i, probabilities[i]);
        if (labels[i] != 0 && labels[i] != 1)
            return nsym_fail(NSYM_EINVAL, "label %zu is %g, must be 0 or 1", i, (double)labels[i]);
        if (weights && !isfinite(weights[i]))
            return nsym_fail(NSYM_EINVAL, "weight %zu is %g, must be finite", i, weights[i]);
    }
    return NSYM_OK;
}

/* What a bin is made of. Borrowed. */
typedef struct {
    const placed *order;
    const float *labels;
    const double *weights;
    double total;
} sample;

static double weight_of(const sample *s, size_t i) {
    return s->weights ? s->weights[s->order[i].event] : 1;
}

/* The bin of the places first to end - 1; *variance is that of observed - predicted where probabilities hold. */
static nsym_status fill_bin(nsym_calibration_bin *bin, double *variance, const sample *s, size_t first, size_t end) {
    double sum = 0, predicted = 0, observed = 0, squares = 0, chance = 0;
    for (size_t i = first; i < end; i++) {
        double w = weight_of(s, i), p = s->order[i].probability;
        sum += w;
        predicted += w * p;
        observed += w * (double)s->labels[s->order[i].event];
        chance += w * w * p * (1 - p);
    }
    double low = s->order[first].probability, high = s->order[end - 1].probability;
    if (!(sum > 0))
        return nsym_fail(NSYM_EINVAL,
                         "the weights of the %zu events with probabilities %g to %g add up to %g, must be > 0; take "
                         "fewer bins",
                         end - first, low, high, sum);
    *bin = (nsym_calibration_bin){.events = end - first,
                                  .share = sum / s->total,
                                  .low = low,
                                  .high = high,
                                  .predicted = predicted / sum,
                                  .observed = observed / sum};
    for (size_t i = first; i < end; i++) {
        double far = weight_of(s, i) * ((double)s->labels[s->order[i].event] - bin->observed);
        squares += far * far;
    }
    bin->error = sqrt(squares) / sum;
    *variance = chance / sum / sum;
    return NSYM_OK;
}

/* With the bins and the signs of their differences kept the ECE is a mean over events. */
static void set_influence(double *influence, const nsym_calibration *c, const sample *s) {
    for (size_t b = 0, i = 0; b < c->bins; b++) {
        double sign = c->bin[b].observed < c->bin[b].predicted ? -1 : 1;
        for (size_t k = 0; k < c->bin[b].events; k++, i++) {
            double far = (double)s->labels[s->order[i].event] - s->order[i].probability;
            influence[s->order[i].event] = weight_of(s, i) * (sign * far - c->ece) / s->total;
        }
    }
}

/* The curve, its ECE and its floor. */
static nsym_status fill(nsym_calibration *out, const sample *s, size_t n, size_t bins) {
    double spread = 0, variance;
    *out = (nsym_calibration){0};
    for (size_t b = 0, first = 0; b < bins; b++) {
        size_t end = (size_t)((double)n * (double)(b + 1) / (double)bins);
        if (b + 1 == bins) end = n;
        while (end > first && end < n && s->order[end].probability == s->order[end - 1].probability) end++;
        if (end <= first) continue;
        nsym_calibration_bin *bin = &out->bin[out->bins++];
        NSYM_TRY(fill_bin(bin, &variance, s, first, end));
        first = end;
        out->ece += bin->share * fabs(bin->observed - bin->predicted);
        out->floor += bin->share * sqrt(variance * M_2_PI);
        spread += bin->share * bin->share * variance * (1 - M_2_PI);
    }
    out->floor_spread = sqrt(spread);
    return NSYM_OK;
}

nsym_status nsym_calibration_measure(nsym_calibration *out, double *influence, const double *probabilities,
                                     const float *labels, const double *weights, size_t n, size_t bins) {
    NSYM_TRY(check(probabilities, labels, weights, n, bins));
    placed *order = malloc(n * sizeof *order);
    double *own = influence ? influence : malloc(n * sizeof *own);
    sample s = {order, labels, weights, 0};
    nsym_status status =
        order && own ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the probabilities of %zu events", n);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        order[i] = (placed){probabilities[i], i};
        s.total += weights ? weights[i] : 1;
    }
    if (status == NSYM_OK) {
        qsort(order, n, sizeof *order, by_probability);
        status = fill(out, &s, n, bins);
    }
    if (status == NSYM_OK) {
        double squares = 0;
        set_influence(own, out, &s);
        for (size_t i = 0; i < n; i++) squares += own[i] * own[i];
        out->ece_error = sqrt(squares);
    }
    if (!influence) free(own);
    free(order);
    return status;
}

nsym_status nsym_calibration_of(nsym_calibration *out, const double *probabilities, const float *labels,
                                const double *weights, size_t n, size_t bins) {
    return nsym_calibration_measure(out, NULL, probabilities, labels, weights, n, bins);
}

void nsym_confidences(double *confidence, float *right, const double *probabilities, size_t classes,
                      const float *labels, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t called = nsym_class_called(probabilities + i * classes, classes);
        confidence[i] = probabilities[i * classes + called];
        right[i] = (float)called == labels[i];
    }
}

nsym_status nsym_class_calibration_of(nsym_calibration *out, const double *probabilities, size_t classes,
                                      const float *labels, const double *weights, size_t n, size_t bins) {
    double *confidence = malloc((n + 1) * sizeof *confidence);
    float *right = malloc((n + 1) * sizeof *right);
    nsym_status status =
        confidence && right ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the confidences of %zu events", n);
    if (status == NSYM_OK && (classes < 2 || classes > NSYM_CLASSES_MAX))
        status = nsym_fail(NSYM_EINVAL, "classes is %zu, must be 2 to %d", classes, (int)NSYM_CLASSES_MAX);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        bool fine = labels[i] >= 0 && labels[i] < (float)classes && labels[i] == floorf(labels[i]);
        if (!fine)
            status = nsym_fail(NSYM_EINVAL, "label %zu is %g, must be 0 to %zu", i, (double)labels[i], classes - 1);
    }
    if (status == NSYM_OK) {
        nsym_confidences(confidence, right, probabilities, classes, labels, n);
        status = nsym_calibration_of(out, confidence, right, weights, n, bins);
    }
    free(confidence);
    free(right);
    return status;
}

const nsym_calibration_bin *nsym_calibration_at(const nsym_calibration *curve, size_t place, size_t places) {
    size_t all = 0, before = 0, b = 0;
    for (size_t k = 0; k < curve->bins; k++) all += curve->bin[k].events;
    double at = ((double)place + 0.5) / (double)places * (double)all;
    while (b + 1 < curve->bins && (double)(before + curve->bin[b].events) < at) before += curve->bin[b++].events;
    return &curve->bin[b];
}
