/* One ranking of all candidates by their decision ordering with a guide. */
#ifndef NSYM_SELECT_RANKING_H
#define NSYM_SELECT_RANKING_H

#include "observables/efp_candidates.h"
#include <nearsym/ado.h>

/* The best candidate. */
typedef struct nsym_ranked {
    size_t number;
    double ado; /* or 1 - ADO where the candidate orders events the other way round */
} nsym_ranked;

/* Ranks all candidates on `pairs` of the `events` that they were made of against guide (events), and writes a csv of
   name and ADO to `path`, best first. The best that is not among the names `taken` (commas between) goes into *best,
   the first of equals; zeros where none is left. Workers, progress and stop are those of `space`. Errors: those of the
   files; NSYM_EINTERRUPTED. */
nsym_status nsym_ranking_make(nsym_ranked *best, const nsym_efp_candidates *candidates, const nsym_ado_pairs *pairs,
                              const double *guide, size_t events, const nsym_efp_options *space, const char *taken,
                              const char *path) NSYM_MUST_CHECK;

#endif
