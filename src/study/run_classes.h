/* How well a network of several classes tells them apart on the test part. */
#ifndef NSYM_STUDY_RUN_CLASSES_H
#define NSYM_STUDY_RUN_CLASSES_H

#include "ledger/measures.h"
#include "study/test_part.h"
#include <nearsym/classes.h>

/* Adds what logits (tests, classes) of the test rows tell: auc_final, the mean over the classes of the AUC of each
   against the others, accuracy_final and brier; auc_of_class; auc_between and confusion of every two classes; and
   roc_of_class at false-positive rates `permille` / 1000 (m), at most NSYM_ROC_MAX. Each has its error for the finite
   test sample, all of one class or none also what they share with those of other logits of the same events. `likely`
   (tests, classes): the logits at the network's temperature, of which the brier score is. */
enum { NSYM_ROC_MAX = 32 };
nsym_status nsym_run_measure_classes(nsym_measures *f, const nsym_test_part *r, const double *logits,
                                     const double *likely, size_t classes, const double *permille, size_t m,
                                     uint64_t seed) NSYM_MUST_CHECK;

/* The same for a reader, but for the curves. */
nsym_status nsym_run_class_results(nsym_class_results *out, const nsym_test_part *r, const double *logits,
                                   size_t classes) NSYM_MUST_CHECK;

#endif
