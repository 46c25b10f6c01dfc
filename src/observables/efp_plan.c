/* Planning. A graph is taken apart vertex by vertex: one with a single neighbour becomes a weight of that (a vector),
   one with two an edge between them (a matrix), and the two ends of a plain edge in K4 an edge between the other two.
   Every order is tried; that is kept whose steps cost least beside what other graphs have need of anyway, and once all
   graphs have one, each is asked again. */
#include "observables/efp_plan.h"

#include "base/fail.h"
#include "observables/efp_nodes.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = NSYM_EFP_NO_STEP, VERTICES = 2 * NSYM_EFP_DEGREE_MAX, PASSES = 4, SEEN_MAX = 1 << 14 };

static const double TYPICAL_M = 40; /* constituents for which costs are compared */

bool nsym_efp_is_matrix(nsym_efp_kind kind) {
    return kind <= NSYM_EFP_DIAMOND;
}

bool nsym_efp_is_vector(nsym_efp_kind kind) {
    return kind == NSYM_EFP_SUM || kind == NSYM_EFP_SUM2 || kind == NSYM_EFP_TIMES;
}

double nsym_efp_step_flops(const nsym_efp_step *s, double m) {
    switch (s->kind) {
    case NSYM_EFP_SERIES: /* of a symmetric one, a triangle */
        return s->symmetric ? m * m * (m + 1) : 2 * m * m * m;
    case NSYM_EFP_DIAMOND: /* pairs of pairs, and what they are made of */
        return 0.5 * m * (m + 1) * (m * m + 3 * m);
    case NSYM_EFP_TRIANGLE: /* triples in one order */
        return m * (m - 1) * (m - 2) / 3 + 3 * m * m;
    case NSYM_EFP_SUM:
        return 2 * m * m;
    case NSYM_EFP_SUM2:
        return 3 * m * m;
    case NSYM_EFP_TRANSPOSE:
        return 0;
    case NSYM_EFP_POWER:
        return s->power > 1 ? m * m : 0;
    case NSYM_EFP_TIMES:
        return m;
    case NSYM_EFP_DOT:
        return 3 * m;
    case NSYM_EFP_FACTOR:
        return 1;
    default:
        return m * m;
    }
}

/* What is left of a graph: weights of vertices, and edges[a][b] from a to b; the other direction is kept too. */
typedef struct remains {
    unsigned left; /* bit v: vertex v is there */
    int weight[VERTICES];
    nsym_efp_way edge[VERTICES][VERTICES]; /* node NONE: no edge */
} remains;

typedef struct search {
    nsym_efp_nodes *nodes;
    uint64_t seen[SEEN_MAX]; /* remains met before, by hash; 0: empty */
    int best;                /* the number that costs least so far */
    double cost;
} search;

static unsigned neighbours(const remains *g, unsigned v) {
    unsigned near = 0;
    for (unsigned u = 0; u < VERTICES; u++)
        if (g->left >> u & 1 && g->edge[v][u].node != NONE) near |= 1u << u;
    return near;
}

static void join(nsym_efp_nodes *nodes, remains *g, unsigned a, unsigned b, nsym_efp_way way) {
    if (g->edge[a][b].node != NONE) way = nsym_efp_side_by_side(nodes, g->edge[a][b], way);
    g->edge[a][b] = way;
    g->edge[b][a] = nsym_efp_turn(nodes, way);
}

/* One user more (+1) or less (-1) of a node; where it is the first or last, so for its parts, whose cost is given. */
static double add_user(nsym_efp_nodes *nodes, int node, int change) {
    if (node == NONE) return 0;
    const nsym_efp_step *s = &nodes->node[node];
    unsigned before = nodes->users[node];
    nodes->users[node] = (unsigned)((int)before + change);
    if ((change > 0 ? before : nodes->users[node]) > 0) return 0;
    double own = nsym_efp_step_flops(s, TYPICAL_M) + (nsym_efp_is_matrix(s->kind) ? TYPICAL_M * TYPICAL_M : TYPICAL_M);
    return own + add_user(nodes, s->x, change) + add_user(nodes, s->y, change) + add_user(nodes, s->w, change);
}

/* What a number costs beside what is used already. */
static double cost_of(nsym_efp_nodes *nodes, int number) {
    double cost = add_user(nodes, number, 1);
    add_user(nodes, number, -1);
    return cost;
}

