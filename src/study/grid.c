#include "study/grid.h"

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An axis: a path in the card and the values it takes; a scalar counts as a list of one. */
typedef struct {
    const char *path;
    const nsym_node *values;
} axis;

typedef struct {
    const nsym_tree *card;
    const nsym_node *experiment;
    size_t axes;
    axis axis[NSYM_AXES_MAX];
} plan;

const char *nsym_point_value(const nsym_point *point, const char *name) {
    for (size_t i = 0; i < point->coordinates; i++)
        if (strcmp(point->coordinate[i].name, name) == 0) return point->coordinate[i].value;
    return NULL;
}

/* What an axis is called in results: the last part of its path. */
static const char *name_of(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

static size_t values_of(const axis *a) {
    return a->values->kind == NSYM_LIST ? a->values->count : 1;
}

static const nsym_node *value_at(const axis *a, size_t i) {
    return a->values->kind == NSYM_LIST ? a->values->child[i] : a->values;
}

static nsym_status add_axis(plan *p, const char *path, const nsym_node *values) {
    if (p->axes == NSYM_AXES_MAX)
        return nsym_fail_at(p->card, values, "experiment %s has more than %d axes", p->experiment->key, NSYM_AXES_MAX);
    axis a = {path, values};
    for (size_t i = 0; i < p->axes; i++)
        if (strcmp(name_of(p->axis[i].path), name_of(path)) == 0)
            return nsym_fail_at(p->card, values,
                                "axes %s and %s are both called '%s'; results tell points apart by name",
                                p->axis[i].path, path, name_of(path));
    if (values->kind == NSYM_MAP || values_of(&a) == 0)
        return nsym_fail_at(p->card, values, "axis %s must be a value or a list of values", path);
    for (size_t i = 0; i < values_of(&a); i++)
        if (value_at(&a, i)->kind != NSYM_SCALAR)
            return nsym_fail_at(p->card, values, "axis %s: value %zu is not a plain value", path, i + 1);
    p->axis[p->axes++] = a;
    return NSYM_OK;
}

/* An experiment's own axes, after the card's recipes where it does not say its own. */
static nsym_status make_plan(plan *p, const nsym_tree *card, const nsym_node *experiment) {
    static const char *const known[] = {"set", "grid", "keep", "members", NULL};
    *p = (plan){.card = card, .experiment = experiment};
    char where[256];
    snprintf(where, sizeof where, "experiments.%s", experiment->key);
    NSYM_TRY(nsym_check_keys((nsym_reader){card, experiment, where}, known));
    const nsym_node *grid = nsym_node_at(experiment, "grid"), *recipe = nsym_node_at(card->root, "recipe");
    if (!grid || grid->kind != NSYM_MAP)
        return nsym_fail_at(card, experiment, "%s needs a map 'grid' of axes, such as grid: {model: [general]}", where);
    bool own_recipe = false;
    for (size_t i = 0; i < grid->count; i++) own_recipe |= strcmp(grid->child[i]->key, "recipe") == 0;
    if (recipe && !own_recipe) NSYM_TRY(add_axis(p, "recipe", recipe));
    for (size_t i = 0; i < grid->count; i++) NSYM_TRY(add_axis(p, grid->child[i]->key, grid->child[i]));
    return NSYM_OK;
}

/* A child of the map at `path` by name; where there is none the message names the nearest. */
static nsym_status child_of(const nsym_node **out, const nsym_tree *card, const char *path, const nsym_node *name) {
    const nsym_node *map = nsym_node_at(card->root, path);
    const char *known[64] = {NULL};
    for (size_t i = 0; map && map->kind == NSYM_MAP && i < map->count && i < 63; i++) {
        known[i] = map->child[i]->key;
        if (strcmp(map->child[i]->key, name->text) != 0) continue;
        *out = map->child[i];
        return NSYM_OK;
    }
    const char *near = nsym_nearest(name->text, known);
    return nsym_fail_at(card, name, "there is no '%s' under '%s'%s%s%s", name->text, path,
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static nsym_status set_to(nsym_tree *tree, const char *path, const nsym_node *value) {
    char *text;
    NSYM_TRY(nsym_node_text(&text, value));
    nsym_status status = nsym_tree_set(tree, path, text, path);
    free(text);
    return status;
}

/* Puts the point at one value of one axis. Recipes are laid before everything else, so they come first in the axes. */
static nsym_status place(nsym_point *point, const plan *p, const axis *a, const nsym_node *value) {
    const nsym_node *recipe, *model;
    double number;
    point->coordinate[point->coordinates++] = (nsym_coordinate){
        name_of(a->path), value->text, !value->quoted && nsym_text_number(value->text, &number) && isfinite(number)};
    if (strcmp(a->path, "recipe") == 0) {
        NSYM_TRY(child_of(&recipe, p->card, "recipes", value));
        return nsym_tree_apply(point->tree, recipe);
    }
    if (strcmp(a->path, "model") == 0) {
        NSYM_TRY(child_of(&model, p->card, "models", value));
        point->model = model->key;
        return NSYM_OK;
    }
    return set_to(point->tree, a->path, value);
}

/* The mark of a file, from an earlier point that reads it too where there is one: a file is read once for a whole grid.
 */
static nsym_status mark_file(char *mark, const char *path, const nsym_grid *grid) {
    for (size_t i = 0; i + 1 < grid->points; i++) {
        const nsym_data_card *data = &grid->point[i].card.data;
        const char *known = strcmp(data->signal, path) == 0       ? data->signal_mark
                            : strcmp(data->background, path) == 0 ? data->background_mark
                            : strcmp(data->file, path) == 0       ? data->file_mark
                                                                  : NULL;
        if (!known) continue;
        memcpy(mark, known, NSYM_MARK_SIZE);
        return NSYM_OK;
    }
    return nsym_file_mark(mark, path);
}

/* The card's own keys; again for each point, since recipes and experiments set paths that may be misspelt. */
static nsym_status check_sections(const nsym_tree *card) {
    static const char *const known[] = {
        "study",    "title", "citation", "source",      "seed",    "members", "recipe", "recipes", "data",      "smear",
        "reweight", "train", "models",   "experiments", "presets", "figures", "tables", "text",    "reference", NULL};
    return nsym_check_keys((nsym_reader){card, card->root, ""}, known);
}

static nsym_status read_point(nsym_point *point, const plan *p, const nsym_grid *grid) {
    size_t members = 1;
    char where[256];
    snprintf(where, sizeof where, "experiments.%s", point->experiment);
    nsym_reader experiment = {p->card, p->experiment, where};
    NSYM_TRY(check_sections(point->tree));
    if (!point->model)
        return nsym_fail_at(p->card, p->experiment, "experiment %s has no axis 'model'", point->experiment);
    NSYM_TRY(nsym_read_size((nsym_reader){p->card, p->card->root, ""}, "members", 1, 10000, &members));
    NSYM_TRY(nsym_read_size(experiment, "members", 1, 10000, &members));
    NSYM_TRY(nsym_read_bool(experiment, "keep", &point->keep));
    point->members = members;
    NSYM_TRY(nsym_card_read(&point->card, point->tree, point->model));
    nsym_data_card *data = &point->card.data;
    NSYM_TRY(mark_file(data->signal_mark, data->signal, grid));
    NSYM_TRY(mark_file(data->background_mark, data->background, grid));
    NSYM_TRY(mark_file(data->file_mark, data->file, grid));
    NSYM_TRY(nsym_card_key(&point->data_key, &point->card, true));
    return nsym_card_key(&point->key, &point->card, false);
}

/* The point of number `index` in the plan's product, the last axis running fastest. */
static nsym_status make_point(nsym_point *point, const plan *p, size_t index, const nsym_grid *grid) {
    size_t chosen[NSYM_AXES_MAX] = {0};
    for (size_t a = p->axes; a-- > 0;) {
        size_t n = values_of(&p->axis[a]);
        chosen[a] = index % n;
        index /= n;
    }
    point->experiment = p->experiment->key;
    NSYM_TRY(nsym_tree_copy(&point->tree, p->card));
    for (size_t a = 0; a < p->axes; a++) {
        bool recipe = strcmp(p->axis[a].path, "recipe") == 0;
        if (recipe) NSYM_TRY(place(point, p, &p->axis[a], value_at(&p->axis[a], chosen[a])));
    }
    const nsym_node *set = nsym_node_at(p->experiment, "set");
    if (set) NSYM_TRY(nsym_tree_apply(point->tree, set));
    for (size_t a = 0; a < p->axes; a++) {
        bool recipe = strcmp(p->axis[a].path, "recipe") == 0;
        if (!recipe) NSYM_TRY(place(point, p, &p->axis[a], value_at(&p->axis[a], chosen[a])));
    }
    return read_point(point, p, grid);
}

static nsym_status add_experiment(nsym_grid *grid, const nsym_tree *card, const nsym_node *experiment) {
    plan p;
    NSYM_TRY(make_plan(&p, card, experiment));
    size_t points = 1;
    for (size_t a = 0; a < p.axes; a++) {
        points *= values_of(&p.axis[a]);
        if (points > 100000)
            return nsym_fail_at(card, experiment, "experiment %s has over 100000 points", experiment->key);
    }
    nsym_point *more = realloc(grid->point, (grid->points + points) * sizeof *more);
    if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for %zu points", points);
    grid->point = more;
    for (size_t i = 0; i < points; i++) {
        nsym_point *point = &grid->point[grid->points++];
        *point = (nsym_point){0};
        NSYM_TRY(make_point(point, &p, i, grid));
    }
    return NSYM_OK;
}

static nsym_status build(nsym_grid *grid, const nsym_tree *card) {
    NSYM_TRY(check_sections(card));
    const nsym_node *experiments = nsym_node_at(card->root, "experiments");
    if (!experiments || experiments->kind != NSYM_MAP || experiments->count == 0)
        return nsym_fail(NSYM_EFORMAT, "%s: a card needs 'experiments', a map of at least one", card->name);
    for (size_t i = 0; i < experiments->count; i++) NSYM_TRY(add_experiment(grid, card, experiments->child[i]));
    return NSYM_OK;
}

nsym_status nsym_grid_new(nsym_grid *out, const nsym_tree *card) {
    *out = (nsym_grid){0};
    nsym_status status = build(out, card);
    if (status != NSYM_OK) nsym_grid_free(out);
    return status;
}

void nsym_grid_free(nsym_grid *grid) {
    for (size_t i = 0; i < grid->points; i++) {
        nsym_tree_free(grid->point[i].tree);
        free(grid->point[i].key);
        free(grid->point[i].data_key);
    }
    free(grid->point);
    *grid = (nsym_grid){0};
}
