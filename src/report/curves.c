/* A metric against a coordinate of the grid: one line with its band per series, the paper's values beside it. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 15 }; /* so many points and fewer are marked; more are a line only */

typedef struct curve {
    size_t panel, series, count;
    size_t references, bars; /* rows with the paper's value, and those where it has a spread */
    const nsym_result **row; /* (count) by rising x */
} curve;

typedef struct curves {
    nsym_figure *figure;
    const char *metric, *x, *series;
    bool x_log;
    nsym_error error;
    nsym_texts panels, names; /* names: of the series */
    size_t count;
    curve *curve; /* (count) panel by panel */
    double x_range[2], y_range[2];
} curves;

static double x_of(const curves *c, const nsym_result *row) {
    return strtod(nsym_place_value(&row->place, c->x), NULL);
}

static const char *panel_of(const curves *c, const nsym_result *row) {
    return c->figure->panels ? nsym_place_value(&row->place, c->figure->panels) : "";
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
    to->bars += isfinite(row->reference) && isfinite(row->reference_error[c->error]) ? 1 : 0;
    return NSYM_OK;
}

static nsym_status collect(curves *c) {
    nsym_arena *arena = c->figure->arena;
    const nsym_result **rows;
    size_t n, kept = 0;
    NSYM_TRY(nsym_results_select(c->figure->results, arena, c->metric, &c->figure->filter, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const char *name = nsym_place_value(&rows[i]->place, c->series), *panel = panel_of(c, rows[i]);
        if (!nsym_place_value(&rows[i]->place, c->x) || !name || !panel || !isfinite(rows[i]->mean)) continue;
        rows[kept++] = rows[i];
        NSYM_TRY(nsym_texts_add(&c->names, arena, name));
        NSYM_TRY(nsym_texts_add(&c->panels, arena, panel));
    }
    if (kept == 0)
        return nsym_fail(NSYM_ENOTFOUND, "the study has no %s against %s%s%s (yet)", c->metric, c->x,
                         c->figure->filter.count ? " with " : "", nsym_filter_text(&c->figure->filter, arena));
    nsym_texts_sort(&c->panels);
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
        size_t name = nsym_texts_find(&c->names, nsym_place_value(&rows[i]->place, c->series));
        NSYM_TRY(insert(c, &c->curve[panel * c->names.count + name], rows[i]));
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
    double x[2] = {INFINITY, -INFINITY}, y[2] = {INFINITY, -INFINITY};
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->curve[i].count; k++) {
            const nsym_result *row = c->curve[i].row[k];
            stretch(x, x_of(c, row), 0);
            stretch(y, row->mean, row->error[c->error]);
            stretch(y, row->reference, row->reference_error[c->error]);
        }
    if (c->x_log && x[0] <= 0)
        return nsym_fail(NSYM_ENOTFOUND, "%s is not above 0, so its axis cannot be logarithmic", c->x);
    double margin = x[1] > x[0] ? 0.02 * (x[1] - x[0]) : 0.5;
    double factor = x[1] > x[0] ? 1.15 : 2;
    c->x_range[0] = c->x_log ? x[0] / factor : x[0] - margin;
    c->x_range[1] = c->x_log ? x[1] * factor : x[1] + margin;
    margin = y[1] > y[0] ? 0.06 * (y[1] - y[0]) : 0.05 * fmax(fabs(y[0]), 1e-3);
    double all[2] = {y[0] - margin, y[1] + margin};
    memcpy(c->y_range, all, sizeof all);
    bool given;
    return nsym_figure_range(c->figure, "y_range", c->y_range, &given);
}

/* Few epochs have whole numbers at their tics. */
static bool whole_tics(const curves *c) {
    bool whole = !c->x_log && c->x_range[1] - c->x_range[0] <= 12;
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->curve[i].count; k++) whole = whole && fmod(x_of(c, c->curve[i].row[k]), 1) == 0;
    return whole;
}

static void write_csv(const curves *c, FILE *csv) {
    fputs("curve,", csv);
    nsym_csv_text(csv, c->x);
    fprintf(csv, ",mean,%s,reference,reference_%s,", nsym_error_name[c->error], nsym_error_name[c->error]);
    nsym_csv_text(csv, c->series);
    fputc(',', csv);
    nsym_csv_text(csv, c->figure->panels ? c->figure->panels : "metric");
    fputc('\n', csv);
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->curve[i].count; k++) {
            const nsym_result *row = c->curve[i].row[k];
            const double numbers[] = {x_of(c, row), row->mean, row->error[c->error], row->reference,
                                      row->reference_error[c->error]};
            fprintf(csv, "%zu", i + 1);
            for (size_t j = 0; j < 5; j++) {
                fputc(',', csv);
                nsym_csv_number(csv, numbers[j]);
            }
            fputc(',', csv);
            nsym_csv_text(csv, c->names.text[c->curve[i].series]);
            fputc(',', csv);
            nsym_csv_text(csv, c->figure->panels ? c->panels.text[c->curve[i].panel] : c->metric);
            fputc('\n', csv);
        }
}

