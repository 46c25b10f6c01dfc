#include "observables/names.h"

#include "base/fail.h"
#include <nearsym/observables.h>

#include <string.h>

nsym_status nsym_names_spread(char names[NSYM_COLUMNS_SIZE]) {
    nsym_observables *observables;
    size_t used = 0;
    NSYM_TRY(nsym_observables_parse(&observables, names));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && i < nsym_observables_count(observables); i++) {
        const char *name = nsym_observables_name(observables, i);
        size_t length = strlen(name);
        if (used + length + 2 > NSYM_COLUMNS_SIZE) {
            status =
                nsym_fail(NSYM_EINVAL, "the names are longer than %d letters together", (int)NSYM_COLUMNS_SIZE - 1);
            break;
        }
        if (used) names[used++] = ',';
        memcpy(names + used, name, length + 1);
        used += length;
    }
    nsym_observables_free(observables);
    return status;
}

nsym_status nsym_names_spread_at(nsym_reader r, const char *key, char names[NSYM_COLUMNS_SIZE]) {
    if (!names[0] || nsym_names_spread(names) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(r.tree, nsym_node_at(r.node, key), "%s%s%s: %s", r.where, r.where[0] ? "." : "", key,
                        nsym_message());
}
