#include <nearsym/bench.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/workers.h"
#include "nn/gemm.h"
#include "nn/loss.h"
#include "nn/model.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include <stdlib.h>

enum { WARM_UP = 10, FEWEST = 2, BATCHES = 8, SQUARE = 1024, COUNT_MAX = 1 << 20, THREADS_MAX = 1024 };

/* A few batches of random events, so that the data do not all stay in the first-level cache. */
typedef struct sample {
    size_t events;
    uint32_t *offsets;                     /* (BATCHES, events + 1), each batch's from 0 */
    size_t first[BATCHES + 1];             /* particle row of each batch; a padding row ends it */
    uint32_t *copies;                      /* (events + 1) where the copies of an event begin in a batch */
    real *particle, *event, *gate, *label; /* (first[BATCHES], ...), then (BATCHES x events, ...) */
    uint32_t *hit_first, *hit_column;      /* (BATCHES x events + 1) of the event input, and of each hit; or NULL */
    real *hit_value;                       /* of each hit */
} sample;

static real *normals(uint64_t index, size_t n) {
    real *values = malloc((n ? n : 1) * sizeof *values);
    if (!values) return NULL;
    nsym_random random = nsym_random_stream(1, "bench", index);
    nsym_random_normals(&random, values, n);
    return values;
}

static void sample_free(sample *s) {
    free(s->offsets);
    free(s->copies);
    free(s->particle);
    free(s->event);
    free(s->gate);
    free(s->label);
    free(s->hit_first);
    free(s->hit_column);
    free(s->hit_value);
}

/* How far an event's particles may be from their mean number. */
static size_t spread_of(const nsym_model_spec *spec, const nsym_bench_task *task) {
    return spec->slots ? 0 : task->particles / 3;
}

static void draw_offsets(sample *s, const nsym_model_spec *spec, const nsym_bench_task *task) {
    nsym_random random = nsym_random_stream(1, "bench", 7);
    size_t spread = spread_of(spec, task);
    s->first[0] = 0;
    for (size_t b = 0; b < BATCHES; b++) {
        uint32_t *offsets = s->offsets + b * (s->events + 1);
        offsets[0] = 0;
        for (size_t i = 0; i < s->events; i++)
            offsets[i + 1] = offsets[i] + (uint32_t)(task->particles - spread) +
                             nsym_random_below(&random, (uint32_t)(2 * spread + 1));
        s->first[b + 1] = s->first[b] + offsets[s->events] + 1;
    }
}

/* Leaves `hit` of `width` values in the mean. */
static void empty(real *values, size_t n, size_t width, size_t hit) {
    nsym_random random = nsym_random_stream(1, "bench", 8);
    for (size_t i = 0; i < n; i++)
        if (nsym_random_below(&random, (uint32_t)width) >= hit) values[i] = 0;
}

/* Lists what is hit, as those who train on images keep it. */
static nsym_status list_hits(sample *s, size_t n, size_t width) {
    size_t hits = 0;
    for (size_t i = 0; i < n * width; i++) hits += s->event[i] != 0;
    s->hit_first = malloc((n + 1) * sizeof *s->hit_first);
    s->hit_column = malloc((hits + 1) * sizeof *s->hit_column);
    s->hit_value = malloc((hits + 1) * sizeof *s->hit_value);
    if (!s->hit_first || !s->hit_column || !s->hit_value) return nsym_fail(NSYM_ENOMEM, "no memory for %zu hits", hits);
    uint32_t at = s->hit_first[0] = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < width; c++) {
            if (s->event[i * width + c] == 0) continue;
            s->hit_column[at] = (uint32_t)c;
            s->hit_value[at++] = s->event[i * width + c];
        }
        s->hit_first[i + 1] = at;
    }
    return NSYM_OK;
}

