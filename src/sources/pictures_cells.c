/* Pictures of events that the detector sums in cells. */
#include "sources/pictures.h"

#include "base/fail.h"
#include "sources/picture_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS = 7 };              /* of a copy; the angle 0 is the event itself */
static const double blur = 0.15; /* of a dense image, in units of x and y: five cells of 32 on [-1, 1] */

/* The particles of an event as x, y, energy: new (free with free), (*n, 3). */
static nsym_status points_of(double **out, size_t *n, const nsym_chain *c, const nsym_events *events, size_t i) {
    uint64_t first = events->offsets[i];
    *n = (size_t)(events->offsets[i + 1] - first);
    *out = malloc((3 * *n + 1) * sizeof **out);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for a picture of %zu points", *n);
    for (size_t j = 0; j < *n; j++)
        for (size_t k = 0; k < 3; k++)
            (*out)[3 * j + k] = events->particles[(first + j) * events->features + c->position[k]];
    return NSYM_OK;
}

static nsym_status add_points(nsym_picture_set *set, nsym_picture picture, const nsym_chain *c,
                              const nsym_events *events, size_t i) {
    double *points;
    size_t n;
    NSYM_TRY(points_of(&points, &n, c, events, i));
    nsym_status status = nsym_picture_set_add(set, picture, points, n);
    free(points);
    return status;
}

static nsym_status add_turned(nsym_picture_set *set, double label, double angle, nsym_chain *c,
                              const nsym_events *events, size_t i) {
    NSYM_TRY(nsym_chain_image(c, events, i, angle));
    NSYM_TRY(nsym_picture_set_add_image(set, (nsym_picture){NSYM_COPY_BEFORE, label, angle}, c->pixels, c->image));
    if (!nsym_pixels_equal(c->pixels)) return NSYM_OK;
    NSYM_TRY(nsym_chain_image_after(c, events, i, angle));
    return nsym_picture_set_add_image(set, (nsym_picture){NSYM_COPY_AFTER, label, angle}, c->pixels, c->image);
}

/* The part of a blurred point at `centre` that lies between two edges. */
static double between(double low, double high, double centre) {
    return (erf((high - centre) / (sqrt(2) * blur)) - erf((low - centre) / (sqrt(2) * blur))) / 2;
}

/* The blurred event in c->image, as the detector sums it. */
static void fill_dense(nsym_chain *c, const double *points, size_t n, double degrees) {
    const double *x = nsym_pixels_x(c->pixels), *y = nsym_pixels_y(c->pixels);
    size_t nx = nsym_pixels_nx(c->pixels), ny = nsym_pixels_ny(c->pixels);
    double angle = degrees * acos(-1) / 180, cosine = cos(angle), sine = sin(angle);
    for (size_t i = 0; i < nx; i++)
        for (size_t j = 0; j < ny; j++) {
            double sum = 0;
            for (size_t k = 0; k < n; k++) {
                double u = cosine * points[3 * k] - sine * points[3 * k + 1];
                double v = sine * points[3 * k] + cosine * points[3 * k + 1];
                sum += points[3 * k + 2] * between(x[i], x[i + 1], u) * between(y[j], y[j + 1], v);
            }
            c->image[i * ny + j] = sum;
        }
}

/* An image whose neighbouring cells agree, alone and rotated before and after the detector: interpolation does it no
   harm. */
static nsym_status add_dense(nsym_picture_set *set, double label, nsym_chain *c, const nsym_events *events, size_t i) {
    double *points;
    size_t n;
    const double degrees = 45;
    if (!nsym_pixels_equal(c->pixels)) return NSYM_OK;
    NSYM_TRY(points_of(&points, &n, c, events, i));
    fill_dense(c, points, n, degrees);
    nsym_status status =
        nsym_picture_set_add_image(set, (nsym_picture){NSYM_DENSE_BEFORE, label, degrees}, c->pixels, c->image);
    fill_dense(c, points, n, 0);
    free(points);
    if (status == NSYM_OK)
        status = nsym_picture_set_add_image(set, (nsym_picture){NSYM_DENSE, label, 0}, c->pixels, c->image);
    if (status == NSYM_OK) status = nsym_chain_turn_image(c, degrees);
    if (status != NSYM_OK) return status;
    return nsym_picture_set_add_image(set, (nsym_picture){NSYM_DENSE_AFTER, label, degrees}, c->pixels, c->image);
}

