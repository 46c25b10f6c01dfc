#include "report/figure.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "report/gnuplot.h"
#include <errno.h>
#include <nearsym/io.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct kind {
    const char *name;
    nsym_status (*draw)(nsym_figure *figure, FILE *csv, FILE *gp);
    const char *const *keys; /* all that an entry of the kind may have */
} kind;

#define EVERY "kind", "name", "title", "caption", "paper", "labels", "where"
#define COMMON EVERY, "xlabel", "ylabel", "panels"
static const char *const curves_keys[] = {COMMON,    "metric", "x",     "series", "x_log",
                                          "y_range", "error",  "lines", "mark",   NULL};
static const char *const roc_keys[] = {COMMON, "metric", "series", "y_range", "error", "bands", NULL};
static const char *const histogram_keys[] = {
    COMMON, "data",  "column",      "columns", "range",   "bins", "split", "weight", "slices", "normalise",
    "log",  "x_log", "relative_to", "spread",  "overlay", "cut",  "own_y", "errors", "ratio",  NULL};
static const char *const sculpting_keys[] = {COMMON, "column", "range", "bins", "label", "pass", "weight", NULL};
static const char *const confusion_keys[] = {COMMON, "threshold", "weight", NULL};
static const char *const reliability_keys[] = {COMMON, "series", NULL};
static const char *const profile_keys[] = {COMMON, "data", "x", "y", "range", "y_range", "bins", NULL};
static const char *const density_keys[] = {COMMON, "data", "x", "y", "x_range", "y_range", "bins", "normalise", NULL};
static const char *const image_keys[] = {COMMON, "columns", "shared_scale", "scale", NULL};
static const char *const mass_fit_keys[] = {EVERY, "column", "range", "region", "bins", NULL};
static const char *const graphs_keys[] = {EVERY, "panels", "names", "columns", NULL};
static const char *const shifts_keys[] = {COMMON, "series", "y_range", "error", NULL};
static const char *const matrix_keys[] = {EVERY, "metric", "rows", "diagonal", NULL};

static const kind kinds[] = {
    {"curves", nsym_draw_curves, curves_keys},          {"roc", nsym_draw_roc, roc_keys},
    {"histogram", nsym_draw_histogram, histogram_keys}, {"profile", nsym_draw_profile, profile_keys},
    {"density", nsym_draw_density, density_keys},       {"image", nsym_draw_image, image_keys},
    {"graphs", nsym_draw_graphs, graphs_keys},          {"matrix", nsym_draw_matrix, matrix_keys},
    {"mass_fit", nsym_draw_mass_fit, mass_fit_keys},    {"sculpting", nsym_draw_sculpting, sculpting_keys},
    {"confusion", nsym_draw_confusion, confusion_keys}, {"reliability", nsym_draw_reliability, reliability_keys},
    {"shifts", nsym_draw_shifts, shifts_keys},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The name becomes a file's, and stands in scripts. */
static nsym_status check_name(const nsym_figure *figure) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    if (*figure->name && strspn(figure->name, allowed) == strlen(figure->name)) return NSYM_OK;
    return nsym_fail_at(figure->card, figure->reader.node,
                        "%s.name is '%s', must be letters, digits, '_' and '-': it names the figure's files",
                        figure->reader.where, figure->name);
}

static nsym_status read_entry(nsym_figure *figure, const kind **found) {
    nsym_reader r = figure->reader;
    const char *names[KINDS + 1] = {NULL};
    for (size_t i = 0; i < KINDS; i++) names[i] = kinds[i].name;
    size_t choice = KINDS;
    if (r.node->kind == NSYM_MAP) NSYM_TRY(nsym_read_choice(r, "kind", names, &choice));
    if (choice == KINDS)
        return nsym_fail_at(figure->card, r.node,
                            "%s has no kind: curves, roc, histogram, profile, density, image, graphs, matrix, "
                            "mass_fit, sculpting, confusion, reliability or shifts",
                            r.where);
    *found = &kinds[choice];
    figure->kind = kinds[choice].name;
    NSYM_TRY(nsym_check_keys(r, kinds[choice].keys));
    NSYM_TRY(nsym_read_text(r, "name", &figure->name));
    NSYM_TRY(check_name(figure));
    NSYM_TRY(nsym_read_text(r, "title", &figure->title));
    NSYM_TRY(nsym_read_text(r, "caption", &figure->caption));
    NSYM_TRY(nsym_read_text(r, "paper", &figure->paper));
    NSYM_TRY(nsym_read_text(r, "xlabel", &figure->xlabel));
    NSYM_TRY(nsym_read_text(r, "ylabel", &figure->ylabel));
    if (kinds[choice].draw != nsym_draw_image) NSYM_TRY(nsym_figure_read_panels(figure)); /* its panels are maps */
    return nsym_filter_read(&figure->filter, figure->arena, figure->card, nsym_node_at(r.node, "where"));
}

