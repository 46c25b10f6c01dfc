/* Whether a model is asked about the events that trained it. */
#ifndef NSYM_TRAIN_FINGERPRINTS_H
#define NSYM_TRAIN_FINGERPRINTS_H

#include "data/fingerprint.h"
#include <nearsym/events.h>
#include <nearsym/model.h>

#define NSYM_PAIRS_IDENTITY "pt_true,mass_true" /* of muon pairs before they are smeared */

/* The fields that tell the events, commas between, which no detector and no copy changes; NULL: what the model reads.
   Lives for ever. */
const char *nsym_fingerprints_identity(const nsym_events *events);

/* Gives the model the fingerprints of the events that trained it: `rows` (n), with repeats. An event is told by the
   fields of `identity`, commas between, or where it is NULL by the particles or columns that the model reads; not by
   its label, its weight or its place, and its copies count as one. No fingerprints are kept where a field's name has a
   comma. */
nsym_status nsym_fingerprints_keep(nsym_model *model, const nsym_events *events, const char *identity,
                                   const uint32_t *rows, size_t n) NSYM_MUST_CHECK;

/* Looks for the events of a block among them; nothing is looked for where the model has none, or the events do not have
   the fields. */
nsym_status nsym_fingerprints_add(nsym_fingerprint_tally *tally, const nsym_model *model,
                                  const nsym_events *events) NSYM_MUST_CHECK;

/* About how many of the events that were looked for are among them; 0 where they are too few to tell (below one in a
   hundred). */
double nsym_fingerprints_told(const nsym_fingerprint_tally *tally);

/* *trained: about how many of the events are among them; 0 where they are too few to tell (below one in a hundred), the
   model has no fingerprints, or the events do not have the fields. */
nsym_status nsym_fingerprints_compare(double *trained, const nsym_model *model,
                                      const nsym_events *events) NSYM_MUST_CHECK;

#endif
