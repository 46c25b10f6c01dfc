/* Toy calorimeter samples (arXiv:2311.05952, section II). A sample is cut into blocks, whose size depends on nothing
   but what is simulated. Workers simulate blocks at once and write them in order, each when its turn comes, so a file
   is the same for any number of workers. */
#include <nearsym/showers.h>

#include "base/fail.h"
#include "base/workers.h"
#include "data/number.h"

#include <nearsym/copies.h>
#include <nearsym/io.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_ROWS = 1 << 20, BLOCK_EVENTS = 1 << 14, ANGLES_MAX = 1 << 16 };

nsym_showers_options nsym_showers_defaults(void) {
    return (nsym_showers_options){.shower = nsym_shower_defaults(), .events = 600000};
}

static nsym_status check(const nsym_showers_options *o) {
    NSYM_TRY(nsym_shower_check(&o->shower));
    if (o->level != NSYM_SHOWERS_DEPOSITS && o->level != NSYM_SHOWERS_POINTS && o->level != NSYM_SHOWERS_CELLS)
        return nsym_fail(NSYM_EINVAL, "showers: no level has the number %d", (int)o->level);
    if (o->level == NSYM_SHOWERS_CELLS && !o->pixels)
        return nsym_fail(NSYM_EINVAL, "showers: pixels is missing, the grid of the cells");
    if (o->angles > ANGLES_MAX)
        return nsym_fail(NSYM_EINVAL, "showers: %zu angles, must be at most %d", o->angles, (int)ANGLES_MAX);
    for (size_t i = 0; i < o->angles; i++)
        if (!isfinite(o->angle[i]))
            return nsym_fail(NSYM_EINVAL, "showers: angle %zu is %g, must be finite", i, o->angle[i]);
    return NSYM_OK;
}

static size_t copies_of(const nsym_showers_options *o) {
    return o->angles > 0 ? o->angles : 1;
}

static size_t cells_of(const nsym_showers_options *o) {
    return o->level == NSYM_SHOWERS_CELLS ? nsym_pixels_nx(o->pixels) * nsym_pixels_ny(o->pixels) : 0;
}

/* The most rows that one copy of an event has. */
static size_t rows_of(const nsym_showers_options *o) {
    size_t points = o->shower.deposits * o->shower.points, cells = cells_of(o);
    if (o->level == NSYM_SHOWERS_DEPOSITS) return o->shower.deposits;
    return o->level == NSYM_SHOWERS_CELLS && cells < points ? cells : points;
}

/* Numbers of a row: x, y, energy, and of a cell its number. */
static size_t width_of(const nsym_showers_options *o) {
    return o->level == NSYM_SHOWERS_CELLS ? 4 : 3;
}

/* Room for one event on its way, and for the rows of all. */
typedef struct bench {
    nsym_transform *turn; /* (copies) */
    double *deposits;     /* (deposits, 3) */
    double *points;       /* (deposits x points, 3) */
    double *image;        /* (nx, ny) */
    double *rows;         /* (count x copies x rows_of, width_of) at most */
    uint64_t *offsets;    /* (count x copies + 1) */
} bench;

static void clear(bench *b) {
    free(b->turn);
    free(b->deposits);
    free(b->points);
    free(b->image);
    free(b->rows);
    free(b->offsets);
}

static nsym_status set_up(bench *b, const nsym_showers_options *o, size_t count) {
    size_t copies = copies_of(o), points = o->shower.deposits * o->shower.points, samples, bytes;
    *b = (bench){0};
    if (!__builtin_mul_overflow(count, copies, &samples) && samples < PTRDIFF_MAX / sizeof *b->offsets &&
        !__builtin_mul_overflow(samples, width_of(o) * rows_of(o) * sizeof(double), &bytes) && bytes < PTRDIFF_MAX) {
        b->turn = calloc(copies, sizeof *b->turn);
        b->deposits = malloc(3 * o->shower.deposits * sizeof *b->deposits);
        b->points = malloc(3 * points * sizeof *b->points);
        b->image = malloc((cells_of(o) + 1) * sizeof *b->image);
        b->rows = malloc(bytes + 1);
        b->offsets = malloc((samples + 1) * sizeof *b->offsets);
    }
    if (!b->turn || !b->deposits || !b->points || !b->image || !b->rows || !b->offsets) {
        clear(b);
        return nsym_fail(NSYM_ENOMEM, "showers: no memory for %zu events at %zu angles", count, copies);
    }
    for (size_t k = 0; k < copies; k++) b->turn[k] = nsym_rotation(o->angles > 0 ? o->angle[k] : 0);
    b->offsets[0] = 0;
    return NSYM_OK;
}

