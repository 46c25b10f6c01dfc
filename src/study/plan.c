#include "study/plan.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"
#include "study/gaps.h"
#include "study/guard.h"
#include "study/outcome.h"
#include "study/published.h"
#include "study/resolved.h"
#include "study/shown.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool nsym_plan_leads(const nsym_plan *s) {
    return !s->options->cluster || s->options->cluster->rank == 0;
}

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the study's plan");
}

/* Makes the folders that a run writes to, without what killed ones left there; the report makes its own. */
static nsym_status make_folders(const nsym_plan *s) {
    static const char *const parts[] = {"", "/models", "/scores", "/samples", "/tables", "/figures"};
    enum { OWN = 4 };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *path = nsym_arena_printf(s->arena, "%s%s", s->options->out, parts[i]);
        if (!path) return no_memory();
        if (i < OWN) NSYM_TRY(nsym_folder_make(path));
        nsym_atomic_clean(path);
    }
    return NSYM_OK;
}

char *nsym_plan_place(nsym_arena *arena, const nsym_point *point) {
    char *place = nsym_arena_strdup(arena, point->experiment);
    for (size_t i = 0; place && i < point->coordinates; i++)
        place = nsym_arena_printf(arena, "%s-%s", place, point->coordinate[i].value);
    for (char *c = place; c && *c; c++)
        if (*c == '/' || *c == ' ') *c = '_';
    return place;
}

/* "epochs-published-20000-hybrid-1-9c1f22aa": where a run stands, its member and its key's hash. */
static char *label_of(nsym_arena *arena, const nsym_point *point, size_t member, const char *key) {
    const char *place = nsym_plan_place(arena, point);
    return place ? nsym_arena_printf(arena, "%s-%zu-%08" PRIx32, place, member + 1,
                                     (uint32_t)nsym_hash_text(NSYM_HASH_START, key))
                 : NULL;
}

size_t nsym_plan_runs_of(const nsym_point *point) {
    return point->members + point->restarts;
}

/* `own`: the key of all runs of the point. */
static nsym_status plan_run(nsym_run *out, nsym_arena *arena, const nsym_point *point, size_t number, const char *own) {
    bool restart = number >= point->members;
    size_t member = restart ? number - point->members : number;
    char *key = nsym_arena_printf(arena, "%s member=%zu%s", own, member, restart ? " restart" : "");
    char *label = key ? label_of(arena, point, member, key) : NULL;
    *out = (nsym_run){point, member, restart, point->keep && !restart, key, label};
    return label ? NSYM_OK : no_memory();
}

static int by_key(const void *a, const void *b) {
    const nsym_run *x = *(const nsym_run *const *)a, *y = *(const nsym_run *const *)b;
    int order = strcmp(x->key, y->key);
    if (order) return order;
    if (x->keep != y->keep) return x->keep ? -1 : 1;
    return (x > y) - (x < y);
}

bool nsym_plan_leaves_files(const nsym_run *run) {
    return run->keep && !run->point->card.column;
}

/* Did a run keep its files, and are they as they were written? To look at a folder it is enough that they are there. */
static nsym_status has_files(bool *has, const nsym_plan *s, const nsym_run *run) {
    static const char *const folders[] = {"scores", "models"};
    char name[NSYM_PATH_SIZE];
    *has = true;
    for (size_t i = 0; *has && i < 2; i++) {
        NSYM_TRY(nsym_folder_path(name, folders[i], "%s.h5", run->label));
        *has = s->use == NSYM_PLAN_LOOK ? nsym_folder_has(s->options->out, "%s", name)
                                        : nsym_gaps_none_in(s->options->out, name);
    }
    return NSYM_OK;
}

nsym_status nsym_plan_is_done(const nsym_plan *s, const nsym_run *run, bool *done) {
    if (!s->ledger) return NSYM_OK; /* rank 0 says so, or there is none yet */
    NSYM_TRY(nsym_ledger_has(s->ledger, run->key, done));
    return *done && nsym_plan_leaves_files(run) ? has_files(done, s, run) : NSYM_OK;
}

