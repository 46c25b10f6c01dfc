#include "study/schedule.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/failure.h"
#include "ledger/parcel.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t none = (size_t)-1;  /* no run, or no rank */
static const size_t later = (size_t)-2; /* no run yet: others, who are no part of the cluster, are at those left */

typedef enum kind { READY = 1, GO, ASK, TAKE, FOUND, FAILED, END } kind;

/* What every message begins with; behind it stand `count` things of `size` bytes. */
typedef struct head {
    uint64_t kind, status, index, count, size;
    double seconds;
} head;

typedef struct message {
    size_t from; /* `none` where there is no message at all */
    head *head;  /* new: the whole message */
    void *body;
} message;

static nsym_status send(const nsym_cluster *c, size_t to, head h, const void *body) {
    size_t n = (size_t)(h.count * h.size);
    char *bytes = malloc(sizeof h + n);
    if (!bytes) return nsym_fail(NSYM_ENOMEM, "no memory for a message of %zu bytes", n);
    memcpy(bytes, &h, sizeof h);
    if (body) memcpy(bytes + sizeof h, body, n);
    nsym_status status = c->send(c->context, to, bytes, sizeof h + n);
    free(bytes);
    return status == NSYM_OK ? NSYM_OK : nsym_fail(status, "a message of %zu bytes cannot be sent to rank %zu", n, to);
}

/* A status on its way, with this thread's message where it is a failure, else with the CPU's path. */
static nsym_status send_status(const nsym_cluster *c, size_t to, kind k, nsym_status status, uint64_t index,
                               const char *cpu) {
    const char *text = status == NSYM_OK ? cpu : nsym_message();
    return send(c, to, (head){.kind = k, .status = status, .index = index, .count = strlen(text) + 1, .size = 1}, text);
}

/* The next message, new (free its head). */
static nsym_status receive(const nsym_cluster *c, message *out) {
    void *bytes;
    size_t n;
    out->from = none;
    nsym_status status = c->receive(c->context, &out->from, &bytes, &n);
    if (status != NSYM_OK) return nsym_fail(status, "no message can be received on rank %zu", c->rank);
    out->head = bytes;
    out->body = (char *)bytes + sizeof(head);
    const head *h = out->head;
    size_t rest = n >= sizeof *h ? n - sizeof *h : 0;
    if (n >= sizeof *h && (h->size == 0 ? rest == 0 : h->count == rest / h->size && rest % h->size == 0))
        return NSYM_OK;
    free(bytes);
    return nsym_fail(NSYM_EINTERNAL, "rank %zu sent a message of %zu bytes that is not whole", out->from, n);
}

static nsym_status receive_kind(const nsym_cluster *c, message *out, kind wanted, size_t size) {
    NSYM_TRY(receive(c, out));
    uint64_t got = out->head->kind;
    if (got == wanted && out->head->size == size) return NSYM_OK;
    free(out->head);
    return nsym_fail(NSYM_EINTERNAL, "rank %zu sent a message of kind %" PRIu64 " where %d was due", out->from, got,
                     wanted);
}

/* The text that a message brings. Borrowed from it. */
static const char *text_in(const message *m) {
    char *text = m->body;
    size_t n = (size_t)(m->head->count * m->head->size);
    if (n) text[n - 1] = '\0';
    return n ? text : "";
}

static nsym_status failure_in(const message *m) {
    return nsym_fail((nsym_status)m->head->status, "rank %zu: %s", m->from, text_in(m));
}

/* Would the numbers of that rank be those of this one? */
static nsym_status check_path(const message *m, const char *cpu) {
    if (strcmp(text_in(m), cpu) == 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "rank %zu computes with %s and rank 0 with %s instructions, so their numbers differ in the last "
                     "digits: set NSYM_CPU to instructions that all have",
                     m->from, text_in(m), cpu);
}

