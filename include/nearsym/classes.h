/* Several classes: what a network's logits, one for each class, say of events, and how well they tell the classes
 * apart.
 */
#ifndef NEARSYM_CLASSES_H
#define NEARSYM_CLASSES_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most classes there are, and the room for the name of one. */
enum { NSYM_CLASSES_MAX = 16, NSYM_CLASS_NAME = 32 };

/* Events and the sums of their weights by label; least and most are of the classes that have events. */
typedef struct nsym_class_tally {
    size_t classes, count[NSYM_CLASSES_MAX];
    double sum[NSYM_CLASSES_MAX], least, most, total;
} nsym_class_tally;

/* Of labels (n) and weights (n, or NULL for ones). Errors: a label that is no whole number from 0 to
   NSYM_CLASSES_MAX - 1, with its index. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_class_tally_of(nsym_class_tally *out, const double *labels,
                                                         const double *weights, size_t n);

/* The logarithm of the odds of class k against all others, by the softmax of logits (classes): z_k - log of the sum of
   the others' exponentials. It rises with the probability, and tells events apart where that is as good as 0 or 1. */
NSYM_API double nsym_class_log_odds(const double *logits, size_t classes, size_t k);

/* The class that is called: of the largest of the logits (classes), the first of equal ones. */
NSYM_API size_t nsym_class_called(const double *logits, size_t classes);

/* The probabilities (classes) of logits (classes): their softmax. Both may be one array. */
NSYM_API void nsym_class_probabilities(double *probabilities, const double *logits, size_t classes);

/* Events with logits and true classes. Borrowed. */
typedef struct nsym_class_scores {
    size_t n, classes;
    const double *logits;  /* (n, classes) */
    const float *labels;   /* (n) 0 to classes - 1 */
    const double *weights; /* (n), or NULL for ones; negative weights count as they are */
} nsym_class_scores;

/* How well the classes are told apart, each number with its standard error for the finite sample: that of its
   influences (DeLong's, for areas), NaN where a class has fewer than two events. Only the first `classes` of each list
   are set; `classes` 0: two classes, of which nothing is told here. */
typedef struct nsym_class_results {
    size_t classes;
    char name[NSYM_CLASSES_MAX][NSYM_CLASS_NAME]; /* "" where it is not known */
    size_t events[NSYM_CLASSES_MAX];              /* of each class */
    double accuracy, accuracy_error;              /* weighted share of events whose class is called */
    double auc, auc_error;                        /* mean of the next over the classes, each counted alike */
    double auc_of[NSYM_CLASSES_MAX], auc_of_error[NSYM_CLASSES_MAX]; /* of the class against all others, by log odds */
    /* Of class i against class j, of their events alone, by the difference of their logits; NaN where i = j. */
    double auc_of_pair[NSYM_CLASSES_MAX][NSYM_CLASSES_MAX], auc_of_pair_error[NSYM_CLASSES_MAX][NSYM_CLASSES_MAX];
    /* The weighted share of the events of class i that are called class j. */
    double confusion[NSYM_CLASSES_MAX][NSYM_CLASSES_MAX], confusion_error[NSYM_CLASSES_MAX][NSYM_CLASSES_MAX];
} nsym_class_results;

/* Measures scores of 2 to NSYM_CLASSES_MAX classes; names stay "". The areas are those of one-vs-rest, as Fawcett,
   Pattern Recognition Letters 27 (2006) 861, section 9, and the mean is scikit-learn's roc_auc_score(multi_class="ovr",
   average="macro"). Errors: a number of classes that cannot be; a NaN logit, a label that is no class, a weight that is
   not finite, each with its index; a class of no total weight. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_class_measure(nsym_class_results *out, const nsym_class_scores *scores);

#ifdef __cplusplus
}
#endif
#endif
