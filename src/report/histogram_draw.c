/* Histograms as csv and gnuplot script: signal and background as steps, the paper's as circles. */
#include "report/histogram.h"

#include "base/fail.h"
#include "report/gnuplot.h"
#include "report/published.h"
#include <math.h>
#include <nearsym/io.h>
#include <string.h>

enum { IN_A_ROW = 4 }; /* panels of a single axis; more go on in the next row */

/* Splits in the order of falling value: signal (1), then background (0). */
static void order_splits(const nsym_histogram *h, size_t order[NSYM_SPLITS]) {
    for (size_t i = 0; i < h->splits; i++) {
        size_t k = i;
        for (; k > 0 && !h->overlaid && h->split_value[order[k - 1]] < h->split_value[i]; k--) order[k] = order[k - 1];
        order[k] = i;
    }
}

/* The card's name of a class, or NULL. */
static const char *class_name(const nsym_histogram *h, double value) {
    const nsym_node *names = nsym_node_at(h->figure->card->root, "labels.classes");
    bool listed = names && names->kind == NSYM_LIST && value >= 0 && value < (double)names->count;
    const nsym_node *name = listed && value == floor(value) ? names->child[(size_t)value] : NULL;
    return name && name->kind == NSYM_SCALAR ? nsym_figure_label(h->figure, name->text) : NULL;
}

static const char *split_label(const nsym_histogram *h, size_t split) {
    if (h->split_name[split]) return h->split_name[split];
    if (h->overlaid) return nsym_figure_label(h->figure, h->weight[split]);
    if (!h->split) return "all events";
    const char *value = nsym_arena_printf(h->figure->arena, "%g", h->split_value[split]);
    if (!value) return "";
    const char *label = nsym_figure_label(h->figure, value);
    if (strcmp(label, value) != 0 || strcmp(h->split, "label") != 0) return label;
    if (class_name(h, h->split_value[split])) return class_name(h, h->split_value[split]);
    return h->split_value[split] == 1 ? "signal" : h->split_value[split] == 0 ? "background" : label;
}

static const char *join(const nsym_histogram *h, const char *a, const char *b) {
    const char *text = *a && *b ? nsym_arena_printf(h->figure->arena, "%s, %s", a, b) : *a ? a : b;
    return text ? text : "";
}

static const char *column_label(const nsym_histogram *h, const char *column) {
    return nsym_figure_label(h->figure, column);
}

static const char *weight_name(const nsym_histogram *h, size_t w) {
    return !h->weight[w] ? "unweighted" : strcmp(h->weight[w], "weight") == 0 ? "weighted" : h->weight[w];
}

/* A panel's title names what distinguishes it from the others. */
static const char *panel_title(const nsym_histogram *h, size_t p, size_t c, size_t w, size_t k) {
    const char *title = h->figure->panels ? nsym_figure_panel_label(h->figure, h->panels.text[p]) : "";
    if (h->columns.count > 1 && !h->own_ranges) title = join(h, title, column_label(h, h->columns.text[c]));
    if (h->weights > 1) title = join(h, title, nsym_figure_label(h->figure, weight_name(h, w)));
    if (h->edge && h->slice_names.count > 0)
        title = join(h, title, h->slice_names.text[k]);
    else if (h->edge) {
        const char *slice = nsym_arena_printf(
            h->figure->arena, "%g ≤ %s < %g%s%s", h->edge[k], column_label(h, h->slice_column), h->edge[k + 1],
            *h->slice_unit ? " " : "", nsym_gp_plain(h->figure->arena, h->slice_unit));
        title = join(h, title, slice ? slice : "");
    }
    return title;
}

static size_t panels_of(const nsym_histogram *h) {
    return h->panels.count * h->columns.count * h->weights * h->slices;
}

/* Finds the paper's histograms: by the panels' coordinate, the column, the weight, the value of the split, and the
   slice's name or lower edge. */
