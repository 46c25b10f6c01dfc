/* One event: whether it can be measured, its measure, then the plan at every kappa and beta. */
#include "observables/efp_run.h"

#include "base/cpu.h"
#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const nsym_efp_kernels *nsym_efp_kernels_in_use(void) {
#ifdef NSYM_X86
    if (nsym_cpu_in_use() >= NSYM_CPU_AVX512) return &nsym_efp_kernels_avx512;
    if (nsym_cpu_in_use() == NSYM_CPU_AVX2) return &nsym_efp_kernels_avx2;
#endif
    return &nsym_efp_kernels_plain;
}

enum { LINE = 64 / sizeof(double) };

void nsym_efp_workspace_free(nsym_efp_workspace *w) {
    free(w->memory);
    *w = (nsym_efp_workspace){0};
}

static double *take(double **at, size_t n) {
    double *piece = *at;
    *at += (n + LINE - 1) / LINE * LINE;
    return piece;
}

static nsym_status set_up(nsym_efp_workspace *w, const nsym_efp_plan *plan, size_t m) {
    size_t stride = m > 0 ? (m + NSYM_EFP_ROUND - 1) / NSYM_EFP_ROUND * NSYM_EFP_ROUND : NSYM_EFP_ROUND;
    size_t square = stride * stride, vectors = plan->vectors + NSYM_EFP_TILE_ROWS_MAX + 6;
    size_t room = (plan->matrices + 2) * square + vectors * stride + plan->numbers + 2 * LINE;
    if (room > w->room) {
        nsym_efp_workspace_free(w);
        w->memory = aligned_alloc(64, (room + LINE - 1) / LINE * 64);
        if (!w->memory) return nsym_fail(NSYM_ENOMEM, "no memory for an event of %zu constituents", m);
        w->room = room;
    }
    double *at = w->memory;
    w->m = m, w->stride = stride;
    w->matrix = take(&at, plan->matrices * square);
    w->upper = take(&at, square);
    w->square = take(&at, square);
    w->vector = take(&at, plan->vectors * stride);
    w->rows = take(&at, NSYM_EFP_TILE_ROWS_MAX * stride);
    w->z = take(&at, stride);
    w->scratch = take(&at, stride);
    w->pt = take(&at, stride);
    w->place = (nsym_efp_place *)take(&at, 3 * stride);
    w->number = take(&at, plan->numbers);
    return NSYM_OK;
}

static double pt_of(nsym_efp_coordinates coordinates, const double *particle) {
    return coordinates == NSYM_EFP_P4 ? hypot(particle[1], particle[2]) : particle[0];
}

static size_t count_constituents(nsym_efp_coordinates coordinates, size_t n, const double *p) {
    size_t count = 0, width = nsym_efp_width(coordinates);
    for (size_t i = 0; i < n; i++) count += pt_of(coordinates, p + i * width) > 0;
    return count;
}

/* Keeps the particles that have pt. */
static void read_constituents(nsym_efp_workspace *w, const nsym_efp_options *o, size_t n, const double *p) {
    size_t width = nsym_efp_width(o->coordinates), k = 0;
    w->total = 0;
    for (size_t i = 0; i < n; i++) {
        double pt = pt_of(o->coordinates, p + i * width);
        if (!(pt > 0)) continue;
        w->place[k] = nsym_efp_place_of(o->coordinates, p + i * width, pt);
        w->pt[k++] = pt;
        w->total += pt;
    }
}

/* theta^2 of all pairs. A constituent with itself has none. */
static void measure_pairs(nsym_efp_workspace *w, nsym_efp_measure measure) {
    memset(w->square, 0, w->m * w->stride * sizeof *w->square);
    for (size_t i = 0; i < w->m; i++)
        for (size_t j = i + 1; j < w->m; j++)
            w->square[i * w->stride + j] = w->square[j * w->stride + i] =
                nsym_efp_square(measure, &w->place[i], &w->place[j]);
}

static double power_of(double square, double beta) {
    if (beta == 0.5) return sqrt(sqrt(square));
    if (beta == 0.25) return sqrt(sqrt(sqrt(square)));
    if (beta == 4) return square * square;
    return pow(square, 0.5 * beta);
}

