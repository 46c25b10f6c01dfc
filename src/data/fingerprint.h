/* Which events a model has seen, in 8 kB: a sample of the hashes of their contents. */
#ifndef NSYM_DATA_FINGERPRINT_H
#define NSYM_DATA_FINGERPRINT_H

#include <nearsym/events.h>

enum { NSYM_FINGERPRINTS_MAX = 1024 };

/* The smallest of the different hashes of a sample's events, rising: a sketch of the kind "bottom k" (Cohen & Kaplan,
   PODC 2007), from which the overlap with any other sample is estimated. */
typedef struct nsym_fingerprints {
    size_t count;
    uint64_t hash[NSYM_FINGERPRINTS_MAX]; /* (count) */
} nsym_fingerprints;

/* Hashes (events) of what the events hold in `fields`, names of particle features or event columns with commas between,
   each number rounded to single precision, as files may store it. The order of the particles does not matter. An event
   without particles, where only features are named, has the hash 0. Errors: a field that is not there. */
nsym_status nsym_events_hash(uint64_t *hashes, const nsym_events *events, const char *fields) NSYM_MUST_CHECK;

/* Takes the fingerprints of n hashes. `origin` (n) tells copies: hashes of one origin count once. A hash of several
   origins, and 0, tell nothing and are left out; where more than one origin in a hundred shares its hash with another,
   contents do not tell events apart, and no fingerprints are kept. */
nsym_status nsym_fingerprints_take(nsym_fingerprints *out, const uint64_t *hashes, const double *origin,
                                   size_t n) NSYM_MUST_CHECK;

/* Hashes that were looked up among fingerprinted events. Empty as {0}. */
typedef struct nsym_fingerprint_tally {
    size_t events, looked, found;
} nsym_fingerprint_tally;

/* Looks n more hashes up, but only those below the last fingerprint: k of them, about 1024 n / N of N fingerprinted
   events. */
void nsym_fingerprints_look(nsym_fingerprint_tally *tally, const nsym_fingerprints *f, const uint64_t *hashes,
                            size_t n);

/* About how many of all hashes belong to the fingerprinted events; 0 where there is nothing to tell by. The fraction f
   that belongs has the error sqrt(f (1 - f) / k). Up to 1024 fingerprinted events the answer is exact. */
double nsym_fingerprints_estimate(const nsym_fingerprint_tally *tally);

#endif
