#include "study/search.h"

#include "base/atomic_file.h"
#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const nsym_outcome_row *nsym_search_row(const nsym_outcome *results, const nsym_point *point, const char *metric) {
    for (size_t i = 0; i < results->count; i++)
        if (results->result[i].point == point && strcmp(results->result[i].metric, metric) == 0)
            return &results->result[i];
    return NULL;
}

nsym_status nsym_search_metric(const nsym_point *point, const char **metric) {
    *metric = "validation_auc";
    return nsym_read_text((nsym_reader){point->tree, point->search, "search"}, "metric", metric);
}

bool nsym_search_better(const char *metric, double value, double other) {
    return strcmp(metric, "validation_loss") == 0 ? value < other : value > other;
}

/* A try's number at the place of `first`: on the last rung, or so many below it. NULL: it has none there. */
static const nsym_outcome_row *row_there(const nsym_outcome *results, const nsym_point *first, const nsym_point *p,
                                         const char *metric, size_t below) {
    bool there = nsym_point_same_place(first, p) && (p->rungs == 0 || p->rung + 1 + below == p->rungs);
    return there ? nsym_search_row(results, p, metric) : NULL;
}

static const nsym_outcome_row *best_on(const nsym_outcome *results, const nsym_grid *grid, const nsym_point *first,
                                       const char *metric, size_t below) {
    const nsym_point *end = grid->point + grid->points;
    const nsym_outcome_row *best = NULL;
    double spread = 0;
    size_t n = 0;
    for (const nsym_point *p = first; p < end; p++) {
        const nsym_outcome_row *row = row_there(results, first, p, metric, below);
        if (!row) continue;
        spread += row->std;
        n++;
    }
    for (const nsym_point *p = first; p < end; p++) {
        const nsym_outcome_row *row = row_there(results, first, p, metric, below);
        if (!row || row->std > spread / (double)n * (1 + 1e-12)) continue;
        if (!best || nsym_search_better(metric, row->mean, best->mean)) best = row;
    }
    return best;
}

/* The best try at the place of `first`, the first point there: of the highest rung that has a number. NULL: every try
   diverged. */
static const nsym_outcome_row *best_of(const nsym_outcome *results, const nsym_grid *grid, const nsym_point *first,
                                       const char *metric) {
    const nsym_outcome_row *best = best_on(results, grid, first, metric, 0);
    for (size_t below = 1; !best && below < first->rungs; below++) best = best_on(results, grid, first, metric, below);
    return best;
}

/* How many tries there were at the place of `first`. */
static size_t tries_of(const nsym_grid *grid, const nsym_point *first) {
    size_t n = 0;
    for (const nsym_point *p = first; p < grid->point + grid->points; p++)
        n += p->rung == 0 && nsym_point_same_place(first, p);
    return n;
}

/* The epochs that were chosen: the mean over members of the best one, rounded up. */
static double epochs_of(const nsym_outcome *results, const nsym_point *point) {
    const nsym_outcome_row *epoch = nsym_search_row(results, point, "best_epoch");
    return epoch ? ceil(epoch->mean) : (double)point->card.train.epochs;
}

static bool is_epochs(const char *path) {
    const char *dot = strrchr(path, '.');
    return strcmp(dot ? dot + 1 : path, "epochs") == 0;
}

/* A coordinate that says which try of a place a point is. */
static bool is_of_try(const nsym_coordinate *at) {
    return strcmp(at->name, "candidate") == 0 || strcmp(at->name, "rung") == 0;
}

/* Prints a key and a value, in quotes where YAML needs them. */
static nsym_status print_value(FILE *out, const char *before, const char *key, const nsym_node *value) {
    char *text;
    NSYM_TRY(nsym_node_text(&text, value));
    fprintf(out, "%s%s: %s", before, key, text);
    free(text);
    return NSYM_OK;
}

/* Where a model has epochs of its own, these were searched. */
static bool has_own_epochs(const nsym_point *point) {
    return nsym_node_at(nsym_node_at(nsym_node_at(point->tree->root, "models"), point->model), "epochs") != NULL;
}

static nsym_status print_settings(FILE *out, const nsym_outcome *results, const nsym_point *point) {
    const char *path[NSYM_DIMENSIONS_MAX];
    const nsym_node *value[NSYM_DIMENSIONS_MAX];
    size_t settings = nsym_point_settings(point, path, value);
    bool own = has_own_epochs(point);
    for (size_t k = 0; k < settings; k++) {
        if (is_epochs(path[k])) continue; /* only the most it could be */
        NSYM_TRY(print_value(out, "", path[k], value[k]));
        fprintf(out, ", ");
    }
    fprintf(out, "%s%s%sepochs: %.0f", own ? "models." : "train", own ? point->model : "", ".",
            epochs_of(results, point));
    return NSYM_OK;
}

/* An entry holds where it was searched, on every axis. */
static nsym_status print_entry(FILE *out, const nsym_outcome *results, const nsym_outcome_row *best, size_t tries) {
    const nsym_point *point = best->point;
    const char *comma = "";
    fprintf(out, "  - where: {");
    for (size_t c = 0; c < point->coordinates; c++) {
        const nsym_coordinate *at = &point->coordinate[c];
        if (is_of_try(at)) continue;
        char *text = strdup(at->value);
        if (!text) return nsym_fail(NSYM_ENOMEM, "no memory for what a search chose");
        nsym_status status = print_value(out, comma, at->name, &(nsym_node){.text = text, .quoted = !at->number});
        free(text);
        NSYM_TRY(status);
        comma = ", ";
    }
    fprintf(out, "}\n    set: {");
    NSYM_TRY(print_settings(out, results, point));
    fprintf(out, "}\n    metric: %s\n    mean: %.4f\n    std: %.4f\n    tries: %zu\n", best->metric, best->mean,
            best->std, tries);
    if (point->rungs) fprintf(out, "    rungs: %zu\n", point->rungs);
    return NSYM_OK;
}

