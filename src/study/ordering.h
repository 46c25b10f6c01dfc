/* Decision ordering between the models of a study: how alike they order the events of the test sample. */
#ifndef NSYM_STUDY_ORDERING_H
#define NSYM_STUDY_ORDERING_H

#include "study/outcome.h"

/* Adds to the results, for every model of the points (n) of one experiment's place, its ADO with each of the others,
   "ado_NAME": over all pairs, weighted, member by member. `scores` (n, members): files of the members' test scores,
   relative to `folder`. Errors: files that are missing or do not belong together. */
nsym_status nsym_ordering_add(nsym_outcome *results, const nsym_point *const *points, size_t n,
                              const char *const *scores, const char *folder) NSYM_MUST_CHECK;

#endif
