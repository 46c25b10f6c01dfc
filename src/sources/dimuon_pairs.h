/* Muon pairs of one process, from a file or from the built-in generator. */
#ifndef NSYM_SOURCES_DIMUON_PAIRS_H
#define NSYM_SOURCES_DIMUON_PAIRS_H

#include <nearsym/generate/dimuon.h>

/* Four-momenta (2 count, 4) as px, py, pz, E in GeV: the mu+ of each event, then its mu-. Owned. */
typedef struct nsym_pairs {
    size_t count;
    double *p4;
    double *weight; /* (count) the events' own weights over their mean */
} nsym_pairs;

/* Reads the first `count` events of a file, or generates them ("" as path) until `stop` (NULL: never) ends that.
   Errors: fewer events in the file; an event without exactly one final mu+ and one mu-, or with a momentum that is not
   finite; a weight that is negative or not finite; NSYM_EINTERRUPTED after `stop`. */
nsym_status nsym_pairs_load(nsym_pairs *out, const char *path, nsym_dimuon_process process, size_t count, uint64_t seed,
                            bool (*stop)(void)) NSYM_MUST_CHECK;
/* New events of the same columns whose particles are the final mu+ and mu- (px, py, pz, energy). Errors as
 * nsym_pairs_load. */
nsym_status nsym_pairs_select(nsym_events **out, const nsym_events *events) NSYM_MUST_CHECK;
/* Gives events two particles each, px, py, pz, energy in GeV, for the caller to fill. */
nsym_status nsym_pairs_set_particles(nsym_events *events) NSYM_MUST_CHECK;

void nsym_pairs_free(nsym_pairs *pairs);

#endif