static nsym_status sample_fill(sample *s, const nsym_model_spec *spec, const nsym_bench_task *task) {
    size_t events = BATCHES * s->events;
    s->offsets = malloc((events + BATCHES) * sizeof *s->offsets);
    if (s->offsets) {
        draw_offsets(s, spec, task);
        s->particle = normals(0, s->first[BATCHES] * spec->particle_input.width);
    }
    s->copies = malloc((s->events + 1) * sizeof *s->copies);
    for (size_t i = 0; s->copies && i <= s->events / task->copies; i++) s->copies[i] = (uint32_t)(i * task->copies);
    s->event = normals(1, events * spec->event_input.width);
    s->gate = normals(2, events * spec->gate_input.width);
    s->label = normals(3, events);
    if (!s->copies || !s->particle || !s->event || !s->gate || !s->label)
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu events of %zu particles", events, task->particles);
    size_t width = spec->event_input.width;
    if (task->hit) empty(s->event, events * width, width, task->hit);
    for (size_t i = 0; i < events; i++) s->label[i] = s->label[i - i % task->copies] > 0 ? 1 : 0;
    return task->hit && nsym_takes_hits(spec) ? list_hits(s, events, width) : NSYM_OK;
}

/* The particles of an event in the mean. */
static double mean_particles(const sample *s) {
    return (double)(s->first[BATCHES] - BATCHES) / (double)(BATCHES * s->events);
}

static nsym_batch batch_of(const sample *s, const nsym_model_spec *spec, size_t step) {
    size_t b = step % BATCHES, first = b * s->events;
    nsym_batch batch = {.events = s->events,
                        .offsets = s->offsets + b * (s->events + 1),
                        .particles = s->particle + s->first[b] * spec->particle_input.width,
                        .event = s->event + first * spec->event_input.width,
                        .gate = s->gate + first * spec->gate_input.width};
    const uint32_t *hits = s->hit_first ? s->hit_first + first : NULL;
    if (hits && hits[s->events] - hits[0] <= nsym_hits_most(s->events, spec->event_input.width))
        batch.hits = (nsym_hits){hits, s->hit_column, s->hit_value};
    return batch;
}

/* One thread's network and sample, and what it measured. */
typedef struct bench {
    sample sample;
    nsym_network *network;
    nsym_adamw adamw;
    uint32_t *offsets; /* (events + 1) of a piece of a batch */
    real *dlogits;     /* (events), NULL: the network predicts */
    double events, wall, cpu;
} bench;

/* The events of a batch from `first` on, whole groups of copies, that its next piece has. */
static nsym_batch piece_of(bench *b, const nsym_bench_task *task, const nsym_batch *batch, size_t first) {
    const nsym_model_spec *spec = nsym_network_spec(b->network);
    size_t enough = nsym_network_piece(b->network, b->dlogits != NULL), n = 0;
    const uint32_t *offsets = batch->offsets + first;
    while (first + n < batch->events && offsets[n] - offsets[0] < enough) n += task->copies;
    for (size_t i = 0; i <= n; i++) b->offsets[i] = offsets[i] - offsets[0];
    return (nsym_batch){.events = n,
                        .offsets = b->offsets,
                        .particles = batch->particles + offsets[0] * spec->particle_input.width,
                        .event = batch->event + first * spec->event_input.width,
                        .gate = batch->gate + first * spec->gate_input.width,
                        .before = first,
                        .hits = first ? (nsym_hits){0} : batch->hits}; /* with which a batch is one piece */
}

static void train_step(bench *b, const nsym_bench_task *task, const nsym_batch *batch, const real *labels) {
    for (size_t done = 0; done < batch->events;) {
        nsym_batch piece = piece_of(b, task, batch, done);
        const real *logits = nsym_network_forward(b->network, &piece, true);
        const nsym_invariance invariance = {.weight = (double)piece.events / (double)batch->events};
        nsym_bce_logits_over(logits, labels + done, NULL, piece.events, (double)batch->events, b->dlogits);
        nsym_invariance_loss(logits, b->sample.copies, piece.events / task->copies, &invariance, b->dlogits);
        nsym_network_backward(b->network, &piece, b->dlogits);
        done += piece.events;
    }
    nsym_adamw_step(&b->adamw, nsym_network_values(b->network), nsym_network_gradients(b->network));
}

