/* One orientation for all events: a rotation that takes the direction of an event's activity out of it. */
#ifndef NSYM_TRANSFORM_ALIGN_H
#define NSYM_TRANSFORM_ALIGN_H

#include <stddef.h>

/* The rotation (2, 2), row-major, that brings the principal axis of particles (n, width) about the origin onto the
   second coordinate, with the heavier side up: positions are the features at pair[0] and pair[1], `weight` that of
   their weights (pT or energy). The identity where no direction stands out. */
void nsym_align_matrix(const double *particles, size_t n, size_t width, const size_t pair[2], size_t weight,
                       double matrix[4]);

#endif
