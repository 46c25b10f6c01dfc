/* Numbers from distributions that event generators need. */
#ifndef NSYM_GENERATE_DRAW_H
#define NSYM_GENERATE_DRAW_H

#include <nearsym/random.h>

/* How many of independent events, `mean` on average, happen; mean from 0. */
uint64_t nsym_draw_poisson(nsym_random *random, double mean);

/* Of the density x^(shape - 1) e^-x; shape from 0, where it is 0. */
double nsym_draw_gamma(nsym_random *random, double shape);

/* Of the density (1 + x / scale)^-(power + 1) from `low` up. */
double nsym_draw_power(nsym_random *random, double scale, double power, double low);

/* Standard exponential, above 0. */
double nsym_draw_exponential(nsym_random *random);

#endif
