#include "observables/efp_nodes.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = NSYM_EFP_NO_STEP, SLOTS = 2 * NSYM_EFP_NODES_MAX };

nsym_status nsym_efp_nodes_new(nsym_efp_nodes *nodes) {
    *nodes = (nsym_efp_nodes){.node = calloc(NSYM_EFP_NODES_MAX, sizeof *nodes->node),
                              .slot = malloc(SLOTS * sizeof *nodes->slot),
                              .users = calloc(NSYM_EFP_NODES_MAX, sizeof *nodes->users)};
    if (!nodes->node || !nodes->slot || !nodes->users) {
        nsym_efp_nodes_free(nodes);
        return nsym_fail(NSYM_ENOMEM, "no memory for a plan");
    }
    memset(nodes->slot, 0xff, SLOTS * sizeof *nodes->slot);
    return NSYM_OK;
}

void nsym_efp_nodes_free(nsym_efp_nodes *nodes) {
    free(nodes->node);
    free(nodes->slot);
    free(nodes->users);
    *nodes = (nsym_efp_nodes){0};
}

static bool same(const nsym_efp_step *a, const nsym_efp_step *b) {
    return a->kind == b->kind && a->x == b->x && a->y == b->y && a->w == b->w && a->power == b->power &&
           a->x_turned == b->x_turned;
}

int nsym_efp_node(nsym_efp_nodes *nodes, nsym_efp_step s) {
    uint64_t h = (uint64_t)s.kind;
    const int parts[] = {s.x, s.y, s.w, (int)s.power, s.x_turned};
    for (size_t i = 0; i < 5; i++) h = (h ^ (uint32_t)parts[i]) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
    size_t at = h % SLOTS;
    for (; nodes->slot[at] >= 0; at = (at + 1) % SLOTS)
        if (same(&nodes->node[nodes->slot[at]], &s)) return nodes->slot[at];
    if (nodes->count == NSYM_EFP_NODES_MAX) {
        nodes->full = true;
        return 0;
    }
    nodes->node[nodes->count] = s;
    nodes->slot[at] = (int)nodes->count;
    return (int)nodes->count++;
}

/* What is symmetric has one direction only. */
static nsym_efp_way way(const nsym_efp_nodes *nodes, int node, bool turned) {
    return (nsym_efp_way){node, turned && !nodes->node[node].symmetric};
}

nsym_efp_way nsym_efp_turn(const nsym_efp_nodes *nodes, nsym_efp_way x) {
    return way(nodes, x.node, !x.turned);
}

nsym_efp_way nsym_efp_power(nsym_efp_nodes *nodes, unsigned power) {
    return (nsym_efp_way){
        nsym_efp_node(nodes,
                      (nsym_efp_step){
                          .kind = NSYM_EFP_POWER, .x = NONE, .y = NONE, .w = NONE, .power = power, .symmetric = true}),
        false};
}

/* As it stands in memory, unturned. */
static int upright(nsym_efp_nodes *nodes, nsym_efp_way x) {
    if (!x.turned) return x.node;
    return nsym_efp_node(nodes, (nsym_efp_step){.kind = NSYM_EFP_TRANSPOSE, .x = x.node, .y = NONE, .w = NONE});
}

static int scaled(nsym_efp_nodes *nodes, int w, int x) {
    return nsym_efp_node(nodes, (nsym_efp_step){.kind = NSYM_EFP_SCALE, .x = x, .y = NONE, .w = w});
}

static bool before(nsym_efp_way a, nsym_efp_way b) {
    return a.node != b.node ? a.node < b.node : a.turned < b.turned;
}

nsym_efp_way nsym_efp_in_series(nsym_efp_nodes *nodes, nsym_efp_way x, int w, nsym_efp_way y) {
    nsym_efp_way back = nsym_efp_turn(nodes, y), x_back = nsym_efp_turn(nodes, x);
    bool symmetric = x.node == back.node && x.turned == back.turned;
    /* x w y, or turned y' w x': the second factor must stand upright; if both do, or none, by number */
    bool turned = y.turned != x_back.turned ? y.turned : before(back, x);
    nsym_efp_way left = turned ? back : x, right = turned ? x_back : y;
    int product = nsym_efp_node(nodes, (nsym_efp_step){.kind = NSYM_EFP_SERIES,
                                                       .x = left.node,
                                                       .x_turned = left.turned,
                                                       .y = scaled(nodes, w, upright(nodes, right)),
                                                       .w = NONE,
                                                       .symmetric = symmetric});
    return way(nodes, product, turned);
}

nsym_efp_way nsym_efp_side_by_side(nsym_efp_nodes *nodes, nsym_efp_way x, nsym_efp_way y) {
    if (before(y, x)) return nsym_efp_side_by_side(nodes, y, x);
    bool symmetric = nodes->node[x.node].symmetric && nodes->node[y.node].symmetric;
    bool turned = x.turned || (y.turned && nodes->node[x.node].symmetric);
    if (turned) x = nsym_efp_turn(nodes, x), y = nsym_efp_turn(nodes, y);
    int product = nsym_efp_node(nodes, (nsym_efp_step){.kind = NSYM_EFP_PRODUCT,
                                                       .x = upright(nodes, x),
                                                       .y = upright(nodes, y),
                                                       .w = NONE,
                                                       .symmetric = symmetric});
    return way(nodes, product, turned);
}

nsym_efp_way nsym_efp_diamond(nsym_efp_nodes *nodes) {
    int theta = nsym_efp_power(nodes, 1).node;
    return (nsym_efp_way){
        nsym_efp_node(nodes,
                      (nsym_efp_step){.kind = NSYM_EFP_DIAMOND, .x = theta, .y = NONE, .w = NONE, .symmetric = true}),
        false};
}

int nsym_efp_times(nsym_efp_nodes *nodes, int x, int y) {
    if (x == NONE) return y;
    if (y == NONE) return x;
    return nsym_efp_node(nodes,
                         (nsym_efp_step){.kind = NSYM_EFP_TIMES, .x = x < y ? x : y, .y = x < y ? y : x, .w = NONE});
}
