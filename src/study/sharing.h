/* Processes that share an output folder and know nothing else of each other, such as the tasks of a job array: who of
   them does a run, and who writes the results. */
#ifndef NSYM_STUDY_SHARING_H
#define NSYM_STUDY_SHARING_H

#include "study/plan.h"
#include "study/schedule.h"

/* What a process knows of the others; begins as {.plan = plan}. */
typedef struct nsym_sharing {
    nsym_plan *plan;
    double refreshed;                    /* when it last learnt what others have recorded */
    char owner[2 * NSYM_LEASE_NAME];     /* who was seen to be at a run, */
    char told[2 * NSYM_LEASE_NAME + 64]; /* and what was told of them */
    size_t last;                         /* the run that somebody was seen at last */
} nsym_sharing;

/* For a schedule (study/schedule.h), with the number of a run to do: whose turn is it? A run that another process has
   done meanwhile is told of; what a dead one left of a run is removed. */
nsym_status nsym_sharing_claim(nsym_sharing *sharing, size_t index, nsym_turn *turn) NSYM_MUST_CHECK;
bool nsym_sharing_release(nsym_sharing *sharing, size_t index);

/* Tells once whom this process waits for; sets the plan's `stop` where its user asks to stop. */
void nsym_sharing_wait(nsym_sharing *sharing, size_t runs);

/* After the last run: writes the results and calls options->finish, while the others wait; or waits for the one that
   does it, and takes over where that dies. */
nsym_status nsym_sharing_finish(nsym_sharing *sharing) NSYM_MUST_CHECK;

#endif
