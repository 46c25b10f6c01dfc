/* Signal and background told apart on average, by a control variable such as the mass in place of labels: sWeights
   (Pivk & Le Diberder, physics/0402083), and the ROC curve of a score by them. The score must not depend on the control
   variable within a species. */
#ifndef NEARSYM_SPLOT_H
#define NEARSYM_SPLOT_H

#include <nearsym/massfit.h>
#include <nearsym/progress.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* sWeights of events e = 1 ... n and species k with densities f_k (of the control variable) and fitted yields N_k:

     w_k(e) = sum_j V_kj f_j(e) / D(e),  (V^-1)_kj = sum_e c(e) f_k(e) f_j(e) / D(e)^2,  D = sum_k N_k f_k.

   Events that count c(e) times in the fit, such as weighted ones, do so here: an event's part in a histogram of species
   k is then c(e) w_k(e), and sum_e c(e) w_k(e) = N_k. NULL: once each.

   Shapes: weights (n, species); covariance V of the yields (species, species), of events that count once, or NULL;
   densities (n, species); yields (species); counts (n), of any sign. Errors: a density that is negative or no number,
   an event where all are 0, with its index; species that cannot be told apart; yields that are not those of a
   maximum-likelihood fit to these events: then sum_k w_k(e) = 1 or sum_e c(e) w_k(e) = N_k misses by more than
   `tolerance` (relative; 1e-10 after nsym_mass_fit_events). At most 16 species. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_weights(double *weights, double *covariance, const double *densities,
                                                        const double *yields, const double *counts, size_t n,
                                                        size_t species, double tolerance);

/* The formula of arXiv:2306.15737 (that of hep_ml) for probabilities P (n, species), which add up to 1 in every event:
   W = P (P'CP)^-1 diag(sum_e c P), C = diag(c), counts as above. With probabilities N_k f_k / D of a maximum-likelihood
   fit it gives the same. Errors: probabilities that do not add up to 1; species that cannot be told apart. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_weights_published(double *weights, const double *probabilities,
                                                                  const double *counts, size_t n, size_t species);

/* Whether a score depends on the control variable within a species, which sWeights must take for granted. */
typedef struct nsym_splot_slope {
    double slope;        /* of the mean score with the control variable, within the species */
    double significance; /* in standard deviations: slope / its error; by nsym_splot_run from the likelihood of the
                            mass fit, of which that is the first order; beyond +-3 is a warning */
    double correlation;  /* the slope in units of the two spreads, about the correlation within the species */
} nsym_splot_slope;

/* What a fit of the control variable leaves uncertain in the probabilities P_k: nsym_mass_probabilities gives it. */
typedef struct nsym_splot_fitted {
    size_t parameters;
    const double *by;        /* (n, species, parameters) derivatives of P_k */
    const double *influence; /* (n, parameters) what each event adds to the fitted parameters */
} nsym_splot_fitted;

/* Least squares of score = sum_k P_k (a_k + b_k (x - mean_k)) with errors that hold for any scatter and weights
   (White's), and that have the fit's part where `fitted` tells it; without, the probabilities are taken as exact, and
   the significance of independent scores is too wide where they were fitted. Source: Newey, Economics Letters 14 (1984)
   201. A score that is the same for all events has slope 0 and significance 0. Shapes: slopes (species), scores and
   control x (n), probabilities P_k (n, species), weights (n) or NULL. Errors: no numbers; a control variable that does
   not vary. At most 8 species. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_independence(nsym_splot_slope *slopes, const double *scores,
                                                             const double *control, const double *probabilities,
                                                             const double *weights, const nsym_splot_fitted *fitted,
                                                             size_t n, size_t species);

typedef struct nsym_splot_roc_point {
    double auc;
    double tpr; /* true-positive rate at the false-positive rate that was asked for */
} nsym_splot_roc_point;

