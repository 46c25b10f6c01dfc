/* A trained model at work: scores of events, in a file or in memory, and how good scores are. */
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

/* What is told of events that were scored. */
typedef struct nsym_prediction {
    size_t events;
    double trained; /* about how many of them trained the model, by its fingerprints: the contents of up to 1024 of its
                       training events, hashed; 0 where there is nothing to tell by, or it is less than one in 100 */
    char note[768]; /* what was done to the events, and what not, that a reader should know: lines; "": nothing */
} nsym_prediction;

/* Reads a model (a study's models/NAME.h5) and a file of events, and writes their scores to a file: the events' own
   columns, `output` (probability of signal), `logit`, and for a hybrid `general_weight`; of a model of several classes
   both have a value for each, labelled with their names where the model has them (its attribute `classes`). The events
   go through what those that trained the model went through: cuts on particles and events (those that fail have no
   score), new columns, the sum of points in the detector's cells, the threshold, observables; momenta are not smeared.
   A model of generated dimuon events takes of a generator's record the final mu+ and mu-, or e+ and e-, in this order;
   one of other final particles takes those. Columns that are not there are computed where they are observables
   (nearsym/observables.h). Where the model has no cuts, no cells and no threshold, events are read and written in
   blocks, so that with HDF5 no more than a block is in memory. *out, unless it is NULL, says how many events there were
   and whether they trained the model; an attribute of the scores, `events_trained`, says so too where the file's format
   has attributes (HDF5). Errors: a foreign or damaged model; events that the model cannot read, points among them, or
   cells of another grid where the file has an attribute `grid`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict(nsym_prediction *out, const char *model_path, const char *events_path,
                                                  const char *scores_path);

/* The same with a model in memory, such as one that predicts in another precision (nsym_model_set_precision). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict_file(nsym_prediction *out, nsym_model *model, const char *events_path,
                                                       const char *scores_path);

/* The same in memory: *scores is new (free with nsym_events_free), without particles. `events` are only read; their
   particles are copied only where the model has cuts, a detector or a threshold. Where cuts leave events out,
   scores->origin says in which row of `events`, from 0, each event stood (where events->origin is NULL; else where that
   says); NULL: every row is there, in its place. `out` NULL: it is not checked whether the events trained the model,
   which takes up to a tenth of the time of a small network. Errors: as nsym_predict. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict_events(nsym_prediction *out, nsym_events **scores, nsym_model *model,
                                                         const nsym_events *events);

/* The same with m >= 1 models of the same classes, such as a study's members: `output` is the mean of their
   probabilities, each at its own temperature, `logit` that mean's (nsym_mean_score), and a hybrid's `general_weight`
   the mean of theirs. One model alone answers as nsym_predict_events has it. Of several, out->trained is the largest,
   and the note the first one's. All events are in memory. Errors: as there; models of different classes, or whose cuts
   leave different events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict_mean_events(nsym_prediction *out, nsym_events **scores,
                                                              nsym_model *const *models, size_t m,
                                                              const nsym_events *events);
NSYM_API NSYM_MUST_CHECK nsym_status nsym_predict_mean_file(nsym_prediction *out, nsym_model *const *models, size_t m,
                                                            const char *events_path, const char *scores_path);

typedef struct nsym_evaluation {
    char score[64]; /* the column that was evaluated */
    size_t events, signal;
    double auc, auc_error;       /* DeLong; the error is NaN where a class has fewer than two events. Of several classes
                                    the mean of each against the others */
    double accuracy;             /* of score > 0.5, of a logit > 0; of the class of the largest */
    double tpr_at_10, tpr_at_50; /* signal efficiency at 10 % and 50 % background efficiency; NaN of several classes */
    double trained;              /* about how many of the events trained the model, as nsym_predict told the file */
    nsym_class_results classes;  /* of scores with a value for each of several classes; else classes.classes is 0 */
    nsym_calibration calibration; /* of the column output where the score is that or logit, or of the logit's sigmoid or
                                     softmax where there is no output, in at most 10 bins; of other scores, and where
                                     the weights of a bin add up to 0 or less, bins is 0 */
} nsym_evaluation;

/* Evaluates a file of scores: columns label (0 or 1; where `score` has a value for each of 3 or more classes, as logit
   and output of nsym_predict, the number of one), `score` and, where it is there, weight (of any sign). `score`
   NULL: "logit" where it is there, which tells events apart where "output", its sigmoid, is as good as 0 or 1; else
   "output". Errors: a column is missing; a label that is no class, a NaN score, a weight that is not finite, each
   with its row; a class without weight. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_evaluate(nsym_evaluation *out, const char *scores_path, const char *score);

/* The same of events in memory. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_evaluate_events(nsym_evaluation *out, const nsym_events *events,
                                                          const char *score);

#ifdef __cplusplus
}
#endif
#endif
