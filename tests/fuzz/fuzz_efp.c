/* libFuzzer: any text as a selection of energy-flow polynomials. */
#include "observables/efp_graph.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    char *text = malloc(n + 1);
    nsym_efp_graph *graphs;
    size_t count;
    memcpy(text, bytes, n);
    text[n] = '\0';
    if (nsym_efp_select(&graphs, &count, text) == NSYM_OK) free(graphs);
    free(text);
    return 0;
}
