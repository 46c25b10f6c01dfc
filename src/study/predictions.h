/* What a trained model answers on events. */
#ifndef NSYM_STUDY_PREDICTIONS_H
#define NSYM_STUDY_PREDICTIONS_H

#include <nearsym/events.h>
#include <nearsym/model.h>

/* Logits (count) of events and, for a hybrid, into `mixing` (count) unless it is NULL, its weight of the general
   latent. Errors: events that the model cannot read. */
nsym_status nsym_logits_of(nsym_model *model, const nsym_events *events, double *logits,
                           double *mixing) NSYM_MUST_CHECK;

#endif
