/* Fits the mass spectrum of a resonance on a falling background,

   s Voigt(m - centre; sigma, gamma) + (1 - s) exp(-m / tau)   for low < m < high.

   Both parts are normalised in the window. The fit gives the numbers of signal and background events, and each event's
   probability of being signal, without labels. */
#ifndef NEARSYM_MASSFIT_H
#define NEARSYM_MASSFIT_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How the spectrum is fitted. */
typedef enum nsym_mass_method {
    NSYM_MASS_LIKELIHOOD, /* unbinned extended maximum likelihood */
    NSYM_MASS_PUBLISHED   /* unweighted least-squares fit to the density of a histogram, as in arXiv:2306.15737 */
} nsym_mass_method;

/* The parameters, in GeV like the masses; the fraction s has no unit. */
typedef enum nsym_mass_parameter {
    NSYM_MASS_TAU,      /* tau of the background exp(-m / tau) */
    NSYM_MASS_SIGMA,    /* standard deviation of the mass resolution */
    NSYM_MASS_GAMMA,    /* half width at half maximum of the resonance */
    NSYM_MASS_FRACTION, /* s: fraction of signal among the events in the window */
    NSYM_MASS_CENTRE,   /* centre of the resonance */
    NSYM_MASS_PARAMETERS
} nsym_mass_parameter;

/* Options of a fit. Arrays are indexed by nsym_mass_parameter. */
typedef struct nsym_mass_options {
    nsym_mass_method method;
    double low, high;                   /* the mass window; masses at its edges or outside are left out */
    double start[NSYM_MASS_PARAMETERS]; /* start values; NaN: chosen from the window */
    double lower[NSYM_MASS_PARAMETERS], upper[NSYM_MASS_PARAMETERS];
    unsigned fixed; /* bits 1u << parameter: the parameter keeps its start value. With the published method the centre
                       must be fixed, and nothing else */
    size_t bins;    /* bins of the histogram that is fitted (published method) or compared with the fit; 0: chosen by
                       Freedman and Diaconis' rule, from the smallest to the largest mass */
    bool average;   /* published method: compare each bin with the model's mean over it, with the parts normalised by
                       their integrals. Else: with the model at the bin's centre, with the parts normalised by the
                       trapezoid rule over the centres */
    bool (*stop)(void); /* called before every step of a likelihood fit; from the first true on it must return true,
                           and the work ends; NULL: never */
} nsym_mass_options;

/* The usual options. Published method: start values (15, 1.5, 1.1, 0.8) of (tau, sigma, gamma, s) and bounds [0, 50] x
   [0, 2] x [0, 2] x [0, 1]. Likelihood: bounds that grow with the width W of the window, tau in [W/50, 50 W], sigma in
   [W/2000, W/2], gamma in [0, W/2]. The centre is fixed at 90.8. */
NSYM_API nsym_mass_options nsym_mass_defaults(nsym_mass_method method, double low, double high);

/* The result of a fit. Arrays are indexed by nsym_mass_parameter. */
typedef struct nsym_mass_fit {
    nsym_mass_method method;
    double low, high;
    size_t events, outside;   /* number of events inside and outside the window */
    size_t weightless;        /* events of weight 0, which are in neither number */
    bool weighted;            /* there are weights other than 1 */
    double weight, effective; /* sum of the weights, and effective number of events (sum w)^2 / sum w^2 */
    double value[NSYM_MASS_PARAMETERS], error[NSYM_MASS_PARAMETERS];
    double covariance[NSYM_MASS_PARAMETERS][NSYM_MASS_PARAMETERS]; /* 0 for parameters that are fixed or at a bound */
    double signal, background;     /* numbers of events, s n and (1 - s) n with n the sum of weights: the yields of the
                                      extended likelihood */
    double s_with_weight;          /* covariance of s with the sum of weights; 0 without weights */
    double yield_covariance[2][2]; /* of signal and background, with the fluctuation of n */
    unsigned fixed, at_bound;      /* bits 1u << parameter */
    bool converged;
    size_t iterations;
    double minimum;     /* smallest value of -log likelihood (without the extended term) or of the sum of squares */
    size_t bins, ndf;   /* of the comparison with a histogram; bins with fewer than 5 expected events are joined */
    double chi2;        /* Pearson's, over those bins; NaN if the number of events is unknown */
    double ks_distance; /* Kolmogorov-Smirnov distance: largest difference of the distribution functions of events and
                           fit; NaN if unknown */
    char warning[1000]; /* warnings, in sentences; "" if there are none */
} nsym_mass_fit;

