#include "nn/activation.h"

static void silu(real *y, const real *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] / (1 + real_exp(-x[i]));
}

static void silu_gradient(real *dx, const real *dy, const real *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        real s = 1 / (1 + real_exp(-x[i]));
        dx[i] = dy[i] * s * (1 + x[i] * (1 - s));
    }
}

const nsym_activation_row nsym_activations[] = {[NSYM_RELU] = {"relu", NULL, NULL},
                                                [NSYM_LEAKY_RELU] = {"leaky_relu", NULL, NULL},
                                                [NSYM_SILU] = {"silu", silu, silu_gradient},
                                                {NULL, NULL, NULL}};
const char *const nsym_activation_words[] = {"relu", "leaky_relu", "silu", NULL};
_Static_assert(sizeof nsym_activations / sizeof *nsym_activations ==
                   sizeof nsym_activation_words / sizeof *nsym_activation_words,
               "every activation has its word");
