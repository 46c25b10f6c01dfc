#include "study/shower_pictures.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

/* Stages of a class: deposits, points, cells, copies at seven angles before and after the detector, the average. */
enum { DEPOSITS, POINTS, CELLS, BEFORE, AFTER, AVERAGE };
enum { TURNS = 7, PICTURES_MAX = 2 * (4 + 2 * TURNS) };

typedef struct {
    size_t count;
    double stage[PICTURES_MAX], label[PICTURES_MAX], angle[PICTURES_MAX];
    uint64_t offsets[PICTURES_MAX + 1];
    double *values; /* (offsets[count], 3), owned */
} album;

static nsym_status add(album *a, double stage, double label, double angle, const double *points, size_t n) {
    size_t used = (size_t)a->offsets[a->count];
    double *more = realloc(a->values, 3 * (used + n + 1) * sizeof *more);
    if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for a picture of %zu points", n);
    a->values = more;
    memcpy(more + 3 * used, points, 3 * n * sizeof *more);
    a->stage[a->count] = stage;
    a->label[a->count] = label;
    a->angle[a->count] = angle;
    a->offsets[++a->count] = used + n;
    return NSYM_OK;
}

static nsym_status add_image(album *a, double stage, double label, double angle, const nsym_pixels *pixels,
                             const double *image) {
    double *cells = malloc(4 * nsym_pixels_nx(pixels) * nsym_pixels_ny(pixels) * sizeof *cells);
    if (!cells) return nsym_fail(NSYM_ENOMEM, "no memory for an image");
    size_t n = nsym_pixels_cells(pixels, image, cells);
    for (size_t i = 1; i < n; i++) memmove(cells + 3 * i, cells + 4 * i, 3 * sizeof *cells); /* without their numbers */
    nsym_status status = add(a, stage, label, angle, cells, n);
    free(cells);
    return status;
}

static nsym_status add_turned(album *a, double label, double angle, nsym_calorimeter *c) {
    nsym_image_map *map = NULL;
    nsym_calorimeter_turn(c, angle);
    NSYM_TRY(add_image(a, BEFORE, label, angle, c->pixels, c->image));
    if (!nsym_pixels_equal(c->pixels)) return NSYM_OK;
    NSYM_TRY(nsym_image_rotation(&map, c->pixels, angle, c->card->copying.style));
    nsym_image_map_apply(map, c->first, c->image);
    nsym_status status = add_image(a, AFTER, label, angle, c->pixels, c->image);
    nsym_image_map_free(map);
    return status;
}

/* The first test event of a class in all its stages. */
static nsym_status add_event(album *a, double label, nsym_calorimeter *c, const uint32_t *test, size_t tests) {
    nsym_calorimeter_event event;
    for (size_t i = 0; i < tests; i++) {
        nsym_calorimeter_take(c, test[i], &event);
        if (event.signal != label) continue;
        if (!c->file) NSYM_TRY(add(a, DEPOSITS, label, 0, c->deposits, c->card->shower.deposits));
        NSYM_TRY(add(a, POINTS, label, 0, c->points, c->n));
        NSYM_TRY(add_image(a, CELLS, label, 0, c->pixels, c->first));
        for (size_t turn = 1; turn <= TURNS; turn++)
            NSYM_TRY(add_turned(a, label, 360 * (double)turn / (TURNS + 1), c));
        return NSYM_OK;
    }
    return NSYM_OK;
}

/* The average image of the test events of a class, without copies. */
static nsym_status add_average(album *a, double label, nsym_calorimeter *c, const nsym_sample *sample) {
    const nsym_events *events = sample->events;
    const double *labels = nsym_events_column(events, "label")->values;
    size_t first = sample->pool * sample->copies, count = 0;
    memset(c->image, 0, nsym_pixels_nx(c->pixels) * nsym_pixels_ny(c->pixels) * sizeof *c->image);
    for (size_t i = first; i < first + sample->test; i++) count += labels[i] == label;
    for (size_t i = first; i < first + sample->test; i++) {
        if (labels[i] != label) continue;
        for (uint64_t row = events->offsets[i]; row < events->offsets[i + 1]; row++)
            c->image[(size_t)events->particles[4 * row + 3]] += events->particles[4 * row + 2] / (double)count;
    }
    return add_image(a, AVERAGE, label, 0, c->pixels, c->image);
}

static nsym_status add_edges(nsym_events *events, const char *name, const double *edges, size_t n) {
    double *column;
    NSYM_TRY(nsym_events_add_column(events, name, "", "edges of the detector's cells", n, &column));
    for (size_t i = 0; i < events->count; i++) memcpy(column + i * n, edges, n * sizeof *column);
    return NSYM_OK;
}

static nsym_status bind(nsym_events **out, const album *a, const nsym_pixels *pixels) {
    static const char *const names[] = {"x", "y", "energy"};
    const double *const columns[] = {a->stage, a->label, a->angle};
    static const char *const titles[] = {"stage", "label", "angle"}, *const units[] = {"", "", "degree"};
    NSYM_TRY(nsym_events_new(out, a->count));
    NSYM_TRY(nsym_events_set_particles(*out, 3, names, NULL, a->offsets));
    memcpy((*out)->particles, a->values, 3 * (size_t)a->offsets[a->count] * sizeof(double));
    for (size_t k = 0; k < 3; k++) {
        double *column;
        NSYM_TRY(nsym_events_add_column(*out, titles[k], units[k], "", 1, &column));
        memcpy(column, columns[k], a->count * sizeof *column);
    }
    NSYM_TRY(add_edges(*out, "x_edges", nsym_pixels_x(pixels), nsym_pixels_nx(pixels) + 1));
    return add_edges(*out, "y_edges", nsym_pixels_y(pixels), nsym_pixels_ny(pixels) + 1);
}

nsym_status nsym_shower_pictures(nsym_events **out, nsym_calorimeter *calorimeter, const uint32_t *test,
                                 const nsym_sample *sample) {
    album *a = calloc(1, sizeof *a);
    nsym_status status = a ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for pictures");
    for (int label = 1; status == NSYM_OK && label >= 0; label--) {
        status = add_event(a, label, calorimeter, test, sample->test);
        if (status == NSYM_OK) status = add_average(a, label, calorimeter, sample);
    }
    if (status == NSYM_OK) status = bind(out, a, calorimeter->pixels);
    if (a) free(a->values);
    free(a);
    return status;
}
