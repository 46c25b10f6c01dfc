#include "study/estimate.h"

#include "base/fail.h"
#include "base/folder.h"
#include "base/workers.h"
#include "study/count.h"
#include "study/kind_cost.h"
#include <nearsym/work.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of a sample's small part to begin with; tries of a search that stand for all; bytes of a program that does
   nothing yet, and how many times itself a sample takes while it is made. */
enum { TARGET = 2000, TRIES = 5, PROGRAM_BYTES = 40000000, MAKING = 2 };

typedef struct kind {
    const char *key; /* of a run's card without what does not change how long an event takes */
    const nsym_point *point;
    size_t sample; /* of the plan's */
    bool keeps, measured;
    nsym_kind_cost cost;
} kind;

typedef struct estimator {
    nsym_plan *plan;
    nsym_study_cost *cost;
    double *seconds;    /* (points) of a run of each; NULL: nobody asks */
    const double *todo; /* (points) runs of each that are not done */
    size_t kinds;
    kind *kind;               /* (kinds) */
    size_t *of;               /* (points) the kind of each */
    bool *keeps;              /* (samples) somebody keeps it, and it is not there yet */
    bool *wanted;             /* (samples) by a run that is not done */
    nsym_small_sample *small; /* (samples) without its events once it was measured */
    nsym_shrunk_file file;
    char folder[NSYM_PATH_SIZE];
} estimator;

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for what the study takes");
}

/* ---- What kinds of runs there are ---- */

/* What an event takes hangs on no seed, no size and no rate. */
static nsym_status key_of(const char **out, nsym_arena *arena, const nsym_point *point) {
    nsym_run_card card = point->card;
    char *key;
    card.train.epochs = 1;
    card.train.size = card.data.split.size = card.train.patience = 0;
    card.train.learning_rate = card.train.weight_decay = card.train.min_change = 1e-5;
    NSYM_TRY(nsym_card_key(&key, &card, false));
    *out = nsym_arena_strdup(arena, key);
    free(key);
    return *out ? NSYM_OK : no_memory();
}

static nsym_status find_kinds(estimator *e) {
    nsym_plan *plan = e->plan;
    for (size_t i = 0; i < plan->grid.points; i++) {
        const nsym_point *point = &plan->grid.point[i];
        size_t sample = plan->samples.of[i], k = 0;
        const char *key;
        if (!(e->todo[i] > 0)) continue;
        NSYM_TRY(key_of(&key, plan->arena, point));
        while (k < e->kinds && (e->kind[k].sample != sample || strcmp(e->kind[k].key, key) != 0)) k++;
        if (k == e->kinds) e->kind[e->kinds++] = (kind){.key = key, .point = point, .sample = sample};
        e->of[i] = k;
        e->kind[k].keeps |= point->keep;
        e->wanted[sample] = true;
        e->cost->stops_early |= point->card.train.patience > 0 && !point->card.column;
    }
    for (size_t k = 0; k < plan->samples.count; k++) {
        const nsym_shared_sample *shared = &plan->samples.sample[k];
        e->keeps[k] = shared->path && !nsym_folder_has(plan->options->out, "%s", shared->path);
    }
    e->cost->kinds = e->kinds;
    return NSYM_OK;
}

/* ---- Measuring ---- */

/* Do two kinds differ in what a search tries alone? */
static bool are_tries(const kind *a, const kind *b) {
    return a->point->search && a->point->search == b->point->search && a->sample == b->sample &&
           strcmp(a->point->model, b->point->model) == 0;
}

/* Were enough tries of its search measured? */
static bool is_stood_for(const estimator *e, size_t k) {
    size_t measured = 0;
    for (size_t i = 0; i < k; i++) measured += e->kind[i].measured && are_tries(&e->kind[i], &e->kind[k]);
    return measured >= TRIES;
}

static nsym_status measure_kinds(estimator *e, size_t sample, const nsym_kind_context *context) {
    for (size_t k = 0; k < e->kinds; k++) {
        kind *at = &e->kind[k];
        if (at->sample != sample || is_stood_for(e, k)) continue;
        nsym_status status = nsym_kind_measure(&at->cost, at->point, at->keeps, &e->small[sample], context);
        if (status != NSYM_OK) return status;
        at->measured = true;
        e->cost->measured++;
        nsym_progress_add(e->plan->options->progress, 1);
    }
    return NSYM_OK;
}

