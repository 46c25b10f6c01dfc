#include "nn/lola.h"

#include <math.h>
#include <string.h>

static real squashed(double t) {
    return (real)copysign(log1p(fabs(t)), t);
}

/* The derivative of that, 1 / (1 + |t|), from its value y. */
static double slope_at(real y) {
    return exp(-fabs((double)y));
}

/* Of two momenta (px, py, pz, E): the square of p - q, whose components go to `apart`. */
static double distance(double apart[4], const real *p, const real *q) {
    for (size_t k = 0; k < 4; k++) apart[k] = (double)p[k] - (double)q[k];
    return apart[3] * apart[3] - apart[0] * apart[0] - apart[1] * apart[1] - apart[2] * apart[2];
}

/* The combinations of an event. */
static void combine(real *q, const real *momenta, const real *weights, const nsym_lola_plan *lola) {
    /* q (1 + particles + learned, 4), momenta (particles, 4), weights (particles, learned) */
    const size_t particles = lola->particles, learned = lola->learned;
    real *own = q + 4 + 4 * particles;
    memset(q, 0, 4 * nsym_lola_combinations(particles, learned) * sizeof *q);
    memcpy(q + 4, momenta, 4 * particles * sizeof *q);
    for (size_t i = 0; i < particles; i++)
        for (size_t k = 0; k < 4; k++) {
            q[k] += momenta[4 * i + k];
            for (size_t a = 0; a < learned; a++) own[4 * a + k] += momenta[4 * i + k] * weights[i * learned + a];
        }
}

void nsym_lola_forward(const nsym_pass *pass, const nsym_layer *layer) {
    /* x (events, particles x 4), combined (events, J, 4), energies and distances (J, J), y (events, J, 4) */
    const nsym_lola_plan *lola = &layer->lola;
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    const real *energies = pass->values + lola->energies, *distances = pass->values + lola->distances;
    const size_t n = nsym_lola_combinations(lola->particles, lola->learned);
    static const real zero[4];
    for (size_t event = 0; event < pass->rows[NSYM_EVENT_ROWS]; event++) {
        real *q = lola->combined + event * 4 * n, *out = y->output + event * y->width;
        combine(q, x->value + event * x->width, pass->values + layer->weight, lola);
        for (size_t j = 0; j < n; j++, out += NSYM_LOLA_NUMBERS) {
            double apart[4], energy = 0, sum = 0;
            for (size_t m = 0; m < n; m++) {
                energy += (double)energies[j * n + m] * (double)q[4 * m + 3];
                sum += (double)distances[j * n + m] * distance(apart, q + 4 * j, q + 4 * m);
            }
            out[0] = squashed(distance(apart, q + 4 * j, zero));
            out[1] = squashed(hypot((double)q[4 * j], (double)q[4 * j + 1]));
            out[2] = squashed(energy);
            out[3] = squashed(sum);
        }
    }
}

/* Adds to dq the gradient `by` of the square of `apart`, which is p - q of some combination. */
static void add_square(double *dq, const double apart[4], double by) {
    for (size_t k = 0; k < 4; k++) dq[k] += (k == 3 ? 2 : -2) * by * apart[k];
}

/* Adds to dq (J, 4), dw and dv (J) what the four numbers of combination j give. */
static void spread(double *dq, real *dw, real *dv, const real *q, const real *w, const real *v, const real *y,
                   const real *dy, size_t j, size_t n) {
    const double px = (double)q[4 * j], py = (double)q[4 * j + 1], pt = hypot(px, py);
    const double mass[4] = {px, py, (double)q[4 * j + 2], (double)q[4 * j + 3]};
    double by[NSYM_LOLA_NUMBERS];
    for (size_t k = 0; k < NSYM_LOLA_NUMBERS; k++) by[k] = (double)dy[k] * slope_at(y[k]);
    add_square(dq + 4 * j, mass, by[0]);
    for (size_t k = 0; k < 2 && pt > 0; k++) dq[4 * j + k] += by[1] * mass[k] / pt;
    for (size_t m = 0; m < n; m++) {
        double apart[4], square = distance(apart, q + 4 * j, q + 4 * m);
        dw[m] += (real)(by[2] * (double)q[4 * m + 3]);
        dv[m] += (real)(by[3] * square);
        dq[4 * m + 3] += by[2] * (double)w[m];
        add_square(dq + 4 * j, apart, by[3] * (double)v[m]);
        add_square(dq + 4 * m, apart, -by[3] * (double)v[m]);
    }
}

/* Clears the gradients of a tensor, unless earlier pieces of the batch have written them; gives them. */
static real *begin(const nsym_pass *pass, size_t offset, size_t count) {
    real *gradients = pass->gradients + offset;
    if (!pass->before) memset(gradients, 0, count * sizeof *gradients);
    return gradients;
}

void nsym_lola_backward(const nsym_pass *pass, const nsym_layer *layer) {
    /* as above, with dweight (particles, learned); the momenta have no gradient */
    const nsym_lola_plan *lola = &layer->lola;
    const size_t particles = lola->particles, learned = lola->learned, n = nsym_lola_combinations(particles, learned);
    const nsym_block *x = &pass->blocks[layer->source[0]], *y = &pass->blocks[layer->destination];
    const real *energies = pass->values + lola->energies, *distances = pass->values + lola->distances;
    real *dweight = begin(pass, layer->weight, particles * learned), *dw = begin(pass, lola->energies, n * n),
         *dv = begin(pass, lola->distances, n * n);
    double *dq = lola->gradient;
    for (size_t event = 0; event < pass->rows[NSYM_EVENT_ROWS]; event++) {
        const real *q = lola->combined + event * 4 * n, *momenta = x->value + event * x->width;
        memset(dq, 0, 4 * n * sizeof *dq);
        for (size_t j = 0; j < n; j++) {
            size_t at = event * y->width + NSYM_LOLA_NUMBERS * j;
            spread(dq, dw + j * n, dv + j * n, q, energies + j * n, distances + j * n, y->value + at, y->gradient + at,
                   j, n);
        }
        for (size_t i = 0; i < particles; i++)
            for (size_t a = 0; a < learned; a++)
                for (size_t k = 0; k < 4; k++)
                    dweight[i * learned + a] += (real)((double)momenta[4 * i + k] * dq[4 * (1 + particles + a) + k]);
    }
}
