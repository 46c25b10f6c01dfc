/* What the runs of a plan measured, as results.json. */
#ifndef NSYM_STUDY_COLLECT_H
#define NSYM_STUDY_COLLECT_H

#include "study/outcome.h"
#include "study/plan.h"

/* Adds the numbers of all points (rung NSYM_NONE), or of those on one rung, from the ledger; a point that waits has
   none. */
nsym_status nsym_collect(nsym_plan *plan, nsym_outcome *results, size_t rung) NSYM_MUST_CHECK;

/* Writes results.json, and chosen.yaml where something was searched; or, with what is `missing` (else NULL), of a plan
   that has no other runs than those that are done, results.partial.json, without the card's searches and choices. */
nsym_status nsym_collect_write(nsym_plan *plan, const nsym_study_cost *missing) NSYM_MUST_CHECK;

/* The hash of a folder's resolved card as text, from the arena; NULL in *out: there is none. */
nsym_status nsym_collect_card(const char **out, nsym_arena *arena, const char *folder) NSYM_MUST_CHECK;

#endif
