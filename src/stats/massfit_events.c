#include "stats/massfit_events.h"

#include "base/cpu.h"
#include "base/exp.h"
#include "base/log.h"

#include <math.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, K = NSYM_MASS_TAU, BLOCK = NSYM_MASS_BLOCK, LANES = 8, SUMS = NSYM_MASS_SUMS };
typedef nsym_mass_events events;
typedef nsym_mass_model model;

/* Voigt's terms become those of the profile normalised in the window. */
NSYM_LOOP normalise_loop(events *out, const double *norms, size_t n) {
    static const int first[6] = {NSYM_VOIGT_S, NSYM_VOIGT_S, NSYM_VOIGT_S, NSYM_VOIGT_G, NSYM_VOIGT_G, NSYM_VOIGT_C};
    static const int second[6] = {NSYM_VOIGT_S, NSYM_VOIGT_G, NSYM_VOIGT_C, NSYM_VOIGT_G, NSYM_VOIGT_C, NSYM_VOIGT_C};
    double inverse = 1 / norms[NSYM_VOIGT_VALUE], *v = out->v[NSYM_VOIGT_VALUE];
#pragma omp simd
    for (size_t i = 0; i < n; i++) v[i] *= inverse;
    for (int t = NSYM_VOIGT_S; t <= NSYM_VOIGT_C; t++) {
        double *term = out->v[t], by = norms[t];
#pragma omp simd
        for (size_t i = 0; i < n; i++) term[i] = term[i] * inverse - v[i] * by;
    }
    for (int t = 0; t < 6; t++) {
        double *term = out->v[NSYM_VOIGT_SS + t], of_both = norms[NSYM_VOIGT_SS + t];
        double of_first = norms[first[t]], of_second = norms[second[t]];
        const double *one = out->v[first[t]], *two = out->v[second[t]];
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            term[i] = term[i] * inverse - (one[i] * of_second + two[i] * of_first + v[i] * of_both);
    }
}

NSYM_THREE_PATHS(normalise, (events * out, const double *norms, size_t n), (out, norms, n))

/* The background's density exp(-k t - norm) is `edge` at the end of the window where it is largest, and falls from
   there. */
NSYM_LOOP mix_loop(events *out, const model *m, double edge, const double *mass, size_t n) {
    double s = m->at[NSYM_MASS_FRACTION], k = m->at[K], top = fabs(k) * (m->high - m->low) / 2;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double t = mass[i] - m->middle, fall = k * t + top, v = out->v[NSYM_VOIGT_VALUE][i];
        double e = edge * nsym_exp_minus(fall > 0 ? fall : 0), slope = -t - m->norm_k, p = s * v + (1 - s) * e;
        out->e[i] = e;
        out->slope[i] = slope;
        out->p[i] = p > 1e-300 ? p : 1e-300;
        out->first[K][i] = (1 - s) * e * slope;
        out->first[NSYM_MASS_SIGMA][i] = s * out->v[NSYM_VOIGT_S][i];
        out->first[NSYM_MASS_GAMMA][i] = s * out->v[NSYM_VOIGT_G][i];
        out->first[NSYM_MASS_FRACTION][i] = v - e;
        out->first[NSYM_MASS_CENTRE][i] = s * out->v[NSYM_VOIGT_C][i];
    }
}

NSYM_THREE_PATHS(mix, (events * out, const model *m, double edge, const double *mass, size_t n),
                 (out, m, edge, mass, n))

/* Beyond n, up to whole vectors, the last mass is repeated. */
void nsym_mass_events_at(events *out, const model *m, const double *mass, size_t n) {
    double x[BLOCK], at[BLOCK], top = fabs(m->at[K]) * (m->high - m->low) / 2;
    size_t whole = (n + LANES - 1) / LANES * LANES;
    for (size_t i = 0; i < whole; i++) {
        at[i] = mass[i < n ? i : n - 1];
        x[i] = at[i] - m->at[NSYM_MASS_CENTRE];
    }
    nsym_voigt_rows(x, whole, m->at[NSYM_MASS_SIGMA], m->at[NSYM_MASS_GAMMA], out->v[0], BLOCK);
    normalise(out, m->norms, whole);
    mix(out, m, exp(top - m->norm), at, whole);
}

