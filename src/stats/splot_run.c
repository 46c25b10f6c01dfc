/* From scores to ROC curves with uncertainties, by the mass fits of their events; toys tell how much of the uncertainty
   is the fit's. */
#include "base/fail.h"
#include "base/workers.h"
#include "stats/dense.h"
#include "stats/splot_fits.h"
#include <nearsym/events.h>
#include <nearsym/random.h>
#include <nearsym/stats.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, MOST_DRAWS = 1000 };
static const double sum_rule = 1e-10;

typedef nsym_splot_room room;

/* Everything in the order of the masses, those in the window only. */
typedef struct {
    const nsym_splot_fits *fits;
    size_t n, scores;
    double *score;                         /* (scores, n) */
    size_t *order;                         /* (scores, n) by falling score */
    double root[P * P];                    /* of the covariance of what is free */
    size_t index[P], free;                 /* those parameters */
    nsym_splot_roc_point *bootstrap, *toy; /* (bootstraps, scores), (toys, scores); an area that is NaN: it failed */
} splot;

static nsym_status weigh(room *r, const nsym_mass_fit *fit) {
    NSYM_TRY(nsym_mass_densities(r->signal, r->background, fit, r->mass, r->n));
    double s = fit->value[NSYM_MASS_FRACTION];
    bool published = fit->method == NSYM_MASS_PUBLISHED;
    for (size_t i = 0; i < r->n; i++) {
        double signal = r->signal[i], background = r->background[i];
        double total = published ? s * signal + (1 - s) * background : 1;
        r->pair[2 * i] = published ? s * signal / total : signal;
        r->pair[2 * i + 1] = published ? (1 - s) * background / total : background;
    }
    if (published) return nsym_splot_weights_published(r->weight, r->pair, r->weight_of, r->n, 2);
    const double yields[2] = {fit->signal, fit->background};
    return nsym_splot_weights(r->weight, NULL, r->pair, yields, r->weight_of, r->n, 2, sum_rule);
}

/* The curves of all scores by the weights; r->weight is multiplied by the events' own. */
static nsym_status curves(room *r, const splot *s, const nsym_mass_fit *fit, const double *counts,
                          nsym_splot_roc_point *out) {
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < 2; k++) r->weight[2 * i + k] *= r->weight_of[i];
    for (size_t c = 0; c < s->scores; c++) {
        const double *score = s->score + c * s->n;
        size_t kept = 0;
        for (size_t i = 0; i < s->n; i++) {
            size_t at = s->order[c * s->n + i];
            if (counts[at] > 0) r->order[kept++] = r->to[at];
            if (counts[i] > 0) r->score[r->to[i]] = score[i];
        }
        if (fit->method == NSYM_MASS_PUBLISHED)
            NSYM_TRY(nsym_splot_curve_published(out + c, r->score, r->order, r->weight, r->count, r->n,
                                                fit->background / s->fits->scale, s->fits->options.fpr));
        else
            NSYM_TRY(nsym_splot_curve(out + c, r->score, r->order, r->weight, r->n, s->fits->options.fpr));
    }
    return NSYM_OK;
}

static nsym_status bootstrap_in(room *r, const splot *s, size_t index, nsym_splot_roc_point *out) {
    if (s->fits->failed[index]) return NSYM_ENUMERIC;
    nsym_splot_draw(r->expanded, s->fits, index);
    nsym_splot_fill(r, s->fits, r->expanded);
    NSYM_TRY(weigh(r, &s->fits->bootstrap[index]));
    return curves(r, s, &s->fits->bootstrap[index], r->expanded, out);
}

/* The share that maximises the likelihood for given densities: sum (f_s - f_b) / (s f_s + (1 - s) f_b) = 0, which falls
   with s. */
static double fraction_of(const room *r, double s) {
    double low = 0, high = 1;
    for (int step = 0; step < 200; step++) {
        double slope = 0, curvature = 0;
        for (size_t i = 0; i < r->n; i++) {
            double d = (r->signal[i] - r->background[i]) / (s * r->signal[i] + (1 - s) * r->background[i]);
            slope += r->weight_of[i] * d;
            curvature -= r->weight_of[i] * d * d;
        }
        if (slope > 0)
            low = s;
        else
            high = s;
        double next = s - slope / curvature;
        if (!(next > low && next < high)) next = (low + high) / 2;
        if (fabs(next - s) <= 1e-15) return next;
        s = next;
    }
    return s;
}

