/* How far variations of the detector move the AUC of every method, beside the error that it has without them: groups of
   points, one for each variation, and behind each point the band of its nominal error. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of a group's width, which is 1: what its points take. */
static const double taken = 0.8;

/* Pixels of a panel that a name below a group takes at most, by its letters; longer ones are turned. */
enum { LETTER = 11, PANEL = 560 };

typedef struct {
    size_t panel, variation, series;
    const nsym_result *row;
    double nominal; /* the error of the AUC as it is; NaN: not known */
} point;

typedef struct {
    nsym_figure *figure;
    const char *series;
    nsym_error error;
    double y_range[2];
    size_t columns;
    nsym_texts panels, variations, names;
    size_t count;
    point *point; /* (count) */
} shifts;

/* Is a result of the AUC at the place where a shift stands, which has the variation beside? */
static bool is_nominal(const nsym_result *result, const nsym_result *shift) {
    const nsym_place *place = &result->place;
    if (strcmp(result->metric, "auc_final") != 0 || place->count + 1 != shift->place.count) return false;
    for (size_t i = 0; i < place->count; i++) {
        const char *value = nsym_place_value(&shift->place, place->name[i]);
        if (!value || !nsym_value_same(value, place->value[i])) return false;
    }
    return true;
}

static double nominal_error(const shifts *s, const nsym_result *shift) {
    const nsym_results *results = s->figure->results;
    for (size_t i = 0; i < results->count; i++)
        if (is_nominal(&results->result[i], shift)) return results->result[i].error[s->error];
    return NAN;
}

static nsym_status add(shifts *s, const nsym_result *row, bool first) {
    nsym_arena *arena = s->figure->arena;
    const char *variation = nsym_place_value(&row->place, "variation"),
               *name = nsym_place_value(&row->place, s->series), *panel = nsym_figure_panel(s->figure, &row->place);
    if (!variation || !name || !panel) return NSYM_OK;
    if (first) {
        NSYM_TRY(nsym_texts_add(&s->panels, arena, panel));
        NSYM_TRY(nsym_texts_add(&s->variations, arena, variation)); /* in the card's order */
        return nsym_texts_add(&s->names, arena, name);
    }
    point p = {nsym_texts_find(&s->panels, panel), nsym_texts_find(&s->variations, variation),
               nsym_texts_find(&s->names, name), row, nominal_error(s, row)};
    for (size_t i = 0; i < s->count; i++)
        if (s->point[i].panel == p.panel && s->point[i].variation == p.variation && s->point[i].series == p.series)
            return nsym_fail(NSYM_ENOTFOUND,
                             "several results for %s %s under variation %s: name the experiment or size in `where`, or "
                             "what they differ in in `panels`",
                             s->series, name, variation);
    s->point[s->count++] = p;
    return NSYM_OK;
}

static nsym_status collect(shifts *s) {
    const nsym_result **rows;
    const char *needs[] = {"variation", s->series, NULL};
    size_t n;
    NSYM_TRY(nsym_results_select(s->figure->results, s->figure->arena, "auc_shift", &s->figure->filter, &rows, &n));
    s->point = nsym_arena_alloc(s->figure->arena, n + 1, sizeof *s->point);
    if (!s->point) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", s->figure->name);
    for (size_t i = 0; i < n; i++) NSYM_TRY(add(s, rows[i], true));
    NSYM_TRY(nsym_figure_sort_panels(s->figure, &s->panels, &s->columns));
    for (size_t i = 0; i < n; i++) NSYM_TRY(add(s, rows[i], false));
    if (s->count) return NSYM_OK;
    return nsym_results_missing(s->figure->results, s->figure->arena, "auc_shift", &s->figure->filter, needs);
}

static double known(double error) {
    return isfinite(error) ? error : 0;
}

static double x_of(const shifts *s, const point *p) {
    double names = (double)s->names.count;
    return (double)p->variation + taken * (((double)p->series + 0.5) / names - 0.5);
}

static void set_range(shifts *s, bool given) {
    double most = 0, least = 0;
    if (given) return;
    for (size_t i = 0; i < s->count; i++) {
        const point *p = &s->point[i];
        double error = known(p->row->error[s->error]), nominal = known(p->nominal);
        most = fmax(most, fmax(p->row->mean + error, nominal));
        least = fmin(least, fmin(p->row->mean - error, -nominal));
    }
    double margin = most > least ? 0.06 * (most - least) : 1e-3;
    s->y_range[0] = least - margin;
    s->y_range[1] = most + margin;
}

static void write_csv(const shifts *s, FILE *csv) {
    fputs("panel,series,x,shift,", csv);
    fprintf(csv, "%s,nominal_error,variation,", nsym_error_name[s->error]);
    nsym_csv_text(csv, s->series);
    fputc(',', csv);
    nsym_csv_text(csv, s->figure->panels ? s->figure->panels : "panel_name");
    fputc('\n', csv);
    for (size_t i = 0; i < s->count; i++) {
        const point *p = &s->point[i];
        fprintf(csv, "%zu,%zu,%.9g,%.9g,%.9g,%.9g,", p->panel + 1, p->series + 1, x_of(s, p), p->row->mean,
                known(p->row->error[s->error]), known(p->nominal));
        nsym_csv_text(csv, s->variations.text[p->variation]);
        fputc(',', csv);
        nsym_csv_text(csv, s->names.text[p->series]);
        fputc(',', csv);
        nsym_csv_text(csv, s->panels.text[p->panel]);
        fputc('\n', csv);
    }
}

static size_t colour(const shifts *s, size_t series) {
    return nsym_figure_colour(s->figure, s->series, s->names.text[series]);
}

