#include "study/start.h"

#include "base/arena.h"
#include "base/fail.h"
#include "options/lay.h"
#include "sources/sample.h"
#include "train/start.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

bool nsym_card_starts(const nsym_run_card *card) {
    return card->train.start_from && card->train.start_from[0];
}

/* What the card says, of the model or of all. */
static const nsym_node *node_of(const nsym_tree *tree, const char *model, const char *key) {
    char path[256];
    snprintf(path, sizeof path, "models.%s.%s", model, key);
    const nsym_node *own = nsym_node_at(tree->root, path);
    snprintf(path, sizeof path, "train.%s", key);
    return own ? own : nsym_node_at(tree->root, path);
}

/* The one file of a path or pattern: beside the card where it is the card's own and there, else from here. */
static nsym_status find_file(const char **out, const nsym_tree *tree, const nsym_node *node, const char *path) {
    const char *slash = strrchr(tree->name, '/'), *beside = NULL;
    glob_t found = {0};
    if (slash && path[0] != '/' && node && nsym_lay_of(node) == NSYM_LAID_NOTHING)
        beside = nsym_arena_printf(tree->arena, "%.*s%s", (int)(slash + 1 - tree->name), tree->name, path);
    bool there = beside && glob(beside, 0, NULL, &found) == 0;
    if (!there) {
        globfree(&found);
        there = glob(path, 0, NULL, &found) == 0;
    }
    size_t n = there ? found.gl_pathc : 0;
    *out = n == 1 ? nsym_arena_strdup(tree->arena, found.gl_pathv[0]) : NULL;
    nsym_status status = NSYM_OK;
    if (n == 0)
        status = nsym_fail_at(tree, node, "start_from: there is no file '%s'%s%s; train the model first", path,
                              beside ? ", neither here nor as " : "", beside ? beside : "");
    else if (n > 1)
        status = nsym_fail_at(tree, node, "start_from: '%s' matches %zu files, such as '%s' and '%s'; name one", path,
                              n, found.gl_pathv[0], found.gl_pathv[1]);
    else if (!*out)
        status = nsym_fail(NSYM_ENOMEM, "no memory for a path");
    globfree(&found);
    return status;
}

/* An image of as many cells in other rows is another image. */
static nsym_status check_grid(const nsym_run_card *card, const nsym_model *start) {
    const char *grid = nsym_model_attribute(start, "grid");
    char own[64];
    size_t nx, ny;
    if (!grid || strcmp(card->spec.event_input.name, "image") != 0 || !nsym_grid_of(&card->data, &nx, &ny))
        return NSYM_OK;
    snprintf(own, sizeof own, "%zux%zu", nx, ny);
    if (strcmp(own, grid) == 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "the model reads images of %s cells, but these have %s", grid, own);
}

static nsym_status check_model(const nsym_run_card *card) {
    nsym_model *start;
    NSYM_TRY(nsym_model_load(&start, card->train.start_from));
    nsym_status status = nsym_start_check(&card->spec, start);
    if (status == NSYM_OK) status = check_grid(card, start);
    nsym_model_free(start);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", card->train.start_from);
}

nsym_status nsym_card_start(nsym_run_card *card, const nsym_tree *tree, const char *model) {
    const nsym_node *node = node_of(tree, model, "start_from");
    if (card->column) return NSYM_OK;
    if (!nsym_card_starts(card)) {
        if (card->train.epochs > 0) return NSYM_OK;
        return nsym_fail_at(tree, node_of(tree, model, "epochs"),
                            "train.epochs is 0, and there is no train.start_from: nothing would ever be trained");
    }
    NSYM_TRY(find_file(&card->train.start_from, tree, node, card->train.start_from));
    NSYM_TRY(nsym_file_mark(card->train.start_mark, card->train.start_from));
    if (check_model(card) != NSYM_OK) return nsym_fail_at(tree, node, "start_from: %s", nsym_message());
    if (!card->train.epochs) card->train.every_epoch = false;
    if (!card->train.frozen[0] || nsym_frozen_check(&card->spec, card->train.frozen) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(tree, node_of(tree, model, "frozen"), "models.%s.frozen: %s", model, nsym_message());
}

nsym_status nsym_start_load(nsym_model **out, const nsym_run_card *card) {
    *out = NULL;
    return nsym_card_starts(card) ? nsym_model_load(out, card->train.start_from) : NSYM_OK;
}

nsym_status nsym_start_tell(nsym_model *model, const nsym_run_card *card, const nsym_model *start) {
    char text[1024];
    if (!start) return NSYM_OK;
    snprintf(text, sizeof text, "%s (%s)", card->train.start_from, card->train.start_mark);
    return nsym_model_set_attribute(model, "start_from", text);
}
