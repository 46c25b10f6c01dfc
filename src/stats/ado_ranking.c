/* The average decision ordering of many candidates on the same pairs. A CPU compares many values at once, but loads
 * scattered values one by one; so LANES candidates are transposed into one cache line per event, and a pair takes one
 * load of each of its two lines. Pairs are sorted by blocks of background events whose lines stay in the second cache,
 * while the signal events pass by in order. */
#include <nearsym/ado.h>

#include "base/cpu.h"
#include "base/fail.h"
#include "base/workers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 16, HALF = LANES / 2, LINE = LANES * sizeof(float), BLOCK = 2048 };
/* Pairs whose counts a 32-bit number holds. */
enum { STRETCH = 1 << 24 };

typedef float floats __attribute__((vector_size(HALF * sizeof(float)), may_alias));
typedef int32_t ints __attribute__((vector_size(HALF * sizeof(int32_t)), may_alias));

struct nsym_ado_ranking {
    size_t n;        /* events of a candidate */
    size_t pairs;    /* all of them */
    size_t ordered;  /* those that the guide orders; the others count half whatever the candidate says */
    uint32_t *upper; /* (ordered) the row of the event that the guide puts above */
    uint32_t *lower; /* (ordered) and below */
    size_t rows;     /* events that are in a pair: signal, then background */
    uint32_t *event; /* (rows) */
};

void nsym_ado_ranking_free(nsym_ado_ranking *r) {
    if (!r) return;
    free(r->upper);
    free(r->lower);
    free(r->event);
    free(r);
}

static nsym_status check_pairs(const nsym_ado_pairs *pairs, const int8_t *order, size_t n) {
    if (pairs->count == 0) return nsym_fail(NSYM_EINVAL, "there are no pairs of events to rank by");
    for (size_t i = 0; i < pairs->count; i++) {
        uint32_t s = pairs->signal[i], b = pairs->background[i];
        if (s >= n || b >= n)
            return nsym_fail(NSYM_EINVAL, "pair %zu has events %u and %u, but there are only %zu events", i,
                             (unsigned)s, (unsigned)b, n);
        if (order[i] < -1 || order[i] > 1)
            return nsym_fail(NSYM_EINVAL, "the order of pair %zu is %d, must be -1, 0 or 1", i, order[i]);
    }
    return NSYM_OK;
}

/* Rows behind those there are, for the events that `of` (count) names; row (n) gets them. */
static void add_rows(nsym_ado_ranking *r, const uint32_t *of, size_t count, uint32_t *row) {
    memset(row, 0, r->n * sizeof *row);
    for (size_t i = 0; i < count; i++) row[of[i]] = 1;
    for (size_t i = 0; i < r->n; i++) {
        if (!row[i]) continue;
        row[i] = (uint32_t)r->rows;
        r->event[r->rows++] = (uint32_t)i;
    }
}

/* Puts the ordered pairs in order of their blocks of background rows, else as they came. Shapes: row (2, n) of an event
   as signal and as background, start (blocks + 1) zeros. */
static void place_pairs(nsym_ado_ranking *r, const nsym_ado_pairs *pairs, const int8_t *order, const uint32_t *row,
                        size_t blocks, size_t *start) {
    for (size_t i = 0; i < pairs->count; i++)
        if (order[i]) start[row[r->n + pairs->background[i]] / BLOCK + 1]++;
    for (size_t k = 0; k < blocks; k++) start[k + 1] += start[k];
    for (size_t i = 0; i < pairs->count; i++) {
        if (!order[i]) continue;
        uint32_t signal = row[pairs->signal[i]], background = row[r->n + pairs->background[i]];
        size_t at = start[background / BLOCK]++;
        r->upper[at] = order[i] > 0 ? signal : background;
        r->lower[at] = order[i] > 0 ? background : signal;
    }
}

nsym_status nsym_ado_ranking_new(nsym_ado_ranking **out, const nsym_ado_pairs *pairs, const int8_t *order, size_t n) {
    *out = NULL;
    NSYM_TRY(check_pairs(pairs, order, n));
    if (n > UINT32_MAX / 2) return nsym_fail(NSYM_EINVAL, "pairs to rank by are of at most 2^31 events, not of %zu", n);
    nsym_ado_ranking *r = calloc(1, sizeof *r);
    uint32_t *row = calloc(2 * n, sizeof *row);
    size_t blocks = 2 * n / BLOCK + 1, *start = calloc(blocks + 1, sizeof *start), ordered = 0;
    for (size_t i = 0; i < pairs->count; i++) ordered += order[i] != 0;
    if (r) {
        *r = (nsym_ado_ranking){.n = n, .pairs = pairs->count, .ordered = ordered};
        r->upper = calloc(ordered + 1, sizeof *r->upper);
        r->lower = calloc(ordered + 1, sizeof *r->lower);
        r->event = calloc(2 * n, sizeof *r->event);
    }
    bool fine = r && row && start && r->upper && r->lower && r->event;
    if (fine) {
        add_rows(r, pairs->signal, pairs->count, row);
        add_rows(r, pairs->background, pairs->count, row + n);
        place_pairs(r, pairs, order, row, blocks, start);
        *out = r;
    } else {
        nsym_ado_ranking_free(r);
    }
    free(row);
    free(start);
    return fine ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory to rank by %zu pairs of %zu events", pairs->count, n);
}

