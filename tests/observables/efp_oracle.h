/* Energy-flow polynomials as they are defined, the slow way, in extended precision: what the plan is held against. */
#ifndef NSYM_TESTS_EFP_ORACLE_H
#define NSYM_TESTS_EFP_ORACLE_H

#include <nearsym/efp.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* z (m) and theta (m, m) at one kappa and beta of particles (m, 3), all with pt. */
static inline void oracle_measure(const double *p, size_t m, double kappa, double beta, long double *z,
                                  long double *theta) {
    long double total = 0;
    for (size_t i = 0; i < m; i++) total += p[3 * i];
    for (size_t i = 0; i < m; i++) {
        z[i] = powl(p[3 * i] / total, kappa);
        for (size_t j = 0; j < m; j++) {
            long double eta = (long double)p[3 * i + 1] - p[3 * j + 1], phi = (long double)p[3 * i + 2] - p[3 * j + 2];
            phi = remainderl(phi, 2 * acosl(-1));
            theta[i * m + j] = i == j ? 0 : powl(eta * eta + phi * phi, 0.5L * beta);
        }
    }
}

/* Sums over vertex `v` and all behind it, those before being chosen. */
static inline long double oracle_nested(const nsym_efp_graph *g, size_t m, const long double *z,
                                        const long double *theta, unsigned v, size_t *chosen) {
    if (v == g->n) return 1;
    long double sum = 0;
    for (size_t i = 0; i < m; i++) {
        long double term = z[i];
        chosen[v] = i;
        for (unsigned e = 0; e < g->e; e++) {
            unsigned a = g->ends[e][0], b = g->ends[e][1];
            if ((a > b ? a : b) != v) continue;
            for (unsigned k = 0; k < g->multiplicity[e]; k++) term *= theta[chosen[a] * m + chosen[b]];
        }
        if (term != 0) sum += term * oracle_nested(g, m, z, theta, v + 1, chosen);
    }
    return sum;
}

/* A table over up to three vertices, indexed in the order of their numbers. */
typedef struct oracle_table {
    unsigned over; /* bit v: vertex v */
    long double *value;
} oracle_table;

static inline size_t oracle_index(unsigned over, const size_t *chosen, size_t m) {
    size_t index = 0;
    for (unsigned v = 0; v < 16; v++)
        if (over >> v & 1) index = index * m + chosen[v];
    return index;
}

/* Chooses the vertices of `over` from v on, then sums over vertex `gone` of the product of the tables. */
static inline void oracle_fill(const oracle_table *t, size_t n, const long double *z, size_t m, unsigned gone,
                               oracle_table *out, unsigned v, size_t *chosen) {
    while (v < 16 && !(out->over >> v & 1)) v++;
    if (v < 16) {
        for (chosen[v] = 0; chosen[v] < m; chosen[v]++) {
            size_t kept = chosen[v];
            oracle_fill(t, n, z, m, gone, out, v + 1, chosen);
            chosen[v] = kept;
        }
        return;
    }
    long double sum = 0;
    for (chosen[gone] = 0; chosen[gone] < m; chosen[gone]++) {
        long double term = z[chosen[gone]];
        for (size_t i = 0; i < n; i++) term *= t[i].value[oracle_index(t[i].over, chosen, m)];
        sum += term;
    }
    out->value[oracle_index(out->over, chosen, m)] = sum;
}

/* Sums over one vertex after another, each time that with the fewest neighbours: no sharing, no symmetry. */
static inline long double oracle_eliminated(const nsym_efp_graph *g, size_t m, const long double *z,
                                            const long double *theta) {
    oracle_table table[16];
    size_t tables = 0, chosen[16] = {0};
    long double number = 1;
    for (unsigned e = 0; e < g->e; e++, tables++) {
        table[tables] = (oracle_table){1u << g->ends[e][0] | 1u << g->ends[e][1], malloc(m * m * sizeof *z)};
        for (size_t i = 0; i < m * m; i++) table[tables].value[i] = powl(theta[i], g->multiplicity[e]);
    }
    for (unsigned left = (1u << g->n) - 1; left;) {
        unsigned best = 0, over = 0xffff;
        for (unsigned v = 0; v < g->n; v++) {
            unsigned joint = 0;
            for (size_t i = 0; i < tables; i++)
                if (table[i].over >> v & 1) joint |= table[i].over;
            joint &= ~(1u << v);
            if (left >> v & 1 && __builtin_popcount(joint) < __builtin_popcount(over)) best = v, over = joint;
        }
        oracle_table used[16], made = {over, NULL};
        size_t uses = 0, kept = 0, size = 1;
        for (size_t i = 0; i < tables; i++)
            if (table[i].over >> best & 1)
                used[uses++] = table[i];
            else
                table[kept++] = table[i];
        for (int k = 0; k < __builtin_popcount(over); k++) size *= m;
        made.value = malloc(size * sizeof *z);
        oracle_fill(used, uses, z, m, best, &made, 0, chosen);
        for (size_t i = 0; i < uses; i++) free(used[i].value);
        left &= ~(1u << best);
        tables = kept;
        if (over) {
            table[tables++] = made;
        } else {
            number *= made.value[0];
            free(made.value);
        }
    }
    return number;
}

#endif
