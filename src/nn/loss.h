/* Losses of logits, and their gradients. */
#ifndef NSYM_NN_LOSS_H
#define NSYM_NN_LOSS_H

#include "nn/real.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Mean binary cross entropy of logits (n) against labels (n) in {0, 1}, weighted: sum w l / sum w, 0 where all w are;
   `weights` may be NULL. Writes d(loss)/d(logits) (n) unless dlogits is NULL. */
double nsym_bce_logits(const real *logits, const real *labels, const real *weights, size_t n, real *dlogits);

/* The same over a total that is given: sum w l / total. What has weight 0 counts for nothing, whatever its logit. */
double nsym_bce_logits_over(const real *logits, const real *labels, const real *weights, size_t n, double total,
                            real *dlogits);

/* Mean cross entropy of the softmax of logits (n, classes) against labels (n) 0 ... classes - 1, weighted and over a
   total as above. Writes d(loss)/d(logits) (n, classes) unless dlogits is NULL. */
double nsym_softmax_logits_over(const real *logits, const real *labels, const real *weights, size_t n, size_t classes,
                                double total, real *dlogits);

/* The one or the other, by the outputs of a network, 1 for two classes, over a total, or for 0 over the sum of the
   weights. Shapes: logits, dlogits (n, outputs). */
double nsym_cross_entropy(const real *logits, const real *labels, const real *weights, size_t n, size_t outputs,
                          double total, real *dlogits);

/* The encouraged invariance of arXiv:2311.05952: copies of an event that a symmetry relates should get one output. */
typedef struct nsym_invariance {
    double weight;   /* multiplies value and gradient */
    bool on_logits;  /* spread of the logits, not of the outputs (sigmoid, softmax) */
    bool population; /* variance over the copies, not copies - 1 */
} nsym_invariance;

/* The weight times the mean over events of the variance of an event's copies, which are the rows offsets[e] ...
   offsets[e + 1] - 1 of logits. Adds d(loss)/d(logits) to dlogits unless it is NULL. A single copy has no spread: 0.
   Shape: offsets (events + 1). */
double nsym_invariance_loss(const real *logits, const uint32_t *offsets, size_t events, const nsym_invariance *how,
                            real *dlogits);

/* The same of several outputs: the sum over them of the variances, of their softmax or of the logits; 1: as above.
   Shapes: logits, dlogits (rows, outputs). */
double nsym_outputs_invariance(const real *logits, const uint32_t *offsets, size_t events, size_t outputs,
                               const nsym_invariance *how, real *dlogits);

/* Multiplies the gradient dlogits (n), unless it is NULL, by a factor, and gives the loss times it. */
double nsym_scale_loss(double loss, double factor, real *dlogits, size_t n);

#endif
