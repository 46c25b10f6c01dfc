/* Toy calorimeter samples (arXiv:2311.05952, section II). */
#include <nearsym/generate/showers.h>

#include "base/fail.h"
#include "data/blocks.h"
#include "data/events.h"

#include <nearsym/copies.h>

#include <math.h>
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

static nsym_status set_attributes(nsym_events *events, const nsym_showers_options *o) {
    static const char *const level[] = {"deposits", "points", "cells"};
    const nsym_shower_options *s = &o->shower;
    char text[64];
    snprintf(text, sizeof text, "%llu", (unsigned long long)s->seed);
    NSYM_TRY(nsym_events_set_attribute(events, "generator", "nearsym showers"));
    NSYM_TRY(nsym_events_set_attribute(events, "seed", text));
    NSYM_TRY(nsym_events_set_attribute(events, "level", level[o->level]));
    NSYM_TRY(nsym_events_set_number(events, "deposits", (double)s->deposits));
    NSYM_TRY(nsym_events_set_number(events, "noise", (double)s->noise));
    NSYM_TRY(nsym_events_set_attribute(events, "core", s->hardest_core ? "hardest" : "any"));
    NSYM_TRY(nsym_events_set_number(events, "variance", s->variance));
    if (o->level == NSYM_SHOWERS_DEPOSITS) return NSYM_OK;
    NSYM_TRY(nsym_events_set_number(events, "points", (double)s->points));
    NSYM_TRY(nsym_events_set_number(events, "spread", s->spread));
    NSYM_TRY(nsym_events_set_attribute(events, "pairing", s->pairing == NSYM_TILED ? "tiled" : "paired"));
    if (o->level != NSYM_SHOWERS_CELLS) return NSYM_OK;
    return nsym_events_set_grid(events, nsym_pixels_nx(o->pixels), nsym_pixels_ny(o->pixels));
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
        if (o->stop && o->stop())
            return nsym_fail(NSYM_EINTERRUPTED, "stopped on request after %zu of %zu events", i, count);
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

static nsym_status make_block(nsym_events **out, const void *options, uint64_t first, size_t count) {
    return nsym_showers_generate(out, options, first, count);
}

nsym_status nsym_showers_write(const nsym_showers_options *o, const char *path) {
    NSYM_TRY(check(o));
    if (o->events == 0) return nsym_fail(NSYM_EINVAL, "showers: events is 0, must be at least 1");
    size_t block = BLOCK_ROWS / rows_of(o) / copies_of(o);
    if (block > BLOCK_EVENTS) block = BLOCK_EVENTS;
    if (block == 0) block = 1;
    const nsym_blocks blocks = {make_block, o, o->events, block, o->workers, o->progress, o->stop, "simulating"};
    return nsym_blocks_write(&blocks, path);
}
