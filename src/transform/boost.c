/* Lorentz boost along the beam: rapidities rise by the value. */
#include "transform/symmetry.h"

#include <math.h>

static const char *const pairs[][2] = {{"pz", "energy"}, {NULL, NULL}};

static void matrix(double rapidity, double out[4]) {
    out[0] = out[3] = cosh(rapidity);
    out[1] = out[2] = sinh(rapidity);
}

const nsym_symmetry nsym_boost = {"boost", "rapidity", pairs, 0, matrix, NULL};
