/* nearsym bench train | predict: the rates of networks. */
#include "bench.h"
#include "commands.h"
#include "options.h"
#include "precision.h"

#include <nearsym/bench.h>

#include <stdio.h>
#include <string.h>

/* The dimuon networks of PRD 111, 072002 as published; three for calorimeter images of 32 x 32 cells, of which 39 are
   hit, that come as eight copies each (after arXiv:2311.05952): fcn reads the image, fcn_list a list of 172 cells; an
   energy-flow network of the sizes of pfn; and the CNN of the muon study (Collado et al., arXiv:2102.02278). */
static const struct {
    const char *name, *unit;
    nsym_bench_task task; /* but for seconds and threads */
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
      .gate_input = {"pt", 1},
      .slots = 2,
      .particle_map = {2, {64, 64}},
      .event_map = {2, {64, 64}},
      .gate_map = {3, {64, 64, 64}},
      .latent = 16,
      .hidden = {4, {512, 256, 128, 128}},
      .norm = NSYM_NORM_SLOT}},
    {"fcn",
     "image",
     {.batch = 256, .particles = 39, .copies = 8, .hit = 39},
     {.kind = NSYM_FCN, .event_input = {"images", 1024}, .hidden = {3, {256, 256, 256}}}},
    {"fcn_list",
     "image",
     {.batch = 2048, .particles = 39, .copies = 8},
     {.kind = NSYM_FCN, .event_input = {"list", 516}, .hidden = {3, {256, 256, 256}}}},
    {"pfn",
     "image",
     {.batch = 256, .particles = 39, .copies = 8},
     {.kind = NSYM_PFN,
      .particle_input = {"cells", 3},
      .particle_map = {2, {128, 128}},
      .latent = 128,
      .hidden = {3, {128, 128, 128}}}},
    {"efn",
     "image",
     {.batch = 256, .particles = 39, .copies = 8},
     {.kind = NSYM_EFN,
      .particle_input = {"objects", 3},
      .particle_map = {2, {128, 128}},
      .latent = 128,
      .hidden = {3, {128, 128, 128}}}},
    {"cnn",
     "image",
     {.batch = 128, .particles = 39, .copies = 1},
     {.kind = NSYM_CNN,
      .event_input = {"image", 1024},
      .image_rows = 32,
      .image_columns = 32,
      .filters = {3, {48, 48, 48}},
      .convolutions = 3,
      .kernel = 3,
      .hidden = {2, {74, 74}},
      .dropout = 0.2388}},
};
enum { MODELS = sizeof models / sizeof *models };
#define MODEL_NAMES "general, invariant, hybrid, fcn, fcn_list, pfn, efn, cnn or all"

/* What is measured, as the command line says it. */
typedef struct request {
    bool trains, json;
    const char *model;
    size_t batch, threads, repeats;
    nsym_precision precision;
    double seconds;
} request;

static int bench(size_t model, const request *r) {
    nsym_bench_task task = models[model].task;
    task.seconds = r->seconds;
    task.threads = r->threads;
    task.precision = r->precision;
    if (r->batch) task.batch = r->batch;
    double wall[BENCH_REPEATS_MAX], cpu[BENCH_REPEATS_MAX], gflops[BENCH_REPEATS_MAX], fraction[BENCH_REPEATS_MAX];
    for (size_t i = 0; i < r->repeats; i++) {
        nsym_bench_rate rate;
        nsym_status status = r->trains ? nsym_bench_train(&rate, &models[model].spec, &task)
                                       : nsym_bench_predict(&rate, &models[model].spec, &task);
        if (status != NSYM_OK) return command_failed();
        wall[i] = rate.events_per_second;
        cpu[i] = rate.events_per_cpu_second;
        gflops[i] = rate.gflops;
        fraction[i] = rate.gflops / rate.sgemm_gflops;
    }
    printf(r->json
               ? "{\"bench\": \"%s\", \"model\": \"%s\", \"batch\": %zu, \"threads\": %zu, \"unit\": \"%s\", "
                 "\"per_second\": %.0f, \"per_cpu_second\": %.0f, \"gflops\": %.2f, \"fraction\": %.3f, "
                 "\"precision\": \"%s\", \"repeats\": %zu}\n"
               : "%-8s %-10s batch %zu, threads %zu, %ss: %.0f /s, %.0f per CPU second, %.1f GFLOP/s, %.2f of sgemm's "
                 "rate, %s precision (medians of %zu)\n",
           r->trains ? "train" : "predict", models[model].name, task.batch, task.threads, models[model].unit,
           bench_median(wall, r->repeats), bench_median(cpu, r->repeats), bench_median(gflops, r->repeats),
           bench_median(fraction, r->repeats), r->precision == NSYM_BF16 ? "bf16" : "single", r->repeats);
    fflush(stdout);
    return 0;
}

/* precision: where --precision puts its word. */
static int run(const option_table *table, int argc, char **argv, request *r, const char *const *precision) {
    int words, status = options_parse(table, argc, argv, &words);
    if (status == OPTIONS_GO_ON) status = precision_read(table, *precision, &r->precision);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(table, "there is nothing to do with \"%s\"", argv[0]);
    if (r->threads < 1 || r->threads > 1024) return options_wrong(table, "--threads must be 1 to 1024");
    if (r->repeats < 1 || r->repeats > BENCH_REPEATS_MAX)
        return options_wrong(table, bench_repeats_range, BENCH_REPEATS_MAX);
    bool known = false;
    for (size_t i = 0; i < MODELS; i++) {
        if (strcmp(r->model, "all") != 0 && strcmp(r->model, models[i].name) != 0) continue;
        known = true;
        status = bench(i, r);
        if (status != 0) return status;
    }
    return known ? 0 : options_wrong(table, "there is no model '%s'; there are " MODEL_NAMES, r->model);
}

static int run_either(bool trains, int argc, char **argv) {
    request r = {.trains = trains, .model = "all", .threads = 1, .repeats = 5, .seconds = 1};
    const char *precision = NULL;
    const option options[] = {
        {"model", 0, OPTION_TEXT, &r.model, "NAME", MODEL_NAMES},
        {"batch", 0, OPTION_COUNT, &r.batch, "N",
         "number of events or images per batch; 0: 128, or 256 or 2048 for calorimeter networks"},
        {"threads", 0, OPTION_COUNT, &r.threads, "N", "number of threads, each with its own network"},
        {"repeats", 0, OPTION_COUNT, &r.repeats, "N", "number of measurements; their median is shown"},
        {"seconds", 0, OPTION_NUMBER, &r.seconds, "S", "CPU time per measurement, s"},
        precision_option(&precision),
        {"json", 0, OPTION_FLAG, &r.json, NULL, "print one JSON object per line"},
    };
    static const char about[] = "the published dimuon networks (general, invariant, hybrid), three networks for "
                                "calorimeter\nimages (fcn, fcn_list, pfn: eight copies each), an energy-flow network "
                                "(efn) and a CNN on random data,\nand prints the rate.";
    char usage[128], summary[512];
    snprintf(usage, sizeof usage,
             "nearsym bench %s [--model NAME] [--batch N] [--threads N] [--repeats N] [--seconds S] [--precision P] "
             "[--json]",
             trains ? "train" : "predict");
    snprintf(summary, sizeof summary, "%s %s", trains ? "Trains" : "Predicts with", about);
    const option_table table = {usage, summary, sizeof options / sizeof *options, options};
    return run(&table, argc, argv, &r, &precision);
}

int bench_train(int argc, char **argv) {
    return run_either(true, argc, argv);
}

int bench_predict(int argc, char **argv) {
    return run_either(false, argc, argv);
}
