/* From masses and scores to ROC curves with uncertainties. A bootstrap's sample is fitted anew, shapes and yields, so
   that its spread holds all there is; toys tell how much of it is the fit's. */
#include <nearsym/splot.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/workers.h"
#include "stats/dense.h"
#include "stats/massfit.h"
#include "stats/splot.h"
#include <nearsym/random.h>
#include <nearsym/stats.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, MOST_DRAWS = 1000 };
static const double sum_rule = 1e-10;

nsym_splot_options nsym_splot_options_usual(nsym_mass_method method, double low, double high) {
    return (nsym_splot_options){
        .mass = nsym_mass_options_usual(method, low, high), .bootstraps = 100, .toys = 100, .seed = 1, .fpr = 0.5};
}

/* Everything in the order of the masses, those in the window only. */
typedef struct {
    const nsym_splot_options *options;
    const nsym_mass_fit *fit;
    size_t n, scores;
    nsym_mass_selection in;                /* (n) */
    double *score;                         /* (scores, n) */
    size_t *order;                         /* (scores, n) by falling score */
    double root[P * P];                    /* of the covariance of what is free */
    size_t index[P], free;                 /* those parameters */
    double scale;                          /* what an event is worth: sum w^2 / sum w */
    nsym_splot_roc_point *bootstrap, *toy; /* (bootstraps, scores), (toys, scores); an area that is NaN: it failed */
} splot;

/* Room for a fit of a sample and its curves. */
typedef struct {
    nsym_arena *arena;
    double *mass, *score;      /* (n): the events of the sample */
    double *count, *weight_of; /* (n): how often each was drawn; times its weight: count itself without weights */
    double *signal, *background, *pair; /* (n), (n), (n, 2) densities or probabilities */
    double *weight, *expanded;          /* (n, 2), (n): sWeights */
    size_t *order, *to;                 /* (n) by falling score; where an event went */
    size_t n;                           /* how many count */
} room;

static nsym_status room_new(room *r, const splot *s) {
    size_t n = s->n;
    nsym_arena *arena = nsym_arena_new();
    double *values = arena ? nsym_arena_alloc(arena, 11 * n, sizeof *values) : NULL;
    size_t *places = values ? nsym_arena_alloc(arena, 2 * n, sizeof *places) : NULL;
    if (!places) {
        nsym_arena_free(arena);
        return nsym_fail(NSYM_ENOMEM, "no memory for a sample of %zu events", n);
    }
    *r = (room){.arena = arena,
                .mass = values,
                .count = values + n,
                .score = values + 2 * n,
                .signal = values + 3 * n,
                .background = values + 4 * n,
                .expanded = values + 5 * n,
                .pair = values + 6 * n,
                .weight = values + 8 * n,
                .weight_of = s->in.weight ? values + 10 * n : values + n,
                .order = places,
                .to = places + n};
    return NSYM_OK;
}

/* The events that were drawn at all, masses still rising. */
static void fill(room *r, const splot *s, const double *counts) {
    r->n = 0;
    for (size_t i = 0; i < s->n; i++) {
        r->to[i] = r->n;
        if (counts[i] <= 0) continue;
        r->mass[r->n] = s->in.mass[i];
        if (s->in.weight) r->weight_of[r->n] = counts[i] * s->in.weight[i];
        r->count[r->n++] = counts[i];
    }
}

static double sum_of_weights(const room *r, const splot *s) {
    double sum = 0;
    if (!s->in.weight) return (double)s->n;
    for (size_t i = 0; i < r->n; i++) sum += r->weight_of[i];
    return sum;
}

static nsym_status weigh(room *r, const nsym_mass_fit *fit) {
    NSYM_TRY(nsym_mass_densities(fit, r->mass, r->n, r->signal, r->background));
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
                                                fit->background / s->scale, s->options->fpr));
        else
            NSYM_TRY(nsym_splot_curve(out + c, r->score, r->order, r->weight, r->n, s->options->fpr));
    }
    return NSYM_OK;
}

