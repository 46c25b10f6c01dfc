#include "symmetry/act.h"

#include "base/fail.h"
#include "data/events.h"
#include "detector/threshold.h"
#include "sources/chain.h"
#include <nearsym/random.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HALVES = 720 }; /* half degrees */

void nsym_act_resize(nsym_element *g, const nsym_action *action, double size) {
    g->value = size;
    g->matrix = action->matrices && size > 0 ? action->matrix + 4 * ((size_t)size - 1) : NULL;
}

void nsym_act_draw(nsym_element *g, const nsym_events *events, const nsym_action *action, bool steps, uint64_t seed) {
    for (size_t i = 0; i < events->count; i++) {
        nsym_random random = nsym_random_stream(seed, "symmetry value", nsym_events_row(events, i));
        if (action->matrices) {
            g[i] = nsym_symmetry_element(0);
            nsym_act_resize(&g[i], action, 1 + (double)nsym_random_below(&random, (uint32_t)action->matrices));
            continue;
        }
        g[i] = nsym_symmetry_draw(action->symmetry, &random, action->range);
        if (steps) g[i].value = floor(g[i].value) + 0.5; /* not those few turns that a square grid takes exactly */
    }
}

nsym_status nsym_act_check(const nsym_events *events, const nsym_symmetry *symmetry) {
    char needed[128], there[256] = "";
    size_t place[NSYM_SYMMETRY_FEATURES];
    if (nsym_symmetry_find(place, events, symmetry)) return NSYM_OK;
    if (!events->offsets)
        return nsym_fail(NSYM_EFORMAT, "the events have no particles, which '%s' could act on", symmetry->name);
    nsym_symmetry_needs(needed, sizeof needed, symmetry);
    for (size_t f = 0, at = 0; f < events->features && at < sizeof there; f++)
        at += (size_t)snprintf(there + at, sizeof there - at, "%s%s", at ? ", " : "", events->feature_names[f]);
    return nsym_fail(NSYM_EFORMAT, "'%s' acts on particles with %s; these have %s", symmetry->name, needed, there);
}

nsym_status nsym_act(nsym_events **out, const nsym_events *events, const nsym_symmetry *symmetry,
                     const nsym_element *g) {
    size_t place[NSYM_SYMMETRY_FEATURES];
    NSYM_TRY(nsym_act_check(events, symmetry));
    nsym_symmetry_find(place, events, symmetry);
    NSYM_TRY(nsym_events_copy(out, events));
    for (size_t i = 0; i < events->count; i++)
        nsym_symmetry_apply(symmetry, &g[i], (*out)->particles + events->offsets[i] * events->features,
                            (size_t)(events->offsets[i + 1] - events->offsets[i]), events->features, place);
    return NSYM_OK;
}

bool nsym_detector_draws(const nsym_detector_card *detector) {
    return detector->smear.resolution > 0;
}

bool nsym_detector_acts(const nsym_detector_card *detector) {
    return nsym_detector_draws(detector) || detector->cells.nx > 0 || detector->threshold > 0;
}

bool nsym_act_is_of_images(const nsym_detector_card *detector, nsym_image_style style) {
    return detector->cells.nx > 0 && style != NSYM_IMAGE_UNBINNED;
}

bool nsym_act_can_images(const nsym_symmetry *symmetry) {
    return symmetry == &nsym_rotate || symmetry == &nsym_reflect;
}

/* The card's detector alone. */
static nsym_data_card detector_of(const nsym_data_card *card, uint64_t seed) {
    nsym_data_card own = *card;
    own.copies = (nsym_copies_card){.count = 1, .symmetry = &nsym_rotate, .group = ""};
    own.align = false;
    own.measured = own.rotations = 0;
    own.seed = seed;
    return own;
}

nsym_status nsym_act_measure(nsym_events **out, const nsym_data_card *card, const nsym_events *events, uint64_t seed) {
    const nsym_data_card own = detector_of(card, seed);
    NSYM_TRY(nsym_chain_run(out, events, &own));
    return *out ? NSYM_OK : nsym_events_copy(out, events);
}

/* Keeps, in place, the particles within the grid (NULL: everywhere) and of at least the threshold. */
static void keep_seen(nsym_events *events, const nsym_pixels *grid, const size_t pair[2], size_t scale,
                      double threshold) {
    size_t kept = 0, width = events->features, first = 0;
    for (size_t i = 0; i < events->count; i++) {
        size_t end = events->offsets[i + 1];
        for (size_t j = first; j < end; j++) {
            const double *p = events->particles + j * width;
            if (threshold > 0 && !(p[scale] >= threshold)) continue;
            if (grid && nsym_pixels_find(grid, p[pair[0]], p[pair[1]]) == NSYM_NO_CELL) continue;
            memmove(events->particles + kept++ * width, p, width * sizeof *p);
        }
        first = end;
        events->offsets[i + 1] = kept;
    }
}

