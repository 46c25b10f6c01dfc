/* Lorentz boost along the beam: rapidities rise by the value. */
#include "transform/symmetry.h"

#include <math.h>

static const char *const features[][NSYM_SYMMETRY_FEATURES] = {{"pz", "energy"}, {NULL}};

static void matrix(const nsym_element *g, double *out) {
    out[0] = out[3] = cosh(g->value);
    out[1] = out[2] = sinh(g->value);
}

const nsym_symmetry nsym_boost = {.name = "boost",
                                  .unit = "rapidity",
                                  .features = features,
                                  .matrix = matrix,
                                  .remark = "a boost changes the beams' spectra, so that a sample is not symmetric, "
                                            "with a detector or without; only the commutator says what the detector "
                                            "breaks"};
