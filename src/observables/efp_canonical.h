/* The form that isomorphic multigraphs share. */
#ifndef NSYM_OBSERVABLES_EFP_CANONICAL_H
#define NSYM_OBSERVABLES_EFP_CANONICAL_H

#include <nearsym/efp.h>

enum { NSYM_EFP_CONNECTED_MAX = NSYM_EFP_DEGREE_MAX + 1 }; /* vertices of a connected graph */

/* Row by row below the diagonal: the multiplicity of the edge between two vertices, 0 without one. */
typedef struct nsym_efp_canonical {
    uint8_t below[NSYM_EFP_CONNECTED_MAX * (NSYM_EFP_CONNECTED_MAX - 1) / 2];
} nsym_efp_canonical;

/* Two multigraphs of n vertices are isomorphic exactly if their forms have the same bytes. Shapes: ends (e, 2), each
   below n, n at most NSYM_EFP_CONNECTED_MAX; multiplicity (e), at least 1. */
nsym_efp_canonical nsym_efp_canonical_of(unsigned n, unsigned e, const uint8_t (*ends)[2], const uint8_t *multiplicity);

#endif