/* theta^beta of all pairs; 0 where theta is. */
static void raise_pairs(nsym_efp_workspace *w, const nsym_efp_kernels *kernels, double beta) {
    size_t used = w->m * w->stride;
    if (beta == 1) {
        kernels->root(w->matrix, w->square, used);
        return;
    }
    if (beta == 2) {
        memcpy(w->matrix, w->square, used * sizeof *w->matrix);
        return;
    }
    memset(w->matrix, 0, used * sizeof *w->matrix);
    for (size_t i = 0; i < w->m; i++)
        for (size_t j = i + 1; j < w->m; j++)
            w->matrix[i * w->stride + j] = w->matrix[j * w->stride + i] = power_of(w->square[i * w->stride + j], beta);
}

/* theta^beta and its powers, the first matrices of a plan. */
static void raise(nsym_efp_workspace *w, const nsym_efp_kernels *kernels, double beta, unsigned powers) {
    size_t square = w->stride * w->stride, used = w->m * w->stride;
    raise_pairs(w, kernels, beta);
    for (size_t p = 1; p < powers; p++)
        kernels->times(w->matrix + p * square, w->matrix + (p - 1) * square, w->matrix, used);
}

static void weigh(nsym_efp_workspace *w, double kappa, bool normed) {
    memset(w->z, 0, w->stride * sizeof *w->z);
    for (size_t i = 0; i < w->m; i++) {
        double z = normed ? w->pt[i] / w->total : w->pt[i];
        w->z[i] = kappa == 1 ? z : pow(z, kappa);
    }
}

static void run_step(nsym_efp_workspace *w, const nsym_efp_plan *plan, const nsym_efp_kernels *kernels,
                     const nsym_efp_step *s) {
    size_t square = w->stride * w->stride, m = w->m, stride = w->stride;
    const nsym_efp_step *x = s->x >= 0 ? &plan->step[s->x] : NULL, *y = s->y >= 0 ? &plan->step[s->y] : NULL;
    const double *mx = x ? w->matrix + x->place * square : NULL, *my = y ? w->matrix + y->place * square : NULL;
    const double *vx = x ? w->vector + x->place * stride : NULL, *vy = y ? w->vector + y->place * stride : NULL;
    const double *weight = w->z;
    bool turned = s->x_turned || (x && x->symmetric); /* columns are summed faster than rows */
    double *matrix = w->matrix + s->place * square, *vector = w->vector + s->place * stride;
    if (s->w >= 0) {
        kernels->times(w->scratch, w->z, w->vector + plan->step[s->w].place * stride, stride);
        weight = w->scratch;
    }
    switch (s->kind) {
    case NSYM_EFP_POWER:
        break;
    case NSYM_EFP_SCALE:
        kernels->scale(matrix, mx, weight, m, stride);
        break;
    case NSYM_EFP_SERIES:
        kernels->series(matrix, mx, s->x_turned, my, s->symmetric, m, stride);
        break;
    case NSYM_EFP_PRODUCT:
        kernels->times(matrix, mx, my, m * stride);
        break;
    case NSYM_EFP_TRANSPOSE:
        kernels->transpose(matrix, mx, m, stride);
        break;
    case NSYM_EFP_DIAMOND:
        kernels->diamond(matrix, mx, w->z, w->upper, w->rows, m, stride);
        break;
    case NSYM_EFP_SUM:
        kernels->sum(vector, mx, turned, weight, m, stride);
        break;
    case NSYM_EFP_SUM2:
        kernels->sum2(vector, mx, my, weight, m, stride);
        break;
    case NSYM_EFP_TIMES:
        kernels->times(vector, vx, vy, stride);
        break;
    case NSYM_EFP_DOT:
        w->number[s->place] = kernels->dot(w->z, vx, vy, stride);
        break;
    case NSYM_EFP_FACTOR:
        w->number[s->place] = w->number[plan->step[s->x].place] * w->number[plan->step[s->y].place];
        break;
    }
}

nsym_status nsym_efp_run(const nsym_efp_set *set, const nsym_efp_options *o, const nsym_efp_kernels *kernels,
                         nsym_efp_workspace *w, size_t n, const double *particles, double *values) {
    const nsym_efp_plan *plan = &set->plan;
    size_t m = count_constituents(o->coordinates, n, particles);
    if (m == 0) {
        memset(values, 0, o->kappas * o->betas * set->count * sizeof *values);
        return NSYM_OK;
    }
    NSYM_TRY(set_up(w, plan, m));
    read_constituents(w, o, n, particles);
    measure_pairs(w, o->measure);
    unsigned state = kernels->enter();
    for (size_t b = 0; b < o->betas; b++) {
        raise(w, kernels, o->beta[b], plan->powers);
        for (size_t k = 0; k < o->kappas; k++) {
            double *to = values + (k * o->betas + b) * set->count;
            weigh(w, o->kappa[k], !o->unnormed);
            for (size_t i = 0; i < plan->steps; i++) run_step(w, plan, kernels, &plan->step[i]);
            for (size_t g = 0; g < set->count; g++) to[g] = w->number[plan->result[g]];
        }
    }
    kernels->leave(state);
    return NSYM_OK;
}

