/* Rotations and reflections of images are linear, so each is one sparse matrix, made once. Its rows are gathered: what
   a cell of the copy takes from which cells of the image. It is stored by columns: what a cell of the image gives. */
#include "base/fail.h"
#include "transform/symmetry.h"
#include <nearsym/copies.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *const nsym_image_styles[] = {"exact", "opencv", "nearest", "unbinned", NULL};

const char *const *nsym_image_style_names(void) {
    return nsym_image_styles;
}

/* A share of a cell, where it is taken from or given to. */
typedef struct share {
    uint32_t cell;
    double weight;
} share;

struct nsym_image_map {
    size_t cells;
    uint32_t *offsets; /* (cells + 1): cell i gives shares[offsets[i]] ... shares[offsets[i + 1] - 1] */
    share *shares;
};

/* A map given by its rows: writes what cell (i, j) of the copy takes, each cell of the image once and at most MAX_TAKEN
   of them, and gives their number. */
enum { AXIS_TAKEN = 4, MAX_TAKEN = AXIS_TAKEN * AXIS_TAKEN * 4 };
typedef size_t (*gather)(const void *context, size_t i, size_t j, share *taken);

void nsym_image_map_free(nsym_image_map *map) {
    if (!map) return;
    free(map->offsets);
    free(map->shares);
    free(map);
}

/* Counts what each cell gives, behind its offset; then makes the counts the offsets. */
static void count_shares(nsym_image_map *map, size_t nx, size_t ny, gather rows, const void *context) {
    share taken[MAX_TAKEN];
    for (size_t i = 0; i < nx; i++)
        for (size_t j = 0; j < ny; j++)
            for (size_t k = rows(context, i, j, taken); k-- > 0;) map->offsets[taken[k].cell + 1]++;
    for (size_t cell = 0; cell < map->cells; cell++) map->offsets[cell + 1] += map->offsets[cell];
}

/* Puts every share in its place, which moves each offset to the next one's; then moves them back. */
static void place_shares(nsym_image_map *map, size_t nx, size_t ny, gather rows, const void *context) {
    share taken[MAX_TAKEN];
    for (size_t i = 0; i < nx; i++)
        for (size_t j = 0; j < ny; j++)
            for (size_t k = rows(context, i, j, taken); k-- > 0;)
                map->shares[map->offsets[taken[k].cell]++] = (share){(uint32_t)(i * ny + j), taken[k].weight};
    memmove(map->offsets + 1, map->offsets, map->cells * sizeof *map->offsets);
    map->offsets[0] = 0;
}

static nsym_status new_map(nsym_image_map **out, size_t nx, size_t ny, gather rows, const void *context) {
    nsym_image_map *map = calloc(1, sizeof *map);
    if (!map) goto no_memory;
    map->cells = nx * ny;
    map->offsets = calloc(map->cells + 1, sizeof *map->offsets);
    if (!map->offsets) goto no_memory;
    count_shares(map, nx, ny, rows, context);
    map->shares = malloc((map->offsets[map->cells] + 1) * sizeof *map->shares);
    if (!map->shares) goto no_memory;
    place_shares(map, nx, ny, rows, context);
    *out = map;
    return NSYM_OK;
no_memory:
    nsym_image_map_free(map);
    return nsym_fail(NSYM_ENOMEM, "no memory to map images of %zu x %zu cells", nx, ny);
}

void nsym_image_map_apply(const nsym_image_map *map, const double *from, double *to) {
    memset(to, 0, map->cells * sizeof *to);
    for (size_t cell = 0; cell < map->cells; cell++) {
        if (from[cell] == 0) continue;
        for (uint32_t k = map->offsets[cell]; k < map->offsets[cell + 1]; k++)
            to[map->shares[k].cell] += map->shares[k].weight * from[cell];
    }
}

/* A mirror, in this order: x and y change places, x changes sign, y changes sign. None of them is the identity. */
typedef struct mirror {
    size_t nx, ny;
    bool swap, flip_x, flip_y;
} mirror;

