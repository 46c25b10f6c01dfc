/* Runs shared by the processes of a cluster, each a thread here, with a letter box for messages. */
#include "base/fail.h"
#include "study/schedule.h"
#include <nearsym/cpu.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { RANKS = 3, RUNS = 40, LETTERS = 4096 };

typedef struct letter {
    size_t from, n;
    void *bytes;
} letter;

typedef struct box {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    size_t first, count;
    letter letter[LETTERS];
} box;

/* What a test sets, and what it finds. */
typedef struct world {
    box box[RANKS];
    size_t done[RUNS];  /* how often each run was done, anywhere */
    double found[RUNS]; /* what rank 0 heard of those that it has not done itself */
    size_t heard, threads;
    size_t failing; /* a run that fails, or RUNS */
    size_t foul;    /* a rank whose reports are broken, or 0 */
    atomic_bool stop;
    size_t stop_after;    /* runs, after which it is set; 0: never */
    pthread_mutex_t lock; /* of all that the runs change */
    bool gathers;         /* a rank's first run waits until every rank has begun one */
    size_t begun;         /* ranks that have */
    pthread_cond_t all_begun;
} world;

typedef struct place {
    world *world;
    nsym_cluster cluster;
    nsym_status own, status; /* before the runs; after them */
    uint64_t plan;
    size_t runs, last; /* last: the run that this rank began last */
    bool risen;
    char message[1024];
} place;

static nsym_status send_letter(void *context, size_t to, const void *bytes, size_t n) {
    const place *p = context;
    box *b = &p->world->box[to];
    void *copy = malloc(n + 1);
    if (!copy) return NSYM_ENOMEM;
    memcpy(copy, bytes, n);
    pthread_mutex_lock(&b->lock);
    b->letter[(b->first + b->count++) % LETTERS] = (letter){p->cluster.rank, n, copy};
    pthread_cond_signal(&b->filled);
    pthread_mutex_unlock(&b->lock);
    return NSYM_OK;
}

static nsym_status receive_letter(void *context, size_t *from, void **bytes, size_t *n) {
    const place *p = context;
    box *b = &p->world->box[p->cluster.rank];
    pthread_mutex_lock(&b->lock);
    while (b->count == 0) pthread_cond_wait(&b->filled, &b->lock);
    letter l = b->letter[b->first];
    b->first = (b->first + 1) % LETTERS;
    b->count--;
    pthread_mutex_unlock(&b->lock);
    *from = l.from;
    *bytes = l.bytes;
    *n = l.n;
    return NSYM_OK;
}

static nsym_status report(const place *p, size_t index) {
    if (p->world->foul == p->cluster.rank) return send_letter((void *)p, 0, "foul", 4);
    const nsym_measure measures[] = {{"auc", 1, 0.25, 0, 0, NULL, 0}, {"auc", 2, (double)index, 0, 0, NULL, 0}};
    return nsym_schedule_send(&p->cluster, index, 1.5, measures, 2);
}

static nsym_status run(void *context, size_t index, size_t worker) {
    place *p = context;
    world *w = p->world;
    (void)worker;
    pthread_mutex_lock(&w->lock);
    size_t done = 0;
    w->done[index]++;
    if (w->threads == 1) p->risen &= p->last == RUNS || p->last < index;
    w->begun += p->last == RUNS;
    p->last = index;
    pthread_cond_broadcast(&w->all_begun);
    while (w->gathers && w->begun < RANKS) pthread_cond_wait(&w->all_begun, &w->lock);
    for (size_t i = 0; i < RUNS; i++) done += w->done[i];
    if (done == w->stop_after) atomic_store(&w->stop, true);
    pthread_mutex_unlock(&w->lock);
    if (index > w->failing) nanosleep(&(const struct timespec){.tv_nsec = 50000000}, NULL); /* while it is told */
    if (index == w->failing) return nsym_fail(NSYM_ENUMERIC, "run %zu has a NaN", index);
    return p->cluster.rank == 0 ? NSYM_OK : report(p, index);
}

static nsym_status record(void *context, size_t index, double seconds, const nsym_measure *measures, size_t n) {
    place *p = context;
    assert_int_equal(p->cluster.rank, 0);
    assert_int_equal(n, 2);
    assert_string_equal(measures[0].metric, "auc");
    assert_true(measures[0].epoch == 1 && measures[0].value == 0.25 && measures[1].epoch == 2 && seconds == 1.5);
    p->world->found[index] = measures[1].value;
    p->world->heard++;
    return NSYM_OK;
}