static nsym_status fit_again(nsym_mass_fit *fit, room *r, const splot *s) {
    nsym_mass_sample sample = {r->mass, r->weight_of, r->n, sum_of_weights(r, s), .scale = s->scale, .repeated = true};
    nsym_mass_options o = s->options->mass;
    if (!(sample.total > 0)) return nsym_fail(NSYM_EINVAL, "the weights of a bootstrap add up to %g", sample.total);
    sample.squares = sample.total * s->scale;
    if (o.method == NSYM_MASS_LIKELIHOOD) return nsym_mass_fit_sample(fit, &o, &sample, s->fit->value);
    double *weight = s->in.weight ? r->signal : NULL; /* not yet in use */
    sample.n = 0;
    for (size_t i = 0; i < r->n; i++)
        for (size_t left = (size_t)r->count[i]; left > 0; left--) {
            if (weight) weight[sample.n] = r->weight_of[i] / r->count[i];
            r->expanded[sample.n++] = r->mass[i];
        }
    sample.mass = r->expanded;
    sample.weight = weight;
    return nsym_mass_fit_sample(fit, &o, &sample, NULL);
}

static nsym_status bootstrap_in(room *r, const splot *s, size_t index, nsym_splot_roc_point *out) {
    nsym_random random = nsym_random_stream(s->options->seed, "splot bootstrap", index);
    double *counts = calloc(s->n, sizeof *counts);
    if (!counts) return nsym_fail(NSYM_ENOMEM, "no memory for a sample of %zu events", s->n);
    for (size_t i = 0; i < s->n; i++) counts[nsym_random_below(&random, (uint32_t)s->n)]++;
    fill(r, s, counts);
    nsym_mass_fit fit;
    nsym_status status = fit_again(&fit, r, s);
    if (status == NSYM_OK) status = weigh(r, &fit);
    if (status == NSYM_OK) status = curves(r, s, &fit, counts, out);
    free(counts);
    return status;
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
        memcpy(fit->value, s->fit->value, sizeof fit->value);
        for (size_t i = 0; i < s->free; i++)
            for (size_t k = 0; k <= i; k++) fit->value[s->index[i]] += s->root[i * s->free + k] * normal[k];
        if (in_bounds(fit->value, &s->options->mass)) return NSYM_OK;
    }
    return nsym_fail(NSYM_ENUMERIC, "none of %d draws of the mass fit's parameters is within their bounds", MOST_DRAWS);
}

