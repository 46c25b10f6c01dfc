/* The likelihood of masses as a function of the parameters, with exact derivatives. Here the background's slope is
   k = 1 / tau, in which a flat background is nothing special: parameters are (k, sigma, gamma, s, centre). */
#ifndef NSYM_STATS_MASSFIT_SURFACE_H
#define NSYM_STATS_MASSFIT_SURFACE_H

#include "stats/massfit.h"

/* -log likelihood with its derivatives. */
typedef struct nsym_mass_surface {
    double value, gradient[NSYM_MASS_PARAMETERS], hessian[NSYM_MASS_PARAMETERS][NSYM_MASS_PARAMETERS];
} nsym_mass_surface;

/* The surface at `at` (NSYM_MASS_PARAMETERS), every event by its weight. */
void nsym_mass_evaluate(nsym_mass_surface *out, const nsym_mass_sample *sample, double low, double high,
                        const double *at);

/* With g = d log p / d parameters: middle = sum w^2 g g', with_total = sum w^2 g. */
void nsym_mass_scatter(double middle[NSYM_MASS_PARAMETERS][NSYM_MASS_PARAMETERS], double *with_total,
                       const nsym_mass_sample *sample, double low, double high, const double *at);

/* Event by event. Shapes: score (n, NSYM_MASS_PARAMETERS), d log p / d parameters; odds (n, NSYM_MASS_PARAMETERS), the
   derivatives of log(s f_signal / ((1 - s) f_background)); probability (n) of being signal. */
void nsym_mass_event_scores(double *score, double *odds, double *probability, const double *masses, size_t n,
                            double low, double high, const double *at);

/* From what nsym_mass_event_scores gives to nsym_mass_probabilities' arrays: influence (n, NSYM_MASS_PARAMETERS) holds
   the scores and becomes the influences. Parameters of the bits `idle` do not move. */
void nsym_mass_finish_probabilities(double *probability, double *by, double *influence, const double *signal,
                                    const double *odds, const double (*inverse)[NSYM_MASS_PARAMETERS],
                                    const double *weights, size_t n, unsigned idle);

/* The box in (k, ...): 1 / tau turns its bounds round. */
typedef struct nsym_mass_box {
    double lower[NSYM_MASS_PARAMETERS], upper[NSYM_MASS_PARAMETERS];
    unsigned fixed;
} nsym_mass_box;

nsym_mass_box nsym_mass_box_of(const nsym_mass_options *options);

/* The extended likelihood at a fixed yield adds a term in s: N - n log N with N = yield / s (signal) or yield / (1 - s)
   (background), and n the sum of weights. */
typedef struct nsym_mass_yield {
    double events; /* > 0 */
    bool background;
} nsym_mass_yield;

/* What a search for the minimum is about. */
typedef struct nsym_mass_search {
    const nsym_mass_sample *sample;
    double low, high;
    nsym_mass_box box;
    const nsym_mass_yield *yield; /* NULL: none is fixed */
    double enough;                /* ends where a step would gain half of that; 1e-20: to the last bits */
    bool (*stop)(void);           /* asked before every step; NULL: never */
} nsym_mass_search;

/* From `at` to a minimum in the box; false where it does not get there, or is stopped. *at_bound: what a bound holds
   back. */
bool nsym_mass_descend(const nsym_mass_search *search, double *at, nsym_mass_surface *f, unsigned *at_bound,
                       size_t *steps);

bool nsym_mass_stopped(bool (*stop)(void));

#endif