nsym_status nsym_efp_run_events(const nsym_efp_set *set, const nsym_efp_options *o, nsym_efp_workspace *workspace,
                                size_t n, const uint64_t *offsets, const double *particles, double *values) {
    size_t width = nsym_efp_width(o->coordinates), row = o->kappas * o->betas * set->count;
    for (size_t i = 0; i < n; i++) {
        if (o->stop && o->stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped on request");
        NSYM_TRY(nsym_efp_run(set, o, nsym_efp_kernels_in_use(), workspace, (size_t)(offsets[i + 1] - offsets[i]),
                              particles + width * offsets[i], values + i * row));
        nsym_progress_add(o->progress, 1);
    }
    return NSYM_OK;
}

nsym_status nsym_efp_check_options(const nsym_efp_options *o) {
    if (o->kappas < 1 || o->kappas > NSYM_EFP_PARAMETERS_MAX || o->betas < 1 || o->betas > NSYM_EFP_PARAMETERS_MAX)
        return nsym_fail(NSYM_EINVAL, "%zu kappas and %zu betas, must be 1 to %d of each", o->kappas, o->betas,
                         NSYM_EFP_PARAMETERS_MAX);
    for (size_t i = 0; i < o->kappas; i++)
        if (!(fabs(o->kappa[i]) <= 10)) return nsym_fail(NSYM_EINVAL, "kappa is %g, must be in [-10, 10]", o->kappa[i]);
    for (size_t i = 0; i < o->betas; i++)
        if (!(o->beta[i] > 0 && o->beta[i] <= 10))
            return nsym_fail(NSYM_EINVAL, "beta is %g, must be in (0, 10]", o->beta[i]);
    return NSYM_OK;
}

nsym_status nsym_efp_check_event(const nsym_efp_options *o, uint64_t event, uint64_t n, const double *particles) {
    size_t width = nsym_efp_width(o->coordinates);
    static const char *const names[2][4] = {{"pt", "eta", "phi", ""}, {"energy", "px", "py", "pz"}};
    if (n > NSYM_EFP_CONSTITUENTS_MAX)
        return nsym_fail(
            NSYM_EINVAL,
            "event %llu has %llu constituents, at most %d can be computed: cluster them, or raise a threshold",
            (unsigned long long)event, (unsigned long long)n, NSYM_EFP_CONSTITUENTS_MAX);
    for (size_t i = 0; i < n; i++) {
        const double *p = particles + i * width;
        for (size_t c = 0; c < width; c++)
            if (!isfinite(p[c]))
                return nsym_fail(NSYM_ENUMERIC, "event %llu, particle %zu: %s is %g, must be finite",
                                 (unsigned long long)event, i, names[width == 4][c], p[c]);
        if (p[0] < 0 || (width == 4 && hypot(p[1], p[2]) > 0 && !(p[0] > fabs(p[3]))))
            return nsym_fail(NSYM_EINVAL, "event %llu, particle %zu: %s is %g, must be %s", (unsigned long long)event,
                             i, names[width == 4][0], p[0], width == 4 ? "above |pz|" : "at least 0");
        if (width == 3 && (fabs(p[1]) > 300 || fabs(p[2]) > 1e6))
            return nsym_fail(NSYM_EINVAL, "event %llu, particle %zu: eta is %g and phi %g, too large to be angles",
                             (unsigned long long)event, i, p[1], p[2]);
    }
    return NSYM_OK;
}

nsym_status nsym_efp_check_events(const nsym_efp_options *o, size_t events, const uint64_t *offsets,
                                  const double *particles) {
    for (size_t i = 0; i < events; i++)
        NSYM_TRY(nsym_efp_check_event(o, i, offsets[i + 1] - offsets[i],
                                      particles + nsym_efp_width(o->coordinates) * offsets[i]));
    return NSYM_OK;
}