static nsym_status toy_in(room *r, const splot *s, size_t index, nsym_splot_roc_point *out) {
    nsym_random random = nsym_random_stream(s->options->seed, "splot toy", index);
    nsym_mass_fit fit = *s->fit;
    for (size_t i = 0; i < s->n; i++) r->expanded[i] = 1;
    fill(r, s, r->expanded);
    NSYM_TRY(draw(&fit, s, &random));
    double total = s->in.total;
    if (fit.method == NSYM_MASS_LIKELIHOOD) { /* sWeights need yields that are fitted: the shapes alone are drawn */
        NSYM_TRY(nsym_mass_densities(&fit, r->mass, r->n, r->signal, r->background));
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
    NSYM_TRY(room_new(&r, s));
    bool bootstrap = index < s->options->bootstraps;
    size_t number = bootstrap ? index : index - s->options->bootstraps;
    nsym_splot_roc_point *out = (bootstrap ? s->bootstrap : s->toy) + number * s->scores;
    nsym_status status = (bootstrap ? bootstrap_in : toy_in)(&r, s, number, out);
    nsym_arena_free(r.arena);
    if (status == NSYM_ENOMEM) return status;
    if (status != NSYM_OK) out->auc = NAN;
    nsym_progress_add(s->options->progress, 1);
    return NSYM_OK;
}

/* Standard deviations of the pieces that did not fail. */
static nsym_status spread(const nsym_splot_roc_point *points, size_t pieces, size_t scores, const char *what,
                          nsym_splot_score *out, bool of_bootstraps, size_t *done, size_t *failed) {
    double *auc = calloc(2 * pieces + 2, sizeof *auc), *tpr = auc ? auc + pieces + 1 : NULL;
    if (!auc) return nsym_fail(NSYM_ENOMEM, "no memory for %zu %s", pieces, what);
    for (size_t c = 0; c < scores; c++) {
        *done = 0;
        for (size_t k = 0; k < pieces; k++) {
            if (isnan(points[k * scores].auc)) continue;
            auc[*done] = points[k * scores + c].auc;
            tpr[(*done)++] = points[k * scores + c].tpr;
        }
        double root = sqrt((double)*done);
        nsym_splot_roc_point sd = {0};
        if (*done > 1)
            sd = (nsym_splot_roc_point){nsym_spread_of(auc, *done).standard_error * root,
                                        nsym_spread_of(tpr, *done).standard_error * root};
        *(of_bootstraps ? &out[c].bootstrap : &out[c].toys) = sd;
    }
    free(auc);
    *failed = pieces - *done;
    if (*failed * 10 <= pieces) return NSYM_OK;
    return nsym_fail(NSYM_ENUMERIC,
                     "%zu of %zu %s failed: the sample is too small, or its mass spectrum does not tell signal from "
                     "background",
                     *failed, pieces, what);
}

static nsym_status prepare_toys(splot *s) {
    for (size_t i = 0; i < P; i++)
        if (s->fit->covariance[i][i] > 0) s->index[s->free++] = i;
    for (size_t i = 0; i < s->free; i++)
        for (size_t k = 0; k < s->free; k++) s->root[i * s->free + k] = s->fit->covariance[s->index[i]][s->index[k]];
    if (s->options->toys == 0 || nsym_cholesky(s->root, s->free)) return NSYM_OK;
    return nsym_fail(NSYM_ENUMERIC, "the covariance of the mass fit is not positive definite: no toys can be drawn");
}

/* Tests every score with the probabilities of a likelihood fit, whose uncertainty the test knows. */
static nsym_status test_independence(const splot *s, nsym_splot_score *out) {
    const nsym_mass_sample sample = nsym_mass_sample_of(&s->in);
    nsym_mass_options o = s->options->mass;
    nsym_mass_fit fit = *s->fit;
    if (fit.method != NSYM_MASS_LIKELIHOOD) {
        o = nsym_mass_options_usual(NSYM_MASS_LIKELIHOOD, fit.low, fit.high);
        o.start[NSYM_MASS_CENTRE] = fit.value[NSYM_MASS_CENTRE];
        NSYM_TRY(nsym_mass_fit_sample(&fit, &o, &sample, NULL));
    }
    for (size_t c = 0; c < s->scores; c++)
        NSYM_TRY(nsym_splot_test_mass(out[c].slope, s->score + c * s->n, &fit, &o, &sample));
    return NSYM_OK;
}

/* The value itself, with the weights and the check of independence. */
static nsym_status judge_in(room *r, const splot *s, nsym_mass_fit *fit, nsym_splot_score *out, double *weights,
                            nsym_splot_roc_point *points) {
    for (size_t i = 0; i < s->n; i++) r->expanded[i] = 1;
    fill(r, s, r->expanded);
    NSYM_TRY(weigh(r, s->fit));
    NSYM_TRY(curves(r, s, s->fit, r->expanded, points));
    for (size_t i = 0; i < s->n && weights; i++)
        memcpy(weights + 2 * s->in.place[i], r->weight + 2 * i, 2 * sizeof *weights);
    for (size_t c = 0; c < s->scores; c++) out[c] = (nsym_splot_score){.value = points[c]};
    nsym_status status = test_independence(s, out);
    if (status == NSYM_OK || status == NSYM_ENOMEM || s->options->mass.method == NSYM_MASS_LIKELIHOOD) return status;
    nsym_mass_warn(fit, "No score's independence of the mass is tested, which takes a likelihood fit: %s.",
                   nsym_message());
    return NSYM_OK;
}

static nsym_status judge(const splot *s, nsym_mass_fit *fit, nsym_splot_score *out, double *weights) {
    room r;
    nsym_splot_roc_point *points = calloc(s->scores + 1, sizeof *points);
    if (!points) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", s->scores);
    nsym_status status = room_new(&r, s);
    if (status == NSYM_OK) {
        status = judge_in(&r, s, fit, out, weights, points);
        nsym_arena_free(r.arena);
    }
    free(points);
    return status;
}

static nsym_status load(splot *s, const double *scores, size_t n) {
    s->score = malloc((s->scores * s->n + 1) * sizeof *s->score);
    s->order = malloc((s->scores * s->n + 1) * sizeof *s->order);
    s->bootstrap = calloc(s->options->bootstraps * s->scores + 1, sizeof *s->bootstrap);
    s->toy = calloc(s->options->toys * s->scores + 1, sizeof *s->toy);
    if (!s->score || !s->order || !s->bootstrap || !s->toy)
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores of %zu events", s->scores, s->n);
    for (size_t c = 0; c < s->scores; c++) {
        double *own = s->score + c * s->n;
        for (size_t i = 0; i < s->n; i++) {
            own[i] = scores[c * n + s->in.place[i]];
            if (!isfinite(own[i]))
                return nsym_fail(NSYM_ENUMERIC, "score %zu of event %zu is %g", c, s->in.place[i], own[i]);
        }
        NSYM_TRY(nsym_splot_order(s->order + c * s->n, own, s->n));
    }
    return NSYM_OK;
}

static nsym_status run(splot *s, nsym_splot_result *result, nsym_splot_score *out, double *weights,
                       const double *scores, size_t n) {
    const nsym_splot_options *o = s->options;
    const nsym_mass_sample sample = nsym_mass_sample_of(&s->in);
    nsym_status status = nsym_mass_fit_sample(&result->fit, &o->mass, &sample, NULL);
    nsym_mass_count(&result->fit, &s->in);
    NSYM_TRY(status);
    NSYM_TRY(nsym_mass_examine(&result->fit, &o->mass, &sample));
    if (!(result->fit.signal > 0) || !(result->fit.background > 0))
        return nsym_fail(NSYM_EINVAL,
                         "the mass fit finds %g signal and %g background events: sWeights need both, take a wider "
                         "window or look at the spectrum",
                         result->fit.signal, result->fit.background);
    NSYM_TRY(load(s, scores, n));
    NSYM_TRY(judge(s, &result->fit, out, weights));
    NSYM_TRY(prepare_toys(s));
    nsym_progress_start(o->progress, "bootstraps and toys", (double)(o->bootstraps + o->toys), 0);
    NSYM_TRY(nsym_workers_run(o->workers, o->bootstraps + o->toys, piece, s, NULL));
    NSYM_TRY(spread(s->bootstrap, o->bootstraps, s->scores, "bootstraps", out, true, &result->bootstraps,
                    &result->failed_bootstraps));
    return spread(s->toy, o->toys, s->scores, "toys", out, false, &result->toys, &result->failed_toys);
}

nsym_status nsym_splot_run(nsym_splot_result *result, nsym_splot_score *out, double *sweights,
                           const nsym_splot_options *options, const double *masses, const double *weights,
                           const double *scores, size_t n, size_t count) {
    splot s = {.options = options, .fit = &result->fit, .scores = count};
    *result = (nsym_splot_result){0};
    if (count == 0) return nsym_fail(NSYM_EINVAL, "no score is given");
    if (!(options->fpr > 0 && options->fpr < 1))
        return nsym_fail(NSYM_EINVAL, "false-positive rate %g is not between 0 and 1", options->fpr);
    NSYM_TRY(nsym_mass_check_options(&options->mass));
    NSYM_TRY(nsym_mass_select(&s.in, &options->mass, masses, weights, n));
    s.n = s.in.n;
    s.scale = s.in.squares / s.in.total;
    if (sweights) memset(sweights, 0, 2 * n * sizeof *sweights);
    nsym_status status = s.n > UINT32_MAX ? nsym_fail(NSYM_EINVAL, "%zu events are more than can be drawn from", s.n)
                                          : run(&s, result, out, sweights, scores, n);
    nsym_mass_selection_free(&s.in);
    free(s.score);
    free(s.order);
    free(s.bootstrap);
    free(s.toy);
    return status;
}
