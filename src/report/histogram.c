/* Histograms of event columns: signal and background as steps; panels for columns, weights and slices of another
 * column. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <math.h>
#include <nearsym/io.h>
#include <stdlib.h>
#include <string.h>

enum { SPLITS = 8 };

/* Four axes of panels: the values of a coordinate, columns, weights, slices. */
typedef struct histogram {
    nsym_figure *figure;
    bool scores, normalise, log, x_log;
    const char *weight[SPLITS]; /* (weights) columns; NULL: every event counts 1 */
    bool own_ranges;            /* every column has an x axis of its own */
    const char *split, *slice_column, *slice_unit;
    nsym_texts panels, columns;
    size_t weights, slices, bins, splits;
    double (*range)[2], *edge; /* (columns); (slices + 1), or NULL without slices */
    const char **unit;         /* (columns) */
    double split_value[SPLITS];
    double *sum, *total; /* (panels, columns, weights, slices, SPLITS, bins) and without the bins */
} histogram;

static size_t cell(const histogram *h, size_t panel, size_t column, size_t weight, size_t slice) {
    return ((panel * h->columns.count + column) * h->weights + weight) * h->slices + slice;
}

static nsym_status column_of(const nsym_events *events, const char *path, const char *name, const nsym_column **out) {
    *out = nsym_events_column(events, name);
    if (*out && (*out)->width == 1) return NSYM_OK;
    return nsym_fail(NSYM_ENOTFOUND, "%s has no event column '%s'", path, name);
}

/* The index of a value of the split column, highest first once all are known. */
static nsym_status split_index(histogram *h, double value, size_t *index) {
    for (*index = 0; *index < h->splits; (*index)++)
        if (h->split_value[*index] == value) return NSYM_OK;
    if (h->splits == SPLITS)
        return nsym_fail(NSYM_ENOTFOUND, "column '%s' has more than %d values, too many to split by", h->split, SPLITS);
    h->split_value[h->splits++] = value;
    return NSYM_OK;
}

static size_t slice_of(const histogram *h, double value) {
    if (!h->edge) return 0;
    for (size_t i = 0; i < h->slices; i++)
        if (value >= h->edge[i] && value < h->edge[i + 1]) return i;
    return h->slices;
}

/* Where a value lies in a column's range, in bins. */
static double position_of(const histogram *h, size_t column, double value) {
    const double *range = h->range[column];
    double part =
        h->x_log ? log(value / range[0]) / log(range[1] / range[0]) : (value - range[0]) / (range[1] - range[0]);
    return h->x_log && !(value > 0) ? NAN : part * (double)h->bins;
}

static double edge_of(const histogram *h, size_t column, size_t bin) {
    const double *range = h->range[column];
    double part = (double)bin / (double)h->bins;
    return h->x_log ? range[0] * pow(range[1] / range[0], part) : range[0] + (range[1] - range[0]) * part;
}

static nsym_status fill(histogram *h, const nsym_events *events, const char *path, size_t panel, size_t column) {
    const nsym_column *x, *split = NULL, *slice = NULL, *weight[SPLITS] = {NULL};
    NSYM_TRY(column_of(events, path, h->columns.text[column], &x));
    if (h->split) NSYM_TRY(column_of(events, path, h->split, &split));
    if (h->edge) NSYM_TRY(column_of(events, path, h->slice_column, &slice));
    for (size_t w = 0; w < h->weights; w++)
        if (h->weight[w]) NSYM_TRY(column_of(events, path, h->weight[w], &weight[w]));
    h->unit[column] = nsym_arena_strdup(h->figure->arena, x->unit);
    h->slice_unit = slice ? nsym_arena_strdup(h->figure->arena, slice->unit) : "";
    if (!h->unit[column] || !h->slice_unit) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    for (size_t i = 0; i < events->count; i++) {
        size_t s = 0, k = slice_of(h, slice ? slice->values[i] : 0);
        if (k == h->slices) continue;
        if (split) NSYM_TRY(split_index(h, split->values[i], &s));
        double position = position_of(h, column, x->values[i]);
        for (size_t w = 0; w < h->weights; w++) {
            size_t at = cell(h, panel, column, w, k) * SPLITS + s;
            double amount = weight[w] ? weight[w]->values[i] : 1;
            h->total[at] += amount;
            if (position >= 0 && position < (double)h->bins) h->sum[at * h->bins + (size_t)position] += amount;
        }
    }
    return NSYM_OK;
}

