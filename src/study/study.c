/* A study from its card to results.json: which runs there are, which are done, who does the rest, what came out. */
#include <nearsym/study.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"
#include "study/chosen.h"
#include "study/ordering.h"
#include "study/provenance.h"
#include "study/published.h"
#include "study/rerun.h"
#include "study/run.h"
#include "study/rungs.h"
#include "study/samples.h"
#include "study/schedule.h"
#include "study/search.h"
#include "study/searches.h"
#include <nearsym/cpu.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const nsym_study_options *options;
    nsym_arena *arena;           /* texts and lists of the plan */
    nsym_tree *card, *reference; /* no reference: NULL */
    nsym_grid grid;
    nsym_ledger *ledger;
    size_t runs;
    nsym_run *run; /* every point's runs, also those that share a key with another's */
    nsym_searches searches;
    size_t note_count;
    const char **notes; /* (note_count) of the points' settings */
    size_t wanted;      /* runs of this rung */
    size_t to_do;
    size_t *todo; /* (to_do) runs to do, one for each key */
    nsym_samples samples;
    nsym_provenance provenance;
    atomic_bool stop;
} study;

/* Does this process plan, record and report? The others of a cluster only do runs. */
static bool leads(const study *s) {
    return !s->options->cluster || s->options->cluster->rank == 0;
}

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the study's plan");
}

static nsym_status make_folders(const study *s) {
    static const char *const parts[] = {"", "/models", "/scores", "/samples"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *path = nsym_arena_printf(s->arena, "%s%s", s->options->out, parts[i]);
        if (!path) return no_memory();
        NSYM_TRY(nsym_folder_make(path));
    }
    return NSYM_OK;
}

/* "epochs-published-20000-hybrid-1-9c1f22aa": where a run stands, its member and its key's hash. */
static char *label_of(nsym_arena *arena, const nsym_point *point, size_t member, const char *key) {
    char *label = nsym_arena_strdup(arena, point->experiment);
    for (size_t i = 0; label && i < point->coordinates; i++)
        label = nsym_arena_printf(arena, "%s-%s", label, point->coordinate[i].value);
    if (!label) return NULL;
    for (char *c = label; *c; c++)
        if (*c == '/' || *c == ' ') *c = '_';
    return nsym_arena_printf(arena, "%s-%zu-%08" PRIx32, label, member + 1,
                             (uint32_t)nsym_hash_text(NSYM_HASH_START, key));
}

/* Runs of a point: its members, then those that are trained once more. */
static size_t runs_of(const nsym_point *point) {
    return point->members + point->restarts;
}

static nsym_status plan_run(nsym_run *out, nsym_arena *arena, const nsym_point *point, size_t number) {
    bool restart = number >= point->members;
    size_t member = restart ? number - point->members : number;
    char *key = nsym_arena_printf(arena, "%s member=%zu%s", point->key, member, restart ? " restart" : "");
    char *label = key ? label_of(arena, point, member, key) : NULL;
    *out = (nsym_run){point, member, restart, point->keep && !restart, key, label};
    return label ? NSYM_OK : no_memory();
}

static nsym_status plan_runs(study *s) {
    for (size_t i = 0; i < s->grid.points; i++) s->runs += runs_of(&s->grid.point[i]);
    s->run = nsym_arena_alloc(s->arena, s->runs, sizeof *s->run);
    s->todo = nsym_arena_alloc(s->arena, s->runs, sizeof *s->todo);
    if (!s->run || !s->todo) return no_memory();
    for (size_t i = 0, r = 0; i < s->grid.points; i++)
        for (size_t m = 0; m < runs_of(&s->grid.point[i]); m++)
            NSYM_TRY(plan_run(&s->run[r++], s->arena, &s->grid.point[i], m));
    return NSYM_OK;
}

static int by_key(const void *a, const void *b) {
    const nsym_run *x = *(const nsym_run *const *)a, *y = *(const nsym_run *const *)b;
    int order = strcmp(x->key, y->key);
    if (order) return order;
    if (x->keep != y->keep) return x->keep ? -1 : 1;
    return (x > y) - (x < y);
}

