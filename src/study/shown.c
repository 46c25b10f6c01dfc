#include "study/shown.h"

#include "base/fail.h"
#include "study/placeholder.h"

#include <stdlib.h>
#include <string.h>

/* What shows numbers by epoch: where they stand, and coordinates that they must have. */
typedef struct showing {
    nsym_filter where;
    nsym_texts needs;
} showing;

typedef struct showings {
    nsym_arena *arena;
    const nsym_tree *tree; /* that is looked through: the card, or its reference */
    size_t count, room;
    showing *showing; /* (count) */
} showings;

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for what a card shows");
}

bool nsym_is_by_epoch(const char *metric) {
    static const char *const names[] = {"loss",     "accuracy",       "auc", "auc_error", "auc_pooled",
                                        "auc_best", "auc_pooled_best"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(metric, names[i]) == 0) return true;
    return false;
}

/* ---- What the card shows ---- */

/* Every epoch is measured, or none is. */
static bool is_epoch(const char *coordinate) {
    return strcmp(coordinate, "epoch") == 0;
}

static nsym_status add(showings *s, const nsym_filter *where, const nsym_texts *needs) {
    if (s->count == s->room) {
        size_t room = 2 * s->room + 16;
        showing *more = realloc(s->showing, room * sizeof *more);
        if (!more) return no_memory();
        s->showing = more;
        s->room = room;
    }
    showing *out = &s->showing[s->count++];
    *out = (showing){.needs = *needs};
    out->where.condition = nsym_arena_alloc(s->arena, where->count + 1, sizeof *out->where.condition);
    if (!out->where.condition) return no_memory();
    for (size_t i = 0; i < where->count; i++)
        if (!is_epoch(where->condition[i].name)) out->where.condition[out->where.count++] = where->condition[i];
    return NSYM_OK;
}

/* Adds the texts at a key, one or a list; the report refuses anything else. */
static nsym_status add_texts(nsym_texts *texts, nsym_arena *arena, const nsym_node *node, const char *key) {
    const nsym_node *at = node ? nsym_node_at(node, key) : NULL;
    if (at && at->kind == NSYM_SCALAR) return nsym_texts_add(texts, arena, at->text);
    for (size_t i = 0; at && at->kind == NSYM_LIST && i < at->count; i++)
        if (at->child[i]->kind == NSYM_SCALAR) NSYM_TRY(nsym_texts_add(texts, arena, at->child[i]->text));
    return NSYM_OK;
}

/* Where an entry shows its metrics, and what it goes by: coordinates that texts at `keys` (NULL-terminated) name. */
static nsym_status look_at_metrics(showings *s, const nsym_texts *metrics, const nsym_node *entry,
                                   const char *const *keys) {
    bool shows = false;
    nsym_texts named = {0}, needs = {0};
    nsym_filter where;
    for (size_t i = 0; i < metrics->count; i++) shows |= nsym_is_by_epoch(metrics->text[i]);
    if (!shows) return NSYM_OK;
    for (; *keys; keys++) NSYM_TRY(add_texts(&named, s->arena, entry, *keys));
    for (size_t i = 0; i < named.count; i++)
        if (!is_epoch(named.text[i]) && strcmp(named.text[i], "metric") != 0)
            NSYM_TRY(nsym_texts_add(&needs, s->arena, named.text[i]));
    NSYM_TRY(nsym_filter_read(&where, s->arena, s->tree, nsym_node_at(entry, "where")));
    return add(s, &where, &needs);
}

static nsym_status look_at_text(showings *s, const char *text) {
    for (;;) {
        const char *open, *inside, *rest;
        nsym_placeholder q;
        NSYM_TRY(nsym_placeholder_find(&open, &inside, &rest, s->arena, s->tree, text));
        if (!open) return NSYM_OK;
        NSYM_TRY(nsym_placeholder_read(&q, s->arena, s->tree, inside));
        if (nsym_is_by_epoch(q.metric)) {
            NSYM_TRY(add(s, &q.first, &(nsym_texts){0}));
            if (q.form != NSYM_VALUE) NSYM_TRY(add(s, &q.second, &(nsym_texts){0}));
        }
        text = rest;
    }
}

/* All texts below a node. */
static nsym_status look_at_texts(showings *s, const nsym_node *node) {
    if (!node) return NSYM_OK;
    if (node->kind == NSYM_SCALAR) return look_at_text(s, node->text);
    for (size_t i = 0; i < node->count; i++) NSYM_TRY(look_at_texts(s, node->child[i]));
    return NSYM_OK;
}

/* A number of its own beside an entry's, the `limit` of a table or the `lines` of a figure: of the entry's first
   metric, where it names none. */
static nsym_status look_beside(showings *s, const nsym_node *beside, const nsym_texts *of_entry) {
    static const char *const keys[] = {NULL};
    nsym_texts metrics = {0};
    if (!beside || beside->kind != NSYM_MAP) return NSYM_OK;
    NSYM_TRY(add_texts(&metrics, s->arena, beside, "metric"));
    if (metrics.count == 0 && of_entry->count) NSYM_TRY(nsym_texts_add(&metrics, s->arena, of_entry->text[0]));
    return look_at_metrics(s, &metrics, beside, keys);
}

