#include "study/shower_pictures.h"

#include "base/fail.h"
#include "study/album.h"

#include <string.h>

enum { TURNS = 7 }; /* of a copy; the angle 0 is the event itself */

static nsym_status add_turned(nsym_album *a, double label, double angle, nsym_calorimeter *c) {
    nsym_image_map *map = NULL;
    nsym_calorimeter_turn(c, angle);
    NSYM_TRY(nsym_album_add_image(a, (nsym_picture){NSYM_COPY_BEFORE, label, angle}, c->pixels, c->image));
    if (!nsym_pixels_equal(c->pixels)) return NSYM_OK;
    NSYM_TRY(nsym_image_rotation(&map, c->pixels, angle, c->card->copying.style));
    nsym_image_map_apply(map, c->first, c->image);
    nsym_status status = nsym_album_add_image(a, (nsym_picture){NSYM_COPY_AFTER, label, angle}, c->pixels, c->image);
    nsym_image_map_free(map);
    return status;
}

/* The first test event of a class in all its stages. */
static nsym_status add_event(nsym_album *a, double label, nsym_calorimeter *c, const uint32_t *test, size_t tests) {
    nsym_calorimeter_event event;
    for (size_t i = 0; i < tests; i++) {
        nsym_calorimeter_take(c, test[i], &event);
        if (event.signal != label) continue;
        size_t deposits = c->card->shower.deposits;
        if (!c->file) NSYM_TRY(nsym_album_add(a, (nsym_picture){NSYM_DEPOSITS, label, 0}, c->deposits, deposits));
        NSYM_TRY(nsym_album_add(a, (nsym_picture){NSYM_POINTS, label, 0}, c->points, c->n));
        NSYM_TRY(nsym_album_add_image(a, (nsym_picture){NSYM_CELLS, label, 0}, c->pixels, c->first));
        for (size_t turn = 1; turn <= TURNS; turn++)
            NSYM_TRY(add_turned(a, label, 360 * (double)turn / (TURNS + 1), c));
        return NSYM_OK;
    }
    return NSYM_OK;
}

/* The average image of the test events of a class, without copies. */
static nsym_status add_average(nsym_album *a, double label, nsym_calorimeter *c, const nsym_sample *sample) {
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
    return nsym_album_add_image(a, (nsym_picture){NSYM_AVERAGE, label, 0}, c->pixels, c->image);
}

nsym_status nsym_shower_pictures(nsym_events **out, nsym_calorimeter *calorimeter, const uint32_t *test,
                                 const nsym_sample *sample) {
    nsym_album album = {0};
    nsym_status status = NSYM_OK;
    for (int label = 1; status == NSYM_OK && label >= 0; label--) {
        status = add_event(&album, label, calorimeter, test, sample->test);
        if (status == NSYM_OK) status = add_average(&album, label, calorimeter, sample);
    }
    if (status == NSYM_OK) status = nsym_album_events(out, &album, calorimeter->pixels);
    nsym_album_free(&album);
    return status;
}
