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
NSYM_API nsym_mass_options nsym_mass_defaults(nsym_mass_method method, double low, double high);

typedef struct nsym_mass_fit {
    nsym_mass_method method;
    double low, high;
    size_t events, outside;   /* in the window, and beyond it */
    size_t weightless;        /* events of weight 0, which count as neither */
    bool weighted;            /* weights other than 1 */
    double weight, effective; /* of the events: the sum of their weights, and (sum w)^2 / sum w^2 */
    double value[NSYM_MASS_PARAMETERS], error[NSYM_MASS_PARAMETERS];
    double covariance[NSYM_MASS_PARAMETERS][NSYM_MASS_PARAMETERS]; /* 0 for what is fixed or at a bound */
    double signal, background;     /* events: s n and (1 - s) n, the extended likelihood's yields; n: sum of weights */
    double s_with_weight;          /* covariance of s with the sum of weights; 0 without weights */
    double yield_covariance[2][2]; /* of signal and background, with the fluctuation of n */
    unsigned fixed, at_bound;      /* bits 1u << parameter */
    bool converged;
    size_t iterations;
    double minimum;     /* of -log likelihood (without the extended term) or of the sum of squares */
    size_t bins, ndf;   /* of the comparison with a histogram; bins of under 5 expected events are joined */
    double chi2;        /* Pearson's, over those bins; NaN where the number of events is unknown */
    double ks_distance; /* largest difference of the distribution functions of events and fit; NaN where unknown */
    char warning[1000]; /* what to know about it, sentences; "" where there is nothing */
} nsym_mass_fit;

/* Fits masses (n), unsorted, in GeV, with weights (n) of any sign, or NULL: 1 each; weights that are all 1 give the
   same bits. Likelihood: the covariance is the inverse of the matrix H of second derivatives at the minimum; with
   weights H^-1 (sum w^2 g g') H^-1 with g the events' derivatives of log p, which is right for weighted events
   (Langenbruch, arXiv:1911.01303). Published: the histogram is that of the weights; (J'J)^-1 times the residual
   variance, as scipy's curve_fit gives it. A parameter at a bound counts as fixed there in the likelihood's covariance,
   and is warned of. Errors: a NaN or infinite mass or weight with its index; weights that are all 0 or do not add up to
   more than 0 in the window; a window or bounds that are none; a centre outside the window; fewer than 10 masses in the
   window, or all of them on one side of the centre; no convergence (NSYM_ENUMERIC; *fit then holds the last values and
   converged is false). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_fit_events(nsym_mass_fit *fit, const nsym_mass_options *options,
                                                          const double *masses, const double *weights, size_t n);

/* Where the likelihood, maximised over all else, has fallen so far that an end of an interval is there. */
typedef struct nsym_mass_interval {
    double low, high;         /* NaN: not found */
    bool open_low, open_high; /* the likelihood never falls so far: the end is the parameter's bound */
} nsym_mass_interval;

typedef struct nsym_mass_intervals {
    nsym_mass_interval parameter[NSYM_MASS_PARAMETERS]; /* low = high = value for what is fixed */
    nsym_mass_interval signal, background;              /* yields, of the extended likelihood, events */
} nsym_mass_intervals;

/* Profile-likelihood intervals (MINOS's) of a likelihood fit to these events: -log L rises by sigmas^2 / 2 from its
   minimum, with all else fitted anew. They may be asymmetric, and hold where a parameter is at its bound, for which the
   covariance has nothing: sigmas = 1.645 makes the far end a limit at 95 %. With weights the rise is scaled so that
   near the minimum the interval is that of the covariance (Chandler & Bate, Biometrika 94 (2007) 167). Errors: a
   published fit; a fit that did not converge; as nsym_mass_fit_events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_find_intervals(nsym_mass_intervals *out,
                                                              const nsym_mass_options *options,
                                                              const nsym_mass_fit *fit, const double *masses,
                                                              const double *weights, size_t n, double sigmas);

/* The published method on a histogram: rising edges (bins + 1) in GeV, density (bins) per GeV. The window is that of
   the edges. Errors: as above; fewer than 6 bins. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_fit_histogram(nsym_mass_fit *fit, const nsym_mass_options *options,
                                                             const double *edges, const double *density, size_t bins);

/* The two parts' densities at masses (n) in the window, into signal (n) and background (n), per GeV: normalised by
   their integrals over the window after a likelihood fit, by the trapezoid over the masses themselves, sorted, after a
   published one. Errors: a mass that is NaN or not in the window, with its index. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_densities(double *signal, double *background, const nsym_mass_fit *fit,
                                                         const double *masses, size_t n);

/* What a likelihood fit's uncertainty does to each event's probabilities of being signal and background. Parameters:
   those of nsym_mass_parameter with 1 / tau in place of tau. Shapes: probability (n, 2), by (n, 2,
   NSYM_MASS_PARAMETERS) derivatives of the probabilities, influence (n, NSYM_MASS_PARAMETERS) what each event adds to
   the fitted parameters, w H^-1 g; 0 for what is fixed or at a bound. Masses (n), in the window, and weights (or NULL)
   are those of the fit. Errors: a published fit; one without signal or background; as nsym_mass_densities. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_probabilities(double *probability, double *by, double *influence,
                                                             const nsym_mass_fit *fit, const double *masses,
                                                             const double *weights, size_t n);

/* The shares of each part, normalised on the window, between rising edges (bins + 1): signal and background (bins). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_mass_shares(double *signal, double *background, const nsym_mass_fit *fit,
                                                      const double *edges, size_t bins);

/* "tau", "sigma", "gamma", "s", "centre". Borrowed for ever. */
NSYM_API const char *nsym_mass_parameter_name(nsym_mass_parameter parameter);

#ifdef __cplusplus
}
#endif
#endif
