/* The figure of a mass fit: the spectrum with the fit and its background, and the pulls. */
#define _GNU_SOURCE /* asprintf */
#include <nearsym/report.h>

#include "base/arena.h"
#include "base/fail.h"
#include "report/gnuplot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_BINS = 40, MOST_BINS = 10000 };

typedef struct {
    const nsym_mass_fit *fit;
    size_t bins;
    double *edges, *seen, *squares, *signal, *background; /* (bins + 1), (bins) events; of their weights' squares */
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

static void write_csv(const spectrum *s, FILE *csv) {
    fputs("mass,events,error,fit,signal,background,pull\n", csv);
    for (size_t k = 0; k < s->bins; k++) {
        double expected = s->signal[k] + s->background[k];
        double worth = s->seen[k] > 0 ? s->squares[k] / s->seen[k] : 1; /* of an event; 1 without weights */
        fprintf(csv, "%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g\n", (s->edges[k] + s->edges[k + 1]) / 2, s->seen[k],
                sqrt(s->squares[k]), expected, s->signal[k], s->background[k],
                expected > 0 ? (s->seen[k] - expected) / sqrt(expected * worth) : 0);
    }
}

static void write_script(const spectrum *s, const char *name, FILE *gp) {
    const nsym_figure figure = {.name = name, .title = "A mass spectrum and its fit"};
    nsym_sheet sheet = {.figure = &figure,
                        .gp = gp,
                        .rows = 2,
                        .columns = 1,
                        .legend_lines = 1,
                        .xlabel = "mass [GeV]",
                        .ylabel = "events"};
    nsym_sheet_begin(&sheet);
    nsym_gp_linetype(gp, 1, "the fit");
    nsym_gp_linetype(gp, 2, "its background");
    fprintf(gp, "data = '%s.csv'", name);
    fprintf(gp, "\nset xrange [%.9g:%.9g]\n", s->fit->low, s->fit->high);
    nsym_sheet_loop(&sheet);
    nsym_sheet_legend(&sheet);
    fputs("NaN with points pt 7 ps 0.5 lc rgb '#222222' title 'events', \\\n"
          "       NaN with lines lt 1 title 'fit', \\\n"
          "       NaN with lines lt 2 title 'background'\n"
          "  set border; set xtics; set ytics; unset key\n",
          gp);
    nsym_sheet_panel(&sheet, 0, "");
    fputs("  set yrange [0:*]\n"
          "  plot data using 1:2:3 with yerrorbars pt 7 ps 0.5 lc rgb '#222222', \\\n"
          "       data using 1:4 with lines lt 1, data using 1:6 with lines lt 2\n",
          gp);
    sheet.ylabel = "pull";
    nsym_sheet_panel(&sheet, 1, "");
    fputs("  set yrange [*<-4:4<*]\n"
          "  plot data using 1:7 with impulses lw 2 lc rgb '#555555', 0 with lines lw 1 lc rgb '#222222'\n",
          gp);
    nsym_sheet_end(&sheet);
}

/* Opens FOLDER/NAME.ending for writing. */
static nsym_status open_file(FILE **out, const char *folder, const char *name, const char *ending) {
    char *path;
    if (asprintf(&path, "%s/%s.%s", folder, name, ending) < 0) return nsym_fail(NSYM_ENOMEM, "no memory for a path");
    *out = fopen(path, "w");
    nsym_status status = *out ? NSYM_OK : nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
    free(path);
    return status;
}

static nsym_status close_file(FILE *file, const char *folder, const char *name) {
    int broken = ferror(file);
    if (fclose(file) == 0 && !broken) return NSYM_OK;
    return nsym_fail(NSYM_EIO, "%s/%s: cannot be written: %s", folder, name, strerror(errno));
}

static nsym_status write_files(const spectrum *s, const char *folder, const char *name) {
    FILE *file;
    NSYM_TRY(open_file(&file, folder, name, "csv"));
    write_csv(s, file);
    NSYM_TRY(close_file(file, folder, name));
    NSYM_TRY(open_file(&file, folder, name, "gp"));
    write_script(s, name, file);
    return close_file(file, folder, name);
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