static void predict_step(bench *b, const nsym_bench_task *task, const nsym_batch *batch) {
    for (size_t done = 0; done < batch->events;) {
        nsym_batch piece = piece_of(b, task, batch, done);
        nsym_network_forward(b->network, &piece, false);
        done += piece.events;
    }
}

static void step(bench *b, const nsym_bench_task *task, size_t at) {
    const sample *s = &b->sample;
    nsym_batch batch = batch_of(s, nsym_network_spec(b->network), at);
    if (b->dlogits)
        train_step(b, task, &batch, s->label + at % BATCHES * s->events);
    else
        predict_step(b, task, &batch);
}

static void measure(bench *b, const nsym_bench_task *task) {
    double cpu = nsym_cpu_seconds();
    for (size_t i = 0; i < WARM_UP && (i < FEWEST || nsym_cpu_seconds() - cpu < task->seconds); i++) step(b, task, i);
    double wall = nsym_seconds();
    size_t steps = 0;
    cpu = nsym_cpu_seconds();
    for (b->cpu = 0; steps < FEWEST || b->cpu < task->seconds; b->cpu = nsym_cpu_seconds() - cpu)
        step(b, task, steps++);
    b->wall = nsym_seconds() - wall;
    b->events = (double)(steps * b->sample.events);
}

/* Operations for an event: the first layer passes over zeros, forward and backward. */
static double flops(const bench *b, const nsym_bench_task *task) {
    const nsym_model_spec *spec = nsym_network_spec(b->network);
    double all = nsym_network_flops(b->network, mean_particles(&b->sample), b->dlogits != NULL);
    if (task->hit == 0) return all;
    double outputs = spec->hidden.count ? (double)spec->hidden.size[0] : 1;
    return all - (b->dlogits ? 4 : 2) * outputs * (double)(spec->event_input.width - task->hit);
}

/* The best of ten products of large matrices. */
static nsym_status measure_sgemm(double *gflops) {
    const size_t n = SQUARE;
    real *a = normals(4, n * n), *b = normals(5, n * n), *c = normals(6, n * n);
    *gflops = 0;
    for (int repeat = 0; a && b && c && repeat < 10; repeat++) {
        double start = nsym_cpu_seconds();
        nsym_gemm(false, false, n, n, n, a, n, b, n, 0, c, n);
        double rate = 2e-9 * (double)(n * n * n) / (nsym_cpu_seconds() - start);
        if (rate > *gflops) *gflops = rate;
    }
    nsym_status status = a && b && c ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for matrices of %zu rows", n);
    free(a);
    free(b);
    free(c);
    return status;
}

static nsym_status check(const nsym_model_spec *spec, const nsym_bench_task *task) {
    size_t most = task->particles + spread_of(spec, task);
    if (task->particles == 0 || task->particles > COUNT_MAX)
        return nsym_fail(NSYM_EINVAL, "particles is %zu, must be 1 to %d", task->particles, (int)COUNT_MAX);
    if (spec->slots && spec->slots != task->particles)
        return nsym_fail(NSYM_EINVAL, "particles is %zu, must be the model's slots, %zu", task->particles, spec->slots);
    if (spec->padded && most > spec->padded)
        return nsym_fail(NSYM_EINVAL, "particles is %zu, with up to %zu in an event; the model takes %zu at the most",
                         task->particles, most, spec->padded);
    if (task->hit && (spec->kind != NSYM_FCN || task->hit > spec->event_input.width / 16))
        return nsym_fail(NSYM_EINVAL, "hit is %zu, must be 0, or for kind: fcn up to a 16th of its inputs", task->hit);
    if (!(task->seconds > 0)) return nsym_fail(NSYM_EINVAL, "seconds is %g, must be > 0", task->seconds);
    if (task->batch == 0 || task->batch > COUNT_MAX)
        return nsym_fail(NSYM_EINVAL, "batch is %zu, must be 1 to %d", task->batch, (int)COUNT_MAX);
    if (task->threads == 0 || task->threads > THREADS_MAX)
        return nsym_fail(NSYM_EINVAL, "threads is %zu, must be 1 to %d", task->threads, (int)THREADS_MAX);
    if (task->copies == 0 || task->batch % task->copies != 0)
        return nsym_fail(NSYM_EINVAL, "copies is %zu, must divide the batch of %zu", task->copies, task->batch);
    return NSYM_OK;
}

