#include "sources/picture_set.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

nsym_status nsym_picture_set_add(nsym_picture_set *set, nsym_picture picture, const double *points, size_t n) {
    size_t used = (size_t)set->offsets[set->count];
    if (set->count == NSYM_PICTURES_MAX)
        return nsym_fail(NSYM_EINVAL, "a set has no room for more than %d pictures", NSYM_PICTURES_MAX);
    double *more = realloc(set->values, 3 * (used + n + 1) * sizeof *more);
    if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for a picture of %zu points", n);
    set->values = more;
    memcpy(more + 3 * used, points, 3 * n * sizeof *more);
    set->picture[set->count] = picture;
    set->offsets[++set->count] = used + n;
    return NSYM_OK;
}

nsym_status nsym_picture_set_add_image(nsym_picture_set *set, nsym_picture picture, const nsym_pixels *pixels,
                                       const double *image) {
    double *cells = malloc(4 * nsym_pixels_nx(pixels) * nsym_pixels_ny(pixels) * sizeof *cells);
    if (!cells) return nsym_fail(NSYM_ENOMEM, "no memory for an image");
    size_t n = nsym_pixels_cells(pixels, image, cells);
    for (size_t i = 1; i < n; i++) memmove(cells + 3 * i, cells + 4 * i, 3 * sizeof *cells); /* without their numbers */
    nsym_status status = nsym_picture_set_add(set, picture, cells, n);
    free(cells);
    return status;
}

static nsym_status add_edges(nsym_events *events, const char *name, const double *edges, size_t n) {
    double *column;
    NSYM_TRY(nsym_events_add_column(events, name, "", "edges of the detector's cells", n, &column));
    for (size_t i = 0; i < events->count; i++) memcpy(column + i * n, edges, n * sizeof *column);
    return NSYM_OK;
}

static nsym_status fill(nsym_events *events, const nsym_picture_set *set, const nsym_pixels *pixels) {
    static const char *const names[] = {"x", "y", "energy"};
    size_t used = (size_t)set->offsets[set->count];
    double *stage, *label, *angle;
    NSYM_TRY(nsym_events_set_particles(events, 3, names, NULL, set->offsets));
    if (used) memcpy(events->particles, set->values, 3 * used * sizeof(double));
    NSYM_TRY(nsym_events_add_column(events, "stage", "", "", 1, &stage));
    NSYM_TRY(nsym_events_add_column(events, "label", "", "", 1, &label));
    NSYM_TRY(nsym_events_add_column(events, "angle", "degree", "", 1, &angle));
    for (size_t i = 0; i < set->count; i++) {
        stage[i] = set->picture[i].stage;
        label[i] = set->picture[i].label;
        angle[i] = set->picture[i].angle;
    }
    NSYM_TRY(add_edges(events, "x_edges", nsym_pixels_x(pixels), nsym_pixels_nx(pixels) + 1));
    return add_edges(events, "y_edges", nsym_pixels_y(pixels), nsym_pixels_ny(pixels) + 1);
}

nsym_status nsym_picture_set_events(nsym_events **out, const nsym_picture_set *set, const nsym_pixels *pixels) {
    *out = NULL;
    NSYM_TRY(nsym_events_new(out, set->count));
    nsym_status status = fill(*out, set, pixels);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

void nsym_picture_set_free(nsym_picture_set *set) {
    free(set->values);
    *set = (nsym_picture_set){0};
}