static size_t gather_mirror(const void *context, size_t i, size_t j, share *taken) {
    const mirror *m = context;
    if (m->flip_x) i = m->nx - 1 - i;
    if (m->flip_y) j = m->ny - 1 - j;
    taken[0] = (share){(uint32_t)(m->swap ? j * m->ny + i : i * m->ny + j), 1};
    return 1;
}

/* A rotation: cells of the copy and of the image through a square of the longer side. */
typedef struct rotation {
    size_t nx, ny, side;
    uint32_t emptied; /* a cell that gives nothing, or NO_CELL */
    bool published;   /* with OpenCV's rounding */
    bool nearest;     /* no interpolation */
    double
        inverse[6]; /* (2, 3): from y, x, 1 in the copy's square to y, x in the image's (cv2's first axis is our y) */
} rotation;

#define NO_CELL UINT32_MAX

/* Adds a share to those taken; merges those of one cell. */
static size_t take(share *taken, size_t n, uint32_t cell, double weight) {
    if (weight == 0) return n;
    for (size_t k = 0; k < n; k++)
        if (taken[k].cell == cell) {
            taken[k].weight += weight;
            return n;
        }
    taken[n] = (share){cell, weight};
    return n + 1;
}

/* One side of cv2.resize, bilinear: what place `index` of `to` takes from `from` places, at most two. OpenCV has places
   in single precision. */
static size_t resize(const rotation *r, size_t from, size_t to, size_t index, share out[2]) {
    double scale = 1 / ((double)to / (double)from), last = (double)(from - 1);
    double place = ((double)index + 0.5) * scale - 0.5;
    if (r->published) place = (float)place;
    place = fmin(fmax(place, 0), last);
    if (r->nearest) place = floor(place + 0.5);
    double low = floor(place), part = place - low;
    size_t n = take(out, 0, (uint32_t)low, 1 - part);
    return take(out, n, (uint32_t)low + 1, part);
}

/* One side's shares of an image of `size` at a place of the square; nothing lies outside the square. */
static size_t gather_axis(const rotation *r, size_t size, double place, share out[AXIS_TAKEN]) {
    if (r->nearest) place = floor(place + 0.5);
    double low = floor(place), part = place - low;
    size_t n = 0;
    for (int up = 0; up < 2; up++) {
        double corner = low + up;
        if (corner < 0 || corner >= (double)r->side) continue;
        share stretched[2];
        for (size_t k = resize(r, size, r->side, (size_t)corner, stretched); k-- > 0;)
            n = take(out, n, stretched[k].cell, (up ? part : 1 - part) * stretched[k].weight);
    }
    return n;
}

/* The place in the image's square, by one row of `inverse`. cv2.warpAffine rounds y's part and the rest to 1/1024 of a
   cell, half to even, and their sum to 1/32. Else the rounding only keeps shares of 1e-16 from arising. */
static double source(const rotation *r, const double *row, double y, double x) {
    if (!r->published) return rint((row[0] * y + row[1] * x + row[2]) * 0x1p32) * 0x1p-32;
    return floor((rint(row[0] * y * 1024) + rint((row[1] * x + row[2]) * 1024) + 16) / 32) / 32;
}

/* Adds what place x, y of the copy's square takes, times `weight`. */
static size_t gather_place(const rotation *r, uint32_t x, uint32_t y, double weight, share *taken, size_t n) {
    share along_x[AXIS_TAKEN], along_y[AXIS_TAKEN];
    size_t count_x = gather_axis(r, r->nx, source(r, r->inverse + 3, y, x), along_x);
    size_t count_y = gather_axis(r, r->ny, source(r, r->inverse, y, x), along_y);
    for (size_t a = 0; a < count_x; a++)
        for (size_t b = 0; b < count_y; b++) {
            uint32_t cell = along_x[a].cell * (uint32_t)r->ny + along_y[b].cell;
            if (cell != r->emptied) n = take(taken, n, cell, weight * along_x[a].weight * along_y[b].weight);
        }
    return n;
}