/* Puts the rows of all copies of event `index` behind those before; `offset` is that of its first copy. */
static void simulate(bench *b, const nsym_showers_options *o, uint64_t index, uint64_t *offset) {
    size_t deposits = o->shower.deposits, points = deposits * o->shower.points;
    nsym_shower_deposits(&o->shower, index, b->deposits);
    if (o->level != NSYM_SHOWERS_DEPOSITS) nsym_shower_spread(&o->shower, index, b->deposits, b->points);
    for (size_t k = 0; k < copies_of(o); k++, offset++) {
        double *rows = b->rows + width_of(o) * offset[0];
        size_t n = o->level == NSYM_SHOWERS_DEPOSITS ? deposits : points;
        if (o->level == NSYM_SHOWERS_CELLS) {
            nsym_transform_fill(&b->turn[k], o->pixels, b->points, points, NULL, b->image);
            n = nsym_pixels_cells(o->pixels, b->image, rows);
        } else {
            nsym_transform_apply(&b->turn[k], o->level == NSYM_SHOWERS_POINTS ? b->points : b->deposits, n, rows);
        }
        offset[1] = offset[0] + n;
    }
}

static nsym_status set_number(nsym_events *events, const char *name, double value) {
    char text[NSYM_NUMBER_SIZE];
    nsym_number_format(text, value);
    return nsym_events_set_attribute(events, name, text);
}

static nsym_status set_attributes(nsym_events *events, const nsym_showers_options *o) {
    static const char *const level[] = {"deposits", "points", "cells"};
    const nsym_shower_options *s = &o->shower;
    char text[64];
    snprintf(text, sizeof text, "%llu", (unsigned long long)s->seed);
    NSYM_TRY(nsym_events_set_attribute(events, "generator", "nearsym showers"));
    NSYM_TRY(nsym_events_set_attribute(events, "seed", text));
    NSYM_TRY(nsym_events_set_attribute(events, "level", level[o->level]));
    NSYM_TRY(set_number(events, "deposits", (double)s->deposits));
    NSYM_TRY(set_number(events, "noise", (double)s->noise));
    NSYM_TRY(nsym_events_set_attribute(events, "core", s->hardest_core ? "hardest" : "any"));
    NSYM_TRY(set_number(events, "variance", s->variance));
    if (o->level == NSYM_SHOWERS_DEPOSITS) return NSYM_OK;
    NSYM_TRY(set_number(events, "points", (double)s->points));
    NSYM_TRY(set_number(events, "spread", s->spread));
    NSYM_TRY(nsym_events_set_attribute(events, "pairing", s->pairing == NSYM_TILED ? "tiled" : "paired"));
    if (o->level != NSYM_SHOWERS_CELLS) return NSYM_OK;
    snprintf(text, sizeof text, "%zux%zu", nsym_pixels_nx(o->pixels), nsym_pixels_ny(o->pixels));
    return nsym_events_set_attribute(events, "grid", text);
}

static nsym_status fill(nsym_events *events, bench *b, const nsym_showers_options *o, uint64_t first, size_t count) {
    static const char *const names[] = {"x", "y", "energy", "cell"};
    size_t copies = copies_of(o), width = width_of(o);
    double *label, *number, *angle = NULL;
    NSYM_TRY(nsym_events_add_column(events, "label", "", "1 signal, 0 background", 1, &label));
    NSYM_TRY(
        nsym_events_add_column(events, "event", "", "number of the event, the same for all its copies", 1, &number));
    if (o->angles > 0)
        NSYM_TRY(nsym_events_add_column(events, "angle", "degrees",
                                        "by which the event was rotated before the detector", 1, &angle));
    for (size_t i = 0; i < count; i++) {
        simulate(b, o, first + i, b->offsets + i * copies);
        for (size_t k = 0, at = i * copies; k < copies; k++, at++) {
            label[at] = (first + i) % 2 == 1;
            number[at] = (double)(first + i);
            if (angle) angle[at] = o->angle[k];
        }
    }
    NSYM_TRY(nsym_events_set_particles(events, width, names, NULL, b->offsets));
    memcpy(events->particles, b->rows, width * b->offsets[count * copies] * sizeof *b->rows);
    return set_attributes(events, o);
}

