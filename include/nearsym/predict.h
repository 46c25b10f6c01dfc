/* Predictions of a trained model for events in a file or in memory, and the quality of scores. */
#ifndef NEARSYM_PREDICT_H
#define NEARSYM_PREDICT_H

#include <nearsym/calibration.h>
#include <nearsym/classes.h>
#include <nearsym/events.h>
#include <nearsym/model.h>
#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is known about the events that were scored. */
typedef struct nsym_prediction {
    size_t events;
    double trained; /* estimated number of these events that the model was trained on. The model keeps hashes of up to
                       1024 of its training events for this. 0 if it keeps none, or if fewer than 1 in 100 events
                       match */
    char note[768]; /* what was done to the events, and what was not, that a user should know, in lines; "": nothing */
} nsym_prediction;

/* Reads a model (a study's models/NAME.h5) and a file of events, and writes a file of scores: the events' own columns,
   `output` (probability of signal), `logit`, and for a hybrid `general_weight`. With several classes, output and logit
   have one value per class, labelled with the class names if the model has them (its attribute `classes`).

   The events pass the same steps as the training events: cuts on particles and events (events that fail have no score),
   new columns, the sum of points in the detector's cells, the threshold, observables. Momenta are not smeared. From a
   generator's record, a model of generated dimuon events takes the final mu+ and mu-, or e+ and e-, in this order; a
   model of other final particles takes those. Missing columns are computed if they are observables
   (nearsym/observables.h). If the model has no cuts, cells or threshold, events are read and written in blocks, so that
   with HDF5 only one block is in memory.

   If `out` is not NULL, it holds the number of events and how many of them trained the model. The attribute
   `events_trained` of the scores holds that too, if the file's format has attributes (HDF5). Errors: a file that is no
   model or is damaged; events that the model cannot read, such as points for a model that reads cells, or cells of
   another grid (attribute `grid` of the file). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict(nsym_prediction *out, const char *model_path, const char *events_path,
                                                  const char *scores_path);

/* The same with a model in memory, such as one that predicts in another precision (nsym_model_set_precision). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict_file(nsym_prediction *out, nsym_model *model, const char *events_path,
                                                       const char *scores_path);

/* The same in memory. *scores is a new sample without particles (free with nsym_events_free). `events` are only read;
   their particles are copied only if the model has cuts, a detector or a threshold. If cuts remove events,
   scores->origin holds the row in `events`, from 0, of each remaining event (or its value in events->origin, unless
   that is NULL); NULL: all rows are there, in order. If `out` is NULL, nearsym does not check whether the events
   trained the model; for a small network the check takes up to a tenth of the time. Errors: as nsym_predict. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict_events(nsym_prediction *out, nsym_events **scores, nsym_model *model,
                                                         const nsym_events *events);

/* The same with m >= 1 models of the same classes, such as a study's members. `output` is the mean of their
   probabilities, each at the model's own temperature; `logit` is the logit of that mean (nsym_mean_score); a hybrid's
   `general_weight` is the mean of the models' weights. With one model the result is that of nsym_predict_events. With
   several, out->trained is the largest of theirs, and the note is that of the first model. All events are in memory.
   Errors: as there; models of different classes, or with cuts that keep different events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict_mean_events(nsym_prediction *out, nsym_events **scores,
                                                              nsym_model *const *models, size_t m,
                                                              const nsym_events *events);
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict_mean_file(nsym_prediction *out, nsym_model *const *models, size_t m,
                                                            const char *events_path, const char *scores_path);

/* How good a score is. */
typedef struct nsym_evaluation {
    char score[64]; /* name of the column that was evaluated */
    size_t events, signal;
    double auc, auc_error; /* DeLong; the error is NaN if a class has fewer than two events. With several classes the
                              mean of each class against the others */
    double accuracy; /* with the threshold 0.5, or 0 for a logit; with several classes, of the class with the largest
                        score */
    double tpr_at_10, tpr_at_50; /* signal efficiency at 10 % and 50 % background efficiency; NaN with several
                                    classes */
    double trained; /* estimated number of events that the model was trained on, as nsym_predict wrote it to the file */
    nsym_class_results classes;   /* for scores with one value for each of several classes; else classes.classes is 0 */
    nsym_calibration calibration; /* in at most 10 bins, if the score is output or logit: of the column output, or,
                                     without it, of the logit's sigmoid or softmax. bins is 0 for other scores, and if
                                     the weights of a bin add up to 0 or less */
} nsym_evaluation;

/* Evaluates a file of scores with the columns label, `score` and, optionally, weight (of any sign). Labels are 0 or 1;
   if `score` has a value for each of 3 or more classes, as logit and output of nsym_predict do, they are class numbers
   from 0. `score` NULL: "logit" if there is one, else "output". The logit still separates events whose output, its
   sigmoid, is rounded to 0 or 1. Errors: a missing column; a label that is no class, a NaN score or a weight that is
   not finite, each with its row; a class of no total weight. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_evaluate(nsym_evaluation *out, const char *scores_path, const char *score);

/* The same for events in memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_evaluate_events(nsym_evaluation *out, const nsym_events *events,
                                                          const char *score);

#ifdef __cplusplus
}
#endif
#endif
