/* A study from its card to results.json: who does the runs that are not done yet, and what is told of them. */
#include <nearsym/study.h>

#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"
#include "study/collect.h"
#include "study/estimate.h"
#include "study/pacing.h"
#include "study/rungs.h"
#include "study/sharing.h"
#include "study/watch.h"
#include <nearsym/cpu.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the study's plan");
}

/* The path that this plan's runs are computed by here; that of bf16, which tells the other, where any is in it. */
static const char *path_of(const nsym_plan *s) {
    for (size_t i = 0; i < s->runs; i++)
        if (nsym_card_cpu(&s->run[i].point->card) != nsym_cpu_path()) return nsym_cpu_bf16_path();
    return nsym_cpu_path();
}

/* Are all of the paths, "avx2, avx512", those of this CPU? */
static bool are_own(const char *paths) {
    const char *const own[] = {nsym_cpu_path(), nsym_cpu_bf16_path()};
    for (size_t length; *paths; paths += length + (paths[length] ? strlen(", ") : 0)) {
        length = strcspn(paths, ",");
        bool found = false;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            found |= strlen(own[i]) == length && strncmp(paths, own[i], length) == 0;
        if (!found) return false;
    }
    return true;
}

/* Tells where new runs will be computed by another path than those that are kept. */
static nsym_status compare_paths(const nsym_plan *s) {
    char *cpus;
    NSYM_TRY(nsym_ledger_cpus(s->ledger, &cpus));
    if (s->to_do > 0 && !are_own(cpus))
        nsym_progress_note(
            s->options->progress,
            "warning: the runs in %s used %s instructions and new runs use %s, so their numbers differ in "
            "the last digits; set NSYM_CPU to choose the instructions",
            s->options->out, cpus, path_of(s));
    free(cpus);
    return NSYM_OK;
}

/* Tells of runs whose keys an earlier nearsym wrote: nothing finds them any more. */
static nsym_status compare_keys(const nsym_plan *s) {
    size_t others = 0;
    char own[64];
    int version = (int)strcspn(s->grid.point->key, " ");
    snprintf(own, sizeof own, "%.*s ", version, s->grid.point->key);
    NSYM_TRY(nsym_ledger_others(s->ledger, "nearsym=", own, &others));
    if (others > 0)
        nsym_progress_note(
            s->options->progress,
            "warning: %s has %zu runs of an earlier version of nearsym, which computed other numbers; they "
            "are kept but not used, and this study trains its runs again",
            s->options->out, others);
    return NSYM_OK;
}

/* Tells of runs whose rows somebody took out of the ledger, and of kept files that are damaged. */
static nsym_status tell_gaps(const nsym_plan *s) {
    size_t gaps = 0;
    NSYM_TRY(nsym_ledger_gaps(s->ledger, &gaps));
    gaps += s->gaps;
    if (gaps > 0)
        nsym_progress_note(s->options->progress, "warning: %s: %zu %s in the ledger %s results; training again",
                           s->options->out, gaps, gaps == 1 ? "run" : "runs", gaps == 1 ? "lacks" : "lack");
    if (s->damaged > 0)
        nsym_progress_note(s->options->progress,
                           "warning: %s: the kept model or scores of %zu %s damaged; training again", s->options->out,
                           s->damaged, s->damaged == 1 ? "run are" : "runs are");
    return NSYM_OK;
}

/* Before the runs of a rung, on rank 0 or alone: can all samples be made? */
static nsym_status check_samples(nsym_plan *s) {
    nsym_progress *progress = s->options->progress;
    nsym_plan_want_samples(s);
    if (s->done) nsym_progress_note(progress, "%zu of %zu runs are done already", s->done, s->wanted);
    if (s->shared)
        nsym_progress_note(progress, "%zu of %zu runs share a training with another run; each training is done once",
                           s->shared, s->wanted);
    return nsym_samples_check(&s->samples);
}

