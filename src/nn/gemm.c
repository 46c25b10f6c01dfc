#include "nn/gemm.h"

#include <string.h>

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

#include "base/one_thread.h"
#include <dnnl.h>

/* Fails only for sizes and strides that do not fit, which the layers do not make. */
void nsym_gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const real *a, size_t lda,
               const real *b, size_t ldb, real beta, real *c, size_t ldc) {
    if (k == 0) { /* oneDNN would leave c as it is */
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < n; j++) c[i * ldc + j] = beta == 0 ? 0 : beta * c[i * ldc + j];
        return;
    }
    int threads = nsym_one_thread();
    dnnl_sgemm(transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', (dnnl_dim_t)m, (dnnl_dim_t)n, (dnnl_dim_t)k, 1, a,
               (dnnl_dim_t)lda, b, (dnnl_dim_t)ldb, beta, c, (dnnl_dim_t)ldc);
    nsym_threads_again(threads);
}

#endif

/* Rows that are copied at a time, what is added to them, and the size of c from which the copies pay. */
enum { COPIED_ROWS = 256, PADDING = 16, STRIDE = 64, WORTH_COPYING = 128 * 128 };

static bool worth_copying(size_t m, size_t n) {
    return m % STRIDE == 0 && n % STRIDE == 0 && m * n >= WORTH_COPYING;
}

static void copy_padded(real *to, const real *from, size_t rows, size_t width) {
    for (size_t i = 0; i < rows; i++) memcpy(to + i * (width + PADDING), from + i * width, width * sizeof *to);
}

size_t nsym_gemm_scratch(size_t m, size_t n) {
    return worth_copying(m, n) ? COPIED_ROWS * (m + n + 2 * PADDING) : 0;
}

void nsym_gemm_outer(size_t m, size_t n, size_t k, const real *a, const real *b, bool add, real *c, real *scratch) {
    if (!worth_copying(m, n) || k == 0) {
        nsym_gemm(true, false, m, n, k, a, m, b, n, add, c, n);
        return;
    }
    real *padded_a = scratch, *padded_b = scratch + COPIED_ROWS * (m + PADDING);
    for (size_t i = 0; i < k; i += COPIED_ROWS) {
        size_t rows = k - i < COPIED_ROWS ? k - i : COPIED_ROWS;
        copy_padded(padded_a, a + i * m, rows, m);
        copy_padded(padded_b, b + i * n, rows, n);
        nsym_gemm(true, false, m, n, rows, padded_a, m + PADDING, padded_b, n + PADDING, add || i > 0, c, n);
    }
}
