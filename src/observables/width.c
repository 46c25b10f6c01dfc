/* A jet's width: the mean distance of its particles from their axis, weighted by pt (girth). */
#include "observables/event_observable.h"
#include "observables/neighbours.h"

#include <math.h>

static double width(const double *particles, size_t n) {
    const double two_pi = 2 * acos(-1);
    double sum = 0, eta = 0, phi = 0, spread = 0;
    for (size_t i = 0; i < n; i++) { /* the axis, with azimuths next to the first particle's */
        const double *p = particles + 3 * i;
        sum += p[0];
        eta += p[0] * p[1];
        phi += p[0] * remainder(p[2] - particles[2], two_pi);
    }
    if (!(sum > 0)) return 0;
    for (size_t i = 0; i < n; i++) {
        const double *p = particles + 3 * i;
        spread += p[0] * hypot(p[1] - eta / sum, remainder(p[2] - particles[2] - phi / sum, two_pi));
    }
    return spread / sum;
}

const nsym_event_observable nsym_width = {"width", "", "mean distance from the axis, weighted by pt", NSYM_PLACES,
                                          width};