static size_t colour(const curves *c, size_t series) {
    return nsym_figure_colour(c->figure, c->series, c->names.text[series]);
}

static void write_panel(const curves *c, FILE *gp, size_t panel) {
    const char *before = "  plot ";
    for (size_t s = 0; s < c->names.count; s++) {
        size_t index = panel * c->names.count + s, lt = colour(c, s);
        const curve *now = &c->curve[index];
        if (now->count == 0) continue;
        fprintf(gp, "%sdata using (of(%zu)):(edge(-1)):(edge(1)) with filledcurves lt %zu", before, index + 1, lt);
        before = ", \\\n       ";
        fprintf(gp, "%sdata using (of(%zu)):\"mean\" with %s lt %zu%s", before, index + 1,
                now->count > FEW ? "lines" : "linespoints", lt, now->count > FEW ? "" : " ps 0.5");
        if (now->references > FEW)
            fprintf(gp, "%sdata using (of(%zu)):\"reference\" with lines lt %zu lw 1.4 dt (8,5)", before, index + 1,
                    lt);
        else if (now->references > 0 && now->bars == now->references)
            fprintf(gp,
                    "%sdata using (of(%zu)):\"reference\":\"reference_%s\" with yerrorbars lt %zu lw 1.6 pt 6 ps 1.1",
                    before, index + 1, nsym_error_name[c->error], lt);
        else if (now->references > 0)
            fprintf(gp, "%sdata using (of(%zu)):\"reference\" with points lt %zu lw 1.6 pt 6 ps 1.1", before, index + 1,
                    lt);
    }
    fputc('\n', gp);
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
    for (size_t i = 0; i < c->count; i++) {
        references += c->curve[i].references;
        many += c->curve[i].references > FEW;
    }
    if (references)
        fprintf(sheet->gp, "%sNaN with %s lc rgb '#444444' title 'paper'", before,
                many ? "lines lw 1.4 dt (8,5)" : "points lw 1.6 pt 6 ps 1.1");
    fputc('\n', sheet->gp);
}

static void write_script(const curves *c, FILE *gp) {
    nsym_figure *figure = c->figure;
    size_t characters = strlen("paper");
    for (size_t s = 0; s < c->names.count; s++) {
        size_t width = nsym_gp_width(nsym_figure_label(figure, c->names.text[s]));
        if (width > characters) characters = width;
    }
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .rows = 1,
                        .columns = c->panels.count,
                        .titles = figure->panels != NULL,
                        .same_y = true,
                        .axes = c->x_log        ? "set logscale x"
                                : whole_tics(c) ? "set xtics 1; unset mxtics"
                                                : NULL,
                        .xlabel = *figure->xlabel ? figure->xlabel : nsym_gp_plain(figure->arena, c->x),
                        .ylabel = *figure->ylabel ? figure->ylabel : nsym_gp_plain(figure->arena, c->metric)};
    if (sheet.columns > 4) {
        sheet.rows = (sheet.columns + 3) / 4;
        sheet.columns = 4;
    }
    sheet.legend_lines = nsym_sheet_legend_lines(&sheet, c->names.count + 1, characters);
    nsym_sheet_begin(&sheet);
    for (size_t s = 0; s < c->names.count; s++) nsym_gp_linetype(gp, colour(c, s), c->names.text[s]);
    fprintf(gp,
            "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\n\n"
            "data = '%s.csv'\n"
            "of(n) = column('curve') == n ? column(2) : NaN # the x of curve n; column 'curve' counts them\n"
            "edge(side) = column('mean') + side * column('%s') # of the band\n",
            c->x_range[0], c->x_range[1], c->y_range[0], c->y_range[1], figure->name, nsym_error_name[c->error]);
    nsym_sheet_loop(&sheet);
    for (size_t p = 0; p < c->panels.count; p++) {
        nsym_sheet_panel(&sheet, p, figure->panels ? nsym_figure_panel_label(figure, c->panels.text[p]) : "");
        write_panel(c, gp, p);
    }
    write_legend(c, &sheet);
    nsym_sheet_end(&sheet);
}

nsym_status nsym_draw_curves(nsym_figure *figure, FILE *csv, FILE *gp) {
    curves c = {.figure = figure, .x = "epoch", .series = "model"};
    NSYM_TRY(nsym_read_text(figure->reader, "metric", &c.metric));
    NSYM_TRY(nsym_read_text(figure->reader, "x", &c.x));
    NSYM_TRY(nsym_read_text(figure->reader, "series", &c.series));
    NSYM_TRY(nsym_read_bool(figure->reader, "x_log", &c.x_log));
    NSYM_TRY(nsym_error_read(figure->reader, &c.error));
    if (!c.metric)
        return nsym_fail_at(figure->card, figure->reader.node, "%s has no metric: what is drawn?",
                            figure->reader.where);
    NSYM_TRY(collect(&c));
    NSYM_TRY(set_ranges(&c));
    write_csv(&c, csv);
    write_script(&c, gp);
    return NSYM_OK;
}
