#include <nearsym/pixels.h>

#include "base/cpu.h"
#include "base/fail.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
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
    double radius; /* of the circle about the origin whose points may take the fast way, below; 0: none */
    double margin; /* by how much that may misplace them, in cells */
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

/* By how much single precision may misplace a point of the grid along an axis, in cells: roundings of its coordinates,
   at most `radius`, of the factors, the products and the sums. */
static double misplaced(const axis *a, double radius) {
    return FLT_EPSILON * (4 * a->scale * radius + 2 * fabs(a->low * a->scale) + 2 * (double)a->n);
}

/* What the fast way needs to know; it asks for equal cells around the origin, and a narrow margin, as it would be a
   detour else. */
static void set_fast_way(nsym_pixels *pixels) {
    const axis *x = &pixels->x, *y = &pixels->y;
    double radius = fmin(fmin(-x->low, x->high), fmin(-y->low, y->high)) * (1 - 1e-5);
    pixels->margin = fmax(misplaced(x, radius), misplaced(y, radius)) + TOLERANCE;
    pixels->radius = nsym_pixels_equal(pixels) && radius > 0 && pixels->margin < 1e-3 ? radius : 0;
}

nsym_status nsym_pixels_new(nsym_pixels **out, size_t nx, const double *x, size_t ny, const double *y) {
    NSYM_TRY(check_axis("x", nx, x));
    NSYM_TRY(check_axis("y", ny, y));
    nsym_pixels *pixels = calloc(1, sizeof *pixels);
    if (!pixels || !set_axis(&pixels->x, nx, x) || !set_axis(&pixels->y, ny, y)) {
        nsym_pixels_free(pixels);
        return nsym_fail(NSYM_ENOMEM, "no memory for a grid of %zu x %zu cells", nx, ny);
    }
    set_fast_way(pixels);
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

/* A block of points (n, 3), borrowed, and their coordinates in single precision: NaN outside of the grid's circle. */
enum { BLOCK = 512 };
typedef struct block {
    size_t n;
    const double *points;
    float x[BLOCK], y[BLOCK];
} block;

NSYM_LOOP set_block_loop(block *b, const nsym_pixels *pixels, const double *points, size_t n) {
    const float most = (float)(pixels->radius * pixels->radius);
    b->n = n;
    b->points = points;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float x = (float)points[3 * i], y = (float)points[3 * i + 1];
        bool inside = x * x + y * y < most;
        b->x[i] = inside ? x : NAN;
        b->y[i] = inside ? y : NAN;
    }
}

NSYM_TWO_PATHS(set_block, (block * b, const nsym_pixels *pixels, const double *points, size_t n),
               (b, pixels, points, n))

/* The fast way, in single precision, of points that no rotation moves out of a grid of equal cells: where one falls,
   counted in cells from the middle of the first, is (xx x + xy y + x0, yx x + yy y + y0), and rounded that is its cell.
   Nearer to an edge than a margin that bounds the rounding, it is left to the exact way. */
typedef struct fast_way {
    float xx, xy, x0;
    float yx, yy, y0;
    float columns; /* ny */
    float nearest; /* to an edge, as the largest distance from a cell's middle */
} fast_way;

static fast_way fast_way_of(const nsym_pixels *pixels, const double *matrix) {
    const axis *x = &pixels->x, *y = &pixels->y;
    return (fast_way){.xx = (float)(matrix[0] * x->scale),
                      .xy = (float)(matrix[1] * x->scale),
                      .x0 = (float)(-x->low * x->scale - 0.5),
                      .yx = (float)(matrix[2] * y->scale),
                      .yy = (float)(matrix[3] * y->scale),
                      .y0 = (float)(-y->low * y->scale - 0.5),
                      .columns = (float)y->n,
                      .nearest = (float)(0.5 - pixels->margin)};
}

static bool orthogonal(const double *m) {
    return fabs(m[0] * m[0] + m[1] * m[1] - 1) < 1e-6 && fabs(m[2] * m[2] + m[3] * m[3] - 1) < 1e-6 &&
           fabs(m[0] * m[2] + m[1] * m[3]) < 1e-6;
}

/* To the nearest whole number, of values below 2^22. */
static float rounded(float value) {
    const float shift = 0x1.8p23f; /* numbers from here to 2^24 are whole */
    return (value + shift) - shift;
}

