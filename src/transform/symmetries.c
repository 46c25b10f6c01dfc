#include "transform/symmetry.h"
#include <nearsym/copies.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const nsym_symmetry *const symmetries[] = {&nsym_rotate, &nsym_boost, &nsym_shift_phi, &nsym_boost_transverse,
                                                  &nsym_rotate_3d};
const char *const nsym_symmetry_names[] = {"rotate", "boost", "shift_phi", "boost_transverse", "rotate_3d", NULL};
_Static_assert(sizeof symmetries / sizeof *symmetries + 1 == sizeof nsym_symmetry_names / sizeof *nsym_symmetry_names,
               "every symmetry has its name");

const nsym_symmetry *nsym_symmetry_at(size_t place) {
    return symmetries[place];
}

const char *const *nsym_transform_names(void) {
    return nsym_symmetry_names;
}

const nsym_symmetry *nsym_symmetry_named(const char *name) {
    for (size_t k = 0; nsym_symmetry_names[k]; k++)
        if (strcmp(name, nsym_symmetry_names[k]) == 0) return symmetries[k];
    return NULL;
}

double nsym_transform_period(const char *name) {
    const nsym_symmetry *symmetry = nsym_symmetry_named(name);
    return symmetry ? symmetry->period : NAN;
}

bool nsym_symmetry_find(size_t place[NSYM_SYMMETRY_FEATURES], const nsym_events *events,
                        const nsym_symmetry *symmetry) {
    for (const char *const(*set)[NSYM_SYMMETRY_FEATURES] = symmetry->features; events->offsets && (*set)[0]; set++) {
        bool all = true;
        for (size_t k = 0; k < NSYM_SYMMETRY_FEATURES; k++) {
            place[k] = (*set)[k] ? nsym_events_feature(events, (*set)[k]) : NSYM_NONE;
            all &= !(*set)[k] || place[k] != NSYM_NONE;
        }
        if (all) return true;
    }
    for (size_t k = 0; k < NSYM_SYMMETRY_FEATURES; k++) place[k] = NSYM_NONE;
    return false;
}

void nsym_symmetry_needs(char *text, size_t size, const nsym_symmetry *symmetry) {
    size_t used = 0;
    text[0] = '\0';
    for (const char *const(*set)[NSYM_SYMMETRY_FEATURES] = symmetry->features; (*set)[0]; set++)
        for (size_t k = 0; k < NSYM_SYMMETRY_FEATURES && (*set)[k] && used < size; k++) {
            bool last = k + 1 == NSYM_SYMMETRY_FEATURES || !(*set)[k + 1];
            const char *before = k == 0 ? (used ? ", or " : "") : last ? " and " : ", ";
            used += (size_t)snprintf(text + used, size - used, "%s%s", before, (*set)[k]);
        }
}

nsym_element nsym_symmetry_element(double value) {
    return (nsym_element){.value = value, .axis = {1, 0, 0}};
}

double nsym_symmetry_even(const nsym_symmetry *s, size_t k, size_t count, double range) {
    if (k == 0) return 0;
    if (s->period > 0) return s->period * (double)k / (double)count;
    double step = floor(((double)k + 1) / 2) / floor((double)count / 2);
    return k % 2 ? range * step : -range * step;
}

nsym_element nsym_symmetry_draw(const nsym_symmetry *s, nsym_random *random, double range) {
    nsym_element g = nsym_symmetry_element(0);
    if (s->draw) {
        s->draw(&g, random, range);
        return g;
    }
    double u = nsym_random_uniform(random);
    g.value = s->period > 0 ? s->period * u : range * (2 * u - 1);
    return g;
}

void nsym_linear_apply(const double matrix[4], double *particles, size_t n, size_t width, const size_t pair[2]) {
    for (size_t i = 0; i < n; i++, particles += width) {
        double first = particles[pair[0]], second = particles[pair[1]];
        particles[pair[0]] = matrix[0] * first + matrix[1] * second;
        particles[pair[1]] = matrix[2] * first + matrix[3] * second;
    }
}

/* The same of a matrix (size, size) on so many features. */
static void apply_matrix(const double *matrix, size_t size, double *particles, size_t n, size_t width,
                         const size_t *place) {
    for (size_t i = 0; i < n; i++, particles += width) {
        double was[NSYM_SYMMETRY_FEATURES];
        for (size_t k = 0; k < size; k++) was[k] = particles[place[k]];
        for (size_t k = 0; k < size; k++) {
            double sum = 0;
            for (size_t j = 0; j < size; j++) sum += matrix[k * size + j] * was[j];
            particles[place[k]] = sum;
        }
    }
}

void nsym_symmetry_apply(const nsym_symmetry *s, const nsym_element *g, double *particles, size_t n, size_t width,
                         const size_t place[NSYM_SYMMETRY_FEATURES]) {
    if (s->matrix) {
        double matrix[NSYM_SYMMETRY_FEATURES * NSYM_SYMMETRY_FEATURES];
        size_t size = 2;
        while (size < NSYM_SYMMETRY_FEATURES && place[size] != NSYM_NONE) size++;
        s->matrix(g, matrix);
        if (size == 2)
            nsym_linear_apply(matrix, particles, n, width, place);
        else
            apply_matrix(matrix, size, particles, n, width, place);
        return;
    }
    for (size_t i = 0; i < n; i++) s->act(g->value, particles + i * width + place[0], particles + i * width + place[1]);
}
