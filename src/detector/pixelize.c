#include <nearsym/pixels.h>

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 4096 };

/* How far an edge may lie from where equal cells have it, in cells. */
#define TOLERANCE 1e-9

/* One side of a grid. */
typedef struct axis {
    size_t n;
    double low, high;
    double scale;  /* cells per unit where all are of one size, else 0 */
    double *edges; /* (n + 1) */
} axis;

struct nsym_pixels {
    axis x, y;
};

static nsym_status check_axis(const char *name, size_t n, const double *edges) {
    if (n < 1 || n > CELLS_MAX)
        return nsym_fail(NSYM_EINVAL, "pixels: %zu cells in %s, must be 1 to %d", n, name, (int)CELLS_MAX);
    for (size_t i = 0; i <= n; i++) {
        if (!isfinite(edges[i]))
            return nsym_fail(NSYM_EINVAL, "pixels: edge %zu in %s is %g, must be finite", i, name, edges[i]);
        if (i > 0 && !(edges[i] > edges[i - 1]))
            return nsym_fail(NSYM_EINVAL, "pixels: edges %zu and %zu in %s are %.17g and %.17g, must rise", i - 1, i,
                             name, edges[i - 1], edges[i]);
    }
    return NSYM_OK;
}

/* Cells per unit length if all edges lie where equal cells have them, else 0. */
static double scale_of(const axis *a) {
    double scale = (double)a->n / (a->high - a->low);
    if (!isfinite(scale)) return 0;
    for (size_t i = 0; i <= a->n; i++)
        if (!(fabs((a->edges[i] - a->low) * scale - (double)i) <= TOLERANCE)) return 0;
    return scale;
}

static bool set_axis(axis *a, size_t n, const double *edges) {
    *a = (axis){.n = n, .low = edges[0], .high = edges[n], .edges = malloc((n + 1) * sizeof *a->edges)};
    if (!a->edges) return false;
    memcpy(a->edges, edges, (n + 1) * sizeof *a->edges);
    a->scale = scale_of(a);
    return true;
}

nsym_status nsym_pixels_new(nsym_pixels **out, size_t nx, const double *x, size_t ny, const double *y) {
    NSYM_TRY(check_axis("x", nx, x));
    NSYM_TRY(check_axis("y", ny, y));
    nsym_pixels *pixels = calloc(1, sizeof *pixels);
    if (!pixels || !set_axis(&pixels->x, nx, x) || !set_axis(&pixels->y, ny, y)) {
        nsym_pixels_free(pixels);
        return nsym_fail(NSYM_ENOMEM, "no memory for a grid of %zu x %zu cells", nx, ny);
    }
    *out = pixels;
    return NSYM_OK;
}

/* As numpy.linspace has them. Shape: edges (n + 1). */
static void set_equal(size_t n, double low, double high, double *edges) {
    double step = (high - low) / (double)n;
    for (size_t i = 0; i < n; i++) edges[i] = low + (double)i * step;
    edges[n] = high;
}

nsym_status nsym_pixels_new_equal(nsym_pixels **out, size_t nx, size_t ny, double low, double high) {
    if (nx > CELLS_MAX || ny > CELLS_MAX)
        return nsym_fail(NSYM_EINVAL, "pixels: %zu x %zu cells, must be at most %d a side", nx, ny, (int)CELLS_MAX);
    if (nx == 0 || ny == 0) return nsym_fail(NSYM_EINVAL, "pixels: %zu x %zu cells, must be at least 1 a side", nx, ny);
    double *edges = malloc((nx + ny + 2) * sizeof *edges);
    if (!edges) return nsym_fail(NSYM_ENOMEM, "no memory for the edges of %zu x %zu cells", nx, ny);
    set_equal(nx, low, high, edges);
    set_equal(ny, low, high, edges + nx + 1);
    nsym_status status = nsym_pixels_new(out, nx, edges, ny, edges + nx + 1);
    free(edges);
    return status;
}

void nsym_pixels_free(nsym_pixels *pixels) {
    if (!pixels) return;
    free(pixels->x.edges);
    free(pixels->y.edges);
    free(pixels);
}

size_t nsym_pixels_nx(const nsym_pixels *pixels) {
    return pixels->x.n;
}

size_t nsym_pixels_ny(const nsym_pixels *pixels) {
    return pixels->y.n;
}

const double *nsym_pixels_x(const nsym_pixels *pixels) {
    return pixels->x.edges;
}

const double *nsym_pixels_y(const nsym_pixels *pixels) {
    return pixels->y.edges;
}

bool nsym_pixels_equal(const nsym_pixels *pixels) {
    return pixels->x.scale > 0 && pixels->y.scale > 0;
}

/* The cell that holds a value of the axis's range, found by halving. */
static size_t search(const axis *a, double value) {
    size_t cell = 0;
    for (size_t above = a->n; above - cell > 1;) {
        size_t middle = cell + (above - cell) / 2;
        if (value >= a->edges[middle])
            cell = middle;
        else
            above = middle;
    }
    return cell;
}

/* With equal cells the guess is at most one cell off, as its rounding and TOLERANCE are far below a cell. */
static size_t find(const axis *a, double value) {
    if (!(value >= a->low && value <= a->high)) return NSYM_NO_CELL;
    if (a->scale == 0) return search(a, value);
    size_t cell = (size_t)((value - a->low) * a->scale);
    if (cell >= a->n) cell = a->n - 1;
    if (value < a->edges[cell]) return cell - 1;
    return cell + 1 < a->n && value >= a->edges[cell + 1] ? cell + 1 : cell;
}

size_t nsym_pixels_find(const nsym_pixels *pixels, double x, double y) {
    size_t ix = find(&pixels->x, x), iy = find(&pixels->y, y);
    return ix == NSYM_NO_CELL || iy == NSYM_NO_CELL ? NSYM_NO_CELL : ix * pixels->y.n + iy;
}

void nsym_pixels_fill(const nsym_pixels *pixels, const double *points, size_t n, double *image) {
    nsym_pixels_fill_rotated(pixels, 1, 0, points, n, image);
}

void nsym_pixels_fill_rotated(const nsym_pixels *pixels, double cosine, double sine, const double *points, size_t n,
                              double *image) {
    memset(image, 0, pixels->x.n * pixels->y.n * sizeof *image);
    for (size_t i = 0; i < n; i++, points += 3) {
        size_t cell =
            nsym_pixels_find(pixels, points[0] * cosine - points[1] * sine, points[0] * sine + points[1] * cosine);
        if (cell != NSYM_NO_CELL) image[cell] += points[2];
    }
}

size_t nsym_pixels_cells(const nsym_pixels *pixels, const double *image, double *cells) {
    const double *x = pixels->x.edges, *y = pixels->y.edges;
    size_t n = 0;
    for (size_t i = 0; i < pixels->x.n; i++)
        for (size_t j = 0; j < pixels->y.n; j++, image++) {
            if (!(*image > 0)) continue;
            cells[3 * n] = 0.5 * (x[i] + x[i + 1]);
            cells[3 * n + 1] = 0.5 * (y[j] + y[j + 1]);
            cells[3 * n + 2] = *image;
            n++;
        }
    return n;
}
