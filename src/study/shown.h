/* Which points of a grid measure the test sample after every epoch: those of which the card shows such a number. */
#ifndef NSYM_STUDY_SHOWN_H
#define NSYM_STUDY_SHOWN_H

#include "study/grid.h"

/* Settles train.every_epoch of the points whose card says `shown`, and their keys. A point is measured after every
   epoch where a table, a figure, a text (its placeholders) or a published value (`reference`, NULL: none) shows a
   metric of that kind at a place where the point may stand; a card without figures shows the AUC of every point by
   epoch (report/defaults.h). Points that share a training otherwise are measured alike, so that it is done once.
   Errors: a `where` or a placeholder that cannot be read. */
nsym_status nsym_shown_settle(nsym_grid *grid, const nsym_tree *card, const nsym_tree *reference) NSYM_MUST_CHECK;

/* Is a metric of the test sample after an epoch, or the largest of all epochs? */
bool nsym_is_by_epoch(const char *metric);

/* Has a run of the point such metrics? */
bool nsym_point_has_epochs(const nsym_point *point);

/* The key (new, free with free) of the same training with these metrics beside all others; NULL where the point has
   them itself, or nothing is measured by epoch in any case. */
nsym_status nsym_shown_fuller_key(char **out, const nsym_point *point) NSYM_MUST_CHECK;

#endif