static nsym_status bench_open(bench *b, const nsym_model_spec *spec, const nsym_bench_task *task, bool trains) {
    b->sample.events = trains || task->batch < NSYM_MODEL_BATCH ? task->batch : NSYM_MODEL_BATCH;
    size_t rows = b->sample.events * (task->particles + spread_of(spec, task)) + 1;
    NSYM_TRY(nsym_network_new(&b->network, spec, b->sample.events, rows));
    NSYM_TRY(nsym_network_set_precision(b->network, task->precision));
    NSYM_TRY(nsym_adamw_new(&b->adamw, nsym_network_parameters(b->network), 1e-3, task->weight_decay));
    NSYM_TRY(sample_fill(&b->sample, spec, task));
    b->offsets = malloc((b->sample.events + 1) * sizeof *b->offsets);
    if (trains) b->dlogits = malloc(b->sample.events * sizeof *b->dlogits);
    if (!b->offsets || (trains && !b->dlogits))
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu gradients", b->sample.events);
    nsym_network_initialise(b->network, 1);
    return NSYM_OK;
}

static void bench_close(bench *b) {
    free(b->offsets);
    free(b->dlogits);
    sample_free(&b->sample);
    nsym_adamw_free(&b->adamw);
    nsym_network_free(b->network);
}

typedef struct crowd {
    bench *bench; /* (threads) */
    const nsym_bench_task *task;
} crowd;

static nsym_status work(void *context, size_t index, size_t worker) {
    (void)worker;
    const crowd *c = context;
    measure(&c->bench[index], c->task);
    return NSYM_OK;
}

static void add_up(const crowd *c, nsym_bench_rate *out) {
    double events = 0, cpu = 0;
    out->events_per_second = 0;
    for (size_t i = 0; i < c->task->threads; i++) {
        const bench *b = &c->bench[i];
        out->events_per_second += b->events / b->wall;
        events += b->events;
        cpu += b->cpu;
    }
    out->events_per_cpu_second = events / cpu;
    out->gflops = 1e-9 * out->events_per_cpu_second * flops(&c->bench[0], c->task);
}

static nsym_status run(const nsym_model_spec *spec, const nsym_bench_task *task, bool trains, nsym_bench_rate *out) {
    NSYM_TRY(check(spec, task));
    crowd c = {calloc(task->threads, sizeof *c.bench), task};
    if (!c.bench) return nsym_fail(NSYM_ENOMEM, "no memory for %zu threads", task->threads);
    nsym_status status = NSYM_OK;
    for (size_t i = 0; i < task->threads && status == NSYM_OK; i++)
        status = bench_open(&c.bench[i], spec, task, trains);
    if (status == NSYM_OK) status = nsym_workers_run(task->threads, task->threads, work, &c, NULL);
    if (status == NSYM_OK) {
        add_up(&c, out);
        status = measure_sgemm(&out->sgemm_gflops);
    }
    for (size_t i = 0; i < task->threads; i++) bench_close(&c.bench[i]);
    free(c.bench);
    return status;
}

nsym_status nsym_bench_train(nsym_bench_rate *out, const nsym_model_spec *spec, const nsym_bench_task *task) {
    return run(spec, task, true, out);
}

nsym_status nsym_bench_predict(nsym_bench_rate *out, const nsym_model_spec *spec, const nsym_bench_task *task) {
    return run(spec, task, false, out);
}
