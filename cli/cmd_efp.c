/* nearsym efp list | compute | search: energy-flow polynomials. */
#include "commands.h"
#include "efp.h"
#include "interrupt.h"
#include "options.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/efp.h>

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TEXT = 512 };

const char efp_usual_graphs[] = "d<=7,n<=7,connected";
const char efp_graphs_help[] =
    "graphs to take: conditions (n d e v m k c p h, connected), or identities \"(n,d,k) ...\" or n-d-k as in cards";

typedef struct listing {
    const char *graphs, *svg;
    bool plan, latex, json;
} listing;

static json_t *graph_json(const nsym_efp_graph *g, size_t index) {
    char identity[TEXT], formula[TEXT], latex[TEXT];
    nsym_efp_identity(g, identity, TEXT);
    nsym_efp_formula(g, NSYM_EFP_PLAIN, formula, TEXT);
    nsym_efp_formula(g, NSYM_EFP_LATEX, latex, TEXT);
    json_t *edges = json_array();
    for (unsigned i = 0; i < g->e; i++)
        for (unsigned m = 0; m < g->multiplicity[i]; m++)
            json_array_append_new(edges, json_pack("[i, i]", g->ends[i][0], g->ends[i][1]));
    return json_pack("{s:i, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:s, s:s}", "index", (int)index,
                     "identity", identity, "n", g->n, "e", g->e, "d", g->d, "v", g->v, "k", g->k, "c", g->c, "p", g->p,
                     "h", g->h, "edges", edges, "formula", formula, "latex", latex);
}

