/* One temperature for a network that is trained, by what validates. */
#ifndef NSYM_TRAIN_TEMPERATURE_H
#define NSYM_TRAIN_TEMPERATURE_H

#include "train/fit.h"

/* Fits fit->temperature and its error (nearsym/calibration.h) to the logits of the events that validate, themselves and
   no copies, by the weights that count in the training. Errors: nothing validates. */
nsym_status nsym_fit_temperature(nsym_fit *fit) NSYM_MUST_CHECK;

#endif