/* Fits masses (n) in GeV, in any order, with weights (n) of any sign, or NULL: all 1. Weights that are all 1 give the
   same bits as NULL. Likelihood: the covariance is H^-1, with H the matrix of second derivatives at the minimum. With
   weights it is H^-1 (sum w^2 g g') H^-1, with g the derivatives of an event's log p, which is right for weighted
   events (Langenbruch, arXiv:1911.01303). Published method: the histogram is filled with the weights; the covariance is
   (J'J)^-1 times the residual variance, as in scipy's curve_fit. In the likelihood's covariance a parameter at a bound
   counts as fixed there, with a warning. Errors: a NaN or infinite mass or weight, with its index; weights that are all
   0 or whose sum in the window is not above 0; an invalid window or bounds; a centre outside the window; fewer than 10
   masses in the window, or all of them on one side of the centre; no convergence (NSYM_ENUMERIC; *fit then has the last
   values, and converged is false); NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_fit_events(nsym_mass_fit *fit, const nsym_mass_options *options,
                                                          const double *masses, const double *weights, size_t n);

/* An interval of a profile likelihood. At its ends the likelihood, maximised over all other parameters, has fallen by a
   given amount. */
typedef struct nsym_mass_interval {
    double low, high;         /* NaN: not found */
    bool open_low, open_high; /* the likelihood never falls that far: the end is the parameter's bound */
} nsym_mass_interval;

/* The intervals of all parameters and of the yields. */
typedef struct nsym_mass_intervals {
    nsym_mass_interval parameter[NSYM_MASS_PARAMETERS]; /* low = high = value for a fixed parameter */
    nsym_mass_interval signal, background;              /* yields of the extended likelihood, in events */
} nsym_mass_intervals;

/* Profile-likelihood intervals (as MINOS) of a likelihood fit to these events: at the ends -log L is sigmas^2 / 2 above
   its minimum, with all other parameters fitted anew. Intervals may be asymmetric. They hold also for a parameter at
   its bound, for which the covariance says nothing: with sigmas = 1.645 the far end is a limit at 95 %. With weights
   the rise is scaled so that near the minimum the interval agrees with the covariance (Chandler & Bate, Biometrika 94
   (2007) 167). Errors: a published fit; a fit that did not converge; as nsym_mass_fit_events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_find_intervals(nsym_mass_intervals *out,
                                                              const nsym_mass_options *options,
                                                              const nsym_mass_fit *fit, const double *masses,
                                                              const double *weights, size_t n, double sigmas);

/* The published method on a histogram: rising edges (bins + 1) in GeV, density (bins) per GeV. The window runs from the
   first to the last edge. Errors: as above; fewer than 6 bins. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_fit_histogram(nsym_mass_fit *fit, const nsym_mass_options *options,
                                                             const double *edges, const double *density, size_t bins);

/* Densities, per GeV, of the two parts at masses (n) in the window: signal (n) and background (n), caller's buffers.
   After a likelihood fit they are normalised by their integrals over the window, after a published fit by the trapezoid
   rule over the sorted masses. Errors: a mass that is NaN or outside the window, with its index. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_densities(double *signal, double *background, const nsym_mass_fit *fit,
                                                         const double *masses, size_t n);

/* Each event's probabilities of being signal and background, and how they depend on the parameters of a likelihood fit.
   Parameters are those of nsym_mass_parameter with 1 / tau in place of tau. Shapes: probability (n, 2); by (n, 2,
   NSYM_MASS_PARAMETERS), derivatives of the probabilities; influence (n, NSYM_MASS_PARAMETERS), what each event adds to
   the fitted parameters, w H^-1 g; 0 for parameters that are fixed or at a bound. Masses (n), in the window, and
   weights (n, or NULL) are those of the fit. Errors: a published fit; a fit without signal or without background; as
   nsym_mass_densities. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_probabilities(double *probability, double *by, double *influence,
                                                             const nsym_mass_fit *fit, const double *masses,
                                                             const double *weights, size_t n);

/* Fractions of each part in the bins between rising edges (bins + 1) in GeV: signal (bins) and background (bins), each
   normalised in the window. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_shares(double *signal, double *background, const nsym_mass_fit *fit,
                                                      const double *edges, size_t bins);

/* "tau", "sigma", "gamma", "s", "centre". Borrowed, valid for ever. */
NSYM_API const char *nsym_mass_parameter_name(nsym_mass_parameter parameter);

#ifdef __cplusplus
}
#endif
#endif
