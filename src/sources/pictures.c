#include "sources/pictures.h"

nsym_status nsym_pictures_make(nsym_events **out, const nsym_shown *shown) {
    const nsym_events *events = shown->sample->events;
    size_t nx, ny;
    *out = NULL;
    if (!events->offsets) return NSYM_OK;
    if (shown->chain->pixels) return nsym_pictures_of_cells(out, shown);
    bool objects = nsym_events_feature(events, "pt") != NSYM_NONE;
    if (shown->sample->fits && objects) return nsym_pictures_of_sweights(out, events);
    bool cells = objects && nsym_events_feature(events, "cell") != NSYM_NONE && nsym_grid_of(shown->card, &nx, &ny);
    return cells ? nsym_pictures_of_grid(out, events, nx, ny) : NSYM_OK;
}
