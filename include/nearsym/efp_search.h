/* Guided search for the few energy-flow polynomials that explain a classifier, the guide, of which only the scores are
   needed (Faucett, Thaler & Whiteson, "Mapping machine-learned physics into a human-readable space", PRD 103, 036020,
   arXiv:2010.11998). A small network on given observables is compared with the guide. Pairs of a signal and a
   background event that the two order differently rank all polynomials of a space: how often does a polynomial order
   these pairs as the guide does? The best one is added and the network is trained again, until its agreement with the
   guide no longer improves. */
#ifndef NEARSYM_EFP_SEARCH_H
#define NEARSYM_EFP_SEARCH_H

#include <nearsym/efp.h>
#include <nearsym/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What to search, and how. Borrowed. Defaults as in nsym_efp_search_defaults. */
typedef struct nsym_efp_search_options {
    const char *events; /* file of events: particles as nearsym/observables.h reads them, column label and, optionally,
                           weight */
    const char *guide;  /* the classifier's scores of all events: "FILE" or "FILE:COLUMN" */
    const char *start;  /* observables that the network reads from the beginning: "iso_0.4,sum_pt" */
    const char *graphs; /* graphs of the space, as nsym_efp_set_new reads them */
    nsym_efp_options space; /* kappas, betas and measure of the space; workers, progress and stop of the whole search */
    double judge;   /* fraction of the events, chosen by the seed, whose pairs guide the search; default 0.5. The others
                       train, a tenth of them for early stopping */
    size_t pairs;   /* number of pairs, drawn with replacement by weight; default 1,000,000 */
    size_t steps;   /* largest number of polynomials, up to 64; default 10 */
    size_t members; /* trainings per step, whose mean logit is used; default 1 */
    bool plain; /* the network reads the polynomials themselves; default false: it reads their logarithms, which span
                   fewer orders of magnitude */
    double min_gain;      /* smallest gain in ADO with the guide for which the search continues; default 0.001 */
    size_t beyond;        /* number of further steps in which that gain may be reached instead; default 1 */
    nsym_sizes hidden;    /* widths of the network's hidden layers; default 197, 197 */
    double dropout;       /* default 0.0547 */
    size_t epochs, batch; /* defaults 100, 256 */
    size_t patience;      /* epochs without improvement after which a training stops; default 5 */
    double learning_rate; /* default 3e-4 */
    uint64_t seed;        /* default 1 */
    const char *out;      /* output folder, created if it is missing */
} nsym_efp_search_options;

NSYM_API nsym_efp_search_options nsym_efp_search_defaults(void);

/* Checks that files are named and numbers are in range; nsym_efp_search does this first. Errors: the first option that
   is invalid. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_search_check(const nsym_efp_search_options *options);

/* One step: the network with the start observables and the polynomials up to this step. */
typedef struct nsym_efp_search_step {
    const char *added;   /* "efp_k1_b1_3-3-0"; "" for the start */
    double auc, auc_std; /* weighted AUC on the judging events (`judge`): mean and standard deviation over the
                            members */
    double ado;          /* with the guide, over all pairs of these events */
    double gain;         /* ADO of `added` with the guide on the pairs by which it was chosen; above 1/2 */
    size_t disordered;   /* number of these pairs among the drawn ones */
    bool kept;           /* false for a last polynomial that did not improve the ADO */
} nsym_efp_search_step;

/* Runs the search and calls `visit` for every step in order. The output folder receives the ranking of all candidates
   in every step (ranking-K.csv, best first), search.json, the candidates' values (candidates.bin, four bytes for each
   polynomial and judging event), and the ledger of finished steps (ledger.sqlite), from which the same call continues
   after a stop. Errors: unusable files or names; a guide with another length or other labels than the events, or a NaN;
   only one class; no graph fits; NSYM_EINTERRUPTED. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_search(const nsym_efp_search_options *options,
                                                     void (*visit)(void *context, const nsym_efp_search_step *step),
                                                     void *context);

#ifdef __cplusplus
}
#endif
#endif
