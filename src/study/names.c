#include "study/names.h"

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

bool nsym_names_have(const char *names, const char *name) {
    for (const char *at = names; *at; at += *at == ',') {
        size_t length = strcspn(at, ",");
        if (length == strlen(name) && strncmp(at, name, length) == 0) return true;
        at += length;
    }
    return false;
}

static nsym_status add_name(nsym_reader r, const nsym_node *node, const char *key, char *out) {
    size_t used = strlen(out), length = node->kind == NSYM_SCALAR ? strlen(node->text) : 0;
    if (length == 0 || strpbrk(node->text, " \t\n") == node->text)
        return nsym_fail_at(r.tree, node, "%s%s%s: an entry is empty, must be a name such as iso_0.4 or sum_pt",
                            r.where, r.where[0] ? "." : "", key);
    if (used + length + 2 > NSYM_COLUMNS_SIZE)
        return nsym_fail_at(r.tree, node, "%s%s%s: the names are longer than %d letters together", r.where,
                            r.where[0] ? "." : "", key, (int)NSYM_COLUMNS_SIZE - 1);
    if (used) strcat(out, ",");
    for (const char *c = node->text; *c; c++)
        if (*c != ' ' && *c != '\n') strncat(out, c, 1);
    return NSYM_OK;
}

/* Writes out what ranges of radii stand for. */
static nsym_status spread_names(nsym_reader r, const nsym_node *node, const char *key, char *out) {
    if (nsym_names_spread(out) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(r.tree, node, "%s%s%s: %s", r.where, r.where[0] ? "." : "", key, nsym_message());
}

nsym_status nsym_read_names(nsym_reader r, const char *key, char out[NSYM_COLUMNS_SIZE]) {
    const nsym_node *node = r.node && r.node->kind == NSYM_MAP ? nsym_node_at(r.node, key) : NULL;
    out[0] = '\0';
    if (!node) return NSYM_OK;
    if (node->kind == NSYM_MAP)
        return nsym_fail_at(r.tree, node, "%s%s%s must be a name or a list of names", r.where, r.where[0] ? "." : "",
                            key);
    if (node->kind == NSYM_SCALAR && !node->text[0]) return NSYM_OK;
    if (node->kind == NSYM_SCALAR) NSYM_TRY(add_name(r, node, key, out));
    for (size_t i = 0; node->kind == NSYM_LIST && i < node->count; i++) NSYM_TRY(add_name(r, node->child[i], key, out));
    return out[0] ? spread_names(r, node, key, out) : NSYM_OK;
}
