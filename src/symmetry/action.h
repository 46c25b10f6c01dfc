/* Which transformation is meant: by its name, or as a card's copies have it. */
#ifndef NSYM_SYMMETRY_ACTION_H
#define NSYM_SYMMETRY_ACTION_H

#include "symmetry/act.h"
#include "symmetry/card_events.h"

/* The transformation that the options name, with their range, or a usual one. Errors: no name, or an unknown one, with
   the nearest; a range where there is none. */
nsym_status nsym_action_named(nsym_action *out, const nsym_symmetry_options *options) NSYM_MUST_CHECK;

/* The same of a card: without a name that of its copies, and without a range theirs, where the transformation is the
   same. Borrows the card's matrices. */
nsym_status nsym_action_of_card(nsym_action *out, const nsym_card_events *card,
                                const nsym_symmetry_options *options) NSYM_MUST_CHECK;

#endif