static bool met_before(search *s, const remains *g) {
    uint64_t h = g->left;
    for (unsigned v = 0; v < VERTICES; v++) {
        if (!(g->left >> v & 1)) continue;
        h = (h ^ (uint32_t)g->weight[v]) * 0x9e3779b97f4a7c15u, h ^= h >> 31;
        for (unsigned u = v + 1; u < VERTICES; u++) {
            if (!(g->left >> u & 1) || g->edge[v][u].node == NONE) continue;
            uint64_t part = (uint64_t)g->edge[v][u].node * 2 + g->edge[v][u].turned;
            h = (h ^ (part << 8 | v << 4 | u)) * 0xbf58476d1ce4e5b9u, h ^= h >> 29;
        }
    }
    h |= 1;
    size_t at = h / 2 % SEEN_MAX;
    for (size_t tries = 0; tries < 64; tries++, at = (at + 1) % SEEN_MAX) {
        if (s->seen[at] == h) return true;
        if (s->seen[at] == 0) {
            s->seen[at] = h;
            return false;
        }
    }
    return false;
}

static void take_apart(search *s, const remains *g);

/* A vertex with one neighbour goes. */
static void drop_leaf(search *s, const remains *g, unsigned v, unsigned near) {
    remains next = *g;
    unsigned u = (unsigned)__builtin_ctz(near);
    nsym_efp_way way = g->edge[u][v];
    int sum = nsym_efp_node(
        s->nodes,
        (nsym_efp_step){.kind = NSYM_EFP_SUM, .x = way.node, .x_turned = way.turned, .y = NONE, .w = g->weight[v]});
    next.left &= ~(1u << v);
    next.weight[u] = nsym_efp_times(s->nodes, g->weight[u], sum);
    take_apart(s, &next);
}

static void drop_middle(search *s, const remains *g, unsigned v, unsigned near) {
    remains next = *g;
    unsigned a = (unsigned)__builtin_ctz(near), b = (unsigned)__builtin_ctz(near & (near - 1));
    next.left &= ~(1u << v);
    join(s->nodes, &next, a, b, nsym_efp_in_series(s->nodes, g->edge[a][v], g->weight[v], g->edge[v][b]));
    take_apart(s, &next);
}

/* Two neighbours without weights, joined by plain edges to each other and to the same other two. */
static void drop_pairs(search *s, const remains *g) {
    int plain = nsym_efp_power(s->nodes, 1).node;
    for (unsigned k = 0; k < VERTICES; k++)
        for (unsigned l = k + 1; l < VERTICES; l++) {
            if (!(g->left >> k & 1) || !(g->left >> l & 1) || g->edge[k][l].node != plain) continue;
            unsigned near = neighbours(g, k) & ~(1u << l);
            if (near != (neighbours(g, l) & ~(1u << k)) || __builtin_popcount(near) != 2) continue;
            unsigned i = (unsigned)__builtin_ctz(near), j = (unsigned)__builtin_ctz(near & (near - 1));
            if (g->weight[k] != NONE || g->weight[l] != NONE || g->edge[i][k].node != plain ||
                g->edge[j][k].node != plain || g->edge[i][l].node != plain || g->edge[j][l].node != plain)
                continue;
            remains next = *g;
            next.left &= ~(1u << k) & ~(1u << l);
            join(s->nodes, &next, i, j, nsym_efp_diamond(s->nodes));
            take_apart(s, &next);
        }
}

/* Keeps a graph's number if it costs least so far. */
static void offer(search *s, nsym_efp_step step) {
    int number = nsym_efp_node(s->nodes, step);
    double cost = cost_of(s->nodes, number);
    if (s->best == NONE || cost < s->cost) s->best = number, s->cost = cost;
}

/* A triangle of three times the same distances, without weights, is a number at once. */
static void close_triangle(search *s, const remains *g) {
    if (__builtin_popcount(g->left) != 3) return;
    unsigned a = (unsigned)__builtin_ctz(g->left), b = (unsigned)__builtin_ctz(g->left & (g->left - 1));
    unsigned c = (unsigned)(31 - __builtin_clz(g->left));
    int edge = g->edge[a][b].node;
    if (edge == NONE || g->edge[a][c].node != edge || g->edge[b][c].node != edge) return;
    if (g->weight[a] != NONE || g->weight[b] != NONE || g->weight[c] != NONE) return;
    if (s->nodes->node[edge].kind == NSYM_EFP_POWER)
        offer(s, (nsym_efp_step){.kind = NSYM_EFP_TRIANGLE, .x = edge, .y = NONE, .w = NONE});
}

