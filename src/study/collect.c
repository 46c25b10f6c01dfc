#include "study/collect.h"

#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"
#include "study/averages.h"
#include "study/chosen.h"
#include "study/ordering.h"
#include "study/rerun.h"
#include "study/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the study's results");
}

/* A point's numbers over its members, from the ledger; a point that waits has none. */
static nsym_status gather_point(nsym_plan *s, nsym_outcome *results, size_t i, const char *const *keys) {
    const nsym_point *point = &s->grid.point[i];
    if (point->waits) return NSYM_OK;
    NSYM_TRY(nsym_outcome_gather(results, s->ledger, point, keys));
    NSYM_TRY(nsym_outcome_add_rejection(results, point));
    return nsym_outcome_add_inputs(results, point);
}

nsym_status nsym_collect(nsym_plan *s, nsym_outcome *results, size_t rung) {
    const char **keys = nsym_arena_alloc(s->arena, s->runs, sizeof *keys);
    if (!keys) return no_memory();
    for (size_t r = 0; r < s->runs; r++) keys[r] = s->run[r].key;
    for (size_t i = 0, r = 0; i < s->grid.points; r += nsym_plan_runs_of(&s->grid.point[i++]))
        if (rung == NSYM_NONE || (s->grid.point[i].rungs && s->grid.point[i].rung == rung))
            NSYM_TRY(gather_point(s, results, i, keys + r));
    return NSYM_OK;
}

/* A point without its model: where a sample stands that several models share. */
static nsym_status place_of(nsym_plan *s, size_t point, nsym_point **out) {
    nsym_point *place = nsym_arena_alloc(s->arena, 1, sizeof *place);
    if (!place) return no_memory();
    *place = s->grid.point[point];
    place->coordinates = 0;
    for (size_t c = 0; c < s->grid.point[point].coordinates; c++)
        if (strcmp(s->grid.point[point].coordinate[c].name, "model") != 0)
            place->coordinate[place->coordinates++] = s->grid.point[point].coordinate[c];
    *out = place;
    return NSYM_OK;
}

/* Lists a sample, and its pictures, at every place where points keep it. */
static nsym_status list_sample(nsym_plan *s, size_t sample, nsym_kept_file *files, size_t *n) {
    const nsym_shared_sample *shared = &s->samples.sample[sample];
    bool pictures = nsym_folder_has(s->options->out, "%s", shared->pictures);
    if (!nsym_folder_has(s->options->out, "%s", shared->path)) return NSYM_OK; /* not yet */
    for (size_t i = 0; i < s->grid.points; i++) {
        nsym_point *place;
        if (s->samples.of[i] != sample || !s->grid.point[i].keep) continue;
        bool listed = false;
        for (size_t k = 0; k < i; k++)
            listed |= s->samples.of[k] == sample && s->grid.point[k].keep &&
                      nsym_point_beside(&s->grid.point[k], &s->grid.point[i], "model");
        if (listed) continue;
        NSYM_TRY(place_of(s, i, &place));
        files[(*n)++] = (nsym_kept_file){.point = place, .member = NSYM_NONE, .path = shared->path};
        if (pictures)
            files[(*n)++] =
                (nsym_kept_file){.point = place, .member = NSYM_NONE, .path = shared->pictures, .pictures = true};
    }
    return NSYM_OK;
}

/* The files of the output folder that figures show: samples, their pictures, and the scores of members that keep
   them. */
static nsym_status list_files(nsym_plan *s, nsym_kept_file **out, size_t *n) {
    nsym_kept_file *files = nsym_arena_alloc(s->arena, s->runs + 2 * s->grid.points, sizeof *files);
    if (!files) return no_memory();
    *out = files;
    *n = 0;
    for (size_t k = 0; k < s->samples.count; k++)
        if (s->samples.sample[k].path) NSYM_TRY(list_sample(s, k, files, n));
    for (size_t r = 0; r < s->runs; r++) {
        if (!nsym_plan_leaves_files(&s->run[r]) || s->run[r].point->waits) continue;
        char *path = nsym_arena_printf(s->arena, "scores/%s.h5", s->run[r].label);
        if (!path) return no_memory();
        files[(*n)++] = (nsym_kept_file){.point = s->run[r].point, .member = s->run[r].member, .path = path};
    }
    return NSYM_OK;
}

