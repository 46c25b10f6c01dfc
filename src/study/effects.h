/* Settings that no run of a card reads. */
#ifndef NSYM_STUDY_EFFECTS_H
#define NSYM_STUDY_EFFECTS_H

#include "study/grid.h"

/* Refuses a setting that stands at points of the grid and has an effect at none of them, with its place and the reason.
   What was laid last must have an effect: the settings of the command line, else the preset, else the card itself; a
   card that is run in part says more than that part reads. */
nsym_status nsym_effects_check(const nsym_tree *card, const nsym_grid *grid) NSYM_MUST_CHECK;

#endif
