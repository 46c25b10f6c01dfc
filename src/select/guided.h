/* Guided search: which few energy-flow polynomials, joined to given observables, make a small network decide as a black
   box, the guide, does. Over the pairs of a signal and a background event that the network orders differently than the
   guide, every candidate is ranked by how often it orders them as the guide does (ADO); the best is added, the network
   trained anew, until their decisions agree no better (Faucett, Thaler & Whiteson, PRD 103, 036020). */
#ifndef NSYM_SELECT_GUIDED_H
#define NSYM_SELECT_GUIDED_H

#include "ledger/ledger.h"
#include "train/settings.h"
#include <nearsym/efp.h>
#include <nearsym/events.h>
#include <nearsym/progress.h>

enum { NSYM_GUIDED_STEPS_MAX = 64, NSYM_GUIDED_NAME = 128 };

/* What is searched. Borrowed. */
typedef struct nsym_guided_task {
    const nsym_events *events; /* particles, columns label, weight and those of `start`: in this order */
    size_t trains, checks;     /* the events that train and, behind them, those that stop the trainings, */
    size_t judges, tests;      /* those whose pairs guide the search, and those that only measure it; tests may be 0 */
    const double *guide;       /* (judges + tests) the guide's scores */
    const char *start;         /* names of columns, commas between */
    const nsym_efp_set *graphs;
    nsym_efp_options space; /* kappas, betas, measure, workers, progress, stop */
    nsym_model_spec spec;   /* an FCN of columns; which, the search fills in */
    nsym_train_card train;
    size_t members;  /* trainings of every step: the mean of their logits decides */
    size_t steps;    /* at most so many polynomials */
    size_t pairs;    /* drawn by weight from those that judge */
    double min_gain; /* of the ADO: what a step must bring, */
    size_t beyond;   /* or one of so many behind it, else the search ends */
    bool plain;      /* the network reads polynomials as they are, not their logarithms */
    uint64_t seed;
    const char *key;     /* tells the events and the guide apart, for the ledger */
    const char *folder;  /* for candidates and rankings; there is one already */
    nsym_ledger *ledger; /* every finished step */
} nsym_guided_task;

/* How it went with the first `step` polynomials. */
typedef struct nsym_guided_step {
    char added[NSYM_GUIDED_NAME]; /* "efp_k1_b1_3-3-0"; "" for the start */
    double ado;                   /* with the guide, over all pairs of those that judge */
    double auc, auc_std;          /* of those that test, or else judge; over the members */
    double test_ado;              /* with the guide there */
    double gain;                  /* ADO of `added` with the guide on the disordered pairs it was chosen by */
    size_t disordered;            /* how many of those there were */
} nsym_guided_step;

/* Searches, from where the ledger says that it stopped. steps (task->steps + 1) receives the start and each polynomial
   that was tried; *n how many; *kept how many of them improved the ADO, the start among them. It also ends where
   network and guide order all drawn pairs alike, or no candidate is left. ranking-K.csv in the folder has all
   candidates of step K, best first. Errors: a class is missing; as nsym_train and nsym_efp_compute; NSYM_EINTERRUPTED.
 */
nsym_status nsym_guided_search(nsym_guided_step *steps, size_t *n, size_t *kept,
                               const nsym_guided_task *task) NSYM_MUST_CHECK;

#endif
