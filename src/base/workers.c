#define _GNU_SOURCE /* sched_getaffinity */
#include "base/workers.h"

#include "base/fail.h"
#include "base/failure.h"
#include "base/one_thread.h"
#include "base/signals.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct pool {
    nsym_job job;
    void *context;
    const atomic_bool *stop;
    size_t jobs;
    atomic_size_t next; /* the first index that nobody has taken */
    atomic_bool failed;
    pthread_mutex_t lock; /* of failure */
    nsym_failure failure; /* of the lowest index */
} pool;

typedef struct worker {
    pool *pool;
    size_t index;
    pthread_t thread;
} worker;

nsym_status nsym_thread_start(pthread_t *thread, void *(*work)(void *context), void *context) {
    sigset_t before;
    nsym_signals_hold(&before);
    int refused = pthread_create(thread, NULL, work, context);
    nsym_signals_again(&before);
    return refused ? nsym_fail(NSYM_EINTERNAL, "the system cannot start a thread: %s", strerror(refused)) : NSYM_OK;
}

size_t nsym_workers_available(void) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return (size_t)CPU_COUNT(&allowed);
    long online = sysconf(_SC_NPROCESSORS_ONLN); /* more CPUs than a cpu_set_t holds */
    return online > 0 ? (size_t)online : 1;
}

static bool stopped(const pool *p) {
    return p->stop && atomic_load(p->stop);
}

static void note_failure(pool *p, size_t index, nsym_status status) {
    pthread_mutex_lock(&p->lock);
    nsym_failure_note(&p->failure, index, status);
    pthread_mutex_unlock(&p->lock);
    atomic_store(&p->failed, true);
}

/* A job once taken is run, even if another has failed meanwhile: all indices below a failed one have then been run, and
   the failure reported does not depend on the number of workers. */
static void *work(void *argument) {
    const worker *self = argument;
    pool *p = self->pool;
    omp_set_num_threads(1); /* the libraries underneath: the parallelism is ours */
    while (!atomic_load(&p->failed) && !stopped(p)) {
        size_t index = atomic_fetch_add(&p->next, 1);
        if (index >= p->jobs) break;
        nsym_status status = p->job(p->context, index, self->index);
        if (status != NSYM_OK) note_failure(p, index, status);
    }
    return NULL;
}

nsym_status nsym_workers_run(size_t workers, size_t jobs, nsym_job job, void *context, const atomic_bool *stop) {
    if (jobs == 0) return NSYM_OK;
    if (workers == 0) workers = nsym_workers_available();
    if (workers > jobs) workers = jobs;
    pool p = {.job = job, .context = context, .stop = stop, .jobs = jobs, .lock = PTHREAD_MUTEX_INITIALIZER};
    worker *all = calloc(workers, sizeof *all);
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory for %zu workers", workers);

    size_t started = 0; /* fewer threads than asked for only take longer */
    for (; started < workers; started++) {
        all[started] = (worker){.pool = &p, .index = started};
        int refused = pthread_create(&all[started].thread, NULL, work, &all[started]);
        if (refused && started > 0) break;
        if (refused) {
            free(all);
            return nsym_fail(NSYM_EINTERNAL, "the system cannot start a thread: %s", strerror(refused));
        }
    }
    for (size_t i = 0; i < started; i++) pthread_join(all[i].thread, NULL);
    free(all);
    pthread_mutex_destroy(&p.lock);

    NSYM_TRY(nsym_failure_tell(&p.failure));
    size_t taken = atomic_load(&p.next);
    if (taken < jobs)
        return nsym_fail(NSYM_EINTERRUPTED, "stopped on request: %zu of %zu jobs were left out", jobs - taken, jobs);
    return NSYM_OK;
}