nsym_status nsym_showers_generate(nsym_events **out, const nsym_showers_options *options, uint64_t first,
                                  size_t count) {
    *out = NULL;
    NSYM_TRY(check(options));
    bench b;
    nsym_events *events = NULL;
    NSYM_TRY(set_up(&b, options, count));
    nsym_status status = nsym_events_new(&events, count * copies_of(options));
    if (status == NSYM_OK) status = fill(events, &b, options, first, count);
    clear(&b);
    if (status == NSYM_OK)
        *out = events;
    else
        nsym_events_free(events);
    return status;
}

/* The blocks' way into the file. */
typedef struct queue {
    const nsym_showers_options *options;
    nsym_events_writer *writer;
    size_t block; /* events */
    pthread_mutex_t lock;
    pthread_cond_t moved; /* next or broken has changed */
    size_t next;          /* the block whose turn it is */
    bool broken;          /* one failed, so none behind it is written */
} queue;

/* Waits until block `index` is the next; false where one before it failed. */
static bool take_turn(queue *q, size_t index) {
    pthread_mutex_lock(&q->lock);
    while (q->next != index && !q->broken) pthread_cond_wait(&q->moved, &q->lock);
    bool mine = !q->broken;
    pthread_mutex_unlock(&q->lock);
    return mine;
}

static void pass_on(queue *q, nsym_status status) {
    pthread_mutex_lock(&q->lock);
    q->next++;
    q->broken = status != NSYM_OK;
    pthread_cond_broadcast(&q->moved);
    pthread_mutex_unlock(&q->lock);
}

/* One block, from the first number to the file. Blocks are handed out in order, so the one whose turn it is never waits
   for a thread. */
static nsym_status run_block(void *context, size_t index, size_t worker) {
    (void)worker;
    queue *q = context;
    const nsym_showers_options *o = q->options;
    size_t first = index * q->block, count = o->events - first < q->block ? o->events - first : q->block;
    nsym_events *events = NULL;
    nsym_status status = nsym_showers_generate(&events, o, first, count);
    if (take_turn(q, index)) {
        if (status == NSYM_OK && o->stop && o->stop())
            status = nsym_fail(NSYM_EINTERRUPTED, "stopped on request after %zu of %zu events", first, o->events);
        if (status == NSYM_OK) status = nsym_events_writer_add(q->writer, events);
        if (status == NSYM_OK) nsym_progress_add(o->progress, (double)count);
        pass_on(q, status);
    }
    nsym_events_free(events);
    return status;
}

nsym_status nsym_showers_write(const nsym_showers_options *o, const char *path) {
    NSYM_TRY(check(o));
    if (o->events == 0) return nsym_fail(NSYM_EINVAL, "showers: events is 0, must be at least 1");
    size_t block = BLOCK_ROWS / rows_of(o) / copies_of(o);
    if (block > BLOCK_EVENTS) block = BLOCK_EVENTS;
    if (block == 0) block = 1;
    queue q = {.options = o, .block = block, .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};
    NSYM_TRY(nsym_events_writer_new(&q.writer, path));
    nsym_progress_start(o->progress, "simulating", (double)o->events, 0);
    nsym_status status = nsym_workers_run(o->workers, (o->events - 1) / block + 1, run_block, &q, NULL);
    if (status == NSYM_OK) status = nsym_events_writer_close(q.writer);
    nsym_events_writer_free(q.writer);
    pthread_cond_destroy(&q.moved);
    pthread_mutex_destroy(&q.lock);
    return status;
}
