/* A heat map of how the values of a coordinate stand to each other: the row of value a has, in column b, a's result of
   the metric METRIC_b. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pixels: a cell, a letter of the labels, room around. */
enum { CELL_WIDTH = 92, CELL_HEIGHT = 52, LETTER = 10, ROOM = 22, SCALE = 96 };
enum { MOST = 64 /* values */ };

typedef struct matrix {
    nsym_figure *figure;
    const char *metric, *rows;
    double diagonal; /* NaN: nothing stands there */
    nsym_texts names;
    const nsym_result **cell; /* (names, names) or NULL where there is none */
    double low, high;         /* of the means */
} matrix;

/* The value that a row's metric has at its end, "b" of "ado_b", or NULL. */
static const char *other_of(const matrix *m, const nsym_result *row) {
    size_t length = strlen(m->metric);
    bool own = strncmp(row->metric, m->metric, length) == 0 && row->metric[length] == '_';
    return own ? row->metric + length + 1 : NULL;
}

static nsym_status not_there(const matrix *m) {
    return nsym_fail(NSYM_ENOTFOUND, "the study has no %s_NAME of two values of %s%s%s (yet)", m->metric, m->rows,
                     m->figure->filter.count ? " with " : "", nsym_filter_text(&m->figure->filter, m->figure->arena));
}

/* The values that have such a metric, in the order of their coming. */
static nsym_status take_names(matrix *m) {
    const nsym_results *results = m->figure->results;
    for (size_t i = 0; i < results->count; i++) {
        const nsym_result *row = &results->result[i];
        const char *name = nsym_place_value(&row->place, m->rows);
        if (!name || !other_of(m, row) || !nsym_filter_passes(&m->figure->filter, &row->place)) continue;
        NSYM_TRY(nsym_texts_add(&m->names, m->figure->arena, name));
        if (m->names.count > MOST)
            return nsym_fail(NSYM_ENOTFOUND, "more than %d values of %s have %s: choose some in `where`", MOST, m->rows,
                             m->metric);
    }
    return m->names.count < 2 ? not_there(m) : NSYM_OK;
}

static nsym_status take_cells(matrix *m) {
    nsym_arena *arena = m->figure->arena;
    size_t n = m->names.count, found = 0;
    m->cell = nsym_arena_alloc(arena, n * n, sizeof *m->cell);
    if (!m->cell) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", m->figure->name);
    for (size_t i = 0; i < n * n; i++) {
        const char *metric = nsym_arena_printf(arena, "%s_%s", m->metric, m->names.text[i % n]);
        nsym_filter filter;
        if (!metric) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", m->figure->name);
        NSYM_TRY(nsym_filter_add(&filter, arena, &m->figure->filter, m->rows, m->names.text[i / n]));
        NSYM_TRY(nsym_results_one(m->figure->results, arena, metric, &filter, &m->cell[i]));
        if (m->cell[i] && !isfinite(m->cell[i]->mean)) m->cell[i] = NULL;
        if (!m->cell[i]) continue;
        m->low = found ? fmin(m->low, m->cell[i]->mean) : m->cell[i]->mean;
        m->high = found ? fmax(m->high, m->cell[i]->mean) : m->cell[i]->mean;
        found++;
    }
    if (found == 0) return not_there(m);
    if (!(m->high > m->low)) m->high = m->low + 1e-3;
    return NSYM_OK;
}

/* Rows from the top, columns from the left, both from 1. The scale does not reach to the diagonal, which has no colour.
 */
static void write_csv(const matrix *m, FILE *csv) {
    size_t n = m->names.count;
    fputs("row,column,mean,std,members,", csv);
    nsym_csv_text(csv, m->rows);
    fputs(",other\n", csv);
    for (size_t i = 0; i < n * n; i++) {
        const nsym_result *cell = m->cell[i];
        double own = i / n == i % n ? m->diagonal : NAN;
        if (!cell && isnan(own)) continue;
        fprintf(csv, "%zu,%zu,", i / n + 1, i % n + 1);
        nsym_csv_number(csv, cell ? cell->mean : own);
        fputc(',', csv);
        nsym_csv_number(csv, cell ? cell->error[NSYM_STD] : NAN);
        fputc(',', csv);
        if (cell) fprintf(csv, "%zu", cell->members);
        fputc(',', csv);
        nsym_csv_text(csv, m->names.text[i / n]);
        fputc(',', csv);
        nsym_csv_text(csv, m->names.text[i % n]);
        fputc('\n', csv);
    }
}

