/* One pass over the particles of an event fills the cones of all radii. */
#include "observables/isolation.h"

#include <math.h>

/* Adds `pt` to all cones that a particle is in. */
static void add(double *sum, size_t n, const double *radius, double distance, double pt) {
    for (size_t k = n; k > 0 && distance < radius[k - 1]; k--) sum[k - 1] += pt;
}

static double distance_of(const nsym_neighbours *s, size_t event, const double *particle) {
    return nsym_neighbours_distance(s, event, particle[1], particle[2]);
}

void nsym_isolation(const nsym_neighbours *s, size_t event, const double *particles, size_t n, const double *radius,
                    double *value) {
    size_t count = nsym_neighbours_count(s, event);
    for (size_t k = 0; k < n; k++) value[k] = 0;
    for (size_t i = 0; i < count; i++)
        add(value, n, radius, distance_of(s, event, particles + 3 * i), particles[3 * i]);
    for (size_t k = 0; k < n; k++) value[k] /= s->mu_pt[event];
}

enum { BLOCK = 16 }; /* radii of one pass */

static void pileup_block(const nsym_neighbours *s, size_t event, const double *particles, size_t n,
                         const double *radius, double *value) {
    size_t count = nsym_neighbours_count(s, event);
    double charged[BLOCK] = {0}, neutral[BLOCK] = {0}, pileup[BLOCK] = {0};
    double *const sums[] = {[NSYM_CHARGED_HADRON] = charged,
                            [NSYM_NEUTRAL_HADRON] = neutral,
                            [NSYM_PHOTON] = neutral,
                            [NSYM_LEPTON] = NULL,
                            [NSYM_PILE_UP] = pileup};
    for (size_t i = 0; i < count; i++) {
        double *sum = sums[nsym_neighbours_kind(s, event, i)];
        if (sum) add(sum, n, radius, distance_of(s, event, particles + 3 * i), particles[3 * i]);
    }
    for (size_t k = 0; k < n; k++) value[k] = (charged[k] + fmax(0, neutral[k] - 0.5 * pileup[k])) / s->mu_pt[event];
}

void nsym_isolation_pileup(const nsym_neighbours *s, size_t event, const double *particles, size_t n,
                           const double *radius, double *value) {
    for (size_t first = 0; first < n; first += BLOCK)
        pileup_block(s, event, particles, n - first < BLOCK ? n - first : BLOCK, radius + first, value + first);
}
