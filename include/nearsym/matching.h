/* Events that a rival needs to match: two methods' curves against the number of training events, read along it. */
#ifndef NEARSYM_MATCHING_H
#define NEARSYM_MATCHING_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum nsym_match_place {
    NSYM_MATCH_WITHIN, /* the sizes that there are */
    NSYM_MATCH_FEWER,  /* the smallest is more than needed */
    NSYM_MATCH_MORE    /* no size is enough */
} nsym_match_place;

typedef struct nsym_match {
    nsym_match_place place;
    double events;    /* how many; beyond an end, the size at that end */
    double low, high; /* one standard deviation to either side; NaN beyond an end */
    bool level;       /* beyond an end: yet the value there is within two standard deviations of the target */
} nsym_match;

/* The number of events at which a rival's values (n), at rising sizes (n), first reach a target, on straight lines in
   the logarithm of the size, with its error by those of the two values beside it and of the target, taken as
   independent: too large where they share test events. Larger values are better. Shapes: errors (n), or NULL; what is
   not known counts as 0. Errors: no sizes; sizes that do not rise or are not above 0; values that are not finite. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_match_events(nsym_match *out, const double *sizes, const double *values,
                                                       const double *errors, size_t n, double target,
                                                       double target_error);

#ifdef __cplusplus
}
#endif
#endif
