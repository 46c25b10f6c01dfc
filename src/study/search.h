/* What a search chose among the settings it tried. */
#ifndef NSYM_STUDY_SEARCH_H
#define NSYM_STUDY_SEARCH_H

#include "study/outcome.h"

/* What a search makes large, or, of validation_loss, small; borrowed from the point's tree. */
nsym_status nsym_search_metric(const nsym_point *point, const char **metric) NSYM_MUST_CHECK;

/* A number of a point, or NULL. */
const nsym_outcome_row *nsym_search_row(const nsym_outcome *results, const nsym_point *point, const char *metric);

/* Is one value of that metric better than another? */
bool nsym_search_better(const char *metric, double value, double other);

/* Adds what was chosen at every place where something was searched as results of their own: coordinates are those of
   the place, then `place` and `chosen`, place and settings in words; metrics search.metric and best_epoch, and `tries`,
   among how many. `arena` outlives the results. */
nsym_status nsym_search_tell(nsym_outcome *results, const nsym_grid *grid, nsym_arena *arena) NSYM_MUST_CHECK;

/* Writes, for every place of the grid where something was searched, the settings of the best try, as the list `values`
   of {where, set, metric, mean, std, tries, rungs} that a card's `chosen` reads; with train.epochs, the mean of the
   members' best epochs rounded up. The best has the largest mean of search.metric (of validation_loss the least) among
   the tries whose members spread no more than the tries do on average (the rule of arXiv:2311.05952's code); by
   halving, of those on the highest rung. Writes nothing where nothing was searched; the file appears whole or not at
   all. */
nsym_status nsym_search_write(const nsym_outcome *results, const nsym_grid *grid, const char *path) NSYM_MUST_CHECK;

#endif
