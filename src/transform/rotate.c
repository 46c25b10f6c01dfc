/* Rotation about the origin of the positions, or about the beam; and what else acts on these: matrices of a list, one
   of which is the mirror image. */
#include "transform/symmetry.h"
#include <nearsym/copies.h>

#include <string.h>

static const char *const features[][NSYM_SYMMETRY_FEATURES] = {{"x", "y"}, {"px", "py"}, {"d_eta", "d_phi"}, {NULL}};

static void matrix(const nsym_element *g, double *out) {
    nsym_transform rotation = nsym_rotation(g->value);
    memcpy(out, rotation.matrix, sizeof rotation.matrix);
}

const double nsym_mirror[4] = {1, 0, 0, -1};

static void listed(const nsym_element *g, double *out) {
    static const double identity[4] = {1, 0, 0, 1};
    memcpy(out, g->matrix ? g->matrix : identity, sizeof identity);
}

const nsym_symmetry nsym_rotate = {
    .name = "rotate", .unit = "degrees", .features = features, .period = 360, .matrix = matrix};
const nsym_symmetry nsym_matrices = {.name = "matrices", .unit = "matrix", .features = features, .matrix = listed};
const nsym_symmetry nsym_reflect = {.name = "reflect", .unit = "mirror", .features = features, .matrix = listed};
