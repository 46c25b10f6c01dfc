/* A metric against a coordinate of the grid: one line with its band per series, the paper's values beside it. And ROC
   curves: a row's mean is a signal efficiency, its coordinate the background efficiency. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "report/word_axis.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A mark of no series, and all marks in the legend. */
#define MARK_LINE "lw 1.8 dt (5,4) lc rgb '#444444'"

enum {
    FEW = 15, /* so many points and fewer are marked; more are a line only */
    TICS = 6  /* so many x and fewer have a tic each */
};

typedef struct curve {
    size_t panel, series, count;
    size_t references, bars; /* rows with the paper's value, and those where it has a spread */
    const nsym_result **row; /* (count) by rising x */
} curve;

/* A result that stands for every x, such as another network's: a horizontal line. */
typedef struct level {
    size_t panel;
    const char *name;
    const nsym_result *row;
} level;

/* A result that is itself an x, such as the best epoch: a vertical line. */
typedef struct mark {
    size_t panel;
    const char *name; /* of its series; NULL: it is of all */
    double x;
} mark;

typedef struct curves {
    nsym_figure *figure;
    const char *metric, *x, *series; /* metric: the first; series may be "metric" */
    nsym_texts metrics;
    nsym_texts words;       /* values of x that are names, in their order along the axis; none: numbers */
    bool x_log, roc, bands; /* roc: 1 / x against the mean; bands: with their errors */
    nsym_error error;
    nsym_texts panels, names; /* names: of the series */
    size_t count, columns;    /* columns: panels side by side */
    curve *curve;             /* (count) panel by panel */
    const char *level_series; /* the coordinate that names a level */
    size_t levels;
    level *level;            /* (levels) */
    const char *mark_metric; /* NULL: none */
    size_t marks;
    mark *mark; /* (marks) */
    double x_range[2], y_range[2];
} curves;

static double x_of(const curves *c, const nsym_result *row) {
    const char *text = nsym_place_value(&row->place, c->x);
    return c->words.count ? (double)nsym_texts_find(&c->words, text) + 1 : strtod(text, NULL);
}

static bool by_metric(const curves *c) {
    return strcmp(c->series, "metric") == 0;
}

/* The series of a row, or NULL. */
static const char *series_of(const curves *c, const nsym_result *row) {
    return by_metric(c) ? row->metric : nsym_place_value(&row->place, c->series);
}

static const char *panel_of(const curves *c, const nsym_result *row) {
    return nsym_figure_panel(c->figure, &row->place);
}

/* A coordinate that is no number is no x, nor is a background efficiency of 0: its rejection is infinite. */
static bool has_x(const curves *c, const nsym_result *row) {
    const char *text = nsym_place_value(&row->place, c->x);
    double x = text ? x_of(c, row) : NAN;
    return c->roc ? x > 0 && x <= 1 : text != NULL;
}

/* Puts a row into its curve, at its x. */
static nsym_status insert(curves *c, curve *to, const nsym_result *row) {
    size_t at = to->count;
    while (at > 0 && x_of(c, to->row[at - 1]) > x_of(c, row)) at--;
    if (at > 0 && x_of(c, to->row[at - 1]) == x_of(c, row))
        return nsym_fail(NSYM_ENOTFOUND,
                         "several results for %s of %s at %s %s: name the experiment, recipe or size in `where`",
                         c->metric, c->names.text[to->series], c->x, nsym_place_value(&row->place, c->x));
    memmove(to->row + at + 1, to->row + at, (to->count - at) * sizeof *to->row);
    to->row[at] = row;
    to->count++;
    to->references += isfinite(row->reference) ? 1 : 0;
    to->bars += isfinite(row->reference) && isfinite(nsym_reference_error(row, c->error)) ? 1 : 0;
    return NSYM_OK;
}

