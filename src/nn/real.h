/* The networks' arithmetic type: float in the library; the tests compile the same files in double, to compare gradients
   with central differences. */
#ifndef NSYM_NN_REAL_H
#define NSYM_NN_REAL_H

#ifdef NSYM_NN_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif
