#include <nearsym/generate/showers.h>

#include "base/clock.h"
#include "base/fail.h"

#include <nearsym/copies.h>

#include <stdlib.h>
#include <string.h>

enum { GRIDS = 2, SIDE = 32, CELLS_MAX = SIDE * SIDE, COPIES = 8, EVENTS = 64 };
enum { DEPOSITS = 16, POINTS = 512 };
static const size_t columns[GRIDS] = {SIDE, 4};

/* What the work needs, and room for one event's results. */
typedef struct bench {
    nsym_shower_options shower;
    nsym_pixels *pixels[GRIDS];
    nsym_image_map *map[GRIDS][COPIES];
    double matrix[COPIES * 4];
    double image[GRIDS][EVENTS][CELLS_MAX]; /* of a few events, to rotate */
    double deposits[DEPOSITS * 3], points[POINTS * 3], copies[COPIES * CELLS_MAX];
} bench;

static void make_points(bench *b, size_t event) {
    nsym_shower_deposits(&b->shower, event, b->deposits);
    nsym_shower_spread(&b->shower, event, b->deposits, b->points);
}

static void simulate(bench *b, size_t event) {
    make_points(b, event);
    for (size_t g = 0; g < GRIDS; g++)
        nsym_pixels_fill_linear(b->pixels[g], b->matrix, COPIES, b->points, POINTS, b->copies);
}

static void rotate_images(bench *b, size_t event) {
    for (size_t g = 0; g < GRIDS; g++)
        for (size_t c = 0; c < COPIES; c++)
            nsym_image_map_apply(b->map[g][c], b->image[g][event % EVENTS], b->copies + c * SIDE * columns[g]);
}

static void bench_free(bench *b) {
    for (size_t g = 0; b && g < GRIDS; g++) {
        for (size_t c = 0; c < COPIES; c++) nsym_image_map_free(b->map[g][c]);
        nsym_pixels_free(b->pixels[g]);
    }
    free(b);
}

static nsym_status set_up(bench *b) {
    b->shower = nsym_shower_defaults();
    b->shower.deposits = DEPOSITS, b->shower.points = POINTS / DEPOSITS;
    for (size_t c = 0; c < COPIES; c++) {
        nsym_transform rotation = nsym_rotation(45 * (double)c);
        memcpy(b->matrix + 4 * c, rotation.matrix, sizeof rotation.matrix);
    }
    for (size_t g = 0; g < GRIDS; g++) {
        NSYM_TRY(nsym_pixels_new_equal(&b->pixels[g], SIDE, columns[g], -1, 1));
        for (size_t c = 0; c < COPIES; c++)
            NSYM_TRY(nsym_image_rotation(&b->map[g][c], b->pixels[g], 45 * (double)c, NSYM_IMAGE_PUBLISHED));
    }
    for (size_t event = 0; event < EVENTS; event++) {
        make_points(b, event);
        for (size_t g = 0; g < GRIDS; g++) nsym_pixels_fill(b->pixels[g], b->points, POINTS, b->image[g][event]);
    }
    return NSYM_OK;
}

/* The clocks are read once in EVENTS events, after as many to warm up. */
static nsym_showers_rate measure(bench *b, void (*work)(bench *, size_t), double seconds) {
    for (size_t event = 0; event < EVENTS; event++) work(b, event);
    double wall = nsym_seconds(), cpu = nsym_cpu_seconds(), used = 0;
    size_t events = 0;
    while (!(used >= seconds)) {
        for (size_t stop = events + EVENTS; events < stop; events++) work(b, events);
        used = nsym_cpu_seconds() - cpu;
    }
    return (nsym_showers_rate){(double)events / (nsym_seconds() - wall), (double)events / used};
}

nsym_status nsym_bench_showers(double seconds, nsym_showers_rate *showers, nsym_showers_rate *image_rotations) {
    if (!(seconds > 0)) return nsym_fail(NSYM_EINVAL, "seconds is %g, must be > 0", seconds);
    bench *b = calloc(1, sizeof *b);
    if (!b) return nsym_fail(NSYM_ENOMEM, "no memory for the images of %d events", (int)EVENTS);
    nsym_status status = set_up(b);
    if (status == NSYM_OK) {
        *showers = measure(b, simulate, seconds);
        *image_rotations = measure(b, rotate_images, seconds);
    }
    bench_free(b);
    return status;
}