/* Of what the time is made: the experiments, and what follows them. */
static void tell_stages(const nsym_plan *s, const nsym_study_cost *cost) {
    nsym_progress *progress = s->options->progress;
    for (size_t i = 0; cost->experiments > 1 && i < cost->experiments; i++)
        if (cost->experiment[i].cpu_seconds > 0)
            nsym_progress_note(progress, "  %.1f %% of it for experiment %s",
                               100 * cost->experiment[i].cpu_seconds / cost->cpu_seconds, cost->experiment[i].name);
    if (cost->searches)
        nsym_progress_note(progress, "  not included: %zu %s for polynomials or columns, which %s the trainings",
                           cost->searches, cost->searches == 1 ? "search" : "searches",
                           cost->searches == 1 ? "follows" : "follow");
}

/* A study of more than an hour says so before it begins. Whether it may be one is seen by what there is to do: the
   slowest networks train 3000 rows a second, and the runs of large test samples take seconds each. */
static nsym_status tell_time(nsym_plan *s, double **seconds) {
    nsym_study_cost cost;
    *seconds = NULL;
    if (!s->options->progress || (nsym_pacing_rows(s) < 1e7 && s->to_do < 500)) return NSYM_OK;
    double *measured = nsym_arena_alloc(s->arena, s->grid.points, sizeof *measured);
    if (!measured) return no_memory();
    nsym_status status = nsym_estimate(&cost, measured, s);
    if (status == NSYM_OK) *seconds = measured;
    double hours = cost.seconds / 3600;
    if (status == NSYM_OK && hours > 1)
        nsym_progress_note(
            s->options->progress,
            "this takes about %.*f %s with %zu %s (measured on small parts of the samples, accurate to a "
            "factor of two). You can stop it at any time (Ctrl-C); the same command continues. --dry-run "
            "shows more",
            hours < 9.95, hours < 72 ? hours : hours / 24, hours < 72 ? "hours" : "days", cost.jobs,
            cost.jobs == 1 ? "job" : "jobs");
    if (status == NSYM_OK && hours > 1) tell_stages(s, &cost);
    nsym_study_cost_free(&cost);
    if (status == NSYM_OK || status == NSYM_EINTERRUPTED) return status;
    nsym_progress_note(s->options->progress, "the time that this takes could not be measured: %s", nsym_message());
    return NSYM_OK;
}

/* Before the first run, likewise. */
static nsym_status prepare(nsym_plan *s) {
    NSYM_TRY(compare_paths(s));
    NSYM_TRY(compare_keys(s));
    NSYM_TRY(tell_gaps(s));
    for (size_t i = 0; i < s->note_count; i++) nsym_progress_note(s->options->progress, "note: %s", s->notes[i]);
    NSYM_TRY(check_samples(s));
    double *seconds;
    NSYM_TRY(tell_time(s, &seconds));
    return nsym_pacing_start(s, seconds);
}

static nsym_status record(const nsym_plan *s, size_t index, double seconds, const nsym_measure *measures, size_t n) {
    const nsym_run *run = &s->run[s->todo[index]];
    const char *cpu = nsym_card_cpu(&run->point->card);
    NSYM_TRY(nsym_ledger_record_by(s->ledger, run->key, run->label, cpu, seconds, measures, n));
    nsym_pacing_took(s, index, seconds, false);
    for (size_t i = 0; i < n; i++)
        if (strcmp(measures[i].metric, "auc_final") == 0)
            nsym_progress_piece(s->options->progress, "%s: auc %.4f, %.1f s", run->label, measures[i].value, seconds);
        else if (strcmp(measures[i].metric, nsym_diverged) == 0)
            nsym_progress_piece(s->options->progress, "%s: diverged", run->label);
    return NSYM_OK;
}

static nsym_status record_anothers(void *context, size_t index, double seconds, const nsym_measure *measures,
                                   size_t n) {
    const nsym_plan *s = ((const nsym_sharing *)context)->plan;
    const nsym_run *run = &s->run[s->todo[index]];
    nsym_progress_add(s->options->progress, nsym_plan_rows(run, nsym_samples_events(&s->samples, run->point)));
    return record(s, index, seconds, measures, n);
}

