/* The graphs. Simple connected graphs grow from smaller ones, by a vertex on one edge or by an edge; each then gets its
   edges' multiplicities by all partitions of d; a canonical form tells which are new. The order of all this is
   EnergyFlow's. Products are multisets of connected graphs. */
#include "observables/efp_graph.h"

#include "base/fail.h"
#include "observables/efp_canonical.h"

#include <stdlib.h>
#include <string.h>

enum {
    D = NSYM_EFP_DEGREE_MAX,
    N = D + 1,
    SIMPLE_MAX = 64, /* of one n and e */
    GRAPHS_MAX = 2048,
    ORDERS_MAX = 512
};

typedef struct simple {
    unsigned n, e;
    uint8_t ends[D][2];
    nsym_efp_canonical form;
} simple;

/* Every graph found so far. */
typedef struct search {
    simple found[N + 1][D + 1][SIMPLE_MAX];
    size_t count[N + 1][D + 1];
    nsym_efp_graph *graph; /* (GRAPHS_MAX) */
    size_t graphs;
} search;

/* Adds a simple graph that is one of these with an edge more, if it is new. */
static nsym_status add_simple(search *s, const simple *seed, unsigned n, unsigned a, unsigned b) {
    static const uint8_t ones[D] = {1, 1, 1, 1, 1, 1, 1};
    simple grown = *seed;
    grown.n = n;
    grown.ends[grown.e][0] = (uint8_t)a, grown.ends[grown.e][1] = (uint8_t)b;
    grown.e++;
    grown.form = nsym_efp_canonical_of(n, grown.e, (const uint8_t(*)[2])grown.ends, ones);
    simple *list = s->found[n][grown.e];
    size_t *count = &s->count[n][grown.e];
    for (size_t i = 0; i < *count; i++)
        if (memcmp(&list[i].form, &grown.form, sizeof grown.form) == 0) return NSYM_OK;
    if (*count == SIMPLE_MAX) return nsym_fail(NSYM_EINTERNAL, "more than %d graphs of %u vertices", SIMPLE_MAX, n);
    list[(*count)++] = grown;
    return NSYM_OK;
}

static bool joined(const simple *g, unsigned a, unsigned b) {
    for (unsigned i = 0; i < g->e; i++)
        if (g->ends[i][0] == a && g->ends[i][1] == b) return true;
    return false;
}

static nsym_status grow(search *s, unsigned n, unsigned e) {
    for (size_t i = 0; i < s->count[n - 1][e - 1]; i++)
        for (unsigned v = 0; v + 1 < n; v++) NSYM_TRY(add_simple(s, &s->found[n - 1][e - 1][i], n, v, n - 1));
    for (size_t i = 0; i < s->count[n][e - 1]; i++)
        for (unsigned a = 0; a < n; a++)
            for (unsigned b = a + 1; b < n; b++)
                if (!joined(&s->found[n][e - 1][i], a, b)) NSYM_TRY(add_simple(s, &s->found[n][e - 1][i], n, a, b));
    return NSYM_OK;
}

/* How many indices it takes to sum over one vertex after another: by the least order of steps. */
static unsigned chi_of(const nsym_efp_graph *g, unsigned left, const unsigned *near) {
    if (left == 0) return 1;
    unsigned best = N + 1;
    for (unsigned v = 0; v < g->n; v++) {
        if (!(left >> v & 1)) continue;
        unsigned next[N], chi = (unsigned)__builtin_popcount(near[v]) + 1;
        for (unsigned u = 0; u < g->n; u++)
            next[u] = (near[v] >> u & 1 ? near[u] | near[v] : near[u]) & ~(1u << v) & ~(1u << u);
        if (chi >= best) continue;
        unsigned rest = chi_of(g, left & ~(1u << v), next);
        if (rest > chi) chi = rest;
        if (chi < best) best = chi;
        if (__builtin_popcount(near[v]) <= 1) break; /* a leaf costs least */
    }
    return best;
}

static void count_valencies(nsym_efp_graph *g) {
    unsigned valency[2 * D] = {0}, near[N] = {0};
    for (unsigned i = 0; i < g->e; i++) {
        if (g->multiplicity[i] > g->m) g->m = g->multiplicity[i];
        for (unsigned side = 0; side < 2; side++) {
            valency[g->ends[i][side]] += g->multiplicity[i];
            near[g->ends[i][side]] |= 1u << g->ends[i][!side];
        }
    }
    for (unsigned v = 0; v < g->n; v++) {
        if (valency[v] > g->v) g->v = valency[v];
        g->h += valency[v] == 1;
    }
    g->c = chi_of(g, (1u << g->n) - 1, near);
}

static nsym_status add_connected(search *s, const simple *g, unsigned d, const uint8_t *multiplicity) {
    if (s->graphs == GRAPHS_MAX) return nsym_fail(NSYM_EINTERNAL, "more than %d graphs", (int)GRAPHS_MAX);
    nsym_efp_graph *out = &s->graph[s->graphs];
    *out = (nsym_efp_graph){.n = g->n, .e = g->e, .d = d, .p = 1};
    memcpy(out->ends, g->ends, sizeof out->ends);
    memcpy(out->multiplicity, multiplicity, g->e);
    for (size_t i = 0; i < s->graphs; i++) out->k += s->graph[i].n == out->n && s->graph[i].d == d;
    count_valencies(out);
    out->factor[0][0] = (uint8_t)out->n, out->factor[0][1] = (uint8_t)d;
    out->factor_k[0] = (uint16_t)out->k;
    s->graphs++;
    return NSYM_OK;
}

