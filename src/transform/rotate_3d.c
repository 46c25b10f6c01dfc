/* Rotation of momenta about an axis in space. Random ones are uniform on SO(3). */
#include "transform/symmetry.h"
#include <nearsym/copies.h>

#include <math.h>

static const char *const features[][NSYM_SYMMETRY_FEATURES] = {{"px", "py", "pz"}, {NULL}};

/* Rodrigues' formula: cos + sin [n]x + (1 - cos) n n^T. */
static void matrix(const nsym_element *g, double *out) {
    nsym_transform plane = nsym_rotation(g->value);
    double c = plane.matrix[0], s = plane.matrix[2];
    const double *n = g->axis;
    const double cross[9] = {0, -n[2], n[1], n[2], 0, -n[0], -n[1], n[0], 0};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++) out[3 * i + k] = (i == k ? c : 0) + s * cross[3 * i + k] + (1 - c) * n[i] * n[k];
}

/* A uniform unit quaternion from three uniform numbers (Shoemake, Graphics Gems III (1992) 124), as axis and angle in 0
   ... 360 degrees. */
static void draw(nsym_element *g, nsym_random *random, double range) {
    const double pi = acos(-1);
    double u = nsym_random_uniform(random), a = 2 * pi * nsym_random_uniform(random),
           b = 2 * pi * nsym_random_uniform(random);
    const double q[3] = {sqrt(1 - u) * sin(a), sqrt(1 - u) * cos(a), sqrt(u) * sin(b)};
    double length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]);
    (void)range;
    g->value = 2 * atan2(length, sqrt(u) * cos(b)) * 180 / pi;
    for (size_t k = 0; k < 3; k++) g->axis[k] = length > 0 ? q[k] / length : k == 0;
}

const nsym_symmetry nsym_rotate_3d = {
    .name = "rotate_3d",
    .unit = "degrees",
    .features = features,
    .period = 360,
    .matrix = matrix,
    .draw = draw,
    .only_drawn = true,
    .remark = "a rotation in space turns the beam axis, so that a sample of collisions is not symmetric, with a "
              "detector or without; only the commutator says what the detector breaks"};
