/* What happened to events before a network read them, kept with its model: cuts, new columns, detector, observables. */
#ifndef NSYM_STUDY_MODEL_CHAIN_H
#define NSYM_STUDY_MODEL_CHAIN_H

#include "options/tree.h"
#include "study/card.h"
#include <nearsym/events.h>
#include <nearsym/model.h>

enum { NSYM_CHAIN_NOTE = 768 };

/* The card of a text with what makes a sample's events, its data those of a file, each once. Borrowed from the tree.
   Errors: with line. */
nsym_status nsym_chain_read(nsym_run_card *out, const nsym_tree *tree) NSYM_MUST_CHECK;

/* New text (free with free): the keys of a card that make a sample's events, as YAML, for the attribute "chain". */
nsym_status nsym_model_chain_text(char **out, const nsym_tree *card) NSYM_MUST_CHECK;

/* Does nsym_model_chain_apply change these events themselves or their particles, not only add columns? */
nsym_status nsym_model_chain_changes(bool *changes, const nsym_model *model, const nsym_events *events) NSYM_MUST_CHECK;

/* Does to events of a file, in place of *events, what was done to those that trained the model: the same particles and
   cuts, points summed in its detector's cells, its threshold, its observables. Momenta are not smeared: those of a file
   count as measured. `note` (NSYM_CHAIN_NOTE), lines, says what a reader should know: how many events were cut, what
   was not done. Errors: events that lack what the chain acts on; cells of another grid. */
nsym_status nsym_model_chain_apply(nsym_events **events, char *note, const nsym_model *model) NSYM_MUST_CHECK;

#endif
