/* Histograms of event columns: signal and background as steps; panels for columns, weights and slices of another
 * column. */
#include "report/histogram.h"
#include "base/fail.h"
#include <math.h>
#include <nearsym/io.h>
#include <stdlib.h>
#include <string.h>

static const char *const normalisations[] = {"false", "true", "density", NULL};

static size_t cell(const nsym_histogram *h, size_t panel, size_t column, size_t weight, size_t slice) {
    return ((panel * h->columns.count + column) * h->weights + weight) * h->slices + slice;
}

/* The index of a value of the split column, highest first once all are known. */
static nsym_status split_index(nsym_histogram *h, double value, size_t *index) {
    for (*index = 0; *index < h->splits; (*index)++)
        if (h->split_value[*index] == value) return NSYM_OK;
    if (h->splits == NSYM_SPLITS)
        return nsym_fail(NSYM_ENOTFOUND, "column '%s' has more than %d values, too many to split by", h->split,
                         NSYM_SPLITS);
    h->split_value[h->splits++] = value;
    return NSYM_OK;
}

static size_t slice_of(const nsym_histogram *h, double value) {
    if (!h->edge) return 0;
    for (size_t i = 0; i < h->slices; i++)
        if (value >= h->edge[i] && value < h->edge[i + 1]) return i;
    return h->slices;
}

/* Where a value lies in a column's range, in bins. */
static double position_of(const nsym_histogram *h, size_t column, double value) {
    const double *range = h->range[column];
    double part =
        h->x_log ? log(value / range[0]) / log(range[1] / range[0]) : (value - range[0]) / (range[1] - range[0]);
    return h->x_log && !(value > 0) ? NAN : part * (double)h->bins;
}

double nsym_histogram_edge(const nsym_histogram *h, size_t column, size_t bin) {
    const double *range = h->range[column];
    double part = (double)bin / (double)h->bins;
    return h->x_log ? range[0] * pow(range[1] / range[0], part) : range[0] + (range[1] - range[0]) * part;
}

/* What is shown of an event: the column, or its relative distance from another. */
static double shown_value(const nsym_column *x, const nsym_column *base, size_t event) {
    return base ? x->values[event] / base->values[event] - 1 : x->values[event];
}

typedef struct counted {
    double value, amount;
} counted;

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b; /* the first of a `counted`, too */
    return (x > y) - (x < y);
}

/* The least value that passes the cut. */
static nsym_status find_threshold(const nsym_histogram *h, const nsym_events *events, const char *path,
                                  double *threshold) {
    const nsym_column *column, *weight = NULL;
    double sum = 0, passed = 0;
    NSYM_TRY(nsym_figure_column(events, path, h->cut.column, &column));
    if (h->cut.weight) NSYM_TRY(nsym_figure_column(events, path, h->cut.weight, &weight));
    for (size_t i = 0; i < events->count; i++) {
        if (isnan(column->values[i]))
            return nsym_fail(NSYM_ENOTFOUND, "%s: '%s' is NaN, so nothing can be cut", path, h->cut.column);
        sum += weight ? weight->values[i] : 1;
    }
    if (!(sum > 0)) return nsym_fail(NSYM_ENOTFOUND, "%s: the weights of the cut add up to %g", path, sum);
    counted *all = malloc(events->count * sizeof *all);
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    for (size_t i = 0; i < events->count; i++) all[i] = (counted){column->values[i], weight ? weight->values[i] : 1};
    qsort(all, events->count, sizeof *all, by_value);
    size_t first = events->count;
    while (first > 0 && passed < h->cut.pass * sum) passed += all[--first].amount;
    *threshold = all[first].value;
    free(all);
    return NSYM_OK;
}