static void note_ready(nsym_failure *failure, const message *m, uint64_t plan, const char *cpu) {
    if (m->head->status != NSYM_OK)
        nsym_failure_note(failure, m->from, failure_in(m));
    else if (m->head->index != plan)
        nsym_failure_note(failure, m->from,
                          nsym_fail(NSYM_EINVAL,
                                    "rank %zu plans other runs than rank 0: all need the same program, card and "
                                    "files",
                                    m->from));
    else
        nsym_failure_note(failure, m->from, check_path(m, cpu));
}

/* Rank 0 hears everybody, and tells everybody. */
static nsym_status convene(const nsym_cluster *c, nsym_status own, uint64_t plan, const char *cpu, uint64_t session,
                           const size_t *todo, size_t n) {
    nsym_failure failure = {0};
    nsym_failure_note(&failure, 0, own);
    for (size_t k = 1; k < c->ranks; k++) {
        message m;
        nsym_status status = receive_kind(c, &m, READY, 1);
        nsym_failure_note(&failure, 0, status);
        if (status != NSYM_OK) continue;
        note_ready(&failure, &m, plan, cpu);
        free(m.head);
    }
    for (size_t k = 1; k < c->ranks; k++)
        nsym_failure_note(
            &failure, 0,
            send(c, k, (head){.kind = GO, .status = failure.status, .index = session, .count = n, .size = sizeof *todo},
                 todo));
    return nsym_failure_tell(&failure);
}

nsym_status nsym_schedule_meet(const nsym_cluster *c, nsym_status own, uint64_t plan, const char *cpu,
                               uint64_t *session, size_t *todo, size_t *n, size_t room) {
    if (c->rank == 0) return convene(c, own, plan, cpu, *session, todo, own == NSYM_OK ? *n : 0);
    message m;
    NSYM_TRY(send_status(c, 0, READY, own, plan, cpu));
    NSYM_TRY(receive_kind(c, &m, GO, sizeof *todo));
    nsym_status status = (nsym_status)m.head->status;
    *n = (size_t)m.head->count;
    *session = m.head->index;
    if (status == NSYM_OK && *n <= room) memcpy(todo, m.body, *n * sizeof *todo);
    free(m.head);
    if (status != NSYM_OK) return own != NSYM_OK ? own : nsym_fail(status, "another process of the cluster failed");
    return *n <= room ? NSYM_OK : nsym_fail(NSYM_EINTERNAL, "rank 0 has %zu runs to do of %zu", *n, room);
}

/* The side of rank 0, or of a process alone: the runs that are still to hand out, and how those who do them fare. */
typedef struct desk {
    const nsym_schedule *schedule;
    pthread_mutex_t lock; /* of what follows */
    bool *over;           /* (runs) handed out, or done elsewhere */
    size_t first, left;   /* the first that is not; how many */
    double looked;        /* when others were found to be at all that are left */
    nsym_failure failure; /* of the lowest rank, or run; once there is one nothing is handed out */
} desk;

static void note_at(desk *d, size_t number, nsym_status status) {
    pthread_mutex_lock(&d->lock);
    nsym_failure_note(&d->failure, number, status);
    pthread_mutex_unlock(&d->lock);
}

/* The first run that is neither done nor another's; with the lock. */
static nsym_status find_run(desk *d, size_t *index) {
    const nsym_schedule *s = d->schedule;
    *index = none;
    for (size_t i = d->first; i < s->runs && *index == none; i++) {
        nsym_turn turn = NSYM_TURN_OURS;
        if (d->over[i]) continue;
        if (s->claim) NSYM_TRY(s->claim(s->context, i, &turn));
        if (turn == NSYM_TURN_OTHERS) continue;
        d->over[i] = true;
        d->left--;
        if (turn == NSYM_TURN_OURS) *index = i;
    }
    while (d->first < s->runs && d->over[d->first]) d->first++;
    return NSYM_OK;
}

