#include <nearsym/bench.h>

#include "base/fail.h"
#include "nn/gemm.h"
#include "nn/loss.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include <stdlib.h>
#include <time.h>

enum { WARM_UP = 10, SQUARE = 1024 };

/* A few batches of random events, so that the data do not all stay in the first-level cache. */
typedef struct sample {
    size_t batches, events, particles;
    uint32_t *offsets;
    real *particle, *event, *weight, *label; /* (batches x events, ...) */
} sample;

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static real *normals(uint64_t index, size_t n) {
    real *values = malloc((n ? n : 1) * sizeof *values);
    if (!values) return NULL;
    nsym_random random = nsym_random_stream(1, "bench", index);
    for (size_t i = 0; i < n; i++) values[i] = (real)nsym_random_normal(&random);
    return values;
}

static void sample_free(sample *s) {
    free(s->offsets);
    free(s->particle);
    free(s->event);
    free(s->weight);
    free(s->label);
}

static nsym_status sample_fill(sample *s, const nsym_model_spec *spec) {
    size_t events = s->batches * s->events;
    s->offsets = malloc((s->events + 1) * sizeof *s->offsets);
    s->particle = normals(0, events * s->particles * spec->particle_input.width);
    s->event = normals(1, events * spec->event_input.width);
    s->weight = normals(2, events * spec->weight_input.width);
    s->label = normals(3, events);
    if (!s->offsets || !s->particle || !s->event || !s->weight || !s->label)
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu events of %zu particles", events, s->particles);
    for (size_t i = 0; i <= s->events; i++) s->offsets[i] = (uint32_t)(i * s->particles);
    for (size_t i = 0; i < events; i++) s->label[i] = s->label[i] > 0 ? 1 : 0;
    return NSYM_OK;
}

static void train(nsym_network *network, nsym_adamw *adamw, const sample *s, real *dlogits, size_t step) {
    const nsym_model_spec *spec = nsym_network_spec(network);
    size_t first = step % s->batches * s->events;
    nsym_batch batch = {.events = s->events,
                        .offsets = s->offsets,
                        .particles = s->particle + first * s->particles * spec->particle_input.width,
                        .event = s->event + first * spec->event_input.width,
                        .weight = s->weight + first * spec->weight_input.width};
    const real *logits = nsym_network_forward(network, &batch, true);
    nsym_bce_logits(logits, s->label + first, NULL, s->events, dlogits);
    nsym_network_backward(network, &batch, dlogits);
    nsym_adamw_step(adamw, nsym_network_values(network), nsym_network_gradients(network));
}

static void measure(nsym_network *network, nsym_adamw *adamw, const sample *s, double seconds, real *dlogits,
                    nsym_train_rate *out) {
    for (size_t step = 0; step < WARM_UP; step++) train(network, adamw, s, dlogits, step);
    double wall = seconds_of(CLOCK_MONOTONIC), cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID), used = 0;
    size_t steps = 0;
    while (steps < WARM_UP || used < seconds) {
        train(network, adamw, s, dlogits, steps++);
        used = seconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu;
    }
    double events = (double)(steps * s->events);
    out->events_per_second = events / (seconds_of(CLOCK_MONOTONIC) - wall);
    out->events_per_cpu_second = events / used;
    out->gflops = 1e-9 * out->events_per_cpu_second * nsym_network_flops(network, (double)s->particles, true);
}

/* The best of ten products of large matrices. */
static nsym_status measure_sgemm(double *gflops) {
    const size_t n = SQUARE;
    real *a = normals(4, n * n), *b = normals(5, n * n), *c = normals(6, n * n);
    *gflops = 0;
    for (int repeat = 0; a && b && c && repeat < 10; repeat++) {
        double start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
        nsym_gemm(false, false, n, n, n, a, n, b, n, 0, c, n);
        double rate = 2e-9 * (double)(n * n * n) / (seconds_of(CLOCK_THREAD_CPUTIME_ID) - start);
        if (rate > *gflops) *gflops = rate;
    }
    nsym_status status = a && b && c ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for matrices of %zu rows", n);
    free(a);
    free(b);
    free(c);
    return status;
}

nsym_status nsym_bench_train(const nsym_model_spec *spec, size_t batch, double seconds, size_t particles,
                             nsym_train_rate *out) {
    if (particles == 0 || particles > (1 << 20))
        return nsym_fail(NSYM_EINVAL, "particles is %zu, must be 1 to %d", particles, 1 << 20);
    if (spec->slots && spec->slots != particles)
        return nsym_fail(NSYM_EINVAL, "particles is %zu, must be the model's slots, %zu", particles, spec->slots);
    if (!(seconds > 0)) return nsym_fail(NSYM_EINVAL, "seconds is %g, must be > 0", seconds);
    if (batch == 0 || batch > (1 << 20)) return nsym_fail(NSYM_EINVAL, "batch is %zu, must be 1 to %d", batch, 1 << 20);
    sample s = {.batches = 8, .events = batch, .particles = particles};
    nsym_network *network = NULL;
    nsym_adamw adamw = {0};
    real *dlogits = NULL;
    nsym_status status = nsym_network_new(&network, spec, batch, batch * particles);
    if (status == NSYM_OK) status = nsym_adamw_new(&adamw, nsym_network_parameters(network), 1e-3, 0.01);
    if (status == NSYM_OK) status = sample_fill(&s, spec);
    if (status == NSYM_OK && !(dlogits = malloc(batch * sizeof *dlogits)))
        status = nsym_fail(NSYM_ENOMEM, "no memory for %zu gradients", batch);
    if (status == NSYM_OK) {
        nsym_network_initialise(network, 1);
        measure(network, &adamw, &s, seconds, dlogits, out);
        status = measure_sgemm(&out->sgemm_gflops);
    }
    free(dlogits);
    sample_free(&s);
    nsym_adamw_free(&adamw);
    nsym_network_free(network);
    return status;
}