/* One column of a file. Events below the threshold do not count, where there is a cut. */
static nsym_status fill(nsym_histogram *h, const nsym_events *events, const char *path, size_t panel, size_t column,
                        double threshold) {
    const nsym_column *x, *split = NULL, *slice = NULL, *base = NULL, *cut = NULL, *weight[NSYM_SPLITS] = {NULL};
    NSYM_TRY(nsym_figure_column(events, path, h->columns.text[column], &x));
    if (h->split) NSYM_TRY(nsym_figure_column(events, path, h->split, &split));
    if (h->edge) NSYM_TRY(nsym_figure_column(events, path, h->slice_column, &slice));
    if (h->relative_to) NSYM_TRY(nsym_figure_column(events, path, h->relative_to, &base));
    for (size_t w = 0; w < NSYM_SPLITS; w++)
        if (h->weight[w]) NSYM_TRY(nsym_figure_column(events, path, h->weight[w], &weight[w]));
    if (h->cut.column) NSYM_TRY(nsym_figure_column(events, path, h->cut.column, &cut));
    h->unit[column] = base ? "" : nsym_arena_strdup(h->figure->arena, x->unit);
    h->slice_unit = slice ? nsym_arena_strdup(h->figure->arena, slice->unit) : "";
    if (!h->unit[column] || !h->slice_unit) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    for (size_t i = 0; i < events->count; i++) {
        size_t s = 0, k = slice_of(h, slice ? slice->values[i] : 0);
        if (k == h->slices || (cut && !(cut->values[i] >= threshold))) continue;
        if (split) NSYM_TRY(split_index(h, split->values[i], &s));
        double value = shown_value(x, base, i);
        double position = position_of(h, column, value);
        for (size_t w = 0; w < (h->overlaid ? h->splits : h->weights); w++) {
            size_t at = cell(h, panel, column, h->overlaid ? 0 : w, k) * NSYM_SPLITS + (h->overlaid ? w : s);
            double amount = weight[w] ? weight[w]->values[i] : 1;
            h->total[at] += amount;
            if (!(position >= 0 && position < (double)h->bins)) continue;
            h->sum[at * h->bins + (size_t)position] += amount;
            h->squares[at * h->bins + (size_t)position] += amount * amount;
            h->moment[3 * at] += amount;
            h->moment[3 * at + 1] += amount * value;
            h->moment[3 * at + 2] += amount * (value * value);
        }
    }
    return NSYM_OK;
}

/* Values of a column, of all files. */
typedef struct gathered {
    double *value; /* (count) */
    size_t count;
} gathered;

static nsym_status gather(const nsym_histogram *h, gathered *to, size_t column, const nsym_events *events,
                          const char *path) {
    const nsym_column *x, *base = NULL;
    NSYM_TRY(nsym_figure_column(events, path, h->columns.text[column], &x));
    if (h->relative_to) NSYM_TRY(nsym_figure_column(events, path, h->relative_to, &base));
    double *more = realloc(to->value, (to->count + events->count + 1) * sizeof *more);
    if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    to->value = more;
    for (size_t i = 0; i < events->count; i++) {
        double value = shown_value(x, base, i);
        if (isfinite(value) && (!h->x_log || value > 0)) to->value[to->count++] = value;
    }
    return NSYM_OK;
}

/* Whole numbers stand in the middle of bins: all of them are shown, and every bin has as many where there are more than
   bins. */
static bool set_whole_range(const nsym_histogram *h, double range[2], const gathered *of) {
    for (size_t i = 0; i < of->count; i++)
        if (of->value[i] != floor(of->value[i]) || fabs(of->value[i]) > 1e9) return false;
    double numbers = range[1] - range[0] + 1, bins = (double)h->bins;
    range[0] -= 0.5;
    range[1] = range[0] + (2 * numbers > bins ? ceil(numbers / bins) * bins : numbers);
    return true;
}

/* Without the outer half per cent on each side. */
static nsym_status set_range(nsym_histogram *h, size_t column, gathered *of) {
    enum { OUTER = 200 };
    if (of->count == 0) return nsym_fail(NSYM_ENOTFOUND, "column '%s' has no value to show", h->columns.text[column]);
    qsort(of->value, of->count, sizeof *of->value, by_value);
    double low = of->value[of->count / OUTER], high = of->value[of->count - 1 - of->count / OUTER];
    h->range[column][0] = low;
    h->range[column][1] = high;
    if (!h->x_log && set_whole_range(h, h->range[column], of)) return NSYM_OK;
    h->range[column][1] = high > low ? high : low + fmax(fabs(low), 1);
    return NSYM_OK;
}

/* The ranges of the columns that name none; every file is read once for all of them. */
static nsym_status find_ranges(nsym_histogram *h, const nsym_result_file **files, size_t n) {
    bool any = false;
    for (size_t c = 0; c < h->columns.count; c++) any |= h->automatic[c];
    if (!any) return NSYM_OK;
    gathered *all = nsym_arena_alloc(h->figure->arena, h->columns.count, sizeof *all);
    nsym_status status = all ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        nsym_events *events = NULL;
        status = nsym_figure_read(h->figure, files[i], &events);
        for (size_t c = 0; status == NSYM_OK && c < h->columns.count; c++)
            if (h->automatic[c]) status = gather(h, &all[c], c, events, files[i]->path);
        nsym_events_free(events);
    }
    for (size_t c = 0; all && c < h->columns.count; c++) {
        if (status == NSYM_OK && h->automatic[c]) status = set_range(h, c, &all[c]);
        free(all[c].value);
    }
    return status;
}

