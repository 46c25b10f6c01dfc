/* The mass spectrum of a resonance on a falling background:

     s Voigt(m - centre; sigma, gamma) + (1 - s) exp(-m / tau)   for low < m < high,

   both parts normalised in the window. It tells how many events are signal, and how likely each is, without labels. */
#ifndef NEARSYM_MASSFIT_H
#define NEARSYM_MASSFIT_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum nsym_mass_method {
    NSYM_MASS_LIKELIHOOD, /* unbinned extended maximum likelihood */
    NSYM_MASS_PUBLISHED   /* unweighted least squares on a histogram's density, as in arXiv:2306.15737 */
} nsym_mass_method;

/* Units: as the masses, GeV; the fraction s has none. */
typedef enum nsym_mass_parameter {
    NSYM_MASS_TAU,
    NSYM_MASS_SIGMA,    /* the resolution's standard deviation */
    NSYM_MASS_GAMMA,    /* the resonance's half width at half maximum */
    NSYM_MASS_FRACTION, /* s: the signal's share of the events in the window */
    NSYM_MASS_CENTRE,
    NSYM_MASS_PARAMETERS
} nsym_mass_parameter;

typedef struct nsym_mass_options {
    nsym_mass_method method;
    double low, high;                   /* the window; masses at its edges or beyond are left out */
    double start[NSYM_MASS_PARAMETERS]; /* NaN: chosen from the window */
    double lower[NSYM_MASS_PARAMETERS], upper[NSYM_MASS_PARAMETERS];
    unsigned fixed; /* bits 1u << parameter: stays at its start. With the published method: the centre, no other */
    size_t bins;    /* of the histogram that is fitted (published) or compared with the fit; 0: Freedman-Diaconis, which
                       runs from the smallest to the largest mass */
    bool average;   /* published method: compare with the model's mean over each bin, its parts normalised by their
                       integrals, in place of its value at the centre, normalised by the trapezoid over the centres */
} nsym_mass_options;

/* The usual choice. Published: start (15, 1.5, 1.1, 0.8) and bounds [0, 50] x [0, 2] x [0, 2] x [0, 1]. Likelihood:
   bounds that grow with the window's width W, tau in [W/50, 50 W], sigma in [W/2000, W/2], gamma in [0, W/2]. The
   centre is fixed at 90.8. */
NSYM_API nsym_mass_options nsym_mass_options_usual(nsym_mass_method method, double low, double high);

typedef struct nsym_mass_fit {
    nsym_mass_method method;
    double low, high;
    size_t events, outside; /* in the window, and beyond it */
    double value[NSYM_MASS_PARAMETERS], error[NSYM_MASS_PARAMETERS];
    double covariance[NSYM_MASS_PARAMETERS][NSYM_MASS_PARAMETERS]; /* 0 for what is fixed or at a bound */
    double signal, background;     /* events: s n and (1 - s) n, the extended likelihood's yields */
    double yield_covariance[2][2]; /* of signal and background, with the fluctuation of n */
    unsigned fixed, at_bound;      /* bits 1u << parameter */
    bool converged;
    size_t iterations;
    double minimum;     /* of -log likelihood (without the extended term) or of the sum of squares */
    size_t bins, ndf;   /* of the comparison with a histogram; bins of under 5 expected events are joined */
    double chi2;        /* Pearson's, over those bins; NaN where the number of events is unknown */
    double ks_distance; /* largest difference of the distribution functions of events and fit; NaN where unknown */
    char warning[400];  /* what to know about it, sentences; "" where there is nothing */
} nsym_mass_fit;

/* Fits masses (n), unsorted, in GeV. Likelihood: the covariance is the inverse of the matrix of second derivatives at
   the minimum. Published: (J'J)^-1 times the residual variance, as scipy's curve_fit gives it. A parameter at a bound
   counts as fixed there in the likelihood's covariance, and is warned of. Errors: a NaN mass with its index; a window
   or bounds that are none; a centre outside the window; fewer than 10 masses in the window, or all of them on one side
   of the centre; no convergence (NSYM_ENUMERIC; *fit then holds the last values and converged is false). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_fit_events(nsym_mass_fit *fit, const nsym_mass_options *options,
                                                          const double *masses, size_t n);

/* The published method on a histogram: rising edges (bins + 1) in GeV, density (bins) per GeV. The window is that of
   the edges. Errors: as above; fewer than 6 bins. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_fit_histogram(nsym_mass_fit *fit, const nsym_mass_options *options,
                                                             const double *edges, const double *density, size_t bins);

/* The two parts' densities at masses (n) in the window, into signal (n) and background (n), per GeV: normalised by
   their integrals over the window after a likelihood fit, by the trapezoid over the masses themselves, sorted, after a
   published one. Errors: a mass that is NaN or not in the window, with its index. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_densities(const nsym_mass_fit *fit, const double *masses, size_t n,
                                                         double *signal, double *background);

/* The shares of each part, normalised on the window, between rising edges (bins + 1): signal and background (bins). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_shares(const nsym_mass_fit *fit, const double *edges, size_t bins,
                                                      double *signal, double *background);

/* "tau", "sigma", "gamma", "s", "centre". Borrowed for ever. */
NSYM_API const char *nsym_mass_parameter_name(nsym_mass_parameter parameter);

#ifdef __cplusplus
}
#endif
#endif
