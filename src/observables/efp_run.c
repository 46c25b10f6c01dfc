/* Events: whether they can be measured, their measure, then the plan at every kappa and beta. */
#include "observables/efp_run.h"

#include "base/cpu.h"
#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef NSYM_X86
#include <xmmintrin.h>
#endif

const nsym_efp_kernels *nsym_efp_kernels_in_use(void) {
#ifdef NSYM_X86
    if (nsym_cpu_for_loops() == NSYM_CPU_AVX512) return &nsym_efp_kernels_avx512;
    if (nsym_cpu_for_loops() == NSYM_CPU_AVX2) return &nsym_efp_kernels_avx2;
#endif
    return &nsym_efp_kernels_plain;
}

/* As long as the matrices of a plan stay in the second cache, events go beside each other. */
const nsym_efp_kernels *nsym_efp_kernels_for(const nsym_efp_kernels *one, const nsym_efp_plan *plan, size_t m) {
    static const size_t doubles = 1 << 15; /* of an event's matrices */
    return m <= NSYM_EFP_SMALL && plan->matrices * m * m <= doubles ? one->several : one;
}

size_t nsym_efp_stride(const nsym_efp_kernels *kernels, size_t m) {
    return kernels->events > 1 ? m : (m + NSYM_EFP_ROUND - 1) / NSYM_EFP_ROUND * NSYM_EFP_ROUND;
}

enum { LINE = 64 / sizeof(double), CHUNK = 1024 };

void nsym_efp_workspace_free(nsym_efp_workspace *w) {
    free(w->memory);
    *w = (nsym_efp_workspace){0};
}

static double *take(double **at, size_t n) {
    double *piece = *at;
    *at += (n + LINE - 1) / LINE * LINE;
    return piece;
}

