/* Time left of runs of very different models. */
#include "study/pace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { RUNS = 60, JOBS = 2 };

/* What a simulated study does: a run of model 0 takes a second, one of model 1 twenty, each up to 10 % more or less. */
typedef struct world {
    nsym_pace_run run[RUNS];
    double takes[RUNS];
} world;

static void make_world(world *w, bool mixed, double size_of_slow) {
    for (size_t i = 0; i < RUNS; i++) {
        size_t slow = mixed ? i % 2 : i >= RUNS / 2;
        w->run[i] = (nsym_pace_run){.size = slow ? size_of_slow : 1000, .kind = slow, .model = slow};
        w->takes[i] = (slow ? 20.0 : 1.0) * (0.9 + 0.2 * (double)(i * 7 % 10) / 9);
    }
}

/* Does the runs in order on JOBS threads; gives the seconds that are told to be left when `when` of them were done, and
   in *true_left those that are. */
static double simulate(const world *w, size_t when, double *true_left) {
    nsym_pace *pace;
    double free_at[JOBS] = {0}, end[RUNS], told = NAN, asked = 0, over = 0;
    size_t of[JOBS], done = 0, next = 0;
    assert_int_equal(nsym_pace_new(&pace, w->run, RUNS, JOBS, 0), 0);
    assert_true(nsym_pace_left(pace, 0.5) < 0);
    for (size_t j = 0; j < JOBS; j++) {
        of[j] = next;
        end[next] = w->takes[next];
        nsym_pace_begin(pace, next++, 0);
    }
    while (done < RUNS) {
        size_t j = 0;
        for (size_t k = 1; k < JOBS; k++)
            if (of[j] == RUNS || (of[k] < RUNS && end[of[k]] < end[of[j]])) j = k;
        double now = free_at[j] = end[of[j]];
        nsym_pace_end(pace, of[j], w->takes[of[j]], false);
        over = now;
        of[j] = RUNS;
        if (next < RUNS) {
            of[j] = next;
            end[next] = now + w->takes[next];
            nsym_pace_begin(pace, next++, now);
        }
        if (++done == when) {
            asked = now;
            told = nsym_pace_left(pace, now);
        }
    }
    assert_true(nsym_pace_left(pace, over) == 0);
    nsym_pace_free(pace);
    *true_left = over - asked;
    return told;
}

/* Both models train on as many rows; the slow one's rate is learnt from its own runs. */
static void time_left_counts_what_models_cost(void **state) {
    (void)state;
    world w;
    double is, told;
    make_world(&w, true, 1000);
    told = simulate(&w, RUNS / 3, &is);
    assert_true(fabs(told / is - 1) < 0.3);
}

/* All runs of the fast model come first, and nothing is known of the slow one but what was measured before. */
static void what_was_measured_stands_for_models_not_seen_yet(void **state) {
    (void)state;
    world w;
    double is, told;
    make_world(&w, false, 20000);
    told = simulate(&w, RUNS / 3, &is);
    assert_true(fabs(told / is - 1) < 0.3);
}

/* Without that the slow model's first run tells, while it is at work. */
static void a_run_at_work_tells_its_models_pace(void **state) {
    (void)state;
    nsym_pace *pace;
    const nsym_pace_run runs[] = {{100, 0, 0}, {100, 1, 1}, {100, 1, 1}};
    assert_int_equal(nsym_pace_new(&pace, runs, 3, 1, 0), 0);
    nsym_pace_begin(pace, 0, 0);
    nsym_pace_end(pace, 0, 1, false);
    nsym_pace_begin(pace, 1, 1);
    assert_true(fabs(nsym_pace_left(pace, 1) - 2) < 1e-9); /* as fast as the first */
    nsym_pace_part(pace, 1, 0.1);
    assert_true(fabs(nsym_pace_left(pace, 3) - 38) < 1e-9); /* 2 s for a tenth: 18 s, and 20 s */
    nsym_pace_free(pace);
}

/* A process that has done 100 s of runs in 10 s is ten trainings at once. */
static void others_that_share_the_runs_count(void **state) {
    (void)state;
    nsym_pace *pace;
    nsym_pace_run runs[100];
    for (size_t i = 0; i < 100; i++) runs[i] = (nsym_pace_run){.size = 10};
    assert_int_equal(nsym_pace_new(&pace, runs, 100, 1, 0), 0);
    for (size_t i = 0; i < 10; i++) nsym_pace_end(pace, i, 10, true);
    assert_true(fabs(nsym_pace_left(pace, 10) - 900.0 / 11) < 1e-9);
    nsym_pace_free(pace);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_left_counts_what_models_cost),
        cmocka_unit_test(what_was_measured_stands_for_models_not_seen_yet),
        cmocka_unit_test(a_run_at_work_tells_its_models_pace),
        cmocka_unit_test(others_that_share_the_runs_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
