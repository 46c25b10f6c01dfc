/* Greedy forward selection: of many columns those few that help a network most, one by one. */
#ifndef NSYM_SELECT_FORWARD_H
#define NSYM_SELECT_FORWARD_H

#include "ledger/ledger.h"
#include "select/trial.h"
#include <nearsym/progress.h>

enum { NSYM_FORWARD_NAME = 4 * NSYM_INPUT_NAME }; /* letters of a candidate, and the end */

/* What is selected from. Borrowed. */
typedef struct nsym_forward_task {
    nsym_trial trial;       /* its events that are answered: first those that judge, */
    size_t judges, tests;   /* then those that only measure */
    const char *start;      /* columns from the beginning, commas between; may be "" */
    const char *candidates; /* columns to choose from */
    size_t steps;           /* at most so many; no more than there are candidates */
    size_t workers;
    const char *folder;  /* for the rankings; it exists */
    const char *key;     /* tells the events and the trainings apart, for the ledger */
    nsym_ledger *ledger; /* every training */
    nsym_progress *progress;
} nsym_forward_task;

/* The best of a step. */
typedef struct nsym_forward_step {
    char added[NSYM_FORWARD_NAME];
    double judged_auc, auc; /* weighted, of the events that judge, and of those that test or else judge */
} nsym_forward_step;

/* Trains a network on what was chosen so far and each of the other candidates, and keeps the candidate of the largest
   AUC of the events that judge, step by step. steps (task->steps) and *n of them. Step k leaves forward-k.csv in the
   folder, with lines observable, validation_auc, auc of all candidates of that step, the best first. Errors: as
   nsym_trial_run; no candidates; a file cannot be written; NSYM_EINTERRUPTED. */
nsym_status nsym_forward_select(nsym_forward_step *steps, size_t *n, const nsym_forward_task *task) NSYM_MUST_CHECK;

#endif
