/* The likelihood's terms of a block of masses, in loops over the masses. */
#ifndef NSYM_STATS_MASSFIT_EVENTS_H
#define NSYM_STATS_MASSFIT_EVENTS_H

#include "stats/massfit.h"
#include "stats/voigt.h"

enum { NSYM_MASS_BLOCK = 256, NSYM_MASS_SUMS = 1 + NSYM_MASS_PARAMETERS * (NSYM_MASS_PARAMETERS + 3) / 2 };

/* What does not change from event to event. Parameters `at` (NSYM_MASS_PARAMETERS) as in massfit_surface.h, borrowed.
 */
typedef struct nsym_mass_model {
    double low, high, middle;
    const double *at;
    double norm, norm_k, norm_kk;   /* log of the background's integral over exp(k middle), its derivatives in k */
    double norms[NSYM_VOIGT_TERMS]; /* the profile's integral, then its derivatives by it */
} nsym_mass_model;

/* A block's densities, and the mixture's first derivatives. */
typedef struct nsym_mass_events {
    double v[NSYM_VOIGT_TERMS][NSYM_MASS_BLOCK];         /* the signal's, with its derivatives */
    double e[NSYM_MASS_BLOCK], slope[NSYM_MASS_BLOCK];   /* the background's, the derivative of its logarithm in k */
    double p[NSYM_MASS_BLOCK];                           /* s v + (1 - s) e */
    double first[NSYM_MASS_PARAMETERS][NSYM_MASS_BLOCK]; /* of p */
} nsym_mass_events;

/* Fills the events at masses (n), n at most NSYM_MASS_BLOCK. */
void nsym_mass_events_at(nsym_mass_events *out, const nsym_mass_model *model, const double *mass, size_t n);

/* Sums over n events with weights (n), NULL: 1 each: of -log p, of its gradient, and of the lower triangle of its
   second derivatives, row by row. */
void nsym_mass_events_sums(double sums[NSYM_MASS_SUMS], const nsym_mass_events *events, const nsym_mass_model *model,
                           const double *weight, size_t n);

#endif
