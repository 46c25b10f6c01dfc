#include "data/texts.h"

#include <stdlib.h>
#include <string.h>

char **nsym_texts_copy(const char *const *text, size_t n) {
    char **copy = calloc(n > 0 ? n : 1, sizeof *copy);
    for (size_t i = 0; copy && i < n; i++) {
        copy[i] = strdup(text ? text[i] : "");
        if (!copy[i]) {
            nsym_texts_free(copy, n);
            copy = NULL;
        }
    }
    return copy;
}

void nsym_texts_free(char **text, size_t n) {
    if (!text) return;
    for (size_t i = 0; i < n; i++) free(text[i]);
    free(text);
}
