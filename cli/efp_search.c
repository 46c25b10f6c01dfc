/* nearsym efp search: the few polynomials that explain a classifier. */
#include "commands.h"
#include "efp.h"
#include "interrupt.h"
#include "options.h"
#include "trust.h"

#include <nearsym/efp_search.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The spaces of the published searches by name. */
static const struct {
    const char *name, *graphs, *kappa, *beta;
} spaces[] = {{"safe", "n<=3,m<=3,connected", "1", "1,2"},
              {"full", "d<=7,n<=7,connected", "-1,0,0.25,0.5,1,2", "0.25,0.5,1,2,3,4"},
              {"quadratic", "n<=2,d<=2,connected", "-1,0,0.25,0.5,1,2", "0.25,0.5,1,2,3,4"}};
enum { SPACES = sizeof spaces / sizeof *spaces };

static void print_step(void *context, const nsym_efp_search_step *step) {
    size_t *number = context;
    if (*number == 0) printf("step  AUC               ADO     disordered pairs   added\n");
    printf("%4zu  %.4f ± %.4f   %.4f", *number, step->auc, step->auc_std, step->ado);
    if (*number == 0)
        printf("                      the start");
    else
        printf("  %8zu %.4f    %s%s", step->disordered, step->gain, step->added,
               step->kept ? "" : "  (no improvement: left out)");
    printf("\n");
    ++*number;
}

/* Sizes separated by commas; false where it is no such list. */
static bool read_sizes(const char *list, nsym_sizes *sizes) {
    sizes->count = 0;
    for (const char *at = list; sizes->count < NSYM_SIZES_MAX;) {
        char *end;
        unsigned long size = strtoul(at, &end, 10);
        if (end == at || size < 1 || size > 65536 || (*end && *end != ',')) return false;
        sizes->size[sizes->count++] = size;
        if (!*end) return true;
        at = end + 1;
    }
    return false;
}

static int search(nsym_efp_search_options *o) {
    size_t number = 0;
    nsym_status done = nsym_progress_new(&o->space.progress, stderr);
    o->space.stop = interrupt_asked;
    interrupt_catch();
    if (done == NSYM_OK) done = nsym_efp_search(o, print_step, &number);
    nsym_progress_free(o->space.progress);
    if (done != NSYM_OK) return command_failed();
    fprintf(stderr, "%s: search.json and the ranking of every step\n", o->out);
    return 0;
}

int efp_search(int argc, char **argv) {
    nsym_efp_search_options o = nsym_efp_search_defaults();
    const char *space = "safe", *graphs = NULL, *kappa = NULL, *beta = NULL, *hidden = "197,197";
    double kappas[NSYM_EFP_PARAMETERS_MAX], betas[NSYM_EFP_PARAMETERS_MAX];
    const option options[] = {
        {"events", 0, OPTION_TEXT, &o.events, "FILE", "labelled events with particles (HDF5, npz, csv)"},
        {"guide", 0, OPTION_TEXT, &o.guide, "FILE[:COLUMN]", "scores of the classifier to explain, for all events"},
        {"start", 0, OPTION_TEXT, &o.start, "NAME,...", "observables or event columns to begin with"},
        {"output", 'o', OPTION_TEXT, &o.out, "DIR", "folder of results; if stopped, the same command continues there"},
        {"space", 0, OPTION_TEXT, &space, "safe|full|quadratic",
         "choice of graphs, kappas and betas that are not given"},
        {"graphs", 0, OPTION_TEXT, &graphs, "SELECTION", efp_graphs_help},
        {"kappa", 0, OPTION_TEXT, &kappa, "K,...", "exponents of pt"},
        {"beta", 0, OPTION_TEXT, &beta, "B,...", "exponents of the angle"},
        {"judge", 0, OPTION_NUMBER, &o.judge, "FRACTION",
         "fraction of events whose pairs rank the polynomials; the others train the network"},
        {"pairs", 0, OPTION_COUNT, &o.pairs, "N", "number of pairs, drawn by weight"},
        {"steps", 0, OPTION_COUNT, &o.steps, "N", "maximum number of polynomials"},
        {"min-gain", 0, OPTION_NUMBER, &o.min_gain, "ADO",
         "gain in decision ordering that a step must bring, by itself or with the next --beyond steps"},
        {"beyond", 0, OPTION_COUNT, &o.beyond, "N", "number of steps tried without a gain before the search ends"},
        {"plain", 0, OPTION_FLAG, &o.plain, NULL, "the network reads the polynomials, not their logarithms"},
        {"members", 0, OPTION_COUNT, &o.members, "N", "number of trainings in every step"},
        {"hidden", 0, OPTION_TEXT, &hidden, "N,...", "widths of the network's hidden layers"},
        {"dropout", 0, OPTION_NUMBER, &o.dropout, "PART", "dropout fraction after each hidden layer"},
        {"epochs", 0, OPTION_COUNT, &o.epochs, "N", "maximum number of epochs"},
        {"patience", 0, OPTION_COUNT, &o.patience, "N",
         "number of epochs without improvement that end a training; 0: never"},
        {"batch", 0, OPTION_COUNT, &o.batch, "N", "events per training step"},
        {"learning-rate", 0, OPTION_NUMBER, &o.learning_rate, "RATE", "learning rate of Adam"},
        {"seed", 0, OPTION_SEED, &o.seed, "S", "seed of the division of events, the pairs and the trainings"},
        {"jobs", 'j', OPTION_COUNT, &o.space.workers, "N", "number of threads; 0: one per CPU"},
        trust_option(),
    };
    const option_table table = {
        "nearsym efp search --events FILE --guide SCORES --start NAME,... -o DIR [--space safe|full|quadratic]",
        "Explains a classifier, the guide, by a small network of few inputs. In each step it adds the energy-flow "
        "polynomial\nthat best orders those pairs of a signal and a background event which network and guide order "
        "differently.\nThe scores should be of events that the guide was not trained on.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words), s = 0;
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "there is nothing to do with \"%s\"", argv[0]);
    if (!o.events || !o.guide || !o.start || !o.out)
        return options_wrong(&table, "--events, --guide, --start and -o must all be given");
    while (s < SPACES && strcmp(spaces[s].name, space) != 0) s++;
    if (s == SPACES) return options_wrong(&table, "--space is \"%s\", must be safe, full or quadratic", space);
    o.graphs = graphs ? graphs : spaces[s].graphs;
    o.space.kappa = kappas;
    o.space.beta = betas;
    if (!(o.space.kappas = efp_read_numbers(kappa ? kappa : spaces[s].kappa, kappas)))
        return options_wrong(&table, "--kappa is \"%s\", must be numbers separated by commas", kappa);
    if (!(o.space.betas = efp_read_numbers(beta ? beta : spaces[s].beta, betas)))
        return options_wrong(&table, "--beta is \"%s\", must be numbers separated by commas", beta);
    if (!read_sizes(hidden, &o.hidden))
        return options_wrong(&table, "--hidden is \"%s\", must be sizes separated by commas, such as 197,197", hidden);
    if (nsym_efp_search_check(&o) != NSYM_OK) return options_wrong(&table, "%s", nsym_message());
    return search(&o);
}