/* Does a run leave its model and scores? A column is in the sample already. */
static bool leaves_files(const nsym_run *run) {
    return run->keep && !run->point->card.column;
}

/* A recorded run that is to be kept is done only where its files are there too. */
static nsym_status is_done(const study *s, const nsym_run *run, bool *done) {
    if (!leads(s)) return NSYM_OK; /* rank 0 says so */
    NSYM_TRY(nsym_ledger_has(s->ledger, run->key, done));
    if (leaves_files(run))
        *done = *done && nsym_folder_has(s->options->out, "scores/%s.h5", run->label) &&
                nsym_folder_has(s->options->out, "models/%s.h5", run->label);
    return NSYM_OK;
}

/* The runs of a rung that do not wait. Runs with one key are one training: the first that keeps its files stands for
   all, and all take its label. */
static nsym_status plan_work(study *s, size_t rung) {
    nsym_run **sorted = nsym_arena_alloc(s->arena, s->runs, sizeof(nsym_run *));
    bool *chosen = nsym_arena_alloc(s->arena, s->runs, sizeof *chosen), taken = false;
    size_t n = 0;
    if (!sorted || !chosen) return no_memory();
    for (size_t r = 0; r < s->runs; r++)
        if (s->run[r].point->rung == rung) sorted[n++] = &s->run[r];
    qsort(sorted, n, sizeof *sorted, by_key);
    for (size_t i = 0; i < n; i++) {
        bool same = i > 0 && strcmp(sorted[i]->key, sorted[i - 1]->key) == 0, done = false;
        if (same) sorted[i]->label = sorted[i - 1]->label;
        if (!same) taken = false;
        if (taken || sorted[i]->point->waits) continue;
        taken = true;
        NSYM_TRY(is_done(s, sorted[i], &done));
        chosen[sorted[i] - s->run] = !done;
    }
    s->to_do = s->wanted = 0;
    for (size_t r = 0; r < s->runs; r++) {
        if (s->run[r].point->rung == rung && !s->run[r].point->waits) s->wanted++;
        if (chosen[r]) s->todo[s->to_do++] = r;
    }
    return NSYM_OK;
}

static void want_samples(study *s) {
    nsym_samples_forget(&s->samples);
    for (size_t t = 0; t < s->to_do; t++) nsym_samples_want(&s->samples, s->run[s->todo[t]].point, t);
}

/* Rows that a run trains on, over all epochs: events, and their copies. */
static double work_of(const study *s, const nsym_run *run) {
    const nsym_run_card *card = &run->point->card;
    const nsym_train_card *train = &card->train;
    if (card->column) return 0;
    const nsym_split_card *split = &card->data.split;
    double rows = (double)train->epochs * (double)nsym_copies_of(&card->data);
    double part = split->folds ? 1 - 1 / (double)split->folds : 1 - split->validation; /* of a reserve */
    if (train->size) return rows * (double)train->size;
    if (split->reserve) return rows * (double)split->reserve * part;
    size_t events = split->size ? split->size : nsym_samples_events(&s->samples, run->point);
    if (split->folds) return rows * (double)events * part * (1 - split->test);
    return rows * (double)events * (part - split->test);
}

/* Tells where new runs will be computed by another path than those that are kept. */
static nsym_status compare_paths(const study *s) {
    char *cpus;
    NSYM_TRY(nsym_ledger_cpus(s->ledger, &cpus));
    if (s->to_do > 0 && cpus[0] && strcmp(cpus, nsym_cpu_path()) != 0)
        nsym_progress_note(s->options->progress,
                           "warning: runs in %s were computed with %s, new ones are with %s; their numbers differ in "
                           "the last digits (NSYM_CPU chooses)",
                           s->options->out, cpus, nsym_cpu_path());
    free(cpus);
    return NSYM_OK;
}

/* Tells of runs whose keys an earlier nearsym wrote: nothing finds them any more. */
static nsym_status compare_keys(const study *s) {
    size_t others = 0;
    char own[64];
    int version = (int)strcspn(s->grid.point->key, " ");
    snprintf(own, sizeof own, "%.*s ", version, s->grid.point->key);
    NSYM_TRY(nsym_ledger_others(s->ledger, "nearsym=", own, &others));
    if (others > 0)
        nsym_progress_note(s->options->progress,
                           "warning: %s holds %zu runs of an earlier nearsym, whose keys left something out; they are "
                           "kept but not used, and what this study needs is trained anew",
                           s->options->out, others);
    return NSYM_OK;
}

