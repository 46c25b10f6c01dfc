/* Settings that were chosen for places of the grid, by a search or by hand. */
#ifndef NSYM_STUDY_CHOSEN_H
#define NSYM_STUDY_CHOSEN_H

#include "study/outcome.h"

/* Lays every entry of the card's `chosen` whose `where` holds at the point. Where none does, those that hold but for
   one number, the nearest: point->note says which, or that nothing was chosen for a place that the entries speak of.
   Errors: entries that are not {where: ..., set: ...}. */
nsym_status nsym_chosen_lay(nsym_point *point, const nsym_tree *card) NSYM_MUST_CHECK;

/* Adds the entries that say how good they are as results of the experiment "chosen": at the coordinates `place` and
   `chosen`, their settings in words, the metric they were chosen by, and `tries`, where they say among how many.
   `arena` outlives the results. Errors: as nsym_chosen_lay; texts in place of numbers. */
nsym_status nsym_chosen_tell(nsym_outcome *results, const nsym_tree *card, nsym_arena *arena) NSYM_MUST_CHECK;

#endif
