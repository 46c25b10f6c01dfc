#include <nearsym/ado.h>

#include "base/fail.h"
#include "stats/classes.h"
#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>

static nsym_status pairs_new(nsym_ado_pairs *out, size_t count) {
    *out = (nsym_ado_pairs){count, calloc(count ? count : 1, sizeof *out->signal),
                            calloc(count ? count : 1, sizeof *out->background)};
    if (out->signal && out->background) return NSYM_OK;
    nsym_ado_pairs_free(out);
    return nsym_fail(NSYM_ENOMEM, "no memory for %zu pairs of events", count);
}

void nsym_ado_pairs_free(nsym_ado_pairs *pairs) {
    free(pairs->signal);
    free(pairs->background);
    *pairs = (nsym_ado_pairs){0};
}

/* Both classes of a sample: the events of class c are event[c] (count[c]), and below[c] (count[c] + 1) the weight of
   those before each of them, NULL where all weigh the same. */
typedef struct {
    uint32_t *event[2];
    double *below[2];
    size_t count[2];
} classes;

static void classes_free(classes *c) {
    for (int k = 0; k < 2; k++) {
        free(c->event[k]);
        free(c->below[k]);
    }
}

static nsym_status classes_new(classes *c, const float *labels, const double *weights, size_t n) {
    double total[2];
    *c = (classes){0};
    NSYM_TRY(nsym_classes_check(total, labels, weights, n, true));
    if (n > UINT32_MAX) return nsym_fail(NSYM_EINVAL, "pairs are of at most 2^32 events, not of %zu", n);
    for (size_t i = 0; i < n; i++) c->count[labels[i] == 1]++;
    bool fine = true;
    for (int k = 0; k < 2; k++) {
        c->event[k] = calloc(c->count[k], sizeof *c->event[k]);
        c->below[k] = weights ? calloc(c->count[k] + 1, sizeof *c->below[k]) : NULL;
        fine = fine && c->event[k] && (!weights || c->below[k]);
    }
    if (!fine) {
        classes_free(c);
        return nsym_fail(NSYM_ENOMEM, "no memory for the classes of %zu events", n);
    }
    size_t seen[2] = {0};
    for (size_t i = 0; i < n; i++) {
        int k = labels[i] == 1;
        size_t at = seen[k]++;
        c->event[k][at] = (uint32_t)i;
        if (weights) c->below[k][at + 1] = c->below[k][at] + weights[i];
    }
    return NSYM_OK;
}

/* The place in its class of an event drawn in proportion to its weight: the first whose end lies above the number. */
static size_t draw_place(const classes *c, int k, nsym_random *random) {
    size_t first = 0, last = c->count[k] - 1;
    if (!c->below[k]) return nsym_random_below(random, (uint32_t)c->count[k]);
    double at = nsym_random_uniform(random) * c->below[k][c->count[k]];
    while (first < last) {
        size_t middle = first + (last - first) / 2;
        if (c->below[k][middle + 1] > at)
            last = middle;
        else
            first = middle + 1;
    }
    return first;
}

/* The signal events come sorted, for only how often each is drawn matters; each drawing brings its background. */
nsym_status nsym_ado_pairs_draw(nsym_ado_pairs *out, const float *labels, const double *weights, size_t n, size_t count,
                                uint64_t seed) {
    classes c;
    *out = (nsym_ado_pairs){0};
    NSYM_TRY(classes_new(&c, labels, weights, n));
    size_t *times = calloc(c.count[1], sizeof *times);
    nsym_status status = times ? pairs_new(out, count) : nsym_fail(NSYM_ENOMEM, "no memory for %zu events", n);
    if (status == NSYM_OK) {
        nsym_random signal = nsym_random_stream(seed, "ado_signal", 0);
        nsym_random background = nsym_random_stream(seed, "ado_background", 0);
        for (size_t i = 0; i < count; i++) times[draw_place(&c, 1, &signal)]++;
        for (size_t s = 0, at = 0; s < c.count[1]; s++)
            for (size_t k = 0; k < times[s]; k++, at++) {
                out->signal[at] = c.event[1][s];
                out->background[at] = c.event[0][draw_place(&c, 0, &background)];
            }
    }
    free(times);
    classes_free(&c);
    return status;
}

