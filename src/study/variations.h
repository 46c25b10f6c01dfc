/* A card's section `variations`: settings of the detector, or of the generator, under which trained networks are judged
   once more, on the same test events made anew. */
#ifndef NSYM_STUDY_VARIATIONS_H
#define NSYM_STUDY_VARIATIONS_H

#include "study/grid.h"

/* One of them at a point of a grid. */
typedef struct nsym_variation {
    const char *name;     /* borrowed from the point's tree */
    size_t number;        /* its place in the card's section, from 1, which the ledger has */
    nsym_data_card data;  /* of its test events alone (nsym_data_take_tests) */
    const char *data_key; /* of these, as a point's own; borrowed from the point's tree */
} nsym_variation;

/* Reads those of a point that change what its model reads, and sets what the point's keys need of them; the files'
   marks must be set. A factor such as 1.2x multiplies what the point's card has. A point of a search has none. Errors:
   settings of something else than the detector and the point's generator, a name that the card's own section does not
   have, a factor of nothing; a model's image that would have other cells. */
nsym_status nsym_variations_read(nsym_point *point, const nsym_tree *card) NSYM_MUST_CHECK;

/* Refuses a variation of the card that changes nothing at any point of the grid. */
nsym_status nsym_variations_check(const nsym_tree *card, const nsym_grid *grid) NSYM_MUST_CHECK;

/* The name of the variation that the ledger calls `number`; NULL: the point has no such one. */
const char *nsym_variation_name(const nsym_point *point, size_t number);

#endif