/* The next run, `none` or `later`. */
static size_t hand_out(desk *d) {
    const nsym_schedule *s = d->schedule;
    size_t index = none;
    pthread_mutex_lock(&d->lock);
    bool over = d->left == 0 || d->failure.status != NSYM_OK || (s->stop && atomic_load(s->stop));
    bool early = !over && nsym_seconds() - d->looked < s->pause;
    if (!over && !early) {
        nsym_status status = find_run(d, &index);
        nsym_failure_note(&d->failure, 0, status);
        if (status == NSYM_OK && index == none && d->left > 0) {
            d->looked = nsym_seconds();
            if (s->waits) s->waits(s->context, d->left);
            early = true;
        }
    }
    pthread_mutex_unlock(&d->lock);
    return early ? later : index;
}

/* A run that another process has taken over. */
static void put_back(desk *d, size_t index) {
    pthread_mutex_lock(&d->lock);
    d->over[index] = false;
    d->left++;
    if (index < d->first) d->first = index;
    pthread_mutex_unlock(&d->lock);
}

static nsym_status run_next_here(void *context, size_t slot, size_t worker) {
    (void)slot;
    desk *d = context;
    const nsym_schedule *s = d->schedule;
    nsym_status status = NSYM_OK;
    size_t index;
    for (bool over = false; !over;) {
        while ((index = hand_out(d)) == later) nsym_nap(s->pause);
        if (index == none) return NSYM_OK;
        status = s->run(s->context, index, worker);
        over = !s->release || s->release(s->context, index) || status == NSYM_OK;
        if (!over) put_back(d, index);
    }
    note_at(d, s->cluster ? 0 : index, status);
    return status;
}

static nsym_status take_found(const nsym_schedule *s, const message *m) {
    const head *h = m->head;
    nsym_measure *measures;
    size_t n;
    if (h->size != 1 || h->index >= s->runs)
        return nsym_fail(NSYM_EINTERNAL, "rank %zu sent measures of another size or run", m->from);
    if (nsym_parcel_unpack(&measures, &n, m->body, (size_t)h->count) != NSYM_OK)
        return nsym_fail(NSYM_EINTERNAL, "rank %zu sent %s", m->from, nsym_message());
    nsym_status status = s->record(s->context, (size_t)h->index, h->seconds, measures, n);
    if (s->release) s->release(s->context, (size_t)h->index);
    free(measures);
    return status;
}

static nsym_status answer(desk *d, const message *m, size_t *left) {
    const nsym_schedule *s = d->schedule;
    switch (m->head->kind) {
    case ASK:
        return send(s->cluster, m->from, (head){.kind = TAKE, .index = hand_out(d)}, NULL);
    case FOUND:
        return take_found(s, m);
    case FAILED:
        note_at(d, m->from, failure_in(m));
        return NSYM_OK;
    case END:
        --*left;
        return NSYM_OK;
    default:
        return nsym_fail(NSYM_EINTERNAL, "rank %zu sent a message that was not due", m->from);
    }
}

/* Serves the other ranks until each has said that it is done, or no message comes any more. A failure is noted, and
   they are served on. */
static void *serve(void *context) {
    desk *d = context;
    const nsym_cluster *c = d->schedule->cluster;
    for (size_t left = c->ranks - 1; left > 0;) {
        message m;
        nsym_status status = receive(c, &m);
        if (status == NSYM_OK) {
            status = answer(d, &m, &left);
            free(m.head);
        }
        note_at(d, 0, status);
        if (m.from == none) break;
    }
    return NULL;
}

/* Tells the other ranks that all are done, before any of them may speak of something else. */
static void dismiss(desk *d) {
    const nsym_cluster *c = d->schedule->cluster;
    for (size_t k = 1; k < c->ranks; k++) note_at(d, 0, send(c, k, (head){.kind = END}, NULL));
}