static nsym_status fill_all(histogram *h) {
    const nsym_result_file **files;
    size_t n;
    nsym_arena *arena = h->figure->arena;
    NSYM_TRY(nsym_figure_files(h->figure, h->scores, &files, &n, &h->panels));
    size_t cells = h->panels.count * h->columns.count * h->weights * h->slices * SPLITS;
    h->total = nsym_arena_alloc(arena, cells, sizeof *h->total);
    h->sum = nsym_arena_alloc(arena, cells * h->bins, sizeof *h->sum);
    if (!h->total || !h->sum) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    for (size_t i = 0; i < n; i++) {
        nsym_events *events = NULL;
        NSYM_TRY(nsym_figure_read(h->figure, files[i], &events));
        const char *value = nsym_figure_panel(h->figure, &files[i]->place);
        nsym_status status = NSYM_OK;
        for (size_t c = 0; c < h->columns.count && status == NSYM_OK; c++)
            status = fill(h, events, files[i]->path, nsym_texts_find(&h->panels, value), c);
        nsym_events_free(events);
        NSYM_TRY(status);
    }
    if (!h->split) h->splits = 1;
    return NSYM_OK;
}

/* The height of a bin: events, or their fraction of all events of the slice, in the range or not. */
static double height(const histogram *h, size_t at, size_t bin) {
    double total = h->total[at];
    return h->sum[at * h->bins + bin] / (h->normalise ? (total > 0 ? total : 1) : 1);
}

/* Splits in the order of falling value: signal (1), then background (0). */
static void order_splits(const histogram *h, size_t order[SPLITS]) {
    for (size_t i = 0; i < h->splits; i++) {
        size_t k = i;
        for (; k > 0 && h->split_value[order[k - 1]] < h->split_value[i]; k--) order[k] = order[k - 1];
        order[k] = i;
    }
}

static const char *split_label(const histogram *h, size_t split) {
    if (!h->split) return "all events";
    const char *value = nsym_arena_printf(h->figure->arena, "%g", h->split_value[split]);
    if (!value) return "";
    const char *label = nsym_figure_label(h->figure, value);
    if (strcmp(label, value) != 0 || strcmp(h->split, "label") != 0) return label;
    return h->split_value[split] == 1 ? "signal" : h->split_value[split] == 0 ? "background" : label;
}

static const char *join(const histogram *h, const char *a, const char *b) {
    const char *text = *a && *b ? nsym_arena_printf(h->figure->arena, "%s, %s", a, b) : *a ? a : b;
    return text ? text : "";
}

static const char *column_label(const histogram *h, const char *column) {
    return nsym_figure_label(h->figure, column);
}

/* A panel's title names what distinguishes it from the others. */
static const char *panel_title(const histogram *h, size_t p, size_t c, size_t w, size_t k) {
    const char *title = h->figure->panels ? nsym_figure_panel_label(h->figure, h->panels.text[p]) : "";
    if (h->columns.count > 1 && !h->own_ranges) title = join(h, title, column_label(h, h->columns.text[c]));
    const char *weight = !h->weight[w] ? "unweighted" : strcmp(h->weight[w], "weight") == 0 ? "weighted" : h->weight[w];
    if (h->weights > 1) title = join(h, title, nsym_figure_label(h->figure, weight));
    if (h->edge) {
        const char *slice = nsym_arena_printf(
            h->figure->arena, "%g ≤ %s < %g%s%s", h->edge[k], column_label(h, h->slice_column), h->edge[k + 1],
            *h->slice_unit ? " " : "", nsym_gp_plain(h->figure->arena, h->slice_unit));
        title = join(h, title, slice ? slice : "");
    }
    return title;
}

