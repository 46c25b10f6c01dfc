/* nearsym bench train | showers: how fast this machine trains the published networks, and makes toy events. */
#include "commands.h"
#include "options.h"

#include <nearsym/bench.h>
#include <nearsym/showers.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPEATS_MAX = 99 };
static const char repeats_range[] = "--repeats must be 1 to %d";

/* The dimuon networks of PRD 111, 072002 as published, and two for calorimeter images of 32 x 32 cells, of which 39 are
   hit, that come as eight copies each (after arXiv:2311.05952). */
static const struct {
    const char *name, *unit;
    nsym_train_task task; /* but for its seconds */
    nsym_model_spec spec;
} models[] = {
    {"general",
     "event",
     {.batch = 128, .particles = 2, .copies = 1, .weight_decay = 0.01},
     {.kind = NSYM_PFN,
      .particle_input = {"p4", 4},
      .slots = 2,
      .particle_map = {3, {128, 128, 128}},
      .latent = 16,
      .hidden = {4, {512, 256, 128, 128}},
      .norm = NSYM_NORM_SLOT}},
    {"invariant",
     "event",
     {.batch = 128, .particles = 2, .copies = 1, .weight_decay = 0.01},
     {.kind = NSYM_FCN,
      .event_input = {"lorentz", 2},
      .slots = 2,
      .hidden = {5, {512, 256, 256, 128, 128}},
      .norm = NSYM_NORM_FEATURE}},
    {"hybrid",
     "event",
     {.batch = 128, .particles = 2, .copies = 1, .weight_decay = 0.01},
     {.kind = NSYM_HYBRID,
      .particle_input = {"p4", 4},
      .event_input = {"lorentz", 2},
      .weight_input = {"pt", 1},
      .slots = 2,
      .particle_map = {2, {64, 64}},
      .event_map = {2, {64, 64}},
      .weight_map = {3, {64, 64, 64}},
      .latent = 16,
      .hidden = {4, {512, 256, 128, 128}},
      .norm = NSYM_NORM_SLOT}},
    {"fcn",
     "image",
     {.batch = 256, .particles = 39, .copies = 8, .hit = 39},
     {.kind = NSYM_FCN, .event_input = {"images", 1024}, .hidden = {3, {256, 256, 256}}}},
    {"pfn",
     "image",
     {.batch = 256, .particles = 39, .copies = 8},
     {.kind = NSYM_PFN,
      .particle_input = {"cells", 3},
      .particle_map = {2, {128, 128}},
      .latent = 128,
      .hidden = {3, {128, 128, 128}}}},
};
enum { MODELS = sizeof models / sizeof *models };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t n) {
    qsort(values, n, sizeof *values, by_value);
    return n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

static int bench(size_t model, size_t batch, size_t repeats, double seconds, bool json) {
    nsym_train_task task = models[model].task;
    task.seconds = seconds;
    if (batch) task.batch = batch;
    double wall[REPEATS_MAX], cpu[REPEATS_MAX], gflops[REPEATS_MAX], fraction[REPEATS_MAX];
    for (size_t i = 0; i < repeats; i++) {
        nsym_train_rate rate;
        if (nsym_bench_train(&models[model].spec, &task, &rate) != NSYM_OK) return command_failed();
        wall[i] = rate.events_per_second;
        cpu[i] = rate.events_per_cpu_second;
        gflops[i] = rate.gflops;
        fraction[i] = rate.gflops / rate.sgemm_gflops;
    }
    const char *name = models[model].name, *unit = models[model].unit;
    double per_second = median(wall, repeats), per_cpu_second = median(cpu, repeats);
    if (json)
        printf("{\"bench\": \"train\", \"model\": \"%s\", \"batch\": %zu, \"threads\": 1, \"unit\": \"%s\", "
               "\"per_second\": %.0f, \"per_cpu_second\": %.0f, \"gflops\": %.2f, \"fraction\": %.3f, "
               "\"repeats\": %zu}\n",
               name, task.batch, unit, per_second, per_cpu_second, median(gflops, repeats), median(fraction, repeats),
               repeats);
    else
        printf("%-10s batch %zu: %.0f %ss/s, %.0f per CPU second, %.1f GFLOP/s, %.2f of sgemm's rate "
               "(medians of %zu)\n",
               name, task.batch, per_second, unit, per_cpu_second, median(gflops, repeats), median(fraction, repeats),
               repeats);
    fflush(stdout);
    return 0;
}

static int run_train(int argc, char **argv) {
    const char *model = "all";
    size_t batch = 0, repeats = 5, threads = 1;
    double seconds = 1;
    bool json = false;
    const option options[] = {
        {"model", 0, OPTION_TEXT, &model, "NAME", "general, invariant, hybrid, fcn, pfn or all"},
        {"batch", 0, OPTION_COUNT, &batch, "N", "events or images a step; 0: 128 events, 256 images"},
        {"threads", 0, OPTION_COUNT, &threads, "1", "a training uses one thread; studies run several trainings"},
        {"repeats", 0, OPTION_COUNT, &repeats, "N", "measurements, of which the medians are shown"},
        {"seconds", 0, OPTION_NUMBER, &seconds, "S", "of CPU time a measurement"},
        {"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object a line"},
    };
    const option_table table = {
        "nearsym bench train [--model NAME] [--batch N] [--repeats N] [--seconds S] [--json]",
        "Trains the published dimuon networks (general, invariant, hybrid) and two for calorimeter\n"
        "images (fcn, pfn: eight copies each, with encouraged invariance) on random data, and tells the rate.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "there is nothing to do with \"%s\"", argv[0]);
    if (threads != 1) return options_wrong(&table, "--threads is %zu; a training uses one thread", threads);
    if (repeats < 1 || repeats > REPEATS_MAX) return options_wrong(&table, repeats_range, REPEATS_MAX);
    bool known = false;
    for (size_t i = 0; i < MODELS; i++) {
        if (strcmp(model, "all") != 0 && strcmp(model, models[i].name) != 0) continue;
        known = true;
        status = bench(i, batch, repeats, seconds, json);
        if (status != 0) return status;
    }
    return known ? 0
                 : options_wrong(
                       &table, "there is no model '%s'; there are general, invariant, hybrid, fcn, pfn and all", model);
}

static void show_showers(const char *name, double *wall, double *cpu, size_t repeats, bool json) {
    double per_second = median(wall, repeats), per_cpu_second = median(cpu, repeats);
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
        {"repeats", 0, OPTION_COUNT, &repeats, "N", "measurements, of which the medians are shown"},
        {"seconds", 0, OPTION_NUMBER, &seconds, "S", "of CPU time a measurement of each"},
        {"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object a line"},
    };
    const option_table table = {
        "nearsym bench showers [--repeats N] [--seconds S] [--json]",
        "Toy calorimeter events on grids of 32 x 32 and 32 x 4 cells, at 8 angles, by one thread:\n"
        "showers          makes an event: deposits, their points, its 16 images before the detector\n"
        "image_rotations  rotates its two images after the detector, as OpenCV does: 16 images",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "there is nothing to do with \"%s\"", argv[0]);
    if (repeats < 1 || repeats > REPEATS_MAX) return options_wrong(&table, repeats_range, REPEATS_MAX);
    double wall[2][REPEATS_MAX], cpu[2][REPEATS_MAX];
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
    static const option_action actions[] = {{"train", run_train}, {"showers", run_showers}};
    static const option_table table = {"nearsym bench train|showers ...",
                                       "train    trainings of networks\n"
                                       "showers  toy calorimeter events and rotations of their images\n"
                                       "Each has its own --help.",
                                       0, NULL};
    return options_choose(&table, actions, 2, argc, argv);
}
