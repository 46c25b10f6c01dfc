/* What the uncertainty of a likelihood fit does to the probabilities of single events: to first order the parameters'
   estimates are the sum of every event's influence w H^-1 d log p / d theta (Huber; van der Vaart, Asymptotic
   Statistics, 5.3). */
#include "stats/massfit_surface.h"

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, K = NSYM_MASS_TAU };

void nsym_mass_finish_probabilities(double *probability, double *by, double *influence, const double *signal,
                                    const double *odds, const double (*inverse)[P], const double *weights, size_t n,
                                    unsigned idle) {
    for (size_t e = 0; e < n; e++) {
        double score[P], p = signal[e], weight = weights ? weights[e] : 1;
        memcpy(score, influence + e * P, sizeof score);
        probability[2 * e] = p;
        probability[2 * e + 1] = 1 - p;
        for (int i = 0; i < P; i++) {
            double sum = 0, slope = idle >> i & 1 ? 0 : p * (1 - p) * odds[e * P + i];
            for (int j = 0; j < P; j++) sum += inverse[i][j] * score[j];
            influence[e * P + i] = weight * sum;
            by[2 * e * P + i] = slope;
            by[(2 * e + 1) * P + i] = -slope;
        }
    }
}

nsym_status nsym_mass_probabilities(double *probability, double *by, double *influence, const nsym_mass_fit *fit,
                                    const double *masses, const double *weights, size_t n) {
    double s = fit->value[NSYM_MASS_FRACTION], inverse[P][P], at[P];
    const nsym_mass_sample sample = {.mass = masses, .weight = weights, .n = n};
    if (fit->method != NSYM_MASS_LIKELIHOOD)
        return nsym_fail(NSYM_EINVAL, "the published mass fit has no likelihood, so an event has no influence on it");
    if (!(s > 0) || !(s < 1))
        return nsym_fail(NSYM_EINVAL, "the mass fit finds a signal fraction of %g: all events are of one kind", s);
    for (size_t e = 0; e < n; e++)
        if (!(masses[e] > fit->low && masses[e] < fit->high))
            return nsym_fail(NSYM_EINVAL, "mass %zu is %g, not in the window %g to %g", e, masses[e], fit->low,
                             fit->high);
    if (!nsym_mass_inverse_hessian(inverse, fit, &sample))
        return nsym_fail(NSYM_EINVAL, "the mass fit is not a minimum of the likelihood of these events");
    double *odds = malloc((n * (P + 1) + 1) * sizeof *odds), *signal = odds ? odds + n * P : NULL;
    if (!odds) return nsym_fail(NSYM_ENOMEM, "no memory for %zu masses", n);
    memcpy(at, fit->value, sizeof at);
    at[K] = 1 / fit->value[K];
    nsym_mass_event_scores(influence, odds, signal, masses, n, fit->low, fit->high, at);
    nsym_mass_finish_probabilities(probability, by, influence, signal, odds, inverse, weights, n,
                                   fit->fixed | fit->at_bound);
    free(odds);
    return NSYM_OK;
}
