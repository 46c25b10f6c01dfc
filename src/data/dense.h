/* Arrays with a fixed number of places for each event that are not lists of particles: images, and one array for each
   coordinate of points. */
#ifndef NSYM_DATA_DENSE_H
#define NSYM_DATA_DENSE_H

#include "data/npy.h"

/* Gives `events` the cells of images as particles (NSYM_ARRAYS_IMAGES). Errors: a shape that is not one of images;
   more than 2^24 cells; particles there already. */
NSYM_MUST_CHECK nsym_status nsym_images_add(nsym_events *events, const nsym_npy *array, double half);

/* Whether an array of three dimensions that nobody has explained looks like images: n = m above 4, more than 16 numbers
   for a particle, or rows of zeros that are no padding, before others, in more than half of the events that are not
   empty. */
bool nsym_images_likely(const nsym_npy *array);

/* Makes particles of columns x, y and energy (events, width) with one width above 1 where the events have none. */
NSYM_MUST_CHECK nsym_status nsym_points_gather(nsym_events *events);

#endif
