/* A random transformation of every event, and what a detector makes of events before or after it. */
#ifndef NSYM_SYMMETRY_ACT_H
#define NSYM_SYMMETRY_ACT_H

#include "sources/data_card.h"
#include <nearsym/events.h>

/* What the transformations of events are drawn from. */
typedef struct nsym_action {
    const nsym_symmetry *symmetry;
    double range;         /* values within -range ... range, of a symmetry without a period */
    const double *matrix; /* (matrices, 2, 2) of nsym_matrices or nsym_reflect; an event gets one of them. Borrowed */
    size_t matrices;
} nsym_action;

/* A random transformation for each event (count), by its number; `steps`: of value 0.5, 1.5, ..., where images share
   their rotations. */
void nsym_act_draw(nsym_element *g, const nsym_events *events, const nsym_action *action, bool steps, uint64_t seed);

/* Gives the transformation another size and leaves its axis: a value, or the number of a matrix, from 1; 0: the
   identity. */
void nsym_act_resize(nsym_element *g, const nsym_action *action, double size);

/* New events, each transformed by its own g (count). Errors: particles without what the transformation acts on. */
nsym_status nsym_act(nsym_events **out, const nsym_events *events, const nsym_symmetry *symmetry,
                     const nsym_element *g) NSYM_MUST_CHECK;

/* The particles have what the transformation acts on. Errors: not so. */
nsym_status nsym_act_check(const nsym_events *events, const nsym_symmetry *symmetry) NSYM_MUST_CHECK;

/* Does a card's detector change anything, and does it draw random numbers? */
bool nsym_detector_acts(const nsym_detector_card *detector);
bool nsym_detector_draws(const nsym_detector_card *detector);

/* New events D(z) of a card's detector, its random draws by `seed`. */
nsym_status nsym_act_measure(nsym_events **out, const nsym_data_card *card, const nsym_events *events,
                             uint64_t seed) NSYM_MUST_CHECK;

/* New events g D(z), made as a study makes copies after its detector, which has its threshold behind them: images are
   rotated in a style, by angles that are rounded to half degrees, or mirrored; cells that turn as points (unbinned) are
   lost outside the grid. Errors: images that are transformed otherwise, or of cells of unequal sizes. */
nsym_status nsym_act_measure_then_act(nsym_events **out, const nsym_data_card *card, const nsym_events *events,
                                      uint64_t seed, const nsym_symmetry *symmetry, const nsym_element *g,
                                      nsym_image_style style) NSYM_MUST_CHECK;

/* Does nsym_act_measure_then_act transform images, and can it do so? */
bool nsym_act_is_of_images(const nsym_detector_card *detector, nsym_image_style style);
bool nsym_act_can_images(const nsym_symmetry *symmetry);

#endif
