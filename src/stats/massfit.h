/* What the files of the mass fit share. */
#ifndef NSYM_STATS_MASSFIT_H
#define NSYM_STATS_MASSFIT_H

#include <nearsym/massfit.h>

/* Masses (n) in the window, rising; each counts `count` times (NULL: once), in all `total`. */
typedef struct nsym_mass_sample {
    const double *mass, *count;
    size_t n;
    double total;
} nsym_mass_sample;

/* For qsort: masses rising, equal ones in the order they came. */
typedef struct nsym_mass_entry {
    double mass;
    size_t place;
} nsym_mass_entry;
int nsym_mass_order(const void *a, const void *b);

/* A histogram's edges (bins + 1) and density (bins). */
typedef struct nsym_mass_histogram {
    size_t bins;
    double *edges, *density;
} nsym_mass_histogram;

/* Appends a sentence to the fit's warning. */
void nsym_mass_warn(nsym_mass_fit *fit, const char *format, ...) NSYM_PRINTF(2, 3);

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

/* The goodness of fit: bins, ndf, chi2, ks_distance. */
nsym_status nsym_mass_compare(nsym_mass_fit *fit, const nsym_mass_options *options,
                              const nsym_mass_sample *sample) NSYM_MUST_CHECK;

/* Errors: options that cannot be. */
nsym_status nsym_mass_check_options(const nsym_mass_options *options) NSYM_MUST_CHECK;

/* New sorted copy (n_inside) of the masses in the window, and of their places among the n (NULL: not wanted). Errors: a
   NaN; too few masses; all on one side of the centre. */
nsym_status nsym_mass_select(const nsym_mass_options *options, const double *masses, size_t n, double **sorted,
                             size_t **place, size_t *inside) NSYM_MUST_CHECK;

#endif
