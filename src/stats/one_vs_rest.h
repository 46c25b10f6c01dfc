/* Measures of several classes' scores, each with what every event adds to it (stats/influence.h). Of all: `error` is
   NaN where it is not known, as that of a class of one event, and `influence` (n) is not set then; both NULL: the value
   alone. The scores have passed nsym_class_check. */
#ifndef NSYM_STATS_ONE_VS_REST_H
#define NSYM_STATS_ONE_VS_REST_H

#include <nearsym/classes.h>

/* Errors: a number of classes that cannot be; a NaN logit, a label that is no class, a weight that is not finite, each
   with its index; a class of no total weight, or classes of opposite signs. */
nsym_status nsym_class_check(const nsym_class_scores *s) NSYM_MUST_CHECK;

/* The AUC of class k against all others, by its log odds. */
nsym_status nsym_one_vs_rest(double *value, double *error, double *influence, const nsym_class_scores *s,
                             size_t k) NSYM_MUST_CHECK;

/* The mean of these over the classes; their influences add up. */
nsym_status nsym_one_vs_rest_mean(double *value, double *error, double *influence,
                                  const nsym_class_scores *s) NSYM_MUST_CHECK;

/* The AUC of class i against class j among the events of both, by the difference of their logits. */
nsym_status nsym_one_vs_one(double *value, double *error, double *influence, const nsym_class_scores *s, size_t i,
                            size_t j) NSYM_MUST_CHECK;

/* The weighted share of the events of class i that are called class j; and of all events, of those that are called
   their own class. */
nsym_status nsym_confusion(double *value, double *error, double *influence, const nsym_class_scores *s, size_t i,
                           size_t j) NSYM_MUST_CHECK;
nsym_status nsym_class_accuracy(double *value, double *error, double *influence,
                                const nsym_class_scores *s) NSYM_MUST_CHECK;

/* The Brier score: the weighted mean of the squared distance between probabilities and the true class, summed over the
   classes (Brier, Monthly Weather Review 78, 1). */
nsym_status nsym_class_brier(double *value, double *error, double *influence,
                             const nsym_class_scores *s) NSYM_MUST_CHECK;

/* Class k against all others as scores (n) and labels (n) of two classes, for a ROC curve. */
void nsym_one_vs_rest_scores(double *scores, float *labels, const nsym_class_scores *s, size_t k);

#endif
