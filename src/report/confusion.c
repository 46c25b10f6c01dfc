/* The confusion matrix of two classes: how much of each is taken for which at a threshold on the output. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One panel: [true class][taken for], signal 1, background 0. */
typedef struct counts {
    double sum[2][2], squares[2][2]; /* of the weights */
} counts;

typedef struct confusion {
    nsym_figure *figure;
    double threshold;
    bool weighted;
    nsym_texts panels;
    size_t columns;
    counts *panel; /* (panels) */
} confusion;

static nsym_status no_memory(const confusion *c) {
    return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", c->figure->name);
}

static nsym_status count(const confusion *c, const nsym_events *events, const char *path, counts *to) {
    const nsym_column *label, *output, *weight = NULL;
    NSYM_TRY(nsym_figure_column(events, path, "label", &label));
    NSYM_TRY(nsym_figure_column(events, path, "output", &output));
    if (c->weighted) NSYM_TRY(nsym_figure_column(events, path, "weight", &weight));
    for (size_t i = 0; i < events->count; i++) {
        double truth = label->values[i], w = weight ? weight->values[i] : 1;
        if (truth != 0 && truth != 1)
            return nsym_fail(NSYM_ENOTFOUND, "%s: the label of event %zu is %g, and two classes, 0 and 1, are shown",
                             path, i + 1, truth);
        size_t taken = output->values[i] >= c->threshold;
        to->sum[truth == 1][taken] += w;
        to->squares[truth == 1][taken] += w * w;
    }
    return NSYM_OK;
}

static nsym_status fill(confusion *c) {
    const nsym_result_file **files;
    size_t n;
    NSYM_TRY(nsym_figure_files(c->figure, true, &files, &n, &c->panels));
    NSYM_TRY(nsym_figure_sort_panels(c->figure, &c->panels, &c->columns));
    c->panel = nsym_arena_alloc(c->figure->arena, c->panels.count, sizeof *c->panel);
    if (!c->panel) return no_memory(c);
    for (size_t i = 0; i < n; i++) {
        nsym_events *events = NULL;
        size_t panel = nsym_texts_find(&c->panels, nsym_figure_panel(c->figure, &files[i]->place));
        NSYM_TRY(nsym_figure_read(c->figure, files[i], &events));
        nsym_status status = count(c, events, files[i]->path, &c->panel[panel]);
        nsym_events_free(events);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

/* The share of a class that is taken for `taken`, and its binomial error by the weights; NaN where there is none of it.
 */
static double share_of(const counts *p, size_t truth, size_t taken, double *error) {
    double all = p->sum[truth][0] + p->sum[truth][1], share = p->sum[truth][taken] / all;
    double rest = 1 - share;
    *error = sqrt(p->squares[truth][taken] * rest * rest + p->squares[truth][!taken] * share * share) / fabs(all);
    return share;
}

static const char *class_label(const confusion *c, size_t class) {
    const char *value = class ? "1" : "0", *label = nsym_figure_label(c->figure, value);
    return strcmp(label, value) != 0 ? label : class ? "signal" : "background";
}

static void write_csv(const confusion *c, FILE *csv) {
    fputs("panel,truth,taken_for,share,error,events,true_class,taken_class,", csv);
    nsym_csv_text(csv, c->figure->panels ? c->figure->panels : "panel_name");
    fputc('\n', csv);
    for (size_t p = 0; p < c->panels.count; p++)
        for (size_t i = 0; i < 4; i++) {
            size_t truth = 1 - i / 2, taken = 1 - i % 2;
            double error, share = share_of(&c->panel[p], truth, taken, &error);
            fprintf(csv, "%zu,%zu,%zu,", p + 1, i / 2 + 1, i % 2 + 1); /* signal first */
            nsym_csv_number(csv, share);
            fputc(',', csv);
            nsym_csv_number(csv, error);
            fputc(',', csv);
            nsym_csv_number(csv, c->panel[p].sum[truth][taken]);
            fputc(',', csv);
            nsym_csv_text(csv, class_label(c, truth));
            fputc(',', csv);
            nsym_csv_text(csv, class_label(c, taken));
            fputc(',', csv);
            nsym_csv_text(csv, c->panels.text[p]);
            fputc('\n', csv);
        }
}

static void write_tics(const confusion *c, FILE *gp, const char *axis, const char *how) {
    fprintf(gp, "  set %stics (", axis);
    for (size_t k = 0; k < 2; k++) {
        if (k) fputs(", ", gp);
        nsym_gp_quote(gp, class_label(c, 1 - k));
        fprintf(gp, " %zu", k + 1);
    }
    fprintf(gp, ") %s\n", how);
}

static void write_script(const confusion *c, FILE *gp) {
    const nsym_figure *figure = c->figure;
    size_t columns = c->columns > 4 ? 4 : c->columns;
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .columns = columns,
                        .rows = (c->panels.count + columns - 1) / columns,
                        .panels = c->panels.count,
                        .titles = figure->panels != NULL,
                        .same_y = true,
                        .aspect = columns > 2 ? 0.7 : 0.5,
                        .xlabel = *figure->xlabel ? figure->xlabel : "assigned class",
                        .ylabel = *figure->ylabel ? figure->ylabel : "true class"};
    nsym_sheet_begin(&sheet);
    fprintf(gp,
            "set xrange [0.5:2.5]\nset yrange [2.5:0.5]\nset cbrange [0:1]\nset style fill solid 1 noborder\n"
            "set palette defined (0 '#F3F7FB', 1 '#C6DBEF', 2 '#8FBFDF', 3 '#4E97C6', 4 '#2171B5', 5 '#08468A')\n\n"
            "data = '%s.csv'\n"
            "of(n) = column('panel') == n ? column('taken_for') : NaN\n"
            "text(unused) = sprintf('%%.3f ± %%.3f', column('share'), column('error'))\n"
            "ink(unused) = column('share') > 0.55 ? 0xffffff : 0x1d2330\n",
            figure->name);
    nsym_sheet_loop(&sheet);
    fputs("  unset colorbox; unset mxtics; unset mytics; set tics scale 0\n", gp);
    for (size_t p = 0; p < c->panels.count; p++) {
        nsym_sheet_panel(&sheet, p, figure->panels ? nsym_figure_panel_label(figure, c->panels.text[p]) : "");
        if (p + columns >= c->panels.count)
            write_tics(c, gp, "x", "");
        else
            fputs("  set xtics ('' 1)\n", gp);
        if (p % columns == 0)
            write_tics(c, gp, "y", "rotate by 90 center");
        else
            fputs("  set ytics ('' 1)\n", gp);
        fprintf(gp,
                "  plot data using (of(%zu)):\"truth\":(0.49):(0.48):\"share\" with boxxyerror lc palette, \\\n"
                "       data using (of(%zu)):\"truth\":(text(0)):(ink(0)) with labels center font ',16' tc rgb "
                "variable\n",
                p + 1, p + 1);
    }
    nsym_sheet_end(&sheet);
}

nsym_status nsym_draw_confusion(nsym_figure *figure, FILE *csv, FILE *gp) {
    confusion c = {.figure = figure, .threshold = 0.5};
    NSYM_TRY(nsym_read_number(figure->reader, "threshold", 0, 1, &c.threshold));
    NSYM_TRY(nsym_read_bool(figure->reader, "weight", &c.weighted));
    NSYM_TRY(fill(&c));
    write_csv(&c, csv);
    write_script(&c, gp);
    return NSYM_OK;
}
