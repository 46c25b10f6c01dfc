/* What a study's output folder has so far. */
#include <nearsym/study.h>

#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/folder.h"
#include "base/workers.h"
#include "study/collect.h"
#include "study/count.h"
#include "study/rungs.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for what is done of the study");
}

/* ---- How long the rest takes ---- */

/* Rows that a run trains on, at least one; where the card does not say of how many events, a guess that is alike for
   all. */
static double rows_of(const nsym_point *point) {
    const nsym_run run = {.point = point};
    return 1 + nsym_plan_rows(&run, nsym_samples_guess(&point->card.data));
}

/* How alike two points' runs are: 3, the same point; 2, one experiment and model; 1, one model; 0. */
static int likeness(const nsym_point *a, const nsym_point *b) {
    if (a == b) return 3;
    if (strcmp(a->model, b->model) != 0) return 0;
    return strcmp(a->experiment, b->experiment) == 0 ? 2 : 1;
}

/* Seconds that the runs of each point took, (points) from the arena. */
static nsym_status sum_seconds(double **out, const nsym_plan *plan) {
    *out = nsym_arena_alloc(plan->arena, plan->grid.points, sizeof **out);
    if (!*out) return no_memory();
    for (size_t r = 0; r < plan->runs; r++) {
        const nsym_run *run = &plan->run[r];
        double seconds = 0;
        bool done = false;
        NSYM_TRY(nsym_plan_is_done(plan, run, &done));
        if (done) NSYM_TRY(nsym_ledger_run_seconds(plan->ledger, run->key, &seconds));
        (*out)[run->point - plan->grid.point] += seconds;
    }
    return NSYM_OK;
}

/* Seconds that the rest takes, each run as those that are done and most like it; NaN where none is. */
static nsym_status time_left(double *left, const nsym_plan *plan, const nsym_run_counts *counts) {
    const nsym_grid *grid = &plan->grid;
    double *seconds;
    NSYM_TRY(sum_seconds(&seconds, plan));
    *left = 0;
    for (size_t i = 0; i < grid->points; i++) {
        double time[4] = {0}, rows[4] = {0};
        int k = 3;
        if (!(counts->todo[i] > 0)) continue;
        for (size_t j = 0; j < grid->points; j++) {
            int like = likeness(&grid->point[i], &grid->point[j]);
            time[like] += seconds[j];
            rows[like] += (double)counts->done[j] * rows_of(&grid->point[j]);
        }
        while (k > 0 && rows[k] == 0) k--;
        *left += counts->todo[i] * rows_of(&grid->point[i]) * (rows[k] > 0 ? time[k] / rows[k] : NAN);
    }
    return NSYM_OK;
}

/* ---- A plan of what is done ---- */

/* Which tries of a search by halving went on, as far as its rungs are done. */
static nsym_status climb(nsym_plan *plan) {
    size_t on, of;
    for (size_t rung = 1; rung < nsym_rungs_most(&plan->grid) && plan->done == plan->wanted; rung++) {
        nsym_outcome results = {0};
        nsym_status status = nsym_collect(plan, &results, rung - 1);
        if (status == NSYM_OK) status = nsym_rungs_climb(&plan->grid, &results, rung - 1, &on, &of);
        nsym_outcome_free(&results);
        NSYM_TRY(status);
        NSYM_TRY(nsym_plan_work(plan, rung));
    }
    return NSYM_OK;
}

/* Keeps those runs (n) of a point that are done, members with a restart first, so that member and restart stay pairs.
   Where members are compared with those of other points, only the first ones without a gap, so that they are the same
   ones. Gives how many; out has room for n. */
static nsym_status keep_done(nsym_run *out, size_t *kept, nsym_point *point, const nsym_plan *plan,
                             const nsym_run *runs) {
    size_t members = point->members, restarts = point->restarts, n = 0;
    bool pairs = point->ado || point->compare.name, gap = false;
    bool *done = nsym_arena_alloc(plan->arena, members + restarts + 1, sizeof *done);
    if (!done) return no_memory();
    for (size_t i = 0; i < members + restarts; i++) NSYM_TRY(nsym_plan_is_done(plan, &runs[i], &done[i]));
    for (size_t i = 0; i < members; i++) {
        gap |= !done[i];
        if (pairs && gap) done[i] = false;
    }
    for (size_t i = 0; i < restarts; i++) done[members + i] &= done[i];
    for (size_t i = 0; i < members; i++)
        if (done[i] && i < restarts && done[members + i]) out[n++] = runs[i];
    size_t again = n;
    for (size_t i = 0; i < members; i++)
        if (done[i] && !(i < restarts && done[members + i])) out[n++] = runs[i];
    point->members = n;
    point->restarts = again;
    for (size_t i = 0; i < restarts; i++)
        if (done[members + i]) out[n++] = runs[members + i];
    if (n == 0) point->waits = true;
    *kept = n;
    return NSYM_OK;
}

/* Leaves what is done alone in the plan. */
static nsym_status drop_missing(nsym_plan *plan) {
    nsym_run *runs = nsym_arena_alloc(plan->arena, plan->runs, sizeof *runs);
    size_t used = 0, first = 0;
    if (!runs) return no_memory();
    for (size_t i = 0; i < plan->grid.points; i++) {
        nsym_point *point = &plan->grid.point[i];
        size_t n = nsym_plan_runs_of(point), kept = 0;
        if (point->waits)
            point->members = point->restarts = 0;
        else
            NSYM_TRY(keep_done(runs + used, &kept, point, plan, plan->run + first));
        used += kept;
        first += n;
    }
    plan->run = runs;
    plan->runs = used;
    return NSYM_OK;
}

