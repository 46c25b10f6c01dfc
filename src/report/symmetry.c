/* The figures of a broken symmetry: a network's AUC and its relative error against the size of the transformation. */
#include <nearsym/report.h>

#include "base/arena.h"
#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/folder.h"
#include "report/gnuplot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One of the two figures. */
typedef struct {
    const char *name, *title, *ylabel, *axes;
    void (*plot)(FILE *gp);
} kind;

/* Columns of the csv: x, auc, auc_error, relative_error, low, high, agreement. */
static void plot_auc(FILE *gp) {
    fputs("  plot data using 1:($2-$3):($2+$3) with filledcurves lt 1, data using 1:2 with linespoints lt 1 pt 7 ps "
          "0.5\n",
          gp);
}

static void plot_relative(FILE *gp) {
    fputs("  set format y '10^{%T}'\n"
          "  plot data using 1:5:6 with filledcurves lt 1, data using 1:4 with linespoints lt 1 pt 7 ps 0.5\n",
          gp);
}

static const kind kinds[] = {
    {"network-auc", "AUC of a network on transformed events", "AUC", NULL, plot_auc},
    {"network-relative-error", "Relative change of a network's logit on transformed events", "|f(g x) - f(x)| / |f(x)|",
     "set logscale xy", plot_relative},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static bool is_boost(const nsym_symmetry_result *r) {
    return strcmp(r->unit, "rapidity") == 0;
}

/* Of a boost: its velocity, or on a logarithmic axis its rapidity, to which small changes are proportional. */
static const char *xlabel_of(const nsym_symmetry_result *r, const kind *k) {
    if (!is_boost(r)) return r->unit;
    return k->axes ? "rapidity" : "beta";
}

static double x_of(const nsym_symmetry_result *r, const kind *k, double size) {
    return is_boost(r) && !k->axes ? tanh(size) : size;
}

static nsym_status open_file(nsym_atomic_file **file, FILE **out, const char *folder, const char *name,
                             const char *ending) {
    char path[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_folder_path(path, folder, "%s.%s", name, ending));
    return nsym_atomic_stream_open(file, out, path);
}

static void write_numbers(FILE *csv, const nsym_symmetry_result *r, const kind *k) {
    fprintf(csv, "%s,auc,auc_error,relative_error,relative_error_16,relative_error_84,agreement\n", xlabel_of(r, k));
    for (size_t i = 0; i < r->network.sizes; i++) {
        const nsym_invariance_at *at = &r->network.at[i];
        const double values[] = {at->auc,          at->auc_error,     at->relative,
                                 at->relative_low, at->relative_high, at->agreement};
        if (k->axes && at->size == 0) continue; /* a logarithmic axis has no 0, and nothing changes there */
        nsym_csv_number(csv, x_of(r, k, at->size));
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            fputc(',', csv);
            nsym_csv_number(csv, values[v]);
        }
        fputc('\n', csv);
    }
}

static void write_script(FILE *gp, const nsym_symmetry_result *r, const kind *k, const nsym_figure *figure) {
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .rows = 1,
                        .columns = 1,
                        .axes = k->axes,
                        .xlabel = xlabel_of(r, k),
                        .ylabel = k->ylabel};
    nsym_sheet_begin(&sheet);
    nsym_gp_linetype(gp, 1, "the network");
    fprintf(gp, "data = '%s.csv'\n", figure->name);
    nsym_sheet_loop(&sheet);
    nsym_sheet_panel(&sheet, 0, "");
    k->plot(gp);
    nsym_sheet_end(&sheet);
}

/* Writes the numbers and the script of a figure, and draws it. */
static nsym_status draw(char **note, const char *folder, const nsym_symmetry_result *r, const kind *k) {
    const nsym_figure figure = {.name = k->name, .title = k->title};
    nsym_atomic_file *file;
    FILE *stream;
    NSYM_TRY(open_file(&file, &stream, folder, k->name, "csv"));
    write_numbers(stream, r, k);
    NSYM_TRY(nsym_atomic_stream_close(file, stream, NSYM_OK));
    NSYM_TRY(open_file(&file, &stream, folder, k->name, "gp"));
    write_script(stream, r, k, &figure);
    NSYM_TRY(nsym_atomic_stream_close(file, stream, NSYM_OK));
    return nsym_gnuplot_run_in(folder, folder, k->name, note);
}

static void write_answers(FILE *csv, const nsym_symmetry_result *r) {
    char verdict[NSYM_SYMMETRY_TEXT];
    fputs("question,events,auc,auc_error,accuracy,accuracy_error,q,q_error,verdict\n", csv);
    for (size_t k = 0; k < NSYM_SYMMETRY_QUESTIONS; k++) {
        const nsym_distinguished *a = &r->answer[k];
        const double values[] = {a->auc, a->auc_error, a->accuracy, a->accuracy_error, a->q, a->q_error};
        if (!r->asked[k]) continue;
        nsym_csv_text(csv, nsym_symmetry_question_name((nsym_symmetry_question)k));
        fprintf(csv, ",%zu", a->events);
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            fputc(',', csv);
            nsym_csv_number(csv, values[v]);
        }
        fputc(',', csv);
        nsym_symmetry_verdict(verdict, (nsym_symmetry_question)k, a);
        nsym_csv_text(csv, verdict);
        fputc('\n', csv);
    }
}

nsym_status nsym_report_symmetry(char **note, const char *folder, const nsym_symmetry_result *result) {
    nsym_atomic_file *file;
    FILE *stream;
    *note = NULL;
    NSYM_TRY(nsym_folder_make(folder));
    NSYM_TRY(open_file(&file, &stream, folder, "symmetry", "csv"));
    write_answers(stream, result);
    NSYM_TRY(nsym_atomic_stream_close(file, stream, NSYM_OK));
    for (size_t k = 0; result->network.events && k < KINDS; k++) {
        if (kinds[k].plot == plot_auc && !isfinite(result->network.at[0].auc)) continue; /* there are no labels */
        free(*note);
        NSYM_TRY(draw(note, folder, result, &kinds[k]));
    }
    return NSYM_OK;
}