static int print_json(const nsym_efp_set *set) {
    json_t *graphs = json_array();
    for (size_t i = 0; i < nsym_efp_set_count(set); i++)
        json_array_append_new(graphs, graph_json(nsym_efp_set_graph(set, i), i));
    json_t *all = json_pack("{s:o}", "graphs", graphs);
    json_dumpf(all, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(all);
    return 0;
}

static int print_plan(const nsym_efp_set *set) {
    static const size_t sizes[] = {10, 20, 50, 100, 200};
    char *plan = nsym_efp_set_plan(set);
    if (!plan) return tell_error("no memory for the plan"), 1;
    nsym_efp_cost cost = nsym_efp_set_cost(set, 1);
    printf("%s\n%zu graphs: %zu matrix products, %zu sums over a row, %zu element-wise products, %zu of vectors, "
           "%zu of fourth order\n",
           plan, nsym_efp_set_count(set), cost.matrix_products, cost.matrix_vector, cost.element_wise, cost.vector,
           cost.fourth_order);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        printf("M = %-4zu %.4g MFLOP an event\n", sizes[i], 1e-6 * nsym_efp_set_cost(set, sizes[i]).flops);
    free(plan);
    return 0;
}

/* A picture of each graph, DIR/4-7-12.svg, of a product DIR/2-1-0_3-3-1.svg. */
static int draw_graph(const nsym_efp_graph *g, const char *folder) {
    char path[PATH_MAX], name[TEXT];
    int used = 0;
    for (unsigned f = 0; f < g->p; f++)
        used += snprintf(name + used, TEXT / NSYM_EFP_DEGREE_MAX, "%s%d-%d-%d", f > 0 ? "_" : "", g->factor[f][0],
                         g->factor[f][1], g->factor_k[f]);
    if (snprintf(path, sizeof path, "%s/%s.svg", folder, name) >= (int)sizeof path)
        return tell_error("%s: is too long a name", folder), 1;
    return nsym_efp_draw(g, path) == NSYM_OK ? 0 : command_failed();
}

static int draw(const nsym_efp_set *set, const char *folder) {
    int status = 0;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return tell_error("%s: cannot be made: %s", folder, strerror(errno)), 1;
    for (size_t i = 0; i < nsym_efp_set_count(set) && status == 0; i++)
        status = draw_graph(nsym_efp_set_graph(set, i), folder);
    if (status == 0) fprintf(stderr, "%s: %zu pictures\n", folder, nsym_efp_set_count(set));
    return status;
}

static int print_list(const nsym_efp_set *set, bool latex) {
    for (size_t i = 0; i < nsym_efp_set_count(set); i++) {
        const nsym_efp_graph *g = nsym_efp_set_graph(set, i);
        char identity[TEXT], edges[TEXT], formula[TEXT];
        nsym_efp_identity(g, identity, TEXT);
        nsym_efp_edges(g, edges, TEXT);
        nsym_efp_formula(g, latex ? NSYM_EFP_LATEX : NSYM_EFP_PLAIN, formula, TEXT);
        printf("%4zu  %-12s %-28s %s\n", i, identity, edges, formula);
    }
    return 0;
}

static int run_list(int argc, char **argv) {
    listing l = {.graphs = efp_usual_graphs};
    const option options[] = {
        {"graphs", 0, OPTION_TEXT, &l.graphs, "SELECTION", efp_graphs_help},
        {"plan", 0, OPTION_FLAG, &l.plan, NULL, "print the steps that compute all graphs, and their cost"},
        {"latex", 0, OPTION_FLAG, &l.latex, NULL, "print formulas in LaTeX"},
        {"svg", 0, OPTION_TEXT, &l.svg, "DIR", "write a picture of each graph to this folder"},
        {"json", 0, OPTION_FLAG, &l.json, NULL, "print one JSON object"},
    };
    const option_table table = {"nearsym efp list [--graphs SELECTION] [--plan | --latex | --svg DIR | --json]",
                                "Lists multigraphs of up to 7 edges, with their number in the selection, identity "
                                "(n,d,k) as in EnergyFlow,\nedges and formula.",
                                sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "there is nothing to do with \"%s\"", argv[0]);
    if (l.plan + l.latex + l.json + (l.svg != NULL) > 1)
        return options_wrong(&table, "only one of --plan, --latex, --svg and --json can be given");
    nsym_efp_set *set;
    if (nsym_efp_set_new(&set, l.graphs) != NSYM_OK) return command_failed();
    if (l.svg)
        status = draw(set, l.svg);
    else
        status = l.json ? print_json(set) : l.plan ? print_plan(set) : print_list(set, l.latex);
    nsym_efp_set_free(set);
    return status;
}

size_t efp_read_numbers(const char *list, double *values) {
    for (size_t n = 0; n < NSYM_EFP_PARAMETERS_MAX;) {
        char *end;
        values[n++] = strtod(list, &end);
        if (end == list || !isfinite(values[n - 1]) || (*end && *end != ',')) return 0;
        if (!*end) return n;
        list = end + 1;
    }
    return 0;
}

static int compute(const char *graphs, nsym_efp_options *options, const char *events, const char *out) {
    nsym_efp_set *set;
    if (nsym_efp_set_new(&set, graphs) != NSYM_OK) return command_failed();
    nsym_status done = nsym_progress_new(&options->progress, stderr);
    options->stop = interrupt_asked;
    interrupt_catch();
    if (done == NSYM_OK) done = nsym_efp_write(set, graphs, options, events, out);
    nsym_progress_free(options->progress);
    int status = done == NSYM_OK ? 0 : command_failed();
    if (status == 0)
        fprintf(stderr, "%s: %zu graphs at %zu kappas and %zu betas\n", out, nsym_efp_set_count(set), options->kappas,
                options->betas);
    nsym_efp_set_free(set);
    return status;
}

static int run_compute(int argc, char **argv) {
    const char *graphs = efp_usual_graphs, *kappa = "1", *beta = "1", *measure = "hadr", *out = NULL;
    double kappas[NSYM_EFP_PARAMETERS_MAX], betas[NSYM_EFP_PARAMETERS_MAX];
    nsym_efp_options o = {.kappa = kappas, .beta = betas};
    const option options[] = {
        {"output", 'o', OPTION_TEXT, &out, "FILE.h5",
         "file to write, with the array efps (events, kappas, betas, graphs)"},
        {"graphs", 0, OPTION_TEXT, &graphs, "SELECTION", efp_graphs_help},
        {"kappa", 0, OPTION_TEXT, &kappa, "K,...", "exponents of pt, also 0 or negative"},
        {"beta", 0, OPTION_TEXT, &beta, "B,...", "exponents of the angle"},
        {"measure", 0, OPTION_TEXT, &measure, "hadr|hadrdot",
         "angle between two particles: in eta and phi (hadr), or from 2 p.p' (hadrdot)"},
        {"unnormed", 0, OPTION_FLAG, &o.unnormed, NULL, "use z = pt^kappa, not (pt / sum of pt)^kappa"},
        {"jobs", 'j', OPTION_COUNT, &o.workers, "N", "number of threads; 0: one per CPU"},
        trust_option(),
    };
    const option_table table = {
        "nearsym efp compute EVENTS [--graphs SELECTION] [--kappa K,...] [--beta B,...] -o FILE.h5",
        "Computes energy-flow polynomials of events (HDF5, npz, npy, csv) with particles pt, eta (or y, rapidity), "
        "phi; or\npt, d_eta, d_phi; or energy, px, py, pz. If it was stopped or killed, the same command continues.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, words == 0 ? "no file is given" : "more than one file is given");
    if (!out) return options_wrong(&table, "no output is given: -o FILE.h5");
    size_t letters = strlen(out);
    if ((letters < 3 || strcmp(out + letters - 3, ".h5") != 0) &&
        (letters < 5 || strcmp(out + letters - 5, ".hdf5") != 0))
        return options_wrong(
            &table,
            "-o is \"%s\": all polynomials are written as HDF5, name a file that ends in .h5; a few of "
            "them as columns of .npz or .csv: nearsym observables EVENTS --names efp_k1_b1_3-3-0,...",
            out);
    if (!(o.kappas = efp_read_numbers(kappa, kappas)))
        return options_wrong(&table, "--kappa is \"%s\", must be at most %d numbers separated by commas", kappa,
                             NSYM_EFP_PARAMETERS_MAX);
    if (!(o.betas = efp_read_numbers(beta, betas)))
        return options_wrong(&table, "--beta is \"%s\", must be at most %d numbers separated by commas", beta,
                             NSYM_EFP_PARAMETERS_MAX);
    if (strcmp(measure, "hadr") != 0 && strcmp(measure, "hadrdot") != 0)
        return options_wrong(&table, "--measure is \"%s\", must be hadr or hadrdot", measure);
    o.measure = strcmp(measure, "hadr") == 0 ? NSYM_EFP_HADR : NSYM_EFP_HADRDOT;
    return compute(graphs, &o, argv[0], out);
}

int cmd_efp(int argc, char **argv) {
    static const option_action actions[] = {{"list", run_list}, {"compute", run_compute}, {"search", efp_search}};
    static const option_table table = {"nearsym efp list|compute|search ...",
                                       "list     list graphs with numbers and formulas, draw them, show the plan of "
                                       "computation\ncompute  compute the polynomials of the events in a file\nsearch  "
                                       " find the few polynomials that explain a classifier\nEach has its own --help.",
                                       0, NULL};
    return options_choose(&table, actions, 3, argc, argv);
}