/* Each curve's last row is its upper edge, with no height: it closes the steps. */
static void write_csv(const histogram *h, FILE *csv, const size_t order[SPLITS]) {
    fputs("curve,low_edge,height,label,panel\n", csv);
    size_t curve = 0;
    for (size_t at = 0; at < h->panels.count * h->columns.count * h->weights * h->slices; at++)
        for (size_t s = 0; s < h->splits; s++) {
            size_t k = at % h->slices, w = at / h->slices % h->weights;
            size_t c = at / h->slices / h->weights % h->columns.count;
            curve++;
            for (size_t bin = 0; bin <= h->bins; bin++) {
                fprintf(csv, "%zu,%.9g,%.9g,", curve, edge_of(h, c, bin),
                        bin < h->bins ? height(h, at * SPLITS + order[s], bin) : 0.);
                nsym_csv_text(csv, split_label(h, order[s]));
                fputc(',', csv);
                const char *title = panel_title(h, at / h->slices / h->weights / h->columns.count, c, w, k);
                nsym_csv_text(csv, !*title         ? h->columns.text[c]
                                   : h->own_ranges ? join(h, column_label(h, h->columns.text[c]), title)
                                                   : title);
                fputc('\n', csv);
            }
        }
}

/* The y range of `n` neighbouring panels. */
static void write_range(const histogram *h, FILE *gp, size_t first, size_t n) {
    double high = 0, low = INFINITY;
    for (size_t at = first * SPLITS; at < (first + n) * SPLITS; at++)
        for (size_t bin = 0; bin < h->bins; bin++) {
            double value = height(h, at, bin);
            high = fmax(high, value);
            if (value > 0) low = fmin(low, value);
        }
    if (high <= 0) high = 1;
    if (!isfinite(low)) low = 0.1 * high;
    if (h->log)
        fprintf(gp, "  set yrange [%.4g:%.4g]\n", 0.5 * low, 2 * high);
    else
        fprintf(gp, "  set yrange [0:%.4g]\n", 1.08 * high);
}

/* What stands below a panel: the figure's word, or the column's name and unit. */
static const char *x_label(const histogram *h, size_t column) {
    if (*h->figure->xlabel) return h->figure->xlabel;
    const char *label = column_label(h, h->columns.text[column]), *unit = h->unit[column];
    if (!*unit) return label;
    const char *both = nsym_arena_printf(h->figure->arena, "%s [%s]", label, nsym_gp_plain(h->figure->arena, unit));
    return both ? both : label;
}

/* Three to five tics, for which a narrow panel has room. */
static void write_tics(FILE *gp, const double range[2]) {
    double least = (range[1] - range[0]) / 4.5, step = pow(10, floor(log10(least)));
    static const double factor[] = {1, 2, 2.5, 5, 10};
    size_t k = 0;
    while (k < 4 && factor[k] * step < least) k++;
    fprintf(gp, "  set xtics %g\n", factor[k] * step);
}

/* Some four powers of ten, or numbers that begin with 1, 2 and 5 where there are less than two. */
static void write_log_tics(FILE *gp, const double range[2]) {
    double decades = log10(range[1] / range[0]);
    if (decades >= 2) {
        int step = (int)ceil(decades / 4);
        fprintf(gp, "  set format x '10^{%%L}'; set xtics 1e%d; %s\n", step,
                step > 1 ? "unset mxtics" : "set mxtics 10");
        return;
    }
    fputs("  unset mxtics; set xtics (", gp);
    const char *comma = "";
    for (int power = (int)floor(log10(range[0])); power <= (int)ceil(log10(range[1])); power++)
        for (int k = 0; k < 3; k++) {
            double tic = (double[]){1, 2, 5}[k] * pow(10, power);
            if (tic < range[0] || tic > range[1]) continue;
            fprintf(gp, "%s%g", comma, tic);
            comma = ", ";
        }
    fputs(")\n", gp);
}

