/* nearsym bench train | predict | showers | efp | ado: how fast this machine is. */
#include "bench.h"
#include "commands.h"
#include "options.h"

#include <nearsym/generate/showers.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, size_t n) {
    qsort(values, n, sizeof *values, by_value);
    return n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

static void show_showers(const char *name, double *wall, double *cpu, size_t repeats, bool json) {
    double per_second = bench_median(wall, repeats), per_cpu_second = bench_median(cpu, repeats);
    if (json)
        printf("{\"bench\": \"%s\", \"threads\": 1, \"unit\": \"event\", \"per_second\": %.0f, "
               "\"per_cpu_second\": %.0f, \"repeats\": %zu}\n",
               name, per_second, per_cpu_second, repeats);
    else
        printf("%-15s %.0f events/s, %.0f per CPU second (medians of %zu)\n", name, per_second, per_cpu_second,
               repeats);
}

static int run_showers(int argc, char **argv) {
    size_t repeats = 5;
    double seconds = 1;
    bool json = false;
    const option options[] = {
        {"repeats", 0, OPTION_COUNT, &repeats, "N", "number of measurements; their median is shown"},
        {"seconds", 0, OPTION_NUMBER, &seconds, "S", "CPU time per measurement, s"},
        {"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object per line"},
    };
    const option_table table = {
        "nearsym bench showers [--repeats N] [--seconds S] [--json]",
        "Measures the rate of one thread for toy calorimeter events on grids of 32 x 32 and 32 x 4 cells, at 8 "
        "angles:\nshowers          an event with its deposits, their points and its 16 images before the "
        "detector\nimage_rotations  rotations of its two images after the detector, as in OpenCV: 16 images",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "there is nothing to do with \"%s\"", argv[0]);
    if (repeats < 1 || repeats > BENCH_REPEATS_MAX)
        return options_wrong(&table, bench_repeats_range, BENCH_REPEATS_MAX);
    double wall[2][BENCH_REPEATS_MAX], cpu[2][BENCH_REPEATS_MAX];
    for (size_t i = 0; i < repeats; i++) {
        nsym_showers_rate rate[2];
        if (nsym_bench_showers(seconds, &rate[0], &rate[1]) != NSYM_OK) return command_failed();
        for (size_t k = 0; k < 2; k++) wall[k][i] = rate[k].per_second, cpu[k][i] = rate[k].per_cpu_second;
    }
    show_showers("showers", wall[0], cpu[0], repeats, json);
    show_showers("image_rotations", wall[1], cpu[1], repeats, json);
    return 0;
}

int cmd_bench(int argc, char **argv) {
    static const option_action actions[] = {{"train", bench_train},
                                            {"predict", bench_predict},
                                            {"showers", run_showers},
                                            {"efp", bench_efp},
                                            {"ado", bench_ado}};
    static const option_table table = {
        "nearsym bench train|predict|showers|efp|ado ...",
        "train    train networks\npredict  compute scores with networks\nshowers  make toy calorimeter events and "
        "rotate their images\nefp      compute energy-flow polynomials\nado      compute the decision ordering of many "
        "candidates\nEach has its own --help.",
        0, NULL};
    return options_choose(&table, actions, sizeof actions / sizeof *actions, argc, argv);
}