static nsym_status find_published(nsym_histogram *h, const size_t order[NSYM_SPLITS]) {
    const nsym_published *all = &h->figure->results->published;
    size_t room = panels_of(h) * h->splits * all->count;
    h->paper = nsym_arena_alloc(h->figure->arena, room + 1, sizeof *h->paper);
    if (!h->paper) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", h->figure->name);
    for (size_t at = 0; at < panels_of(h); at++)
        for (size_t s = 0; s < h->splits; s++) {
            char value[32], low[32] = "";
            snprintf(value, sizeof value, "%g", h->split_value[order[s]]);
            if (h->edge) snprintf(low, sizeof low, "%g", h->edge[at % h->slices]);
            const char *split = h->overlaid ? h->weight[order[s]] : value;
            const char *slice = h->slice_names.count ? h->slice_names.text[at % h->slices] : low;
            const char *names[] = {"column", "weight", "split", "slice", h->figure->panels};
            const char *values[] = {h->columns.text[at / h->slices / h->weights % h->columns.count],
                                    weight_name(h, at / h->slices % h->weights), split, slice,
                                    h->panels.text[at / h->slices / h->weights / h->columns.count]};
            const nsym_place place = {h->figure->panels ? 5 : 4, names, values};
            for (size_t i = 0; i < all->count; i++)
                if (nsym_published_at(h->figure, &all->curve[i], &place))
                    h->paper[h->shown++] = (nsym_histogram_paper){at, s, &all->curve[i]};
        }
    return NSYM_OK;
}

/* Has the csv columns of errors? */
static bool has_errors(const nsym_histogram *h) {
    return h->errors || h->ratio;
}

/* The paper's histograms follow ours, as the middles of bins. */
static void write_published_csv(const nsym_histogram *h, FILE *csv) {
    for (size_t i = 0; i < h->shown; i++)
        for (size_t k = 0; k < h->paper[i].curve->count; k++)
            fprintf(csv, "%zu,%.9g,%.9g,paper,%s\n", panels_of(h) * h->splits + i + 1, h->paper[i].curve->x[k],
                    h->paper[i].curve->y[k], has_errors(h) ? ",,,," : "");
}

/* What stands behind the panel's name in a row: the bin's middle, the height's error, the ratio and its error. */
static void write_errors_csv(const nsym_histogram *h, FILE *csv, size_t column, size_t at, size_t bin) {
    double low = nsym_histogram_edge(h, column, bin), high = nsym_histogram_edge(h, column, bin + 1), error = NAN;
    const double ratio = h->ratio ? nsym_histogram_ratio(h, at, bin, &error) : NAN;
    const double numbers[] = {h->x_log ? sqrt(low * high) : (low + high) / 2, nsym_histogram_error(h, at, bin), ratio,
                              error};
    for (size_t i = 0; i < 4; i++) {
        fputc(',', csv);
        nsym_csv_number(csv, numbers[i]);
    }
}

/* Each curve's last row is its upper edge, with no height: it closes the steps. */
static void write_csv(const nsym_histogram *h, FILE *csv, const size_t order[NSYM_SPLITS]) {
    fprintf(csv, "curve,low_edge,height,label,panel%s\n", has_errors(h) ? ",middle,error,ratio,ratio_error" : "");
    size_t curve = 0;
    for (size_t at = 0; at < h->panels.count * h->columns.count * h->weights * h->slices; at++)
        for (size_t s = 0; s < h->splits; s++) {
            size_t k = at % h->slices, w = at / h->slices % h->weights;
            size_t c = at / h->slices / h->weights % h->columns.count;
            curve++;
            for (size_t bin = 0; bin <= h->bins; bin++) {
                fprintf(csv, "%zu,%.9g,%.9g,", curve, nsym_histogram_edge(h, c, bin),
                        bin < h->bins ? nsym_histogram_height(h, at * NSYM_SPLITS + order[s], bin) : 0.);
                nsym_csv_text(csv, split_label(h, order[s]));
                fputc(',', csv);
                const char *title = panel_title(h, at / h->slices / h->weights / h->columns.count, c, w, k);
                nsym_csv_text(csv, !*title         ? h->columns.text[c]
                                   : h->own_ranges ? join(h, column_label(h, h->columns.text[c]), title)
                                                   : title);
                if (bin < h->bins && has_errors(h))
                    write_errors_csv(h, csv, c, at * NSYM_SPLITS + order[s], bin);
                else if (has_errors(h))
                    fputs(",,,,", csv);
                fputc('\n', csv);
            }
        }
    write_published_csv(h, csv);
}

