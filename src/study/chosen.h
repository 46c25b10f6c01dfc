/* Settings that were chosen for places of the grid, by a search or by hand. */
#ifndef NSYM_STUDY_CHOSEN_H
#define NSYM_STUDY_CHOSEN_H

#include "study/grid.h"

/* Lays every entry of the card's `chosen` whose `where` holds at the point. Where none does, those that hold but for
   one number, the nearest: point->note says which, or that nothing was chosen for a place that the entries speak of.
   Errors: entries that are not {where: ..., set: ...}. */
nsym_status nsym_chosen_lay(nsym_point *point, const nsym_tree *card) NSYM_MUST_CHECK;

#endif
