#include "cells.h"
#include "tell.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CELLS_MAX = 65536 };

const char *read_cells(const char *text, size_t *n, size_t *m) {
    char *end;
    if (*text < '1' || *text > '9') return NULL;
    unsigned long long x = strtoull(text, &end, 10);
    if (*end != 'x' || end[1] < '1' || end[1] > '9') return NULL;
    unsigned long long y = strtoull(end + 1, &end, 10);
    *n = (size_t)x, *m = (size_t)y;
    return end;
}

bool read_cell_grid(const char *text, cell_grid *grid) {
    const char *at = read_cells(text, &grid->n, &grid->m);
    char *end;
    if (!at || *at != ':' || grid->n > CELLS_MAX || grid->m > CELLS_MAX) return false;
    grid->half = strtod(at + 1, &end);
    return end > at + 1 && !*end && isfinite(grid->half) && grid->half > 0;
}

static bool is_cell(double number, size_t n) {
    return number >= 0 && number < (double)n && number == floor(number);
}

static double centre(double number, size_t n, double half) {
    return half * ((2 * number + 1) / (double)n - 1);
}

bool add_cells(nsym_events *events, const cell_grid *grid, const char *path) {
    static const char *const names[] = {"d_eta", "d_phi", "cell"};
    size_t i = nsym_events_feature(events, "i"), j = nsym_events_feature(events, "j"), first = events->features;
    if (i == NSYM_NONE || j == NSYM_NONE) {
        tell_error("%s: its particles have no features i and j, which --grid takes", path);
        return false;
    }
    if (nsym_events_add_features(events, 3, names, NULL) != NSYM_OK) {
        tell_error("%s: %s", path, nsym_message());
        return false;
    }
    char text[64];
    snprintf(text, sizeof text, "%zux%zu", grid->n, grid->m);
    if (nsym_events_set_attribute(events, "grid", text) != NSYM_OK) {
        tell_error("%s: %s", path, nsym_message());
        return false;
    }
    for (size_t e = 0; e < events->count; e++)
        for (uint64_t k = events->offsets[e]; k < events->offsets[e + 1]; k++) {
            double *p = events->particles + k * events->features;
            if (!is_cell(p[i], grid->n) || !is_cell(p[j], grid->m)) {
                tell_error("%s: event %zu, particle %llu: is in cell %g, %g of %zu x %zu", path, e,
                           (unsigned long long)(k - events->offsets[e]), p[i], p[j], grid->n, grid->m);
                return false;
            }
            p[first] = centre(p[i], grid->n, grid->half);
            p[first + 1] = centre(p[j], grid->m, grid->half);
            p[first + 2] = p[i] * (double)grid->m + p[j];
        }
    return true;
}
