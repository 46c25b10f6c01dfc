#include "study/grid.h"

#include "base/arena.h"
#include "base/fail.h"
#include "sources/files.h"
#include "study/axis_steps.h"
#include "study/chosen.h"
#include "study/columns.h"
#include "study/effects.h"
#include "study/rungs.h"
#include "study/sections.h"
#include "study/variations.h"

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
    nsym_experiment_card says;
    size_t axes;
    axis axis[NSYM_AXES_MAX];
    const nsym_node *search; /* NULL: none */
    nsym_tries_card tries;
    nsym_space space; /* what the search tries, owned */
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
    if (values->kind == NSYM_MAP) NSYM_TRY(nsym_axis_steps(&values, p->card, values, p->experiment->key));
    axis a = {path, values};
    for (size_t i = 0; i < p->axes; i++)
        if (strcmp(name_of(p->axis[i].path), name_of(path)) == 0)
            return nsym_fail_at(p->card, values,
                                "axes %s and %s are both called '%s'; results tell points apart by name",
                                p->axis[i].path, path, name_of(path));
    if (values_of(&a) == 0) return nsym_fail_at(p->card, values, "axis %s must be a value or a list of values", path);
    for (size_t i = 0; i < values_of(&a); i++)
        if (value_at(&a, i)->kind != NSYM_SCALAR)
            return nsym_fail_at(p->card, values, "axis %s: value %zu is not a plain value", path, i + 1);
    p->axis[p->axes++] = a;
    return NSYM_OK;
}

/* The epochs of a try are its rung's, where there are rungs. */
static nsym_status check_path(const plan *p, size_t k) {
    const char *path = p->space.path[k], *last = name_of(path);
    const nsym_node *values = nsym_node_at(nsym_node_at(p->search, "space"), path);
    for (size_t a = 0; a < p->axes; a++)
        if (strcmp(p->axis[a].path, path) == 0)
            return nsym_fail_at(p->card, values, "%s is an axis of the grid and in search.space; keep one", path);
    if (p->tries.method != NSYM_HALVING || strcmp(last, "epochs") != 0) return NSYM_OK;
    return nsym_fail_at(p->card, values,
                        "%s is in search.space, but with search.method: halving the rungs set the epochs; take it out",
                        path);
}

/* A search: tries that are the same at every point of the grid. */
static nsym_status plan_search(plan *p) {
    size_t method = NSYM_RANDOM, seed = 1;
    p->search = nsym_node_at(p->experiment, "search");
    if (!p->search) return NSYM_OK;
    nsym_reader r = {p->card, p->search, "search"};
    NSYM_TRY(nsym_read_choice(r, "method", nsym_method_words, &method));
    nsym_section_tries.defaults(&p->tries, 1u << method);
    NSYM_TRY(nsym_section_read(&p->tries, &nsym_section_tries, r, 1u << method));
    NSYM_TRY(nsym_read_size((nsym_reader){p->card, p->card->root, ""}, "seed", 0, (size_t)1 << 53, &seed));
    NSYM_TRY(nsym_space_draw(&p->space, p->card, p->search, p->tries.tries, seed));
    for (size_t k = 0; k < p->space.dimensions; k++) NSYM_TRY(check_path(p, k));
    return NSYM_OK;
}

/* An experiment's own axes, after the card's recipes where it does not say its own. */
static nsym_status make_plan(plan *p, const nsym_tree *card, const nsym_node *experiment) {
    *p = (plan){.card = card, .experiment = experiment, .says.members = 1, .space.tries = 1};
    char where[256];
    snprintf(where, sizeof where, "experiments.%s", experiment->key);
    NSYM_TRY(nsym_read_size((nsym_reader){card, card->root, ""}, "members", 1, 10000, &p->says.members));
    NSYM_TRY(nsym_section_read(&p->says, &nsym_section_experiment, (nsym_reader){card, experiment, where}, 0));
    const nsym_node *grid = nsym_node_at(experiment, "grid"), *recipe = nsym_node_at(card->root, "recipe");
    if (!grid || grid->kind != NSYM_MAP)
        return nsym_fail_at(card, experiment, "%s needs a map 'grid' of axes, such as grid: {model: [general]}", where);
    bool own_recipe = false;
    for (size_t i = 0; i < grid->count; i++) own_recipe |= strcmp(grid->child[i]->key, "recipe") == 0;
    if (recipe && !own_recipe) NSYM_TRY(add_axis(p, "recipe", recipe));
    for (size_t i = 0; i < grid->count; i++) NSYM_TRY(add_axis(p, grid->child[i]->key, grid->child[i]));
    return plan_search(p);
}