/* The rows of all metrics that have an x, a series and a panel, (kept) in *out from the arena. */
static nsym_status choose(curves *c, const nsym_result ***out, size_t *kept) {
    nsym_arena *arena = c->figure->arena;
    *kept = 0;
    *out = nsym_arena_alloc(arena, c->figure->results->count + 1, sizeof **out);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", c->figure->name);
    for (size_t m = 0; m < c->metrics.count; m++) {
        const nsym_result **rows;
        size_t n;
        NSYM_TRY(nsym_results_select(c->figure->results, arena, c->metrics.text[m], &c->figure->filter, &rows, &n));
        for (size_t i = 0; i < n; i++) {
            const char *name = series_of(c, rows[i]), *panel = panel_of(c, rows[i]);
            if (!has_x(c, rows[i]) || !name || !panel || !isfinite(rows[i]->mean)) continue;
            (*out)[(*kept)++] = rows[i];
            NSYM_TRY(nsym_texts_add(&c->names, arena, name));
            NSYM_TRY(nsym_texts_add(&c->panels, arena, panel));
        }
    }
    return NSYM_OK;
}

static nsym_status collect(curves *c) {
    nsym_arena *arena = c->figure->arena;
    const nsym_result **rows;
    size_t kept;
    NSYM_TRY(choose(c, &rows, &kept));
    if (kept == 0) {
        const char **needs = nsym_arena_alloc(arena, c->figure->panel.count + 3, sizeof *needs);
        if (!needs) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", c->figure->name);
        needs[0] = c->x;
        needs[1] = c->series;
        for (size_t i = 0; i < c->figure->panel.count; i++) needs[2 + i] = c->figure->panel.text[i];
        return nsym_results_missing(c->figure->results, arena, c->metric, &c->figure->filter, needs);
    }
    if (!c->roc) NSYM_TRY(nsym_word_axis(&c->words, arena, rows, kept, c->x));
    if (c->words.count) c->x_log = false;
    NSYM_TRY(nsym_figure_sort_panels(c->figure, &c->panels, &c->columns));
    nsym_texts_sort(&c->names);
    c->count = c->panels.count * c->names.count;
    c->curve = nsym_arena_alloc(arena, c->count, sizeof *c->curve);
    if (!c->curve) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", c->figure->name);
    for (size_t i = 0; i < c->count; i++) {
        c->curve[i] = (curve){.panel = i / c->names.count, .series = i % c->names.count};
        c->curve[i].row = nsym_arena_alloc(arena, kept + 1, sizeof *c->curve[i].row);
        if (!c->curve[i].row) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", c->figure->name);
    }
    for (size_t i = 0; i < kept; i++) {
        size_t panel = nsym_texts_find(&c->panels, panel_of(c, rows[i]));
        size_t name = nsym_texts_find(&c->names, series_of(c, rows[i]));
        NSYM_TRY(insert(c, &c->curve[panel * c->names.count + name], rows[i]));
    }
    return NSYM_OK;
}

/* The results of `lines`, each in its panel. */
static nsym_status collect_levels(curves *c) {
    static const char *const keys[] = {"metric", "where", "series", NULL};
    const nsym_figure *figure = c->figure;
    const nsym_node *node = nsym_node_at(figure->reader.node, "lines");
    if (!node) return NSYM_OK;
    nsym_reader r = {figure->card, node, nsym_arena_printf(figure->arena, "%s.lines", figure->reader.where)};
    const char *metric = c->metric;
    const nsym_result **rows;
    nsym_filter filter;
    size_t n;
    if (!r.where) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
    NSYM_TRY(nsym_check_keys(r, keys));
    NSYM_TRY(nsym_read_text(r, "metric", &metric));
    NSYM_TRY(nsym_read_text(r, "series", &c->level_series));
    NSYM_TRY(nsym_filter_read(&filter, figure->arena, figure->card, nsym_node_at(node, "where")));
    NSYM_TRY(nsym_results_select(figure->results, figure->arena, metric, &filter, &rows, &n));
    c->level = nsym_arena_alloc(figure->arena, n + 1, sizeof *c->level);
    if (!c->level) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
    for (size_t i = 0; i < n; i++) {
        const char *name = nsym_place_value(&rows[i]->place, c->level_series), *panel = panel_of(c, rows[i]);
        size_t at = panel ? nsym_texts_find(&c->panels, panel) : c->panels.count;
        if (name && at < c->panels.count && isfinite(rows[i]->mean))
            c->level[c->levels++] = (level){.panel = at, .name = name, .row = rows[i]};
    }
    return NSYM_OK;
}

