#include "study/samples.h"

#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"
#include "base/workers.h"
#include "study/gaps.h"
#include "study/shrink.h"
#include "study/variations.h"
#include <nearsym/io.h>
#include <nearsym/work.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CHECKED = 500 }; /* rows of a small part, to begin with */

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the study's samples");
}

static nsym_shared_sample *sample_of(const nsym_samples *s, const nsym_point *point) {
    return &s->sample[s->of[point - s->grid->point]];
}

static nsym_shared_sample *varied_of(const nsym_samples *s, const nsym_point *point, size_t variation) {
    return &s->sample[s->varied[point - s->grid->point][variation]];
}

/* Where a point's sample is kept. */
static nsym_status name_files(nsym_shared_sample *shared, nsym_arena *arena) {
    uint64_t hash = nsym_hash_text(NSYM_HASH_START, shared->key);
    shared->path = nsym_arena_printf(arena, "samples/%016" PRIx64 ".h5", hash);
    shared->pictures = nsym_arena_printf(arena, "samples/%016" PRIx64 ".pictures.h5", hash);
    return shared->path && shared->pictures ? NSYM_OK : no_memory();
}

static bool divides_alike(const nsym_data_card *a, const nsym_data_card *b) {
    const nsym_split_card *x = &a->split, *y = &b->split;
    return x->size == y->size && x->order == y->order && x->test == y->test && x->validation == y->validation &&
           x->folds == y->folds && a->copies.test_all == b->copies.test_all;
}

/* Must a sample's files be written? Pictures are there where the source has some. */
static bool lacks_files(const char *folder, const nsym_shared_sample *shared) {
    if (!nsym_gaps_none_in(folder, shared->path)) return true;
    return nsym_folder_has(folder, "%s", shared->pictures) && !nsym_gaps_none_in(folder, shared->pictures);
}

size_t nsym_samples_guess(const nsym_data_card *card) {
    enum { OF_A_FILE = 100000 };
    if (!card->events) return OF_A_FILE;
    return card->events * card->repeat * (card->source->takes_classes ? 2 : 1);
}

static size_t most_samples(const nsym_grid *grid) {
    size_t most = grid->points;
    for (size_t i = 0; i < grid->points; i++) most += grid->point[i].variations;
    return most;
}

/* The place of the sample of that key, new where the point is the first that uses it. */
static size_t find_or_add(nsym_samples *s, const nsym_point *point, const nsym_data_card *card, const char *key) {
    size_t k = 0;
    while (k < s->count && strcmp(s->sample[k].key, key) != 0) k++;
    if (k < s->count) return k;
    nsym_shared_sample *fresh = &s->sample[s->count++];
    fresh->point = point;
    fresh->card = card;
    fresh->key = key;
    fresh->varied = card->tests_only;
    atomic_init(&fresh->events, nsym_samples_guess(card));
    pthread_mutex_init(&fresh->lock, NULL);
    return k;
}

/* The samples under variations, behind all others. */
static nsym_status plan_varied(nsym_samples *s, nsym_arena *arena) {
    for (size_t i = 0; i < s->grid->points; i++) {
        const nsym_point *point = &s->grid->point[i];
        s->varied[i] = nsym_arena_alloc(arena, point->variations + 1, sizeof *s->varied[i]);
        if (!s->varied[i]) return no_memory();
        for (size_t v = 0; v < point->variations; v++)
            s->varied[i][v] = find_or_add(s, point, &point->variation[v].data, point->variation[v].data_key);
    }
    return NSYM_OK;
}