static void forget_kinds(estimator *e, size_t sample) {
    for (size_t k = 0; k < e->kinds; k++) {
        if (e->kind[k].sample != sample || !e->kind[k].measured) continue;
        e->kind[k].measured = false;
        e->cost->measured--;
    }
}

/* A part may be too small for what is done with it, such as a fit; then a larger one is taken, in the end the whole. */
static nsym_status measure_sample(estimator *e, size_t sample) {
    const nsym_study_options *options = e->plan->options;
    nsym_small_sample *small = &e->small[sample];
    nsym_kind_context context = {e->folder, &e->file, TARGET, options->stop};
    for (;; context.target *= 4) {
        nsym_status status = nsym_small_sample_load(small, e->plan->samples.sample[sample].point, e->keeps[sample],
                                                    options->jobs, &context);
        if (status == NSYM_OK) status = measure_kinds(e, sample, &context);
        nsym_sample_free(&small->sample);
        if (status == NSYM_OK || status == NSYM_EINTERRUPTED || !(small->ratio > 1)) return status;
        forget_kinds(e, sample);
    }
}

/* The tries that were not measured take what those do on average that were. */
static void spread_kinds(estimator *e) {
    for (size_t k = 0; k < e->kinds; k++) {
        kind *at = &e->kind[k];
        double n = 0, once = 0, epoch = 0;
        if (at->measured) continue;
        for (size_t i = 0; i < e->kinds; i++) {
            if (!e->kind[i].measured || !are_tries(at, &e->kind[i])) continue;
            at->cost = e->kind[i].cost;
            once += at->cost.once;
            epoch += at->cost.epoch;
            n++;
        }
        at->cost.once = n > 0 ? once / n : 0;
        at->cost.epoch = n > 0 ? epoch / n : 0;
    }
}

static nsym_status measure(estimator *e) {
    nsym_status status = NSYM_OK;
    nsym_progress_start(e->plan->options->progress, "measuring", (double)e->kinds, 0);
    for (size_t k = 0; status == NSYM_OK && k < e->plan->samples.count; k++)
        if (e->wanted[k] || e->keeps[k]) status = measure_sample(e, k);
    spread_kinds(e);
    return status;
}

/* ---- The sum ---- */

static size_t jobs_of(const nsym_study_options *options) {
    size_t jobs = options->jobs ? options->jobs : nsym_workers_available();
    return options->cluster ? jobs * options->cluster->ranks : jobs;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

/* How many samples are in memory at once: one for each training at most, and two as trainings go from one to the next,
   unless a sample has fewer trainings than are done at once. */
static double samples_held(double samples, double runs, double jobs) {
    return smaller(smaller(samples, jobs), 1 + jobs * samples / fmax(runs, 1));
}

static void add_samples(estimator *e, double runs, double jobs) {
    double largest = 0, samples = 0;
    for (size_t k = 0; k < e->plan->samples.count; k++) {
        const nsym_small_sample *small = &e->small[k];
        if (!e->wanted[k] && !e->keeps[k]) continue;
        e->cost->sample_seconds += small->seconds * small->ratio;
        e->cost->disk_bytes += small->file_bytes;
        samples++;
        largest = fmax(largest, small->bytes * small->ratio);
    }
    e->cost->cpu_seconds += e->cost->sample_seconds;
    e->cost->memory_bytes += PROGRAM_BYTES + (1 + MAKING) * samples_held(samples, runs, jobs) * largest;
}

/* The place of a point's model in its experiment, new where it is the first point's. */
static nsym_model_cost *model_of(nsym_study_cost *cost, const char *experiment, const char *name) {
    size_t n = cost->models;
    for (size_t i = 0; i < n; i++)
        if (strcmp(cost->model[i].experiment, experiment) == 0 && strcmp(cost->model[i].name, name) == 0)
            return &cost->model[i];
    nsym_model_cost *more = realloc(cost->model, (n + 1) * sizeof *more);
    if (!more) return NULL;
    cost->model = more;
    more[n] = (nsym_model_cost){.experiment = experiment, .name = strdup(name)};
    if (!more[n].name) return NULL;
    cost->models++;
    return &more[n];
}

static nsym_status add_up(estimator *e) {
    const nsym_grid *grid = &e->plan->grid;
    nsym_study_cost *cost = e->cost;
    double jobs = (double)jobs_of(e->plan->options), runs = 0, trained = 0, longest = 0, memory = 0;
    size_t row = 0;
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_point *point = &grid->point[i];
        if (strcmp(cost->experiment[row].name, point->experiment) != 0) row++;
        if (!(e->todo[i] > 0)) continue;
        const kind *k = &e->kind[e->of[i]];
        nsym_run_cost one = nsym_kind_tell(&k->cost, point, point->keep, &e->small[k->sample]);
        runs += e->todo[i];
        if (e->seconds) e->seconds[i] = one.seconds;
        trained += e->todo[i] * one.seconds;
        cost->experiment[row].cpu_seconds += e->todo[i] * one.seconds;
        nsym_model_cost *model = model_of(cost, cost->experiment[row].name, point->model);
        if (!model) return no_memory();
        model->runs += e->todo[i];
        model->cpu_seconds += e->todo[i] * one.seconds;
        cost->disk_bytes += e->todo[i] * one.disk_bytes;
        longest = fmax(longest, one.seconds);
        memory = fmax(memory, one.memory_bytes);
    }
    cost->jobs = (size_t)jobs;
    cost->cpu_seconds = trained;
    cost->memory_bytes = smaller(runs, jobs) * memory;
    add_samples(e, runs, jobs);
    cost->seconds = fmax(trained / jobs, longest) + cost->sample_seconds;
    return NSYM_OK;
}