static bool in_bounds(const double *value, const nsym_mass_options *o) {
    for (int i = 0; i < P; i++)
        if (!(value[i] >= o->lower[i] && value[i] <= o->upper[i])) return false;
    return value[NSYM_MASS_FRACTION] > 0 && value[NSYM_MASS_FRACTION] < 1 && value[NSYM_MASS_SIGMA] > 0 &&
           value[NSYM_MASS_TAU] > 0;
}

/* Parameters from their covariance, within their bounds. */
static nsym_status draw(nsym_mass_fit *fit, const splot *s, nsym_random *random) {
    for (int draws = 0; draws < MOST_DRAWS; draws++) {
        double normal[P];
        for (size_t i = 0; i < s->free; i++) normal[i] = nsym_random_normal(random);
        memcpy(fit->value, s->fits->fit.value, sizeof fit->value);
        for (size_t i = 0; i < s->free; i++)
            for (size_t k = 0; k <= i; k++) fit->value[s->index[i]] += s->root[i * s->free + k] * normal[k];
        if (in_bounds(fit->value, &s->fits->options.mass)) return NSYM_OK;
    }
    return nsym_fail(NSYM_ENUMERIC, "none of %d draws of the mass fit's parameters is within their bounds", MOST_DRAWS);
}

static nsym_status toy_in(room *r, const splot *s, size_t index, nsym_splot_roc_point *out) {
    nsym_random random = nsym_random_stream(s->fits->options.seed, "splot toy", index);
    nsym_mass_fit fit = s->fits->fit;
    for (size_t i = 0; i < s->n; i++) r->expanded[i] = 1;
    nsym_splot_fill(r, s->fits, r->expanded);
    NSYM_TRY(draw(&fit, s, &random));
    double total = s->fits->in.total;
    if (fit.method == NSYM_MASS_LIKELIHOOD) { /* sWeights need yields that are fitted: the shapes alone are drawn */
        NSYM_TRY(nsym_mass_densities(r->signal, r->background, &fit, r->mass, r->n));
        fit.value[NSYM_MASS_FRACTION] = fraction_of(r, fit.value[NSYM_MASS_FRACTION]);
    }
    fit.signal = fit.value[NSYM_MASS_FRACTION] * total;
    fit.background = total - fit.signal;
    NSYM_TRY(weigh(r, &fit));
    return curves(r, s, &fit, r->expanded, out);
}

