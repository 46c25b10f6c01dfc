/* The penalty for events that all have as many copies. */
#ifndef NSYM_TESTS_NN_INVARIANCE_H
#define NSYM_TESTS_NN_INVARIANCE_H

#include "nn/loss.h"

static inline double invariance_loss(const real *logits, size_t events, size_t copies, const nsym_invariance *how,
                                     real *dlogits) {
    enum { MOST = 1024 };
    static uint32_t offsets[MOST + 1];
    for (size_t i = 0; i <= events && i <= MOST; i++) offsets[i] = (uint32_t)(i * copies);
    return nsym_invariance_loss(logits, offsets, events, how, dlogits);
}

#endif