/* Adds to net (LANES) the pairs whose upper event has the higher value less those whose lower one has it. Shapes: lines
   (rows, LANES), upper and lower (n), n at most STRETCH. */
NSYM_LOOP add_net_loop(const floats *lines, const uint32_t *upper, const uint32_t *lower, size_t n, int64_t *net) {
    ints sum[2] = {{0}, {0}}; /* a comparison that holds is -1 */
    for (size_t i = 0; i < n; i++) {
        const floats *u = lines + (size_t)upper[i] * 2, *l = lines + (size_t)lower[i] * 2;
        sum[0] += (u[0] < l[0]) - (u[0] > l[0]);
        sum[1] += (u[1] < l[1]) - (u[1] > l[1]);
    }
    for (size_t k = 0; k < LANES; k++) net[k] += sum[k / HALF][k % HALF];
}

NSYM_TWO_PATHS(add_net, (const floats *lines, const uint32_t *upper, const uint32_t *lower, size_t n, int64_t *net),
               (lines, upper, lower, n, net))

/* Fills lines (rows, LANES) with the values of LANES candidates; whether one is NaN. */
static bool transpose(const nsym_ado_ranking *r, const float *const candidate[LANES], float *lines) {
    bool nan = false;
    for (size_t i = 0; i < r->rows; i++, lines += LANES) {
        size_t event = r->event[i];
        for (size_t k = 0; k < LANES; k++) lines[k] = candidate[k][event];
        int unordered = 0;
        for (size_t k = 0; k < LANES; k++) unordered |= lines[k] != lines[k];
        nan = nan || unordered;
    }
    return nan;
}

typedef struct {
    const nsym_ado_ranking *ranking;
    const float *values; /* (candidates, n) */
    size_t candidates;
    float *lines; /* (workers, rows, LANES) */
    nsym_progress *progress;
    bool (*stop)(void);
    double *ado;
} work;

static nsym_status tell_nan(const work *w, size_t first, size_t count) {
    const nsym_ado_ranking *r = w->ranking;
    for (size_t k = first; k < first + count; k++)
        for (size_t i = 0; i < r->rows; i++)
            if (isnan(w->values[k * r->n + r->event[i]]))
                return nsym_fail(NSYM_ENUMERIC, "the value of candidate %zu for event %u is NaN", k,
                                 (unsigned)r->event[i]);
    return nsym_fail(NSYM_EINTERNAL, "a NaN came and went while candidates were ranked");
}

static nsym_status rank_some(void *context, size_t index, size_t worker) {
    const work *w = context;
    const nsym_ado_ranking *r = w->ranking;
    if (w->stop && w->stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped on request");
    size_t first = index * LANES, count = w->candidates - first < LANES ? w->candidates - first : LANES;
    const float *candidate[LANES];
    for (size_t k = 0; k < LANES; k++) candidate[k] = w->values + (first + (k < count ? k : 0)) * r->n;
    float *lines = w->lines + worker * r->rows * LANES;
    if (transpose(r, candidate, lines)) return tell_nan(w, first, count);
    int64_t net[LANES] = {0};
    for (size_t i = 0; i < r->ordered; i += STRETCH)
        add_net((const floats *)lines, r->upper + i, r->lower + i, r->ordered - i < STRETCH ? r->ordered - i : STRETCH,
                net);
    double pairs = (double)r->pairs;
    for (size_t k = 0; k < count; k++) w->ado[first + k] = 0.5 * (pairs + (double)net[k]) / pairs;
    nsym_progress_add(w->progress, (double)count);
    return NSYM_OK;
}

nsym_status nsym_ado_ranking_run(double *ado, const nsym_ado_ranking *ranking, const float *values, size_t candidates,
                                 size_t workers, nsym_progress *progress, bool (*stop)(void)) {
    size_t jobs = candidates / LANES + (candidates % LANES > 0);
    if (jobs == 0) return NSYM_OK;
    if (workers == 0) workers = nsym_workers_available();
    if (workers > jobs) workers = jobs;
    work w = {ranking, values, candidates, NULL, progress, stop, ado};
    w.lines = aligned_alloc(LINE, workers * ranking->rows * LINE);
    if (!w.lines)
        return nsym_fail(NSYM_ENOMEM, "no memory to rank %d candidates of %zu events on each of %zu threads",
                         (int)LANES, ranking->rows, workers);
    nsym_status status = nsym_workers_run(workers, jobs, rank_some, &w, NULL);
    free(w.lines);
    return status;
}
