#include "study/resolved.h"

#include "base/arena.h"
#include "base/fail.h"
#include "options/lay.h"

#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Is there a file of that path or pattern? */
static bool is_there(const char *path) {
    glob_t found;
    bool there = glob(path, 0, NULL, &found) == 0;
    if (there) globfree(&found);
    return there;
}

/* Makes a path whole that begins in the card's folder, as the card said itself. */
static nsym_status make_whole(nsym_node *node, const nsym_tree *card, const char *folder) {
    if (!node || node->kind != NSYM_SCALAR || !node->text[0] || node->text[0] == '/') return NSYM_OK;
    char *whole = nsym_arena_printf(card->arena, "%s/%s", folder, node->text);
    if (!whole) return nsym_fail(NSYM_ENOMEM, "no memory for a path");
    if (is_there(whole)) node->text = whole;
    return NSYM_OK;
}

static nsym_status make_all_whole(nsym_tree *card, const char *folder) {
    static const char *const keys[] = {"data.file", "data.signal", "data.background"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        nsym_node *node = nsym_node_at(card->root, keys[i]);
        if (node && nsym_lay_of(node) == NSYM_LAID_NOTHING) NSYM_TRY(make_whole(node, card, folder));
    }
    nsym_node *list = nsym_node_at(card->root, "data.files");
    if (!list || list->kind != NSYM_LIST || nsym_lay_of(list) != NSYM_LAID_NOTHING) return NSYM_OK;
    for (size_t i = 0; i < list->count; i++) {
        nsym_node *entry = list->child[i];
        NSYM_TRY(make_whole(entry->kind == NSYM_MAP ? nsym_node_at(entry, "path") : entry, card, folder));
    }
    return NSYM_OK;
}

nsym_status nsym_resolved_save(const nsym_tree *card, const char *path) {
    char folder[PATH_MAX];
    const char *slash = strrchr(card->name, '/');
    nsym_tree *copy;
    NSYM_TRY(nsym_tree_copy(&copy, card));
    nsym_status status = NSYM_OK;
    char *relative = slash ? nsym_arena_printf(copy->arena, "%.*s", (int)(slash + 1 - card->name), card->name) : NULL;
    if (relative && realpath(relative, folder)) status = make_all_whole(copy, folder);
    if (status == NSYM_OK) status = nsym_tree_save(copy, path);
    nsym_tree_free(copy);
    return status;
}
