/* All loopless multigraphs of few edges, numbered as EnergyFlow numbers them. */
#ifndef NSYM_OBSERVABLES_EFP_GRAPH_H
#define NSYM_OBSERVABLES_EFP_GRAPH_H

#include <nearsym/efp.h>

enum { NSYM_EFP_VERTICES_MAX = 2 * NSYM_EFP_DEGREE_MAX };

/* Where a picture has the vertices: (n, 2) x, y (downwards) on the circle of radius 1, so that few edges cross; a
   single vertex is at the centre. */
void nsym_efp_places(const nsym_efp_graph *graph, double at[NSYM_EFP_VERTICES_MAX][2]);

/* New (*count, free with free): every connected graph of d <= NSYM_EFP_DEGREE_MAX, in order, then every product. */
NSYM_MUST_CHECK nsym_status nsym_efp_all_graphs(nsym_efp_graph **graphs, size_t *count);

/* New (*count, free with free): the graphs of a selection. */
NSYM_MUST_CHECK nsym_status nsym_efp_select(nsym_efp_graph **graphs, size_t *count, const char *selection);

/* Keeps those of *graphs (*count, in memory of malloc, which it may replace) that a selection means. */
NSYM_MUST_CHECK nsym_status nsym_efp_keep(nsym_efp_graph **graphs, size_t *count, const char *selection);

/* The orders in which EnergyFlow tries to hand the numbers `part` (length) to `length` edges: `orders` (the caller's,
   at most `most` of them), each once. It went through a set of Python 3.5 to 3.7, whose order is that of hashes. */
size_t nsym_efp_part_orders(const uint8_t *part, size_t length, uint8_t (*orders)[NSYM_EFP_DEGREE_MAX], size_t most);

#endif