/* The cells of a block's points; -1 where one cannot be told. Shape: cell (b->n). */
NSYM_LOOP find_cells_loop(const fast_way *way, const block *b, int32_t *cell) {
    const fast_way w = *way;
#pragma omp simd
    for (size_t i = 0; i < b->n; i++) {
        float x = w.xx * b->x[i] + w.xy * b->y[i] + w.x0, ix = rounded(x), dx = fabsf(x - ix);
        float y = w.yx * b->x[i] + w.yy * b->y[i] + w.y0, iy = rounded(y), dy = fabsf(y - iy);
        float d = dx > dy ? dx : dy, found = ix * w.columns + iy;
        cell[i] = (int32_t)(d < w.nearest ? found : -1); /* of NaN -1, too */
    }
}

NSYM_TWO_PATHS(find_cells, (const fast_way *way, const block *b, int32_t *cell), (way, b, cell))

static void add_exactly(const nsym_pixels *pixels, const double *matrix, const double *point, double *image) {
    double x = point[0] * matrix[0] + point[1] * matrix[1], y = point[0] * matrix[2] + point[1] * matrix[3];
    size_t cell = nsym_pixels_find(pixels, x, y);
    if (cell != NSYM_NO_CELL) image[cell] += point[2];
}

static inline void add_point(const nsym_pixels *pixels, const double *matrix, const double *point, int32_t cell,
                             double *image) {
    if (cell >= 0)
        image[cell] += point[2];
    else
        add_exactly(pixels, matrix, point, image);
}

/* Neighbours in the list often share a cell, and each of their sums would wait for the one before: so a whole block is
   gone through in four places at once, in steps that meet every point of a quarter once, its size being a power of 2.
 */
static void add_block(const nsym_pixels *pixels, const double *matrix, const block *b, double *image) {
    enum { QUARTER = BLOCK / 4, STEP = 37 };
    int32_t cell[BLOCK];
    if (pixels->radius > 0 && orthogonal(matrix)) {
        fast_way way = fast_way_of(pixels, matrix);
        find_cells(&way, b, cell);
    } else {
        memset(cell, -1, b->n * sizeof *cell);
    }
    const double *points = b->points;
    if (b->n < BLOCK) {
        for (size_t k = 0; k < b->n; k++) add_point(pixels, matrix, points + 3 * k, cell[k], image);
        return;
    }
    for (size_t i = 0, k = 0; i < QUARTER; i++, k = (k + STEP) % QUARTER)
        for (size_t at = k; at < BLOCK; at += QUARTER) add_point(pixels, matrix, points + 3 * at, cell[at], image);
}

void nsym_pixels_fill_linear(const nsym_pixels *pixels, const double *matrices, size_t copies, const double *points,
                             size_t n, double *images) {
    size_t size = pixels->x.n * pixels->y.n;
    memset(images, 0, copies * size * sizeof *images);
    for (size_t done = 0; done < n; done += BLOCK) {
        block b;
        set_block(&b, pixels, points + 3 * done, n - done < BLOCK ? n - done : BLOCK);
        for (size_t c = 0; c < copies; c++) add_block(pixels, matrices + 4 * c, &b, images + c * size);
    }
}

void nsym_pixels_fill_rotated(const nsym_pixels *pixels, double cosine, double sine, const double *points, size_t n,
                              double *image) {
    nsym_pixels_fill_linear(pixels, (const double[4]){cosine, -sine, sine, cosine}, 1, points, n, image);
}

void nsym_pixels_fill(const nsym_pixels *pixels, const double *points, size_t n, double *image) {
    nsym_pixels_fill_rotated(pixels, 1, 0, points, n, image);
}

size_t nsym_pixels_cells(const nsym_pixels *pixels, const double *image, double *cells) {
    const double *x = pixels->x.edges, *y = pixels->y.edges;
    size_t n = 0, number = 0;
    for (size_t i = 0; i < pixels->x.n; i++)
        for (size_t j = 0; j < pixels->y.n; j++, number++) {
            if (!(image[number] > 0)) continue;
            const double cell[4] = {0.5 * (x[i] + x[i + 1]), 0.5 * (y[j] + y[j + 1]), image[number], (double)number};
            memcpy(cells + 4 * n++, cell, sizeof cell);
        }
    return n;
}