/* The y range of `n` neighbouring panels. */
static void write_range(const nsym_histogram *h, FILE *gp, size_t first, size_t n) {
    double high = 0, low = INFINITY;
    for (size_t at = first * NSYM_SPLITS; at < (first + n) * NSYM_SPLITS; at++)
        for (size_t bin = 0; bin < h->bins; bin++) {
            double value = nsym_histogram_height(h, at, bin), error = nsym_histogram_error(h, at, bin);
            high = fmax(high, value + (h->errors && isfinite(error) ? error : 0));
            if (value > 0) low = fmin(low, value);
        }
    for (size_t i = 0; i < h->shown; i++)
        for (size_t k = 0; h->paper[i].at >= first && h->paper[i].at < first + n && k < h->paper[i].curve->count; k++) {
            high = fmax(high, h->paper[i].curve->y[k]);
            if (h->paper[i].curve->y[k] > 0) low = fmin(low, h->paper[i].curve->y[k]);
        }
    if (high <= 0) high = 1;
    if (h->remark) high *= 1.3; /* room for them */
    if (!isfinite(low)) low = 0.1 * high;
    if (h->log)
        fprintf(gp, "  set yrange [%.4g:%.4g]\n", 0.5 * low, 2 * high);
    else
        fprintf(gp, "  set yrange [0:%.4g]\n", 1.08 * high);
}

