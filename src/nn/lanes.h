/* base/lanes.h for the networks' arithmetic type. */
#ifndef NSYM_NN_LANES_H
#define NSYM_NN_LANES_H

#include "base/lanes.h"
#include "nn/real.h"

#ifdef NSYM_NN_DOUBLE
typedef nsym_doubles lanes;
#else
typedef nsym_floats lanes;
#endif
enum { LANES = NSYM_VECTOR / sizeof(real) };

/* a b + c, in one rounding where there is an instruction for it. */
NSYM_INLINE real fused(real a, real b, real c) {
#ifdef NSYM_NN_DOUBLE
    return nsym_fused_double(a, b, c);
#else
    return nsym_fused_float(a, b, c);
#endif
}

NSYM_INLINE lanes fused_lanes(real a, lanes b, lanes c) {
    lanes every = a - (lanes){0}; /* not +, which would make 0 of -0 */
#ifdef NSYM_NN_DOUBLE
    return nsym_fused_doubles(every, b, c);
#else
    return nsym_fused_floats(every, b, c);
#endif
}

#endif
