/* What a plan's runs take, measured on a small part of each sample. */
#ifndef NSYM_STUDY_ESTIMATE_H
#define NSYM_STUDY_ESTIMATE_H

#include "study/plan.h"

/* As nsym_study_estimate, of a plan that is open. `seconds` (points; NULL: not asked for): what a run of each point
   that has some to do takes on one CPU. Free *out with nsym_study_cost_free. */
nsym_status nsym_estimate(nsym_study_cost *out, double *seconds, nsym_plan *plan) NSYM_MUST_CHECK;

#endif
