/* Recorded runs that measured less than they should have, and kept files that are not what was written. */
#ifndef NSYM_STUDY_GAPS_H
#define NSYM_STUDY_GAPS_H

#include "study/plan.h"

/* Takes runs out of the ledger that lack a number which another run of their point has and the point asks for, as
   somebody edited it or an earlier nearsym measured less; they are done again. Adds how many to plan->gaps. */
nsym_status nsym_gaps_forget(nsym_plan *plan) NSYM_MUST_CHECK;

/* Is a file of that name in the output folder, with everything that was written? All of it is read. */
bool nsym_gaps_none_in(const char *folder, const char *name);

#endif
