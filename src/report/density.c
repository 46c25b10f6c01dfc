/* How two event columns are distributed together: a colour map per panel. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <math.h>
#include <nearsym/io.h>
#include <stdlib.h>
#include <string.h>

typedef struct density {
    nsym_figure *figure;
    const char *x, *y, *x_unit, *y_unit;
    bool scores, normalise;
    size_t bins[2];
    double x_range[2], y_range[2];
    nsym_texts panels;
    double *sum; /* (panels, bins[0], bins[1]) */
} density;

static nsym_status fill(density *d, double *sum, const nsym_events *events, const char *path) {
    const nsym_column *x = nsym_events_column(events, d->x), *y = nsym_events_column(events, d->y);
    if (!x || !y || x->width != 1 || y->width != 1)
        return nsym_fail(NSYM_ENOTFOUND, "%s has no event column '%s'", path, x && x->width == 1 ? d->y : d->x);
    d->x_unit = nsym_arena_strdup(d->figure->arena, x->unit);
    d->y_unit = nsym_arena_strdup(d->figure->arena, y->unit);
    if (!d->x_unit || !d->y_unit) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", d->figure->name);
    double nx = (double)d->bins[0], ny = (double)d->bins[1];
    for (size_t i = 0; i < events->count; i++) {
        double a = (x->values[i] - d->x_range[0]) / (d->x_range[1] - d->x_range[0]) * nx;
        double b = (y->values[i] - d->y_range[0]) / (d->y_range[1] - d->y_range[0]) * ny;
        if (a >= 0 && a < nx && b >= 0 && b < ny) sum[(size_t)a * d->bins[1] + (size_t)b]++;
    }
    return NSYM_OK;
}

