#include "nn/gemm.h"

#ifdef NSYM_NN_DOUBLE

void nsym_gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const real *a, size_t lda,
               const real *b, size_t ldb, real beta, real *c, size_t ldc) {
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            real sum = 0;
            for (size_t l = 0; l < k; l++)
                sum +=
                    (transpose_a ? a[l * lda + i] : a[i * lda + l]) * (transpose_b ? b[j * ldb + l] : b[l * ldb + j]);
            c[i * ldc + j] = beta == 0 ? sum : sum + beta * c[i * ldc + j];
        }
    }
}

#else

#include <dnnl.h>
#include <omp.h>

/* oneDNN's products would use every core; ours are one of many that run at once. What the calling thread had set for
   its own OpenMP loops is put back. Fails only for sizes and strides that do not fit, which the layers do not make. */
void nsym_gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const real *a, size_t lda,
               const real *b, size_t ldb, real beta, real *c, size_t ldc) {
    int threads = omp_get_max_threads();
    if (threads != 1) omp_set_num_threads(1);
    dnnl_sgemm(transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', (dnnl_dim_t)m, (dnnl_dim_t)n, (dnnl_dim_t)k, 1, a,
               (dnnl_dim_t)lda, b, (dnnl_dim_t)ldb, beta, c, (dnnl_dim_t)ldc);
    if (threads != 1) omp_set_num_threads(threads);
}

#endif