nsym_status nsym_ado_pairs_all(nsym_ado_pairs *out, const float *labels, size_t n) {
    classes c;
    *out = (nsym_ado_pairs){0};
    NSYM_TRY(classes_new(&c, labels, NULL, n));
    nsym_status status = pairs_new(out, c.count[1] * c.count[0]); /* below 2^63 of less than 2^32 events */
    for (size_t s = 0, at = 0; status == NSYM_OK && s < c.count[1]; s++)
        for (size_t b = 0; b < c.count[0]; b++, at++) {
            out->signal[at] = c.event[1][s];
            out->background[at] = c.event[0][b];
        }
    classes_free(&c);
    return status;
}

/* How scores order a pair: 1, -1 or 0 for a tie; 2 where one of them is NaN. */
static int order_of(const double *scores, const nsym_ado_pairs *pairs, size_t i) {
    double signal = scores[pairs->signal[i]], background = scores[pairs->background[i]];
    return isunordered(signal, background) ? 2 : (signal > background) - (signal < background);
}

static nsym_status tell_nan(const double *scores, const nsym_ado_pairs *pairs, size_t i) {
    uint32_t event = isnan(scores[pairs->signal[i]]) ? pairs->signal[i] : pairs->background[i];
    return nsym_fail(NSYM_ENUMERIC, "the score of event %u is NaN", (unsigned)event);
}

nsym_status nsym_ado_order(int8_t *order, const nsym_ado_pairs *pairs, const double *guide) {
    for (size_t i = 0; i < pairs->count; i++) {
        int found = order_of(guide, pairs, i);
        if (found == 2) return tell_nan(guide, pairs, i);
        order[i] = (int8_t)found;
    }
    return NSYM_OK;
}

/* The order of each pair by f times that by g. */
static nsym_status products(const nsym_ado_pairs *pairs, const double *f, const double *g, int8_t **out) {
    int8_t *product = malloc(pairs->count + 1);
    *out = NULL;
    if (!product) return nsym_fail(NSYM_ENOMEM, "no memory for %zu pairs of events", pairs->count);
    nsym_status status = nsym_ado_order(product, pairs, f);
    for (size_t i = 0; status == NSYM_OK && i < pairs->count; i++) {
        int by_g = order_of(g, pairs, i);
        if (by_g == 2)
            status = tell_nan(g, pairs, i);
        else
            product[i] = (int8_t)(product[i] * by_g);
    }
    if (status == NSYM_OK)
        *out = product;
    else
        free(product);
    return status;
}

nsym_status nsym_ado_pairs_disordered(nsym_ado_pairs *out, const nsym_ado_pairs *pairs, const double *f,
                                      const double *g) {
    int8_t *product;
    size_t count = 0, at = 0;
    *out = (nsym_ado_pairs){0};
    NSYM_TRY(products(pairs, f, g, &product));
    for (size_t i = 0; i < pairs->count; i++) count += product[i] < 0;
    nsym_status status = pairs_new(out, count);
    for (size_t i = 0; status == NSYM_OK && i < pairs->count; i++) {
        if (product[i] >= 0) continue;
        out->signal[at] = pairs->signal[i];
        out->background[at++] = pairs->background[i];
    }
    free(product);
    return status;
}

nsym_status nsym_ado_of_pairs(double *ado, const nsym_ado_pairs *pairs, const double *f, const double *g) {
    int8_t *product;
    double net = 0, count = (double)pairs->count;
    if (pairs->count == 0) return nsym_fail(NSYM_EINVAL, "there are no pairs of events to average over");
    NSYM_TRY(products(pairs, f, g, &product));
    for (size_t i = 0; i < pairs->count; i++) net += product[i];
    free(product);
    *ado = 0.5 * (count + net) / count;
    return NSYM_OK;
}
