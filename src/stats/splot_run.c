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
    double *mass, *score;                  /* (n), (scores, n) */
    size_t *place, *order;                 /* (n) among the events; (scores, n) by falling score */
    double root[P * P];                    /* of the covariance of what is free */
    size_t index[P], free;                 /* those parameters */
    nsym_splot_roc_point *bootstrap, *toy; /* (bootstraps, scores), (toys, scores); an area that is NaN: it failed */
} splot;

/* Room for a fit of a sample and its curves. */
typedef struct {
    nsym_arena *arena;
    double *mass, *count, *score;       /* (n): the events of the sample that count */
    double *signal, *background, *pair; /* (n), (n), (n, 2) densities or probabilities */
    double *weight, *expanded;          /* (n, 2), (n) */
    size_t *order, *to;                 /* (n) by falling score; where an event went */
    size_t n;                           /* how many count */
} room;

static nsym_status room_new(room *r, size_t n) {
    nsym_arena *arena = nsym_arena_new();
    double *values = arena ? nsym_arena_alloc(arena, 10 * n, sizeof *values) : NULL;
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
                .order = places,
                .to = places + n};
    return NSYM_OK;
}

/* The events that count at all, masses still rising. */
static void fill(room *r, const splot *s, const double *counts) {
    r->n = 0;
    for (size_t i = 0; i < s->n; i++) {
        r->to[i] = r->n;
        if (counts[i] <= 0) continue;
        r->mass[r->n] = s->mass[i];
        r->count[r->n++] = counts[i];
    }
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
    if (published) return nsym_splot_solve_published(r->weight, r->pair, r->count, r->n, 2);
    const double yields[2] = {fit->signal, fit->background};
    return nsym_splot_solve(r->weight, NULL, r->pair, yields, r->count, r->n, 2, sum_rule);
}

/* The curves of all scores by the weights; r->weight is multiplied by the counts. */
static nsym_status curves(room *r, const splot *s, const nsym_mass_fit *fit, const double *counts,
                          nsym_splot_roc_point *out) {
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < 2; k++) r->weight[2 * i + k] *= r->count[i];
    for (size_t c = 0; c < s->scores; c++) {
        const double *score = s->score + c * s->n;
        size_t kept = 0;
        for (size_t i = 0; i < s->n; i++) {
            size_t at = s->order[c * s->n + i];
            if (counts[at] > 0) r->order[kept++] = r->to[at];
            if (counts[i] > 0) r->score[r->to[i]] = score[i];
        }
        if (fit->method == NSYM_MASS_PUBLISHED)
            NSYM_TRY(nsym_splot_curve_published(out + c, r->score, r->order, r->weight, r->count, r->n, fit->background,
                                                s->options->fpr));
        else
            NSYM_TRY(nsym_splot_curve(out + c, r->score, r->order, r->weight, r->n, s->options->fpr));
    }
    return NSYM_OK;
}

static nsym_status fit_again(nsym_mass_fit *fit, room *r, const splot *s) {
    nsym_mass_sample sample = {r->mass, r->count, r->n, (double)s->n};
    nsym_mass_options o = s->options->mass;
    if (o.method == NSYM_MASS_PUBLISHED) {
        size_t all = 0;
        for (size_t i = 0; i < r->n; i++)
            for (size_t left = (size_t)r->count[i]; left > 0; left--) r->expanded[all++] = r->mass[i];
        sample = (nsym_mass_sample){r->expanded, NULL, all, (double)all};
        return nsym_mass_fit_sample(fit, &o, &sample, NULL);
    }
    return nsym_mass_fit_sample(fit, &o, &sample, s->fit->value);
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
            slope += d;
            curvature -= d * d;
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
    for (size_t i = 0; i < s->n; i++) {
        r->mass[i] = s->mass[i];
        r->count[i] = 1;
        r->to[i] = i;
    }
    r->n = s->n;
    NSYM_TRY(draw(&fit, s, &random));
    double total = (double)s->n;
    if (fit.method == NSYM_MASS_LIKELIHOOD) { /* sWeights need yields that are fitted: the shapes alone are drawn */
        NSYM_TRY(nsym_mass_densities(&fit, r->mass, r->n, r->signal, r->background));
        fit.value[NSYM_MASS_FRACTION] = fraction_of(r, fit.value[NSYM_MASS_FRACTION]);
    }
    fit.signal = fit.value[NSYM_MASS_FRACTION] * total;
    fit.background = total - fit.signal;
    NSYM_TRY(weigh(r, &fit));
    return curves(r, s, &fit, r->count, out);
}