/* What the event's particles were made of, where the source knows. */
static nsym_status add_origins(nsym_picture_set *set, double label, const nsym_supply *supply, size_t event) {
    double *points;
    size_t n;
    if (!supply->source->origins) return NSYM_OK;
    NSYM_TRY(supply->source->origins(&points, &n, supply->state, event));
    nsym_status status = nsym_picture_set_add(set, (nsym_picture){NSYM_DEPOSITS, label, 0}, points, n);
    free(points);
    return status;
}

/* An event in all its stages: number `event` of the source, which stands at `i` in events. */
static nsym_status add_stages(nsym_picture_set *set, double label, const nsym_shown *s, const nsym_events *events,
                              size_t i, size_t event) {
    nsym_chain *c = s->chain;
    NSYM_TRY(add_origins(set, label, s->supply, event));
    NSYM_TRY(add_points(set, (nsym_picture){NSYM_POINTS, label, 0}, c, events, i));
    NSYM_TRY(nsym_chain_image(c, events, i, 0));
    NSYM_TRY(nsym_picture_set_add_image(set, (nsym_picture){NSYM_CELLS, label, 0}, c->pixels, c->image));
    for (size_t turn = 1; turn <= TURNS; turn++)
        NSYM_TRY(add_turned(set, label, 360 * (double)turn / (TURNS + 1), c, events, i));
    return add_dense(set, label, c, events, i);
}

/* The first event of a class in the sample's order. */
static nsym_status add_event(nsym_picture_set *set, double label, const nsym_shown *s) {
    size_t block = nsym_source_block(s->card, s->supply->count);
    for (size_t u = 0; u < s->units->count; u++) {
        size_t event = nsym_event_of(s->card, block, s->units->member[s->units->first[s->order[u]]]), i = event;
        nsym_events *made = NULL, *events = s->supply->all;
        if (!events) {
            NSYM_TRY(s->supply->source->make(&made, s->supply->state, &event, 1));
            events = made;
            i = 0;
        }
        bool found = nsym_events_column(events, "label")->values[i] == label;
        nsym_status status = found ? add_stages(set, label, s, events, i, event) : NSYM_OK;
        nsym_events_free(made);
        if (found || status != NSYM_OK) return status;
    }
    return NSYM_OK;
}

/* The average image of the events of a class, without copies: of those that test where this is settled. */
static nsym_status add_average(nsym_picture_set *set, double label, const nsym_shown *s) {
    const nsym_sample *sample = s->sample;
    const nsym_events *events = sample->events;
    const nsym_chain *c = s->chain;
    const double *labels = nsym_events_column(events, "label")->values;
    size_t n = sample->divided ? sample->parts.test_count : sample->count, count = 0;
    size_t cell = nsym_events_feature(events, "cell"),
           energy = nsym_events_feature(events, c->angular ? "pt" : "energy");
    memset(c->image, 0, nsym_pixels_nx(c->pixels) * nsym_pixels_ny(c->pixels) * sizeof *c->image);
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            size_t row = sample->divided ? sample->parts.test_first + i : sample->groups ? sample->groups[i] : i;
            if (labels[row] != label) continue;
            count += pass == 0;
            for (uint64_t p = events->offsets[row]; pass == 1 && p < events->offsets[row + 1]; p++) {
                const double *particle = events->particles + p * events->features;
                c->image[(size_t)particle[cell]] += particle[energy] / (double)count;
            }
        }
    return nsym_picture_set_add_image(set, (nsym_picture){NSYM_AVERAGE, label, 0}, c->pixels, c->image);
}

nsym_status nsym_pictures_of_cells(nsym_events **out, const nsym_shown *shown) {
    nsym_picture_set set = {0};
    nsym_status status = NSYM_OK;
    for (int label = 1; status == NSYM_OK && label >= 0; label--) {
        status = add_event(&set, label, shown);
        if (status == NSYM_OK) status = add_average(&set, label, shown);
    }
    if (status == NSYM_OK) status = nsym_picture_set_events(out, &set, shown->chain->pixels);
    nsym_picture_set_free(&set);
    return status;
}
