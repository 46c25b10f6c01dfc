/* How fast this machine is with energy-flow polynomials. */
#include <nearsym/efp.h>
#include <nearsym/random.h>

#include "base/clock.h"
#include "base/fail.h"
#include "observables/efp_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS = 64 };

/* Constituents of falling pt in a cone of 0.45. */
static void draw(double *p, uint64_t *offsets, size_t m) {
    nsym_random random = nsym_random_stream(1, "efp", m);
    for (size_t i = 0; i <= EVENTS; i++) offsets[i] = i * m;
    for (size_t i = 0; i < EVENTS * m; i++, p += 3) {
        double radius = 0.45 * sqrt(nsym_random_uniform(&random)), angle = 2 * acos(-1) * nsym_random_uniform(&random);
        p[0] = 0.05 - log(1 - nsym_random_uniform(&random)), p[1] = radius * cos(angle), p[2] = radius * sin(angle);
    }
}

/* Bytes of four matrices and all vectors, in whole lines. */
static size_t memory_for(const nsym_efp_kernels *kernels, size_t m) {
    size_t stride = nsym_efp_stride(kernels, m), cells = (4 * stride + NSYM_EFP_TILE_ROWS_MAX + 2) * stride;
    return (cells * kernels->events * sizeof(double) + 63) / 64 * 64;
}

/* 10^9 operations a CPU second of one kernel on matrices of m x m numbers. */
static double kernel_rate(const nsym_efp_kernels *kernels, bool diamond, size_t m, double seconds, double *memory) {
    size_t lanes = kernels->events, stride = nsym_efp_stride(kernels, m), square = stride * stride * lanes;
    double *out = memory, *x = out + square, *y = x + square, *scratch = y + square, *z = scratch + square;
    double *rows = z + stride * lanes;
    memset(memory, 0, memory_for(kernels, m));
    for (size_t i = 0; i < m * lanes; i++) z[i] = 1.0 / (double)m;
    for (size_t i = 0; i < m; i++)
        for (size_t k = 0; k < m; k++)
            for (size_t l = 0; l < lanes; l++)
                x[(i * stride + k) * lanes + l] = y[(i * stride + k) * lanes + l] =
                    i == k ? 0 : 1 / (1 + (double)(i + k));
    const nsym_efp_step step = {.kind = diamond ? NSYM_EFP_DIAMOND : NSYM_EFP_SERIES};
    double start = nsym_cpu_seconds(), used = 0, flops = 0;
    while (used < seconds) {
        for (int i = 0; i < 8; i++) {
            if (diamond)
                kernels->diamond(out, x, z, scratch, rows, m, stride);
            else
                kernels->series(out, x, NSYM_EFP_UPRIGHT, y, false, scratch, m, stride);
        }
        flops += 8 * (double)lanes * nsym_efp_step_flops(&step, (double)m);
        used = nsym_cpu_seconds() - start;
    }
    return 1e-9 * flops / used;
}

/* The best of a few, in 10^9 operations a CPU second. */
static double peak_rate(const nsym_efp_kernels *kernels) {
    double best = 0, sink = 0;
    for (int i = 0; i < 10; i++) {
        double start = nsym_cpu_seconds(), flops = kernels->peak(1 << 20, &sink);
        double rate = 1e-9 * flops / (nsym_cpu_seconds() - start);
        if (rate > best && sink > 0) best = rate;
    }
    return best;
}

nsym_status nsym_bench_efp(nsym_efp_rate *out, const nsym_efp_set *set, size_t constituents, size_t threads,
                           double seconds) {
    static const double unit = 1;
    const nsym_efp_kernels *one = nsym_efp_kernels_in_use(),
                           *kernels = nsym_efp_kernels_for(one, &set->plan, constituents);
    nsym_efp_options options = {.kappas = 1, .betas = 1, .kappa = &unit, .beta = &unit, .workers = threads};
    size_t m = constituents;
    if (m < 1 || m > NSYM_EFP_CONSTITUENTS_MAX)
        return nsym_fail(NSYM_EINVAL, "constituents is %zu, must be 1 to %d", m, NSYM_EFP_CONSTITUENTS_MAX);
    if (!(seconds > 0)) return nsym_fail(NSYM_EINVAL, "seconds is %g, must be > 0", seconds);
    uint64_t *offsets = malloc((EVENTS + 1) * sizeof *offsets);
    double *particles = malloc(EVENTS * m * 3 * sizeof *particles),
           *values = malloc(EVENTS * set->count * sizeof *values);
    double *memory = aligned_alloc(64, memory_for(kernels, m));
    nsym_status status = offsets && particles && values && memory
                             ? NSYM_OK
                             : nsym_fail(NSYM_ENOMEM, "no memory for events of %zu constituents", m);
    if (status == NSYM_OK) {
        draw(particles, offsets, m);
        status = nsym_efp_compute(values, set, &options, EVENTS, offsets, particles);
    }
    double wall = nsym_seconds(), cpu = nsym_process_seconds(), used = 0, events = 0;
    while (status == NSYM_OK && used < seconds) {
        status = nsym_efp_compute(values, set, &options, EVENTS, offsets, particles);
        events += EVENTS;
        used = nsym_process_seconds() - cpu;
    }
    if (status == NSYM_OK) {
        *out = (nsym_efp_rate){.per_second = events / (nsym_seconds() - wall), .per_cpu_second = events / used};
        out->gflops = 1e-9 * out->per_cpu_second * nsym_efp_set_cost(set, m).flops;
        out->peak_gflops = peak_rate(one);
        out->series_gflops = kernel_rate(kernels, false, m, 0.1 * seconds, memory);
        out->diamond_gflops = kernel_rate(kernels, true, m, 0.1 * seconds, memory);
    }
    free(offsets);
    free(particles);
    free(values);
    free(memory);
    return status;
}
