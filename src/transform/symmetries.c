#include "transform/symmetry.h"

#include <math.h>

static const nsym_symmetry *const symmetries[] = {&nsym_rotate, &nsym_boost, &nsym_shift_phi};
const char *const nsym_symmetry_names[] = {"rotate", "boost", "shift_phi", NULL};
_Static_assert(sizeof symmetries / sizeof *symmetries + 1 == sizeof nsym_symmetry_names / sizeof *nsym_symmetry_names,
               "every symmetry has its name");

const nsym_symmetry *nsym_symmetry_at(size_t place) {
    return symmetries[place];
}

double nsym_symmetry_even(const nsym_symmetry *s, size_t k, size_t count, double range) {
    if (k == 0) return 0;
    if (s->period > 0) return s->period * (double)k / (double)count;
    double step = floor(((double)k + 1) / 2) / floor((double)count / 2);
    return k % 2 ? range * step : -range * step;
}

double nsym_symmetry_random(const nsym_symmetry *s, double u, double range) {
    return s->period > 0 ? s->period * u : range * (2 * u - 1);
}

void nsym_linear_apply(const double matrix[4], double *particles, size_t n, size_t width, const size_t pair[2]) {
    for (size_t i = 0; i < n; i++, particles += width) {
        double first = particles[pair[0]], second = particles[pair[1]];
        particles[pair[0]] = matrix[0] * first + matrix[1] * second;
        particles[pair[1]] = matrix[2] * first + matrix[3] * second;
    }
}

void nsym_symmetry_apply(const nsym_symmetry *s, double value, double *particles, size_t n, size_t width,
                         const size_t pair[2]) {
    if (s->matrix) {
        double matrix[4];
        s->matrix(value, matrix);
        nsym_linear_apply(matrix, particles, n, width, pair);
        return;
    }
    for (size_t i = 0; i < n; i++) s->act(value, particles + i * width + pair[0], particles + i * width + pair[1]);
}
