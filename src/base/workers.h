/* A pool of threads for jobs that share nothing, such as whole trainings; and single threads. */
#ifndef NSYM_BASE_WORKERS_H
#define NSYM_BASE_WORKERS_H

#include <nearsym/status.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

/* One job: `index` in 0 ... jobs - 1; `worker` in 0 ... workers - 1 names the thread, for per-thread workspace. */
typedef nsym_status (*nsym_job)(void *context, size_t index, size_t worker);

/* Runs all jobs on `workers` threads (0: one per CPU this process may use), handed out in order of index. After the
   first failure, or once *stop is true (stop may be NULL), no further job starts; those under way end. Gives the
   failure of the lowest index with its message, else NSYM_EINTERRUPTED where jobs were left out because of *stop. */
nsym_status nsym_workers_run(size_t workers, size_t jobs, nsym_job job, void *context, const atomic_bool *stop)
    __attribute__((warn_unused_result));

/* Starts a thread that works in the background; signals go to the other threads. Join it. */
nsym_status nsym_thread_start(pthread_t *thread, void *(*work)(void *context), void *context)
    __attribute__((warn_unused_result));

/* CPUs that this process may use. */
size_t nsym_workers_available(void);

#endif
