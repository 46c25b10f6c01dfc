/* The networks' arithmetic type: float in the library; the tests compile the same files in double, to compare gradients
   with central differences. */
#ifndef NSYM_NN_REAL_H
#define NSYM_NN_REAL_H

#include <math.h>

#ifdef NSYM_NN_DOUBLE
typedef double real;
static inline real real_sqrt(real x) {
    return sqrt(x);
}
static inline real real_exp(real x) {
    return exp(x);
}
#else
typedef float real;
static inline real real_sqrt(real x) {
    return sqrtf(x);
}
static inline real real_exp(real x) {
    return expf(x);
}
#endif

#endif
