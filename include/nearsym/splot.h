/* Separates signal and background on average with a control variable, such as the mass, in place of labels. Gives
   sWeights (Pivk & Le Diberder, physics/0402083) and with them the ROC curve of a score. Within signal and within
   background the score must not depend on the control variable. */
#ifndef NEARSYM_SPLOT_H
#define NEARSYM_SPLOT_H

#include <nearsym/massfit.h>
#include <nearsym/progress.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* sWeights of events e = 1 ... n and species k, with densities f_k of the control variable and fitted yields N_k:

   w_k(e) = sum_j V_kj f_j(e) / D(e),  (V^-1)_kj = sum_e c(e) f_k(e) f_j(e) / D(e)^2,  D = sum_k N_k f_k.

   If event e counts c(e) times in the fit, as weighted events do, it does so here. Its contribution to a histogram of
   species k is then c(e) w_k(e), and sum_e c(e) w_k(e) = N_k. `counts` NULL: every event counts once.

   Shapes: weights (n, species); covariance (species, species), V of the yields for events that count once, or NULL;
   densities (n, species); yields (species); counts (n), of any sign. At most 16 species. Errors: a density that is
   negative or not finite, or an event where all are 0, with its index; species that cannot be told apart; yields that
   are not those of a maximum-likelihood fit to these events, for which sum_k w_k(e) = 1 or sum_e c(e) w_k(e) = N_k
   fails by more than `tolerance` (relative; 1e-10 after nsym_mass_fit_events). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_weights(double *weights, double *covariance, const double *densities,
                                                        const double *yields, const double *counts, size_t n,
                                                        size_t species, double tolerance);

/* sWeights by the formula of arXiv:2306.15737 (as in hep_ml) from probabilities P (n, species) that add up to 1 in
   every event: W = P (P'CP)^-1 diag(sum_e c P), C = diag(c), with counts c (n) as above and weights W (n, species). For
   probabilities N_k f_k / D of a maximum-likelihood fit the result is that of nsym_splot_weights. Errors: probabilities
   that do not add up to 1; species that cannot be told apart. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_weights_published(double *weights, const double *probabilities,
                                                                  const double *counts, size_t n, size_t species);

/* Test of an assumption of sWeights: that within a species the score does not depend on the control variable. */
typedef struct nsym_splot_slope {
    double slope;        /* change of the mean score per unit of the control variable, within the species */
    double significance; /* slope / its error, in standard deviations. nsym_splot_run takes the significance from the
                            likelihood of the mass fit, which agrees with this ratio to first order. Beyond +-3: a
                            warning */
    double correlation;  /* slope in units of the two spreads: approximately the correlation within the species */
} nsym_splot_slope;

/* How the uncertainty of a fit of the control variable affects the probabilities P_k. nsym_mass_probabilities gives
   both arrays. */
typedef struct nsym_splot_fitted {
    size_t parameters;
    const double *by;        /* (n, species, parameters) derivatives of P_k */
    const double *influence; /* (n, parameters) what each event adds to the fitted parameters */
} nsym_splot_fitted;

/* Fits score = sum_k P_k (a_k + b_k (x - mean_k)) by least squares. The errors hold for any scatter and weights
   (White's) and include the fit's uncertainty if `fitted` is given. If `fitted` is NULL, the probabilities count as
   exact; if they were fitted, the significance of independent scores then spreads too widely. Source: Newey, Economics
   Letters 14 (1984) 201. A score that is the same for all events has slope 0 and significance 0. Shapes: slopes
   (species), scores and control x (n), probabilities P_k (n, species), weights (n) or NULL. At most 8 species. Errors:
   a value that is not finite; a control variable that does not vary. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_independence(nsym_splot_slope *slopes, const double *scores,
                                                             const double *control, const double *probabilities,
                                                             const double *weights, const nsym_splot_fitted *fitted,
                                                             size_t n, size_t species);

/* Area under a ROC curve, and a point of the curve. */
typedef struct nsym_splot_roc_point {
    double auc;
    double tpr; /* true-positive rate at the requested false-positive rate */
} nsym_splot_roc_point;

