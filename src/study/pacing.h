/* A plan's runs as a user sees them: how far they are and how long they will still take. Without a progress all of this
   does nothing. */
#ifndef NSYM_STUDY_PACING_H
#define NSYM_STUDY_PACING_H

#include "study/plan.h"

/* Of one run at work. Its own progress (NULL: nobody is told) counts the rows that it trains on. */
typedef struct nsym_pacing {
    nsym_plan *plan;
    size_t todo; /* which of the runs to do */
    double rows, told;
    nsym_progress *progress;
} nsym_pacing;

/* Begins the progress of the runs to do. `seconds` (points; NULL: not known): what a run of each was measured to take.
 */
nsym_status nsym_pacing_start(nsym_plan *plan, const double *seconds) NSYM_MUST_CHECK;
/* After the last run, whatever the status. */
void nsym_pacing_stop(nsym_plan *plan);

/* A run begins, whose sample is there, and ends. Borrowed until then. */
nsym_status nsym_pacing_begin(nsym_pacing *out, nsym_plan *plan, size_t todo) NSYM_MUST_CHECK;
void nsym_pacing_end(nsym_pacing *run);

/* A run of this process, or of another one, took so many seconds. */
void nsym_pacing_took(const nsym_plan *plan, size_t todo, double seconds, bool others);

/* Rows of all runs to do; about, where samples are not there yet. */
double nsym_pacing_rows(const nsym_plan *plan);

#endif
