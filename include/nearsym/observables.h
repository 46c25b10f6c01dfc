/* Observables of an event by name, one small language for cards, commands and the columns of files:

     iso_R          isolation, "iso_0.4": the sum of pt of the particles nearer to the muon than R, divided by mu_pt
     iso_pileup_R   the same with CMS's correction for pile-up (JINST 13 (2018) P06015): charged hadrons, and
                    max(0, neutral hadrons + photons - half of the charged particles from pile-up), by the particles'
                    `kind` (1 charged hadron, 2 neutral hadron, 3 photon, 4 lepton, which is left out, 5 pile-up)
     sum_pt         of all particles, GeV
     width          the mean distance of the particles from their axis, both weighted by pt (girth)
     efp_kK_bB_N-D-K  energy-flow polynomial (nearsym/efp.h: hadr, normed) at kappa K and beta B of the connected graph
                    (n,d,k), "efp_k1_b0.25_3-3-0"; of a product "efp_k1_b1_2-1-0_3-3-0"
     ln_NAME        natural logarithm of any of these, of 1e-100 at the least: networks learn little from polynomials of
                    many vertices as they are, whose values span many orders of magnitude
     anything else  the event column of that name

   Numbers are written as the shortest decimal. "iso_0.025:0.45:18" (and iso_pileup_) stands for 18 radii, evenly
   spaced. A column of the events that has an observable's name is taken instead of computing it again.

   A particle's features are pt (or et), and d_eta, d_phi (or deta, dphi), relative to the muon, or eta and phi with the
   event columns mu_eta and mu_phi. */
#ifndef NEARSYM_OBSERVABLES_H
#define NEARSYM_OBSERVABLES_H

#include <nearsym/efp.h>
#include <nearsym/events.h>
#include <nearsym/progress.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_OBSERVABLES_MAX 1048576 /* names of one set */

/* Names and the plan to compute them: polynomials of one kappa and beta together, cones in one pass over particles. */
typedef struct nsym_observables nsym_observables;

/* New set (free with nsym_observables_free, NULL is fine) of `names` (n), in that order, ranges of cones spread out.
   Errors: a name that begins as an observable does but is none, a graph that does not exist, a radius that is not 1e-6
   to 10, a kappa or beta that nearsym/efp.h refuses; a name given twice; none at all. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_new(nsym_observables **out, const char *const *names, size_t n);

/* The same of a text, "sum_pt,iso_0.4,mass": names separated by commas, blanks around them left out. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_parse(nsym_observables **out, const char *list);
NSYM_API void nsym_observables_free(nsym_observables *observables);

NSYM_API size_t nsym_observables_count(const nsym_observables *observables);
NSYM_API const char *nsym_observables_name(const nsym_observables *observables, size_t i); /* borrowed */

/* Whether these events have what the observables need: a column of that name, or the particles' features and the muon's
   columns. Errors: what is missing, what there is instead, and the nearest name. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_check(const nsym_observables *observables,
                                                            const nsym_events *events);

/* The values (events, observables) on `workers` threads (0: one per CPU), the same for any number of them. Those of
   cones and sums do not depend on what else is in the set; a polynomial's last bits may, by the plan it shares. An
   event without particles has 0. Errors: as nsym_observables_check; by event and particle, a negative, infinite or NaN
   pt, another number that is none, mu_pt not above 0; NSYM_EINTERRUPTED after `stop`, which is asked now and then
   (NULL: never). `progress` may be NULL. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_compute(double *values, const nsym_observables *observables,
                                                              const nsym_events *events, size_t workers,
                                                              nsym_progress *progress, bool (*stop)(void));

/* New sample: the columns and attributes of `events`, without particles, and a column behind them for each observable
   that is not one of them. Errors: as nsym_observables_compute. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_columns(nsym_events **out, const nsym_observables *observables,
                                                              const nsym_events *events, size_t workers,
                                                              nsym_progress *progress, bool (*stop)(void));

/* The name of a polynomial, cut at `size` as snprintf does; gives the length of the whole. */
NSYM_API size_t nsym_observable_efp_name(char *text, size_t size, double kappa, double beta,
                                         const nsym_efp_graph *graph);

/* What a polynomial's name means. Errors: what of it cannot be read; no such graph. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observable_efp_read(double *kappa, double *beta, nsym_efp_graph *graph,
                                                              const char *name);

#ifdef __cplusplus
}
#endif
#endif