/* Decision ordering between the models at the place of point `first`, the first there. */
static nsym_status order_place(nsym_plan *s, nsym_outcome *results, size_t first) {
    size_t n = 0, members = s->grid.point[first].members;
    const nsym_point **points = nsym_arena_alloc(s->arena, s->grid.points, sizeof *points);
    const char **scores = nsym_arena_alloc(s->arena, s->runs, sizeof *scores);
    if (!points || !scores) return no_memory();
    for (size_t i = first; i < s->grid.points; i++) {
        const nsym_point *point = &s->grid.point[i];
        if (!nsym_point_beside(point, &s->grid.point[first], "model") || point->card.column || point->waits) continue;
        if (point->members != members) continue; /* some are not done yet */
        for (size_t m = 0; m < members; m++) {
            scores[n * members + m] =
                nsym_arena_printf(s->arena, "scores/%s.h5", s->run[nsym_plan_first_run(s, i) + m].label);
            if (!scores[n * members + m]) return no_memory();
        }
        points[n++] = point;
    }
    return n > 1 ? nsym_ordering_add(results, points, n, scores, s->options->out) : NSYM_OK;
}

static nsym_status order_models(nsym_plan *s, nsym_outcome *results) {
    for (size_t i = 0; i < s->grid.points; i++) {
        bool first = s->grid.point[i].ado && !s->grid.point[i].card.column && !s->grid.point[i].waits;
        for (size_t k = 0; first && k < i; k++)
            first = !nsym_point_beside(&s->grid.point[k], &s->grid.point[i], "model") || s->grid.point[k].card.column;
        if (first) NSYM_TRY(order_place(s, results, i));
    }
    return NSYM_OK;
}

/* The mean score of the members of every point that asks for it. */
static nsym_status average_members(nsym_plan *s, nsym_outcome *results) {
    for (size_t i = 0; i < s->grid.points; i++) {
        const nsym_point *point = &s->grid.point[i];
        if (!point->average || point->card.column || point->waits) continue;
        const char **scores = nsym_arena_alloc(s->arena, point->members, sizeof *scores);
        if (!scores) return no_memory();
        for (size_t m = 0; m < point->members; m++) {
            scores[m] = nsym_arena_printf(s->arena, "scores/%s.h5", s->run[nsym_plan_first_run(s, i) + m].label);
            if (!scores[m]) return no_memory();
        }
        NSYM_TRY(nsym_averages_add(results, point, scores, s->options->out));
    }
    return NSYM_OK;
}

static nsym_status run_searches(nsym_plan *s, nsym_outcome *results) {
    for (size_t i = 0; i < s->searches.count; i++) {
        const nsym_search_card *search = &s->searches.search[i];
        const nsym_point *guide = search->guide_point;
        size_t first = guide ? nsym_plan_first_run(s, (size_t)(guide - s->grid.point)) : 0,
               n = guide ? guide->members : 0;
        const char **models = nsym_arena_alloc(s->arena, n + 1, sizeof *models);
        if (!models) return no_memory();
        for (size_t m = 0; m < n; m++) {
            models[m] = nsym_arena_printf(s->arena, "models/%s.h5", s->run[first + m].label);
            if (!models[m]) return no_memory();
        }
        nsym_search_context context = {.ledger = s->ledger,
                                       .card = s->card,
                                       .folder = s->options->out,
                                       .guide_models = models,
                                       .jobs = s->options->jobs,
                                       .progress = s->options->progress,
                                       .stop = s->options->stop};
        NSYM_TRY(nsym_search_run(results, search, &context));
    }
    return NSYM_OK;
}