/* ---- */

static nsym_status make_work_folder(estimator *e) {
    char path[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_work_folder_new(e->folder, sizeof e->folder));
    NSYM_TRY(nsym_folder_path(path, e->folder, "scores"));
    NSYM_TRY(nsym_folder_make(path));
    NSYM_TRY(nsym_folder_path(path, e->folder, "models"));
    return nsym_folder_make(path);
}

nsym_status nsym_estimate(nsym_study_cost *out, double *seconds, nsym_plan *plan) {
    size_t points = plan->grid.points, samples = plan->samples.count;
    nsym_arena *arena = plan->arena;
    nsym_run_counts counts;
    *out = (nsym_study_cost){0};
    estimator e = {.plan = plan,
                   .cost = out,
                   .seconds = seconds,
                   .kind = nsym_arena_alloc(arena, points, sizeof *e.kind),
                   .of = nsym_arena_alloc(arena, points, sizeof *e.of),
                   .keeps = nsym_arena_alloc(arena, samples, sizeof *e.keeps),
                   .wanted = nsym_arena_alloc(arena, samples, sizeof *e.wanted),
                   .small = nsym_arena_alloc(arena, samples, sizeof *e.small)};
    if (!e.kind || !e.of || !e.keeps || !e.wanted || !e.small) return no_memory();
    NSYM_TRY(nsym_count_runs(&counts, out, plan));
    e.todo = counts.todo;
    NSYM_TRY(find_kinds(&e));
    nsym_status status = make_work_folder(&e);
    e.file = (nsym_shrunk_file){.folder = e.folder, .arena = arena};
    if (status == NSYM_OK) status = measure(&e);
    if (e.folder[0]) nsym_work_folder_remove(e.folder);
    if (status == NSYM_OK) status = add_up(&e);
    return status;
}

nsym_status nsym_study_estimate(nsym_study_cost *out, const nsym_study_options *options) {
    nsym_plan plan = {0};
    *out = (nsym_study_cost){0};
    nsym_status status = nsym_plan_open(&plan, options, NSYM_PLAN_LOOK);
    if (status == NSYM_OK) status = nsym_estimate(out, NULL, &plan);
    nsym_plan_close(&plan);
    if (status != NSYM_OK) nsym_study_cost_free(out);
    return status;
}

void nsym_study_cost_free(nsym_study_cost *cost) {
    for (size_t i = 0; i < cost->experiments; i++) free((char *)cost->experiment[i].name);
    for (size_t i = 0; i < cost->models; i++) free((char *)cost->model[i].name);
    free(cost->experiment);
    free(cost->model);
    *cost = (nsym_study_cost){0};
}
