/* How many training events does a method need to match another? Reads that number from the method's learning curve. */
#ifndef NEARSYM_MATCHING_H
#define NEARSYM_MATCHING_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the number of events lies relative to the sizes of the curve. */
typedef enum nsym_match_place {
    NSYM_MATCH_WITHIN, /* the number is within the sizes of the curve */
    NSYM_MATCH_FEWER,  /* fewer events than the smallest size are enough */
    NSYM_MATCH_MORE    /* even the largest size is not enough */
} nsym_match_place;

/* The number of events at which a method matches the target. */
typedef struct nsym_match {
    nsym_match_place place;
    double events;    /* number of events; beyond the curve, the size at that end */
    double low, high; /* one standard deviation below and above; NaN beyond the curve */
    bool level;       /* beyond the curve: the value of the smallest size (fewer), or the largest value (more), is still
                         within two standard deviations of the target */
} nsym_match;

/* Number of events at which the values (n) of a method, at rising sizes (n), first reach a target. Larger values are
   better. Between sizes the curve is a straight line in the logarithm of the size. The error combines the errors of the
   two neighbouring values and of the target as independent; it is too large if they share test events. Shapes: errors
   (n), or NULL; errors that are not finite count as 0. Errors: no sizes; sizes that do not rise or are not above 0;
   values or a target that are not finite. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_match_events(nsym_match *out, const double *sizes, const double *values,
                                                       const double *errors, size_t n, double target,
                                                       double target_error);

#ifdef __cplusplus
}
#endif
#endif
