/* The figure of a mass fit: the spectrum with the fit and its background, and the pulls. */
#define _GNU_SOURCE /* asprintf */
#include <nearsym/report.h>

#include "base/arena.h"
#include "base/atomic_file.h"
#include "base/fail.h"
#include "report/gnuplot.h"
#include "report/published.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_BINS = 40, MOST_BINS = 10000 };

typedef struct {
    const nsym_mass_fit *fit;
    size_t bins;
    double *edges, *seen, *squares, *signal, *background; /* (bins + 1), (bins) events; of their weights' squares */
    size_t lines;
    const char *line[4];               /* what the fit says, in the drawing */
    const nsym_published_curve *paper; /* a density of the mass, or NULL */
} spectrum;

static nsym_status fill(spectrum *s, nsym_arena *arena, const double *masses, const double *weights, size_t n) {
    const nsym_mass_fit *fit = s->fit;
    double *memory = nsym_arena_alloc(arena, 5 * s->bins + 1, sizeof *memory);
    if (!memory) return nsym_fail(NSYM_ENOMEM, "no memory for %zu bins", s->bins);
    s->seen = memory, s->signal = memory + s->bins, s->background = memory + 2 * s->bins;
    s->squares = memory + 3 * s->bins, s->edges = memory + 4 * s->bins;
    double width = (fit->high - fit->low) / (double)s->bins;
    for (size_t k = 0; k <= s->bins; k++) s->edges[k] = fit->low + width * (double)k;
    NSYM_TRY(nsym_mass_shares(s->signal, s->background, fit, s->edges, s->bins));
    for (size_t i = 0; i < n; i++) {
        if (!(masses[i] > fit->low && masses[i] < fit->high)) continue;
        size_t bin = (size_t)((masses[i] - fit->low) / width);
        double weight = weights ? weights[i] : 1;
        if (bin >= s->bins) bin = s->bins - 1;
        s->seen[bin] += weight;
        s->squares[bin] += weight * weight;
    }
    for (size_t k = 0; k < s->bins; k++) s->signal[k] *= fit->signal, s->background[k] *= fit->background;
    return NSYM_OK;
}

/* The paper's density as events of our bins, at its x; "" elsewhere. */
static void write_paper_csv(const spectrum *s, FILE *csv) {
    double all = 0, width = (s->fit->high - s->fit->low) / (double)s->bins;
    for (size_t k = 0; k < s->bins; k++) all += s->seen[k];
    for (size_t i = 0; s->paper && i < s->paper->count; i++)
        fprintf(csv, "%.9g,,,,,,,%.9g\n", s->paper->x[i], s->paper->y[i] * all * width);
}

static void write_csv(const spectrum *s, FILE *csv) {
    fprintf(csv, "mass,events,error,fit,signal,background,pull%s\n", s->paper ? ",paper" : "");
    for (size_t k = 0; k < s->bins; k++) {
        double expected = s->signal[k] + s->background[k];
        double worth = s->seen[k] > 0 ? s->squares[k] / s->seen[k] : 1; /* of an event; 1 without weights */
        fprintf(csv, "%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g%s\n", (s->edges[k] + s->edges[k + 1]) / 2, s->seen[k],
                sqrt(s->squares[k]), expected, s->signal[k], s->background[k],
                expected > 0 ? (s->seen[k] - expected) / sqrt(expected * worth) : 0, s->paper ? "," : "");
    }
    write_paper_csv(s, csv);
}

/* The end of the y axis, above which the lines of text have room. */
static const char *top_of(const spectrum *s, char text[32]) {
    double most = 0;
    for (size_t k = 0; k < s->bins; k++) most = fmax(most, fmax(s->seen[k], s->signal[k] + s->background[k]));
    snprintf(text, 32, "%.4g", (1.15 + 0.13 * (double)s->lines) * most);
    return text;
}

