/* libFuzzer: any text as the name of an observable; a cone's name is read back as it was written. */
#include "observables/observable_name.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    nsym_observable what, again;
    nsym_observable_range range, single;
    char *text = malloc(n + 1), name[NSYM_OBSERVABLE_NAME];
    memcpy(text, bytes, n);
    text[n] = '\0';
    nsym_status status = nsym_observable_read(text, &what, &range);
    free(text);
    bool pileup = what.kind == NSYM_OBSERVABLE_CONE_PILEUP;
    if (status != NSYM_OK || (what.kind != NSYM_OBSERVABLE_CONE && !pileup)) return 0;
    for (size_t i = 0; i < range.count; i++) {
        double radius = nsym_observable_radius(&range, i);
        nsym_observable_cone_name(name, sizeof name, pileup, radius);
        if (nsym_observable_read(name, &again, &single) != NSYM_OK || again.kind != what.kind ||
            again.radius != radius || single.count != 1)
            __builtin_trap();
    }
    return 0;
}