/* The threads of this process, and one that serves the others. */
static void work(desk *d) {
    const nsym_schedule *s = d->schedule;
    pthread_t server = 0;
    nsym_status started = s->cluster ? nsym_thread_start(&server, serve, d) : NSYM_OK;
    note_at(d, 0, started);
    nsym_status status = nsym_workers_run(s->threads, s->runs, run_next_here, d, NULL);
    note_at(d, s->cluster ? 0 : s->runs, status);
    if (!s->cluster) return;
    if (started != NSYM_OK)
        serve(d); /* with nothing to hand out any more */
    else
        pthread_join(server, NULL);
    dismiss(d);
}

static nsym_status lead(const nsym_schedule *s) {
    desk d = {.schedule = s, .lock = PTHREAD_MUTEX_INITIALIZER, .left = s->runs, .looked = -HUGE_VAL};
    d.over = calloc(s->runs + 1, sizeof *d.over);
    if (!d.over) note_at(&d, 0, nsym_fail(NSYM_ENOMEM, "no memory for the schedule of %zu runs", s->runs));
    work(&d);
    pthread_mutex_destroy(&d.lock);
    free(d.over);
    NSYM_TRY(nsym_failure_tell(&d.failure));
    return d.left == 0
               ? NSYM_OK
               : nsym_fail(NSYM_EINTERRUPTED, "stopped on request: %zu of %zu runs were left out", d.left, s->runs);
}

static nsym_status ask(const nsym_schedule *s, size_t *index) {
    message m;
    NSYM_TRY(send(s->cluster, 0, (head){.kind = ASK}, NULL));
    NSYM_TRY(receive_kind(s->cluster, &m, TAKE, 0));
    *index = (size_t)m.head->index;
    free(m.head);
    return NSYM_OK;
}

/* A rank above 0, which asks for runs until there is none left or one fails. */
typedef struct hand {
    const nsym_schedule *schedule;
    atomic_bool failed;
} hand;

static nsym_status run_next(hand *h, size_t worker, bool *more) {
    const nsym_schedule *s = h->schedule;
    size_t index;
    if (s->stop && atomic_load(s->stop)) return nsym_fail(NSYM_EINTERRUPTED, "stopped on request");
    NSYM_TRY(ask(s, &index));
    *more = index != none;
    if (index == later) {
        if (s->waits) s->waits(s->context, 0);
        nsym_nap(s->pause);
    }
    return index == none || index == later ? NSYM_OK : s->run(s->context, index, worker);
}

static nsym_status run_while_any(void *context, size_t slot, size_t worker) {
    (void)slot;
    hand *h = context;
    nsym_status status = NSYM_OK;
    for (bool more = true; more && status == NSYM_OK && !atomic_load(&h->failed);) status = run_next(h, worker, &more);
    if (status == NSYM_OK) return NSYM_OK;
    atomic_store(&h->failed, true);
    (void)send_status(h->schedule->cluster, 0, FAILED, status, 0,
                      NULL); /* at once: the other threads may be long at theirs */
    return status;
}

static nsym_status follow(const nsym_schedule *s) {
    hand h = {.schedule = s};
    size_t threads = s->threads ? s->threads : nsym_workers_available();
    nsym_status status = nsym_workers_run(threads, threads, run_while_any, &h, NULL);
    message m;
    nsym_status ended = send(s->cluster, 0, (head){.kind = END}, NULL);
    if (ended == NSYM_OK) ended = receive_kind(s->cluster, &m, END, 0);
    if (ended == NSYM_OK) free(m.head);
    return status == NSYM_OK ? ended : status;
}

nsym_status nsym_schedule_run(const nsym_schedule *s) {
    return !s->cluster || s->cluster->rank == 0 ? lead(s) : follow(s);
}

nsym_status nsym_schedule_send(const nsym_cluster *cluster, size_t index, double seconds, const nsym_measure *measures,
                               size_t n) {
    void *bytes;
    size_t size;
    NSYM_TRY(nsym_parcel_pack(&bytes, &size, measures, n));
    head h = {.kind = FOUND, .index = index, .count = size, .size = 1, .seconds = seconds};
    nsym_status status = send(cluster, 0, h, bytes);
    free(bytes);
    return status;
}
