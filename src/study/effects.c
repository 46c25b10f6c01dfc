#include "study/effects.h"

#include "base/arena.h"
#include "base/fail.h"
#include "options/lay.h"
#include "sources/source.h"
#include "study/sections.h"

#include <stdlib.h>
#include <string.h>

/* A path that stands at some points of the grid. */
typedef struct mark {
    const char *path;
    const nsym_node *node;
    const char *why; /* it has no effect at a point; NULL: it has one somewhere */
} mark;

typedef struct marks {
    nsym_arena *arena;
    size_t count, room;
    mark *mark;
} marks;

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the settings of a card");
}

static nsym_status mark_of(mark **out, marks *m, const char *path) {
    for (size_t i = 0; i < m->count; i++) {
        *out = &m->mark[i];
        if (strcmp(m->mark[i].path, path) == 0) return NSYM_OK;
    }
    if (m->count == m->room) {
        mark *more = realloc(m->mark, (2 * m->room + 64) * sizeof *more);
        if (!more) return no_memory();
        m->mark = more;
        m->room = 2 * m->room + 64;
    }
    *out = &m->mark[m->count++];
    **out = (mark){.path = nsym_arena_strdup(m->arena, path)};
    return (*out)->path ? NSYM_OK : no_memory();
}

static nsym_status mark_key(marks *m, const char *where, const nsym_node *node, const char *why) {
    char path[256];
    mark *k;
    snprintf(path, sizeof path, "%s.%s", where, node->key);
    NSYM_TRY(mark_of(&k, m, path));
    if (k->node && !k->why) return NSYM_OK;
    bool better = !k->why || strcmp(k->why, nsym_trains_nothing) == 0;
    k->node = node;
    if (!why[0])
        k->why = NULL;
    else if (better && !(k->why = nsym_arena_strdup(m->arena, why)))
        return no_memory();
    return NSYM_OK;
}

/* A model's own setting goes where the training's went. */
static bool takes_its_place(const nsym_node *model, const char *key) {
    const nsym_field *general = nsym_section_find(&nsym_section_train, key, 0);
    const nsym_field *own = nsym_section_find(&nsym_section_model, key, 0);
    return nsym_node_at(model, key) && own && own->at == general->at;
}

static nsym_status mark_section(marks *m, const nsym_section *section, const char *where, const nsym_point *point,
                                const void *options, unsigned scope) {
    const nsym_node *node = nsym_node_at(point->tree->root, where);
    const nsym_node *model = nsym_node_at(nsym_node_at(point->tree->root, "models"), point->model);
    for (size_t i = 0; node && i < node->count; i++) {
        char why[NSYM_WHY_SIZE];
        const char *key = node->child[i]->key;
        bool reads = nsym_section_reads(why, section, key, options, scope);
        if (reads && section == &nsym_section_train && takes_its_place(model, key))
            snprintf(why, sizeof why, "models.%s.%s takes its place", point->model, key);
        NSYM_TRY(mark_key(m, where, node->child[i], why));
    }
    return NSYM_OK;
}

/* The options of sources: those of others have no effect. */
static nsym_status mark_sources(marks *m, const nsym_point *point) {
    for (size_t i = 0; nsym_sources[i]; i++) {
        const nsym_section *own = nsym_sources[i]->section;
        const nsym_node *node = own ? nsym_node_at(point->tree->root, own->name) : NULL;
        char why[NSYM_WHY_SIZE];
        snprintf(why, sizeof why, "the events are those of '%s'", point->card.data.source->name);
        if (own && nsym_sources[i] == point->card.data.source)
            NSYM_TRY(mark_section(m, own, own->name, point, point->card.data.options, 0));
        else
            for (size_t k = 0; node && k < node->count; k++) NSYM_TRY(mark_key(m, own->name, node->child[k], why));
    }
    return NSYM_OK;
}

static nsym_status mark_point(marks *m, const nsym_point *point) {
    char where[256];
    for (const nsym_section *const *s = nsym_sections_of_sample; *s; s++)
        NSYM_TRY(mark_section(m, *s, (*s)->name, point, &point->card, 0));
    NSYM_TRY(mark_sources(m, point));
    NSYM_TRY(mark_section(m, &nsym_section_train, "train", point, &point->card, 0));
    snprintf(where, sizeof where, "models.%s", point->model);
    return mark_section(m, &nsym_section_model, where, point, &point->card, 1u << point->card.model.kind);
}

/* Does the card have a network, if only one that is not run today? */
static bool has_network(const nsym_tree *card) {
    const nsym_node *models = nsym_node_at(card->root, "models");
    for (size_t i = 0; models && i < models->count; i++) {
        const nsym_node *kind = nsym_node_at(models->child[i], "kind");
        if (!kind || kind->kind != NSYM_SCALAR || strcmp(kind->text, "column") != 0) return true;
    }
    return false;
}

static nsym_status judge(const marks *m, const nsym_tree *card) {
    bool network = has_network(card);
    for (size_t i = 0; i < m->count; i++) {
        const mark *k = &m->mark[i];
        if (!k->why || nsym_lay_of(k->node) < card->laid) continue;
        if (network && strcmp(k->why, nsym_trains_nothing) == 0) continue;
        return nsym_fail_at(card, k->node, "%s has no effect here: %s", k->path, k->why);
    }
    return NSYM_OK;
}

nsym_status nsym_effects_check(const nsym_tree *card, const nsym_grid *grid) {
    marks m = {.arena = nsym_arena_new()};
    nsym_status status = m.arena ? NSYM_OK : no_memory();
    for (size_t i = 0; status == NSYM_OK && i < grid->points; i++) status = mark_point(&m, &grid->point[i]);
    if (status == NSYM_OK) status = judge(&m, card);
    free(m.mark);
    if (m.arena) nsym_arena_free(m.arena);
    return status;
}