/* All columns of a file. */
static nsym_status fill_file(nsym_histogram *h, const nsym_events *events, const nsym_result_file *file) {
    size_t panel = nsym_texts_find(&h->panels, nsym_figure_panel(h->figure, &file->place));
    double threshold = 0;
    if (h->cut.column) NSYM_TRY(find_threshold(h, events, file->path, &threshold));
    for (size_t c = 0; c < h->columns.count; c++) NSYM_TRY(fill(h, events, file->path, panel, c, threshold));
    return NSYM_OK;
}

static nsym_status fill_all(nsym_histogram *h) {
    const nsym_result_file **files;
    size_t n;
    nsym_arena *arena = h->figure->arena;
    NSYM_TRY(nsym_figure_files(h->figure, h->scores, &files, &n, &h->panels));
    NSYM_TRY(find_ranges(h, files, n));
    size_t cells = h->panels.count * h->columns.count * h->weights * h->slices * NSYM_SPLITS;
    h->total = nsym_arena_alloc(arena, cells, sizeof *h->total);
    h->sum = nsym_arena_alloc(arena, cells * h->bins, sizeof *h->sum);
    h->squares = nsym_arena_alloc(arena, cells * h->bins, sizeof *h->squares);
    h->moment = nsym_arena_alloc(arena, 3 * cells, sizeof *h->moment);
    if (!h->total || !h->sum || !h->squares || !h->moment)
        return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    for (size_t i = 0; i < n; i++) {
        nsym_events *events = NULL;
        NSYM_TRY(nsym_figure_read(h->figure, files[i], &events));
        nsym_status status = fill_file(h, events, files[i]);
        nsym_events_free(events);
        NSYM_TRY(status);
    }
    if (!h->split && !h->overlaid) h->splits = 1;
    return NSYM_OK;
}

/* How wide a bin is; of a logarithmic axis in powers of ten. */
static double width_of(const nsym_histogram *h, size_t column, size_t bin) {
    double low = nsym_histogram_edge(h, column, bin), high = nsym_histogram_edge(h, column, bin + 1);
    return h->x_log ? log10(high / low) : high - low;
}

double nsym_histogram_height(const nsym_histogram *h, size_t at, size_t bin) {
    double events = h->sum[at * h->bins + bin], all = h->normalise == NSYM_FRACTION ? h->total[at] : h->moment[3 * at];
    if (h->normalise == NSYM_EVENTS || !(all > 0)) return events;
    return h->normalise == NSYM_FRACTION
               ? events / all
               : events / all / width_of(h, at / NSYM_SPLITS / h->slices / h->weights % h->columns.count, bin);
}

double nsym_histogram_error(const nsym_histogram *h, size_t at, size_t bin) {
    double events = h->sum[at * h->bins + bin], all = h->normalise == NSYM_FRACTION ? h->total[at] : h->moment[3 * at];
    double error = sqrt(h->squares[at * h->bins + bin]);
    if (error == 0) return 0;
    if (events != 0) return fabs(nsym_histogram_height(h, at, bin) / events) * error;
    return h->normalise == NSYM_EVENTS || !(all > 0) ? error : NAN; /* weights that cancel have no height to scale by */
}

double nsym_histogram_ratio(const nsym_histogram *h, size_t at, size_t bin, double *error) {
    size_t base = at - at % NSYM_SPLITS + h->base;
    double height = nsym_histogram_height(h, at, bin), own = nsym_histogram_error(h, at, bin);
    double below = nsym_histogram_height(h, base, bin), other = nsym_histogram_error(h, base, bin);
    *error = NAN;
    if (!(below > 0)) return NAN;
    *error = at == base ? own / below : hypot(own / below, height * other / (below * below));
    return height / below;
}

/* The split that `ratio` names: a value of the split's column, or a column of weights. */
static nsym_status find_base(nsym_histogram *h) {
    if (!h->ratio) return NSYM_OK;
    for (h->base = 0; h->base < h->splits; h->base++) {
        char value[32];
        snprintf(value, sizeof value, "%g", h->split_value[h->base]);
        if (nsym_value_same(h->overlaid ? h->weight[h->base] : value, h->ratio)) return NSYM_OK;
    }
    return nsym_fail(NSYM_ENOTFOUND, "ratio is '%s', and %s has no such %s", h->ratio,
                     h->overlaid ? "weight" : h->split, h->overlaid ? "column" : "value");
}

