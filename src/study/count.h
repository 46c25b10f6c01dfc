/* How many runs of a plan are done, and how many are left. */
#ifndef NSYM_STUDY_COUNT_H
#define NSYM_STUDY_COUNT_H

#include "study/plan.h"

typedef struct nsym_run_counts {
    const nsym_plan *plan;
    nsym_study_cost *cost;
    size_t *done; /* (points) runs of each that are done */
    double *todo; /* (points) that are to be done, each training once; of an upper rung as many as are expected */
} nsym_run_counts;

/* Counts the runs of a plan whose work on rung 0 was planned last, and sets runs, done, shared, searches and
   experiments of *cost, which is all zeros before; free it whatever the status. The lists are the plan's. */
nsym_status nsym_count_runs(nsym_run_counts *out, nsym_study_cost *cost, const nsym_plan *plan) NSYM_MUST_CHECK;

#endif
