/* The arithmetic of a plan's steps, two tables per kind of CPU: for one event, whose matrices' columns the SIMD lanes
   hold, and for as many small events beside each other as there are lanes, an event a lane. No event sees another, and
   which table an event goes through follows from its own constituents, so its values do not depend on its company.

   A cell is `events` doubles, one for each event. A matrix is (stride, stride) cells of which (m, m) are used, a vector
   stride cells, a number one. For one event, stride is m rounded up to NSYM_EFP_ROUND; what lies beyond m is zero and
   stays so, which changes no sum. For several, stride is m, and of a symmetric matrix only the cells on and above the
   diagonal are there. All arrays are aligned to 64 bytes; results overlap no argument. */
#ifndef NSYM_OBSERVABLES_EFP_KERNELS_H
#define NSYM_OBSERVABLES_EFP_KERNELS_H

#include <nearsym/efp.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    NSYM_EFP_ROUND = 8,
    NSYM_EFP_TILE_ROWS_MAX = 8,
    NSYM_EFP_EVENTS_MAX = 8,
    NSYM_EFP_SMALL = 128 /* the most constituents of an event that goes beside others */
};

/* How a matrix is read. */
typedef enum nsym_efp_shape { NSYM_EFP_UPRIGHT, NSYM_EFP_TURNED, NSYM_EFP_SYMMETRIC } nsym_efp_shape;

typedef struct nsym_efp_kernels {
    size_t events; /* doubles in a cell */

    /* out_i = x_i y_i of n doubles, a multiple of the lanes. */
    void (*times)(double *out, const double *x, const double *y, size_t n);

    /* theta^2 of all pairs above the diagonal, which `root` and the powers need, or, `rooted`, their roots as a
       symmetric matrix; place (3 vectors): rapidity, phi, (m / pt)^2. A constituent with itself has none. */
    void (*distances)(double *out, nsym_efp_measure measure, bool rooted, const double *place, size_t m, size_t stride);

    /* out_ij = sqrt(x_ij), symmetric, of what x has above its diagonal */
    void (*root)(double *out, const double *x, size_t m, size_t stride);

    /* out_ij = s_i x_ij */
    void (*scale)(double *out, const double *x, nsym_efp_shape shape, const double *s, size_t m, size_t stride);

    /* out_ij = x_ij y_ij, symmetric if both are */
    void (*product)(double *out, const double *x, nsym_efp_shape x_shape, const double *y, nsym_efp_shape y_shape,
                    size_t m, size_t stride);

    /* out_ij = sum_k x_ik y_kj, or x_ki where it is turned; y is not symmetric; a `symmetric` result is computed above
       its diagonal only. Scratch: a matrix. */
    void (*series)(double *out, const double *x, nsym_efp_shape shape, const double *y, bool symmetric, double *scratch,
                   size_t m, size_t stride);

    /* out_i = sum_j x_ij s_j, or x_ji where it is turned */
    void (*sum)(double *out, const double *x, nsym_efp_shape shape, const double *s, size_t m, size_t stride);

    /* out_i = sum_j x_ij y_ij s_j of symmetric x and y */
    void (*sum2)(double *out, const double *x, const double *y, const double *s, size_t m, size_t stride);

    /* out_ij = x_ji */
    void (*transpose)(double *out, const double *x, size_t m, size_t stride);

    /* out_ij = sum_kl z_k z_l x_ik x_jk x_kl x_il x_jl of a symmetric x without a diagonal. Scratch: a matrix, and
       NSYM_EFP_TILE_ROWS_MAX + 1 vectors. */
    void (*diamond)(double *out, const double *x, const double *z, double *scratch, double *rows, size_t m,
                    size_t stride);

    /* A number, sum_ijk z_i z_j z_k x_ij x_jk x_ik of such an x. Scratch as above. */
    void (*triangle)(double *out, const double *x, const double *z, double *scratch, double *rows, size_t m,
                     size_t stride);

    /* A number, sum_i z_i x_i y_i; NULL: ones */
    void (*dot)(double *out, const double *z, const double *x, const double *y, size_t stride);

    /* Of a table for one event: that for several, and fused multiply-adds in registers, `rounds` of 12 vectors; gives
       how many operations that was; *sink keeps the compiler from leaving them out. */
    const struct nsym_efp_kernels *several;
    double (*peak)(size_t rounds, double *sink);
} nsym_efp_kernels;

extern const nsym_efp_kernels nsym_efp_kernels_plain, nsym_efp_kernels_avx2, nsym_efp_kernels_avx512;
extern const nsym_efp_kernels nsym_efp_events_plain, nsym_efp_events_avx2, nsym_efp_events_avx512;

/* The table for one event of the path in use (base/cpu.h). */
const nsym_efp_kernels *nsym_efp_kernels_in_use(void);

/* From m to the next row of a matrix, in cells. */
size_t nsym_efp_stride(const nsym_efp_kernels *kernels, size_t m);

#endif
