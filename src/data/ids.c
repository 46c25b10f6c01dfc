#include "data/ids.h"

#include "base/fail.h"
#include "base/list.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static bool is_id(const nsym_column *column) {
    return column->width == 1 && nsym_list_has(NSYM_IDS, column->name);
}

nsym_status nsym_ids_new(nsym_events **out, const nsym_events *events) {
    nsym_events *ids;
    nsym_status status = NSYM_OK;
    *out = NULL;
    NSYM_TRY(nsym_events_new(&ids, events->count));
    for (size_t i = 0; status == NSYM_OK && i < events->columns; i++) {
        double *values;
        if (!is_id(&events->column[i])) continue;
        status = nsym_events_add_column(ids, events->column[i].name, "", "", 1, &values);
        if (status == NSYM_OK) memcpy(values, events->column[i].values, events->count * sizeof *values);
    }
    if (status == NSYM_OK && ids->columns > 0)
        *out = ids;
    else
        nsym_events_free(ids);
    return status;
}

nsym_status nsym_ids_same(const nsym_events *a, const char *a_path, const nsym_events *b, const char *b_path) {
    for (size_t k = 0; a && b && k < a->columns; k++) {
        const nsym_column *one = &a->column[k], *other = nsym_events_column(b, one->name);
        if (!is_id(one) || !other || other->width != 1) continue;
        for (size_t i = 0; i < a->count; i++) {
            double x = one->values[i], y = other->values[i];
            if (x == y || (isnan(x) && isnan(y))) continue;
            return nsym_fail(
                NSYM_EINVAL,
                "row %zu: %s is %.17g in %s and %.17g in %s; both files must have the same events in the same order",
                i + 1, one->name, x, a_path, y, b_path);
        }
    }
    return NSYM_OK;
}
