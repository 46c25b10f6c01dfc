#include "study/pacing.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/workers.h"

#include <stdlib.h>
#include <string.h>

static double rows_of(const nsym_plan *s, size_t todo) {
    const nsym_run *run = &s->run[s->todo[todo]];
    return nsym_plan_rows(run, nsym_samples_events(&s->samples, run->point));
}

double nsym_pacing_rows(const nsym_plan *s) {
    double rows = 0;
    for (size_t t = 0; t < s->to_do; t++) rows += rows_of(s, t);
    return rows;
}

static double seconds_left(void *pace) {
    return nsym_pace_left(pace, nsym_seconds());
}

static bool same(const char *a, const char *b) {
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* The first run to do that is like this one: of its model, and of its experiment where `whole`. */
static size_t first_like(const nsym_plan *s, size_t todo, bool whole) {
    const nsym_point *point = s->run[s->todo[todo]].point;
    for (size_t t = 0; t < todo; t++) {
        const nsym_point *other = s->run[s->todo[t]].point;
        if (same(point->model, other->model) && (!whole || same(point->experiment, other->experiment))) return t;
    }
    return todo;
}

/* Sizes are seconds where all were measured, else rows. */
static void list_runs(nsym_pace_run *out, const nsym_plan *s, const double *seconds) {
    bool measured = seconds != NULL;
    for (size_t t = 0; measured && t < s->to_do; t++) measured = seconds[s->run[s->todo[t]].point - s->grid.point] > 0;
    for (size_t t = 0; t < s->to_do; t++) {
        const nsym_run *run = &s->run[s->todo[t]];
        out[t] = (nsym_pace_run){.size = measured ? seconds[run->point - s->grid.point] : 1 + rows_of(s, t),
                                 .kind = first_like(s, t, true),
                                 .model = first_like(s, t, false)};
    }
}

nsym_status nsym_pacing_start(nsym_plan *s, const double *seconds) {
    const nsym_study_options *options = s->options;
    nsym_progress *progress = options->progress;
    size_t jobs = options->jobs ? options->jobs : nsym_workers_available();
    if (options->cluster) jobs *= options->cluster->ranks;
    nsym_pacing_stop(s);
    if (!progress) return NSYM_OK;
    nsym_pace_run *runs = calloc(s->to_do + 1, sizeof *runs);
    if (!runs) return nsym_fail(NSYM_ENOMEM, "no memory for the time that is left");
    list_runs(runs, s, seconds);
    nsym_status status = nsym_pace_new(&s->pace, runs, s->to_do, jobs, nsym_seconds());
    free(runs);
    NSYM_TRY(status);
    nsym_progress_start(progress, "rows trained", nsym_pacing_rows(s), s->to_do);
    nsym_progress_foresee(progress, seconds_left, s->pace);
    return NSYM_OK;
}

void nsym_pacing_stop(nsym_plan *s) {
    if (!s->pace) return;
    nsym_progress_foresee(s->options->progress, NULL, NULL);
    nsym_pace_free(s->pace);
    s->pace = NULL;
}

/* Of the run's own progress: what it is told goes to that of all runs. */
static void tell(void *context, const char *what, double done, double total) {
    nsym_pacing *r = context;
    (void)what;
    if (total > 0) nsym_pace_part(r->plan->pace, r->todo, done / total);
    nsym_progress_add(r->plan->options->progress, done - r->told);
    r->told = done;
}

static void tell_line(void *context, const char *text) {
    const nsym_pacing *r = context;
    nsym_progress_note(r->plan->options->progress, "%s", text);
}

nsym_status nsym_pacing_begin(nsym_pacing *r, nsym_plan *s, size_t todo) {
    *r = (nsym_pacing){.plan = s, .todo = todo};
    if (!s->pace) return NSYM_OK;
    r->rows = rows_of(s, todo);
    nsym_pace_begin(s->pace, todo, nsym_seconds());
    NSYM_TRY(nsym_progress_listen(&r->progress, tell, tell_line, r));
    nsym_progress_start(r->progress, "rows trained", r->rows, 0);
    return NSYM_OK;
}

void nsym_pacing_end(nsym_pacing *r) {
    nsym_progress_free(r->progress);
    if (r->plan->pace) nsym_progress_add(r->plan->options->progress, r->rows - r->told);
}

void nsym_pacing_took(const nsym_plan *s, size_t todo, double seconds, bool others) {
    nsym_pace_end(s->pace, todo, seconds, others);
}
