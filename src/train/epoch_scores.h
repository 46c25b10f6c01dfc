/* How a network's logits do on the events of an epoch: loss, accuracy and AUC, of two classes (one logit) or more. */
#ifndef NSYM_TRAIN_EPOCH_SCORES_H
#define NSYM_TRAIN_EPOCH_SCORES_H

#include "stats/score_pool.h"
#include <nearsym/classes.h>

/* A number and its standard error for the finite sample. */
typedef struct nsym_known {
    double value, error;
} nsym_known;

/* The weighted mean of the cross entropy, and of being right: the sign of one logit, the largest of several. Those of
   weight 0 do not count. */
void nsym_epoch_loss(nsym_known *loss, nsym_known *accuracy, const nsym_class_scores *s);

/* The AUC; of several classes the mean of each against the others. `error` may be NULL. Shapes: s->logits (n) of two
   classes, s->classes <= 2. */
nsym_status nsym_epoch_auc(double *auc, double *error, const nsym_class_scores *s) NSYM_MUST_CHECK;

/* Pools of scores over epochs, one for two classes, else one for each: a list with room for NSYM_CLASSES_MAX, the AUC
   of which is the mean over the pools. */
nsym_status nsym_epoch_pools_new(nsym_score_pool *pools, size_t classes, size_t capacity) NSYM_MUST_CHECK;
nsym_status nsym_epoch_pools_add(double *auc, nsym_score_pool *pools, const nsym_class_scores *s) NSYM_MUST_CHECK;
void nsym_epoch_pools_free(nsym_score_pool *pools);

#endif