/* What is missing, as a note for the reader, behind the others. */
static nsym_status add_note(nsym_plan *plan, const nsym_study_cost *cost) {
    const char **notes = nsym_arena_alloc(plan->arena, plan->note_count + 1, sizeof *notes), *text;
    if (!notes) return no_memory();
    text = nsym_arena_printf(plan->arena, "%zu of %zu runs are done, and all numbers come from these.", cost->done,
                             cost->runs);
    const char *before = " Missing runs: experiment";
    for (size_t i = 0; text && i < cost->experiments; i++) {
        const nsym_experiment_cost *e = &cost->experiment[i];
        if (e->done >= e->runs) continue;
        text = nsym_arena_printf(plan->arena, "%s%s %s, %zu of %zu", text, before, e->name, e->runs - e->done, e->runs);
        before = ";";
    }
    const char *rest = cost->done >= cost->runs ? " The searches and chosen settings that follow the runs are missing."
                       : plan->searches.count   ? "; also the searches and chosen settings that follow the runs."
                                                : ".";
    if (text) text = nsym_arena_printf(plan->arena, "%s%s", text, rest);
    if (!text) return no_memory();
    notes[0] = text;
    for (size_t i = 0; i < plan->note_count; i++) notes[i + 1] = plan->notes[i];
    plan->notes = notes;
    plan->note_count++;
    return NSYM_OK;
}

/* ---- */

/* Is there a results.json that can be read, and is it of the resolved card as it stands? */
static nsym_status look_at_results(bool *there, bool *whole, nsym_arena *arena, const char *folder) {
    char path[NSYM_PATH_SIZE];
    const char *card;
    NSYM_TRY(nsym_folder_path(path, folder, "results.json"));
    NSYM_TRY(nsym_collect_card(&card, arena, folder));
    json_t *root = json_load_file(path, 0, NULL);
    *there = root != NULL;
    const char *of = json_string_value(json_object_get(root, "card"));
    *whole = *there && (!card || (of && strcmp(of, card) == 0));
    json_decref(root);
    return NSYM_OK;
}

/* Writes what is done, where something is and something is missing; `there`: a results.json is. */
static nsym_status write_done(nsym_study_cost *out, bool *partial, nsym_plan *plan, bool there) {
    nsym_run_counts counts;
    NSYM_TRY(nsym_count_runs(&counts, out, plan));
    if (there && (out->done == 0 || out->done >= out->runs)) return NSYM_OK;
    if (out->done == 0)
        return nsym_fail(NSYM_ENOTFOUND, "none of the %zu runs of %s is done yet", out->runs, plan->options->out);
    NSYM_TRY(time_left(&out->cpu_seconds, plan, &counts));
    out->jobs = nsym_workers_available();
    out->seconds = out->cpu_seconds / (double)out->jobs;
    NSYM_TRY(climb(plan));
    NSYM_TRY(drop_missing(plan));
    NSYM_TRY(add_note(plan, out));
    *partial = true;
    return nsym_collect_write(plan, out);
}

/* A results.json of another card, or of a nearsym that did not say of which: the runs tell whether it is whole. Where
   they cannot be asked, as a file of the card is not here, it stands. */
static nsym_status look_at_runs(nsym_study_cost *out, bool *partial, const char *folder, bool there) {
    char card[NSYM_PATH_SIZE];
    nsym_plan plan = {0};
    NSYM_TRY(nsym_folder_path(card, folder, "study.resolved.yaml"));
    const nsym_study_options options = {.card = card, .out = folder};
    nsym_status status = nsym_plan_open(&plan, &options, NSYM_PLAN_LOOK);
    if (status == NSYM_OK)
        status = write_done(out, partial, &plan, there);
    else if (there)
        status = NSYM_OK;
    nsym_plan_close(&plan);
    return status;
}

/* Clears up after killed processes, where the folder may be written: files that they were at, and their journals of
   the ledger, which are merged; what is there is read in any case. */
static nsym_status clear_up(const char *folder) {
    static const char *const written[] = {"samples", "models", "scores"};
    char path[NSYM_PATH_SIZE];
    nsym_ledger *ledger;
    for (size_t i = 0; i < sizeof written / sizeof *written; i++)
        if (nsym_folder_path(path, folder, "%s", written[i]) == NSYM_OK) nsym_atomic_clean(path);
    if (!nsym_folder_has(folder, "ledger")) return NSYM_OK;
    NSYM_TRY(nsym_folder_path(path, folder, "ledger.sqlite"));
    nsym_status status = nsym_ledger_open(&ledger, path);
    nsym_ledger_close(ledger);
    return status == NSYM_EIO ? NSYM_OK : status;
}

nsym_status nsym_study_partial(nsym_study_cost *out, bool *partial, const char *folder) {
    nsym_arena *arena = nsym_arena_new();
    bool there = false, whole = false;
    char path[NSYM_PATH_SIZE];
    *out = (nsym_study_cost){0};
    *partial = false;
    if (!arena) return no_memory();
    nsym_status status = clear_up(folder);
    if (status == NSYM_OK) status = nsym_folder_path(path, folder, "results.partial.json");
    if (status == NSYM_OK) status = look_at_results(&there, &whole, arena, folder);
    if (status == NSYM_OK && !nsym_folder_has(folder, "study.resolved.yaml") && !there)
        status =
            nsym_fail(NSYM_ENOTFOUND, "%s is not an output folder of a study: it has no study.resolved.yaml", folder);
    if (status == NSYM_OK && !whole) status = look_at_runs(out, partial, folder, there);
    if (status == NSYM_OK && !*partial) remove(path);
    if (!*partial || status != NSYM_OK) nsym_study_cost_free(out);
    nsym_arena_free(arena);
    return status;
}
