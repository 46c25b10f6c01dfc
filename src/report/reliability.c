/* Reliability curves: the share of events that came true against the mean probability, from the results `reliability`
   and `reliability_predicted` of the same bins, with the expected calibration error in the legend. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <math.h>
#include <string.h>

static const char observed_metric[] = "reliability", predicted_metric[] = "reliability_predicted";

/* One bin of a curve. */
typedef struct point {
    size_t panel, series;
    const nsym_result *observed, *predicted;
} point;

typedef struct reliability {
    nsym_figure *figure;
    const char *series; /* a coordinate */
    nsym_texts panels, names;
    size_t columns, count;
    point *point; /* (count) bin after bin of a place */
} reliability;

static nsym_status no_memory(const reliability *c) {
    return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", c->figure->name);
}

/* The result of a metric at the same place. */
static const nsym_result *beside(const reliability *c, const char *metric, const nsym_result *row, const char *except) {
    const nsym_results *results = c->figure->results;
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(results->result[i].metric, metric) == 0 &&
            nsym_place_same(&results->result[i].place, &row->place, except))
            return &results->result[i];
    return NULL;
}

/* A panel's series has one curve, so one result of a bin. */
static nsym_status check_alone(const reliability *c, const point *added) {
    const char *bin = nsym_place_value(&added->observed->place, "bin");
    for (size_t i = 0; i < c->count; i++) {
        const point *p = &c->point[i];
        if (p->panel == added->panel && p->series == added->series &&
            nsym_value_same(nsym_place_value(&p->observed->place, "bin"), bin))
            return nsym_fail(NSYM_ENOTFOUND,
                             "several reliability curves of %s: name the experiment, recipe or size in `where`",
                             c->names.text[added->series]);
    }
    return NSYM_OK;
}

