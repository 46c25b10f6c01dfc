/* Activations by name. What is x above 0 and a multiple of x below runs inside the dense layer in front of it, which
   reads its slope off its output; any other is a layer of its own. A new one is a word of nsym_activation in
   nearsym/model.h, its functions, and a row of activation.c's table. */
#ifndef NSYM_NN_ACTIVATION_H
#define NSYM_NN_ACTIVATION_H

#include "nn/real.h"
#include <nearsym/model.h>
#include <stddef.h>

typedef struct nsym_activation_row {
    const char *word; /* in cards and model files */
    /* y = f(x), and dx = f'(x) dy; all (n). NULL: x above 0, leak x below. */
    void (*forward)(real *y, const real *x, size_t n);
    void (*backward)(real *dx, const real *dy, const real *x, size_t n);
} nsym_activation_row;

/* The rows in the order of nsym_activation, ending with one without a word; and the words, NULL-terminated. */
extern const nsym_activation_row nsym_activations[];
extern const char *const nsym_activation_words[];

#endif
