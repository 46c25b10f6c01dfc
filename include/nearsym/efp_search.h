/* Guided search: the few energy-flow polynomials that explain a classifier, whatever made its scores (Faucett, Thaler &
   Whiteson, "Mapping machine-learned physics into a human-readable space", PRD 103, 036020, arXiv:2010.11998). A small
   network on given observables is compared with the classifier, the guide: over pairs of a signal and a background
   event that the two order differently, every polynomial of a space is ranked by how often it orders them as the guide
   does; the best is added, the network trained anew, until their decisions agree no better. */
#ifndef NEARSYM_EFP_SEARCH_H
#define NEARSYM_EFP_SEARCH_H

#include <nearsym/efp.h>
#include <nearsym/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What to search, and how. Borrowed. */
typedef struct nsym_efp_search_options {
    const char *events; /* a file: particles as nearsym/observables.h reads them, columns label and perhaps weight */
    const char *guide;  /* the classifier's scores of all events, "FILE" or "FILE:COLUMN" */
    const char *start;  /* observables that the network has from the beginning, "iso_0.4,sum_pt" */
    const char *graphs; /* a selection as nsym_efp_set_new reads it */
    nsym_efp_options space; /* kappas, betas, measure; workers, progress and stop of the whole search */
    double judge;      /* 0.5: fraction of the events, by the seed, whose pairs guide the search; the others train, a
                          tenth of them to stop the trainings */
    size_t pairs;      /* 1,000,000: drawn with replacement, by weight */
    size_t steps;      /* 10: at most so many polynomials, up to 64 */
    size_t members;    /* 1: trainings of every step, whose mean logit counts */
    bool plain;        /* false: the network reads the polynomials' logarithms, which span fewer orders of magnitude */
    double min_gain;   /* 0.001: of the ADO with the guide that a step must bring, */
    size_t beyond;     /* or one of the next 1; else the search ends */
    nsym_sizes hidden; /* 197, 197: the network's hidden layers */
    double dropout;    /* 0.0547 */
    size_t epochs, batch; /* 100, 256 */
    size_t patience;      /* 5: epochs without improvement after which a training stops */
    double learning_rate; /* 3e-4 */
    uint64_t seed;        /* 1 */
    const char *out;      /* a folder, made where it is missing */
} nsym_efp_search_options;

NSYM_API nsym_efp_search_options nsym_efp_search_defaults(void);

/* Whether files are named and numbers in range, which nsym_efp_search asks first. Errors: the first that is not. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_search_check(const nsym_efp_search_options *options);

/* One step: the network with the start and the polynomials up to this one. */
typedef struct nsym_efp_search_step {
    const char *added;   /* "efp_k1_b1_3-3-0"; "" for the start */
    double auc, auc_std; /* of the events that judge, weighted; mean and deviation over the members */
    double ado;          /* with the guide, over all their pairs */
    double gain;         /* ADO of `added` with the guide on the pairs it was chosen by; above 1/2 */
    size_t disordered;   /* how many of the drawn pairs these were */
    bool kept;           /* false for a last one that did not improve the ADO */
} nsym_efp_search_step;

/* Searches and calls `visit` for every step in order. The folder receives the ranking of all candidates of every step
   (ranking-K.csv, best first), search.json, the ledger of finished steps (ledger.sqlite), from which the same call goes
   on where it was stopped, and the candidates' values (candidates.bin, four bytes for each polynomial and event that
   judges). Errors: files and names that cannot serve; a guide of another length or other labels than the events, or
   NaN; one class only; no graph fits; NSYM_EINTERRUPTED. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_search(const nsym_efp_search_options *options,
                                                     void (*visit)(void *context, const nsym_efp_search_step *step),
                                                     void *context);

#ifdef __cplusplus
}
#endif
#endif