/* A run that is not recorded, but was with the test sample measured after every epoch, is done: it has all numbers. */
static nsym_status take_fuller(const nsym_plan *s, nsym_run *run, size_t number, const char *fuller_key) {
    bool done = false;
    nsym_run fuller;
    NSYM_TRY(nsym_ledger_has(s->ledger, run->key, &done));
    if (done) return NSYM_OK;
    NSYM_TRY(plan_run(&fuller, s->arena, run->point, number, fuller_key));
    NSYM_TRY(nsym_plan_is_done(s, &fuller, &done));
    if (done) *run = fuller;
    return NSYM_OK;
}

static nsym_status plan_point(const nsym_plan *s, nsym_run *run, const nsym_point *point) {
    char *fuller_key = NULL;
    nsym_status status = s->ledger ? nsym_shown_fuller_key(&fuller_key, point) : NSYM_OK;
    for (size_t m = 0; status == NSYM_OK && m < nsym_plan_runs_of(point); m++) {
        status = plan_run(&run[m], s->arena, point, m, point->key);
        if (status == NSYM_OK && fuller_key) status = take_fuller(s, &run[m], m, fuller_key);
    }
    free(fuller_key);
    return status;
}

static nsym_status plan_points(const nsym_plan *s) {
    nsym_run *run = s->run;
    for (size_t i = 0; i < s->grid.points; run += nsym_plan_runs_of(&s->grid.point[i++]))
        NSYM_TRY(plan_point(s, run, &s->grid.point[i]));
    return NSYM_OK;
}

static nsym_status plan_runs(nsym_plan *s) {
    for (size_t i = 0; i < s->grid.points; i++) s->runs += nsym_plan_runs_of(&s->grid.point[i]);
    s->run = nsym_arena_alloc(s->arena, s->runs, sizeof *s->run);
    s->todo = nsym_arena_alloc(s->arena, s->runs, sizeof *s->todo);
    return s->run && s->todo ? plan_points(s) : no_memory();
}

/* Forgets runs with gaps; where one is forgotten, another may be recorded that serves as well. */
static nsym_status close_gaps(nsym_plan *s) {
    for (size_t before;;) {
        before = s->gaps;
        NSYM_TRY(nsym_gaps_forget(s));
        if (s->gaps == before) return NSYM_OK;
        NSYM_TRY(plan_points(s));
    }
}

/* Is a run that is to be done in the ledger, and its files are there, but not whole? */
static nsym_status is_damaged(const nsym_plan *s, const nsym_run *run, bool *damaged) {
    *damaged = false;
    if (!s->ledger || !nsym_plan_leaves_files(run)) return NSYM_OK;
    NSYM_TRY(nsym_ledger_has(s->ledger, run->key, damaged));
    *damaged = *damaged && nsym_folder_has(s->options->out, "scores/%s.h5", run->label) &&
               nsym_folder_has(s->options->out, "models/%s.h5", run->label);
    return NSYM_OK;
}

/* Counts a run of a rung, the next one by key: `done`, whether its key is, `taken`, whether one before stands for it.
 */
static void count_run(nsym_plan *s, bool done, bool taken) {
    s->wanted++;
    if (done)
        s->done++;
    else if (taken)
        s->shared++;
}

/* A run to do, and where it stands in their order: the sample that is needed first comes first. */
typedef struct place {
    size_t sample; /* the first run to do that needs it */
    bool restart;
    size_t member, run;
} place;

static int by_place(const void *a, const void *b) {
    const place *x = a, *y = b;
    if (x->sample != y->sample) return x->sample < y->sample ? -1 : 1;
    if (x->restart != y->restart) return x->restart ? 1 : -1;
    if (x->member != y->member) return x->member < y->member ? -1 : 1;
    return (x->run > y->run) - (x->run < y->run);
}

/* Runs of one sample stand together, so that few samples are in memory at once; among them the first members of all
   points come first, so that every kind of run is soon seen. */