/* The ROC curve's area and a point of it from signal and background weights (n) that every event has, negative ones
   counting as they are, without bins, ties half. Where the curve crosses the rate several times, as it may with
   negative weights, the middle of the first and the last crossing is taken. Errors: a score that is NaN; a sum of
   weights that is not positive; a rate not between 0 and 1. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_roc(nsym_splot_roc_point *out, const double *scores,
                                                    const double *signal, const double *background, size_t n,
                                                    double fpr);

/* The same as published (arXiv:2306.15737): histograms of the scores with ceil(range / width) bins, width = 2 IQR
   (background_events)^(-1/3), negative bins set to 0, sums from above, of equal false-positive rates the first point,
   trapezoid. Errors: as above; scores without spread. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_roc_published(nsym_splot_roc_point *out, const double *scores,
                                                              const double *signal, const double *background, size_t n,
                                                              double background_events, double fpr);

typedef struct nsym_splot_options {
    nsym_mass_options mass; /* the published method takes the published formula and ROC curve along */
    size_t bootstraps;      /* samples of the events, drawn with repetition; each is fitted anew, shapes and yields */
    size_t toys;            /* draws of the fit's parameters from their covariance, events as they are */
    uint64_t seed;
    size_t workers;          /* threads; 0: one per CPU. The results do not depend on it */
    double fpr;              /* where the true-positive rate is wanted */
    nsym_progress *progress; /* of bootstraps and toys; NULL: silent */
    bool (*stop)(void);      /* asked before every bootstrap and toy, by several threads at once; true ends the work;
                                NULL: never */
} nsym_splot_options;

/* Likelihood in the window, 100 bootstraps, 100 toys, seed 1, rate 0.5. */
NSYM_API nsym_splot_options nsym_splot_defaults(nsym_mass_method method, double low, double high);

/* How well one score tells signal from background. */
typedef struct nsym_splot_score {
    nsym_splot_roc_point value;
    nsym_splot_roc_point bootstrap;  /* standard deviations over the bootstraps: the whole statistical uncertainty, that
                                        of the fit included; 0 without */
    nsym_splot_roc_point toys;       /* over the toys: the fit's part alone; 0 without */
    nsym_splot_roc_point less_first; /* over the bootstraps, of the value less that of the first score */
    nsym_splot_slope slope[2];       /* of signal and background */
} nsym_splot_score;

typedef struct nsym_splot_result {
    nsym_mass_fit fit;
    size_t bootstraps, toys;               /* that succeeded */
    size_t failed_bootstraps, failed_toys; /* whose fit or curve failed, and which are left out */
} nsym_splot_result;

/* Fits the masses (n) with event weights (n, of any sign; NULL: 1 each), weighs the events and judges `count` scores.
   Shapes: scores (count, n), out (count), sweights (n, 2) for signal and background, event weight times sWeight, so
   that their sums are the yields; 0 for events outside the window or of weight 0; or NULL. A bootstrap draws events
   with their weights. The check of independence is that of a likelihood fit's probabilities with either method. Errors:
   those of the fit; a component without events; of the curves; more than one in ten of the bootstraps or toys failed;
   NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_run(nsym_splot_result *result, nsym_splot_score *out, double *sweights,
                                                    const nsym_splot_options *options, const double *masses,
                                                    const double *weights, const double *scores, size_t n,
                                                    size_t count);

/* The same in two steps, for scores of one sample that come one after another: the fits, of all events and of every
   bootstrap, are made once. Scores judged by the same fits have the same bootstraps, so that differences of two scores
   have an error of their own. Errors: those of the fits; NSYM_EINTERRUPTED after `stop`. The options are copied. New,
   free with nsym_splot_fits_free.
 */
typedef struct nsym_splot_fits nsym_splot_fits;
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_fits_new(nsym_splot_fits **out, const nsym_splot_options *options,
                                                         const double *masses, const double *weights, size_t n);
NSYM_API void nsym_splot_fits_free(nsym_splot_fits *fits);

/* Judges `count` scores; with none the sWeights are all there is. Shapes: out (count), sweights (n, 2) or NULL, scores
   (count, n), bootstraps (count, options.bootstraps) the value of each, NaN where it failed, or NULL. Safe from several
   threads. Errors: as nsym_splot_run. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_splot_measure(nsym_splot_result *result, nsym_splot_score *out,
                                                        double *sweights, nsym_splot_roc_point *bootstraps,
                                                        const nsym_splot_fits *fits, const double *scores,
                                                        size_t count);

#ifdef __cplusplus
}
#endif
#endif
