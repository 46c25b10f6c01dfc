/* Sets of energy-flow polynomials, and their values for events in memory. */
#include <nearsym/efp.h>

#include "base/fail.h"
#include "base/workers.h"
#include "observables/efp_graph.h"
#include "observables/efp_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Many events in a job, so that small ones find others of their size; many jobs for a worker, so that none waits. */
enum { JOB_EVENTS_MIN = 16, JOB_EVENTS_MAX = 1024, JOBS_PER_WORKER = 16 };

nsym_status nsym_efp_set_new(nsym_efp_set **out, const char *selection) {
    *out = NULL;
    nsym_efp_set *set = calloc(1, sizeof *set);
    if (!set) return nsym_fail(NSYM_ENOMEM, "no memory for graphs");
    nsym_status status = nsym_efp_select(&set->graphs, &set->count, selection);
    if (status == NSYM_OK) status = nsym_efp_plan_make(&set->plan, set->graphs, set->count);
    if (status != NSYM_OK) {
        nsym_efp_set_free(set);
        return status;
    }
    *out = set;
    return NSYM_OK;
}

void nsym_efp_set_free(nsym_efp_set *set) {
    if (!set) return;
    nsym_efp_plan_free(&set->plan);
    free(set->graphs);
    free(set);
}

size_t nsym_efp_set_count(const nsym_efp_set *set) {
    return set->count;
}

const nsym_efp_graph *nsym_efp_set_graph(const nsym_efp_set *set, size_t i) {
    return &set->graphs[i];
}

nsym_efp_cost nsym_efp_set_cost(const nsym_efp_set *set, size_t constituents) {
    nsym_efp_cost cost = {0};
    for (size_t i = 0; i < set->plan.steps; i++) {
        const nsym_efp_step *s = &set->plan.step[i];
        cost.flops += nsym_efp_step_flops(s, (double)constituents);
        cost.matrix_products += s->kind == NSYM_EFP_SERIES || s->kind == NSYM_EFP_TRIANGLE;
        cost.matrix_vector += s->kind == NSYM_EFP_SUM || s->kind == NSYM_EFP_SUM2;
        cost.element_wise += s->kind == NSYM_EFP_PRODUCT || s->kind == NSYM_EFP_SCALE || s->kind == NSYM_EFP_POWER;
        cost.vector += s->kind == NSYM_EFP_TIMES || s->kind == NSYM_EFP_DOT;
        cost.fourth_order += s->kind == NSYM_EFP_DIAMOND;
    }
    return cost;
}

/* The name of a step's result: "m3", "v0", "n12", or ones. */
static void name(char text[24], const nsym_efp_plan *plan, int step) {
    if (step < 0) {
        snprintf(text, 24, "1");
        return;
    }
    const nsym_efp_step *s = &plan->step[step];
    char letter = nsym_efp_is_matrix(s->kind) ? 'm' : nsym_efp_is_vector(s->kind) ? 'v' : 'n';
    snprintf(text, 24, "%c%zu", letter, s->place);
}

static void tell_step(FILE *out, const nsym_efp_plan *plan, size_t i) {
    const nsym_efp_step *s = &plan->step[i];
    const char *turned = s->x_turned ? "^T" : "";
    char to[24], x[24], y[24], w[24];
    name(to, plan, (int)i), name(x, plan, s->x), name(y, plan, s->y), name(w, plan, s->w);
    fprintf(out, "%s = ", to);
    switch (s->kind) {
    case NSYM_EFP_POWER:
        fprintf(out, "theta^%u\n", s->power);
        break;
    case NSYM_EFP_SCALE:
        fprintf(out, "diag(z %s) %s\n", w, x);
        break;
    case NSYM_EFP_SERIES:
        fprintf(out, "%s%s %s\n", x, turned, y);
        break;
    case NSYM_EFP_TRANSPOSE:
        fprintf(out, "%s^T\n", x);
        break;
    case NSYM_EFP_DIAMOND:
        fprintf(out, "diamond(%s)\n", x);
        break;
    case NSYM_EFP_SUM:
        fprintf(out, "%s%s (z %s)\n", x, turned, w);
        break;
    case NSYM_EFP_SUM2:
        fprintf(out, "(%s o %s) (z %s)\n", x, y, w);
        break;
    case NSYM_EFP_TRIANGLE:
        fprintf(out, "triangle(%s)\n", x);
        break;
    case NSYM_EFP_DOT:
        fprintf(out, "sum z %s %s\n", x, y);
        break;
    case NSYM_EFP_PRODUCT:
    case NSYM_EFP_TIMES:
    case NSYM_EFP_FACTOR:
        fprintf(out, "%s o %s\n", x, y);
        break;
    }
}

char *nsym_efp_set_plan(const nsym_efp_set *set) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    for (size_t i = 0; i < set->plan.steps; i++) tell_step(out, &set->plan, i);
    for (size_t i = 0; i < set->count; i++) fprintf(out, "graph %zu: n%zu\n", i, set->plan.result[i]);
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
}

typedef struct work {
    const nsym_efp_set *set;
    const nsym_efp_options *options;
    size_t events, job_events;
    const uint64_t *offsets;
    const double *particles;
    double *values;
    nsym_efp_workspace *workspace; /* (workers) */
} work;

static nsym_status run_job(void *context, size_t index, size_t worker) {
    work *w = context;
    const nsym_efp_options *o = w->options;
    size_t row = o->kappas * o->betas * w->set->count, first = index * w->job_events, left = w->events - first;
    return nsym_efp_run_events(w->set, o, &w->workspace[worker], left < w->job_events ? left : w->job_events,
                               w->offsets + first, w->particles, w->values + first * row);
}

static size_t events_of_job(size_t events, size_t workers) {
    size_t share = events / (workers * JOBS_PER_WORKER);
    if (workers == 1 && events > 0) return events;
    return share < JOB_EVENTS_MIN ? JOB_EVENTS_MIN : share > JOB_EVENTS_MAX ? JOB_EVENTS_MAX : share;
}

nsym_status nsym_efp_compute(double *values, const nsym_efp_set *set, const nsym_efp_options *options, size_t events,
                             const uint64_t *offsets, const double *particles) {
    NSYM_TRY(nsym_efp_check_options(options));
    for (size_t i = 0; i < events; i++)
        if (offsets[0] != 0 || offsets[i + 1] < offsets[i])
            return nsym_fail(NSYM_EINVAL, "offsets must rise from 0; at event %zu they do not", i);
    NSYM_TRY(nsym_efp_check_events(options, events, offsets, particles));
    size_t workers = options->workers > 0 ? options->workers : nsym_workers_available();
    size_t job_events = events_of_job(events, workers), jobs = (events + job_events - 1) / job_events;
    if (workers > jobs) workers = jobs > 0 ? jobs : 1;
    work w = {set, options, events, job_events, offsets, particles, values, calloc(workers, sizeof *w.workspace)};
    if (!w.workspace) return nsym_fail(NSYM_ENOMEM, "no memory for %zu workers", workers);
    /* A thread takes longer to start than a few events to compute. */
    nsym_status status = jobs == 1 ? run_job(&w, 0, 0) : nsym_workers_run(workers, jobs, run_job, &w, NULL);
    for (size_t i = 0; i < workers; i++) nsym_efp_workspace_free(&w.workspace[i]);
    free(w.workspace);
    return status;
}
