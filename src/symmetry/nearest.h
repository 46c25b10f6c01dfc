/* The nearest other particle of each: what a sum over single particles cannot see. */
#ifndef NSYM_SYMMETRY_NEAREST_H
#define NSYM_SYMMETRY_NEAREST_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

/* A particle's place and ln of its energy or pT. */
typedef struct nsym_spot {
    double first, second, scale;
    size_t nearest; /* the place of the nearest other one; its own where there is none */
} nsym_spot;

/* Room for one event's spots, which grows. All zeros: empty. */
typedef struct nsym_spots {
    nsym_spot *spot;
    size_t *order; /* (room) */
    size_t room;
} nsym_spots;

nsym_status nsym_spots_room(nsym_spots *spots, size_t n) NSYM_MUST_CHECK;
void nsym_spots_free(nsym_spots *spots);

/* Finds the nearest of each of n spots; `angle`: the second coordinate is one, in radians. */
void nsym_spots_find(nsym_spots *spots, size_t n, bool angle);

/* b - a, of angles the short way round. */
double nsym_spot_step(double a, double b, bool angle);

#endif
