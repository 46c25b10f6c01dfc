/* A figure's panels: one for every value of a coordinate, or for every combination of several. Such a combination is
   one text, its values joined: "uniform, fcn". */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <stdlib.h>
#include <string.h>

static const char joint[] = ", ";

static nsym_status no_memory(const nsym_figure *figure) {
    return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
}

nsym_status nsym_figure_read_panels(nsym_figure *figure) {
    NSYM_TRY(nsym_figure_texts(figure, "panels", &figure->panel));
    for (size_t i = 0; i < figure->panel.count; i++) {
        figure->panels =
            nsym_arena_printf(figure->arena, "%s%s%s", i ? figure->panels : "", i ? joint : "", figure->panel.text[i]);
        if (!figure->panels) return no_memory(figure);
    }
    return NSYM_OK;
}

const char *nsym_figure_panel(const nsym_figure *figure, const nsym_place *place) {
    const char *panel = "";
    for (size_t i = 0; panel && i < figure->panel.count; i++) {
        const char *value = nsym_place_value(place, figure->panel.text[i]);
        if (!value) return NULL;
        panel = i ? nsym_arena_printf(figure->arena, "%s%s%s", panel, joint, value) : value;
    }
    return panel;
}

/* The value of coordinate `index` in a panel's text, from the arena; all that is left is the last one's. */
static const char *part(const nsym_figure *figure, const char *panel, size_t index) {
    for (size_t i = 0; i < index; i++) {
        const char *next = strstr(panel, joint);
        panel = next ? next + strlen(joint) : "";
    }
    const char *end = index + 1 < figure->panel.count ? strstr(panel, joint) : NULL;
    const char *value =
        nsym_arena_printf(figure->arena, "%.*s", (int)(end ? (size_t)(end - panel) : strlen(panel)), panel);
    return value ? value : "";
}

nsym_status nsym_figure_sort_panels(const nsym_figure *figure, nsym_texts *panels, size_t *columns) {
    *columns = panels->count;
    if (figure->panel.count < 2) {
        nsym_texts_sort(panels);
        return NSYM_OK;
    }
    size_t *rank = nsym_arena_alloc(figure->arena, panels->count + 1, sizeof *rank);
    if (!rank) return no_memory(figure);
    size_t combinations = 1;
    for (size_t k = 0; k < figure->panel.count; k++) {
        nsym_texts values = {0};
        for (size_t i = 0; i < panels->count; i++)
            NSYM_TRY(nsym_texts_add(&values, figure->arena, part(figure, panels->text[i], k)));
        nsym_texts_sort(&values);
        for (size_t i = 0; i < panels->count; i++)
            rank[i] = rank[i] * values.count + nsym_texts_find(&values, part(figure, panels->text[i], k));
        combinations *= values.count;
        *columns = values.count;
    }
    if (combinations != panels->count) *columns = panels->count;
    for (size_t i = 1; i < panels->count; i++)
        for (size_t k = i; k > 0 && rank[k] < rank[k - 1]; k--) {
            const char *text = panels->text[k];
            size_t other = rank[k];
            panels->text[k] = panels->text[k - 1];
            panels->text[k - 1] = text;
            rank[k] = rank[k - 1];
            rank[k - 1] = other;
        }
    return NSYM_OK;
}

/* "size 20000", and what needs no name alone: what has a label, a model, a word of a combination. */
static const char *part_label(const nsym_figure *figure, const char *panel, size_t index) {
    const char *value = part(figure, panel, index), *name = figure->panel.text[index];
    const char *plain = nsym_gp_plain(figure->arena, value), *label = nsym_figure_label(figure, value);
    char *end;
    bool word = (strtod(value, &end), end == value || *end);
    if (strcmp(plain, label) != 0 || strcmp(name, "model") == 0 || (word && figure->panel.count > 1)) return label;
    const char *text = nsym_arena_printf(figure->arena, "%s %s", nsym_gp_plain(figure->arena, name), label);
    return text ? text : label;
}

const char *nsym_figure_panel_label(const nsym_figure *figure, const char *panel) {
    const char *label = "";
    for (size_t i = 0; label && i < figure->panel.count; i++)
        label = nsym_arena_printf(figure->arena, "%s%s%s", label, i ? joint : "", part_label(figure, panel, i));
    return label ? label : "";
}
