/* What the files of the mass fit share. */
#ifndef NSYM_STATS_MASSFIT_H
#define NSYM_STATS_MASSFIT_H

#include <nearsym/massfit.h>

/* Masses (n) in the window, rising, with weights (n), none of them 0 (NULL: 1 each). */
typedef struct nsym_mass_sample {
    const double *mass, *weight;
    size_t n;
    double total, squares; /* sums of weights and of their squares */
    double scale;          /* squares / total of the events themselves, 1 without weights: what one is worth */
    bool repeated;         /* weights are how often events were drawn, and no covariance of weighted events is wanted */
} nsym_mass_sample;

/* A histogram's edges (bins + 1) and density (bins). */
typedef struct nsym_mass_histogram {
    size_t bins;
    double *edges, *density;
} nsym_mass_histogram;

/* Appends a sentence to the fit's warning. */
void nsym_mass_warn(nsym_mass_fit *fit, const char *format, ...) NSYM_PRINTF(2, 3);

/* Those of the bits at_bound that stand for bounds that were chosen: where no physics ends. */
unsigned nsym_mass_chosen_bounds(const nsym_mass_fit *fit);

/* Fits: value, covariance, at_bound, converged, iterations, minimum. fit->low, high and fixed are set. `start`
   (NSYM_MASS_PARAMETERS), or NULL for starts of its own where the options have none. */
nsym_status nsym_mass_maximise(nsym_mass_fit *fit, const nsym_mass_options *options, const nsym_mass_sample *sample,
                               const double *start) NSYM_MUST_CHECK;
nsym_status nsym_mass_least_squares(nsym_mass_fit *fit, const nsym_mass_options *options,
                                    const nsym_mass_histogram *histogram) NSYM_MUST_CHECK;

/* New histogram of the sample, with the options' number of bins. Free edges and density. */
nsym_status nsym_mass_histogram_of(nsym_mass_histogram *out, const nsym_mass_options *options,
                                   const nsym_mass_sample *sample) NSYM_MUST_CHECK;
void nsym_mass_histogram_free(nsym_mass_histogram *histogram);

/* The whole fit of a checked sample, by the options' method, without its goodness. */
nsym_status nsym_mass_fit_sample(nsym_mass_fit *fit, const nsym_mass_options *options, const nsym_mass_sample *sample,
                                 const double *start) NSYM_MUST_CHECK;

/* What a fit that succeeded is told besides: its goodness, and what the likelihood finds where bounds that
   were set hold a published fit back. */
nsym_status nsym_mass_examine(nsym_mass_fit *fit, const nsym_mass_options *options,
                              const nsym_mass_sample *sample) NSYM_MUST_CHECK;

/* The goodness of fit: bins, ndf, chi2, ks_distance. */
nsym_status nsym_mass_compare(nsym_mass_fit *fit, const nsym_mass_options *options,
                              const nsym_mass_sample *sample) NSYM_MUST_CHECK;

/* Errors: options that cannot be. */
nsym_status nsym_mass_check_options(const nsym_mass_options *options) NSYM_MUST_CHECK;

/* The events of a fit, by rising mass: in the window, of weights other than 0. */
typedef struct nsym_mass_selection {
    double *mass, *weight; /* (n); weight NULL: 1 each */
    size_t *place;         /* (n) among the events that were given */
    size_t n, outside, weightless;
    double total, squares;
} nsym_mass_selection;

/* New. Errors: a mass or a weight that is no number; too few masses; all on one side of the centre; weights that do not
   add up to more than 0. */
nsym_status nsym_mass_select(nsym_mass_selection *out, const nsym_mass_options *options, const double *masses,
                             const double *weights, size_t n) NSYM_MUST_CHECK;
void nsym_mass_selection_free(nsym_mass_selection *selection);
nsym_mass_sample nsym_mass_sample_of(const nsym_mass_selection *selection);

/* Writes how many events a fit has seen. */
void nsym_mass_count(nsym_mass_fit *fit, const nsym_mass_selection *selection);

/* H^-1 in (1 / tau, ...) of what is free in a likelihood fit, 0 elsewhere; false where H is not positive definite. */
bool nsym_mass_inverse_hessian(double inverse[NSYM_MASS_PARAMETERS][NSYM_MASS_PARAMETERS], const nsym_mass_fit *fit,
                               const nsym_mass_sample *sample);

#endif
