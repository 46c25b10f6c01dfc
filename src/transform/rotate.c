/* Rotation about the origin of the positions, or about the beam. */
#include "transform/symmetry.h"
#include <nearsym/copies.h>

#include <string.h>

static const char *const pairs[][2] = {{"x", "y"}, {"px", "py"}, {"d_eta", "d_phi"}, {NULL, NULL}};

static void matrix(double degrees, double out[4]) {
    nsym_transform rotation = nsym_rotation(degrees);
    memcpy(out, rotation.matrix, sizeof rotation.matrix);
}

const nsym_symmetry nsym_rotate = {"rotate", "degrees", pairs, 360, matrix, NULL};
