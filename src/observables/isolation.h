/* Sums of pt in cones around the muon, as a fraction of the muon's own. */
#ifndef NSYM_OBSERVABLES_ISOLATION_H
#define NSYM_OBSERVABLES_ISOLATION_H

#include "observables/neighbours.h"

/* The values (n) of the radii (n), which rise, of an event whose `particles` (any number, 3) were taken with distances
   and the muon's pt. A value does not depend on the other radii. */
void nsym_isolation(const nsym_neighbours *neighbours, size_t event, const double *particles, size_t n,
                    const double *radius, double *value);

/* The same with pile-up subtracted, of particles taken with kinds. */
void nsym_isolation_pileup(const nsym_neighbours *neighbours, size_t event, const double *particles, size_t n,
                           const double *radius, double *value);

#endif
