/* A transformation of every event by a value of its own, and what a detector makes of events before or after it. */
#ifndef NSYM_SYMMETRY_ACT_H
#define NSYM_SYMMETRY_ACT_H

#include "sources/data_card.h"
#include <nearsym/events.h>

/* A random value for each event (count), by its number; `steps`: 0.5, 1.5, ..., where images share their rotations. */
void nsym_act_values(double *values, const nsym_events *events, const nsym_symmetry *symmetry, double range, bool steps,
                     uint64_t seed);

/* New events, each transformed by its value (count). Errors: particles without what the transformation acts on. */
nsym_status nsym_act(nsym_events **out, const nsym_events *events, const nsym_symmetry *symmetry,
                     const double *values) NSYM_MUST_CHECK;

/* The particles have what the transformation acts on. Errors: not so. */
nsym_status nsym_act_check(const nsym_events *events, const nsym_symmetry *symmetry) NSYM_MUST_CHECK;

/* Does a card's detector change anything, and does it draw random numbers? */
bool nsym_detector_acts(const nsym_detector_card *detector);
bool nsym_detector_draws(const nsym_detector_card *detector);

/* New events D(z) of a card's detector, its random draws by `seed`. */
nsym_status nsym_act_measure(nsym_events **out, const nsym_data_card *card, const nsym_events *events,
                             uint64_t seed) NSYM_MUST_CHECK;

/* New events g D(z), made as a study makes copies after its detector, which has its threshold behind them: images are
   rotated in a style, by angles that are rounded to half degrees; cells that turn as points (unbinned) are lost outside
   the grid. Errors: images that are not rotated but transformed otherwise, or of cells of unequal sizes. */
nsym_status nsym_act_measure_then_act(nsym_events **out, const nsym_data_card *card, const nsym_events *events,
                                      uint64_t seed, const nsym_symmetry *symmetry, const double *values,
                                      nsym_image_style style) NSYM_MUST_CHECK;

/* Does nsym_act_measure_then_act rotate images? */
bool nsym_act_is_of_images(const nsym_detector_card *detector, nsym_image_style style);

#endif