/* Tries every way to go on; leaves go first, as any of them must go alone sooner or later. */
static void take_apart(search *s, const remains *g) {
    if (met_before(s, g)) return;
    unsigned near[VERTICES] = {0};
    unsigned least = VERTICES;
    for (unsigned v = 0; v < VERTICES; v++) {
        if (!(g->left >> v & 1)) continue;
        near[v] = neighbours(g, v);
        unsigned n = (unsigned)__builtin_popcount(near[v]);
        if (n < least) least = n;
    }
    if (least == 0) { /* the last one: the graph is connected */
        int w = g->weight[__builtin_ctz(g->left)], x = w, y = NONE;
        if (w != NONE && s->nodes->node[w].kind == NSYM_EFP_TIMES) x = s->nodes->node[w].x, y = s->nodes->node[w].y;
        offer(s, (nsym_efp_step){.kind = NSYM_EFP_DOT, .x = x, .y = y, .w = NONE});
        return;
    }
    close_triangle(s, g);
    for (unsigned v = 0; v < VERTICES && least <= 2; v++) {
        if (!(g->left >> v & 1) || (unsigned)__builtin_popcount(near[v]) != least) continue;
        if (least == 1)
            drop_leaf(s, g, v, near[v]);
        else
            drop_middle(s, g, v, near[v]);
    }
    if (least > 2) drop_pairs(s, g);
}

/* The cheapest number for the connected part of a graph that has vertex `first`; takes it out of *g. */
static int plan_part(search *s, remains *g, unsigned first) {
    remains part = *g;
    unsigned reached = 1u << first, before = 0;
    while (reached != before) {
        before = reached;
        for (unsigned v = 0; v < VERTICES; v++)
            if (before >> v & 1) reached |= neighbours(g, v);
    }
    part.left = reached;
    g->left &= ~reached;
    memset(s->seen, 0, sizeof s->seen);
    s->best = NONE;
    take_apart(s, &part);
    return s->best;
}

static nsym_status plan_graph(search *s, const nsym_efp_graph *graph, int *number) {
    remains g = {.left = (1u << graph->n) - 1};
    for (unsigned a = 0; a < VERTICES; a++) {
        g.weight[a] = NONE;
        for (unsigned b = 0; b < VERTICES; b++) g.edge[a][b] = (nsym_efp_way){NONE, false};
    }
    for (unsigned i = 0; i < graph->e; i++)
        join(s->nodes, &g, graph->ends[i][0], graph->ends[i][1], nsym_efp_power(s->nodes, graph->multiplicity[i]));
    *number = NONE;
    while (g.left) {
        int part = plan_part(s, &g, (unsigned)__builtin_ctz(g.left));
        if (part == NONE) {
            char edges[64];
            nsym_efp_edges(graph, edges, sizeof edges);
            return nsym_fail(NSYM_EINVAL, "graph %s: no plan takes it apart", edges);
        }
        if (*number != NONE)
            part = nsym_efp_node(s->nodes, (nsym_efp_step){.kind = NSYM_EFP_FACTOR,
                                                           .x = *number < part ? *number : part,
                                                           .y = *number < part ? part : *number,
                                                           .w = NONE});
        *number = part;
    }
    return s->nodes->full ? nsym_fail(NSYM_EINTERNAL, "a plan has more than %d steps", NSYM_EFP_NODES_MAX) : NSYM_OK;
}

/* Whether a power of theta is needed for higher ones. */
static bool is_a_step(const nsym_efp_nodes *nodes, unsigned power) {
    for (size_t i = 0; i < nodes->count; i++)
        if (nodes->users[i] > 0 && nodes->node[i].kind == NSYM_EFP_POWER && nodes->node[i].power > power) return true;
    return false;
}

/* A product, or a highest power, that a single sum needs is not stored. */
static void fuse(nsym_efp_nodes *nodes) {
    for (size_t i = 0; i < nodes->count; i++) {
        nsym_efp_step *s = &nodes->node[i];
        if (nodes->users[i] == 0 || s->kind != NSYM_EFP_SUM || nodes->users[s->x] != 1) continue;
        const nsym_efp_step x = nodes->node[s->x];
        int left = x.x, right = x.y;
        if (x.kind == NSYM_EFP_POWER && x.power > 1 && !is_a_step(nodes, x.power)) {
            left = nsym_efp_power(nodes, x.power - 1).node, right = nsym_efp_power(nodes, 1).node;
            nodes->users[left]++, nodes->users[right]++;
        } else if (x.kind != NSYM_EFP_PRODUCT || !x.symmetric) {
            continue;
        }
        nodes->users[s->x] = 0;
        s->kind = NSYM_EFP_SUM2;
        s->x = left, s->y = right;
    }
}

/* Places in the workspace: free ones are used again, so that what is at work stays in the cache. */
typedef struct layout {
    nsym_efp_nodes *nodes;
    nsym_efp_plan *plan;
    int *step_of;                         /* (nodes) or NONE */
    size_t *free_place[2], free_count[2]; /* of matrices and vectors */
} layout;

static void release(layout *l, int node) {
    if (node == NONE || --l->nodes->users[node] > 0) return;
    nsym_efp_kind kind = l->nodes->node[node].kind;
    int which = nsym_efp_is_matrix(kind) ? 0 : 1;
    if (which == 1 && !nsym_efp_is_vector(kind)) return;
    l->free_place[which][l->free_count[which]++] = l->plan->step[l->step_of[node]].place;
}