static nsym_status look_at_entry(showings *s, const nsym_node *entry, const char *const *keys) {
    static const char *const none[] = {NULL};
    nsym_texts metrics = {0}, marks = {0};
    if (entry->kind != NSYM_MAP) return NSYM_OK;
    NSYM_TRY(add_texts(&metrics, s->arena, entry, "metric"));
    NSYM_TRY(add_texts(&marks, s->arena, entry, "mark"));
    NSYM_TRY(look_at_metrics(s, &metrics, entry, keys));
    NSYM_TRY(look_at_metrics(s, &marks, entry, none));
    NSYM_TRY(look_beside(s, nsym_node_at(entry, "limit"), &metrics));
    NSYM_TRY(look_beside(s, nsym_node_at(entry, "lines"), &metrics));
    return look_at_texts(s, nsym_node_at(entry, "caption"));
}

/* The entries of a list: tables, figures, published values. */
static nsym_status look_at_list(showings *s, const nsym_node *list, const char *const *keys) {
    for (size_t i = 0; list && list->kind == NSYM_LIST && i < list->count; i++)
        NSYM_TRY(look_at_entry(s, list->child[i], keys));
    return NSYM_OK;
}

static nsym_status look_at_all(showings *s, const nsym_tree *card, const nsym_tree *reference) {
    static const char *const of_table[] = {"rows", "columns", NULL},
                             *const of_figure[] = {"x", "series", "panels", NULL}, *const of_value[] = {NULL};
    s->tree = card;
    if (!nsym_node_at(card->root, "figures")) NSYM_TRY(add(s, &(nsym_filter){0}, &(nsym_texts){0}));
    NSYM_TRY(look_at_list(s, nsym_node_at(card->root, "tables"), of_table));
    NSYM_TRY(look_at_list(s, nsym_node_at(card->root, "figures"), of_figure));
    NSYM_TRY(look_at_texts(s, nsym_node_at(card->root, "answer")));
    NSYM_TRY(look_at_texts(s, nsym_node_at(card->root, "text")));
    if (!reference) return NSYM_OK;
    s->tree = reference;
    return look_at_list(s, nsym_node_at(reference->root, "values"), of_value);
}

/* ---- Whether a point is among it ---- */

static bool is_at(const showing *shown, const nsym_place *place) {
    for (size_t i = 0; i < shown->needs.count; i++)
        if (!nsym_place_value(place, shown->needs.text[i])) return false;
    return nsym_filter_passes(&shown->where, place);
}

static bool shows_point(const showings *s, const nsym_point *point) {
    const char *name[NSYM_COORDINATES_MAX + 1] = {"experiment"}, *value[NSYM_COORDINATES_MAX + 1] = {point->experiment};
    nsym_place place = {.count = 1, .name = name, .value = value};
    for (size_t c = 0; c < point->coordinates; c++, place.count++) {
        name[place.count] = point->coordinate[c].name;
        value[place.count] = point->coordinate[c].value;
    }
    for (size_t i = 0; i < s->count; i++)
        if (is_at(&s->showing[i], &place)) return true;
    return false;
}

/* A point that may be measured by epoch, and whether it is. */
typedef struct candidate {
    nsym_point *point;
    bool shown;
} candidate;

static int by_key(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    return strcmp(x->point->key, y->point->key);
}

/* Is the test sample of the point's trainings left alone until their end, whatever the card says? */
static bool tests_at_end(const nsym_run_card *card) {
    return card->column || nsym_card_validates(card);
}

/* Where one of several points with one key is shown, all are; the others' keys are made anew. */
static nsym_status settle(candidate *all, size_t n) {
    if (n) qsort(all, n, sizeof *all, by_key);
    for (size_t first = 0, end; first < n; first = end) {
        bool shown = false;
        for (end = first; end < n && by_key(&all[first], &all[end]) == 0; end++) shown |= all[end].shown;
        for (size_t i = first; i < end; i++) all[i].shown = shown;
    }
    for (size_t i = 0; i < n; i++) {
        nsym_point *point = all[i].point;
        if (all[i].shown) continue;
        point->card.train.every_epoch = false;
        free(point->key);
        point->key = NULL;
        NSYM_TRY(nsym_card_key(&point->key, &point->card, false));
    }
    return NSYM_OK;
}

nsym_status nsym_shown_settle(nsym_grid *grid, const nsym_tree *card, const nsym_tree *reference) {
    candidate *all = malloc((grid->points + 1) * sizeof *all);
    showings s = {.arena = nsym_arena_new()};
    nsym_status status = all && s.arena ? look_at_all(&s, card, reference) : no_memory();
    size_t n = 0;
    for (size_t i = 0; status == NSYM_OK && i < grid->points; i++) {
        nsym_point *point = &grid->point[i];
        bool asks = point->card.every_epoch == NSYM_EPOCHS_SHOWN;
        if (asks && tests_at_end(&point->card))
            point->card.train.every_epoch = false;
        else if (point->card.train.every_epoch)
            all[n++] = (candidate){point, !asks || shows_point(&s, point)};
    }
    if (status == NSYM_OK) status = settle(all, n);
    free(all);
    free(s.showing);
    nsym_arena_free(s.arena);
    return status;
}

bool nsym_point_has_epochs(const nsym_point *point) {
    return point->card.train.every_epoch && !tests_at_end(&point->card);
}

nsym_status nsym_shown_fuller_key(char **out, const nsym_point *point) {
    nsym_run_card card = point->card;
    *out = NULL;
    if (card.train.every_epoch || tests_at_end(&card)) return NSYM_OK;
    card.train.every_epoch = true;
    return nsym_card_key(out, &card, false);
}