static void write_panels(const histogram *h, nsym_sheet *sheet) {
    size_t count = sheet->rows * sheet->columns;
    FILE *gp = sheet->gp;
    for (size_t at = 0; at < count; at++) {
        size_t k = at % h->slices, w = at / h->slices % h->weights;
        size_t c = at / h->slices / h->weights % h->columns.count;
        if (h->own_ranges) sheet->xlabel = x_label(h, c);
        nsym_sheet_panel(sheet, at, panel_title(h, at / h->slices / h->weights / h->columns.count, c, w, k));
        if (h->own_ranges) fprintf(gp, "  set xrange [%.6g:%.6g]\n", h->range[c][0], h->range[c][1]);
        if (h->x_log)
            write_log_tics(gp, h->range[c]);
        else if (h->own_ranges && sheet->columns > 2)
            write_tics(gp, h->range[c]);
        write_range(h, gp, at - at % sheet->columns, sheet->columns);
        for (size_t s = 0; s < h->splits; s++)
            fprintf(gp,
                    "%sdata using (of(%zu)):\"height\" with fillsteps lt %zu, \\\n"
                    "       data using (of(%zu)):\"height\" with steps lt %zu",
                    s ? ", \\\n       " : "  plot ", at * h->splits + s + 1, s + 1, at * h->splits + s + 1, s + 1);
        fputc('\n', gp);
    }
}

static void write_script(const histogram *h, FILE *gp, const size_t order[SPLITS]) {
    nsym_figure *figure = h->figure;
    size_t axes[] = {h->panels.count, h->columns.count, h->weights, h->slices}, last = 0, characters = 0;
    for (size_t i = 0; i < 4; i++)
        if (axes[i] > 1) last = i;
    size_t count = axes[0] * axes[1] * axes[2] * axes[3];
    for (size_t s = 0; s < h->splits; s++) {
        size_t width = nsym_gp_width(split_label(h, s));
        if (width > characters) characters = width;
    }
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .rows = count / axes[last],
                        .columns = axes[last],
                        .titles = h->edge || (h->own_ranges ? axes[0] * axes[2] > 1 : count > 1),
                        .same_y = true,
                        .own_x = h->own_ranges,
                        .axes = h->log && h->x_log ? "set logscale xy"
                                : h->log           ? "set logscale y"
                                : h->x_log         ? "set logscale x"
                                                   : NULL,
                        .xlabel = x_label(h, 0),
                        .ylabel = *figure->ylabel ? figure->ylabel
                                  : h->normalise  ? "fraction of events"
                                                  : "events per bin"};
    sheet.legend_lines = h->splits > 1 ? nsym_sheet_legend_lines(&sheet, h->splits, characters) : 0;
    nsym_sheet_begin(&sheet);
    static const char *const colours[SPLITS] = {"#332288", "#DDAA33", "#117733", "#CC6677",
                                                "#88CCEE", "#882255", "#999933", "#555555"};
    for (size_t s = 0; s < h->splits; s++) {
        fprintf(gp, "set linetype %zu lc rgb '%s' lw 2 # ", s + 1, colours[s]);
        nsym_gp_remark(gp, split_label(h, order[s]));
        fputc('\n', gp);
    }
    fprintf(gp,
            "set style fill transparent solid 0.22 noborder\nset xrange [%.6g:%.6g]\n\n"
            "data = '%s.csv'\n"
            "of(n) = column('curve') == n ? column('low_edge') : NaN # the x of curve n; column 'curve' counts them\n",
            h->range[0][0], h->range[0][1], figure->name);
    nsym_sheet_loop(&sheet);
    write_panels(h, &sheet);
    if (sheet.legend_lines) {
        nsym_sheet_legend(&sheet);
        for (size_t s = 0; s < h->splits; s++) {
            fprintf(gp, "%sNaN with lines lt %zu lw 4 title ", s ? ", \\\n       " : "", s + 1);
            nsym_gp_quote(gp, split_label(h, order[s]));
        }
        fputc('\n', gp);
    }
    nsym_sheet_end(&sheet);
}

static nsym_status read_slices(histogram *h) {
    nsym_reader r = h->figure->reader;
    const nsym_node *node = nsym_node_at(r.node, "slices");
    h->slices = 1;
    if (!node) return NSYM_OK;
    static const char *const keys[] = {"column", "edges", NULL};
    nsym_reader inside = {r.tree, node, nsym_arena_printf(h->figure->arena, "%s.slices", r.where)};
    NSYM_TRY(nsym_check_keys(inside, keys));
    NSYM_TRY(nsym_read_text(inside, "column", &h->slice_column));
    const nsym_node *edges = nsym_node_at(node, "edges");
    bool good = h->slice_column && edges && edges->kind == NSYM_LIST && edges->count >= 2 && edges->count <= 9;
    h->slices = good ? edges->count - 1 : 1;
    h->edge = nsym_arena_alloc(h->figure->arena, h->slices + 1, sizeof *h->edge);
    if (!h->edge) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    for (size_t i = 0; good && i <= h->slices; i++) {
        char *end = "?";
        if (edges->child[i]->kind == NSYM_SCALAR) h->edge[i] = strtod(edges->child[i]->text, &end);
        good = !*end && (i == 0 || h->edge[i] > h->edge[i - 1]);
    }
    if (good) return NSYM_OK;
    return nsym_fail_at(h->figure->card, node, "%s must be {column: NAME, edges: [two to nine rising numbers]}",
                        inside.where);
}