/* The results of `mark`, each in its panel. */
static nsym_status collect_marks(curves *c) {
    const nsym_figure *figure = c->figure;
    const nsym_result **rows;
    size_t n;
    NSYM_TRY(nsym_read_text(figure->reader, "mark", &c->mark_metric));
    if (!c->mark_metric) return NSYM_OK;
    NSYM_TRY(nsym_results_select(figure->results, figure->arena, c->mark_metric, &figure->filter, &rows, &n));
    c->mark = nsym_arena_alloc(figure->arena, n + 1, sizeof *c->mark);
    if (!c->mark) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
    for (size_t i = 0; i < n; i++) {
        const char *panel = panel_of(c, rows[i]), *name = by_metric(c) ? NULL : series_of(c, rows[i]);
        size_t at = panel ? nsym_texts_find(&c->panels, panel) : c->panels.count;
        bool known = by_metric(c) || (name && nsym_texts_find(&c->names, name) < c->names.count);
        if (known && at < c->panels.count && isfinite(rows[i]->mean))
            c->mark[c->marks++] = (mark){.panel = at, .name = name, .x = rows[i]->mean};
    }
    return NSYM_OK;
}

static void stretch(double range[2], double value, double error) {
    if (!isfinite(value)) return;
    if (!isfinite(error)) error = 0;
    range[0] = fmin(range[0], value - error);
    range[1] = fmax(range[1], value + error);
}

/* Ranges that hold everything, with a margin; one y range for all panels. */
static nsym_status set_ranges(curves *c) {
    bool given;
    double x[2] = {INFINITY, -INFINITY}, y[2] = {INFINITY, -INFINITY};
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->curve[i].count; k++) {
            const nsym_result *row = c->curve[i].row[k];
            stretch(x, x_of(c, row), 0);
            stretch(y, row->mean, row->error[c->error]);
            stretch(y, row->reference, nsym_reference_error(row, c->error));
        }
    for (size_t i = 0; i < c->levels; i++) stretch(y, c->level[i].row->mean, 0);
    for (size_t i = 0; i < c->marks; i++) stretch(x, c->mark[i].x, 0);
    if (c->roc) {
        c->x_range[1] = c->y_range[0] = 1;
        c->y_range[1] = fmax(1.5 / x[0], 10);
        return nsym_figure_range(c->figure, "y_range", c->y_range, &given);
    }
    if (c->x_log && x[0] <= 0)
        return nsym_fail(NSYM_ENOTFOUND, "%s is not above 0, so its axis cannot be logarithmic", c->x);
    double margin = c->words.count ? 0.3 : x[1] > x[0] ? 0.02 * (x[1] - x[0]) : 0.5;
    double factor = x[1] > x[0] ? 1.15 : 2;
    c->x_range[0] = c->x_log ? x[0] / factor : x[0] - margin;
    c->x_range[1] = c->x_log ? x[1] * factor : x[1] + margin;
    margin = y[1] > y[0] ? 0.06 * (y[1] - y[0]) : 0.05 * fmax(fabs(y[0]), 1e-3);
    double all[2] = {y[0] - margin, y[1] + margin};
    memcpy(c->y_range, all, sizeof all);
    return nsym_figure_range(c->figure, "y_range", c->y_range, &given);
}

/* Few epochs have whole numbers at their tics. */
static bool whole_tics(const curves *c) {
    bool whole = !c->x_log && c->x_range[1] - c->x_range[0] <= 12;
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->curve[i].count; k++) whole = whole && fmod(x_of(c, c->curve[i].row[k]), 1) == 0;
    return whole;
}

/* Where x stands along its axis. */
static double along(const curves *c, double x) {
    return c->x_log ? log(x) : x;
}