nsym_status nsym_collect_card(const char **out, nsym_arena *arena, const char *folder) {
    char path[NSYM_PATH_SIZE], text[4097];
    uint64_t hash = NSYM_HASH_START;
    NSYM_TRY(nsym_folder_path(path, folder, "study.resolved.yaml"));
    FILE *file = fopen(path, "rb");
    *out = NULL;
    if (!file) return NSYM_OK;
    for (size_t n; (n = fread(text, 1, sizeof text - 1, file)) > 0;) {
        text[n] = '\0';
        hash = nsym_hash_text(hash, text);
    }
    fclose(file);
    *out = nsym_arena_printf(arena, "%016" PRIx64, hash);
    return *out ? NSYM_OK : no_memory();
}

/* What goes beyond the runs themselves and their comparison: only of a study that is whole. */
static nsym_status add_searches(nsym_plan *s, nsym_outcome *results) {
    char chosen[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_folder_path(chosen, s->options->out, "chosen.yaml"));
    NSYM_TRY(run_searches(s, results));
    NSYM_TRY(nsym_chosen_tell(results, s->card, s->arena));
    NSYM_TRY(nsym_search_tell(results, &s->grid, s->arena));
    return nsym_search_write(results, &s->grid, chosen);
}

static nsym_status fill_results(nsym_plan *s, nsym_outcome *results, bool whole) {
    NSYM_TRY(nsym_collect(s, results, NSYM_NONE));
    NSYM_TRY(nsym_outcome_subtract(results));
    NSYM_TRY(order_models(s, results));
    NSYM_TRY(average_members(s, results));
    if (whole) NSYM_TRY(add_searches(s, results));
    return s->reference ? nsym_outcome_compare(results, s->reference) : NSYM_OK;
}

/* The results are whole, and nobody needs the part any more. */
static nsym_status remove_part(const nsym_plan *s) {
    char part[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_folder_path(part, s->options->out, "results.partial.json"));
    remove(part);
    return NSYM_OK;
}

nsym_status nsym_collect_write(nsym_plan *s, const nsym_study_cost *missing) {
    nsym_outcome results = {0};
    nsym_kept_file *files = NULL;
    size_t n = 0;
    char path[NSYM_PATH_SIZE], *cpus = NULL;
    nsym_outcome_about about = {.study = "",
                                .preset = s->options->preset ? s->options->preset : "",
                                .rerun = nsym_rerun_line(s->arena, s->options),
                                .notes = s->notes,
                                .note_count = s->note_count,
                                .missing = missing,
                                .provenance = s->use == NSYM_PLAN_RUN ? &s->provenance : NULL};
    if (!about.rerun) return no_memory();
    NSYM_TRY(nsym_folder_path(path, s->options->out, missing ? "results.partial.json" : "results.json"));
    NSYM_TRY(nsym_collect_card(&about.card, s->arena, s->options->out));
    nsym_status status = fill_results(s, &results, !missing);
    if (status == NSYM_OK) status = list_files(s, &files, &n);
    if (status == NSYM_OK) status = nsym_plan_text(s, "study", &about.study);
    if (status == NSYM_OK) status = nsym_plan_text(s, "citation", &about.citation);
    if (status == NSYM_OK) status = nsym_ledger_seconds(s->ledger, &about.seconds);
    if (status == NSYM_OK) status = nsym_ledger_cpus(s->ledger, &cpus);
    if (status == NSYM_OK && about.provenance) status = nsym_ledger_tell_times(s->ledger, &s->provenance.times);
    about.cpu = cpus;
    if (status == NSYM_OK) status = nsym_outcome_write(&results, files, n, about, path);
    if (status == NSYM_OK && !missing) status = remove_part(s);
    free(cpus);
    nsym_outcome_free(&results);
    return status;
}
