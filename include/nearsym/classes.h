/* Networks with several classes and one logit per class: probabilities, and how well the classes are separated. */
#ifndef NEARSYM_CLASSES_H
#define NEARSYM_CLASSES_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Largest number of classes, and size of the buffer for a class name. */
enum { NSYM_CLASSES_MAX = 16, NSYM_CLASS_NAME = 32 };

/* Numbers of events and sums of weights by label. least and most are over the classes that have events. */
typedef struct nsym_class_tally {
    size_t classes, count[NSYM_CLASSES_MAX];
    double sum[NSYM_CLASSES_MAX], least, most, total;
} nsym_class_tally;

/* Counts labels (n) with weights (n, or NULL for ones). Errors: a label that is no whole number from 0 to
   NSYM_CLASSES_MAX - 1, with its index. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_class_tally_of(nsym_class_tally *out, const double *labels,
                                                         const double *weights, size_t n);

/* Logarithm of the odds of class k against all others, for the softmax of logits (classes): z_k - log(sum of exp(z_j)
   over the others). It rises with the probability, and still separates events whose probability rounds to 0 or 1. */
NSYM_API double nsym_class_log_odds(const double *logits, size_t classes, size_t k);

/* The called class: the one with the largest of the logits (classes); of equal ones the first. */
NSYM_API size_t nsym_class_called(const double *logits, size_t classes);

/* Probabilities (classes) from logits (classes): their softmax. Both may be the same array. */
NSYM_API void nsym_class_probabilities(double *probabilities, const double *logits, size_t classes);

/* Events with logits and true classes. Borrowed. */
typedef struct nsym_class_scores {
    size_t n, classes;
    const double *logits;  /* (n, classes) */
    const float *labels;   /* (n) 0 to classes - 1 */
    const double *weights; /* (n), or NULL for ones; negative weights enter as they are */
} nsym_class_scores;

/* How well the classes are separated. Each number has a standard error for the finite sample, from the events'
   influences (DeLong's for areas); NaN if a class has fewer than two events. Only the first `classes` entries of each
   array are set. `classes` 0: there are two classes, and nothing else is set. */
typedef struct nsym_class_results {
    size_t classes;
    char name[NSYM_CLASSES_MAX][NSYM_CLASS_NAME]; /* "" if unknown */
    size_t events[NSYM_CLASSES_MAX];              /* of each class */
    double accuracy, accuracy_error;              /* weighted fraction of events whose called class is right */
    double auc, auc_error;                        /* mean of auc_of over the classes, without weights */
    double auc_of[NSYM_CLASSES_MAX], auc_of_error[NSYM_CLASSES_MAX]; /* AUC of the class against all others, with the
                                                                        log odds as score */
    /* AUC of class i against class j, with the difference of their logits as score and events of these classes only;
       NaN for i = j. */
    double auc_of_pair[NSYM_CLASSES_MAX][NSYM_CLASSES_MAX], auc_of_pair_error[NSYM_CLASSES_MAX][NSYM_CLASSES_MAX];
    /* Weighted fraction of the events of class i that are called class j. */
    double confusion[NSYM_CLASSES_MAX][NSYM_CLASSES_MAX], confusion_error[NSYM_CLASSES_MAX][NSYM_CLASSES_MAX];
} nsym_class_results;

/* Evaluates scores of 2 to NSYM_CLASSES_MAX classes; names stay "". The AUCs are one-vs-rest as in Fawcett, Pattern
   Recognition Letters 27 (2006) 861, section 9; their mean is scikit-learn's roc_auc_score(multi_class="ovr",
   average="macro"). Errors: an invalid number of classes; a NaN logit, a label that is no class, a weight that is not
   finite, each with its index; a class of no total weight. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_class_measure(nsym_class_results *out, const nsym_class_scores *scores);

#ifdef __cplusplus
}
#endif
#endif
