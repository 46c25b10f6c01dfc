/* What a search draws its tries from: the settings of `search.space`, each a list of values or a range. */
#ifndef NSYM_STUDY_SPACE_H
#define NSYM_STUDY_SPACE_H

#include "options/tree.h"
#include <nearsym/status.h>
#include <stdint.h>

enum { NSYM_DIMENSIONS_MAX = 8 };

/* A range as a card has it. */
typedef struct nsym_range_card {
    double from, to, step; /* step 0: any number between */
    bool logarithmic;
} nsym_range_card;

typedef struct nsym_space {
    size_t dimensions, tries;
    const char *path[NSYM_DIMENSIONS_MAX]; /* borrowed from the card */
    const nsym_node **value;               /* (tries, dimensions), owned; the nodes live as long as the card */
} nsym_space;

/* Draws up to `tries` distinct tries by the seed. Where all of the space are lists they are places of its product in a
   random order. With a range every setting of a try is drawn by itself, a range evenly in the number or its logarithm,
   to four digits or in steps, and a try that there was is drawn anew. Errors: a space that is no map, a list without
   values or of over 10^6 combinations, a range that is none. */
nsym_status nsym_space_draw(nsym_space *out, const nsym_tree *card, const nsym_node *search, size_t tries,
                            uint64_t seed) NSYM_MUST_CHECK;
void nsym_space_free(nsym_space *space);

#endif