static void emit(layout *l, int node) {
    if (node == NONE || l->step_of[node] != NONE) return;
    const nsym_efp_step *s = &l->nodes->node[node];
    const int parts[] = {s->x, s->y, s->w};
    if (s->kind == NSYM_EFP_POWER && s->power > 1) emit(l, nsym_efp_power(l->nodes, s->power - 1).node);
    for (size_t k = 0; k < 3; k++) emit(l, parts[k]);
    nsym_efp_step out = *s;
    if (out.x != NONE) out.x = l->step_of[out.x];
    if (out.y != NONE) out.y = l->step_of[out.y];
    if (out.w != NONE) out.w = l->step_of[out.w];
    bool matrix = nsym_efp_is_matrix(s->kind), vector = nsym_efp_is_vector(s->kind);
    int which = matrix ? 0 : 1;
    size_t *places = matrix ? &l->plan->matrices : vector ? &l->plan->vectors : &l->plan->numbers;
    out.place =
        (matrix || vector) && l->free_count[which] > 0 ? l->free_place[which][--l->free_count[which]] : (*places)++;
    l->step_of[node] = (int)l->plan->steps;
    l->plan->step[l->plan->steps++] = out;
    for (size_t k = 0; k < 3; k++) release(l, parts[k]);
}

/* The highest power of theta that a step needs. */
static unsigned highest_power(const nsym_efp_nodes *nodes) {
    unsigned power = 1;
    for (size_t i = 0; i < nodes->count; i++) {
        const nsym_efp_step *s = &nodes->node[i];
        if (nodes->users[i] > 0 && s->kind == NSYM_EFP_POWER && s->power > power) power = s->power;
    }
    return power;
}

static nsym_status lay_out(nsym_efp_plan *plan, nsym_efp_nodes *nodes, const int *number, size_t count) {
    layout l = {.nodes = nodes, .plan = plan};
    size_t most = nodes->count + NSYM_EFP_DEGREE_MAX + 1;
    plan->step = calloc(most, sizeof *plan->step);
    plan->result = calloc(count, sizeof *plan->result);
    l.step_of = malloc(most * sizeof *l.step_of);
    for (int k = 0; k < 2; k++) l.free_place[k] = calloc(most, sizeof *l.free_place[k]);
    bool fine = plan->step && plan->result && l.step_of && l.free_place[0] && l.free_place[1];
    if (fine) {
        memset(l.step_of, 0xff, most * sizeof *l.step_of);
        plan->powers = highest_power(nodes);
        for (unsigned p = 1; p <= plan->powers; p++) { /* powers live as long as an event: one use too many */
            int power = nsym_efp_power(nodes, p).node;
            nodes->users[power] += 1;
            emit(&l, power);
        }
        for (size_t i = 0; i < count; i++) {
            emit(&l, number[i]);
            plan->result[i] = plan->step[l.step_of[number[i]]].place;
        }
    }
    free(l.step_of);
    free(l.free_place[0]);
    free(l.free_place[1]);
    return fine ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a plan of %zu graphs", count);
}

static nsym_status choose(search *s, const nsym_efp_graph *graphs, size_t count, int *number) {
    for (size_t i = 0; i < count; i++) number[i] = NONE;
    for (int pass = 0; pass < PASSES; pass++)
        for (size_t i = 0; i < count; i++) {
            if (number[i] != NONE) add_user(s->nodes, number[i], -1);
            NSYM_TRY(plan_graph(s, &graphs[i], &number[i]));
            add_user(s->nodes, number[i], 1);
        }
    return NSYM_OK;
}

nsym_status nsym_efp_plan_make(nsym_efp_plan *plan, const nsym_efp_graph *graphs, size_t count) {
    *plan = (nsym_efp_plan){0};
    nsym_efp_nodes nodes;
    NSYM_TRY(nsym_efp_nodes_new(&nodes));
    search *s = calloc(1, sizeof *s);
    int *number = malloc(count * sizeof *number);
    nsym_status status = s && number ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a plan of %zu graphs", count);
    if (status == NSYM_OK) {
        s->nodes = &nodes;
        status = choose(s, graphs, count, number);
    }
    if (status == NSYM_OK) {
        fuse(&nodes);
        status = lay_out(plan, &nodes, number, count);
    }
    free(s);
    free(number);
    nsym_efp_nodes_free(&nodes);
    if (status != NSYM_OK) nsym_efp_plan_free(plan);
    return status;
}

void nsym_efp_plan_free(nsym_efp_plan *plan) {
    free(plan->step);
    free(plan->result);
    *plan = (nsym_efp_plan){0};
}
