/* nearsym fit mass: how much of a sample is signal, by its mass spectrum. */
#include "commands.h"
#include "fitting.h"
#include "interrupt.h"
#include "options.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/io.h>
#include <nearsym/report.h>

#include <stdio.h>
#include <stdlib.h>

/* Draws the fit; why there is no drawing goes to standard error. */
static int draw(const char *figure, const nsym_mass_fit *f, const double *masses, const double *weights, size_t n,
                size_t bins) {
    char *note = NULL;
    if (nsym_report_mass_fit(&note, figure, f, masses, weights, n, bins) != NSYM_OK) return command_failed();
    if (note) tell_error("%s", note);
    free(note);
    return 0;
}

/* Fits the events, draws where asked, and works out the intervals. */
static int fit_events(nsym_mass_fit *f, fitting_report *report, const nsym_events *events, const char *file,
                      fitting_words *words, const nsym_mass_options *options, const char *figure) {
    const double *masses = fitting_column(events, file, words->mass), *weights;
    size_t n = events->count;
    interrupt_catch();
    if (!masses || !fitting_weights(events, file, words, &weights)) return 1;
    if (nsym_mass_fit_events(f, options, masses, weights, n) != NSYM_OK) {
        tell_error("%s: %s", file, nsym_message());
        return 1;
    }
    int status = figure ? draw(figure, f, masses, weights, n, words->bins) : 0;
    if (status != 0) return status;
    return fitting_intervals(report, f, words, options, masses, weights, n) ? 0 : 1;
}

static int fit(const char *file, fitting_words *words, const nsym_mass_options *options, const char *figure,
               bool json) {
    nsym_events *events;
    nsym_mass_fit f;
    fitting_report report;
    if (!fitting_events(&events, file, words, NULL)) return 1;
    int status = fit_events(&f, &report, events, file, words, options, figure);
    nsym_events_free(events);
    if (status != 0) return status;
    fitting_warn(&f);
    if (!json) {
        fitting_print(&report);
        return 0;
    }
    json_t *object = fitting_json(&report);
    json_dumpf(object, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(object);
    return 0;
}

static int run_mass(int argc, char **argv) {
    fitting_words words = fitting_usual;
    const char *figure = NULL;
    bool json = false;
    option options[FITTING_OPTIONS + 3] = {
        {"figure", 0, OPTION_TEXT, &figure, "OUT.pdf|svg", "draw the fit: writes csv, gnuplot script, svg and pdf"},
        {"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object"},
        trust_option()};
    fitting_add_options(options + 3, &words);
    const option_table table = {
        "nearsym fit mass EVENTS [--mass COLUMN] [--weight COLUMN|none] [--window LOW,HIGH] [--method "
        "likelihood|published]\n"
        "                        [--figure OUT.pdf|svg] [--json]",
        "Fits s Voigt(m - centre; sigma, gamma) + (1 - s) exp(-m / tau) to the masses in a file (HDF5, npz, csv).\ns "
        "is the signal fraction.",
        FITTING_OPTIONS + 3, options};
    nsym_mass_options o;
    int given, status = options_parse(&table, argc, argv, &given);
    if (status != OPTIONS_GO_ON) return status;
    if (given != 1) return options_wrong(&table, given == 0 ? "no file is given" : "more than one file is given");
    status = fitting_read(&table, &words, &o);
    o.stop = interrupt_asked;
    return status != OPTIONS_GO_ON ? status : fit(argv[0], &words, &o, figure, json);
}

int cmd_fit(int argc, char **argv) {
    static const option_action actions[] = {{"mass", run_mass}};
    static const option_table table = {
        "nearsym fit mass ...", "mass  fit a resonance on a falling background\nEach has its own --help.", 0, NULL};
    return options_choose(&table, actions, 1, argc, argv);
}