/* What the points' notes say, each once. */
static nsym_status gather_notes(study *s) {
    s->notes = nsym_arena_alloc(s->arena, s->grid.points + 1, sizeof *s->notes);
    if (!s->notes) return no_memory();
    for (size_t i = 0; i < s->grid.points; i++) {
        const nsym_point *point = &s->grid.point[i];
        if (!point->note || point->card.column || point->search) continue;
        size_t k = 0;
        while (k < s->note_count && strcmp(s->notes[k], point->note) != 0) k++;
        if (k == s->note_count) s->notes[s->note_count++] = point->note;
    }
    return NSYM_OK;
}

/* Before the runs of a rung, on rank 0 or alone: what is shared is loaded, and the work is counted. */
static nsym_status prepare_work(study *s) {
    nsym_progress *progress = s->options->progress;
    want_samples(s);
    if (s->to_do < s->wanted)
        nsym_progress_note(progress, "%zu of %zu runs are done already or shared", s->wanted - s->to_do, s->wanted);
    NSYM_TRY(nsym_samples_prepare(&s->samples, s->options->jobs));
    double work = 0;
    for (size_t t = 0; t < s->to_do; t++) work += work_of(s, &s->run[s->todo[t]]);
    nsym_progress_start(progress, "rows trained", work, s->to_do);
    return NSYM_OK;
}

/* Before the first run, likewise. */
static nsym_status prepare(study *s) {
    NSYM_TRY(compare_paths(s));
    NSYM_TRY(compare_keys(s));
    NSYM_TRY(gather_notes(s));
    for (size_t i = 0; i < s->note_count; i++) nsym_progress_note(s->options->progress, "note: %s", s->notes[i]);
    return prepare_work(s);
}

static nsym_status record(const study *s, size_t index, double seconds, const nsym_measure *measures, size_t n) {
    const nsym_run *run = &s->run[s->todo[index]];
    NSYM_TRY(nsym_ledger_record(s->ledger, run->key, run->label, seconds, measures, n));
    for (size_t i = 0; i < n; i++)
        if (strcmp(measures[i].metric, "auc_final") == 0)
            nsym_progress_piece(s->options->progress, "%s: auc %.4f, %.1f s", run->label, measures[i].value, seconds);
        else if (strcmp(measures[i].metric, nsym_diverged) == 0)
            nsym_progress_piece(s->options->progress, "%s: diverged, and is no choice", run->label);
    return NSYM_OK;
}

static nsym_status record_anothers(void *context, size_t index, double seconds, const nsym_measure *measures,
                                   size_t n) {
    const study *s = context;
    nsym_progress_add(s->options->progress, work_of(s, &s->run[s->todo[index]]));
    return record(s, index, seconds, measures, n);
}

/* A run to do, by its number among them. */
typedef struct task {
    const study *study;
    size_t index;
} task;

static nsym_status record_own(void *recorder, double seconds, const nsym_measure *measures, size_t n) {
    const task *t = recorder;
    if (leads(t->study)) return record(t->study, t->index, seconds, measures, n);
    return nsym_schedule_send(t->study->options->cluster, t->index, seconds, measures, n);
}

static nsym_status do_run(void *context, size_t index, size_t worker) {
    (void)worker;
    study *s = context;
    const nsym_run *run = &s->run[s->todo[index]];
    task own = {s, index};
    nsym_run_context common = {s->options->out, record_own, &own, s->options->progress, s->options->stop};
    const nsym_sample *sample;
    if (!leads(s) && !nsym_folder_has(s->options->out, "ledger.sqlite"))
        return nsym_fail(NSYM_EIO, "%s has no ledger here, which rank 0 made: all processes need one file system",
                         s->options->out);
    nsym_status status = nsym_samples_take(&s->samples, run->point, index, &sample);
    if (status == NSYM_OK) status = nsym_run_execute(run, sample, &common);
    nsym_samples_give_back(&s->samples, run->point);
    if (status == NSYM_EINTERRUPTED) atomic_store(&s->stop, true);
    return status;
}