/* LANES sums each, whose order no CPU's vectors change. Shape: lane (SUMS, LANES). */
NSYM_LOOP add_loop(double (*lane)[LANES], const events *at, const model *m, const double *weight, size_t begin) {
    const double s = m->at[NSYM_MASS_FRACTION];
#pragma omp simd
    for (size_t l = 0; l < LANES; l++) {
        size_t i = begin + l;
        double e = at->e[i], slope = at->slope[i], inverse = 1 / at->p[i], w = weight[l], by = w * inverse;
        double r0 = at->first[0][i] * inverse, r1 = at->first[1][i] * inverse, r2 = at->first[2][i] * inverse;
        double r3 = at->first[3][i] * inverse, r4 = at->first[4][i] * inverse;
        lane[0][l] -= w * nsym_log(at->p[i]);
        lane[1][l] -= w * r0;
        lane[2][l] -= w * r1;
        lane[3][l] -= w * r2;
        lane[4][l] -= w * r3;
        lane[5][l] -= w * r4;
        lane[6][l] += w * (r0 * r0) - by * ((1 - s) * e * (slope * slope - m->norm_kk));
        lane[7][l] += w * (r1 * r0);
        lane[8][l] += w * (r1 * r1) - by * (s * at->v[NSYM_VOIGT_SS][i]);
        lane[9][l] += w * (r2 * r0);
        lane[10][l] += w * (r2 * r1) - by * (s * at->v[NSYM_VOIGT_SG][i]);
        lane[11][l] += w * (r2 * r2) - by * (s * at->v[NSYM_VOIGT_GG][i]);
        lane[12][l] += w * (r3 * r0) + by * (e * slope);
        lane[13][l] += w * (r3 * r1) - by * at->v[NSYM_VOIGT_S][i];
        lane[14][l] += w * (r3 * r2) - by * at->v[NSYM_VOIGT_G][i];
        lane[15][l] += w * (r3 * r3);
        lane[16][l] += w * (r4 * r0);
        lane[17][l] += w * (r4 * r1) - by * (s * at->v[NSYM_VOIGT_SC][i]);
        lane[18][l] += w * (r4 * r2) - by * (s * at->v[NSYM_VOIGT_GC][i]);
        lane[19][l] += w * (r4 * r3) - by * at->v[NSYM_VOIGT_C][i];
        lane[20][l] += w * (r4 * r4) - by * (s * at->v[NSYM_VOIGT_CC][i]);
    }
}

NSYM_THREE_PATHS(add, (double (*lane)[LANES], const events *at, const model *m, const double *weight, size_t begin),
                 (lane, at, m, weight, begin))

void nsym_mass_events_sums(double sums[SUMS], const events *at, const model *m, const double *weight, size_t n) {
    double lane[SUMS][LANES] = {{0}};
    size_t whole = n / LANES * LANES, rest = n - whole;
    static const double ones[LANES] = {1, 1, 1, 1, 1, 1, 1, 1};
    for (size_t i = 0; i < whole; i += LANES) add(lane, at, m, weight ? weight + i : ones, i);
    if (rest > 0) { /* lanes without an event repeat the last, by weight 0 */
        double of_rest[LANES] = {0};
        for (size_t l = 0; l < rest; l++) of_rest[l] = weight ? weight[whole + l] : 1;
        add(lane, at, m, of_rest, whole);
    }
    for (int k = 0; k < SUMS; k++) {
        sums[k] = 0;
        for (int l = 0; l < LANES; l++) sums[k] += lane[k][l];
    }
}
