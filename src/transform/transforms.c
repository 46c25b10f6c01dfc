#include <nearsym/copies.h>

#include <math.h>

/* Cosine and sine of an angle in degrees, exact at multiples of 90. */
static void circle(double degrees, double *cosine, double *sine) {
    static const double turns[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    int quarters;
    double rest = remquo(degrees, 90, &quarters) * acos(-1) / 180, c = cos(rest), s = sin(rest);
    const double *turn = turns[quarters & 3];
    *cosine = turn[0] * c - turn[1] * s, *sine = turn[1] * c + turn[0] * s;
}

nsym_transform nsym_rotation(double degrees) {
    double c, s;
    circle(degrees, &c, &s);
    return (nsym_transform){.matrix = {c, -s, s, c}};
}

nsym_transform nsym_reflection(double degrees) {
    double c, s;
    circle(2 * degrees, &c, &s);
    return (nsym_transform){.matrix = {c, s, s, -c}};
}

void nsym_transform_apply(const nsym_transform *transform, const double *in, size_t n, double *out) {
    const double *matrix = transform->matrix;
    if (transform->apply) {
        transform->apply(transform->context, in, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++, in += 3, out += 3) {
        double x = in[0], y = in[1];
        out[0] = matrix[0] * x + matrix[1] * y, out[1] = matrix[2] * x + matrix[3] * y, out[2] = in[2];
    }
}

void nsym_transform_fill(const nsym_transform *transform, const nsym_pixels *pixels, const double *points, size_t n,
                         double *work, double *image) {
    const double *matrix = transform->matrix;
    if (!transform->apply && matrix[0] == matrix[3] && matrix[1] == -matrix[2]) { /* a rotation */
        nsym_pixels_fill_rotated(pixels, matrix[0], matrix[2], points, n, image);
        return;
    }
    nsym_transform_apply(transform, points, n, work);
    nsym_pixels_fill(pixels, work, n, image);
}
