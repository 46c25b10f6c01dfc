/* Trainings of a card that begin with a trained model (train.start_from). */
#ifndef NSYM_STUDY_START_H
#define NSYM_STUDY_START_H

#include "nn/model.h"
#include "study/card.h"

/* Finds the model that a card's trainings of `model` begin with, and marks its content; nothing where there is none.
   Errors, with line: no file or several, a file that is no model, a model of another network or grid, a frozen layer
   that is none, no epochs and no model. */
nsym_status nsym_card_start(nsym_run_card *card, const nsym_tree *tree, const char *model) NSYM_MUST_CHECK;

/* New model that a run begins with (free with nsym_model_free); NULL where there is none. */
nsym_status nsym_start_load(nsym_model **out, const nsym_run_card *card) NSYM_MUST_CHECK;

/* Tells a model what it was trained from. Its fingerprints are those of the events that tuned it. */
nsym_status nsym_start_tell(nsym_model *model, const nsym_run_card *card, const nsym_model *start) NSYM_MUST_CHECK;

/* Does a training of the card begin with a trained model? */
bool nsym_card_starts(const nsym_run_card *card);

#endif
