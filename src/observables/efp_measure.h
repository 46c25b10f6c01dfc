/* Where a constituent lies. */
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

#endif
