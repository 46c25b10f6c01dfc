#include "study/count.h"

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory to count the study's runs");
}

/* Runs of a point that are not done. On an upper rung of a search so many tries are expected as go on, of which those
   that are done are known, and any of the others may be the rest. */
static double left_of(const nsym_run_counts *c, size_t i) {
    const nsym_grid *grid = &c->plan->grid;
    const nsym_point *point = &grid->point[i];
    size_t tries = 0, done = 0, others = 0, runs = nsym_plan_runs_of(point);
    if (!point->waits || c->done[i] == runs) return 0;
    for (size_t k = 0; k < grid->points; k++) {
        const nsym_point *other = &grid->point[k];
        if (!nsym_point_same_place(point, other)) continue;
        tries += other->rung == 0;
        if (other->rung != point->rung) continue;
        done += c->done[k];
        others += c->done[k] < runs;
    }
    for (size_t rung = 0; rung < point->rung; rung++) tries /= point->reduction;
    return tries * runs > done ? (double)(tries * runs - done) / (double)others : 0;
}

/* Of an experiment, new where it is the first point's. */
static nsym_experiment_cost *experiment_of(nsym_study_cost *cost, const char *name) {
    size_t n = cost->experiments;
    if (n && strcmp(cost->experiment[n - 1].name, name) == 0) return &cost->experiment[n - 1];
    nsym_experiment_cost *more = realloc(cost->experiment, (n + 1) * sizeof *more);
    if (!more) return NULL;
    cost->experiment = more;
    cost->experiments++;
    more[n] = (nsym_experiment_cost){.name = strdup(name)};
    return more[n].name ? &more[n] : NULL;
}

/* Counts a point's runs that are done. */
static nsym_status count_done(nsym_run_counts *c, size_t i) {
    size_t first = nsym_plan_first_run(c->plan, i);
    for (size_t m = 0; m < nsym_plan_runs_of(&c->plan->grid.point[i]); m++) {
        bool done = false;
        NSYM_TRY(nsym_plan_is_done(c->plan, &c->plan->run[first + m], &done));
        c->done[i] += done;
    }
    return NSYM_OK;
}

/* Adds a point's runs to its experiment's; `expected` (experiments). */
static nsym_status count_point(nsym_run_counts *c, size_t i, double *expected) {
    const nsym_point *point = &c->plan->grid.point[i];
    nsym_experiment_cost *row = experiment_of(c->cost, point->experiment);
    if (!row) return no_memory();
    if (point->waits) c->todo[i] = left_of(c, i);
    expected[c->cost->experiments - 1] +=
        point->waits ? (double)c->done[i] + c->todo[i] : (double)nsym_plan_runs_of(point);
    row->done += c->done[i];
    return NSYM_OK;
}

nsym_status nsym_count_runs(nsym_run_counts *c, nsym_study_cost *cost, const nsym_plan *plan) {
    *c = (nsym_run_counts){.plan = plan,
                           .cost = cost,
                           .done = nsym_arena_alloc(plan->arena, plan->grid.points, sizeof *c->done),
                           .todo = nsym_arena_alloc(plan->arena, plan->grid.points, sizeof *c->todo)};
    if (!c->done || !c->todo) return no_memory();
    double *expected = nsym_arena_alloc(plan->arena, plan->grid.points, sizeof *expected);
    if (!expected) return no_memory();
    for (size_t t = 0; t < plan->to_do; t++) c->todo[plan->run[plan->todo[t]].point - plan->grid.point]++;
    for (size_t i = 0; i < plan->grid.points; i++) NSYM_TRY(count_done(c, i));
    for (size_t i = 0; i < plan->grid.points; i++) NSYM_TRY(count_point(c, i, expected));
    for (size_t k = 0; k < c->cost->experiments; k++) {
        c->cost->experiment[k].runs = (size_t)llround(expected[k]);
        c->cost->runs += c->cost->experiment[k].runs;
        c->cost->done += c->cost->experiment[k].done;
    }
    c->cost->shared = plan->shared;
    c->cost->searches = plan->searches.count;
    return NSYM_OK;
}