/* A child of the map at `path` by name; NULL where there is none, with a message that names the nearest. */
static const nsym_node *child_of(const nsym_tree *card, const char *path, const nsym_node *name) {
    const nsym_node *map = nsym_node_at(card->root, path);
    const char *known[64] = {NULL};
    for (size_t i = 0; map && map->kind == NSYM_MAP && i < map->count && i < 63; i++) {
        known[i] = map->child[i]->key;
        if (strcmp(map->child[i]->key, name->text) == 0) return map->child[i];
    }
    const char *near = nsym_nearest(name->text, known);
    (void)nsym_fail_at(card, name, "there is no '%s' under '%s'%s%s%s", name->text, path,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NULL;
}

/* Sets the path that is a setting's key to its value, whose place in the file it keeps. */
static nsym_status set_to(nsym_tree *tree, nsym_node *setting) {
    return nsym_tree_apply(tree, &(nsym_node){.kind = NSYM_MAP, .count = 1, .child = &setting});
}

static bool is_recipe(const axis *a) {
    return strcmp(a->path, "recipe") == 0;
}

/* Is an axis one of named settings: the recipes, or one of the card's choices? */
static bool is_named(const plan *p, const axis *a) {
    const nsym_node *choices = nsym_node_at(p->card->root, "choices");
    return is_recipe(a) || (choices && nsym_node_at(choices, a->path));
}

static nsym_status place_named(nsym_point *point, const plan *p, const axis *a, const nsym_node *value) {
    char map[256];
    snprintf(map, sizeof map, "choices.%s", a->path);
    const nsym_node *settings = child_of(p->card, is_recipe(a) ? "recipes" : map, value);
    return settings ? nsym_tree_apply(point->tree, settings) : NSYM_EINVAL;
}

/* Lays the recipe, or the choices, of the point whose axes have the values number `at`. */
static nsym_status place_all_named(nsym_point *point, const plan *p, const size_t *at, bool recipe) {
    for (size_t a = 0; a < p->axes; a++)
        if (is_named(p, &p->axis[a]) && is_recipe(&p->axis[a]) == recipe)
            NSYM_TRY(place_named(point, p, &p->axis[a], value_at(&p->axis[a], at[a])));
    return NSYM_OK;
}

static nsym_status place(nsym_point *point, const plan *p, const axis *a, const nsym_node *value) {
    nsym_node setting = *value;
    setting.key = a->values->key;
    if (strcmp(a->path, "model") != 0) return set_to(point->tree, &setting);
    const nsym_node *model = child_of(p->card, "models", value);
    if (!model) return NSYM_EINVAL;
    point->model = model->key;
    return NSYM_OK;
}

/* Where the point stands, before any setting is laid. */
static void locate(nsym_point *point, const axis *a, const nsym_node *value) {
    double number;
    point->coordinate[point->coordinates++] = (nsym_coordinate){
        name_of(a->path), value->text, !value->quoted && nsym_text_number(value->text, &number) && isfinite(number)};
}

const char *nsym_setting_name(const char *const *path, size_t n, size_t k) {
    for (size_t i = 0; i < n; i++)
        if (i != k && strcmp(name_of(path[i]), name_of(path[k])) == 0) return path[k];
    return name_of(path[k]);
}

/* Adds a setting of a try to what a reader sees of it. */
static nsym_status tell_setting(nsym_point *point, const nsym_space *space, size_t k) {
    char *value;
    NSYM_TRY(nsym_node_text(&value, point->tried[k]));
    const char *name = nsym_setting_name(space->path, space->dimensions, k);
    point->settings =
        nsym_arena_printf(point->tree->arena, "%s%s%s %s", k ? point->settings : "", k ? ", " : "", name, value);
    free(value);
    return point->settings ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a search");
}

static nsym_status add_coordinate(nsym_point *point, const plan *p, const char *name, size_t number) {
    const char *value = nsym_arena_printf(point->tree->arena, "%zu", number);
    if (!value) return nsym_fail(NSYM_ENOMEM, "no memory for a search");
    if (point->coordinates == NSYM_COORDINATES_MAX)
        return nsym_fail_at(p->card, p->experiment, "experiment %s has more than %d axes", p->experiment->key,
                            NSYM_AXES_MAX);
    point->coordinate[point->coordinates++] = (nsym_coordinate){name, value, true};
    return NSYM_OK;
}

/* What a try sets. */
static nsym_status lay_candidate(nsym_point *point, const plan *p, size_t attempt) {
    const nsym_space *space = &p->space;
    point->search = p->search;
    NSYM_TRY(add_coordinate(point, p, "candidate", attempt + 1));
    for (size_t k = 0; k < space->dimensions; k++) {
        point->tried[k] = space->value[attempt * space->dimensions + k];
        nsym_node setting = *point->tried[k];
        setting.key = (char *)space->path[k];
        NSYM_TRY(set_to(point->tree, &setting));
        NSYM_TRY(tell_setting(point, space, k));
    }
    return NSYM_OK;
}

size_t nsym_point_settings(const nsym_point *point, const char *path[NSYM_DIMENSIONS_MAX],
                           const nsym_node *value[NSYM_DIMENSIONS_MAX]) {
    const nsym_node *space = point->search ? nsym_node_at(point->search, "space") : NULL;
    size_t n = space ? space->count : 0;
    for (size_t k = 0; k < n; k++) {
        path[k] = space->child[k]->key;
        value[k] = point->tried[k];
    }
    return n;
}

bool nsym_point_beside(const nsym_point *a, const nsym_point *b, const char *except) {
    if (!a->experiment || !b->experiment || strcmp(a->experiment, b->experiment) != 0) return false;
    if (a->coordinates != b->coordinates) return false;
    for (size_t c = 0; c < a->coordinates; c++)
        if (strcmp(a->coordinate[c].name, except) != 0 && strcmp(a->coordinate[c].value, b->coordinate[c].value) != 0)
            return false;
    return true;
}

bool nsym_point_same_place(const nsym_point *a, const nsym_point *b) {
    if (a->search != b->search || strcmp(a->experiment, b->experiment) != 0) return false;
    for (size_t c = 0; c < a->coordinates; c++) {
        const char *name = a->coordinate[c].name, *value = nsym_point_value(b, name);
        if (a->search && (strcmp(name, "candidate") == 0 || strcmp(name, "rung") == 0)) continue;
        if (!value || strcmp(value, a->coordinate[c].value) != 0) return false;
    }
    return true;
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

/* The same of a list of files. */
static nsym_status mark_files(nsym_point *point, const nsym_grid *grid) {
    nsym_data_card *data = &point->card.data;
    for (size_t i = 0; i + 1 < grid->points; i++) {
        const nsym_data_card *known = &grid->point[i].card.data;
        if (strcmp(known->files, data->files) != 0) continue;
        memcpy(data->files_mark, known->files_mark, sizeof data->files_mark);
        data->listed = known->listed;
        data->listed_count = known->listed_count;
        return NSYM_OK;
    }
    return nsym_files_mark(data, point->tree->arena);
}

bool nsym_point_bootstraps(const nsym_point *point) {
    nsym_sampling sampling = point->card.train.sampling;
    return !point->card.column && (sampling == NSYM_BOOTSTRAP || sampling == NSYM_BOOTSTRAP_CLASS);
}

/* One member in ten, where they have bootstraps, unless the card says otherwise. */
static nsym_status read_restarts(nsym_point *point, const plan *p) {
    const nsym_node *own = nsym_node_at(p->experiment, "restarts"), *node = nsym_node_at(p->card->root, "restarts");
    bool bootstraps = nsym_point_bootstraps(point);
    point->restarts = bootstraps ? point->members / 10 : 0;
    if (node) point->restarts = point->card.top.restarts;
    if (own) point->restarts = p->says.restarts;
    if (!bootstraps && !own) point->restarts = 0; /* the card's is for the experiments that have bootstraps */
    if (own) node = own;
    if (point->restarts && !bootstraps)
        return nsym_fail_at(p->card, node,
                            "experiments.%s.restarts train members once more on their bootstrap, but model '%s' has "
                            "none: set train.sampling to bootstrap or bootstrap_class",
                            point->experiment, point->model);
    if (point->restarts <= point->members) return NSYM_OK;
    return nsym_fail_at(p->card, node, "%zu restarts are more than the %zu members of experiment %s", point->restarts,
                        point->members, point->experiment);
}

/* The one coordinate of `compare`, which must be an axis and one of its values. */
static nsym_status read_compare(nsym_point *point, const plan *p) {
    const nsym_node *compare = nsym_node_at(p->experiment, "compare");
    if (!compare) return NSYM_OK;
    if (compare->kind != NSYM_MAP || compare->count != 1 || compare->child[0]->kind != NSYM_SCALAR)
        return nsym_fail_at(p->card, compare,
                            "experiments.%s.compare must name one axis and one of its values, such as "
                            "compare: {model: general}",
                            point->experiment);
    const nsym_node *value = compare->child[0];
    for (size_t a = 0; a < p->axes; a++) {
        if (strcmp(name_of(p->axis[a].path), value->key) != 0) continue;
        for (size_t k = 0; k < values_of(&p->axis[a]); k++)
            if (strcmp(value_at(&p->axis[a], k)->text, value->text) == 0) {
                point->compare = (nsym_coordinate){.name = value->key, .value = value->text};
                return NSYM_OK;
            }
        return nsym_fail_at(p->card, value, "experiments.%s.compare: the axis '%s' has no value '%s'",
                            point->experiment, value->key, value->text);
    }
    return nsym_fail_at(p->card, value, "experiments.%s.compare: the grid has no axis '%s'", point->experiment,
                        value->key);
}

/* The keys of its sample and of its runs. */
static nsym_status set_keys(nsym_point *point) {
    NSYM_TRY(nsym_card_key(&point->data_key, &point->card, true));
    return nsym_card_key(&point->key, &point->card, false);
}

/* What asks for one score an event, of signal. */
static nsym_status check_classes(const nsym_point *point, const plan *p) {
    const char *metric = "";
    size_t classes = nsym_classes_of(&point->card.data);
    if (classes <= 2) return NSYM_OK;
    if (point->ado)
        return nsym_fail_at(
            p->card, nsym_node_at(p->experiment, "ado"),
            "experiments.%s.ado compares networks with one score per event, but labels.classes names %zu "
            "classes; leave ado out",
            point->experiment, classes);
    NSYM_TRY(nsym_read_text((nsym_reader){point->tree, point->search, "search"}, "metric", &metric));
    if (strcmp(metric, "signal_efficiency") != 0) return NSYM_OK;
    return nsym_fail_at(p->card, point->search,
                        "search.metric is signal_efficiency, which needs two classes, but labels.classes names %zu; "
                        "use auc_final, the mean over the classes",
                        classes);
}

static nsym_status read_point(nsym_point *point, const plan *p, const nsym_grid *grid) {
    size_t members = p->says.members;
    char where[256];
    snprintf(where, sizeof where, "experiments.%s", point->experiment);
    if (!point->model)
        return nsym_fail_at(p->card, p->experiment, "experiment %s has no axis 'model'", point->experiment);
    point->keep = p->says.keep;
    point->ado = p->says.ado;
    point->average = p->says.average;
    if (point->average && (!point->keep || members < 2))
        return nsym_fail_at(
            p->card, nsym_node_at(p->experiment, "average"),
            "%s.average averages the kept scores of the members; it needs keep: true and at least two members", where);
    if (point->ado && !point->keep)
        return nsym_fail_at(p->card, nsym_node_at(p->experiment, "ado"),
                            "%s.ado compares the kept scores of the models; it needs keep: true", where);
    if (point->ado && strlen(point->model) > NSYM_MODEL_LETTERS)
        return nsym_fail_at(p->card, nsym_node_at(p->experiment, "ado"),
                            "%s.ado: the model's name '%s' is longer than %d letters, too long for the result ado_NAME",
                            where, point->model, (int)NSYM_MODEL_LETTERS);
    point->members = members;
    NSYM_TRY(read_compare(point, p));
    NSYM_TRY(nsym_card_read(&point->card, point->tree, point->model));
    NSYM_TRY(check_classes(point, p));
    NSYM_TRY(read_restarts(point, p));
    if (point->search && (point->card.data.split.folds == 0 || point->card.column))
        return nsym_fail_at(p->card, point->search,
                            "a search needs split.folds, the parts of its cross-validation, and a model that trains");
    if (point->card.data.split.folds && members > point->card.data.split.folds)
        return nsym_fail_at(p->card, p->experiment,
                            "experiment %s has %zu members and %zu folds; each member validates on a fold of its own",
                            p->experiment->key, members, point->card.data.split.folds);
    nsym_data_card *data = &point->card.data;
    NSYM_TRY(mark_file(data->signal_mark, data->signal, grid));
    NSYM_TRY(mark_file(data->background_mark, data->background, grid));
    NSYM_TRY(mark_file(data->file_mark, data->file, grid));
    NSYM_TRY(mark_files(point, grid));
    NSYM_TRY(nsym_variations_read(point, p->card));
    if (point->search && p->tries.method == NSYM_HALVING) NSYM_TRY(nsym_rungs_begin(point, &p->tries, p->space.tries));
    return set_keys(point);
}

/* The point of number `index` in the plan's product, the tries of a search running fastest, then the last axis. */
static nsym_status make_point(nsym_point *point, const plan *p, size_t index, const nsym_grid *grid) {
    size_t chosen[NSYM_AXES_MAX] = {0}, attempt = index % p->space.tries;
    index /= p->space.tries;
    for (size_t a = p->axes; a-- > 0;) {
        size_t n = values_of(&p->axis[a]);
        chosen[a] = index % n;
        index /= n;
    }
    point->experiment = p->experiment->key;
    NSYM_TRY(nsym_tree_copy(&point->tree, p->card));
    for (size_t a = 0; a < p->axes; a++) locate(point, &p->axis[a], value_at(&p->axis[a], chosen[a]));
    NSYM_TRY(place_all_named(point, p, chosen, true));
    NSYM_TRY(place_all_named(point, p, chosen, false));
    NSYM_TRY(nsym_chosen_lay(point, p->card));
    const nsym_node *set = nsym_node_at(p->experiment, "set");
    if (set) NSYM_TRY(nsym_tree_apply(point->tree, set));
    for (size_t a = 0; a < p->axes; a++)
        if (!is_named(p, &p->axis[a])) NSYM_TRY(place(point, p, &p->axis[a], value_at(&p->axis[a], chosen[a])));
    if (p->search) NSYM_TRY(lay_candidate(point, p, attempt));
    return read_point(point, p, grid);
}

/* Room for one more point, which is empty. */
static nsym_status new_point(nsym_point **out, nsym_grid *grid) {
    if (grid->points == grid->room) {
        size_t room = grid->room ? 2 * grid->room : 16;
        nsym_point *more = realloc(grid->point, room * sizeof *more);
        if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for %zu points", room);
        grid->point = more;
        grid->room = room;
    }
    *out = &grid->point[grid->points++];
    **out = (nsym_point){0};
    return NSYM_OK;
}

/* The upper rungs of the last point, which is the lowest: the same but for their epochs, and none is run yet. */
static nsym_status add_rungs(nsym_grid *grid, const plan *p) {
    size_t lowest = grid->points - 1, rungs = grid->point[lowest].rungs;
    for (size_t rung = 1; rung < rungs; rung++) {
        nsym_point *point;
        NSYM_TRY(new_point(&point, grid));
        *point = grid->point[lowest];
        point->key = point->data_key = NULL;
        nsym_rungs_place(point, rung);
        NSYM_TRY(add_coordinate(point, p, "rung", rung + 1));
        NSYM_TRY(set_keys(point));
    }
    return rungs ? add_coordinate(&grid->point[lowest], p, "rung", 1) : NSYM_OK;
}

static nsym_status add_points(nsym_grid *grid, const plan *p) {
    size_t points = p->space.tries;
    for (size_t a = 0; a < p->axes; a++) {
        points *= values_of(&p->axis[a]);
        if (points > 100000)
            return nsym_fail_at(p->card, p->experiment, "experiment %s has over 100000 points", p->experiment->key);
    }
    for (size_t i = 0; i < points; i++) {
        nsym_point *point;
        NSYM_TRY(new_point(&point, grid));
        NSYM_TRY(make_point(point, p, i, grid));
        NSYM_TRY(add_rungs(grid, p));
    }
    return NSYM_OK;
}

/* Is a name the text of a node, or in its list? */
static bool is_among(const nsym_node *names, const char *name) {
    bool among = names->kind == NSYM_SCALAR && strcmp(names->text, name) == 0;
    for (size_t i = 0; names->kind == NSYM_LIST && i < names->count; i++) among |= is_among(names->child[i], name);
    return among;
}

/* Names under experiments, a text or a list of them. */
static nsym_status check_only(const nsym_tree *card, const nsym_node *only, bool inner) {
    if (!only) return NSYM_OK;
    if (only->kind == NSYM_MAP || (only->kind == NSYM_LIST && (inner || only->count == 0)))
        return nsym_fail_at(card, only, "only must be a name under experiments or a list of them");
    for (size_t i = 0; only->kind == NSYM_LIST && i < only->count; i++)
        NSYM_TRY(check_only(card, only->child[i], true));
    return only->kind == NSYM_LIST || child_of(card, "experiments", only) ? NSYM_OK : NSYM_EINVAL;
}

bool nsym_grid_skips(const nsym_tree *card, const nsym_node *experiment) {
    const nsym_node *only = nsym_node_at(card->root, "only");
    bool skip = false;
    if (only) return !is_among(only, experiment->key);
    return nsym_read_bool((nsym_reader){card, experiment, "experiments"}, "skip", &skip) == NSYM_OK && skip;
}

static nsym_status add_experiment(nsym_grid *grid, const nsym_tree *card, const nsym_node *experiment) {
    plan p;
    nsym_status status = make_plan(&p, card, experiment);
    if (status == NSYM_OK && !nsym_grid_skips(card, experiment)) status = add_points(grid, &p);
    nsym_space_free(&p.space);
    return status;
}

static nsym_status build(nsym_grid *grid, const nsym_tree *card) {
    NSYM_TRY(nsym_card_moved(card));
    NSYM_TRY(nsym_section_check(&nsym_section_top, (nsym_reader){card, card->root, ""}, 0));
    const nsym_node *experiments = nsym_node_at(card->root, "experiments");
    if (!experiments || experiments->kind != NSYM_MAP || experiments->count == 0)
        return nsym_fail(NSYM_EFORMAT, "%s: a card needs 'experiments', a map of at least one", card->name);
    NSYM_TRY(check_only(card, nsym_node_at(card->root, "only"), false));
    for (size_t i = 0; i < experiments->count; i++) NSYM_TRY(add_experiment(grid, card, experiments->child[i]));
    if (grid->points == 0) return nsym_fail_at(card, experiments, "all experiments are skipped");
    NSYM_TRY(nsym_effects_check(card, grid));
    NSYM_TRY(nsym_variations_check(card, grid));
    return nsym_columns_check(card, grid);
}

nsym_status nsym_grid_new(nsym_grid *out, const nsym_tree *card) {
    *out = (nsym_grid){0};
    nsym_status status = build(out, card);
    if (status != NSYM_OK) nsym_grid_free(out);
    return status;
}

void nsym_grid_free(nsym_grid *grid) {
    for (size_t i = 0; i < grid->points; i++) {
        if (grid->point[i].rung == 0) nsym_tree_free(grid->point[i].tree);
        free(grid->point[i].key);
        free(grid->point[i].data_key);
    }
    free(grid->point);
    *grid = (nsym_grid){0};
}
