/* Observables of an event, by name. Cards, commands and columns of files use the same names:

   - iso_R: isolation, such as "iso_0.4": sum of pt of the particles within R of the muon, divided by mu_pt
   - iso_pileup_R: the same with CMS's correction for pile-up (JINST 13 (2018) P06015): charged hadrons plus max(0,
   neutral hadrons + photons - half of the charged particles from pile-up). `kind` of a particle is 1 charged hadron, 2
   neutral hadron, 3 photon, 4 lepton (left out) or 5 charged particle from pile-up
   - sum_pt: sum of pt of all particles, GeV
   - width: mean distance of the particles from their axis, both weighted by pt (girth)
   - efp_kK_bB_N-D-K: energy-flow polynomial (nearsym/efp.h; hadr, normed) at kappa K and beta B of the connected graph
   (n,d,k), such as "efp_k1_b0.25_3-3-0"; of a product: "efp_k1_b1_2-1-0_3-3-0"
   - ln_NAME: natural logarithm of any of these, which count as at least 1e-100. Polynomials of many vertices span many
   orders of magnitude, and networks learn little from them without the logarithm
   - any other name: the event column of that name

   Numbers in names are the shortest decimals. "iso_0.025:0.45:18" (also with iso_pileup_) stands for 18 evenly spaced
   radii. If the events have a column with the name of an observable, its values are used and not computed again.

   Particles need the features pt (or et) and d_eta, d_phi (or deta, dphi) relative to the muon; or eta and phi, with
   the event columns mu_eta and mu_phi. */
#ifndef NEARSYM_OBSERVABLES_H
#define NEARSYM_OBSERVABLES_H

#include <nearsym/efp.h>
#include <nearsym/events.h>
#include <nearsym/progress.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_OBSERVABLES_MAX 1048576 /* largest number of names in a set */

/* A set of observables and the plan to compute them: polynomials of the same kappa and beta together, isolation cones
   in one pass over the particles. */
typedef struct nsym_observables nsym_observables;

/* New set (free with nsym_observables_free, NULL is fine) of `names` (n), in that order; a range of radii becomes one
   name per radius. Errors: a name that begins like an observable but is none; a graph that does not exist; a radius
   outside 1e-6 to 10; a kappa or beta that nearsym/efp.h refuses; a name given twice; no name. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_new(nsym_observables **out, const char *const *names, size_t n);

/* The same from a text: names separated by commas, with optional blanks: "sum_pt,iso_0.4,mass". */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_parse(nsym_observables **out, const char *list);
NSYM_API void nsym_observables_free(nsym_observables *observables);

NSYM_API size_t nsym_observables_count(const nsym_observables *observables);
NSYM_API const char *nsym_observables_name(const nsym_observables *observables, size_t i); /* borrowed */

/* Checks that events have what the observables need: a column of that name, or the particles' features and the muon's
   columns. Errors: something is missing; the message says what, what there is, and the nearest name. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_check(const nsym_observables *observables,
                                                            const nsym_events *events);

/* Computes values (events, observables) on `workers` threads (0: one per CPU); the result is the same for any number of
   them. Values of cones and sums do not depend on the rest of the set; the last bits of a polynomial may. An event
   without particles has 0. `progress` may be NULL; `stop` is called now and then (NULL: never). Errors: as
   nsym_observables_check; with event and particle: a pt that is negative, infinite or NaN, another value that is not
   finite, mu_pt not above 0; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_compute(double *values, const nsym_observables *observables,
                                                              const nsym_events *events, size_t workers,
                                                              nsym_progress *progress, bool (*stop)(void));

/* New sample: the columns and attributes of `events` without particles, and a column for each observable that is not
   among them. Errors: as nsym_observables_compute. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observables_columns(nsym_events **out, const nsym_observables *observables,
                                                              const nsym_events *events, size_t workers,
                                                              nsym_progress *progress, bool (*stop)(void));

/* Writes the name of a polynomial into the caller's buffer, cut at `size` as snprintf does; returns the length of the
   whole name. */
NSYM_API size_t nsym_observable_efp_name(char *text, size_t size, double kappa, double beta,
                                         const nsym_efp_graph *graph);

/* Reads the name of a polynomial. Errors: a part that cannot be read; no such graph. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_observable_efp_read(double *kappa, double *beta, nsym_efp_graph *graph,
                                                              const char *name);

#ifdef __cplusplus
}
#endif
#endif