/* All processes of a cluster agree on the runs to do; `own`: how this one fared so far. */
static nsym_status meet(study *s, nsym_status own) {
    uint64_t plan = NSYM_HASH_START;
    for (size_t r = 0; own == NSYM_OK && r < s->runs; r++) plan = nsym_hash_text(plan, s->run[r].key);
    NSYM_TRY(nsym_schedule_meet(s->options->cluster, own, plan, s->todo, &s->to_do, s->runs));
    if (!leads(s)) want_samples(s);
    return NSYM_OK;
}

/* A point's numbers over its members, from the ledger; a point that waits has none. */
static nsym_status gather_point(study *s, nsym_outcome *results, size_t i, const char *const *keys) {
    const nsym_point *point = &s->grid.point[i];
    if (point->waits) return NSYM_OK;
    NSYM_TRY(nsym_outcome_gather(results, s->ledger, point, keys));
    NSYM_TRY(nsym_outcome_add_rejection(results, point));
    return nsym_outcome_add_inputs(results, point);
}

/* The numbers of all points, or of those on one rung. */
static nsym_status gather(study *s, nsym_outcome *results, size_t rung) {
    const char **keys = nsym_arena_alloc(s->arena, s->runs, sizeof *keys);
    if (!keys) return no_memory();
    for (size_t r = 0; r < s->runs; r++) keys[r] = s->run[r].key;
    for (size_t i = 0, r = 0; i < s->grid.points; r += runs_of(&s->grid.point[i++]))
        if (rung == NSYM_NONE || (s->grid.point[i].rungs && s->grid.point[i].rung == rung))
            NSYM_TRY(gather_point(s, results, i, keys + r));
    return NSYM_OK;
}

static nsym_status do_work(study *s) {
    const nsym_schedule schedule = {.cluster = s->options->cluster,
                                    .threads = s->options->jobs,
                                    .runs = s->to_do,
                                    .run = do_run,
                                    .record = record_anothers,
                                    .context = s,
                                    .stop = &s->stop};
    return nsym_schedule_run(&schedule);
}

/* On rank 0: which tries of the rung below go on, and what is to be done for them. */
static nsym_status climb(study *s, size_t rung, size_t rungs) {
    nsym_outcome results = {0};
    size_t on, of;
    nsym_status status = gather(s, &results, rung - 1);
    if (status == NSYM_OK) status = nsym_rungs_climb(&s->grid, &results, rung - 1, &on, &of);
    nsym_outcome_free(&results);
    NSYM_TRY(status);
    nsym_progress_note(s->options->progress, "rung %zu of %zu: %zu of %zu tries go on", rung + 1, rungs, on, of);
    NSYM_TRY(plan_work(s, rung));
    return prepare_work(s);
}

/* Everything is trained, rung after rung where a search has some. All processes of a cluster take part in each. */
static nsym_status do_all_work(study *s, nsym_status status) {
    size_t rungs = nsym_rungs_most(&s->grid);
    for (size_t rung = 0; rung < rungs; rung++) {
        if (status == NSYM_OK && rung > 0) status = leads(s) ? climb(s, rung, rungs) : plan_work(s, rung);
        if (s->options->cluster)
            NSYM_TRY(meet(s, status)); /* where one process failed, all do */
        else
            NSYM_TRY(status);
        status = do_work(s);
    }
    NSYM_TRY(status);
    return nsym_samples_finish(&s->samples, s->options->jobs);
}

