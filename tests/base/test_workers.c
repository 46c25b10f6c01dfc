#include "base/one_thread.h"
#include "base/workers.h"

#include "base/fail.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { JOBS = 500, WORKERS = 4 };

typedef struct counts {
    atomic_int run[JOBS];
    atomic_int busy[WORKERS]; /* jobs under way on a worker */
    atomic_bool shared, threaded, stop;
    pthread_barrier_t barrier;
} counts;

static nsym_status count(void *context, size_t index, size_t worker) {
    counts *c = context;
    if (atomic_fetch_add(&c->busy[worker], 1) > 0) atomic_store(&c->shared, true);
    if (omp_get_max_threads() != 1) atomic_store(&c->threaded, true);
    atomic_fetch_add(&c->run[index], 1);
    atomic_fetch_sub(&c->busy[worker], 1);
    return NSYM_OK;
}

static void every_job_runs_once_for_any_number_of_workers(void **state) {
    (void)state;
    for (size_t workers = 1; workers <= WORKERS; workers++) {
        counts c = {0};
        assert_int_equal(nsym_workers_run(workers, JOBS, count, &c, NULL), NSYM_OK);
        for (size_t i = 0; i < JOBS; i++) assert_int_equal(c.run[i], 1);
        assert_false(c.shared);
    }
}

static void a_worker_leaves_openmp_one_thread(void **state) {
    (void)state;
    omp_set_num_threads(3);
    counts c = {0};
    assert_int_equal(nsym_workers_run(2, JOBS, count, &c, NULL), NSYM_OK);
    assert_false(c.threaded);
    assert_int_equal(omp_get_max_threads(), 3); /* the caller's own setting stays */
}

static void no_jobs_are_no_failure(void **state) {
    (void)state;
    assert_int_equal(nsym_workers_run(3, 0, count, NULL, NULL), NSYM_OK);
}

/* Two workers meet in jobs 3 and 4, then both fail. */
static nsym_status fail_at_3_and_4(void *context, size_t index, size_t worker) {
    (void)worker;
    counts *c = context;
    atomic_fetch_add(&c->run[index], 1);
    if (index != 3 && index != 4) return NSYM_OK;
    pthread_barrier_wait(&c->barrier);
    return nsym_fail(index == 3 ? NSYM_ENUMERIC : NSYM_EIO, "job %zu failed", index);
}

static void the_failure_of_the_lowest_index_is_given_with_its_message(void **state) {
    (void)state;
    for (int repeat = 0; repeat < 200; repeat++) {
        counts c = {0};
        pthread_barrier_init(&c.barrier, NULL, 2);
        assert_int_equal(nsym_workers_run(2, JOBS, fail_at_3_and_4, &c, NULL), NSYM_ENUMERIC);
        assert_string_equal(nsym_message(), "job 3 failed");
        for (size_t i = 0; i < 5; i++) assert_int_equal(c.run[i], 1);
        for (size_t i = 5; i < JOBS; i++) assert_int_equal(c.run[i], 0);
        pthread_barrier_destroy(&c.barrier);
    }
}

static nsym_status stop_at_10(void *context, size_t index, size_t worker) {
    (void)worker;
    counts *c = context;
    atomic_fetch_add(&c->run[index], 1);
    if (index == 10) atomic_store(&c->stop, true);
    return NSYM_OK;
}

static void a_stop_lets_jobs_end_and_starts_no_more(void **state) {
    (void)state;
    counts c = {0};
    assert_int_equal(nsym_workers_run(1, JOBS, stop_at_10, &c, &c.stop), NSYM_EINTERRUPTED);
    for (size_t i = 0; i < JOBS; i++) assert_int_equal(c.run[i], i <= 10);
    assert_non_null(strstr(nsym_message(), "489 of 500"));
}

static void a_stop_in_the_last_job_is_no_interruption(void **state) {
    (void)state;
    counts c = {0};
    assert_int_equal(nsym_workers_run(1, 11, stop_at_10, &c, &c.stop), NSYM_OK);
}

static void this_process_may_use_a_cpu(void **state) {
    (void)state;
    assert_true(nsym_workers_available() >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_runs_once_for_any_number_of_workers),
        cmocka_unit_test(a_worker_leaves_openmp_one_thread),
        cmocka_unit_test(no_jobs_are_no_failure),
        cmocka_unit_test(the_failure_of_the_lowest_index_is_given_with_its_message),
        cmocka_unit_test(a_stop_lets_jobs_end_and_starts_no_more),
        cmocka_unit_test(a_stop_in_the_last_job_is_no_interruption),
        cmocka_unit_test(this_process_may_use_a_cpu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