/* Columns, a text, a list, or a map from columns to their ranges. */
static nsym_status read_columns(histogram *h) {
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
    if (!h->range || !h->unit) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
    NSYM_TRY(nsym_figure_range(figure, "range", all, &given));
    if (map && h->own_ranges && (given || nsym_node_at(node, "column") || h->columns.count != map->count))
        return nsym_fail_at(figure->card, map, "%s.columns has a range for each column: leave out 'column' and 'range'",
                            figure->reader.where);
    if (h->columns.count == 0 || (!given && !h->own_ranges))
        return nsym_fail_at(figure->card, node, "%s needs a column (or columns) and a range", figure->reader.where);
    for (size_t i = 0; i < h->columns.count; i++) {
        if (!h->own_ranges) memcpy(h->range[i], all, sizeof all);
        if (map && h->own_ranges) NSYM_TRY(nsym_figure_range_of(figure, "columns", map->child[i], h->range[i]));
        if (h->x_log && !(h->range[i][0] > 0))
            return nsym_fail_at(figure->card, node, "%s: a range begins at %g, so its axis cannot be logarithmic",
                                figure->reader.where, h->range[i][0]);
    }
    return NSYM_OK;
}

/* weight: false, true, both (without and with the column weight), or a list of columns. */
static nsym_status read_weights(histogram *h, nsym_reader r) {
    static const char *const choices[] = {"false", "true", "both", NULL};
    const nsym_node *node = nsym_node_at(r.node, "weight");
    size_t choice = 0;
    if (node && node->kind == NSYM_LIST) {
        nsym_texts names = {0};
        NSYM_TRY(nsym_figure_texts(h->figure, "weight", &names));
        if (names.count == 0 || names.count > SPLITS)
            return nsym_fail_at(r.tree, node, "%s.weight has %zu columns, must be 1 to %d", r.where, names.count,
                                (int)SPLITS);
        h->weights = names.count;
        for (size_t w = 0; w < names.count; w++) h->weight[w] = names.text[w];
        return NSYM_OK;
    }
    NSYM_TRY(nsym_read_choice(r, "weight", choices, &choice));
    h->weights = choice == 2 ? 2 : 1;
    h->weight[0] = choice == 1 ? "weight" : NULL;
    h->weight[1] = choice == 2 ? "weight" : NULL;
    return NSYM_OK;
}

static nsym_status read_card(histogram *h) {
    nsym_reader r = h->figure->reader;
    static const char *const data[] = {"samples", "scores", NULL};
    size_t source = 0;
    NSYM_TRY(nsym_read_choice(r, "data", data, &source));
    NSYM_TRY(read_weights(h, r));
    h->scores = source == 1;
    NSYM_TRY(nsym_read_text(r, "split", &h->split));
    NSYM_TRY(nsym_read_bool(r, "normalise", &h->normalise));
    NSYM_TRY(nsym_read_bool(r, "log", &h->log));
    NSYM_TRY(nsym_figure_bins(h->figure, &h->bins));
    NSYM_TRY(nsym_read_bool(r, "x_log", &h->x_log));
    NSYM_TRY(read_columns(h));
    return read_slices(h);
}

nsym_status nsym_draw_histogram(nsym_figure *figure, FILE *csv, FILE *gp) {
    histogram h = {.figure = figure, .bins = 50, .slice_unit = ""};
    size_t order[SPLITS] = {0};
    NSYM_TRY(read_card(&h));
    NSYM_TRY(fill_all(&h));
    order_splits(&h, order);
    write_csv(&h, csv, order);
    write_script(&h, gp, order);
    return NSYM_OK;
}
