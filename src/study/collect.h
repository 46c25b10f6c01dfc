/* What the runs of a plan measured, as results.json. */
#ifndef NSYM_STUDY_COLLECT_H
#define NSYM_STUDY_COLLECT_H

#include "study/outcome.h"
#include "study/plan.h"

/* Adds the numbers of all points (rung NSYM_NONE), or of those on one rung, from the ledger; a point that waits has
   none. */
nsym_status nsym_collect(nsym_plan *plan, nsym_outcome *results, size_t rung) NSYM_MUST_CHECK;

/* Writes results.json, and chosen.yaml where something was searched. */
nsym_status nsym_collect_write(nsym_plan *plan) NSYM_MUST_CHECK;

#endif
