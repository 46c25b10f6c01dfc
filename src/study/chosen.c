#include "study/chosen.h"

#include "base/arena.h"
#include "base/fail.h"
#include "study/sections.h"

#include <math.h>
#include <string.h>

/* How well an entry's `where` fits a point. */
typedef struct {
    bool speaks;         /* all it names are coordinates of the point */
    size_t misses;       /* coordinates whose value it does not have */
    const char *name;    /* the last of them, */
    const char *nearest; /* and the value that is nearest; NULL: no numbers */
    double distance;     /* between the two: the log of their ratio, or the difference where one is not above 0 */
} fit;

static double distance_of(double a, double b) {
    return a > 0 && b > 0 ? fabs(log(a / b)) : fabs(a - b);
}

/* Is a coordinate's value among those of a node, a value or a list of them? Else the nearest number is noted. */
static bool is_among(const char *value, const nsym_node *node, fit *f) {
    bool found = false;
    double a, b;
    if (node->kind == NSYM_LIST) {
        for (size_t i = 0; i < node->count; i++)
            found |= node->child[i]->kind == NSYM_SCALAR && is_among(value, node->child[i], f);
        return found;
    }
    if (node->kind != NSYM_SCALAR) return false;
    if (!nsym_text_number(value, &a) || !nsym_text_number(node->text, &b)) return strcmp(value, node->text) == 0;
    if (!f->nearest || distance_of(a, b) < f->distance) {
        f->nearest = node->text;
        f->distance = distance_of(a, b);
    }
    return a == b;
}

static fit fit_of(const nsym_point *point, const nsym_node *where) {
    fit out = {.speaks = true};
    for (size_t k = 0; k < where->count; k++) {
        const char *value = nsym_point_value(point, where->child[k]->key);
        fit one = {0};
        out.speaks &= value != NULL;
        if (value && is_among(value, where->child[k], &one)) continue;
        out.misses++;
        out.name = where->child[k]->key;
        out.nearest = one.nearest;
        out.distance = one.distance;
    }
    return out;
}

static nsym_status check_entry(const nsym_tree *card, const nsym_node *entry, size_t number) {
    NSYM_TRY(nsym_section_check(&nsym_section_chosen, (nsym_reader){card, entry, "chosen"}, 0));
    const nsym_node *where = nsym_node_at(entry, "where"), *set = nsym_node_at(entry, "set");
    if (where && where->kind == NSYM_MAP && set && set->kind == NSYM_MAP) return NSYM_OK;
    return nsym_fail_at(card, entry, "entry %zu of 'chosen' needs the maps 'where' and 'set'", number);
}

/* "general, 480": where a point stands on the axes that an entry names. */
static const char *place_of(const nsym_point *point, const nsym_node *where) {
    const char *text = "";
    for (size_t k = 0; text && k < where->count; k++)
        text = nsym_arena_printf(point->tree->arena, "%s%s%s %s", text, k ? ", " : "", where->child[k]->key,
                                 nsym_point_value(point, where->child[k]->key));
    return text;
}

nsym_status nsym_chosen_lay(nsym_point *point, const nsym_tree *card) {
    const nsym_node *chosen = nsym_node_at(card->root, "chosen"), *speaks = NULL;
    if (chosen && chosen->kind != NSYM_LIST && !(chosen->kind == NSYM_SCALAR && !chosen->text[0]))
        return nsym_fail_at(card, chosen,
                            "chosen must be a list of {where: ..., set: ...}; only the card itself can name a file of "
                            "them");
    size_t entries = chosen ? chosen->count : 0, held = 0;
    fit nearest = {0};
    for (size_t i = 0; i < entries; i++) {
        NSYM_TRY(check_entry(card, chosen->child[i], i + 1));
        fit f = fit_of(point, nsym_node_at(chosen->child[i], "where"));
        if (f.misses == 0) NSYM_TRY(nsym_tree_apply(point->tree, nsym_node_at(chosen->child[i], "set")));
        held += f.misses == 0;
        if (f.speaks) speaks = nsym_node_at(chosen->child[i], "where");
        if (f.speaks && f.misses == 1 && f.nearest && (!nearest.nearest || f.distance < nearest.distance)) nearest = f;
    }
    if (held || !speaks) return NSYM_OK;
    for (size_t i = 0; nearest.nearest && i < entries; i++) {
        fit f = fit_of(point, nsym_node_at(chosen->child[i], "where"));
        if (f.speaks && f.misses == 1 && f.nearest && f.distance <= nearest.distance)
            NSYM_TRY(nsym_tree_apply(point->tree, nsym_node_at(chosen->child[i], "set")));
    }
    const char *place = nearest.nearest ? nsym_point_value(point, nearest.name) : place_of(point, speaks);
    point->note = nearest.nearest
                      ? nsym_arena_printf(point->tree->arena, "%s: %s %s has no chosen settings and uses those of %s",
                                          point->experiment, nearest.name, place, nearest.nearest)
                      : nsym_arena_printf(point->tree->arena,
                                          "%s: there are no chosen settings for %s, so the card's own are used",
                                          point->experiment, place);
    return point->note ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a note");
}

