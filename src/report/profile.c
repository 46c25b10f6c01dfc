/* The mean of one event column in bins of another: a thin line per member, the mean over members with its band. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "report/published.h"
#include <math.h>
#include <nearsym/io.h>
#include <string.h>

typedef struct profile {
    nsym_figure *figure;
    const char *x, *y, *x_unit;
    bool scores;
    size_t bins, files;
    double range[2], y_range[2];
    nsym_texts panels;
    size_t *panel;                  /* (files) */
    const char **member;            /* (files) */
    double *mean;                   /* (files, bins) */
    double *centre, *over, *spread; /* (panels, bins) mean and standard deviation over members */
} profile;

static nsym_status fill(profile *p, size_t index, const nsym_events *events, const char *path) {
    const nsym_column *x = nsym_events_column(events, p->x), *y = nsym_events_column(events, p->y);
    if (!x || !y || x->width != 1 || y->width != 1)
        return nsym_fail(NSYM_ENOTFOUND, "%s has no event column '%s'", path, x && x->width == 1 ? p->y : p->x);
    p->x_unit = nsym_arena_strdup(p->figure->arena, x->unit);
    double *count = nsym_arena_alloc(p->figure->arena, p->bins, sizeof *count);
    if (!p->x_unit || !count) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", p->figure->name);
    double *mean = p->mean + index * p->bins, width = (p->range[1] - p->range[0]) / (double)p->bins;
    for (size_t i = 0; i < events->count; i++) {
        double position = (x->values[i] - p->range[0]) / width;
        if (!(position >= 0 && position < (double)p->bins) || !isfinite(y->values[i])) continue;
        mean[(size_t)position] += y->values[i];
        count[(size_t)position]++;
    }
    for (size_t b = 0; b < p->bins; b++) mean[b] = count[b] > 0 ? mean[b] / count[b] : NAN;
    return NSYM_OK;
}

static void over_members(profile *p, size_t panel) {
    for (size_t b = 0; b < p->bins; b++) {
        double n = 0, sum = 0, squares = 0;
        for (size_t i = 0; i < p->files; i++) {
            double value = p->mean[i * p->bins + b];
            if (p->panel[i] == panel && isfinite(value)) n++, sum += value;
        }
        double mean = sum / n;
        for (size_t i = 0; i < p->files; i++) {
            double value = p->mean[i * p->bins + b];
            if (p->panel[i] == panel && isfinite(value)) squares += (value - mean) * (value - mean);
        }
        p->over[panel * p->bins + b] = n > 0 ? mean : NAN;
        p->spread[panel * p->bins + b] = n > 0 ? sqrt(squares / n) : NAN;
    }
}

static nsym_status fill_all(profile *p) {
    const nsym_result_file **files;
    nsym_arena *arena = p->figure->arena;
    NSYM_TRY(nsym_figure_files(p->figure, p->scores, &files, &p->files, &p->panels));
    size_t cells = p->panels.count * p->bins;
    p->panel = nsym_arena_alloc(arena, p->files, sizeof *p->panel);
    p->member = nsym_arena_alloc(arena, p->files, sizeof *p->member);
    p->mean = nsym_arena_alloc(arena, p->files * p->bins, sizeof *p->mean);
    p->over = nsym_arena_alloc(arena, cells, sizeof *p->over);
    p->spread = nsym_arena_alloc(arena, cells, sizeof *p->spread);
    if (!p->panel || !p->member || !p->mean || !p->over || !p->spread)
        return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", p->figure->name);
    for (size_t i = 0; i < p->files; i++) {
        const char *panel = nsym_figure_panel(p->figure, &files[i]->place);
        const char *member = nsym_place_value(&files[i]->place, "member");
        p->panel[i] = nsym_texts_find(&p->panels, panel);
        p->member[i] = member ? member : files[i]->path;
        nsym_events *events = NULL;
        NSYM_TRY(nsym_figure_read(p->figure, files[i], &events));
        nsym_status status = fill(p, i, events, files[i]->path);
        nsym_events_free(events);
        NSYM_TRY(status);
    }
    for (size_t k = 0; k < p->panels.count; k++) over_members(p, k);
    return NSYM_OK;
}

static void write_curve(const profile *p, FILE *csv, size_t curve, const double *mean, const double *spread,
                        const char *member, const char *panel) {
    for (size_t b = 0; b < p->bins; b++) {
        if (!isfinite(mean[b])) continue;
        fprintf(csv, "%zu,%.9g,%.9g,", curve,
                p->range[0] + (p->range[1] - p->range[0]) * ((double)b + 0.5) / (double)p->bins, mean[b]);
        nsym_csv_number(csv, spread ? spread[b] : NAN);
        fputc(',', csv);
        nsym_csv_text(csv, member);
        fputc(',', csv);
        nsym_csv_text(csv, panel);
        fputc('\n', csv);
    }
}

/* The paper's curve of a panel, or NULL. */
static const nsym_published_curve *published_of(const profile *p, size_t panel) {
    const nsym_published *all = &p->figure->results->published;
    const nsym_place place = {p->figure->panels != NULL, &p->figure->panels, &p->panels.text[panel]};
    for (size_t i = 0; i < all->count; i++)
        if (nsym_published_at(p->figure, &all->curve[i], &place)) return &all->curve[i];
    return NULL;
}

