/* nearsym fit mass: how much of a sample is signal, by its mass spectrum. */
#include "commands.h"
#include "fitting.h"
#include "options.h"

#include <nearsym/io.h>

#include <stdio.h>

static int fit(const char *file, const fitting_words *words, const nsym_mass_options *options, bool json) {
    nsym_events *events;
    if (nsym_events_read(&events, file, NULL) != NSYM_OK) return command_failed();
    const double *masses = fitting_column(events, file, words->mass);
    nsym_mass_fit f;
    int status = masses ? 0 : 1;
    if (masses && nsym_mass_fit_events(&f, options, masses, events->count) != NSYM_OK) {
        fprintf(stderr, "nearsym: %s: %s\n", file, nsym_message());
        status = 1;
    }
    nsym_events_free(events);
    if (status != 0) return status;
    fitting_warn(&f);
    if (!json) {
        fitting_print(&f);
        return 0;
    }
    json_t *object = fitting_json(&f);
    json_dumpf(object, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(object);
    return 0;
}

static int run_mass(int argc, char **argv) {
    fitting_words words = fitting_usual;
    bool json = false;
    option options[FITTING_OPTIONS + 1] = {{"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object"}};
    fitting_add_options(options + 1, &words);
    const option_table table = {
        "nearsym fit mass EVENTS [--mass COLUMN] [--window LOW,HIGH] [--method likelihood|published] [--json]",
        "Fits s Voigt(m - centre; sigma, gamma) + (1 - s) exp(-m / tau) to the masses of a file (HDF5, npz, csv).",
        FITTING_OPTIONS + 1, options};
    nsym_mass_options o;
    int given, status = options_parse(&table, argc, argv, &given);
    if (status != OPTIONS_GO_ON) return status;
    if (given != 1) return options_wrong(&table, given == 0 ? "no file is given" : "more than one file is given");
    status = fitting_read(&table, &words, &o);
    return status != OPTIONS_GO_ON ? status : fit(argv[0], &words, &o, json);
}

int cmd_fit(int argc, char **argv) {
    static const option_action actions[] = {{"mass", run_mass}};
    static const option_table table = {"nearsym fit mass ...",
                                       "mass  a resonance on a falling background in a mass spectrum\n"
                                       "Each has its own --help.",
                                       0, NULL};
    return options_choose(&table, actions, 1, argc, argv);
}