/* A name as a tic, which gnuplot takes for a format. */
static void write_tic(const shifts *s, FILE *gp, size_t variation) {
    const char *label = nsym_figure_label(s->figure, s->variations.text[variation]);
    char *text = nsym_arena_alloc(s->figure->arena, 2 * strlen(label) + 1, 1), *end = text;
    for (; text && *label; label++) {
        if (*label == '%') *end++ = '%';
        *end++ = *label;
    }
    nsym_gp_quote(gp, text ? text : "");
    fprintf(gp, " %zu", variation);
}

/* The variations' names below their groups, turned where they are long, and lines between these. */
static void write_groups(const shifts *s, FILE *gp, size_t columns) {
    size_t longest = 0, n = s->variations.count;
    for (size_t v = 0; v < n; v++) {
        size_t width = nsym_gp_width(nsym_figure_label(s->figure, s->variations.text[v]));
        if (width > longest) longest = width;
    }
    fputs("  unset mxtics; set xtics scale 0 (", gp);
    for (size_t v = 0; v < n; v++) {
        if (v) fputs(", ", gp);
        write_tic(s, gp, v);
    }
    fprintf(gp, ")%s\n",
            longest * LETTER * n * columns > PANEL + 240 * (columns - 1) ? " rotate by 22 right font ',15'" : "");
    for (size_t v = 0; v + 1 < n; v++)
        fprintf(gp, "  set arrow %zu from %zu.5, graph 0 to %zu.5, graph 1 nohead lw 0.8 lc rgb '#dddddd' back\n",
                v + 1, v, v);
}

static void write_panel(const shifts *s, FILE *gp, size_t panel) {
    fputs("  plot 0 with lines lw 1.2 lc rgb '#444444'", gp);
    for (size_t k = 0; k < s->names.count; k++)
        fprintf(gp, ", \\\n       data using (of(%zu, %zu)):(0):(half):\"nominal_error\" with boxxyerror lt %zu",
                panel + 1, k + 1, colour(s, k));
    for (size_t k = 0; k < s->names.count; k++)
        fprintf(gp,
                ", \\\n       data using (of(%zu, %zu)):(below(1)):(0):(below(-1) - below(1)) with vectors nohead lt "
                "%zu lw 2.2",
                panel + 1, k + 1, colour(s, k));
    for (size_t k = 0; k < s->names.count; k++)
        fprintf(gp, ", \\\n       data using (of(%zu, %zu)):\"shift\" with points lt %zu ps 0.55", panel + 1, k + 1,
                colour(s, k));
    fputc('\n', gp);
}

static void write_legend(const shifts *s, const nsym_sheet *sheet) {
    nsym_sheet_legend(sheet);
    for (size_t k = 0; k < s->names.count; k++) {
        fprintf(sheet->gp, "NaN with points lt %zu ps 0.8 title ", colour(s, k));
        nsym_gp_quote(sheet->gp, nsym_figure_label(s->figure, s->names.text[k]));
        fputs(", \\\n       ", sheet->gp);
    }
    fputs("NaN with boxes fs transparent solid 0.25 noborder lc rgb '#444444' title 'nominal error'\n", sheet->gp);
}

static void write_script(const shifts *s, FILE *gp) {
    const nsym_figure *figure = s->figure;
    size_t characters = strlen("nominal error"), columns = s->columns > 2 ? 2 : s->columns;
    for (size_t k = 0; k < s->names.count; k++) {
        size_t width = nsym_gp_width(nsym_figure_label(figure, s->names.text[k]));
        if (width > characters) characters = width;
    }
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .columns = columns,
                        .rows = (s->panels.count + columns - 1) / columns,
                        .panels = s->panels.count,
                        .titles = figure->panels != NULL,
                        .same_y = true,
                        .own_x = true,
                        .aspect = columns > 1 ? 0.8 : 0.65,
                        .xlabel = *figure->xlabel ? figure->xlabel : "",
                        .ylabel = *figure->ylabel ? figure->ylabel : "shift of the AUC"};
    sheet.legend_lines = nsym_sheet_legend_lines(&sheet, s->names.count + 1, characters);
    nsym_sheet_begin(&sheet);
    for (size_t k = 0; k < s->names.count; k++) nsym_gp_linetype(gp, colour(s, k), s->names.text[k]);
    fprintf(
        gp,
        "set xrange [-0.5:%.6g]\nset yrange [%.6g:%.6g]\n\ndata = '%s.csv'\n"
        "half = %.6g # of a point's width\n"
        "of(p, n) = column('panel') == p && column('series') == n ? column('x') : NaN # the x of a method's points\n"
        "below(side) = column('shift') - side * column('%s') # an end of a bar\n",
        (double)s->variations.count - 0.5, s->y_range[0], s->y_range[1], figure->name,
        0.45 * taken / (double)s->names.count, nsym_error_name[s->error]);
    nsym_sheet_loop(&sheet);
    write_groups(s, gp, columns);
    for (size_t p = 0; p < s->panels.count; p++) {
        nsym_sheet_panel(&sheet, p, figure->panels ? nsym_figure_panel_label(figure, s->panels.text[p]) : "");
        write_panel(s, gp, p);
    }
    fputs("  unset arrow\n", gp);
    write_legend(s, &sheet);
    nsym_sheet_end(&sheet);
}

nsym_status nsym_draw_shifts(nsym_figure *figure, FILE *csv, FILE *gp) {
    shifts s = {.figure = figure, .series = "model"};
    bool given;
    NSYM_TRY(nsym_read_text(figure->reader, "series", &s.series));
    NSYM_TRY(nsym_error_read(figure->reader, &s.error));
    NSYM_TRY(nsym_figure_range(figure, "y_range", s.y_range, &given));
    NSYM_TRY(collect(&s));
    set_range(&s, given);
    write_csv(&s, csv);
    write_script(&s, gp);
    return NSYM_OK;
}