static nsym_status collect(reliability *c) {
    const nsym_figure *figure = c->figure;
    const nsym_result **rows;
    size_t n;
    NSYM_TRY(nsym_results_select(figure->results, figure->arena, observed_metric, &figure->filter, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const char *name = nsym_place_value(&rows[i]->place, c->series),
                   *panel = nsym_figure_panel(figure, &rows[i]->place);
        if (!name || !panel) continue;
        NSYM_TRY(nsym_texts_add(&c->names, figure->arena, name));
        NSYM_TRY(nsym_texts_add(&c->panels, figure->arena, panel));
    }
    const char **needs = nsym_arena_alloc(figure->arena, figure->panel.count + 2, sizeof *needs);
    c->point = nsym_arena_alloc(figure->arena, n + 1, sizeof *c->point);
    if (!needs || !c->point) return no_memory(c);
    needs[0] = c->series;
    for (size_t i = 0; i < figure->panel.count; i++) needs[1 + i] = figure->panel.text[i];
    if (c->names.count == 0)
        return nsym_results_missing(figure->results, figure->arena, observed_metric, &figure->filter, needs);
    NSYM_TRY(nsym_figure_sort_panels(figure, &c->panels, &c->columns));
    nsym_texts_sort(&c->names);
    for (size_t i = 0; i < n; i++) {
        const char *name = nsym_place_value(&rows[i]->place, c->series),
                   *panel = nsym_figure_panel(figure, &rows[i]->place);
        const nsym_result *predicted = beside(c, predicted_metric, rows[i], NULL);
        if (!name || !panel || !predicted) continue;
        const point added = {nsym_texts_find(&c->panels, panel), nsym_texts_find(&c->names, name), rows[i], predicted};
        NSYM_TRY(check_alone(c, &added));
        c->point[c->count++] = added;
    }
    return NSYM_OK;
}

static double total(const nsym_result *row) {
    return row && isfinite(row->error[NSYM_TOTAL]) ? row->error[NSYM_TOTAL] : 0;
}

static void write_csv(const reliability *c, FILE *csv) {
    fputs("curve,bin,predicted,observed,error,", csv);
    nsym_csv_text(csv, c->series);
    fputc(',', csv);
    nsym_csv_text(csv, c->figure->panels ? c->figure->panels : "panel");
    fputc('\n', csv);
    for (size_t panel = 0; panel < c->panels.count; panel++)
        for (size_t s = 0; s < c->names.count; s++)
            for (size_t i = 0; i < c->count; i++) {
                const point *p = &c->point[i];
                if (p->panel != panel || p->series != s) continue;
                fprintf(csv, "%zu,%s,", panel * c->names.count + s + 1, nsym_place_value(&p->observed->place, "bin"));
                nsym_csv_number(csv, p->predicted->mean);
                fputc(',', csv);
                nsym_csv_number(csv, p->observed->mean);
                fputc(',', csv);
                nsym_csv_number(csv, total(p->observed));
                fputc(',', csv);
                nsym_csv_text(csv, c->names.text[s]);
                fputc(',', csv);
                nsym_csv_text(csv, c->panels.text[panel]);
                fputc('\n', csv);
            }
}

/* "hybrid: ECE 0.012 ± 0.003, by chance 0.008": in one panel the legend has the numbers. */
static const char *legend_of(const reliability *c, size_t series) {
    const char *name = nsym_figure_label(c->figure, c->names.text[series]);
    const nsym_result *row = NULL, *ece, *floor;
    for (size_t i = 0; i < c->count && !row; i++)
        if (c->point[i].series == series) row = c->point[i].observed;
    if (c->panels.count > 1 || !row) return name;
    ece = beside(c, "ece", row, "bin");
    floor = beside(c, "ece_floor", row, "bin");
    if (!ece) return name;
    int digits = total(ece) > 0 ? nsym_error_decimals(total(ece)) : 3;
    const char *text =
        nsym_arena_printf(c->figure->arena, "%s: ECE %.*f ± %.*f", name, digits, ece->mean, digits, total(ece));
    if (text && floor) text = nsym_arena_printf(c->figure->arena, "%s, by chance %.*f", text, digits, floor->mean);
    return text ? text : name;
}

static size_t colour(const reliability *c, size_t series) {
    return nsym_figure_colour(c->figure, c->series, c->names.text[series]);
}

static void write_panel(const reliability *c, FILE *gp, size_t panel) {
    fputs("  plot [0:1] x with lines lw 1.4 lc rgb '#999999' dt (4,4)", gp);
    for (size_t s = 0; s < c->names.count; s++) {
        size_t index = panel * c->names.count + s + 1, lt = colour(c, s);
        fprintf(
            gp,
            ", \\\n       data using (of(%zu)):(edge(-1)):(0):(edge(1) - edge(-1)) with vectors nohead lt %zu lw 1.6, "
            "\\\n       data using (of(%zu)):\"observed\" with linespoints lt %zu ps 0.6",
            index, lt, index, lt);
    }
    fputc('\n', gp);
}

static void write_legend(const reliability *c, const nsym_sheet *sheet) {
    nsym_sheet_legend(sheet);
    for (size_t s = 0; s < c->names.count; s++) {
        fprintf(sheet->gp, "NaN with lines lt %zu title ", colour(c, s));
        nsym_gp_quote(sheet->gp, legend_of(c, s));
        fputs(", \\\n       ", sheet->gp);
    }
    fputs("NaN with lines lw 1.4 lc rgb '#999999' dt (4,4) title 'calibrated'\n", sheet->gp);
}

static void write_script(const reliability *c, FILE *gp) {
    const nsym_figure *figure = c->figure;
    size_t columns = c->columns > 4 ? 4 : c->columns, characters = strlen("calibrated");
    for (size_t s = 0; s < c->names.count; s++) {
        size_t width = nsym_gp_width(legend_of(c, s));
        if (width > characters) characters = width;
    }
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .columns = columns,
                        .rows = (c->panels.count + columns - 1) / columns,
                        .panels = c->panels.count,
                        .titles = figure->panels != NULL,
                        .same_y = true,
                        .axes = "set xtics 0.2",
                        .aspect = columns > 1 ? 1 : 0.75,
                        .xlabel = *figure->xlabel ? figure->xlabel : "mean predicted probability",
                        .ylabel = *figure->ylabel ? figure->ylabel : "fraction of signal events"};
    sheet.legend_lines = nsym_sheet_legend_lines(&sheet, c->names.count + 1, characters);
    nsym_sheet_begin(&sheet);
    for (size_t s = 0; s < c->names.count; s++) nsym_gp_linetype(gp, colour(c, s), c->names.text[s]);
    fprintf(gp,
            "set xrange [0:1]\nset yrange [0:1]\n\ndata = '%s.csv'\n"
            "of(n) = column('curve') == n ? column('predicted') : NaN # the x of curve n\n"
            "edge(side) = column('observed') + side * column('error')\n",
            figure->name);
    nsym_sheet_loop(&sheet);
    for (size_t p = 0; p < c->panels.count; p++) {
        nsym_sheet_panel(&sheet, p, figure->panels ? nsym_figure_panel_label(figure, c->panels.text[p]) : "");
        write_panel(c, gp, p);
    }
    write_legend(c, &sheet);
    nsym_sheet_end(&sheet);
}

nsym_status nsym_draw_reliability(nsym_figure *figure, FILE *csv, FILE *gp) {
    reliability c = {.figure = figure, .series = "model"};
    NSYM_TRY(nsym_read_text(figure->reader, "series", &c.series));
    NSYM_TRY(collect(&c));
    write_csv(&c, csv);
    write_script(&c, gp);
    return NSYM_OK;
}