nsym_status nsym_samples_plan(nsym_samples *out, nsym_arena *arena, const nsym_grid *grid, const char *folder,
                              size_t threads, bool writes) {
    nsym_shared_sample *sample = nsym_arena_alloc(arena, most_samples(grid), sizeof *sample);
    size_t *of = nsym_arena_alloc(arena, grid->points, sizeof *of);
    size_t **varied = nsym_arena_alloc(arena, grid->points, sizeof *varied);
    if (!sample || !of || !varied) return no_memory();
    *out = (nsym_samples){
        .grid = grid, .folder = folder, .threads = threads, .sample = sample, .of = of, .varied = varied};
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_point *point = &grid->point[i];
        size_t k = of[i] = find_or_add(out, point, &point->card.data, point->data_key);
        sample[k].mixed |= !divides_alike(&sample[k].point->card.data, &point->card.data);
        if (!point->keep || sample[k].path) continue;
        NSYM_TRY(name_files(&sample[k], arena));
        sample[k].missing = writes && lacks_files(folder, &sample[k]);
    }
    return plan_varied(out, arena);
}

void nsym_samples_forget(nsym_samples *s) {
    for (size_t k = 0; k < s->count; k++) {
        s->sample[k].wanted = false;
        s->sample[k].last = 0;
    }
    atomic_store(&s->newest, 0);
}

static void want(nsym_shared_sample *shared, size_t number) {
    shared->wanted = true;
    shared->last = number;
}

void nsym_samples_want(nsym_samples *s, const nsym_point *point, size_t number) {
    want(sample_of(s, point), number);
    for (size_t v = 0; v < point->variations; v++) want(varied_of(s, point, v), number);
}

static nsym_status write_events(const nsym_samples *s, const nsym_events *events, const char *name) {
    char path[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_folder_path(path, s->folder, "%s", name));
    return nsym_events_write(events, path);
}

/* The lines of a sample's note. */
static void tell_note(nsym_progress *progress, const char *note) {
    for (size_t n; *note; note += n + (note[n] == '\n')) {
        n = strcspn(note, "\n");
        nsym_progress_note(progress, "%.*s", (int)n, note);
    }
}

/* Loads a sample, and writes what figures show of it where that is missing: the pictures first, so that they are there
   where the sample's file is. */
static nsym_status load(const nsym_samples *s, nsym_shared_sample *shared) {
    if (shared->loaded) return NSYM_OK;
    NSYM_TRY(nsym_sample_load(&shared->sample, shared->card, s->threads, s->stop));
    bool tell = !shared->warned && !shared->varied; /* of a varied one it would be told again */
    if (shared->sample.warning[0] && tell) nsym_progress_note(s->progress, "warning: %s", shared->sample.warning);
    if (tell) tell_note(s->progress, shared->sample.note);
    shared->loaded = shared->warned = true;
    atomic_store(&shared->events, shared->sample.count);
    if (shared->varied) return NSYM_OK;
    if (!shared->mixed) NSYM_TRY(nsym_sample_tell_parts(&shared->sample, &shared->point->card.data));
    bool missing = shared->missing && lacks_files(s->folder, shared); /* another process may have written them */
    shared->missing = false;
    if (!missing) return NSYM_OK;
    if (shared->sample.pictures) NSYM_TRY(write_events(s, shared->sample.pictures, shared->pictures));
    return write_events(s, shared->sample.shown ? shared->sample.shown : shared->sample.events, shared->path);
}

static void unload(nsym_shared_sample *shared) {
    nsym_sample_free(&shared->sample);
    shared->loaded = false;
}

/* Makes a part of a sample, a larger one where a small one cannot serve. */
static nsym_status check_one(nsym_shared_sample *shared, const nsym_samples *s, nsym_shrunk_file *file) {
    for (size_t target = CHECKED;; target *= 4) {
        nsym_run_card card = shared->point->card;
        card.data = *shared->card;
        nsym_sample part = {0};
        double ratio;
        NSYM_TRY(nsym_shrink(&card, &ratio, target, file));
        nsym_status status = nsym_sample_load(&part, &card.data, s->threads, s->stop);
        if (status == NSYM_OK) atomic_store(&shared->events, (size_t)((double)part.count * ratio));
        nsym_sample_free(&part);
        if (status == NSYM_OK || !(ratio > 1)) return status;
    }
}