/* A run to do, by its number among them. */
typedef struct task {
    const nsym_plan *plan;
    size_t index;
    const nsym_run *run;
    nsym_samples *samples;
} task;

static nsym_status record_own(void *recorder, double seconds, const nsym_measure *measures, size_t n) {
    const task *t = recorder;
    if (nsym_plan_leads(t->plan)) return record(t->plan, t->index, seconds, measures, n);
    return nsym_schedule_send(t->plan->options->cluster, t->index, seconds, measures, n);
}

static nsym_status take_varied(void *recorder, size_t variation, const nsym_sample **out) {
    const task *t = recorder;
    return nsym_samples_take_varied(t->samples, t->run->point, variation, t->index, out);
}

static void give_back_varied(void *recorder, size_t variation) {
    const task *t = recorder;
    nsym_samples_give_back_varied(t->samples, t->run->point, variation);
}

static nsym_status do_run(void *context, size_t index, size_t worker) {
    (void)worker;
    nsym_plan *s = ((nsym_sharing *)context)->plan;
    const nsym_run *run = &s->run[s->todo[index]];
    task own = {s, index, run, &s->samples};
    nsym_pacing pacing;
    const nsym_sample *sample;
    if (!nsym_plan_leads(s) && !nsym_folder_has(s->options->out, "ledger.sqlite"))
        return nsym_fail(NSYM_EIO, "%s has no ledger here, which rank 0 made: all processes need one file system",
                         s->options->out);
    nsym_status status = nsym_samples_take(&s->samples, run->point, index, &sample);
    if (status == NSYM_OK) {
        status = nsym_pacing_begin(&pacing, s, index);
        const nsym_run_context common = {.folder = s->options->out,
                                         .record = record_own,
                                         .recorder = &own,
                                         .progress = pacing.progress,
                                         .stop = s->options->stop,
                                         .take_varied = take_varied,
                                         .give_back_varied = give_back_varied};
        if (status == NSYM_OK) status = nsym_run_execute(run, sample, &common);
        nsym_pacing_end(&pacing);
    }
    nsym_samples_give_back(&s->samples, run->point);
    if (status == NSYM_EINTERRUPTED) atomic_store(&s->stop, true);
    return status;
}

static nsym_status claim(void *context, size_t index, nsym_turn *turn) {
    return nsym_sharing_claim(context, index, turn);
}

static bool release(void *context, size_t index) {
    return nsym_sharing_release(context, index);
}

static void wait_for_others(void *context, size_t runs) {
    nsym_sharing_wait(context, runs);
}

/* All processes of a cluster agree on the runs to do, and look after each other from then on; `own`: how this one fared
   so far. */
static nsym_status meet(nsym_plan *s, nsym_watch **watch, nsym_status own) {
    const nsym_cluster *cluster = s->options->cluster;
    uint64_t plan = NSYM_HASH_START, session = nsym_watch_session();
    for (size_t r = 0; own == NSYM_OK && r < s->runs; r++) plan = nsym_hash_text(plan, s->run[r].point->key);
    NSYM_TRY(nsym_schedule_meet(cluster, own, plan, path_of(s), &session, s->todo, &s->to_do, s->runs));
    if (!nsym_plan_leads(s)) nsym_plan_want_samples(s);
    return *watch || !cluster->give_up ? NSYM_OK : nsym_watch_new(watch, s->options->out, cluster, session);
}

static nsym_status do_work(nsym_sharing *sharing) {
    nsym_plan *s = sharing->plan;
    bool leads = nsym_plan_leads(s);
    const nsym_schedule schedule = {.cluster = s->options->cluster,
                                    .threads = s->options->jobs,
                                    .runs = s->to_do,
                                    .run = do_run,
                                    .record = record_anothers,
                                    .claim = leads ? claim : NULL,
                                    .release = leads ? release : NULL,
                                    .waits = wait_for_others,
                                    .pause = leads ? nsym_ledger_pause(s->ledger) : 1,
                                    .context = sharing,
                                    .stop = &s->stop};
    return nsym_schedule_run(&schedule);
}

