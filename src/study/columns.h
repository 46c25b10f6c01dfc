/* The columns that models read are there, or will be: told before anything runs. */
#ifndef NSYM_STUDY_COLUMNS_H
#define NSYM_STUDY_COLUMNS_H

#include "study/grid.h"

/* Looks at a few events of every source of a grid. Errors: a model of kind column, or an input 'columns', names what
   neither the source, nor the card's observables, nor nearsym itself gives, with the model's line. */
nsym_status nsym_columns_check(const nsym_tree *card, const nsym_grid *grid) NSYM_MUST_CHECK;

#endif
