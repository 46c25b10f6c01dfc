#include "base/fail.h"
#include "options/tree_internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the card");
}

void nsym_tree_free(nsym_tree *tree) {
    if (!tree) return;
    if (tree->arena) nsym_arena_free(tree->arena);
    free(tree);
}

bool nsym_node_is_null(const nsym_node *node) {
    return node->kind == NSYM_SCALAR && !node->quoted && !*node->text;
}

nsym_status nsym_node_append(struct nsym_arena *arena, nsym_node *node, nsym_node *child) {
    if ((node->count & (node->count - 1)) == 0) { /* full at every power of two */
        nsym_node **grown = nsym_arena_alloc(arena, node->count ? 2 * node->count : 1, sizeof *grown);
        if (!grown) return no_memory();
        if (node->count) memcpy(grown, node->child, node->count * sizeof *grown);
        node->child = grown;
    }
    node->child[node->count++] = child;
    return NSYM_OK;
}

size_t nsym_node_find(const nsym_node *map, const char *key, size_t length) {
    size_t i = 0;
    while (i < map->count && (strncmp(map->child[i]->key, key, length) || map->child[i]->key[length])) i++;
    return i;
}

/* How much of a dotted path is one key of the map: the longest key that stands there, which may itself have dots (a
   recipe's "data.repeat"), else up to the first dot. */
static size_t part_of(const nsym_node *map, const char *path) {
    size_t longest = 0;
    for (size_t i = 0; i < map->count; i++) {
        size_t length = strlen(map->child[i]->key);
        bool whole = strncmp(map->child[i]->key, path, length) == 0 && (path[length] == '.' || !path[length]);
        if (whole && length > longest) longest = length;
    }
    return longest ? longest : strcspn(path, ".");
}

nsym_node *nsym_node_at(const nsym_node *node, const char *path) {
    while (node && node->kind == NSYM_MAP) {
        size_t length = part_of(node, path), place = nsym_node_find(node, path, length);
        nsym_node *child = place < node->count ? node->child[place] : NULL;
        if (!path[length]) return child;
        node = child;
        path += length + 1;
    }
    return NULL;
}

nsym_status nsym_fail_at(const nsym_tree *tree, const nsym_node *node, const char *format, ...) {
    char text[900];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *source = node && node->source ? node->source : tree->name;
    if (!node || !node->line) return nsym_fail(NSYM_EINVAL, "%s: %s", source, text);
    return nsym_fail(NSYM_EINVAL, "%s:%zu: %s", source, node->line, text);
}

/* Copies nodes into an arena; nodes that share a source go on sharing it. */
typedef struct copier {
    nsym_arena *arena;
    const char *from, *to;
} copier;

static nsym_status copy_node(copier *c, const nsym_node *node, nsym_node **out) {
    nsym_node *copy = nsym_arena_alloc(c->arena, 1, sizeof *copy);
    if (!copy) return no_memory();
    *copy = *node;
    if (node->key && !(copy->key = nsym_arena_strdup(c->arena, node->key))) return no_memory();
    if (node->text && !(copy->text = nsym_arena_strdup(c->arena, node->text))) return no_memory();
    if (node->source != c->from) {
        c->from = node->source;
        if (!(c->to = nsym_arena_strdup(c->arena, node->source))) return no_memory();
    }
    copy->source = c->to;
    copy->count = 0;
    copy->child = NULL;
    for (size_t i = 0; i < node->count; i++) {
        nsym_node *child = NULL;
        NSYM_TRY(copy_node(c, node->child[i], &child));
        NSYM_TRY(nsym_node_append(c->arena, copy, child));
    }
    *out = copy;
    return NSYM_OK;
}

nsym_status nsym_tree_copy(nsym_tree **out, const nsym_tree *tree) {
    *out = NULL;
    nsym_tree *copy = calloc(1, sizeof *copy);
    nsym_status status = NSYM_OK;
    if (!copy || !(copy->arena = nsym_arena_new()) || !(copy->name = nsym_arena_strdup(copy->arena, tree->name)))
        status = no_memory();
    if (!status) copy->laid = tree->laid;
    if (!status) status = copy_node(&(copier){.arena = copy->arena}, tree->root, &copy->root);
    if (status) {
        nsym_tree_free(copy);
        return status;
    }
    *out = copy;
    return NSYM_OK;
}