/* Particles are transformed as they are; cells as points, which may leave the grid. */
static nsym_status act_on_particles(nsym_events **out, const nsym_data_card *own, const nsym_events *measured,
                                    const nsym_symmetry *symmetry, const nsym_element *g, double threshold) {
    const nsym_cells_card *cells = &own->detector.cells;
    nsym_pixels *grid = NULL;
    size_t plane[2] = {NSYM_NONE, NSYM_NONE};
    NSYM_TRY(nsym_act(out, measured, symmetry, g));
    nsym_status status = cells->nx ? nsym_pixels_new(&grid, cells->nx, cells->x, cells->ny, cells->y) : NSYM_OK;
    if (status == NSYM_OK) {
        bool angular = nsym_events_feature(*out, "d_eta") != NSYM_NONE;
        plane[0] = nsym_events_feature(*out, angular ? "d_eta" : "x");
        plane[1] = nsym_events_feature(*out, angular ? "d_phi" : "y");
        keep_seen(*out, grid, plane, nsym_threshold_feature(*out), threshold);
        nsym_pixels_free(grid);
        return NSYM_OK;
    }
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

/* The images of events, each rotated by its own value, or mirrored. */
static nsym_status move_images(nsym_builder *rows, nsym_chain *chain, const nsym_events *events, const nsym_element *g,
                               nsym_image_style style, nsym_image_map **map, double *work) {
    size_t size = nsym_pixels_nx(chain->pixels) * nsym_pixels_ny(chain->pixels);
    for (size_t i = 0; i < events->count; i++) {
        size_t half = g[i].matrix ? HALVES : (size_t)llround(2 * g[i].value) % HALVES;
        NSYM_TRY(nsym_chain_image(chain, events, i, 0));
        if (!map[half] && g[i].matrix) NSYM_TRY(nsym_image_reflection(&map[half], chain->pixels, 0));
        if (!map[half]) NSYM_TRY(nsym_image_rotation(&map[half], chain->pixels, (double)half / 2, style));
        nsym_image_map_apply(map[half], chain->image, work);
        memcpy(chain->image, work, size * sizeof *work);
        NSYM_TRY(nsym_chain_add_image(rows, chain, events, i));
    }
    return NSYM_OK;
}

static nsym_status act_on_images(nsym_events **out, const nsym_data_card *own, const nsym_events *events,
                                 const nsym_element *g, nsym_image_style style) {
    nsym_chain chain;
    nsym_builder rows = {0};
    nsym_image_map *map[HALVES + 1] = {NULL}; /* the last one mirrors */
    double *work = calloc(own->detector.cells.nx * own->detector.cells.ny + 1, sizeof *work);
    size_t width;
    nsym_status status = nsym_chain_open(&chain, own, events);
    if (status == NSYM_OK && !work) status = nsym_fail(NSYM_ENOMEM, "no memory for images");
    if (status == NSYM_OK) {
        const char *const *names = nsym_chain_features(&chain, events, &width);
        status = nsym_builder_begin(&rows, events, names, width);
    }
    if (status == NSYM_OK) status = move_images(&rows, &chain, events, g, style, map, work);
    if (status == NSYM_OK) status = nsym_builder_end(out, &rows);
    for (size_t k = 0; k <= HALVES; k++) nsym_image_map_free(map[k]);
    free(work);
    nsym_builder_free(&rows);
    nsym_chain_close(&chain);
    return status;
}

nsym_status nsym_act_measure_then_act(nsym_events **out, const nsym_data_card *card, const nsym_events *events,
                                      uint64_t seed, const nsym_symmetry *symmetry, const nsym_element *g,
                                      nsym_image_style style) {
    nsym_data_card own = detector_of(card, seed);
    nsym_events *measured;
    double threshold = own.detector.threshold;
    *out = NULL;
    if (nsym_act_is_of_images(&own.detector, style)) {
        if (!nsym_act_can_images(symmetry))
            return nsym_fail(NSYM_EINVAL,
                             "images are only rotated and mirrored, and '%s' acts otherwise; take those that are "
                             "unbinned, in which cells turn as points",
                             symmetry->name);
        return act_on_images(out, &own, events, g, style);
    }
    own.detector.threshold = 0; /* it comes after the transformation */
    NSYM_TRY(nsym_act_measure(&measured, &own, events, seed));
    nsym_status status = act_on_particles(out, &own, measured, symmetry, g, threshold);
    nsym_events_free(measured);
    return status;
}