/* A point without its model: where a sample stands that several models share. */
static nsym_status place_of(study *s, size_t point, nsym_point **out) {
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
static nsym_status list_sample(study *s, size_t sample, nsym_kept_file *files, size_t *n) {
    const nsym_shared_sample *shared = &s->samples.sample[sample];
    bool pictures = nsym_folder_has(s->options->out, "%s", shared->pictures);
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
static nsym_status list_files(study *s, nsym_kept_file **out, size_t *n) {
    nsym_kept_file *files = nsym_arena_alloc(s->arena, s->runs + 2 * s->grid.points, sizeof *files);
    if (!files) return no_memory();
    *out = files;
    *n = 0;
    for (size_t k = 0; k < s->samples.count; k++)
        if (s->samples.sample[k].path) NSYM_TRY(list_sample(s, k, files, n));
    for (size_t r = 0; r < s->runs; r++) {
        if (!leaves_files(&s->run[r]) || s->run[r].point->waits) continue;
        char *path = nsym_arena_printf(s->arena, "scores/%s.h5", s->run[r].label);
        if (!path) return no_memory();
        files[(*n)++] = (nsym_kept_file){.point = s->run[r].point, .member = s->run[r].member, .path = path};
    }
    return NSYM_OK;
}

/* The first run of a point. */
static size_t first_run(const study *s, size_t point) {
    size_t r = 0;
    for (size_t i = 0; i < point; i++) r += runs_of(&s->grid.point[i]);
    return r;
}

/* Decision ordering between the models at the place of point `first`, the first there. */
static nsym_status order_place(study *s, nsym_outcome *results, size_t first) {
    size_t n = 0, members = s->grid.point[first].members;
    const nsym_point **points = nsym_arena_alloc(s->arena, s->grid.points, sizeof *points);
    const char **scores = nsym_arena_alloc(s->arena, s->runs, sizeof *scores);
    if (!points || !scores) return no_memory();
    for (size_t i = first; i < s->grid.points; i++) {
        const nsym_point *point = &s->grid.point[i];
        if (!nsym_point_beside(point, &s->grid.point[first], "model") || point->card.column || point->waits) continue;
        for (size_t m = 0; m < members; m++) {
            scores[n * members + m] = nsym_arena_printf(s->arena, "scores/%s.h5", s->run[first_run(s, i) + m].label);
            if (!scores[n * members + m]) return no_memory();
        }
        points[n++] = point;
    }
    return n > 1 ? nsym_ordering_add(results, points, n, scores, s->options->out) : NSYM_OK;
}

static nsym_status order_models(study *s, nsym_outcome *results) {
    for (size_t i = 0; i < s->grid.points; i++) {
        bool first = s->grid.point[i].ado && !s->grid.point[i].card.column && !s->grid.point[i].waits;
        for (size_t k = 0; first && k < i; k++)
            first = !nsym_point_beside(&s->grid.point[k], &s->grid.point[i], "model") || s->grid.point[k].card.column;
        if (first) NSYM_TRY(order_place(s, results, i));
    }
    return NSYM_OK;
}

static nsym_status run_searches(study *s, nsym_outcome *results) {
    for (size_t i = 0; i < s->searches.count; i++) {
        const nsym_search_card *search = &s->searches.search[i];
        const nsym_point *guide = search->guide_point;
        size_t first = guide ? first_run(s, (size_t)(guide - s->grid.point)) : 0, n = guide ? guide->members : 0;
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

static nsym_status text_of(const study *s, const char *key, const char **out) {
    return nsym_read_text((nsym_reader){s->card, s->card->root, ""}, key, out);
}

static nsym_status write_results(study *s) {
    nsym_outcome results = {0};
    nsym_kept_file *files = NULL;
    size_t n = 0;
    nsym_outcome_about about = {.study = "",
                                .preset = s->options->preset ? s->options->preset : "",
                                .rerun = nsym_rerun_line(s->arena, s->options),
                                .provenance = &s->provenance};
    char *cpus = NULL;
    const char *path = nsym_arena_printf(s->arena, "%s/results.json", s->options->out);
    const char *chosen = nsym_arena_printf(s->arena, "%s/chosen.yaml", s->options->out);
    if (!path || !chosen || !about.rerun) return no_memory();
    nsym_status status = gather(s, &results, NSYM_NONE);
    if (status == NSYM_OK) status = nsym_outcome_subtract(&results);
    if (status == NSYM_OK) status = order_models(s, &results);
    if (status == NSYM_OK) status = run_searches(s, &results);
    if (status == NSYM_OK) status = nsym_chosen_tell(&results, s->card, s->arena);
    if (status == NSYM_OK) status = nsym_search_tell(&results, &s->grid, s->arena);
    if (status == NSYM_OK) status = nsym_search_write(&results, &s->grid, chosen);
    if (status == NSYM_OK && s->reference) status = nsym_outcome_compare(&results, s->reference);
    if (status == NSYM_OK) status = list_files(s, &files, &n);
    if (status == NSYM_OK) status = text_of(s, "study", &about.study);
    if (status == NSYM_OK) status = nsym_ledger_seconds(s->ledger, &about.seconds);
    if (status == NSYM_OK) status = nsym_ledger_cpus(s->ledger, &cpus);
    if (status == NSYM_OK) status = nsym_ledger_tell_times(s->ledger, &s->provenance.times);
    about.cpu = cpus;
    about.notes = s->notes;
    about.note_count = s->note_count;
    if (status == NSYM_OK) status = nsym_outcome_write(&results, files, n, about, path);
    free(cpus);
    nsym_outcome_free(&results);
    return status;
}

/* Reads the published values, and copies them into the output folder, where the resolved card finds them. */
static nsym_status open_reference(study *s) {
    const char *name = "";
    NSYM_TRY(text_of(s, "reference", &name));
    if (!name[0]) return NSYM_OK;
    const char *slash = strrchr(s->card->name, '/');
    int folder = slash && name[0] != '/' ? (int)(slash + 1 - s->card->name) : 0;
    const char *path = nsym_arena_printf(s->arena, "%.*s%s", folder, s->card->name, name);
    const char *copy = nsym_arena_printf(s->arena, "%s/reference.yaml", s->options->out);
    if (!path || !copy) return no_memory();
    NSYM_TRY(nsym_tree_read(&s->reference, path));
    nsym_published curves;
    NSYM_TRY(nsym_outcome_compare(&(nsym_outcome){0}, s->reference)); /* a fault shows before the training, not after */
    NSYM_TRY(nsym_published_read(&curves, s->arena, s->reference));
    NSYM_TRY(nsym_tree_save(s->reference, copy));
    return nsym_tree_set(s->card, "reference", "reference.yaml", "the copy");
}

static nsym_status open_folder(study *s) {
    NSYM_TRY(make_folders(s));
    NSYM_TRY(open_reference(s));
    NSYM_TRY(nsym_provenance_gather(&s->provenance, s->arena, s->options, s->card, s->reference, &s->grid));
    const char *ledger = nsym_arena_printf(s->arena, "%s/ledger.sqlite", s->options->out);
    const char *resolved = nsym_arena_printf(s->arena, "%s/study.resolved.yaml", s->options->out);
    if (!ledger || !resolved) return no_memory();
    NSYM_TRY(nsym_ledger_open(&s->ledger, ledger));
    return nsym_tree_save(s->card, resolved);
}

static nsym_status open_study(study *s) {
    s->arena = nsym_arena_new();
    if (!s->arena) return no_memory();
    NSYM_TRY(nsym_card_open(&s->card, s->options));
    NSYM_TRY(nsym_grid_new(&s->grid, s->card));
    NSYM_TRY(nsym_searches_read(&s->searches, s->card, &s->grid));
    if (leads(s)) NSYM_TRY(open_folder(s));
    NSYM_TRY(plan_runs(s));
    NSYM_TRY(plan_work(s, 0));
    NSYM_TRY(nsym_samples_plan(&s->samples, s->arena, &s->grid, s->options->out, s->options->jobs, leads(s)));
    if (leads(s)) s->samples.progress = s->options->progress;
    return NSYM_OK;
}

static void close_study(study *s) {
    nsym_samples_free(&s->samples);
    nsym_ledger_close(s->ledger);
    nsym_searches_free(&s->searches);
    nsym_grid_free(&s->grid);
    nsym_tree_free(s->card);
    nsym_tree_free(s->reference);
    nsym_arena_free(s->arena);
}

nsym_status nsym_study_run(const nsym_study_options *options) {
    study s = {.options = options};
    nsym_status status = open_study(&s);
    if (status == NSYM_OK && leads(&s)) status = prepare(&s);
    if (status == NSYM_OK || options->cluster) status = do_all_work(&s, status);
    if (status == NSYM_OK && leads(&s)) status = write_results(&s);
    close_study(&s);
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
