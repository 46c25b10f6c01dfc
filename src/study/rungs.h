/* Successive halving: a search in rungs, of which each trains the best tries of the one below for longer (the rung rule
   of Li et al., arXiv:1810.05934). All of a rung is trained before the next begins, so the order of the runs does
   not matter. */
#ifndef NSYM_STUDY_RUNGS_H
#define NSYM_STUDY_RUNGS_H

#include "study/outcome.h"

/* Puts a point that was read on the lowest rung. There are as many as leave it min_epochs at least, and the highest one
   try. Errors: there would be a single rung. */
nsym_status nsym_rungs_begin(nsym_point *point, const nsym_tries_card *card, size_t tries) NSYM_MUST_CHECK;

/* Puts a copy of the point of the lowest rung on another, where it waits. */
void nsym_rungs_place(nsym_point *point, size_t rung);

/* The most rungs that a search of the grid has; 1 where none goes by halving. */
size_t nsym_rungs_most(const nsym_grid *grid);

/* Lets the best tries of a rung through to the next, by what they measured (mean over members of search.metric; of
   equal ones the first). Tries that diverged stay behind. Gives how many go on, of how many. */
nsym_status nsym_rungs_climb(nsym_grid *grid, const nsym_outcome *results, size_t rung, size_t *on,
                             size_t *of) NSYM_MUST_CHECK;

#endif
