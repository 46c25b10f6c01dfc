/* Vertices get colours that no numbering changes, refined by their neighbours' colours (Weisfeiler & Leman, 1968).
   Among the numberings that go by colour, the least matrix is the form: numbers are given one by one, and a row above
   the best one's ends the attempt. */
#include "observables/efp_canonical.h"

#include "base/hash.h"

#include <stdbool.h>
#include <string.h>

enum { N = NSYM_EFP_CONNECTED_MAX };

typedef struct numbering {
    unsigned n;
    uint8_t edge[N][N]; /* multiplicities */
    uint64_t colour[N]; /* of a vertex */
    uint64_t sorted[N]; /* of a number */
    unsigned vertex[N]; /* of a number */
    bool whole;         /* is there a best one? */
    nsym_efp_canonical now, best;
} numbering;

/* A collision of colours costs time only. */
static void refine_colours(numbering *g) {
    uint64_t next[N];
    for (unsigned v = 0; v < g->n; v++) {
        next[v] = nsym_hash_mix(g->colour[v] + 1);
        for (unsigned u = 0; u < g->n; u++)
            if (g->edge[v][u]) next[v] += nsym_hash_mix(g->colour[u] ^ nsym_hash_mix(g->edge[v][u]));
    }
    memcpy(g->colour, next, sizeof next);
}

static void sort_colours(numbering *g) {
    for (unsigned i = 0; i < g->n; i++) {
        unsigned at = i;
        for (; at > 0 && g->sorted[at - 1] > g->colour[i]; at--) g->sorted[at] = g->sorted[at - 1];
        g->sorted[at] = g->colour[i];
    }
}

/* Do two vertices have the same edges to all others? Then either may come first. */
static bool alike(const numbering *g, unsigned u, unsigned v) {
    for (unsigned w = 0; w < g->n; w++)
        if (w != u && w != v && g->edge[u][w] != g->edge[v][w]) return false;
    return true;
}

static bool like_an_earlier_one(const numbering *g, unsigned v, unsigned free) {
    for (unsigned u = 0; u < v; u++)
        if (free >> u & 1 && g->colour[u] == g->colour[v] && alike(g, u, v)) return true;
    return false;
}

/* Gives out the numbers from `i` on to the vertices in `free`; `equal`: so far no row is below the best one's. */
static void number(numbering *g, unsigned i, unsigned free, bool equal) {
    if (i == g->n) {
        g->best = g->now;
        g->whole = true;
        return;
    }
    uint8_t *row = g->now.below + i * (i - 1) / 2;
    const uint8_t *best = g->best.below + i * (i - 1) / 2;
    for (unsigned v = 0; v < g->n; v++) {
        if (!(free >> v & 1) || g->colour[v] != g->sorted[i] || like_an_earlier_one(g, v, free)) continue;
        for (unsigned k = 0; k < i; k++) row[k] = g->edge[v][g->vertex[k]];
        int order = equal && g->whole ? memcmp(row, best, i) : -1;
        if (order > 0) continue;
        g->vertex[i] = v;
        number(g, i + 1, free & ~(1u << v), order == 0);
        equal = true; /* the best one now begins with these rows */
    }
}

nsym_efp_canonical nsym_efp_canonical_of(unsigned n, unsigned e, const uint8_t (*ends)[2],
                                         const uint8_t *multiplicity) {
    numbering g = {.n = n};
    for (unsigned i = 0; i < e; i++) g.edge[ends[i][0]][ends[i][1]] = g.edge[ends[i][1]][ends[i][0]] = multiplicity[i];
    for (unsigned round = 0; round < n; round++) refine_colours(&g);
    sort_colours(&g);
    number(&g, 0, (1u << n) - 1, true);
    return g.best;
}