/* A tic for each x, where they are few and far enough apart, from the arena; else NULL. */
static const char *few_tics(const curves *c) {
    nsym_texts seen = {0};
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->curve[i].count; k++)
            if (nsym_texts_add(&seen, c->figure->arena, nsym_place_value(&c->curve[i].row[k]->place, c->x)) != NSYM_OK)
                return NULL;
    if (seen.count > TICS) return NULL;
    nsym_texts_sort(&seen);
    const char *tics = "set xtics (";
    double last = -INFINITY, room = (along(c, c->x_range[1]) - along(c, c->x_range[0])) / (TICS + 2);
    for (size_t i = 0; tics && i < seen.count; i++) {
        double x = strtod(seen.text[i], NULL);
        if (!(along(c, x) - last > room)) return NULL;
        tics = nsym_arena_printf(c->figure->arena, "%s%s%.9g", tics, i ? ", " : "", x);
        last = along(c, x);
    }
    return tics ? nsym_arena_printf(c->figure->arena, "%s); unset mxtics", tics) : NULL;
}

/* The commands for the axes, from the arena; NULL: nothing to say. */
static const char *axes_of(const curves *c) {
    if (c->roc) return "set logscale y; set xtics 0.2";
    if (c->words.count) return nsym_word_axis_tics(c->figure, &c->words);
    if (whole_tics(c)) return "set xtics 1; unset mxtics";
    const char *tics = few_tics(c);
    if (!c->x_log) return tics;
    return tics ? nsym_arena_printf(c->figure->arena, "set logscale x; %s", tics) : "set logscale x";
}

static void write_csv(const curves *c, FILE *csv) {
    fputs("curve,", csv);
    nsym_csv_text(csv, c->x);
    fprintf(csv, ",mean,%s,reference,reference_error,", nsym_error_name[c->error]);
    nsym_csv_text(csv, c->series);
    fputc(',', csv);
    nsym_csv_text(csv, c->figure->panels ? c->figure->panels : "metric");
    fputc('\n', csv);
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->curve[i].count; k++) {
            const nsym_result *row = c->curve[i].row[k];
            const double numbers[] = {x_of(c, row), row->mean, row->error[c->error], row->reference,
                                      nsym_reference_error(row, c->error)};
            fprintf(csv, "%zu", i + 1);
            for (size_t j = 0; j < 5; j++) {
                fputc(',', csv);
                nsym_csv_number(csv, numbers[j]);
            }
            fputc(',', csv);
            nsym_csv_text(csv, c->names.text[c->curve[i].series]);
            fputc(',', csv);
            nsym_csv_text(csv, c->figure->panels ? c->panels.text[c->curve[i].panel] : row->metric);
            fputc('\n', csv);
        }
}

/* A level is a curve of two points, from edge to edge, behind all others. */
static void write_level_csv(const curves *c, FILE *csv, size_t index) {
    const level *l = &c->level[index];
    for (size_t end = 0; end < 2; end++) {
        fprintf(csv, "%zu,%.9g,%.9g,", c->count + index + 1, c->x_range[end], l->row->mean);
        nsym_csv_number(csv, l->row->error[c->error]);
        fputs(",,,", csv);
        nsym_csv_text(csv, l->name);
        fputc(',', csv);
        nsym_csv_text(csv, c->figure->panels ? c->panels.text[l->panel] : l->row->metric);
        fputc('\n', csv);
    }
}

/* So is a mark, from the lower edge to the upper one, behind these; just within them, for gnuplot draws no line whose
   ends both lie outside by rounding. */
static void write_mark_csv(const curves *c, FILE *csv, size_t index) {
    const mark *m = &c->mark[index];
    const double inside = 1e-4 * (c->y_range[1] - c->y_range[0]);
    const double ends[] = {c->y_range[0] + inside, c->y_range[1] - inside};
    for (size_t end = 0; end < 2; end++) {
        fprintf(csv, "%zu,%.9g,%.9g,,,,", c->count + c->levels + index + 1, m->x, ends[end]);
        nsym_csv_text(csv, m->name ? m->name : c->mark_metric);
        fputc(',', csv);
        nsym_csv_text(csv, c->figure->panels ? c->panels.text[m->panel] : c->mark_metric);
        fputc('\n', csv);
    }
}

/* A band of a ROC curve is an outline, behind all others: down along the lower efficiencies, back along the upper ones.
 */
