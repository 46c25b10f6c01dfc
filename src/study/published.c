#include "study/published.h"

#include "base/fail.h"
#include <math.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the published curves");
}

/* Numbers of a list, (*n) from the arena. */
static nsym_status read_numbers(double **out, size_t *n, nsym_arena *arena, nsym_reader r, const char *key) {
    const nsym_node *node = nsym_node_at(r.node, key);
    if (!node || node->kind != NSYM_LIST || node->count == 0)
        return nsym_fail_at(r.tree, node ? node : r.node, "%s.%s must be a list of numbers", r.where, key);
    *n = node->count;
    *out = nsym_arena_alloc(arena, *n, sizeof **out);
    if (!*out) return no_memory();
    for (size_t i = 0; i < *n; i++) {
        const nsym_node *at = node->child[i];
        if (at->kind != NSYM_SCALAR || !nsym_text_number(at->text, &(*out)[i]) || !isfinite((*out)[i]))
            return nsym_fail_at(r.tree, at, "%s.%s[%zu] must be a number", r.where, key, i);
    }
    return NSYM_OK;
}

/* The middles of equal bins. */
static nsym_status read_bins(nsym_published_curve *c, nsym_arena *arena, nsym_reader r) {
    double *range = NULL;
    size_t n = 0;
    NSYM_TRY(read_numbers(&range, &n, arena, r, "range"));
    if (n != 2 || !(range[0] < range[1]))
        return nsym_fail_at(r.tree, nsym_node_at(r.node, "range"), "%s.range must be two numbers, [low, high]",
                            r.where);
    c->x = nsym_arena_alloc(arena, c->count, sizeof *c->x);
    if (!c->x) return no_memory();
    for (size_t i = 0; i < c->count; i++)
        c->x[i] = range[0] + (range[1] - range[0]) * ((double)i + 0.5) / (double)c->count;
    return NSYM_OK;
}

static nsym_status read_curve(nsym_published_curve *c, nsym_arena *arena, nsym_reader r) {
    static const char *const keys[] = {"figure", "where", "source", "x", "y", "range", NULL};
    size_t n = 0;
    NSYM_TRY(nsym_check_keys(r, keys));
    NSYM_TRY(nsym_read_text(r, "figure", &c->figure));
    c->where = nsym_node_at(r.node, "where");
    if (!c->figure || (c->where && c->where->kind != NSYM_MAP))
        return nsym_fail_at(r.tree, r.node, "%s needs a 'figure' by name, and its 'where' must be a map", r.where);
    NSYM_TRY(read_numbers(&c->y, &c->count, arena, r, "y"));
    if (!nsym_node_at(r.node, "x")) return read_bins(c, arena, r);
    if (nsym_node_at(r.node, "range"))
        return nsym_fail_at(r.tree, r.node, "%s has both 'x' and 'range'; keep one", r.where);
    NSYM_TRY(read_numbers(&c->x, &n, arena, r, "x"));
    if (n == c->count) return NSYM_OK;
    return nsym_fail_at(r.tree, r.node, "%s: x has %zu numbers and y %zu", r.where, n, c->count);
}

nsym_status nsym_published_read(nsym_published *out, nsym_arena *arena, const nsym_tree *reference) {
    const nsym_node *list = nsym_node_at(reference->root, "curves");
    *out = (nsym_published){0};
    if (!list) return NSYM_OK;
    if (list->kind != NSYM_LIST) return nsym_fail_at(reference, list, "curves must be a list");
    out->curve = nsym_arena_alloc(arena, list->count + 1, sizeof *out->curve);
    if (!out->curve) return no_memory();
    for (; out->count < list->count; out->count++) {
        const char *where = nsym_arena_printf(arena, "curves[%zu]", out->count);
        if (!where) return no_memory();
        NSYM_TRY(read_curve(&out->curve[out->count], arena, (nsym_reader){reference, list->child[out->count], where}));
    }
    return NSYM_OK;
}
