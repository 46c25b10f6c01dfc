#include "detector/calorimeter.h"

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>

void nsym_calorimeter_clear(nsym_calorimeter *calorimeter) {
    free(calorimeter->points);
    free(calorimeter->normals);
    calorimeter->points = NULL;
    calorimeter->normals = NULL;
    calorimeter->capacity = 0;
}

static nsym_status reserve(nsym_calorimeter *c, size_t n) {
    if (n <= c->capacity) return NSYM_OK;
    size_t capacity = n + n / 2;
    nsym_calorimeter_clear(c);
    c->points = malloc(3 * capacity * sizeof *c->points);
    c->normals = malloc(capacity * sizeof *c->normals);
    if (!c->points || !c->normals) {
        nsym_calorimeter_clear(c);
        return nsym_fail(NSYM_ENOMEM, "calorimeter: no memory for %zu particles", n);
    }
    c->capacity = capacity;
    return NSYM_OK;
}

/* sigma(E) / E */
static double resolution_of(const nsym_resolution *r, nsym_neighbour_kind kind, double energy) {
    if (kind == NSYM_PHOTON || kind == NSYM_LEPTON) return r->photon_stochastic / sqrt(energy);
    return sqrt(r->hadron_stochastic * r->hadron_stochastic / energy + r->hadron_constant * r->hadron_constant);
}

nsym_status nsym_calorimeter_fill(nsym_calorimeter *c, nsym_random *random, const nsym_activity *activity,
                                  double mu_eta, double *image) {
    NSYM_TRY(reserve(c, activity->count));
    nsym_random_normals(random, c->normals, activity->count);
    double e = exp(mu_eta);
    size_t hits = 0;
    for (size_t i = 0; i < activity->count; i++) {
        const nsym_neighbour *n = &activity->neighbour[i];
        if (!(n->pt > 0) || isnan(n->d_phi_calorimeter)) continue;
        double grown = e * exp(n->d_eta), energy = n->pt * 0.5 * (grown + 1 / grown);
        double factor = 1 + resolution_of(&c->resolution, n->kind, energy) * (double)c->normals[i];
        if (!(factor > 0)) continue;
        double *point = c->points + 3 * hits++;
        point[0] = n->d_eta;
        point[1] = n->d_phi_calorimeter;
        point[2] = n->pt * factor;
    }
    nsym_pixels_fill(c->pixels, c->points, hits, image);
    return NSYM_OK;
}