/* What stands below a panel: the figure's word, or the column's name and unit. */
static const char *x_label(const nsym_histogram *h, size_t column) {
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

/* The standard deviation of what is in the range, for each split. */
static void write_spread(const nsym_histogram *h, FILE *gp, size_t at, const size_t order[NSYM_SPLITS]) {
    for (size_t s = 0; s < h->splits; s++) {
        const double *m = h->moment + 3 * (at * NSYM_SPLITS + order[s]);
        double mean = m[1] / m[0], variance = m[2] / m[0] - mean * mean;
        if (!(m[0] > 0) || !(variance >= 0)) continue;
        fprintf(gp, "  set label %zu 'σ = %.3g' at graph 0.96, graph %.2f right tc lt %zu\n", s + 1, sqrt(variance),
                0.9 - 0.11 * (double)s, s + 1);
    }
}

/* What else is known of each split, one below the other. */
static void write_remarks(const nsym_histogram *h, FILE *gp, size_t at, const size_t order[NSYM_SPLITS]) {
    size_t line = 0;
    for (size_t s = 0; s < h->splits; s++) {
        const char *remark = h->remark[at * NSYM_SPLITS + order[s]];
        if (!remark) continue;
        fprintf(gp, "  set label %zu ", s + 1);
        nsym_gp_quote(gp, remark);
        fprintf(gp, " at graph 0.96, graph %.2f right font ',15' tc lt %zu\n", 0.92 - 0.08 * (double)line++, s + 1);
    }
}

/* The first of the panels that share a y axis with one, and how many they are. */
static size_t first_of(const nsym_histogram *h, const nsym_sheet *sheet, size_t at) {
    return h->own_y ? at : at - at % sheet->columns;
}
static size_t sharing(const nsym_histogram *h, const nsym_sheet *sheet, size_t at) {
    size_t left = sheet->panels - first_of(h, sheet, at);
    return h->own_y ? 1 : left < sheet->columns ? left : sheet->columns;
}

/* Ratios that are known to better than a half are seen, and 1; beyond 9.5 none is. */
static void write_ratio_range(const nsym_histogram *h, FILE *gp, size_t first, size_t n) {
    double high = 1.6;
    for (size_t at = first * NSYM_SPLITS; at < (first + n) * NSYM_SPLITS; at++)
        for (size_t bin = 0; at % NSYM_SPLITS < h->splits && bin < h->bins; bin++) {
            double error, ratio = nsym_histogram_ratio(h, at, bin, &error);
            if (ratio > 0 && error < 0.5 * ratio) high = fmax(high, ratio + error);
        }
    fprintf(gp, "  set yrange [0:%.3g]; unset logscale y; set ytics autofreq %g\n", fmin(1.05 * high, 9.5),
            high > 5     ? 2.
            : high > 2.5 ? 1.
                         : 0.5);
}

/* All splits over one of them, as points with errors, below their panel. */
static void write_ratio(const nsym_histogram *h, const nsym_sheet *sheet, size_t at, const size_t order[NSYM_SPLITS]) {
    FILE *gp = sheet->gp;
    size_t first = first_of(h, sheet, at);
    nsym_sheet_lower(sheet, at, nsym_figure_label(h->figure, "ratio"));
    write_ratio_range(h, gp, first, sharing(h, sheet, at));
    fputs("  plot 1 with lines lw 1.2 dt (4,4) lc rgb '#777777'", gp);
    for (size_t s = 0; s < h->splits; s++) {
        if (order[s] == h->base && h->splits > 1) continue;
        fprintf(gp,
                ", \\\n       data using (middle(%zu)):(column('ratio') - column('ratio_error')):(0):(2 * "
                "column('ratio_error')) with vectors nohead lt %zu lw 1.6, \\\n       data using "
                "(middle(%zu)):\"ratio\" with points lt %zu pt 7 ps 0.4",
                at * h->splits + s + 1, s + 1, at * h->splits + s + 1, s + 1);
    }
    fprintf(gp, "\n  set ytics autofreq%s\n", h->log ? "; set logscale y" : "");
}

static void write_panels(const nsym_histogram *h, nsym_sheet *sheet, const size_t order[NSYM_SPLITS]) {
    size_t count = sheet->panels;
    FILE *gp = sheet->gp;
    for (size_t at = 0; at < count; at++) {
        size_t k = at % h->slices, w = at / h->slices % h->weights;
        size_t c = at / h->slices / h->weights % h->columns.count;
        if (h->own_ranges) sheet->xlabel = x_label(h, c);
        nsym_sheet_panel(sheet, at, panel_title(h, at / h->slices / h->weights / h->columns.count, c, w, k));
        if (h->own_ranges) fprintf(gp, "  set xrange [%.6g:%.6g]\n", h->range[c][0], h->range[c][1]);
        if (h->x_log)
            write_log_tics(gp, h->range[c]);
        else if ((h->own_ranges || h->remark) && sheet->columns > 2)
            write_tics(gp, h->range[c]);
        size_t first = first_of(h, sheet, at);
        write_range(h, gp, first, sharing(h, sheet, at));
        if (h->spread) write_spread(h, gp, at, order);
        if (h->remark) write_remarks(h, gp, at, order);
        for (size_t s = 0; s < h->splits; s++)
            fprintf(gp,
                    "%sdata using (of(%zu)):\"height\" with fillsteps lt %zu, \\\n"
                    "       data using (of(%zu)):\"height\" with steps lt %zu",
                    s ? ", \\\n       " : "  plot ", at * h->splits + s + 1, s + 1, at * h->splits + s + 1, s + 1);
        for (size_t s = 0; h->errors && s < h->splits; s++)
            fprintf(gp,
                    ", \\\n       data using (middle(%zu)):(column('height') - column('error')):(0):(2 * "
                    "column('error')) with vectors nohead lt %zu lw 1.6",
                    at * h->splits + s + 1, s + 1);
        for (size_t i = 0; i < h->shown; i++)
            if (h->paper[i].at == at)
                fprintf(gp, ", \\\n       data using (of(%zu)):\"height\" with points lt %zu pt 6 ps 0.6 lw 1.4",
                        panels_of(h) * h->splits + i + 1, h->paper[i].split + 1);
        fputs(h->spread || h->remark ? "\n  unset label\n" : "\n", gp);
        if (h->ratio) write_ratio(h, sheet, at, order);
    }
}

static void write_script(const nsym_histogram *h, FILE *gp, const size_t order[NSYM_SPLITS]) {
    nsym_figure *figure = h->figure;
    size_t axes[] = {h->panels.count, h->columns.count, h->weights, h->slices}, last = 0, characters = 0;
    for (size_t i = 0; i < 4; i++)
        if (axes[i] > 1) last = i;
    size_t count = axes[0] * axes[1] * axes[2] * axes[3];
    size_t columns = count == axes[last] && count > IN_A_ROW ? IN_A_ROW : axes[last];
    for (size_t s = 0; s < h->splits; s++) {
        size_t width = nsym_gp_width(split_label(h, s));
        if (width > characters) characters = width;
    }
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .rows = (count + columns - 1) / columns,
                        .columns = columns,
                        .panels = count,
                        .titles = h->edge || (h->own_ranges ? axes[0] * axes[2] > 1 : count > 1),
                        .same_y = !h->own_y,
                        .own_x = h->own_ranges,
                        .lower = h->ratio != NULL,
                        .axes = h->log && h->x_log ? "set logscale xy"
                                : h->log           ? "set logscale y"
                                : h->x_log         ? "set logscale x"
                                                   : NULL,
                        .xlabel = x_label(h, 0),
                        .ylabel = *figure->ylabel                ? figure->ylabel
                                  : h->normalise == NSYM_DENSITY ? "density"
                                  : h->normalise                 ? "fraction of events"
                                                                 : "events per bin"};
    bool legend = h->splits > 1 || h->shown > 0;
    sheet.legend_lines = legend ? nsym_sheet_legend_lines(&sheet, h->splits + (h->shown > 0), characters) : 0;
    nsym_sheet_begin(&sheet);
    static const char *const colours[NSYM_SPLITS] = {"#332288", "#DDAA33", "#117733", "#CC6677",
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
    if (has_errors(h))
        fprintf(gp,
                "middle(n) = column('curve') == n ? column('middle') : NaN # of a bin\n"
                "foot(y, e) = %s # of an error's bar\n"
                "bar(y, e) = column(y) + column(e) - foot(y, e)\n",
                h->log ? "column(y) > column(e) ? column(y) - column(e) : 1e-9 * column(y)" : "column(y) - column(e)");
    nsym_sheet_loop(&sheet);
    write_panels(h, &sheet, order);
    if (sheet.legend_lines) {
        nsym_sheet_legend(&sheet);
        for (size_t s = 0; s < h->splits; s++) {
            fprintf(gp, "%sNaN with lines lt %zu lw 4 title ", s ? ", \\\n       " : "", s + 1);
            nsym_gp_quote(gp, split_label(h, order[s]));
        }
        if (h->shown) fputs(NSYM_PUBLISHED_LEGEND, gp);
        fputc('\n', gp);
    }
    nsym_sheet_end(&sheet);
}

nsym_status nsym_histogram_draw(nsym_histogram *h, FILE *csv, FILE *gp) {
    size_t order[NSYM_SPLITS] = {0};
    order_splits(h, order);
    NSYM_TRY(find_published(h, order));
    write_csv(h, csv, order);
    write_script(h, gp, order);
    return NSYM_OK;
}
