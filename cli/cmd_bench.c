/* nearsym bench train: how fast this machine trains the published networks. */
#include "commands.h"
#include "options.h"

#include <nearsym/bench.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPEATS_MAX = 99 };

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
     {.batch = 256, .particles = 39, .copies = 8},
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

int cmd_bench(int argc, char **argv) {
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
        "nearsym bench train [--model NAME] [--batch N] [--json]",
        "Trains the published dimuon networks (general, invariant, hybrid) and two for calorimeter\n"
        "images (fcn, pfn: eight copies each, with encouraged invariance) on random data, and tells the rate.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1 || strcmp(argv[0], "train") != 0) return options_wrong(&table, "say what to measure: train");
    if (threads != 1) return options_wrong(&table, "--threads is %zu; a training uses one thread", threads);
    if (repeats < 1 || repeats > REPEATS_MAX) return options_wrong(&table, "--repeats must be 1 to %d", REPEATS_MAX);
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
