/* Shift of an azimuth, kept within -pi ... pi. */
#include "transform/symmetry.h"

#include <math.h>

static const char *const features[][NSYM_SYMMETRY_FEATURES] = {{"phi", "eta"}, {"d_phi", "d_eta"}, {NULL}};

static void act(double degrees, double *phi, double *eta) {
    const double pi = acos(-1);
    (void)eta;
    if (degrees != 0) *phi = remainder(*phi + degrees * pi / 180, 2 * pi);
}

const nsym_symmetry nsym_shift_phi = {
    .name = "shift_phi", .unit = "degrees", .features = features, .period = 360, .act = act};