static void *live(void *context) {
    place *p = context;
    size_t todo[RUNS] = {0}, n = p->cluster.rank == 0 ? p->runs : 0;
    uint64_t session = p->cluster.rank == 0 ? 99 : 0;
    for (size_t i = 0; i < n; i++) todo[i] = 2 * i;
    p->status = p->own == NSYM_OK ? NSYM_OK : nsym_fail(p->own, "rank %zu has no card", p->cluster.rank);
    p->status = nsym_schedule_meet(&p->cluster, p->status, p->plan, nsym_cpu_path(), &session, todo, &n, RUNS);
    if (p->status == NSYM_OK) {
        assert_int_equal(session, 99);
        for (size_t i = 0; i < p->runs; i++) assert_int_equal(todo[i], 2 * i); /* everybody has rank 0's list */
        const nsym_schedule schedule = {.cluster = &p->cluster,
                                        .threads = p->world->threads,
                                        .runs = n,
                                        .run = run,
                                        .record = record,
                                        .context = p,
                                        .stop = &p->world->stop};
        p->status = nsym_schedule_run(&schedule);
    }
    if (p->status != NSYM_OK) snprintf(p->message, sizeof p->message, "%s", nsym_message());
    return NULL;
}

static world *new_world(place places[RANKS], size_t threads) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->threads = threads;
    w->failing = RUNS;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->all_begun, NULL);
    for (size_t r = 0; r < RANKS; r++) {
        pthread_mutex_init(&w->box[r].lock, NULL);
        pthread_cond_init(&w->box[r].filled, NULL);
        places[r] = (place){.world = w,
                            .cluster = {r, RANKS, &places[r], send_letter, receive_letter},
                            .plan = 17,
                            .runs = RUNS,
                            .last = RUNS,
                            .risen = true};
    }
    return w;
}

static void live_all(place places[RANKS]) {
    pthread_t thread[RANKS];
    for (size_t r = 0; r < RANKS; r++) assert_int_equal(pthread_create(&thread[r], NULL, live, &places[r]), 0);
    for (size_t r = 0; r < RANKS; r++) pthread_join(thread[r], NULL);
}

static void end_world(world *w) {
    for (size_t r = 0; r < RANKS; r++) {
        box *b = &w->box[r];
        for (; b->count > 0; b->count--, b->first = (b->first + 1) % LETTERS) free(b->letter[b->first].bytes);
    }
    free(w);
}

static void assert_told(const place *p, nsym_status status, const char *words) {
    assert_int_equal(p->status, status);
    if (!strstr(p->message, words)) fail_msg("\"%s\" does not say \"%s\"", p->message, words);
}

static void every_run_is_done_once_and_recorded_on_rank_0(void **state) {
    (void)state;
    for (size_t threads = 1; threads <= 2; threads++) {
        place places[RANKS];
        world *w = new_world(places, threads);
        size_t heard = 0;
        w->gathers = true;
        live_all(places);
        for (size_t r = 0; r < RANKS; r++) {
            assert_int_equal(places[r].status, NSYM_OK);
            assert_true(places[r].last < RUNS && places[r].risen); /* each had some, in rising order */
        }
        for (size_t i = 0; i < RUNS; i++) {
            assert_int_equal(w->done[i], 1);
            assert_true(w->found[i] == 0 || w->found[i] == (double)i);
            heard += w->found[i] > 0;
        }
        assert_true(w->heard == heard || w->heard == heard + 1); /* run 0 finds 0 */
        assert_true(heard > 0 && heard < RUNS);
        end_world(w);
    }
}

static void without_runs_everybody_goes_home(void **state) {
    (void)state;
    place places[RANKS];
    world *w = new_world(places, 1);
    for (size_t r = 0; r < RANKS; r++) places[r].runs = 0;
    live_all(places);
    for (size_t r = 0; r < RANKS; r++) assert_int_equal(places[r].status, NSYM_OK);
    end_world(w);
}