static nsym_status read_slices(nsym_histogram *h) {
    nsym_reader r = h->figure->reader;
    const nsym_node *node = nsym_node_at(r.node, "slices");
    h->slices = 1;
    if (!node) return NSYM_OK;
    static const char *const keys[] = {"column", "edges", "names", NULL};
    nsym_reader inside = {r.tree, node, nsym_arena_printf(h->figure->arena, "%s.slices", r.where)};
    NSYM_TRY(nsym_check_keys(inside, keys));
    NSYM_TRY(nsym_read_text(inside, "column", &h->slice_column));
    const nsym_node *names = nsym_node_at(node, "names"), *edges = nsym_node_at(node, "edges");
    bool good = h->slice_column && edges && edges->kind == NSYM_LIST && edges->count >= 2 && edges->count <= 9;
    h->slices = good ? edges->count - 1 : 1;
    h->edge = nsym_arena_alloc(h->figure->arena, h->slices + 1, sizeof *h->edge);
    if (!h->edge) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    for (size_t i = 0; good && i <= h->slices; i++) {
        const nsym_node *edge = edges->child[i];
        good = edge->kind == NSYM_SCALAR && nsym_text_number(edge->text, &h->edge[i]) && isfinite(h->edge[i]) &&
               (i == 0 || h->edge[i] > h->edge[i - 1]);
    }
    for (size_t i = 0; good && names && i < names->count; i++) {
        good = names->kind == NSYM_LIST && names->child[i]->kind == NSYM_SCALAR;
        if (good) NSYM_TRY(nsym_texts_add(&h->slice_names, h->figure->arena, names->child[i]->text));
    }
    if (good && (!names || h->slice_names.count == h->slices)) return NSYM_OK;
    return nsym_fail_at(h->figure->card, node,
                        "%s must be {column: NAME, edges: [two to nine rising numbers], names: [one for each slice]}, "
                        "names being optional",
                        inside.where);
}

/* Columns, a text, a list, or a map from columns to their ranges. */
static nsym_status read_columns(nsym_histogram *h) {
    const nsym_figure *figure = h->figure;
    const nsym_node *node = figure->reader.node, *map = nsym_node_at(node, "columns");
    nsym_arena *arena = figure->arena;
    double all[2];
    bool given;
    NSYM_TRY(nsym_figure_texts(figure, "column", &h->columns));
    h->own_ranges = map && map->kind == NSYM_MAP;
    for (size_t i = 0; h->own_ranges && i < map->count; i++)
        NSYM_TRY(nsym_texts_add(&h->columns, arena, map->child[i]->key));
    if (!h->own_ranges) NSYM_TRY(nsym_figure_texts(figure, "columns", &h->columns));
    h->range = nsym_arena_alloc(arena, h->columns.count + 1, sizeof *h->range);
    h->unit = nsym_arena_alloc(arena, h->columns.count + 1, sizeof *h->unit);
    h->automatic = nsym_arena_alloc(arena, h->columns.count + 1, sizeof *h->automatic);
    if (!h->range || !h->unit || !h->automatic) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
    NSYM_TRY(nsym_figure_range(figure, "range", all, &given));
    if (map && h->own_ranges && (given || nsym_node_at(node, "column") || h->columns.count != map->count))
        return nsym_fail_at(figure->card, map, "%s.columns has a range for each column: leave out 'column' and 'range'",
                            figure->reader.where);
    if (h->columns.count == 0 || (!given && !h->own_ranges))
        return nsym_fail_at(figure->card, node, "%s needs a column (or columns) and a range", figure->reader.where);
    for (size_t i = 0; i < h->columns.count; i++) {
        if (!h->own_ranges) memcpy(h->range[i], all, sizeof all);
        const nsym_node *own = map && h->own_ranges ? map->child[i] : NULL;
        h->automatic[i] = own && own->kind == NSYM_SCALAR && strcmp(own->text, "auto") == 0;
        if (h->automatic[i]) continue;
        if (own) NSYM_TRY(nsym_figure_range_of(figure, "columns", own, h->range[i]));
        if (h->x_log && !(h->range[i][0] > 0))
            return nsym_fail_at(figure->card, node, "%s: a range begins at %g, so its axis cannot be logarithmic",
                                figure->reader.where, h->range[i][0]);
    }
    return NSYM_OK;
}