static void write_tics(const matrix *m, FILE *gp, const char *axis, const char *how) {
    fprintf(gp, "  set %stics (", axis);
    for (size_t i = 0; i < m->names.count; i++) {
        if (i) fputs(", ", gp);
        nsym_gp_quote(gp, nsym_figure_label(m->figure, m->names.text[i]));
        fprintf(gp, " %zu", i + 1);
    }
    fprintf(gp, ") %s\n", how);
}

static void write_script(const matrix *m, FILE *gp) {
    size_t n = m->names.count, characters = 0;
    for (size_t i = 0; i < n; i++) {
        size_t width = nsym_gp_width(nsym_figure_label(m->figure, m->names.text[i]));
        if (width > characters) characters = width;
    }
    bool turned = characters * LETTER > CELL_WIDTH - LETTER;
    double labels = (double)characters * LETTER + ROOM, inside = (double)(n * CELL_WIDTH),
           below = turned ? 0.6 * labels + ROOM : 2.4 * ROOM;
    nsym_sheet sheet = {.figure = m->figure, .gp = gp, .rows = 1, .columns = 1};
    nsym_sheet_begin(&sheet);
    sheet.width = labels + inside + SCALE;
    sheet.height = ROOM + (double)(n * CELL_HEIGHT) + below;
    fprintf(
        gp,
        "set xrange [0.5:%zu.5]\nset yrange [%zu.5:0.5]\nset cbrange [%.6g:%.6g]\nset style fill solid 1 noborder\n"
        "# From light to dark, even steps to the eye\n"
        "set palette defined (0 '#F3F7FB', 1 '#C6DBEF', 2 '#8FBFDF', 3 '#4E97C6', 4 '#2171B5', 5 '#08468A')\n\n"
        "data = '%s.csv'\n"
        "off(n) = column('row') != column('column') ? column(n) : NaN # the diagonal\n"
        "on(n) = column('row') == column('column') ? column(n) : NaN\n"
        "number(unused) = sprintf('%%.3f', column('mean'))\n"
        "ink(unused) = column('row') == column('column') ? 0x8a929e : column('mean') > %.6g ? 0xffffff : 0x1d2330\n",
        n, n, m->low, m->high, m->figure->name, m->low + 0.55 * (m->high - m->low));
    nsym_sheet_loop(&sheet);
    fprintf(gp,
            "  set lmargin at screen %.4f; set rmargin at screen %.4f; set bmargin at screen %.4f; set tmargin at "
            "screen %.4f\n  unset mxtics; unset mytics; unset border; set tics scale 0\n",
            labels / sheet.width, (labels + inside) / sheet.width, below / sheet.height, 1 - ROOM / sheet.height);
    write_tics(m, gp, "x", turned ? "rotate by -35 left" : "");
    write_tics(m, gp, "y", "");
    fprintf(gp, "  set colorbox user origin screen %.4f, screen %.4f size screen %.4f, screen %.4f\n",
            (labels + inside + 14) / sheet.width, below / sheet.height, 16 / sheet.width,
            (double)(n * CELL_HEIGHT) / sheet.height);
    fputs("  plot data using (off('column')):\"row\":(0.485):(0.475):\"mean\" with boxxyerror lc palette, \\\n"
          "       data using (on('column')):\"row\":(0.485):(0.475) with boxxyerror lc rgb '#eceff3', \\\n"
          "       data using \"column\":\"row\":(number(0)):(ink(0)) with labels center font ',17' tc rgb variable\n",
          gp);
    nsym_sheet_end(&sheet);
}

nsym_status nsym_draw_matrix(nsym_figure *figure, FILE *csv, FILE *gp) {
    matrix m = {.figure = figure, .rows = "model", .diagonal = NAN};
    nsym_reader r = figure->reader;
    NSYM_TRY(nsym_read_text(r, "metric", &m.metric));
    NSYM_TRY(nsym_read_text(r, "rows", &m.rows));
    NSYM_TRY(nsym_read_number(r, "diagonal", -1e9, 1e9, &m.diagonal));
    if (!m.metric)
        return nsym_fail_at(figure->card, r.node, "%s has no metric: ado shows ado_a, ado_b, ... of every model",
                            r.where);
    NSYM_TRY(take_names(&m));
    NSYM_TRY(take_cells(&m));
    write_csv(&m, csv);
    write_script(&m, gp);
    return NSYM_OK;
}