/* The first point at each place that was searched. */
static bool is_first(const nsym_grid *grid, size_t i) {
    if (!grid->point[i].search) return false;
    for (size_t k = 0; k < i; k++)
        if (nsym_point_same_place(&grid->point[k], &grid->point[i])) return false;
    return true;
}

/* What a try sets, in words, with the epochs that were found best. */
static const char *words_of(nsym_arena *arena, const nsym_outcome *results, const nsym_point *point) {
    const char *path[NSYM_DIMENSIONS_MAX], *words = "";
    const nsym_node *value[NSYM_DIMENSIONS_MAX];
    size_t settings = nsym_point_settings(point, path, value);
    for (size_t k = 0; words && k < settings; k++) {
        char *text;
        if (is_epochs(path[k])) continue;
        if (nsym_node_text(&text, value[k]) != NSYM_OK) return NULL;
        words = nsym_arena_printf(arena, "%s%s %s, ", words, nsym_setting_name(path, settings, k), text);
        free(text);
    }
    return words ? nsym_arena_printf(arena, "%sepochs %.0f", words, epochs_of(results, point)) : NULL;
}

/* The place of a choice among results: where it was searched, and both in words. */
static nsym_status new_place(nsym_point **out, nsym_arena *arena, const nsym_outcome *results,
                             const nsym_point *chosen) {
    nsym_point *point = nsym_arena_alloc(arena, 1, sizeof *point);
    const char *words = words_of(arena, results, chosen), *place = "";
    if (!point) return nsym_fail(NSYM_ENOMEM, "no memory for what a search chose");
    *point = (nsym_point){.experiment = chosen->experiment, .model = chosen->model, .members = chosen->members};
    for (size_t c = 0; place && c < chosen->coordinates; c++) {
        const nsym_coordinate *at = &chosen->coordinate[c];
        if (is_of_try(at)) continue;
        place = nsym_arena_printf(arena, "%s%s%s %s", place, place[0] ? "; " : "", at->name, at->value);
        point->coordinate[point->coordinates++] = *at;
    }
    if (!words || !place) return nsym_fail(NSYM_ENOMEM, "no memory for what a search chose");
    point->coordinate[point->coordinates++] = (nsym_coordinate){"place", place, false};
    point->coordinate[point->coordinates++] = (nsym_coordinate){"chosen", words, false};
    *out = point;
    return NSYM_OK;
}

static nsym_status tell_choice(nsym_outcome *results, const nsym_outcome_row *best, size_t tries, nsym_arena *arena) {
    nsym_point *point;
    nsym_outcome_row value = *best; /* results move when one is added */
    const nsym_outcome_row *found = nsym_search_row(results, best->point, "best_epoch");
    nsym_outcome_row epoch = found ? *found : value;
    NSYM_TRY(new_place(&point, arena, results, best->point));
    value.point = epoch.point = point;
    NSYM_TRY(nsym_outcome_add(results, &value, value.metric));
    if (found) NSYM_TRY(nsym_outcome_add(results, &epoch, "best_epoch"));
    nsym_outcome_row count = {.point = point, .mean = (double)tries, .members = 1, .tolerance = NAN};
    return nsym_outcome_add(results, &count, "tries");
}

/* What is chosen at the place that begins with point i; *best is NULL where none does, or every try diverged. */
static nsym_status choice_at(const nsym_outcome_row **best, const nsym_outcome *results, const nsym_grid *grid,
                             size_t i) {
    const char *metric;
    *best = NULL;
    if (!is_first(grid, i)) return NSYM_OK;
    NSYM_TRY(nsym_search_metric(&grid->point[i], &metric));
    *best = best_of(results, grid, &grid->point[i], metric);
    return NSYM_OK;
}

nsym_status nsym_search_tell(nsym_outcome *results, const nsym_grid *grid, nsym_arena *arena) {
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_outcome_row *best;
        NSYM_TRY(choice_at(&best, results, grid, i));
        if (best) NSYM_TRY(tell_choice(results, best, tries_of(grid, &grid->point[i]), arena));
    }
    return NSYM_OK;
}

static nsym_status print_all(FILE *out, const nsym_outcome *results, const nsym_grid *grid) {
    fprintf(out, "values:\n");
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_outcome_row *best;
        NSYM_TRY(choice_at(&best, results, grid, i));
        if (best) NSYM_TRY(print_entry(out, results, best, tries_of(grid, &grid->point[i])));
        if (!best && is_first(grid, i))
            fprintf(out, "  # experiment %s: every try diverged at a place; lower the learning rates\n",
                    grid->point[i].experiment);
    }
    return NSYM_OK;
}

nsym_status nsym_search_write(const nsym_outcome *results, const nsym_grid *grid, const char *path) {
    bool searched = false;
    for (size_t i = 0; i < grid->points; i++) searched |= grid->point[i].search != NULL;
    if (!searched) return NSYM_OK;
    nsym_atomic_file *file;
    FILE *out;
    NSYM_TRY(nsym_atomic_stream_open(&file, &out, path));
    return nsym_atomic_stream_close(file, out, print_all(out, results, grid));
}
