#include "report/published.h"

#include <string.h>

/* Is it a value, or one of a list? */
static bool has_value(const nsym_node *wanted, const char *value) {
    if (wanted->kind == NSYM_SCALAR) return nsym_value_same(wanted->text, value);
    for (size_t i = 0; wanted->kind == NSYM_LIST && i < wanted->count; i++)
        if (wanted->child[i]->kind == NSYM_SCALAR && nsym_value_same(wanted->child[i]->text, value)) return true;
    return false;
}

bool nsym_published_at(const nsym_figure *figure, const nsym_published_curve *curve, const nsym_place *place) {
    if (strcmp(curve->figure, figure->name) != 0) return false;
    for (size_t i = 0; curve->where && i < curve->where->count; i++) {
        const nsym_node *wanted = curve->where->child[i];
        const char *value = nsym_place_value(place, wanted->key);
        if (!value || !has_value(wanted, value)) return false;
    }
    return true;
}
