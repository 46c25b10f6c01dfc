/* The distance of two constituents. */
#ifndef NSYM_OBSERVABLES_EFP_MEASURE_H
#define NSYM_OBSERVABLES_EFP_MEASURE_H

#include <nearsym/efp.h>

typedef struct nsym_efp_place {
    double rapidity, phi;
    double mass2; /* (m / pt)^2 */
} nsym_efp_place;

/* Where a checked particle with this pt lies; 3 or 4 numbers, as the coordinates say. A mass that the rounding of
   energy and momentum alone can make is none: m^2 below 2^-48 E^2. */
nsym_efp_place nsym_efp_place_of(nsym_efp_coordinates coordinates, const double *particle, double pt);

/* theta^2 of two constituents as the options' measure has it, at beta = 2. No digits are lost however near they are:
   2 p_i.p_j / (pt_i pt_j) is 4 (sinh^2(dy / 2) + sin^2(dphi / 2)) + 2 (mt_i mt_j / (pt_i pt_j) - 1) cosh(dy). */
double nsym_efp_square(nsym_efp_measure measure, const nsym_efp_place *a, const nsym_efp_place *b);

#endif
