/* The mass fits that sPlots of any number of scores share. A bootstrap's sample is fitted anew, shapes and yields, so
   that its spread holds all there is. */
#include "stats/splot_fits.h"

#include "base/fail.h"
#include "base/workers.h"
#include <nearsym/random.h>

#include <stdlib.h>
#include <string.h>

nsym_splot_options nsym_splot_defaults(nsym_mass_method method, double low, double high) {
    return (nsym_splot_options){
        .mass = nsym_mass_defaults(method, low, high), .bootstraps = 100, .toys = 100, .seed = 1, .fpr = 0.5};
}

nsym_status nsym_splot_room_new(nsym_splot_room *out, const nsym_splot_fits *fits) {
    size_t n = fits->in.n;
    nsym_arena *arena = nsym_arena_new();
    double *values = arena ? nsym_arena_alloc(arena, 11 * n, sizeof *values) : NULL;
    size_t *places = values ? nsym_arena_alloc(arena, 2 * n, sizeof *places) : NULL;
    if (!places) {
        nsym_arena_free(arena);
        return nsym_fail(NSYM_ENOMEM, "no memory for a sample of %zu events", n);
    }
    *out = (nsym_splot_room){.arena = arena,
                             .mass = values,
                             .count = values + n,
                             .score = values + 2 * n,
                             .signal = values + 3 * n,
                             .background = values + 4 * n,
                             .expanded = values + 5 * n,
                             .pair = values + 6 * n,
                             .weight = values + 8 * n,
                             .weight_of = fits->in.weight ? values + 10 * n : values + n,
                             .order = places,
                             .to = places + n};
    return NSYM_OK;
}

void nsym_splot_room_free(nsym_splot_room *room) {
    nsym_arena_free(room->arena);
}

void nsym_splot_fill(nsym_splot_room *room, const nsym_splot_fits *fits, const double *counts) {
    room->n = 0;
    for (size_t i = 0; i < fits->in.n; i++) {
        room->to[i] = room->n;
        if (counts[i] <= 0) continue;
        room->mass[room->n] = fits->in.mass[i];
        if (fits->in.weight) room->weight_of[room->n] = counts[i] * fits->in.weight[i];
        room->count[room->n++] = counts[i];
    }
}

void nsym_splot_draw(double *counts, const nsym_splot_fits *fits, size_t index) {
    nsym_random random = nsym_random_stream(fits->options.seed, "splot bootstrap", index);
    memset(counts, 0, fits->in.n * sizeof *counts);
    for (size_t i = 0; i < fits->in.n; i++) counts[nsym_random_below(&random, (uint32_t)fits->in.n)]++;
}

static double sum_of_weights(const nsym_splot_room *r, const nsym_splot_fits *f) {
    double sum = 0;
    if (!f->in.weight) return (double)f->in.n;
    for (size_t i = 0; i < r->n; i++) sum += r->weight_of[i];
    return sum;
}

/* The fit of a bootstrap; the published method counts events in bins, so each stands there as often as it was drawn. */
static nsym_status fit_again(nsym_mass_fit *fit, nsym_splot_room *r, const nsym_splot_fits *f) {
    nsym_mass_sample sample = {r->mass, r->weight_of, r->n, sum_of_weights(r, f), .scale = f->scale, .repeated = true};
    const nsym_mass_options *o = &f->options.mass;
    if (!(sample.total > 0)) return nsym_fail(NSYM_EINVAL, "the weights of a bootstrap add up to %g", sample.total);
    sample.squares = sample.total * f->scale;
    if (o->method == NSYM_MASS_LIKELIHOOD) return nsym_mass_fit_sample(fit, o, &sample, f->fit.value);
    double *weight = f->in.weight ? r->signal : NULL; /* not yet in use */
    sample.n = 0;
    for (size_t i = 0; i < r->n; i++)
        for (size_t left = (size_t)r->count[i]; left > 0; left--) {
            if (weight) weight[sample.n] = r->weight_of[i] / r->count[i];
            r->expanded[sample.n++] = r->mass[i];
        }
    sample.mass = r->expanded;
    sample.weight = weight;
    return nsym_mass_fit_sample(fit, o, &sample, NULL);
}