static void write_band_csv(const curves *c, FILE *csv, size_t index) {
    const curve *now = &c->curve[index];
    for (size_t i = 0; i < 2 * now->count; i++) {
        size_t k = i < now->count ? i : 2 * now->count - 1 - i;
        double error = now->row[k]->error[c->error], side = i < now->count ? -1 : 1;
        double efficiency = now->row[k]->mean + (isfinite(error) ? side * error : 0);
        fprintf(csv, "%zu,%.9g,%.9g,,,,", c->count + c->levels + c->marks + index + 1, x_of(c, now->row[k]),
                fmin(fmax(efficiency, 0), 1));
        nsym_csv_text(csv, c->names.text[now->series]);
        fputs(",band\n", csv);
    }
}

static size_t level_colour(const curves *c, size_t index) {
    return nsym_figure_colour(c->figure, c->level_series, c->level[index].name);
}

static size_t colour(const curves *c, size_t series) {
    if (by_metric(c)) return series + 1;
    return nsym_figure_colour(c->figure, c->series, c->names.text[series]);
}

static void write_panel(const curves *c, FILE *gp, size_t panel) {
    const char *before = "  plot ";
    for (size_t s = 0; s < c->names.count; s++) {
        size_t index = panel * c->names.count + s, lt = colour(c, s);
        const curve *now = &c->curve[index];
        if (now->count == 0) continue;
        if (now->count == 1 || c->words.count) /* a band of no width, or between names */
            fprintf(gp, "%sdata using (of(%zu)):\"mean\":\"%s\" with yerrorbars lt %zu lw 1.6 ps 0", before, index + 1,
                    nsym_error_name[c->error], lt);
        else
            fprintf(gp, "%sdata using (of(%zu)):(edge(-1)):(edge(1)) with filledcurves lt %zu", before, index + 1, lt);
        before = ", \\\n       ";
        fprintf(gp, "%sdata using (of(%zu)):\"mean\" with %s lt %zu%s", before, index + 1,
                now->count > FEW ? "lines" : "linespoints", lt, now->count > FEW ? "" : " ps 0.5");
        if (now->references > FEW)
            fprintf(gp, "%sdata using (of(%zu)):\"reference\" with lines lt %zu lw 1.4 dt (8,5)", before, index + 1,
                    lt);
        else if (now->references > 0 && now->bars == now->references)
            fprintf(
                gp,
                "%sdata using (of(%zu)):\"reference\":\"reference_error\" with yerrorbars lt %zu lw 1.6 pt 6 ps 1.1",
                before, index + 1, lt);
        else if (now->references > 0)
            fprintf(gp, "%sdata using (of(%zu)):\"reference\" with points lt %zu lw 1.6 pt 6 ps 1.1", before, index + 1,
                    lt);
    }
    for (size_t i = 0; i < c->levels; i++)
        if (c->level[i].panel == panel)
            fprintf(gp, "%sdata using (of(%zu)):\"mean\" with lines lt %zu lw 1.6 dt (3,4)", before, c->count + i + 1,
                    level_colour(c, i));
    for (size_t i = 0; i < c->marks; i++) {
        if (c->mark[i].panel != panel) continue;
        fprintf(gp, "%sdata using (of(%zu)):\"mean\" with lines ", before, c->count + c->levels + i + 1);
        if (c->mark[i].name)
            fprintf(gp, "lt %zu lw 1.8 dt (5,4)", colour(c, nsym_texts_find(&c->names, c->mark[i].name)));
        else
            fputs(MARK_LINE, gp);
    }
    fputc('\n', gp);
}

/* Efficiency to the right, rejection upwards. */
static void write_roc_panel(const curves *c, FILE *gp, size_t panel) {
    fputs("  plot [0.001:1] 1 / x with lines lw 1.4 lc rgb '#999999' dt (4,4)", gp);
    for (size_t s = 0; s < c->names.count; s++) {
        size_t index = panel * c->names.count + s, lt = colour(c, s);
        if (c->curve[index].count == 0) continue;
        if (c->bands)
            fprintf(gp, ", \\\n       data using (of(%zu, 'mean')):(rejection(0)) with filledcurves closed lt %zu",
                    c->count + c->levels + c->marks + index + 1, lt);
        fprintf(gp, ", \\\n       data using (of(%zu, 'mean')):(rejection(0)) with lines lt %zu", index + 1, lt);
        if (c->curve[index].references)
            fprintf(gp, ", \\\n       data using (of(%zu, 'reference')):(rejection(0)) with %s", index + 1,
                    c->curve[index].references > FEW ? "lines" : "points");
        if (c->curve[index].references)
            fprintf(gp, " lt %zu %s", lt, c->curve[index].references > FEW ? "lw 1.4 dt (8,5)" : "lw 1.6 pt 6 ps 1.1");
    }
    fputc('\n', gp);
}