/* Curves 1 ... panels are the means over members, then follow the members, then the paper's, panel by panel. */
static void write_csv(const profile *p, FILE *csv) {
    fputs("curve,centre,mean,std,member,panel\n", csv);
    for (size_t k = 0; k < p->panels.count; k++)
        write_curve(p, csv, k + 1, p->over + k * p->bins, p->spread + k * p->bins, "all", p->panels.text[k]);
    for (size_t i = 0; i < p->files; i++)
        write_curve(p, csv, p->panels.count + i + 1, p->mean + i * p->bins, NULL, p->member[i],
                    p->panels.text[p->panel[i]]);
    for (size_t k = 0; k < p->panels.count; k++) {
        const nsym_published_curve *paper = published_of(p, k);
        for (size_t i = 0; paper && i < paper->count; i++)
            fprintf(csv, "%zu,%.9g,%.9g,,paper,\n", p->panels.count + p->files + k + 1, paper->x[i], paper->y[i]);
    }
}

static void set_range(profile *p, bool given) {
    if (given) return;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < p->files * p->bins; i++)
        if (isfinite(p->mean[i])) low = fmin(low, p->mean[i]), high = fmax(high, p->mean[i]);
    for (size_t i = 0; i < p->panels.count * p->bins; i++)
        if (isfinite(p->over[i]))
            low = fmin(low, p->over[i] - p->spread[i]), high = fmax(high, p->over[i] + p->spread[i]);
    double margin = high > low ? 0.06 * (high - low) : 0.5;
    p->y_range[0] = isfinite(low) ? low - margin : 0;
    p->y_range[1] = isfinite(high) ? high + margin : 1;
}

static void write_script(const profile *p, FILE *gp) {
    nsym_figure *figure = p->figure;
    nsym_arena *arena = figure->arena;
    const char *x = nsym_figure_label(figure, p->x);
    const char *with_unit = *p->x_unit ? nsym_arena_printf(arena, "%s [%s]", x, nsym_gp_plain(arena, p->x_unit)) : x;
    const char *model = "";
    for (size_t i = 0; i < figure->filter.count; i++)
        if (strcmp(figure->filter.condition[i].name, "model") == 0) model = figure->filter.condition[i].choice[0];
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .rows = 1,
                        .columns = p->panels.count,
                        .titles = figure->panels != NULL,
                        .same_y = true,
                        .xlabel = *figure->xlabel ? figure->xlabel
                                  : with_unit     ? with_unit
                                                  : x,
                        .ylabel = *figure->ylabel ? figure->ylabel : nsym_figure_label(figure, p->y)};
    bool paper = false;
    sheet.legend_lines = 1;
    nsym_sheet_begin(&sheet);
    size_t lt = nsym_figure_colour(figure, "model", model);
    nsym_gp_linetype(gp, lt, *model ? model : "mean over trainings");
    fprintf(gp,
            "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\n\n"
            "data = '%s.csv'\n"
            "of(n) = column('curve') == n ? column('centre') : NaN # the x of curve n; column 'curve' counts them\n"
            "edge(side) = column('mean') + side * column('std') # of the band\n",
            p->range[0], p->range[1], p->y_range[0], p->y_range[1], figure->name);
    nsym_sheet_loop(&sheet);
    for (size_t k = 0; k < p->panels.count; k++) {
        nsym_sheet_panel(&sheet, k, figure->panels ? nsym_figure_panel_label(figure, p->panels.text[k]) : "");
        fprintf(gp, "  plot data using (of(%zu)):(edge(-1)):(edge(1)) with filledcurves lt %zu", k + 1, lt);
        for (size_t i = 0; i < p->files; i++)
            if (p->panel[i] == k)
                fprintf(gp, ", \\\n       data using (of(%zu)):\"mean\" with lines lc rgb '#999999' lw 1",
                        p->panels.count + i + 1);
        fprintf(gp, ", \\\n       data using (of(%zu)):\"mean\" with lines lt %zu lw 3", k + 1, lt);
        if (published_of(p, k))
            fprintf(gp, ", \\\n       data using (of(%zu)):\"mean\" with points lt %zu pt 6 ps 0.7 lw 1.4",
                    p->panels.count + p->files + k + 1, lt);
        fputc('\n', gp);
        paper |= published_of(p, k) != NULL;
    }
    nsym_sheet_legend(&sheet);
    fprintf(gp,
            "NaN with lines lt %zu lw 3 title 'mean over trainings', \\\n"
            "       NaN with lines lc rgb '#999999' lw 1 title 'each training'%s\n",
            lt, paper ? NSYM_PUBLISHED_LEGEND : "");
    nsym_sheet_end(&sheet);
}

nsym_status nsym_draw_profile(nsym_figure *figure, FILE *csv, FILE *gp) {
    profile p = {.figure = figure, .bins = 30, .x_unit = ""};
    nsym_reader r = figure->reader;
    static const char *const data[] = {"scores", "samples", NULL};
    size_t source = 0;
    bool given, y_given;
    NSYM_TRY(nsym_read_choice(r, "data", data, &source));
    p.scores = source == 0;
    NSYM_TRY(nsym_read_text(r, "x", &p.x));
    NSYM_TRY(nsym_read_text(r, "y", &p.y));
    NSYM_TRY(nsym_figure_bins(figure, &p.bins));
    NSYM_TRY(nsym_figure_range(figure, "range", p.range, &given));
    NSYM_TRY(nsym_figure_range(figure, "y_range", p.y_range, &y_given));
    if (!p.x || !p.y || !given) return nsym_fail_at(figure->card, r.node, "%s needs x, y and a range", r.where);
    NSYM_TRY(fill_all(&p));
    set_range(&p, y_given);
    write_csv(&p, csv);
    write_script(&p, gp);
    return NSYM_OK;
}