static nsym_status order_work(nsym_plan *s) {
    const size_t *of = s->samples.of;
    place *places = malloc((s->to_do + 1) * sizeof *places);
    size_t *first = malloc((s->samples.count + 1) * sizeof *first);
    nsym_status status = places && first ? NSYM_OK : no_memory();
    for (size_t k = 0; status == NSYM_OK && k < s->samples.count; k++) first[k] = s->runs;
    for (size_t t = 0; status == NSYM_OK && t < s->to_do; t++) {
        const nsym_run *run = &s->run[s->todo[t]];
        size_t *sample = &first[of[run->point - s->grid.point]];
        if (*sample == s->runs) *sample = t;
        places[t] = (place){*sample, run->restart, run->member, s->todo[t]};
    }
    if (status == NSYM_OK) qsort(places, s->to_do, sizeof *places, by_place);
    for (size_t t = 0; status == NSYM_OK && t < s->to_do; t++) s->todo[t] = places[t].run;
    free(places);
    free(first);
    return status;
}

nsym_status nsym_plan_work(nsym_plan *s, size_t rung) {
    nsym_run **sorted = nsym_arena_alloc(s->arena, s->runs, sizeof(nsym_run *));
    bool *chosen = nsym_arena_alloc(s->arena, s->runs, sizeof *chosen), taken = false, done = false;
    size_t n = 0;
    if (!sorted || !chosen) return no_memory();
    for (size_t r = 0; r < s->runs; r++)
        if (s->run[r].point->rung == rung) sorted[n++] = &s->run[r];
    qsort(sorted, n, sizeof *sorted, by_key);
    s->to_do = s->wanted = s->done = s->shared = s->damaged = 0;
    for (size_t i = 0; i < n; i++) {
        bool same = i > 0 && strcmp(sorted[i]->key, sorted[i - 1]->key) == 0;
        if (same) sorted[i]->label = sorted[i - 1]->label;
        if (!same) taken = done = false;
        if (sorted[i]->point->waits) continue;
        if (!taken) NSYM_TRY(nsym_plan_is_done(s, sorted[i], &done));
        count_run(s, done, taken);
        if (!taken) chosen[sorted[i] - s->run] = !done;
        taken = true;
    }
    for (size_t r = 0; r < s->runs; r++) {
        bool damaged;
        if (!chosen[r]) continue;
        s->todo[s->to_do++] = r;
        NSYM_TRY(is_damaged(s, &s->run[r], &damaged));
        s->damaged += damaged;
    }
    return order_work(s);
}

void nsym_plan_want_samples(nsym_plan *s) {
    nsym_samples_forget(&s->samples);
    for (size_t t = 0; t < s->to_do; t++) nsym_samples_want(&s->samples, s->run[s->todo[t]].point, t);
}

double nsym_plan_rows(const nsym_run *run, size_t events) {
    const nsym_run_card *card = &run->point->card;
    const nsym_train_card *train = &card->train;
    if (card->column) return 0;
    const nsym_split_card *split = &card->data.split;
    double rows = (double)train->epochs * (double)nsym_copies_of(&card->data);
    double part = split->folds ? 1 - 1 / (double)split->folds : 1 - split->validation; /* of a reserve */
    if (train->size) return rows * (double)train->size;
    if (split->reserve) return rows * (double)split->reserve * part;
    if (split->size) events = split->size;
    if (split->folds) return rows * (double)events * part * (1 - split->test);
    return rows * (double)events * (part - split->test);
}

nsym_status nsym_plan_text(const nsym_plan *s, const char *key, const char **out) {
    return nsym_read_text((nsym_reader){s->card, s->card->root, ""}, key, out);
}

/* Reads the published values. */
static nsym_status read_reference(nsym_plan *s) {
    const char *name = "";
    NSYM_TRY(nsym_plan_text(s, "reference", &name));
    if (!name[0]) return NSYM_OK;
    const char *slash = strrchr(s->card->name, '/');
    int folder = slash && name[0] != '/' ? (int)(slash + 1 - s->card->name) : 0;
    const char *path = nsym_arena_printf(s->arena, "%.*s%s", folder, s->card->name, name);
    if (!path) return no_memory();
    NSYM_TRY(nsym_tree_read(&s->reference, path));
    nsym_published curves;
    NSYM_TRY(nsym_outcome_compare(&(nsym_outcome){0}, s->reference)); /* a fault shows before the training, not after */
    return nsym_published_read(&curves, s->arena, s->reference);
}