/* One bootstrap or toy. One that cannot be done is marked and does not end the others. */
static nsym_status piece(void *context, size_t index, size_t worker) {
    const splot *s = context;
    room r;
    (void)worker; /* every piece has its own room */
    if (s->fits->options.stop && s->fits->options.stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped on request");
    NSYM_TRY(nsym_splot_room_new(&r, s->fits));
    bool bootstrap = index < s->fits->options.bootstraps;
    size_t number = bootstrap ? index : index - s->fits->options.bootstraps;
    nsym_splot_roc_point *out = (bootstrap ? s->bootstrap : s->toy) + number * s->scores;
    nsym_status status = (bootstrap ? bootstrap_in : toy_in)(&r, s, number, out);
    nsym_splot_room_free(&r);
    if (status == NSYM_ENOMEM) return status;
    if (status != NSYM_OK) out->auc = NAN;
    nsym_progress_add(s->fits->options.progress, 1);
    return NSYM_OK;
}

/* Standard deviations over the pieces that did not fail of score c, less score `base` where there is one (NSYM_NONE).
   Shape: values (2, pieces), room. */
static nsym_splot_roc_point deviation(const splot *s, const nsym_splot_roc_point *points, size_t pieces, size_t c,
                                      size_t base, double *values) {
    double *auc = values, *tpr = values + pieces;
    size_t done = 0;
    for (size_t k = 0; k < pieces; k++) {
        const nsym_splot_roc_point *piece = points + k * s->scores;
        if (isnan(piece->auc)) continue;
        auc[done] = piece[c].auc - (base == NSYM_NONE ? 0 : piece[base].auc);
        tpr[done++] = piece[c].tpr - (base == NSYM_NONE ? 0 : piece[base].tpr);
    }
    double root = sqrt((double)done);
    if (done < 2) return (nsym_splot_roc_point){0};
    return (nsym_splot_roc_point){nsym_spread_of(auc, done).standard_error * root,
                                  nsym_spread_of(tpr, done).standard_error * root};
}

static nsym_status spread(const splot *s, bool of_bootstraps, nsym_splot_score *out, size_t *done, size_t *failed) {
    const nsym_splot_options *o = &s->fits->options;
    const nsym_splot_roc_point *points = of_bootstraps ? s->bootstrap : s->toy;
    size_t pieces = of_bootstraps ? o->bootstraps : o->toys;
    double *values = calloc(2 * pieces + 1, sizeof *values);
    if (!values) return nsym_fail(NSYM_ENOMEM, "no memory for %zu samples", pieces);
    for (size_t c = 0; c < s->scores; c++) {
        *(of_bootstraps ? &out[c].bootstrap : &out[c].toys) = deviation(s, points, pieces, c, NSYM_NONE, values);
        if (of_bootstraps) out[c].less_first = deviation(s, points, pieces, c, 0, values);
    }
    free(values);
    *failed = 0;
    for (size_t k = 0; k < pieces; k++) *failed += isnan(points[k * s->scores].auc);
    *done = pieces - *failed;
    if (*failed * 10 <= pieces) return NSYM_OK;
    return nsym_fail(NSYM_ENUMERIC,
                     "%zu of %zu %s failed: the sample is too small, or its mass spectrum does not tell signal from "
                     "background",
                     *failed, pieces, of_bootstraps ? "bootstraps" : "toys");
}

static nsym_status prepare_toys(splot *s) {
    for (size_t i = 0; i < P; i++)
        if (s->fits->fit.covariance[i][i] > 0) s->index[s->free++] = i;
    for (size_t i = 0; i < s->free; i++)
        for (size_t k = 0; k < s->free; k++)
            s->root[i * s->free + k] = s->fits->fit.covariance[s->index[i]][s->index[k]];
    if (s->fits->options.toys == 0 || nsym_cholesky(s->root, s->free)) return NSYM_OK;
    return nsym_fail(NSYM_ENUMERIC, "the covariance of the mass fit is not positive definite: no toys can be drawn");
}

/* Tests every score with the probabilities of a likelihood fit, whose uncertainty the test knows. */
static nsym_status test_independence(const splot *s, nsym_splot_score *out) {
    const nsym_splot_fits *f = s->fits;
    const nsym_mass_sample sample = nsym_mass_sample_of(&f->in);
    for (size_t c = 0; f->tests && c < s->scores; c++)
        NSYM_TRY(nsym_splot_test_mass(out[c].slope, s->score + c * s->n, &f->likelihood, &f->test, &sample));
    return NSYM_OK;
}

/* The value itself, with the weights and the check of independence. */
static nsym_status judge_in(room *r, const splot *s, nsym_mass_fit *fit, nsym_splot_score *out, double *weights,
                            nsym_splot_roc_point *points) {
    for (size_t i = 0; i < s->n; i++) r->expanded[i] = 1;
    nsym_splot_fill(r, s->fits, r->expanded);
    NSYM_TRY(weigh(r, &s->fits->fit));
    NSYM_TRY(curves(r, s, &s->fits->fit, r->expanded, points));
    for (size_t i = 0; i < s->n && weights; i++)
        memcpy(weights + 2 * s->fits->in.place[i], r->weight + 2 * i, 2 * sizeof *weights);
    for (size_t c = 0; c < s->scores; c++) out[c] = (nsym_splot_score){.value = points[c]};
    nsym_status status = test_independence(s, out);
    if (status == NSYM_OK || s->fits->fit.method == NSYM_MASS_LIKELIHOOD) return status;
    return nsym_splot_untested(fit, status);
}

static nsym_status judge(const splot *s, nsym_mass_fit *fit, nsym_splot_score *out, double *weights) {
    room r;
    nsym_splot_roc_point *points = calloc(s->scores + 1, sizeof *points);
    if (!points) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", s->scores);
    nsym_status status = nsym_splot_room_new(&r, s->fits);
    if (status == NSYM_OK) {
        status = judge_in(&r, s, fit, out, weights, points);
        nsym_splot_room_free(&r);
    }
    free(points);
    return status;
}

static nsym_status load(splot *s, const double *scores) {
    s->score = malloc((s->scores * s->n + 1) * sizeof *s->score);
    s->order = malloc((s->scores * s->n + 1) * sizeof *s->order);
    s->bootstrap = calloc(s->fits->options.bootstraps * s->scores + 1, sizeof *s->bootstrap);
    s->toy = calloc(s->fits->options.toys * s->scores + 1, sizeof *s->toy);
    if (!s->score || !s->order || !s->bootstrap || !s->toy)
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores of %zu events", s->scores, s->n);
    for (size_t c = 0; c < s->scores; c++) {
        double *own = s->score + c * s->n;
        for (size_t i = 0; i < s->n; i++) {
            own[i] = scores[c * s->fits->events + s->fits->in.place[i]];
            if (!isfinite(own[i]))
                return nsym_fail(NSYM_ENUMERIC, "score %zu of event %zu is %g", c, s->fits->in.place[i], own[i]);
        }
        NSYM_TRY(nsym_splot_order(s->order + c * s->n, own, s->n));
    }
    return NSYM_OK;
}

/* The bootstraps' values, score by score; NaN where one failed. Shape: values (scores, bootstraps). */
static void hand_out(nsym_splot_roc_point *values, const splot *s) {
    size_t bootstraps = s->fits->options.bootstraps;
    for (size_t b = 0; values && b < bootstraps; b++)
        for (size_t c = 0; c < s->scores; c++) {
            bool failed = isnan(s->bootstrap[b * s->scores].auc);
            values[c * bootstraps + b] = failed ? (nsym_splot_roc_point){NAN, NAN} : s->bootstrap[b * s->scores + c];
        }
}

static nsym_status run(splot *s, nsym_splot_result *result, nsym_splot_score *out, double *sweights,
                       nsym_splot_roc_point *values) {
    const nsym_splot_options *o = &s->fits->options;
    result->fit = s->fits->fit;
    if (sweights) memset(sweights, 0, 2 * s->fits->events * sizeof *sweights);
    NSYM_TRY(judge(s, &result->fit, out, sweights));
    NSYM_TRY(prepare_toys(s));
    nsym_progress_start(o->progress, "bootstraps and toys", (double)(o->bootstraps + o->toys), 0);
    NSYM_TRY(nsym_workers_run(o->workers, o->bootstraps + o->toys, piece, s, NULL));
    hand_out(values, s);
    NSYM_TRY(spread(s, true, out, &result->bootstraps, &result->failed_bootstraps));
    return spread(s, false, out, &result->toys, &result->failed_toys);
}

static void unload(splot *s) {
    free(s->score);
    free(s->order);
    free(s->bootstrap);
    free(s->toy);
}

nsym_status nsym_splot_measure(nsym_splot_result *result, nsym_splot_score *out, double *sweights,
                               nsym_splot_roc_point *bootstraps, const nsym_splot_fits *fits, const double *scores,
                               size_t count) {
    splot s = {.fits = fits, .n = fits->in.n, .scores = count};
    *result = (nsym_splot_result){0};
    nsym_status status = load(&s, scores);
    if (status == NSYM_OK) status = run(&s, result, out, sweights, bootstraps);
    unload(&s);
    return status;
}

nsym_status nsym_splot_run(nsym_splot_result *result, nsym_splot_score *out, double *sweights,
                           const nsym_splot_options *options, const double *masses, const double *weights,
                           const double *scores, size_t n, size_t count) {
    nsym_splot_fits fits;
    splot s = {.fits = &fits, .scores = count};
    *result = (nsym_splot_result){0};
    if (count == 0) return nsym_fail(NSYM_EINVAL, "no score is given");
    nsym_status status = nsym_splot_fits_begin(&fits, options, masses, weights, n);
    result->fit = fits.fit;
    s.n = fits.in.n;
    if (status == NSYM_OK) status = load(&s, scores); /* before the bootstraps, which take long */
    if (status == NSYM_OK) status = nsym_splot_fits_repeat(&fits);
    if (status == NSYM_OK) status = run(&s, result, out, sweights, NULL);
    unload(&s);
    nsym_splot_fits_release(&fits);
    return status;
}