static nsym_status fill_all(density *d) {
    const nsym_result_file **files;
    size_t n, cells = d->bins[0] * d->bins[1];
    NSYM_TRY(nsym_figure_files(d->figure, d->scores, &files, &n, &d->panels));
    d->sum = nsym_arena_alloc(d->figure->arena, d->panels.count * cells, sizeof *d->sum);
    if (!d->sum) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", d->figure->name);
    for (size_t i = 0; i < n; i++) {
        const char *panel = nsym_figure_panel(d->figure, &files[i]->place);
        nsym_events *events = NULL;
        NSYM_TRY(nsym_figure_read(d->figure, files[i], &events));
        nsym_status status = fill(d, d->sum + nsym_texts_find(&d->panels, panel) * cells, events, files[i]->path);
        nsym_events_free(events);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

/* Each panel becomes fractions: of its events, or, normalised, of the events at the same x. */
static void normalise(density *d) {
    size_t nx = d->bins[0], ny = d->bins[1];
    for (size_t p = 0; p < d->panels.count; p++) {
        double *sum = d->sum + p * nx * ny, all = 0;
        for (size_t i = 0; i < nx * ny; i++) all += sum[i];
        for (size_t a = 0; a < nx; a++) {
            double column = 0, total = all;
            for (size_t b = 0; b < ny; b++) column += sum[a * ny + b];
            if (d->normalise) total = column;
            for (size_t b = 0; b < ny && total > 0; b++) sum[a * ny + b] /= total;
        }
    }
}

static void write_csv(const density *d, FILE *csv) {
    size_t nx = d->bins[0], ny = d->bins[1];
    fputs("map,x,y,fraction,panel\n", csv);
    for (size_t p = 0; p < d->panels.count; p++)
        for (size_t a = 0; a < nx; a++)
            for (size_t b = 0; b < ny; b++) {
                double fraction = d->sum[(p * nx + a) * ny + b];
                fprintf(csv, "%zu,%.9g,%.9g,", p + 1,
                        d->x_range[0] + (d->x_range[1] - d->x_range[0]) * ((double)a + 0.5) / (double)nx,
                        d->y_range[0] + (d->y_range[1] - d->y_range[0]) * ((double)b + 0.5) / (double)ny);
                nsym_csv_number(csv, fraction);
                fputc(',', csv);
                nsym_csv_text(csv, d->panels.text[p]);
                fputc('\n', csv);
            }
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The scale ends at the 98 % quantile of the filled cells, so that a narrow ridge does not darken the other maps. */
static double scale_end(const density *d) {
    size_t cells = d->panels.count * d->bins[0] * d->bins[1], n = 0;
    double *filled = nsym_arena_alloc(d->figure->arena, cells, sizeof *filled);
    for (size_t i = 0; filled && i < cells; i++)
        if (d->sum[i] > 0) filled[n++] = d->sum[i];
    if (n == 0) return 1;
    qsort(filled, n, sizeof *filled, by_value);
    return filled[(n - 1) * 98 / 100];
}

static const char *axis(const density *d, const char *given, const char *column, const char *unit) {
    nsym_arena *arena = d->figure->arena;
    const char *label = nsym_figure_label(d->figure, column);
    if (*given) return given;
    const char *text = *unit ? nsym_arena_printf(arena, "%s [%s]", label, nsym_gp_plain(arena, unit)) : label;
    return text ? text : label;
}

static void write_script(const density *d, FILE *gp) {
    nsym_figure *figure = d->figure;
    size_t cells = d->bins[0] * d->bins[1];
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .rows = 1,
                        .columns = d->panels.count,
                        .titles = figure->panels != NULL,
                        .same_y = true,
                        .colour_scale = true,
                        .xlabel = axis(d, figure->xlabel, d->x, d->x_unit),
                        .ylabel = axis(d, figure->ylabel, d->y, d->y_unit)};
    nsym_sheet_begin(&sheet);
    fprintf(gp,
            "# Viridis: perceptually uniform\n"
            "set palette defined (0 '#440154', 1 '#482878', 2 '#3E4A89', 3 '#31688E', 4 '#26828E', 5 '#1F9E89', "
            "6 '#35B779', 7 '#6DCD59', 8 '#B4DE2C', 9 '#FDE725')\n"
            "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\nset cbrange [0:%.4g]\n"
            "set tics front\nset style fill solid 1 noborder\nunset datafile missing\n"
            "set cblabel '%s' offset 1.2,0\nset format cb '%%h'\nunset colorbox\n\ndata = '%s.csv'\n"
            "filled(n) = column(n) > 0 ? column(n) : NaN # empty cells stay white\n",
            d->x_range[0], d->x_range[1], d->y_range[0], d->y_range[1], scale_end(d),
            d->normalise ? "fraction of events at this x" : "fraction of events", figure->name);
    nsym_sheet_loop(&sheet);
    for (size_t p = 0; p < d->panels.count; p++) {
        nsym_sheet_panel(&sheet, p, figure->panels ? nsym_figure_panel_label(figure, d->panels.text[p]) : "");
        if (p + 1 == d->panels.count) fprintf(gp, "  set colorbox\n");
        fprintf(gp, "  plot data every ::%zu::%zu using \"x\":\"y\":(filled(4)) with image\n", p * cells,
                (p + 1) * cells - 1);
    }
    fprintf(gp, "  unset colorbox\n");
    nsym_sheet_end(&sheet);
}

nsym_status nsym_draw_density(nsym_figure *figure, FILE *csv, FILE *gp) {
    density d = {.figure = figure, .x_unit = "", .y_unit = "", .bins = {60, 50}};
    nsym_reader r = figure->reader;
    static const char *const data[] = {"scores", "samples", NULL};
    size_t source = 0;
    bool x_given, y_given;
    NSYM_TRY(nsym_read_choice(r, "data", data, &source));
    d.scores = source == 0;
    NSYM_TRY(nsym_read_text(r, "x", &d.x));
    NSYM_TRY(nsym_read_text(r, "y", &d.y));
    NSYM_TRY(nsym_read_bool(r, "normalise", &d.normalise));
    NSYM_TRY(nsym_figure_range(figure, "x_range", d.x_range, &x_given));
    NSYM_TRY(nsym_figure_range(figure, "y_range", d.y_range, &y_given));
    NSYM_TRY(nsym_figure_bin_pair(figure, d.bins));
    if (!d.x || !d.y || !x_given || !y_given)
        return nsym_fail_at(figure->card, r.node, "%s needs x, y, x_range and y_range", r.where);
    NSYM_TRY(fill_all(&d));
    normalise(&d);
    write_csv(&d, csv);
    write_script(&d, gp);
    return NSYM_OK;
}