static void a_failure_anywhere_ends_all_and_rank_0_tells_it(void **state) {
    (void)state;
    place places[RANKS];
    world *w = new_world(places, 2);
    w->failing = 7;
    live_all(places);
    assert_told(&places[0], NSYM_ENUMERIC, "run 7 has a NaN");
    assert_int_equal(w->done[RUNS - 1], 0);
    end_world(w);
}

static void what_does_not_fit_before_the_runs_is_told_and_none_is_begun(void **state) {
    (void)state;
    for (size_t bad = 0; bad < RANKS; bad++) {
        place places[RANKS];
        world *w = new_world(places, 1);
        places[bad].own = NSYM_EFORMAT;
        live_all(places);
        char words[64];
        snprintf(words, sizeof words, "rank %zu has no card", bad);
        assert_told(&places[0], NSYM_EFORMAT, words);
        for (size_t r = 1; r < RANKS; r++) assert_int_equal(places[r].status, NSYM_EFORMAT);
        assert_int_equal(w->done[0], 0);
        end_world(w);
    }
    place places[RANKS];
    world *w = new_world(places, 1);
    places[2].plan = 18;
    live_all(places);
    assert_told(&places[0], NSYM_EINVAL, "rank 2 plans other runs than rank 0");
    assert_told(&places[1], NSYM_EINVAL, "another process of the cluster failed");
    assert_int_equal(w->done[0], 0);
    end_world(w);
}

static void a_stop_leaves_the_other_runs_out(void **state) {
    (void)state;
    place places[RANKS];
    world *w = new_world(places, 1);
    w->stop_after = 5;
    live_all(places);
    assert_int_equal(places[0].status, NSYM_EINTERRUPTED);
    size_t done = 0;
    for (size_t i = 0; i < RUNS; i++) done += w->done[i];
    assert_true(done >= 5 && done < 5 + RANKS);
    end_world(w);
}

static void a_message_that_is_none_is_refused(void **state) {
    (void)state;
    place places[RANKS];
    world *w = new_world(places, 1);
    w->foul = 2;
    w->gathers = true;
    live_all(places);
    assert_told(&places[0], NSYM_EINTERNAL, "sent a message of 4 bytes that is not whole");
    end_world(w);
}

/* A process alone whose run 2 fails for the first time. */
typedef struct taken {
    bool lost;    /* as it had been taken for dead, and another does the run: */
    size_t tries; /* claims on it since it failed */
    atomic_size_t runs;
} taken;

static nsym_status run_but_2(void *context, size_t index, size_t worker) {
    (void)worker;
    atomic_fetch_add(&((taken *)context)->runs, 1);
    return index == 2 ? nsym_fail(NSYM_EIO, "the file is gone") : NSYM_OK;
}

static nsym_status claim_2_later(void *context, size_t index, nsym_turn *turn) {
    taken *t = context;
    *turn = NSYM_TURN_OURS;
    if (index == 2 && t->tries++ > 0) *turn = t->tries < 4 ? NSYM_TURN_OTHERS : NSYM_TURN_DONE;
    return NSYM_OK;
}

static bool release_but_2(void *context, size_t index) {
    return index != 2 || !((taken *)context)->lost;
}

static void a_failed_run_that_another_process_took_over_is_waited_for(void **state) {
    (void)state;
    taken t = {.lost = true};
    const nsym_schedule s = {.threads = 2,
                             .runs = 5,
                             .run = run_but_2,
                             .claim = claim_2_later,
                             .release = release_but_2,
                             .pause = 0.01,
                             .context = &t};
    assert_int_equal(nsym_schedule_run(&s), NSYM_OK);
    assert_int_equal(t.runs, 5);
    assert_int_equal(t.tries, 4);
    t = (taken){.lost = false};
    assert_int_equal(nsym_schedule_run(&s), NSYM_EIO);
    assert_string_equal(nsym_message(), "the file is gone");
    assert_int_equal(t.tries, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_run_is_done_once_and_recorded_on_rank_0),
        cmocka_unit_test(without_runs_everybody_goes_home),
        cmocka_unit_test(a_failure_anywhere_ends_all_and_rank_0_tells_it),
        cmocka_unit_test(what_does_not_fit_before_the_runs_is_told_and_none_is_begun),
        cmocka_unit_test(a_stop_leaves_the_other_runs_out),
        cmocka_unit_test(a_message_that_is_none_is_refused),
        cmocka_unit_test(a_failed_run_that_another_process_took_over_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
