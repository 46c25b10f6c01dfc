#include "data/dense.h"

#include "base/fail.h"
#include "data/events.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 1 << 24, FEATURES = 4, SMALL = 4, MANY = 16, PROBED = 1000 };

/* Rows and columns of an image; false: the array has no images. */
static bool shape_of(const nsym_npy *array, size_t *n, size_t *m) {
    const uint64_t *shape = array->shape;
    size_t first = 1;
    if (array->dimensions == 4 && shape[1] == 1)
        first = 2;
    else if (array->dimensions != 3 && !(array->dimensions == 4 && shape[3] == 1))
        return false;
    if (shape[first] > CELLS_MAX || shape[first + 1] > CELLS_MAX) return false;
    *n = (size_t)shape[first], *m = (size_t)shape[first + 1];
    return *n > 0 && *m > 0 && *n * *m <= CELLS_MAX;
}

/* The cells of an image that are not 0, as particles: out (, FEATURES), NULL to count them. */
static size_t cells_of(const double *image, size_t n, size_t m, double half, double *out) {
    size_t count = 0;
    for (size_t cell = 0; cell < n * m; cell++) {
        if (image[cell] == 0) continue;
        count++;
        if (!out) continue;
        size_t row = cell / m, column = cell % m;
        out[0] = half * ((double)(2 * row + 1) / (double)n - 1);
        out[1] = half * ((double)(2 * column + 1) / (double)m - 1);
        out[2] = image[cell];
        out[3] = (double)cell;
        out += FEATURES;
    }
    return count;
}

nsym_status nsym_images_add(nsym_events *events, const nsym_npy *array, double half) {
    static const char *const names[FEATURES] = {"x", "y", "energy", "cell"};
    size_t n, m;
    if (!nsym_npy_is_number(array) || !shape_of(array, &n, &m))
        return nsym_fail(NSYM_EFORMAT,
                         "holds no images, which are numbers of shape (events, rows, columns) with at most 2^24 cells");
    double *image = malloc(n * m * sizeof *image);
    uint64_t *offsets = calloc(events->count + 1, sizeof *offsets);
    nsym_status status =
        image && offsets ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for images of %zu x %zu cells", n, m);
    for (size_t i = 0; status == NSYM_OK && i < events->count; i++) {
        nsym_npy_values(array, i * n * m, n * m, image);
        offsets[i + 1] = offsets[i] + cells_of(image, n, m, half, NULL);
    }
    if (status == NSYM_OK) status = nsym_events_set_particles(events, FEATURES, names, NULL, offsets);
    for (size_t i = 0; status == NSYM_OK && i < events->count; i++) {
        nsym_npy_values(array, i * n * m, n * m, image);
        cells_of(image, n, m, half, events->particles + FEATURES * offsets[i]);
    }
    if (status == NSYM_OK) status = nsym_events_set_grid(events, n, m);
    free(image);
    free(offsets);
    return status;
}

/* Whether a row of zeros stands before one that is not; *empty: all are zeros. Shape: rows (n, m). */
static bool has_gap(const double *rows, size_t n, size_t m, bool *empty) {
    bool gap = false, zeros = false;
    *empty = true;
    for (size_t i = 0; i < n; i++) {
        bool zero = true;
        for (size_t k = 0; k < m; k++) zero &= rows[i * m + k] == 0;
        gap |= zeros && !zero;
        zeros |= zero;
        *empty &= zero;
    }
    return gap;
}

bool nsym_images_likely(const nsym_npy *array) {
    size_t n = (size_t)array->shape[1], m = (size_t)array->shape[2], gaps = 0, filled = 0;
    if (array->size == 0) return false;
    if (m > MANY || (n == m && n > SMALL)) return true;
    double *rows = malloc(n * m * sizeof *rows + 1);
    for (uint64_t i = 0; rows && i < array->shape[0] && i < PROBED; i++) {
        bool empty;
        nsym_npy_values(array, i * n * m, n * m, rows);
        gaps += has_gap(rows, n, m, &empty);
        filled += !empty;
    }
    free(rows);
    return 2 * gaps > filled;
}

nsym_status nsym_points_gather(nsym_events *events) {
    static const char *const names[] = {"x", "y", "energy"};
    const double *values[3];
    size_t width = 0;
    for (size_t k = 0; k < 3; k++) {
        const nsym_column *column = events->offsets ? NULL : nsym_events_column(events, names[k]);
        if (!column || column->width < 2 || (k > 0 && column->width != width)) return NSYM_OK;
        width = column->width;
        values[k] = column->values;
    }
    uint64_t *offsets = calloc(events->count + 1, sizeof *offsets);
    if (!offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    for (size_t i = 0; i < events->count; i++) {
        size_t n = width, row = i * width;
        while (n > 0 && values[0][row + n - 1] == 0 && values[1][row + n - 1] == 0 && values[2][row + n - 1] == 0) n--;
        offsets[i + 1] = offsets[i] + n;
    }
    nsym_status status = nsym_events_set_particles(events, 3, names, NULL, offsets);
    for (size_t i = 0; status == NSYM_OK && i < events->count; i++)
        for (size_t k = 0; k < 3 * (offsets[i + 1] - offsets[i]); k++)
            events->particles[3 * offsets[i] + k] = values[k % 3][i * width + k / 3];
    for (size_t i = events->columns; status == NSYM_OK && i-- > 0;)
        for (size_t k = 0; k < 3; k++)
            if (strcmp(events->column[i].name, names[k]) == 0) {
                nsym_events_drop_column(events, i);
                break;
            }
    free(offsets);
    return status;
}
