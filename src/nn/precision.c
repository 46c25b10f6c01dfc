#include "nn/precision.h"

#include <string.h>

const char *const nsym_precision_words[] = {[NSYM_SINGLE] = "single", [NSYM_BF16] = "bf16", NULL};

bool nsym_precision_named(nsym_precision *out, const char *word) {
    for (int i = 0; nsym_precision_words[i]; i++) {
        if (strcmp(nsym_precision_words[i], word) != 0) continue;
        *out = (nsym_precision)i;
        return true;
    }
    return false;
}
