/* The arithmetic of energy-flow polynomials: every kernel against the plain one for a single event. */
#include <nearsym/random.h>

#include "observables/efp_kernels.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 60, SQUARE = 64 * 64, EVENTS = NSYM_EFP_EVENTS_MAX };

/* The arguments of kernels and what they make of them: a symmetric x without a diagonal, any y, weights, places. */
typedef struct arrays {
    double x[SQUARE * EVENTS], y[SQUARE * EVENTS], z[64 * EVENTS], place[3 * 64 * EVENTS];
    double out[SQUARE * EVENTS], scratch[SQUARE * EVENTS], rows[9 * 64 * EVENTS];
} arrays;

/* Random numbers for `m` constituents of every event, in the cells of a table: an event's are the same in each. */
static void fill(arrays *to, const nsym_efp_kernels *kernels, size_t m) {
    size_t lanes = kernels->events, stride = nsym_efp_stride(kernels, m);
    memset(to, 0, sizeof *to);
    for (size_t l = 0; l < lanes; l++) {
        nsym_random random = nsym_random_stream(5, "kernels", 100 * m + l);
        for (size_t i = 0; i < m; i++) {
            to->z[i * lanes + l] = nsym_random_uniform(&random);
            for (size_t k = 0; k < 3; k++)
                to->place[(k * stride + i) * lanes + l] =
                    (k == 1 ? 3 : 0.5) * (2 * nsym_random_uniform(&random) - (k < 2));
            for (size_t j = 0; j < m; j++) to->y[(i * stride + j) * lanes + l] = nsym_random_uniform(&random);
            for (size_t j = 0; j < i; j++) {
                double value = nsym_random_uniform(&random); /* for several events, below the diagonal is nothing */
                to->x[(i * stride + j) * lanes + l] = lanes > 1 ? NAN : value;
                to->x[(j * stride + i) * lanes + l] = value;
            }
        }
    }
}

enum { KERNELS = 17, NUMBERS = 2, VECTORS = 6 }; /* the first make numbers, then vectors, the others matrices */

static void run_kernel(const nsym_efp_kernels *t, int what, arrays *a, size_t m) {
    size_t stride = nsym_efp_stride(t, m);
    const nsym_efp_shape shapes[] = {NSYM_EFP_UPRIGHT, NSYM_EFP_TURNED, NSYM_EFP_SYMMETRIC};
    const nsym_efp_measure measures[] = {NSYM_EFP_HADR, NSYM_EFP_HADRDOT};
    if (what == 0) t->triangle(a->out, a->x, a->z, a->scratch, a->rows, m, stride);
    if (what == 1) t->dot(a->out, a->z, a->place, a->place, stride);
    if (what == 2) t->sum2(a->out, a->x, a->x, a->z, m, stride);
    if (what >= 3 && what < 6) t->sum(a->out, what < 5 ? a->y : a->x, shapes[what % 3], a->z, m, stride);
    if (what >= 6 && what < 9)
        t->series(a->out, what < 8 ? a->y : a->x, shapes[what % 3], a->y, false, a->scratch, m, stride);
    if (what == 9) t->diamond(a->out, a->x, a->z, a->scratch, a->rows, m, stride);
    if (what >= 10 && what < 14) t->distances(a->out, measures[what % 2], what > 11, a->place, m, stride);
    if (what == 14) t->product(a->out, a->x, NSYM_EFP_SYMMETRIC, a->y, NSYM_EFP_UPRIGHT, m, stride);
    if (what == 15) t->scale(a->out, a->x, NSYM_EFP_SYMMETRIC, a->z, m, stride);
    if (what == 16) t->transpose(a->out, a->y, m, stride);
}

/* What every kernel makes, on every path that this CPU has, for one event and for several, is to rounding what the
   plain ones make of one. */
static void kernels_of_all_cpus_agree(void **state) {
    (void)state;
    const nsym_efp_kernels *best = nsym_efp_kernels_in_use(), *plain = &nsym_efp_kernels_plain;
    const nsym_efp_kernels *const tables[] = {best, plain->several, best->several};
    arrays *one = aligned_alloc(64, sizeof *one), *other = aligned_alloc(64, sizeof *other);
    for (size_t m = 1; m <= MOST; m += m < 20 ? 1 : 8)
        for (int what = 0; what < KERNELS; what++) {
            fill(one, plain, m);
            run_kernel(plain, what, one, m);
            for (size_t t = 0; t < 3; t++) {
                size_t stride = nsym_efp_stride(plain, m), cells = nsym_efp_stride(tables[t], m),
                       lanes = tables[t]->events;
                bool upper = (what >= 10 && what < 12) || (lanes > 1 && what >= 9 && what < 14);
                fill(other, tables[t], m);
                run_kernel(tables[t], what, other, m);
                for (size_t i = 0; i < (what < VECTORS ? 1 : m); i++)
                    for (size_t j = upper ? i : 0; j < (what < NUMBERS ? 1 : m); j++) {
                        double a = other->out[(i * cells + j) * lanes], b = one->out[i * stride + j];
                        if (!(fabs(a - b) <= 1e-13 * (1 + fabs(b))))
                            fail_msg("kernel %d, table %zu, m = %zu, (%zu, %zu): %.17g, not %.17g", what, t, m, i, j, a,
                                     b);
                    }
            }
        }
    free(one);
    free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_of_all_cpus_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