static void write_script(const spectrum *s, const nsym_figure *figure, FILE *gp) {
    char range[32];
    nsym_sheet sheet = {
        .figure = figure, .gp = gp, .rows = 2, .columns = 1, .xlabel = "mass [GeV]", .ylabel = "events"};
    sheet.legend_lines = nsym_sheet_legend_lines(&sheet, s->paper ? 5 : 4, strlen("background"));
    nsym_sheet_begin(&sheet);
    nsym_gp_linetype(gp, 1, "the fit");
    nsym_gp_linetype(gp, 2, "its background");
    nsym_gp_linetype(gp, 3, "its signal");
    fprintf(gp, "data = '%s.csv'", figure->name);
    fprintf(gp, "\nset xrange [%.9g:%.9g]\n", s->fit->low, s->fit->high);
    nsym_sheet_loop(&sheet);
    nsym_sheet_legend(&sheet);
    fputs("NaN with points pt 7 ps 0.5 lc rgb '#222222' title 'events', \\\n"
          "       NaN with lines lt 1 title 'fit', \\\n"
          "       NaN with lines lt 3 title 'signal', \\\n"
          "       NaN with lines lt 2 title 'background'",
          gp);
    fputs(s->paper ? NSYM_PUBLISHED_LEGEND : "", gp);
    fputs("\n  set border; set xtics; set ytics; unset key\n", gp);
    for (size_t i = 0; i < s->lines; i++) {
        fprintf(gp, "  set label %zu ", i + 1);
        nsym_gp_quote(gp, s->line[i]);
        fprintf(gp, " at graph 0.03, graph %.3f left\n", 0.93 - 0.09 * (double)i);
    }
    nsym_sheet_panel(&sheet, 0, "");
    fprintf(gp, "  set yrange [0:%s]\n", s->lines ? top_of(s, range) : "*");
    fputs("  plot data using 1:2:3 with yerrorbars pt 7 ps 0.5 lc rgb '#222222', \\\n"
          "       data using 1:4 with lines lt 1, data using 1:5 with lines lt 3, data using 1:6 with lines lt 2",
          gp);
    fputs(s->paper ? ", \\\n       data using 1:8 with points lc rgb '#444444' pt 6 ps 0.6 lw 1.4\n" : "\n", gp);
    fputs("  unset label\n", gp);
    sheet.ylabel = "pull";
    nsym_sheet_panel(&sheet, 1, "");
    fputs("  set yrange [*<-4:4<*]\n"
          "  plot data using 1:7 with impulses lw 2 lc rgb '#555555', 0 with lines lw 1 lc rgb '#222222'\n",
          gp);
    nsym_sheet_end(&sheet);
}

/* Opens FOLDER/NAME.ending for writing. */
static nsym_status open_file(nsym_atomic_file **file, FILE **out, const char *folder, const char *name,
                             const char *ending) {
    char *path;
    if (asprintf(&path, "%s/%s.%s", folder, name, ending) < 0) return nsym_fail(NSYM_ENOMEM, "no memory for a path");
    nsym_status status = nsym_atomic_stream_open(file, out, path);
    free(path);
    return status;
}

static nsym_status write_files(const spectrum *s, const char *folder, const char *name) {
    nsym_atomic_file *file;
    FILE *stream;
    NSYM_TRY(open_file(&file, &stream, folder, name, "csv"));
    write_csv(s, stream);
    NSYM_TRY(nsym_atomic_stream_close(file, stream, NSYM_OK));
    NSYM_TRY(open_file(&file, &stream, folder, name, "gp"));
    const nsym_figure figure = {.name = name, .title = "A mass spectrum and its fit"};
    write_script(s, &figure, stream);
    return nsym_atomic_stream_close(file, stream, NSYM_OK);
}

nsym_status nsym_report_mass_fit(char **note, const char *path, const nsym_mass_fit *fit, const double *masses,
                                 const double *weights, size_t n, size_t bins) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');
    *note = NULL;
    if (!dot || dot == base || (strcmp(dot, ".svg") != 0 && strcmp(dot, ".pdf") != 0))
        return nsym_fail(NSYM_EINVAL, "the figure is \"%s\", must end in .svg or .pdf", path);
    for (const char *c = base; *c; c++)
        if ((unsigned char)*c < ' ' || *c == '\'' || *c == 127)
            return nsym_fail(NSYM_EINVAL,
                             "the figure's name \"%s\" has a quote or a control character, which gnuplot "
                             "cannot take",
                             base);
    if (bins > MOST_BINS) return nsym_fail(NSYM_EINVAL, "%zu bins, a figure has at most %d", bins, MOST_BINS);
    nsym_arena *arena = nsym_arena_new();
    char *folder = arena ? nsym_arena_printf(arena, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".") : NULL;
    char *name = arena ? nsym_arena_printf(arena, "%.*s", (int)(dot - base), base) : NULL;
    nsym_status status = folder && name ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a figure");
    if (status == NSYM_OK && !*folder) folder = "/";
    spectrum s = {.fit = fit, .bins = bins ? bins : USUAL_BINS};
    if (status == NSYM_OK) status = fill(&s, arena, masses, weights, n);
    if (status == NSYM_OK) status = write_files(&s, folder, name);
    if (status == NSYM_OK) status = nsym_gnuplot_run_in(folder, folder, name, note);
    nsym_arena_free(arena);
    return status;
}

/* Counts of the events that are fitted: inside and outside what holds the signal region, all of them and by the truth.
 */
typedef struct {
    double events[2], prompt[2]; /* 1: the signal region */
    bool by_label, truth;        /* it is label 1; the truth is known */
} shares;

