/* Lorentz boost along a direction in the transverse plane. */
#include "transform/symmetry.h"

#include <math.h>

static const char *const features[][NSYM_SYMMETRY_FEATURES] = {{"px", "py", "energy"}, {NULL}};

/* Of (px, py, energy). cosh y - 1 is 2 sinh^2(y / 2), without cancellation. */
static void matrix(const nsym_element *g, double *out) {
    double x = g->axis[0], y = g->axis[1], half = sinh(g->value / 2), more = 2 * half * half, s = sinh(g->value);
    const double rows[9] = {1 + more * x * x, more * x * y, s * x, more * x * y, 1 + more * y * y, s * y, s * x, s * y,
                            1 + more};
    for (size_t k = 0; k < 9; k++) out[k] = rows[k];
}

/* A rapidity within the range, along a uniform azimuth. */
static void draw(nsym_element *g, nsym_random *random, double range) {
    g->value = range * (2 * nsym_random_uniform(random) - 1);
    double azimuth = 2 * acos(-1) * nsym_random_uniform(random);
    g->axis[0] = cos(azimuth), g->axis[1] = sin(azimuth), g->axis[2] = 0;
}

const nsym_symmetry nsym_boost_transverse = {
    .name = "boost_transverse",
    .unit = "rapidity",
    .features = features,
    .matrix = matrix,
    .draw = draw,
    .remark = "a transverse boost gives an event a transverse momentum, which the beams do not have, so that a sample "
              "is not symmetric, with a detector or without; only the commutator says what the detector breaks"};