/* A name stands in the legend once, whatever the panels. */
static bool first_level(const curves *c, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (nsym_value_same(c->level[i].name, c->level[index].name)) return false;
    return true;
}

static void write_legend(const curves *c, const nsym_sheet *sheet) {
    const char *before = "";
    size_t references = 0, many = 0;
    nsym_sheet_legend(sheet);
    for (size_t s = 0; s < c->names.count; s++) {
        fprintf(sheet->gp, "%sNaN with lines lt %zu title ", before, colour(c, s));
        nsym_gp_quote(sheet->gp, nsym_figure_label(c->figure, c->names.text[s]));
        before = ", \\\n       ";
    }
    for (size_t i = 0; i < c->levels; i++) {
        if (!first_level(c, i)) continue;
        fprintf(sheet->gp, "%sNaN with lines lt %zu lw 1.6 dt (3,4) title ", before, level_colour(c, i));
        nsym_gp_quote(sheet->gp, nsym_figure_label(c->figure, c->level[i].name));
    }
    for (size_t i = 0; i < c->count; i++) {
        references += c->curve[i].references;
        many += c->curve[i].references > FEW;
    }
    if (references)
        fprintf(sheet->gp, "%sNaN with %s lc rgb '#444444' title 'paper'", before,
                many ? "lines lw 1.4 dt (8,5)" : "points lw 1.6 pt 6 ps 1.1");
    if (c->marks) {
        fprintf(sheet->gp, "%sNaN with lines " MARK_LINE " title ", before);
        nsym_gp_quote(sheet->gp, nsym_figure_label(c->figure, c->mark_metric));
    }
    if (c->roc) fprintf(sheet->gp, "%sNaN with lines lw 1.4 lc rgb '#999999' dt (4,4) title 'guessing'", before);
    fputc('\n', sheet->gp);
}

/* What the axes are called where the card does not say. */
static const char *x_label(const curves *c) {
    if (*c->figure->xlabel) return c->figure->xlabel;
    return c->roc ? "signal efficiency" : nsym_gp_plain(c->figure->arena, c->x);
}
static const char *y_label(const curves *c) {
    if (*c->figure->ylabel) return c->figure->ylabel;
    return c->roc ? "background rejection 1/ε_{b}" : nsym_gp_plain(c->figure->arena, c->metric);
}

static void write_functions(const curves *c, FILE *gp) {
    fprintf(gp, "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\n\ndata = '%s.csv'\n", c->x_range[0], c->x_range[1],
            c->y_range[0], c->y_range[1], c->figure->name);
    if (c->roc)
        fputs("of(n, name) = column('curve') == n ? column(name) : NaN # the efficiency of curve n\n"
              "rejection(unused) = 1 / column('background')\n"
              "set samples 400\n",
              gp);
    else
        fprintf(gp,
                "of(n) = column('curve') == n ? column(2) : NaN # the x of curve n; column 'curve' counts them\n"
                "edge(side) = column('mean') + side * column('%s') # of the band\n",
                nsym_error_name[c->error]);
}