/* The signal region is label 1 where all of its events lie in the region; else it is the region. */
static shares count_shares(const nsym_mass_fit *fit, const nsym_events *events, const double *masses,
                           const double region[2]) {
    const nsym_column *label = nsym_events_column(events, "label"), *truth = nsym_events_column(events, "truth");
    shares out = {.by_label = label && label->width == 1, .truth = truth && truth->width == 1};
    for (size_t i = 0; i < events->count; i++)
        if (out.by_label && label->values[i] == 1 && !(masses[i] >= region[0] && masses[i] <= region[1]))
            out.by_label = false;
    for (size_t i = 0; i < events->count; i++) {
        if (!(masses[i] > fit->low && masses[i] < fit->high)) continue;
        bool inside = out.by_label ? label->values[i] == 1 : masses[i] >= region[0] && masses[i] <= region[1];
        out.events[inside]++;
        if (out.truth) out.prompt[inside] += truth->values[i];
    }
    return out;
}

/* How much of all events, of the signal region and of all others is signal: by the fit, and by the truth where that is
   known. */
static nsym_status describe(spectrum *s, const nsym_figure *figure, const nsym_events *events, const double *masses,
                            const double region[2]) {
    const nsym_mass_fit *fit = s->fit;
    double share[1], unused[1];
    NSYM_TRY(nsym_mass_shares(share, unused, fit, region, 1));
    const shares n = count_shares(fit, events, masses, region);
    const double count[3] = {n.events[0] + n.events[1], n.events[1], n.events[0]};
    const double prompt[3] = {n.prompt[0] + n.prompt[1], n.prompt[1], n.prompt[0]};
    const double signal[3] = {fit->signal, fit->signal * share[0], fit->signal * (1 - share[0])};
    const char *inside =
        n.by_label ? "signal region" : nsym_arena_printf(figure->arena, "%g to %g GeV", region[0], region[1]);
    const char *const names[] = {"all pairs", inside, "all others"};
    for (size_t k = 0; k < 3 && inside; k++) {
        if (!(count[k] > 0)) continue;
        const char *error = k ? "" : nsym_arena_printf(figure->arena, " ± %.1f", 100 * fit->error[NSYM_MASS_FRACTION]);
        const char *known =
            n.truth ? nsym_arena_printf(figure->arena, " (truth: %.1f)", 100 * prompt[k] / count[k]) : "";
        if (!error || !known) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
        s->line[s->lines] = nsym_arena_printf(figure->arena, "signal in %s: %.1f%s %%%s", names[k],
                                              100 * signal[k] / count[k], error, known);
        if (!s->line[s->lines++]) return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
    }
    return inside ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for figure %s", figure->name);
}

static nsym_status draw(nsym_figure *figure, const nsym_events *events, const char *path, FILE *csv, FILE *gp) {
    double range[2] = {70, 110}, region[2] = {84, 96};
    const nsym_column *mass;
    const char *column = "mass";
    spectrum s = {.bins = USUAL_BINS};
    bool given;
    NSYM_TRY(nsym_read_text(figure->reader, "column", &column));
    NSYM_TRY(nsym_figure_range(figure, "range", range, &given));
    NSYM_TRY(nsym_figure_range(figure, "region", region, &given));
    NSYM_TRY(nsym_figure_bins(figure, &s.bins));
    if (!(region[0] >= range[0] && region[1] <= range[1]))
        return nsym_fail_at(figure->card, figure->reader.node, "%s.region is [%g, %g], must lie in the range, [%g, %g]",
                            figure->reader.where, region[0], region[1], range[0], range[1]);
    NSYM_TRY(nsym_figure_column(events, path, column, &mass));
    const double *masses = mass->values;
    nsym_mass_options options = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, range[0], range[1]);
    nsym_mass_fit fit;
    nsym_status status = nsym_mass_fit_events(&fit, &options, masses, NULL, events->count);
    if (status != NSYM_OK) return nsym_fail_in(NSYM_ENOTFOUND, "%s: ", path);
    const nsym_place nowhere = {0};
    const nsym_published *all = &figure->results->published;
    for (size_t i = 0; i < all->count; i++)
        if (nsym_published_at(figure, &all->curve[i], &nowhere)) s.paper = &all->curve[i];
    s.fit = &fit;
    NSYM_TRY(fill(&s, figure->arena, masses, NULL, events->count));
    NSYM_TRY(describe(&s, figure, events, masses, region));
    write_csv(&s, csv);
    write_script(&s, figure, gp);
    return NSYM_OK;
}

nsym_status nsym_draw_mass_fit(nsym_figure *figure, FILE *csv, FILE *gp) {
    const nsym_result_file **files;
    nsym_texts panels = {0};
    nsym_events *events = NULL;
    size_t n;
    NSYM_TRY(nsym_figure_files(figure, false, &files, &n, &panels));
    if (n > 1)
        return nsym_fail(NSYM_ENOTFOUND, "%zu samples are %s: name one in `where`", n,
                         nsym_filter_text(&figure->filter, figure->arena));
    NSYM_TRY(nsym_figure_read(figure, files[0], &events));
    nsym_status status = draw(figure, events, files[0]->path, csv, gp);
    nsym_events_free(events);
    return status;
}