static nsym_status set_up(nsym_efp_workspace *w, const nsym_efp_plan *plan, const nsym_efp_kernels *kernels, size_t m) {
    size_t stride = nsym_efp_stride(kernels, m), vector = stride * kernels->events, square = stride * vector;
    size_t vectors = plan->vectors + NSYM_EFP_TILE_ROWS_MAX + 8;
    size_t room = (plan->matrices + 2) * square + vectors * vector + plan->numbers * kernels->events + 12 * LINE;
    if (room > w->room) {
        nsym_efp_workspace_free(w);
        w->memory = aligned_alloc(64, (room + LINE - 1) / LINE * 64);
        if (!w->memory) return nsym_fail(NSYM_ENOMEM, "no memory for an event of %zu constituents", m);
        w->room = room;
    }
    double *at = w->memory;
    w->m = m, w->stride = stride;
    w->matrix = take(&at, plan->matrices * square);
    w->whole = take(&at, square);
    w->square = take(&at, square);
    w->vector = take(&at, plan->vectors * vector);
    w->rows = take(&at, (NSYM_EFP_TILE_ROWS_MAX + 1) * vector);
    w->z = take(&at, vector);
    w->scratch = take(&at, vector);
    w->pt = take(&at, vector);
    w->place = take(&at, 3 * vector);
    w->number = take(&at, plan->numbers * kernels->events);
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

/* Keeps the particles of an event that have pt, in a lane of the cells. */
static void read_event(nsym_efp_workspace *w, const nsym_efp_options *o, size_t lanes, size_t lane, size_t n,
                       const double *p) {
    size_t width = nsym_efp_width(o->coordinates), vector = w->stride * lanes, k = lane;
    w->total[lane] = 0;
    for (size_t i = 0; i < n; i++) {
        double pt = pt_of(o->coordinates, p + i * width);
        if (!(pt > 0)) continue;
        nsym_efp_place place = nsym_efp_place_of(o->coordinates, p + i * width, pt);
        w->place[k] = place.rapidity, w->place[vector + k] = place.phi, w->place[2 * vector + k] = place.mass2;
        w->pt[k] = pt;
        w->total[lane] += pt;
        k += lanes;
    }
    for (; k < vector; k += lanes) w->pt[k] = w->place[k] = w->place[vector + k] = w->place[2 * vector + k] = 0;
}

static double power_of(double square, double beta) {
    if (beta == 2) return square;
    if (beta == 0.5) return sqrt(sqrt(square));
    if (beta == 0.25) return sqrt(sqrt(sqrt(square)));
    if (beta == 4) return square * square;
    return pow(square, 0.5 * beta);
}

/* theta^beta of all pairs; 0 where theta is. */
static void raise_pairs(nsym_efp_workspace *w, const nsym_efp_kernels *kernels, double beta) {
    size_t lanes = kernels->events, stride = w->stride, used = w->m * stride * lanes;
    if (beta == 1) {
        kernels->root(w->matrix, w->square, w->m, stride);
        return;
    }
    memset(w->matrix, 0, used * sizeof *w->matrix);
    for (size_t i = 0; i < w->m; i++)
        for (size_t j = i + 1; j < w->m; j++)
            for (size_t l = 0; l < lanes; l++)
                w->matrix[(i * stride + j) * lanes + l] = w->matrix[(j * stride + i) * lanes + l] =
                    power_of(w->square[(i * stride + j) * lanes + l], beta);
}

/* theta^beta and its powers, the first matrices of a plan. */
static void raise(nsym_efp_workspace *w, const nsym_efp_kernels *kernels, const nsym_efp_options *o, double beta,
                  unsigned powers) {
    size_t square = w->stride * w->stride * kernels->events;
    if (o->betas == 1 && beta == 1)
        kernels->distances(w->matrix, o->measure, true, w->place, w->m, w->stride);
    else
        raise_pairs(w, kernels, beta);
    for (size_t p = 1; p < powers; p++)
        kernels->product(w->matrix + p * square, w->matrix + (p - 1) * square, NSYM_EFP_SYMMETRIC, w->matrix,
                         NSYM_EFP_SYMMETRIC, w->m, w->stride);
}

/* z of the constituents; that of places without one is 0, also at kappa = 0 and below. */
static void weigh(nsym_efp_workspace *w, size_t lanes, double kappa, bool normed) {
    for (size_t i = 0; i < w->stride * lanes; i++) {
        double z = normed ? w->pt[i] / w->total[i % lanes] : w->pt[i];
        w->z[i] = kappa == 1 ? z : w->pt[i] > 0 ? pow(z, kappa) : 0;
    }
}

static nsym_efp_shape shape_of(const nsym_efp_plan *plan, int step, bool turned) {
    return step >= 0 && plan->step[step].symmetric ? NSYM_EFP_SYMMETRIC : turned ? NSYM_EFP_TURNED : NSYM_EFP_UPRIGHT;
}

/* A step's result among `all` of its kind, each of so many doubles; NULL of no step. */
static const double *result_of(const nsym_efp_plan *plan, int step, const double *all, size_t doubles) {
    return step >= 0 ? all + plan->step[step].place * doubles : NULL;
}

static void run_step(nsym_efp_workspace *w, const nsym_efp_plan *plan, const nsym_efp_kernels *kernels,
                     const nsym_efp_step *s) {
    size_t m = w->m, stride = w->stride, lanes = kernels->events, length = stride * lanes, square = stride * length;
    const double *mx = result_of(plan, s->x, w->matrix, square), *my = result_of(plan, s->y, w->matrix, square);
    const double *vx = result_of(plan, s->x, w->vector, length), *vy = result_of(plan, s->y, w->vector, length);
    const double *weight = w->z;
    double *matrix = w->matrix + s->place * square, *vector = w->vector + s->place * length,
           *number = w->number + s->place * lanes;
    nsym_efp_shape shape = shape_of(plan, s->x, s->x_turned);
    if (s->w >= 0) {
        kernels->times(w->scratch, w->z, w->vector + plan->step[s->w].place * length, length);
        weight = w->scratch;
    }
    switch (s->kind) {
    case NSYM_EFP_POWER:
        break;
    case NSYM_EFP_SCALE:
        kernels->scale(matrix, mx, shape, weight, m, stride);
        break;
    case NSYM_EFP_SERIES:
        kernels->series(matrix, mx, shape, my, s->symmetric, w->whole, m, stride);
        break;
    case NSYM_EFP_PRODUCT:
        kernels->product(matrix, mx, shape, my, shape_of(plan, s->y, false), m, stride);
        break;
    case NSYM_EFP_TRANSPOSE:
        kernels->transpose(matrix, mx, m, stride);
        break;
    case NSYM_EFP_DIAMOND:
        kernels->diamond(matrix, mx, w->z, w->whole, w->rows, m, stride);
        break;
    case NSYM_EFP_SUM:
        kernels->sum(vector, mx, shape, weight, m, stride);
        break;
    case NSYM_EFP_SUM2:
        kernels->sum2(vector, mx, my, weight, m, stride);
        break;
    case NSYM_EFP_TIMES:
        kernels->times(vector, vx, vy, length);
        break;
    case NSYM_EFP_TRIANGLE:
        kernels->triangle(number, mx, w->z, w->whole, w->rows, m, stride);
        break;
    case NSYM_EFP_DOT:
        kernels->dot(number, w->z, vx, vy, stride);
        break;
    case NSYM_EFP_FACTOR:
        for (size_t l = 0; l < lanes; l++)
            number[l] = w->number[plan->step[s->x].place * lanes + l] * w->number[plan->step[s->y].place * lanes + l];
        break;
    }
}

/* Numbers below 2.2e-308 become zero while a plan runs, as they take many CPUs a hundred times as long: the state to
   give back to `leave`. */
static unsigned enter(void) {
#ifdef NSYM_X86
    unsigned state = _mm_getcsr();
    _mm_setcsr(state | 0x8040); /* results and arguments that are subnormal are zero */
    return state;
#else
    return 0;
#endif
}

static void leave(unsigned state) {
#ifdef NSYM_X86
    _mm_setcsr(state);
#else
    (void)state;
#endif
}

/* The events that are to be run, some of them by their number and constituents, in rising order of these. */
typedef struct queue {
    const nsym_efp_set *set;
    const nsym_efp_options *options;
    const nsym_efp_kernels *one;
    nsym_efp_workspace *workspace;
    const uint64_t *offsets;
    const double *particles;
    double *values;
    size_t count;
    size_t event[CHUNK];
    size_t constituents[CHUNK];
} queue;

/* Values of an event. */
static size_t values_of(const queue *q) {
    return q->options->kappas * q->options->betas * q->set->count;
}

/* Runs the plan on the `n` events in the workspace at every kappa and beta. */
static void run_plan(const queue *q, const nsym_efp_kernels *kernels, const size_t *event, size_t n) {
    const nsym_efp_plan *plan = &q->set->plan;
    const nsym_efp_options *o = q->options;
    nsym_efp_workspace *w = q->workspace;
    size_t count = q->set->count, lanes = kernels->events;
    unsigned state = enter();
    if (o->betas > 1 || o->beta[0] != 1) kernels->distances(w->square, o->measure, false, w->place, w->m, w->stride);
    for (size_t b = 0; b < o->betas; b++) {
        raise(w, kernels, o, o->beta[b], plan->powers);
        for (size_t k = 0; k < o->kappas; k++) {
            weigh(w, lanes, o->kappa[k], !o->unnormed);
            for (size_t i = 0; i < plan->steps; i++) run_step(w, plan, kernels, &plan->step[i]);
            for (size_t l = 0; l < n; l++) {
                double *to = q->values + ((event[l] * o->kappas + k) * o->betas + b) * count;
                for (size_t g = 0; g < count; g++) to[g] = w->number[plan->result[g] * lanes + l];
            }
        }
    }
    leave(state);
}

/* Runs `n` events side by side as if all had m constituents; lanes that are left over do what the first one does. */
static nsym_status run_together(const queue *q, size_t m, const size_t *event, size_t n) {
    const nsym_efp_options *o = q->options;
    const nsym_efp_kernels *kernels = nsym_efp_kernels_for(q->one, &q->set->plan, m);
    size_t width = nsym_efp_width(o->coordinates), lanes = kernels->events;
    if (o->stop && o->stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped on request");
    NSYM_TRY(set_up(q->workspace, &q->set->plan, kernels, m));
    for (size_t l = 0; l < lanes; l++) {
        const uint64_t *at = &q->offsets[event[l < n ? l : 0]];
        read_event(q->workspace, o, lanes, l, (size_t)(at[1] - at[0]), q->particles + width * at[0]);
    }
    run_plan(q, kernels, event, n);
    return NSYM_OK;
}

static bool all_finite(const double *values, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i])) return false;
    return true;
}