static size_t gather_rotation(const void *context, size_t i, size_t j, share *taken) {
    const rotation *r = context;
    share along_x[2], along_y[2];
    size_t count_x = resize(r, r->side, r->nx, i, along_x), count_y = resize(r, r->side, r->ny, j, along_y), n = 0;
    for (size_t a = 0; a < count_x; a++)
        for (size_t b = 0; b < count_y; b++)
            n = gather_place(r, along_x[a].cell, along_y[b].cell, along_x[a].weight * along_y[b].weight, taken, n);
    return n;
}

/* The inverse of cv2.getRotationMatrix2D about (centre, centre), in OpenCV's order of operations: a last bit decides
   where a place is rounded to. */
static void invert(double degrees, double centre, double inverse[6]) {
    double angle = degrees * (acos(-1) / 180), c = cos(angle), s = sin(angle);
    double shift_y = (1 - c) * centre - s * centre, shift_x = s * centre + (1 - c) * centre;
    double scale = 1 / (c * c + s * s), cosine = c * scale, sine = s * scale;
    const double rows[6] = {cosine, -sine,  -cosine * shift_y + sine * shift_x,
                            sine,   cosine, -sine * shift_y - cosine * shift_x};
    memcpy(inverse, rows, sizeof rows);
}

static nsym_status check(const nsym_pixels *pixels, double degrees) {
    if (!isfinite(degrees)) return nsym_fail(NSYM_EINVAL, "an image is turned by %g degrees, must be finite", degrees);
    if (!nsym_pixels_equal(pixels))
        return nsym_fail(NSYM_EINVAL,
                         "images of %zu x %zu cells of unequal sizes cannot be rotated or mirrored: "
                         "take a grid of equal cells, or copies before the detector",
                         nsym_pixels_nx(pixels), nsym_pixels_ny(pixels));
    return NSYM_OK;
}

nsym_status nsym_image_rotation(nsym_image_map **out, const nsym_pixels *pixels, double degrees,
                                nsym_image_style style) {
    NSYM_TRY(check(pixels, degrees));
    if (style == NSYM_IMAGE_UNBINNED)
        return nsym_fail(NSYM_EINVAL,
                         "cells that are rotated as points (unbinned) are not an image, so no map can rotate them");
    size_t nx = nsym_pixels_nx(pixels), ny = nsym_pixels_ny(pixels);
    if (fmod(degrees, 360) == 0) return new_map(out, nx, ny, gather_mirror, &(mirror){.nx = nx, .ny = ny});
    rotation r = {.nx = nx, .ny = ny, .side = nx > ny ? nx : ny, .emptied = NO_CELL};
    r.published = style == NSYM_IMAGE_PUBLISHED;
    r.nearest = style == NSYM_IMAGE_NEAREST;
    if (r.published) {
        size_t origin = nsym_pixels_find(pixels, 0, 0);
        if (origin != NSYM_NO_CELL) r.emptied = (uint32_t)origin;
    }
    invert(degrees, (double)(r.published ? r.side : r.side - 1) / 2, r.inverse);
    return new_map(out, nx, ny, gather_rotation, &r);
}

nsym_status nsym_image_reflection(nsym_image_map **out, const nsym_pixels *pixels, double degrees) {
    NSYM_TRY(check(pixels, degrees));
    mirror m = {.nx = nsym_pixels_nx(pixels), .ny = nsym_pixels_ny(pixels)};
    double axis = fmod(degrees, 180);
    if (axis < 0) axis += 180;
    if (fmod(axis, 45) != 0)
        return nsym_fail(NSYM_EINVAL, "images are mirrored about axes at 0, 45, 90 or 135 degrees, not at %g", degrees);
    m.swap = axis == 45 || axis == 135;
    m.flip_x = axis == 90 || axis == 135;
    m.flip_y = axis == 0 || axis == 135;
    if (m.swap && m.nx != m.ny)
        return nsym_fail(NSYM_EINVAL, "an image of %zu x %zu cells has no mirror at %g degrees: it is not a square",
                         m.nx, m.ny, degrees);
    return new_map(out, m.nx, m.ny, gather_mirror, &m);
}