static void write_script(const curves *c, FILE *gp) {
    nsym_figure *figure = c->figure;
    size_t characters = strlen(c->roc ? "guessing" : "paper");
    for (size_t s = 0; s < c->names.count; s++) {
        size_t width = nsym_gp_width(nsym_figure_label(figure, c->names.text[s]));
        if (width > characters) characters = width;
    }
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .columns = c->columns > 4 ? 4 : c->columns,
                        .panels = c->panels.count,
                        .titles = figure->panels != NULL,
                        .same_y = true,
                        .axes = axes_of(c),
                        .aspect = c->roc ? 0.75 : 0,
                        .xlabel = x_label(c),
                        .ylabel = y_label(c)};
    size_t entries = c->names.count + 1 + c->roc + (c->marks > 0);
    if (c->marks) {
        size_t width = nsym_gp_width(nsym_figure_label(figure, c->mark_metric));
        if (width > characters) characters = width;
    }
    for (size_t i = 0; i < c->levels; i++) {
        size_t width = nsym_gp_width(nsym_figure_label(figure, c->level[i].name));
        if (width > characters) characters = width;
        entries += first_level(c, i);
    }
    sheet.rows = (sheet.panels + sheet.columns - 1) / sheet.columns;
    sheet.legend_lines = nsym_sheet_legend_lines(&sheet, entries, characters);
    nsym_sheet_begin(&sheet);
    for (size_t s = 0; s < c->names.count; s++) nsym_gp_linetype(gp, colour(c, s), c->names.text[s]);
    for (size_t i = 0; i < c->levels; i++)
        if (first_level(c, i)) nsym_gp_linetype(gp, level_colour(c, i), c->level[i].name);
    write_functions(c, gp);
    nsym_sheet_loop(&sheet);
    for (size_t p = 0; p < c->panels.count; p++) {
        nsym_sheet_panel(&sheet, p, figure->panels ? nsym_figure_panel_label(figure, c->panels.text[p]) : "");
        if (c->roc)
            write_roc_panel(c, gp, p);
        else
            write_panel(c, gp, p);
    }
    write_legend(c, &sheet);
    nsym_sheet_end(&sheet);
}

/* One metric, or several that are series. */
static nsym_status read_metrics(curves *c) {
    const nsym_figure *figure = c->figure;
    nsym_reader r = figure->reader;
    NSYM_TRY(nsym_read_text(r, "series", &c->series));
    if (c->roc && !nsym_node_at(r.node, "metric"))
        NSYM_TRY(nsym_texts_add(&c->metrics, figure->arena, c->metric));
    else
        NSYM_TRY(nsym_figure_texts(figure, "metric", &c->metrics));
    if (c->metrics.count == 0) return nsym_fail_at(figure->card, r.node, "%s has no metric: what is drawn?", r.where);
    c->metric = c->metrics.text[0];
    if (c->metrics.count == 1 || by_metric(c)) return NSYM_OK;
    return nsym_fail_at(figure->card, nsym_node_at(r.node, "metric"),
                        "%s has several metrics, whose curves are told apart by series: metric; put '%s' in panels",
                        r.where, c->series);
}

static nsym_status draw(curves *c, FILE *csv, FILE *gp) {
    NSYM_TRY(nsym_error_read(c->figure->reader, &c->error));
    NSYM_TRY(nsym_read_bool(c->figure->reader, "bands", &c->bands));
    NSYM_TRY(read_metrics(c));
    NSYM_TRY(collect(c));
    NSYM_TRY(collect_levels(c));
    if (!c->roc) NSYM_TRY(collect_marks(c));
    NSYM_TRY(set_ranges(c));
    write_csv(c, csv);
    for (size_t i = 0; i < c->levels; i++) write_level_csv(c, csv, i);
    for (size_t i = 0; i < c->marks; i++) write_mark_csv(c, csv, i);
    for (size_t i = 0; c->bands && i < c->count; i++) write_band_csv(c, csv, i);
    write_script(c, gp);
    return NSYM_OK;
}

nsym_status nsym_draw_curves(nsym_figure *figure, FILE *csv, FILE *gp) {
    curves c = {.figure = figure, .x = "epoch", .series = "model", .level_series = "model"};
    NSYM_TRY(nsym_read_text(figure->reader, "x", &c.x));
    NSYM_TRY(nsym_read_bool(figure->reader, "x_log", &c.x_log));
    return draw(&c, csv, gp);
}

nsym_status nsym_draw_roc(nsym_figure *figure, FILE *csv, FILE *gp) {
    curves c = {.figure = figure, .metric = "roc", .x = "background", .series = "model", .roc = true};
    return draw(&c, csv, gp);
}
