#include "transform/align.h"

#include <math.h>
#include <string.h>

void nsym_align_matrix(const double *particles, size_t n, size_t width, const size_t pair[2], size_t weight,
                       double matrix[4]) {
    static const double identity[4] = {1, 0, 0, 1};
    double xx = 0, xy = 0, yy = 0, side = 0;
    memcpy(matrix, identity, sizeof identity);
    for (size_t i = 0; i < n; i++, particles += width) {
        double x = particles[pair[0]], y = particles[pair[1]], w = particles[weight];
        xx += w * x * x, xy += w * x * y, yy += w * y * y;
    }
    if (!isfinite(xx + xy + yy) || hypot(xx - yy, 2 * xy) <= 1e-12 * (xx + yy)) return;
    double axis = atan2(2 * xy, xx - yy) / 2, c = cos(axis), s = sin(axis); /* the direction of the larger moment */
    particles -= n * width;
    for (size_t i = 0; i < n; i++, particles += width)
        side += particles[weight] * (c * particles[pair[0]] + s * particles[pair[1]]);
    if (side < 0) c = -c, s = -s;
    /* (c, s) becomes (0, 1), and (s, -c), to its right, (1, 0) */
    matrix[0] = s, matrix[1] = -c, matrix[2] = c, matrix[3] = s;
}
