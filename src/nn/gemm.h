/* Matrix products, on the calling thread. */
#ifndef NSYM_NN_GEMM_H
#define NSYM_NN_GEMM_H

#include "nn/real.h"
#include <stdbool.h>
#include <stddef.h>

/* c (m, n) = op(a) op(b) + beta c, with op(a) (m, k) and op(b) (k, n), row-major with rows lda, ldb and ldc apart; op
   transposes where asked. With beta 0, c may hold anything. */
void nsym_gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const real *a, size_t lda,
               const real *b, size_t ldb, real beta, real *c, size_t ldc);

#endif
