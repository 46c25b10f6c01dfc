/* What a network answers, as columns of a file of scores. */
#ifndef NSYM_STUDY_ANSWERS_H
#define NSYM_STUDY_ANSWERS_H

#include <nearsym/events.h>
#include <nearsym/model.h>

/* The attribute of scores that tells how many of their events trained the model. */
#define NSYM_EVENTS_TRAINED "events_trained"

/* Columns that a network's answers fill; borrowed from the events. */
typedef struct nsym_answers {
    size_t events, outputs;
    double *output;  /* (events, outputs) probability of signal, or of each class */
    double *logit;   /* (events, outputs) which tells events apart where the output is as good as 0 or 1 */
    double *general; /* (events) a hybrid's weight of its general latent, or NULL */
} nsym_answers;

/* Adds the columns output, logit and, for a hybrid, general_weight to events, for the caller to fill the last two.
   `classes`: the names of more classes than two, commas between, which label the columns' values; NULL: not known. */
nsym_status nsym_answers_add(nsym_answers *out, nsym_events *events, const nsym_model_spec *spec,
                             const char *classes) NSYM_MUST_CHECK;

/* Makes the outputs of the logits, divided by the temperature. */
void nsym_answers_finish(const nsym_answers *answers, double temperature);

/* Probabilities (events, outputs) of logits / temperature. */
void nsym_answers_probabilities(double *probabilities, const double *logits, size_t events, size_t outputs,
                                double temperature);

#endif
