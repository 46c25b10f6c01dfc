#include "generate/draw.h"

#include <math.h>

/* By inversion, going up from 0: the means here are small. A larger one is a sum of such, as e^-mean must not vanish.
 */
uint64_t nsym_draw_poisson(nsym_random *random, double mean) {
    const double most = 500;
    uint64_t n = 0;
    while (mean > most) {
        n += nsym_draw_poisson(random, most);
        mean -= most;
    }
    double left = nsym_random_uniform(random), p = exp(-mean);
    for (uint64_t k = 0;; n++) {
        left -= p;
        if (left < 0 || (p < 1e-20 && (double)k > mean)) return n; /* the sum of all p is 1 but for rounding */
        p *= mean / (double)++k;
    }
}

/* Marsaglia and Tsang, ACM TOMS 26 (2000) 363; below 1 by their section 6. */
double nsym_draw_gamma(nsym_random *random, double shape) {
    if (!(shape > 0)) return 0;
    if (shape < 1) {
        double u = 1 - nsym_random_uniform(random);
        return nsym_draw_gamma(random, shape + 1) * pow(u, 1 / shape);
    }
    double d = shape - 1. / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = nsym_random_normal(random), root = 1 + c * x, v = root * root * root;
        double u = 1 - nsym_random_uniform(random);
        if (root > 0 && log(u) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
    }
}

double nsym_draw_power(nsym_random *random, double scale, double power, double low) {
    double u = 1 - nsym_random_uniform(random);
    return (scale + low) * pow(u, -1 / power) - scale;
}

double nsym_draw_exponential(nsym_random *random) {
    double u;
    do u = nsym_random_uniform(random);
    while (u == 0);
    return -log(u);
}