static nsym_status write_file(const nsym_figure *figure, const char *ending, const char *text, size_t size) {
    const char *path =
        nsym_arena_printf(figure->arena, "%s/figures/%s.%s", figure->results->folder, figure->name, ending);
    nsym_atomic_file *file;
    FILE *stream;
    if (!path) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
    NSYM_TRY(nsym_atomic_stream_open(&file, &stream, path));
    fwrite(text, 1, size, stream);
    return nsym_atomic_stream_close(file, stream, NSYM_OK);
}

/* What an earlier report left. */
static nsym_status remove_old(const nsym_figure *figure) {
    static const char *const endings[] = {"csv", "gp", "svg", "pdf"};
    for (size_t i = 0; i < 4; i++) {
        const char *path =
            nsym_arena_printf(figure->arena, "%s/figures/%s.%s", figure->results->folder, figure->name, endings[i]);
        if (!path) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
        if (unlink(path) != 0 && errno != ENOENT)
            return nsym_fail(NSYM_EIO, "cannot replace %s: %s", path, strerror(errno));
    }
    return NSYM_OK;
}

nsym_status nsym_figure_write(nsym_figure *figure, nsym_arena *arena, const nsym_tree *card, const nsym_node *node,
                              const char *where, const nsym_results *results) {
    *figure = (nsym_figure){.card = card,
                            .reader = {.tree = card, .node = node, .where = where},
                            .results = results,
                            .arena = arena,
                            .name = "",
                            .title = "",
                            .caption = "",
                            .paper = "",
                            .xlabel = "",
                            .ylabel = ""};
    const kind *found = NULL;
    NSYM_TRY(read_entry(figure, &found));
    NSYM_TRY(remove_old(figure));
    char *csv_text = NULL, *gp_text = NULL;
    size_t csv_size = 0, gp_size = 0;
    FILE *csv = open_memstream(&csv_text, &csv_size), *gp = open_memstream(&gp_text, &gp_size);
    nsym_status status = NSYM_OK;
    if (csv && gp) status = found->draw(figure, csv, gp);
    bool whole = csv && gp && !ferror(csv) && !ferror(gp);
    if (csv && fclose(csv) != 0) whole = false;
    if (gp && fclose(gp) != 0) whole = false;
    if (status == NSYM_OK && !whole) status = nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
    if (status == NSYM_OK) status = write_file(figure, "csv", csv_text, csv_size);
    if (status == NSYM_OK) status = write_file(figure, "gp", gp_text, gp_size);
    if (status == NSYM_ENOTFOUND) {
        figure->note = nsym_arena_strdup(arena, nsym_message());
        status = figure->note ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the report");
    }
    free(csv_text);
    free(gp_text);
    return status;
}

const char *nsym_figure_label(const nsym_figure *figure, const char *value) {
    const nsym_node *labels = nsym_node_at(figure->reader.node, "labels");
    for (size_t i = 0; labels && labels->kind == NSYM_MAP && i < labels->count; i++)
        if (labels->child[i]->kind == NSYM_SCALAR && nsym_value_same(labels->child[i]->key, value))
            return labels->child[i]->text;
    const char *label = nsym_card_label(figure->card, value);
    return label != value ? label : nsym_gp_plain(figure->arena, value);
}

size_t nsym_figure_colour(const nsym_figure *figure, const char *coordinate, const char *value) {
    const nsym_node *models = nsym_node_at(figure->card->root, "models");
    if (strcmp(coordinate, "model") == 0 && models && models->kind == NSYM_MAP)
        for (size_t i = 0; i < models->count; i++)
            if (strcmp(models->child[i]->key, value) == 0) return i + 1;
    nsym_texts seen = {0};
    for (size_t i = 0; i < figure->results->count; i++) {
        const char *other = nsym_place_value(&figure->results->result[i].place, coordinate);
        if (other && nsym_texts_add(&seen, figure->arena, other) != NSYM_OK) return 1;
    }
    nsym_texts_sort(&seen);
    size_t index = nsym_texts_find(&seen, value);
    return index < seen.count ? index + 1 : 1;
}

nsym_status nsym_figure_range(const nsym_figure *figure, const char *key, double range[2], bool *given) {
    const nsym_node *node = nsym_node_at(figure->reader.node, key);
    *given = node != NULL;
    return node ? nsym_figure_range_of(figure, key, node, range) : NSYM_OK;
}

