#include "options/lay.h"

#include "base/fail.h"
#include <stdlib.h>
#include <string.h>

static void copy_value(nsym_node *to, const nsym_node *from) {
    char *key = to->key;
    *to = *from;
    to->key = key;
}

/* Gives `path` its new value in all maps `depth` levels below `node`, or in what stands at `inner` below those. */
static void lay_below(nsym_node *node, size_t depth, const char *inner, const char *path, const nsym_node *value) {
    for (size_t i = 0; depth && node->kind != NSYM_SCALAR && i < node->count; i++)
        lay_below(node->child[i], depth - 1, inner, path, value);
    nsym_node *map = depth ? NULL : inner ? nsym_node_at(node, inner) : node;
    for (size_t k = 0; map && map->kind == NSYM_MAP && k < map->count; k++)
        if (strcmp(map->child[k]->key, path) == 0) copy_value(map->child[k], value);
}

/* Where a card has settings to lay over its sections: maps so deep below a holder, or what stands in those at `inner`.
   The last is a grid, whose paths may also be names of choices. */
static const struct {
    const char *holder;
    size_t depth;
    const char *inner;
} places[] = {
    {"recipes", 1, NULL},      {"choices", 2, NULL}, {"chosen", 1, "set"},      {"experiments", 1, "search.space"},
    {"experiments", 1, "set"}, {"presets", 1, NULL}, {"experiments", 1, "grid"}};
enum { PLACES = sizeof places / sizeof *places };

/* Sets a dotted path in the card, and wherever a recipe, a choice, a search or an experiment would set that same path
   again: what a preset or the command line says holds everywhere. */
static nsym_status lay(nsym_tree *card, const char *path, const char *value, const char *origin) {
    NSYM_TRY(nsym_tree_set(card, path, value, origin));
    for (size_t p = 0; p < PLACES; p++) {
        if (strcmp(places[p].holder, "presets") == 0) continue; /* they are laid like this, not over */
        nsym_node *holder = nsym_node_at(card->root, places[p].holder);
        if (holder) lay_below(holder, places[p].depth, places[p].inner, path, nsym_node_at(card->root, path));
    }
    return NSYM_OK;
}

/* A section laid over a section would silently take away the keys it does not name. */
static nsym_status check_laid(const nsym_tree *card, const nsym_node *map) {
    static const char *const sections[] = {
        "data",    "copies", "detector", "detector.smear", "labels", "weights",   "split", "weights.reweight",
        "measure", "splot",  "train",    "showers",        "muons",  "muon_pairs"};
    for (size_t i = 0; map && map->kind == NSYM_MAP && i < map->count; i++)
        for (size_t k = 0; k < sizeof sections / sizeof *sections; k++)
            if (strcmp(map->child[i]->key, sections[k]) == 0)
                return nsym_fail_at(
                    card, map->child[i],
                    "'%s' would replace the whole section; write one line per key, such as "
                    "%s.%s: ...",
                    sections[k], sections[k],
                    map->child[i]->count > 0 && map->child[i]->kind == NSYM_MAP ? map->child[i]->child[0]->key : "key");
    return NSYM_OK;
}

static nsym_status check_below(const nsym_tree *card, const nsym_node *node, size_t depth, const char *inner) {
    for (size_t i = 0; depth && i < node->count; i++) NSYM_TRY(check_below(card, node->child[i], depth - 1, inner));
    return depth ? NSYM_OK : check_laid(card, inner ? nsym_node_at(node, inner) : node);
}

nsym_status nsym_lay_check(const nsym_tree *card) {
    for (size_t p = 0; p + 1 < PLACES; p++) {
        const nsym_node *holder = nsym_node_at(card->root, places[p].holder);
        if (holder) NSYM_TRY(check_below(card, holder, places[p].depth, places[p].inner));
    }
    return NSYM_OK;
}

nsym_status nsym_lay_chosen(nsym_tree *card) {
    const nsym_node *named = nsym_node_at(card->root, "chosen");
    if (!named || named->kind != NSYM_SCALAR || !named->text[0]) return NSYM_OK;
    const char *slash = strrchr(card->name, '/');
    int folder = slash && named->text[0] != '/' ? (int)(slash + 1 - card->name) : 0;
    char path[4096];
    if (snprintf(path, sizeof path, "%.*s%s", folder, card->name, named->text) >= (int)sizeof path)
        return nsym_fail_at(card, named, "chosen: the file's name is too long");
    nsym_tree *chosen = NULL;
    char *list = NULL;
    if (nsym_tree_read(&chosen, path) != NSYM_OK) return nsym_fail_at(card, named, "chosen: %s", nsym_message());
    const nsym_node *values = nsym_node_at(chosen->root, "values");
    nsym_status status = values && values->kind == NSYM_LIST
                             ? nsym_node_text(&list, values)
                             : nsym_fail_at(chosen, values, "a file of chosen settings needs a list 'values'");
    if (status == NSYM_OK) status = nsym_tree_set(card, "chosen", list, path);
    free(list);
    nsym_tree_free(chosen);
    return status;
}

nsym_status nsym_lay_preset(nsym_tree *card, const char *preset) {
    const nsym_node *presets = nsym_node_at(card->root, "presets"), *chosen = NULL;
    const char *known[64] = {NULL};
    if (presets && presets->kind != NSYM_MAP) return nsym_fail_at(card, presets, "presets must be a map of presets");
    for (size_t i = 0; presets && i < presets->count; i++) {
        if (i < 63) known[i] = presets->child[i]->key;
        if (strcmp(presets->child[i]->key, preset) == 0) chosen = presets->child[i];
    }
    if (!chosen) {
        const char *near = nsym_nearest(preset, known);
        return nsym_fail(NSYM_ENOTFOUND, "%s has no preset '%s' under 'presets'%s%s%s", card->name, preset,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    if (chosen->kind != NSYM_MAP) return nsym_fail_at(card, chosen, "preset '%s' must be a map of settings", preset);
    for (size_t i = 0; i < chosen->count; i++) {
        char *value;
        NSYM_TRY(nsym_node_text(&value, chosen->child[i]));
        nsym_status status = lay(card, chosen->child[i]->key, value, preset);
        free(value);
        NSYM_TRY(status);
        card->laid = NSYM_LAID_PRESET;
    }
    return NSYM_OK;
}

nsym_status nsym_lay_setting(nsym_tree *card, const char *setting) {
    const char *equals = strchr(setting, '=');
    if (!equals || equals == setting)
        return nsym_fail(NSYM_EINVAL, "--set %s: write it as path=value, such as train.epochs=10", setting);
    char *path = strndup(setting, (size_t)(equals - setting));
    if (!path) return nsym_fail(NSYM_ENOMEM, "no memory for --set %s", setting);
    char origin[256];
    snprintf(origin, sizeof origin, "--set %s", setting);
    nsym_status status = lay(card, path, equals + 1, origin);
    free(path);
    card->laid = NSYM_LAID_SETTING;
    return status;
}

nsym_laid nsym_lay_of(const nsym_node *node) {
    if (node->line) return NSYM_LAID_NOTHING;
    return strncmp(node->source, "--set ", 6) == 0 ? NSYM_LAID_SETTING : NSYM_LAID_PRESET;
}
