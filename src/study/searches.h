/* A card's searches: after its trainings, which polynomials explain one of its models (guided), or which of many
   columns help a network most (forward). */
#ifndef NSYM_STUDY_SEARCHES_H
#define NSYM_STUDY_SEARCHES_H

#include "study/outcome.h"
#include <nearsym/efp.h>
#include <nearsym/progress.h>

/* One entry of the card's section `searches`. Borrowed from the card. */
typedef struct nsym_search_card {
    const char *name, *experiment, *guide, *start; /* models of the experiment: the black box, and where to begin */
    bool forward;                                  /* there is no guide, and the start gives only its settings */
    char add[NSYM_COLUMNS_SIZE];                   /* names joined to the columns of `start`; forward: the beginning */
    char candidates[NSYM_COLUMNS_SIZE];            /* forward: names of columns */
    const char *graphs;
    size_t kappas, betas;
    double kappa[NSYM_EFP_PARAMETERS_MAX], beta[NSYM_EFP_PARAMETERS_MAX];
    size_t pairs, steps, members;
    double min_gain;
    size_t beyond;  /* steps tried without a gain before the search ends */
    bool logarithm; /* the networks read the polynomials' logarithms */
    bool skip;
    const nsym_point *guide_point, *start_point;
} nsym_search_card;

typedef struct nsym_searches {
    size_t count;
    nsym_search_card *search; /* (count), owned */
} nsym_searches;

/* Reads the section; the grid outlives it. Those whose experiment is skipped are left out. Errors: unknown keys, values
   out of range, models that the experiment does not have, a guide that is not kept, a graph selection that is none. */
nsym_status nsym_searches_read(nsym_searches *out, const nsym_tree *card, const nsym_grid *grid) NSYM_MUST_CHECK;
void nsym_searches_free(nsym_searches *searches);

/* What a search needs of its study. Borrowed. */
typedef struct nsym_search_context {
    nsym_ledger *ledger;
    nsym_tree *card;                 /* texts of the results live as long */
    const char *folder;              /* the study's; a search's files are in search-NAME */
    const char *const *guide_models; /* (members of the guide) files of its members, in `folder` */
    size_t jobs;
    nsym_progress *progress;
    bool (*stop)(void);
} nsym_search_context;

/* Searches, and adds a result for each step, at coordinates search, step and added of the experiment "searches":
   auc_final and ado_GUIDE of the test sample, validation_ado of the events that validate. These guide the search by the
   mean logit of the guide's members; the search's networks train on the training events. Forward: auc_final, and
   validation_auc, by which columns are chosen. Rankings of all candidates stand in files of the folder. */
nsym_status nsym_search_run(nsym_outcome *results, const nsym_search_card *search,
                            const nsym_search_context *context) NSYM_MUST_CHECK;

#endif