/* weight: false, true, both (without and with the column weight), or a list of columns. */
static nsym_status read_weights(nsym_histogram *h, nsym_reader r) {
    static const char *const choices[] = {"false", "true", "both", NULL};
    const nsym_node *node = nsym_node_at(r.node, "weight");
    size_t choice = 0;
    if (node && node->kind == NSYM_LIST) {
        nsym_texts names = {0};
        NSYM_TRY(nsym_figure_texts(h->figure, "weight", &names));
        if (names.count == 0 || names.count > NSYM_SPLITS)
            return nsym_fail_at(r.tree, node, "%s.weight has %zu columns, must be 1 to %d", r.where, names.count,
                                (int)NSYM_SPLITS);
        h->weights = h->overlaid ? 1 : names.count;
        h->splits = h->overlaid ? names.count : 0;
        for (size_t w = 0; w < names.count; w++) h->weight[w] = names.text[w];
        return NSYM_OK;
    }
    if (h->overlaid)
        return nsym_fail_at(r.tree, r.node,
                            "%s.overlay lays the histograms of several weights on each other: list them", r.where);
    NSYM_TRY(nsym_read_choice(r, "weight", choices, &choice));
    h->weights = choice == 2 ? 2 : 1;
    h->weight[0] = choice == 1 ? "weight" : NULL;
    h->weight[1] = choice == 2 ? "weight" : NULL;
    return NSYM_OK;
}

static nsym_status read_cut(nsym_histogram *h, nsym_reader r) {
    static const char *const keys[] = {"column", "weight", "pass", NULL};
    const nsym_node *node = nsym_node_at(r.node, "cut");
    if (!node) return NSYM_OK;
    nsym_reader inside = {r.tree, node, nsym_arena_printf(h->figure->arena, "%s.cut", r.where)};
    if (!inside.where) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    NSYM_TRY(nsym_check_keys(inside, keys));
    NSYM_TRY(nsym_read_text(inside, "column", &h->cut.column));
    NSYM_TRY(nsym_read_text(inside, "weight", &h->cut.weight));
    NSYM_TRY(nsym_read_number(inside, "pass", 0, 1, &h->cut.pass));
    if (h->cut.column && h->cut.pass > 0) return NSYM_OK;
    return nsym_fail_at(r.tree, node, "%s needs a column and the share of events that pass, pass: 0.5", inside.where);
}

static nsym_status read_card(nsym_histogram *h) {
    nsym_reader r = h->figure->reader;
    static const char *const data[] = {"samples", "scores", NULL};
    size_t source = 0, normalise = NSYM_EVENTS;
    NSYM_TRY(nsym_read_choice(r, "data", data, &source));
    NSYM_TRY(nsym_read_choice(r, "normalise", normalisations, &normalise));
    NSYM_TRY(nsym_read_bool(r, "spread", &h->spread));
    NSYM_TRY(nsym_read_text(r, "relative_to", &h->relative_to));
    NSYM_TRY(nsym_read_text(r, "split", &h->split));
    NSYM_TRY(nsym_read_bool(r, "overlay", &h->overlaid));
    if (h->overlaid && h->split)
        return nsym_fail_at(r.tree, r.node, "%s has both 'split' and 'overlay'; keep one", r.where);
    NSYM_TRY(read_weights(h, r));
    NSYM_TRY(read_cut(h, r));
    h->normalise = (nsym_heights)normalise;
    h->scores = source == 1;
    NSYM_TRY(nsym_read_bool(r, "log", &h->log));
    NSYM_TRY(nsym_read_bool(r, "own_y", &h->own_y));
    NSYM_TRY(nsym_read_bool(r, "errors", &h->errors));
    NSYM_TRY(nsym_read_text(r, "ratio", &h->ratio));
    if (h->ratio && !h->split && !h->overlaid)
        return nsym_fail_at(r.tree, nsym_node_at(r.node, "ratio"),
                            "%s.ratio divides the parts of a 'split' or 'overlay' by one of them; there is neither",
                            r.where);
    NSYM_TRY(nsym_figure_bins(h->figure, &h->bins));
    NSYM_TRY(nsym_read_bool(r, "x_log", &h->x_log));
    NSYM_TRY(read_columns(h));
    return read_slices(h);
}

nsym_status nsym_draw_histogram(nsym_figure *figure, FILE *csv, FILE *gp) {
    nsym_histogram h = {.figure = figure, .bins = 50, .slice_unit = ""};
    NSYM_TRY(read_card(&h));
    NSYM_TRY(fill_all(&h));
    NSYM_TRY(find_base(&h));
    return nsym_histogram_draw(&h, csv, gp);
}
