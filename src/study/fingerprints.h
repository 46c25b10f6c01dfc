/* Whether a model is asked about the events that trained it. */
#ifndef NSYM_STUDY_FINGERPRINTS_H
#define NSYM_STUDY_FINGERPRINTS_H

#include "study/source.h"
#include <nearsym/model.h>

/* Gives the model the fingerprints of the events that trained it: `rows` (n) of the sample, with repeats. An event is
   told by the fields that the sample names, else by the particles or columns that the model reads; not by its label,
   its weight or its place, and its copies count as one. */
nsym_status nsym_fingerprints_keep(nsym_model *model, const nsym_sample *sample, const uint32_t *rows,
                                   size_t n) NSYM_MUST_CHECK;

/* *trained: about how many of the events are among them; 0 where they are too few to tell (below one in a hundred), the
   model has no fingerprints, or the events do not have the fields. */
nsym_status nsym_fingerprints_compare(double *trained, const nsym_model *model,
                                      const nsym_events *events) NSYM_MUST_CHECK;

#endif
