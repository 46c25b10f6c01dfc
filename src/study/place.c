#include "study/place.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for conditions on coordinates");
}

const char *nsym_place_value(const nsym_place *place, const char *name) {
    for (size_t i = 0; i < place->count; i++)
        if (strcmp(place->name[i], name) == 0) return place->value[i];
    return NULL;
}

bool nsym_value_number(const char *text, double *value) {
    char *end;
    *value = strtod(text, &end);
    return end != text && *end == '\0';
}

bool nsym_value_same(const char *a, const char *b) {
    double x, y;
    return strcmp(a, b) == 0 || (nsym_value_number(a, &x) && nsym_value_number(b, &y) && x == y);
}

bool nsym_place_same(const nsym_place *a, const nsym_place *b, const char *except) {
    size_t counted[2] = {0};
    for (size_t i = 0; i < b->count; i++) counted[1] += !except || strcmp(b->name[i], except) != 0;
    for (size_t i = 0; i < a->count; i++) {
        if (except && strcmp(a->name[i], except) == 0) continue;
        const char *other = nsym_place_value(b, a->name[i]);
        if (!other || !nsym_value_same(a->value[i], other)) return false;
        counted[0]++;
    }
    return counted[0] == counted[1];
}

nsym_status nsym_filter_read(nsym_filter *out, nsym_arena *arena, const nsym_tree *card, const nsym_node *where) {
    *out = (nsym_filter){0};
    if (!where) return NSYM_OK;
    if (where->kind != NSYM_MAP) return nsym_fail_at(card, where, "where must be a map such as {recipe: published}");
    out->condition = nsym_arena_alloc(arena, where->count + 1, sizeof *out->condition);
    if (!out->condition) return no_memory();
    for (size_t i = 0; i < where->count; i++) {
        const nsym_node *node = where->child[i];
        nsym_condition *condition = &out->condition[out->count++];
        condition->name = node->key;
        condition->choices = node->kind == NSYM_SCALAR ? 1 : node->count;
        condition->choice = nsym_arena_alloc(arena, condition->choices + 1, sizeof *condition->choice);
        if (!condition->choice) return no_memory();
        for (size_t k = 0; k < condition->choices; k++) {
            const nsym_node *value = node->kind == NSYM_LIST ? node->child[k] : node;
            if (value->kind != NSYM_SCALAR)
                return nsym_fail_at(card, node, "where.%s must be a value or a list of values", node->key);
            condition->choice[k] = value->text;
        }
    }
    return NSYM_OK;
}

nsym_status nsym_filter_add(nsym_filter *out, nsym_arena *arena, const nsym_filter *filter, const char *name,
                            const char *value) {
    nsym_filter more = {.condition = nsym_arena_alloc(arena, filter->count + 1, sizeof *more.condition)};
    const char **choice = nsym_arena_alloc(arena, 1, sizeof *choice);
    if (!more.condition || !choice) return no_memory();
    *choice = value;
    for (size_t i = 0; i < filter->count; i++)
        if (strcmp(filter->condition[i].name, name) != 0) more.condition[more.count++] = filter->condition[i];
    more.condition[more.count++] = (nsym_condition){.name = name, .choices = 1, .choice = choice};
    *out = more;
    return NSYM_OK;
}

bool nsym_condition_is_extreme(const nsym_condition *condition) {
    return condition->choices == 1 &&
           (strcmp(condition->choice[0], "last") == 0 || strcmp(condition->choice[0], "first") == 0);
}

static bool condition_met(const nsym_condition *condition, const nsym_place *place) {
    const char *value = nsym_place_value(place, condition->name);
    if (!value) return false;
    if (nsym_condition_is_extreme(condition)) return true;
    for (size_t i = 0; i < condition->choices; i++)
        if (nsym_value_same(condition->choice[i], value)) return true;
    return false;
}

bool nsym_filter_passes(const nsym_filter *filter, const nsym_place *place) {
    for (size_t i = 0; i < filter->count; i++)
        if (!condition_met(&filter->condition[i], place)) return false;
    return true;
}

const char *nsym_filter_text(const nsym_filter *filter, nsym_arena *arena) {
    const char *text = "";
    for (size_t i = 0; text && i < filter->count; i++) {
        const nsym_condition *condition = &filter->condition[i];
        text = nsym_arena_printf(arena, "%s%s%s", text, i ? ", " : "", condition->name);
        for (size_t k = 0; text && k < condition->choices; k++)
            text = nsym_arena_printf(arena, "%s%s%s", text, k ? " or " : " ", condition->choice[k]);
    }
    return text ? text : "";
}

size_t nsym_texts_find(const nsym_texts *texts, const char *text) {
    for (size_t i = 0; i < texts->count; i++)
        if (nsym_value_same(texts->text[i], text)) return i;
    return texts->count;
}

nsym_status nsym_texts_add(nsym_texts *texts, nsym_arena *arena, const char *text) {
    if (nsym_texts_find(texts, text) < texts->count) return NSYM_OK;
    if (texts->count == texts->room) {
        size_t room = texts->room ? 2 * texts->room : 8;
        const char **more = nsym_arena_alloc(arena, room, sizeof *more);
        if (!more) return no_memory();
        if (texts->count) memcpy(more, texts->text, texts->count * sizeof *more);
        texts->text = more;
        texts->room = room;
    }
    texts->text[texts->count++] = text;
    return NSYM_OK;
}

void nsym_texts_sort(nsym_texts *texts) {
    double a, b;
    for (size_t i = 0; i < texts->count; i++)
        if (!nsym_value_number(texts->text[i], &a)) return;
    for (size_t i = 1; i < texts->count; i++)
        for (size_t k = i;
             k > 0 && nsym_value_number(texts->text[k], &a) && nsym_value_number(texts->text[k - 1], &b) && a < b;
             k--) {
            const char *other = texts->text[k];
            texts->text[k] = texts->text[k - 1];
            texts->text[k - 1] = other;
        }
}
