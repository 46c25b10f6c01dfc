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

/* Where columns are computed from and go to. */
typedef struct {
    const nsym_observables *observables;
    const char *path;
    size_t workers;
    nsym_progress *progress;
    nsym_events_writer *writer;
    sample_size size;
} work;

/* Computes the columns of a block and writes them. */
static int compute_block(work *w, const nsym_events *events) {
    nsym_events *table = NULL;
    if (nsym_observables_columns(&table, w->observables, events, w->workers, w->progress, interrupt_asked) != NSYM_OK) {
        tell_error("%s: %s", w->path, nsym_message());
        return 1;
    }
    nsym_status status = nsym_events_writer_add(w->writer, table);
    sample_size_add(&w->size, table);
    nsym_events_free(table);
    return status == NSYM_OK ? 0 : command_failed();
}

/* Block by block, so that with HDF5 no more than a block is in memory. */
static int compute_blocks(work *w, const char *out) {
    nsym_events_reader *reader;
    nsym_events *block;
    int status = 0;
    if (nsym_events_reader_new(&reader, w->path, NULL) != NSYM_OK) return command_failed();
    if (nsym_events_writer_new(&w->writer, out) != NSYM_OK || nsym_events_writer_source(w->writer, w->path) != NSYM_OK)
        status = command_failed();
    while (status == 0) {
        if (nsym_events_reader_next(&block, reader, 0) != NSYM_OK) status = command_failed();
        if (status != 0 || !block) break;
        status = compute_block(w, block);
        nsym_events_free(block);
    }
    nsym_events_reader_free(reader);
    if (status == 0 && nsym_events_writer_close(w->writer) != NSYM_OK) status = command_failed();
    if (status == 0) sample_size_tell(&w->size, out);
    return status;
}

static int compute(const nsym_observables *observables, const char *path, size_t workers, const char *out) {
    work w = {.observables = observables, .path = path, .workers = workers};
    if (nsym_progress_new(&w.progress, stderr) != NSYM_OK) return command_failed();
    interrupt_catch();
    int status = compute_blocks(&w, out);
    nsym_progress_free(w.progress);
    nsym_events_writer_free(w.writer);
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
        {"output", 'o', OPTION_TEXT, &out, "FILE", "file to write; its ending sets the format"},
        {"names", 0, OPTION_TEXT, &names, "NAME,...", "observables to compute; names of existing columns are allowed"},
        {"cones", 0, OPTION_TEXT, &cones, "R:R:N", "isolation in N evenly spaced cones: iso_R:R:N"},
        {"jobs", 'j', OPTION_COUNT, &workers, "N", "number of threads; 0: one per CPU"},
        trust_option(),
    };
    const option_table table = {
        "nearsym observables EVENTS [--names NAME,...] [--cones FIRST:LAST:N] -o FILE",
        "Writes the event columns and one more column for each observable, without the particles. Observables are\n  "
        "iso_R            sum of pt within R of the muon, divided by mu_pt: iso_0.4\n  iso_pileup_R     the same with "
        "pile-up subtracted, by the particles' kind\n  sum_pt           sum of pt over all particles\n  "
        "efp_kK_bB_N-D-K  energy-flow polynomial: efp_k1_b0.25_3-3-0, or a product "
        "efp_k1_b1_2-1-0_3-3-0\niso_0.025:0.45:18 stands for 18 radii. Particles have pt (or et) and d_eta, d_phi (or "
        "deta, dphi); or pt with\neta, phi and the event columns mu_eta, mu_phi; or, if no observable needs a muon, x, "
        "y and energy.",
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
