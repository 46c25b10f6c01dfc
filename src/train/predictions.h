/* What a trained model answers. */
#ifndef NSYM_TRAIN_PREDICTIONS_H
#define NSYM_TRAIN_PREDICTIONS_H

#include "train/inputs.h"

/* Logits (count, outputs) of a material and, for a hybrid, into `gate` (count) unless it is NULL, its weight of the
   general latent. Errors: events that the model cannot read. */
nsym_status nsym_logits_of_material(nsym_model *model, const nsym_material *material, double *logits,
                                    double *gate) NSYM_MUST_CHECK;

/* The same of events. */
nsym_status nsym_logits_of(nsym_model *model, const nsym_events *events, double *logits, double *gate) NSYM_MUST_CHECK;

#endif
