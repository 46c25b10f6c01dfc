#include "sources/pictures.h"

#include "base/fail.h"
#include "sources/picture_set.h"

#include <stdlib.h>

static const double radius = 0.45; /* of the cone that the image surrounds (arXiv:2102.02278, section 2) */

enum { SIDE = 32 }; /* cells, each way, of the image of particles that have none */

typedef struct {
    const nsym_events *events;
    size_t pt, cell, eta, phi; /* features; without cell the place is eta, phi */
    size_t cells;              /* of the image */
    nsym_pixels *pixels;
    double *image;  /* (cells) */
    double *counts; /* (events) what each counts in an average */
} view;

static nsym_status open_view(view *m, const nsym_events *events, size_t nx, size_t ny) {
    m->events = events;
    m->cells = nx * ny;
    NSYM_TRY(nsym_pixels_new_equal(&m->pixels, nx, ny, -radius, radius));
    m->image = malloc(m->cells * sizeof *m->image);
    m->counts = malloc((events->count + 1) * sizeof *m->counts);
    return m->image && m->counts ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for an image of %zu cells", m->cells);
}

/* What was gathered becomes the events; `status` where something failed before. */
static nsym_status close_view(view *m, nsym_picture_set *set, nsym_events **out, nsym_status status) {
    if (status == NSYM_OK) status = nsym_picture_set_events(out, set, m->pixels);
    nsym_picture_set_free(set);
    nsym_pixels_free(m->pixels);
    free(m->image);
    free(m->counts);
    return status;
}

static nsym_status place_of(size_t *place, const view *m, size_t event, const double *particle) {
    if (m->cell == NSYM_NONE) {
        *place = nsym_pixels_find(m->pixels, particle[m->eta], particle[m->phi]);
        return NSYM_OK;
    }
    double cell = particle[m->cell];
    if (!(cell >= 0 && cell < (double)m->cells))
        return nsym_fail(NSYM_EFORMAT, "row %zu: cell is %g, must be below %zu, the number of the detector's cells",
                         nsym_events_row(m->events, event), cell, m->cells);
    *place = (size_t)cell;
    return NSYM_OK;
}

/* Adds an event's particles to the image, times a factor; those outside are dropped. */
static nsym_status fill(const view *m, size_t event, double factor) {
    for (uint64_t row = m->events->offsets[event]; row < m->events->offsets[event + 1]; row++) {
        const double *particle = m->events->particles + row * m->events->features;
        size_t place;
        NSYM_TRY(place_of(&place, m, event, particle));
        if (place != NSYM_NO_CELL) m->image[place] += factor * particle[m->pt];
    }
    return NSYM_OK;
}

static void clear(const view *m) {
    for (size_t i = 0; i < m->cells; i++) m->image[i] = 0;
}

/* The mean image of all events by their counts, which may be negative; empty where they add up to nothing. */
static nsym_status add_average(nsym_picture_set *set, const view *m, nsym_stage stage, double label,
                               const double *counts) {
    double sum = 0;
    for (size_t i = 0; i < m->events->count; i++) sum += counts[i];
    clear(m);
    for (size_t i = 0; sum > 0 && i < m->events->count; i++)
        if (counts[i] != 0) NSYM_TRY(fill(m, i, counts[i] / sum));
    return nsym_picture_set_add_image(set, (nsym_picture){stage, label, 0}, m->pixels, m->image);
}

/* Averages of the events whose column has a value, 1 and 0; none without the column. */
static nsym_status add_split(nsym_picture_set *set, const view *m, nsym_stage stage, const char *name) {
    const nsym_column *column = nsym_events_column(m->events, name);
    for (int value = 1; column && value >= 0; value--) {
        for (size_t i = 0; i < m->events->count; i++) m->counts[i] = column->values[i * column->width] == value;
        NSYM_TRY(add_average(set, m, stage, value, m->counts));
    }
    return NSYM_OK;
}

static nsym_status add_class(nsym_picture_set *set, const view *m, double label, const double *labels,
                             const double *weights) {
    size_t n = m->events->count, first = 0;
    while (first < n && labels[first] != label) first++;
    if (first == n) return NSYM_OK;
    clear(m);
    NSYM_TRY(fill(m, first, 1));
    NSYM_TRY(nsym_picture_set_add_image(set, (nsym_picture){NSYM_CELLS, label, 0}, m->pixels, m->image));
    for (size_t i = 0; i < n; i++) m->counts[i] = labels[i] == label ? weights[i] : 0;
    return add_average(set, m, NSYM_AVERAGE, label, m->counts);
}

nsym_status nsym_pictures_of_grid(nsym_events **out, const nsym_events *events, size_t nx, size_t ny) {
    view m = {.pt = nsym_events_feature(events, "pt"), .cell = nsym_events_feature(events, "cell")};
    double *labels, *weights;
    nsym_picture_set set = {0};
    *out = NULL;
    NSYM_TRY(nsym_column_values(&labels, events, "label"));
    NSYM_TRY(nsym_column_values(&weights, events, "weight"));
    if (!events->offsets || m.pt == NSYM_NONE || m.cell == NSYM_NONE)
        return nsym_fail(NSYM_EFORMAT, "there are no particles with pt and cell, as pictures need them");
    nsym_status status = open_view(&m, events, nx, ny);
    for (int label = 1; status == NSYM_OK && label >= 0; label--) status = add_class(&set, &m, label, labels, weights);
    return close_view(&m, &set, out, status);
}

nsym_status nsym_pictures_of_sweights(nsym_events **out, const nsym_events *events) {
    view m = {.pt = nsym_events_feature(events, "pt"),
              .cell = NSYM_NONE,
              .eta = nsym_events_feature(events, "d_eta"),
              .phi = nsym_events_feature(events, "d_phi")};
    double *signal, *background;
    nsym_picture_set set = {0};
    *out = NULL;
    if (!events->offsets || m.pt == NSYM_NONE || m.eta == NSYM_NONE || m.phi == NSYM_NONE) return NSYM_OK;
    NSYM_TRY(nsym_column_values(&signal, events, "sweight_signal"));
    NSYM_TRY(nsym_column_values(&background, events, "sweight_background"));
    nsym_status status = open_view(&m, events, SIDE, SIDE);
    if (status == NSYM_OK) status = add_average(&set, &m, NSYM_AVERAGE, 1, signal);
    if (status == NSYM_OK) status = add_average(&set, &m, NSYM_AVERAGE, 0, background);
    if (status == NSYM_OK) status = add_split(&set, &m, NSYM_MIXTURE, "label");
    if (status == NSYM_OK) status = add_split(&set, &m, NSYM_TRUTH, "truth");
    return close_view(&m, &set, out, status);
}
