/* Transformations by their names. */
#ifndef NSYM_SYMMETRY_TRANSFORM_NAMES_H
#define NSYM_SYMMETRY_TRANSFORM_NAMES_H

#include "symmetry/card_events.h"

/* The transformation that the options name, or the card's copies. Errors: none; an unknown name, with the nearest; a
   range where there is a period. */
nsym_status nsym_transform_of(const nsym_symmetry **out, const nsym_card_events *card,
                              const nsym_symmetry_options *options) NSYM_MUST_CHECK;

/* Values are drawn from minus this: the options', else the card's, else a usual one. */
double nsym_range_of(const nsym_symmetry *symmetry, const nsym_copies_card *copies,
                     const nsym_symmetry_options *options);

#endif
