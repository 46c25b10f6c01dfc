#include "report/published.h"

#include <string.h>

bool nsym_published_at(const nsym_figure *figure, const nsym_published_curve *curve, const nsym_place *place) {
    if (strcmp(curve->figure, figure->name) != 0) return false;
    for (size_t i = 0; curve->where && i < curve->where->count; i++) {
        const nsym_node *wanted = curve->where->child[i];
        const char *value = nsym_place_value(place, wanted->key);
        if (wanted->kind != NSYM_SCALAR || !value || !nsym_value_same(wanted->text, value)) return false;
    }
    return true;
}
