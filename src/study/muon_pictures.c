#include "study/muon_pictures.h"

#include "base/fail.h"
#include "study/album.h"

#include <stdlib.h>

static const double radius = 0.45; /* of the cone that the cells surround (arXiv:2102.02278, section 2) */

typedef struct {
    const nsym_events *events;
    const double *label, *weight;
    size_t pt, cell, cells; /* features; of the image */
    nsym_pixels *pixels;
    double *image; /* (cells) */
} muons;

static nsym_status open_muons(muons *m, const nsym_events *events, const nsym_data_card *card) {
    const nsym_column *label = nsym_events_column(events, "label"), *weight = nsym_events_column(events, "weight");
    *m = (muons){.events = events,
                 .pt = nsym_events_feature(events, "pt"),
                 .cell = nsym_events_feature(events, "cell"),
                 .cells = card->cells.nx * card->cells.ny};
    if (!label || label->width != 1 || !weight || weight->width != 1)
        return nsym_fail(NSYM_EFORMAT, "there is no column '%s' of one value", label ? "weight" : "label");
    if (!events->offsets || m->pt == NSYM_NONE || m->cell == NSYM_NONE)
        return nsym_fail(NSYM_EFORMAT, "there are no particles with pt and cell, as pictures need them");
    m->label = label->values;
    m->weight = weight->values;
    NSYM_TRY(nsym_pixels_new_equal(&m->pixels, card->cells.nx, card->cells.ny, -radius, radius));
    m->image = malloc(m->cells * sizeof *m->image);
    return m->image ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for an image of %zu cells", m->cells);
}

/* Adds an event's cells to the image, times a factor. */
static nsym_status fill(const muons *m, size_t event, double factor) {
    for (uint64_t row = m->events->offsets[event]; row < m->events->offsets[event + 1]; row++) {
        const double *particle = m->events->particles + row * m->events->features;
        double cell = particle[m->cell];
        if (!(cell >= 0 && cell < (double)m->cells))
            return nsym_fail(NSYM_EFORMAT,
                             "event %zu: cell is %g, must be below %zu, the number of the detector's cells", event + 1,
                             cell, m->cells);
        m->image[(size_t)cell] += factor * particle[m->pt];
    }
    return NSYM_OK;
}

static void clear(const muons *m) {
    for (size_t i = 0; i < m->cells; i++) m->image[i] = 0;
}

static nsym_status add_class(nsym_album *album, const muons *m, double label) {
    size_t n = m->events->count, first = 0;
    double sum = 0;
    while (first < n && m->label[first] != label) first++;
    if (first == n) return NSYM_OK;
    clear(m);
    NSYM_TRY(fill(m, first, 1));
    NSYM_TRY(nsym_album_add_image(album, (nsym_picture){NSYM_CELLS, label, 0}, m->pixels, m->image));
    for (size_t i = first; i < n; i++) sum += m->label[i] == label ? m->weight[i] : 0;
    clear(m);
    for (size_t i = first; i < n; i++)
        if (m->label[i] == label && m->weight[i] > 0) NSYM_TRY(fill(m, i, m->weight[i] / sum));
    return nsym_album_add_image(album, (nsym_picture){NSYM_AVERAGE, label, 0}, m->pixels, m->image);
}

nsym_status nsym_muon_pictures(nsym_events **out, const nsym_events *events, const nsym_data_card *card) {
    muons m;
    nsym_album album = {0};
    *out = NULL;
    if (card->cells.nx == 0) return NSYM_OK;
    nsym_status status = open_muons(&m, events, card);
    for (int label = 1; status == NSYM_OK && label >= 0; label--) status = add_class(&album, &m, label);
    if (status == NSYM_OK) status = nsym_album_events(out, &album, m.pixels);
    nsym_album_free(&album);
    nsym_pixels_free(m.pixels);
    free(m.image);
    return status;
}
