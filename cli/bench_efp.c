/* nearsym bench efp: how fast this machine computes energy-flow polynomials. */
#include "bench.h"
#include "commands.h"
#include "efp.h"
#include "options.h"

#include <nearsym/efp.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct task {
    size_t repeats, threads;
    double seconds;
    bool json;
} task;

static int by_value(const void *a, const void *b) {
    const nsym_efp_rate *x = a, *y = b;
    return (x->per_cpu_second > y->per_cpu_second) - (x->per_cpu_second < y->per_cpu_second);
}

/* The measurement whose rate per CPU second is the median. */
static int measure(const nsym_efp_set *set, size_t constituents, const task *t) {
    nsym_efp_rate rate[BENCH_REPEATS_MAX];
    for (size_t i = 0; i < t->repeats; i++)
        if (nsym_bench_efp(&rate[i], set, constituents, t->threads, t->seconds) != NSYM_OK) return command_failed();
    qsort(rate, t->repeats, sizeof *rate, by_value);
    const nsym_efp_rate *r = &rate[t->repeats / 2];
    double share = 1 / r->peak_gflops;
    if (t->json)
        printf("{\"bench\": \"efp\", \"model\": \"%zu graphs\", \"constituents\": %zu, \"threads\": %zu, \"unit\": "
               "\"event\", "
               "\"per_second\": %.1f, \"per_cpu_second\": %.1f, \"gflops\": %.2f, \"fraction\": %.3f, "
               "\"fraction_series\": %.3f, \"fraction_diamond\": %.3f, \"peak_gflops\": %.1f, \"repeats\": %zu}\n",
               nsym_efp_set_count(set), constituents, t->threads, r->per_second, r->per_cpu_second, r->gflops,
               r->gflops * share, r->series_gflops * share, r->diamond_gflops * share, r->peak_gflops, t->repeats);
    else
        printf("M = %-4zu %.1f events/s, %.1f per CPU second, %.1f GFLOP/s: %.2f of the peak (matrix products %.2f, "
               "K4 %.2f), median of %zu\n",
               constituents, r->per_second, r->per_cpu_second, r->gflops, r->gflops * share, r->series_gflops * share,
               r->diamond_gflops * share, t->repeats);
    fflush(stdout);
    return 0;
}

int bench_efp(int argc, char **argv) {
    static const size_t usual[] = {20, 50, 100};
    task t = {.repeats = 5, .threads = 1, .seconds = 1};
    size_t constituents = 0;
    const char *graphs = efp_usual_graphs;
    const option options[] = {
        {"constituents", 'm', OPTION_COUNT, &constituents, "M",
         "number of particles in an event; 0: 20, 50 and 100 in turn"},
        {"graphs", 0, OPTION_TEXT, &graphs, "SELECTION", "graphs to compute, see nearsym efp list"},
        {"threads", 0, OPTION_COUNT, &t.threads, "N", "number of threads; 0: one per CPU"},
        {"repeats", 0, OPTION_COUNT, &t.repeats, "N", "number of measurements; their median is shown"},
        {"seconds", 0, OPTION_NUMBER, &t.seconds, "S", "CPU time per measurement, s"},
        {"json", 0, OPTION_FLAG, &t.json, NULL, "print one JSON object per line"},
    };
    const option_table table = {
        "nearsym bench efp [--constituents M] [--threads N] [--repeats N] [--seconds S] [--json]",
        "Computes energy-flow polynomials of random events at kappa = beta = 1. The peak is the rate of fused "
        "multiply-adds in\ndouble precision, measured in the same run. The operations per event are counted from "
        "the plan of the computation.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "there is nothing to do with \"%s\"", argv[0]);
    if (t.repeats < 1 || t.repeats > BENCH_REPEATS_MAX)
        return options_wrong(&table, bench_repeats_range, BENCH_REPEATS_MAX);
    nsym_efp_set *set;
    if (nsym_efp_set_new(&set, graphs) != NSYM_OK) return command_failed();
    status = 0;
    for (size_t i = 0; i < (constituents ? 1 : 3) && status == 0; i++)
        status = measure(set, constituents ? constituents : usual[i], &t);
    nsym_efp_set_free(set);
    return status;
}