nsym_status nsym_figure_range_of(const nsym_figure *figure, const char *key, const nsym_node *node, double range[2]) {
    if (node->kind == NSYM_LIST && node->count == 2) {
        char *end[2] = {"?", "?"};
        for (size_t i = 0; i < 2; i++)
            if (node->child[i]->kind == NSYM_SCALAR && *node->child[i]->text)
                range[i] = strtod(node->child[i]->text, &end[i]);
        if (!*end[0] && !*end[1] && range[0] < range[1]) return NSYM_OK;
    }
    return nsym_fail_at(figure->card, node, "%s.%s must be two numbers, [low, high]", figure->reader.where, key);
}

nsym_status nsym_figure_texts(const nsym_figure *figure, const char *key, nsym_texts *texts) {
    const nsym_node *node = nsym_node_at(figure->reader.node, key);
    if (!node) return NSYM_OK;
    if (node->kind == NSYM_SCALAR) return nsym_texts_add(texts, figure->arena, node->text);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind != NSYM_LIST || node->child[i]->kind != NSYM_SCALAR)
            return nsym_fail_at(figure->card, node, "%s.%s must be a text or a list of texts", figure->reader.where,
                                key);
        NSYM_TRY(nsym_texts_add(texts, figure->arena, node->child[i]->text));
    }
    return NSYM_OK;
}

/* Is a file listed for its panel? A sample stands at every place that shares it. */
static bool is_listed(const nsym_figure *figure, const nsym_result_file *const *files, size_t n,
                      const nsym_result_file *file) {
    const char *panel = nsym_figure_panel(figure, &file->place);
    for (size_t i = 0; i < n; i++)
        if (strcmp(files[i]->path, file->path) == 0 && strcmp(nsym_figure_panel(figure, &files[i]->place), panel) == 0)
            return true;
    return false;
}

nsym_status nsym_figure_files(const nsym_figure *figure, bool scores, const nsym_result_file ***files, size_t *n,
                              nsym_texts *panels) {
    const nsym_results *results = figure->results;
    nsym_filter filter;
    NSYM_TRY(nsym_filter_resolve(&filter, figure->arena, &figure->filter, results, NULL));
    *n = 0;
    *files = nsym_arena_alloc(figure->arena, results->files + 1, sizeof **files);
    if (!*files) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
    for (size_t i = 0; i < results->files; i++) {
        const nsym_result_file *file = &results->file[i];
        const char *panel = nsym_figure_panel(figure, &file->place);
        bool of_kind = (nsym_place_value(&file->place, "model") != NULL) == scores;
        if (!of_kind || !panel || nsym_place_value(&file->place, "pictures")) continue;
        if (!nsym_filter_passes(&filter, &file->place) || is_listed(figure, *files, *n, file)) continue;
        (*files)[(*n)++] = file;
        NSYM_TRY(nsym_texts_add(panels, figure->arena, panel));
    }
    size_t columns;
    NSYM_TRY(nsym_figure_sort_panels(figure, panels, &columns));
    if (*n > 0) return NSYM_OK;
    const char **needs = nsym_arena_alloc(figure->arena, figure->panel.count + 1, sizeof *needs);
    if (!needs) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
    for (size_t i = 0; i < figure->panel.count; i++) needs[i] = figure->panel.text[i];
    return nsym_files_missing(results, figure->arena, scores, &figure->filter, needs);
}

nsym_status nsym_figure_column(const nsym_events *events, const char *path, const char *name, const nsym_column **out) {
    *out = nsym_events_column(events, name);
    if (*out && (*out)->width == 1) return NSYM_OK;
    return nsym_fail(NSYM_ENOTFOUND, "%s has no event column '%s'", path, name);
}

nsym_status nsym_figure_bins(const nsym_figure *figure, size_t *bins) {
    return nsym_read_size(figure->reader, "bins", 1, 10000, bins);
}

nsym_status nsym_figure_bin_pair(const nsym_figure *figure, size_t bins[2]) {
    const nsym_node *node = nsym_node_at(figure->reader.node, "bins");
    if (!node) return NSYM_OK;
    bool good = node->kind == NSYM_LIST && node->count == 2;
    for (size_t i = 0; good && i < 2; i++) {
        char *end = "?";
        double value = node->child[i]->kind == NSYM_SCALAR ? strtod(node->child[i]->text, &end) : 0;
        good = !*end && value >= 1 && value <= 1000;
        if (good) bins[i] = (size_t)value;
    }
    if (good) return NSYM_OK;
    return nsym_fail_at(figure->card, node, "%s.bins must be two numbers of bins from 1 to 1000, [60, 50]",
                        figure->reader.where);
}

nsym_status nsym_figure_read(const nsym_figure *figure, const nsym_result_file *file, nsym_events **out) {
    const char *path = nsym_arena_printf(figure->arena, "%s/%s", figure->results->folder, file->path);
    if (!path) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
    nsym_status status = nsym_events_read(out, path, NULL);
    return status == NSYM_OK || status == NSYM_ENOMEM ? status : NSYM_ENOTFOUND;
}
