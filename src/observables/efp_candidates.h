/* Thousands of energy-flow polynomials of a sample in a file, to be read polynomial by polynomial: what a search for a
   few of them ranks again and again. Only how events are ordered is kept. */
#ifndef NSYM_OBSERVABLES_EFP_CANDIDATES_H
#define NSYM_OBSERVABLES_EFP_CANDIDATES_H

#include <nearsym/efp.h>

typedef struct nsym_efp_candidates nsym_efp_candidates;

/* Events that are computed, and stand in the file, together. */
enum { NSYM_EFP_CANDIDATES_BLOCK = 1024 };

/* Opens the file at `path`, or makes it; what a stopped call left there is gone on with. `key` tells the events apart
   (a file of another key, or other graphs and options, is made anew). Shapes as nsym_efp_compute. The set and the
   options' lists are borrowed for as long as the candidates live. Errors: as nsym_efp_compute; a full disk;
   NSYM_EINTERRUPTED. */
nsym_status nsym_efp_candidates_open(nsym_efp_candidates **out, const char *path, const char *key,
                                     const nsym_efp_set *set, const nsym_efp_options *options, size_t events,
                                     const uint64_t *offsets, const double *particles) NSYM_MUST_CHECK;
void nsym_efp_candidates_close(nsym_efp_candidates *candidates); /* NULL is fine; the file stays */

/* How many there are: number ((k x betas) + b) x graphs + g is of kappa k, beta b and graph g. */
size_t nsym_efp_candidates_count(const nsym_efp_candidates *candidates);

/* Kappa, beta and graph of one, also of a set and options without a file. The graph is borrowed. */
const nsym_efp_graph *nsym_efp_candidates_at(const nsym_efp_candidates *candidates, size_t number, double *kappa,
                                             double *beta);
const nsym_efp_graph *nsym_efp_candidate_of(const nsym_efp_set *set, const nsym_efp_options *options, size_t number,
                                            double *kappa, double *beta);

/* Reads candidates first ... first + count - 1 into order (count, events): numbers above 0 that order events as the
   polynomials do, but for values that agree to 5e-7 of themselves, which are equal. Errors: a file cut short. */
nsym_status nsym_efp_candidates_read(const nsym_efp_candidates *candidates, size_t first, size_t count,
                                     float *order) NSYM_MUST_CHECK;

#endif
