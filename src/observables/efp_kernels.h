/* The arithmetic of a plan's steps, one table per kind of CPU. A matrix is (m, stride) and a vector (stride), stride
   being m rounded up to NSYM_EFP_ROUND; what lies beyond m is zero and stays so, which changes no sum. All arrays are
   aligned to 64 bytes; results overlap no argument. Lanes hold columns of one event: the matrices of an event stay in
   the cache, which those of eight events side by side would not, and no event sees another. */
#ifndef NSYM_OBSERVABLES_EFP_KERNELS_H
#define NSYM_OBSERVABLES_EFP_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

enum { NSYM_EFP_ROUND = 8, NSYM_EFP_TILE_ROWS_MAX = 8 };

typedef struct nsym_efp_kernels {
    /* out_i = x_i y_i of n numbers, a multiple of NSYM_EFP_ROUND. */
    void (*times)(double *out, const double *x, const double *y, size_t n);

    /* out_i = sqrt(x_i) of n numbers, a multiple of NSYM_EFP_ROUND. */
    void (*root)(double *out, const double *x, size_t n);

    /* out_ij = s_i x_ij */
    void (*scale)(double *out, const double *x, const double *s, size_t m, size_t stride);

    /* out_ij = sum_k x_ik y_kj, or x_ki where `turned`; a `symmetric` result is computed above its diagonal only. */
    void (*series)(double *out, const double *x, bool turned, const double *y, bool symmetric, size_t m, size_t stride);

    /* out_i = sum_j x_ij s_j, or x_ji where `turned` */
    void (*sum)(double *out, const double *x, bool turned, const double *s, size_t m, size_t stride);

    /* out_i = sum_j x_ij y_ij s_j of symmetric x and y */
    void (*sum2)(double *out, const double *x, const double *y, const double *s, size_t m, size_t stride);

    /* out_ij = x_ji */
    void (*transpose)(double *out, const double *x, size_t m, size_t stride);

    /* out_ij = sum_kl z_k z_l x_ik x_jk x_kl x_il x_jl of a symmetric x without a diagonal; upper (m, stride) and rows
       (NSYM_EFP_TILE_ROWS_MAX, stride) are scratch */
    void (*diamond)(double *out, const double *x, const double *z, double *upper, double *rows, size_t m,
                    size_t stride);

    /* sum_i z_i x_i y_i; NULL: ones */
    double (*dot)(const double *z, const double *x, const double *y, size_t stride);

    /* Fused multiply-adds in registers: does `rounds` of 12 vectors, gives how many operations that was; *sink keeps
       the compiler from leaving them out. */
    double (*peak)(size_t rounds, double *sink);

    /* Numbers below 2.2e-308 become zero while a plan runs, as they take many CPUs a hundred times as long: the state
       to give back to `leave`. */
    unsigned (*enter)(void);
    void (*leave)(unsigned state);
} nsym_efp_kernels;

extern const nsym_efp_kernels nsym_efp_kernels_plain, nsym_efp_kernels_avx2, nsym_efp_kernels_avx512;

/* The table of the path in use (base/cpu.h). */
const nsym_efp_kernels *nsym_efp_kernels_in_use(void);

#endif