/* On rank 0: which tries of the rung below go on, and what is to be done for them. */
static nsym_status climb(nsym_plan *s, size_t rung, size_t rungs) {
    nsym_outcome results = {0};
    size_t on, of;
    nsym_status status = nsym_collect(s, &results, rung - 1);
    if (status == NSYM_OK) status = nsym_rungs_climb(&s->grid, &results, rung - 1, &on, &of);
    nsym_outcome_free(&results);
    NSYM_TRY(status);
    nsym_progress_note(s->options->progress, "rung %zu of %zu: %zu of %zu tries continue", rung + 1, rungs, on, of);
    NSYM_TRY(nsym_plan_work(s, rung));
    NSYM_TRY(check_samples(s));
    return nsym_pacing_start(s, NULL);
}

/* Everything is trained, rung after rung where a search has some. All processes of a cluster take part in each. */
static nsym_status do_rungs(nsym_sharing *sharing, nsym_watch **watch, nsym_status status) {
    nsym_plan *s = sharing->plan;
    size_t rungs = nsym_rungs_most(&s->grid);
    for (size_t rung = 0; rung < rungs; rung++) {
        if (status == NSYM_OK && rung > 0)
            status = nsym_plan_leads(s) ? climb(s, rung, rungs) : nsym_plan_work(s, rung);
        if (s->options->cluster)
            NSYM_TRY(meet(s, watch, status)); /* where one process failed, all do */
        else
            NSYM_TRY(status);
        status = do_work(sharing);
    }
    return status;
}

static nsym_status do_all_work(nsym_sharing *sharing, nsym_status status) {
    nsym_plan *s = sharing->plan;
    nsym_watch *watch = NULL;
    status = do_rungs(sharing, &watch, status);
    nsym_pacing_stop(s);
    nsym_watch_free(watch);
    NSYM_TRY(status);
    return nsym_samples_finish(&s->samples, s->options->jobs);
}

nsym_status nsym_study_run(const nsym_study_options *options) {
    nsym_plan s = {0};
    nsym_sharing sharing = {.plan = &s};
    nsym_status status = nsym_plan_open(&s, options, NSYM_PLAN_RUN);
    if (status == NSYM_OK && nsym_plan_leads(&s)) status = prepare(&s);
    if (status == NSYM_OK || options->cluster) status = do_all_work(&sharing, status);
    if (status == NSYM_OK && nsym_plan_leads(&s)) status = nsym_sharing_finish(&sharing);
    nsym_plan_close(&s);
    return status;
}

/* Names the reference so that a copy of the card finds it from any folder. */
static nsym_status place_reference(nsym_tree *card) {
    const char *name = "", *slash = strrchr(card->name, '/');
    NSYM_TRY(nsym_read_text((nsym_reader){card, card->root, ""}, "reference", &name));
    if (!name[0] || name[0] == '/' || !slash) return NSYM_OK;
    char path[4096];
    if (snprintf(path, sizeof path, "%.*s%s", (int)(slash + 1 - card->name), card->name, name) >= (int)sizeof path)
        return nsym_fail(NSYM_EIO, "the reference's name is too long: %s", name);
    return nsym_tree_set(card, "reference", path, card->name);
}

nsym_status nsym_study_show(char **text, const nsym_study_options *options) {
    nsym_tree *card;
    nsym_grid grid;
    nsym_searches searches;
    size_t size;
    NSYM_TRY(nsym_card_open(&card, options));
    nsym_status status = place_reference(card);
    if (status == NSYM_OK) status = nsym_grid_new(&grid, card);
    if (status == NSYM_OK) {
        status = nsym_searches_read(&searches, card, &grid);
        nsym_searches_free(&searches);
        nsym_grid_free(&grid);
    }
    if (status == NSYM_OK) {
        FILE *stream = open_memstream(text, &size);
        status = stream ? nsym_tree_write(card, stream) : no_memory();
        if (stream && fclose(stream) != 0 && status == NSYM_OK) status = no_memory();
    }
    nsym_tree_free(card);
    return status;
}
