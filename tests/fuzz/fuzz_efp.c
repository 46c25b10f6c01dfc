/* libFuzzer: any text as a selection of energy-flow polynomials. */
#include "observables/efp_graph.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static nsym_efp_graph *all; /* made once: that takes far longer than to read a selection */
    static size_t alls;
    if (!all && nsym_efp_all_graphs(&all, &alls) != NSYM_OK) return 0;
    char *text = malloc(n + 1);
    nsym_efp_graph *graphs = malloc(alls * sizeof *graphs);
    size_t count = alls;
    memcpy(text, bytes, n);
    text[n] = '\0';
    memcpy(graphs, all, alls * sizeof *graphs);
    nsym_status status = nsym_efp_keep(&graphs, &count, text);
    (void)status;
    free(graphs);
    free(text);
    return 0;
}