/* Runs events first ... first + n - 1 of the queue, the last of which has the most constituents. What the others lack
   of them has neither momentum nor distances, and zeros change no sum, unless it is infinite: such an event is run
   again alone, as its values are to be those that it has alone. */
static nsym_status run_block(const queue *q, size_t first, size_t n) {
    const size_t *event = q->event + first, *constituents = q->constituents + first, row = values_of(q);
    NSYM_TRY(run_together(q, constituents[n - 1], event, n));
    for (size_t i = 0; i < n; i++)
        if (constituents[i] < constituents[n - 1] && !all_finite(q->values + event[i] * row, row))
            NSYM_TRY(run_together(q, constituents[i], &event[i], 1));
    nsym_progress_add(q->options->progress, (double)n);
    return NSYM_OK;
}

/* Fills the queue with events first ... first + n - 1, but for those without constituents, whose values are zero. */
static void enqueue(queue *q, size_t first, size_t n) {
    size_t begin[NSYM_EFP_CONSTITUENTS_MAX + 2] = {0}, m[CHUNK], width = nsym_efp_width(q->options->coordinates);
    for (size_t i = 0; i < n; i++) {
        const uint64_t *at = &q->offsets[first + i];
        m[i] = count_constituents(q->options->coordinates, (size_t)(at[1] - at[0]), q->particles + width * at[0]);
        begin[m[i] + 1] += m[i] > 0;
        if (m[i] == 0) memset(q->values + (first + i) * values_of(q), 0, values_of(q) * sizeof *q->values);
    }
    for (size_t k = 1; k <= NSYM_EFP_CONSTITUENTS_MAX; k++) begin[k + 1] += begin[k];
    q->count = begin[NSYM_EFP_CONSTITUENTS_MAX + 1];
    for (size_t i = 0; i < n; i++) {
        if (m[i] == 0) continue;
        size_t place = begin[m[i]]++;
        q->event[place] = first + i, q->constituents[place] = m[i];
    }
}

/* From the largest event on, so that each stands beside those that are nearest in size. */
static nsym_status run_queue(const queue *q) {
    for (size_t left = q->count, n; left > 0; left -= n) {
        n = nsym_efp_kernels_for(q->one, &q->set->plan, q->constituents[left - 1])->events;
        if (n > left) n = left;
        NSYM_TRY(run_block(q, left - n, n));
    }
    return NSYM_OK;
}

nsym_status nsym_efp_run_events(const nsym_efp_set *set, const nsym_efp_options *options, nsym_efp_workspace *workspace,
                                size_t n, const uint64_t *offsets, const double *particles, double *values) {
    queue q = {.set = set,
               .options = options,
               .one = nsym_efp_kernels_in_use(),
               .workspace = workspace,
               .offsets = offsets,
               .particles = particles,
               .values = values};
    for (size_t first = 0; first < n; first += CHUNK) {
        size_t count = n - first < CHUNK ? n - first : CHUNK;
        enqueue(&q, first, count);
        nsym_progress_add(options->progress, (double)(count - q.count));
        NSYM_TRY(run_queue(&q));
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