/* One bootstrap or toy. One that cannot be done is marked and does not end the others. */
static nsym_status piece(void *context, size_t index, size_t worker) {
    const splot *s = context;
    room r;
    (void)worker; /* every piece has its own room */
    NSYM_TRY(room_new(&r, s->n));
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

/* The value itself, with the weights and the check of independence. */
static nsym_status judge_in(room *r, const splot *s, nsym_splot_score *out, double *weights,
                            nsym_splot_roc_point *points) {
    for (size_t i = 0; i < s->n; i++) r->expanded[i] = 1;
    fill(r, s, r->expanded);
    NSYM_TRY(weigh(r, s->fit));
    for (size_t i = 0; i < s->n && weights; i++)
        memcpy(weights + 2 * s->place[i], r->weight + 2 * i, 2 * sizeof *weights);
    NSYM_TRY(curves(r, s, s->fit, r->expanded, points));
    double share = s->fit->value[NSYM_MASS_FRACTION];
    for (size_t i = 0; i < s->n; i++) {
        double a = share * r->signal[i], b = (1 - share) * r->background[i];
        r->pair[2 * i] = a / (a + b);
        r->pair[2 * i + 1] = b / (a + b);
    }
    for (size_t c = 0; c < s->scores; c++) {
        out[c] = (nsym_splot_score){.value = points[c]};
        NSYM_TRY(nsym_splot_independence(out[c].slope, s->score + c * s->n, s->mass, r->pair, s->n, 2));
    }
    return NSYM_OK;
}

static nsym_status judge(const splot *s, nsym_splot_score *out, double *weights) {
    room r;
    nsym_splot_roc_point *points = calloc(s->scores + 1, sizeof *points);
    if (!points) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", s->scores);
    nsym_status status = room_new(&r, s->n);
    if (status == NSYM_OK) {
        status = judge_in(&r, s, out, weights, points);
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
            own[i] = scores[c * n + s->place[i]];
            if (!isfinite(own[i]))
                return nsym_fail(NSYM_ENUMERIC, "score %zu of event %zu is %g", c, s->place[i], own[i]);
        }
        NSYM_TRY(nsym_splot_order(s->order + c * s->n, own, s->n));
    }
    return NSYM_OK;
}

static nsym_status run(splot *s, nsym_splot_result *result, nsym_splot_score *out, double *weights,
                       const double *scores, size_t n) {
    const nsym_splot_options *o = s->options;
    const nsym_mass_sample sample = {s->mass, NULL, s->n, (double)s->n};
    nsym_status status = nsym_mass_fit_sample(&result->fit, &o->mass, &sample, NULL);
    result->fit.events = s->n;
    result->fit.outside = n - s->n;
    NSYM_TRY(status);
    NSYM_TRY(nsym_mass_compare(&result->fit, &o->mass, &sample));
    if (!(result->fit.signal > 0) || !(result->fit.background > 0))
        return nsym_fail(NSYM_EINVAL,
                         "the mass fit finds %g signal and %g background events: sWeights need both, take a wider "
                         "window or look at the spectrum",
                         result->fit.signal, result->fit.background);
    NSYM_TRY(load(s, scores, n));
    NSYM_TRY(judge(s, out, weights));
    NSYM_TRY(prepare_toys(s));
    nsym_progress_start(o->progress, "bootstraps and toys", (double)(o->bootstraps + o->toys), 0);
    NSYM_TRY(nsym_workers_run(o->workers, o->bootstraps + o->toys, piece, s, NULL));
    NSYM_TRY(spread(s->bootstrap, o->bootstraps, s->scores, "bootstraps", out, true, &result->bootstraps,
                    &result->failed_bootstraps));
    return spread(s->toy, o->toys, s->scores, "toys", out, false, &result->toys, &result->failed_toys);
}

nsym_status nsym_splot_run(nsym_splot_result *result, nsym_splot_score *out, double *weights,
                           const nsym_splot_options *options, const double *masses, const double *scores, size_t n,
                           size_t count) {
    splot s = {.options = options, .fit = &result->fit, .scores = count};
    *result = (nsym_splot_result){0};
    if (count == 0) return nsym_fail(NSYM_EINVAL, "no score is given");
    if (!(options->fpr > 0 && options->fpr < 1))
        return nsym_fail(NSYM_EINVAL, "false-positive rate %g is not between 0 and 1", options->fpr);
    NSYM_TRY(nsym_mass_check_options(&options->mass));
    NSYM_TRY(nsym_mass_select(&options->mass, masses, n, &s.mass, &s.place, &s.n));
    if (weights) memset(weights, 0, 2 * n * sizeof *weights);
    nsym_status status = s.n > UINT32_MAX ? nsym_fail(NSYM_EINVAL, "%zu events are more than can be drawn from", s.n)
                                          : run(&s, result, out, weights, scores, n);
    free(s.mass);
    free(s.place);
    free(s.score);
    free(s.order);
    free(s.bootstrap);
    free(s.toy);
    return status;
}
