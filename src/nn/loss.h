/* Losses of logits, and their gradients. */
#ifndef NSYM_NN_LOSS_H
#define NSYM_NN_LOSS_H

#include "nn/real.h"
#include <stddef.h>

/* Mean binary cross entropy of logits (n) against labels (n) in {0, 1}, weighted: sum w l / sum w; `weights` may be
   NULL. Writes d(loss)/d(logits) (n) unless dlogits is NULL. */
double nsym_bce_logits(const real *logits, const real *labels, const real *weights, size_t n, real *dlogits);

#endif
