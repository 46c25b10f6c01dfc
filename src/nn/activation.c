#include "nn/activation.h"

const nsym_activation_row nsym_activations[] = {
    [NSYM_RELU] = {"relu", NULL, NULL}, [NSYM_LEAKY_RELU] = {"leaky_relu", NULL, NULL}, {NULL, NULL, NULL}};
const char *const nsym_activation_words[] = {"relu", "leaky_relu", NULL};
_Static_assert(sizeof nsym_activations / sizeof *nsym_activations ==
                   sizeof nsym_activation_words / sizeof *nsym_activation_words,
               "every activation has its word");