/* One bootstrap. One that cannot be fitted is marked and does not end the others. */
static nsym_status fit_bootstrap(void *context, size_t index, size_t worker) {
    nsym_splot_fits *f = context;
    nsym_splot_room r;
    (void)worker; /* every bootstrap has its own room */
    if (f->options.stop && f->options.stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped on request");
    NSYM_TRY(nsym_splot_room_new(&r, f));
    double *counts = malloc((f->in.n + 1) * sizeof *counts);
    nsym_status status = counts ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a sample of %zu events", f->in.n);
    if (counts) {
        nsym_splot_draw(counts, f, index);
        nsym_splot_fill(&r, f, counts);
        status = fit_again(&f->bootstrap[index], &r, f);
    }
    free(counts);
    nsym_splot_room_free(&r);
    if (status == NSYM_ENOMEM || status == NSYM_EINTERRUPTED) return status;
    f->failed[index] = status != NSYM_OK;
    nsym_progress_add(f->options.progress, 1);
    return NSYM_OK;
}

nsym_status nsym_splot_untested(nsym_mass_fit *fit, nsym_status status) {
    if (status != NSYM_ENOMEM)
        nsym_mass_warn(fit,
                       "No score is tested for independence of the mass, because the test needs a likelihood fit: %s.",
                       nsym_message());
    return status == NSYM_ENOMEM ? status : NSYM_OK;
}

/* The fit whose probabilities the test of independence takes. */
static nsym_status prepare_test(nsym_splot_fits *f, const nsym_mass_sample *sample) {
    f->likelihood = f->fit;
    f->test = f->options.mass;
    f->tests = true;
    if (f->fit.method == NSYM_MASS_LIKELIHOOD) return NSYM_OK;
    f->test = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, f->fit.low, f->fit.high);
    f->test.start[NSYM_MASS_CENTRE] = f->fit.value[NSYM_MASS_CENTRE];
    nsym_status status = nsym_mass_fit_sample(&f->likelihood, &f->test, sample, NULL);
    f->tests = status == NSYM_OK;
    return status == NSYM_OK ? NSYM_OK : nsym_splot_untested(&f->fit, status);
}

static nsym_status fit_once(nsym_splot_fits *f) {
    const nsym_splot_options *o = &f->options;
    const nsym_mass_sample sample = nsym_mass_sample_of(&f->in);
    nsym_status status = nsym_mass_fit_sample(&f->fit, &o->mass, &sample, NULL);
    nsym_mass_count(&f->fit, &f->in);
    NSYM_TRY(status);
    NSYM_TRY(nsym_mass_examine(&f->fit, &o->mass, &sample));
    if (!(f->fit.signal > 0) || !(f->fit.background > 0))
        return nsym_fail(NSYM_EINVAL,
                         "the mass fit finds %g signal and %g background events: sWeights need both, take a wider "
                         "window or look at the spectrum",
                         f->fit.signal, f->fit.background);
    return prepare_test(f, &sample);
}

nsym_status nsym_splot_fits_repeat(nsym_splot_fits *f) {
    const nsym_splot_options *o = &f->options;
    f->bootstrap = calloc(o->bootstraps + 1, sizeof *f->bootstrap);
    f->failed = calloc(o->bootstraps + 1, sizeof *f->failed);
    if (!f->bootstrap || !f->failed) return nsym_fail(NSYM_ENOMEM, "no memory for %zu bootstraps", o->bootstraps);
    nsym_progress_start(o->progress, "fits of bootstraps", (double)o->bootstraps, 0);
    return nsym_workers_run(o->workers, o->bootstraps, fit_bootstrap, f, NULL);
}

nsym_status nsym_splot_fits_begin(nsym_splot_fits *out, const nsym_splot_options *options, const double *masses,
                                  const double *weights, size_t n) {
    *out = (nsym_splot_fits){.options = *options, .events = n};
    if (!(options->fpr > 0 && options->fpr < 1))
        return nsym_fail(NSYM_EINVAL, "false-positive rate %g is not between 0 and 1", options->fpr);
    NSYM_TRY(nsym_mass_check_options(&options->mass));
    NSYM_TRY(nsym_mass_select(&out->in, &options->mass, masses, weights, n));
    out->scale = out->in.squares / out->in.total;
    if (out->in.n > UINT32_MAX) return nsym_fail(NSYM_EINVAL, "%zu events are more than can be drawn from", out->in.n);
    return fit_once(out);
}

void nsym_splot_fits_release(nsym_splot_fits *fits) {
    nsym_mass_selection_free(&fits->in);
    free(fits->bootstrap);
    free(fits->failed);
}

nsym_status nsym_splot_fits_new(nsym_splot_fits **out, const nsym_splot_options *options, const double *masses,
                                const double *weights, size_t n) {
    nsym_splot_fits *fits = malloc(sizeof *fits);
    *out = NULL;
    if (!fits) return nsym_fail(NSYM_ENOMEM, "no memory for mass fits");
    nsym_status status = nsym_splot_fits_begin(fits, options, masses, weights, n);
    if (status == NSYM_OK) status = nsym_splot_fits_repeat(fits);
    if (status == NSYM_OK)
        *out = fits;
    else
        nsym_splot_fits_free(fits);
    return status;
}

void nsym_splot_fits_free(nsym_splot_fits *fits) {
    if (!fits) return;
    nsym_splot_fits_release(fits);
    free(fits);
}
