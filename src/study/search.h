/* What a search chose among the settings it tried. */
#ifndef NSYM_STUDY_SEARCH_H
#define NSYM_STUDY_SEARCH_H

#include "study/outcome.h"

/* Writes, for every place of the grid where something was searched, the settings of the best try, as the list `values`
   of {where, set, metric, mean, std} that a card's `chosen` reads; with train.epochs, the mean of the members' best
   epochs rounded up. The best has the largest mean of search.metric (of validation_loss the least) among the tries
   whose members spread no more than the tries do on average (the rule of arXiv:2311.05952's code). Writes nothing where
   nothing was searched; the file appears whole or not at all. */
nsym_status nsym_search_write(const nsym_outcome *results, const nsym_grid *grid, const char *path) NSYM_MUST_CHECK;

#endif