static size_t depth_of(const nsym_node *node) {
    size_t deepest = 0;
    for (size_t i = 0; i < node->count; i++) {
        size_t depth = depth_of(node->child[i]);
        if (depth > deepest) deepest = depth;
    }
    return node->kind == NSYM_SCALAR ? 0 : deepest + 1;
}

static nsym_status check_path(const nsym_tree *tree, const char *path, const nsym_node *value) {
    size_t depth = depth_of(value);
    uint32_t code = 0;
    for (const char *at = path; *at;)
        if (!nsym_text_next(&at, &code)) return nsym_fail_at(tree, value, "'%s' is not UTF-8 text", path);
    for (const char *part = path;; part++) {
        size_t length = strcspn(part, ".");
        if (!length) return nsym_fail_at(tree, value, "'%s' has an empty part; must be like train.epochs", path);
        if (length > NSYM_TREE_KEY_BYTES)
            return nsym_fail_at(tree, value, "a key of the path has more than %d bytes", NSYM_TREE_KEY_BYTES);
        depth++;
        part += length;
        if (!*part) break;
    }
    if (depth > NSYM_TREE_DEPTH) return nsym_fail_at(tree, value, "nested deeper than %d", NSYM_TREE_DEPTH);
    return NSYM_OK;
}

/* Puts a node that belongs to the tree's arena at a dotted path. */
static nsym_status place(nsym_tree *tree, const char *path, nsym_node *value) {
    NSYM_TRY(check_path(tree, path, value));
    nsym_node *node = tree->root;
    for (const char *part = path;;) {
        if (nsym_node_is_null(node)) node->kind = NSYM_MAP;
        if (node->kind != NSYM_MAP)
            return nsym_fail_at(tree, value, "cannot set %s: %.*s is not a map", path,
                                part == path ? 8 : (int)(part - path - 1), part == path ? "the card" : path);
        size_t length = part_of(node, part), found = nsym_node_find(node, part, length);
        bool last = !part[length];
        nsym_node *child = found < node->count ? node->child[found] : NULL;
        if (!child && node->count == NSYM_TREE_KEYS)
            return nsym_fail_at(tree, value, "more than %d keys in one map", NSYM_TREE_KEYS);
        if (!child || last) {
            nsym_node *fresh = last ? value : nsym_arena_alloc(tree->arena, 1, sizeof *fresh);
            if (!fresh) return no_memory();
            if (!last) *fresh = (nsym_node){.kind = NSYM_MAP, .line = value->line, .source = value->source};
            if (!(fresh->key = nsym_arena_printf(tree->arena, "%.*s", (int)length, part))) return no_memory();
            if (!child) NSYM_TRY(nsym_node_append(tree->arena, node, fresh));
            if (child) node->child[found] = fresh;
            child = fresh;
        }
        if (last) return NSYM_OK;
        node = child;
        part += length + 1;
    }
}

nsym_status nsym_tree_set(nsym_tree *tree, const char *path, const char *yaml, const char *origin) {
    nsym_node *value = NULL;
    char *source = nsym_arena_strdup(tree->arena, origin);
    if (!source) return no_memory();
    const char *text = *yaml ? yaml : "\"\"";
    nsym_status status = nsym_node_parse(&value, tree->arena, text, strlen(text), source, false);
    if (status) return status == NSYM_EFORMAT ? NSYM_EINVAL : status; /* an argument, no file */
    if (!value) return nsym_fail(NSYM_EINVAL, "%s: the value is only a comment; put it in quotes", origin);
    return place(tree, path, value);
}

nsym_status nsym_tree_apply(nsym_tree *tree, const nsym_node *overrides) {
    if (!overrides || nsym_node_is_null(overrides)) return NSYM_OK;
    if (overrides->kind != NSYM_MAP)
        return nsym_fail_at(tree, overrides, "%s must be a map such as {train.epochs: 10}",
                            overrides->key ? overrides->key : "the set of overrides");
    size_t count = overrides->count; /* the map may itself stand where something is set */
    nsym_node *const *child = overrides->child;
    copier copies = {.arena = tree->arena};
    for (size_t i = 0; i < count; i++) {
        nsym_node *value = NULL;
        NSYM_TRY(copy_node(&copies, child[i], &value));
        NSYM_TRY(place(tree, child[i]->key, value));
    }
    return NSYM_OK;
}
