#include "study_cost.h"

#include "commands.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

const char *cost_duration(char text[32], double seconds) {
    if (seconds < 99.5)
        snprintf(text, 32, "%.2g s", seconds);
    else if (seconds < 5970)
        snprintf(text, 32, "%.0f min", seconds / 60);
    else if (seconds < 356400)
        snprintf(text, 32, seconds < 35820 ? "%.1f h" : "%.0f h", seconds / 3600);
    else
        snprintf(text, 32, "%.0f days", seconds / 86400);
    return text;
}

/* "340 MB" */
static const char *size(char text[32], double bytes) {
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (bytes /= 1000; bytes >= 999.5 && unit < 3; unit++) bytes /= 1000;
    snprintf(text, 32, bytes < 9.95 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
    return text;
}

/* The models of an experiment that has several. */
static void print_models(const nsym_study_cost *c, const nsym_experiment_cost *experiment) {
    char text[32];
    size_t n = 0;
    for (size_t i = 0; i < c->models; i++) n += c->model[i].experiment == experiment->name;
    for (size_t i = 0; n > 1 && i < c->models; i++)
        if (c->model[i].experiment == experiment->name)
            printf("  %-22s %8.0f %8s %10s\n", c->model[i].name, c->model[i].runs, "",
                   cost_duration(text, c->model[i].cpu_seconds));
}

static void print_text(const nsym_study_cost *c, const char *out) {
    char a[32], b[32];
    printf("%-24s %8s %8s %10s\n", "experiment", "runs", "done", "CPU time");
    for (size_t i = 0; i < c->experiments; i++) {
        printf("%-24s %8zu %8zu %10s\n", c->experiment[i].name, c->experiment[i].runs, c->experiment[i].done,
               cost_duration(a, c->experiment[i].cpu_seconds));
        print_models(c, &c->experiment[i]);
    }
    printf("\nruns      %zu, of which %zu are done already", c->runs, c->done);
    if (c->shared) printf(" and %zu share a training with another", c->shared);
    printf("\nCPU time  %s on one CPU like this one, %s of it for the samples\n", cost_duration(a, c->cpu_seconds),
           cost_duration(b, c->sample_seconds));
    printf("time      %s with %zu %s\n", cost_duration(a, c->seconds), c->jobs, c->jobs == 1 ? "job" : "jobs");
    printf("memory    %s\n", size(a, c->memory_bytes));
    printf("disk      %s in %s\n", size(a, c->disk_bytes), out);
    if (c->searches)
        printf("not included: %zu %s in the card's section `searches`\n", c->searches,
               c->searches == 1 ? "search" : "searches");
}

static void print_remarks(const nsym_study_cost *c) {
    fprintf(
        stderr,
        "nearsym: measured on small parts of the samples, for %zu of %zu kinds of runs; accurate to a factor of two\n",
        c->measured, c->kinds);
    if (c->stops_early)
        fprintf(stderr, "nearsym: trainings may stop early (train.patience); the times are for all their epochs\n");
}

static json_t *experiments_of(const nsym_study_cost *c) {
    json_t *experiments = json_array();
    for (size_t i = 0; i < c->experiments; i++)
        json_array_append_new(experiments,
                              json_pack("{s:s, s:I, s:I, s:f}", "name", c->experiment[i].name, "runs",
                                        (json_int_t)c->experiment[i].runs, "done", (json_int_t)c->experiment[i].done,
                                        "cpu_seconds", c->experiment[i].cpu_seconds));
    return experiments;
}

static json_t *models_of(const nsym_study_cost *c) {
    json_t *models = json_array();
    for (size_t i = 0; i < c->models; i++)
        json_array_append_new(models, json_pack("{s:s, s:s, s:f, s:f}", "experiment", c->model[i].experiment, "name",
                                                c->model[i].name, "runs", c->model[i].runs, "cpu_seconds",
                                                c->model[i].cpu_seconds));
    return models;
}

static void print_json(const nsym_study_cost *c) {
    json_t *object = json_pack("{s:I, s:I, s:I, s:f, s:f, s:f, s:I, s:f, s:f, s:b, s:I, s:o, s:o}", "runs",
                               (json_int_t)c->runs, "done", (json_int_t)c->done, "shared", (json_int_t)c->shared,
                               "cpu_seconds", c->cpu_seconds, "sample_cpu_seconds", c->sample_seconds, "seconds",
                               c->seconds, "jobs", (json_int_t)c->jobs, "memory_bytes", c->memory_bytes, "disk_bytes",
                               c->disk_bytes, "stops_early", c->stops_early, "searches_not_counted",
                               (json_int_t)c->searches, "experiments", experiments_of(c), "models", models_of(c));
    json_dumpf(object, stdout, JSON_REAL_PRECISION(4) | JSON_INDENT(1));
    putchar('\n');
    json_decref(object);
}

int print_cost(nsym_study_options *study, bool json) {
    nsym_study_cost cost;
    if (nsym_progress_new(&study->progress, stderr) != NSYM_OK) study->progress = NULL;
    nsym_status status = nsym_study_estimate(&cost, study);
    nsym_progress_free(study->progress);
    study->progress = NULL;
    if (status != NSYM_OK) return command_failed();
    if (json)
        print_json(&cost);
    else
        print_text(&cost, study->out);
    print_remarks(&cost);
    nsym_study_cost_free(&cost);
    return 0;
}