/* Copies them into the output folder, where the resolved card finds them. */
static nsym_status copy_reference(nsym_plan *s) {
    if (!s->reference) return NSYM_OK;
    const char *copy = nsym_arena_printf(s->arena, "%s/reference.yaml", s->options->out);
    if (!copy) return no_memory();
    NSYM_TRY(nsym_tree_save(s->reference, copy));
    return nsym_tree_set(s->card, "reference", "reference.yaml", "the copy");
}

/* What a run writes to first: the folders, the ledger, the reference and the card. */
static nsym_status make_folder(nsym_plan *s) {
    if (s->options->fresh) NSYM_TRY(nsym_guard_set_aside(s));
    NSYM_TRY(nsym_guard_foreign(s->options->out));
    NSYM_TRY(make_folders(s));
    const char *ledger = nsym_arena_printf(s->arena, "%s/ledger.sqlite", s->options->out);
    const char *resolved = nsym_arena_printf(s->arena, "%s/study.resolved.yaml", s->options->out);
    if (!ledger || !resolved) return no_memory();
    NSYM_TRY(nsym_ledger_open(&s->ledger, ledger));
    NSYM_TRY(nsym_guard_check(s));
    NSYM_TRY(nsym_guard_enter(s));
    NSYM_TRY(copy_reference(s));
    NSYM_TRY(nsym_provenance_gather(&s->provenance, s->arena, s->options, s->card, s->reference, &s->grid));
    return nsym_resolved_save(s->card, resolved);
}

/* The folder as it is, if it is there. */
static nsym_status look_at_folder(nsym_plan *s) {
    if (!nsym_folder_has(s->options->out, "ledger.sqlite")) return NSYM_OK;
    const char *ledger = nsym_arena_printf(s->arena, "%s/ledger.sqlite", s->options->out);
    return ledger ? nsym_ledger_look(&s->ledger, ledger) : no_memory();
}

/* What the points' notes say, each once. */
static nsym_status gather_notes(nsym_plan *s) {
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

nsym_status nsym_plan_open(nsym_plan *s, const nsym_study_options *options, nsym_plan_use use) {
    s->options = options;
    s->use = use;
    s->arena = nsym_arena_new();
    if (!s->arena) return no_memory();
    NSYM_TRY(nsym_card_open(&s->card, s->options));
    NSYM_TRY(nsym_grid_new(&s->grid, s->card));
    NSYM_TRY(read_reference(s));
    NSYM_TRY(nsym_shown_settle(&s->grid, s->card, s->reference));
    NSYM_TRY(nsym_searches_read(&s->searches, s->card, &s->grid));
    if (nsym_plan_leads(s)) NSYM_TRY(use == NSYM_PLAN_LOOK ? look_at_folder(s) : make_folder(s));
    NSYM_TRY(plan_runs(s));
    NSYM_TRY(gather_notes(s));
    bool writes = use == NSYM_PLAN_RUN && nsym_plan_leads(s);
    if (writes) NSYM_TRY(close_gaps(s));
    NSYM_TRY(nsym_samples_plan(&s->samples, s->arena, &s->grid, s->options->out, s->options->jobs, writes));
    NSYM_TRY(nsym_plan_work(s, 0));
    s->samples.stop = s->options->stop;
    if (nsym_plan_leads(s)) s->samples.progress = s->options->progress;
    return NSYM_OK;
}

void nsym_plan_close(nsym_plan *s) {
    nsym_samples_free(&s->samples);
    nsym_ledger_close(s->ledger);
    nsym_searches_free(&s->searches);
    nsym_grid_free(&s->grid);
    nsym_tree_free(s->card);
    nsym_tree_free(s->reference);
    nsym_arena_free(s->arena);
}

size_t nsym_plan_first_run(const nsym_plan *s, size_t point) {
    size_t r = 0;
    for (size_t i = 0; i < point; i++) r += nsym_plan_runs_of(&s->grid.point[i]);
    return r;
}
