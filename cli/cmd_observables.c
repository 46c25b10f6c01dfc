/* nearsym observables: columns computed from the particles of events, by name. */
#include "commands.h"
#include "interrupt.h"
#include "options.h"
#include "simulate.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/io.h>
#include <nearsym/observables.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compute(const nsym_observables *observables, const char *path, size_t workers, const char *out) {
    nsym_events *events, *table = NULL;
    nsym_progress *progress = NULL;
    if (nsym_events_read(&events, path, NULL) != NSYM_OK) return command_failed();
    nsym_status done = nsym_progress_new(&progress, stderr);
    interrupt_catch();
    if (done == NSYM_OK)
        done = nsym_observables_columns(&table, observables, events, workers, progress, interrupt_asked);
    nsym_progress_free(progress);
    if (done != NSYM_OK) tell_error("%s: %s", path, nsym_message());
    int status = done == NSYM_OK ? write_sample(table, out) : 1;
    nsym_events_free(table);
    nsym_events_free(events);
    return status;
}

/* The names, then iso_ and the cones; new. NULL: no memory. */
static char *join(const char *names, const char *cones) {
    static const char prefix[] = "iso_";
    size_t size = (names ? strlen(names) : 0) + (cones ? strlen(cones) : 0) + sizeof prefix + 1;
    char *list = malloc(size);
    if (list)
        snprintf(list, size, "%s%s%s%s", names ? names : "", names && cones ? "," : "", cones ? prefix : "",
                 cones ? cones : "");
    return list;
}

int cmd_observables(int argc, char **argv) {
    const char *names = NULL, *cones = NULL, *out = NULL;
    size_t workers = 0;
    const option options[] = {
        {"output", 'o', OPTION_TEXT, &out, "FILE", "where to write; the ending tells the format"},
        {"names", 0, OPTION_TEXT, &names, "NAME,...", "observables, or columns that are there"},
        {"cones", 0, OPTION_TEXT, &cones, "R:R:N", "isolation in N cones, evenly spaced: iso_R:R:N"},
        {"jobs", 'j', OPTION_COUNT, &workers, "N", "threads; 0: one per CPU"},
        trust_option(),
    };
    const option_table table = {
        "nearsym observables EVENTS [--names NAME,...] [--cones FIRST:LAST:N] -o FILE",
        "The columns of events and one more for each observable of their particles, without the particles:\n"
        "  iso_R            sum of pt nearer to the muon than R, divided by mu_pt: iso_0.4\n"
        "  iso_pileup_R     with pile-up subtracted, by the particles' kind\n"
        "  sum_pt           of all particles\n"
        "  efp_kK_bB_N-D-K  energy-flow polynomial: efp_k1_b0.25_3-3-0, a product efp_k1_b1_2-1-0_3-3-0\n"
        "iso_0.025:0.45:18 stands for 18 radii. Particles have pt (or et), and d_eta, d_phi (or deta, dphi), or\n"
        "eta, phi beside the columns mu_eta, mu_phi.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, words == 0 ? "no file is given" : "more than one file is given");
    if (!names && !cones) return options_wrong(&table, "no observables are given: --names or --cones");
    if (!out) return options_wrong(&table, "no output is given: -o FILE");
    char *list = join(names, cones);
    if (!list) return tell_error("no memory for the names"), 1;
    nsym_observables *observables;
    nsym_status read = nsym_observables_parse(&observables, list);
    free(list);
    if (read != NSYM_OK) return options_wrong(&table, "%s", nsym_message());
    status = compute(observables, argv[0], workers, out);
    nsym_observables_free(observables);
    return status;
}