/* A value, or a list of them with commas between; NULL: no memory. */
static const char *value_words(nsym_arena *arena, const nsym_node *node) {
    const char *words = node->kind == NSYM_SCALAR ? node->text : "";
    for (size_t i = 0; words && node->kind == NSYM_LIST && i < node->count; i++)
        words = nsym_arena_printf(arena, "%s%s%s", words, i ? ", " : "", value_words(arena, node->child[i]));
    return words;
}

/* "binning uniform; size 480, 960": a map of `where`, or one of `set`, whose paths are told by their last parts. */
static const char *map_words(nsym_arena *arena, const nsym_node *map, const char *between) {
    const char *words = "", **path = nsym_arena_alloc(arena, map->count + 1, sizeof *path);
    if (!path) return NULL;
    for (size_t k = 0; k < map->count; k++) path[k] = map->child[k]->key;
    for (size_t k = 0; words && k < map->count; k++) {
        const char *value = value_words(arena, map->child[k]);
        words = value ? nsym_arena_printf(arena, "%s%s%s %s", words, k ? between : "",
                                          nsym_setting_name(path, map->count, k), value)
                      : NULL;
    }
    return words;
}

static nsym_status tell_entry(nsym_outcome *results, nsym_reader r, nsym_arena *arena) {
    const char *metric = NULL;
    double mean, std = 0;
    size_t tries = 0;
    NSYM_TRY(nsym_read_text(r, "metric", &metric));
    if (!metric || !nsym_node_at(r.node, "mean")) return NSYM_OK;
    NSYM_TRY(nsym_read_number(r, "mean", -INFINITY, INFINITY, &mean));
    NSYM_TRY(nsym_read_number(r, "std", 0, INFINITY, &std));
    NSYM_TRY(nsym_read_size(r, "tries", 0, 1000000, &tries));
    nsym_point *point = nsym_arena_alloc(arena, 1, sizeof *point);
    const char *place = map_words(arena, nsym_node_at(r.node, "where"), "; ");
    const char *set = map_words(arena, nsym_node_at(r.node, "set"), ", ");
    if (!point || !place || !set) return nsym_fail(NSYM_ENOMEM, "no memory for what was chosen");
    *point = (nsym_point){.experiment = "chosen",
                          .coordinates = 2,
                          .coordinate = {{"place", place, false}, {"chosen", set, false}},
                          .members = 1};
    nsym_outcome_row row = {.point = point, .mean = mean, .std = std, .members = 1, .tolerance = NAN};
    NSYM_TRY(nsym_outcome_add(results, &row, metric));
    row.mean = (double)tries;
    row.std = 0;
    return tries ? nsym_outcome_add(results, &row, "tries") : NSYM_OK;
}

nsym_status nsym_chosen_tell(nsym_outcome *results, const nsym_tree *card, nsym_arena *arena) {
    const nsym_node *chosen = nsym_node_at(card->root, "chosen");
    for (size_t i = 0; chosen && chosen->kind == NSYM_LIST && i < chosen->count; i++) {
        NSYM_TRY(check_entry(card, chosen->child[i], i + 1));
        NSYM_TRY(tell_entry(results, (nsym_reader){card, chosen->child[i], "chosen"}, arena));
    }
    return NSYM_OK;
}
