#include "fitting.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS };

static const char *const methods[] = {"likelihood", "published"};

const fitting_words fitting_usual = {.mass = "mass", .window = "70,110", .method = "likelihood", .centre = "90.8"};

void fitting_add_options(option *options, fitting_words *w) {
    const option own[FITTING_OPTIONS] = {
        {"mass", 0, OPTION_TEXT, &w->mass, "COLUMN", "the column of masses, GeV"},
        {"window", 0, OPTION_TEXT, &w->window, "LOW,HIGH", "masses between these are fitted"},
        {"method", 0, OPTION_TEXT, &w->method, "likelihood|published", "unbinned, or least squares on a histogram"},
        {"centre", 0, OPTION_TEXT, &w->centre, "GEV|free", "where the peak is; free: fitted (likelihood)"},
        {"bins", 0, OPTION_COUNT, &w->bins, "N", "of the histogram; 0: as many as Freedman and Diaconis have"},
        {"average", 0, OPTION_FLAG, &w->average, NULL, "published: the model's mean over a bin, not its centre"},
    };
    memcpy(options, own, sizeof own);
}

/* The number that a word is; false where it is none. */
static bool number(const char *word, char until, double *value, const char **rest) {
    char *end;
    *value = strtod(word, &end);
    if (end == word || *end != until || !isfinite(*value)) return false;
    *rest = end + 1;
    return true;
}

int fitting_read(const option_table *table, const fitting_words *w, nsym_mass_options *o) {
    double low, high, centre = NAN;
    const char *rest = NULL;
    if (!number(w->window, ',', &low, &rest) || !number(rest, '\0', &high, &rest) || !(low < high))
        return options_wrong(table, "--window is \"%s\", must be two rising numbers, such as 70,110", w->window);
    int method = strcmp(w->method, methods[1]) == 0;
    if (!method && strcmp(w->method, methods[0]) != 0)
        return options_wrong(table, "--method is \"%s\", must be likelihood or published", w->method);
    bool free_centre = strcmp(w->centre, "free") == 0;
    if (!free_centre && !number(w->centre, '\0', &centre, &rest))
        return options_wrong(table, "--centre is \"%s\", must be a number or free", w->centre);
    if (free_centre && method) return options_wrong(table, "the published method has no free centre");
    if (w->average && !method) return options_wrong(table, "--average is the published method's");
    *o = nsym_mass_options_usual(method ? NSYM_MASS_PUBLISHED : NSYM_MASS_LIKELIHOOD, low, high);
    o->start[NSYM_MASS_CENTRE] = free_centre ? NAN : centre;
    if (free_centre) o->fixed = 0;
    o->bins = w->bins;
    o->average = w->average;
    return OPTIONS_GO_ON;
}

const double *fitting_column(const nsym_events *events, const char *file, const char *name) {
    const nsym_column *column = nsym_events_column(events, name);
    if (column && column->width == 1) return column->values;
    if (column) {
        fprintf(stderr, "nearsym: %s: column '%s' has %zu values an event, not one\n", file, name, column->width);
        return NULL;
    }
    const char **names = calloc(events->columns + 1, sizeof *names), *near = NULL;
    for (size_t i = 0; i < events->columns && names; i++) names[i] = events->column[i].name;
    if (names) near = options_nearest(name, names, events->columns);
    fprintf(stderr, "nearsym: %s: there is no column '%s'%s%s%s\n", file, name,
            near ? "; did you mean '" : "; `nearsym data inspect` shows what there is", near ? near : "",
            near ? "'?" : "");
    free(names);
    return NULL;
}

static bool is_free(const nsym_mass_fit *fit, int parameter) {
    return !((fit->fixed | fit->at_bound) >> parameter & 1);
}

static double correlation(const nsym_mass_fit *fit, int i, int j) {
    return fit->covariance[i][j] / (fit->error[i] * fit->error[j]);
}

void fitting_warn(const nsym_mass_fit *fit) {
    if (*fit->warning) fprintf(stderr, "nearsym: warning: %s\n", fit->warning);
}

void fitting_print(const nsym_mass_fit *fit) {
    const char *unit[P] = {" GeV", " GeV", " GeV", "", " GeV"};
    printf("%zu events between %g and %g GeV, %zu outside; %s\n\n", fit->events, fit->low, fit->high, fit->outside,
           fit->method == NSYM_MASS_LIKELIHOOD ? "unbinned maximum likelihood" : "least squares as published");
    printf("signal       %10.1f ± %.1f events\nbackground   %10.1f ± %.1f events\n", fit->signal,
           sqrt(fit->yield_covariance[0][0]), fit->background, sqrt(fit->yield_covariance[1][1]));
    for (int i = 0; i < P; i++) {
        printf("%-12s %10.4f", nsym_mass_parameter_name((nsym_mass_parameter)i), fit->value[i]);
        if (is_free(fit, i))
            printf(" ± %.4f%s\n", fit->error[i], unit[i]);
        else
            printf("%s, %s\n", unit[i], fit->fixed >> i & 1 ? "fixed" : "at a bound");
    }
    printf("\ncorrelations");
    for (int i = 0; i < P; i++)
        if (is_free(fit, i)) printf(" %7s", nsym_mass_parameter_name((nsym_mass_parameter)i));
    for (int i = 0; i < P; i++) {
        if (!is_free(fit, i)) continue;
        printf("\n%-12s", nsym_mass_parameter_name((nsym_mass_parameter)i));
        for (int j = 0; j < P; j++)
            if (is_free(fit, j)) printf(" %7.3f", correlation(fit, i, j));
    }
    printf("\n\nchi2 / ndf   %.1f / %zu in %zu bins\nKS distance  %.4f\n", fit->chi2, fit->ndf, fit->bins,
           fit->ks_distance);
}

json_t *fitting_json(const nsym_mass_fit *fit) {
    json_t *parameters = json_object(), *correlations = json_object(),
           *window = json_pack("[f, f]", fit->low, fit->high);
    for (int i = 0; i < P; i++) {
        const char *name = nsym_mass_parameter_name((nsym_mass_parameter)i), *state = is_free(fit, i) ? "free"
                                                                                      : fit->fixed >> i & 1
                                                                                          ? "fixed"
                                                                                          : "at a bound";
        json_object_set_new(
            parameters, name,
            json_pack("{s:f, s:f, s:s}", "value", fit->value[i], "error", fit->error[i], "state", state));
        json_t *row = json_object();
        for (int j = 0; j < P && is_free(fit, i); j++)
            if (is_free(fit, j))
                json_object_set_new(row, nsym_mass_parameter_name((nsym_mass_parameter)j),
                                    json_real(correlation(fit, i, j)));
        if (is_free(fit, i))
            json_object_set_new(correlations, name, row);
        else
            json_decref(row);
    }
    return json_pack("{s:s, s:o, s:I, s:I, s:{s:f, s:f}, s:{s:f, s:f}, s:o, s:o, s:f, s:I, s:I, s:f, s:b, s:I, s:s}",
                     "method", methods[fit->method], "window", window, "events", (json_int_t)fit->events, "outside",
                     (json_int_t)fit->outside, "signal", "value", fit->signal, "error",
                     sqrt(fit->yield_covariance[0][0]), "background", "value", fit->background, "error",
                     sqrt(fit->yield_covariance[1][1]), "parameters", parameters, "correlations", correlations, "chi2",
                     fit->chi2, "ndf", (json_int_t)fit->ndf, "bins", (json_int_t)fit->bins, "ks_distance",
                     fit->ks_distance, "converged", (int)fit->converged, "iterations", (json_int_t)fit->iterations,
                     "warning", fit->warning);
}
