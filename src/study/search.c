#include "study/search.h"

#include "base/atomic_file.h"
#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A number of a point, or NULL. */
static const nsym_outcome_row *row_of(const nsym_outcome *results, const nsym_point *point, const char *metric) {
    for (size_t i = 0; i < results->count; i++)
        if (results->result[i].point == point && strcmp(results->result[i].metric, metric) == 0)
            return &results->result[i];
    return NULL;
}

/* Do two points of a search try settings at the same place of the grid? */
static bool same_place(const nsym_point *a, const nsym_point *b) {
    if (a->search != b->search || strcmp(a->experiment, b->experiment) != 0) return false;
    for (size_t c = 0; c < a->coordinates; c++)
        if (strcmp(a->coordinate[c].name, "candidate") != 0 &&
            strcmp(a->coordinate[c].value, b->coordinate[c].value) != 0)
            return false;
    return true;
}

static nsym_status metric_of(const nsym_point *point, const char **metric) {
    *metric = "validation_auc";
    return nsym_read_text((nsym_reader){point->tree, point->search, "search"}, "metric", metric);
}

/* The best try at the place of `first`, the first point there: of the largest metric, or of the least loss. */
static nsym_status best_of(const nsym_outcome_row **best, const nsym_outcome *results, const nsym_grid *grid,
                           const nsym_point *first, const char *metric) {
    double spread = 0, sign = strcmp(metric, "validation_loss") == 0 ? -1 : 1;
    size_t n = 0;
    *best = NULL;
    for (const nsym_point *p = first; p < grid->point + grid->points; p++) {
        const nsym_outcome_row *row = same_place(first, p) ? row_of(results, p, metric) : NULL;
        if (!row) continue;
        spread += row->std;
        n++;
    }
    for (const nsym_point *p = first; p < grid->point + grid->points; p++) {
        const nsym_outcome_row *row = same_place(first, p) ? row_of(results, p, metric) : NULL;
        if (!row || row->std > spread / (double)n * (1 + 1e-12)) continue;
        if (!*best || sign * row->mean > sign * (*best)->mean) *best = row;
    }
    if (*best) return NSYM_OK;
    return nsym_fail(NSYM_ENOTFOUND, "experiment %s measured no '%s' to choose by", first->experiment, metric);
}

/* Prints a key and a value, in quotes where YAML needs them. */
static nsym_status print_value(FILE *out, const char *before, const char *key, const nsym_node *value) {
    char *text;
    NSYM_TRY(nsym_node_text(&text, value));
    fprintf(out, "%s%s: %s", before, key, text);
    free(text);
    return NSYM_OK;
}

/* An entry holds where it was searched, on every axis. */
static nsym_status print_entry(FILE *out, const nsym_outcome *results, const nsym_outcome_row *best) {
    const nsym_point *point = best->point;
    const nsym_node *path[NSYM_AXES_MAX], *value[NSYM_AXES_MAX];
    const nsym_outcome_row *epoch = row_of(results, point, "best_epoch");
    size_t settings = nsym_point_settings(point, path, value);
    const char *comma = "";
    fprintf(out, "  - where: {");
    for (size_t c = 0; c < point->coordinates; c++) {
        const nsym_coordinate *at = &point->coordinate[c];
        if (strcmp(at->name, "candidate") == 0) continue;
        char *text = strdup(at->value);
        if (!text) return nsym_fail(NSYM_ENOMEM, "no memory for what a search chose");
        nsym_status status = print_value(out, comma, at->name, &(nsym_node){.text = text, .quoted = !at->number});
        free(text);
        NSYM_TRY(status);
        comma = ", ";
    }
    fprintf(out, "}\n    set: {");
    for (size_t k = 0; k < settings; k++) {
        if (strcmp(path[k]->key, "train.epochs") == 0) continue; /* only the most it could be */
        NSYM_TRY(print_value(out, "", path[k]->key, value[k]));
        fprintf(out, ", ");
    }
    fprintf(out, "train.epochs: %.0f}\n", epoch ? ceil(epoch->mean) : (double)point->card.train.epochs);
    fprintf(out, "    metric: %s\n    mean: %.4f\n    std: %.4f\n", best->metric, best->mean, best->std);
    return NSYM_OK;
}

/* The first point at each place that was searched. */
static bool is_first(const nsym_grid *grid, size_t i) {
    if (!grid->point[i].search) return false;
    for (size_t k = 0; k < i; k++)
        if (same_place(&grid->point[k], &grid->point[i])) return false;
    return true;
}

static nsym_status print_all(FILE *out, const nsym_outcome *results, const nsym_grid *grid) {
    fprintf(out, "values:\n");
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_outcome_row *best;
        const char *metric;
        if (!is_first(grid, i)) continue;
        NSYM_TRY(metric_of(&grid->point[i], &metric));
        NSYM_TRY(best_of(&best, results, grid, &grid->point[i], metric));
        NSYM_TRY(print_entry(out, results, best));
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
