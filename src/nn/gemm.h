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

/* c (m, n) = a^T b with a (k, m) and b (k, n), the weights' gradient of a dense layer, added to c where asked. Where
   both are wide with rows a multiple of 256 bytes apart, a column's values compete for a few sets of the cache: there
   it runs on copies with padded rows in `scratch` (nsym_gemm_scratch(m, n)), which is up to a third faster. */
void nsym_gemm_outer(size_t m, size_t n, size_t k, const real *a, const real *b, bool add, real *c, real *scratch);
size_t nsym_gemm_scratch(size_t m, size_t n);

#endif