static nsym_status check_all(nsym_samples *s, nsym_shrunk_file *file) {
    for (size_t k = 0; k < s->count; k++) {
        if (s->stop && s->stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped on request before the first run");
        if (s->sample[k].wanted) NSYM_TRY(check_one(&s->sample[k], s, file));
    }
    return NSYM_OK;
}

nsym_status nsym_samples_check(nsym_samples *s) {
    char folder[NSYM_PATH_SIZE] = "";
    size_t wanted = 0;
    nsym_shared_sample *only = NULL;
    for (size_t k = 0; k < s->count; k++)
        if (s->sample[k].wanted && ++wanted) only = &s->sample[k];
    if (wanted < 2) return only ? load(s, only) : NSYM_OK;
    nsym_arena *arena = nsym_arena_new();
    nsym_status status = arena ? nsym_work_folder_new(folder, sizeof folder) : no_memory();
    nsym_shrunk_file file = {.folder = folder, .arena = arena};
    if (status == NSYM_OK) status = check_all(s, &file);
    if (folder[0]) nsym_work_folder_remove(folder);
    nsym_arena_free(arena);
    return status;
}

static nsym_status finish_one(void *context, size_t index, size_t worker) {
    (void)worker;
    const nsym_samples *s = context;
    nsym_shared_sample *shared = &s->sample[index];
    bool missing = shared->missing && lacks_files(s->folder, shared);
    nsym_status status = missing ? load(s, shared) : NSYM_OK;
    unload(shared);
    return status;
}

nsym_status nsym_samples_finish(nsym_samples *s, size_t workers) {
    return nsym_workers_run(workers, s->count, finish_one, s, NULL);
}

size_t nsym_samples_events(const nsym_samples *s, const nsym_point *point) {
    return atomic_load(&sample_of(s, point)->events);
}

/* One whose lock is held is being used. */
static void advance(nsym_samples *s, size_t number) {
    size_t seen = atomic_load(&s->newest);
    while (seen < number && !atomic_compare_exchange_weak(&s->newest, &seen, number)) {
    }
    for (size_t k = 0; k < s->count; k++) {
        nsym_shared_sample *shared = &s->sample[k];
        if (pthread_mutex_trylock(&shared->lock) != 0) continue;
        if (shared->users == 0 && shared->last < number) unload(shared);
        pthread_mutex_unlock(&shared->lock);
    }
}

static nsym_status take(nsym_samples *s, nsym_shared_sample *shared, size_t number, const nsym_sample **out) {
    pthread_mutex_lock(&shared->lock);
    shared->users++; /* before it could be let go */
    pthread_mutex_unlock(&shared->lock);
    advance(s, number);
    pthread_mutex_lock(&shared->lock);
    nsym_status status = load(s, shared);
    pthread_mutex_unlock(&shared->lock);
    *out = &shared->sample;
    return status;
}

static void give_back(nsym_samples *s, nsym_shared_sample *shared) {
    pthread_mutex_lock(&shared->lock);
    if (--shared->users == 0 && shared->last <= atomic_load(&s->newest)) unload(shared);
    pthread_mutex_unlock(&shared->lock);
}

nsym_status nsym_samples_take(nsym_samples *s, const nsym_point *point, size_t number, const nsym_sample **out) {
    return take(s, sample_of(s, point), number, out);
}

void nsym_samples_give_back(nsym_samples *s, const nsym_point *point) {
    give_back(s, sample_of(s, point));
}

nsym_status nsym_samples_take_varied(nsym_samples *s, const nsym_point *point, size_t variation, size_t number,
                                     const nsym_sample **out) {
    return take(s, varied_of(s, point, variation), number, out);
}

void nsym_samples_give_back_varied(nsym_samples *s, const nsym_point *point, size_t variation) {
    give_back(s, varied_of(s, point, variation));
}

void nsym_samples_free(nsym_samples *s) {
    for (size_t k = 0; k < s->count; k++) {
        unload(&s->sample[k]);
        pthread_mutex_destroy(&s->sample[k].lock);
    }
}
