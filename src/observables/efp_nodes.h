/* Steps that exist once: asking for one that is there gives it again. For the planner alone. */
#ifndef NSYM_OBSERVABLES_EFP_NODES_H
#define NSYM_OBSERVABLES_EFP_NODES_H

#include "observables/efp_plan.h"

enum { NSYM_EFP_NODES_MAX = 1 << 16 };

typedef struct nsym_efp_nodes {
    size_t count;
    bool full;           /* a node was refused: no memory is kept for it */
    nsym_efp_step *node; /* (NODES_MAX) */
    int *slot;           /* (2 NODES_MAX) by hash, -1: empty */
    unsigned *users;     /* (NODES_MAX) how many chosen graphs and nodes need it */
} nsym_efp_nodes;

/* A matrix with its direction. */
typedef struct nsym_efp_way {
    int node;
    bool turned;
} nsym_efp_way;

NSYM_MUST_CHECK nsym_status nsym_efp_nodes_new(nsym_efp_nodes *nodes);
void nsym_efp_nodes_free(nsym_efp_nodes *nodes);

int nsym_efp_node(nsym_efp_nodes *nodes, nsym_efp_step step);

/* x then y through a vertex of weight w; two matrices side by side; the other direction. */
nsym_efp_way nsym_efp_in_series(nsym_efp_nodes *nodes, nsym_efp_way x, int w, nsym_efp_way y);
nsym_efp_way nsym_efp_side_by_side(nsym_efp_nodes *nodes, nsym_efp_way x, nsym_efp_way y);
nsym_efp_way nsym_efp_turn(const nsym_efp_nodes *nodes, nsym_efp_way x);
nsym_efp_way nsym_efp_power(nsym_efp_nodes *nodes, unsigned power);
nsym_efp_way nsym_efp_diamond(nsym_efp_nodes *nodes);
int nsym_efp_times(nsym_efp_nodes *nodes, int x, int y);

#endif
