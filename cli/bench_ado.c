/* nearsym bench ado: how fast this machine ranks candidates by their decision ordering with a guide. */
#include "bench.h"
#include "commands.h"
#include "options.h"
#include "tell.h"

#include <nearsym/ado.h>
#include <nearsym/random.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CANDIDATES = 256 };

typedef struct task {
    size_t events, pairs, threads, repeats;
    double seconds;
    bool json;
} task;

/* Scores (n) of a guide that knows the classes a little. */
static void draw_guide(float *labels, double *guide, size_t n) {
    nsym_random random = nsym_random_stream(1, "bench_guide", 0);
    for (size_t i = 0; i < n; i++) {
        labels[i] = (float)(i % 2);
        guide[i] = (double)labels[i] + nsym_random_normal(&random);
    }
}

/* New, by a guide's order of drawn pairs; NULL where that fails, which is told. */
static nsym_ado_ranking *set_up(const task *t) {
    float *labels = malloc(t->events * sizeof *labels);
    double *guide = malloc(t->events * sizeof *guide);
    int8_t *order = malloc(t->pairs);
    nsym_ado_pairs pairs = {0};
    nsym_ado_ranking *ranking = NULL;
    if (labels && guide && order) {
        draw_guide(labels, guide, t->events);
        nsym_status status = nsym_ado_pairs_draw(&pairs, labels, NULL, t->events, t->pairs, 1);
        if (status == NSYM_OK) status = nsym_ado_order(order, &pairs, guide);
        if (status == NSYM_OK) status = nsym_ado_ranking_new(&ranking, &pairs, order, t->events);
        if (status != NSYM_OK) command_failed();
    } else {
        tell_error("no memory for %zu pairs of %zu events", t->pairs, t->events);
    }
    nsym_ado_pairs_free(&pairs);
    free(labels);
    free(guide);
    free(order);
    return ranking;
}

/* New, random values (CANDIDATES, events); NULL: no memory, which is told. */
static float *draw_values(size_t events) {
    float *values = malloc(events * CANDIDATES * sizeof *values);
    nsym_random random = nsym_random_stream(1, "bench_values", 0);
    if (values)
        nsym_random_normals(&random, values, events * CANDIDATES);
    else
        tell_error("no memory for %d candidates of %zu events", (int)CANDIDATES, events);
    return values;
}

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Candidates a second by the clock, and a second that all threads together had a CPU; after one block to warm up. */
static bool measure(const nsym_ado_ranking *ranking, const float *values, const task *t, double *per_second,
                    double *per_cpu_second) {
    double ado[CANDIDATES], wall = 0, cpu = 0, done = 0, used = 0;
    for (bool warm = false; used < t->seconds; warm = true) {
        if (nsym_ado_ranking_run(ado, ranking, values, CANDIDATES, t->threads, NULL, NULL) != NSYM_OK)
            return command_failed(), false;
        if (!warm) {
            wall = seconds_of(CLOCK_MONOTONIC);
            cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
            continue;
        }
        done += CANDIDATES;
        used = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    }
    *per_second = done / (seconds_of(CLOCK_MONOTONIC) - wall);
    *per_cpu_second = done / used;
    return true;
}

static int run(const task *t) {
    double wall[BENCH_REPEATS_MAX], cpu[BENCH_REPEATS_MAX];
    nsym_ado_ranking *ranking = set_up(t);
    float *values = ranking ? draw_values(t->events) : NULL;
    bool fine = values != NULL;
    for (size_t i = 0; fine && i < t->repeats; i++) fine = measure(ranking, values, t, &wall[i], &cpu[i]);
    nsym_ado_ranking_free(ranking);
    free(values);
    if (!fine) return 1;
    double per_second = bench_median(wall, t->repeats), per_cpu_second = bench_median(cpu, t->repeats);
    if (t->json)
        printf("{\"bench\": \"ado\", \"events\": %zu, \"pairs\": %zu, \"threads\": %zu, \"unit\": \"candidate\", "
               "\"per_second\": %.1f, \"per_cpu_second\": %.1f, \"repeats\": %zu}\n",
               t->events, t->pairs, t->threads, per_second, per_cpu_second, t->repeats);
    else
        printf("ado             %.0f candidates/s, %.0f per CPU second: %.3f ns a pair (medians of %zu)\n", per_second,
               per_cpu_second, 1e9 / per_cpu_second / (double)t->pairs, t->repeats);
    return 0;
}

int bench_ado(int argc, char **argv) {
    task t = {.events = 42000, .pairs = 1000000, .threads = 1, .repeats = 5, .seconds = 1};
    const option options[] = {
        {"events", 'n', OPTION_COUNT, &t.events, "N", "number of events, half of them signal"},
        {"pairs", 0, OPTION_COUNT, &t.pairs, "N", "number of pairs of a signal and a background event"},
        {"threads", 0, OPTION_COUNT, &t.threads, "N", "number of threads; 0: one per CPU"},
        {"repeats", 0, OPTION_COUNT, &t.repeats, "N", "number of measurements; their median is shown"},
        {"seconds", 0, OPTION_NUMBER, &t.seconds, "S", "CPU time per measurement, s"},
        {"json", 0, OPTION_FLAG, &t.json, NULL, "print one JSON object per line"},
    };
    const option_table table = {
        "nearsym bench ado [--events N] [--pairs N] [--threads N] [--repeats N] [--seconds S] [--json]",
        "Ranks random candidates by their decision ordering with a guide, on the same pairs of events.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "there is nothing to do with \"%s\"", argv[0]);
    if (t.repeats < 1 || t.repeats > BENCH_REPEATS_MAX)
        return options_wrong(&table, bench_repeats_range, BENCH_REPEATS_MAX);
    if (t.events < 2 || t.pairs < 1 || t.events > 10000000 || t.pairs > 1000000000)
        return options_wrong(&table, "--events must be 2 to 10000000, --pairs 1 to 1000000000");
    if (!(t.seconds > 0)) return options_wrong(&table, "--seconds is %g, must be > 0", t.seconds);
    return run(&t);
}
