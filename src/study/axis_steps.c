#include "study/axis_steps.h"

#include "base/arena.h"
#include "base/fail.h"
#include "study/sections.h"

#include <math.h>
#include <string.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the axes of a grid");
}

/* Is the end a number without a point or a power of ten? */
static bool is_whole(const nsym_node *map, const char *end) {
    const char *text = nsym_node_at(map, end)->text;
    return text[strspn(text, "+-0123456789")] == '\0';
}

static nsym_status read_steps(nsym_steps_card *out, const nsym_tree *card, const nsym_node *map,
                              const char *experiment) {
    char where[512];
    snprintf(where, sizeof where, "experiments.%s.grid.%s", experiment, map->key);
    nsym_section_steps.defaults(out, 0);
    bool ends = nsym_node_at(map, "from") && nsym_node_at(map, "to");
    if (nsym_node_at(map, "from") || nsym_node_at(map, "to"))
        NSYM_TRY(nsym_section_read(out, &nsym_section_steps, (nsym_reader){card, map, where}, 0));
    if (!ends || out->steps == 0)
        return nsym_fail_at(card, map,
                            "axis %s must be a value or a list of values, or even steps with 'from', 'to' and 'steps', "
                            "such as {from: 100, to: 100000, steps: 7, scale: log}",
                            map->key);
    if (!(out->from < out->to))
        return nsym_fail_at(card, nsym_node_at(map, "from"), "%s.from is %g, must be below %s.to, %g", where, out->from,
                            where, out->to);
    if (out->logarithmic && out->from <= 0)
        return nsym_fail_at(card, nsym_node_at(map, "from"),
                            "%s.from is %g, must be > 0 if scale is log; use scale: linear, or begin above 0", where,
                            out->from);
    return NSYM_OK;
}

static double value_at(const nsym_steps_card *s, size_t i) {
    double part = (double)i / (double)(s->steps - 1);
    if (i == 0 || i + 1 == s->steps) return i ? s->to : s->from;
    return s->logarithmic ? s->from * pow(s->to / s->from, part) : s->from + part * (s->to - s->from);
}

/* A plain value that stands where the map does. */
static nsym_status new_value(nsym_node **out, const nsym_tree *card, const nsym_node *map, double value, bool whole) {
    nsym_node *node = nsym_arena_alloc(card->arena, 1, sizeof *node);
    char *text = nsym_arena_printf(card->arena, whole ? "%.0f" : "%.4g", whole ? round(value) : value);
    if (!node || !text) return no_memory();
    *node = (nsym_node){.kind = NSYM_SCALAR, .line = map->line, .source = map->source, .text = text};
    *out = node;
    return NSYM_OK;
}

nsym_status nsym_axis_steps(const nsym_node **out, const nsym_tree *card, const nsym_node *map,
                            const char *experiment) {
    nsym_steps_card steps;
    NSYM_TRY(read_steps(&steps, card, map, experiment));
    bool whole = is_whole(map, "from") && is_whole(map, "to");
    nsym_node *list = nsym_arena_alloc(card->arena, 1, sizeof *list);
    nsym_node **child = nsym_arena_alloc(card->arena, steps.steps, sizeof(nsym_node *));
    if (!list || !child) return no_memory();
    for (size_t i = 0; i < steps.steps; i++) {
        NSYM_TRY(new_value(&child[i], card, map, value_at(&steps, i), whole));
        if (i && strcmp(child[i]->text, child[i - 1]->text) == 0)
            return nsym_fail_at(card, map,
                                "experiments.%s.grid.%s: %zu steps from %g to %g have %s twice; take fewer steps%s",
                                experiment, map->key, steps.steps, steps.from, steps.to, child[i]->text,
                                whole ? ", or write the ends with a point, such as 1.0, for values between" : "");
    }
    *list = *map;
    list->kind = NSYM_LIST;
    list->count = steps.steps;
    list->child = child;
    *out = list;
    return NSYM_OK;
}