/* Gives the graph's edges the multiplicities of a partition, in every order that makes a new graph. */
static nsym_status weigh(search *s, const simple *g, unsigned d, const uint8_t *part) {
    uint8_t order[ORDERS_MAX][D];
    nsym_efp_canonical form[ORDERS_MAX];
    size_t orders = nsym_efp_part_orders(part, g->e, order, ORDERS_MAX), kept = 0;
    for (size_t i = 0; i < orders; i++) {
        form[kept] = nsym_efp_canonical_of(g->n, g->e, (const uint8_t(*)[2])g->ends, order[i]);
        size_t k = 0;
        while (k < kept && memcmp(&form[k], &form[kept], sizeof form[k]) != 0) k++;
        if (k < kept) continue;
        kept++;
        NSYM_TRY(add_connected(s, g, d, order[i]));
    }
    return NSYM_OK;
}

/* All partitions of `left` into `e` - `fixed` numbers that do not fall, none below `least`. */
static nsym_status partition(search *s, const simple *g, unsigned d, uint8_t *part, unsigned fixed, unsigned left,
                             unsigned least) {
    if (fixed + 1 == g->e) {
        part[fixed] = (uint8_t)left;
        return weigh(s, g, d, part);
    }
    for (unsigned m = least; m * (g->e - fixed) <= left; m++) {
        part[fixed] = (uint8_t)m;
        NSYM_TRY(partition(s, g, d, part, fixed + 1, left - m, m));
    }
    return NSYM_OK;
}

static nsym_status find_connected(search *s) {
    s->count[1][0] = 1;
    s->found[1][0][0] = (simple){.n = 1};
    s->graph[s->graphs++] = (nsym_efp_graph){.n = 1, .c = 1, .p = 1, .factor = {{1, 0}}};
    for (unsigned n = 2; n <= N; n++)
        for (unsigned e = n - 1; e <= D; e++) {
            NSYM_TRY(grow(s, n, e));
            for (size_t i = 0; i < s->count[n][e]; i++)
                for (unsigned d = e; d <= D; d++) {
                    uint8_t part[D] = {0};
                    NSYM_TRY(partition(s, &s->found[n][e][i], d, part, 0, d, 1));
                }
        }
    return NSYM_OK;
}

static void multiply(nsym_efp_graph *a, const nsym_efp_graph *b) {
    for (unsigned i = 0; i < b->e; i++) {
        a->ends[a->e][0] = (uint8_t)(b->ends[i][0] + a->n), a->ends[a->e][1] = (uint8_t)(b->ends[i][1] + a->n);
        a->multiplicity[a->e++] = b->multiplicity[i];
    }
    a->factor[a->p][0] = (uint8_t)b->n, a->factor[a->p][1] = (uint8_t)b->d;
    a->factor_k[a->p] = (uint16_t)b->k;
    a->n += b->n, a->d += b->d, a->h += b->h, a->p++;
    if (b->v > a->v) a->v = b->v;
    if (b->m > a->m) a->m = b->m;
    if (b->c > a->c) a->c = b->c;
    a->k = 0;
}

/* All products of `left` with connected graphs from number `first` on, of which there are `connected`. */
static nsym_status find_products(search *s, const nsym_efp_graph *left, size_t first, size_t connected) {
    for (size_t i = first; i < connected; i++) {
        nsym_efp_graph product = *left;
        if (left->d + s->graph[i].d > D) continue;
        multiply(&product, &s->graph[i]);
        if (s->graphs == GRAPHS_MAX) return nsym_fail(NSYM_EINTERNAL, "more than %d graphs", (int)GRAPHS_MAX);
        s->graph[s->graphs++] = product;
        NSYM_TRY(find_products(s, &product, i, connected));
    }
    return NSYM_OK;
}

static int by_size(const void *a, const void *b) {
    const nsym_efp_graph *x = a, *y = b;
    if (x->n != y->n) return x->n < y->n ? -1 : 1;
    if (x->d != y->d) return x->d < y->d ? -1 : 1;
    if (x->p != y->p) return x->p < y->p ? -1 : 1;
    int order = memcmp(x->factor, y->factor, sizeof x->factor);
    for (unsigned i = 0; i < D && order == 0; i++) order = (int)x->factor_k[i] - (int)y->factor_k[i];
    return order;
}

nsym_status nsym_efp_all_graphs(nsym_efp_graph **graphs, size_t *count) {
    *graphs = NULL;
    search *s = calloc(1, sizeof *s);
    nsym_status status = NSYM_OK;
    if (!s || !(s->graph = calloc(GRAPHS_MAX, sizeof *s->graph))) {
        free(s);
        return nsym_fail(NSYM_ENOMEM, "no memory for graphs");
    }
    status = find_connected(s);
    size_t connected = s->graphs;
    for (size_t i = 1; i < connected && status == NSYM_OK; i++) status = find_products(s, &s->graph[i], i, connected);
    if (status == NSYM_OK) {
        qsort(s->graph + connected, s->graphs - connected, sizeof *s->graph, by_size);
        *graphs = s->graph;
        *count = s->graphs;
    } else {
        free(s->graph);
    }
    free(s);
    return status;
}