/* Area under the ROC curve and one point of it, from signal weights (n) and background weights (n) that every event
   has. Negative weights enter as they are; there are no bins; ties count half. With negative weights the curve may
   cross the rate several times: the middle of the first and the last crossing is taken. Errors: a NaN score; a sum of
   weights that is not positive; a rate not between 0 and 1. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_roc(nsym_splot_roc_point *out, const double *scores,
                                                    const double *signal, const double *background, size_t n,
                                                    double fpr);

/* The same with the published method (arXiv:2306.15737): histograms of the scores with ceil(range / width) bins, width
   = 2 IQR (background_events)^(-1/3). Negative bins are set to 0 and the bins summed from above; of points with the
   same false-positive rate the first counts; the area is the trapezoid's. Errors: as above; scores without spread. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_roc_published(nsym_splot_roc_point *out, const double *scores,
                                                              const double *signal, const double *background, size_t n,
                                                              double background_events, double fpr);

/* Options of a measurement with sWeights. */
typedef struct nsym_splot_options {
    nsym_mass_options mass; /* options of the mass fit; with the published method, the published formula of sWeights and
                               ROC curve are used, too */
    size_t bootstraps;      /* number of bootstraps: samples of the events drawn with repetition, each with a new fit of
                               shapes and yields */
    size_t toys; /* number of toys: draws of the fit's parameters from their covariance, with the same events */
    uint64_t seed;
    size_t workers;          /* threads; 0: one per CPU. The results do not depend on it */
    double fpr;              /* false-positive rate at which the true-positive rate is wanted */
    nsym_progress *progress; /* counts bootstraps and toys; NULL: silent */
    bool (*stop)(void); /* called before every bootstrap and toy, by several threads at once; if it returns true, the
                           work ends; NULL: never */
} nsym_splot_options;

/* The usual options: the mass fit's of this method and window, 100 bootstraps, 100 toys, seed 1, false-positive rate
   0.5. */
NSYM_API nsym_splot_options nsym_splot_defaults(nsym_mass_method method, double low, double high);

/* How well one score separates signal and background. */
typedef struct nsym_splot_score {
    nsym_splot_roc_point value;
    nsym_splot_roc_point bootstrap;  /* standard deviations over the bootstraps: the whole statistical uncertainty,
                                        including that of the fit; 0 without bootstraps */
    nsym_splot_roc_point toys;       /* standard deviations over the toys: the fit's part alone; 0 without toys */
    nsym_splot_roc_point less_first; /* standard deviations, over the bootstraps, of the difference from the first
                                        score */
    nsym_splot_slope slope[2];       /* of signal and background */
} nsym_splot_score;

/* The mass fit, and the numbers of bootstraps and toys. */
typedef struct nsym_splot_result {
    nsym_mass_fit fit;
    size_t bootstraps, toys;               /* that succeeded */
    size_t failed_bootstraps, failed_toys; /* whose fit or curve failed; they are left out */
} nsym_splot_result;

/* Fits the masses (n) with event weights (n, of any sign; NULL: all 1), computes sWeights and evaluates `count` scores.
   Shapes: scores (count, n); out (count); sweights (n, 2) for signal and background, or NULL. sweights holds event
   weight times sWeight, so that the sums are the yields; it is 0 for events outside the window or of weight 0. A
   bootstrap draws events with their weights. The test of independence uses the probabilities of a likelihood fit, with
   either method. Errors: as the fit; a component without events; as the curves; more than one in ten of the bootstraps
   or toys failed; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_run(nsym_splot_result *result, nsym_splot_score *out, double *sweights,
                                                    const nsym_splot_options *options, const double *masses,
                                                    const double *weights, const double *scores, size_t n,
                                                    size_t count);

/* The same in two steps, for scores of one sample that come one after another. The fits, of all events and of every
   bootstrap, are made once. Scores evaluated with the same fits share their bootstraps, so that the difference of two
   scores has an error of its own. The options are copied. New (free with nsym_splot_fits_free). Errors: as the fits;
   NSYM_EINTERRUPTED after `stop`. */
typedef struct nsym_splot_fits nsym_splot_fits;
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_fits_new(nsym_splot_fits **out, const nsym_splot_options *options,
                                                         const double *masses, const double *weights, size_t n);
NSYM_API void nsym_splot_fits_free(nsym_splot_fits *fits);

/* Evaluates `count` scores; 0: only the sWeights are computed. Shapes: out (count); sweights (n, 2) or NULL; scores
   (count, n); bootstraps (count, options.bootstraps) or NULL: each bootstrap's values, NaN if it failed. Several
   threads may call it with the same fits. Errors: as nsym_splot_run. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_measure(nsym_splot_result *result, nsym_splot_score *out,
                                                        double *sweights, nsym_splot_roc_point *bootstraps,
                                                        const nsym_splot_fits *fits, const double *scores,
                                                        size_t count);

#ifdef __cplusplus
}
#endif
#endif
